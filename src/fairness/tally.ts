/** What was counted in one group, or in all: six numbers, of rows and of weights. */
import type { CellTable, ScoreCell } from './cells.ts'
import type { RateMetric } from './contract.ts'

/** Places: label 0, 1 or missing, times two, plus the prediction. */
export const TN = 0
export const FP = 1
export const FN = 2
export const TP = 3
const UNLABELLED_NO = 4
const UNLABELLED_YES = 5

export type Tally = {
  readonly n: Float64Array
  readonly w: Float64Array
  readonly w2: Float64Array
}

export function emptyTally(): Tally {
  return { n: new Float64Array(6), w: new Float64Array(6), w2: new Float64Array(6) }
}

export function addTally(into: Tally, one: Tally): void {
  for (let i = 0; i < 6; i++) {
    into.n[i] = into.n[i]! + one.n[i]!
    into.w[i] = into.w[i]! + one.w[i]!
    into.w2[i] = into.w2[i]! + one.w2[i]!
  }
}

export function sumTallies(tallies: Iterable<Tally>): Tally {
  const sum = emptyTally()
  for (const one of tallies) addTally(sum, one)
  return sum
}

/** One tally per group, strata together; with `stratum` of that one alone. */
export function tallies(table: CellTable, stratum?: number): Tally[] {
  const byGroup = table.groups.map(emptyTally)
  for (const cell of table.cells) {
    if (stratum !== undefined && cell.stratum !== stratum) continue
    const tally = byGroup[cell.group]!
    const place = (cell.label ?? 2) * 2 + cell.prediction
    tally.n[place] = tally.n[place]! + cell.n
    tally.w[place] = tally.w[place]! + cell.w
    tally.w2[place] = tally.w2[place]! + cell.w2
  }
  return byGroup
}

const all = [TN, FP, FN, TP, UNLABELLED_NO, UNLABELLED_YES]
const labelled = [TN, FP, FN, TP]

/** Each rate as what is counted of what; fairness.md 2 and the confusion matrix. */
const parts: Readonly<Record<RateMetric, { readonly of: readonly number[]; readonly counted: readonly number[] }>> = {
  selectionRate: { counted: [FP, TP, UNLABELLED_YES], of: all },
  baseRate: { counted: [FN, TP], of: labelled },
  truePositiveRate: { counted: [TP], of: [FN, TP] },
  falsePositiveRate: { counted: [FP], of: [TN, FP] },
  falseNegativeRate: { counted: [FN], of: [FN, TP] },
  trueNegativeRate: { counted: [TN], of: [TN, FP] },
  precision: { counted: [TP], of: [FP, TP] },
  negativePredictiveValue: { counted: [TN], of: [TN, FN] },
  accuracy: { counted: [TN, TP], of: labelled },
}

const at = (numbers: Float64Array, places: readonly number[]) => places.reduce((sum, i) => sum + numbers[i]!, 0)

/** Rows that a rate is about. */
export function rowsOf(tally: Tally, metric: RateMetric): number {
  return at(tally.n, parts[metric].of)
}

export function labelledRows(tally: Tally): number {
  return at(tally.n, labelled)
}

export function rowsIn(tally: Tally): number {
  return at(tally.n, all)
}

export function weightIn(tally: Tally): { readonly w: number; readonly w2: number } {
  return { w: at(tally.w, all), w2: at(tally.w2, all) }
}

/** The rate, weights counted; undefined when nothing is in the denominator. In [0, 1]. */
export function rateOf(tally: Tally, metric: RateMetric): number | undefined {
  const { counted, of } = parts[metric]
  const whole = at(tally.w, of)
  return whole > 0 ? Math.min(1, at(tally.w, counted) / whole) : undefined
}

/**
 * The rate as k of n for intervals and tests. With weights, n is Kish's effective number (Σw)²/Σw² of the denominator, so that
 * equal weights change nothing and unequal ones widen. Undefined where the rate is.
 */
export function shareOf(tally: Tally, metric: RateMetric): { readonly k: number; readonly n: number } | undefined {
  const { counted, of } = parts[metric]
  const whole = at(tally.w, of)
  if (!(whole > 0)) return undefined
  const k = at(tally.w, counted)
  const squares = at(tally.w2, of)
  if (squares === whole) return { k, n: whole }
  const n = (whole * whole) / squares
  return { k: Math.min(n, (k / whole) * n), n }
}

/** Scores per group: the cells of label 0, 1 and missing. */
export type ScoresOf = { readonly negative?: ScoreCell; readonly positive?: ScoreCell; readonly unlabelled?: ScoreCell }

export function scoresByGroup(table: CellTable): ScoresOf[] {
  const found: { negative?: ScoreCell; positive?: ScoreCell; unlabelled?: ScoreCell }[] = table.groups.map(() => ({}))
  for (const cell of table.scores) {
    const name = cell.label === null ? 'unlabelled' : cell.label === 1 ? 'positive' : 'negative'
    found[cell.group]![name] = cell
  }
  return found
}
