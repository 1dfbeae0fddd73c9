/**
 * What may become of a conversation that could be read, before any register is asked: the source's own "no" is
 * honoured, whatever ground the organisation has.
 */
import type { ImportedConversation, ProblemCode } from './contract.ts'
import { judgeSourceBasis } from './lawful-basis.ts'

/** Why a conversation is kept apart and unread. */
export const heldReasons = [
  'sealed',
  'source_denied',
  'source_expired',
  'source_unreadable',
  'purpose_unknown',
  'consent_missing',
  'consent_withdrawn',
  'objected',
  'prohibited_practice',
] as const
export type HeldReason = (typeof heldReasons)[number]

export type Admission =
  | { readonly admit: 'take' }
  /** Kept under seal in state `held` or `sealed`; nobody reads it until a ground is there. */
  | { readonly admit: 'hold'; readonly reason: HeldReason }
  /** Nothing of its words is kept. */
  | { readonly admit: 'refuse'; readonly code: ProblemCode }

/**
 * Order: what must not exist (no recording), what the customer forbade (objection, GDPR 21), what cannot be read, what
 * the source's own statement of grounds does not allow for this purpose.
 */
export function admitBySource(conversation: ImportedConversation, purpose: string, now: Date): Admission {
  if (conversation.noRecording) return { admit: 'refuse', code: 'no_recording' }
  if (conversation.objection) return { admit: 'refuse', code: 'objected' }
  if (conversation.grade === 'sealed') return { admit: 'hold', reason: 'sealed' }
  const { verdict } = judgeSourceBasis(conversation.lawfulBasis, purpose, now)
  if (verdict === 'denied') return { admit: 'hold', reason: 'source_denied' }
  if (verdict === 'expired') return { admit: 'hold', reason: 'source_expired' }
  if (verdict === 'unreadable') return { admit: 'hold', reason: 'source_unreadable' }
  return { admit: 'take' }
}
