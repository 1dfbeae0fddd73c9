/** What fairness says of a system for its lamp on Today. */
import type { LampNote } from '../records/rules.ts'

export type LampFacts = {
  readonly system: string
  readonly decisionClass: string
  /** When the oldest difference that was judged real, and of which no change is on record, was judged; null: none. */
  readonly realSince: Date | null
  /** Since when the audit that waits longest was to be measured again; null: none is late. */
  readonly overdueSince: Date | null
  /** An audit of it was ever completed. */
  readonly audited: boolean
}

/** Classes in which the outcome about a person follows from what the system says (records/contract.ts `decisionClasses`). */
const deciding: readonly string[] = ['decide', 'solely_automated']

/** Worst first: a difference that people hold for real, an audit that is late, no audit where outcomes are decided. */
export function lampNotes({ system, decisionClass, realSince, overdueSince, audited }: LampFacts): LampNote[] {
  return [
    ...(realSince === null ? [] : [{ system, code: 'difference_real', at: realSince }]),
    ...(overdueSince === null ? [] : [{ system, code: 'audit_overdue', at: overdueSince }]),
    ...(!audited && deciding.includes(decisionClass) ? [{ system, code: 'never_audited', at: null }] : []),
  ]
}
