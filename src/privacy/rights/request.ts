/** A request of a data subject: who may make it, by when it is answered, what may be answered. GDPR 12, 15–18, 20, 21. */
import { addDays, type Day, type DueDays, dayIn, monthsAfter } from '../../deadlines/index.ts'
import { type Circumstance, type Person, speakersFor } from '../representative.ts'

export const requestKinds = ['access', 'rectification', 'erasure', 'restriction', 'portability', 'objection'] as const
export type RequestKind = (typeof requestKinds)[number]

/** How it was established that it is them; more is asked only when there is reason to doubt (GDPR 12(6)). */
export const staffIdentities = ['known_account', 'called_back', 'document', 'not_in_doubt'] as const
export const identities = ['link', 'system', ...staffIdentities] as const

/** How a request came in that staff write down. */
export const staffChannels = ['phone', 'letter', 'email', 'desk'] as const
export type StaffChannel = (typeof staffChannels)[number]

export type Asker = {
  readonly person: Person
  readonly by: 'customer' | 'representative'
  /** The record by which a representative asks; absent: whichever of this person's counts. */
  readonly representative?: string | undefined
  /** An objection to these purposes; null: about everything. */
  readonly purposes: readonly string[] | null
}

export const askerRefusals = [
  'subject_deceased',
  'guardian_needed',
  'representative_needed',
  'guardian_missing',
  'mandate_missing',
] as const
export type AskerRefusal = (typeof askerRefusals)[number]

export type AskerDecision =
  | {
      readonly may: true
      /** The record of who asks for this person; null: they ask themselves. */
      readonly representative: string | null
    }
  | { readonly may: false; readonly code: AskerRefusal }

/**
 * May they ask? Rights of somebody under sixteen, and of somebody under guardianship, are exercised by their legal
 * representative (UAVG 5(4), https://wetten.overheid.nl/BWBR0040940/2021-07-01#Hoofdstuk1_Artikel5). Whoever acts for another is
 * on record as guardian or with a mandate that counts now and covers what is asked. The Regulation does not cover the deceased
 * (recital 27).
 */
export function decideAsker({ person, by, representative, purposes }: Asker, now: Date): AskerDecision {
  const { circumstance } = person
  if (by === 'customer') {
    if (circumstance === 'adult' || circumstance === 'unknown') return { may: true, representative: null }
    return { may: false, code: needed[circumstance] ?? 'subject_deceased' }
  }
  const speakers = speakersFor(person, purposes, now)
  const found = representative === undefined ? speakers[0] : speakers.find(({ id }) => id === representative)
  if (found !== undefined) return { may: true, representative: found.id }
  return { may: false, code: missing[circumstance] ?? 'subject_deceased' }
}

const needed: Readonly<Partial<Record<Circumstance, AskerRefusal>>> = {
  minor: 'guardian_needed',
  represented: 'representative_needed',
}
const missing: Readonly<Partial<Record<Circumstance, AskerRefusal>>> = {
  adult: 'mandate_missing',
  unknown: 'mandate_missing',
  minor: 'guardian_missing',
  represented: 'mandate_missing',
}

// -- terms ------------------------------------------------------------------------------------------------------------

/** One month from receipt; with an extension three from the same receipt (GDPR 12(3)). */
export function dueOf(receivedAt: Date, extended: boolean, timeZone: string): DueDays {
  return monthsAfter(receivedAt, extended ? 3 : 1, timeZone)
}

/** A year: a day further back is sooner a slip of the pen than a letter that lay about. */
const RECEIVED_DAYS_BACK = 366

/** May it have come in on this day? The term runs from it, also when it is written down later. */
export function receivedRefusal(receivedOn: Day, today: Day): 'received_future' | 'received_too_early' | undefined {
  if (receivedOn > today) return 'received_future'
  return receivedOn < addDays(today, -RECEIVED_DAYS_BACK) ? 'received_too_early' : undefined
}

/** A moment on a calendar day of a time zone, between twelve hours behind UTC and fourteen ahead of it. */
export function momentOn(day: Day, timeZone: string): Date {
  const noon = new Date(`${day}T12:00:00Z`)
  return dayIn(noon, timeZone) === day ? noon : new Date(`${day}T00:00:00Z`)
}

/** Why more time is needed: 12(3) knows no other grounds. */
export const extensionReasons = ['complex', 'many_requests'] as const
export type ExtensionReason = (typeof extensionReasons)[number]

export type Clock = {
  readonly state: RequestState
  readonly dueLatest: string
}

