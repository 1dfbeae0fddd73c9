/** Whether a customer is asked what they think of the contact. */
import type { Tx } from '../../platform/database.ts'
import { tenantOf } from '../../records/index.ts'
import type { NotAsked } from '../contract.ts'

export type AskedAbout = { readonly client: string; readonly subject: string; readonly conversation: string }

/** Why not, or null. It reads and never writes. */
export type MayAsk = (tx: Tx, about: AskedAbout) => Promise<NotAsked | null>

/**
 * Not somebody who was touched by a data breach that is not closed, or who got a letter about one since the contact began: a question
 * about how satisfied they are would come at the wrong moment.
 */
export const mayAskByBreach: MayAsk = async (tx, { subject, conversation }) => {
  const { rowCount } = await tx.query(
    `select 1 from breach_subject s join breach b on b.tenant_id = s.tenant_id and b.breach_id = s.breach_id
     where s.tenant_id = $1 and s.subject_id = $2 and (b.closed_at is null
       or s.told_at >= (select c.started_at from conversation c where c.tenant_id = $1 and c.conversation_id = $3)) limit 1`,
    [tenantOf(tx), subject, conversation],
  )
  return rowCount === 0 ? null : 'breach_letter'
}

/** Nor somebody whose complaint is open, or was about this contact: they have told what they think, and are answered. */
export const mayAsk: MayAsk = async (tx, about) => {
  const { rowCount } = await tx.query(
    `select 1 from case_record r where r.tenant_id = $1 and r.subject_id = $2 and r.kind = 'complaint' and (r.closed_at is null or r.conversation_id = $3) limit 1`,
    [tenantOf(tx), about.subject, about.conversation],
  )
  return rowCount === 0 ? mayAskByBreach(tx, about) : 'open_complaint'
}
