/**
 * Percentile intervals by resampling the cells, for quantities without a formula: differences and ratios over all groups,
 * equalised odds, calibration. Multinomial over the cells has the same law as drawing rows; with weights each cell's weight is drawn
 * as c·Poisson((Σw)²/Σw²) with c = Σw²/Σw, which keeps its mean and variance. Cost does not depend on the number of rows.
 */
import {
  conditionalShares,
  type Generator,
  generator,
  multinomial,
  percentileInterval,
  poisson,
} from '../statistics/index.ts'
import type { CellTable } from './cells.ts'
import type { AuditPlan, AuditReport } from './contract.ts'
import { FN, FP, rowsIn, scoresByGroup, type Tally, TN, TP } from './tally.ts'

export type Bootstrap = NonNullable<AuditReport['bootstrap']>
type Range = Bootstrap['selectionRate']['difference']

/** Numbers that are held at once: groups × replicates × three rates. */
const MOST_HELD = 45_000_000
const UNLABELLED_YES = 5

/** How many replicates fit; fewer than asked only with thousands of groups. */
export function replicatesFor(groups: number, asked: number): number {
  return Math.max(100, Math.min(asked, Math.floor(MOST_HELD / (3 * Math.max(1, groups)))))
}

export function bootstrapOf(table: CellTable, byGroup: readonly Tally[], plan: AuditPlan): Bootstrap | undefined {
  if (plan.bootstrap === undefined) return undefined
  const present = byGroup.map((tally, i) => ({ tally, i })).filter(({ tally }) => rowsIn(tally) > 0)
  const { seed } = plan.bootstrap
  const replicates = replicatesFor(present.length, plan.bootstrap.replicates)
  const draw = drawer(
    present.map(({ tally }) => tally),
    table.weighted,
  )
  const rates = {
    selectionRate: createRate(
      present.length,
      replicates,
      (d, at) => d[at + FP]! + d[at + TP]! + d[at + UNLABELLED_YES]!,
      (d, at) => {
        let sum = 0
        for (let i = 0; i < 6; i++) sum += d[at + i]!
        return sum
      },
    ),
    truePositiveRate: createRate(
      present.length,
      replicates,
      (d, at) => d[at + TP]!,
      (d, at) => d[at + TP]! + d[at + FN]!,
    ),
    falsePositiveRate: createRate(
      present.length,
      replicates,
      (d, at) => d[at + FP]!,
      (d, at) => d[at + FP]! + d[at + TN]!,
    ),
  }
  const used = table.labelled
    ? ([rates.selectionRate, rates.truePositiveRate, rates.falsePositiveRate] as const)
    : [rates.selectionRate]
  const drawn = new Float64Array(present.length * 6)
  for (let b = 0; b < replicates; b++) {
    draw(generator(seed, b), drawn)
    for (const rate of used) rate.take(drawn, b)
  }
  const names = present.map(({ i }) => keyOf(table.groups[i]!))
  const ends = (values: Float64Array) => rangeOf(values, plan.alpha)
  const result = (rate: ReturnType<typeof createRate>) => ({
    byGroup: Object.fromEntries(names.map((name, i) => [name, ends(rate.ofGroup(i))])),
    difference: ends(rate.differences),
    ratio: ends(rate.ratios),
  })
  const odds = (pick: (a: number, b: number) => number, a: Float64Array, b: Float64Array) =>
    ends(a.map((value, i) => (Number.isNaN(value) || Number.isNaN(b[i]!) ? Number.NaN : pick(value, b[i]!))))
  return {
    method: table.weighted ? 'poisson_cells' : 'multinomial_cells',
    replicates,
    seed,
    alpha: plan.alpha,
    selectionRate: result(rates.selectionRate),
    ...(table.labelled
      ? {
          truePositiveRate: result(rates.truePositiveRate),
          falsePositiveRate: result(rates.falsePositiveRate),
          equalizedOddsDifference: odds(
            Math.max,
            rates.truePositiveRate.differences,
            rates.falsePositiveRate.differences,
          ),
          equalizedOddsRatio: odds(Math.min, rates.truePositiveRate.ratios, rates.falsePositiveRate.ratios),
        }
      : {}),
    ...(table.labelled && table.scores.length > 0 && !table.weighted
      ? {
          ece10: calibration(
            table,
            present.map(({ i }) => i),
            { seed, replicates, alpha: plan.alpha, names },
          ),
        }
      : {}),
  }
}

/** The value itself for one attribute, the JSON of the values otherwise and when it is missing. */
function keyOf(values: readonly (string | null)[]): string {
  return values.length === 1 && values[0] !== null ? values[0]! : JSON.stringify(values)
}

function rangeOf(values: Float64Array, alpha: number): Range {
  const ends = percentileInterval(values, alpha)
  return { lower: ends?.lower ?? null, upper: ends?.upper ?? null }
}