/** The law wants the notice of an extension within the first month; after that it is no extension but late. */
export function extensionRefusal(
  { state, dueLatest }: Clock,
  today: string,
): 'request_decided' | 'extended_already' | 'extension_late' | undefined {
  if (state === 'completed' || state === 'refused') return 'request_decided'
  if (state === 'extended') return 'extended_already'
  return today > dueLatest ? 'extension_late' : undefined
}

export type ClockState = 'answered' | 'in_time' | 'strict_passed' | 'late'

export function clockState(
  {
    decided,
    dueStrict,
    dueLatest,
  }: { readonly decided: boolean; readonly dueStrict: string; readonly dueLatest: string },
  today: string,
): ClockState {
  if (decided) return 'answered'
  if (today > dueLatest) return 'late'
  return today > dueStrict ? 'strict_passed' : 'in_time'
}

// -- deciding ---------------------------------------------------------------------------------------------------------

export type RequestState = 'received' | 'extended' | 'completed' | 'refused'
export const decisions = ['granted', 'partly', 'refused'] as const
export type Decision = (typeof decisions)[number]

const anyRight = ['manifestly_unfounded', 'excessive', 'not_identified'] as const
/** Why a right is not, or not wholly, given, each with its place in the Regulation. */
export const groundsOf = {
  access: [...anyRight, 'rights_of_others'],
  portability: [...anyRight, 'rights_of_others', 'not_portable'],
  rectification: [...anyRight, 'accurate'],
  erasure: [...anyRight, 'expression', 'legal_duty', 'public_health', 'archiving', 'legal_claims', 'still_needed'],
  restriction: [...anyRight, 'no_ground_to_restrict'],
  objection: [...anyRight, 'compelling_grounds', 'legal_claims', 'no_objectable_purpose'],
} as const satisfies Record<RequestKind, readonly string[]>
export const refusalGrounds = [...new Set(Object.values(groundsOf).flat())]
export type RefusalGround = (typeof refusalGrounds)[number]

/** https://eur-lex.europa.eu/legal-content/NL/TXT/?uri=CELEX:32016R0679#art_17 and further */
export const articleOf: Readonly<Record<RefusalGround, string>> = {
  manifestly_unfounded: '12(5)',
  excessive: '12(5)',
  not_identified: '12(2)',
  rights_of_others: '15(4), 20(4)',
  not_portable: '20(1)',
  accurate: '16',
  expression: '17(3)(a)',
  legal_duty: '17(3)(b)',
  public_health: '17(3)(c)',
  archiving: '17(3)(d)',
  legal_claims: '17(3)(e), 21(1)',
  still_needed: '17(1)(a)',
  no_ground_to_restrict: '18(1)',
  compelling_grounds: '21(1)',
  no_objectable_purpose: '21(1)',
}

/** What a copy may leave out when a part is not given. */
export const copyParts = ['words_of_staff', 'views'] as const
export type CopyPart = (typeof copyParts)[number]

export type WantedDecision = {
  readonly decision: Decision
  readonly grounds: readonly RefusalGround[]
  readonly explanation: string | undefined
  readonly leaveOut: readonly CopyPart[]
}

export type DecisionRefusal =
  | 'request_decided'
  | 'grounds_needed'
  | 'grounds_unneeded'
  | 'ground_other_right'
  | 'explanation_needed'
  | 'not_in_part'
  | 'leave_out_needed'

/**
 * Does this decision hold? A no, whole or in part, has a ground that fits the right and its reasons in words (12(4)); a yes has
 * none. Erasing or pausing somebody in part is another decision than this one.
 */
export function decisionRefusal(
  kind: RequestKind,
  state: RequestState,
  wanted: WantedDecision,
): DecisionRefusal | undefined {
  const { decision, grounds, explanation, leaveOut } = wanted
  if (state === 'completed' || state === 'refused') return 'request_decided'
  if (decision === 'granted') return grounds.length > 0 || leaveOut.length > 0 ? 'grounds_unneeded' : undefined
  if (decision === 'partly' && (kind === 'erasure' || kind === 'restriction')) return 'not_in_part'
  if (grounds.length === 0) return 'grounds_needed'
  if (grounds.some((ground) => !(groundsOf[kind] as readonly string[]).includes(ground))) return 'ground_other_right'
  if (explanation === undefined || explanation.trim() === '') return 'explanation_needed'
  const isCopy = kind === 'access' || kind === 'portability'
  if (isCopy && decision === 'partly' && leaveOut.length === 0) return 'leave_out_needed'
  return undefined
}
