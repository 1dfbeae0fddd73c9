/** `waarborg import FILE… --purpose P`: recorded conversations into the store, or with --dry-run only looked at. */
import { readFile } from 'node:fs/promises'
import { chooseTenant } from '../access/index.ts'
import { commandRefusal } from '../access/rules.ts'
import { systemClock } from '../platform/clock.ts'
import type { Scope } from '../platform/database.ts'
import { ApiError } from '../platform/http.ts'
import { randomIds } from '../platform/ids.ts'
import type { Language } from '../platform/text.ts'
import { decideGround, loadPurposesOf } from '../privacy/index.ts'
import { drySink, type ImportSink, importFiles, type ReadOptions, storeSink } from '../records/ingest/index.ts'
import {
  deviationMessage,
  type Encoding,
  encodings,
  type FileReport,
  type FormatChoice,
  formatChoices,
  ingestText,
  type Mapping,
  parseMapping,
  problemMessage,
} from '../records/ingest/rules.ts'
import type { Command, ExitCode, Io, Store, Values } from './command.ts'

/** Problems shown per file in the table for people; --json has them all. */
const shown = 20

export const command: Command = {
  name: 'import',
  summary: {
    nl: 'Lees opgenomen gesprekken in: vCon, chatlogboeken, of elk JSON Lines- of CSV-bestand met een koppelbestand.',
    en: 'Import recorded conversations: vCon, chat logs, or any JSON Lines or CSV file with a mapping.',
  },
  usage: 'FILE… --purpose P [--client C] [--format auto] [--mapping F] [--field F] [--encoding E] [--dry-run]',
  options: {
    purpose: { type: 'string', help: { nl: 'Doel uit het register.', en: 'Purpose from the register.' } },
    client: {
      type: 'string',
      help: { nl: 'Opdrachtgever van wie de gesprekken zijn.', en: 'Client whose conversations they are.' },
    },
    format: {
      type: 'string',
      help: { nl: 'auto, vcon, openai-chat of mapped.', en: 'auto, vcon, openai-chat or mapped.' },
    },
    mapping: { type: 'string', help: { nl: 'Koppelbestand (YAML).', en: 'Mapping file (YAML).' } },
    field: {
      type: 'string',
      help: { nl: 'Plaats van de berichten in een chatlogboek.', en: 'Place of the messages in a chat log.' },
    },
    encoding: {
      type: 'string',
      help: { nl: 'Tekencodering, als het geen UTF-8 is.', en: 'Text encoding, when it is not UTF-8.' },
    },
    'dry-run': { type: 'boolean', help: { nl: 'Alleen kijken, niets bewaren.', en: 'Only look, keep nothing.' } },
  },
  async run(io, { values, positionals }) {
    const asked = await readRequest(io, values, positionals)
    if ('exit' in asked) return asked.exit
    if (asked.dryRun) return runImport(io, asked, drySink(asked.purpose, asked.options.now))
    const store = await io.openStore(values)
    try {
      const sink = await openSink(io, asked, store)
      return 'exit' in sink ? sink.exit : await runImport(io, asked, sink)
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      return commandRefusal(io, error.code, error.values ?? {})
    } finally {
      await store.close()
    }
  },
}

/** Client and purpose must be on record before a record is read: a typing error would put everything apart. */
async function openSink(io: Io, asked: Request, store: Store): Promise<ImportSink | { readonly exit: ExitCode }> {
  const tenant = await chooseTenant(store.database, asked.tenant ?? store.settings.tenant ?? undefined, store.operator)
  const scope: Scope = { tenant, clients: '*', actor: { kind: 'operator', id: store.operator } }
  const bad = (key: Parameters<typeof ingestText>[1], params: Record<string, string>): { exit: ExitCode } => {
    io.stderr.write(`${ingestText(io.language, key, params)}\n`)
    return { exit: 2 }
  }
  return store.database.inTx(scope, async (tx) => {
    const { rows } = await tx.query<{ client_id: string }>(
      'select client_id from client where tenant_id = $1 order by client_id',
      [tenant],
    )
    const clients = rows.map((row) => row.client_id)
    const client = asked.client ?? (clients.length === 1 ? clients[0]! : undefined)
    if (client === undefined || !clients.includes(client))
      return bad(asked.client === undefined ? 'import.client_needed' : 'import.client_unknown', {
        known: clients.join(', '),
      })
    const purposes = await loadPurposesOf(tx, client)
    const purpose = purposes.find(({ id }) => id === asked.purpose)
    if (purpose === undefined) return bad('import.purpose_unknown', { known: purposes.map(({ id }) => id).join(', ') })
    return storeSink({
      database: store.database,
      keys: store.keys,
      ids: randomIds,
      clock: systemClock,
      scope,
      client,
      purpose: purpose.id,
      basis: purpose.basis,
      decideGround: (each, about) => decideGround(each, about, systemClock.now()),
    })
  })
}

