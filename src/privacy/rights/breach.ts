/** A personal data breach: when it must be reported, to whom, and what the report holds (GDPR 4(12), 33, 34). */
import { hoursAfter } from '../../deadlines/index.ts'

export const breachKinds = ['confidentiality', 'integrity', 'availability'] as const
export type BreachKind = (typeof breachKinds)[number]
export const breachCauses = [
  'wrong_recipient',
  'lost_key',
  'stolen_account',
  'attack',
  'supplier',
  'software',
  'staff',
  'other',
] as const
export const breachCategories = [
  'contents',
  'contact',
  'identity_numbers',
  'financial',
  'special',
  'consents',
  'staff',
] as const
export type BreachCategory = (typeof breachCategories)[number]

/** What the people are told, in one language. */
export type BreachWords = {
  readonly happened: string
  readonly consequences: string
  readonly measures: string
  readonly advice?: string | undefined
}
/** `unlikely`: no risk is to be expected; `risk`; `high`. */
export const breachRisks = ['unlikely', 'risk', 'high'] as const
/** Why people are not told of a high risk: 34(3)(a), (b), (c). */
export const tellExceptions = ['unreadable', 'risk_removed', 'public_notice'] as const

export type BreachState = 'recorded' | 'assessed' | 'notified' | 'closed'
export type BreachRisk = (typeof breachRisks)[number]

/** 72 hours after the organisation knew (33(1)); hours run on at night and over weekends. */
export function notifyBy(discoveredAt: Date): Date {
  return hoursAfter(discoveredAt, 72)
}

export type Assessment = {
  readonly risk: BreachRisk
  readonly notifyAuthority: boolean
  readonly tellPeople: boolean
  readonly tellException: (typeof tellExceptions)[number] | undefined
}

export type AssessmentRefusal = 'breach_closed' | 'authority_needed' | 'people_needed'

/**
 * The authority is told unless a risk is unlikely (33(1)); the people too when the risk is high, unless 34(3) says otherwise.
 * More may always be told.
 */
export function assessmentRefusal(state: BreachState, assessment: Assessment): AssessmentRefusal | undefined {
  if (state === 'closed') return 'breach_closed'
  if (assessment.risk !== 'unlikely' && !assessment.notifyAuthority) return 'authority_needed'
  if (assessment.risk === 'high' && !assessment.tellPeople && assessment.tellException === undefined)
    return 'people_needed'
  return undefined
}

export type Reporting = {
  readonly state: BreachState
  readonly notifyAuthority: boolean | null
  readonly tellPeople: boolean | null
  readonly notifiedAt: Date | null
  readonly toldAt: Date | null
  readonly dueAt: Date
  /** Who was found and not told yet. */
  readonly untold: number
}

/** A report after the 72 hours says why it is late (33(1)); what people were told is on record (33(5)). */
export function reportRefusal(
  { state, notifyAuthority, dueAt }: Reporting,
  {
    at,
    lateReason,
    people,
    worded,
  }: {
    readonly at: Date
    readonly lateReason: string | undefined
    readonly people: boolean
    /** What they are told is written. */
    readonly worded: boolean
  },
): 'breach_closed' | 'breach_not_assessed' | 'breach_words_needed' | 'late_reason_needed' | undefined {
  if (state === 'closed') return 'breach_closed'
  if (notifyAuthority === null) return 'breach_not_assessed'
  if (people && !worded) return 'breach_words_needed'
  return at > dueAt && !lateReason?.trim() ? 'late_reason_needed' : undefined
}

export function closeRefusal({
  state,
  notifyAuthority,
  tellPeople,
  notifiedAt,
  toldAt,
  untold,
}: Reporting): 'breach_closed' | 'breach_not_assessed' | 'authority_not_told' | 'people_not_told' | undefined {
  if (state === 'closed') return 'breach_closed'
  if (notifyAuthority === null) return 'breach_not_assessed'
  if (notifyAuthority && notifiedAt === null) return 'authority_not_told'
  return tellPeople && (toldAt === null || untold > 0) ? 'people_not_told' : undefined
}

export function breachClock(
  { notifyAuthority, notifiedAt, dueAt, state }: Reporting,
  now: Date,
): 'reported' | 'not_needed' | 'in_time' | 'late' {
  if (notifiedAt !== null) return 'reported'
  if (notifyAuthority === false || state === 'closed') return 'not_needed'
  return now > dueAt ? 'late' : 'in_time'
}
