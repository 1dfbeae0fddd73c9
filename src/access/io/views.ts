/** Who read what customers said, and why: rows of ids and codes, with the words of a reason under the subject's key. */
import type { Tx } from '../../platform/database.ts'
import { type Key, open, seal } from '../../vault/index.ts'
import {
  decideReading,
  type LookUpReason,
  READING_HISTORY_DAYS,
  READING_WINDOW_MS,
  REVEAL_MS,
  type RevealReason,
  type ViewReason,
} from '../reading.ts'
import { type Act, record, tenantOf } from './record.ts'

/** One look of a member of staff at what a customer said, or at what else is on record about them. `id` is that of its entry in the ledger. */
export type ContentView = {
  readonly id: string
  readonly at: Date
  readonly person: string
  readonly role: string
  readonly reason: string
  /** null: the customer was looked up. */
  readonly conversation: string | null
  readonly client: string
}

const columns = 'view_id, at, person_id, role, reason, conversation_id, client_id'

type ViewRow = {
  view_id: string
  at: Date
  person_id: string
  role: string
  reason: string
  conversation_id: string | null
  client_id: string
}

const viewFrom = (row: ViewRow): ContentView => ({
  id: row.view_id,
  at: row.at,
  person: row.person_id,
  role: row.role,
  reason: row.reason,
  conversation: row.conversation_id,
  client: row.client_id,
})

/**
 * Every look at what this customer said, the latest first, also from before they made themselves known in a
 * conversation. For their copy (GDPR art. 15) give role, reason and time; who it was is personal data of the staff.
 */
export async function viewsOf(tx: Tx, subject: string): Promise<ContentView[]> {
  const { rows } = await tx.query<ViewRow>(
    `select ${columns} from content_view where tenant_id = $1 and (subject_id = $2
       or conversation_id in (select conversation_id from conversation where tenant_id = $1 and subject_id = $2))
     order by at desc, view_id desc`,
    [tenantOf(tx), subject],
  )
  return rows.map(viewFrom)
}

/** The words with which staff said why they looked; `key` is the customer's. */
export async function wordsOf(
  tx: Tx,
  key: Key,
  subject: string,
): Promise<{ readonly id: string; readonly at: Date; readonly reason: string; readonly words: string }[]> {
  const { rows } = await tx.query<{ reveal_id: string; at: Date; reason: string; sealed_words: Buffer }>(
    `select reveal_id, at, reason, sealed_words from reveal
     where tenant_id = $1 and subject_id = $2 and sealed_words is not null order by at, reveal_id`,
    [tenantOf(tx), subject],
  )
  return rows.map(({ reveal_id: id, at, reason, sealed_words: sealed }) => ({
    id,
    at,
    reason,
    words: open(key, wordsPlace(tenantOf(tx), id), sealed).toString('utf8'),
  }))
}

export const wordsPlace = (tenant: string, reveal: string) => ['reveal', 'sealed_words', tenant, reveal]

// -- opening --------------------------------------------------------------------------------------------------------

/** What is opened, and by whom. */
export type Opening = {
  readonly person: string
  readonly client: string
  readonly subject: string
  readonly conversation: string
  readonly role: string
}

/**
 * Why this person may open the conversation now: they took it over, or gave a reason less than half an hour ago.
 * Undefined: they give a reason first.
 */
export async function openingOf(
  tx: Tx,
  { person, conversation }: { readonly person: string; readonly conversation: string },
  now: Date,
): Promise<{ readonly reason: ViewReason; readonly reveal: string | null } | undefined> {
  const values = [tenantOf(tx), conversation, person]
  const taken = await tx.query(
    `select 1 from hand_off where tenant_id = $1 and conversation_id = $2 and accepted_by = $3 and state = 'accepted' limit 1`,
    values,
  )
  if (taken.rowCount > 0) return { reason: 'hand_off', reveal: null }
  const { rows } = await tx.query<{ reveal_id: string; reason: RevealReason }>(
    `select reveal_id, reason from reveal where tenant_id = $1 and conversation_id = $2 and person_id = $3
       and at <= $4 and until_at > $4 order by at desc, reveal_id desc limit 1`,
    [...values, now],
  )
  return rows[0] && { reason: rows[0].reason, reveal: rows[0].reveal_id }
}

