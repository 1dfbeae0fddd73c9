/** SQL of a call: admitted with everything it changes in one transaction, ended in another. Nothing is decided here. */

import type { NewEvent } from '../../ledger/contract.ts'
import { append, nodeSha256 } from '../../ledger/index.ts'
import { commitment } from '../../ledger/rules.ts'
import type { Tx } from '../../platform/database.ts'
import type { ModelFault } from '../../privacy/rules.ts'
import type { TurnRole } from '../../records/contract.ts'
import { indexTurns } from '../../records/index.ts'
import { existingKey, type Key, type KeyRing, openJson, sealJson, subjectKey } from '../../vault/index.ts'
import type { Forward, Refusal } from '../call.ts'
import type { CallEventBody, CallEventType } from '../contract.ts'
import type { KeptAnswer } from '../replay.ts'
import { askForPerson } from './hand-offs.ts'

/** Somebody else changed the conversation (or made the subject) in between: load the facts again and decide anew. */
export class FactsMoved extends Error {
  override readonly name = 'FactsMoved'
}

/** The call has an end already: another process took this one for dead. */
export class AlreadyEnded extends Error {
  override readonly name = 'AlreadyEnded'
}

export type Counts = Readonly<Record<string, number>>

/** One event id each; made before the transaction, so that a second try of it records the same entry. */
export type EventIds = {
  readonly admitted: string
  readonly attempted: string
  readonly end: string
  readonly disclosure: string
}

/** Who and what a call is about; the same in all its events. */
export type CallIdentity = {
  readonly call: string
  readonly tenant: string
  readonly client: string
  readonly key: string
  readonly system: string
  readonly version: string | null
  readonly purpose: string
  readonly channel: string
  readonly language: string
  readonly conversation: string | null
  readonly subject: string | null
  readonly stream: boolean
  readonly process: string
  readonly startedAt: Date
}

export type NewTurn = {
  readonly role: TurnRole
  readonly said: string
  readonly seen: string
  readonly redacted: Counts
}

export type ConversationPlace =
  | {
      readonly kind: 'known'
      readonly turnCount: number
      readonly pseudonymVersion: number | null
      /** null: nothing was sealed for this subject yet, as when all there was were refusals or a disclosure. */
      readonly key: Key | null
    }
  | { readonly kind: 'new'; readonly externalHmac: Buffer | null }

export type SubjectPlace = {
  /** Makes the subject's row with the call. */
  readonly isNew: boolean
  /** Lead from this customer reference to the subject. */
  readonly referenceHmac: Buffer | null
}

export type Admission = {
  readonly identity: CallIdentity & {
    readonly conversation: string
    readonly subject: string
    readonly version: string
  }
  readonly plan: Forward
  readonly place: ConversationPlace
  readonly subject: SubjectPlace
  readonly turns: readonly NewTurn[]
  /** The conversation's pseudonyms when they changed. */
  readonly pseudonyms: unknown | null
  readonly messages: { readonly seen: number; readonly hmac: Buffer }
  readonly redacted: Counts
  /** Why the model beside the rules did not take part, where it should have. */
  readonly modelSkipped: ModelFault | null
  readonly upstream: string
  readonly idempotency: IdempotencyKey | null
  readonly salt: Buffer
}

/** Keyed hashes of an Idempotency-Key, and of the request that it was given for. */
export type IdempotencyKey = { readonly keyHmac: Buffer; readonly bodyHmac: Buffer }

const CALL_COLUMNS = `tenant_id, client_id, call_id, conversation_id, subject_id, system_id, version_id, purpose_id, channel, language, state, code,
  would_refuse, basis, ground_record, gate_record, oversight_record, disclosure, disclosure_record, upstream_id, model, stream, attempts, turn_from, turn_to,
  redacted, started_at, ended_at, admitted_event, end_event, process_id`

