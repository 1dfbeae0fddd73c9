/** The bytes of a file or buffer, unfolded when they are gzip, within limits; nothing is held that was handed on. */
import { createReadStream } from 'node:fs'
import { lstat, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { Place, ProblemCode } from '../contract.ts'
import { containerOf } from '../detect.ts'
import type { Limits } from '../limits.ts'
import { type Refusal, refuse } from '../outcome.ts'

/** Ends the reading of one file with the problem it carries. */
export class FileRefused extends Error {
  readonly refusal: Refusal
  constructor(refusal: Refusal) {
    super(refusal.problem.code)
    this.refusal = refusal
  }
}

const headBytes = 4096

/** All bytes of a source as chunks. Throws FileRefused when it is no text that could hold conversations. */
export async function* openBytes(
  source: string | Uint8Array,
  place: Place,
  limits: Limits,
): AsyncGenerator<Uint8Array> {
  const plain = typeof source === 'string' ? fileBytes(source, place, limits) : onceOf(source)
  const { head, rest } = await peek(plain)
  const container = containerOf(head)
  if (container !== 'gzip') {
    mustBeText(container, place)
    yield* rest
    return
  }
  const unfolded = await peek(gunzip(rest, place, limits))
  const inner = containerOf(unfolded.head)
  if (inner === 'gzip') throw new FileRefused(refuse(place, 'archive_not_read', { params: { kind: 'gzip' } }))
  mustBeText(inner, place)
  yield* unfolded.rest
}

/** The files under a path, sorted by name; links are not followed and hidden files are left alone. */
export async function listFiles(path: string): Promise<string[]> {
  const found = await stat(path).catch(() => undefined)
  if (found === undefined || !found.isDirectory()) return [path]
  const files: string[] = []
  const walk = async (folder: string, depth: number): Promise<void> => {
    const entries = (await readdir(folder)).filter((name) => !name.startsWith('.')).sort()
    for (const name of entries) {
      const each = join(folder, name)
      const entry = await lstat(each)
      if (entry.isDirectory() && depth < 20) await walk(each, depth + 1)
      else if (entry.isFile()) files.push(each)
    }
  }
  await walk(path, 0)
  return files
}

function mustBeText(container: ReturnType<typeof containerOf>, place: Place): void {
  if (container === 'archive') throw new FileRefused(refuse(place, 'archive_not_read', { params: { kind: 'archive' } }))
  if (container !== 'text') throw new FileRefused(refuse(place, 'not_a_conversation', { params: { kind: container } }))
}

async function* onceOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

async function* fileBytes(path: string, place: Place, limits: Limits): AsyncGenerator<Uint8Array> {
  const refused = (code: ProblemCode, params?: Record<string, string>) =>
    new FileRefused(refuse(place, code, params ? { params } : {}))
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw refused(error.code === 'ENOENT' ? 'file_not_found' : 'file_unreadable')
  })
  if (!found.isFile()) throw refused('file_unreadable')
  if (found.size > limits.fileBytes) throw refused('file_too_large', { maximum: String(limits.fileBytes) })
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 })) yield chunk as Uint8Array
  } catch {
    throw refused('file_unreadable')
  }
}

async function peek(
  chunks: AsyncGenerator<Uint8Array>,
): Promise<{ head: Uint8Array; rest: AsyncGenerator<Uint8Array> }> {
  const first: Uint8Array[] = []
  let size = 0
  while (size < headBytes) {
    const next = await chunks.next()
    if (next.done) break
    first.push(next.value)
    size += next.value.length
  }
  async function* rest() {
    yield* first
    yield* chunks
  }
  return { head: Buffer.concat(first).subarray(0, headBytes), rest: rest() }
}

/** Stops as soon as the output passes its limit, or a hundred times the input once it is past 1 MiB. */
async function* gunzip(chunks: AsyncGenerator<Uint8Array>, place: Place, limits: Limits): AsyncGenerator<Uint8Array> {
  let read = 0
  async function* counted() {
    for await (const chunk of chunks) {
      read += chunk.length
      yield chunk
    }
  }
  const input = Readable.from(counted(), { objectMode: false, highWaterMark: 64 * 1024 })
  const output = createGunzip({ chunkSize: 64 * 1024 })
  input.on('error', (error) => output.destroy(error))
  input.pipe(output)
  let written = 0
  try {
    for await (const chunk of output) {
      written += (chunk as Uint8Array).length
      if (written > limits.unfoldedBytes || (written > 1024 * 1024 && written > read * limits.unfoldedRatio))
        throw new FileRefused(
          refuse(place, 'gzip_too_much', {
            params: { maximum: String(limits.unfoldedBytes), ratio: String(limits.unfoldedRatio) },
          }),
        )
      yield chunk as Uint8Array
    }
  } catch (error) {
    throw error instanceof FileRefused ? error : new FileRefused(refuse(place, 'gzip_damaged'))
  } finally {
    input.destroy()
    output.destroy()
  }
}
