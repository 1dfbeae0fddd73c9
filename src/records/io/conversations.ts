/** Conversations and their turns: opened, added to, ended. What was said is sealed under the subject's key. */
import { randomBytes } from 'node:crypto'
import type { Act } from '../../access/index.ts'
import { append, nodeSha256 } from '../../ledger/index.ts'
import { commitment } from '../../ledger/verify/index.ts'
import type { Row, Tx } from '../../platform/database.ts'
import { ApiError } from '../../platform/http.ts'
import { existingKey, type Key, type KeyRing, keyedHash, openJson, sealJson, subjectKey } from '../../vault/index.ts'
import { isStorable, type TurnRole } from '../contract.ts'
import type { KnownTurn } from '../conversation.ts'
import { indexTurns } from '../search/io/tokens.ts'
import { adoptConversation } from './adoption.ts'
import { recordEvent, tenantOf } from './event.ts'
import { addAnonymousSubject, findSubjects, subjectFor } from './subjects.ts'

export type FoundConversation = {
  readonly conversation: string
  readonly subject: string
  readonly client: string
  readonly system: string | null
  readonly purpose: string
  readonly channel: string
  readonly language: string
  readonly state: string
  readonly turnCount: number
  readonly endedAt: Date | null
}

export type ConversationWanted = {
  readonly client: string
  /** null: no system of the register took part. */
  readonly system: string | null
  /** Waarborg's id or the caller's own; absent: a new conversation. */
  readonly conversation?: string | undefined
  /** The organisation's customer reference; absent: the conversation is its own, anonymous subject. */
  readonly reference?: string | undefined
  /** What is absent is the system's default. */
  readonly purpose?: string | undefined
  readonly channel?: string | undefined
  readonly language?: string | undefined
  readonly source?: 'gateway' | 'platform'
  readonly startedAt?: Date | undefined
}

/** Keyed hash of the caller's own id, so that it is not readable. */
export function externalHash(ring: KeyRing, tenant: string, client: string, id: string): Buffer {
  return keyedHash(ring.indexKey(tenant), 'conversation', client, id)
}

const columns =
  'conversation_id, subject_id, client_id, system_id, purpose_id, channel, language, state, turn_count, ended_at'

/** The conversation under Waarborg's id or the caller's own, at this client. */
export async function findConversation(
  tx: Tx,
  ring: KeyRing,
  client: string,
  id: string,
  options: { readonly lock?: boolean } = {},
): Promise<FoundConversation | undefined> {
  const { rows } = await tx.query<ConversationRow>(
    `select ${columns} from conversation where tenant_id = $1 and client_id = $2 and (conversation_id = $3 or external_hmac = $4)
     order by conversation_id = $3 desc limit 1 ${options.lock ? 'for update' : ''}`,
    // Only the caller's own ids may hold what the database cannot compare.
    [tenantOf(tx), client, isStorable(id) ? id : '', externalHash(ring, tenantOf(tx), client, id)],
  )
  return rows[0] && foundFrom(rows[0])
}

/**
 * Finds the conversation, or opens one under the caller's id. Two that open the same one together end up in one.
 * Errors: `system_unknown` (404), `purpose_unknown` (404), `idempotency_conflict` (409: it belongs to someone else).
 */
export async function openConversation(
  tx: Tx,
  ring: KeyRing,
  wanted: ConversationWanted,
  act: Act,
): Promise<FoundConversation & { readonly isNew: boolean }> {
  const found =
    wanted.conversation === undefined
      ? undefined
      : await findConversation(tx, ring, wanted.client, wanted.conversation, { lock: true })
  if (found !== undefined) {
    const subject = await subjectOfKnown(tx, ring, found, wanted, act)
    return { ...found, subject, isNew: false }
  }
  const defaults = await defaultsOf(tx, wanted)
  const subject =
    wanted.reference === undefined
      ? await addAnonymousSubject(tx, { client: wanted.client, language: defaults.language }, act)
      : await subjectFor(
          tx,
          ring,
          { client: wanted.client, reference: wanted.reference, language: defaults.language },
          act,
        )
  const external =
    wanted.conversation === undefined ? null : externalHash(ring, tenantOf(tx), wanted.client, wanted.conversation)
  const { rows } = await tx.query<ConversationRow>(
    `insert into conversation (tenant_id, client_id, conversation_id, subject_id, system_id, purpose_id, channel, language, source, external_hmac, started_at, updated_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict do nothing returning ${columns}`,
    [
      tenantOf(tx),
      wanted.client,
      act.ids.next(),
      subject,
      wanted.system,
      defaults.purpose,
      defaults.channel,
      defaults.language,
      wanted.source ?? 'platform',
      external,
      wanted.startedAt ?? act.now,
      act.now,
    ],
  )
  if (rows[0] === undefined) {
    // Someone else opened it in the meantime: it is there now.
    if (wanted.reference === undefined)
      await tx.query('delete from data_subject where tenant_id = $1 and subject_id = $2', [tenantOf(tx), subject])
    return openConversation(tx, ring, wanted, act)
  }
  const opened = foundFrom(rows[0])
  await tx.query(
    `insert into party (tenant_id, client_id, conversation_id, n, role, system_id)
     select $1, $2, $3, n, role, system from unnest($4::int[], $5::text[], $6::text[]) as given(n, role, system)`,
    [tenantOf(tx), wanted.client, opened.conversation, ...partyColumns(wanted.system)],
  )
  return { ...opened, isNew: true }
}