/**
 * Records an admitted call: subject and conversation (made when new), turns sealed under the subject's key, pseudonyms,
 * the call's row, its event and that of the first attempt. Once this has committed, the call may leave.
 * Errors: `FactsMoved` when what it was decided on has changed since.
 */
export async function admitCall(
  tx: Tx,
  ring: KeyRing,
  admission: Admission,
  ids: EventIds,
  now: Date,
): Promise<{ key: Key; turns: { from: number; to: number } | undefined }> {
  const { identity, place, turns, plan } = admission
  const { tenant, client, subject, conversation } = identity
  await makeSubject(tx, identity, admission.subject, now)
  const known = place.kind === 'known' ? place.key : null
  const key = known ?? (await subjectKey(tx, ring, { tenant, client, subject }, now))
  if (place.kind === 'new') await makeConversation(tx, identity, place.externalHmac, now)
  const before = place.kind === 'known' ? place.turnCount : 0
  const range = turns.length > 0 ? { from: before + 1, to: before + turns.length } : undefined
  const version = place.kind === 'known' ? (place.pseudonymVersion ?? 0) : 0
  const sealed = turns.map((turn, i) => sealTurn(key, identity, before + 1 + i, { ...turn, salt: admission.salt }))
  const pseudonyms =
    admission.pseudonyms === null
      ? null
      : sealJson(key, ['pseudonym_table', 'sealed', tenant, conversation], admission.pseudonyms)
  const { rows } = await tx.query<{ moved: number; named: number }>(admitSql, [
    tenant,
    client,
    conversation,
    before,
    before + turns.length,
    admission.messages.seen,
    admission.messages.hmac,
    now,
    pseudonyms,
    version,
    turns.map(({ role }) => role),
    sealed,
    turns.map(({ redacted }) => JSON.stringify(redacted)),
    identity.call,
    identity.system,
    identity.version,
    identity.purpose,
    identity.channel,
    identity.language,
    plan.wouldRefuse?.code ?? null,
    plan.basis,
    plan.groundRecord,
    plan.gateRecord,
    plan.oversightRecord,
    plan.disclosure,
    plan.disclosureRecord,
    admission.upstream,
    plan.model,
    identity.stream,
    range?.from ?? null,
    range?.to ?? null,
    JSON.stringify(admission.redacted),
    ids.admitted,
    identity.process,
    subject,
    identity.startedAt,
  ])
  if (rows[0]?.moved !== 1 || (pseudonyms !== null && rows[0].named !== 1))
    throw new FactsMoved('the conversation moved on')
  await indexTurns(
    tx,
    ring,
    { tenant, client, conversation, language: identity.language },
    turns.flatMap(({ role, said }, i) => (role === 'system' ? [] : [{ seq: before + 1 + i, said }])),
  )
  if (admission.idempotency) await keepIdempotency(tx, identity, admission.idempotency, now)
  await append(tx, {
    ...callEvent(
      identity,
      now,
      ids.admitted,
      'call.admitted',
      {
        basis: plan.basis,
        redacted: admission.redacted,
        ...(admission.modelSkipped === null ? {} : { modelSkipped: admission.modelSkipped }),
        ...(range ? { turns: range } : {}),
        upstream: admission.upstream,
        model: plan.model,
        stream: identity.stream,
        disclosure: plan.disclosure,
        ...(plan.wouldRefuse ? { wouldRefuse: plan.wouldRefuse.code } : {}),
      },
      groundRefs(plan),
    ),
    ...(range
      ? {
          commit: commitment(
            admission.salt,
            turns.map(({ said, seen }, i) => ({ seq: before + 1 + i, said, seen })),
            nodeSha256,
          ),
        }
      : {}),
  })
  await appendAttempt(tx, identity, 1, ids.attempted, now)
  return { key, turns: range }
}

