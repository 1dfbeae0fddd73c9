/**
 * The explanation of a decision: what its system sent, or what the model in the register says, checked against what was decided on.
 * Contributions must add up to the score, rules must hold for these features, and every sentence must stand in the record. What does not hold is not told
 * (AI Act art. 86; GDPR art. 15(1)(h)); why not is on record.
 */
import type { DecisionRules } from '../records/contract.ts'
import type { ExplanationRecord, InputValue, RefusalReason, SentencePart } from '../transparency/contract.ts'
import {
  decisionWords,
  type Explanation,
  type Fired,
  firedRules,
  makeExplanation,
  type Registered,
  type RuleWords,
  sayExplanation,
  scoreOnModel,
} from '../transparency/rules.ts'
import type { ReadDecision } from './decision.ts'
import type { ComputeReason, DecisionRequest, GivenExplanation } from './decision-contract.ts'
import { type ComputedBy, sentDiffers } from './decision-model.ts'

export type Explained =
  | {
      readonly state: 'given'
      readonly reason: null
      readonly record: ExplanationRecord
      readonly text: { readonly nl: readonly string[]; readonly en: readonly string[] }
      /** Of the sentences, which are the same number in both languages. */
      readonly parts: Readonly<Record<SentencePart, number>>
      /** Of the rules that the text names. */
      readonly ruleWords: readonly RuleWords[]
    }
  | {
      readonly state: 'refused'
      readonly reason: RefusalReason | ComputeReason | 'words_wrong'
      readonly record: null
      readonly text: null
      readonly parts: null
      readonly ruleWords: null
    }
  | {
      readonly state: 'not_needed'
      readonly reason: 'not_sent'
      readonly record: null
      readonly text: null
      readonly parts: null
      readonly ruleWords: null
    }

export type ExplainFacts = {
  readonly request: DecisionRequest
  readonly decision: ReadDecision
  readonly rules: DecisionRules
  readonly id: string
  readonly model: { readonly name: string; readonly version: string }
  /** What the registered explainer makes of it; null where there is none, or where it was not asked. */
  readonly computed: ComputedBy | null
}

/** Reasons that are named in a text. */
const NAMED = 3

/** Same facts, same explanation; never throws for what a system sent. */
export function explainDecision(facts: ExplainFacts): Explained {
  const { request } = facts
  const { explanation: sent } = request
  const { computed } = facts
  if (sent === undefined && computed === null)
    return { state: 'not_needed', reason: 'not_sent', record: null, text: null, parts: null, ruleWords: null }
  if (computed !== null && 'failed' in computed) return refused(computed.failed)
  const differs = sent === undefined || computed === null ? null : sentDiffers(sent, computed, facts.decision.score)
  if (differs !== null) return refused(differs)
  const ruleWords = ruleWordsOf(facts)
  const words = decisionWords(facts.rules, {
    outcome: request.outcome.label,
    favourable: facts.decision.favourable,
    ruleWords,
  })
  if (words === undefined) return refused('words_wrong')
  const made = sent === undefined ? computedExplanation(facts, computed!) : explanationOf(facts, sent)
  if (made.explanation === 'refused') return refused(made.reasons[0]!)
  const { record } = made
  const { favourable } = facts.decision
  if (record.outcome.favourable !== null && favourable !== null && record.outcome.favourable !== favourable)
    return refused('output_differs')
  const nl = sayExplanation(record, words, 'nl')
  const en = sayExplanation(record, words, 'en')
  if (nl.said === 'nothing' || en.said === 'nothing') return refused('text_unsupported')
  const held = new Set(record.rules.map(({ rule }) => rule))
  return {
    state: 'given',
    reason: null,
    record,
    text: { nl: nl.sentences, en: en.sentences },
    parts: nl.parts,
    ruleWords: ruleWords.filter(({ rule }) => held.has(rule)),
  }
}

const refused = (reason: RefusalReason | ComputeReason | 'words_wrong'): Explained => ({
  state: 'refused',
  reason,
  record: null,
  text: null,
  parts: null,
  ruleWords: null,
})

