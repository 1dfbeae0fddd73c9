/** A request of a data subject: who may make it, by when it is answered, what may be answered. GDPR 12, 15–18, 20, 21. */
import { type DueDays, monthsAfter } from '../../deadlines/index.ts'

export const requestKinds = ['access', 'rectification', 'erasure', 'restriction', 'portability', 'objection'] as const
export type RequestKind = (typeof requestKinds)[number]

/** How it was established that it is them; more is asked only when there is reason to doubt (GDPR 12(6)). */
export const staffIdentities = ['known_account', 'called_back', 'document', 'not_in_doubt'] as const
export const identities = ['link', 'system', ...staffIdentities] as const

export type Asker = {
  readonly circumstance: string
  readonly by: 'customer' | 'representative'
  /** Register number of a mandate or a guardian's decision that was shown and checked. */
  readonly mandate: string | null
}

export type AskerRefusal = 'subject_deceased' | 'guardian_needed' | 'representative_needed' | 'mandate_missing'

/**
 * May this person ask? Rights of somebody under sixteen, and of somebody under guardianship, are exercised by their legal
 * representative (UAVG 5(4), https://wetten.overheid.nl/BWBR0040940/2021-07-01#Hoofdstuk1_Artikel5); whoever acts for another
 * shows on what ground. The Regulation does not cover the deceased (recital 27).
 */
export function askerRefusal({ circumstance, by, mandate }: Asker): AskerRefusal | undefined {
  if (circumstance === 'deceased') return 'subject_deceased'
  if (by === 'representative') return mandate === null ? 'mandate_missing' : undefined
  if (circumstance === 'minor') return 'guardian_needed'
  if (circumstance === 'represented') return 'representative_needed'
  return undefined
}

// -- terms ------------------------------------------------------------------------------------------------------------

/** One month from receipt; with an extension three from the same receipt (GDPR 12(3)). */
export function dueOf(receivedAt: Date, extended: boolean, timeZone: string): DueDays {
  return monthsAfter(receivedAt, extended ? 3 : 1, timeZone)
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