/** A reason, with words under the customer's key; it opens the conversation until the moment that is returned. */
export async function addReveal(
  tx: Tx,
  key: Key,
  given: Opening & { readonly reason: RevealReason; readonly words: string | null },
  act: Act,
): Promise<Date> {
  const id = act.ids.next()
  const until = new Date(act.now.getTime() + REVEAL_MS)
  const sealed = given.words === null ? null : seal(key, wordsPlace(tenantOf(tx), id), given.words)
  await tx.query(
    `insert into reveal (tenant_id, client_id, reveal_id, person_id, conversation_id, subject_id, reason, sealed_words, at, until_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      tenantOf(tx),
      given.client,
      id,
      given.person,
      given.conversation,
      given.subject,
      given.reason,
      sealed,
      act.now,
      until,
    ],
  )
  await record(tx, act, {
    type: 'conversation.revealed',
    client: given.client,
    subject: given.subject,
    refs: { conversation: given.conversation, reveal: id },
    body: { role: given.role, reason: given.reason },
  })
  return until
}

/** One look: its entry, its row, and whether it is one too many for an hour. */
export async function addView(
  tx: Tx,
  view: Opening & { readonly reason: ViewReason; readonly reveal: string | null },
  act: Act,
): Promise<void> {
  const id = await record(tx, act, {
    type: 'conversation.viewed',
    client: view.client,
    subject: view.subject,
    refs: { conversation: view.conversation, ...(view.reveal === null ? {} : { reveal: view.reveal }) },
    body: { role: view.role, reason: view.reason },
  })
  await tx.query(
    `insert into content_view (tenant_id, client_id, view_id, person_id, subject_id, conversation_id, role, reason, reveal_id, at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      tenantOf(tx),
      view.client,
      id,
      view.person,
      view.subject,
      view.conversation,
      view.role,
      view.reason,
      view.reveal,
      act.now,
    ],
  )
  // One search shows a piece of twenty customers at once: it is on record, and no count of what was opened.
  if (view.reason !== 'search') await watchReading(tx, view, act)
}

/**
 * Somebody looked for a customer by the client's own number. Found: who looked for whom, and why, as a look like others.
 * Not found: that somebody looked, and nothing of what was filled in.
 */
