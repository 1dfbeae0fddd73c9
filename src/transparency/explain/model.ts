/**
 * A model as every explanation reads it, whichever file it came from: a weighted sum, a sum of trees, a list of rules, or
 * a table of a game. Rows are numbers in the order of the features; NaN stands for a missing value.
 */
import type { Comparison, InputValue, Scale } from './contract.ts'

export type Row = Float64Array | readonly number[]

/** Which node a missing value goes to, and what counts as missing. */
export const missingWays = {
  left: 0,
  right: 1,
  /** 0 counts as missing too (LightGBM `missing_type` Zero). */
  zeroLeft: 2,
  zeroRight: 3,
  /** A missing value is read as 0 (LightGBM `missing_type` None). */
  asZero: 4,
  /** The format has no place for a missing value: a row with one is refused before it comes here. */
  none: 5,
} as const

/** When a row goes left. */
export const nodeTests = {
  /** value ≤ threshold */
  atMost: 0,
  /** value < threshold */
  below: 1,
  /** value = threshold */
  equals: 2,
  /** the whole part of the value is one of a set */
  oneOf: 3,
} as const

/** One tree: arrays by node, the root is node 0, a leaf has feature −1. Checked by `buildTree`, and by nothing else. */
export type Tree = {
  readonly feature: Int32Array
  readonly test: Uint8Array
  readonly threshold: Float64Array
  readonly sets: readonly (ReadonlySet<number> | null)[] | null
  readonly left: Int32Array
  readonly right: Int32Array
  readonly missing: Uint8Array
  /** Of a leaf; 0 elsewhere. */
  readonly value: Float64Array
  /** Rows (or their weight) that came by in training; null where the format does not say. */
  readonly cover: Float64Array | null
  /** Mean of the leaves by cover; null without cover. */
  readonly expected: number | null
  readonly depth: number
  /** Most different features on one path. */
  readonly distinct: number
}

export type LinearModel = {
  readonly family: 'linear'
  readonly weights: readonly number[]
  readonly intercept: number
  /** `probability`: the output is 1 / (1 + e^−sum). */
  readonly link: 'identity' | 'logistic'
}
export type TreeModel = {
  readonly family: 'trees'
  readonly trees: readonly Tree[]
  /** Sum of the trees times this, plus the intercept. */
  readonly weight: number
  readonly intercept: number
  readonly link: 'identity' | 'logistic'
  /** What the library does with a value before it compares: scikit-learn, XGBoost and ONNX round it to float32. */
  readonly precision: 'float32' | 'float64'
  readonly takesMissing: boolean
}
export type Condition = { readonly feature: string; readonly is: Comparison; readonly limit: InputValue }
export type Rule = {
  readonly id: string
  readonly when: readonly Condition[]
  /** `first`: the output when this rule is the first that holds; `sum`: what is added when it holds. */
  readonly output: number
}
export type RulesModel = {
  readonly family: 'rules'
  /** `first`: the first rule that holds decides; `sum`: the points of all that hold are added. */
  readonly mode: 'first' | 'sum'
  readonly rules: readonly Rule[]
  /** Output when no rule holds (`first`), or where the sum begins. */
  readonly otherwise: number
}
/** Shapley's own case: what each coalition of players is worth, by the bits of its index. */
export type GameModel = { readonly family: 'game'; readonly players: number; readonly values: Float64Array }

/** Behind an address: it can be asked and not looked into. */
export type UnseenModel = { readonly family: 'unseen' }

export type AnyModel = LinearModel | TreeModel | RulesModel | GameModel | UnseenModel

/** Which method the file asks for; null leaves it to what else is given. */
export type AskedMethod = 'path-dependent' | 'interventional' | null

/** Where the favourable outcome begins. */
export type Limit = { readonly is: '>=' | '<=' | '>' | '<'; readonly value: number }

/** What a person can change: ranges, steps and costs per feature, in the order of the features. */
export type Action = {
  readonly lower: number
  readonly upper: number
  readonly step: number
  readonly direction: 'increase' | 'decrease' | 'any' | 'fixed'
  /** Above 0; null when fixed. */
  readonly costPerStep: number | null
}

/** A file that was read: the model and what stood beside it. */
export type ReadModel = {
  readonly model: AnyModel
  /** How the file was understood: `own`, `scikit-learn`, `xgboost`, `lightgbm`, `onnx`. */
  readonly format: string
  readonly scale: Scale
  readonly names: readonly string[] | null
  /** How many features a row must have; null when the file does not say. */
  readonly features: number | null
  readonly asked: AskedMethod
  readonly background: readonly Row[] | null
  readonly actions: readonly Action[] | null
  readonly limit: Limit | null
  /** Remarks that change nothing but should be known: `base_score_unknown`. */
  readonly remarks: readonly string[]
}

export function sigmoid(x: number): number {
  return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x))
}

/** As the library sees the row: rounded to float32 where it rounds. */
export function asSeen(model: AnyModel, row: Row): Float64Array {
  const seen = Float64Array.from(row)
  if (model.family === 'trees' && model.precision === 'float32')
    for (let i = 0; i < seen.length; i++) seen[i] = Math.fround(seen[i]!)
  return seen
}

/** Does the row go left at this node? `row` as seen. */
export function goesLeft(tree: Tree, node: number, row: Float64Array): boolean {
  let value = row[tree.feature[node]!]!
  const missing = tree.missing[node]!
  if (Number.isNaN(value)) {
    if (missing !== missingWays.asZero) return missing === missingWays.left || missing === missingWays.zeroLeft
    value = 0
  } else if ((missing === missingWays.zeroLeft || missing === missingWays.zeroRight) && Math.abs(value) <= 1e-35)
    return missing === missingWays.zeroLeft
  switch (tree.test[node]) {
    case nodeTests.atMost:
      return value <= tree.threshold[node]!
    case nodeTests.below:
      return value < tree.threshold[node]!
    case nodeTests.equals:
      return value === tree.threshold[node]!
    default:
      return tree.sets![node]!.has(Math.trunc(value))
  }
}

/** The leaf's value for a row as seen. */
export function treeValue(tree: Tree, row: Float64Array): number {
  let node = 0
  while (tree.feature[node]! >= 0) node = goesLeft(tree, node, row) ? tree.left[node]! : tree.right[node]!
  return tree.value[node]!
}

/** The model's sum before its link, for a row as given. Not for rules or games. */
export function margin(model: LinearModel | TreeModel, row: Row): number {
  if (model.family === 'linear') {
    let sum = model.intercept
    for (let i = 0; i < model.weights.length; i++) sum += model.weights[i]! * row[i]!
    return sum
  }
  const seen = asSeen(model, row)
  let sum = 0
  for (const tree of model.trees) sum += treeValue(tree, seen)
  return model.intercept + model.weight * sum
}

/** What the model answers for a row of numbers, on its own scale. */
export function predict(model: LinearModel | TreeModel, row: Row): number {
  return model.link === 'logistic' ? sigmoid(margin(model, row)) : margin(model, row)
}

export function isFavourable(output: number, { is, value }: Limit): boolean {
  switch (is) {
    case '>=':
      return output >= value
    case '>':
      return output > value
    case '<=':
      return output <= value
    case '<':
      return output < value
  }
}
