/**
 * Consent and objection: append-only events, and the decision that is a fold of them. Nothing here is ever updated; what
 * counts is the order in which events were appended, not the time they carry, since clocks jump.
 */
import { type LawfulBasis, needsConsent, type Purpose } from './purpose.ts'
import { type Person, type RepresentationProblem, representationProblem } from './representative.ts'

/** States of ISO/IEC TS 27560, and objection (GDPR 21) with its end. */
export const consentStates = [
  'asked',
  'given',
  'refused',
  'withdrawn',
  'expired',
  'superseded',
  'objected',
  'objection_lifted',
] as const
export type ConsentStateName = (typeof consentStates)[number]

export type Wording = {
  readonly version: string
  readonly language: string
  readonly channel: string
  readonly notice?: string | undefined
  /** Of the words as they were shown, 64 hexadecimal digits. */
  readonly sha256?: string | undefined
}

export type ConsentEvent = {
  readonly id: string
  readonly subject: string
  readonly purpose: string
  /** null: for every system of the client. */
  readonly system: string | null
  readonly state: ConsentStateName
  /** ISO 8601 with offset. Shown and proven; it never decides order. */
  readonly at: string
  /** The grant counts up to, not at, this moment. */
  readonly expiresAt?: string | undefined
  /** The sentence as it was shown or spoken; with `notice` and its hash when those words are on file. */
  readonly wording: Wording
  /** A later version of the question says something else: this yes was not said to that. */
  readonly outdated?: boolean | undefined
  readonly by: 'customer' | 'representative' | 'staff'
  /** The grant counts in this conversation only (a customer nobody knows by name). */
  readonly conversation?: string | undefined
  /** Telemarketing: the telephone number that it is about, as a keyed hash in hexadecimal. */
  readonly number?: string | undefined
  readonly evidence?: unknown
}

/** Why there is no grant. `unreadable`: an event that this version does not know; it is read as a no. */
export type NoGrantReason = 'never_given' | 'refused' | 'withdrawn' | 'expired' | 'superseded' | 'unreadable'

export type ConsentFold = {
  readonly grant:
    | { readonly state: 'given'; readonly event: ConsentEvent }
    | { readonly state: 'none'; readonly reason: NoGrantReason; readonly event: ConsentEvent | undefined }
  readonly objection: { readonly state: 'none' } | { readonly state: 'objected'; readonly event: ConsentEvent }
}

export type UseDecision =
  | { readonly use: 'allowed'; readonly basis: LawfulBasis; readonly consent?: string }
  | { readonly use: 'refused'; readonly code: UseRefusal; readonly reason: UseReason; readonly event?: string }

export type UseRefusal =
  | 'consent_missing'
  | 'consent_withdrawn'
  | 'objected'
  | 'purpose_unknown'
  | 'prohibited_practice'
export type UseReason = NoGrantReason | RepresentationProblem | 'objected' | 'purpose_unknown' | 'prohibited_practice'

/**
 * Events that count in a conversation: those without one, and its own. A grant given in another conversation is no grant
 * here, and neither is a refusal there a refusal here.
 */
export function inConversation(events: readonly ConsentEvent[], conversation: string | null): ConsentEvent[] {
  return events.filter((event) => event.conversation === undefined || event.conversation === conversation)
}

/**
 * The state after all events, in the order of the list (the order of appending). The events are those of one subject, one
 * purpose and one system. Time is the later of `now` and the latest event: a clock set back does not revive a grant that
 * had ended when something was recorded later.
 */
export function foldConsent(events: readonly ConsentEvent[], now: Date): ConsentFold {
  const time = events.reduce((latest, { at }) => Math.max(latest, Date.parse(at) || latest), now.getTime())
  let grant: ConsentFold['grant'] = { state: 'none', reason: 'never_given', event: undefined }
  let objection: ConsentFold['objection'] = { state: 'none' }
  for (const event of events) {
    if (event.state === 'objected') objection = { state: 'objected', event }
    else if (event.state === 'objection_lifted') objection = { state: 'none' }
    else grant = nextGrant(grant, event)
  }
  return { grant: ended(grant, time), objection }
}

function nextGrant(grant: ConsentFold['grant'], event: ConsentEvent): ConsentFold['grant'] {
  switch (event.state) {
    case 'given':
      return event.outdated === true ? { state: 'none', reason: 'superseded', event } : { state: 'given', event }
    case 'refused':
    case 'withdrawn':
      return { state: 'none', reason: event.state, event }
    // The end of a term or of a wording ends a grant; it does not soften a refusal or a withdrawal.
    case 'expired':
    case 'superseded':
      return grant.state === 'given' ? { state: 'none', reason: event.state, event } : grant
    // Being asked again changes nothing until there is an answer.
    case 'asked':
      return grant
    default:
      return { state: 'none', reason: 'unreadable', event }
  }
}

function ended(grant: ConsentFold['grant'], time: number): ConsentFold['grant'] {
  if (grant.state !== 'given' || grant.event.expiresAt === undefined) return grant
  // A term that cannot be read counts as past.
  return time < Date.parse(grant.event.expiresAt) ? grant : { state: 'none', reason: 'expired', event: grant.event }
}

/**
 * Whether a purpose may be carried out now by a system for a subject, and why not. `events` are the subject's events, in
 * order of appending, that count in the conversation at hand (`inConversation`); events of other purposes and systems are
 * ignored. An objection refuses where the register says that one is possible (GDPR 21: public task, legitimate interests).
 * `person` says whether a yes of theirs counts, or only of who may speak for them. Reasons come in the order of the refusal codes; nothing falls back from consent to another basis.
 */
export function decideUse(
  purpose: Purpose | null,
  system: string,
  events: readonly ConsentEvent[],
  now: Date,
  person: Person,
): UseDecision {
  if (purpose === null) return { use: 'refused', code: 'purpose_unknown', reason: 'purpose_unknown' }
  const counting = events.filter(
    (event) => event.purpose === purpose.id && (event.system === null || event.system === system),
  )
  const { grant, objection } = foldConsent(counting, now)
  if (needsConsent(purpose) && grant.state === 'none') return refusedFor(grant)
  if (needsConsent(purpose) && grant.state === 'given') {
    const reason = representationProblem(person, grant.event, now)
    if (reason !== null) return { use: 'refused', code: 'consent_missing', reason, event: grant.event.id }
  }
  if (purpose.objectable && objection.state === 'objected')
    return { use: 'refused', code: 'objected', reason: 'objected', event: objection.event.id }
  if (purpose.prohibited !== undefined)
    return { use: 'refused', code: 'prohibited_practice', reason: 'prohibited_practice' }
  return needsConsent(purpose) && grant.state === 'given'
    ? { use: 'allowed', basis: purpose.basis, consent: grant.event.id }
    : { use: 'allowed', basis: purpose.basis }
}

function refusedFor(grant: ConsentFold['grant'] & { state: 'none' }): UseDecision {
  const { reason, event } = grant
  return {
    use: 'refused',
    code: reason === 'withdrawn' ? 'consent_withdrawn' : 'consent_missing',
    reason,
    ...(event === undefined ? {} : { event: event.id }),
  }
}
