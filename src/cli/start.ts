/** `waarborg start`: everything in one process; with the demonstration organisation unless it is told otherwise. */

import { rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createOneTimeLink, ensureFirstAdministrator } from '../access/index.ts'
import { startApplication } from '../main.ts'
import { systemClock } from '../platform/clock.ts'
import { randomIds } from '../platform/ids.ts'
import { createLog } from '../platform/log.ts'
import { applyFile } from './application/organisation.ts'
import type { Command, ExitCode, Io } from './command.ts'
import { demonstrationState, playDemonstration, portalExample } from './demonstration.ts'
import { type Installation, lockFolder, openInstallation } from './installation.ts'
import { isGiven, settingsOf, version } from './main.ts'
import { progressBar } from './progress.ts'
import { secondFactorWaitsFor } from './second-factor.ts'
import { cliText } from './text.ts'

export const command: Command = {
  name: 'start',
  summary: {
    nl: 'Start Waarborg: gateway, console en klantpagina.',
    en: 'Start Waarborg: gateway, console and portal.',
  },
  usage: '[--organisation FILE] [--no-demo] [--port N]',
  options: {
    organisation: {
      type: 'string',
      help: { nl: 'Organisatiebestand om eerst toe te passen.', en: 'Organisation file to apply first.' },
    },
    'no-demo': {
      type: 'boolean',
      help: { nl: 'Zonder de voorbeeldorganisatie.', en: 'Without the demonstration organisation.' },
    },
    port: {
      type: 'string',
      help: { nl: 'Poort (anders WAARBORG_PORT of 8720).', en: 'Port (otherwise WAARBORG_PORT or 8720).' },
    },
  },
  async run(io, { values }) {
    const base = settingsOf(values, io.env)
    const settings = typeof values.port === 'string' ? { ...base, port: Number(values.port) } : base
    if (!Number.isInteger(settings.port) || settings.port < 0 || settings.port > 65_535)
      throw new Error('--port: 0–65535')
    const lock = lockFolder(resolve(settings.data))
    const stopped = untilStopped()
    let installation: Installation | undefined
    try {
      installation = await openInstallation(settings, {
        progress: () => io.stdout.write(`${cliText(io.language, 'start.creating')}\n`),
      })
      return await serve(io, installation, {
        demonstration:
          values['no-demo'] !== true && typeof values.organisation !== 'string' && settings.databaseUrl === null,
        organisation: values.organisation,
        secondFactorGiven: isGiven(values, io.env, { name: 'secondFactor', env: 'WAARBORG_SECOND_FACTOR' }),
        stopped,
      })
    } finally {
      await installation?.close({ stopServer: 'always' })
      lock.release()
    }
  },
}

type Serve = {
  readonly demonstration: boolean
  readonly organisation: unknown
  readonly secondFactorGiven: boolean
  readonly stopped: Promise<void>
}

