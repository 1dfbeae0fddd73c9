/** Counted combinations, as a query gives them, to a sink. */
import { type Need, parseNumber, type Sink, StopReading } from './columns.ts'
import { nearest } from './problems.ts'
import { MOST_ROWS, type SqlColumn } from './sql.ts'

/** Notes the columns that are not there; true when all are. */
export function columnsFound(sink: Sink, columns: readonly SqlColumn[]): boolean {
  const names = columns.map(({ name }) => name)
  const absent = sink.needs.filter(({ name }) => !names.includes(name))
  for (const { name } of absent) {
    const near = nearest(name, names)
    sink.problems.add({ code: 'column_unknown', column: name, ...(near === undefined ? {} : { nearest: near }) })
  }
  return absent.length === 0
}

/** Takes rows of the texts of `needs` and their number, one after another. Throws StopReading beyond `most` rows. */
export function createRowTaker(sink: Sink, most = MOST_ROWS): (row: readonly (string | null)[], times: number) => void {
  const codes = sink.needs.map(() => new Map<string, number>())
  let rows = 0
  return (row, times) => {
    if (++rows > most) {
      sink.problems.add({ code: 'cardinality_too_high', expected: String(most) })
      throw new StopReading()
    }
    for (const [i, need] of sink.needs.entries()) take(sink, codes[i]!, need, i, row[i] ?? null)
    sink.row(undefined, times)
  }
}

function take(sink: Sink, codes: Map<string, number>, need: Need, at: number, text: string | null): void {
  if (need.text) {
    let code = text === null ? 0 : codes.get(text)
    if (code === undefined) {
      code = sink.code(at, text, undefined)
      codes.set(text!, code)
    }
    sink.codes[at] = code
  }
  if (!need.number) return
  const number = text === null || sink.missing.has(text) ? Number.NaN : parseNumber(text.trim())
  if (number === undefined) sink.notNumber(at, text!, undefined)
  sink.numbers[at] = number ?? Number.NaN
}
