/**
 * The explanation of a decision that is on record, as a person puts it under their own words. It was read back when it was made; here it is
 * read back again, against the decision as it stands now: what no longer agrees is not said a second time.
 */
import type { Language } from '../platform/text.ts'
import type { ExplanationRecord, InputValue } from './contract.ts'
import { composeDecision, type DecisionFacts, type DecisionSealed } from './decision-page.ts'
import { decisionWords } from './decision-words.ts'
import { unsupportedIn } from './explain/check.ts'
import { explainText } from './explain/texts.ts'

export type CitedDecision =
  | { readonly cited: 'holds'; readonly sentences: readonly string[] }
  /** None was made, or it is gone. */
  | { readonly cited: 'nothing' }
  /** `record`: the decision or its facts are others than the record explains; `text`: the sentences say something else. */
  | { readonly cited: 'differs'; readonly from: 'record' | 'text' }

export function citedDecision(facts: DecisionFacts, language: Language): CitedDecision {
  const { sealed, rules } = facts
  const record = sealed?.explanation
  if (facts.explanation !== 'given' || sealed?.text == null || record == null) return { cited: 'nothing' }
  if (!explains(record, facts, sealed)) return { cited: 'differs', from: 'record' }
  const words = rules === null ? undefined : decisionWords(rules, { ...facts, ruleWords: sealed.ruleWords ?? [] })
  const { outcome, factors, notUsed, change, reviewed } = composeDecision(facts, language).sentences
  const sentences = [...outcome, ...factors, ...notUsed, ...change]
  // The way to a person is no part of what is cited: it is said as it is now, so that another telephone number is no fault.
  const contest = sealed.parts == null || words === undefined ? [] : [wayToPerson(words.words.contest, language)]
  const whole = [...sentences, ...reviewed, ...contest].join(' ')
  return words === undefined || unsupportedIn(whole, record, words, language).length > 0
    ? { cited: 'differs', from: 'text' }
    : { cited: 'holds', sentences }
}

const wayToPerson = (contest: Readonly<Record<Language, string>>, language: Language): string =>
  explainText(language, 'explain.contest', { contest: contest[language] })

/** How far a score may lie from what was explained: as far as when the explanation was made. */
const SCORE_ERROR = 1e-5

/** Is this the record of this decision, of these facts and of this outcome? */
function explains(record: ExplanationRecord, facts: DecisionFacts, { features }: DecisionSealed): boolean {
  const { decision, outcome, input, factors, rules, method, model } = record
  const used = [...input, ...factors, ...rules.flatMap(({ because }) => because)]
  return (
    decision === facts.id &&
    used.every(({ feature, value }) => isSame(value, features[feature] ?? null)) &&
    (outcome.favourable === null || outcome.favourable === facts.favourable) &&
    // On the scale of a model's file a score may be told otherwise than it stands on record; then its side of the line counts.
    (method === 'rules' || model.sha256 !== null || facts.score === null || near(facts.score, outcome.output)) &&
    isOnItsSide(facts)
  )
}

const near = (a: number, b: number): boolean => Math.abs(a - b) <= SCORE_ERROR

/** Yes and no are 1 and 0 for a model. */
const isSame = (a: InputValue, b: InputValue): boolean => plain(a) === plain(b)
const plain = (value: InputValue) => (typeof value === 'boolean' ? Number(value) : value)

function isOnItsSide({ score, threshold, favourable, rules }: DecisionFacts): boolean {
  if (score === null || threshold === null || favourable === null) return true
  const over = (rules?.threshold?.higherIsBetter ?? true) ? score >= threshold : score <= threshold
  return over === favourable
}
