/** Largest against smallest group, and groups against the whole: description only, for with many groups these cry wolf. */
import type { Disparities } from './contract.ts'
import { rateOf, rowsIn, sumTallies, type Tally } from './tally.ts'

type Pair = { readonly betweenGroups: number | null; readonly toOverall: number | null }
const undefinedPair: Pair = { betweenGroups: null, toOverall: null }

/** Differences are max − min and the largest distance to the whole; ratios min/max and the smallest of r and 1/r. */
function ofMetric(
  groups: readonly Tally[],
  whole: Tally,
  metric: 'selectionRate' | 'truePositiveRate' | 'falsePositiveRate',
): { readonly difference: Pair; readonly ratio: Pair } {
  const rates = groups.map((tally) => rateOf(tally, metric))
  const overall = rateOf(whole, metric)
  if (rates.length < 2 || overall === undefined || rates.includes(undefined))
    return { difference: undefinedPair, ratio: undefinedPair }
  const values = rates as number[]
  const most = Math.max(...values)
  const least = Math.min(...values)
  return {
    difference: { betweenGroups: most - least, toOverall: Math.max(most - overall, overall - least) },
    ratio: {
      betweenGroups: most > 0 ? least / most : null,
      toOverall: overall > 0 ? Math.min(least / overall, most > 0 ? overall / most : 1) : null,
    },
  }
}

const worse = (a: number | null, b: number | null, pick: (a: number, b: number) => number) =>
  a === null || b === null ? null : pick(a, b)
const both = (a: Pair, b: Pair, pick: (a: number, b: number) => number): Pair => ({
  betweenGroups: worse(a.betweenGroups, b.betweenGroups, pick),
  toOverall: worse(a.toOverall, b.toOverall, pick),
})

/**
 * Demographic parity, equalised odds (the worse of true and false positive rate) and equal opportunity over the groups that have
 * rows. Null when there are fewer than two, when a group has no denominator, and for a ratio when nobody is counted.
 */
export function disparitiesOf(byGroup: readonly Tally[]): Disparities {
  const groups = byGroup.filter((tally) => rowsIn(tally) > 0)
  const whole = sumTallies(groups)
  const selection = ofMetric(groups, whole, 'selectionRate')
  const truePositive = ofMetric(groups, whole, 'truePositiveRate')
  const falsePositive = ofMetric(groups, whole, 'falsePositiveRate')
  return {
    demographicParityDifference: selection.difference,
    demographicParityRatio: selection.ratio,
    equalizedOddsDifference: both(truePositive.difference, falsePositive.difference, Math.max),
    equalizedOddsRatio: both(truePositive.ratio, falsePositive.ratio, Math.min),
    equalOpportunityDifference: truePositive.difference,
    equalOpportunityRatio: truePositive.ratio,
  }
}
