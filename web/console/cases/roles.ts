/** What the screens of cases offer to which role. The API decides again; a test holds these lists against its routes. */
import type { Role } from '../../../src/platform/http.ts'
import { caseLine } from '../../../src/records/cases/contract.ts'

export const caseKinds = caseLine.shape.kind.options
export type CaseKind = (typeof caseKinds)[number]

/** Who sees the work list. */
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

/** Who gives a case to somebody else. */
export const assigners: readonly Role[] = ['ethics_officer', 'dpo', 'supervisor', 'complaint_handler', 'administrator']

/** Who reads what was written, and writes notes with it. */
export const caseWriters = (kind: CaseKind): readonly Role[] => [
  ...new Set<Role>([...caseWorkers[kind], 'ethics_officer', 'dpo', 'auditor']),
]
