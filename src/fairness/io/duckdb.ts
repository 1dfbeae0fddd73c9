/** Large files through DuckDB, where someone installed it: `@duckdb/node-api` (MIT, about 70 MB with its native library). */
import { type Sink, StopReading } from '../columns.ts'
import type { FileForm } from '../contract.ts'
import { cellsQuery, type SqlColumn } from '../sql.ts'
import { columnsFound, createRowTaker } from '../sql-rows.ts'

type DuckDb = typeof import('@duckdb/node-api')
type Result = Awaited<
  ReturnType<Awaited<ReturnType<Awaited<ReturnType<DuckDb['DuckDBInstance']['create']>>['connect']>>['stream']>
>

/** The package, or undefined where it is not installed. */
export async function loadDuckDb(): Promise<DuckDb | undefined> {
  return import('@duckdb/node-api').catch(() => undefined)
}

/** Numbers of DuckDB that a value may be compared with. */
const kinds: readonly (readonly [RegExp, SqlColumn['kind']])[] = [
  [/^U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)$/, 'whole'],
  [/^(DOUBLE|FLOAT|DECIMAL.*)$/, 'real'],
]

/** Reads Parquet or CSV. What goes wrong there is `query_failed` with DuckDB's kind of error. */
export async function readDuckDb(path: string, format: 'csv' | 'parquet', sink: Sink, form: FileForm): Promise<void> {
  const duckDb = await loadDuckDb()
  if (duckDb === undefined) {
    sink.problems.add({ code: 'duckdb_unavailable' })
    return
  }
  const instance = await duckDb.DuckDBInstance.create(':memory:', { memory_limit: '600MB' })
  try {
    const connection = await instance.connect()
    const source = sourceOf(path, format, form)
    const described = await everyRow(await connection.stream(`describe select * from ${source}`))
    const columns = described.map(([name, type]): SqlColumn => {
      const kind = kinds.find(([pattern]) => pattern.test(String(type)))?.[1] ?? 'text'
      return { name: String(name), kind }
    })
    if (!columnsFound(sink, columns)) return
    const take = createRowTaker(sink)
    const result = await connection.stream(cellsQuery(sink.needs, columns, source, 'duckdb'))
    for (
      let chunk = await result.fetchChunk();
      chunk !== null && chunk.rowCount > 0;
      chunk = await result.fetchChunk()
    ) {
      const lists = chunk.getColumns()
      const times = lists.at(-1)!
      for (let row = 0; row < chunk.rowCount; row++)
        take(
          sink.needs.map((_, i) => lists[i]![row] as string | null),
          Number(times[row]),
        )
    }
    connection.closeSync()
  } catch (error) {
    if (error instanceof StopReading) return
    sink.problems.add({ code: 'query_failed', value: kindOfError(error) })
  } finally {
    instance.closeSync()
  }
}

/** DuckDB's messages begin with the kind of error; what follows may hold values, and stays out. */
const kindOfError = (error: unknown) => /^([A-Z][A-Za-z ]*Error)/.exec((error as Error).message ?? '')?.[1] ?? 'unknown'

async function everyRow(result: Result): Promise<unknown[][]> {
  const rows: unknown[][] = []
  for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    const lists = chunk.getColumns()
    for (let row = 0; row < chunk.rowCount; row++) rows.push(lists.map((list) => list[row]))
  }
  return rows
}

const literal = (text: string) => `'${text.replaceAll("'", "''")}'`

function sourceOf(path: string, format: 'csv' | 'parquet', form: FileForm): string {
  if (format === 'parquet') return `read_parquet(${literal(path)})`
  const options = [
    'header = true',
    'all_varchar = true',
    "nullstr = ''",
    'allow_quoted_nulls = false',
    ...(form.separator === undefined ? [] : [`delim = ${literal(form.separator)}`]),
    ...(form.encoding === 'iso-8859-1' ? ["encoding = 'latin-1'"] : []),
  ]
  return `read_csv(${[literal(path), ...options].join(', ')})`
}
