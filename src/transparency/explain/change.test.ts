import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { generator } from '../../statistics/index.ts'
import { findChange } from './change.ts'
import { type Counterfactual, counterfactual, type Question, search } from './counterfactual.ts'
import { linearCounterfactual } from './linear-change.ts'
import {
  type Action,
  isFavourable,
  type LinearModel,
  predict,
  type ReadModel,
  type Row,
  type TreeModel,
} from './model.ts'
import { readModel } from './read-model.ts'
import { someTrees } from './testing.ts'

const frame: Omit<ReadModel, 'model'> = {
  format: 'own',
  scale: 'score',
  names: null,
  features: null,
  asked: null,
  background: null,
  actions: null,
  limit: null,
  remarks: [],
}

/** Every row of the grid, and the cheapest that flip: nothing clever. */
function everyRow(
  { row, actions, limit }: Question,
  ask: (row: Row) => number,
): { cost: number | null; rows: number[][] } {
  let rows: { row: number[]; cost: number }[] = [{ row: Array.from(row), cost: 0 }]
  for (const [i, { lower, upper, step, direction, costPerStep }] of actions.entries()) {
    if (direction === 'fixed') continue
    rows = rows.flatMap((each) => {
      const more = [each]
      for (let k = 1; k <= 20; k++)
        for (const sign of [1, -1]) {
          if ((sign === 1 && direction === 'decrease') || (sign === -1 && direction === 'increase')) continue
          const value = row[i]! + sign * k * step
          if (value < lower || value > upper) continue
          const changed = [...each.row]
          changed[i] = value
          more.push({ row: changed, cost: each.cost + k * costPerStep! })
        }
      return more
    })
  }
  const flipped = rows.filter((each) => isFavourable(ask(each.row), limit))
  if (flipped.length === 0) return { cost: null, rows: [] }
  const cost = flipped.reduce((least, each) => Math.min(least, each.cost), Number.POSITIVE_INFINITY)
  return { cost, rows: flipped.filter((each) => each.cost <= cost + 1e-9).map((each) => each.row) }
}

const sorted = (rows: readonly (readonly number[])[]) => rows.map((row) => JSON.stringify(row)).sort()
function same(found: Counterfactual, question: Question, ask: (row: Row) => number): void {
  const wanted = everyRow(question, ask)
  if (wanted.cost === null) {
    assert.deepEqual([found.minimalCost, found.reason], [null, 'no_actionable_change'])
    return
  }
  assert.ok(
    found.minimalCost !== null && Math.abs(found.minimalCost - wanted.cost) < 1e-9,
    `${found.minimalCost} ≠ ${wanted.cost}`,
  )
  assert.deepEqual(sorted(found.optima), sorted(wanted.rows))
}

/** Whole numbers, so that sums are exact and the two ways agree on every border. */
const whole = (min: number, max: number) => fc.integer({ min, max })
const someAction: fc.Arbitrary<Action> = fc
  .record(
    {
      lower: whole(-4, 0),
      upper: whole(0, 5),
      step: fc.constantFrom(1, 2),
      direction: fc.constantFrom('increase' as const, 'decrease' as const, 'any' as const, 'fixed' as const),
      costPerStep: whole(1, 4),
    },
    { noNullPrototype: true },
  )
  .map((action) => (action.direction === 'fixed' ? { ...action, costPerStep: null } : action))
const someLimit = fc.record(
  { is: fc.constantFrom('>=' as const, '>' as const, '<=' as const, '<' as const), value: whole(-6, 6) },
  { noNullPrototype: true },
)
const questionOf = (n: number): fc.Arbitrary<Question> =>
  fc.record(
    {
      row: fc.array(whole(-5, 6), { minLength: n, maxLength: n }),
      actions: fc.array(someAction, { minLength: n, maxLength: n }),
      limit: someLimit,
    },
    { noNullPrototype: true },
  )

