/** Durations of which the end may be unseen: the caller who hung up still waited that long. */
import { exp, log } from './elementary.ts'
import { chiSquaredTail } from './gamma.ts'
import type { Interval } from './interval.ts'
import { criticalValue } from './normal.ts'

/** At this time so many ended and so many were lost from sight; times ascend and differ. */
export type DurationCount = { readonly time: number; readonly ended: number; readonly censored: number }

export type SurvivalStep = {
  readonly time: number
  /** Share that lasts longer than `time`. */
  readonly share: number
  /** Greenwood's sum Σ d/(n(n−d)); ∞ once all have ended. */
  readonly greenwood: number
}

/** Kaplan & Meier's estimate (1958), a step per time at which something ended. Censored at a time were at risk at it. */
export function kaplanMeier(counts: readonly DurationCount[]): SurvivalStep[] {
  let atRisk = counts.reduce((sum, { ended, censored }) => sum + ended + censored, 0)
  let share = 1
  let greenwood = 0
  const steps: SurvivalStep[] = []
  for (const { time, ended, censored } of counts) {
    if (ended > 0) {
      share *= 1 - ended / atRisk
      greenwood += ended === atRisk ? Number.POSITIVE_INFINITY : ended / (atRisk * (atRisk - ended))
      steps.push({ time, share: ended === atRisk ? 0 : share, greenwood })
    }
    atRisk -= ended + censored
  }
  return steps
}

/** The share that lasts longer than `time`, with its interval on the log(−log) scale. Undefined for no counts. */
export function shareBeyond(
  counts: readonly DurationCount[],
  time: number,
  alpha = 0.05,
): { readonly share: number; readonly interval: Interval | undefined } | undefined {
  const z = criticalValue(alpha)
  if (counts.length === 0 || z === undefined) return undefined
  let last: SurvivalStep | undefined
  for (const step of kaplanMeier(counts)) if (step.time <= time) last = step
  if (last === undefined) return { share: 1, interval: undefined }
  if (last.share <= 0 || last.share >= 1) return { share: last.share, interval: undefined }
  const centre = log(-log(last.share))
  const half = (z * Math.sqrt(last.greenwood)) / Math.abs(log(last.share))
  return { share: last.share, interval: [exp(-exp(centre + half)), exp(-exp(centre - half))] }
}

/**
 * The time by which a share q has ended: the first with survival ≤ 1 − q; undefined when so many never did. Interval of
 * Brookmeyer & Crowley (1982) on the log(−log) scale; an end that the data do not reach is ∞.
 */
export function survivalQuantile(
  counts: readonly DurationCount[],
  q: number,
  alpha = 0.05,
): { readonly value: number | undefined; readonly interval: Interval | undefined } {
  const z = criticalValue(alpha)
  const steps = kaplanMeier(counts)
  const value = steps.find(({ share }) => share <= 1 - q + 1e-12)?.time
  if (z === undefined || steps.length === 0) return { value, interval: undefined }
  const target = log(-log(1 - q))
  const distance = ({ share, greenwood }: SurvivalStep) => {
    if (share <= 0) return Number.POSITIVE_INFINITY
    return ((log(-log(share)) - target) * Math.abs(log(share))) / Math.sqrt(greenwood)
  }
  const lower = steps.find((step) => distance(step) > -z)?.time
  const upper = steps.find((step) => distance(step) > z)?.time
  return {
    value,
    interval: lower === undefined ? undefined : [lower, upper ?? Number.POSITIVE_INFINITY],
  }
}

/** Log-rank test that two groups end equally fast. Undefined without an end in common risk. */
export function logRank(
  first: readonly DurationCount[],
  second: readonly DurationCount[],
): { readonly statistic: number; readonly p: number } | undefined {
  const total = (counts: readonly DurationCount[]) =>
    counts.reduce((sum, { ended, censored }) => sum + ended + censored, 0)
  let n1 = total(first)
  let n2 = total(second)
  let difference = 0
  let variance = 0
  let i = 0
  let j = 0
  while (i < first.length || j < second.length) {
    const time = Math.min(first[i]?.time ?? Number.POSITIVE_INFINITY, second[j]?.time ?? Number.POSITIVE_INFINITY)
    const one = first[i]?.time === time ? first[i++]! : { ended: 0, censored: 0 }
    const two = second[j]?.time === time ? second[j++]! : { ended: 0, censored: 0 }
    const d = one.ended + two.ended
    const n = n1 + n2
    if (d > 0 && n > 1) {
      difference += one.ended - (d * n1) / n
      variance += (d * n1 * n2 * (n - d)) / (n * n * (n - 1))
    }
    n1 -= one.ended + one.censored
    n2 -= two.ended + two.censored
  }
  if (!(variance > 0)) return undefined
  const statistic = (difference * difference) / variance
  return { statistic, p: chiSquaredTail(statistic, 1)! }
}
