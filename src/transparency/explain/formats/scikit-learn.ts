/**
 * Trees as scikit-learn keeps them: parallel arrays `children_left`, `children_right`, `feature`, `threshold`, `value`,
 * `weighted_n_node_samples` (or `n_node_samples`), −1 for no child (sklearn.tree._tree.Tree). One tree, or `estimators`
 * with `aggregation` mean (forest) or sum (boosting, with `learning_rate` and `init`).
 *
 * scikit-learn rounds a row to float32 before it compares (`DTYPE` in sklearn/tree/_tree.pyx) and goes left on ≤. A class
 * tree's leaf is the share of one class: counts are divided by their sum, so both ways in which versions keep it read alike.
 */
import { buildTree, type RawNode } from '../build-tree.ts'
import type { ReadModel, Tree } from '../model.ts'
import type { Problems } from '../problem.ts'
import { fieldOf, isObject, type JsonObject, placeOf, readArray, readNames, readNumber, readNumbers } from './fields.ts'

export function isScikitLearn(file: JsonObject): boolean {
  if (fieldOf(file, 'format') === 'scikit-learn' || isTree(file)) return true
  const list = fieldOf(file, 'estimators')
  return Array.isArray(list) && isObject(list[0]) && isTree(list[0])
}

const isTree = (file: JsonObject): boolean =>
  fieldOf(file, 'children_left') !== undefined || isObject(fieldOf(file, 'tree_'))

export function readScikitLearn(file: JsonObject, wanted: number | null, problems: Problems): ReadModel | undefined {
  const names = fieldOf(file, 'feature_names') ?? fieldOf(file, 'feature_names_in_')
  const known = names === undefined ? null : (readNames(names, 'feature_names', problems) ?? null)
  const counted = fieldOf(file, 'n_features') ?? fieldOf(file, 'n_features_in_')
  const features =
    counted === undefined ? (known?.length ?? null) : (readNumber(counted, 'n_features', problems) ?? null)
  const single = isTree(file)
  const list = single ? [file] : readArray(fieldOf(file, 'estimators'), 'estimators', problems)
  if (list === undefined) return undefined
  if (list.length === 0) problems.add('tree_empty', 'estimators')
  const classes = { shares: false }
  const trees: Tree[] = []
  for (const [i, each] of list.entries()) {
    const tree = readTree(each, single ? '' : placeOf('estimators', i), features, wanted, classes, problems)
    if (tree !== undefined) trees.push(tree)
  }
  const how = aggregation(file, trees.length, single, problems)
  if (problems.total > 0 || how === undefined) return undefined
  const missing = trees.some((tree) => tree.missing.some((way, node) => tree.feature[node]! >= 0 && way !== 5))
  return {
    model: { family: 'trees', trees, ...how, link: 'identity', precision: 'float32', takesMissing: missing },
    format: 'scikit-learn',
    scale: scaleOf(file, classes.shares),
    names: known,
    features,
    asked: null,
    background: null,
    actions: null,
    limit: null,
    remarks: [],
  }
}

function scaleOf(file: JsonObject, shares: boolean): 'score' | 'log_odds' | 'probability' {
  const given = fieldOf(file, 'scale')
  if (given === 'log_odds' || given === 'probability' || given === 'score') return given
  return shares ? 'probability' : 'score'
}

/** Mean of a forest; sum times `learning_rate` plus `init` of boosting. */
function aggregation(
  file: JsonObject,
  trees: number,
  single: boolean,
  problems: Problems,
): { weight: number; intercept: number } | undefined {
  const rate = fieldOf(file, 'learning_rate')
  const init = fieldOf(file, 'init')
  const how = fieldOf(file, 'aggregation') ?? (rate === undefined && init === undefined && !single ? 'mean' : 'sum')
  if (how !== 'mean' && how !== 'sum') {
    problems.add('field_wrong', 'aggregation', { expected: 'mean, sum' })
    return undefined
  }
  const weight = rate === undefined ? 1 : readNumber(rate, 'learning_rate', problems)
  const intercept = init === undefined ? 0 : readNumber(init, 'init', problems)
  if (weight === undefined || intercept === undefined) return undefined
  return { weight: how === 'mean' ? weight / Math.max(1, trees) : weight, intercept }
}

