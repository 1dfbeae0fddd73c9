/**
 * XGBoost: the model itself (`Booster.save_model('….json')`, doc/model.schema) and the dump of its trees
 * (`get_dump(dump_format='json', with_stats=True)`). Row, thresholds and leaves are float32, a row goes left on <, and a
 * category in the set goes right. Cover is the sum of the second derivatives, as `pred_contribs` takes it.
 *
 * `base_score` stands in the space of the outcome; the link of the objective brings it to the sum of the trees. A dump does
 * not hold it: a bare dump is explained from 0, with the remark `base_score_unknown`.
 */
import { buildTree, limits, type RawNode } from '../build-tree.ts'
import type { LinearModel, ReadModel, Tree, TreeModel } from '../model.ts'
import type { Problems } from '../problem.ts'
import {
  fieldOf,
  isObject,
  type JsonObject,
  placeOf,
  readArray,
  readFinite,
  readLooseNumber,
  readNames,
  readNumbers,
} from './fields.ts'

type Objective = { readonly link: 'identity' | 'logit' | 'log'; readonly scale: 'score' | 'log_odds' }
/** The space of `base_score` and of the sum, by objective (src/objective of XGBoost). */
const objectives: readonly (readonly [RegExp, Objective])[] = [
  [/^(binary:logistic|binary:logitraw|reg:logistic)$/, { link: 'logit', scale: 'log_odds' }],
  [/^(count:poisson|reg:gamma|reg:tweedie|survival:cox|survival:aft)$/, { link: 'log', scale: 'score' }],
  [/^(reg:|rank:|binary:hinge$)/, { link: 'identity', scale: 'score' }],
  [/^multi:/, { link: 'identity', scale: 'score' }],
]

export const isXgboost = (file: unknown): boolean => isDump(file) || (isObject(file) && isSaved(file))

const isSaved = (file: JsonObject): boolean =>
  isObject(fieldOf(file, 'learner')) || (fieldOf(file, 'format') === 'xgboost' && fieldOf(file, 'trees') !== undefined)

const isDump = (file: unknown): boolean => Array.isArray(file) && file.length > 0 && isDumpTree(file[0])

