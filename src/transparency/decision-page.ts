/** The customer's page of a decision about them, from what is on record: nothing is shown that no record carries. */
import type { Language } from '../platform/text.ts'
import type { Bilingual, DecisionFeature, DecisionRules } from '../records/contract.ts'
import type { Contest } from '../records/decision-contract.ts'
import { mayContest } from '../records/rules.ts'
import type { ExplanationRecord, InputValue, PortalDecision, SentencePart } from './contract.ts'
import type { RuleWords } from './decision-words.ts'
import { explainText } from './explain/texts.ts'
import { sayValue } from './explain/words.ts'
import { transparencyText } from './texts.ts'

/** What was sealed with a decision, as far as its person sees it. */
export type DecisionSealed = {
  readonly features: Readonly<Record<string, InputValue>>
  readonly explanation: ExplanationRecord | null
  readonly text: { readonly nl: readonly string[]; readonly en: readonly string[] } | null
  /** How many sentences each part of the text has, in order; absent of texts that were not divided. */
  readonly parts?: Readonly<Record<SentencePart, number>> | null
  /** What the rules that held are called in the text. */
  readonly ruleWords?: readonly RuleWords[] | null
}

export type DecisionFacts = {
  readonly id: string
  readonly client: { readonly name: string; readonly contact: PortalDecision['contact'] }
  readonly conversation: string | null
  readonly system: { readonly name: Bilingual; readonly description: Bilingual }
  readonly version: string
  readonly model: string
  readonly decisionClass: PortalDecision['class']
  readonly decidedAt: Date
  readonly outcome: string
  readonly favourable: boolean | null
  readonly score: number | null
  readonly scoreFrom: 'sent' | 'computed'
  readonly threshold: number | null
  readonly review: string
  readonly explanation: 'given' | 'refused' | 'not_needed'
  readonly record: string
  readonly rules: DecisionRules | null
  /** null: erased, or its term has passed. */
  readonly sealed: DecisionSealed | null
  readonly contest: Contest | null
  readonly reviews: readonly {
    readonly id: string
    readonly verdict: 'confirmed' | 'changed'
    readonly outcome: string
    readonly decidedAt: string
    readonly forCustomer: string | null
    readonly points: string | null
    readonly record: string
  }[]
}

export function composeDecision(facts: DecisionFacts, language: Language): PortalDecision {
  const { client, system, rules, sealed } = facts
  const outcomeWord = (outcome: string) =>
    rules?.outcomes.find((one) => one.outcome === outcome)?.label[language] ?? outcome
  const explanation = sealed?.explanation ?? null
  return {
    id: facts.id,
    client: client.name,
    contact: client.contact,
    conversation: facts.conversation,
    system: { name: system.name[language], description: system.description[language], version: facts.version },
    model: { name: facts.model, sha256: explanation?.model.sha256 ?? null },
    class: facts.decisionClass,
    decidedAt: facts.decidedAt.toISOString(),
    outcome: outcomeWord(facts.outcome),
    favourable: facts.favourable,
    score: facts.score,
    scoreFrom: facts.scoreFrom,
    threshold: facts.threshold,
    explanation: facts.explanation,
    sentences: sentencesOf(facts, language),
    used: usedOf(sealed, rules, language),
    ...weightsOf(explanation, rules, language),
    contestWay: rules?.contest?.[language] ?? explainText(language, 'contest.default'),
    mayContest: mayContest(facts.contest?.state ?? null) === null,
    waiting: facts.review === 'waiting',
    contest: contestOf(facts, outcomeWord, language),
    receipts: receiptsOf(facts, language),
  }
}

/** The sentences that were read back when the decision came, by what they are about; without them, why there are none. */
function sentencesOf({ sealed, decisionClass, explanation }: DecisionFacts, language: Language) {
  const none = { outcome: [], factors: [], notUsed: [], change: [], reviewed: [], contest: [] }
  const text = sealed?.text?.[language]
  if (text == null) {
    const role = transparencyText(language, `decision.role.${decisionClass}`)
    const why = sealed === null ? 'gone' : explanation === 'refused' ? 'refused' : 'none'
    return { ...none, outcome: [role, transparencyText(language, `decision.unexplained.${why}`)] }
  }
  const { parts } = sealed!
  if (parts == null) return { ...none, outcome: [...text] }
  let from = 0
  const take = (part: SentencePart) => {
    const until = from + parts[part]
    const taken = text.slice(from, until)
    from = until
    return taken
  }
  return {
    outcome: take('outcome'),
    factors: take('factors'),
    notUsed: take('notUsed'),
    change: take('change'),
    reviewed: take('reviewed'),
    contest: take('contest'),
  }
}

const wordsFor = (feature: string, rules: DecisionRules | null): DecisionFeature | undefined =>
  rules?.features.find((one) => one.feature === feature)

function usedOf(
  sealed: DecisionSealed | null,
  rules: DecisionRules | null,
  language: Language,
): PortalDecision['used'] {
  return Object.entries(sealed?.features ?? {}).map(([feature, value]) => {
    const words = wordsFor(feature, rules)
    return { name: words?.label[language] ?? feature, value: sayValue(value, words, language) }
  })
}

/** Numbers for who wants them: the same as in the record that the sentences were read back against. */
function weightsOf(
  explanation: ExplanationRecord | null,
  rules: DecisionRules | null,
  language: Language,
): Pick<PortalDecision, 'factors' | 'base' | 'output' | 'scale'> {
  return {
    factors: (explanation?.factors ?? []).map(({ feature, value, weight, errorMargin }) => {
      const words = wordsFor(feature, rules)
      return {
        name: words?.label[language] ?? feature,
        value: sayValue(value, words, language),
        weight,
        errorMargin,
      }
    }),
    base: explanation?.outcome.base ?? null,
    output: explanation?.outcome.output ?? null,
    scale: explanation?.scale ?? null,
  }
}

function contestOf(
  { contest, reviews }: DecisionFacts,
  word: (outcome: string) => string,
  language: Language,
): PortalDecision['contest'] {
  if (contest === null) return null
  const answer = reviews.find(({ id }) => id === contest.review)
  return {
    id: contest.id,
    state: contest.state,
    step: contest.step,
    reference: contest.reference,
    askedAt: contest.askedAt,
    promisedOn: contest.promisedOn,
    late: contest.late,
    freeze: contest.freeze,
    freezeReason: contest.freezeReason?.[language] ?? null,
    frozenAt: contest.frozenAt,
    explainedAt: contest.explainedAt,
    readAt: contest.readAt,
    appliedAt: contest.appliedAt,
    words: contest.words,
    answer:
      answer === undefined
        ? null
        : {
            at: answer.decidedAt,
            verdict: answer.verdict,
            outcome: word(answer.outcome),
            reasons: answer.forCustomer,
            points: answer.points,
          },
  }
}

function receiptsOf({ record, contest, reviews }: DecisionFacts, language: Language): PortalDecision['receipts'] {
  const line = (event: string, type: 'decision.recorded' | 'decision.contested' | 'decision.reviewed') => ({
    event,
    sentence: transparencyText(language, `receipt.event.${type}`),
  })
  return [
    line(record, 'decision.recorded'),
    ...(contest === null ? [] : [line(contest.record, 'decision.contested')]),
    ...reviews.map((one) => line(one.record, 'decision.reviewed')),
  ]
}
