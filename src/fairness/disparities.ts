/** Largest against smallest group, and groups against the whole: description only, for with many groups these cry wolf. */
import type { Disparities } from './contract.ts'
import { rateOf, rowsIn, sumTallies, type Tally } from './tally.ts'

type Pair = { readonly betweenGroups: number | null; readonly toOverall: number | null }
const undefinedPair: Pair = { betweenGroups: null, toOverall: null }

/** Rates of the groups that have rows, and of the whole; null is undefined. */
export type Rates = { readonly groups: readonly (number | null)[]; readonly overall: number | null }
export type DisparityRates = { readonly selection: Rates; readonly truePositive: Rates; readonly falsePositive: Rates }

/** Differences are max − min and the largest distance to the whole; ratios min/max and the smallest of r and 1/r. */
function ofRates({ groups, overall }: Rates): { readonly difference: Pair; readonly ratio: Pair } {
  if (groups.length < 2 || overall === null || groups.includes(null))
    return { difference: undefinedPair, ratio: undefinedPair }
  const values = groups as number[]
  const most = values.reduce((a, b) => Math.max(a, b))
  const least = values.reduce((a, b) => Math.min(a, b))
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
 * Demographic parity, equalised odds (the worse of true and false positive rate) and equal opportunity. Null when there are fewer
 * than two groups, when a group has no denominator, and for a ratio when nobody is counted.
 */
export function disparitiesOfRates(rates: DisparityRates): Disparities {
  const selection = ofRates(rates.selection)
  const truePositive = ofRates(rates.truePositive)
  const falsePositive = ofRates(rates.falsePositive)
  return {
    demographicParityDifference: selection.difference,
    demographicParityRatio: selection.ratio,
    equalizedOddsDifference: both(truePositive.difference, falsePositive.difference, Math.max),
    equalizedOddsRatio: both(truePositive.ratio, falsePositive.ratio, Math.min),
    equalOpportunityDifference: truePositive.difference,
    equalOpportunityRatio: truePositive.ratio,
  }
}

/** Over the groups that have rows. */
export function disparitiesOf(byGroup: readonly Tally[]): Disparities {
  const groups = byGroup.filter((tally) => rowsIn(tally) > 0)
  const whole = sumTallies(groups)
  const rates = (metric: 'selectionRate' | 'truePositiveRate' | 'falsePositiveRate'): Rates => ({
    groups: groups.map((tally) => rateOf(tally, metric) ?? null),
    overall: rateOf(whole, metric) ?? null,
  })
  return disparitiesOfRates({
    selection: rates('selectionRate'),
    truePositive: rates('truePositiveRate'),
    falsePositive: rates('falsePositiveRate'),
  })
}
