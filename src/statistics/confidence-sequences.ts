/** Intervals that hold at all times at once, for charts that are looked at every day. */
import { logBeta } from './beta.ts'
import { log, log1p } from './elementary.ts'
import type { Interval } from './interval.ts'

/**
 * For one rate, after k of n: the p that Robbins' mixture with a uniform prior has not excluded,
 * {p : B(k+1, n−k+1)/(p^k (1−p)^(n−k)) < 1/alpha}. [0, 1] at n = 0.
 */
export function rateSequence(k: number, n: number, alpha: number): Interval | undefined {
  if (!(n >= 0) || !(k >= 0) || k > n || !(alpha > 0) || !(alpha < 1)) return undefined
  if (n === 0) return [0, 1]
  const mixture = logBeta(k + 1, n - k + 1)
  const evidence = (p: number) => mixture - (k > 0 ? k * log(p) : 0) - (n > k ? (n - k) * log1p(-p) : 0)
  const inside = (p: number) => evidence(p) < -log(alpha)
  const end = (outside: number, within: number) => {
    let out = outside
    let into = within
    for (let i = 0; i < 200; i++) {
      const middle = (out + into) / 2
      if (middle === out || middle === into) break
      if (inside(middle)) into = middle
      else out = middle
    }
    return (out + into) / 2
  }
  return [k === 0 ? 0 : end(0, k / n), k === n ? 1 : end(1, k / n)]
}

/**
 * Half-width after t ≥ 1 pairs for the mean of differences in [−1, 1]: √((t + r)·ln((t + r)/(r α²)))/t, the normal mixture of
 * Howard, Ramdas, McAuliffe & Sekhon (2021, eq. 14), narrowest near t = tunedAt.
 */
export function pairHalfWidth(t: number, alpha: number, tunedAt: number): number | undefined {
  if (!(t >= 1) || !(alpha > 0) || !(alpha < 1) || !(tunedAt > 0)) return undefined
  const surprise = -2 * log(alpha)
  const r = tunedAt / (surprise + log(1 + surprise))
  return Math.sqrt((t + r) * (log((t + r) / r) + surprise)) / t
}
