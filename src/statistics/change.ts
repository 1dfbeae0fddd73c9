/** How much an estimate changed between two independent samples. */

import { square } from './elementary.ts'
import type { Interval } from './interval.ts'
import { criticalValue, normalTail } from './normal.ts'

/** An estimate with its interval, which need not be symmetric and holds the estimate. */
export type Estimate = { readonly value: number; readonly interval: Interval }

export type Change = {
  readonly value: number
  readonly interval: Interval
  /** Two-sided chance of a change as large as this when there is none: the level at which the interval would touch 0, approximately. */
  readonly p: number
}

/**
 * After minus before, with an interval made from the two intervals alone (variance estimates recovered from the limits: Zou and
 * Donner, Statistics in Medicine 27, 2008, eq. 4 and 5). Both intervals are of the same level 1 − alpha, and the samples are
 * independent: where the same rows are in both, the interval is too wide. The p-value takes the side towards 0 for normal.
 * undefined where alpha is no level or an interval does not hold its estimate.
 */
export function changeOf(before: Estimate, after: Estimate, alpha = 0.05): Change | undefined {
  const z = criticalValue(alpha)
  if (z === undefined || !holds(before) || !holds(after)) return undefined
  const value = after.value - before.value
  const below = Math.sqrt(square(after.value - after.interval[0]) + square(before.interval[1] - before.value))
  const above = Math.sqrt(square(after.interval[1] - after.value) + square(before.value - before.interval[0]))
  const towards = value > 0 ? below : above
  const p = value === 0 ? 1 : towards === 0 ? 0 : 2 * normalTail((Math.abs(value) / towards) * z)
  return { value, interval: [value - below, value + above], p }
}

const holds = ({ value, interval: [low, high] }: Estimate): boolean => low <= value && value <= high
