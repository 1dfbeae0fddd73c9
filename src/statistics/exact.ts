/** Exact tests: hypergeometric and binomial. Counts are whole and ≥ 0. */
import { incompleteBeta } from './beta.ts'
import { exp } from './elementary.ts'
import { logBinomialDensity } from './gamma.ts'

/** Tables as probable as the one seen count as well, though rounding may make them seem a little more so. */
const TIE = 1e-7

export type TwoByTwo = { readonly a: number; readonly b: number; readonly c: number; readonly d: number }

/**
 * Fisher's two-sided p of the table [[a, b], [c, d]]: the sum of the probabilities of all tables with these margins that are no
 * more probable. Relative error about 1e-12, also where p is 1e-300. 1 when a margin is 0; undefined for the empty table.
 */
export function fisher({ a, b, c, d }: TwoByTwo): number | undefined {
  const first = a + b
  const second = c + d
  const yes = a + c
  const n = first + second
  if (!(n > 0) || Math.min(a, b, c, d) < 0) return undefined
  if (first === 0 || second === 0 || yes === 0 || yes === n) return 1
  const p = yes / n
  const q = (b + d) / n
  const whole = logBinomialDensity(yes, n, p, q)
  const logDensity = (x: number) =>
    logBinomialDensity(x, first, p, q) + logBinomialDensity(yes - x, second, p, q) - whole
  const least = Math.max(0, yes - second)
  const most = Math.min(first, yes)
  const mode = Math.min(most, Math.max(least, Math.floor(((first + 1) * (yes + 1)) / (n + 2))))
  const seen = logDensity(a) + TIE
  const up = (x: number) => ((first - x) * (yes - x)) / ((x + 1) * (second - yes + x + 1))
  const down = (x: number) => (x * (second - yes + x)) / ((first - x + 1) * (yes - x + 1))
  const above = edge(mode, most, (x) => logDensity(x) <= seen)
  const below = -edge(-mode, -least, (x) => logDensity(-x) <= seen)
  if (above <= below || (above === mode && below === mode)) return 1
  let total = 0
  if (above <= most) total += tail(exp(logDensity(above)), above, most, 1, up)
  if (below >= least) total += tail(exp(logDensity(below)), below, least, -1, down)
  return Math.min(1, total)
}

/** The first whole number from `from` up to `to` for which a condition that stays true holds; to + 1 when none. */
function edge(from: number, to: number, holds: (x: number) => boolean): number {
  let low = from
  let high = to + 1
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (holds(middle)) high = middle
    else low = middle + 1
  }
  return low
}

/** Sum of a row of terms of which each is a ratio times the one before, until the rest no longer counts. */
function tail(first: number, from: number, to: number, step: 1 | -1, ratio: (x: number) => number): number {
  let term = first
  let sum = first
  for (let x = from; x !== to; x += step) {
    const r = ratio(x)
    term *= r
    sum += term
    // The ratios only fall from here, so the rest is below term·r/(1 − r).
    if (r < 1 && term * r < sum * (1 - r) * 1e-17) break
  }
  return sum
}

/** P(X ≤ k) for X ~ Binomial(n, p); 0 below 0, 1 from n up. */
export function binomialCdf(k: number, n: number, p: number): number {
  if (k < 0) return 0
  if (k >= n) return 1
  return incompleteBeta(p, k + 1, n - k)!.upper
}

/** Two-sided exact test that two counts come from a fair coin: McNemar on discordant pairs, the sign test. 1 when both are 0. */
export function fairCoin(first: number, second: number): number {
  return Math.min(1, 2 * binomialCdf(Math.min(first, second), first + second, 0.5))
}

/** Exact McNemar: `first` and `second` are the pairs in which only the one or only the other said yes. */
export function mcnemar(first: number, second: number): number {
  return fairCoin(first, second)
}

/** Sign test on differences; zeros are left out. */
export function signTest(differences: readonly number[]): {
  readonly positive: number
  readonly negative: number
  readonly p: number
} {
  const positive = differences.filter((d) => d > 0).length
  const negative = differences.filter((d) => d < 0).length
  return { positive, negative, p: fairCoin(positive, negative) }
}
