/** Parquet to a sink, row group by row group, only the columns that the plan needs. What is wrong with the file becomes a problem. */
import type { FileHandle } from 'node:fs/promises'
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib'
import type { Compressors, FileMetaData } from 'hyparquet'
import { parseNumber, type Sink, StopReading } from '../columns.ts'
import { limits } from '../contract.ts'
import { nearest } from '../problems.ts'
import type { ReadOptions } from './table.ts'

/** Snappy is in hyparquet itself; LZ4 is not read. An output that is longer than the file says ends with an error. */
const compressors: Compressors = {
  GZIP: (input, length) => gunzipSync(input, { maxOutputLength: Math.max(1, length) }),
  BROTLI: (input, length) => brotliDecompressSync(input, { maxOutputLength: Math.max(1, length) }),
  ZSTD: (input, length) => zstdDecompressSync(input, { maxOutputLength: Math.max(1, length) }),
}

type Piece = { readonly from: number; readonly data: ArrayLike<unknown> }

/** `line` in a problem is then the number of the row, from 1. Throws StopReading when reading on is useless. */
export async function readParquet(handle: FileHandle, size: number, sink: Sink, options: ReadOptions): Promise<void> {
  const library = await import('hyparquet').catch(() => undefined)
  if (library === undefined) {
    sink.problems.add({ code: 'parquet_unavailable' })
    throw new StopReading()
  }
  const { parquetMetadataAsync, parquetRead, parquetSchema } = library
  const file = {
    byteLength: size,
    // Throws at once, not later: the library does not wait for every piece that it asks for.
    slice(start: number, end = size): Promise<ArrayBuffer> {
      if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || end < start || end > size)
        throw new RangeError('place outside the file')
      return piece(handle, start, end)
    },
  }
  const metadata = await orDamaged(sink, () => parquetMetadataAsync(file))
  const columns = parquetSchema(metadata).children
  const names = columns.map(({ element }) => element.name)
  const complete = settle(
    sink,
    names,
    columns.filter(({ children }) => children.length > 0).map(({ element }) => element.name),
  )
  const wanted = sink.needs.filter(({ name }) => names.includes(name)).map(({ name }) => name)
  const unpacked = unpackedBytes(metadata, wanted)
  const limit = options.limitBytes ?? limits.bytes
  if (unpacked > limit) {
    sink.problems.add({ code: 'file_too_large', value: String(unpacked), expected: String(limit) })
    throw new StopReading()
  }
  if (!complete) return
  const takers = sink.needs.map((_, need) => createTaker(sink, need))
  let rowStart = 0
  for (const group of metadata.row_groups) {
    options.signal?.throwIfAborted()
    const rows = Number(group.num_rows)
    const pieces = new Map(wanted.map((name) => [name, [] as Piece[]]))
    const range = { rowStart, rowEnd: rowStart + rows }
    if (rows > 0)
      await orDamaged(sink, () =>
        parquetRead({
          file,
          metadata,
          columns: wanted,
          ...range,
          compressors,
          onChunk: (chunk) => pieces.get(chunk.columnName)?.push({ from: chunk.rowStart, data: chunk.columnData }),
        }),
      )
    const lists = sink.needs.map(({ name }) => joined(pieces.get(name)!))
    if (lists.some(({ length }) => length !== rows)) damaged(sink, 'rows')
    for (let row = 0; row < rows; row++) {
      const number = rowStart + row + 1
      for (let need = 0; need < lists.length; need++) takers[need]!(lists[need]![row], number)
      sink.row(number, 1)
    }
    rowStart += rows
  }
}

async function piece(handle: FileHandle, start: number, end: number): Promise<ArrayBuffer> {
  const bytes = new ArrayBuffer(end - start)
  await handle.read(new Uint8Array(bytes), 0, bytes.byteLength, start)
  return bytes
}

function joined(pieces: readonly Piece[]): ArrayLike<unknown> {
  if (pieces.length === 1) return pieces[0]!.data
  return [...pieces].sort((a, b) => a.from - b.from).flatMap(({ data }) => Array.from(data))
}

function damaged(sink: Sink, what: string): never {
  sink.problems.add({ code: 'parquet_damaged', value: what })
  throw new StopReading()
}

async function orDamaged<T>(sink: Sink, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    return damaged(sink, (error as Error).message ?? 'unknown')
  }
}

function unpackedBytes(metadata: FileMetaData, wanted: readonly string[]): number {
  let bytes = 0
  for (const { columns } of metadata.row_groups)
    for (const { meta_data: one } of columns)
      if (one !== undefined && wanted.includes(one.path_in_schema[0]!)) bytes += Number(one.total_uncompressed_size)
  return bytes
}

/** Names that are missing, occur twice or hold lists. True when every needed column can be read. */
function settle(sink: Sink, names: readonly string[], nested: readonly string[]): boolean {
  const before = sink.problems.total
  for (const [i, name] of names.entries())
    if (names.indexOf(name) !== i) sink.problems.add({ code: 'column_duplicate', column: name })
  for (const { name } of sink.needs) {
    if (nested.includes(name)) sink.problems.add({ code: 'parquet_damaged', column: name, value: 'nested' })
    if (names.includes(name)) continue
    const near = nearest(name, names)
    sink.problems.add({ code: 'column_unknown', column: name, ...(near === undefined ? {} : { nearest: near }) })
  }
  return sink.problems.total === before
}

/** Brings one value of a column to the sink, as the text and number that a CSV of the same data would hold. */
function createTaker(sink: Sink, need: number): (value: unknown, row: number) => void {
  const { text, number } = sink.needs[need]!
  const codes = new Map<unknown, number>()
  return (value, row) => {
    if (text) {
      let code = codes.get(value)
      if (code === undefined) {
        const written = textOf(value)
        if (written !== null && Buffer.byteLength(written) > limits.valueBytes) {
          sink.problems.add({
            code: 'value_too_long',
            column: sink.needs[need]!.name,
            line: row,
            expected: String(limits.valueBytes),
          })
          throw new StopReading()
        }
        code = sink.code(need, written, row)
        if (typeof value !== 'object') codes.set(value, code)
      }
      sink.codes[need] = code
    }
    if (number) sink.numbers[need] = numberOf(value, row)
  }

  function numberOf(value: unknown, row: number): number {
    if (typeof value === 'number' && Number.isFinite(value)) return value
    if (value === null || value === undefined) return Number.NaN
    if (typeof value === 'bigint') return Number(value)
    if (typeof value === 'boolean') return value ? 1 : 0
    const written = textOf(value)!
    if (sink.missing.has(written)) return Number.NaN
    const parsed = parseNumber(written.trim())
    if (parsed === undefined) sink.notNumber(need, written, row)
    return parsed ?? Number.NaN
  }
}

function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null
  if (value instanceof Date) return value.toISOString()
  if (value instanceof Uint8Array) return new TextDecoder().decode(value)
  return String(value)
}
