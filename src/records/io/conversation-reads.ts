/** Lists of conversations and one conversation with everything that was recorded about it. */
import type { z } from 'zod'
import { type Act, addReveal, addView, openingOf } from '../../access/index.ts'
import type { RevealReason } from '../../access/rules.ts'
import { findEntries } from '../../ledger/index.ts'
import type { Row, Tx } from '../../platform/database.ts'
import { ApiError } from '../../platform/http.ts'
import { existingKey, type KeyRing } from '../../vault/index.ts'
import {
  type CallView,
  callView,
  type conversationDetail,
  type conversationList,
  type conversationQuery,
  type conversationSummary,
  type handOffView,
  type TurnView,
} from '../contract.ts'
import { pageToken, readPageToken, readsContentAs } from '../conversation.ts'
import { type OpenedTurn, openTurn } from './conversations.ts'
import { tenantOf } from './event.ts'

type Query = z.output<typeof conversationQuery>
export type Summary = z.output<typeof conversationSummary>
type Detail = z.output<typeof conversationDetail>

const PAGE = 50

const summaryColumns = `c.conversation_id, c.client_id, c.system_id, c.channel, c.language, c.purpose_id, c.subject_id, c.started_at, c.ended_at, c.turn_count, c.state, c.disclosed_at,
  to_char(c.started_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as started_exact,
  (select count(*)::int from ai_call a where a.tenant_id = c.tenant_id and a.conversation_id = c.conversation_id) as calls,
  (select count(*)::int from ai_call a where a.tenant_id = c.tenant_id and a.conversation_id = c.conversation_id and a.state = 'refused') as refused,
  (select coalesce(sum(r.value::int), 0)::int from turn t, jsonb_each_text(t.redacted) r where t.tenant_id = c.tenant_id and t.conversation_id = c.conversation_id) as redacted,
  (select h.state from hand_off h where h.tenant_id = c.tenant_id and h.conversation_id = c.conversation_id order by h.requested_at desc, h.hand_off_id desc limit 1) as hand_off`

type SummaryRow = Row & {
  conversation_id: string
  client_id: string
  system_id: string | null
  channel: string
  language: string
  purpose_id: string
  subject_id: string
  started_at: Date
  started_exact: string
  ended_at: Date | null
  turn_count: number
  state: string
  disclosed_at: Date | null
  calls: number
  refused: number
  redacted: number
  hand_off: 'requested' | 'accepted' | 'completed' | 'missed' | null
}

function summaryFrom(row: SummaryRow): Summary {
  return {
    id: row.conversation_id,
    client: row.client_id,
    system: row.system_id,
    channel: row.channel,
    language: row.language,
    purpose: row.purpose_id,
    subject: row.subject_id,
    startedAt: row.started_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
    turns: row.turn_count,
    calls: row.calls,
    refused: row.refused,
    redacted: row.redacted,
    disclosed: row.disclosed_at !== null,
    handOff: row.hand_off ?? 'none',
    state: row.state,
  }
}

/**
 * A page of conversations, newest first, without contents. `total` counts all that match. A page goes on where the
 * last one ended, so that new conversations move nothing. Errors: `page_unknown` (422).
 */
export async function listConversations(tx: Tx, query: Query): Promise<z.output<typeof conversationList>> {
  const { where, values } = conditionsOf(tx, query)
  const limit = query.limit ?? PAGE
  const counted = await tx.query<{ n: number }>(`select count(*)::int as n from conversation c where ${where}`, values)
  const end = query.before === undefined ? undefined : readPageToken(query.before)
  if (query.before !== undefined && end === undefined) throw new ApiError(422, 'page_unknown', { param: 'before' })
  const paged =
    end === undefined
      ? ''
      : `and (c.started_at, c.conversation_id) < ($${values.length + 1}::timestamptz, $${values.length + 2})`
  const { rows } = await tx.query<SummaryRow>(
    `select ${summaryColumns} from conversation c where ${where} ${paged} order by c.started_at desc, c.conversation_id desc limit ${limit + 1}`,
    [...values, ...(end === undefined ? [] : [end.startedAt, end.id])],
  )
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return {
    conversations: page.map(summaryFrom),
    total: counted.rows[0]!.n,
    next:
      rows.length > limit && last !== undefined
        ? pageToken({ startedAt: last.started_exact, id: last.conversation_id })
        : null,
  }
}

