/**
 * The shapes of Waarborg itself, as in the vectors: `{weights, intercept}`, `{tree}`, `{trees, learningRate, intercept}`,
 * `{n, values}` (a game), `{rules}`; beside them `kind`, `names`, `background`, and for what may change `lower`, `upper`, `step`,
 * `direction`, `costPerStep`, `threshold`. A tree is a list of nodes `{feature, threshold, left, right, cover}` or `{value,
 * cover}`; a node's id is its place in the list unless it has one; left is taken on ≤. Values are compared as they stand,
 * unless `precision` says float32.
 */
import { buildTree, limits, type RawNode } from '../build-tree.ts'
import { type Comparison, comparisons, type InputValue, type Scale } from '../contract.ts'
import { TABLE_PLAYERS } from '../kernel.ts'
import type { Action, AnyModel, AskedMethod, Condition, Limit, ReadModel, Row, Rule, Tree } from '../model.ts'
import type { Problems } from '../problem.ts'
import {
  fieldOf,
  isObject,
  type JsonObject,
  placeOf,
  readArray,
  readFinite,
  readNames,
  readNumber,
  readNumbers,
  readRows,
} from './fields.ts'

export const isOwn = (file: JsonObject): boolean =>
  ['weights', 'tree', 'trees', 'values', 'rules'].some((name) => fieldOf(file, name) !== undefined)

/** What `kind` says besides the shape; the words may stand in any order, joined by `-`. */
type Kind = { readonly method: AskedMethod; readonly scale: Scale | null; readonly boosted: boolean }

function kindOf(value: unknown, problems: Problems): Kind {
  const text = value === undefined ? '' : String(value)
  const known =
    /^(?:|(?:linear|logistic|tree|trees|forest|boosted|rules|game|counterfactual)(?:-(?:log-odds|probability|score|path-dependent|interventional|table))*)$/
  if (!known.test(text)) problems.add('field_wrong', 'kind', { expected: 'linear-interventional, …' })
  const says = (word: string) => text.includes(word)
  return {
    method: says('path-dependent') ? 'path-dependent' : says('interventional') ? 'interventional' : null,
    scale: says('probability') ? 'probability' : says('log-odds') || says('logistic') ? 'log_odds' : null,
    boosted: says('boosted'),
  }
}

export function readOwn(file: JsonObject, problems: Problems): ReadModel | undefined {
  const kind = kindOf(fieldOf(file, 'kind'), problems)
  const given = fieldOf(file, 'names')
  const names = given === undefined ? null : (readNames(given, 'names', problems) ?? null)
  const read = readBody(file, kind, names, problems)
  const rows = fieldOf(file, 'background')
  const background: readonly Row[] | null =
    rows === undefined ? null : (readRows(rows, 'background', problems, limits.backgroundRows) ?? null)
  const actions = readActions(file, names?.length ?? read?.features ?? null, problems)
  const limit = readLimit(fieldOf(file, 'threshold'), problems)
  if (problems.total > 0 || read === undefined) return undefined
  if (read.features !== null && names !== null && names.length !== read.features)
    problems.add('length_differs', 'names', { found: names.length, expected: read.features })
  return {
    model: read.model,
    format: 'own',
    scale: kind.scale ?? read.scale,
    names,
    features: read.features ?? names?.length ?? null,
    asked: kind.method,
    background,
    actions,
    limit,
    remarks: [],
  }
}

type Body = { readonly model: AnyModel; readonly features: number | null; readonly scale: Scale }

function readBody(file: JsonObject, kind: Kind, names: readonly string[] | null, problems: Problems): Body | undefined {
  const link = kind.scale === 'probability' ? 'logistic' : 'identity'
  if (fieldOf(file, 'weights') !== undefined) {
    const weights = readFinite(fieldOf(file, 'weights'), 'weights', problems)
    const intercept = readNumber(fieldOf(file, 'intercept') ?? 0, 'intercept', problems)
    if (weights === undefined || intercept === undefined) return undefined
    return {
      model: { family: 'linear', weights: Array.from(weights), intercept, link },
      features: weights.length,
      scale: 'score',
    }
  }
  if (fieldOf(file, 'rules') !== undefined) return readRules(file, names, problems)
  if (fieldOf(file, 'values') !== undefined) return readGame(file, problems)
  return readTrees(file, kind, problems)
}

function readGame(file: JsonObject, problems: Problems): Body | undefined {
  const players = readNumber(fieldOf(file, 'n'), 'n', problems)
  if (players === undefined) return undefined
  if (!Number.isInteger(players) || players < 1 || players > TABLE_PLAYERS) {
    problems.add('too_many_features', 'n', { found: players, maximum: TABLE_PLAYERS })
    return undefined
  }
  const values = readFinite(fieldOf(file, 'values'), 'values', problems, 2 ** players)
  return values && { model: { family: 'game', players, values }, features: players, scale: 'score' }
}

