/**
 * Nodes in any order and with any ids → a tree that cannot go wrong: every child exists once, nothing goes round, every
 * threshold is a number, every node is reached. Whatever format the nodes came from, they pass here.
 */
import { missingWays, nodeTests, type Tree } from './model.ts'
import type { Problems } from './problem.ts'

export type RawLeaf = {
  readonly id: number
  readonly value: number
  readonly cover: number | null
  readonly place: string
}
export type RawSplit = {
  readonly id: number
  readonly feature: number
  readonly test: keyof typeof nodeTests
  readonly threshold: number
  readonly set: ReadonlySet<number> | null
  readonly left: number
  readonly right: number
  readonly missing: keyof typeof missingWays
  readonly cover: number | null
  readonly place: string
}
export type RawNode = RawLeaf | RawSplit
export const isSplit = (node: RawNode): node is RawSplit => 'feature' in node

export const limits = {
  /** Bytes of a model file. */
  fileBytes: 64 * 1024 * 1024,
  /** Over all trees of a model. */
  nodes: 2_000_000,
  depth: 512,
  features: 100_000,
  backgroundRows: 10_000,
} as const

export type BuildOptions = {
  /** Where the tree stands in its file: `trees[3]`. */
  readonly place: string
  /** Id of the root. */
  readonly root: number
  /** Features a split may name; null when the file does not say. */
  readonly features: number | null
  /** XGBoost keeps nodes that pruning took off; elsewhere a node that nothing leads to is a fault. */
  readonly looseNodes: 'allowed' | 'refused'
}

/** The tree, or undefined with what is wrong added to `problems`. Linear in the number of nodes. */
export function buildTree(nodes: readonly RawNode[], options: BuildOptions, problems: Problems): Tree | undefined {
  const before = problems.total
  const { place, root } = options
  if (nodes.length === 0) {
    problems.add('tree_empty', place)
    return undefined
  }
  const byId = new Map<number, RawNode>()
  for (const node of nodes) {
    if (byId.has(node.id)) problems.add('node_duplicate', node.place, { node: node.id })
    else byId.set(node.id, node)
    checkNode(node, options.features, problems)
  }
  const order = walk(byId, root, options, problems)
  return problems.total > before || order === undefined ? undefined : fill(order, byId, problems)
}

function checkNode(node: RawNode, features: number | null, problems: Problems): void {
  if (node.cover !== null && !(node.cover >= 0 && Number.isFinite(node.cover)))
    problems.add('cover_wrong', `${node.place}.cover`)
  if (!isSplit(node)) {
    if (!Number.isFinite(node.value)) problems.add('not_a_number', `${node.place}.value`)
    return
  }
  if (node.test !== 'oneOf' && !Number.isFinite(node.threshold))
    problems.add('threshold_wrong', `${node.place}.threshold`)
  const most = Math.min(features ?? limits.features, limits.features)
  if (!Number.isInteger(node.feature) || node.feature < 0 || node.feature >= most)
    problems.add('feature_out_of_range', `${node.place}.feature`, { feature: node.feature, maximum: most - 1 })
}

type Placed = { readonly node: RawNode; readonly parent: number; readonly level: number; readonly distinct: number }

/**
 * Nodes from the root down, parents before children. A child that was reached before is a cycle when it stands above
 * its parent, and shared otherwise.
 */
