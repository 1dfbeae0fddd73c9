/** May this answer be recorded about this purpose? An answer that could have no effect is refused, never quietly kept. */
import { type ConsentEvent, type ConsentStateName, decideUse, inConversation } from './consent.ts'
import type { UseView } from './contract.ts'
import { needsConsent, type Purpose } from './purpose.ts'
import { type Person, type RepresentationProblem, representationProblem } from './representative.ts'
import { aboutNumber } from './telemarketing.ts'

/** A clock that is a little ahead is no reason to refuse. */
const CLOCK_TOLERANCE_MS = 60_000

export type Answer = {
  readonly state: ConsentStateName
  readonly by: ConsentEvent['by']
  /** null: now. The clock may have been set back since the last answer, and this one still comes after it. */
  readonly at: Date | null
  readonly expiresAt: Date | null
}

export type AnswerRefusal =
  | {
      readonly code: 'purpose_unknown' | 'prohibited_practice' | 'not_on_consent' | 'not_objectable'
      readonly param: 'purpose'
    }
  | { readonly code: RepresentationProblem; readonly param: 'by' }
  | { readonly code: 'consent_future' | 'consent_outdated'; readonly param: 'at' }
  | { readonly code: 'consent_end'; readonly param: 'expiresAt' }

/**
 * Why an answer cannot be recorded; undefined when it can. A no is also taken about a purpose that rested on consent
 * when a grant was given and rests on something else now: `events` are what is on record about this purpose. A yes that
 * was said before the last no is refused.
 */
export function answerRefusal(
  purpose: Purpose | null,
  { state, by, at, expiresAt }: Answer,
  events: readonly ConsentEvent[],
  now: Date,
  person: Person,
): AnswerRefusal | undefined {
  if (purpose === null) return { code: 'purpose_unknown', param: 'purpose' }
  if (at !== null && at.getTime() > now.getTime() + CLOCK_TOLERANCE_MS) return { code: 'consent_future', param: 'at' }
  if (expiresAt !== null && (state !== 'given' || expiresAt <= now)) return { code: 'consent_end', param: 'expiresAt' }
  if (state === 'objected' || state === 'objection_lifted') {
    const stands = events.some((event) => event.purpose === purpose.id && event.state === 'objected')
    if (!purpose.objectable && !(state === 'objection_lifted' && stands))
      return { code: 'not_objectable', param: 'purpose' }
    // To take an objection back is a yes.
    const problem =
      state === 'objection_lifted' ? representationProblem(person, { by, purpose: purpose.id }, now) : null
    return problem === null ? undefined : { code: problem, param: 'by' }
  }
  const isNo = state === 'refused' || state === 'withdrawn'
  const hasGrant = events.some((event) => event.purpose === purpose.id && event.state === 'given')
  if (!needsConsent(purpose) && !(isNo && hasGrant)) return { code: 'not_on_consent', param: 'purpose' }
  if (!isNo && purpose.prohibited !== undefined) return { code: 'prohibited_practice', param: 'purpose' }
  if (state === 'given') {
    const code = representationProblem(person, { by, purpose: purpose.id }, now)
    if (code !== null) return { code, param: 'by' }
  }
  if (state === 'given' && at !== null && saidNoAfter(events, purpose, at))
    return { code: 'consent_outdated', param: 'at' }
  return undefined
}

/**
 * A no that was said after this yes. The order of appending decides what counts, so a yes that comes in late, sent again
 * after the customer withdrew, would otherwise undo the withdrawal.
 */
function saidNoAfter(events: readonly ConsentEvent[], { id }: Purpose, at: Date): boolean {
  return events.some(
    (event) =>
      event.purpose === id &&
      (event.state === 'refused' || event.state === 'withdrawn') &&
      Date.parse(event.at) > at.getTime(),
  )
}

/** What the next call of a system would meet, for those who ask before they call. */
export function useOf(
  purpose: Purpose | { readonly id: string; readonly unknown: true },
  {
    system,
    conversation,
    person,
  }: { readonly system: string; readonly conversation: string | null; readonly person: Person },
  events: readonly ConsentEvent[],
  now: Date,
): UseView {
  const known = 'unknown' in purpose ? null : purpose
  const counting = inConversation(events, conversation)
  // Without a number no sales call may be made: that is asked of the dialler (`decideDial`).
  const about = known?.kind === 'telemarketing' ? aboutNumber(counting, null) : counting
  const decision = decideUse(known, system, about, now, person)
  return decision.use === 'allowed'
    ? {
        purpose: purpose.id,
        basis: decision.basis,
        use: 'allowed',
        code: null,
        reason: null,
        event: decision.consent ?? null,
      }
    : {
        purpose: purpose.id,
        basis: known?.basis ?? null,
        use: 'refused',
        code: decision.code,
        reason: decision.reason,
        event: decision.event ?? null,
      }
}
