/** Means from sums, Student's t, and quantiles of weighted values. */
import { incompleteBeta } from './beta.ts'
import type { Interval } from './interval.ts'

/** Number, sum and sum of squared deviations from the mean (which keeps its digits where a sum of squares does not). */
export type Moments = { readonly n: number; readonly mean: number; readonly squares: number }

/** Moments of values that each occur `count` times. */
export function momentsOf(values: Iterable<{ readonly value: number; readonly count: number }>): Moments {
  let n = 0
  let mean = 0
  let squares = 0
  for (const { value, count } of values) {
    const before = n
    n += count
    const delta = value - mean
    mean += (delta * count) / n
    squares += (delta * delta * before * count) / n
  }
  return { n, mean, squares }
}

export function varianceOf({ n, squares }: Moments): number | undefined {
  return n > 1 ? squares / (n - 1) : undefined
}

/** Two-sided P(|T| ≥ |t|) for Student's t with df > 0 degrees of freedom. */
export function studentTail(t: number, df: number): number | undefined {
  if (!(df > 0) || Number.isNaN(t)) return undefined
  const t2 = t * t
  return incompleteBeta(df / (df + t2), df / 2, 0.5, t2 / (df + t2))?.lower
}

/** The t that |T| exceeds with probability alpha, by bisection. */
export function studentCritical(alpha: number, df: number): number | undefined {
  if (!(alpha > 0) || !(alpha < 1) || !(df > 0)) return undefined
  let low = 0
  let high = 1
  while (studentTail(high, df)! > alpha && high < 1e300) high *= 2
  for (let i = 0; i < 200 && high - low > 1e-15 * high; i++) {
    const middle = (low + high) / 2
    if (studentTail(middle, df)! > alpha) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** The mean with Student's interval; the interval is undefined for fewer than two values. */
export function meanInterval(moments: Moments, alpha = 0.05): Interval | undefined {
  const variance = varianceOf(moments)
  const t = studentCritical(alpha, moments.n - 1)
  if (variance === undefined || t === undefined) return undefined
  const half = t * Math.sqrt(variance / moments.n)
  return [moments.mean - half, moments.mean + half]
}

/** Welch's test and interval for a difference of means (1947). Undefined with fewer than two values on a side or no spread. */
export function welch(
  first: Moments,
  second: Moments,
  alpha = 0.05,
):
  | {
      readonly difference: number
      readonly interval: Interval
      readonly t: number
      readonly df: number
      readonly p: number
    }
  | undefined {
  const v1 = varianceOf(first)
  const v2 = varianceOf(second)
  if (v1 === undefined || v2 === undefined) return undefined
  const e1 = v1 / first.n
  const e2 = v2 / second.n
  const se2 = e1 + e2
  if (!(se2 > 0)) return undefined
  const df = (se2 * se2) / ((e1 * e1) / (first.n - 1) + (e2 * e2) / (second.n - 1))
  const difference = first.mean - second.mean
  const t = difference / Math.sqrt(se2)
  const half = studentCritical(alpha, df)! * Math.sqrt(se2)
  return { difference, interval: [difference - half, difference + half], t, df, p: studentTail(t, df)! }
}

/**
 * Quantile of weighted values in ascending order: the first value at which the weight so far reaches q of the whole. At exactly
 * q the mean of it and the next, so that the median of two is between them. Undefined without weight.
 */
export function weightedQuantile(
  sorted: readonly { readonly value: number; readonly weight: number }[],
  q: number,
): number | undefined {
  const total = sorted.reduce((sum, { weight }) => sum + weight, 0)
  if (!(total > 0)) return undefined
  const target = q * total
  let reached = 0
  for (const [i, { value, weight }] of sorted.entries()) {
    if (weight === 0) continue
    reached += weight
    if (reached > target * (1 + 1e-12)) return value
    if (reached >= target * (1 - 1e-12)) {
      const next = sorted.slice(i + 1).find((one) => one.weight > 0)
      return next === undefined ? value : (value + next.value) / 2
    }
  }
  return sorted.findLast(({ weight }) => weight > 0)?.value
}
