/**
 * ONNX: one TreeEnsembleRegressor, TreeEnsembleClassifier (ai.onnx.ml 1–3) or TreeEnsemble (ai.onnx.ml 5) node in the graph. Read by
 * a small reader of the fields that hold trees (onnx/onnx.proto3: ModelProto.graph 7, GraphProto.node 1, NodeProto,
 * AttributeProto, TensorProto), not by the ONNX library. Around it only nodes may stand that pass numbers on; anything that
 * computes would make the explanation one of another model, and is refused.
 *
 * ONNX keeps no cover, so a model from it needs a background. What is explained is the sum of the trees, before
 * `post_transform`. Operators: onnx/docs/Operators-ml.md.
 */
import { buildTree, type RawNode } from '../build-tree.ts'
import type { missingWays, nodeTests, ReadModel, Tree } from '../model.ts'
import type { Problems } from '../problem.ts'
import { bytesOf, doubles, type Field, fieldsOf, floats, int64, int64s, text, WireError } from './protobuf.ts'

/** The first field of a ModelProto is ir_version, a varint; JSON begins otherwise. */
export const isOnnx = (bytes: Uint8Array): boolean => bytes[0] === 0x08

type Attributes = ReadonlyMap<string, Attribute>
type Attribute = {
  readonly numbers: readonly number[]
  readonly words: readonly string[]
  /** double: a tensor of doubles; compared without rounding. */
  readonly wide: boolean
}
type GraphNode = { readonly op: string; readonly attributes: Attributes }

const passing = new Set([
  'Cast',
  'Identity',
  'ZipMap',
  'Reshape',
  'Flatten',
  'Squeeze',
  'Unsqueeze',
  'ArrayFeatureExtractor',
])
const ensembles = new Set(['TreeEnsembleRegressor', 'TreeEnsembleClassifier', 'TreeEnsemble'])

export function readOnnx(bytes: Uint8Array, wanted: number | null, problems: Problems): ReadModel | undefined {
  let nodes: GraphNode[]
  try {
    nodes = graphNodes(bytes)
  } catch (error) {
    if (!(error instanceof WireError)) throw error
    problems.add('onnx_broken', '', { byte: error.offset })
    return undefined
  }
  const found = nodes.filter(({ op }) => ensembles.has(op))
  for (const [i, { op }] of nodes.entries())
    if (!ensembles.has(op) && !passing.has(op)) problems.add('model_unsupported', `graph.node[${i}]`, { what: op })
  if (found.length !== 1) problems.add('model_unsupported', 'graph', { what: `${found.length} × TreeEnsemble` })
  if (problems.total > 0) return undefined
  const { op, attributes } = found[0]!
  return op === 'TreeEnsemble'
    ? readEnsemble(attributes, wanted, problems)
    : readParallel(op, attributes, wanted, problems)
}

function graphNodes(bytes: Uint8Array): GraphNode[] {
  const nodes: GraphNode[] = []
  for (const field of fieldsOf(bytes)) {
    if (field.number !== 7) continue
    for (const inner of fieldsOf(bytesOf(field))) if (inner.number === 1) nodes.push(graphNode(bytesOf(inner)))
  }
  return nodes
}

/** NodeProto: op_type 4, attribute 5. */
function graphNode(bytes: Uint8Array): GraphNode {
  let op = ''
  const attributes = new Map<string, Attribute>()
  for (const field of fieldsOf(bytes)) {
    if (field.number === 4) op = text(field)
    else if (field.number === 5) {
      const { name, value } = attribute(bytesOf(field))
      attributes.set(name, value)
    }
  }
  return { op, attributes }
}

/** AttributeProto: name 1, f 2, i 3, s 4, t 5, floats 7, ints 8, strings 9. */
function attribute(bytes: Uint8Array): { name: string; value: Attribute } {
  let name = ''
  let wide = false
  const numbers: number[] = []
  const words: string[] = []
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) name = text(field)
    else if (field.number === 2 || field.number === 7) append(numbers, floats(field))
    else if (field.number === 3 && typeof field.value === 'bigint') numbers.push(int64(field.value))
    else if (field.number === 8) append(numbers, int64s(field))
    else if (field.number === 4 || field.number === 9) words.push(text(field))
    else if (field.number === 5) {
      const tensor = readTensor(bytesOf(field))
      append(numbers, tensor.numbers)
      append(words, tensor.words)
      wide = tensor.wide
    }
  }
  return { name, value: { numbers, words, wide } }
}