const admitSql = `
with moved as (
  update conversation set turn_count = $5, messages_seen = $6, messages_hmac = $7, updated_at = $8, ended_at = null
  where tenant_id = $1 and conversation_id = $3 and turn_count = $4
  returning 1
), named as (
  insert into pseudonym_table as p (tenant_id, client_id, conversation_id, version, sealed, updated_at)
  select $1, $2, $3, $10::int + 1, $9::bytea, $8 from moved where $9::bytea is not null
  on conflict (tenant_id, conversation_id) do update set version = excluded.version, sealed = excluded.sealed, updated_at = excluded.updated_at
    where p.version = $10::int
  returning 1
), said as (
  insert into turn (tenant_id, client_id, conversation_id, seq, role, call_id, at, sealed, redacted)
  select $1, $2, $3, $4::int + t.n, t.role, $14, $8, t.sealed, t.redacted::jsonb
  from moved, unnest($11::text[], $12::bytea[], $13::text[]) with ordinality as t(role, sealed, redacted, n)
), called as (
  insert into ai_call (${CALL_COLUMNS})
  select $1, $2, $14, $3, $35, $15, $16, $17, $18, $19, 'admitted', null, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29::boolean, 1, $30::int, $31::int, $32::jsonb, $36::timestamptz, null, $33, null, $34 from moved
)
select (select count(*)::int from moved) as moved, (select count(*)::int from named) as named`

async function makeSubject(
  tx: Tx,
  { tenant, client, subject, language }: { tenant: string; client: string; subject: string; language: string },
  { isNew, referenceHmac }: SubjectPlace,
  now: Date,
): Promise<void> {
  if (isNew)
    await tx.query(
      `insert into data_subject (tenant_id, client_id, subject_id, kind, language, created_at) values ($1, $2, $3, $4, $5, $6)`,
      [tenant, client, subject, referenceHmac === null ? 'anonymous' : 'known', language, now],
    )
  if (referenceHmac === null) return
  const { rowCount } = await tx.query(
    'insert into subject_reference (tenant_id, client_id, reference_hmac, subject_id) values ($1, $2, $3, $4) on conflict do nothing',
    [tenant, client, referenceHmac, subject],
  )
  if (rowCount !== 1) throw new FactsMoved('the subject was made by another call')
  if (!isNew)
    await tx.query(`update data_subject set kind = 'known' where tenant_id = $1 and subject_id = $2`, [tenant, subject])
}

async function makeConversation(tx: Tx, identity: CallIdentity, externalHmac: Buffer | null, now: Date): Promise<void> {
  const { tenant, client, conversation, subject, system, purpose, channel, language } = identity
  const { rowCount } = await tx.query(
    `insert into conversation (tenant_id, client_id, conversation_id, subject_id, system_id, purpose_id, channel, language, source, external_hmac, started_at, updated_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, 'gateway', $9, $10, $10) on conflict do nothing`,
    [tenant, client, conversation, subject, system, purpose, channel, language, externalHmac, now],
  )
  if (rowCount !== 1) throw new FactsMoved('the conversation was opened by another call')
  await tx.query(
    `insert into party (tenant_id, client_id, conversation_id, n, role, system_id) values ($1, $2, $3, 1, 'customer', null), ($1, $2, $3, 2, 'ai', $4)`,
    [tenant, client, conversation, system],
  )
}

type Sealable = { readonly said: string; readonly seen: string; readonly salt: Buffer }

/** `salt` opens the commitment in the call's event; it goes with the contents and dies with them. */
function sealTurn(
  key: Key,
  { tenant, conversation }: CallIdentity,
  seq: number,
  { said, seen, salt }: Sealable,
): Buffer {
  return sealJson(key, ['turn', 'sealed', tenant, conversation!, String(seq)], {
    said,
    ...(seen === said ? {} : { seen }),
    salt: salt.toString('base64'),
  })
}

