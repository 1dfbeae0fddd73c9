/**
 * Intervals for one share, a difference and a ratio of two. `k` of `n`; both may be real (effective numbers of weighted rows).
 * Undefined where the share is: n = 0, or k outside [0, n].
 */

import { incompleteBetaInverse } from './beta.ts'
import { exp, log, square } from './elementary.ts'
import type { Interval } from './interval.ts'
import { criticalValue, normalTail } from './normal.ts'

export type Share = { readonly k: number; readonly n: number }

const holds = ({ k, n }: Share) => n > 0 && k >= 0 && k <= n

/** Wilson's score interval (1927): centre (p + z²/2n)/(1 + z²/n). Exactly 0 at k = 0 and 1 at k = n. */
export function wilson(share: Share, alpha = 0.05): Interval | undefined {
  const z = criticalValue(alpha)
  return z === undefined || !holds(share) ? undefined : wilsonAt(share, z)
}

function wilsonAt({ k, n }: Share, z: number): Interval {
  const p = k / n
  const z2 = z * z
  const centre = (p + z2 / (2 * n)) / (1 + z2 / n)
  const half = (z * Math.sqrt((p * (1 - p)) / n + z2 / (4 * n * n))) / (1 + z2 / n)
  return [k === 0 ? 0 : Math.max(0, centre - half), k === n ? 1 : Math.min(1, centre + half)]
}

/** Clopper & Pearson's exact interval (1934): quantiles of Beta(k, n−k+1) and Beta(k+1, n−k). Never covers less than it says. */
export function clopperPearson(share: Share, alpha = 0.05): Interval | undefined {
  const { k, n } = share
  if (!holds(share) || !(alpha > 0) || !(alpha < 1)) return undefined
  const lower = k === 0 ? 0 : incompleteBetaInverse(alpha / 2, k, n - k + 1)!
  // The upper quantile is found as a lower one of the mirrored distribution, to keep its digits.
  const upper = k === n ? 1 : 1 - incompleteBetaInverse(alpha / 2, n - k, k + 1)!
  return [lower, upper]
}

/** Newcombe's hybrid score interval for p₁ − p₂ of independent samples (1998, method 10 of the unpaired paper). */
export function newcombe(first: Share, second: Share, alpha = 0.05): Interval | undefined {
  const z = criticalValue(alpha)
  return z === undefined || !holds(first) || !holds(second) ? undefined : newcombeAt(first, second, z)
}

function newcombeAt(first: Share, second: Share, z: number): Interval {
  const p1 = first.k / first.n
  const p2 = second.k / second.n
  const [l1, u1] = wilsonAt(first, z)
  const [l2, u2] = wilsonAt(second, z)
  const d = p1 - p2
  return [d - Math.sqrt(square(p1 - l1) + square(u2 - p2)), d + Math.sqrt(square(u1 - p1) + square(p2 - l2))]
}

/**
 * The smallest alpha at which Newcombe's interval lies wholly beyond ±margin: a p-value for "the difference is at most the
 * margin". 1 when the difference itself is not beyond it; undefined where the interval is.
 */
export function newcombeBeyond(first: Share, second: Share, margin: number): number | undefined {
  if (!holds(first) || !holds(second)) return undefined
  const d = first.k / first.n - second.k / second.n
  if (Math.abs(d) <= margin) return 1
  const beyond = (z: number) => {
    const [lower, upper] = newcombeAt(first, second, z)
    return d > 0 ? lower > margin : upper < -margin
  }
  let low = 0
  let high = 40
  if (beyond(high)) return 2 * normalTail(high)
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2
    if (beyond(middle)) low = middle
    else high = middle
  }
  return 2 * normalTail((low + high) / 2)
}

/** A 2 × 2 table of pairs: both yes, only the first, only the second, neither. */
export type Pairs = { readonly both: number; readonly first: number; readonly second: number; readonly neither: number }

/**
 * Newcombe's interval for the difference of two shares over the same items (1998, paired paper, method 10): Wilson limits of
 * each share, joined with the correlation φ of the table, of which the numerator is corrected by n/2 when it is positive.
 */
export function newcombePaired({ both, first, second, neither }: Pairs, alpha = 0.05): Interval | undefined {
  const n = both + first + second + neither
  const z = criticalValue(alpha)
  if (z === undefined || !(n > 0) || Math.min(both, first, second, neither) < 0) return undefined
  const [l1, u1] = wilsonAt({ k: both + first, n }, z)
  const [l2, u2] = wilsonAt({ k: both + second, n }, z)
  const p1 = (both + first) / n
  const p2 = (both + second) / n
  const margins = (both + first) * (second + neither) * (both + second) * (first + neither)
  const cross = both * neither - first * second
  const phi = margins === 0 ? 0 : (cross > 0 ? Math.max(0, cross - n / 2) : cross) / Math.sqrt(margins)
  const side = (a: number, b: number) => Math.sqrt(Math.max(0, a * a - 2 * phi * a * b + b * b))
  const d = p1 - p2
  return [Math.max(-1, d - side(p1 - l1, u2 - p2)), Math.min(1, d + side(u1 - p1, p2 - l2))]
}

/**
 * Interval for the ratio p₁/p₂ by the delta method on its logarithm (Katz 1978): se² = 1/a − 1/n₁ + 1/b − 1/n₂. Undefined when
 * either side has fewer events than the floor, below which it says little.
 */
export function logWaldRatio(first: Share, second: Share, alpha = 0.05, eventFloor = 5): Interval | undefined {
  const z = criticalValue(alpha)
  if (z === undefined || !holds(first) || !holds(second)) return undefined
  if (Math.min(first.k, second.k) < eventFloor || first.k === 0 || second.k === 0) return undefined
  const ratio = log(first.k / first.n / (second.k / second.n))
  const half = z * Math.sqrt(1 / first.k - 1 / first.n + 1 / second.k - 1 / second.n)
  return [exp(ratio - half), exp(ratio + half)]
}