function append<T>(list: T[], more: readonly T[]): void {
  for (const each of more) list.push(each)
}

/** TensorProto: data_type 2, float_data 4, int32_data 5, string_data 6, int64_data 7, raw_data 9, double_data 10. */
function readTensor(bytes: Uint8Array): { numbers: number[]; words: string[]; wide: boolean } {
  let type = 0
  let raw: Uint8Array | undefined
  const numbers: number[] = []
  const words: string[] = []
  for (const field of fieldsOf(bytes)) {
    if (field.number === 2 && typeof field.value === 'bigint') type = int64(field.value)
    else if (field.number === 4) append(numbers, floats(field))
    else if (field.number === 5 || field.number === 7) append(numbers, int64s(field))
    else if (field.number === 6) words.push(text(field))
    else if (field.number === 9) raw = bytesOf(field)
    else if (field.number === 10) append(numbers, doubles(field))
  }
  if (raw !== undefined) append(numbers, rawNumbers(type, raw))
  return { numbers, words, wide: type === 11 }
}

/** Little-endian: float 1, uint8 2, int8 3, int32 6, int64 7, double 11. */
function rawNumbers(type: number, raw: Uint8Array): number[] {
  const field: Field = { number: 9, wire: 2, value: raw }
  if (type === 1) return floats(field)
  if (type === 11) return doubles(field)
  if (type === 2 || type === 3) return Array.from(type === 2 ? raw : new Int8Array(raw))
  const view = new DataView(raw.buffer, raw.byteOffset, raw.length)
  if (type === 6 && raw.length % 4 === 0)
    return Array.from({ length: raw.length / 4 }, (_, i) => view.getInt32(i * 4, true))
  if (type === 7 && raw.length % 8 === 0)
    return Array.from({ length: raw.length / 8 }, (_, i) => int64(view.getBigUint64(i * 8, true)))
  throw new WireError(raw.byteOffset)
}

type Mode = { readonly test: keyof typeof nodeTests; readonly turned: boolean }
/** The true branch is left, unless the test is the other way round. */
const modes: Readonly<Record<string, Mode>> = {
  BRANCH_LEQ: { test: 'atMost', turned: false },
  BRANCH_LT: { test: 'below', turned: false },
  BRANCH_GTE: { test: 'below', turned: true },
  BRANCH_GT: { test: 'atMost', turned: true },
  BRANCH_EQ: { test: 'equals', turned: false },
  BRANCH_NEQ: { test: 'equals', turned: true },
}

const numbersAt = (attributes: Attributes, name: string): readonly number[] =>
  attributes.get(`${name}_as_tensor`)?.numbers ?? attributes.get(name)?.numbers ?? []

type Split = {
  readonly feature: number
  readonly mode: Mode
  readonly threshold: number
  readonly yes: number
  readonly no: number
  readonly missingYes: boolean
}

function splitNode(id: number, place: string, { feature, mode, threshold, yes, no, missingYes }: Split): RawNode {
  const [left, right] = mode.turned ? [no, yes] : [yes, no]
  // A missing value makes every comparison false but ≠.
  const yesWhenMissing = missingYes || (mode.test === 'equals' && mode.turned)
  const missing: keyof typeof missingWays = yesWhenMissing === mode.turned ? 'right' : 'left'
  return { id, cover: null, place, feature, test: mode.test, threshold, set: null, left, right, missing }
}

