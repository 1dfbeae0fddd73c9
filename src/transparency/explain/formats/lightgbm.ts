/**
 * LightGBM: `Booster.dump_model()` as JSON (Tree::ToJSON and GBDT::DumpModel). Values are double, a row goes left on ≤ or, for a
 * categorical split (`==`, threshold `0||3||5`), when its category is in the set. Leaves hold the learning rate already. Cover is
 * the number of rows, as `pred_contrib` takes it. `missing_type`: None reads a missing value as 0, Zero lets 0 be missing.
 */
import { buildTree, limits, type RawNode } from '../build-tree.ts'
import type { ReadModel, Tree } from '../model.ts'
import type { Problems } from '../problem.ts'
import { fieldOf, isObject, type JsonObject, readArray, readNames, readNumber } from './fields.ts'

export const isLightgbm = (file: JsonObject): boolean => Array.isArray(fieldOf(file, 'tree_info'))

export function readLightgbm(file: JsonObject, wanted: number | null, problems: Problems): ReadModel | undefined {
  const list = readArray(fieldOf(file, 'tree_info'), 'tree_info', problems)
  const perIteration = readNumber(fieldOf(file, 'num_tree_per_iteration') ?? 1, 'num_tree_per_iteration', problems)
  const last = fieldOf(file, 'max_feature_idx')
  const features = last === undefined ? null : (readNumber(last, 'max_feature_idx', problems) ?? -1) + 1
  const given = fieldOf(file, 'feature_names')
  const names = Array.isArray(given) ? (readNames(given, 'feature_names', problems) ?? null) : null
  if (list === undefined || perIteration === undefined) return undefined
  if (list.length === 0) problems.add('tree_empty', 'tree_info')
  const group = wanted === null || perIteration === 1 ? perIteration - 1 : wanted
  if (group >= perIteration)
    problems.add('class_unknown', 'num_tree_per_iteration', { found: group, maximum: perIteration - 1 })
  const trees: Tree[] = []
  for (const [i, each] of list.entries()) {
    if (i % perIteration !== group) continue
    const tree = readTree(each, `tree_info[${i}]`, features, problems)
    if (tree !== undefined) trees.push(tree)
  }
  if (problems.total > 0) return undefined
  const objective = String(fieldOf(file, 'objective') ?? '')
  // A random forest divides by its rounds instead of adding up.
  const weight = fieldOf(file, 'average_output') === true ? 1 / trees.length : 1
  return {
    model: { family: 'trees', trees, weight, intercept: 0, link: 'identity', precision: 'float64', takesMissing: true },
    format: 'lightgbm',
    scale: /^(binary|cross_entropy|multiclassova)\b/.test(objective) ? 'log_odds' : 'score',
    names,
    features,
    asked: null,
    background: null,
    actions: null,
    limit: null,
    remarks: [],
  }
}

function readTree(value: unknown, place: string, features: number | null, problems: Problems): Tree | undefined {
  const root = isObject(value) ? fieldOf(value, 'tree_structure') : undefined
  if (!isObject(root)) {
    problems.add('field_missing', `${place}.tree_structure`)
    return undefined
  }
  const nodes: RawNode[] = []
  const open: { node: JsonObject; id: number; place: string }[] = [
    { node: root, id: 0, place: `${place}.tree_structure` },
  ]
  const seen = problems.total
  // A tree of one leaf has no count; it needs none.
  const lone = fieldOf(root, 'leaf_value') !== undefined
  let next = 1
  while (open.length > 0) {
    const { node, id, place: at } = open.pop()!
    if (next > limits.nodes) {
      problems.add('too_many_nodes', place, { maximum: limits.nodes })
      return undefined
    }
    const left = next++
    const right = next++
    const read = readNode(node, { id, left, right, place: at, lone }, problems)
    if (read === undefined) continue
    nodes.push(read)
    if (!('feature' in read)) continue
    for (const [side, child] of [
      ['left_child', left],
      ['right_child', right],
    ] as const) {
      const below = fieldOf(node, side)
      if (isObject(below)) open.push({ node: below, id: child, place: `${at}.${side}` })
      else problems.add('node_missing', `${at}.${side}`, { node: side })
    }
  }
  if (problems.total > seen) return undefined
  return buildTree(nodes, { place, root: 0, features, looseNodes: 'refused' }, problems)
}

type At = {
  readonly id: number
  readonly left: number
  readonly right: number
  readonly place: string
  readonly lone: boolean
}

function readNode(node: JsonObject, { id, left, right, place, lone }: At, problems: Problems): RawNode | undefined {
  if (fieldOf(node, 'leaf_features') !== undefined || fieldOf(node, 'leaf_coeff') !== undefined) {
    problems.add('model_unsupported', place, { what: 'linear_tree' })
    return undefined
  }
  const count = fieldOf(node, 'leaf_count') ?? fieldOf(node, 'internal_count') ?? (lone ? 1 : null)
  const shared = { id, place, cover: typeof count === 'number' ? count : null }
  const leaf = fieldOf(node, 'leaf_value')
  if (leaf !== undefined) return { ...shared, value: typeof leaf === 'number' ? leaf : Number.NaN }
  const feature = readNumber(fieldOf(node, 'split_feature'), `${place}.split_feature`, problems)
  const categorical = fieldOf(node, 'decision_type') === '=='
  const condition = fieldOf(node, 'threshold')
  const set = categorical ? categories(condition, place, problems) : null
  if (feature === undefined || set === undefined) return undefined
  const byDefault = fieldOf(node, 'default_left') === true
  const kind = fieldOf(node, 'missing_type') ?? 'None'
  return {
    ...shared,
    feature,
    test: categorical ? 'oneOf' : 'atMost',
    threshold: typeof condition === 'number' ? condition : Number.NaN,
    set,
    left,
    right,
    missing: categorical
      ? 'right'
      : kind === 'NaN'
        ? byDefault
          ? 'left'
          : 'right'
        : kind === 'Zero'
          ? byDefault
            ? 'zeroLeft'
            : 'zeroRight'
          : 'asZero',
  }
}

function categories(value: unknown, place: string, problems: Problems): Set<number> | undefined {
  const parts = String(value).split('||')
  if (parts.every((part) => /^\d+$/.test(part))) return new Set(parts.map(Number))
  problems.add('threshold_wrong', `${place}.threshold`)
  return undefined
}