function readTree(
  value: unknown,
  place: string,
  features: number | null,
  wanted: number | null,
  classes: { shares: boolean },
  problems: Problems,
): Tree | undefined {
  if (!isObject(value)) {
    problems.add('field_wrong', place, { expected: 'object' })
    return undefined
  }
  const inner = fieldOf(value, 'tree_')
  const tree = isObject(inner) ? inner : value
  const at = isObject(inner) ? placeOf(place, 'tree_') : place
  const left = readNumbers(fieldOf(tree, 'children_left'), placeOf(at, 'children_left'), problems)
  if (left === undefined) return undefined
  const n = left.length
  const right = readNumbers(fieldOf(tree, 'children_right'), placeOf(at, 'children_right'), problems, n)
  const feature = readNumbers(fieldOf(tree, 'feature'), placeOf(at, 'feature'), problems, n)
  const threshold = readNumbers(fieldOf(tree, 'threshold'), placeOf(at, 'threshold'), problems, n)
  const values = readValues(fieldOf(tree, 'value'), placeOf(at, 'value'), n, wanted, classes, problems)
  const weighted = fieldOf(tree, 'weighted_n_node_samples') ?? fieldOf(tree, 'n_node_samples')
  const cover = weighted === undefined ? null : readNumbers(weighted, placeOf(at, 'n_node_samples'), problems, n)
  const toLeft = fieldOf(tree, 'missing_go_to_left')
  const missing = toLeft === undefined ? null : readNumbers(toLeft, placeOf(at, 'missing_go_to_left'), problems, n)
  if (!right || !feature || !threshold || !values || cover === undefined || missing === undefined) return undefined
  const nodes = Array.from({ length: n }, (_, id): RawNode => {
    const shared = { id, cover: cover === null ? null : cover[id]!, place: `${placeOf(at, 'nodes')}[${id}]` }
    if (left[id] === -1 && right[id] === -1) return { ...shared, value: values[id]! }
    return {
      ...shared,
      feature: feature[id]!,
      test: 'atMost',
      threshold: threshold[id]!,
      set: null,
      left: left[id]!,
      right: right[id]!,
      missing: missing === null ? 'none' : missing[id] === 1 ? 'left' : 'right',
    }
  })
  return buildTree(nodes, { place: at, root: 0, features, looseNodes: 'refused' }, problems)
}

/** One number per node: as it stands, or the share of the wanted class (the last one when none is named). */
function readValues(
  value: unknown,
  place: string,
  nodes: number,
  wanted: number | null,
  classes: { shares: boolean },
  problems: Problems,
): Float64Array | undefined {
  const list = readArray(value, place, problems)
  if (list === undefined) return undefined
  if (list.length !== nodes) {
    problems.add('length_differs', place, { found: list.length, expected: nodes })
    return undefined
  }
  const values = new Float64Array(nodes)
  for (const [i, each] of list.entries()) {
    let inner: unknown = each
    if (Array.isArray(inner) && inner.length === 1 && Array.isArray(inner[0])) inner = inner[0]
    const numbers = readNumbers(Array.isArray(inner) ? inner : [inner], placeOf(place, i), problems)
    if (numbers === undefined) return undefined
    if (numbers.length === 1) {
      values[i] = numbers[0]!
      continue
    }
    classes.shares = true
    const index = wanted ?? numbers.length - 1
    if (index >= numbers.length) {
      problems.add('class_unknown', placeOf(place, i), { found: index, maximum: numbers.length - 1 })
      return undefined
    }
    values[i] = numbers[index]! / numbers.reduce((sum, count) => sum + count, 0)
  }
  return values
}