/** Takes the key for this call, unless another call has it: one of another request, one under way, or one with an answer. */
async function keepIdempotency(
  tx: Tx,
  { tenant, client, system, call, conversation, subject }: CallIdentity,
  { keyHmac, bodyHmac }: IdempotencyKey,
  now: Date,
): Promise<void> {
  const { rowCount } = await tx.query(
    `insert into idempotency as i (tenant_id, client_id, system_id, key_hmac, body_hmac, call_id, created_at, conversation_id, subject_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     on conflict (tenant_id, client_id, system_id, key_hmac) do update set body_hmac = excluded.body_hmac, call_id = excluded.call_id,
       created_at = excluded.created_at, conversation_id = excluded.conversation_id, subject_id = excluded.subject_id, sealed = null
       where i.created_at <= $7::timestamptz - interval '24 hours' or (i.body_hmac = excluded.body_hmac and i.sealed is null
         and not exists (select 1 from ai_call a where a.tenant_id = i.tenant_id and a.call_id = i.call_id and a.state = 'admitted'))`,
    [tenant, client, system, keyHmac, bodyHmac, call, now, conversation, subject],
  )
  if (rowCount !== 1) throw new FactsMoved('the idempotency key was used for another call')
}

/** The answer of a call whose key nobody has taken since; the row may be gone with the subject. */
async function keepAnswer(
  tx: Tx,
  { tenant, client, system, call }: CallIdentity,
  keyHmac: Buffer,
  sealed: Buffer,
): Promise<void> {
  await tx.query(
    `update idempotency set sealed = $6 where tenant_id = $1 and client_id = $2 and system_id = $3 and key_hmac = $4 and call_id = $5`,
    [tenant, client, system, keyHmac, call, sealed],
  )
}

/** Where the answer of a call is sealed to. */
const answerPlace = (tenant: string, call: string): string[] => ['idempotency', 'sealed', tenant, call]

export function openAnswer(key: Key, { tenant, call }: { tenant: string; call: string }, sealed: Buffer): KeptAnswer {
  return openJson(key, answerPlace(tenant, call), sealed) as KeptAnswer
}

/** That an answer is given again; recorded before it leaves. */
export async function recordReplay(tx: Tx, identity: CallIdentity, eventId: string, now: Date): Promise<void> {
  await append(tx, callEvent(identity, now, eventId, 'call.replayed', { stream: identity.stream }))
}

/** Whether a call is still under way. */
export async function isUnderWay(tx: Tx, tenant: string, call: string): Promise<boolean> {
  const { rowCount } = await tx.query(
    `select 1 from ai_call where tenant_id = $1 and call_id = $2 and state = 'admitted'`,
    [tenant, call],
  )
  return rowCount === 1
}

/** Keys and answers that are older than a day go, over all organisations. Returns how many. */
export async function expireIdempotency(tx: Tx, now: Date): Promise<number> {
  const { rowCount } = await tx.query(
    `delete from idempotency where created_at <= $1::timestamptz - interval '24 hours'`,
    [now],
  )
  return rowCount
}

function groundRefs(plan: Forward): Record<string, string> {
  const refs: Record<string, string | null> = {
    consent: plan.groundRecord,
    gate: plan.gateRecord,
    oversight: plan.oversightRecord,
    disclosure: plan.disclosureRecord,
  }
  return Object.fromEntries(Object.entries(refs).filter((pair): pair is [string, string] => pair[1] !== null))
}

const callEvent = <T extends CallEventType>(
  identity: CallIdentity,
  at: Date,
  id: string,
  type: T,
  body: CallEventBody<T>,
  refs: Record<string, string> = {},
): NewEvent => eventOf(identity, at, id, type, body as NewEvent['body'], refs)

/** An event about this call, said by its system. */
function eventOf(
  identity: CallIdentity,
  at: Date,
  id: string,
  type: string,
  body: NewEvent['body'],
  refs: Record<string, string> = {},
): NewEvent {
  const about = {
    conversation: identity.conversation,
    call: identity.call,
    system: identity.system,
    version: identity.version,
    purpose: identity.purpose,
    key: identity.key,
  }
  return {
    id,
    type,
    at: at.toISOString(),
    actor: { kind: 'system' as const, id: identity.system },
    tenant: identity.tenant,
    client: identity.client,
    subject: identity.subject,
    refs: {
      ...(Object.fromEntries(Object.entries(about).filter(([, value]) => value !== null)) as Record<string, string>),
      ...refs,
    },
    body,
  }
}

