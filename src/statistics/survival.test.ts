import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  type DurationCount,
  kaplanMeier,
  logRank,
  meanInterval,
  momentsOf,
  shareBeyond,
  studentCritical,
  studentTail,
  survivalQuantile,
  weightedQuantile,
  welch,
} from './index.ts'

/** Remission in weeks under 6-MP and under placebo (Freireich et al. 1963), of which the estimates are in every textbook. */
const treated: DurationCount[] = [
  [6, 3, 1],
  [7, 1, 0],
  [9, 0, 1],
  [10, 1, 1],
  [11, 0, 1],
  [13, 1, 0],
  [16, 1, 0],
  [17, 0, 1],
  [19, 0, 1],
  [20, 0, 1],
  [22, 1, 0],
  [23, 1, 0],
  [25, 0, 1],
  [32, 0, 2],
  [34, 0, 1],
  [35, 0, 1],
].map(([time, ended, censored]) => ({ time: time!, ended: ended!, censored: censored! }))
const placebo: DurationCount[] = [
  [1, 2],
  [2, 2],
  [3, 1],
  [4, 2],
  [5, 2],
  [8, 4],
  [11, 2],
  [12, 2],
  [15, 1],
  [17, 1],
  [22, 1],
  [23, 1],
].map(([time, ended]) => ({ time: time!, ended: ended!, censored: 0 }))

describe('statistics: durations and means', () => {
  test('Kaplan–Meier gives the published shares and median', () => {
    const shares = kaplanMeier(treated).map(({ time, share }) => [time, Number(share.toFixed(3))])
    assert.deepEqual(shares, [
      [6, 0.857],
      [7, 0.807],
      [10, 0.753],
      [13, 0.69],
      [16, 0.627],
      [22, 0.538],
      [23, 0.448],
    ])
    assert.equal(survivalQuantile(treated, 0.5).value, 23)
    assert.equal(survivalQuantile(placebo, 0.5).value, 8)
    assert.equal(survivalQuantile(treated, 0.9).value, undefined)
    const [l, u] = survivalQuantile(treated, 0.5).interval!
    assert.ok(l <= 23 && l >= 10 && u === Number.POSITIVE_INFINITY)
  })

  test('without censoring it is the plain share that lasts longer', () => {
    for (const time of [0, 1, 8, 22, 23, 50]) {
      const longer = placebo.filter((one) => one.time > time).reduce((sum, { ended }) => sum + ended, 0)
      assert.ok(Math.abs(shareBeyond(placebo, time)!.share - longer / 21) < 1e-12)
    }
    assert.equal(shareBeyond([], 3), undefined)
    const { share, interval } = shareBeyond(treated, 10)!
    assert.ok(interval![0] < share && share < interval![1])
  })

  test('leaving the censored out makes the wait look shorter', () => {
    const forgotten = treated.filter(({ ended }) => ended > 0).map((one) => ({ ...one, censored: 0 }))
    assert.ok(survivalQuantile(forgotten, 0.5).value! < survivalQuantile(treated, 0.5).value!)
  })

  test('the log-rank test gives the published 16.79', () => {
    assert.ok(Math.abs(logRank(treated, placebo)!.statistic - 16.793) < 0.001)
    assert.ok(logRank(treated, placebo)!.p < 1e-4)
    assert.equal(logRank([], placebo), undefined)
    assert.ok(logRank(placebo, placebo)!.statistic < 1e-20)
  })

  test('Student’s t: tables of the textbook', () => {
    for (const [df, t] of [
      [1, 12.706204736],
      [4, 2.776445105],
      [30, 2.042272456],
    ] as const) {
      assert.ok(Math.abs(studentCritical(0.05, df)! - t) < 1e-8)
      assert.ok(Math.abs(studentTail(t, df)! - 0.05) < 1e-9)
    }
    assert.equal(studentCritical(0.05, 0), undefined)
  })

  test('Welch on two samples of unequal spread', () => {
    const first = momentsOf([1, 2, 3, 4, 5].map((value) => ({ value, count: 1 })))
    const second = momentsOf([2, 4, 6, 8, 10, 12].map((value) => ({ value, count: 1 })))
    const test = welch(first, second)!
    assert.equal(test.difference, -4)
    // t = −4/√(2.5/5 + 14/6), df = (0.5 + 2.3333)²/(0.25/4 + 5.4444/5)
    assert.ok(Math.abs(test.t + 4 / Math.sqrt(0.5 + 14 / 6)) < 1e-12)
    assert.ok(Math.abs(test.df - (0.5 + 14 / 6) ** 2 / (0.25 / 4 + (14 / 6) ** 2 / 5)) < 1e-12)
    assert.equal(welch(momentsOf([{ value: 1, count: 1 }]), second), undefined)
    assert.equal(welch(momentsOf([{ value: 1, count: 5 }]), momentsOf([{ value: 1, count: 3 }])), undefined)
    assert.equal(meanInterval(momentsOf([{ value: 3, count: 1 }])), undefined)
  })

  test('moments of counted values are those of the values, also far from 0', () => {
    const { n, mean, squares } = momentsOf([
      { value: 1e9 + 1, count: 2 },
      { value: 1e9 + 3, count: 2 },
    ])
    assert.deepEqual([n, mean, squares], [4, 1e9 + 2, 4])
  })

  test('weighted quantiles', () => {
    const of = (...pairs: [number, number][]) => pairs.map(([value, weight]) => ({ value, weight }))
    assert.equal(weightedQuantile([], 0.5), undefined)
    assert.equal(weightedQuantile(of([1, 1], [2, 1]), 0.5), 1.5)
    assert.equal(weightedQuantile(of([1, 1], [2, 1], [3, 1]), 0.5), 2)
    assert.equal(weightedQuantile(of([1, 3], [9, 1]), 0.5), 1)
    assert.equal(weightedQuantile(of([1, 1], [5, 0], [9, 1]), 1), 9)
  })
})
