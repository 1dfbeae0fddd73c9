/**
 * The kernel: counts by (group tuple, stratum, label, prediction), with what a score and other signals add. Every metric, interval,
 * test and resampling is made from these, so rows are not needed again and the cells can be kept without personal data.
 */
import { limits } from './contract.ts'
import { createExactSums } from './exact-sum.ts'
import { compareTuples } from './order.ts'
import { createScoreLevels, type Levels, noLevels, type ScoreLevels } from './score-levels.ts'
import { createSignals, type SignalCells, type SignalIntake } from './signals.ts'
import { createTuples } from './tuples.ts'

export type Value = string | null
export type Tuple = readonly Value[]

/** `group` and `stratum` point into the lists of the table; Σw and Σw² are n where the plan has no weight. */
export type Cell = {
  readonly group: number
  readonly stratum: number
  readonly label: 0 | 1 | null
  readonly prediction: 0 | 1
  readonly n: number
  readonly w: number
  readonly w2: number
}

/** Scores of one group and label. Sums, bins (ten of equal width) and levels count weights where the plan has them. */
export type ScoreCell = {
  readonly group: number
  readonly label: 0 | 1 | null
  readonly n: number
  readonly w: number
  readonly sum: number
  readonly squares: number
  readonly bins: readonly { readonly w: number; readonly sum: number }[]
  readonly levels: Levels
}

export type CellTable = {
  readonly sensitive: readonly string[]
  readonly strata: readonly string[]
  readonly labelled: boolean
  readonly weighted: boolean
  readonly rows: number
  /** Sorted; a missing value is null and stands last. */
  readonly groups: readonly Tuple[]
  readonly strataValues: readonly Tuple[]
  readonly cells: readonly Cell[]
  readonly scores: readonly ScoreCell[]
  /** `exact`: every score that occurs is a level of its own; else levels are `width` wide. */
  readonly scoreResolution: { readonly exact: boolean; readonly width: number } | null
  readonly signals: readonly SignalCells[]
}

/** Too many different values or cells. */
export class TooManyCells extends Error {
  override readonly name = 'TooManyCells'
}

export type CellsShape = {
  readonly sensitive: readonly string[]
  readonly strata: readonly string[]
  readonly labelled: boolean
  readonly weighted: boolean
  readonly scored: boolean
  readonly signals: SignalIntake['shapes']
}

export type CellBuilder = {
  /** The group of this row; then its stratum; then the row itself. Codes are those of `finish`'s dictionaries. */
  group(codes: Int32Array, at: readonly number[]): number
  stratum(codes: Int32Array, at: readonly number[]): number
  /** `label` and `prediction` are 0 or 1, label 2 when missing; `times` rows like this one. */
  row(row: {
    group: number
    stratum: number
    label: number
    prediction: number
    score: number
    weight: number
    times: number
  }): void
  readonly signals: SignalIntake
  /** Dictionaries: for each column of `sensitive` and `strata` the text of each code. */
  finish(dictionaries: {
    readonly sensitive: readonly (readonly Value[])[]
    readonly strata: readonly (readonly Value[])[]
  }): CellTable
}

const SLOTS = 6
const BINS = 10

