/** What came of a paired-prompt audit, in sentences for who decides about the system. */
import { formatNumber, type Language } from '../../platform/text.ts'
import type { CanaryState } from './canary.ts'
import {
  type PromptComparison,
  type PromptOutcome,
  type PromptResult,
  type PromptState,
  shareOutcomes,
} from './contract.ts'
import type { PlanProblem } from './plan.ts'
import { isPromptTextKey, type PromptTextKey, promptText } from './texts.ts'

/** Who asks, in words; a factor that is not known by its own name. */
export function factorWord(factor: string, language: Language): string {
  const key = `factor.${factor}`
  return isPromptTextKey(key) ? promptText(language, key) : factor
}
export const outcomeWord = (outcome: PromptOutcome, language: Language): string =>
  promptText(language, `outcome.${outcome}`)

const isShare = (outcome: PromptOutcome) => (shareOutcomes as readonly string[]).includes(outcome)
const inHundred = (share: number | null, language: Language) =>
  share === null ? '–' : formatNumber(Math.round(share * 100), language)
const figure = (value: number | null, language: Language) =>
  value === null ? '–' : formatNumber(Math.round(value * 10) / 10, language)
const questions = (n: number, language: Language) =>
  n === 1
    ? promptText(language, 'say.questions.one')
    : promptText(language, 'say.questions.more', { n: formatNumber(n, language) })

/** One comparison: the verdict with its numbers, what could have been seen, and how much answers differ by themselves. */
export function comparisonSentence(one: PromptComparison, language: Language): string {
  const { outcome, verdict, reference, other, noise } = one
  const share = isShare(outcome)
  const names = { who: factorWord(one.factor, language), what: outcomeWord(outcome, language) }
  if (one.pairs === 0) return promptText(language, 'say.cannot_tell.none', names)
  const say = share ? inHundred : figure
  const values = {
    ...names,
    reference: say(reference, language),
    other: say(other, language),
    ...(verdict === 'cannot_tell' ? { questions: questions(one.templates, language) } : {}),
  }
  const direction = verdict === 'difference_found' ? (one.difference! < 0 ? '.less' : '.more') : ''
  const key = `say.${verdict}.${share ? 'share' : 'number'}${direction}` as PromptTextKey
  const smallest =
    verdict === 'cannot_tell' && one.smallestDetectable !== null
      ? [promptText(language, 'say.smallest', { smallest: inHundred(one.smallestDetectable, language) })]
      : []
  const byChance =
    noise !== null && noise > 0 ? [promptText(language, 'say.noise', { noise: inHundred(noise, language) })] : []
  return [promptText(language, key, values), ...smallest, ...byChance].join(' ')
}

/** The whole audit in one to four sentences. */
export function auditSentence(
  facts: {
    readonly state: PromptState
    readonly done: number
    readonly of: number
    readonly result: PromptResult | null
    readonly canary?: boolean
  },
  language: Language,
): string {
  const n = (value: number) => formatNumber(value, language)
  const { state, result } = facts
  if (state === 'running') return promptText(language, 'whole.running', { done: n(facts.done), of: n(facts.of) })
  if (state !== 'completed' || result === null)
    return promptText(language, state === 'cancelled' ? 'whole.cancelled' : 'whole.failed')
  const { comparisons, calls } = result
  if (facts.canary) return promptText(language, 'whole.canary', { n: n(calls) })
  const found = comparisons.filter(({ verdict }) => verdict === 'difference_found')
  const who = [...new Set(found.map(({ factor }) => factorWord(factor, language)))].join(', ')
  const equal = comparisons.filter(({ verdict }) => verdict === 'no_relevant_difference').length
  return [
    found.length === 0
      ? promptText(language, 'whole.none', { n: n(comparisons.length), equal: n(equal) })
      : found.length === 1
        ? promptText(language, 'whole.found.one', { who })
        : promptText(language, 'whole.found.more', { n: n(found.length), who }),
    ...(result.nameHidden > 0 ? [promptText(language, 'whole.hidden', { n: n(result.nameHidden), of: n(calls) })] : []),
    ...(result.refused > 0 ? [promptText(language, 'whole.refused', { n: n(result.refused), of: n(calls) })] : []),
    ...(result.stoppedAtBudget ? [promptText(language, 'whole.budget')] : []),
  ].join(' ')
}

export function problemSentence({ code, values }: PlanProblem, language: Language): string {
  const shown = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      typeof value === 'number' ? formatNumber(value, language) : value,
    ]),
  )
  const key = `problem.${code}${values.nearest === undefined ? '' : '.nearest'}`
  return promptText(language, key as PromptTextKey, shown)
}

/** Where a canary stands. */
export function canarySentence(
  { readings, alarm, ended }: Pick<CanaryState, 'readings' | 'alarm'> & { readonly ended: boolean },
  language: Language,
): string {
  const n = formatNumber(readings, language)
  if (alarm.length > 0) {
    const what = alarm.map((one) =>
      one === 'changed' ? promptText(language, 'canary.what.changed') : outcomeWord(one, language),
    )
    return promptText(language, 'canary.alarm', { what: what.join(', ') })
  }
  if (ended) return promptText(language, 'canary.ended', { n })
  return readings === 0 ? promptText(language, 'canary.waiting') : promptText(language, 'canary.same', { n })
}