/** One more try; recorded before it leaves. */
export async function appendAttempt(tx: Tx, identity: CallIdentity, n: number, id: string, now: Date): Promise<void> {
  if (n > 1)
    await tx.query('update ai_call set attempts = $3 where tenant_id = $1 and call_id = $2', [
      identity.tenant,
      identity.call,
      n,
    ])
  await append(tx, callEvent(identity, now, id, 'call.attempted', { n }))
}

// -- refused ------------------------------------------------------------------------------------------------------

export type RefusedCall = {
  readonly identity: CallIdentity
  readonly refusal: Refusal
  /** Open the conversation with this refusal, so that it can be shown, explained and handed off. */
  readonly open: { readonly externalHmac: Buffer | null; readonly subject: SubjectPlace } | null
}

/** Records a call that does not go through. Of what was said nothing is kept. Errors: `FactsMoved`. */
export async function recordRefusal(
  tx: Tx,
  { identity, refusal, open }: RefusedCall,
  eventId: string,
  now: Date,
): Promise<void> {
  if (open && identity.subject !== null) {
    await makeSubject(tx, { ...identity, subject: identity.subject }, open.subject, now)
    await makeConversation(tx, identity, open.externalHmac, now)
  }
  await tx.query(
    `insert into ai_call (${CALL_COLUMNS})
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'refused', $11, null, null, null, null, null, null, null, null, null, $12, 0, null, null, '{}', $13, $13, null, $14, $15)`,
    [
      identity.tenant,
      identity.client,
      identity.call,
      identity.conversation,
      identity.subject,
      identity.system,
      identity.version,
      identity.purpose,
      identity.channel,
      identity.language,
      refusal.code,
      identity.stream,
      now,
      eventId,
      identity.process,
    ],
  )
  const body = {
    code: refusal.code,
    ...(refusal.reason === undefined ? {} : { reason: refusal.reason.slice(0, 60) }),
    stream: identity.stream,
  }
  await append(tx, callEvent(identity, now, eventId, 'call.refused', body))
}

// -- ended --------------------------------------------------------------------------------------------------------

export type CallEnd = {
  readonly type: 'call.completed' | 'call.failed' | 'call.cancelled' | 'call.stopped'
  /** Code of a failure or a stop. */
  readonly code: string | null
  readonly reason?: string
  /** What the customer got, if anything. */
  readonly reply: { readonly said: string; readonly seen: string; readonly disclosed: boolean } | null
  readonly finish: string
  readonly tokensIn: number | null
  readonly tokensOut: number | null
  readonly attempts: number
  readonly restored: number
  readonly masked: Counts
  readonly firstTokenMs: number | null
  readonly durationMs: number
  readonly sources: readonly { readonly id: string; readonly title: string }[]
  readonly tools: readonly string[]
  /** The disclosure that went before this reply. */
  readonly disclosure: { readonly id: string; readonly key: string; readonly version: string } | null
  /** A hand-off that the built-in assistant announced. */
  readonly handOff: { readonly id: string; readonly reason: string; readonly answerBy: Date } | null
  /** Keyed hash of the message list with the reply; null when there was none. */
  readonly messagesHmac: { readonly before: Buffer; readonly after: Buffer } | null
  /** Stop order or consent that ended it. */
  readonly refs: Readonly<Record<string, string>>
  readonly salt: Buffer
  /** Kept for the same request again; null: without an Idempotency-Key, or not whole. */
  readonly answer: { readonly keyHmac: Buffer; readonly kept: KeptAnswer } | null
}

const endState = {
  'call.completed': 'completed',
  'call.failed': 'failed',
  'call.cancelled': 'cancelled',
  'call.stopped': 'stopped',
} as const

