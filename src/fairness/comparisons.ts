/** Each group against the reference: differences, ratios, intervals and tests. */
import {
  benjaminiHochberg,
  chiSquared,
  fisher,
  holm,
  logWaldRatio,
  newcombe,
  newcombeBeyond,
  type Share,
} from '../statistics/index.ts'
import type { Tuple } from './cells.ts'
import type { AuditPlan, Comparison, RateMetric } from './contract.ts'
import { groupOf } from './metrics.ts'
import { groupTuple } from './plan.ts'
import { rateOf, rowsIn, shareOf, sumTallies, type Tally } from './tally.ts'

/** A group and what it is compared with; the reference is null when that is all others together. */
export type Contrast = {
  readonly values: Tuple
  readonly reference: Tuple | null
  readonly tally: Tally
  readonly referenceTally: Tally
}

/** The contrasts of a plan over the groups that have rows; none when the reference has none. Ties: the first in order. */
export function contrasts(groups: readonly Tuple[], byGroup: readonly Tally[], plan: AuditPlan): Contrast[] {
  const present = groups.map((values, i) => ({ values, tally: byGroup[i]! })).filter(({ tally }) => rowsIn(tally) > 0)
  if (present.length < 2) return []
  if (plan.reference === 'rest')
    return present.map((one) => ({
      ...one,
      reference: null,
      referenceTally: sumTallies(present.filter((other) => other !== one).map(({ tally }) => tally)),
    }))
  const wanted = plan.reference === 'largest' ? undefined : groupTuple(plan.reference.group, plan.sensitive)!
  const reference =
    wanted === undefined
      ? present.reduce((most, one) => (rowsIn(one.tally) > rowsIn(most.tally) ? one : most))
      : present.find(({ values }) => values.every((value, i) => value === wanted[i]))
  if (reference === undefined) return []
  return present
    .filter((one) => one !== reference)
    .map((one) => ({ ...one, reference: reference.values, referenceTally: reference.tally }))
}

const rounded = ({ k, n }: Share) => ({ a: k, b: n - k })

/** Fisher's p where rows are whole; with weights, Newcombe's interval of the effective numbers turned into a p. */
export function testOf(first: Share, second: Share, weighted: boolean): number | undefined {
  if (weighted) return newcombeBeyond(first, second, 0)
  const one = rounded(first)
  const two = rounded(second)
  return fisher({ a: one.a, b: one.b, c: two.a, d: two.b })
}

const minus = (a: number | undefined, b: number | undefined) => (a === undefined || b === undefined ? null : a - b)
const over = (a: number | undefined, b: number | undefined) =>
  a === undefined || b === undefined || b === 0 ? null : a / b

/** The comparisons of the report, corrected over all of them; names and formulas as in Fairlearn and AIF360. */
export function comparisonsOf(list: readonly Contrast[], plan: AuditPlan, weighted: boolean): Comparison[] {
  const rows = list.map((contrast) => compare(contrast, plan, weighted))
  const ps = rows.map(({ fisherP }) => fisherP ?? undefined)
  const byHolm = holm(ps)
  const byBh = benjaminiHochberg(ps)
  return rows.map((row, i) => ({
    ...row,
    fisherPHolm: byHolm[i] ?? null,
    fisherPBenjaminiHochberg: byBh[i] ?? null,
  }))
}

function compare(
  { values, reference, tally, referenceTally }: Contrast,
  plan: AuditPlan,
  weighted: boolean,
): Comparison {
  const first = shareOf(tally, 'selectionRate')
  const second = shareOf(referenceTally, 'selectionRate')
  const rates = (metric: RateMetric) => [rateOf(tally, metric), rateOf(referenceTally, metric)] as const
  const difference = (metric: RateMetric) => minus(...rates(metric))
  const [selected, selectedThere] = rates('selectionRate')
  const complement = (rate: number | undefined) => (rate === undefined ? undefined : 1 - rate)
  const truePositive = difference('truePositiveRate')
  const falsePositive = difference('falsePositiveRate')
  const [accuracy, accuracyThere] = rates('accuracy')
  const precision = difference('precision')
  const negativeValue = difference('negativePredictiveValue')
  const two = first !== undefined && second !== undefined
  const chi =
    two && !weighted
      ? chiSquared([
          [first.k, first.n - first.k],
          [second.k, second.n - second.k],
        ])
      : undefined
  const ratioInterval = two ? logWaldRatio(first, second, 0.05, 0) : undefined
  return {
    group: groupOf(plan.sensitive, values),
    reference: reference === null ? null : groupOf(plan.sensitive, reference),
    selectionRateDifference: minus(selected, selectedThere),
    newcombe95: (two ? newcombe(first, second) : undefined) ?? null,
    disparateImpactRatio: over(selected, selectedThere),
    ...(ratioInterval === undefined ? {} : { ratioLogWald95: ratioInterval }),
    ratioHasEnoughEvents: two && Math.min(first.k, second.k) >= 5,
    fisherP: (two && !weighted ? testOf(first, second, false) : undefined) ?? null,
    chi2: chi?.statistic ?? null,
    chi2P: chi?.p ?? null,
    fisherPHolm: null,
    fisherPBenjaminiHochberg: null,
    equalOpportunityDifference: truePositive,
    averageOddsDifference: truePositive === null || falsePositive === null ? null : (truePositive + falsePositive) / 2,
    averageAbsOddsDifference:
      truePositive === null || falsePositive === null ? null : (Math.abs(truePositive) + Math.abs(falsePositive)) / 2,
    errorRateDifference: minus(complement(accuracy), complement(accuracyThere)),
    errorRateRatio: over(complement(accuracy), complement(accuracyThere)),
    falseDiscoveryRateDifference: precision === null ? null : -precision,
    falseOmissionRateDifference: negativeValue === null ? null : -negativeValue,
  }
}
