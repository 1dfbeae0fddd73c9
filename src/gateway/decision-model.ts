/**
 * A decision and the model that its version has in the register: what the model is asked, and whether what a system sent along
 * is what that model says.
 */
import type { DecisionRules } from '../records/contract.ts'
import type { RefusalReason } from '../transparency/contract.ts'
import {
  type Attribution,
  actionsFor,
  type ComputedDecision,
  type Limit,
  type Registered,
  scoreOfOutput,
} from '../transparency/rules.ts'
import type { ReadDecision } from './decision.ts'
import type { ComputeReason, DecisionRequest, GivenExplanation } from './decision-contract.ts'

/** What may hold in an hour: these are tried again for a day. */
export const passingReasons: readonly string[] = ['scorer_unreachable', 'scorer_budget'] satisfies ComputeReason[]

/** What the registered explainer makes of one decision. */
export type ComputedBy =
  | { readonly registered: Registered; readonly answer: ComputedDecision }
  | { readonly failed: ComputeReason | RefusalReason }

/** What the explainer is asked about this decision; a change only for who is worse off. */
export function questionFor(
  request: DecisionRequest,
  rules: DecisionRules,
  favourable: boolean | null,
  registered: Registered,
) {
  return {
    values: request.features,
    actions: favourable === false ? actionsFor(registered.names, rules.features) : null,
    limit: limitFor(request, rules),
  }
}

/** Where the favourable outcome begins, in units of the score; also when no score was sent. */
function limitFor({ score }: DecisionRequest, { threshold }: DecisionRules): Limit | null {
  const value = score?.threshold ?? threshold?.value
  if (value === undefined) return null
  return { is: threshold?.higherIsBetter === false ? '<=' : '>=', value }
}

/** With the score that the model answers, where none was sent. */
export function withComputedScore(decision: ReadDecision, rules: DecisionRules, by: ComputedBy | null): ReadDecision {
  if (decision.score !== null || by === null || 'failed' in by) return decision
  const output = outputOf(by.answer)
  if (output === null) return decision
  return {
    ...decision,
    score: scoreOfOutput(by.registered, output),
    threshold: rules.threshold?.value ?? null,
    scoreFrom: 'computed',
  }
}

function outputOf({ found }: ComputedDecision): number | null {
  if (found === null) return null
  return 'fired' in found ? found.fired.output : found.attribution.output
}

/** A model that adds up in float32 differs in the seventh digit. */
const toleranceOf = ({ read }: Registered): number =>
  read.model.family === 'trees' && read.model.precision === 'float32' ? 1e-5 : 1e-6

/**
 * Why what was sent is not what the model says, or null. The score always must be its answer. Contributions must be its own
 * where both start from the same kind of examples; contributions along the paths of trees and those against a background answer
 * different questions and are not compared.
 */
export function sentDiffers(
  sent: GivenExplanation,
  { registered, answer }: Extract<ComputedBy, { readonly registered: Registered }>,
  score: number | null,
): 'model_differs' | 'output_differs' | null {
  const tolerance = toleranceOf(registered)
  const output = outputOf(answer)
  if (output === null) return 'model_differs'
  const said = scoreOfOutput(registered, output)
  if (score !== null && !(Math.abs(score - said) <= tolerance * Math.max(1, Math.abs(said)))) return 'output_differs'
  const { found, names } = answer
  if (sent.method === 'rules') {
    if (found === null || !('fired' in found)) return 'model_differs'
    const held = found.fired.fired.map(({ rule }) => rule)
    return sent.rules.length === held.length && sent.rules.every(({ rule }) => held.includes(rule))
      ? null
      : 'model_differs'
  }
  if (found === null || !('attribution' in found)) return 'model_differs'
  return sameQuestion(sent.method, found.attribution) && !sameAnswer(sent, found.attribution, names, tolerance)
    ? 'model_differs'
    : null
}

const sameQuestion = (sent: string, { method }: Attribution): boolean =>
  (sent === 'tree_path_dependent') === (method === 'tree_path_dependent')

function sameAnswer(
  { baseline, contributions }: Exclude<GivenExplanation, { method: 'rules' }>,
  { base, phi, halfWidth }: Attribution,
  names: readonly string[],
  tolerance: number,
): boolean {
  const own = new Map(names.map((name, i) => [name, { effect: phi[i]!, margin: halfWidth?.[i] ?? 0 }]))
  const near = (one: number, other: number, margin = 0) =>
    Math.abs(one - other) <= tolerance * Math.max(1, Math.abs(other)) + margin
  const sent = new Map(contributions.map((one) => [one.feature, one]))
  return (
    near(baseline.value, base) &&
    contributions.every(({ feature }) => own.has(feature)) &&
    // One that is not named counted nothing.
    [...own].every(([feature, { effect, margin }]) => {
      const given = sent.get(feature)
      return near(given?.effect ?? 0, effect, margin + (given?.errorMargin ?? 0))
    })
  )
}
