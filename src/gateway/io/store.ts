/** SQL of a call: admitted with everything it changes in one transaction, ended in another. Nothing is decided here. */

import type { NewEvent } from '../../ledger/contract.ts'
import { append, appendPart, nodeSha256 } from '../../ledger/index.ts'
import { commitment } from '../../ledger/rules.ts'
import type { Tx } from '../../platform/database.ts'
import { countsOf, Statement, withParts } from '../../platform/statement.ts'
import type { ModelFault } from '../../privacy/rules.ts'
import type { TurnRole } from '../../records/contract.ts'
import { indexTurns } from '../../records/index.ts'
import { existingKey, type Key, type KeyRing, keyPart, openJson, sealJson, type WrappedKey } from '../../vault/index.ts'
import type { Forward, Refusal } from '../call.ts'
import type { CallEventBody, CallEventType } from '../contract.ts'
import type { KeptAnswer } from '../replay.ts'
import type { CitedSource } from '../reply.ts'
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
  /** Asked by a paired-prompt audit, in nobody's name. */
  readonly audit: boolean
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
  | { readonly kind: 'known'; readonly turnCount: number; readonly pseudonymVersion: number | null }
  | { readonly kind: 'new'; readonly externalHmac: Buffer | null }

/** What a call's contents are sealed under; `row`: the key is new and has still to be written. */
export type SealingKey = { readonly key: Key; readonly row: WrappedKey | null }

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
  readonly sealing: SealingKey
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

/**
 * Records an admitted call: subject and conversation (made when new), turns sealed under the subject's key, pseudonyms,
 * the call's row, its event and that of the first attempt; all but the index of words in one statement. Once this has
 * committed, the call may leave. Returns how many turns the conversation then has.
 * Errors: `FactsMoved` when what it was decided on has changed since.
 */
export async function admitCall(
  tx: Tx,
  ring: KeyRing,
  admission: Admission,
  ids: EventIds,
  now: Date,
): Promise<number> {
  const { identity, place, turns, sealing } = admission
  const { tenant, client, conversation } = identity
  const before = place.kind === 'known' ? place.turnCount : 0
  const after = before + turns.length
  const range = turns.length > 0 ? { from: before + 1, to: after } : undefined
  const st = new Statement()
  const names = new Names(st, identity, now)
  const parts = {
    ...subjectParts(st, names, admission.subject, place.kind === 'new' || sealing.row !== null),
    ...(sealing.row === null ? { held: heldPart(names) } : { keyed: keyPart(st, identity, sealing.row, now) }),
    ...(place.kind === 'new'
      ? openParts(st, names, place.externalHmac, { turns: after, ...admission.messages })
      : { moved: movedPart(st, names, before, after, admission.messages) }),
    ...contentParts(st, names, admission, before),
    called: calledPart(st, names, admission, ids, range),
    recorded: appendPart(st, [
      admittedEvent(admission, ids, range, now),
      attemptedEvent(identity, 1, ids.attempted, now),
    ]),
  }
  await allOrMoved(tx, st, parts, 2)
  await indexTurns(
    tx,
    ring,
    { tenant, client, conversation, language: identity.language },
    turns.flatMap(({ role, said }, i) => (role === 'system' ? [] : [{ seq: before + 1 + i, said }])),
  )
  if (admission.idempotency) await keepIdempotency(tx, identity, admission.idempotency, now)
  return after
}

/** Parts that need not give a row: what they do follows from others. */
const followers: ReadonlySet<string> = new Set(['parties', 'said', 'identified'])

/** Runs the parts as one statement. Errors: `FactsMoved` when one of them found that it was no longer so. */
async function allOrMoved(tx: Tx, st: Statement, parts: Record<string, string>, events: number): Promise<void> {
  const leaders = Object.keys(parts).filter((name) => !followers.has(name))
  const { rows } = await tx.query<Record<string, number>>(`${withParts(parts)} select ${countsOf(leaders)}`, st.values)
  const moved = leaders.find((name) => rows[0]![name] === 0)
  if (moved !== undefined) throw new FactsMoved(`${moved}: another call was first`)
  if (rows[0]!.recorded !== events) throw new Error('an event id is in use')
}

/** Values that many parts name; each becomes a parameter when a part first names it. */
class Names {
  readonly #statement: Statement
  readonly #identity: CallIdentity
  readonly #now: Date
  readonly #places = new Map<string, string>()

  constructor(statement: Statement, identity: CallIdentity, now: Date) {
    this.#statement = statement
    this.#identity = identity
    this.#now = now
  }

