import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  below,
  binomial,
  binomialCdf,
  chiSquaredTail,
  conditionalShares,
  type Generator,
  generator,
  logBinomialDensity,
  multinomial,
  percentileInterval,
  poisson,
  quantileOfSorted,
  shuffle,
  signFlip,
} from './index.ts'

/** P of a χ² that holds counts of draws against their probabilities, cells of fewer than 8 expected put together. */
function fits(draw: () => number, density: (k: number) => number, draws: number, most: number): number {
  const seen = new Map<number, number>()
  for (let i = 0; i < draws; i++) {
    const k = draw()
    seen.set(k, (seen.get(k) ?? 0) + 1)
  }
  let statistic = 0
  let cells = 0
  let count = 0
  let expected = 0
  for (let k = 0; k <= most; k++) {
    count += seen.get(k) ?? 0
    expected += draws * density(k)
    if (expected >= 8) {
      statistic += (count - expected) ** 2 / expected
      cells++
      count = 0
      expected = 0
    }
  }
  return chiSquaredTail(statistic, cells - 1)!
}

describe('statistics: chance', () => {
  test('binomial draws follow the binomial law, on both sides of each method', () => {
    for (const [n, p] of [
      [1, 0.3],
      [20, 0.49],
      [20, 0.5],
      [19, 0.52],
      [100, 0.0999],
      [100, 0.1],
      [100, 0.9],
      [1000, 0.4],
      [5000, 0.7],
    ] as const) {
      const random = generator(11, n)
      const p0 = fits(
        () => binomial(random, n, p),
        (k) => Math.exp(logBinomialDensity(k, n, p)),
        40_000,
        n,
      )
      assert.ok(p0 > 1e-4, `binomial(${n}, ${p}): p = ${p0}`)
    }
    const random = generator(1)
    assert.equal(binomial(random, 0, 0.5), 0)
    assert.equal(binomial(random, 9, 0), 0)
    assert.equal(binomial(random, 9, 1), 9)
  })

  test('Poisson draws follow the Poisson law', () => {
    for (const m of [0.3, 5, 9.99, 10, 60, 900]) {
      const random = generator(12, Math.round(m * 100))
      let term = Math.exp(-m)
      const densities = Array.from({ length: 2_000 }, (_, k) => {
        if (k > 0) term *= m / k
        return m > 700 ? Math.exp(-m + k * Math.log(m) - logFactorialSlow(k)) : term
      })
      const p0 = fits(
        () => poisson(random, m),
        (k) => densities[k]!,
        40_000,
        1_999,
      )
      assert.ok(p0 > 1e-4, `poisson(${m}): p = ${p0}`)
    }
    assert.equal(poisson(generator(1), 0), 0)
  })

  test('a multinomial draw keeps the total and the shares', () => {
    const counts = [5, 0, 80, 15]
    const shares = conditionalShares(counts)
    const into = new Float64Array(4)
    const totals = [0, 0, 0, 0]
    for (let b = 0; b < 4_000; b++) {
      multinomial(generator(3, b), 100, shares, into)
      assert.equal(
        into.reduce((x, y) => x + y, 0),
        100,
      )
      for (const [i, drawn] of into.entries()) totals[i]! += drawn
    }
    assert.equal(totals[1], 0)
    for (const [i, total] of totals.entries()) {
      const share = counts[i]! / 100
      const error = Math.sqrt((share * (1 - share)) / 400_000)
      assert.ok(Math.abs(total / 400_000 - share) <= 4 * error)
    }
  })

  test('streams of one seed are unlike each other, and the same seed gives the same', () => {
    const row = (random: Generator) => Array.from({ length: 4 }, () => random.uint32())
    const rows = new Set(
      [0, 1, 2, 2 ** 32, 2 ** 40].flatMap((stream) =>
        [0, 1, 2 ** 33].map((seed) => row(generator(seed, stream)).join()),
      ),
    )
    assert.equal(rows.size, 15)
    assert.deepEqual(row(generator(7, 3)), row(generator(7, 3)))
  })

  test('whole numbers below a bound and shuffles are even', () => {
    const random = generator(5)
    const p0 = fits(
      () => below(random, 7),
      () => 1 / 7,
      70_000,
      6,
    )
    assert.ok(p0 > 1e-4)
    const orders = new Map<string, number>()
    for (let i = 0; i < 24_000; i++) {
      const order = shuffle(random, ['a', 'b', 'c', 'd']).join('')
      orders.set(order, (orders.get(order) ?? 0) + 1)
    }
    assert.equal(orders.size, 24)
    assert.ok([...orders.values()].every((count) => Math.abs(count - 1000) < 150))
  })

  test('quantiles are linear between the values', () => {
    assert.equal(quantileOfSorted([], 0.5), undefined)
    assert.equal(quantileOfSorted([3], 0.9), 3)
    assert.equal(quantileOfSorted([1, 2, 3, 4], 0.5), 2.5)
    assert.equal(quantileOfSorted([1, 2, 3, 4], 1), 4)
    assert.deepEqual(percentileInterval(Float64Array.of(3, Number.NaN, 1, 2), 0.5), { lower: 1.5, upper: 2.5, used: 3 })
    assert.equal(percentileInterval(Float64Array.of(Number.NaN), 0.5), undefined)
  })

  test('flipping signs: exact for few clusters, and 500 repeats of five templates are five', () => {
    const chance = { random: generator(1), draws: 20_000 }
    assert.equal(signFlip([], chance), undefined)
    assert.equal(signFlip([1, 1, 1, 1, 1], chance), 2 / 32)
    assert.equal(signFlip([100, 100, 100, 100, 100], chance), 2 / 32)
    assert.equal(signFlip([1, -1], chance), 1)
    const many = Array.from({ length: 40 }, (_, i) => (i < 28 ? 1 : -1))
    const exact = 2 * binomialCdf(12, 40, 0.5)
    assert.ok(Math.abs(signFlip(many, chance)! - exact) < 0.005)
  })
})

function logFactorialSlow(n: number): number {
  let sum = 0
  for (let i = 2; i <= n; i++) sum += Math.log(i)
  return sum
}