/** These conversations by their id; one outside the scope is absent. */
export async function summariesOf(tx: Tx, ids: readonly string[]): Promise<ReadonlyMap<string, Summary>> {
  const { rows } = await tx.query<SummaryRow>(
    `select ${summaryColumns} from conversation c where c.tenant_id = $1 and c.conversation_id = any($2)`,
    [tenantOf(tx), ids],
  )
  return new Map(rows.map((row) => [row.conversation_id, summaryFrom(row)]))
}

function conditionsOf(tx: Tx, query: Query): { readonly where: string; readonly values: unknown[] } {
  // Those of a paired-prompt audit are no conversations with customers; one is found by its number.
  const conditions = ['c.tenant_id = $1', ...(query.find === undefined ? [`c.source <> 'audit'`] : [])]
  const values: unknown[] = [tenantOf(tx)]
  const add = (value: unknown, condition: (place: string) => string) => {
    if (value === undefined) return
    values.push(value)
    conditions.push(condition(`$${values.length}`))
  }
  const ofCall = 'a.tenant_id = c.tenant_id and a.conversation_id = c.conversation_id'
  add(query.client, (at) => `c.client_id = ${at}`)
  add(query.system, (at) => `c.system_id = ${at}`)
  add(query.channel, (at) => `c.channel = ${at}`)
  add(query.language, (at) => `c.language = ${at}`)
  add(query.from, (at) => `c.started_at >= ${at}::timestamptz`)
  add(query.until, (at) => `c.started_at < ${at}::timestamptz`)
  add(query.code, (at) => `exists (select 1 from ai_call a where ${ofCall} and a.code = ${at})`)
  add(query.find?.toLowerCase().replace(/[^0-9a-z-]/g, ''), (at) => `starts_with(c.conversation_id, ${at})`)
  if (query.state !== undefined) conditions.push(stateConditions[query.state])
  return { where: conditions.join(' and '), values }
}

const stateConditions: Readonly<Record<NonNullable<Query['state']>, string>> = {
  refused: `exists (select 1 from ai_call a where a.tenant_id = c.tenant_id and a.conversation_id = c.conversation_id and a.state = 'refused')`,
  failed: `exists (select 1 from ai_call a where a.tenant_id = c.tenant_id and a.conversation_id = c.conversation_id and a.state = 'failed')`,
  handed_off: `exists (select 1 from hand_off h where h.tenant_id = c.tenant_id and h.conversation_id = c.conversation_id)`,
  held: `c.state <> 'normal'`,
  // An AI spoke to the customer and nothing says that the customer was told.
  undisclosed: `c.disclosed_at is null and exists (select 1 from turn t where t.tenant_id = c.tenant_id and t.conversation_id = c.conversation_id and t.role = 'ai')
    and not exists (select 1 from ai_system s where s.tenant_id = c.tenant_id and s.system_id = c.system_id and s.disclosure = 'none_needed')`,
}

// -- one conversation -------------------------------------------------------------------------------------------------

export type Reader = { readonly id: string; readonly roles: readonly string[] }

/**
 * Everything on record about one conversation. What was said is opened for roles that need it and whose work on this
 * conversation, or a reason that they gave, says why; that look is an entry in the same transaction. Others get null. Errors: `conversation_unknown` (404; also one outside the scope).
 */
export async function readConversation(tx: Tx, ring: KeyRing, id: string, reader: Reader, act: Act): Promise<Detail> {
  const { rows } = await tx.query<SummaryRow & { audit: boolean }>(
    `select ${summaryColumns}, c.source = 'audit' as audit from conversation c where c.tenant_id = $1 and c.conversation_id = $2`,
    [tenantOf(tx), id],
  )
  if (rows[0] === undefined) throw new ApiError(404, 'conversation_unknown')
  const summary = summaryFrom(rows[0])
  const role = readsContentAs(reader.roles, summary.state)
  const opening = role === undefined ? undefined : await openingOf(tx, { person: reader.id, conversation: id }, act.now)
  const callsList = await callsOf(tx, id)
  const turnsList = await turnsOf(tx, ring, summary, opening !== undefined)
  const read = turnsList.some((turn) => turn.said !== null)
  const detail: Detail = {
    ...summary,
    audit: rows[0].audit,
    contents: read
      ? 'open'
      : role !== undefined && opening === undefined && turnsList.length > 0
        ? 'reason_needed'
        : 'closed',
    turnsList,
    callsList,
    handOffs: await handOffsOf(tx, id),
    disclosures: await disclosuresOf(tx, id),
    consents: await consentsOf(tx, summary, callsList),
  }
  if (role !== undefined && opening !== undefined && read)
    await addView(
      tx,
      { person: reader.id, client: summary.client, subject: summary.subject, conversation: id, role, ...opening },
      act,
    )
  return detail
}

