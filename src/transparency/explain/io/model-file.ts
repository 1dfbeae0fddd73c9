/** A file within limits, with its hash: a model of a gigabyte is refused before it is read. */
import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { limits } from '../build-tree.ts'
import { refuse } from '../problem.ts'

export type ReadFile = { readonly bytes: Uint8Array; readonly sha256: string }

/** Errors (`ExplainError`): `file_unreadable`, `file_too_large`. */
export async function readFileWithin(path: string, maximum: number = limits.fileBytes): Promise<ReadFile> {
  try {
    const file = await open(path)
    try {
      const { size } = await file.stat()
      if (size > maximum) refuse('file_too_large', path, { maximum })
      // One byte more than allowed, for what grows while it is read or does not know its size.
      const room = Buffer.alloc(Math.max(size, 65_536) + 1)
      const pieces: Buffer[] = []
      let total = 0
      for (;;) {
        const { bytesRead } = await file.read(room, 0, room.length, null)
        if (bytesRead === 0) break
        total += bytesRead
        if (total > maximum) refuse('file_too_large', path, { maximum })
        pieces.push(Buffer.from(room.subarray(0, bytesRead)))
      }
      const bytes = Buffer.concat(pieces)
      return { bytes, sha256: createHash('sha256').update(bytes).digest('hex') }
    } finally {
      await file.close()
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'file_too_large' || code === undefined) throw error
    return refuse('file_unreadable', path, { file: path, problem: code })
  }
}