/**
 * Records the end of an admitted call with the reply as a turn. The disclosure that began the reply stands in the ledger
 * before the end, so before the AI's first turn. May be called again with the same ids after a lost connection.
 * Errors: `AlreadyEnded` when the call has another end.
 */
export async function endCall(
  tx: Tx,
  ring: KeyRing,
  identity: CallIdentity & { readonly conversation: string; readonly subject: string },
  end: CallEnd,
  key: Key,
  ids: EventIds,
  now: Date,
): Promise<void> {
  const { tenant, client, conversation, call } = identity
  const open = await tx.query<{ state: string; end_event: string | null }>(
    'select state, end_event from ai_call where tenant_id = $1 and call_id = $2 for update',
    [tenant, call],
  )
  const row = open.rows[0]
  if (row === undefined || row.end_event === ids.end) return
  if (row.state !== 'admitted') throw new AlreadyEnded(call)
  const turn = end.reply && end.reply.said !== '' ? end.reply : null
  const seq = turn === null ? null : await nextTurn(tx, identity, end, now)
  if (end.disclosure) await recordDisclosure(tx, identity, end.disclosure, ids.disclosure, now)
  if (end.handOff) await announceHandOff(tx, identity, end.handOff, now)
  const facts = {
    ...(end.sources.length > 0 ? { sources: end.sources } : {}),
    ...(end.tools.length > 0 ? { tools: end.tools } : {}),
    ...(end.finish === '' ? {} : { finish: end.finish }),
    ...(end.handOff ? { handoff: end.handOff.reason } : {}),
  }
  await tx.query(endSql, [
    tenant,
    client,
    conversation,
    call,
    endState[end.type],
    end.code,
    end.attempts,
    end.restored,
    JSON.stringify(end.masked),
    end.tokensIn,
    end.tokensOut,
    now,
    end.firstTokenMs,
    end.durationMs,
    JSON.stringify(facts),
    ids.end,
    end.disclosure?.id ?? null,
    seq,
    seq === null ? null : sealTurn(key, identity, seq, { said: turn!.said, seen: turn!.seen, salt: end.salt }),
    turn?.disclosed ?? false,
  ])
  if (seq !== null)
    await indexTurns(tx, ring, { tenant, client, conversation, language: identity.language }, [
      { seq, said: turn!.said },
    ])
  if (end.answer)
    await keepAnswer(tx, identity, end.answer.keyHmac, sealJson(key, answerPlace(tenant, call), end.answer.kept))
  const event = callEvent(identity, now, ids.end, end.type, bodyOf(end, seq), {
    ...end.refs,
    ...(end.disclosure ? { disclosure: end.disclosure.id } : {}),
  })
  await append(
    tx,
    seq === null
      ? event
      : { ...event, commit: commitment(end.salt, [{ seq, said: turn!.said, seen: turn!.seen }], nodeSha256) },
  )
}

const endSql = `
with said as (
  insert into turn (tenant_id, client_id, conversation_id, seq, role, call_id, at, sealed, disclosure)
  select $1, $2, $3, $18::int, 'ai', $4, $12::timestamptz, $19::bytea, $20::boolean where $18::int is not null
)
update ai_call set state = $5, code = $6, attempts = $7, restored = $8, reply_masked = $9::jsonb, tokens_in = $10, tokens_out = $11, ended_at = $12,
  first_token_ms = $13, duration_ms = $14, facts = $15::jsonb, end_event = $16, disclosure_record = coalesce($17, disclosure_record),
  turn_from = coalesce(turn_from, $18::int), turn_to = coalesce($18::int, turn_to)
where tenant_id = $1 and call_id = $4`

