/** How well a score orders and calibrates: from counts per score, so that rows are not needed. */
import { exp, log, square } from './elementary.ts'
import type { Interval } from './interval.ts'
import { criticalValue } from './normal.ts'

/** Weight of positive and negative rows per score, scores in ascending order. */
export type ScoreLevel = { readonly positive: number; readonly negative: number }

/** Area under the ROC curve: P(score of a positive > of a negative), ties half. Undefined without both. */
export function auc(levels: Iterable<ScoreLevel>): number | undefined {
  let positives = 0
  let negatives = 0
  let area = 0
  for (const { positive, negative } of levels) {
    area += positive * (negatives + negative / 2)
    positives += positive
    negatives += negative
  }
  return positives > 0 && negatives > 0 ? Math.min(1, area / (positives * negatives)) : undefined
}

/**
 * DeLong's interval (1988) for the AUC on the logit scale, from counts. Undefined with fewer than two of either, and where the
 * AUC is 0 or 1 (no spread to learn from).
 */
export function aucInterval(levels: readonly ScoreLevel[], alpha = 0.05): Interval | undefined {
  const area = auc(levels)
  const z = criticalValue(alpha)
  const positives = levels.reduce((sum, level) => sum + level.positive, 0)
  const negatives = levels.reduce((sum, level) => sum + level.negative, 0)
  if (area === undefined || z === undefined || positives < 2 || negatives < 2 || area <= 0 || area >= 1)
    return undefined
  let negativesBelow = 0
  let positivesBelow = 0
  let ofPositives = 0
  let ofNegatives = 0
  for (const { positive, negative } of levels) {
    ofPositives += positive * square((negativesBelow + negative / 2) / negatives - area)
    ofNegatives += negative * square((positives - positivesBelow - positive / 2) / positives - area)
    negativesBelow += negative
    positivesBelow += positive
  }
  const variance = ofPositives / ((positives - 1) * positives) + ofNegatives / ((negatives - 1) * negatives)
  if (!(variance > 0)) return undefined
  const logit = log(area / (1 - area))
  const half = (z * Math.sqrt(variance)) / (area * (1 - area))
  const back = (x: number) => 1 / (1 + exp(-x))
  return [back(logit - half), back(logit + half)]
}

/** One bin of scores: how many, how many positive, and the sum of the scores. */
export type ScoreBin = { readonly n: number; readonly positive: number; readonly score: number }

/** Expected calibration error: Σ |mean outcome − mean score| · share of the bin. Undefined when all bins are empty. */
export function calibrationError(bins: readonly ScoreBin[]): number | undefined {
  const total = bins.reduce((sum, bin) => sum + bin.n, 0)
  if (!(total > 0)) return undefined
  return bins.reduce((sum, bin) => sum + Math.abs(bin.positive - bin.score), 0) / total
}

/** Brier's score from sums over rows: mean of (s − y)². */
export function brier(sums: {
  readonly n: number
  readonly squares: number
  readonly ofPositives: number
  readonly positives: number
}): number | undefined {
  return sums.n > 0 ? (sums.squares - 2 * sums.ofPositives + sums.positives) / sums.n : undefined
}
