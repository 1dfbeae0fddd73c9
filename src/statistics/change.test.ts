import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { binomial, changeOf, generator, newcombe, newcombeBeyond } from './index.ts'

describe('the change of an estimate', () => {
  test('symmetric intervals give the usual sum of variances', () => {
    const change = changeOf({ value: 0.3, interval: [0.27, 0.33] }, { value: 0.1, interval: [0.06, 0.14] })!
    assert.ok(Math.abs(change.value + 0.2) < 1e-12)
    assert.ok(Math.abs(change.interval[0] + 0.25) < 1e-12 && Math.abs(change.interval[1] + 0.15) < 1e-12)
  })

  test('two shares give the interval of Newcombe when each is an estimate of its own', () => {
    // Wilson limits of 56/70 and 48/80 (Newcombe 1998, example a): the interval of the difference is 0.0524 to 0.3339.
    const change = changeOf(
      { value: 48 / 80, interval: [0.4904, 0.7005] },
      { value: 56 / 70, interval: [0.6917, 0.8772] },
    )!
    assert.ok(Math.abs(change.interval[0] - 0.0524) < 2e-4, String(change.interval[0]))
    assert.ok(Math.abs(change.interval[1] - 0.3339) < 2e-4, String(change.interval[1]))
  })

  test('its p-value is at the level where the interval touches nought', () => {
    const share = { k: 48, n: 80 }
    const zero = { value: 0, interval: [0, 0] as [number, number] }
    const alpha = newcombeBeyond({ k: 56, n: 70 }, share, 0)!
    const interval = newcombe({ k: 56, n: 70 }, share, alpha)!
    assert.ok(Math.abs(changeOf(zero, { value: 0.2, interval: [interval[0], interval[1]] }, alpha)!.p - alpha) < 1e-9)
  })

  test('nothing is said of an interval without its estimate, or of no level', () => {
    assert.equal(changeOf({ value: 0.5, interval: [0, 0.4] }, { value: 0, interval: [0, 0] }), undefined)
    assert.equal(changeOf({ value: 0, interval: [0, 0] }, { value: 0, interval: [0, 0] }, 0), undefined)
  })

  test('it holds the true change of a difference in about 95 of 100, also with small groups', () => {
    const random = generator(20_261_126)
    for (const [p, q, n, m] of [
      [0.3, 0.3, 60, 2_000],
      [0.1, 0.15, 200, 800],
      [0.5, 0.4, 400, 400],
    ] as const) {
      let within = 0
      let alarms = 0
      const runs = 2_000
      for (let i = 0; i < runs; i++) {
        const [before, after] = [0, 1].map(() => {
          const one = { k: binomial(random, n, p), n }
          const two = { k: binomial(random, m, q), n: m }
          return { value: one.k / n - two.k / m, interval: newcombe(one, two)! }
        })
        const change = changeOf(before!, after!)!
        if (change.interval[0] <= 0 && change.interval[1] >= 0) within++
        if (change.p <= 0.05) alarms++
      }
      assert.ok(within / runs > 0.94 && within / runs < 0.975, `${p} ${q}: ${within / runs}`)
      assert.ok(alarms / runs < 0.06, `${p} ${q}: ${alarms / runs}`)
    }
  })
})
