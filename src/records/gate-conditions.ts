/**
 * Conditions of a gate: what the register asks to be known of a version before somebody releases it. Each is the result of one
 * capability, which writes it in the transaction of its own record; who decides about the gate reads only this.
 */
import { formatDate, type Language, type Values } from '../platform/text.ts'
import {
  type GateConditionId,
  type GateConditionView,
  type GatePolicies,
  gateConditionIds,
  type gateConditionStates,
} from './gate-condition-contract.ts'
import { recordsText } from './texts.ts'

/** How things stand with one condition of one version. */
export type GateConditionResult = {
  readonly condition: GateConditionId
  /** `failed`: it was looked into, and the answer was no. */
  readonly state: Exclude<(typeof gateConditionStates)[number], 'missing'>
  readonly asOf: Date
  readonly record: string
  /** What the sentence `condition.<condition>.<state>` of this folder's texts names, beside the date. */
  readonly values: Values
}

export type GateCondition = { readonly condition: GateConditionId; readonly policy: GatePolicies[GateConditionId] } & (
  | { readonly state: 'missing' }
  | Omit<GateConditionResult, 'condition'>
)

/** Every condition once, in a fixed order; one without a result is missing. */
export function gateConditionsOf(policies: GatePolicies, results: readonly GateConditionResult[]): GateCondition[] {
  return gateConditionIds.map((condition) => {
    const result = results.find((one) => one.condition === condition)
    return result === undefined
      ? { condition, policy: policies[condition], state: 'missing' }
      : { ...result, policy: policies[condition] }
  })
}

/** Conditions that are required and do not hold: a release in spite of them takes reasons of its own. */
export function unmetConditions(conditions: readonly GateCondition[]): GateConditionId[] {
  return conditions
    .filter(({ policy, state }) => policy === 'required' && state !== 'met')
    .map(({ condition }) => condition)
}

export function gateConditionView(condition: GateCondition, language: Language): GateConditionView {
  const known = condition.state === 'missing' ? undefined : condition
  return {
    condition: condition.condition,
    policy: condition.policy,
    state: condition.state,
    asOf: known?.asOf.toISOString() ?? null,
    record: known?.record ?? null,
    sentence: recordsText(
      language,
      `condition.${condition.condition}.${condition.state}`,
      known === undefined ? {} : { ...known.values, date: formatDate(known.asOf, language) },
    ),
  }
}
