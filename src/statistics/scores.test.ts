import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  auc,
  aucInterval,
  betweenGroups,
  brier,
  calibrationError,
  generalizedEntropy2,
  generator,
  theil,
} from './index.ts'

type Row = { readonly y: 0 | 1; readonly s: number }
const rows = fc.array(fc.record({ y: fc.constantFrom(0 as const, 1 as const), s: fc.integer({ min: 0, max: 6 }) }))
const levels = (all: readonly Row[]) =>
  [0, 1, 2, 3, 4, 5, 6].map((s) => ({
    positive: all.filter((row) => row.s === s && row.y === 1).length,
    negative: all.filter((row) => row.s === s && row.y === 0).length,
  }))

describe('statistics: scores', () => {
  test('the AUC is the share of pairs in the right order, ties half', () => {
    fc.assert(
      fc.property(rows, (all) => {
        const positives = all.filter(({ y }) => y === 1)
        const negatives = all.filter(({ y }) => y === 0)
        const area = auc(levels(all))
        if (positives.length === 0 || negatives.length === 0) return assert.equal(area, undefined)
        const won = positives.flatMap((one) => negatives.map((two) => (one.s > two.s ? 1 : one.s === two.s ? 0.5 : 0)))
        const share = won.reduce<number>((x, y) => x + y, 0) / won.length
        assert.ok(Math.abs(area! - share) < 1e-12)
        const interval = aucInterval(levels(all))
        if (interval) assert.ok(interval[0] <= area! && area! <= interval[1] && interval[0] >= 0 && interval[1] <= 1)
      }),
      { seed: 5 },
    )
    assert.equal(auc([{ positive: 1, negative: 0 }]), undefined)
  })

  test('the interval for the AUC covers about as often as it says', () => {
    const random = generator(8)
    let covered = 0
    const runs = 600
    // P(positive > negative) + half the ties, of scores 0..9 with positives one step up in half of the rows.
    const draw = (up: boolean) => Math.floor(random.uniform() * 9) + (up && random.uniform() < 0.5 ? 1 : 0)
    let truth = 0
    for (let a = 0; a < 9; a++)
      for (let b = 0; b < 9; b++)
        for (const step of [0, 1]) truth += (a + step > b ? 1 : a + step === b ? 0.5 : 0) / 162
    for (let run = 0; run < runs; run++) {
      const counts = Array.from({ length: 10 }, () => ({ positive: 0, negative: 0 }))
      for (let i = 0; i < 60; i++) counts[draw(true)]!.positive++
      for (let i = 0; i < 90; i++) counts[draw(false)]!.negative++
      const [l, u] = aucInterval(counts)!
      if (l <= truth && truth <= u) covered++
    }
    assert.ok(covered / runs > 0.92 && covered / runs < 0.98, String(covered / runs))
  })

  test('calibration and Brier from sums equal those over rows', () => {
    assert.equal(calibrationError([{ n: 0, positive: 0, score: 0 }]), undefined)
    assert.equal(
      calibrationError([
        { n: 4, positive: 3, score: 2 },
        { n: 6, positive: 0, score: 1 },
      ]),
      0.2,
    )
    assert.equal(brier({ n: 0, squares: 0, ofPositives: 0, positives: 0 }), undefined)
    const scores = [0.25, 0.5, 0.75]
    const outcomes = [0, 1, 1]
    const direct = scores.reduce((sum, s, i) => sum + (s - outcomes[i]!) ** 2, 0) / 3
    const squares = scores.reduce((sum, s) => sum + s * s, 0)
    assert.ok(Math.abs(brier({ n: 3, squares, ofPositives: 1.25, positives: 2 })! - direct) < 1e-15)
  })

  test('inequality: 0 when all have the same, undefined when nobody has anything', () => {
    assert.equal(theil([{ value: 2, count: 5 }]), 0)
    assert.equal(generalizedEntropy2([{ value: 2, count: 5 }]), 0)
    assert.equal(theil([{ value: 0, count: 5 }]), undefined)
    assert.equal(theil([]), undefined)
    // One of two has all: ln 2, and half of (4/2 − 1).
    assert.ok(
      Math.abs(
        theil([
          { value: 0, count: 1 },
          { value: 1, count: 1 },
        ])! - Math.LN2,
      ) < 1e-15,
    )
    assert.equal(
      generalizedEntropy2([
        { value: 0, count: 1 },
        { value: 1, count: 1 },
      ]),
      0.5,
    )
    assert.deepEqual(
      betweenGroups([
        [
          { value: 0, count: 1 },
          { value: 2, count: 1 },
        ],
        [],
      ]),
      [{ value: 1, count: 2 }],
    )
  })
})
