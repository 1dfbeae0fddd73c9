/** Queues what systems of the organisation hear of a complaint, in the transaction of the change. */
import type { Act } from '../../../access/index.ts'
import type { Tx } from '../../../platform/database.ts'
import { type CaseRow, queueWebhooks } from '../../../records/index.ts'
import type { Complaint } from '../complaint.ts'
import { webhookBody, webhookOf } from '../webhook.ts'

/** `type`: of the entry that was just written. Nothing for a step that nobody outside hears of. */
export async function tellSystems(tx: Tx, row: CaseRow, complaint: Complaint, type: string, act: Act): Promise<void> {
  const event = webhookOf(type)
  if (event === undefined) return
  const body = webhookBody(complaint, {
    id: row.case_id,
    reference: row.reference,
    via: row.via,
    system: row.system_id,
    decision: row.decision_id,
    at: act.now,
  })
  await queueWebhooks(tx, { client: row.client_id, event, case: row.case_id, body }, act)
}
