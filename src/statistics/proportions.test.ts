import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  clopperPearson,
  fisher,
  logWaldRatio,
  newcombe,
  newcombeBeyond,
  newcombePaired,
  normalTail,
  type Share,
  wilson,
} from './index.ts'

const share = fc
  .integer({ min: 1, max: 400 })
  .chain((n) => fc.integer({ min: 0, max: n }).map((k): Share => ({ k, n })))

describe('statistics: shares', () => {
  test('what is undefined is undefined', () => {
    for (const wrong of [
      { k: 0, n: 0 },
      { k: -1, n: 3 },
      { k: 4, n: 3 },
      { k: Number.NaN, n: 3 },
    ]) {
      assert.equal(wilson(wrong), undefined)
      assert.equal(clopperPearson(wrong), undefined)
      assert.equal(newcombe(wrong, { k: 1, n: 2 }), undefined)
      assert.equal(newcombe({ k: 1, n: 2 }, wrong), undefined)
    }
    assert.equal(wilson({ k: 1, n: 2 }, 0), undefined)
    assert.equal(wilson({ k: 1, n: 2 }, 1), undefined)
  })

  test('an interval holds its own estimate, stays in range and grows with certainty', () => {
    fc.assert(
      fc.property(share, share, (first, second) => {
        for (const interval of [wilson, clopperPearson]) {
          const [l, u] = interval(first)!
          const p = first.k / first.n
          assert.ok(0 <= l && l <= p && p <= u && u <= 1)
          const [l99, u99] = interval(first, 0.01)!
          assert.ok(l99 <= l && u <= u99)
        }
        const [l, u] = newcombe(first, second)!
        const d = first.k / first.n - second.k / second.n
        assert.ok(-1 <= l && l <= d && d <= u && u <= 1)
        const [ml, mu] = newcombe(second, first)!
        assert.ok(Math.abs(ml + u) < 1e-12 && Math.abs(mu + l) < 1e-12)
      }),
      { seed: 5 },
    )
  })

  test('at no events the lower end is exactly 0, at all events the upper end exactly 1', () => {
    assert.equal(wilson({ k: 0, n: 7 })![0], 0)
    assert.equal(wilson({ k: 7, n: 7 })![1], 1)
    assert.equal(clopperPearson({ k: 0, n: 7 })![0], 0)
    assert.equal(clopperPearson({ k: 7, n: 7 })![1], 1)
  })

  test('the p beyond a margin is where the interval just touches it', () => {
    fc.assert(
      fc.property(share, share, fc.double({ min: 0, max: 0.3, noNaN: true }), (first, second, margin) => {
        const d = first.k / first.n - second.k / second.n
        const p = newcombeBeyond(first, second, margin)!
        if (Math.abs(d) <= margin) return assert.equal(p, 1)
        if (p > 1e-12 && p < 0.999) {
          const [l, u] = newcombe(first, second, p)!
          assert.ok(Math.abs(d > 0 ? l - margin : u + margin) < 1e-9)
        }
      }),
      { seed: 5 },
    )
    assert.ok(newcombeBeyond({ k: 0, n: 100_000 }, { k: 100_000, n: 100_000 }, 0)! <= 2 * normalTail(40))
    assert.equal(newcombeBeyond({ k: 0, n: 0 }, { k: 1, n: 2 }, 0), undefined)
  })

  test('a ratio needs events on both sides', () => {
    assert.equal(logWaldRatio({ k: 4, n: 50 }, { k: 20, n: 50 }), undefined)
    assert.ok(logWaldRatio({ k: 5, n: 50 }, { k: 5, n: 50 }) !== undefined)
    assert.equal(logWaldRatio({ k: 0, n: 50 }, { k: 20, n: 50 }, 0.05, 0), undefined)
    const [l, u] = logWaldRatio({ k: 20, n: 100 }, { k: 40, n: 100 })!
    assert.ok(Math.abs(l * u - 0.25) < 1e-12, 'symmetric on the log scale')
  })

  test('paired: no correlation is as unpaired but for the smaller sample, perfect agreement is narrow', () => {
    const [l, u] = newcombePaired({ both: 25, first: 25, second: 25, neither: 25 })!
    const [il, iu] = newcombe({ k: 50, n: 100 }, { k: 50, n: 100 })!
    assert.ok(Math.abs(l - il) < 1e-12 && Math.abs(u - iu) < 1e-12)
    const [tl, tu] = newcombePaired({ both: 50, first: 0, second: 0, neither: 50 })!
    assert.ok(tu - tl < (u - l) / 2)
    const [sl, su] = newcombePaired({ both: 20, first: 12, second: 2, neither: 16 })!
    // By hand from the formula: φ = (20·16 − 12·2 − 25)/√(32·18·22·28).
    assert.ok(Math.abs(sl - 0.056156424841748265) < 1e-12 && Math.abs(su - 0.3292069954001405) < 1e-12)
    assert.equal(newcombePaired({ both: 0, first: 0, second: 0, neither: 0 }), undefined)
  })

  test('Fisher does not mind the order of rows or columns, and is 1 when a margin is empty', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 4, maxLength: 4 }), ([a, b, c, d]) => {
        const p = fisher({ a: a!, b: b!, c: c!, d: d! })
        if (a! + b! + c! + d! === 0) return assert.equal(p, undefined)
        for (const other of [
          { a: c!, b: d!, c: a!, d: b! },
          { a: b!, b: a!, c: d!, d: c! },
          { a: a!, b: c!, c: b!, d: d! },
        ])
          assert.ok(Math.abs(fisher(other)! - p!) < 1e-12)
        assert.ok(p! > 0 && p! <= 1)
      }),
      { seed: 5 },
    )
    assert.equal(fisher({ a: 0, b: 0, c: 3, d: 4 }), 1)
    assert.equal(fisher({ a: 0, b: 3, c: 0, d: 4 }), 1)
  })

  test('Fisher with millions of rows is as quick as with few', () => {
    const p = fisher({ a: 1_000_000, b: 4_000_000, c: 1_002_000, d: 3_998_000 })!
    assert.ok(p > 0.0001 && p < 0.2, String(p))
  })
})
