/** Which cases a customer's link leads to: one rule, for every kind of case. */
import type { Tx } from '../../../platform/database.ts'
import { ApiError, type Caller } from '../../../platform/http.ts'
import { tenantOf } from '../../io/event.ts'
import type { CaseRow } from './store.ts'

export type CaseLink = {
  readonly client: string
  readonly subject: string
  readonly conversation: string | null
  readonly decision: string | null
  /** To everything of the person. */
  readonly whole: boolean
}

/** Errors: `portal_not_found` (404: no link of a customer). */
export function caseLinkOf({ bound }: Caller): CaseLink {
  const { client, subject, conversation = null, decision = null, whole = false } = bound ?? {}
  if (client === undefined || subject === undefined) throw new ApiError(404, 'portal_not_found')
  return { client, subject, conversation, decision, whole }
}

/**
 * Of its own person, about its conversation or decision, or about nothing in particular; a link to everything of the person leads to
 * all of it. `$7` null: of every kind.
 */
const ofLink = `tenant_id = $1 and client_id = $2 and subject_id = $3 and ($7::text is null or kind = $7)
  and ($6 or (conversation_id is null and decision_id is null) or conversation_id = $4 or decision_id = $5)`
const valuesOf = (tx: Tx, link: CaseLink, kind: CaseRow['kind'] | undefined) => [
  tenantOf(tx),
  link.client,
  link.subject,
  link.conversation,
  link.decision,
  link.whole,
  kind ?? null,
]

/** The latest first; at most 200. */
export async function casesOfLink(tx: Tx, link: CaseLink, kind?: CaseRow['kind']): Promise<CaseRow[]> {
  const { rows } = await tx.query<CaseRow>(
    `select * from case_record where ${ofLink} order by opened_at desc, case_id limit 200`,
    valuesOf(tx, link, kind),
  )
  return rows
}

/** Somebody else's case and one that does not exist are one answer. Errors: `portal_not_found` (404). */
export async function caseOfLink(
  tx: Tx,
  link: CaseLink,
  id: string,
  { kind, lock = false }: { readonly kind?: CaseRow['kind']; readonly lock?: boolean } = {},
): Promise<CaseRow> {
  const { rows } = await tx.query<CaseRow>(
    `select * from case_record where ${ofLink} and case_id = $8 ${lock ? 'for update' : ''}`,
    [...valuesOf(tx, link, kind), id],
  )
  if (rows[0] === undefined) throw new ApiError(404, 'portal_not_found')
  return rows[0]
}