export async function addLookUp(
  tx: Tx,
  look: {
    readonly person: string
    readonly role: string
    readonly reason: LookUpReason
    readonly found: { readonly client: string; readonly subject: string } | undefined
  },
  act: Act,
): Promise<void> {
  const { person, role, reason, found } = look
  const id = await record(tx, act, {
    type: 'subject.sought',
    ...(found === undefined ? {} : found),
    refs: {},
    body: { role, reason, found: found !== undefined },
  })
  if (found === undefined) return
  await tx.query(
    `insert into content_view (tenant_id, client_id, view_id, person_id, subject_id, role, reason, at) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [tenantOf(tx), found.client, id, person, found.subject, role, reason, act.now],
  )
  await watchReading(tx, { person, client: found.client }, act)
}

/** What a person opened, the latest first, at most 500 looks; within the clients of the transaction. */
export async function viewsBy(tx: Tx, person: string): Promise<(ContentView & { readonly subject: string })[]> {
  const { rows } = await tx.query<ViewRow & { subject_id: string }>(
    `select ${columns}, subject_id from content_view where tenant_id = $1 and person_id = $2 order by at desc, view_id desc limit 500`,
    [tenantOf(tx), person],
  )
  return rows.map((row) => ({ ...viewFrom(row), subject: row.subject_id }))
}

// -- unusual reading ------------------------------------------------------------------------------------------------

/** The purpose of these counts is this signal; nothing else reads them, and they are kept nowhere. */
async function watchReading(tx: Tx, { person, client }: Pick<Opening, 'person' | 'client'>, act: Act): Promise<void> {
  const tenant = tenantOf(tx)
  const from = new Date(act.now.getTime() - READING_WINDOW_MS)
  const { rows } = await tx.query<{ customers: number }>(
    `select count(distinct subject_id)::int as customers from content_view where tenant_id = $1 and person_id = $2 and at > $3 and at <= $4 and reason <> 'search'`,
    [tenant, person, from, act.now],
  )
  const { customers } = rows[0]!
  // Below what is never unusual nothing else is looked at.
  if (!decideReading({ customers, own: [], team: [] }).unusual) return
  const known = await tx.query(
    'select 1 from reading_signal where tenant_id = $1 and person_id = $2 and until_at > $3 limit 1',
    [tenant, person, from],
  )
  if (known.rowCount > 0) return
  const hours = await tx.query<{ mine: boolean; customers: number }>(
    `select person_id = $2 as mine, count(distinct subject_id)::int as customers from content_view
     where tenant_id = $1 and at > $3 and at <= $4 and reason <> 'search' group by person_id, date_trunc('hour', at)`,
    [tenant, person, new Date(act.now.getTime() - READING_HISTORY_DAYS * 86_400_000), from],
  )
  const of = (mine: boolean) => hours.rows.filter((row) => row.mine === mine).map((row) => row.customers)
  const { unusual, usual, comparedWith } = decideReading({ customers, own: of(true), team: of(false) })
  if (!unusual) return
  const signal = act.ids.next()
  await tx.query(
    `insert into reading_signal (tenant_id, client_id, signal_id, person_id, from_at, until_at, customers, usual, compared_with, found_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $6)`,
    [tenant, client, signal, person, from, act.now, customers, usual, comparedWith],
  )
  await record(tx, act, {
    type: 'reading.flagged',
    client,
    refs: { person, signal },
    body: { customers, usual, comparedWith },
  })
}

export type ReadingSignal = {
  readonly id: string
  readonly person: string
  readonly from: Date
  readonly until: Date
  readonly customers: number
  readonly usual: number
  readonly comparedWith: string
}

/** Signals that nobody judged yet, the oldest first. */
export async function openSignals(tx: Tx): Promise<ReadingSignal[]> {
  const { rows } = await tx.query<{
    signal_id: string
    person_id: string
    from_at: Date
    until_at: Date
    customers: number
    usual: number
    compared_with: string
  }>(
    `select signal_id, person_id, from_at, until_at, customers, usual, compared_with from reading_signal
     where tenant_id = $1 and judged_at is null order by found_at, signal_id`,
    [tenantOf(tx)],
  )
  return rows.map((row) => ({
    id: row.signal_id,
    person: row.person_id,
    from: row.from_at,
    until: row.until_at,
    customers: row.customers,
    usual: row.usual,
    comparedWith: row.compared_with,
  }))
}

/** False when it is not there, or judged already. */
export async function judgeSignal(
  tx: Tx,
  { signal, judgement }: { readonly signal: string; readonly judgement: 'explained' | 'to_follow_up' },
  act: Act,
): Promise<boolean> {
  const { rows } = await tx.query<{ client_id: string; person_id: string }>(
    `update reading_signal set judged_at = $3, judged_by = $4, judgement = $5
     where tenant_id = $1 and signal_id = $2 and judged_at is null returning client_id, person_id`,
    [tenantOf(tx), signal, act.now, tx.scope.actor.id, judgement],
  )
  if (!rows[0]) return false
  const { client_id: client, person_id: person } = rows[0]
  await record(tx, act, { type: 'reading.judged', client, refs: { person, signal }, body: { judgement } })
  return true
}
