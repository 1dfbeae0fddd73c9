import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { adviceOf, weightsCsv } from './advice.ts'
import type { AuditPlanInput } from './contract.ts'
import { publish } from './publish.ts'
import { auditText, planOf } from './testing.ts'

const given: AuditPlanInput = { label: 'y', score: 's', threshold: 0.5, sensitive: ['g'], margin: 0.05 }
/** Of each group: rows with this score and label. */
const rows = (list: readonly (readonly [string, number, number, number])[]) =>
  `g,s,y\n${list.flatMap(([g, s, y, n]) => Array.from({ length: n }, () => `${g},${s},${y}`)).join('\n')}\n`
const text = rows([
  ['a', 0.9, 1, 500],
  ['a', 0.6, 0, 200],
  ['a', 0.2, 0, 300],
  ['b', 0.8, 1, 200],
  ['b', 0.45, 1, 300],
  ['b', 0.4, 0, 190],
  ['b', 0.1, 0, 300],
  ['c', 0.9, 1, 4],
])
const adviceOn = (over: Partial<AuditPlanInput> = {}, data = text) => {
  const audit = auditText(data, { ...given, ...over })
  assert.ok(audit.ok)
  const plan = planOf({ ...given, ...over })
  return { plan, ...adviceOf(publish(audit.report), audit.table, plan) }
}
const three = rows([
  ['a', 0.9, 1, 500],
  ['a', 0.6, 0, 201],
  ['a', 0.2, 0, 300],
  ['b', 0.8, 1, 200],
  ['b', 0.45, 1, 300],
  ['b', 0.4, 0, 190],
  ['b', 0.1, 0, 300],
])

describe('advice after a difference', () => {
  test('a threshold at which the group gets yes as often as the reference', () => {
    const [one, ...more] = adviceOn({}, three).thresholds
    assert.deepEqual([one!.group, one!.now, one!.threshold, more], [{ g: 'b' }, 0.5, 0.4, []])
    assert.ok(Math.abs(one!.share - 690 / 990) < 1e-12)
  })

  test('weights after which the label does not depend on the group', () => {
    const { weights } = adviceOn({}, three)
    const whole = weights.reduce((sum, { n, weight }) => sum + n * weight, 0)
    assert.ok(Math.abs(whole - 1_991) < 1e-9, 'together they weigh as many as there are')
    const yes = (group: string) => {
      const own = weights.filter(({ group: { g } }) => g === group)
      const all = own.reduce((sum, { n, weight }) => sum + n * weight, 0)
      return own.filter(({ label }) => label === 1).reduce((sum, { n, weight }) => sum + n * weight, 0) / all
    }
    assert.ok(Math.abs(yes('a') - yes('b')) < 1e-12)
    assert.ok(Math.abs(yes('a') - 1_000 / 1_991) < 1e-12)
  })

  test('nothing is advised about a group that is hidden', () => {
    const { thresholds, weights, rows: more } = adviceOn()
    assert.ok(!JSON.stringify([thresholds, weights, more]).includes('"c"'))
  })

  test('without a difference there is nothing to weigh, and what cannot be told says how many rows it takes', () => {
    const few = rows([
      ['a', 0.9, 1, 60],
      ['a', 0.2, 0, 45],
      ['b', 0.9, 1, 40],
      ['b', 0.2, 0, 35],
    ])
    const { thresholds, weights, rows: more } = adviceOn({}, few)
    assert.deepEqual([thresholds, weights], [[], []])
    assert.deepEqual(
      more.map(({ group, n }) => [group.g, n]),
      [['b', 75]],
    )
  })

  test('a file for who learns again: texts are quoted, and none is a formula', () => {
    const csv = weightsCsv(
      [
        { group: { g: '=1+1' }, label: 1, n: 10, weight: 0.5 },
        { group: { g: 'zegt "ja"' }, label: 0, n: 12, weight: 1.25 },
        { group: { g: null }, label: 0, n: 12, weight: 1 },
        { group: { g: '-3' }, label: 0, n: 12, weight: 1 },
      ],
      { sensitive: ['g'], label: 'y' },
    )
    assert.deepEqual(csv.split('\r\n'), [
      '"g","y","n","weight"',
      '"\'=1+1",1,10,0.5',
      '"zegt ""ja""",0,12,1.25',
      ',0,12,1',
      '"-3",0,12,1',
      '',
    ])
  })
})
