/** A record in words: the sentences a person reads, in Dutch or English, and nothing that is not in the record. */
import { formatDate, type Language } from '../../platform/text.ts'
import { unsupportedIn } from './check.ts'
import { type ExplanationRecord, type RefusalReason, type SentencePart, sentenceParts } from './contract.ts'
import { type ExplainTextKey, explainText } from './texts.ts'
import { sayMargin, sayNumber, sayValue, sayWeight, type WordIndex } from './words.ts'

export type SayOptions = {
  /** Adds each weight, for those who want the numbers. */
  readonly numbers: boolean
}

export type Said =
  | {
      readonly said: 'text'
      readonly sentences: readonly string[]
      /** How many of them each part has. */
      readonly parts: Readonly<Record<SentencePart, number>>
    }
  | { readonly said: 'nothing'; readonly reasons: readonly RefusalReason[] }

/**
 * The text, after it was read back against the record (`check.ts`). A text that does not hold is not given: reason
 * `text_unsupported`.
 */
export function sayExplanation(
  record: ExplanationRecord,
  words: WordIndex,
  language: Language,
  options: SayOptions = { numbers: false },
): Said {
  const divided = dividedOf(record, words, language, options)
  const sentences = sentenceParts.flatMap((part) => divided[part])
  if (unsupportedIn(sentences.join(' '), record, words, language).length > 0)
    return { said: 'nothing', reasons: ['text_unsupported'] }
  const { outcome, factors, notUsed, change, reviewed, contest } = divided
  return {
    said: 'text',
    sentences,
    parts: {
      outcome: outcome.length,
      factors: factors.length,
      notUsed: notUsed.length,
      change: change.length,
      reviewed: reviewed.length,
      contest: contest.length,
    },
  }
}

/** What is said when nothing is explained: why not, and where a person can be asked. */
export function sayRefusal(reasons: readonly RefusalReason[], words: WordIndex, language: Language): string {
  return explainText(language, 'explain.impossible', {
    reason: explainText(language, `reason.${reasons[0]!}`),
    contest: words.words.contest[language],
  })
}

/** Unchecked: for tests of the check. */
export function sentencesOf(
  record: ExplanationRecord,
  words: WordIndex,
  language: Language,
  options: SayOptions,
): string[] {
  const divided = dividedOf(record, words, language, options)
  return sentenceParts.flatMap((part) => divided[part])
}

function dividedOf(
  record: ExplanationRecord,
  words: WordIndex,
  language: Language,
  { numbers }: SayOptions,
): Record<SentencePart, string[]> {
  const say = (key: ExplainTextKey, values: Record<string, string> = {}) => explainText(language, key, values)
  return {
    outcome: aboutOutcome(record, words, language, say),
    factors: [...aboutFactors(record, words, language, numbers, say), ...aboutRules(record, words, language, say)],
    notUsed: aboutNotUsed(record, words, language, say),
    change: aboutChange(record, words, language, say),
    reviewed:
      record.reviewedBy === null
        ? []
        : [
            say('explain.reviewed', {
              date: formatDate(new Date(record.reviewedBy.at), language),
              role: record.reviewedBy.role[language],
            }),
          ],
    contest: [say('explain.contest', { contest: words.words.contest[language] })],
  }
}

type Say = (key: ExplainTextKey, values?: Record<string, string>) => string

const limitKeys = {
  '>=': 'explain.limit.atLeast',
  '<=': 'explain.limit.atMost',
  '>': 'explain.limit.above',
  '<': 'explain.limit.below',
} as const

/** Decimals of a score and its limit in a text. */
export const SCORE_DECIMALS = 2

function aboutOutcome(
  { outcome, role, method, baseline }: ExplanationRecord,
  { words }: WordIndex,
  language: Language,
  say: Say,
): string[] {
  const { favourable, output, limit } = outcome
  const score = method === 'rules' ? [] : [say('explain.score', { score: sayNumber(output, SCORE_DECIMALS, language) })]
  return [
    ...(favourable === null
      ? []
      : [say('explain.outcome', { outcome: words.outcome[favourable ? 'favourable' : 'unfavourable'][language] })]),
    ...(role === null ? [] : [say(`explain.role.${role}`)]),
    ...score,
    ...(limit === null || method === 'rules'
      ? []
      : [say(limitKeys[limit.is], { threshold: sayNumber(limit.value, SCORE_DECIMALS, language) })]),
    ...aboutBaseline(baseline, words.baseline?.[language], language, say),
  ]
}

