/**
 * Exact Shapley values of a sum of trees (Lundberg et al. 2020, "From local explanations to global understanding with
 * explainable AI for trees", Nature Machine Intelligence 2, 56–67), in its two readings:
 *
 * - path-dependent: a feature that is not known sends the row both ways, by the share of the training rows that went
 *   there (algorithm 1 of the paper says what is summed);
 * - interventional: a feature that is not known takes its value from a row of the background, averaged over the rows.
 */
import type { Attribution } from './attribution.ts'
import { asSeen, goesLeft, predict, type Row, type Tree, type TreeModel, treeValue } from './model.ts'
import { type Quadrature, quadrature } from './quadrature.ts'

type Sums = Pick<Attribution, 'base' | 'phi' | 'output'>

/**
 * Path-dependent values; every tree must have cover. `row` has at least the features of the model.
 *
 * For one leaf with value v whose path names the features 1…m, the game is v·∏_{j∈S} o_j·∏_{j∉S} z_j, with o_j = 1 when
 * the row satisfies all tests of j on the path (else 0) and z_j the product of the shares at those tests. Its Shapley
 * value is v·(o_i − z_i)·∫₀¹ ∏_{j≠i} ((1−t) z_j + t o_j) dt (Owen 1972, multilinear extension). The integrand has degree
 * m − 1 in t, so Gauss–Legendre with ⌈m/2⌉ nodes gives the integral itself, and all its terms are positive: nothing
 * cancels, however deep the tree. One walk over the tree carries the product at each node t and brings back its sum over
 * the leaves below, as the polynomial summary of Yu et al. 2022 ("Linear TreeShap", arXiv 2209.08192): the work is nodes × ⌈m/2⌉.
 */
export function pathDependent(model: TreeModel, row: Row): Sums {
  const seen = asSeen(model, row)
  const phi = new Float64Array(row.length)
  let base = 0
  const walk = new PathWalk(seen, phi, model.trees)
  for (const tree of model.trees) {
    base += tree.expected!
    walk.add(tree)
  }
  return {
    base: model.intercept + model.weight * base,
    phi: Array.from(phi, (each) => model.weight * each),
    output: predict({ ...model, link: 'identity' }, row),
  }
}

/** The buffers of one decision, made once for all trees. */
class PathWalk {
  readonly #row: Float64Array
  readonly #phi: Float64Array
  /** By level and node t: ∏_j ((1−t) z_j + t o_j) over the features above, and the sum over the leaves below. */
  readonly #product: Float64Array
  readonly #sum: Float64Array
  /** By feature, as it stands on the current path: o and z. */
  readonly #one: Float64Array
  readonly #zero: Float64Array
  #rule: Quadrature = quadrature(1)

  constructor(row: Float64Array, phi: Float64Array, trees: readonly Tree[]) {
    this.#row = row
    this.#phi = phi
    const size = trees.reduce((most, { depth, distinct }) => Math.max(most, (depth + 1) * nodesFor(distinct)), 1)
    this.#product = new Float64Array(size)
    this.#sum = new Float64Array(size)
    this.#one = new Float64Array(row.length).fill(1)
    this.#zero = new Float64Array(row.length).fill(1)
  }

  add(tree: Tree): void {
    this.#rule = quadrature(nodesFor(tree.distinct))
    this.#product.fill(1, 0, this.#rule.nodes.length)
    this.#visit(tree, 0, 0)
  }

  /** Leaves in `#sum` at this level the sum over the leaves below of value × product. */
  #visit(tree: Tree, node: number, level: number): void {
    const size = this.#rule.nodes.length
    const own = level * size
    const feature = tree.feature[node]!
    if (feature < 0) {
      for (let q = 0; q < size; q++) this.#sum[own + q] = tree.value[node]! * this.#product[own + q]!
      return
    }
    this.#sum.fill(0, own, own + size)
    const hot = goesLeft(tree, node, this.#row) ? tree.left[node]! : tree.right[node]!
    this.#descend(tree, node, tree.left[node]!, level, hot)
    this.#descend(tree, node, tree.right[node]!, level, hot)
  }

