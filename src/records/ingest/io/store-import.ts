/**
 * Imported conversations into the store: one transaction per record with its ledger event, so that an import that was
 * killed half-way can be run again and ends in the same state. Contents are sealed under the subject's key.
 */
import { randomBytes } from 'node:crypto'
import type { NewEvent } from '../../../ledger/contract.ts'
import { append, nodeSha256 } from '../../../ledger/index.ts'
import { commitment } from '../../../ledger/rules.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Database, Scope, Tx } from '../../../platform/database.ts'
import type { Ids } from '../../../platform/ids.ts'
import { type Key, type KeyRing, keyedHash, sealJson, subjectKey } from '../../../vault/index.ts'
import { channels } from '../../contract.ts'
import { referenceHash } from '../../io/subjects.ts'
import { indexTurns } from '../../search/io/tokens.ts'
import { admitBySource, type HeldReason } from '../admission.ts'
import type { ImportedConversation, PartyRole, ProblemCode } from '../contract.ts'
import { countDeviations, type FileReport, type Outcome } from '../import-report.ts'
import type { ImportSink } from './import.ts'

export type GroundAsked = {
  readonly client: string
  readonly purpose: string
  readonly subject: string
  readonly conversation: string
}
/** Whether the register allows this purpose for this subject; asked in the transaction that stores the conversation. */
export type Ground =
  | { readonly ground: 'allowed'; readonly basis: string; readonly record?: string }
  | { readonly ground: 'refused'; readonly reason: HeldReason; readonly record?: string }

export type ImportContext = {
  readonly database: Database
  readonly keys: KeyRing
  readonly ids: Ids
  readonly clock: Clock
  readonly scope: Scope
  readonly client: string
  readonly purpose: string
  /** Lawful basis of the purpose as the register has it. */
  readonly basis: string
  /** Given by the composer, since grounds belong to a folder above this one. */
  decideGround(tx: Tx, asked: GroundAsked): Promise<Ground>
}

/** Another import was faster with the same record or subject: the transaction is run again on what is there now. */
class Moved extends Error {
  override readonly name = 'Moved'
}

/** A sink that stores. Safe beside other imports: the same record twice is one conversation. */
export function storeSink(context: ImportContext): ImportSink {
  let batch: Batch | undefined
  return {
    // most of a record's time is waiting for the database
    parallel: 6,
    async fileStarted(sha256) {
      batch = { id: context.ids.next(), sha256, startedAt: context.clock.now() }
      await context.database.inTx(context.scope, (tx) => startBatch(tx, context, batch!))
    },
    async take(conversation) {
      for (let attempt = 0; ; attempt++) {
        try {
          return await takeOnce(context, conversation, batch)
        } catch (error) {
          if (!(error instanceof Moved) || attempt === 4) throw error
        }
      }
    },
    async fileDone(report) {
      const event = context.ids.next()
      await context.database.inTx(context.scope, (tx) => endBatch(tx, context, batch!, report, event))
    },
  }
}

type Batch = { readonly id: string; readonly sha256: string; readonly startedAt: Date }
type Fresh = { readonly conversation: string; readonly subject: string; readonly event: string; readonly salt: Buffer }

async function takeOnce(
  context: ImportContext,
  conversation: ImportedConversation,
  batch: Batch | undefined,
): Promise<Outcome> {
  // made outside the transaction, which may run more than once
  const fresh: Fresh = {
    conversation: context.ids.next(),
    subject: context.ids.next(),
    event: context.ids.next(),
    salt: randomBytes(32),
  }
  return context.database.inTx(context.scope, (tx) => take(tx, context, conversation, batch, fresh))
}

