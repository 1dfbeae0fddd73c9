/** `waarborg replay FILE…`: recordings through the gateway, beside a running server or alone. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { createKey, listKeys, revokeKey } from '../access/index.ts'
import { startApplication } from '../main.ts'
import { systemClock } from '../platform/clock.ts'
import { randomIds } from '../platform/ids.ts'
import { silentLog } from '../platform/log.ts'
import { formatNumber } from '../platform/text.ts'
import type { RecordedConversation } from '../records/ingest/contract.ts'
import { readForReplay } from '../records/ingest/index.ts'
import {
  type FormatChoice,
  formatChoices,
  type Mapping,
  parseMapping,
  problemMessage,
} from '../records/ingest/rules.ts'
import type { Command, ExitCode, Io, Values } from './command.ts'
import { applyDemonstration, demonstrationState } from './demonstration.ts'
import type { Installation } from './installation.ts'
import { version } from './main.ts'
import { progressBar } from './progress.ts'
import { gatewayClient, type Message } from './replaying/client.ts'
import { callsOf, type Recording, replayRecordings } from './replaying/recorded.ts'
import { type Tally, total } from './replaying/tally.ts'
import { cliText } from './text.ts'

export const command: Command = {
  name: 'replay',
  summary: {
    nl: 'Laat opgenomen gesprekken door de gateway gaan.',
    en: 'Send recorded conversations through the gateway.',
  },
  usage: 'FILE… [--system S] [--purpose P] [--as recorded|live] [--upstream record] [--mapping F]',
  options: {
    system: { type: 'string', help: { nl: 'AI-systeem uit het register.', en: 'AI system from the register.' } },
    purpose: { type: 'string', help: { nl: 'Doel uit het register.', en: 'Purpose from the register.' } },
    as: {
      type: 'string',
      help: {
        nl: 'recorded (elk opgenomen antwoord opnieuw vragen) of live.',
        en: 'recorded (ask again for each recorded answer) or live.',
      },
    },
    upstream: {
      type: 'string',
      help: {
        nl: 'record: bewaar wat de leverancier zou krijgen in een bestand.',
        en: 'record: keep what the provider would receive in a file.',
      },
    },
    output: { type: 'string', help: { nl: 'Bestand voor --upstream record.', en: 'File for --upstream record.' } },
    mapping: { type: 'string', help: { nl: 'Koppelbestand (YAML).', en: 'Mapping file (YAML).' } },
    format: {
      type: 'string',
      help: { nl: 'auto, vcon, openai-chat of mapped.', en: 'auto, vcon, openai-chat or mapped.' },
    },
    field: {
      type: 'string',
      help: { nl: 'Plaats van de berichten in een chatlogboek.', en: 'Place of the messages in a chat log.' },
    },
    parallel: {
      type: 'string',
      help: { nl: 'Gesprekken tegelijk (anders 4).', en: 'Conversations at once (otherwise 4).' },
    },
  },
  async run(io, { values, positionals }) {
    const wrong = check(values, positionals)
    if (wrong) {
      io.stderr.write(`${cliText(io.language, wrong)}\n`)
      return 2
    }
    const read = await readAll(io, values, positionals)
    if (read === undefined) return 2
    if (read.recordings.length === 0) {
      io.stderr.write(`${cliText(io.language, 'replay.nothing')}\n`)
      return 2
    }
    const store = await io.openStore(values)
    try {
      return await replay(io, values, store.installation, store.operator, read)
    } finally {
      await store.close()
    }
  },
}

function check(
  values: Values,
  positionals: readonly string[],
): 'replay.files' | 'replay.as' | 'replay.upstream' | undefined {
  if (positionals.length === 0) return 'replay.files'
  if (values.as !== undefined && values.as !== 'recorded' && values.as !== 'live') return 'replay.as'
  if (values.upstream !== undefined && values.upstream !== 'record') return 'replay.upstream'
  return undefined
}

type Read = { readonly recordings: readonly Recording[]; readonly problems: number }

async function readAll(io: Io, values: Values, files: readonly string[]): Promise<Read | undefined> {
  const format = typeof values.format === 'string' ? values.format : 'auto'
  if (!(formatChoices as readonly string[]).includes(format)) {
    io.stderr.write(`${cliText(io.language, 'replay.format', { known: formatChoices.join(', ') })}\n`)
    return undefined
  }
  let mapping: Mapping | undefined
  if (typeof values.mapping === 'string') {
    const parsed = readMapping(values.mapping)
    if (!parsed.ok) {
      io.stderr.write(`${values.mapping}: ${problemMessage(parsed.problem, io.language)}\n`)
      return undefined
    }
    mapping = parsed.mapping
  }
  const recordings: Recording[] = []
  let problems = 0
  for (const file of files) {
    for await (const one of readForReplay(file, {
      now: systemClock.now(),
      format: format as FormatChoice,
      mapping,
      field: typeof values.field === 'string' ? values.field : undefined,
      encoding: undefined,
    })) {
      if (one.kind === 'conversation') recordings.push(recordingOf(one.conversation))
      else {
        problems++
        if (problems <= 20) io.stderr.write(`${problemMessage(one.problem, io.language)}\n`)
      }
    }
  }
  return { recordings, problems }
}

/** Errors: a file that cannot be read is a problem like any other, with its name. */
function readMapping(path: string): ReturnType<typeof parseMapping> {
  try {
    return parseMapping(readFileSync(path, 'utf8'), path)
  } catch {
    return { ok: false, problem: { code: 'file_not_found', file: path } }
  }
}