function partyColumns(system: string | null): [number[], string[], (string | null)[]] {
  return system === null
    ? [[1], ['customer'], [null]]
    : [
        [1, 2],
        ['customer', 'ai'],
        [null, system],
      ]
}

/** The subject after this request: an anonymous conversation is adopted by the customer whom the caller names. */
async function subjectOfKnown(
  tx: Tx,
  ring: KeyRing,
  found: FoundConversation,
  wanted: ConversationWanted,
  act: Act,
): Promise<string> {
  if (wanted.reference === undefined) return found.subject
  const [subject] = await findSubjects(tx, ring, [{ client: wanted.client, reference: wanted.reference }])
  if (subject?.id === found.subject) return found.subject
  const anonymous = await tx.query(
    `select 1 from data_subject where tenant_id = $1 and subject_id = $2 and kind = 'anonymous' and erased_at is null`,
    [tenantOf(tx), found.subject],
  )
  if (anonymous.rowCount !== 1) throw new ApiError(409, 'idempotency_conflict', { param: 'subject' })
  const to = await subjectFor(
    tx,
    ring,
    { client: wanted.client, reference: wanted.reference, language: found.language },
    act,
  )
  const adoption = { client: wanted.client, conversation: found.conversation, from: found.subject, to }
  if (!(await adoptConversation(tx, ring, adoption, act)))
    throw new ApiError(409, 'idempotency_conflict', { param: 'subject' })
  return to
}

type Defaults = { readonly purpose: string; readonly channel: string; readonly language: string }

/** What the caller leaves out is the system's default; a purpose must be one of the client. */
export async function defaultsOf(
  tx: Tx,
  wanted: Pick<ConversationWanted, 'client' | 'system' | 'purpose' | 'channel' | 'language'>,
): Promise<Defaults> {
  const system = wanted.system === null ? undefined : await systemDefaults(tx, wanted.client, wanted.system)
  const purpose = wanted.purpose ?? system?.purposes[0]
  const known =
    purpose === undefined
      ? undefined
      : await tx.query('select 1 from purpose where tenant_id = $1 and client_id = $2 and purpose_id = $3', [
          tenantOf(tx),
          wanted.client,
          purpose,
        ])
  if (purpose === undefined || known?.rowCount !== 1) throw new ApiError(404, 'purpose_unknown', { param: 'purpose' })
  return {
    purpose,
    channel: wanted.channel ?? system?.channel ?? 'other',
    language: wanted.language ?? system?.language ?? 'und',
  }
}

async function systemDefaults(
  tx: Tx,
  client: string,
  system: string,
): Promise<{ purposes: string[]; channel: string; language: string }> {
  const { rows } = await tx.query<{ purposes: string[]; channel: string; language: string }>(
    'select purposes, channel, language from ai_system where tenant_id = $1 and client_id = $2 and system_id = $3',
    [tenantOf(tx), client, system],
  )
  if (rows[0] === undefined) throw new ApiError(404, 'system_unknown', { param: 'system', values: { system } })
  return rows[0]
}

export type TurnToRecord = {
  readonly role: TurnRole
  readonly said: string
  readonly at: Date | null
  readonly seen?: string
}

/**
 * Writes turns after those on record and their entry `conversation.recorded`; the conversation must be locked. Returns
 * the numbers they got. The entry commits to what was said under a salt that is sealed with it: at erasure the salt
 * goes, and the entry says nothing about the words any more.
 */
