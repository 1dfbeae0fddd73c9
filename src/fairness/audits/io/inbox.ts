/** The private folder in which a file waits until it was read once. A file is named after its reading; nothing else of it is kept. */
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { ApiError } from '../../../platform/http.ts'

export type Inbox = {
  /** Streams bytes to the disk within the limit. Errors: `audit_file_too_large` (413), `audit_file_empty` (422); nothing stays then. */
  receive(bytes: AsyncIterable<Uint8Array>, limitBytes: number): Promise<Received>
  /** Where the file of a reading stands; undefined when it is not here. */
  of(run: string): string | undefined
  remove(run: string): void
  /** Takes away what a process that died left: files from before this moment that belong to no reading of this list. */
  sweep(runs: ReadonlySet<string>, before: Date): void
}

export type Received = {
  readonly bytes: number
  /** The file is that of this reading from here on. */
  keep(run: string): Promise<void>
  discard(): void
}

const nameOf = (run: string) => run.replace(/[^a-z0-9-]/gi, '')

export function openInbox(folder: string): Inbox {
  const ready = () => mkdirSync(folder, { recursive: true, mode: 0o700 })
  return {
    async receive(bytes, limitBytes) {
      ready()
      const temporary = join(folder, `${randomBytes(12).toString('hex')}.part`)
      const handle = await open(temporary, 'wx', 0o600)
      let size = 0
      try {
        for await (const piece of bytes) {
          size += piece.length
          if (size > limitBytes) throw new ApiError(413, 'audit_file_too_large', { values: { maximum: limitBytes } })
          await handle.write(piece)
        }
        if (size === 0) throw new ApiError(422, 'audit_file_empty')
      } catch (error) {
        rmSync(temporary, { force: true })
        throw error
      } finally {
        await handle.close()
      }
      return {
        bytes: size,
        keep: (run) => rename(temporary, join(folder, nameOf(run))),
        discard: () => rmSync(temporary, { force: true }),
      }
    },
    of(run) {
      const path = join(folder, nameOf(run))
      return existsSync(path) ? path : undefined
    },
    remove: (run) => rmSync(join(folder, nameOf(run)), { force: true }),
    sweep(runs, before) {
      if (!existsSync(folder)) return
      const names = new Set([...runs].map(nameOf))
      for (const name of readdirSync(folder)) {
        const path = join(folder, name)
        const written = statSync(path, { throwIfNoEntry: false })?.mtime
        if (!names.has(name) && written !== undefined && written < before) rmSync(path, { force: true })
      }
    },
  }
}