async function take(
  tx: Tx,
  context: ImportContext,
  conversation: ImportedConversation,
  batch: Batch | undefined,
  fresh: Fresh,
): Promise<Outcome> {
  const now = context.clock.now()
  const admission = admitBySource(conversation, context.purpose, now)
  const keyHmac = hashed(context, 'imported', conversation.idempotencyKey)
  const contentHmac = hashed(context, 'imported-content', conversation.contentHash)
  const known = await findImported(tx, context, keyHmac)
  const same = known.find(({ content }) => content.equals(contentHmac))
  if (admission.admit === 'refuse') {
    // what was stored before the source said no is kept apart from now on
    for (const { conversation: stored, state } of known)
      if (state === 'normal') await hold(tx, context, stored, admission.code, context.ids.next(), now)
    return refused(conversation, admission.code)
  }
  if (same !== undefined) {
    if (admission.admit === 'hold' && same.state === 'normal')
      await hold(tx, context, same.conversation, admission.reason, context.ids.next(), now)
    if (same.state === 'sealed')
      return { ...refused(conversation, 'sealed'), held: 'sealed', conversation: same.conversation }
    return { state: 'duplicate', conversation: same.conversation }
  }

  const subject = await chooseSubject(tx, context, conversation, fresh.subject, now)
  const ground: Ground =
    admission.admit === 'hold'
      ? { ground: 'refused', reason: admission.reason }
      : await context.decideGround(tx, {
          client: context.client,
          purpose: context.purpose,
          subject,
          conversation: fresh.conversation,
        })
  const conflict = known.length > 0
  const state = conflict
    ? 'conflict'
    : conversation.grade === 'sealed'
      ? 'sealed'
      : ground.ground === 'refused'
        ? 'held'
        : 'normal'
  const key = await subjectKey(tx, context.keys, { tenant: context.scope.tenant, client: context.client, subject }, now)
  await insertConversation(
    tx,
    context,
    conversation,
    { ...fresh, subject },
    { key, state, ground, batch, keyHmac: conflict ? null : keyHmac, now },
  )
  await tx.query(
    'insert into imported_key (tenant_id, client_id, key_hmac, content_hmac, conversation_id) values ($1, $2, $3, $4, $5)',
    [context.scope.tenant, context.client, keyHmac, contentHmac, fresh.conversation],
  )
  await append(tx, importedEvent(context, conversation, { ...fresh, subject }, state, ground, batch, now))
  const held = ground.ground === 'refused' ? { held: ground.reason } : {}
  if (state === 'sealed')
    return { ...refused(conversation, 'sealed'), held: 'sealed', conversation: fresh.conversation }
  return { state: conflict ? 'conflict' : 'accepted', ...held, conversation: fresh.conversation }
}

function refused(conversation: ImportedConversation, code: ProblemCode): Extract<Outcome, { state: 'refused' }> {
  const { file, line } = conversation.place
  return { state: 'refused', problem: { code, file, ...(line === undefined ? {} : { line }) } }
}

/** Keyed, so that neither a source's id nor the fact that two contents are the same can be read from the table. */
function hashed(context: ImportContext, use: string, value: string): Buffer {
  return keyedHash(context.keys.indexKey(context.scope.tenant), use, context.client, value)
}

type Imported = { readonly conversation: string; readonly content: Buffer; readonly state: string }

async function findImported(tx: Tx, context: ImportContext, keyHmac: Buffer): Promise<Imported[]> {
  const { rows } = await tx.query<{ conversation_id: string; content_hmac: Buffer; state: string }>(
    `select k.conversation_id, k.content_hmac, c.state from imported_key k join conversation c on c.tenant_id = k.tenant_id and c.conversation_id = k.conversation_id
     where k.tenant_id = $1 and k.client_id = $2 and k.key_hmac = $3`,
    [context.scope.tenant, context.client, keyHmac],
  )
  return rows.map((row) => ({ conversation: row.conversation_id, content: row.content_hmac, state: row.state }))
}