  get tenant(): string {
    return this.#text('tenant')
  }
  get client(): string {
    return this.#text('client')
  }
  get conversation(): string {
    return this.#text('conversation')
  }
  get subject(): string {
    return this.#text('subject')
  }
  get call(): string {
    return this.#text('call')
  }
  get system(): string {
    return this.#text('system')
  }
  get purpose(): string {
    return this.#text('purpose')
  }
  get channel(): string {
    return this.#text('channel')
  }
  get language(): string {
    return this.#text('language')
  }
  get source(): string {
    return this.#identity.audit ? `'audit'` : `'gateway'`
  }
  get now(): string {
    return this.#once('now', this.#now, 'timestamptz')
  }

  #text(
    name: 'tenant' | 'client' | 'conversation' | 'subject' | 'call' | 'system' | 'purpose' | 'channel' | 'language',
  ) {
    return this.#once(name, this.#identity[name], 'text')
  }

  #once(name: string, value: unknown, type: string): string {
    const place = this.#places.get(name) ?? this.#statement.value(value, type)
    this.#places.set(name, place)
    return place
  }
}

/** The subject: made, or still there; and the way to them from the customer's reference. */
function subjectParts(
  st: Statement,
  n: Names,
  { isNew, referenceHmac }: SubjectPlace,
  mustLive: boolean,
): Record<string, string> {
  return {
    ...(isNew
      ? {
          made: `insert into data_subject (tenant_id, client_id, subject_id, kind, language, created_at)
            values (${n.tenant}, ${n.client}, ${n.subject}, '${referenceHmac === null ? 'anonymous' : 'known'}', ${n.language}, ${n.now}) returning 1`,
        }
      : mustLive
        ? {
            // Waits for an erasure under way: after it nothing is written about the erased anew.
            alive: `select 1 from data_subject where tenant_id = ${n.tenant} and subject_id = ${n.subject} and erased_at is null for key share`,
          }
        : {}),
    ...(referenceHmac === null
      ? {}
      : {
          led: `insert into subject_reference (tenant_id, client_id, reference_hmac, subject_id)
            values (${n.tenant}, ${n.client}, ${st.value(referenceHmac, 'bytea')}, ${n.subject}) on conflict do nothing returning 1`,
        }),
    ...(referenceHmac === null || isNew
      ? {}
      : {
          identified: `update data_subject set kind = 'known' where tenant_id = ${n.tenant} and subject_id = ${n.subject}`,
        }),
  }
}

/** The key that is sealed under is there still, and is held until this has committed: nobody destroys it as one without contents. */
const heldPart = (n: Names): string =>
  `select 1 from subject_key where tenant_id = ${n.tenant} and subject_id = ${n.subject} for key share`

/** A conversation that begins, with its two parties. `moved` is then that it was not opened by another. */
function openParts(
  st: Statement,
  n: Names,
  externalHmac: Buffer | null,
  { turns, seen, hmac }: { turns: number; seen: number; hmac: Buffer | null },
): Record<string, string> {
  return {
    moved: `insert into conversation (tenant_id, client_id, conversation_id, subject_id, system_id, purpose_id, channel, language, source, external_hmac,
        started_at, updated_at, turn_count, messages_seen, messages_hmac)
      values (${n.tenant}, ${n.client}, ${n.conversation}, ${n.subject}, ${n.system}, ${n.purpose}, ${n.channel}, ${n.language}, ${n.source},
        ${st.value(externalHmac, 'bytea')}, ${n.now}, ${n.now}, ${st.value(turns, 'int')}, ${st.value(seen, 'int')}, ${st.value(hmac, 'bytea')})
      on conflict do nothing returning 1`,
    parties: `insert into party (tenant_id, client_id, conversation_id, n, role, system_id)
      select ${n.tenant}, ${n.client}, ${n.conversation}, p.n, p.role, p.system from moved,
        (values (1, 'customer', null), (2, 'ai', ${n.system})) as p (n, role, system)`,
  }
}

function movedPart(
  st: Statement,
  n: Names,
  before: number,
  after: number,
  { seen, hmac }: Admission['messages'],
): string {
  return `update conversation set turn_count = ${st.value(after, 'int')}, messages_seen = ${st.value(seen, 'int')},
      messages_hmac = ${st.value(hmac, 'bytea')}, updated_at = ${n.now}, ended_at = null
    where tenant_id = ${n.tenant} and conversation_id = ${n.conversation} and turn_count = ${st.value(before, 'int')} returning 1`
}

