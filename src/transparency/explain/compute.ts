/** What explains one answer of a model, computed: contributions or rules that held, and what would have changed it. */
import { type AttributeOptions, attribute } from './attribute.ts'
import type { Attribution } from './attribution.ts'
import { askModel, findChange } from './change.ts'
import type { InputValue } from './contract.ts'
import type { Counterfactual } from './counterfactual.ts'
import { type Fired, firedRules } from './fired-rules.ts'
import type { Action, Limit, ReadModel, Row } from './model.ts'

export type ComputeQuestion = {
  readonly row: Row
  readonly values: ReadonlyMap<string, InputValue>
  /** In the order of the features; null when nobody asks what could be changed. */
  readonly actions: readonly Action[] | null
  readonly limit: Limit | null
  /** Rows that a search by the answers of trees or rules may ask about; without it the search's own limit. */
  readonly asked?: number
} & AttributeOptions

export type Computed = {
  /** null: only a change was asked for, of a model that cannot be explained without a background. */
  readonly found: { readonly attribution: Attribution } | { readonly fired: Fired } | null
  /** The cheapest change, and what the model answers when it is asked about the first of them again. */
  readonly change: { readonly result: Counterfactual; readonly confirmed: number | null } | null
}

/** Same model and question, same answer. Errors (`ExplainError`): those of `attribute`. */
export function computeByModel(read: ReadModel, question: ComputeQuestion): Computed {
  const { row, values, actions, limit, asked, ...options } = question
  const result =
    actions === null || limit === null
      ? null
      : findChange(read, { row, actions, limit }, asked === undefined ? {} : { asked })
  const first = result?.optima[0]
  const change = result && { result, confirmed: first === undefined ? null : askModel(read, first) }
  if (read.model.family === 'rules') return { found: { fired: firedRules(read.model, values) }, change }
  // A file that only says what may change is asked that and nothing else.
  if (change !== null && read.model.family === 'linear' && options.background === null) return { found: null, change }
  return { found: { attribution: attribute(read, row, options) }, change }
}
