/** Whom something had to do with in a period: from recorded calls, looks, and what a customer's link was used for. */
import type { z } from 'zod'
import { findPortalLink } from '../../../access/index.ts'
import type { Tx } from '../../../platform/database.ts'
import { ApiError } from '../../../platform/http.ts'
import { tenantOf } from '../../../records/index.ts'
import type { affectedRequest, BreachDetail } from '../contract.ts'

export type Search = BreachDetail['searches'][number]

/** Somebody who was touched, in which conversation where that is known. */
export type Touched = { readonly subject: string; readonly conversation: string | null }

/**
 * The search as it is kept: by one thing, a link by its number. Errors: `affected_by_one`, `breach_order` (422), `portal_link_unknown`
 * (404).
 */
export async function resolveSearch(
  tx: Tx,
  wanted: z.output<typeof affectedRequest>,
): Promise<z.output<typeof affectedRequest>> {
  const { system, key, person, upstream, link } = wanted
  if ([system, key, person, upstream, link].filter((one) => one !== undefined).length !== 1)
    throw new ApiError(422, 'affected_by_one', { param: 'system' })
  if (new Date(wanted.from) > new Date(wanted.until)) throw new ApiError(422, 'breach_order', { param: 'until' })
  if (link === undefined) return wanted
  const found = await findPortalLink(tx, link)
  if (found === undefined) throw new ApiError(404, 'portal_link_unknown', { param: 'link' })
  return { ...wanted, link: found.link }
}

/**
 * By AI system and provider: calls that left; by key: calls that came in with it; by member of staff: what they opened and whom they
 * took over; by link: what was done with it, and its customer while it worked, since a look at their page is no entry. `subject`:
 * whether it touched this one.
 */
export async function touched(
  tx: Tx,
  search: z.output<typeof affectedRequest>,
  subject: string | null = null,
): Promise<readonly Touched[]> {
  const { person, key, link } = search
  if (person !== undefined) return inEntries(tx, looks, search, ({ actor }) => actor.id === person, subject)
  if (key !== undefined) return inEntries(tx, ['call.admitted'], search, ({ refs }) => refs.key === key, subject)
  if (link !== undefined) return byLink(tx, link, search)
  return inCalls(tx, search, subject)
}

/** What a member of staff opened, and whom they took over. */
const looks = ['conversation.viewed', 'decision.viewed', 'subject.sought', 'request.viewed', 'handoff.accepted']

async function inCalls(
  tx: Tx,
  { from, until, system, upstream }: z.output<typeof affectedRequest>,
  subject: string | null,
): Promise<readonly Touched[]> {
  const { rows } = await tx.query<Touched>(
    `select distinct a.subject_id as subject, a.conversation_id as conversation from ai_call a
     where a.tenant_id = $1 and a.started_at >= $2 and a.started_at <= $3 and a.state <> 'refused' and a.subject_id is not null
       and ($4::text is null or a.system_id = $4) and ($5::text is null or a.upstream_id = $5) and ($6::text is null or a.subject_id = $6)`,
    [tenantOf(tx), from, until, system ?? null, upstream ?? null, subject],
  )
  return rows
}

type Payload = {
  readonly actor: { readonly kind: string; readonly id: string }
  readonly refs: { readonly key?: string; readonly conversation?: string }
}
type Period = { readonly from: string; readonly until: string }

/** Subjects of entries in the period, of these types or of any, of which the payload fits. */
async function inEntries(
  tx: Tx,
  types: readonly string[] | null,
  { from, until }: Period,
  fits: (payload: Payload) => boolean,
  subject: string | null,
): Promise<readonly Touched[]> {
  const { rows } = await tx.query<{ subject_id: string; payload: Buffer }>(
    ['ledger_entry', 'ledger_pending']
      .map(
        (table) =>
          `select subject_id, payload from ${table} where tenant_id = $1 and ($2::text[] is null or type = any($2)) and at >= $3 and at <= $4
             and subject_id is not null and ($5::text is null or subject_id = $5)`,
      )
      .join(' union all '),
    [tenantOf(tx), types, from, until, subject],
  )
  const found = new Map<string, Touched>()
  for (const { subject_id, payload } of rows) {
    const parsed = JSON.parse(payload.toString('utf8')) as Payload
    const conversation = parsed.refs.conversation ?? null
    if (fits(parsed)) found.set(`${subject_id} ${conversation}`, { subject: subject_id, conversation })
  }
  return [...found.values()]
}

async function byLink(tx: Tx, link: string, period: Period): Promise<readonly Touched[]> {
  const known = await findPortalLink(tx, link)
  const used = await inEntries(
    tx,
    null,
    period,
    ({ actor }) => actor.kind === 'customer' && actor.id === link,
    known?.subject ?? null,
  )
  // Erased since: what was done with it is on record still.
  if (known === undefined) return used
  const worked = known.from <= new Date(period.until) && known.until > new Date(period.from)
  const own = { subject: known.subject, conversation: known.conversation }
  return worked ? [...used.filter(({ conversation }) => conversation !== own.conversation), own] : used
}
