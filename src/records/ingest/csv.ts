/**
 * Rows of CSV (RFC 4180) from pieces of text: quoted cells may hold delimiters and line breaks, a doubled quote stands
 * for one. Lines end in LF, CRLF or CR. A broken row is reported at its first line and reading goes on at the next
 * line, so that columns never shift.
 */

export type CsvRow =
  | { readonly line: number; readonly cells: readonly string[] }
  | {
      readonly line: number
      readonly column: number
      readonly problem: 'quote_unclosed' | 'quote_misplaced' | 'line_too_long'
    }

export type CsvReader = { push(text: string): CsvRow[]; end(): CsvRow[] }

export const delimiters = [',', ';', '\t', '|'] as const

/** The delimiter that occurs most in the header line, outside quotes; a comma when none does. */
export function guessDelimiter(head: string): string {
  const line = (/^(?:"(?:[^"]|"")*"|[^"\r\n])*/.exec(head)?.[0] ?? '').replace(/"(?:[^"]|"")*"/g, '')
  const counts = delimiters.map((delimiter) => line.split(delimiter).length)
  return delimiters[counts.indexOf(Math.max(...counts))]!
}

/** Reads rows with one delimiter. A cell that opens with a quote must close with one; a quote further on is a letter. */
export function createCsvReader(options: { readonly delimiter: string; readonly rowCharacters: number }): CsvReader {
  let rest = ''
  let line = 1
  let skipping = false

  function take(final: boolean): CsvRow[] {
    const rows: CsvRow[] = []
    let at = 0
    if (skipping) {
      at = rest.search(/[\r\n]/)
      if (at === -1) at = rest.length
      else skipping = false
    }
    while (at < rest.length) {
      const row = readRow(rest, at, options.delimiter, final, options.rowCharacters)
      if (row === undefined) {
        if (rest.length - at <= 2 * options.rowCharacters) break
        rows.push({ line, column: 1, problem: 'line_too_long' })
        skipping = true
        at = rest.length
        break
      }
      if (row.cells === undefined) rows.push({ line, column: row.column, problem: row.problem })
      else if (row.cells.length > 1 || row.cells[0] !== '') rows.push({ line, cells: row.cells })
      line += row.lines
      at = row.next
    }
    rest = rest.slice(at)
    return rows
  }

  return {
    push(text) {
      rest += text
      return take(false)
    },
    end: () => take(true),
  }
}

type RowRead =
  | { readonly cells: readonly string[]; readonly next: number; readonly lines: number }
  | {
      readonly cells?: undefined
      readonly problem: 'quote_unclosed' | 'quote_misplaced' | 'line_too_long'
      readonly column: number
      readonly next: number
      readonly lines: number
    }

/** One row from `start`; undefined when the text ends before the row surely does. */
function readRow(text: string, start: number, delimiter: string, final: boolean, longest: number): RowRead | undefined {
  const cells: string[] = []
  let lines = 0
  let at = start
  for (;;) {
    let cell: string
    if (text[at] === '"') {
      const end = closingQuote(text, at + 1, start + longest)
      if (end === -1) {
        if (!final && text.length - start <= longest) return undefined
        return broken(text, start, 'quote_unclosed', at, final)
      }
      // the quote may be the first half of a doubled one, or of a row whose end is still to come
      if (end === text.length - 1 && !final) return undefined
      cell = text.slice(at + 1, end).replaceAll('""', '"')
      lines += countLines(cell)
      at = end + 1
      if (at < text.length && text[at] !== delimiter && text[at] !== '\n' && text[at] !== '\r')
        return broken(text, start, 'quote_misplaced', at, final)
    } else {
      const from = at
      while (at < text.length && text[at] !== delimiter && text[at] !== '\n' && text[at] !== '\r') at++
      cell = text.slice(from, at)
    }
    cells.push(cell)
    if (at - start > longest) return broken(text, start, 'line_too_long', start, final)
    if (at >= text.length) return final ? { cells, next: at, lines: lines + 1 } : undefined
    if (text[at] === delimiter) {
      at++
      if (at >= text.length) {
        if (!final) return undefined
        cells.push('')
        return { cells, next: at, lines: lines + 1 }
      }
      continue
    }
    if (text[at] === '\r' && at + 1 >= text.length && !final) return undefined
    return { cells, next: at + (text[at] === '\r' && text[at + 1] === '\n' ? 2 : 1), lines: lines + 1 }
  }
}

function broken(
  text: string,
  start: number,
  problem: 'quote_unclosed' | 'quote_misplaced' | 'line_too_long',
  at: number,
  final: boolean,
): RowRead | undefined {
  const end = text.slice(start).search(/\r\n?|\n/)
  const stop = end === -1 ? text.length : start + end
  if (stop >= text.length - 1 && !final) return undefined
  const next = stop + (text[stop] === '\r' && text[stop + 1] === '\n' ? 2 : 1)
  // the column counts within the row's first line; what lies beyond it is reported at the line's end
  return { problem, column: Math.min(at, stop) - start + 1, next: Math.min(next, text.length), lines: 1 }
}

/** Index of the quote that closes a cell opened before `from`, or -1. */
function closingQuote(text: string, from: number, limit: number): number {
  for (let at = text.indexOf('"', from); at !== -1 && at <= limit; at = text.indexOf('"', at + 2))
    if (text[at + 1] !== '"') return at
  return -1
}

function countLines(text: string): number {
  let lines = 0
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '\n' || (text[at] === '\r' && text[at + 1] !== '\n')) lines++
  }
  return lines
}
