/** What everything in the explanation of a decision is called: by the register of its system, and rules as they were named with it. */
import type { DecisionRules } from '../records/contract.ts'
import type { Words } from './contract.ts'
import { ExplainError } from './explain/problem.ts'
import { explainText } from './explain/texts.ts'
import { readWords, type WordIndex } from './explain/words.ts'

export type RuleWords = { readonly rule: string; readonly label: Words }

/** Undefined when the register's words cannot be told apart. */
export function decisionWords(
  rules: DecisionRules,
  decision: {
    readonly outcome: string
    readonly favourable: boolean | null
    readonly ruleWords: readonly RuleWords[]
  },
): WordIndex | undefined {
  try {
    return readWords({
      features: rules.features.map(({ actionable: _, ...words }) => words),
      attributes: rules.notUsed,
      rules: decision.ruleWords,
      outcome: outcomeWords(rules, decision.outcome, decision.favourable),
      contest: rules.contest ?? contestDefault,
    })
  } catch (error) {
    if (error instanceof ExplainError) return undefined
    throw error
  }
}

/** This outcome under its own name; the other side under the first of that side. */
function outcomeWords(
  { outcomes }: DecisionRules,
  label: string,
  favourable: boolean | null,
): { favourable: Words; unfavourable: Words } {
  const own = outcomes.find(({ outcome }) => outcome === label)?.label ?? { nl: label, en: label }
  const other = (side: boolean) => outcomes.find((one) => one.favourable === side)?.label ?? own
  return {
    favourable: favourable === true ? own : other(true),
    unfavourable: favourable === false ? own : other(false),
  }
}

/** Said where no route of its own is registered. */
const contestDefault = { nl: explainText('nl', 'contest.default'), en: explainText('en', 'contest.default') }