/** Regressor and classifier: parallel lists by node, and the weights of leaves by tree and node. */
function readParallel(
  op: string,
  attributes: Attributes,
  wanted: number | null,
  problems: Problems,
): ReadModel | undefined {
  const of = (name: string) => numbersAt(attributes, name)
  const prefix = op === 'TreeEnsembleRegressor' ? 'target' : 'class'
  const trees = of('nodes_treeids')
  const lists = ['nodes_nodeids', 'nodes_featureids', 'nodes_values', 'nodes_truenodeids', 'nodes_falsenodeids']
  for (const name of lists)
    if (of(name).length !== trees.length)
      problems.add('length_differs', name, { found: of(name).length, expected: trees.length })
  const modeWords = attributes.get('nodes_modes')?.words ?? []
  if (modeWords.length !== trees.length)
    problems.add('length_differs', 'nodes_modes', { found: modeWords.length, expected: trees.length })
  if (trees.length === 0) problems.add('tree_empty', 'nodes_treeids')
  const target = targetOf(of(`${prefix}_ids`), wanted, prefix, problems)
  if (problems.total > 0) return undefined
  const tracks = of('nodes_missing_value_tracks_true')
  const leaves = leafWeights(attributes, prefix, target, problems)
  const nodesByTree = new Map<number, RawNode[]>()
  for (const [i, tree] of trees.entries()) {
    const id = of('nodes_nodeids')[i]!
    const place = `tree[${tree}].nodes[${id}]`
    const list = nodesByTree.get(tree) ?? []
    nodesByTree.set(tree, list)
    if (modeWords[i] === 'LEAF') {
      list.push({ id, cover: null, place, value: leaves.get(`${tree}/${id}`) ?? 0 })
      continue
    }
    const mode = Object.hasOwn(modes, modeWords[i]!) ? modes[modeWords[i]!] : undefined
    if (mode === undefined) {
      problems.add('model_unsupported', place, { what: modeWords[i]!.slice(0, 60) })
      continue
    }
    list.push(
      splitNode(id, place, {
        feature: of('nodes_featureids')[i]!,
        mode,
        threshold: of('nodes_values')[i]!,
        yes: of('nodes_truenodeids')[i]!,
        no: of('nodes_falsenodeids')[i]!,
        missingYes: tracks[i] === 1,
      }),
    )
  }
  if (problems.total > 0) return undefined
  const built: Tree[] = []
  for (const [tree, nodes] of nodesByTree) {
    const one = buildTree(
      nodes,
      { place: `tree[${tree}]`, root: nodes[0]!.id, features: null, looseNodes: 'refused' },
      problems,
    )
    if (one !== undefined) built.push(one)
  }
  const how = aggregate(attributes, built.length, problems)
  const base = of('base_values')
  const wide = attributes.get('nodes_values_as_tensor')?.wide === true
  if (problems.total > 0 || how === undefined) return undefined
  return frame(built, how, base.length === 0 ? 0 : (base[target] ?? base[0]!), wide, scaleOf(op, attributes))
}

/** Which id of target or class is explained: the wanted one, the only one, or the last. */
function targetOf(ids: readonly number[], wanted: number | null, prefix: string, problems: Problems): number {
  const known = [...new Set(ids)].sort((a, b) => a - b)
  if (known.length === 0) problems.add('field_missing', `${prefix}_ids`)
  if (known.length <= 1 || wanted === null) return known.at(-1) ?? 0
  if (!known.includes(wanted)) problems.add('class_unknown', `${prefix}_ids`, { found: wanted, maximum: known.at(-1)! })
  return wanted
}

function leafWeights(
  attributes: Attributes,
  prefix: string,
  target: number,
  problems: Problems,
): ReadonlyMap<string, number> {
  const trees = numbersAt(attributes, `${prefix}_treeids`)
  const nodes = numbersAt(attributes, `${prefix}_nodeids`)
  const ids = numbersAt(attributes, `${prefix}_ids`)
  const weights = numbersAt(attributes, `${prefix}_weights`)
  for (const [name, list] of [
    ['treeids', trees],
    ['nodeids', nodes],
    ['weights', weights],
  ] as const)
    if (list.length !== ids.length)
      problems.add('length_differs', `${prefix}_${name}`, { found: list.length, expected: ids.length })
  const sums = new Map<string, number>()
  for (const [i, id] of ids.entries()) {
    const key = `${trees[i]}/${nodes[i]}`
    if (id === target) sums.set(key, (sums.get(key) ?? 0) + (weights[i] ?? Number.NaN))
  }
  return sums
}

function aggregate(attributes: Attributes, trees: number, problems: Problems): number | undefined {
  const given = attributes.get('aggregate_function')
  const name = given?.words[0] ?? (given?.numbers.length ? ['AVERAGE', 'SUM', 'MIN', 'MAX'][given.numbers[0]!] : 'SUM')
  if (name === 'SUM') return 1
  if (name === 'AVERAGE') return 1 / trees
  problems.add('model_unsupported', 'aggregate_function', { what: String(name) })
  return undefined
}

