/** Two groups over strata, after Mantel and Haenszel: what remains of a difference once like is compared with like. */
import { exp, log, square } from './elementary.ts'
import { chiSquaredTail } from './gamma.ts'
import type { Interval } from './interval.ts'
import { criticalValue } from './normal.ts'
import type { Share } from './proportions.ts'

export type Stratum = { readonly first: Share; readonly second: Share }
export type Pooled = { readonly value: number; readonly interval: Interval }

/** Strata in which one of the two is absent say nothing. */
const usable = (strata: readonly Stratum[]) => strata.filter(({ first, second }) => first.n > 0 && second.n > 0)

/**
 * Mantel–Haenszel risk difference with the variance of Greenland & Robins (1985, eq. 4), good for few large and for many
 * small strata. Undefined without a stratum that holds both.
 */
export function riskDifference(strata: readonly Stratum[], alpha = 0.05): Pooled | undefined {
  let weighted = 0
  let weights = 0
  let variance = 0
  for (const { first, second } of usable(strata)) {
    const n = first.n + second.n
    weights += (first.n * second.n) / n
    weighted += (first.k * second.n - second.k * first.n) / n
    variance +=
      (first.k * (first.n - first.k) * second.n * square(second.n) +
        second.k * (second.n - second.k) * first.n * square(first.n)) /
      (first.n * second.n * n * n)
  }
  const z = criticalValue(alpha)
  if (weights === 0 || z === undefined) return undefined
  const value = weighted / weights
  const half = (z * Math.sqrt(variance)) / weights
  return { value, interval: [Math.max(-1, value - half), Math.min(1, value + half)] }
}

/**
 * Mantel–Haenszel odds ratio with the variance of Robins, Breslow & Greenland (1986). Undefined when a side of the ratio is 0.
 */
export function oddsRatio(strata: readonly Stratum[], alpha = 0.05): Pooled | undefined {
  let r = 0
  let s = 0
  let pr = 0
  let psqr = 0
  let qs = 0
  for (const { first, second } of usable(strata)) {
    const n = first.n + second.n
    const ad = (first.k * (second.n - second.k)) / n
    const bc = ((first.n - first.k) * second.k) / n
    const p = (first.k + second.n - second.k) / n
    r += ad
    s += bc
    pr += p * ad
    psqr += p * bc + (1 - p) * ad
    qs += (1 - p) * bc
  }
  const z = criticalValue(alpha)
  if (r === 0 || s === 0 || z === undefined) return undefined
  const se = Math.sqrt(pr / (2 * r * r) + psqr / (2 * r * s) + qs / (2 * s * s))
  const centre = log(r / s)
  return { value: r / s, interval: [exp(centre - z * se), exp(centre + z * se)] }
}

/** Cochran–Mantel–Haenszel test of no association in any stratum, without continuity correction. */
export function mantelHaenszelTest(
  strata: readonly Stratum[],
): { readonly statistic: number; readonly p: number } | undefined {
  let difference = 0
  let variance = 0
  for (const { first, second } of usable(strata)) {
    const n = first.n + second.n
    if (n < 2) continue
    const yes = first.k + second.k
    difference += first.k - (first.n * yes) / n
    variance += (first.n * second.n * yes * (n - yes)) / (n * n * (n - 1))
  }
  if (variance === 0) return undefined
  const statistic = (difference * difference) / variance
  return { statistic, p: chiSquaredTail(statistic, 1)! }
}