type Request = {
  readonly tenant: string | undefined
  readonly files: readonly string[]
  readonly purpose: string
  readonly client: string | undefined
  readonly dryRun: boolean
  readonly json: boolean
  readonly options: ReadOptions
}

async function readRequest(
  io: Io,
  values: Values,
  positionals: readonly string[],
): Promise<Request | { readonly exit: ExitCode }> {
  const bad = (key: Parameters<typeof ingestText>[1], params: Record<string, string> = {}): { exit: ExitCode } => {
    io.stderr.write(`${ingestText(io.language, key, params)}\n`)
    return { exit: 2 }
  }
  const text = (name: string) => (typeof values[name] === 'string' ? (values[name] as string) : undefined)
  if (positionals.length === 0) return bad('import.files_missing')
  const purpose = text('purpose')
  if (purpose === undefined || purpose.trim() === '') return bad('import.purpose_missing')
  const format = text('format') ?? 'auto'
  if (!(formatChoices as readonly string[]).includes(format))
    return bad('import.format_unknown', { known: formatChoices.join(', ') })
  const encoding = text('encoding')
  if (encoding !== undefined && !(encodings as readonly string[]).includes(encoding))
    return bad('problem.encoding_unknown', { known: encodings.join(', ') })
  const mapping = await readMappingFile(io, text('mapping'))
  if (mapping === 'bad') return { exit: 2 }
  return {
    files: positionals,
    purpose: purpose.trim(),
    client: text('client'),
    tenant: text('tenant'),
    dryRun: values['dry-run'] === true,
    json: values.json === true,
    options: {
      now: new Date(),
      format: format as FormatChoice,
      mapping,
      field: text('field'),
      encoding: encoding as Encoding | undefined,
    },
  }
}

async function readMappingFile(io: Io, path: string | undefined): Promise<Mapping | undefined | 'bad'> {
  if (path === undefined) return undefined
  const text = await readFile(path, 'utf8').catch(() => undefined)
  const read = text === undefined ? undefined : parseMapping(text, path)
  if (read?.ok) return read.mapping
  const message = problemMessage(read?.problem ?? { code: 'file_not_found', file: path }, io.language)
  io.stderr.write(`${path}: ${message}\n`)
  return 'bad'
}

async function runImport(io: Io, request: Request, sink: ImportSink): Promise<ExitCode> {
  let exit: ExitCode = 0
  const total = { accepted: 0, refused: 0, duplicate: 0, conflict: 0, held: 0 }
  for await (const report of importFiles(request.files, request.options, sink)) {
    io.stdout.write(
      request.json ? `${JSON.stringify(withMessages(report, io.language))}\n` : table(report, io.language),
    )
    for (const key of Object.keys(total) as (keyof typeof total)[]) total[key] += report[key]
    if (report.problems.some(({ code }) => code === 'file_not_found')) exit = 2
    else if (exit === 0 && report.refused + report.conflict > 0) exit = 1
  }
  if (!request.json)
    io.stdout.write(
      `${ingestText(io.language, request.dryRun ? 'import.total_dry' : 'import.total', strings(total))}\n`,
    )
  return exit
}

function withMessages(report: FileReport, language: Language): object {
  return {
    ...report,
    problems: report.problems.map((problem) => ({ ...problem, message: problemMessage(problem, language) })),
  }
}

function strings(counts: Readonly<Record<string, number>>): Record<string, string> {
  return Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, String(count)]))
}

/** For people: one line of counts, then why things did not go in, then what was read with deviations. */
function table(report: FileReport, language: Language): string {
  const lines = [
    inert(report.file),
    `  ${ingestText(language, 'import.counts', strings({ accepted: report.accepted, refused: report.refused, duplicate: report.duplicate, conflict: report.conflict, held: report.held }))}`,
  ]
  for (const problem of report.problems.slice(0, shown)) lines.push(`  - ${inert(problemMessage(problem, language))}`)
  if (report.problems.length > shown)
    lines.push(`  ${ingestText(language, 'import.more', { count: String(report.problems.length - shown) })}`)
  const deviations = new Map<string, { count: number; sentence: string }>()
  for (const { deviations: found } of report.conversations)
    for (const { code, count, detail } of found) {
      const key = `${code} ${detail}`
      const sentence = deviationMessage(
        { code: code as Parameters<typeof deviationMessage>[0]['code'], pointer: '', detail },
        language,
      )
      deviations.set(key, { sentence, count: (deviations.get(key)?.count ?? 0) + count })
    }
  for (const { count, sentence } of [...deviations.values()].slice(0, shown))
    lines.push(`  · ${count} × ${inert(sentence)}`)
  return `${lines.join('\n')}\n`
}

/** Control characters of a file name or field name must not reach the terminal as commands. */
function inert(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, '\ufffd')
}
