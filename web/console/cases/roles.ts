/** What the screens of cases offer to which role. The API decides again; a test holds these lists against its routes. */
import type { Role } from '../../../src/platform/http.ts'
import { caseLine, workLine } from '../../../src/records/cases/contract.ts'

export const caseKinds = caseLine.shape.kind.options
export type CaseKind = (typeof caseKinds)[number]
/** Everything that stands in the work list. */
export const workKinds = workLine.shape.kind.options
export type WorkKind = (typeof workKinds)[number]
export const isCaseKind = (kind: WorkKind): kind is CaseKind => (caseKinds as readonly string[]).includes(kind)

/** Who sees the cases in the work list. */
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

/** Who may be given a case, by its kind. */
export const caseWorkers: Readonly<Record<CaseKind, readonly Role[]>> = {
  complaint: ['complaint_handler', 'ethics_officer'],
  contest: ['reviewer', 'overseer', 'ethics_officer'],
  clarification: ['agent', 'supervisor', 'complaint_handler', 'ethics_officer', 'dpo'],
  request: ['dpo', 'ethics_officer', 'complaint_handler', 'supervisor', 'agent'],
}

/** Who sees which lines of the list; customers who wait are seen by everybody. */
export const workReaders = (kind: WorkKind): readonly Role[] | undefined => {
  if (kind === 'hand_off') return undefined
  return kind === 'breach' ? ['dpo', 'ethics_officer', 'administrator', 'auditor', 'management'] : caseReaders
}

/** Who may take a line. */
export const workTakers: Readonly<Record<WorkKind, readonly Role[]>> = {
  ...caseWorkers,
  hand_off: ['agent', 'supervisor', 'complaint_handler', 'administrator'],
  breach: ['dpo', 'ethics_officer', 'administrator'],
}

/** Who gives a case to somebody else. */
export const assigners: readonly Role[] = ['ethics_officer', 'dpo', 'supervisor', 'complaint_handler', 'administrator']

/** Who reads what was written, and writes notes with it. */
export const caseWriters = (kind: CaseKind): readonly Role[] => [
  ...new Set<Role>([...caseWorkers[kind], 'ethics_officer', 'dpo', 'auditor']),
]