/** The subject of the customer reference in the file; without one an anonymous subject of this conversation alone. */
async function chooseSubject(
  tx: Tx,
  context: ImportContext,
  conversation: ImportedConversation,
  fresh: string,
  now: Date,
): Promise<string> {
  const { tenant } = context.scope
  const hmac =
    conversation.subjectReference === undefined
      ? undefined
      : referenceHash(context.keys, tenant, { client: context.client, reference: conversation.subjectReference })
  if (hmac !== undefined) {
    const { rows } = await tx.query<{ subject_id: string }>(
      'select subject_id from subject_reference where tenant_id = $1 and client_id = $2 and reference_hmac = $3',
      [tenant, context.client, hmac],
    )
    if (rows[0] !== undefined) return rows[0].subject_id
  }
  await tx.query(
    'insert into data_subject (tenant_id, client_id, subject_id, kind, language, created_at) values ($1, $2, $3, $4, $5, $6)',
    [tenant, context.client, fresh, hmac === undefined ? 'anonymous' : 'known', conversation.language ?? null, now],
  )
  if (hmac === undefined) return fresh
  const { rowCount } = await tx.query(
    'insert into subject_reference (tenant_id, client_id, reference_hmac, subject_id) values ($1, $2, $3, $4) on conflict do nothing',
    [tenant, context.client, hmac, fresh],
  )
  if (rowCount !== 1) throw new Moved('the subject was made by another import')
  return fresh
}

type Stored = {
  readonly key: Key
  readonly state: string
  readonly ground: Ground
  readonly batch: Batch | undefined
  readonly keyHmac: Buffer | null
  readonly now: Date
}

async function insertConversation(
  tx: Tx,
  context: ImportContext,
  conversation: ImportedConversation,
  fresh: Fresh,
  stored: Stored,
): Promise<void> {
  const { tenant } = context.scope
  const { rowCount } = await tx.query(
    `insert into conversation (tenant_id, client_id, conversation_id, subject_id, purpose_id, channel, language, source, source_format, external_hmac, started_at, ended_at, turn_count, state, import, updated_at)
     values ($1, $2, $3, $4, $5, $6, $7, 'import', $8, $9, $10, $11, $12, $13, $14, $15) on conflict do nothing`,
    [
      tenant,
      context.client,
      fresh.conversation,
      fresh.subject,
      context.purpose,
      (channels as readonly string[]).includes(conversation.channel ?? '') ? conversation.channel : 'other',
      // BCP 47: undetermined
      conversation.language ?? 'und',
      conversation.format,
      stored.keyHmac,
      // the column wants a time; whether it is the file's or that of importing stands in `import.timeQuality` and `startedAtKnown`
      conversation.startedAt ?? stored.now.toISOString(),
      conversation.endedAt ?? null,
      conversation.turns.length,
      stored.state,
      JSON.stringify(importFacts(conversation, fresh, stored, tenant)),
      stored.now,
    ],
  )
  if (rowCount !== 1) throw new Moved('the record was imported by another import')
  await insertParties(tx, context, conversation, fresh, stored.key)
  await insertTurns(tx, context, conversation, fresh, stored.key)
}

/** What may stand readable about an import, and under seal what came with the conversation beside its turns. */
function importFacts(
  conversation: ImportedConversation,
  fresh: Fresh,
  { key, ground, batch, now }: Stored,
  tenant: string,
): Record<string, unknown> {
  const beside = {
    sourceId: conversation.sourceId,
    channel: conversation.channel,
    events: conversation.events,
    recordings: conversation.recordings,
    foreignLabels: conversation.foreignLabels,
    links: conversation.links,
    lawfulBasis: conversation.lawfulBasis,
    deviations: conversation.deviations,
    bytes: conversation.sealed === undefined ? undefined : Buffer.from(conversation.sealed.bytes).toString('base64'),
  }
  return {
    batch: batch?.id ?? null,
    importedAt: now.toISOString(),
    format: conversation.format,
    version: conversation.formatVersion,
    grade: conversation.grade,
    signature: conversation.signature ?? null,
    timeQuality: conversation.timeQuality,
    startedAtKnown: conversation.startedAt !== undefined,
    held: ground.ground === 'refused' ? ground.reason : null,
    deviations: Object.fromEntries(
      countDeviations(conversation.deviations.map((deviation) => ({ ...deviation, detail: '' }))).map(
        ({ code, count }) => [code, count],
      ),
    ),
    counts: {
      events: conversation.events.length,
      recordings: conversation.recordings.length,
      foreignLabels: conversation.foreignLabels.length,
    },
    sealed: sealJson(key, ['conversation', 'import', tenant, fresh.conversation], beside).toString('base64'),
  }
}