describe('what a person could change', () => {
  test('of a sum: the knapsack, the row-by-row search and every row of the grid agree on cost and on all optima', () => {
    fc.assert(
      fc.property(questionOf(4), fc.array(whole(-3, 3), { minLength: 4, maxLength: 4 }), (question, weights) => {
        const model: LinearModel = { family: 'linear', weights, intercept: 0, link: 'identity' }
        const ask = (row: Row) => predict(model, row)
        same(linearCounterfactual(model, question), question, ask)
        same(counterfactual(question, ask), question, ask)
      }),
      { numRuns: 400 },
    )
  })

  test('of trees: leaving out values that no threshold tells apart loses no optimum', () => {
    fc.assert(
      fc.property(questionOf(3), someTrees(3, 4), (question, model) => {
        same(findChange({ ...frame, model }, question), question, (row) => predict(model, row))
      }),
      { numRuns: 300 },
    )
  })

  test('of many trees with many features to change: what cannot be reached is seen at once, what can is found', () => {
    const { uniform } = generator(11)
    const trees = Array.from({ length: 60 }, () => {
      const nodes: object[] = Array.from({ length: 15 }, (_, i) => ({
        feature: Math.floor(uniform() * 8),
        threshold: Math.round(uniform() * 18 - 9) / 10,
        left: 2 * i + 1,
        right: 2 * i + 2,
      }))
      for (let i = 0; i < 16; i++) nodes.push({ value: uniform() - 0.5 })
      return nodes
    })
    const read = readModel(new TextEncoder().encode(JSON.stringify({ trees })))
    const actions: Action[] = Array.from({ length: 8 }, () => one({ lower: -1, upper: 1, step: 0.1, direction: 'any' }))
    const row = actions.map(() => 0)
    const ask = (each: Row) => predict(read.model as TreeModel, each)
    const none = findChange(read, { row, actions, limit: { is: '>=', value: 100 } })
    assert.equal(none.reason, 'no_actionable_change')
    const found = findChange(read, { row, actions, limit: { is: '>=', value: ask(row) + 1 } })
    assert.ok(found.minimalCost !== null)
    const plain = counterfactual({ row, actions, limit: { is: '>=', value: ask(row) + 1 } }, ask)
    assert.deepEqual(
      [found.minimalCost, plain.reason ?? plain.minimalCost],
      [found.minimalCost, plain.reason ?? found.minimalCost],
    )
    for (const each of found.optima) assert.ok(ask(each) >= ask(row) + 1)
  })

  test('of a tree that asks for one category: a step up and a step down from it are both found', () => {
    const leaf = (leaf_value: number) => ({ leaf_value, leaf_count: 1 })
    const split = { split_feature: 0, threshold: '3', decision_type: '==', default_left: false, missing_type: 'None' }
    const file = {
      max_feature_idx: 0,
      tree_info: [{ tree_structure: { ...split, internal_count: 2, left_child: leaf(0), right_child: leaf(1) } }],
    }
    const read = readModel(new TextEncoder().encode(JSON.stringify(file)))
    const question: Question = {
      row: [3],
      actions: [{ lower: 0, upper: 9, step: 1, direction: 'any', costPerStep: 2 }],
      limit: { is: '>=', value: 1 },
    }
    const found = findChange(read, question)
    assert.deepEqual([found.minimalCost, found.optima], [2, [[2], [4]]])
  })

  test('on a probability the limit is one of the probability', () => {
    const model: LinearModel = { family: 'linear', weights: [1, -2], intercept: -1, link: 'logistic' }
    const question: Question = {
      row: [0, 3],
      actions: [
        { lower: 0, upper: 9, step: 1, direction: 'increase', costPerStep: 1 },
        { lower: 0, upper: 9, step: 1, direction: 'decrease', costPerStep: 1.5 },
      ],
      limit: { is: '>=', value: 0.7 },
    }
    same(linearCounterfactual(model, question), question, (row) => predict(model, row))
  })

  const one = (action: Partial<Action>): Action => ({
    lower: 0,
    upper: 10,
    step: 1,
    direction: 'increase',
    costPerStep: 1,
    ...action,
  })
  const up: LinearModel = { family: 'linear', weights: [1], intercept: 0, link: 'identity' }

  test('what is favourable already costs nothing and asks nothing', () => {
    const found = linearCounterfactual(up, { row: [5], actions: [one({})], limit: { is: '>=', value: 5 } })
    assert.deepEqual([found.alreadyFavourable, found.minimalCost, found.optima], [true, 0, [[5]]])
  })

  test('steps land on clean decimals, and a row outside its range comes in only where it lands inside', () => {
    const tenth = linearCounterfactual(up, { row: [0], actions: [one({ step: 0.1 })], limit: { is: '>=', value: 0.3 } })
    assert.deepEqual([tenth.optima, tenth.minimalCost], [[[0.3]], 3])
    const outside = counterfactual(
      { row: [-2.5], actions: [one({})], limit: { is: '>=', value: 0.5 } },
      (row) => row[0]!,
    )
    assert.deepEqual([outside.optima, outside.minimalCost], [[[0.5]], 3])
    const never = counterfactual({ row: [-2.5], actions: [one({})], limit: { is: '<', value: -2.5 } }, (row) => row[0]!)
    assert.equal(never.reason, 'no_actionable_change')
  })

  test('a sum of 30 features is solved where the grid has 10³⁰ rows', () => {
    const n = 30
    const weights = Array.from({ length: n }, (_, i) => 1 + ((i * 7) % 13) / 10)
    const model: LinearModel = { family: 'linear', weights, intercept: -40, link: 'identity' }
    const actions = weights.map((_, i) => one({ costPerStep: 1 + ((i * 5) % 11) / 10, upper: 9 }))
    const found = linearCounterfactual(model, { row: weights.map(() => 0), actions, limit: { is: '>=', value: 0 } })
    assert.equal(found.reason, null)
    for (const row of found.optima) assert.ok(predict(model, row) >= 0)
  })

  test('a search that is cut off offers nothing', () => {
    const actions = Array.from({ length: 8 }, () => one({}))
    const question: Question = { row: actions.map(() => 0), actions, limit: { is: '>=', value: 70 } }
    const steps = search(question, { asked: 500 })
    let next = steps.next()
    let asked = 0
    while (!next.done) {
      asked += next.value.length
      next = steps.next(next.value.map((row) => row.reduce((sum, each) => sum + each, 0)))
    }
    assert.deepEqual([next.value.optima, next.value.minimalCost, next.value.reason], [[], null, 'search_limit'])
    assert.ok(asked <= 500, String(asked))
  })

  test('more optima than are kept: the first 1,000, and it says that there are more', () => {
    const n = 14
    const model: LinearModel = {
      family: 'linear',
      weights: Array.from({ length: n }, () => 1),
      intercept: -7,
      link: 'identity',
    }
    const found = linearCounterfactual(model, {
      row: Array.from({ length: n }, () => 0),
      actions: Array.from({ length: n }, () => one({ upper: 1 })),
      limit: { is: '>=', value: 0 },
    })
    assert.deepEqual([found.minimalCost, found.optima.length, found.complete], [7, 1_000, false])
  })

  test('a model that flips and flips back is asked about each row, and only rows that flip are given', () => {
    const ask = (row: Row) => (row[0]! % 3 === 2 ? 1 : 0)
    const found = counterfactual({ row: [3], actions: [one({ direction: 'any' })], limit: { is: '>=', value: 1 } }, ask)
    assert.deepEqual(found.optima, [[2]])
  })
})