function aboutBaseline(
  { kind, rows }: ExplanationRecord['baseline'],
  named: string | undefined,
  language: Language,
  say: Say,
): string[] {
  if (kind === 'none') return []
  if (named !== undefined) return [say('explain.baseline', { baseline: named })]
  if (kind === 'training' || rows === null) return [say('explain.baseline.training')]
  return rows === 1
    ? [say('explain.baseline.background.one')]
    : [say('explain.baseline.background.other', { count: sayNumber(rows, 0, language) })]
}

function aboutFactors(
  { factors, named, method, scale }: ExplanationRecord,
  { feature: features }: WordIndex,
  language: Language,
  numbers: boolean,
  say: Say,
): string[] {
  if (method === 'rules') return []
  if (named === 0) return [say('explain.factors.none')]
  return [
    say(named === 1 ? 'explain.factors.one' : 'explain.factors.other'),
    ...factors.slice(0, named).flatMap(({ feature, value, weight, direction, errorMargin }) => [
      say(`explain.factor.${direction}`, {
        factor: labelOf(feature, features, language),
        value: sayValue(value, features.get(feature), language),
      }),
      ...(!numbers
        ? []
        : errorMargin === null
          ? [say('explain.factor.weight', { weight: sayWeight(weight, language) })]
          : [
              say('explain.factor.weight.estimated', {
                weight: sayWeight(weight, language),
                errorMargin: sayMargin(errorMargin, language),
              }),
            ]),
    ]),
    ...(numbers ? [say(scale === 'probability' ? 'explain.number.probability' : 'explain.number')] : []),
  ]
}

const labelOf = (feature: string, features: WordIndex['feature'], language: Language): string =>
  features.get(feature)?.label[language] ?? feature

function aboutRules({ method, rules }: ExplanationRecord, words: WordIndex, language: Language, say: Say): string[] {
  if (method !== 'rules') return []
  if (rules.length === 0) return [say('explain.rules.none')]
  return rules.flatMap(({ rule, because }, i) => [
    say(i === 0 ? 'explain.rules.one' : 'explain.rules.also', { rule: words.rule.get(rule)?.[language] ?? rule }),
    ...because.map(({ feature, is, limit, value }) =>
      say(`explain.condition.${is}`, {
        factor: labelOf(feature, words.feature, language),
        value: sayValue(value, words.feature.get(feature), language),
        limit: sayValue(limit, words.feature.get(feature), language),
      }),
    ),
  ])
}

function aboutNotUsed({ notUsed }: ExplanationRecord, words: WordIndex, language: Language, say: Say): string[] {
  return notUsed.flatMap(({ attribute, proxies }) => {
    const label = words.attribute.get(attribute)?.[language] ?? attribute
    return [
      say('explain.notUsed', { attribute: label }),
      ...proxies.map((feature) =>
        say('explain.proxy', { factor: labelOf(feature, words.feature, language), attribute: label }),
      ),
    ]
  })
}

function aboutChange({ change, outcome }: ExplanationRecord, words: WordIndex, language: Language, say: Say): string[] {
  if (change === null || outcome.favourable !== false) return []
  if (!change.found) return [say(`explain.change.${change.reason}`)]
  const otherOutcome = words.words.outcome.favourable[language]
  const each = change.changes.map(({ feature, from, to }) => ({
    factor: labelOf(feature, words.feature, language),
    value: sayValue(from, words.feature.get(feature), language),
    otherValue: sayValue(to, words.feature.get(feature), language),
  }))
  const body =
    each.length === 1
      ? [say('explain.change', { ...each[0]!, otherOutcome })]
      : [
          say('explain.change.several'),
          ...each.map((values) => say('explain.change.each', values)),
          say('explain.change.outcome', { otherOutcome }),
        ]
  return [...body, say('explain.change.checked')]
}
