/** `waarborg doctor`: is everything there that Waarborg needs, and in order? Names what is not, and what to do. */
import { accessSync, constants, existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { checkExport, ledgerState, openSigner } from '../ledger/index.ts'
import { findPrograms } from '../platform/io/server.ts'
import type { Settings } from '../platform/settings.ts'
import { portalHostOf, requireTls, unsetForProduction } from './application/exposure.ts'
import type { Command, Io } from './command.ts'
import { demonstrationState } from './demonstration.ts'
import { openInstallation, servingProcess, tooOpen } from './installation.ts'
import { isGiven, settingsOf, version } from './main.ts'
import { secondFactorWaitsFor } from './second-factor.ts'
import { cliText } from './text.ts'

type Check = { readonly name: string; readonly ok: boolean; readonly detail: string }

export const command: Command = {
  name: 'doctor',
  summary: { nl: 'Kijk of alles er is en in orde is.', en: 'Look whether everything is there and in order.' },
  usage: '',
  options: {},
  async run(io, { values }) {
    const settings = settingsOf(values, io.env)
    const given = isGiven(values, io.env, { name: 'secondFactor', env: 'WAARBORG_SECOND_FACTOR' })
    const checks = [...look(settings), ...exposure(settings, io), ...(await lookInside(settings, io, given))]
    const ok = checks.every((check) => check.ok)
    if (values.json) io.stdout.write(`${JSON.stringify({ ok, version: version(), checks })}\n`)
    else {
      for (const check of checks)
        io.stdout.write(
          `${check.ok ? '✓' : '✗'} ${cliText(io.language, `doctor.${check.name}` as 'doctor.node')}: ${check.detail}\n`,
        )
      io.stdout.write(`${cliText(io.language, ok ? 'doctor.ok' : 'doctor.problems')}\n`)
    }
    return ok ? 0 : 1
  },
}

function look(settings: Settings): Check[] {
  const folder = resolve(settings.data)
  const checks: Check[] = [
    { name: 'node', ok: Number(process.versions.node.split('.')[0]) >= 24, detail: process.versions.node },
  ]
  const open = tooOpen(folder)
  checks.push({
    name: 'folder',
    ok: writable(folder) && open === undefined,
    detail: open === undefined ? folder : `${folder} (${open})`,
  })
  if (settings.databaseUrl === null) checks.push(attempt('programs', () => findPrograms().from))
  const pid = servingProcess(folder)
  checks.push({ name: 'process', ok: true, detail: pid === undefined ? '–' : String(pid) })
  return checks
}

/** Whether it may start as it is set, and what production asks for beside that; the latter is no fault. */
function exposure(settings: Settings, io: Io): Check[] {
  const unset = unsetForProduction(settings)
  return [
    attempt('exposure', () => {
      requireTls(settings, settings.host)
      return portalHostOf(settings) ?? settings.publicUrl ?? settings.host
    }),
    {
      name: 'production',
      ok: true,
      detail:
        unset.length === 0
          ? cliText(io.language, 'doctor.productionSet')
          : cliText(io.language, 'doctor.productionUnset', { names: unset.join(', ') }),
    },
  ]
}

function writable(folder: string): boolean {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(at)) {
      try {
        accessSync(at, constants.W_OK | constants.X_OK)
        return true
      } catch {
        return false
      }
    }
    if (at === dirname(at)) return false
  }
}

function attempt(name: string, work: () => string): Check {
  try {
    return { name, ok: true, detail: work() }
  } catch (error) {
    return { name, ok: false, detail: (error as Error).message }
  }
}

/** The database and the ledger, only where there is an installation already: a look must not make one. */
async function lookInside(settings: Settings, io: Io, secondFactorGiven: boolean): Promise<Check[]> {
  if (settings.databaseUrl === null && !existsSync(join(resolve(settings.data), 'keys')))
    return [{ name: 'database', ok: true, detail: cliText(io.language, 'doctor.notYet') }]
  try {
    const installation = await openInstallation(settings)
    try {
      const scope = { tenant: '*', clients: '*', actor: { kind: 'job', id: 'doctor' } } as const
      const database = await installation.database.inTx(
        scope,
        async (tx) => (await tx.query<{ v: string }>("select current_setting('server_version') as v")).rows[0]!.v,
        { readOnly: true },
      )
      const checks: Check[] = [{ name: 'database', ok: true, detail: `PostgreSQL ${database}` }]
      const state = await installation.database.inTx(scope, (tx) => ledgerState(tx), { readOnly: true })
      const limit = settings.ledgerPendingLimitS * 1_000
      checks.push({
        name: 'ledger',
        ok: state.pendingAgeMs < limit,
        detail: cliText(io.language, 'doctor.ledgerState', { size: state.size, pending: state.pending }),
      })
      const { trust } = openSigner({ folder: installation.keyFolder, origin: settings.ledgerOrigin })
      checks.push(
        await checkExport({ database: installation.database, exportFolder: installation.exportFolder, trust }).then(
          ({ exported }) => ({ name: 'export', ok: true, detail: String(exported) }),
          (error: { code?: string }) => ({ name: 'export', ok: false, detail: error.code ?? 'unknown' }),
        ),
      )
      const demonstration =
        settings.databaseUrl === null && ['done', 'interrupted'].includes(await demonstrationState(installation))
      checks.push(
        attempt('secondFactor', () =>
          secondFactorWaitsFor(settings, { demonstration, given: secondFactorGiven }) === null
            ? cliText(io.language, 'doctor.secondFactorRequired')
            : cliText(io.language, 'doctor.secondFactorWaits'),
        ),
      )
      return checks
    } finally {
      await installation.close()
    }
  } catch (error) {
    return [{ name: 'database', ok: false, detail: `${(error as Error).message}` }]
  }
}