/** Draws all cells of all groups once, six numbers a group. */
function drawer(groups: readonly Tally[], weighted: boolean): (random: Generator, into: Float64Array) => void {
  const filled: number[] = []
  const weights: number[] = []
  const squares: number[] = []
  for (const [g, tally] of groups.entries())
    for (let i = 0; i < 6; i++)
      if (tally.n[i]! > 0) {
        filled.push(g * 6 + i)
        weights.push(tally.w[i]!)
        squares.push(tally.w2[i]!)
      }
  if (weighted)
    return (random, into) => {
      for (let k = 0; k < filled.length; k++) {
        const scale = weights[k]! > 0 ? squares[k]! / weights[k]! : 0
        into[filled[k]!] = scale === 0 ? 0 : scale * poisson(random, weights[k]! / scale)
      }
    }
  const n = weights.reduce((a, b) => a + b, 0)
  const shares = conditionalShares(weights)
  const drawn = new Float64Array(filled.length)
  return (random, into) => {
    multinomial(random, n, shares, drawn)
    for (let k = 0; k < filled.length; k++) into[filled[k]!] = drawn[k]!
  }
}

type Part = (drawn: Float64Array, at: number) => number

/** One rate over the replicates: by group, largest − smallest, smallest/largest. NaN where a replicate leaves it undefined. */
function createRate(groups: number, replicates: number, counted: Part, of: Part) {
  const values = new Float64Array(groups * replicates)
  const differences = new Float64Array(replicates)
  const ratios = new Float64Array(replicates)
  return {
    differences,
    ratios,
    ofGroup: (group: number) => values.subarray(group * replicates, (group + 1) * replicates),
    take(drawn: Float64Array, b: number): void {
      let most = Number.NEGATIVE_INFINITY
      let least = Number.POSITIVE_INFINITY
      for (let g = 0; g < groups; g++) {
        const whole = of(drawn, g * 6)
        const rate = whole > 0 ? counted(drawn, g * 6) / whole : Number.NaN
        values[g * replicates + b] = rate
        if (Number.isNaN(rate)) {
          most = Number.NaN
          least = Number.NaN
        } else {
          if (rate > most) most = rate
          if (rate < least) least = rate
        }
      }
      differences[b] = groups < 2 ? Number.NaN : most - least
      ratios[b] = groups < 2 || !(most > 0) ? Number.NaN : least / most
    },
  }
}

/** Calibration error: cells of (group, label, bin), each at its mean score. */
function calibration(
  table: CellTable,
  groups: readonly number[],
  {
    seed,
    replicates,
    alpha,
    names,
  }: { readonly seed: number; readonly replicates: number; readonly alpha: number; readonly names: readonly string[] },
): NonNullable<Bootstrap['ece10']> {
  const scores = scoresByGroup(table)
  const counts: number[] = []
  const cells: { readonly group: number; readonly bin: number; readonly label: 0 | 1; readonly mean: number }[] = []
  for (const [g, i] of groups.entries())
    for (const [label, cell] of [
      [0, scores[i]!.negative],
      [1, scores[i]!.positive],
    ] as const)
      for (const [bin, { w, sum }] of (cell?.bins ?? []).entries())
        if (w > 0) {
          cells.push({ group: g, bin, label, mean: sum / w })
          counts.push(w)
        }
  const n = counts.reduce((a, b) => a + b, 0)
  const shares = conditionalShares(counts)
  const drawn = new Float64Array(counts.length)
  const gaps = new Float64Array(groups.length * 10)
  const sizes = new Float64Array(groups.length)
  const values = groups.map(() => new Float64Array(replicates))
  const differences = new Float64Array(replicates)
  for (let b = 0; b < replicates; b++) {
    multinomial(generator(seed, replicates + b), n, shares, drawn)
    gaps.fill(0)
    sizes.fill(0)
    for (let k = 0; k < cells.length; k++) {
      const { group, bin, label, mean } = cells[k]!
      gaps[group * 10 + bin] = gaps[group * 10 + bin]! + drawn[k]! * (label - mean)
      sizes[group] = sizes[group]! + drawn[k]!
    }
    let most = Number.NEGATIVE_INFINITY
    let least = Number.POSITIVE_INFINITY
    for (let g = 0; g < groups.length; g++) {
      let gap = 0
      for (let bin = 0; bin < 10; bin++) gap += Math.abs(gaps[g * 10 + bin]!)
      const value = sizes[g]! > 0 ? gap / sizes[g]! : Number.NaN
      values[g]![b] = value
      most = Number.isNaN(value) ? Number.NaN : Math.max(most, value)
      least = Number.isNaN(value) ? Number.NaN : Math.min(least, value)
    }
    differences[b] = groups.length < 2 ? Number.NaN : most - least
  }
  return {
    byGroup: Object.fromEntries(names.map((name, g) => [name, rangeOf(values[g]!, alpha)])),
    difference: rangeOf(differences, alpha),
  }
}
