/** A decision by rules explains itself: the rules that held, and in each the facts that made it hold. Exact. */
import type { Comparison, InputValue } from './contract.ts'
import type { Condition, Row, RulesModel } from './model.ts'

export type Reason = Condition & { readonly value: InputValue }
export type FiredRule = { readonly rule: string; readonly output: number; readonly because: readonly Reason[] }
export type Fired = {
  /** Rules that held and counted, in the order of the list. */
  readonly fired: readonly FiredRule[]
  /** What the list answers. */
  readonly output: number
}

/** Values by name of feature. A value that is absent or null makes no condition true. */
export type NamedValues = ReadonlyMap<string, InputValue>

/**
 * `first`: the first rule that holds decides, and is the only one that counts. `sum`: the outputs of all that hold are
 * added to `otherwise`.
 */
export function firedRules(model: RulesModel, values: NamedValues): Fired {
  const held = model.rules.filter(({ when }) => when.every((condition) => holds(condition, values)))
  const counted = model.mode === 'first' ? held.slice(0, 1) : held
  const fired = counted.map(({ id, output, when }) => ({
    rule: id,
    output,
    because: when.map((condition) => ({ ...condition, value: values.get(condition.feature) ?? null })),
  }))
  const sum = counted.reduce((total, { output }) => total + output, model.mode === 'sum' ? model.otherwise : 0)
  return { fired, output: model.mode === 'first' && counted.length === 0 ? model.otherwise : sum }
}

export function holds({ feature, is, limit }: Condition, values: NamedValues): boolean {
  const value = values.get(feature)
  if (value === undefined || value === null || limit === null) return false
  if (is === '=') return value === limit
  if (is === '!=') return value !== limit
  return typeof value === 'number' && typeof limit === 'number' && compares(value, is, limit)
}

function compares(value: number, is: Exclude<Comparison, '=' | '!='>, limit: number): boolean {
  switch (is) {
    case '>=':
      return value >= limit
    case '<=':
      return value <= limit
    case '>':
      return value > limit
    case '<':
      return value < limit
  }
}

/** What the rules answer for a row of numbers in the order of `names`. */
export function rulesOutput(model: RulesModel, names: readonly string[], row: Row): number {
  return firedRules(model, new Map(names.map((name, i) => [name, row[i]!]))).output
}