function readTrees(file: JsonObject, kind: Kind, problems: Problems): Body | undefined {
  const single = fieldOf(file, 'tree')
  const list = single === undefined ? readArray(fieldOf(file, 'trees'), 'trees', problems) : [single]
  const counted = fieldOf(file, 'features')
  const features = counted === undefined ? null : (readNumber(counted, 'features', problems) ?? null)
  const rate = readNumber(fieldOf(file, 'learningRate') ?? 1, 'learningRate', problems)
  const intercept = readNumber(fieldOf(file, 'intercept') ?? 0, 'intercept', problems)
  const precision = fieldOf(file, 'precision') ?? 'float64'
  if (precision !== 'float32' && precision !== 'float64')
    problems.add('field_wrong', 'precision', { expected: 'float32, float64' })
  if (list === undefined || rate === undefined || intercept === undefined) return undefined
  if (list.length === 0) problems.add('tree_empty', 'trees')
  const trees: Tree[] = []
  for (const [i, each] of list.entries()) {
    const tree = readTree(each, single === undefined ? placeOf('trees', i) : 'tree', features, problems)
    if (tree !== undefined) trees.push(tree)
  }
  if (problems.total > 0) return undefined
  const how =
    fieldOf(file, 'aggregation') ?? (String(fieldOf(file, 'kind') ?? '').startsWith('forest') ? 'mean' : 'sum')
  if (how !== 'mean' && how !== 'sum') problems.add('field_wrong', 'aggregation', { expected: 'mean, sum' })
  return {
    model: {
      family: 'trees',
      trees,
      weight: how === 'mean' ? rate / trees.length : rate,
      intercept,
      link: kind.scale === 'probability' && kind.boosted ? 'logistic' : 'identity',
      precision: precision === 'float32' ? 'float32' : 'float64',
      takesMissing: trees.some((tree) => tree.missing.some((way, node) => tree.feature[node]! >= 0 && way !== 5)),
    },
    features,
    scale: 'score',
  }
}

function readTree(value: unknown, place: string, features: number | null, problems: Problems): Tree | undefined {
  const list = readArray(isObject(value) ? fieldOf(value, 'nodes') : value, place, problems)
  if (list === undefined) return undefined
  if (list.length > limits.nodes) {
    problems.add('too_many_nodes', place, { maximum: limits.nodes })
    return undefined
  }
  const seen = problems.total
  const nodes = list.map((each, i) => readNode(each, i, placeOf(place, i), problems))
  if (problems.total > seen) return undefined
  const whole = nodes.filter((node) => node !== undefined)
  return buildTree(whole, { place, root: whole[0]?.id ?? 0, features, looseNodes: 'refused' }, problems)
}

function readNode(value: unknown, index: number, place: string, problems: Problems): RawNode | undefined {
  if (!isObject(value)) {
    problems.add('field_wrong', place, { expected: 'object' })
    return undefined
  }
  const id = readNumber(fieldOf(value, 'id') ?? index, `${place}.id`, problems)
  const given = fieldOf(value, 'cover')
  const cover = given === undefined ? null : typeof given === 'number' ? given : Number.NaN
  if (id === undefined) return undefined
  const shared = { id, cover, place }
  const leaf = fieldOf(value, 'value')
  if (fieldOf(value, 'feature') === undefined) {
    if (leaf === undefined) problems.add('field_missing', `${place}.value`)
    return { ...shared, value: typeof leaf === 'number' ? leaf : Number.NaN }
  }
  const feature = readNumber(fieldOf(value, 'feature'), `${place}.feature`, problems)
  const left = child(value, 'left', place, problems)
  const right = child(value, 'right', place, problems)
  const threshold = fieldOf(value, 'threshold')
  const missing = fieldOf(value, 'missing') ?? 'none'
  if (missing !== 'left' && missing !== 'right' && missing !== 'none')
    problems.add('field_wrong', `${place}.missing`, { expected: 'left, right' })
  if (feature === undefined || left === undefined || right === undefined) return undefined
  return {
    ...shared,
    feature,
    test: 'atMost',
    threshold: typeof threshold === 'number' ? threshold : Number.NaN,
    set: null,
    left,
    right,
    missing: missing === 'left' || missing === 'right' ? missing : 'none',
  }
}

function child(node: JsonObject, side: 'left' | 'right', place: string, problems: Problems): number | undefined {
  const to = fieldOf(node, side)
  if (typeof to === 'number') return to
  problems.add('node_missing', `${place}.${side}`, { node: to === undefined || to === null ? '–' : typeof to })
  return undefined
}

function readRules(file: JsonObject, names: readonly string[] | null, problems: Problems): Body | undefined {
  const mode = fieldOf(file, 'mode') ?? 'first'
  if (mode !== 'first' && mode !== 'sum') problems.add('field_wrong', 'mode', { expected: 'first, sum' })
  const otherwise = readNumber(fieldOf(file, 'otherwise') ?? 0, 'otherwise', problems)
  const list = readArray(fieldOf(file, 'rules'), 'rules', problems)
  if (list === undefined || otherwise === undefined) return undefined
  const rules: Rule[] = []
  const ids = new Set<string>()
  for (const [i, each] of list.entries()) {
    const rule = readRule(each, placeOf('rules', i), names, problems)
    if (rule === undefined) continue
    if (ids.has(rule.id)) problems.add('word_twice', placeOf('rules', i), { name: rule.id })
    ids.add(rule.id)
    rules.push(rule)
  }
  if (list.length === 0) problems.add('field_wrong', 'rules', { expected: '≥ 1' })
  return {
    model: { family: 'rules', mode: mode === 'sum' ? 'sum' : 'first', rules, otherwise },
    features: names?.length ?? null,
    scale: 'score',
  }
}

