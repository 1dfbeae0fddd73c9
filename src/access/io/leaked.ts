/** A file of passwords that leaked, looked through without reading it whole. */
import { createHash } from 'node:crypto'
import { closeSync, openSync, readSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { ApiError } from '../../platform/http.ts'
import { SettingError } from '../../platform/settings.ts'
import { normalisePassword } from '../person.ts'

export interface LeakedPasswords {
  /** Errors: `password_list_unavailable` (503) when the file cannot be read any more: then nothing is chosen unseen. */
  has(password: string): Promise<boolean>
}

/** A line is a hash, a colon and a count. */
const HASH_CHARACTERS = 40
const MOST_OF_A_LINE = 128

/**
 * `path`: lines of SHA-1 in capitals, in order, with `:count` behind it or not: the form of Pwned Passwords of Have I
 * Been Pwned, which is some 40 GB; about 35 small reads find a line or its place. Errors: SettingError.
 */
export function openLeaked(path: string): LeakedPasswords {
  try {
    const file = openSync(path, 'r')
    const first = Buffer.alloc(HASH_CHARACTERS)
    readSync(file, first)
    closeSync(file)
    if (!/^[0-9A-F]{40}$/.test(first.toString('latin1'))) throw new Error('another form')
  } catch {
    throw new SettingError('WAARBORG_LEAKED_PASSWORDS', 'must name a file of SHA-1 hashes in capitals, in order')
  }
  return {
    async has(password) {
      // Not for secrecy: the list is made that way.
      const wanted = createHash('sha1').update(normalisePassword(password), 'utf8').digest('hex').toUpperCase()
      let file: FileHandle | undefined
      try {
        file = await open(path, 'r')
        return await find(file, wanted)
      } catch (cause) {
        throw new ApiError(503, 'password_list_unavailable', { cause })
      } finally {
        await file?.close()
      }
    },
  }
}

/** Halves the stretch of bytes in which the line must begin. */
async function find(file: FileHandle, wanted: string): Promise<boolean> {
  let [from, to] = [0, (await file.stat()).size]
  while (from < to) {
    const middle = Math.floor((from + to) / 2)
    const { start, hash, next } = await lineAt(file, middle)
    if (hash === wanted) return true
    if (hash < wanted) from = next
    else to = start
  }
  return false
}

/** The line that holds this byte: where it begins, its hash, and where the next begins. */
async function lineAt(file: FileHandle, at: number): Promise<{ start: number; hash: string; next: number }> {
  const first = Math.max(0, at - MOST_OF_A_LINE)
  const { buffer, bytesRead } = await file.read(Buffer.alloc(2 * MOST_OF_A_LINE + 1), 0, 2 * MOST_OF_A_LINE + 1, first)
  const text = buffer.subarray(0, bytesRead).toString('latin1')
  // The line end before this byte, and the one at it or after it.
  const before = at - first === 0 ? -1 : text.lastIndexOf('\n', at - first - 1)
  const after = text.indexOf('\n', at - first)
  const start = first + before + 1
  const next = after < 0 ? first + bytesRead : first + after + 1
  return { start, hash: text.slice(before + 1, before + 1 + HASH_CHARACTERS), next }
}