export async function recordTurns(
  tx: Tx,
  ring: KeyRing,
  to: FoundConversation,
  turns: readonly TurnToRecord[],
  act: Act,
): Promise<{ readonly from: number; readonly to: number; readonly event: string }> {
  const tenant = tenantOf(tx)
  const key = await subjectKey(tx, ring, { tenant, client: to.client, subject: to.subject }, act.now)
  const { rows } = await tx.query<{ turn_count: number; source: string; held_at: Date | null }>(
    'update conversation set turn_count = turn_count + $3, updated_at = $4 where tenant_id = $1 and conversation_id = $2 returning turn_count, source, held_at',
    [tenant, to.conversation, turns.length, act.now],
  )
  // A customer on hold does not speak to anybody: nothing is recorded.
  if (rows[0]!.held_at !== null) throw new ApiError(409, 'conversation_on_hold', { param: 'conversation' })
  const last = rows[0]!.turn_count
  const from = last - turns.length + 1
  const salt = randomBytes(32)
  await tx.query(
    `insert into turn (tenant_id, client_id, conversation_id, seq, role, at, sealed)
     select $1, $2, $3, seq, role, at, sealed from unnest($4::int[], $5::text[], $6::timestamptz[], $7::bytea[]) as given(seq, role, at, sealed)`,
    [
      tenant,
      to.client,
      to.conversation,
      turns.map((_, n) => from + n),
      turns.map((turn) => turn.role),
      turns.map((turn) => turn.at),
      turns.map((turn, n) =>
        sealJson(key, turnPlace(tenant, to.conversation, from + n), {
          said: turn.said,
          ...(turn.seen === undefined ? {} : { seen: turn.seen }),
          ...(n === 0 ? { salt: salt.toString('base64') } : {}),
        }),
      ),
    ],
  )
  await indexTurns(
    tx,
    ring,
    { tenant, client: to.client, conversation: to.conversation, language: to.language },
    turns.map(({ said }, n) => ({ seq: from + n, said })),
  )
  const event = act.ids.next()
  await append(tx, {
    id: event,
    type: 'conversation.recorded',
    at: act.now.toISOString(),
    actor: tx.scope.actor,
    tenant,
    client: to.client,
    subject: to.subject,
    refs: { conversation: to.conversation, ...(to.system === null ? {} : { system: to.system }) },
    body: { turns: { from, to: last }, channel: to.channel, source: rows[0]!.source },
    commit: commitment(
      salt,
      turns.map(({ role, said }, n) => ({ seq: from + n, role, said })),
      nodeSha256,
    ),
  })
  return { from, to: last, event }
}

/** Ends a conversation; false when it had ended before. */
export async function endConversation(tx: Tx, to: FoundConversation, at: Date, act: Act): Promise<boolean> {
  const { rowCount } = await tx.query(
    'update conversation set ended_at = $3, updated_at = $4 where tenant_id = $1 and conversation_id = $2 and ended_at is null',
    [tenantOf(tx), to.conversation, at, act.now],
  )
  if (rowCount === 0) return false
  await recordEvent(tx, act, {
    type: 'conversation.ended',
    client: to.client,
    subject: to.subject,
    refs: { conversation: to.conversation },
    body: {},
  })
  return true
}

export function turnPlace(tenant: string, conversation: string, seq: number): string[] {
  return ['turn', 'sealed', tenant, conversation, String(seq)]
}

/** What was said in turns `from` and later, opened. Errors: `key_destroyed` of the vault after erasure. */
export async function knownTurns(tx: Tx, ring: KeyRing, of: FoundConversation, from: number): Promise<KnownTurn[]> {
  const tenant = tenantOf(tx)
  const { rows } = await tx.query<{ seq: number; role: string; sealed: Buffer }>(
    'select seq, role, sealed from turn where tenant_id = $1 and conversation_id = $2 and seq >= $3 and length(sealed) > 0 order by seq',
    [tenant, of.conversation, from],
  )
  if (rows.length === 0) return []
  const key = await existingKey(tx, ring, { tenant, subject: of.subject })
  return rows.map((row) => ({
    seq: row.seq,
    role: row.role,
    said: openTurn(key, tenant, of.conversation, row.seq, row.sealed).said,
  }))
}

export type OpenedTurn = { readonly said: string; readonly seen?: string }

export function openTurn(key: Key, tenant: string, conversation: string, seq: number, sealed: Buffer): OpenedTurn {
  return openJson(key, turnPlace(tenant, conversation, seq), sealed) as OpenedTurn
}

type ConversationRow = Row & {
  conversation_id: string
  subject_id: string
  client_id: string
  system_id: string | null
  purpose_id: string
  channel: string
  language: string
  state: string
  turn_count: number
  ended_at: Date | null
}

function foundFrom(row: ConversationRow): FoundConversation {
  return {
    conversation: row.conversation_id,
    subject: row.subject_id,
    client: row.client_id,
    system: row.system_id,
    purpose: row.purpose_id,
    channel: row.channel,
    language: row.language,
    state: row.state,
    turnCount: row.turn_count,
    endedAt: row.ended_at,
  }
}