export function createCells(shape: CellsShape): CellBuilder {
  const groups = createTuples()
  const strata = createTuples()
  const groupNumbers = createTuples()
  const stratumNumbers = createTuples()
  const places = createTuples()
  let counts = new Float64Array(1024 * SLOTS)
  const weights = createExactSums()
  const squares = createExactSums()
  const scores = createScores(shape.weighted)
  const signals = createSignals(shape.signals)
  let rows = 0

  function walk(tuples: typeof groups, numbers: typeof groupNumbers, codes: Int32Array, at: readonly number[]): number {
    let tuple = -1
    for (let i = 0; i < at.length; i++) tuple = tuples.step(tuple, codes[at[i]!]!)
    return numbers.step(-1, tuple)
  }

  return {
    group: (codes, at) => walk(groups, groupNumbers, codes, at),
    stratum: (codes, at) => walk(strata, stratumNumbers, codes, at),
    row({ group, stratum, label, prediction, score, weight, times }) {
      const place = places.step(group, stratum)
      if (place > limits.cells) throw new TooManyCells()
      const slot = place * SLOTS + label * 2 + prediction
      if (slot >= counts.length) {
        const wider = new Float64Array(counts.length * 2)
        wider.set(counts)
        counts = wider
      }
      counts[slot] = counts[slot]! + times
      rows += times
      if (shape.weighted) {
        weights.add(slot, weight, times)
        squares.addSquare(slot, weight, times)
      }
      if (shape.scored && !Number.isNaN(score)) scores.add(group * 3 + label, score, weight, times)
    },
    signals,
    finish(dictionaries) {
      const unfold = (tuples: typeof groups, numbers: typeof groupNumbers, texts: readonly (readonly Value[])[]) => {
        const list = Array.from({ length: numbers.size }, (_, number) => {
          let tuple = numbers.code(number)
          const values: Value[] = []
          for (let i = texts.length - 1; i >= 0; i--) {
            values[i] = texts[i]![tuples.code(tuple)]!
            tuple = tuples.from(tuple)
          }
          return { values, number }
        }).sort((a, b) => compareTuples(a.values, b.values))
        const rank = new Int32Array(numbers.size)
        for (const [i, { number }] of list.entries()) rank[number] = i
        return { values: list.map(({ values }) => values), rank }
      }
      const sortedGroups = unfold(groups, groupNumbers, dictionaries.sensitive)
      const sortedStrata = unfold(strata, stratumNumbers, dictionaries.strata)
      const cells: Cell[] = []
      for (let place = 0; place < places.size; place++)
        for (let slot = 0; slot < SLOTS; slot++) {
          const at = place * SLOTS + slot
          const n = counts[at]!
          if (n === 0) continue
          cells.push({
            group: sortedGroups.rank[places.from(place)]!,
            stratum: sortedStrata.rank[places.code(place)]!,
            label: slot >= 4 ? null : ((slot >> 1) as 0 | 1),
            prediction: (slot & 1) as 0 | 1,
            n,
            w: shape.weighted ? weights.at(at) : n,
            w2: shape.weighted ? squares.at(at) : n,
          })
        }
      if (cells.length > limits.cells) throw new TooManyCells()
      cells.sort(compareCells)
      return {
        sensitive: shape.sensitive,
        strata: shape.strata,
        labelled: shape.labelled,
        weighted: shape.weighted,
        rows,
        groups: sortedGroups.values,
        strataValues: sortedStrata.values,
        cells,
        scores: shape.scored ? scores.finish(sortedGroups.rank) : [],
        scoreResolution: shape.scored ? scores.resolution() : null,
        signals: signals.finish(sortedGroups.rank),
      }
    },
  }
}

const labelPlace = (label: 0 | 1 | null) => label ?? 2
const compareCells = (a: Cell, b: Cell) =>
  a.group - b.group || a.stratum - b.stratum || labelPlace(a.label) - labelPlace(b.label) || a.prediction - b.prediction

/** What scores add, by group and label: slot = group·3 + label. Counts of rows are exact as they are; sums need exact-sum.ts. */
function createScores(weighted: boolean) {
  const counts = createCounts()
  const weights = createExactSums()
  const binCounts = createCounts()
  const binWeights = createExactSums()
  const sum = createExactSums()
  const squares = createExactSums()
  const binSums = createExactSums()
  const levels: ScoreLevels = createScoreLevels(weighted)
  return {
    add(slot: number, score: number, weight: number, times: number): void {
      const bin = slot * BINS + Math.min(BINS - 1, Math.floor(score * BINS))
      counts.add(slot, times)
      levels.add(slot, score, weight * times)
      if (!weighted) {
        binCounts.add(bin, times)
        sum.add(slot, score, times)
        squares.addSquare(slot, score, times)
        binSums.add(bin, score, times)
        return
      }
      weights.add(slot, weight, times)
      binWeights.add(bin, weight, times)
      sum.add(slot, score * weight, times)
      squares.add(slot, score * score * weight, times)
      binSums.add(bin, score * weight, times)
    },
    resolution: () => levels.resolution(),
    finish(rank: Int32Array): ScoreCell[] {
      const bySlot = levels.finish()
      const cells: ScoreCell[] = []
      for (let slot = 0; slot < counts.size(); slot++) {
        if (counts.at(slot) === 0) continue
        const label = slot % 3
        cells.push({
          group: rank[Math.floor(slot / 3)]!,
          label: label === 2 ? null : (label as 0 | 1),
          n: counts.at(slot),
          w: weighted ? weights.at(slot) : counts.at(slot),
          sum: sum.at(slot),
          squares: squares.at(slot),
          bins: Array.from({ length: BINS }, (_, bin) => ({
            w: weighted ? binWeights.at(slot * BINS + bin) : binCounts.at(slot * BINS + bin),
            sum: binSums.at(slot * BINS + bin),
          })),
          levels: bySlot.get(slot) ?? noLevels,
        })
      }
      return cells.sort((a, b) => a.group - b.group || labelPlace(a.label) - labelPlace(b.label))
    },
  }
}

function createCounts() {
  let numbers = new Float64Array(256)
  return {
    add(place: number, times: number): void {
      if (place >= numbers.length) {
        const wider = new Float64Array(Math.max(place + 1, numbers.length * 2))
        wider.set(numbers)
        numbers = wider
      }
      numbers[place] = numbers[place]! + times
    },
    at: (place: number) => numbers[place] ?? 0,
    size: () => numbers.length,
  }
}
