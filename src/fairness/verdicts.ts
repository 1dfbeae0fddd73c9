/**
 * Three answers, and never "fair". A difference is found only when both hold: the exact test, corrected over the family, and the
 * interval beyond the margin, corrected likewise. No relevant difference: the interval of this comparison within the margin.
 * Everything else cannot be told, with the smallest difference that these numbers could have shown.
 */
import {
  benjaminiHochberg,
  holm,
  type Interval,
  neededForEquality,
  newcombe,
  newcombeBeyond,
  type Share,
  smallestDetectable,
} from '../statistics/index.ts'
import { type Contrast, testOf } from './comparisons.ts'
import type { AuditPlan, RateMetric, Verdict } from './contract.ts'
import { groupOf } from './metrics.ts'
import { rowsOf, shareOf } from './tally.ts'

/** Chance with which a difference of the size that is named would have been found. */
const POWER = 0.8

type Judged = {
  readonly metric: RateMetric
  readonly contrast: Contrast
  readonly first: Share | undefined
  readonly second: Share | undefined
  readonly interval: Interval | undefined
  readonly p: number | undefined
  readonly beyond: number | undefined
}

export function verdictsOf(list: readonly Contrast[], plan: AuditPlan, weighted: boolean): Verdict[] {
  const judged = plan.judged.flatMap((metric) => list.map((contrast) => judge(metric, contrast, plan, weighted)))
  const correct = plan.correction === 'holm' ? holm : benjaminiHochberg
  const ps = correct(judged.map(({ p }) => p))
  const beyonds = correct(judged.map(({ beyond }) => beyond))
  const family = Math.max(1, judged.filter(({ p }) => p !== undefined).length)
  return judged.map((one, i) => verdictOf(one, { p: ps[i], beyond: beyonds[i] }, plan, family))
}

function judge(metric: RateMetric, contrast: Contrast, plan: AuditPlan, weighted: boolean): Judged {
  const first = shareOf(contrast.tally, metric)
  const second = shareOf(contrast.referenceTally, metric)
  if (first === undefined || second === undefined)
    return { metric, contrast, first, second, interval: undefined, p: undefined, beyond: undefined }
  return {
    metric,
    contrast,
    first,
    second,
    interval: newcombe(first, second, plan.alpha),
    p: testOf(first, second, weighted),
    beyond: newcombeBeyond(first, second, plan.margin),
  }
}

type Adjusted = { readonly p: number | undefined; readonly beyond: number | undefined }

function verdictOf(one: Judged, adjusted: Adjusted, plan: AuditPlan, family: number): Verdict {
  const { metric, contrast, first, second, interval } = one
  const { alpha, margin } = plan
  const rate = first && first.k / first.n
  const referenceRate = second && second.k / second.n
  const base = {
    metric,
    group: groupOf(plan.sensitive, contrast.values),
    reference: contrast.reference === null ? null : groupOf(plan.sensitive, contrast.reference),
    n: rowsOf(contrast.tally, metric),
    nReference: rowsOf(contrast.referenceTally, metric),
    rate: rate ?? null,
    referenceRate: referenceRate ?? null,
    difference: rate === undefined || referenceRate === undefined ? null : rate - referenceRate,
    interval: interval ?? null,
    margin,
    alpha,
    p: one.p ?? null,
    pAdjusted: adjusted.p ?? null,
    beyondMarginP: one.beyond ?? null,
    beyondMarginPAdjusted: adjusted.beyond ?? null,
  }
  const sizes = first && second && { n: first.n, nReference: second.n, referenceRate: referenceRate! }
  const detectable = sizes && smallestDetectable(sizes, { alpha: alpha / family, power: POWER, margin })
  const needed = sizes && neededForEquality(sizes, { alpha, power: POWER, margin })
  const more = { smallestDetectable: detectable ?? null, neededN: needed ?? null }
  if (interval === undefined || adjusted.p === undefined || adjusted.beyond === undefined)
    return { ...base, verdict: 'cannot_tell', reason: 'undefined', ...more }
  if (adjusted.p <= alpha && adjusted.beyond <= alpha) return { ...base, verdict: 'difference_found', ...more }
  if (interval[0] > -margin && interval[1] < margin) return { ...base, verdict: 'no_relevant_difference', ...more }
  return { ...base, verdict: 'cannot_tell', reason: reasonOf(interval, margin), ...more }
}

/** Beyond the margin by itself; else wider than the room between the margins, or with the margin inside it. */
function reasonOf(
  [lower, upper]: Interval,
  margin: number,
): 'not_after_correction' | 'both_sides_of_margin' | 'too_few' {
  if (lower > margin || upper < -margin) return 'not_after_correction'
  return upper - lower >= 2 * margin ? 'too_few' : 'both_sides_of_margin'
}