/** Pseudonyms, when they changed, and turns. */
function contentParts(
  st: Statement,
  n: Names,
  { identity, place, turns, pseudonyms, sealing, salt }: Admission,
  before: number,
): Record<string, string> {
  const sealed = turns.map((turn, i) => sealTurn(sealing.key, identity, before + 1 + i, { ...turn, salt }))
  const columns = [
    st.value(
      turns.map(({ role }) => role),
      'text[]',
    ),
    st.value(sealed, 'bytea[]'),
    st.value(
      turns.map(({ redacted }) => JSON.stringify(redacted)),
      'text[]',
    ),
  ]
  return {
    ...(pseudonyms === null ? {} : { named: namedPart(st, n, identity, place, sealing.key, pseudonyms) }),
    said: `insert into turn (tenant_id, client_id, conversation_id, seq, role, call_id, at, sealed, redacted)
      select ${n.tenant}, ${n.client}, ${n.conversation}, ${st.value(before, 'int')} + t.n, t.role, ${n.call}, ${n.now}, t.sealed, t.redacted::jsonb
      from moved, unnest(${columns.join(', ')}) with ordinality as t(role, sealed, redacted, n)`,
  }
}

function namedPart(
  st: Statement,
  n: Names,
  { tenant, conversation }: Admission['identity'],
  place: ConversationPlace,
  key: Key,
  pseudonyms: unknown,
): string {
  const version = st.value(place.kind === 'known' ? (place.pseudonymVersion ?? 0) : 0, 'int')
  const sealed = sealJson(key, ['pseudonym_table', 'sealed', tenant, conversation], pseudonyms)
  return `insert into pseudonym_table as p (tenant_id, client_id, conversation_id, version, sealed, updated_at)
    select ${n.tenant}, ${n.client}, ${n.conversation}, ${version} + 1, ${st.value(sealed, 'bytea')}, ${n.now} from moved
    on conflict (tenant_id, conversation_id) do update set version = excluded.version, sealed = excluded.sealed, updated_at = excluded.updated_at
      where p.version = ${version} returning 1`
}

function calledPart(
  st: Statement,
  n: Names,
  { identity, plan, upstream, redacted }: Admission,
  ids: EventIds,
  range: { from: number; to: number } | undefined,
): string {
  const text = (value: string | null) => st.value(value, 'text')
  return insertCall(
    {
      tenant_id: n.tenant,
      client_id: n.client,
      call_id: n.call,
      conversation_id: n.conversation,
      subject_id: n.subject,
      system_id: n.system,
      version_id: text(identity.version),
      purpose_id: n.purpose,
      channel: n.channel,
      language: n.language,
      state: `'admitted'`,
      would_refuse: text(plan.wouldRefuse?.code ?? null),
      basis: text(plan.basis),
      ground_record: text(plan.groundRecord),
      gate_record: text(plan.gateRecord),
      oversight_record: text(plan.oversightRecord),
      disclosure: text(plan.disclosure),
      disclosure_record: text(plan.disclosureRecord),
      upstream_id: text(upstream),
      model: text(plan.model),
      stream: st.value(identity.stream, 'boolean'),
      audit: String(identity.audit),
      attempts: '1',
      turn_from: st.value(range?.from ?? null, 'int'),
      turn_to: st.value(range?.to ?? null, 'int'),
      redacted: st.value(JSON.stringify(redacted), 'jsonb'),
      started_at: st.value(identity.startedAt, 'timestamptz'),
      admitted_event: text(ids.admitted),
      process_id: text(identity.process),
    },
    'from moved',
  )
}

const insertCall = (columns: Readonly<Record<string, string>>, from: string): string =>
  `insert into ai_call (${Object.keys(columns).join(', ')}) select ${Object.values(columns).join(', ')} ${from} returning 1`

function admittedEvent(
  { identity, plan, turns, redacted, modelSkipped, upstream, salt }: Admission,
  ids: EventIds,
  range: { from: number; to: number } | undefined,
  now: Date,
): NewEvent {
  const body = {
    basis: plan.basis,
    redacted,
    ...(modelSkipped === null ? {} : { modelSkipped }),
    ...(range ? { turns: range } : {}),
    upstream,
    model: plan.model,
    stream: identity.stream,
    ...(identity.audit ? { audit: true } : {}),
    disclosure: plan.disclosure,
    ...(plan.wouldRefuse ? { wouldRefuse: plan.wouldRefuse.code } : {}),
  }
  const event = callEvent(identity, now, ids.admitted, 'call.admitted', body, groundRefs(plan))
  if (range === undefined) return event
  const said = turns.map(({ said, seen }, i) => ({ seq: range.from + i, said, seen }))
  return { ...event, commit: commitment(salt, said, nodeSha256) }
}

