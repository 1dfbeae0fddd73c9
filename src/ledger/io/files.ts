/** Files that are there after a power cut: written aside, flushed, renamed, and the folder flushed too. */
import { randomBytes } from 'node:crypto'
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { equalBytes } from '../verify/index.ts'

/** The content of a file, or undefined when there is none. */
export async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Replaces a file as a whole: a reader sees the old content or the new. Its folder still has to be flushed. */
export async function replaceFile(path: string, bytes: Uint8Array): Promise<void> {
  const aside = `${path}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`
  try {
    const file = await open(aside, 'wx', 0o600)
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(aside, path)
  } catch (error) {
    await rm(aside, { force: true })
    throw error
  }
}

/** Writes a file that never changes. The same content may be there already; other content is left and reported. */
export async function writeOnce(path: string, bytes: Uint8Array): Promise<'written' | 'there' | 'differs'> {
  const there = await readIfThere(path)
  if (there !== undefined) return equalBytes(there, bytes) ? 'there' : 'differs'
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await replaceFile(path, bytes)
  return 'written'
}

/** Flushes the folders of these files and everything between them and `root`, deepest first. */
export async function syncFolders(root: string, files: Iterable<string>): Promise<void> {
  const folders = new Set<string>()
  for (const file of files) {
    const parts = relative(root, dirname(file)).split(/[\\/]/).filter(Boolean)
    for (let depth = parts.length; depth >= 0; depth--) folders.add(join(root, ...parts.slice(0, depth)))
  }
  for (const folder of [...folders].sort((a, b) => b.length - a.length)) await syncFolder(folder)
}

export async function syncFolder(folder: string): Promise<void> {
  // Windows has no flush of a folder; a rename there is durable with the file.
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