async function nextTurn(
  tx: Tx,
  { tenant, conversation }: CallIdentity,
  { messagesHmac }: CallEnd,
  now: Date,
): Promise<number> {
  const { rows } = await tx.query<{ turn_count: number }>(
    `update conversation set turn_count = turn_count + 1, updated_at = $3,
       messages_seen = case when messages_hmac = $4::bytea then messages_seen + 1 else messages_seen end,
       messages_hmac = case when messages_hmac = $4::bytea then $5::bytea else messages_hmac end
     where tenant_id = $1 and conversation_id = $2 returning turn_count`,
    [tenant, conversation, now, messagesHmac?.before ?? null, messagesHmac?.after ?? null],
  )
  return rows[0]!.turn_count
}

function bodyOf(end: CallEnd, seq: number | null) {
  const { attempts, durationMs } = end
  const turns = seq === null ? {} : { turns: { from: seq, to: seq } }
  switch (end.type) {
    case 'call.completed':
      return {
        attempts,
        finish: end.finish,
        tokensIn: end.tokensIn,
        tokensOut: end.tokensOut,
        firstTokenMs: end.firstTokenMs,
        durationMs,
        restored: end.restored,
        masked: end.masked,
        sources: end.sources.map(({ id }) => id),
        tools: end.tools,
        ...turns,
      }
    case 'call.failed':
      return {
        code: end.code!,
        ...(end.reason === undefined ? {} : { reason: end.reason.slice(0, 60) }),
        attempts,
        durationMs,
        ...turns,
      }
    case 'call.cancelled':
      return { attempts, durationMs, ...turns }
    case 'call.stopped':
      return { code: end.code!, attempts, durationMs, ...turns }
  }
}

async function recordDisclosure(
  tx: Tx,
  identity: CallIdentity,
  disclosure: NonNullable<CallEnd['disclosure']>,
  eventId: string,
  now: Date,
): Promise<void> {
  const { tenant, client, conversation, call, channel, language } = identity
  await tx.query(
    `insert into disclosure_event (tenant_id, client_id, disclosure_id, conversation_id, call_id, source, channel, language, text_key, text_version, at)
     values ($1, $2, $3, $4, $5, 'injected', $6, $7, $8, $9, $10)`,
    [tenant, client, disclosure.id, conversation, call, channel, language, disclosure.key, disclosure.version, now],
  )
  await tx.query(
    'update conversation set disclosed_at = coalesce(disclosed_at, $3), disclosure_record = coalesce(disclosure_record, $4) where tenant_id = $1 and conversation_id = $2',
    [tenant, conversation, now, disclosure.id],
  )
  const body = { source: 'injected', channel, language, textVersion: disclosure.version }
  await append(tx, eventOf(identity, now, eventId, 'disclosure.made', body, { disclosure: disclosure.id }))
}

/** The assistant said that a person takes over; a request that waits already stays the only one. */
async function announceHandOff(
  tx: Tx,
  identity: CallIdentity,
  handOff: NonNullable<CallEnd['handOff']>,
  now: Date,
): Promise<void> {
  const { tenant, client, conversation } = identity
  if (!(await askForPerson(tx, { tenant, client, conversation: conversation! }, handOff, now))) return
  await append(
    tx,
    eventOf(identity, now, handOff.id, 'handoff.requested', { reason: handOff.reason }, { handoff: handOff.id }),
  )
}

// -- keys -------------------------------------------------------------------------------------------------------------

/** The subject's key, or undefined when the subject was erased. */
export async function keyOf(tx: Tx, ring: KeyRing, of: { tenant: string; subject: string }): Promise<Key | undefined> {
  try {
    return await existingKey(tx, ring, of)
  } catch (error) {
    if ((error as { code?: string }).code === 'key_destroyed') return undefined
    throw error
  }
}

/** A key's last use, by day, for the console; at most once a day. */
export async function touchKey(tx: Tx, tenant: string, keyId: string, day: string): Promise<void> {
  await tx.query(
    'update system_key set last_used_on = $3 where tenant_id = $1 and key_id = $2 and last_used_on is distinct from $3::date',
    [tenant, keyId, day],
  )
}
