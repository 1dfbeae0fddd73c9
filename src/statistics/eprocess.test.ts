import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  benjaminiHochberg,
  binomialCdf,
  eBenjaminiHochberg,
  epochAlpha,
  exp,
  freshBet,
  freshBlock,
  freshTolerant,
  generator,
  holm,
  isAlarm,
  logMeanE,
  mcnemarSampleSize,
  neededForEquality,
  pairHalfWidth,
  rateSequence,
  smallestDetectable,
  stepBlock,
  stepPair,
  stepTolerantPair,
  tolerantLogE,
} from './index.ts'

const outcome = (random: { uniform(): number }, rate: number) => (random.uniform() < rate ? 1 : 0)

describe('statistics: evidence at any time', () => {
  test('the expected e-value after one more block is what it was, whatever the common rate', () => {
    // All outcomes of a block of one and two, under three common rates, from a state that already leans.
    const state = { logE: 0.7, n: 20, yes: 4, nReference: 30, yesReference: 17 }
    for (const [rate, expectation] of [
      [0.1, 'own'],
      [0.5, 'own'],
      [0.93, 'own'],
      [0.1, 'leaning'],
      [0.5, 'leaning'],
      [0.93, 'leaning'],
    ] as const) {
      let expected = 0
      for (let yes = 0; yes <= 1; yes++)
        for (let yesReference = 0; yesReference <= 2; yesReference++) {
          const ways = yesReference === 1 ? 2 : 1
          const chance = rate ** (yes + yesReference) * (1 - rate) ** (3 - yes - yesReference) * ways
          expected += chance * exp(stepBlock(state, { n: 1, yes, nReference: 2, yesReference }, expectation).logE)
        }
      assert.ok(expected <= exp(0.7) * (1 + 1e-12), `${rate}: ${expected}`)
    }
  })

  test('a bet does not see the outcome it is for: at equal rates the expected wealth stays', () => {
    const state = { logE: 0, bet: 0.31, squares: 9 }
    for (const rate of [0.05, 0.5]) {
      const both = rate * rate + (1 - rate) * (1 - rate)
      const one = rate * (1 - rate)
      const expected =
        both * exp(stepPair(state, 0).logE) + one * exp(stepPair(state, 1).logE) + one * exp(stepPair(state, -1).logE)
      assert.ok(Math.abs(expected - 1) < 1e-12)
    }
  })

  test('with a tolerance, a difference on its edge wins nothing in expectation', () => {
    const state = { up: { logE: 0, bet: 0.4, squares: 5 }, down: { logE: 0, bet: 0.2, squares: 5 } }
    const up = 0.06
    const down = 0.04
    const expected =
      up * exp(stepTolerantPair(state, 1, 0.02).up.logE) +
      down * exp(stepTolerantPair(state, -1, 0.02).up.logE) +
      (1 - up - down) * exp(stepTolerantPair(state, 0, 0.02).up.logE)
    assert.ok(Math.abs(expected - 1) < 1e-12)
    assert.equal(tolerantLogE(freshTolerant), 0)
  })

  test('states go through JSON and on as if nothing happened', () => {
    const random = generator(3)
    let straight = { bet: freshBet, block: freshBlock }
    let stored = straight
    for (let t = 0; t < 300; t++) {
      const g = outcome(random, 0.6) - outcome(random, 0.3)
      const block = { n: 1, yes: outcome(random, 0.6), nReference: 3, yesReference: 1 }
      straight = { bet: stepPair(straight.bet, g), block: stepBlock(straight.block, block) }
      stored = JSON.parse(JSON.stringify(stored))
      stored = { bet: stepPair(stored.bet, g), block: stepBlock(stored.block, block) }
    }
    assert.deepEqual(stored, straight)
    assert.ok(isAlarm(straight.bet.logE, 0.05))
  })

  test('looked at after each of 2,000 pairs, equal groups rarely alarm and unequal ones soon do', () => {
    const runs = 200
    let falseAlarms = 0
    const delays: number[] = []
    for (let run = 0; run < runs; run++) {
      const random = generator(21, run)
      let state = freshBlock
      let alarmed = false
      for (let t = 0; t < 2_000 && !alarmed; t++) {
        state = stepBlock(state, { n: 1, yes: outcome(random, 0.3), nReference: 1, yesReference: outcome(random, 0.3) })
        alarmed = isAlarm(state.logE, 0.05)
      }
      if (alarmed) falseAlarms++
      let pairs = freshBet
      let t = 0
      while (t < 5_000 && !isAlarm(pairs.logE, 0.05)) {
        pairs = stepPair(pairs, outcome(random, 0.5) - outcome(random, 0.3))
        t++
      }
      delays.push(t)
    }
    assert.ok(falseAlarms <= runs * 0.05 + 2 * Math.sqrt(runs * 0.05 * 0.95), String(falseAlarms))
    assert.ok(delays.sort((a, b) => a - b)[runs / 2]! < 150)
  })

  test('epochs: alpha first, then a falling share of it', () => {
    assert.equal(epochAlpha(0.05, 1), 0.05)
    assert.ok(Math.abs(epochAlpha(0.05, 2) - (0.05 * 6) / (Math.PI ** 2 * 4)) < 1e-15)
    let later = 0
    for (let j = 2; j < 100_000; j++) later += epochAlpha(0.05, j)
    assert.ok(later < 0.4 * 0.05)
  })

  test('a mean of e-values, and the groups that e-BH names', () => {
    assert.ok(Math.abs(logMeanE([0, Math.log(3)]) - Math.log(2)) < 1e-15)
    const e = [Math.log(50), Math.log(3), Math.log(100), Math.log(1)]
    // Four groups, alpha 0.1: one needs 40, two need 20 each, three 13.4.
    assert.deepEqual(eBenjaminiHochberg(e, 0.1), [0, 2])
    assert.deepEqual(eBenjaminiHochberg([Math.log(39), 0, 0, 0], 0.1), [])
    assert.deepEqual(eBenjaminiHochberg([Math.log(41), 0, 0, 0], 0.1), [0])
  })

  test('a confidence sequence for a rate misses it at some time no more often than it says', () => {
    const runs = 200
    let missed = 0
    for (let run = 0; run < runs; run++) {
      const random = generator(31, run)
      let k = 0
      let out = false
      for (let n = 1; n <= 400 && !out; n++) {
        k += outcome(random, 0.2)
        if (n % 5 === 0) {
          const [l, u] = rateSequence(k, n, 0.1)!
          out = l > 0.2 || u < 0.2
        }
      }
      if (out) missed++
    }
    assert.ok(missed <= runs * 0.1 + 2 * Math.sqrt(runs * 0.09), String(missed))
    assert.deepEqual(rateSequence(0, 0, 0.05), [0, 1])
    assert.equal(rateSequence(3, 2, 0.05), undefined)
    assert.equal(pairHalfWidth(0, 0.05, 500), undefined)
  })

  test('Holm and Benjamini–Hochberg leave out what is undefined and keep the order', () => {
    const ps = [0.01, undefined, 0.04, 0.03]
    assert.deepEqual(holm(ps), [0.03, undefined, 0.06, 0.06])
    assert.deepEqual(benjaminiHochberg(ps), [0.03, undefined, 0.04, 0.04])
    assert.deepEqual(holm([]), [])
    assert.deepEqual(holm([0.9, 0.8]), [1, 1])
  })

  test('sizes: the smallest difference that shows, and the pairs that a test needs', () => {
    const at = { alpha: 0.05, power: 0.8 }
    const sizes = { n: 200, nReference: 200, referenceRate: 0.3 }
    const d = smallestDetectable(sizes, at)!
    assert.ok(d > 0.11 && d < 0.14, String(d))
    assert.ok(smallestDetectable({ ...sizes, n: 2000, nReference: 2000 }, at)! < d)
    assert.ok(smallestDetectable(sizes, { ...at, margin: 0.05 })! > d + 0.04)
    assert.equal(smallestDetectable({ n: 1, nReference: 500, referenceRate: 0.5 }, at), undefined)
    assert.equal(smallestDetectable({ n: 0, nReference: 500, referenceRate: 0.5 }, at), undefined)
    assert.deepEqual(mcnemarSampleSize({ discordant: 0.1, split: 0.7 }, at), { discordantPairs: 47, pairs: 467 })
    assert.equal(mcnemarSampleSize({ discordant: 0.1, split: 0.5 }, at), undefined)
    const needed = neededForEquality({ nReference: 100_000, referenceRate: 0.3 }, { ...at, margin: 0.05 })!
    assert.ok(needed > 850 && needed < 920, String(needed))
    assert.equal(neededForEquality({ nReference: 100, referenceRate: 0.3 }, { ...at, margin: 0.05 }), undefined)
  })

  test('a found difference of the smallest detectable size is found in about four of five tries', () => {
    const sizes = { n: 300, nReference: 600, referenceRate: 0.3 }
    const d = smallestDetectable(sizes, { alpha: 0.05, power: 0.8 })!
    // Exact power of the z-test over the binomial of the group, the reference taken at its mean.
    const critical = 1.96 * Math.sqrt(0.3 * 0.7 * (1 / 300 + 1 / 600))
    const power = binomialCdf(Math.floor(300 * (0.3 - critical)), 300, 0.3 - d)
    assert.ok(power > 0.7 && power < 0.95, String(power))
  })
})