function readRule(
  value: unknown,
  place: string,
  names: readonly string[] | null,
  problems: Problems,
): Rule | undefined {
  if (!isObject(value)) {
    problems.add('field_wrong', place, { expected: 'object' })
    return undefined
  }
  const id = fieldOf(value, 'id')
  if (typeof id !== 'string' || id === '' || id.length > 100)
    problems.add(id === undefined ? 'field_missing' : 'field_wrong', `${place}.id`, { expected: 'name' })
  const output = readNumber(fieldOf(value, 'output'), `${place}.output`, problems)
  const list = readArray(fieldOf(value, 'when'), `${place}.when`, problems)
  if (list === undefined || output === undefined || typeof id !== 'string') return undefined
  if (list.length === 0) problems.add('field_wrong', `${place}.when`, { expected: '≥ 1' })
  const when: Condition[] = []
  for (const [i, each] of list.entries()) {
    const condition = readCondition(each, `${place}.when[${i}]`, names, problems)
    if (condition !== undefined) when.push(condition)
  }
  return { id, when, output }
}

function readCondition(
  value: unknown,
  place: string,
  names: readonly string[] | null,
  problems: Problems,
): Condition | undefined {
  const feature = isObject(value) ? fieldOf(value, 'feature') : undefined
  const is = isObject(value) ? fieldOf(value, 'is') : undefined
  const limit = isObject(value) ? fieldOf(value, 'limit') : undefined
  if (typeof feature !== 'string') problems.add('field_missing', `${place}.feature`)
  else if (names !== null && !names.includes(feature))
    problems.add('input_name_unknown', `${place}.feature`, { name: feature.slice(0, 100), nearest: '' })
  if (typeof is !== 'string' || !(comparisons as readonly string[]).includes(is))
    problems.add('field_wrong', `${place}.is`, { expected: comparisons.join(' ') })
  const plain = typeof limit === 'number' || typeof limit === 'string' || typeof limit === 'boolean'
  if (!plain || (typeof limit !== 'number' && is !== '=' && is !== '!='))
    problems.add(limit === undefined ? 'field_missing' : 'field_wrong', `${place}.limit`, { expected: 'number' })
  if (typeof feature !== 'string' || !plain) return undefined
  return { feature, is: is as Comparison, limit: limit as InputValue }
}

const directions = ['increase', 'decrease', 'any', 'fixed'] as const

/** Null when the file says nothing of what may change; otherwise an action per feature. */
export function readActions(file: JsonObject, features: number | null, problems: Problems): readonly Action[] | null {
  const given = fieldOf(file, 'direction')
  if (given === undefined) return null
  const list = readArray(given, 'direction', problems)
  if (list === undefined) return null
  const n = features ?? list.length
  if (list.length !== n) problems.add('length_differs', 'direction', { found: list.length, expected: n })
  const read = (name: string) => readNumbers(fieldOf(file, name), name, problems, n)
  const [lower, upper, step, cost] = [read('lower'), read('upper'), read('step'), read('costPerStep')]
  if (!lower || !upper || !step || !cost || list.length !== n) return null
  return list.map((each, i) => {
    const direction = directions.find((known) => known === each) ?? 'fixed'
    if (direction !== each) problems.add('direction_unknown', placeOf('direction', i), { known: directions.join(', ') })
    if (direction !== 'fixed') {
      if (!(lower[i]! <= upper[i]!)) problems.add('range_wrong', placeOf('lower', i))
      if (!(step[i]! > 0 && Number.isFinite(step[i]!))) problems.add('step_wrong', placeOf('step', i))
      if (!(cost[i]! > 0 && Number.isFinite(cost[i]!))) problems.add('cost_wrong', placeOf('costPerStep', i))
    }
    return {
      lower: lower[i]!,
      upper: upper[i]!,
      step: step[i]!,
      direction,
      costPerStep: direction === 'fixed' ? null : cost[i]!,
    }
  })
}

/** A number (favourable from there on up), or words: `score>=0 is favourable`. */
export function readLimit(value: unknown, problems: Problems): Limit | null {
  if (value === undefined || value === null) return null
  if (typeof value === 'number' && Number.isFinite(value)) return { is: '>=', value }
  const found =
    typeof value === 'string'
      ? /^\s*(?:score|output|probability)?\s*(>=|<=|>|<)\s*(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)\s*(?:is favourable)?\s*$/.exec(
          value,
        )
      : null
  if (found === null) {
    problems.add('limit_unknown', 'threshold')
    return null
  }
  return { is: found[1] as Limit['is'], value: Number(found[2]) }
}
