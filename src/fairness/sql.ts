/**
 * The counting as a query, for an engine that answers SQL: GROUP BY there, counts come back, rows never leave. Columns are grouped as
 * they are and turned into text afterwards, so that the cost is that of the grouping.
 */
import type { Need } from './columns.ts'

export type Dialect = 'postgresql' | 'duckdb'
/** `real` may hold NaN and infinities; `text` is anything that is not a number. */
export type SqlColumn = { readonly name: string; readonly kind: 'whole' | 'real' | 'text' }

/** Rows that come back at most: combinations of values, not cells. One more is asked for, to see that there are too many. */
export const MOST_ROWS = 2_000_000

/** A name as SQL writes it. Throws a RangeError for a name with a NUL, which no engine has. */
export function quoted(name: string): string {
  if (name.includes('\u0000')) throw new RangeError('NUL in a name')
  return `"${name.replaceAll('"', '""')}"`
}

/** `schema.table` with each part quoted. */
export function quotedTable(name: string): string {
  return name.split('.').map(quoted).join('.')
}

/**
 * One column of text per need, in their order, and how often that combination occurs. `source` stands after FROM as it is.
 * A number of which only the band matters comes back as the upper end of its band, so that amounts do not make a row each.
 */
export function cellsQuery(
  needs: readonly Need[],
  columns: readonly SqlColumn[],
  source: string,
  dialect: Dialect,
): string {
  const kindOf = (name: string) => columns.find((column) => column.name === name)?.kind ?? 'text'
  const inner = needs.map((need, i) => `${grouped(need, kindOf(need.name), dialect)} as c${i}`)
  const outer = needs.map((need, i) => asText(`c${i}`, kindOf(need.name), dialect))
  const keys = needs.map((_, i) => String(i + 1)).join(', ')
  return [
    `select ${[...outer, 'times'].join(', ')}`,
    `from (select ${[...inner, 'count(*) as times'].join(', ')}`,
    `      from ${source}`,
    `      group by ${keys}) as counted`,
    `limit ${MOST_ROWS + 1}`,
  ].join('\n')
}

function grouped({ name, text, exact, cuts }: Need, kind: SqlColumn['kind'], dialect: Dialect): string {
  const column = quoted(name)
  if (text || exact || cuts.length === 0 || kind === 'text') return column
  const odd =
    kind === 'whole'
      ? []
      : dialect === 'duckdb'
        ? [`when not isfinite(${column}) then ${column}`]
        : [`when ${column}::text in ('NaN', 'Infinity', '-Infinity') then ${column}`]
  const steps = cuts.map((cut) => `when ${column} <= ${cut} then ${cut}`)
  return ['case', `when ${column} is null then null`, ...odd, ...steps, `else ${cuts.at(-1)! + 1} end`].join(' ')
}

function asText(column: string, kind: SqlColumn['kind'], dialect: Dialect): string {
  if (dialect === 'postgresql') return `${column}::text`
  const text = `cast(${column} as varchar)`
  return kind === 'real' ? `regexp_replace(${text}, '\\.0$', '')` : text
}