async function insertParties(
  tx: Tx,
  context: ImportContext,
  conversation: ImportedConversation,
  fresh: Fresh,
  key: Key,
): Promise<void> {
  if (conversation.parties.length === 0) return
  const { tenant } = context.scope
  const sealed = conversation.parties.map(({ n, role: _, ...about }) =>
    Object.keys(about).length === 0
      ? null
      : sealJson(key, ['party', 'sealed', tenant, fresh.conversation, String(n + 1)], about),
  )
  await tx.query(
    `insert into party (tenant_id, client_id, conversation_id, n, role, sealed)
     select $1, $2, $3, p.n, p.role, p.sealed from unnest($4::text[], $5::bytea[]) with ordinality as p(role, sealed, n)`,
    [tenant, context.client, fresh.conversation, conversation.parties.map(({ role }) => role), sealed],
  )
}

const turnRoles: Readonly<Record<PartyRole, string>> = {
  customer: 'customer',
  ai: 'ai',
  human_agent: 'agent',
  supervisor: 'agent',
  system: 'system',
  third_party: 'unknown',
  unknown: 'unknown',
}

/** Turns count from 1, as those of the gateway do; parties too. */
async function insertTurns(
  tx: Tx,
  context: ImportContext,
  conversation: ImportedConversation,
  fresh: Fresh,
  key: Key,
): Promise<void> {
  const { tenant } = context.scope
  const salt = fresh.salt.toString('base64')
  for (let from = 0; from < conversation.turns.length; from += 1000) {
    const turns = conversation.turns.slice(from, from + 1000)
    await indexTurns(
      tx,
      context.keys,
      { tenant, client: context.client, conversation: fresh.conversation, language: conversation.language ?? 'nl' },
      turns.map(({ seq, text }) => ({ seq: seq + 1, said: text })),
    )
    await tx.query(
      `insert into turn (tenant_id, client_id, conversation_id, seq, role, at, sealed, redacted)
       select $1, $2, $3, $4::int + t.n, t.role, t.at, t.sealed, t.redacted::jsonb
       from unnest($5::text[], $6::timestamptz[], $7::bytea[], $8::text[]) with ordinality as t(role, at, sealed, redacted, n)`,
      [
        tenant,
        context.client,
        fresh.conversation,
        from,
        turns.map(
          ({ party }) => turnRoles[(party === null ? undefined : conversation.parties[party]?.role) ?? 'unknown'],
        ),
        turns.map(({ at }) => at ?? null),
        turns.map(({ seq, text, party, at: _, modality: __, ...about }) =>
          sealJson(key, ['turn', 'sealed', tenant, fresh.conversation, String(seq + 1)], {
            said: text,
            salt,
            party: party === null ? null : party + 1,
            ...about,
          }),
        ),
        // what the source hid is counted as its own class
        turns.map(({ redaction }) =>
          JSON.stringify(redaction === undefined ? {} : { source: Math.max(1, redaction.spans.length) }),
        ),
      ],
    )
  }
}