function scaleOf(op: string, attributes: Attributes): 'score' | 'log_odds' | 'probability' {
  const post = attributes.get('post_transform')
  if (post?.words[0] === 'LOGISTIC' || post?.numbers[0] === 2) return 'log_odds'
  return op === 'TreeEnsembleClassifier' && (post === undefined || post.words[0] === 'NONE') ? 'probability' : 'score'
}

function frame(
  trees: readonly Tree[],
  weight: number,
  intercept: number,
  wide: boolean,
  scale: 'score' | 'log_odds' | 'probability',
): ReadModel {
  return {
    model: {
      family: 'trees',
      trees,
      weight,
      intercept,
      link: 'identity',
      precision: wide ? 'float64' : 'float32',
      takesMissing: true,
    },
    format: 'onnx',
    scale,
    names: null,
    features: null,
    asked: null,
    background: null,
    actions: null,
    limit: null,
    remarks: [],
  }
}

/**
 * TreeEnsemble: splits and leaves are numbered apart, `nodes_trueleafs` says which a branch leads to. Modes: 0 ≤, 1 <,
 * 2 ≥, 3 >, 4 =, 5 ≠, 6 member of a set.
 */
function readEnsemble(attributes: Attributes, wanted: number | null, problems: Problems): ReadModel | undefined {
  const of = (name: string) => numbersAt(attributes, name)
  const features = of('nodes_featureids')
  for (const name of [
    'nodes_splits',
    'nodes_modes',
    'nodes_truenodeids',
    'nodes_falsenodeids',
    'nodes_trueleafs',
    'nodes_falseleafs',
  ])
    if (of(name).length !== features.length)
      problems.add('length_differs', name, { found: of(name).length, expected: features.length })
  const targets = of('leaf_targetids')
  const weights = of('leaf_weights')
  if (weights.length !== targets.length)
    problems.add('length_differs', 'leaf_weights', { found: weights.length, expected: targets.length })
  const target = targetOf(targets, wanted, 'leaf_target', problems)
  const roots = of('tree_roots')
  if (roots.length === 0) problems.add('tree_empty', 'tree_roots')
  if (problems.total > 0) return undefined
  const order = ['BRANCH_LEQ', 'BRANCH_LT', 'BRANCH_GTE', 'BRANCH_GT', 'BRANCH_EQ', 'BRANCH_NEQ']
  const tracks = of('nodes_missing_value_tracks_true')
  const built: Tree[] = []
  for (const [t, root] of roots.entries()) {
    const nodes: RawNode[] = []
    /** Leaves get ids after those of the splits. */
    const open = [root]
    const seen = new Set<number>()
    while (open.length > 0) {
      const id = open.pop()!
      if (seen.has(id)) continue
      seen.add(id)
      const place = `tree[${t}].nodes[${id}]`
      if (id >= features.length) {
        const leaf = id - features.length
        if (leaf < targets.length)
          nodes.push({ id, cover: null, place, value: targets[leaf] === target ? weights[leaf]! : 0 })
        continue
      }
      const mode = modes[order[of('nodes_modes')[id]!] ?? '']
      if (mode === undefined) {
        problems.add('model_unsupported', place, { what: `mode ${of('nodes_modes')[id]}` })
        continue
      }
      const yes = of('nodes_truenodeids')[id]! + (of('nodes_trueleafs')[id] === 1 ? features.length : 0)
      const no = of('nodes_falsenodeids')[id]! + (of('nodes_falseleafs')[id] === 1 ? features.length : 0)
      nodes.push(
        splitNode(id, place, {
          feature: features[id]!,
          mode,
          threshold: of('nodes_splits')[id]!,
          yes,
          no,
          missingYes: tracks[id] === 1,
        }),
      )
      open.push(yes, no)
    }
    const tree = buildTree(nodes, { place: `tree[${t}]`, root, features: null, looseNodes: 'refused' }, problems)
    if (tree !== undefined) built.push(tree)
  }
  const how = aggregate(attributes, built.length, problems)
  if (problems.total > 0 || how === undefined) return undefined
  const wide = attributes.get('nodes_splits')?.wide === true
  return frame(built, how, 0, wide, scaleOf('TreeEnsemble', attributes))
}