function recordingOf({ id, messages, metadata }: RecordedConversation): Recording {
  const { language, channel, subject } = metadata
  return { id, messages: messages as readonly Message[], language, channel, subject }
}

async function replay(
  io: Io,
  values: Values,
  installation: Installation,
  operator: string,
  { recordings, problems }: Read,
): Promise<ExitCode> {
  // Somebody who begins with this command has no organisation yet: the demonstration's stands in for it, and it is said.
  if (values.system === undefined && (await demonstrationState(installation)) === 'new') {
    await applyDemonstration(installation)
    io.stderr.write(`${cliText(io.language, 'replay.demonstration')}\n`)
  }
  const target = await findSystem(installation, values)
  if (target === undefined) {
    io.stderr.write(`${cliText(io.language, 'replay.system')}\n`)
    return 2
  }
  const as = values.as === 'live' ? 'live' : 'recorded'
  const file = resolve(
    typeof values.output === 'string'
      ? values.output
      : `replay-${systemClock.now().toISOString().replaceAll(/[:.]/g, '-')}.jsonl`,
  )
  const application = await startApplication({
    installation,
    clock: systemClock,
    ids: randomIds,
    log: silentLog,
    version: version(),
    host: '127.0.0.1',
    port: 0,
    gatewayOnly: true,
    ...(values.upstream === 'record' ? { upstreamOverride: { kind: 'record', file } as const } : {}),
  })
  const scope = { tenant: target.tenant, clients: '*', actor: { kind: 'operator', id: operator } } as const
  const act = () => ({ now: systemClock.now(), ids: randomIds })
  const { row, key } = await installation.database.inTx(scope, async (tx) => {
    for (const old of await listKeys(tx, { system: target.system }))
      if (old.label === 'replay' && old.revokedAt === null) await revokeKey(tx, old.id, act())
    return createKey(
      tx,
      { system: target.system, label: 'replay', expiresAt: new Date(systemClock.now().getTime() + 86_400_000) },
      act(),
    )
  })
  const client = gatewayClient(application.url, 16)
  const bar = progressBar(io.stderr as never)
  const calls = recordings.reduce((sum, recording) => sum + callsOf(recording, as), 0)
  try {
    const tally = await replayRecordings(recordings, {
      client,
      key,
      model: target.model,
      purpose: typeof values.purpose === 'string' ? values.purpose : undefined,
      as,
      parallel: Number(values.parallel ?? 4) || 4,
      progress: (done, so) =>
        bar.update(
          done,
          calls,
          cliText(io.language, 'demo.progress', {
            forwarded: so.forwarded,
            refused: total(so.refused),
            failed: total(so.failed),
          }),
        ),
    })
    bar.end()
    const redacted = await redactedSince(installation, target.tenant, row.createdAt, target.system)
    if (values.json)
      io.stdout.write(
        `${JSON.stringify({ conversations: recordings.length, calls, forwarded: tally.forwarded, refused: tally.refused, failed: tally.failed, redacted, problems, ...(values.upstream === 'record' ? { received: file } : {}) })}\n`,
      )
    else
      io.stdout.write(
        sentences(io, tally, redacted, {
          conversations: recordings.length,
          calls,
          file: values.upstream === 'record' ? file : undefined,
        }),
      )
    return problems > 0 || total(tally.failed) > 0 ? 1 : 0
  } finally {
    bar.end()
    await installation.database.inTx(scope, (tx) => revokeKey(tx, row.id, act())).catch(() => {})
    await client.close()
    await application.close()
  }
}

