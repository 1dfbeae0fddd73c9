import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { AuditPlanInput } from '../contract.ts'
import { publish } from '../rules.ts'
import { auditText, planOf, reportOf } from '../testing.ts'
import { compare, type Side } from './compare.ts'
import { rowsOf } from './testing.ts'

const plan: AuditPlanInput = { prediction: 'outcome', sensitive: ['group'], margin: 0.05 }
const side = (groups: Parameters<typeof rowsOf>[0], over: Partial<AuditPlanInput> = {}): Side => {
  const given = { ...plan, ...over }
  return { plan: planOf(given), verdicts: publish(reportOf(auditText(rowsOf(groups), given))).verdicts }
}
const of = (n: number, a: number, b: number) => ({ a: { n: n + 1, yes: a }, b: { n, yes: b } })

describe('a reading beside an earlier one', () => {
  for (const [name, before, after, verdict] of [
    ['a difference that went is smaller', of(1_000, 700, 500), of(1_000, 700, 690), 'smaller'],
    ['one that came is larger', of(1_000, 700, 690), of(1_000, 700, 500), 'larger'],
    ['one that turned around and grew is larger', of(1_000, 600, 560), of(1_000, 500, 650), 'larger'],
    [
      'the same numbers with many rows: no change that matters',
      of(9_000, 5_000, 4_900),
      of(9_000, 5_000, 4_900),
      'no_relevant_change',
    ],
    ['found before and not after may be fewer rows only', of(1_000, 700, 500), of(30, 20, 16), 'cannot_tell'],
  ] as const)
    test(name, () => assert.equal(compare(side(before), side(after)).comparisons[0]!.verdict, verdict))

  test('the change is after minus before, and its interval holds it', () => {
    const [one] = compare(side(of(1_000, 700, 500)), side(of(1_000, 700, 600))).comparisons
    assert.ok(Math.abs(one!.change! - 0.1) < 1e-9, String(one!.change))
    assert.ok(one!.interval![0] < 0.1 && one!.interval![1] > 0.1)
  })

  test('with many groups a change takes more than chance in one of them', () => {
    const groups = (lift: number) =>
      Object.fromEntries(
        Array.from({ length: 20 }, (_, i) => [
          `g${i}`,
          { n: i === 0 ? 3_000 : 200, yes: i === 0 ? 1_500 : i === 1 ? 100 + lift : 100 },
        ]),
      )
    const found = compare(side(groups(0)), side(groups(21))).comparisons.find(
      ({ after }) => after.group.group === 'g1',
    )!
    assert.ok(found.interval![0] > 0, 'by itself it would stand')
    assert.equal(found.verdict, 'cannot_tell')
  })

  test('another outcome or other groups cannot be laid beside each other; another margin can', () => {
    const before = side(of(1_000, 700, 500))
    const other = compare(before, side(of(1_000, 700, 600), { positive: 0 }))
    assert.deepEqual([other.comparable, other.planDifferences, other.comparisons], [false, ['positive'], []])
    assert.equal(other.onlyBefore.length + other.onlyAfter.length, 2)
    const same = compare(before, side(of(1_000, 700, 600), { margin: 0.1, question: 'Anders gezegd?' }))
    assert.deepEqual([same.comparable, same.planDifferences], [true, ['margin']])
  })

  test('a group that only one of both has is named apart', () => {
    const found = compare(side(of(1_000, 700, 500)), side({ ...of(1_000, 700, 500), c: { n: 900, yes: 500 } }))
    assert.deepEqual(
      [found.comparisons.length, found.onlyBefore.length, found.onlyAfter.map(({ group }) => group.group)],
      [1, 0, ['c']],
    )
  })
})