/**
 * A reason to read what was said, for who has no work on this conversation that says so. Errors: `conversation_unknown`
 * (404), `not_allowed` (403: this role reads no contents, or nobody does), `words_needed` (422).
 */
export async function revealConversation(
  tx: Tx,
  ring: KeyRing,
  id: string,
  { reader, reason, words }: { readonly reader: Reader; readonly reason: RevealReason; readonly words: string | null },
  act: Act,
): Promise<Date> {
  const { rows } = await tx.query<{ client_id: string; subject_id: string; state: string }>(
    'select client_id, subject_id, state from conversation where tenant_id = $1 and conversation_id = $2',
    [tenantOf(tx), id],
  )
  const row = rows[0]
  if (row === undefined) throw new ApiError(404, 'conversation_unknown')
  const role = readsContentAs(reader.roles, row.state)
  if (role === undefined) throw new ApiError(403, 'not_allowed')
  if (reason === 'other' && words === null) throw new ApiError(422, 'words_needed', { param: 'words' })
  const key = await keyIfThere(tx, ring, { tenant: tenantOf(tx), subject: row.subject_id })
  // After erasure there is nothing to open, and nothing to keep words under.
  if (key === undefined) throw new ApiError(409, 'conversation_erased')
  const opening = { person: reader.id, client: row.client_id, subject: row.subject_id, conversation: id, role }
  return addReveal(tx, key, { ...opening, reason, words }, act)
}

async function turnsOf(tx: Tx, ring: KeyRing, { id, subject }: Summary, readable: boolean): Promise<TurnView[]> {
  const tenant = tenantOf(tx)
  const { rows } = await tx.query<{
    seq: number
    role: TurnView['role']
    at: Date | null
    call_id: string | null
    sealed: Buffer
    redacted: Record<string, number>
    disclosure: boolean
  }>(
    `select seq, role, at, call_id, ${readable ? 'sealed' : 'null as sealed'}, redacted, disclosure from turn where tenant_id = $1 and conversation_id = $2 order by seq`,
    [tenant, id],
  )
  const key = readable && rows.length > 0 ? await keyIfThere(tx, ring, { tenant, subject }) : undefined
  return rows.map((row) => {
    const opened: OpenedTurn | undefined =
      key === undefined || row.sealed.length === 0 ? undefined : openTurn(key, tenant, id, row.seq, row.sealed)
    return {
      seq: row.seq,
      role: row.role,
      at: row.at?.toISOString() ?? null,
      call: row.call_id,
      said: opened?.said ?? null,
      seen: opened?.seen === undefined || opened.seen === opened.said ? null : opened.seen,
      redacted: row.redacted,
      disclosure: row.disclosure,
    }
  })
}

/** Undefined after erasure: then nothing can be read any more, and that is what is shown. */
export async function keyIfThere(tx: Tx, ring: KeyRing, of: { readonly tenant: string; readonly subject: string }) {
  try {
    return await existingKey(tx, ring, of)
  } catch (error) {
    if ((error as { code?: string }).code === 'key_destroyed') return undefined
    throw error
  }
}

type CallRow = Row & {
  call_id: string
  started_at: Date
  ended_at: Date | null
  state: CallView['state']
  code: string | null
  would_refuse: string | null
  system_id: string | null
  version_id: string | null
  purpose_id: string | null
  basis: string | null
  ground_record: string | null
  gate_record: string | null
  oversight_record: string | null
  disclosure: string | null
  disclosure_record: string | null
  upstream_id: string | null
  model: string | null
  stream: boolean
  attempts: number
  turn_from: number | null
  turn_to: number | null
  redacted: Record<string, number>
  restored: number | null
  tokens_in: number | null
  tokens_out: number | null
  first_token_ms: number | null
  duration_ms: number | null
  facts: unknown
}