function importedEvent(
  context: ImportContext,
  conversation: ImportedConversation,
  fresh: Fresh,
  state: string,
  ground: Ground,
  batch: Batch | undefined,
  now: Date,
): NewEvent {
  const turns = conversation.turns.length
  return {
    id: fresh.event,
    type: 'conversation.imported',
    at: now.toISOString(),
    actor: context.scope.actor,
    tenant: context.scope.tenant,
    client: context.client,
    subject: fresh.subject,
    refs: {
      conversation: fresh.conversation,
      purpose: context.purpose,
      ...(batch === undefined ? {} : { import: batch.id }),
      ...(ground.record === undefined ? {} : { ground: ground.record }),
    },
    body: {
      format: conversation.format,
      version: conversation.formatVersion,
      grade: conversation.grade,
      state,
      ...(ground.ground === 'allowed' ? { basis: ground.basis } : { held: ground.reason }),
      ...(batch === undefined ? {} : { fileSha256: batch.sha256 }),
      ...(turns > 0 ? { turns: { from: 1, to: turns } } : {}),
      parties: conversation.parties.length,
      events: conversation.events.length,
      recordings: conversation.recordings.length,
      deviations: conversation.deviations.length,
      timeQuality: conversation.timeQuality,
    },
    ...(turns > 0
      ? {
          commit: commitment(
            fresh.salt,
            conversation.turns.map(({ seq, text }) => ({ seq: seq + 1, said: text })),
            nodeSha256,
          ),
        }
      : {}),
  }
}

/** Takes a stored conversation apart after the source said no. */
async function hold(
  tx: Tx,
  context: ImportContext,
  conversation: string,
  reason: string,
  event: string,
  now: Date,
): Promise<void> {
  const { rows } = await tx.query<{ subject_id: string }>(
    `update conversation set state = 'held', import = import || jsonb_build_object('held', $3::text), updated_at = $4 where tenant_id = $1 and conversation_id = $2 and state = 'normal' returning subject_id`,
    [context.scope.tenant, conversation, reason, now],
  )
  if (rows[0] === undefined) return
  await append(tx, {
    id: event,
    type: 'conversation.withheld',
    at: now.toISOString(),
    actor: context.scope.actor,
    tenant: context.scope.tenant,
    client: context.client,
    subject: rows[0].subject_id,
    refs: { conversation, purpose: context.purpose },
    body: { reason },
  })
}

async function startBatch(tx: Tx, context: ImportContext, batch: Batch): Promise<void> {
  await tx.query(
    `insert into import_batch (tenant_id, client_id, import_id, file_sha256, purpose_id, basis, format, counts, problems, started_at) values ($1, $2, $3, $4, $5, $6, $7, '{}', '[]', $8) on conflict do nothing`,
    [
      context.scope.tenant,
      context.client,
      batch.id,
      batch.sha256,
      context.purpose,
      context.basis,
      'auto',
      batch.startedAt,
    ],
  )
}

/** Problems kept with a batch; the rest is counted. */
const keptProblems = 1000

async function endBatch(
  tx: Tx,
  context: ImportContext,
  batch: Batch,
  report: FileReport,
  event: string,
): Promise<void> {
  const { accepted, refused, duplicate, conflict, held } = report
  const now = context.clock.now()
  const codes: Record<string, number> = {}
  for (const { code } of report.problems) codes[code] = (codes[code] ?? 0) + 1
  const counts = { accepted, refused, duplicate, conflict, held }
  const formats = [...new Set(report.conversations.map(({ format }) => format))]
  await tx.query(
    'update import_batch set counts = $3, problems = $4, format = $5, ended_at = $6 where tenant_id = $1 and import_id = $2',
    [
      context.scope.tenant,
      batch.id,
      JSON.stringify({ ...counts, refusedBy: codes }),
      // code and place only: the name of a file, or of a field in it, may be a customer's
      JSON.stringify(
        report.problems.slice(0, keptProblems).map(({ code, line, column, byte }) => ({ code, line, column, byte })),
      ),
      formats.join(', ') || 'none',
      now,
    ],
  )
  await append(tx, {
    id: event,
    type: 'import.completed',
    at: now.toISOString(),
    actor: context.scope.actor,
    tenant: context.scope.tenant,
    client: context.client,
    subject: null,
    refs: { import: batch.id, purpose: context.purpose },
    body: { fileSha256: batch.sha256, basis: context.basis, ...counts, refusedBy: codes },
  })
}
