/** PostgreSQL to a sink: the counting is done there, in one read-only statement. */
import { type Sink, StopReading } from '../columns.ts'
import { cellsQuery, quotedTable, type SqlColumn } from '../sql.ts'
import { columnsFound, createRowTaker } from '../sql-rows.ts'

/** One connection that answers queries, such as a client of `pg`, with rows as lists. */
export type Connection = {
  query(query: { readonly text: string; readonly rowMode: 'array' }): Promise<{
    readonly rows: unknown[][]
    readonly fields: readonly { readonly name: string; readonly dataTypeID: number }[]
  }>
}

/** Object ids of pg_type that are numbers: int8, int2, int4; float4, float8, numeric. */
const whole = new Set([20, 21, 23])
const real = new Set([700, 701, 1700])

/** Reads a table, `schema.table`. What goes wrong there is `query_failed` with the engine's code. */
export async function readPostgres(connection: Connection, table: string, sink: Sink): Promise<void> {
  try {
    const source = quotedTable(table)
    await connection.query({ text: 'begin transaction read only', rowMode: 'array' })
    try {
      const { fields } = await connection.query({ text: `select * from ${source} limit 0`, rowMode: 'array' })
      const columns = fields.map(({ name, dataTypeID }): SqlColumn => ({ name, kind: kindOf(dataTypeID) }))
      if (!columnsFound(sink, columns)) return
      const { rows } = await connection.query({
        text: cellsQuery(sink.needs, columns, source, 'postgresql'),
        rowMode: 'array',
      })
      const take = createRowTaker(sink)
      for (const row of rows) take(row as (string | null)[], Number(row.at(-1)))
    } finally {
      await connection.query({ text: 'rollback', rowMode: 'array' })
    }
  } catch (error) {
    if (error instanceof StopReading) return
    sink.problems.add({ code: 'query_failed', value: (error as { code?: string }).code ?? 'unknown' })
  }
}

const kindOf = (id: number): SqlColumn['kind'] => (whole.has(id) ? 'whole' : real.has(id) ? 'real' : 'text')
