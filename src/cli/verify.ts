/** `waarborg verify`: walks the whole ledger of an installation, or a copy of one in a folder, or an audit pack, and says what is wrong. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { checkPack } from '../fairness/index.ts'
import { auditText, readZip, ZipUnreadable } from '../fairness/rules.ts'
import { readTrust, type Verification, verifyLedger } from '../ledger/index.ts'
import { LedgerError, ledgerText, parseVerifierKey, problemText, type Trust, VerifyError } from '../ledger/rules.ts'
import { formatDate } from '../platform/text.ts'
import type { Command, ExitCode, Io, Store, Values } from './command.ts'

export const command: Command = {
  name: 'verify',
  summary: { nl: 'Controleer het hele logboek.', en: 'Check the whole ledger.' },
  usage: '[--data DIR] [FOLDER --vkey KEY] [PACK.zip [--vkey KEY]] [--from N] [--allow-open] [--json]',
  options: {
    vkey: {
      type: 'string',
      multiple: true,
      help: {
        nl: 'Publieke sleutel van het logboek, voor een kopie in een map.',
        en: 'Public key of the ledger, for a copy in a folder.',
      },
    },
    from: { type: 'string', help: { nl: 'Begin bij deze regel.', en: 'Begin at this entry.' } },
    'allow-open': {
      type: 'boolean',
      help: {
        nl: 'Aanroepen zonder einde mogen: Waarborg werkt nog.',
        en: 'Calls without an end are allowed: Waarborg is working.',
      },
    },
  },
  async run(io, { values, positionals }) {
    const refuse = (key: Parameters<typeof ledgerText>[1], given: Record<string, string> = {}): ExitCode => {
      io.stderr.write(`${ledgerText(io.language, key, given)}\n`)
      return 2
    }
    if (positionals.length > 1) return refuse('check.tooMany')
    if (values.from !== undefined && !/^(0|[1-9][0-9]{0,14})$/.test(String(values.from)))
      return refuse('check.fromMalformed')
    const folder = positionals[0]
    try {
      if (folder === undefined) return report(io, values, await verifyInstallation(io, values))
      if (statSync(folder, { throwIfNoEntry: false })?.isFile()) return await verifyPack(io, values, folder)
      if (!existsSync(join(folder, 'checkpoint'))) return refuse('check.noFolder', { folder })
      const keys = Array.isArray(values.vkey) ? values.vkey : []
      if (keys.length === 0) return refuse('check.exportNeedsKey')
      const logKeys = keys.map((key) => parseVerifierKey(key))
      return report(
        io,
        values,
        await verifyLedger({
          exportFolder: folder,
          trust: { origin: logKeys[0]!.name, logKeys },
          ...optionsOf(values),
        }),
      )
    } catch (error) {
      if (error instanceof LedgerError) return refuse(`error.${error.code}`)
      if (error instanceof VerifyError) return refuse(`verify.${error.code}`)
      throw error
    }
  },
}

/** An audit pack: every number again from its counts, and its proofs, without a store. */
async function verifyPack(io: Io, values: Values, path: string): Promise<ExitCode> {
  let files: Map<string, Uint8Array>
  try {
    files = readZip(readFileSync(path))
  } catch (error) {
    if (!(error instanceof ZipUnreadable)) throw error
    io.stderr.write(`${auditText(io.language, 'pack.unreadable')}\n`)
    return 2
  }
  const vkeys = Array.isArray(values.vkey) ? values.vkey.map(String) : []
  const problems = await checkPack(files, vkeys)
  if (values.json === true) io.stdout.write(`${JSON.stringify({ ok: problems.length === 0, problems })}\n`)
  else {
    const headline = problems.length === 0 ? 'pack.ok' : 'pack.wrong'
    io.stdout.write(`${auditText(io.language, headline, { count: problems.length })}\n`)
    for (const { code, file, place } of problems)
      io.stdout.write(`- ${auditText(io.language, `pack.${code}`, { file, place })}\n`)
    if (vkeys.length === 0) io.stdout.write(`${auditText(io.language, 'pack.ownKey')}\n`)
  }
  return problems.length === 0 ? 0 : 1
}

const optionsOf = (values: Values) => ({ from: Number(values.from ?? 0), allowOpen: values['allow-open'] === true })

async function verifyInstallation(io: Io, values: Values): Promise<Verification> {
  const store = await io.openStore(values)
  try {
    return await verifyStore(store, values)
  } finally {
    await store.close()
  }
}

async function verifyStore(
  { database, settings, exportFolder, installation }: Store,
  values: Values,
): Promise<Verification> {
  const origin = settings.ledgerOrigin
  let trust: Trust
  try {
    trust = readTrust({ folder: installation.keyFolder, origin })
  } catch (error) {
    // Before the first start there is no key, and nothing that it could have signed.
    if (!(error instanceof LedgerError) || error.code !== 'signing_key_unreadable') throw error
    const empty = await verifyLedger({ database, trust: { origin, logKeys: [] } })
    if (empty.size > 0 || existsSync(join(exportFolder, 'checkpoint'))) throw error
    return empty
  }
  return verifyLedger({ database, exportFolder, trust, ...optionsOf(values) })
}

function report(io: Io, values: Values, found: Verification): ExitCode {
  if (values.json === true) {
    io.stdout.write(`${JSON.stringify(found)}\n`)
    return found.ok ? 0 : 1
  }
  const say = (key: Parameters<typeof ledgerText>[1], given: Record<string, number | string> = {}) =>
    io.stdout.write(`${ledgerText(io.language, key, given)}\n`)
  const { ok, entries, size, checkpoints, open, problems, unlisted, pruned } = found
  if (!ok) say('check.wrong', { entries, count: problems.length + unlisted })
  else if (size === 0) say('check.empty')
  else say('check.ok', { entries, checkpoints })
  for (const problem of problems) io.stdout.write(`- ${problemText(io.language, problem)}\n`)
  if (unlisted > 0) say('check.unlisted', { count: unlisted })
  if (open.length > 0) say('check.open', { count: open.length })
  for (const { from, to, index, at, termDays: days, left } of pruned) {
    const date = formatDate(new Date(at), io.language)
    const plain = { days: String(days), from: String(from), to: String(to), date }
    if (index === null) say('check.prunedWaiting', plain)
    else say('check.pruned', { ...plain, index: String(index) })
    if (left > 0) say('check.prunedLeft', { count: left })
  }
  return ok ? 0 : 1
}
