/**
 * A decision about a person as its system sent it, read against the register: what is wrong with it, or what it is. Whether
 * it may be taken at all is for `planCall`, in the same order as a call.
 */
import type { DecisionRules } from '../records/contract.ts'
import { type DecisionClass, isLighter, nearest, protectedAttribute } from '../records/rules.ts'
import type { Refusal } from './call.ts'
import type { ProblemCode } from './contract.ts'
import type { DecisionRequest } from './decision-contract.ts'

/** The clock of another machine may be ahead by this. */
export const AHEAD_MS = 5 * 60_000

export type RegisteredDecisions = {
  readonly system: string
  readonly decisionClass: DecisionClass
  /** null: it takes no decisions that are recorded. */
  readonly rules: DecisionRules | null
}

/** What it is, after what the register adds to what was sent. */
export type ReadDecision = {
  readonly kind: DecisionRules['kind']
  readonly decisionClass: DecisionClass
  readonly favourable: boolean | null
  readonly score: number | null
  /** `computed`: none was sent, and it is what the registered model answers. */
  readonly scoreFrom: 'sent' | 'computed'
  readonly threshold: number | null
  readonly higherIsBetter: boolean
  readonly decidedAt: Date
}

/** Everything that is wrong with it; empty when it can be judged. Places are paths in the decision. */
export function decisionProblems(request: DecisionRequest, registered: RegisteredDecisions, now: Date): Refusal[] {
  const { rules, system, decisionClass } = registered
  if (rules === null) return [wrong('decisions_not_registered', 'kind', { system })]
  const problems: Refusal[] = []
  if (request.subject === undefined && request.conversation === undefined) problems.push(wrong('missing', 'subject'))
  if (request.kind !== undefined && request.kind !== rules.kind) problems.push(wrong('wrong_value', 'kind'))
  if (request.decisionClass !== undefined && isLighter(request.decisionClass, decisionClass))
    problems.push(wrong('class_lighter', 'decisionClass'))
  if (request.decidedAt !== undefined && Date.parse(request.decidedAt) > now.getTime() + AHEAD_MS)
    problems.push(wrong('in_future', 'decidedAt'))
  problems.push(...outcomeProblems(request, rules), ...featureProblems(request, rules, system))
  problems.push(...explanationProblems(request))
  return problems
}

/** Only for a decision without problems. */
export function readDecision(request: DecisionRequest, registered: RegisteredDecisions, now: Date): ReadDecision {
  const rules = registered.rules!
  const declared = rules.outcomes.find(({ outcome }) => outcome === request.outcome.label)?.favourable
  return {
    kind: rules.kind,
    decisionClass: request.decisionClass ?? registered.decisionClass,
    favourable: declared ?? request.outcome.favourable ?? null,
    score: request.score?.value ?? null,
    scoreFrom: 'sent',
    threshold: request.score === undefined ? null : (request.score.threshold ?? rules.threshold?.value ?? null),
    higherIsBetter: rules.threshold?.higherIsBetter ?? true,
    decidedAt: request.decidedAt === undefined ? now : new Date(request.decidedAt),
  }
}

function outcomeProblems({ outcome, alternatives = [] }: DecisionRequest, rules: DecisionRules): Refusal[] {
  const known = new Map(rules.outcomes.map((one) => [one.outcome, one]))
  const problems: Refusal[] = []
  const registered = known.get(outcome.label)
  if (registered === undefined) problems.push(wrong('outcome_unknown', 'outcome.label'))
  const { favourable } = outcome
  if (registered?.favourable !== undefined && typeof favourable === 'boolean' && favourable !== registered.favourable)
    problems.push(wrong('favourable_differs', 'outcome.favourable'))
  for (const [i, { label }] of alternatives.entries())
    if (!known.has(label)) problems.push(wrong('outcome_unknown', `alternatives[${i}].label`))
  return problems
}

function featureProblems({ features }: DecisionRequest, rules: DecisionRules, system: string): Refusal[] {
  const known = new Map(rules.features.map((one) => [one.feature, one]))
  const marked = new Set(rules.notUsed.map(({ attribute }) => attribute.toLowerCase()))
  return Object.entries(features).flatMap(([name, value]): Refusal[] => {
    const place = `features.${name}`
    const attribute = protectedAttribute(name) ?? (marked.has(name.toLowerCase()) ? name : null)
    if (attribute !== null)
      return [{ code: 'attribute_protected', param: place, values: { feature: name, attribute, system } }]
    const feature = known.get(name)
    if (feature === undefined) return [unknownFeature(name, place, known.keys(), system)]
    return fits(value, feature) ? [] : [wrong('wrong_value', place)]
  })
}

function unknownFeature(feature: string, param: string, known: Iterable<string>, system: string): Refusal {
  const near = nearest(feature, known)
  return {
    code: 'feature_unknown',
    reason: near === undefined ? 'not_listed' : 'not_listed_near',
    param,
    values: { param, feature, system, near: near ?? '' },
  }
}

type Feature = DecisionRules['features'][number]

/** A missing value fits everywhere: it is said as missing. */
function fits(value: DecisionRequest['features'][string], { show, values }: Feature): boolean {
  if (value === null) return true
  switch (show) {
    case 'number':
    case 'money':
      return typeof value === 'number' && Number.isFinite(value)
    case 'yes_no':
      return typeof value === 'boolean' || value === 0 || value === 1
    case 'choice':
      return values === undefined
        ? typeof value === 'string' || typeof value === 'number'
        : values.some((one) => one.value === value)
  }
}

function explanationProblems({ explanation, features, score }: DecisionRequest): Refusal[] {
  if (explanation === undefined) return []
  const problems: Refusal[] = []
  const sent = (name: string, place: string) => {
    if (!Object.hasOwn(features, name)) problems.push(wrong('feature_not_sent', place))
  }
  if (explanation.method === 'rules') {
    for (const [i, { when }] of explanation.rules.entries())
      for (const [j, { feature }] of when.entries()) sent(feature, `explanation.rules[${i}].when[${j}].feature`)
    return problems
  }
  if (score === undefined) problems.push(wrong('missing', 'score'))
  const seen = new Set<string>()
  for (const [i, { feature }] of explanation.contributions.entries()) {
    const place = `explanation.contributions[${i}].feature`
    if (seen.has(feature)) problems.push(wrong('given_twice', place))
    seen.add(feature)
    sent(feature, place)
  }
  return problems
}

const wrong = (code: ProblemCode, param: string, values: Record<string, string> = {}): Refusal => ({
  code: 'invalid_request',
  reason: code,
  param,
  values: { param, problem: code, ...values },
})
