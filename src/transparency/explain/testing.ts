/** Small random models, and Shapley values by asking every coalition: the second way of computing for the tests. */
import fc from 'fast-check'
import { buildTree, type RawNode } from './build-tree.ts'
import { goesLeft, type Row, type Tree, type TreeModel } from './model.ts'
import { Problems } from './problem.ts'

type Shape =
  | { feature: number; threshold: number; missing: 'left' | 'right'; left: Shape; right: Shape }
  | { value: number; cover: number }

/** Few values and few thresholds, so that ties and repeated features are common. */
export const someValue = fc.constantFrom(-2, -1, -0.5, 0, 0.5, 1, 2, Number.NaN)

function shape(features: number, depth: number): fc.Arbitrary<Shape> {
  const leaf = fc.record(
    { value: fc.integer({ min: -20, max: 20 }).map((value) => value / 4), cover: fc.integer({ min: 0, max: 30 }) },
    { noNullPrototype: true },
  )
  if (depth === 0) return leaf
  return fc.oneof(
    { weight: 1, arbitrary: leaf },
    {
      weight: 4,
      arbitrary: fc.record(
        {
          feature: fc.integer({ min: 0, max: features - 1 }),
          threshold: fc.constantFrom(-1, -0.5, 0, 0.5, 1),
          missing: fc.constantFrom('left' as const, 'right' as const),
          left: shape(features, depth - 1),
          right: shape(features, depth - 1),
        },
        { noNullPrototype: true },
      ),
    },
  )
}

const coverOf = (node: Shape): number => ('value' in node ? node.cover : coverOf(node.left) + coverOf(node.right))

function build(root: Shape): Tree {
  const nodes: RawNode[] = []
  const add = (node: Shape): number => {
    const id = nodes.length
    const shared = { id, cover: coverOf(node), place: `nodes[${id}]` }
    if ('value' in node) nodes.push({ ...shared, value: node.value })
    else {
      nodes.push({
        ...shared,
        feature: node.feature,
        test: 'atMost',
        threshold: node.threshold,
        set: null,
        left: 0,
        right: 0,
        missing: node.missing,
      })
      const [left, right] = [add(node.left), add(node.right)]
      nodes[id] = { ...nodes[id]!, left, right } as RawNode
    }
    return id
  }
  add(root)
  const problems = new Problems()
  const tree = buildTree(nodes, { place: '', root: 0, features: null, looseNodes: 'refused' }, problems)
  problems.check()
  return tree!
}

/** No split has cover 0: nothing could be said of what happens below it. */
const covered = (node: Shape): boolean =>
  'value' in node || (coverOf(node) > 0 && covered(node.left) && covered(node.right))

export const someTrees = (features: number, depth: number): fc.Arbitrary<TreeModel> =>
  fc.array(shape(features, depth).filter(covered), { minLength: 1, maxLength: 4 }).map((shapes) => ({
    family: 'trees',
    trees: shapes.map(build),
    weight: 0.5,
    intercept: 0.25,
    link: 'identity',
    precision: 'float64',
    takesMissing: true,
  }))

/** What the tree expects when only some features are known: the share of the training rows decides the rest. */
export function expectedValue(tree: Tree, row: Float64Array, known: (feature: number) => boolean, node = 0): number {
  const feature = tree.feature[node]!
  if (feature < 0) return tree.value[node]!
  const [left, right] = [tree.left[node]!, tree.right[node]!]
  if (known(feature)) return expectedValue(tree, row, known, goesLeft(tree, node, row) ? left : right)
  const share = (child: number) => tree.cover![child]! / tree.cover![node]!
  return (
    (share(left) === 0 ? 0 : share(left) * expectedValue(tree, row, known, left)) +
    (share(right) === 0 ? 0 : share(right) * expectedValue(tree, row, known, right))
  )
}

/** Shapley's formula as he wrote it: over every coalition, with factorials. */
export function bruteForce(n: number, worth: (known: (feature: number) => boolean) => number): number[] {
  const factorial = (k: number): number => (k <= 1 ? 1 : k * factorial(k - 1))
  const values = Array.from({ length: 2 ** n }, (_, mask) => worth((feature) => ((mask >> feature) & 1) === 1))
  return Array.from({ length: n }, (_, i) => {
    let sum = 0
    for (let mask = 0; mask < 2 ** n; mask++) {
      if ((mask >> i) & 1) continue
      const size = mask.toString(2).replaceAll('0', '').length
      sum += ((factorial(size) * factorial(n - size - 1)) / factorial(n)) * (values[mask | (1 << i)]! - values[mask]!)
    }
    return sum
  })
}

export const pathWorth =
  (model: TreeModel, row: Float64Array) =>
  (known: (feature: number) => boolean): number =>
    model.intercept + model.weight * model.trees.reduce((sum, tree) => sum + expectedValue(tree, row, known), 0)

export const backgroundWorth =
  (background: readonly Row[], row: Row, ask: (row: Row) => number) =>
  (known: (feature: number) => boolean): number =>
    background.reduce((sum, other) => sum + ask(Float64Array.from(row, (own, i) => (known(i) ? own : other[i]!))), 0) /
    background.length