const attemptedEvent = (identity: CallIdentity, n: number, id: string, now: Date): NewEvent =>
  callEvent(identity, now, id, 'call.attempted', { n })

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

/**
 * Takes the key for this call, unless another call has it: one of another request, one under way, or one with an answer.
 * A key that was used before is locked first: only a statement that begins after that sees the call that has it now.
 */
async function keepIdempotency(
  tx: Tx,
  { tenant, client, system, call, conversation, subject }: CallIdentity,
  { keyHmac, bodyHmac }: IdempotencyKey,
  now: Date,
): Promise<void> {
  const place = [tenant, client, system, keyHmac]
  const made = await tx.query(
    `insert into idempotency (tenant_id, client_id, system_id, key_hmac, body_hmac, call_id, created_at, conversation_id, subject_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing`,
    [...place, bodyHmac, call, now, conversation, subject],
  )
  if (made.rowCount === 1) return
  const ofKey = 'tenant_id = $1 and client_id = $2 and system_id = $3 and key_hmac = $4'
  await tx.query(`select 1 from idempotency where ${ofKey} for update`, place)
  const taken = await tx.query(
    `update idempotency i set body_hmac = $5, call_id = $6, created_at = $7, conversation_id = $8, subject_id = $9, sealed = null
     where ${ofKey} and (i.created_at <= $7::timestamptz - interval '24 hours' or (i.body_hmac = $5 and i.sealed is null
       and not exists (select 1 from ai_call a where a.tenant_id = i.tenant_id and a.call_id = i.call_id and a.state = 'admitted')))`,
    [...place, bodyHmac, call, now, conversation, subject],
  )
  if (taken.rowCount !== 1) throw new FactsMoved('the idempotency key was used for another call')
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
  await append(tx, attemptedEvent(identity, n, id, now))
}

// -- refused ------------------------------------------------------------------------------------------------------

export type RefusedCall = {
  readonly identity: CallIdentity
  readonly refusal: Refusal
  /** Open the conversation with this refusal, so that it can be shown, explained and handed off. */
  readonly open: { readonly externalHmac: Buffer | null; readonly subject: SubjectPlace } | null
}

