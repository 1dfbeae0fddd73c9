/** Against the sequential and test vectors that lie beside the checkout. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { sharedData, without } from '../platform/shared-data.ts'
import {
  benjaminiHochberg,
  chiSquared,
  fisher,
  freshBet,
  freshBlock,
  freshTolerant,
  holm,
  logWaldRatio,
  newcombe,
  pairHalfWidth,
  rateSequence,
  stepBlock,
  stepPair,
  stepTolerantPair,
  tolerantLogE,
} from './index.ts'

const folder = sharedData('fairness', 'vectors')
const read = (name: string) => JSON.parse(readFileSync(join(folder!, name), 'utf8'))
const near = (found: number, expected: number, tolerance: number, what: string) =>
  assert.ok(Math.abs(found - expected) <= tolerance, `${what}: ${found} instead of ${expected}`)

describe('statistics: shared vectors', () => {
  test('sequential: bets, bets with tolerance, blocks', { skip: without(folder) }, () => {
    const vectors = read('sequential.json')
    let bet = freshBet
    let tolerant = freshTolerant
    let block = freshBlock
    for (let t = 0; t < vectors.groupA.length; t++) {
      const g = vectors.groupB[t] - vectors.groupA[t]
      bet = stepPair(bet, g)
      near(bet.logE, vectors.onsTwoSided.logE[t], vectors.tolerance, `pair ${t}`)
      tolerant = stepTolerantPair(tolerant, g, vectors.onsTolerance.eps)
      near(tolerantLogE(tolerant), vectors.onsTolerance.logE[t], vectors.tolerance, `tolerant pair ${t}`)
      const three = vectors.groupB3.slice(3 * t, 3 * t + 3)
      const yesReference = three.reduce((x: number, y: number) => x + y, 0)
      block = stepBlock(block, { n: 1, yes: vectors.groupA[t], nReference: 3, yesReference })
      near(block.logE, vectors.block13.logE[t], vectors.tolerance, `block ${t}`)
    }
  })

  test('confidence sequences', { skip: without(folder) }, () => {
    const { normalMixture, betaBinomialCs, tolerance } = read('sequential.json')
    for (const [i, t] of normalMixture.t.entries())
      near(
        pairHalfWidth(t, normalMixture.alpha, normalMixture.tunedAt)!,
        normalMixture.halfWidth[i],
        tolerance,
        `t = ${t}`,
      )
    for (const { k, n, alpha, interval } of betaBinomialCs) {
      const [l, u] = rateSequence(k, n, alpha)!
      near(l, interval[0], tolerance, `${k}/${n} lower`)
      near(u, interval[1], tolerance, `${k}/${n} upper`)
    }
  })

  test('comparisons of groups: Fisher down to 1e-284, χ², Newcombe, ratios, Holm', { skip: without(folder) }, () => {
    let compared = 0
    for (const name of readdirSync(folder!).filter((file) => /^(bank|german)/.test(file))) {
      const { groups, comparisons } = read(name).expected
      if (comparisons === undefined) continue
      const share = (group: object) => {
        const { metrics, n } = groups.find(
          (one: { group: object }) => JSON.stringify(one.group) === JSON.stringify(group),
        )
        return { k: metrics.tp + metrics.fp, n }
      }
      const ps: number[] = []
      for (const one of comparisons) {
        const a = share(one.group)
        const b = share(one.reference)
        const p = fisher({ a: a.k, b: a.n - a.k, c: b.k, d: b.n - b.k })!
        ps.push(p)
        near(p, one.fisherP, 1e-6 * one.fisherP, `${name} Fisher`)
        near(newcombe(a, b)![0], one.newcombe95[0], 1e-9, `${name} Newcombe`)
        near(newcombe(a, b)![1], one.newcombe95[1], 1e-9, `${name} Newcombe`)
        if (one.ratioLogWald95) {
          near(logWaldRatio(a, b, 0.05, 1)![0], one.ratioLogWald95[0], 1e-9, `${name} ratio`)
          near(logWaldRatio(a, b, 0.05, 1)![1], one.ratioLogWald95[1], 1e-9, `${name} ratio`)
        } else assert.equal(logWaldRatio(a, b, 0.05, 1), undefined)
        const chi = chiSquared([
          [a.k, a.n - a.k],
          [b.k, b.n - b.k],
        ])
        near(chi?.statistic ?? 0, one.chi2 ?? 0, 1e-9 * Math.max(1, one.chi2), `${name} χ²`)
        near(chi?.p ?? 1, one.chi2P ?? 1, 1e-6 * (one.chi2P ?? 1) + 1e-300, `${name} χ² p`)
        compared++
      }
      for (const [i, p] of holm(ps).entries())
        near(p!, comparisons[i].fisherPHolm, 1e-6 * comparisons[i].fisherPHolm, `${name} Holm`)
      for (const [i, p] of benjaminiHochberg(ps).entries()) {
        const expected = comparisons[i].fisherPBenjaminiHochberg
        near(p!, expected, 1e-6 * expected, `${name} Benjamini–Hochberg`)
      }
    }
    assert.ok(compared > 130, String(compared))
  })
})
