import type { FileHandle } from 'node:fs/promises'
import type { Sink } from '../columns.ts'
import type { ReadOptions } from './table.ts'

export async function readParquet(handle: FileHandle, size: number, sink: Sink, options: ReadOptions): Promise<void> {
  void handle
  void size
  void options
  sink.problems.add({ code: 'parquet_unavailable' })
}
