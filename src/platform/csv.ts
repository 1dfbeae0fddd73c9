/** Cells and lines of CSV (RFC 4180) as we write them, and how a cell of ours reads back. */

/** What a spreadsheet would take for a formula, or for our mark before one. */
const formula = /^'*[=+\-@\t\r]/
const marked = /^'+[=+\-@\t\r]/

/** One cell. A formula is kept as text by an apostrophe before it: what somebody wrote is never run. null and undefined are empty. */
export function csvCell(value: string | null | undefined): string {
  if (value === null || value === undefined) return ''
  const text = formula.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** What was given to `csvCell`, from the cell as a reader of CSV gives it (quotes resolved). */
export const cellText = (cell: string): string => (marked.test(cell) ? cell.slice(1) : cell)

/** Lines with CRLF, also after the last; the first has the names of the columns. */
export function csvText(columns: readonly string[], rows: readonly (readonly (string | null)[])[]): string {
  return [columns, ...rows].map((row) => `${row.map(csvCell).join(',')}\r\n`).join('')
}
