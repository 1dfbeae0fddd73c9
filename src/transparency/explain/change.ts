/** The search that fits the model: a knapsack for a sum, thresholds for trees, row by row for the rest. */
import { type Box, type Counterfactual, counterfactual, type Question, type SearchOptions } from './counterfactual.ts'
import { rulesOutput } from './fired-rules.ts'
import { linearCounterfactual } from './linear-change.ts'
import {
  goesLeft,
  type Limit,
  missingWays,
  nodeTests,
  predict,
  type ReadModel,
  type Row,
  type Tree,
  type TreeModel,
} from './model.ts'
import { refuse } from './problem.ts'

/** What the model answers for a row of numbers, on the scale of its outcome. */
export function askModel({ model, names }: ReadModel, row: Row): number {
  if (model.family === 'game' || model.family === 'unseen')
    return refuse('method_impossible', '', { what: model.family })
  return model.family === 'rules' ? rulesOutput(model, names ?? [], row) : predict(model, row)
}

/** Every change of the lowest cost, each confirmed by the model. `question.actions` in the order of the features. */
export function findChange(
  read: ReadModel,
  question: Question,
  options: Pick<SearchOptions, 'asked'> = {},
): Counterfactual {
  const { model } = read
  if (model.family === 'linear') return linearCounterfactual(model, question)
  return counterfactual(
    question,
    (row) => askModel(read, row),
    model.family === 'trees' ? { ...options, cell: cellsOf(model), possible: reachOf(model, question.limit) } : options,
  )
}

/**
 * Can the trees reach the limit somewhere in a box? Each tree gives its best leaf that some row of the box may come to; no
 * row does better than the sum of these.
 */
export function reachOf(model: TreeModel, { is, value }: Limit): (box: Box) => boolean {
  const up = (is === '>=' || is === '>') === model.weight >= 0
  const best = up ? Math.max : Math.min
  const round = model.precision === 'float32' ? Math.fround : (each: number) => each
  const line = model.link === 'logistic' ? Math.log(value / (1 - value)) : value
  /** Rounding of the sums; a box so near the limit is looked into. */
  const slack = 1e-9 * (1 + Math.abs(line) + Math.abs(model.intercept))
  return ({ lowest, highest }) => {
    const low = lowest.map(round)
    const high = highest.map(round)
    const bestLeaf = (tree: Tree, node: number): number => {
      const feature = tree.feature[node]!
      if (feature < 0) return tree.value[node]!
      const [left, right] = [tree.left[node]!, tree.right[node]!]
      const fixed = low[feature] === high[feature] || Number.isNaN(low[feature]!)
      if (fixed) return bestLeaf(tree, goesLeft(tree, node, low) ? left : right)
      const test = tree.test[node]
      const plain =
        (test === nodeTests.atMost || test === nodeTests.below) &&
        tree.missing[node]! !== missingWays.zeroLeft &&
        tree.missing[node]! !== missingWays.zeroRight
      if (plain && goesLeft(tree, node, high)) return bestLeaf(tree, left)
      if (plain && !goesLeft(tree, node, low)) return bestLeaf(tree, right)
      return best(bestLeaf(tree, left), bestLeaf(tree, right))
    }
    let sum = 0
    for (const tree of model.trees) sum += bestLeaf(tree, 0)
    const reached = model.intercept + model.weight * sum
    return is === '>=' || is === '>' ? reached >= line - slack : reached <= line + slack
  }
}

/** Between its thresholds a tree cannot tell values apart: a cell is what all tests of the feature say. */
export function cellsOf(model: TreeModel): (feature: number, value: number) => string {
  const tests = new Map<number, Map<string, (value: number) => boolean>>()
  for (const tree of model.trees)
    for (const [node, feature] of tree.feature.entries()) {
      if (feature < 0) continue
      const own = tests.get(feature) ?? new Map<string, (value: number) => boolean>()
      tests.set(feature, own)
      const threshold = tree.threshold[node]!
      const set = tree.sets?.[node]
      switch (tree.test[node]) {
        case nodeTests.atMost:
          own.set(`<=${threshold}`, (value) => value <= threshold)
          break
        case nodeTests.below:
          own.set(`<${threshold}`, (value) => value < threshold)
          break
        case nodeTests.equals:
          own.set(`=${threshold}`, (value) => value === threshold)
          break
        default:
          own.set(`{${[...set!].join()}}`, (value) => set!.has(Math.trunc(value)))
      }
      // Where 0 counts as missing it is a cell of its own.
      own.set('0', (value) => Math.abs(value) <= 1e-35)
    }
  const round = model.precision === 'float32' ? Math.fround : (value: number) => value
  return (feature, value) => {
    let key = ''
    for (const test of tests.get(feature)?.values() ?? []) key += test(round(value)) ? '1' : '0'
    return key
  }
}
