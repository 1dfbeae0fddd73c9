import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { groupTuple, planBytes, readAuditPlan, readCoveragePlan } from './plan.ts'

const good = { label: 'y', prediction: 'yhat', sensitive: ['g'] }
const codes = (value: unknown) => {
  const read = readAuditPlan(value)
  return read.ok ? [] : read.problems.problems.map(({ code, column }) => [code, column])
}

describe('fairness: the plan', () => {
  test('defaults are part of what is hashed, the order of names is not', () => {
    const one = readAuditPlan(good)
    const two = readAuditPlan({ sensitive: ['g'], margin: 0.05, prediction: 'yhat', positive: 1, label: 'y' })
    assert.ok(one.ok && two.ok)
    assert.equal(planBytes(one.plan), planBytes(two.plan))
    const other = readAuditPlan({ ...good, margin: 0.02 })
    assert.ok(other.ok)
    assert.notEqual(planBytes(other.plan), planBytes(one.plan))
  })

  test('a misspelt name is refused with the nearest one, never ignored', () => {
    const read = readAuditPlan({ ...good, stata: 'x', bootstrap: { replicate: 3 } })
    assert.ok(!read.ok)
    assert.deepEqual(
      read.problems.problems.map(({ code, column, nearest }) => [code, column, nearest]).sort(),
      [
        ['plan_unknown_name', 'bootstrap.replicate', undefined],
        ['plan_unknown_name', 'stata', 'strata'],
      ].sort(),
    )
  })

  test('what cannot be is refused, each by its name', () => {
    assert.deepEqual(codes(good), [])
    for (const [wrong, name] of [
      [{ alpha: 0 }, 'alpha'],
      [{ alpha: 0.9 }, 'alpha'],
      [{ margin: -0.1 }, 'margin'],
      [{ margin: 1 }, 'margin'],
      [{ sensitive: [] }, 'sensitive'],
      [{ bootstrap: { replicates: 1 } }, 'bootstrap.replicates'],
      [{ bootstrap: { replicates: 1e9 } }, 'bootstrap.replicates'],
      [{ bands: { b: { from: 'a', cuts: [] } } }, 'bands.b.cuts'],
    ] as const)
      assert.deepEqual(codes({ ...good, ...wrong }), [['plan_invalid', name]], JSON.stringify(wrong))
    for (const [wrong, name] of [
      [{ prediction: undefined }, 'prediction'],
      [{ prediction: undefined, score: 's' }, 'prediction'],
      [{ sensitive: ['g', 'g'] }, 'sensitive'],
      [{ sensitive: ['g', 'y'] }, 'y'],
      [{ strata: 'g' }, 'strata'],
      [{ label: undefined, judged: ['accuracy'] }, 'label'],
      [{ bands: { b: { from: 'a', cuts: [3, 2] } } }, 'b'],
      [{ bands: { a: { from: 'a', cuts: [3] } } }, 'a'],
      [{ declaredGroups: [['a', 'b']] }, 'declaredGroups'],
      [{ reference: { group: { h: 'a' } } }, 'declaredGroups'],
      [
        {
          measures: [
            { name: 'm', kind: 'mean', column: 'c' },
            { name: 'm', kind: 'mean', column: 'd' },
          ],
        },
        'measures',
      ],
    ] as const)
      assert.deepEqual(codes({ ...good, ...wrong }), [['plan_contradiction', name]], JSON.stringify(wrong))
    for (const nonsense of [null, 3, [], 'plan', {}]) assert.ok(codes(nonsense).length > 0)
  })

  test('a score with a threshold stands for a prediction', () => {
    assert.deepEqual(codes({ score: 's', threshold: 0.5, sensitive: ['g'] }), [])
  })

  test('groups by value, by values, by name', () => {
    assert.deepEqual(groupTuple('a', ['g']), ['a'])
    assert.deepEqual(groupTuple(null, ['g']), [null])
    assert.deepEqual(groupTuple(['a', null], ['g', 'h']), ['a', null])
    assert.deepEqual(groupTuple({ h: 'b', g: 'a' }, ['g', 'h']), ['a', 'b'])
    assert.deepEqual(groupTuple(JSON.parse('{"__proto__":"a"}'), ['__proto__']), ['a'])
    assert.equal(groupTuple('a', ['g', 'h']), undefined)
    assert.equal(groupTuple({ g: 'a' }, ['g', 'h']), undefined)
    assert.equal(groupTuple({ toString: 'a' }, ['g']), undefined)
  })

  test('a plan for coverage', () => {
    assert.ok(readCoveragePlan({ sensitive: ['g'] }).ok)
    assert.ok(!readCoveragePlan({}).ok)
    assert.ok(!readCoveragePlan({ columns: ['g'], slices: { columns: ['g'] } }).ok)
    assert.ok(!readCoveragePlan({ columns: ['g'], proxies: { attribute: 'g', features: ['g'] } }).ok)
  })
})
