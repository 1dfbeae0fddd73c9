/** Against testdata/vectors/statistics: values made another way (exact rational numbers, 60 digits). */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import {
  binomialCdf,
  chiSquared,
  chiSquaredTail,
  clopperPearson,
  cochransQ,
  cramersV,
  cramersVCorrected,
  fisher,
  generator,
  goodmanKruskalLambda,
  incompleteBeta,
  incompleteBetaInverse,
  incompleteGamma,
  incompleteGammaInverse,
  logGamma,
  mantelHaenszelTest,
  mcnemar,
  mutualInformation,
  newcombe,
  normalQuantile,
  normalTail,
  oddsRatio,
  riskDifference,
  uncertaintyCoefficient,
  wilson,
  xoshiro,
} from './index.ts'

const read = (name: string) =>
  JSON.parse(readFileSync(join(import.meta.dirname, `../../testdata/vectors/statistics/${name}.json`), 'utf8'))

function near(found: number | undefined, expected: number, tolerance: number, what: string): void {
  assert.ok(
    found !== undefined && Math.abs(found - expected) <= tolerance,
    `${what}: ${found} instead of ${expected} (${tolerance})`,
  )
}
const relatively = (found: number | undefined, expected: number, tolerance: number, what: string) =>
  near(found, expected, tolerance * Math.abs(expected), what)

describe('statistics: own vectors', () => {
  test('special functions', () => {
    const vectors = read('special-functions')
    const tolerance = vectors.relativeTolerance
    for (const [x, expected] of vectors.logGamma)
      near(logGamma(x), expected, tolerance * Math.max(1, expected), `logGamma ${x}`)
    for (const [z, expected] of vectors.normalTail) relatively(normalTail(z), expected, 3e-13, `tail ${z}`)
    for (const [p, expected] of vectors.normalQuantile)
      relatively(normalQuantile(Number(p)), expected, Number(p) > 0.9999 ? 1e-12 : 1e-15 * 4, `quantile ${p}`)
    for (const [x, df, expected] of vectors.chiSquaredTail)
      relatively(chiSquaredTail(x, df), expected, 3e-13, `chi2 ${x} ${df}`)
    for (const [x, a, b, expected] of vectors.incompleteBeta)
      relatively(incompleteBeta(x, a, b)?.lower, expected, tolerance, `beta ${x} ${a} ${b}`)
  })

  test('inverses undo what they invert', () => {
    for (const p of [1e-12, 0.001, 0.025, 0.4, 0.5, 0.9, 0.999])
      for (const a of [0.3, 1, 7, 500]) {
        relatively(incompleteGamma(a, incompleteGammaInverse(a, p)!)?.lower, p, 1e-10, `gamma ${p} ${a}`)
        for (const b of [0.5, 3, 2000])
          relatively(incompleteBeta(incompleteBetaInverse(p, a, b)!, a, b)?.lower, p, 1e-9, `beta ${p} ${a} ${b}`)
      }
  })

  test('intervals for shares', () => {
    const { wilson95, clopperPearson95, newcombe95, tolerance } = read('proportions')
    const both = (found: readonly [number, number] | undefined, expected: [number, number], what: string) => {
      near(found?.[0], expected[0], tolerance, `${what} lower`)
      near(found?.[1], expected[1], tolerance, `${what} upper`)
    }
    for (const [k, n, expected] of wilson95) both(wilson({ k, n }), expected, `Wilson ${k}/${n}`)
    for (const [k, n, expected] of clopperPearson95) both(clopperPearson({ k, n }), expected, `exact ${k}/${n}`)
    for (const [k1, n1, k2, n2, expected] of newcombe95)
      both(newcombe({ k: k1, n: n1 }, { k: k2, n: n2 }), expected, `Newcombe ${k1}/${n1} ${k2}/${n2}`)
  })

  test('exact tests', () => {
    const vectors = read('exact-tests')
    const tolerance = vectors.relativeTolerance
    for (const [a, b, c, d, expected] of vectors.fisher)
      relatively(fisher({ a, b, c, d }), expected, tolerance, `Fisher ${a} ${b} ${c} ${d}`)
    for (const [b, c, expected] of vectors.mcnemar) relatively(mcnemar(b, c), expected, tolerance, `McNemar ${b} ${c}`)
    for (const [k, n, p, expected] of vectors.binomialCdf)
      relatively(binomialCdf(k, n, p), expected, tolerance, `binomial ${k} ${n} ${p}`)
  })

  test('tables and strata', () => {
    const vectors = read('tables')
    const { tolerance } = vectors
    for (const { table, ...expected } of vectors.tables) {
      const what = JSON.stringify(table)
      near(chiSquared(table)?.statistic, expected.chi2, tolerance * expected.chi2, what)
      assert.equal(chiSquared(table)?.df, expected.df)
      relatively(chiSquared(table)?.p, expected.p, 1e-10, what)
      near(cramersV(table), expected.cramersV, tolerance, what)
      near(cramersVCorrected(table), expected.cramersVBergsmaCorrected, tolerance, what)
      near(mutualInformation(table), expected.mutualInformationNats, tolerance, what)
      near(uncertaintyCoefficient(table), expected.uncertaintyCoefficient, tolerance, what)
      near(goodmanKruskalLambda(table), expected.goodmanKruskalLambda, tolerance, what)
    }
    const q = cochransQ(vectors.cochransQ.items)
    near(q?.statistic, vectors.cochransQ.statistic, tolerance, 'Q')
    relatively(q?.p, vectors.cochransQ.p, 1e-10, 'Q p')
    for (const { strata, ...expected } of vectors.mantelHaenszel) {
      const given = strata.map(([k1, n1, k2, n2]: number[]) => ({ first: { k: k1, n: n1 }, second: { k: k2, n: n2 } }))
      near(riskDifference(given)?.value, expected.riskDifference, tolerance, 'risk difference')
      near(riskDifference(given)?.interval[0], expected.riskDifference95[0], tolerance, 'risk difference lower')
      near(riskDifference(given)?.interval[1], expected.riskDifference95[1], tolerance, 'risk difference upper')
      near(oddsRatio(given)?.value, expected.oddsRatio, tolerance, 'odds ratio')
      near(oddsRatio(given)?.interval[0], expected.oddsRatio95[0], tolerance, 'odds ratio lower')
      relatively(oddsRatio(given)?.interval[1], expected.oddsRatio95[1], tolerance, 'odds ratio upper')
      near(mantelHaenszelTest(given)?.statistic, expected.chi2, 1e-11, 'CMH')
      relatively(mantelHaenszelTest(given)?.p, expected.p, 1e-10, 'CMH p')
    }
  })

  test('chance with a seed gives the same numbers everywhere', () => {
    const { fromState, fromSeed } = read('random')
    const random = xoshiro(fromState.state)
    assert.deepEqual(
      fromState.uint32.map(() => random.uint32()),
      fromState.uint32,
    )
    for (const { seed, stream, uint32 } of fromSeed) {
      const own = generator(seed, stream)
      assert.deepEqual(
        uint32.map(() => own.uint32()),
        uint32,
      )
    }
  })
})