/** Records a call that does not go through, in one statement. Of what was said nothing is kept. Errors: `FactsMoved`. */
export async function recordRefusal(
  tx: Tx,
  { identity, refusal, open }: RefusedCall,
  eventId: string,
  now: Date,
): Promise<void> {
  const opens = open !== null && identity.subject !== null
  const st = new Statement()
  const n = new Names(st, identity, now)
  const text = (value: string | null) => st.value(value, 'text')
  const body = {
    code: refusal.code,
    ...(refusal.reason === undefined ? {} : { reason: refusal.reason.slice(0, 60) }),
    stream: identity.stream,
  }
  const parts = {
    ...(opens ? subjectParts(st, n, open.subject, false) : {}),
    ...(opens ? openParts(st, n, open.externalHmac, { turns: 0, seen: 0, hmac: null }) : {}),
    called: insertCall(
      {
        tenant_id: n.tenant,
        client_id: n.client,
        call_id: n.call,
        conversation_id: n.conversation,
        subject_id: n.subject,
        system_id: n.system,
        version_id: text(identity.version),
        purpose_id: n.purpose,
        channel: n.channel,
        language: n.language,
        state: `'refused'`,
        code: text(refusal.code),
        stream: st.value(identity.stream, 'boolean'),
        audit: String(identity.audit),
        attempts: '0',
        redacted: `'{}'::jsonb`,
        started_at: n.now,
        ended_at: n.now,
        end_event: text(eventId),
        process_id: text(identity.process),
      },
      '',
    ),
    recorded: appendPart(st, [callEvent(identity, now, eventId, 'call.refused', body)]),
  }
  await allOrMoved(tx, st, parts, 1)
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
  readonly sources: readonly CitedSource[]
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
 * Records the end of an admitted call with the reply as a turn, but for the index of words and a hand-off in one statement.
 * The disclosure that began the reply stands in the ledger before the end, so before the AI's first turn. May be called
 * again with the same ids after a lost connection. Errors: `AlreadyEnded` when the call has another end.
 */
export async function endCall(
  tx: Tx,
  ring: KeyRing,
  identity: CallIdentity & { readonly conversation: string; readonly subject: string },
  end: CallEnd,
  { key, turnCount }: { readonly key: Key; readonly turnCount: number },
  ids: EventIds,
  now: Date,
): Promise<void> {
  const { tenant, client, conversation, call } = identity
  const turn = end.reply && end.reply.said !== '' ? end.reply : null
  // Nobody waits for a person in a paired-prompt audit; that the assistant offered one is in the facts of the call.
  if (end.handOff && !identity.audit) await announceHandOff(tx, identity, end.handOff, now)
  // The number of the reply's turn is part of what is sealed. Another call may have added turns since; then once more.
  for (let before = turnCount, counted = false; !counted; ) {
    const seq = turn === null ? null : before + 1
    const { open, end_event: other, ended } = await endStatement(tx, identity, end, turn, seq, key, ids, now)
    if (open === null || other === ids.end) return
    if (open !== 'admitted') throw new AlreadyEnded(call)
    counted = ended === 1
    if (!counted) before = await lockTurnCount(tx, identity)
    else if (seq !== null)
      await indexTurns(tx, ring, { tenant, client, conversation, language: identity.language }, [
        { seq, said: turn!.said },
      ])
  }
}

type EndRow = {
  /** State of the call; null: there is no such call. */
  readonly open: string | null
  readonly end_event: string | null
  /** 0: the call has an end, or the conversation has other turns than `seq` follows. */
  readonly ended: number
}

async function endStatement(
  tx: Tx,
  identity: CallIdentity & { readonly conversation: string },
  end: CallEnd,
  turn: CallEnd['reply'],
  seq: number | null,
  key: Key,
  ids: EventIds,
  now: Date,
): Promise<EndRow> {
  const { tenant, call } = identity
  const st = new Statement()
  const n = new Names(st, identity, now)
  const disclosed = end.disclosure && st.value(end.disclosure.id, 'text')
  const parts = {
    open: `select state, end_event from ai_call where tenant_id = ${n.tenant} and call_id = ${n.call} for update`,
    going: `select 1 from open where state = 'admitted'`,
    counted: seq === null ? 'select 1 from going' : countedPart(st, n, seq, end.messagesHmac, disclosed),
    ...(end.disclosure && disclosed ? { disclosed: disclosedPart(st, n, end.disclosure, disclosed) } : {}),
    ...(disclosed && seq === null
      ? {
          marked: `update conversation set ${markedBy(n, disclosed)}
            where tenant_id = ${n.tenant} and conversation_id = ${n.conversation} and exists (select 1 from counted)`,
        }
      : {}),
    ...(turn === null || seq === null
      ? {}
      : {
          said: `insert into turn (tenant_id, client_id, conversation_id, seq, role, call_id, at, sealed, disclosure)
            select ${n.tenant}, ${n.client}, ${n.conversation}, ${st.value(seq, 'int')}, 'ai', ${n.call}, ${n.now},
              ${st.value(sealTurn(key, identity, seq, { said: turn.said, seen: turn.seen, salt: end.salt }), 'bytea')},
              ${st.value(turn.disclosed, 'boolean')} from counted`,
        }),
    ended: endedPart(st, n, end, ids, seq, disclosed),
    ...(end.answer
      ? {
          answered: `update idempotency set sealed = ${st.value(sealJson(key, answerPlace(tenant, call), end.answer.kept), 'bytea')}
            where tenant_id = ${n.tenant} and client_id = ${n.client} and system_id = ${n.system}
              and key_hmac = ${st.value(end.answer.keyHmac, 'bytea')} and call_id = ${n.call} and exists (select 1 from counted)`,
        }
      : {}),
    recorded: appendPart(st, endEvents(identity, end, turn, seq, ids, now), 'counted'),
  }
  const { rows } = await tx.query<EndRow & { recorded: number }>(
    `${withParts(parts)} select (select state from open) as open, (select end_event from open) as end_event, ${countsOf(['ended', 'recorded'])}`,
    st.values,
  )
  const row = rows[0]!
  if (row.ended === 1 && row.recorded !== (end.disclosure ? 2 : 1))
    throw new Error(`call ${call}: an event id is in use`)
  return row
}

const markedBy = (n: Names, disclosed: string): string =>
  `disclosed_at = coalesce(disclosed_at, ${n.now}), disclosure_record = coalesce(disclosure_record, ${disclosed})`

/** One turn more, if the conversation has as many as `seq` follows; and that it was said to be AI. */
function countedPart(
  st: Statement,
  n: Names,
  seq: number,
  messages: CallEnd['messagesHmac'],
  disclosed: string | null,
): string {
  const before = st.value(messages?.before ?? null, 'bytea')
  return `update conversation set turn_count = turn_count + 1, updated_at = ${n.now},
      messages_seen = case when messages_hmac = ${before} then messages_seen + 1 else messages_seen end,
      messages_hmac = case when messages_hmac = ${before} then ${st.value(messages?.after ?? null, 'bytea')} else messages_hmac end
      ${disclosed === null ? '' : `, ${markedBy(n, disclosed)}`}
    where tenant_id = ${n.tenant} and conversation_id = ${n.conversation} and turn_count = ${st.value(seq - 1, 'int')} and exists (select 1 from going)
    returning 1`
}

const disclosedPart = (
  st: Statement,
  n: Names,
  { key, version }: NonNullable<CallEnd['disclosure']>,
  id: string,
): string => `insert into disclosure_event (tenant_id, client_id, disclosure_id, conversation_id, call_id, source, channel, language, text_key, text_version, at)
  select ${n.tenant}, ${n.client}, ${id}, ${n.conversation}, ${n.call}, 'injected', ${n.channel}, ${n.language},
    ${st.value(key, 'text')}, ${st.value(version, 'text')}, ${n.now} from counted`

function endedPart(
  st: Statement,
  n: Names,
  end: CallEnd,
  ids: EventIds,
  seq: number | null,
  disclosed: string | null,
): string {
  const facts = {
    ...(end.sources.length > 0 ? { sources: end.sources } : {}),
    ...(end.tools.length > 0 ? { tools: end.tools } : {}),
    ...(end.finish === '' ? {} : { finish: end.finish }),
    ...(end.handOff ? { handoff: end.handOff.reason } : {}),
  }
  const turn = st.value(seq, 'int')
  const set = {
    state: st.value(endState[end.type], 'text'),
    code: st.value(end.code, 'text'),
    attempts: st.value(end.attempts, 'int'),
    restored: st.value(end.restored, 'int'),
    reply_masked: st.value(JSON.stringify(end.masked), 'jsonb'),
    tokens_in: st.value(end.tokensIn, 'int'),
    tokens_out: st.value(end.tokensOut, 'int'),
    ended_at: n.now,
    first_token_ms: st.value(end.firstTokenMs, 'int'),
    duration_ms: st.value(end.durationMs, 'int'),
    facts: st.value(JSON.stringify(facts), 'jsonb'),
    end_event: st.value(ids.end, 'text'),
    ...(disclosed === null ? {} : { disclosure_record: disclosed }),
    turn_from: `coalesce(turn_from, ${turn})`,
    turn_to: `coalesce(${turn}, turn_to)`,
  }
  const pairs = Object.entries(set).map(([column, value]) => `${column} = ${value}`)
  return `update ai_call set ${pairs.join(', ')}
    where tenant_id = ${n.tenant} and call_id = ${n.call} and exists (select 1 from counted) returning 1`
}

/** The disclosure stands before the end. */
function endEvents(
  identity: CallIdentity,
  end: CallEnd,
  turn: CallEnd['reply'],
  seq: number | null,
  ids: EventIds,
  now: Date,
): NewEvent[] {
  const { disclosure } = end
  const { channel, language } = identity
  const refs = disclosure ? { disclosure: disclosure.id } : {}
  const event = callEvent(identity, now, ids.end, end.type, bodyOf(end, seq), { ...end.refs, ...refs })
  const said = turn === null || seq === null ? [] : [{ seq, said: turn.said, seen: turn.seen }]
  return [
    ...(disclosure
      ? [
          eventOf(
            identity,
            now,
            ids.disclosure,
            'disclosure.made',
            { source: 'injected', channel, language, textVersion: disclosure.version },
            refs,
          ),
        ]
      : []),
    said.length === 0 ? event : { ...event, commit: commitment(end.salt, said, nodeSha256) },
  ]
}

/** Turns on record; until the transaction ends, nobody adds one. */
async function lockTurnCount(tx: Tx, { tenant, conversation }: CallIdentity): Promise<number> {
  const { rows } = await tx.query<{ turn_count: number }>(
    'select turn_count from conversation where tenant_id = $1 and conversation_id = $2 for update',
    [tenant, conversation],
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
