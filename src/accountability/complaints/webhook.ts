/** What help desks of the organisation hear of a complaint: where it stands, in codes. */
import type { WebhookBody, WebhookEvent } from '../../records/index.ts'
import type { Complaint } from './complaint.ts'

/** By the type of the entry. A step that changes nothing for the customer is told to nobody. */
const told: Readonly<Record<string, WebhookEvent>> = {
  'complaint.received': 'complaint.received',
  'complaint.communicated': 'complaint.communicated',
  'complaint.appealed': 'complaint.appealed',
  'complaint.settled': 'complaint.settled',
  'complaint.withdrawn': 'complaint.withdrawn',
  'complaint.closed': 'complaint.closed',
  'complaint.dropped': 'complaint.closed',
  'complaint.transferred': 'complaint.closed',
}

export const webhookOf = (type: string): WebhookEvent | undefined =>
  Object.hasOwn(told, type) ? told[type] : undefined

/** `reference` is the number of the case; the words, the name and the help desk's own number stay here. */
export function webhookBody(
  complaint: Complaint,
  of: {
    readonly id: string
    readonly reference: string
    readonly via: string
    readonly system: string | null
    readonly decision: string | null
    readonly at: Date
  },
): WebhookBody {
  const heard = complaint.communicatedAt !== null
  return {
    complaint: of.id,
    reference: of.reference,
    via: of.via,
    system: of.system,
    decision: of.decision,
    profile: complaint.profile,
    state: complaint.state,
    // Not before the customer heard it.
    verdict: heard ? complaint.verdict : null,
    finalVerdict: complaint.finalVerdict,
    cause: heard ? complaint.cause : null,
    at: of.at.toISOString(),
  }
}