async function callsOf(tx: Tx, conversation: string, call?: string): Promise<CallView[]> {
  const { rows } = await tx.query<CallRow>(
    `select * from ai_call where tenant_id = $1 and conversation_id = $2 and ($3::text is null or call_id = $3) order by started_at, call_id`,
    [tenantOf(tx), conversation, call ?? null],
  )
  if (rows.length === 0) return []
  const entries = await findEntries(tx, { conversation, ...(call === undefined ? {} : { call }) }, { limit: 20_000 })
  const byCall = Map.groupBy(entries, (entry) => entry.call)
  return rows.map((row) =>
    callFrom(
      row,
      (byCall.get(row.call_id) ?? []).map(({ type, id: event, index, at }) => ({ type, event, index, at })).reverse(),
    ),
  )
}

function callFrom(row: CallRow, proofs: CallView['proofs']): CallView {
  const facts = callView.shape.facts.safeParse(row.facts)
  return {
    id: row.call_id,
    startedAt: row.started_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
    state: row.state,
    code: row.code,
    wouldRefuse: row.would_refuse,
    system: row.system_id,
    version: row.version_id,
    purpose: row.purpose_id,
    basis: row.basis,
    groundRecord: row.ground_record,
    gateRecord: row.gate_record,
    oversightRecord: row.oversight_record,
    disclosure: row.disclosure,
    disclosureRecord: row.disclosure_record,
    upstream: row.upstream_id,
    model: row.model,
    stream: row.stream,
    attempts: row.attempts,
    turnFrom: row.turn_from,
    turnTo: row.turn_to,
    redacted: row.redacted,
    restored: row.restored,
    tokensIn: row.tokens_in,
    tokensOut: row.tokens_out,
    firstTokenMs: row.first_token_ms,
    durationMs: row.duration_ms,
    facts: facts.success ? facts.data : {},
    proofs,
  }
}

/** One call with the entries that prove it. Errors: `call_unknown` (404). */
export async function readCall(tx: Tx, conversation: string, call: string): Promise<CallView> {
  const [found] = await callsOf(tx, conversation, call)
  if (found === undefined) throw new ApiError(404, 'call_unknown')
  return found
}

async function handOffsOf(tx: Tx, conversation: string): Promise<z.output<typeof handOffView>[]> {
  const { rows } = await tx.query<{
    hand_off_id: string
    state: string
    reason: string
    requested_at: Date
    accepted_at: Date | null
    answer_by: Date | null
  }>(
    'select hand_off_id, state, reason, requested_at, accepted_at, answer_by from hand_off where tenant_id = $1 and conversation_id = $2 order by requested_at, hand_off_id',
    [tenantOf(tx), conversation],
  )
  return rows.map((row) => ({
    id: row.hand_off_id,
    state: row.state,
    reason: row.reason,
    requestedAt: row.requested_at.toISOString(),
    acceptedAt: row.accepted_at?.toISOString() ?? null,
    answerBy: row.answer_by?.toISOString() ?? null,
  }))
}

async function disclosuresOf(tx: Tx, conversation: string): Promise<Detail['disclosures']> {
  const { rows } = await tx.query<{
    disclosure_id: string
    at: Date
    source: string
    channel: string
    language: string
    text_version: string
    kind: Detail['disclosures'][number]['kind']
  }>(
    'select disclosure_id, at, source, channel, language, text_version, kind from disclosure_event where tenant_id = $1 and conversation_id = $2 order by at, disclosure_id',
    [tenantOf(tx), conversation],
  )
  return rows.map((row) => ({
    id: row.disclosure_id,
    at: row.at.toISOString(),
    source: row.source,
    channel: row.channel,
    language: row.language,
    textVersion: row.text_version,
    kind: row.kind,
  }))
}

/** The customer's answers about the purposes of this conversation, in the order in which they were given. */
async function consentsOf(
  tx: Tx,
  { id, subject, purpose }: Summary,
  calls: readonly CallView[],
): Promise<Detail['consents']> {
  const purposes = [...new Set([purpose, ...calls.flatMap((call) => call.purpose ?? [])])]
  const { rows } = await tx.query<{
    event_id: string
    purpose_id: string
    state: string
    at: Date
    by_whom: string
    expires_at: Date | null
  }>(
    `select event_id, purpose_id, state, at, by_whom, expires_at from consent_event
     where tenant_id = $1 and subject_id = $2 and purpose_id = any($3) and (conversation_id is null or conversation_id = $4) order by seq`,
    [tenantOf(tx), subject, purposes, id],
  )
  return rows.map((row) => ({
    id: row.event_id,
    purpose: row.purpose_id,
    state: row.state,
    at: row.at.toISOString(),
    by: row.by_whom,
    expiresAt: row.expires_at?.toISOString() ?? null,
  }))
}