const roles = { inform: 'assisted', assist: 'advised', decide: 'decided', solely_automated: 'decided' } as const

function explanationOf({ request, decision, rules, id, model }: ExplainFacts, given: GivenExplanation): Explanation {
  const values = new Map<string, InputValue>(Object.entries(request.features))
  const common = {
    decision: id,
    model: { sha256: null, ...model },
    precision: 'float64',
    role: roles[decision.decisionClass],
    values,
    limit: limitOf(decision),
    attributes: rules.notUsed.map(({ attribute }) => ({ attribute, proxies: [] })),
    change: null,
    top: NAMED,
    reviewedBy: null,
  } as const
  if (given.method === 'rules') {
    const fired = heldOf(given, values, decision.score)
    if (fired === undefined) return { explanation: 'refused', reasons: ['output_differs'] }
    return makeExplanation({
      ...common,
      recorded: { sha256: null, output: decision.score },
      names: [...values.keys()],
      found: { fired },
    })
  }
  const output = decision.score!
  const margins = given.contributions.map(({ errorMargin }) => errorMargin ?? 0)
  return makeExplanation({
    ...common,
    recorded: { sha256: null, output },
    names: given.contributions.map(({ feature }) => feature),
    found: {
      attribution: {
        method: given.method,
        scale: given.scale,
        base: given.baseline.value,
        phi: given.contributions.map(({ effect }) => effect),
        output,
        halfWidth: given.method === 'shapley_sampled' ? margins : null,
        baseline: { kind: given.baseline.kind, rows: given.baseline.rows },
      },
    },
  })
}

/** Of the registered model itself: its file, its scale, and what the person could have changed. */
function computedExplanation(
  { decision, rules, id, model }: ExplainFacts,
  { registered, answer }: Extract<ComputedBy, { readonly registered: Registered }>,
): Explanation {
  const { sha256, read } = registered
  return makeExplanation({
    decision: id,
    model: { sha256, ...model },
    recorded: { sha256, output: decision.score === null ? null : scoreOnModel(registered, decision.score) },
    precision: read.model.family === 'trees' ? read.model.precision : 'float64',
    role: roles[decision.decisionClass],
    names: answer.names,
    values: answer.values,
    found: answer.found!,
    limit: answer.limit,
    attributes: rules.notUsed.map(({ attribute }) => ({ attribute, proxies: [] })),
    change: answer.change,
    top: NAMED,
    reviewedBy: null,
  })
}

function limitOf({ score, threshold, higherIsBetter }: ReadDecision): ExplanationRecord['outcome']['limit'] {
  return score === null || threshold === null ? null : { is: higherIsBetter ? '>=' : '<=', value: threshold }
}

/** The rules as the facts make them hold; undefined when one of them does not. */
function heldOf(
  { rules }: Extract<GivenExplanation, { method: 'rules' }>,
  values: ReadonlyMap<string, InputValue>,
  score: number | null,
): Fired | undefined {
  const model = {
    family: 'rules',
    mode: 'sum',
    otherwise: 0,
    rules: rules.map(({ rule, when }) => ({ id: rule, when, output: 0 })),
  } as const
  const held = firedRules(model, values)
  return held.fired.length === rules.length ? { fired: held.fired, output: score ?? 0 } : undefined
}

/** What the rules are called: as they were sent, or by their place in the model. */
const ruleWordsOf = ({ request, computed }: ExplainFacts): readonly RuleWords[] =>
  request.explanation?.method === 'rules'
    ? request.explanation.rules.map(({ rule, label }) => ({ rule, label: label ?? { nl: rule, en: rule } }))
    : ruleIds(computed).map((rule, n) => ({ rule, label: { nl: `regel ${n + 1}`, en: `rule ${n + 1}` } }))

/** Rules of a registered model are called by their place in its file; their names there are for who made it. */
const ruleIds = (computed: ComputedBy | null): string[] =>
  computed !== null && 'registered' in computed && computed.registered.read.model.family === 'rules'
    ? computed.registered.read.model.rules.map(({ id }) => id)
    : []
