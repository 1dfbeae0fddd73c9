/**
 * What a complaint, a contested decision, a question for clarification and a request share: the number that people say, who may see the
 * list and read what was written, and what the list asks for next. What happens in a case is the business of its own kind.
 */
import type { Role } from '../../platform/http.ts'

export const caseKinds = ['complaint', 'contest', 'clarification', 'request'] as const
export type CaseKind = (typeof caseKinds)[number]

/** Letters of the Dutch words: klacht, herbeoordeling, vraag, gegevensverzoek; a breach of data (datalek) is no case, and has a number too. */
const letters = {
  complaint: 'K',
  contest: 'H',
  clarification: 'V',
  request: 'G',
  breach: 'D',
} as const satisfies Record<CaseKind | 'breach', string>

/** A number as it stands in letters and in the subject of a mail. */
export const REFERENCE = /\b[KHVG]-\d{4}-\d{6}\b/

/** From the year and the random digits of an id; it follows no order, so it tells nobody how many there are, or whose. */
export function referenceFrom(kind: keyof typeof letters, year: number, randomId: string): string {
  const digits = BigInt(`0x${randomId.replaceAll('-', '').slice(-12)}`) % 1_000_000n
  return `${letters[kind]}-${year}-${digits.toString().padStart(6, '0')}`
}

/** What somebody typed, as a number; capitals, spaces and hyphens do not matter. Undefined: it is none. */
export function readReference(typed: string): string | undefined {
  const found = /^([dghkv])[\s.-]*(\d{4})[\s.-]*(\d{6})$/i.exec(typed.trim())
  return found === null ? undefined : `${found[1]!.toUpperCase()}-${found[2]}-${found[3]}`
}

/** Who sees that a case is there: its number, kind, terms and who handles it, never what was written. */
export const caseReaders: readonly Role[] = [
  'administrator',
  'ethics_officer',
  'dpo',
  'auditor',
  'overseer',
  'supervisor',
  'agent',
  'complaint_handler',
  'reviewer',
  'client_representative',
]

/** Who may be given a case, by its kind. That somebody has a part in it is for the kind to say. */
export const caseWorkers: Readonly<Record<CaseKind, readonly Role[]>> = {
  complaint: ['complaint_handler', 'ethics_officer'],
  contest: ['reviewer', 'overseer', 'ethics_officer'],
  clarification: ['agent', 'supervisor', 'complaint_handler', 'ethics_officer', 'dpo'],
  request: ['dpo', 'ethics_officer', 'complaint_handler', 'supervisor', 'agent'],
}

/** Who reads what was written in a case: who may be given one of its kind, and who watches over them. */
export const readersOf = (kind: CaseKind): readonly Role[] => [
  ...new Set<Role>([...caseWorkers[kind], 'ethics_officer', 'dpo', 'auditor']),
]

/** In which role somebody reads what was written in a case of this kind; undefined: they do not. */
export const readsCaseAs = (kind: CaseKind, roles: readonly string[]): Role | undefined =>
  readersOf(kind).find((role) => roles.includes(role))

/** Who gives a case to somebody; to themselves anybody may who can be given it. */
export const assigners: readonly Role[] = ['ethics_officer', 'dpo', 'supervisor', 'complaint_handler', 'administrator']

/** Whom a case goes to when its term is nearly over or has passed. */
export const escalateTo: Readonly<Record<CaseKind, Role>> = {
  complaint: 'ethics_officer',
  contest: 'ethics_officer',
  clarification: 'supervisor',
  request: 'dpo',
}

export type Assigning = {
  readonly kind: CaseKind
  readonly closed: boolean
  /** Who asks for it. */
  readonly by: { readonly id: string; readonly roles: readonly string[] }
  /** Who shall have it, with the roles that hold now for its client. */
  readonly to: { readonly id: string; readonly roles: readonly string[] }
}

export const assignRefusals = ['case_closed', 'assign_not_allowed', 'owner_role_missing'] as const
export type AssignRefusal = (typeof assignRefusals)[number]

export function assignRefusal({ kind, closed, by, to }: Assigning): AssignRefusal | undefined {
  if (closed) return 'case_closed'
  if (by.id !== to.id && !assigners.some((role) => by.roles.includes(role))) return 'assign_not_allowed'
  return caseWorkers[kind].some((role) => to.roles.includes(role)) ? undefined : 'owner_role_missing'
}