function walk(
  byId: ReadonlyMap<number, RawNode>,
  root: number,
  { place, looseNodes }: BuildOptions,
  problems: Problems,
): Placed[] | undefined {
  const first = byId.get(root)
  if (first === undefined) {
    problems.add('node_missing', place, { node: root })
    return undefined
  }
  const order: Placed[] = [{ node: first, parent: -1, level: 0, distinct: 0 }]
  const reached = new Map<number, number>([[root, 0]])
  for (let at = 0; at < order.length; at++) {
    const { node, level } = order[at]!
    if (!isSplit(node)) continue
    if (level >= limits.depth) {
      problems.add('tree_too_deep', node.place, { maximum: limits.depth })
      return undefined
    }
    const distinct = order[at]!.distinct + (above(order, at, node.feature) ? 0 : 1)
    for (const side of ['left', 'right'] as const) {
      const child = byId.get(node[side])
      if (child === undefined) problems.add('node_missing', `${node.place}.${side}`, { node: node[side] })
      else if (reached.has(child.id)) {
        const round = isAbove(order, at, reached.get(child.id)!)
        problems.add(round ? 'tree_cycle' : 'node_shared', `${node.place}.${side}`, { node: child.id })
      } else {
        reached.set(child.id, order.length)
        order.push({ node: child, parent: at, level: level + 1, distinct })
      }
    }
  }
  if (looseNodes === 'refused')
    for (const node of byId.values())
      if (!reached.has(node.id)) problems.add('node_loose', node.place, { node: node.id })
  return order
}

/** Did a node above `at` split on this feature? */
function above(order: readonly Placed[], at: number, feature: number): boolean {
  for (let i = order[at]!.parent; i >= 0; i = order[i]!.parent) {
    const { node } = order[i]!
    if (isSplit(node) && node.feature === feature) return true
  }
  return false
}

function isAbove(order: readonly Placed[], at: number, other: number): boolean {
  for (let i = at; i >= 0; i = order[i]!.parent) if (i === other) return true
  return false
}

function fill(order: readonly Placed[], byId: ReadonlyMap<number, RawNode>, problems: Problems): Tree | undefined {
  const n = order.length
  const index = new Map(order.map(({ node }, at) => [node.id, at]))
  const tree = {
    feature: new Int32Array(n).fill(-1),
    test: new Uint8Array(n),
    threshold: new Float64Array(n),
    sets: null as (ReadonlySet<number> | null)[] | null,
    left: new Int32Array(n).fill(-1),
    right: new Int32Array(n).fill(-1),
    missing: new Uint8Array(n),
    value: new Float64Array(n),
  }
  for (const [at, { node }] of order.entries()) {
    if (!isSplit(node)) {
      tree.value[at] = node.value
      continue
    }
    tree.feature[at] = node.feature
    tree.test[at] = nodeTests[node.test]
    tree.threshold[at] = node.threshold
    tree.left[at] = index.get(byId.get(node.left)!.id)!
    tree.right[at] = index.get(byId.get(node.right)!.id)!
    tree.missing[at] = missingWays[node.missing]
    if (node.set !== null) {
      tree.sets ??= new Array<ReadonlySet<number> | null>(n).fill(null)
      tree.sets[at] = node.set
    }
  }
  const cover = order.every(({ node }) => node.cover !== null)
    ? Float64Array.from(order, ({ node }) => node.cover!)
    : null
  const depth = order.reduce((most, { level }) => Math.max(most, level), 0)
  const distinct = order.reduce((most, placed) => Math.max(most, placed.distinct), 0)
  const expected = cover === null ? null : meanByCover(tree, cover, order, problems)
  return { ...tree, cover, expected, depth, distinct }
}

/** Rounded sums of weights differ in the last digits of float32; counts not at all. */
const COVER_TOLERANCE = 1e-3

/** Σ over leaves of value × the shares of the rows on the way there. */
function meanByCover(
  tree: Pick<Tree, 'feature' | 'left' | 'right' | 'value'>,
  cover: Float64Array,
  order: readonly Placed[],
  problems: Problems,
): number {
  const share = new Float64Array(cover.length)
  share[0] = 1
  let mean = 0
  for (let at = 0; at < cover.length; at++) {
    if (tree.feature[at]! < 0) {
      mean += share[at]! * tree.value[at]!
      continue
    }
    const own = cover[at]!
    const below = cover[tree.left[at]!]! + cover[tree.right[at]!]!
    if (!(own > 0) || Math.abs(below - own) > COVER_TOLERANCE * own)
      problems.add('cover_wrong', `${order[at]!.node.place}.cover`)
    share[tree.left[at]!] = (share[at]! * cover[tree.left[at]!]!) / own
    share[tree.right[at]!] = (share[at]! * cover[tree.right[at]!]!) / own
  }
  return mean
}