  #descend(tree: Tree, node: number, child: number, level: number, hot: number): void {
    const feature = tree.feature[node]!
    const one = this.#one[feature]!
    const zero = this.#zero[feature]!
    const childOne = child === hot ? one : 0
    const childZero = (zero * tree.cover![child]!) / tree.cover![node]!
    // A way that neither this row nor any training row takes adds nothing to any coalition.
    if (childOne === 0 && childZero === 0) return
    const { nodes, weights } = this.#rule
    const size = nodes.length
    const own = level * size
    const below = own + size
    for (let q = 0; q < size; q++) {
      const t = nodes[q]!
      const above = (1 - t) * zero + t * one
      this.#product[below + q] = (this.#product[own + q]! / above) * ((1 - t) * childZero + t * childOne)
    }
    this.#one[feature] = childOne
    this.#zero[feature] = childZero
    this.#visit(tree, child, level + 1)
    this.#one[feature] = one
    this.#zero[feature] = zero
    // What an earlier test of the same feature on this path counted for these leaves is taken back: the last one holds.
    let part = 0
    for (let q = 0; q < size; q++) {
      const t = nodes[q]!
      const sum = this.#sum[below + q]!
      this.#sum[own + q]! += sum
      const now = (childOne - childZero) / ((1 - t) * childZero + t * childOne)
      const earlier = (one - zero) / ((1 - t) * zero + t * one)
      part += weights[q]! * sum * (now - earlier)
    }
    this.#phi[feature]! += part
  }
}

const nodesFor = (distinct: number) => Math.max(1, Math.ceil(distinct / 2))

/**
 * Interventional values against each row of the background, averaged. For one background row a leaf belongs to a set of
 * features that must come from x (u of them) and a set that must come from the other row (v of them); it adds
 * value·(u−1)! v!/(u+v)! to each of the first and takes value·u! (v−1)!/(u+v)! from each of the second (the closed
 * form of Shapley's formula for a game that asks for the one set and forbids the other).
 */
export function interventional(model: TreeModel, row: Row, background: readonly Row[]): Sums {
  const seen = asSeen(model, row)
  const phi = new Float64Array(row.length)
  const walk = new PairWalk(seen, phi, model.trees)
  let base = 0
  for (const other of background) {
    const otherSeen = asSeen(model, other)
    for (const tree of model.trees) {
      base += treeValue(tree, otherSeen)
      walk.add(tree, otherSeen)
    }
  }
  const share = model.weight / background.length
  return {
    base: model.intercept + share * base,
    phi: Array.from(phi, (each) => share * each),
    output: predict({ ...model, link: 'identity' }, row),
  }
}

/** Where the value of a feature comes from on the current path. */
const open = 0
const fromRow = 1
const fromOther = 2

class PairWalk {
  readonly #row: Float64Array
  readonly #phi: Float64Array
  readonly #from: Uint8Array
  readonly #share: readonly Float64Array[]
  #tree: Tree
  #other: Float64Array
  /** Sums over the leaves below the node last visited: for features of the row, and of the other. */
  #gain = 0
  #loss = 0

  constructor(row: Float64Array, phi: Float64Array, trees: readonly Tree[]) {
    this.#row = row
    this.#phi = phi
    this.#from = new Uint8Array(row.length)
    this.#share = shapleyShares(trees.reduce((most, { distinct }) => Math.max(most, distinct), 0))
    this.#tree = trees[0]!
    this.#other = row
  }

  add(tree: Tree, other: Float64Array): void {
    this.#tree = tree
    this.#other = other
    this.#visit(0, 0, 0)
  }

  #visit(node: number, ofRow: number, ofOther: number): void {
    const tree = this.#tree
    const feature = tree.feature[node]!
    if (feature < 0) {
      const value = tree.value[node]!
      this.#gain = ofRow > 0 ? value * this.#share[ofRow - 1]![ofOther]! : 0
      this.#loss = ofOther > 0 ? value * this.#share[ofOther - 1]![ofRow]! : 0
      return
    }
    const left = tree.left[node]!
    const right = tree.right[node]!
    const source = this.#from[feature]!
    const rowChild = source === fromOther ? -1 : goesLeft(tree, node, this.#row) ? left : right
    const otherChild = source === fromRow ? -1 : goesLeft(tree, node, this.#other) ? left : right
    if (source !== open || rowChild === otherChild) {
      this.#visit(source === fromOther ? otherChild : rowChild, ofRow, ofOther)
      return
    }
    this.#from[feature] = fromRow
    this.#visit(rowChild, ofRow + 1, ofOther)
    const gain = this.#gain
    const loss = this.#loss
    this.#phi[feature]! += gain
    this.#from[feature] = fromOther
    this.#visit(otherChild, ofRow, ofOther + 1)
    this.#phi[feature]! -= this.#loss
    this.#from[feature] = open
    this.#gain += gain
    this.#loss += loss
  }
}

/** `shares[u][v]` = u! v! / (u+v+1)!, by B(u+1, v+1) = B(u, v+1)·u/(u+v+1). */
function shapleyShares(most: number): Float64Array[] {
  const shares: Float64Array[] = []
  for (let u = 0; u <= most; u++) {
    const line = new Float64Array(most + 1)
    for (let v = 0; v <= most; v++) line[v] = u === 0 ? 1 / (v + 1) : (shares[u - 1]![v]! * u) / (u + v + 1)
    shares.push(line)
  }
  return shares
}
