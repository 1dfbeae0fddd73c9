/** A file to cells: finds out what it is, reads it once within bounds, and notices when it changed meanwhile. */
import { createHash } from 'node:crypto'
import { type FileHandle, open, stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { type Sink, StopReading } from '../columns.ts'
import { type FileForm, limits } from '../contract.ts'
import { createDelimitedReader } from '../delimited.ts'
import { loadDuckDb, readDuckDb } from './duckdb.ts'
import { readParquet } from './parquet.ts'

export type ReadOptions = {
  /** `duckdb` asks for it; `auto` takes it for large Parquet where it is installed; `own` is the default. */
  readonly engine?: 'own' | 'auto' | 'duckdb'
  /** Bytes of data after unpacking. */
  readonly limitBytes?: number
  readonly signal?: AbortSignal
  /** Bytes of the file read so far, and in all. */
  readonly onProgress?: (read: number, of: number) => void
}

export type Read = {
  /** Of the file as it lies there, packed or not. */
  readonly sha256: string
  readonly bytes: number
  readonly format: 'csv' | 'csv_gzip' | 'parquet'
}

/** Parquet from this size on is worth the start of another engine. */
const LARGE = 64 * 2 ** 20

const PIECE = 1 << 20

/**
 * Reads a file into the sink. What is wrong with it goes to the sink's problems; then the result still says what was read, if
 * anything was. Throws only when aborted.
 */
export async function readTable(
  path: string,
  sink: Sink,
  form: FileForm,
  options: ReadOptions = {},
): Promise<Read | undefined> {
  let handle: FileHandle
  try {
    handle = await open(path, 'r')
  } catch (error) {
    sink.problems.add({ code: 'file_unreadable', value: (error as NodeJS.ErrnoException).code ?? 'unknown' })
    return undefined
  }
  try {
    const before = await handle.stat()
    if (!before.isFile()) {
      sink.problems.add({ code: 'file_unreadable', value: 'EISDIR' })
      return undefined
    }
    const limit = options.limitBytes ?? limits.bytes
    if (before.size > limit) {
      sink.problems.add({ code: 'file_too_large', value: String(before.size), expected: String(limit) })
      return undefined
    }
    const found = await readHandle(handle, before.size, sink, form, { ...options, limitBytes: limit, path })
    const after = await stat(path).catch(() => undefined)
    const same = after?.ino === before.ino && after.size === before.size && after.mtimeMs === before.mtimeMs
    if (!same || (found.whole && found.bytes !== before.size)) sink.problems.add({ code: 'file_changed' })
    return found
  } catch (error) {
    if (options.signal?.aborted) throw error
    sink.problems.add({ code: 'file_unreadable', value: (error as NodeJS.ErrnoException).code ?? 'unknown' })
    return undefined
  } finally {
    await handle.close()
  }
}

type Bounded = ReadOptions & { readonly limitBytes: number; readonly path: string }

async function readHandle(
  handle: FileHandle,
  size: number,
  sink: Sink,
  form: FileForm,
  options: Bounded,
): Promise<Read & { readonly whole: boolean }> {
  const magic = Buffer.alloc(4)
  await handle.read(magic, 0, 4, 0)
  const hash = createHash('sha256')
  let bytes = 0
  const seen = (piece: Buffer) => {
    options.signal?.throwIfAborted()
    hash.update(piece)
    bytes += piece.length
    options.onProgress?.(bytes, size)
  }
  const done = (format: Read['format'], whole: boolean) => ({ sha256: hash.digest('hex'), bytes, format, whole })
  const isParquet = magic.toString('latin1') === 'PAR1'
  const { engine = 'own' } = options
  if (isParquet || engine === 'duckdb') {
    for await (const piece of pieces(handle)) seen(piece)
    const large = isParquet && engine === 'auto' && size >= LARGE && (await loadDuckDb()) !== undefined
    const format = isParquet ? 'parquet' : 'csv'
    if (engine === 'duckdb' || large) await readDuckDb(options.path, format, sink, form)
    else if (!(await stopped(() => readParquet(handle, size, sink, options)))) return done(format, false)
    return done(format, true)
  }
  const reader = createDelimitedReader(sink, form)
  if (magic[0] === 0x1f && magic[1] === 0x8b) {
    const whole = await stopped(() => unpack(handle, seen, reader, sink, options.limitBytes))
    return done('csv_gzip', whole)
  }
  const whole = await stopped(async () => {
    for await (const piece of pieces(handle)) {
      seen(piece)
      reader.push(piece)
    }
    reader.end()
  })
  return done('csv', whole)
}

/** Whether the file was read to its end: a problem that makes reading on useless stops it. */
async function stopped(work: () => Promise<void>): Promise<boolean> {
  try {
    await work()
    return true
  } catch (error) {
    if (error instanceof StopReading) return false
    throw error
  }
}

/** The file from its start, in one buffer that is used again. */
async function* pieces(handle: FileHandle): AsyncGenerator<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(PIECE)
  let at = 0
  for (;;) {
    const { bytesRead } = await handle.read(buffer, 0, PIECE, at)
    if (bytesRead === 0) return
    at += bytesRead
    yield buffer.subarray(0, bytesRead)
  }
}

async function unpack(
  handle: FileHandle,
  seen: (piece: Buffer) => void,
  reader: ReturnType<typeof createDelimitedReader>,
  sink: Sink,
  limitBytes: number,
): Promise<void> {
  async function* packed() {
    for await (const piece of pieces(handle)) {
      seen(piece)
      yield Buffer.from(piece)
    }
  }
  let unpacked = 0
  await pipeline(packed, createGunzip({ chunkSize: PIECE / 4 }), async (unpackedPieces: AsyncIterable<Buffer>) => {
    for await (const piece of unpackedPieces) {
      unpacked += piece.length
      if (unpacked > limitBytes) {
        sink.problems.add({ code: 'file_too_large', value: String(unpacked), expected: String(limitBytes) })
        throw new StopReading()
      }
      reader.push(piece)
    }
  })
  reader.end()
}