/** `get_dump` gives each tree as text; a dump written by hand may hold the objects. */
const isDumpTree = (tree: unknown): boolean =>
  typeof tree === 'string' ? /^\s*\{\s*"nodeid"/.test(tree) : isObject(tree) && fieldOf(tree, 'nodeid') !== undefined

export function readXgboost(file: unknown, wanted: number | null, problems: Problems): ReadModel | undefined {
  if (isObject(file) && isObject(fieldOf(file, 'learner'))) return readSaved(file, wanted, problems)
  return readDump(isObject(file) ? file : { trees: file }, isObject(file) ? 'trees' : '', problems)
}

function readSaved(file: JsonObject, wanted: number | null, problems: Problems): ReadModel | undefined {
  const learner = fieldOf(file, 'learner') as JsonObject
  const params = fieldOf(learner, 'learner_model_param')
  if (!isObject(params)) {
    problems.add('field_missing', 'learner.learner_model_param')
    return undefined
  }
  const at = 'learner.learner_model_param'
  const features = readLooseNumber(fieldOf(params, 'num_feature'), `${at}.num_feature`, problems)
  const groups = Number(fieldOf(params, 'num_class') ?? 0)
  if (Number(fieldOf(params, 'num_target') ?? 1) > 1)
    problems.add('model_unsupported', `${at}.num_target`, { what: 'num_target > 1' })
  const objective = objectiveOf(fieldOf(learner, 'objective'), problems)
  const group = groupOf(groups, wanted, problems)
  const base = readBase(fieldOf(params, 'base_score'), group, objective, `${at}.base_score`, problems)
  const given = fieldOf(learner, 'feature_names')
  const names =
    Array.isArray(given) && given.length > 0 ? readNames(given, 'learner.feature_names', problems) : undefined
  if (features === undefined || objective === undefined || base === undefined) return undefined
  const model = readBooster(learner, features, group, Math.max(1, groups), base, problems)
  if (model === undefined || problems.total > 0) return undefined
  return frame(model, objective.scale, names ?? null, features)
}

const frame = (
  model: LinearModel | TreeModel,
  scale: 'score' | 'log_odds',
  names: readonly string[] | null,
  features: number | null,
  remarks: readonly string[] = [],
): ReadModel => ({
  model,
  format: 'xgboost',
  scale,
  names,
  features,
  asked: null,
  background: null,
  actions: null,
  limit: null,
  remarks,
})

function objectiveOf(value: unknown, problems: Problems): Objective | undefined {
  const name = isObject(value) ? fieldOf(value, 'name') : value
  const found = typeof name === 'string' ? objectives.find(([pattern]) => pattern.test(name)) : undefined
  if (found === undefined) problems.add('objective_unknown', 'learner.objective', { name: String(name).slice(0, 60) })
  return found?.[1]
}

function groupOf(groups: number, wanted: number | null, problems: Problems): number {
  const most = Math.max(1, groups)
  const group = wanted === null || groups <= 1 ? most - 1 : wanted
  if (group >= most)
    problems.add('class_unknown', 'learner.learner_model_param.num_class', { found: group, maximum: most - 1 })
  return group
}

/** From the space of the outcome to the sum of the trees; a list has one per class. */
function readBase(
  value: unknown,
  group: number,
  objective: Objective | undefined,
  place: string,
  problems: Problems,
): number | undefined {
  const parts = typeof value === 'string' ? value.replace(/^\[|\]$/g, '').split(',') : [value]
  const score = readLooseNumber(parts.length > 1 ? parts[group] : parts[0], place, problems)
  if (score === undefined || objective === undefined) return undefined
  const base =
    objective.link === 'identity' ? score : objective.link === 'log' ? Math.log(score) : Math.log(score / (1 - score))
  if (Number.isFinite(base)) return base
  problems.add('field_wrong', place, { expected: objective.link === 'log' ? '> 0' : '0 < base_score < 1' })
  return undefined
}

function readBooster(
  learner: JsonObject,
  features: number,
  group: number,
  groups: number,
  intercept: number,
  problems: Problems,
): LinearModel | TreeModel | undefined {
  const booster = fieldOf(learner, 'gradient_booster')
  const place = 'learner.gradient_booster'
  if (!isObject(booster)) {
    problems.add('field_missing', place)
    return undefined
  }
  const kind = fieldOf(booster, 'name')
  const own = kind === 'dart' ? fieldOf(booster, 'gbtree') : booster
  const model = isObject(own) ? fieldOf(own, 'model') : undefined
  if (!isObject(model)) {
    problems.add('field_missing', `${place}.model`)
    return undefined
  }
  if (kind === 'gblinear') return readLinear(model, features, group, groups, intercept, problems)
  if (kind !== 'gbtree' && kind !== 'dart') {
    problems.add('model_unsupported', `${place}.name`, { what: String(kind).slice(0, 60) })
    return undefined
  }
  const at = `${place}${kind === 'dart' ? '.gbtree' : ''}.model`
  const list = readArray(fieldOf(model, 'trees'), `${at}.trees`, problems)
  if (list === undefined) return undefined
  const info = readNumbers(fieldOf(model, 'tree_info'), `${at}.tree_info`, problems, list.length)
  const drop =
    kind === 'dart' ? readFinite(fieldOf(booster, 'weight_drop'), `${place}.weight_drop`, problems, list.length) : null
  if (info === undefined || drop === undefined) return undefined
  const trees: Tree[] = []
  for (const [i, each] of list.entries()) {
    if (groups > 1 && info[i] !== group) continue
    const tree = readSavedTree(each, `${at}.trees[${i}]`, features, drop === null ? 1 : drop[i]!, problems)
    if (tree !== undefined) trees.push(tree)
  }
  if (trees.length === 0 && problems.total === 0) problems.add('tree_empty', `${at}.trees`)
  return { family: 'trees', trees, weight: 1, intercept, link: 'identity', precision: 'float32', takesMissing: true }
}

/** Weights by feature and then class, the biases last. */
function readLinear(
  model: JsonObject,
  features: number,
  group: number,
  groups: number,
  intercept: number,
  problems: Problems,
): LinearModel | undefined {
  const place = 'learner.gradient_booster.model.weights'
  const all = readFinite(fieldOf(model, 'weights'), place, problems, (features + 1) * groups)
  if (all === undefined) return undefined
  const weights = Array.from({ length: features }, (_, i) => all[i * groups + group]!)
  return { family: 'linear', weights, intercept: intercept + all[features * groups + group]!, link: 'identity' }
}

function readSavedTree(
  value: unknown,
  place: string,
  features: number,
  factor: number,
  problems: Problems,
): Tree | undefined {
  if (!isObject(value)) {
    problems.add('field_wrong', place, { expected: 'object' })
    return undefined
  }
  const read = (name: string, n?: number) => readNumbers(fieldOf(value, name), placeOf(place, name), problems, n)
  const left = read('left_children')
  if (left === undefined) return undefined
  const n = left.length
  const [right, index, condition, byDefault, hessian] = [
    read('right_children', n),
    read('split_indices', n),
    read('split_conditions', n),
    read('default_left', n),
    read('sum_hessian', n),
  ]
  const sets = readCategories(value, place, problems)
  if (!right || !index || !condition || !byDefault || !hessian || sets === undefined) return undefined
  const nodes = Array.from({ length: n }, (_, id): RawNode => {
    const shared = { id, cover: hessian[id]!, place: `${place}.nodes[${id}]` }
    if (left[id] === -1) return { ...shared, value: Math.fround(condition[id]!) * factor }
    const set = sets.get(id) ?? null
    return {
      ...shared,
      feature: index[id]!,
      test: set === null ? 'below' : 'oneOf',
      threshold: Math.fround(condition[id]!),
      set,
      // A category of the set goes right; the test sends what passes it left.
      left: set === null ? left[id]! : right[id]!,
      right: set === null ? right[id]! : left[id]!,
      missing: (byDefault[id] === 1) === (set === null) ? 'left' : 'right',
    }
  })
  return buildTree(nodes, { place, root: 0, features, looseNodes: 'allowed' }, problems)
}

/** Per node with a categorical split its set: `categories` cut up by `categories_segments` and `_sizes`. */
function readCategories(tree: JsonObject, place: string, problems: Problems): Map<number, Set<number>> | undefined {
  const owners = fieldOf(tree, 'categories_nodes')
  if (owners === undefined || (Array.isArray(owners) && owners.length === 0)) return new Map()
  const nodes = readFinite(owners, `${place}.categories_nodes`, problems)
  const all = readFinite(fieldOf(tree, 'categories'), `${place}.categories`, problems)
  const from = readFinite(fieldOf(tree, 'categories_segments'), `${place}.categories_segments`, problems, nodes?.length)
  const sizes = readFinite(fieldOf(tree, 'categories_sizes'), `${place}.categories_sizes`, problems, nodes?.length)
  if (!nodes || !all || !from || !sizes) return undefined
  const sets = new Map<number, Set<number>>()
  for (const [i, node] of nodes.entries()) {
    if (!(from[i]! >= 0 && sizes[i]! >= 0 && from[i]! + sizes[i]! <= all.length)) {
      problems.add('field_wrong', `${place}.categories_segments[${i}]`, { expected: `0…${all.length}` })
      return undefined
    }
    sets.set(node, new Set(all.subarray(from[i]!, from[i]! + sizes[i]!)))
  }
  return sets
}

function readDump(file: JsonObject, place: string, problems: Problems): ReadModel | undefined {
  const list = readArray(fieldOf(file, 'trees'), place, problems)
  if (list === undefined) return undefined
  if (list.length === 0) problems.add('tree_empty', place)
  const given = fieldOf(file, 'feature_names')
  const known = given === undefined ? undefined : readNames(given, 'feature_names', problems)
  const naming = new FeatureNumbers(known)
  const named = fieldOf(file, 'objective')
  const objective = named === undefined ? undefined : objectiveOf(named, problems)
  const score = fieldOf(file, 'base_score')
  const intercept =
    score === undefined
      ? 0
      : readBase(score, 0, objective ?? { link: 'identity', scale: 'score' }, 'base_score', problems)
  const trees: Tree[] = []
  for (const [i, each] of list.entries()) {
    const tree = readDumpTree(each, placeOf(place, i), naming, problems)
    if (tree !== undefined) trees.push(tree)
  }
  if (problems.total > 0 || intercept === undefined) return undefined
  return frame(
    { family: 'trees', trees, weight: 1, intercept, link: 'identity', precision: 'float32', takesMissing: true },
    objective?.scale ?? 'score',
    naming.names(),
    known?.length ?? null,
    [...(score === undefined ? ['base_score_unknown'] : []), ...(naming.orderUnknown ? ['feature_order_unknown'] : [])],
  )
}

/**
 * Numbers of features. With a list a name has its place in it; without one `f12` is feature 12, and other names are numbered
 * as they occur: an input must then be given by name, since nobody knows their order.
 */
class FeatureNumbers {
  readonly #listed: boolean
  readonly #known: Map<string, number>

  constructor(known: readonly string[] | undefined) {
    this.#listed = known !== undefined
    this.#known = new Map((known ?? []).map((name, i) => [name, i]))
  }

  /** -1 when the list does not have it. */
  of(name: unknown): number {
    if (typeof name === 'number') return name
    const text = String(name)
    const known = this.#known.get(text)
    if (known !== undefined) return known
    if (this.#listed) return -1
    const numbered = this.#known.size === 0 ? /^f(\d{1,6})$/.exec(text)?.[1] : undefined
    if (numbered !== undefined) return Number(numbered)
    this.#known.set(text, this.#known.size)
    return this.#known.size - 1
  }

  get orderUnknown(): boolean {
    return !this.#listed && this.#known.size > 0
  }
  names(): readonly string[] | null {
    return this.#known.size === 0 ? null : [...this.#known.keys()]
  }
}

function readDumpTree(value: unknown, place: string, naming: FeatureNumbers, problems: Problems): Tree | undefined {
  let tree = value
  if (typeof value === 'string') {
    try {
      tree = JSON.parse(value)
    } catch {
      problems.add('not_json', place, { line: 1, column: 1 })
      return undefined
    }
  }
  const nodes: RawNode[] = []
  const open: unknown[] = [tree]
  const seen = problems.total
  while (open.length > 0) {
    const node = open.pop()
    if (nodes.length >= limits.nodes) {
      problems.add('too_many_nodes', place, { maximum: limits.nodes })
      return undefined
    }
    if (!isObject(node) || typeof fieldOf(node, 'nodeid') !== 'number') {
      problems.add('field_missing', `${place}.nodeid`)
      return undefined
    }
    nodes.push(readDumpNode(node, place, naming, problems))
    const children = fieldOf(node, 'children')
    if (Array.isArray(children)) for (const child of children.toReversed()) open.push(child)
  }
  if (problems.total > seen) return undefined
  return buildTree(nodes, { place, root: nodes[0]!.id, features: null, looseNodes: 'refused' }, problems)
}

function readDumpNode(node: JsonObject, place: string, naming: FeatureNumbers, problems: Problems): RawNode {
  const id = fieldOf(node, 'nodeid') as number
  const at = `${place}.nodes[${id}]`
  const given = fieldOf(node, 'cover')
  const shared = { id, place: at, cover: typeof given === 'number' ? given : null }
  const leaf = fieldOf(node, 'leaf')
  if (leaf !== undefined) return { ...shared, value: typeof leaf === 'number' ? Math.fround(leaf) : Number.NaN }
  const name = fieldOf(node, 'split')
  const feature = naming.of(name)
  if (feature < 0) problems.add('input_name_unknown', `${at}.split`, { name: String(name).slice(0, 100), nearest: '' })
  const link = (field: string): number => {
    const to = fieldOf(node, field)
    if (typeof to === 'number') return to
    problems.add('field_missing', `${at}.${field}`)
    return -1
  }
  const condition = fieldOf(node, 'split_condition')
  const set = Array.isArray(condition) ? new Set(condition as number[]) : null
  const yes = link('yes')
  const no = link('no')
  // An indicator has no condition: it is yes for a value that is there and not 0.
  const indicator = condition === undefined
  const threshold = typeof condition === 'number' ? Math.fround(condition) : indicator ? 0 : Number.NaN
  const missing = fieldOf(node, 'missing') ?? no
  return {
    ...shared,
    feature,
    test: set !== null ? 'oneOf' : indicator ? 'equals' : 'below',
    threshold,
    set,
    left: indicator ? no : yes,
    right: indicator ? yes : no,
    missing: missing === (indicator ? no : yes) ? 'left' : 'right',
  }
}