async function serve(
  io: Io,
  installation: Installation,
  { demonstration, organisation, secondFactorGiven, stopped }: Serve,
): Promise<ExitCode> {
  const secondFactorOptionalFor = secondFactorWaitsFor(installation.settings, {
    demonstration: demonstration && (await demonstrationState(installation)) !== 'other-organisation',
    given: secondFactorGiven,
  })
  const log = createLog(
    installation.settings.logLevel === 'info' && (io.stdout as { isTTY?: boolean }).isTTY
      ? 'warn'
      : installation.settings.logLevel,
  )
  installation.server?.supervise(() => log.warn('database.restarted'))
  const say = (key: Parameters<typeof cliText>[1], values: Record<string, string | number> = {}) =>
    io.stdout.write(`${cliText(io.language, key, values)}\n`)
  const application = await startApplication({
    installation,
    clock: systemClock,
    ids: randomIds,
    log,
    version: version(),
    secondFactorOptionalFor,
  })
  const addressFile = join(installation.folder, 'address')
  writeFileSync(addressFile, `${application.url}\n`, { mode: 0o600 })
  try {
    const url = installation.settings.publicUrl?.replace(/\/$/, '') ?? application.url
    if (typeof organisation === 'string') {
      const { keys } = await applyFile(installation, { path: organisation })
      if (keys.length > 0) io.stdout.write(`${JSON.stringify({ keys })}\n`)
    }
    if (demonstration) await demonstrate(io, installation, application, stopped)
    const tenant = await firstTenant(installation)
    say('start.ready')
    say('start.console', { url: `${url}/` })
    if (tenant !== undefined) {
      const first = !installation.settings.passwordSignIn
        ? undefined
        : await installation.database.inTx({ tenant, clients: '*', actor: { kind: 'job', id: 'first-start' } }, (tx) =>
            ensureFirstAdministrator(
              tx,
              { email: 'beheer@voorbeeld.nl', name: cliText(io.language, 'start.administrator') },
              { now: systemClock.now(), ids: randomIds },
            ),
          )
      const officer = demonstration ? await officerLink(installation, tenant) : undefined
      if (officer) say('start.officerLink', { name: officer.name, url: `${url}${officer.path}` })
      if (first) say('start.firstLink', { email: first.email, url: `${url}${first.link.path}` })
      const example = demonstration ? await portalExample(installation, tenant) : undefined
      if (example)
        say('start.portal', { url: `${installation.settings.portalUrl?.replace(/\/$/, '') ?? url}${example}` })
    }
    if (secondFactorOptionalFor !== null) say('start.secondFactorWaits')
    say('start.gateway', { url: `${url}/v1` })
    if (demonstration) say('start.tour', { url })
    say('start.stop')
    await stopped
    return 0
  } finally {
    rmSync(addressFile, { force: true })
    await application.close()
  }
}

async function demonstrate(
  io: Io,
  installation: Installation,
  application: Awaited<ReturnType<typeof startApplication>>,
  stopped: Promise<void>,
): Promise<void> {
  const state = await demonstrationState(installation)
  if (state === 'other-organisation' || state === 'done') return
  const bar = progressBar(io.stdout as never)
  io.stdout.write(`${cliText(io.language, 'demo.replaying')}\n`)
  let ended = false
  void stopped.then(() => {
    ended = true
  })
  const report = await playDemonstration(installation, application, {
    language: io.language,
    progress: (done, total, text) => bar.update(done, total, text),
    ended: () => ended,
  })
  bar.end()
  io.stdout.write(report)
}

/** The demonstration's ethics officer may read what was said; the administrator may not. */
async function officerLink(
  installation: Installation,
  tenant: string,
): Promise<{ name: string; path: string } | undefined> {
  return installation.database.inTx({ tenant, clients: '*', actor: { kind: 'job', id: 'first-start' } }, async (tx) => {
    const { rows } = await tx.query<{ person_id: string; name: string }>(
      `select p.person_id, p.name from person p join role_assignment r using (tenant_id, person_id)
       where p.tenant_id = $1 and r.role = 'ethics_officer' and r.client_id is null and p.password is null and p.email is not null and p.disabled_at is null
       order by p.file_id limit 1`,
      [tenant],
    )
    if (!rows[0]) return undefined
    const { path } = await createOneTimeLink(tx, rows[0].person_id, { now: systemClock.now(), ids: randomIds })
    return { name: rows[0].name, path }
  })
}

async function firstTenant(installation: Installation): Promise<string | undefined> {
  if (installation.settings.tenant) return installation.settings.tenant
  return installation.database.inTx(
    { tenant: '*', clients: '*', actor: { kind: 'job', id: 'first-start' } },
    async (tx) =>
      (await tx.query<{ tenant_id: string }>('select tenant_id from tenant order by created_at limit 1')).rows[0]
        ?.tenant_id,
    { readOnly: true },
  )
}

/** Resolves at the first SIGINT or SIGTERM; the second ends the process at once. */
function untilStopped(): Promise<void> {
  return new Promise((resolvePromise) => {
    let asked = false
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.on(signal, () => {
        if (asked) process.exit(1)
        asked = true
        resolvePromise()
      })
  })
}
