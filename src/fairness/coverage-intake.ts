/** Rows to counts for coverage: how often each combination of values occurs, by label, prediction and fold. */
import { below, generator } from '../statistics/index.ts'
import { createColumns, type Sink, StopReading, settledAt } from './columns.ts'
import type { CoveragePlan, ProblemList } from './contract.ts'
import { createProblems } from './problems.ts'
import { createTuples } from './tuples.ts'

/** Different combinations of values of all columns of the plan. */
export const MOST_COMBINATIONS = 1_000_000
export const FOLDS = 10

/** Combinations in the order in which they came; codes point into `texts`, of which 0 is missing. */
export type Combinations = {
  readonly rows: number
  readonly columns: readonly string[]
  readonly texts: readonly (readonly (string | null)[])[]
  readonly size: number
  /** Code of column c of combination i: `codes[i * columns.length + c]`. */
  readonly codes: Int32Array
  /** 0, 1 or 2 (missing, or not in the plan). */
  readonly labels: Uint8Array
  readonly predictions: Uint8Array
  readonly folds: Uint8Array
  readonly counts: Float64Array
}

export type CoverageIntake = Sink & {
  finish(): { readonly ok: true; readonly table: Combinations } | { readonly ok: false; readonly problems: ProblemList }
}

/** Every column that the plan looks at, once. */
export function columnsOf(plan: CoveragePlan): string[] {
  return [
    ...new Set([
      ...patternColumns(plan),
      ...sensitiveColumns(plan),
      ...Object.keys(plan.reference ?? {}),
      ...(plan.proxies === undefined ? [] : [plan.proxies.attribute, ...plan.proxies.features]),
      ...(plan.slices?.columns ?? []),
    ]),
  ]
}

export const patternColumns = (plan: CoveragePlan): readonly string[] => plan.columns ?? plan.sensitive ?? []
export const sensitiveColumns = (plan: CoveragePlan): readonly string[] => plan.sensitive ?? plan.columns ?? []

export function createCoverageIntake(plan: CoveragePlan): CoverageIntake {
  const problems = createProblems()
  const columns = createColumns(plan, problems)
  const names = columnsOf(plan)
  const places = names.map((name) => columns.text(name))
  const label = plan.label === undefined ? undefined : columns.binary(plan.label, plan.positive)
  const prediction = plan.prediction === undefined ? undefined : columns.binary(plan.prediction, plan.positive)
  const at = places.map((place) => settledAt(columns, place))
  columns.ready()
  const { codes, numbers, needs } = columns
  const labelAt = label === undefined ? -1 : columns.binaryColumn(label)
  const predictionAt = prediction === undefined ? -1 : columns.binaryColumn(prediction)
  const values = createTuples()
  const ends = createTuples()
  let counts = new Float64Array(1024)
  let rows = 0
  let bad = false

  return {
    needs,
    codes,
    numbers,
    problems,
    missing: columns.missing,
    code: columns.code,
    notNumber(column, value, line) {
      bad = true
      problems.add({
        code: 'not_a_number',
        column: needs[column]!.name,
        ...(line === undefined ? {} : { line }),
        value,
      })
    },
    row(line, times) {
      const fold = below(generator(plan.seed, rows), FOLDS)
      rows += times
      if (plan.bands !== undefined) columns.makeBands()
      if (bad) {
        bad = false
        return
      }
      let tuple = -1
      for (let i = 0; i < at.length; i++) tuple = values.step(tuple, codes[at[i]!]!)
      const y = label === undefined ? 2 : columns.meaning(label, codes[labelAt]!)
      const p = prediction === undefined ? 2 : columns.meaning(prediction, codes[predictionAt]!)
      const end = ends.step(tuple, (y * 3 + p) * FOLDS + fold)
      if (end >= MOST_COMBINATIONS) {
        problems.add({
          code: 'cardinality_too_high',
          ...(line === undefined ? {} : { line }),
          expected: String(MOST_COMBINATIONS),
        })
        throw new StopReading()
      }
      if (end >= counts.length) {
        const wider = new Float64Array(counts.length * 2)
        wider.set(counts)
        counts = wider
      }
      counts[end] = counts[end]! + times
    },
    finish() {
      columns.checkBinary()
      if (problems.total === 0 && rows === 0) problems.add({ code: 'empty_table' })
      if (problems.total > 0) return { ok: false, problems: problems.list() }
      const { size } = ends
      const table = {
        codes: new Int32Array(size * names.length),
        labels: new Uint8Array(size),
        predictions: new Uint8Array(size),
        folds: new Uint8Array(size),
      }
      for (let i = 0; i < size; i++) {
        const code = ends.code(i)
        table.folds[i] = code % FOLDS
        table.predictions[i] = Math.floor(code / FOLDS) % 3
        table.labels[i] = Math.floor(code / FOLDS / 3)
        let tuple = ends.from(i)
        for (let c = names.length - 1; c >= 0; c--) {
          table.codes[i * names.length + c] = values.code(tuple)
          tuple = values.from(tuple)
        }
      }
      const texts = columns.texts
      return {
        ok: true,
        table: {
          rows,
          columns: names,
          texts: at.map((place) => texts[place]!),
          size,
          counts: counts.slice(0, size),
          ...table,
        },
      }
    },
  }
}
