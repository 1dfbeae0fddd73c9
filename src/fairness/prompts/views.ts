/** What the API says of an audit and of a canary. */
import type { Language } from '../../platform/text.ts'
import { verdicts } from '../contract.ts'
import type { CanaryView, PromptLine, PromptView } from './contract.ts'
import { gateGap } from './gate.ts'
import type { StoredAnswer, StoredCanary, StoredPrompts } from './io/store.ts'
import { auditSentence, canarySentence, comparisonSentence } from './sentences.ts'
import { isPromptTextKey, promptText } from './texts.ts'

export function lineOf(one: StoredPrompts, language: Language): PromptLine {
  const { result, canary } = one
  const count = (verdict: string) => result!.comparisons.filter((each) => each.verdict === verdict).length
  return {
    id: one.id,
    client: one.client,
    system: one.system,
    systemName: one.systemName,
    version: one.version,
    question: one.plan.question,
    state: one.state,
    plannedAt: one.plannedAt.toISOString(),
    endedAt: one.endedAt?.toISOString() ?? null,
    done: one.done,
    of: one.of,
    verdicts:
      result === null
        ? null
        : (Object.fromEntries(verdicts.map((verdict) => [verdict, count(verdict)])) as PromptLine['verdicts']),
    canary,
    toJudge: result !== null && one.judgedAt === null && count('difference_found') > 0,
    sentence: auditSentence({ ...one, canary: canary !== null }, language),
  }
}

export function viewOf(
  one: StoredPrompts,
  answers: readonly StoredAnswer[],
  { language, systemLanguage }: { readonly language: Language; readonly systemLanguage: 'nl' | 'en' },
): PromptView {
  const { result } = one
  const gap = result === null || one.canary !== null ? null : gateGap(one.plan, result, systemLanguage)
  return {
    ...lineOf(one, language),
    plan: one.plan,
    planSha256: one.planSha256,
    resultSha256: one.resultSha256,
    askedBy: one.askedBy,
    result,
    sentences: result?.comparisons.map((each) => comparisonSentence(each, language)) ?? [],
    problem: problemOf(one.problem, language),
    examples: result === null ? [] : examplesOf(result.comparisons, answers),
    judgement: one.judgement,
    judgementReasons: one.judgementReasons,
    judgedAt: one.judgedAt?.toISOString() ?? null,
    notForGate: gap === null ? null : promptText(language, `gap.${gap}`),
    record: one.record,
  }
}

function problemOf(problem: string | null, language: Language): string | null {
  if (problem === null) return null
  return promptText(language, isPromptTextKey(problem) ? problem : 'internal')
}

/** For each difference the question with the largest one, of which both conversations are on record. */
function examplesOf(
  comparisons: NonNullable<StoredPrompts['result']>['comparisons'],
  answers: readonly StoredAnswer[],
): PromptView['examples'] {
  const base = new Map(
    answers.filter(({ factor }) => factor === 'base').map((one) => [`${one.template}\n${one.repeat}`, one]),
  )
  return comparisons
    .filter(({ verdict }) => verdict === 'difference_found')
    .flatMap(({ outcome, factor, difference }) => {
      const pairs = answers
        .filter((one) => one.factor === factor && one.conversation !== null)
        .flatMap((other) => {
          const reference = base.get(`${other.template}\n${other.repeat}`)
          const values = [reference?.outcomes[outcome] ?? null, other.outcomes[outcome] ?? null]
          if (reference?.conversation == null || values[0] === null || values[1] === null) return []
          // In the direction that was found.
          return [{ reference, other, size: (values[1]! - values[0]!) * Math.sign(difference ?? 0) }]
        })
        .sort((a, b) => b.size - a.size || a.other.n - b.other.n)
      const [first] = pairs
      return first === undefined || first.size <= 0
        ? []
        : [
            {
              outcome,
              factor,
              template: first.other.template,
              reference: first.reference.conversation!,
              other: first.other.conversation!,
            },
          ]
    })
}

export function canaryView(one: StoredCanary, language: Language): CanaryView {
  const { state } = one
  const last = one.readAt ?? one.startedAt
  return {
    id: one.id,
    client: one.client,
    system: one.system,
    audit: one.audit,
    intervalDays: one.intervalDays,
    startedAt: one.startedAt.toISOString(),
    endedAt: one.endedAt?.toISOString() ?? null,
    readings: state.readings,
    p: state.p,
    level: state.level,
    alarm: state.alarm.length > 0,
    nextAt: one.endedAt === null ? new Date(last.getTime() + one.intervalDays * 86_400_000).toISOString() : null,
    sentence: canarySentence({ ...state, ended: one.endedAt !== null }, language),
  }
}
