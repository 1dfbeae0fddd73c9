/** Rows to cells by a plan: what counts as yes, what is missing, what is wrong. The same for every way of reading. */
import { type CellTable, createCells, TooManyCells } from './cells.ts'
import { createColumns, type Sink, StopReading, settledAt } from './columns.ts'
import { type AuditPlan, limits, type Measure, type ProblemList } from './contract.ts'
import { strataOf } from './plan.ts'
import { createProblems } from './problems.ts'

export type Intake = Sink & {
  /** The cells, or all that was wrong. The intake is used up. */
  finish(): { readonly ok: true; readonly table: CellTable } | { readonly ok: false; readonly problems: ProblemList }
}

export function createIntake(plan: AuditPlan): Intake {
  const problems = createProblems()
  const columns = createColumns(plan, problems)
  const strataNames = strataOf(plan)
  const sensitiveNow = plan.sensitive.map((name) => columns.text(name))
  const strataNow = strataNames.map((name) => columns.text(name))
  const label = plan.label === undefined ? undefined : columns.binary(plan.label, plan.positive)
  const prediction = plan.prediction === undefined ? undefined : columns.binary(plan.prediction, plan.positive)
  const score = plan.score === undefined ? undefined : columns.number(plan.score)
  const weight = plan.weight === undefined ? undefined : columns.number(plan.weight)
  const counts = plan.counts === undefined ? undefined : columns.number(plan.counts.column)
  const measures = plan.measures.map((measure) => measureColumns(measure, columns))
  const sensitive = sensitiveNow.map((at) => settledAt(columns, at))
  const strata = strataNow.map((at) => settledAt(columns, at))
  columns.ready()
  const { codes, numbers, needs } = columns
  const cells = createCells({
    sensitive: plan.sensitive,
    strata: strataNames,
    labelled: label !== undefined,
    weighted: weight !== undefined,
    scored: score !== undefined,
    signals: plan.measures.map(({ name, kind }) => ({ name, kind })),
  })
  const labelAt = label === undefined ? -1 : columns.binaryColumn(label)
  const predictionAt = prediction === undefined ? -1 : columns.binaryColumn(prediction)
  const hasBands = plan.bands !== undefined
  const row = { group: 0, stratum: 0, label: 2, prediction: 0, score: Number.NaN, weight: 1, times: 1 }
  let bad = false
  let rows = 0
  let weightSeen = false

  const note = (
    code: 'not_a_number' | 'count_not_whole' | 'negative_weight' | 'score_out_of_range' | 'label_not_binary',
    column: number,
    line: number | undefined,
    value: string,
    expected?: string,
  ) => {
    bad = true
    problems.add({
      code,
      column: needs[column]!.name,
      ...(line === undefined ? {} : { line }),
      value,
      ...(expected === undefined ? {} : { expected }),
    })
  }

  return {
    needs,
    codes,
    numbers,
    problems,
    missing: columns.missing,
    code: columns.code,
    notNumber: (column, text, line) => note('not_a_number', column, line, text),
    row(line, lines) {
      let times = lines
      if (counts !== undefined) {
        const of = numbers[counts]!
        if (!Number.isSafeInteger(of) || of < 0 || !Number.isSafeInteger(rows + of * lines)) {
          if (!bad) note('count_not_whole', counts, line, Number.isNaN(of) ? '' : String(of))
        } else times = of * lines
      }
      if (times === 0 && !bad) return
      rows += times
      if (hasBands) columns.makeBands()
      row.label = label === undefined ? 2 : columns.meaning(label, codes[labelAt]!)
      if (score !== undefined) {
        row.score = numbers[score]!
        if (Number.isNaN(row.score)) {
          if (!bad) note('not_a_number', score, line, '')
        } else if (row.score < 0 || row.score > 1) note('score_out_of_range', score, line, String(row.score), '0–1')
      }
      if (prediction !== undefined) {
        row.prediction = columns.meaning(prediction, codes[predictionAt]!)
        if (row.prediction === 2) note('label_not_binary', predictionAt, line, '', String(plan.positive))
      } else row.prediction = row.score >= plan.threshold! ? 1 : 0
      if (weight !== undefined) {
        row.weight = numbers[weight]!
        if (Number.isNaN(row.weight)) {
          if (!bad) note('not_a_number', weight, line, '')
        } else if (row.weight < 0) note('negative_weight', weight, line, String(row.weight))
        else if (row.weight > 0) weightSeen = true
      }
      if (bad) {
        bad = false
        return
      }
      row.times = times
      row.group = cells.group(codes, sensitive)
      row.stratum = strata.length === 0 ? 0 : cells.stratum(codes, strata)
      try {
        cells.row(row)
        for (const [signal, measure] of measures.entries()) measure(cells.signals, signal, row.group, times)
      } catch (error) {
        if (!(error instanceof TooManyCells) && !(error instanceof RangeError)) throw error
        problems.add({
          code: 'cardinality_too_high',
          ...(line === undefined ? {} : { line }),
          expected: String(limits.cells),
        })
        throw new StopReading()
      }
    },
    finish() {
      columns.checkBinary()
      if (problems.total === 0 && rows === 0) problems.add({ code: 'empty_table' })
      if (problems.total === 0 && weight !== undefined && !weightSeen)
        problems.add({ code: 'weight_all_zero', column: plan.weight! })
      if (problems.total > 0) return { ok: false, problems: problems.list() }
      if (strata.length === 0) cells.stratum(codes, strata)
      const texts = columns.texts
      try {
        const table = cells.finish({
          sensitive: sensitive.map((at) => texts[at]!),
          strata: strata.map((at) => texts[at]!),
        })
        return { ok: true, table }
      } catch (error) {
        if (!(error instanceof TooManyCells)) throw error
        problems.add({ code: 'cardinality_too_high', expected: String(limits.cells) })
        return { ok: false, problems: problems.list() }
      }
    },
  }

  /** What one measure takes from a row. */
  function measureColumns(measure: Measure, from: typeof columns): TakeMeasure {
    switch (measure.kind) {
      case 'rate': {
        const yes = from.binary(measure.column, measure.positive)
        const again = measure.backAgain && from.binary(measure.backAgain.column, measure.backAgain.positive)
        return (signals, signal, group, times) => {
          const meaning = from.meaning(yes, codes[from.binaryColumn(yes)]!)
          const back = again === undefined ? 0 : from.meaning(again, codes[from.binaryColumn(again)]!)
          if (meaning === 2) signals.missing(signal, group, times)
          else signals.value(signal, group, meaning === 1 && back === 1 ? 2 : meaning, 1, times)
        }
      }
      case 'duration': {
        const value = from.number(measure.column)
        const ended =
          measure.ended === undefined ? undefined : from.binary(measure.ended.column, measure.ended.positive)
        return (signals, signal, group, times) => {
          const seen = ended === undefined ? 1 : from.meaning(ended, codes[from.binaryColumn(ended)]!)
          if (Number.isNaN(numbers[value]!)) signals.missing(signal, group, times)
          else if (numbers[value]! < 0)
            problems.add({
              code: 'not_a_number',
              column: measure.column,
              value: String(numbers[value]),
              expected: '>= 0',
            })
          else signals.value(signal, group, numbers[value]!, seen === 1 ? 1 : 0, times)
        }
      }
      case 'amount': {
        const value = from.number(measure.column)
        const given =
          measure.given === undefined ? undefined : from.binary(measure.given.column, measure.given.positive)
        return (signals, signal, group, times) => {
          const granted = given === undefined ? 1 : from.meaning(given, codes[from.binaryColumn(given)]!)
          if (granted === 0 || (granted === 1 && numbers[value] === 0)) signals.apart(signal, group, times)
          else if (granted === 2 || Number.isNaN(numbers[value]!)) signals.missing(signal, group, times)
          else if (numbers[value]! < 0)
            problems.add({
              code: 'not_a_number',
              column: measure.column,
              value: String(numbers[value]),
              expected: '>= 0',
            })
          else signals.value(signal, group, numbers[value]!, 1, times)
        }
      }
      case 'mean': {
        const value = from.number(measure.column)
        return (signals, signal, group, times) => {
          if (Number.isNaN(numbers[value]!)) signals.missing(signal, group, times)
          else signals.value(signal, group, numbers[value]!, 1, times)
        }
      }
      case 'errors': {
        const made = from.number(measure.column)
        const units = from.number(measure.units)
        const cluster = from.text(measure.cluster, limits.cells)
        return (signals, signal, group, times) => {
          if (Number.isNaN(numbers[made]!) || Number.isNaN(numbers[units]!)) signals.missing(signal, group, times)
          else signals.cluster(signal, group, codes[settledAt(from, cluster)]!, numbers[made]!, numbers[units]!, times)
        }
      }
    }
  }
}

type TakeMeasure = (
  signals: ReturnType<typeof createCells>['signals'],
  signal: number,
  group: number,
  times: number,
) => void
