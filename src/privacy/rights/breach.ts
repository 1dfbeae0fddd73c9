/** A personal data breach: when it must be reported, to whom, and what the report holds (GDPR 4(12), 33, 34). */
import { hoursAfter } from '../../deadlines/index.ts'
import type { Role } from '../../platform/http.ts'
import type { WorkSource } from '../../records/rules.ts'

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

/** Who records a breach, works on it and may be given one; who sees that it is there; whom it goes to when the 72 hours are nearly over. */
export const breachHandlers: readonly Role[] = ['dpo', 'ethics_officer', 'administrator']
export const breachReaders: readonly Role[] = [...breachHandlers, 'auditor', 'management']
export const breachEscalateTo: Role = 'management'

/** The rule of the 72 hours, as `waarborg due` knows it. */
export const BREACH_RULE = 'gdpr.33.72h'

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

export const breachActs = ['assess', 'report', 'tell', 'close'] as const

/** What is to be done next; null: nothing more. The report to the authority has its 72 hours and stands before telling the people. */
export function breachNext({
  state,
  notifyAuthority,
  tellPeople,
  notifiedAt,
  toldAt,
  untold,
}: Omit<Reporting, 'dueAt'>): (typeof breachActs)[number] | null {
  if (state === 'closed') return null
  if (notifyAuthority === null) return 'assess'
  if (notifyAuthority && notifiedAt === null) return 'report'
  return tellPeople && (toldAt === null || untold > 0) ? 'tell' : 'close'
}

export function breachClock(
  { notifyAuthority, notifiedAt, dueAt, state }: Reporting,
  now: Date,
): 'reported' | 'not_needed' | 'in_time' | 'late' {
  if (notifiedAt !== null) return 'reported'
  if (notifyAuthority === false || state === 'closed') return 'not_needed'
  return now > dueAt ? 'late' : 'in_time'
}

/** People who were found for breach `b` and not told yet, without those who were erased. */
export const untoldFrom =
  'from breach_subject s join data_subject d on d.tenant_id = s.tenant_id and d.subject_id = s.subject_id where s.tenant_id = b.tenant_id and s.breach_id = b.breach_id and s.told_at is null and d.erased_at is null'

/** A breach of the organisation as a whole is for staff of the whole organisation: the rule of rows lets everybody through who may see one client. */
export const breachInScope = `(b.client_id is not null or (select current_setting('waarborg.clients', true)) = '*')`

/** Breaches in the work list. Their term ends with the report, or when it turns out that none is needed; `next_act` says what `breachNext` says. */
export const breachSource: WorkSource = {
  kinds: ['breach'],
  readers: breachReaders,
  sql: ({ tenant, now, closed }) => {
    const runs = 'b.closed_at is null and b.notified_at is null and b.notify_authority is distinct from false'
    return `select 'breach' as kind, b.breach_id as id, b.reference, b.client_id, null::text as system_id, b.state,
       case when b.closed_at is not null then null when b.notify_authority is null then 'assess' when b.notify_authority and b.notified_at is null then 'report'
         when b.tell_people and (b.told_at is null or exists (select 1 ${untoldFrom})) then 'tell'
         else 'close' end as next_act,
       b.owner, b.discovered_at as opened_at, b.closed_at, case when ${runs} then '${BREACH_RULE}' end as rule,
       case when ${runs} then case when b.due_at < ${now} then 'missed' else 'running' end end as clock_state,
       case when ${runs} then b.due_at end as strict_at, case when ${runs} then b.due_at end as latest_at,
       case when ${runs} then b.due_at else '9999-12-31T00:00:00Z' end as due_at, b.reminded, b.escalated_at
     from breach b where b.tenant_id = ${tenant} and ${breachInScope} and b.closed_at is ${closed ? 'not null' : 'null'}`
  },
}
