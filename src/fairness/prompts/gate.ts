/** Which paired-prompt audit may count for a release: one that asked enough, of everybody, about the service. */
import type { Language } from '../../platform/text.ts'
import type { PromptOutcome, PromptPlan, PromptResult } from './contract.ts'
import { factorIds, templatesOf } from './plan.ts'

/** What a person notices first: is there an answer, is it granted, is more asked of them? */
const needed: readonly PromptOutcome[] = ['answered', 'hand_off', 'granted', 'extra_proof', 'assumption']
/** So many questions of the system's own language at least: with fewer, no difference of 15 points could be ruled out. */
export const LEAST_QUESTIONS = 22

export type GateGap = 'outcomes' | 'factors' | 'questions' | 'budget' | 'failed'

/** Why the audit does not count; null: it does. A difference that was found counts always. */
export function gateGap(plan: PromptPlan, result: PromptResult, language: Language): GateGap | null {
  if (needed.some((outcome) => !plan.outcomes.includes(outcome))) return 'outcomes'
  if (factorIds.some((factor) => !plan.factors.includes(factor))) return 'factors'
  if (templatesOf(plan).filter((one) => one.language === language).length < LEAST_QUESTIONS) return 'questions'
  if (result.stoppedAtBudget) return 'budget'
  return result.failed * 10 > result.calls ? 'failed' : null
}