/** The named system, else a system whose first purpose does not ask for consent: a replay invents no consent. */
async function findSystem(
  installation: Installation,
  values: Values,
): Promise<{ tenant: string; system: string; model: string } | undefined> {
  return installation.database.inTx(
    { tenant: '*', clients: '*', actor: { kind: 'job', id: 'replay' } },
    async (tx) => {
      const { rows } = await tx.query<{ tenant_id: string; system_id: string; model: string }>(
        `select s.tenant_id, s.system_id, v.model
         from ai_system s
         join system_version v on v.tenant_id = s.tenant_id and v.system_id = s.system_id and v.is_current
         join standing st on st.tenant_id = v.tenant_id and st.system_id = v.system_id and st.version_id = v.version_id
         join purpose p on p.tenant_id = s.tenant_id and p.client_id = s.client_id and p.purpose_id = coalesce($2, s.purposes[1])
         where ($1::text is null or s.system_id = $1) and ($1::text is not null or (p.basis <> 'consent' and st.gate = 'passed' and st.oversight = 'present' and st.stopped_at is null and s.channel = 'chat' and s.disclosure = 'inject'))
         order by s.updated_at, s.system_id limit 1`,
        [
          typeof values.system === 'string' ? values.system : null,
          typeof values.purpose === 'string' ? values.purpose : null,
        ],
      )
      return rows[0] && { tenant: rows[0].tenant_id, system: rows[0].system_id, model: rows[0].model }
    },
    { readOnly: true },
  )
}

async function redactedSince(
  installation: Installation,
  tenant: string,
  since: Date,
  system: string,
): Promise<Record<string, number>> {
  return installation.database.inTx(
    { tenant, clients: '*', actor: { kind: 'job', id: 'replay' } },
    async (tx) =>
      Object.fromEntries(
        (
          await tx.query<{ key: string; n: number }>(
            'select r.key, sum(r.value::int) as n from ai_call c, jsonb_each_text(c.redacted) r where c.tenant_id = $1 and c.system_id = $2 and c.started_at >= $3 group by r.key order by n desc',
            [tenant, system, since],
          )
        ).rows.map((row) => [row.key, row.n]),
      ),
    { readOnly: true },
  )
}

function sentences(
  io: Io,
  tally: Tally,
  redacted: Record<string, number>,
  { conversations, calls, file }: { conversations: number; calls: number; file: string | undefined },
): string {
  const list = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .map(([key, n]) => `${key} ${formatNumber(n, io.language)}`)
      .join(' · ') || '–'
  const lines = [
    cliText(io.language, 'replay.done', { conversations, calls }),
    cliText(io.language, 'demo.forwarded', { n: tally.forwarded }),
    cliText(io.language, 'demo.refused', { list: list(tally.refused) }),
    cliText(io.language, 'demo.redacted', { list: list(redacted) }),
  ]
  if (total(tally.failed) > 0) lines.push(cliText(io.language, 'demo.failed', { list: list(tally.failed) }))
  if (file) lines.push(cliText(io.language, 'replay.received', { file }))
  return `${lines.join('\n')}\n`
}
