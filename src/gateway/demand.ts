/** When a conversation goes to a person without anybody asking: a rule, on what is on record of it. */
import { specialLabels } from '../privacy/rules.ts'

/** Calls that fail or are refused one after the other; then a computer has had its turn. */
export const FAILURES_IN_ROW = 3
/** Without another word for so long, a conversation that ended in a refusal came to nothing. */
export const DEAD_END_MINUTES = 30

export type Demand = 'failures' | 'special_category' | 'vulnerable'

export type DemandFacts = {
  /** How the last calls ended, the latest first, at most `FAILURES_IN_ROW`. */
  readonly states: readonly string[]
  /** Kinds of personal data that were found in the conversation. */
  readonly labels: readonly string[]
  /** Of the person, as the organisation says. */
  readonly circumstance: string
  /** The client wants a person where special categories come up (GDPR 9). */
  readonly specialCategories: boolean
}

const failed = new Set(['refused', 'failed', 'stopped'])

/** Why a person is needed, the heaviest reason first; null: no rule says so. */
export function demandOf({ states, labels, circumstance, specialCategories }: DemandFacts): Demand | null {
  if (circumstance === 'minor' || circumstance === 'represented') return 'vulnerable'
  if (specialCategories && labels.some((label) => (specialLabels as readonly string[]).includes(label)))
    return 'special_category'
  return states.length === FAILURES_IN_ROW && states.every((state) => failed.has(state)) ? 'failures' : null
}
