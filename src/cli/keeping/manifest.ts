/**
 * What stands in a backup, written last: a folder without `manifest.json` is half a backup. One of the database and one of
 * the keys, never in one folder.
 */
import { createHash } from 'node:crypto'
import { createReadStream, existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, join, resolve, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import { replaceFile, syncFolder, syncFolders } from '../../ledger/io/files.ts'
import { KeepingError } from './problem.ts'

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const file = z.strictObject({ path: z.string().regex(/^[\w./-]+$/), bytes: z.int().min(0), sha256 })
const shared = {
  format: z.literal('waarborg-backup'),
  version: z.literal(1),
  release: z.string(),
  at: z.iso.datetime(),
  /** Says which key folder belongs to which database; derived from the secret of the installation, and opens nothing. */
  mark: sha256,
  files: z.array(file),
}
export const databaseManifest = z.strictObject({
  ...shared,
  kind: z.literal('database'),
  migrations: z.array(z.strictObject({ name: z.string(), sha256 })),
  tables: z.array(
    z.strictObject({ name: z.string(), columns: z.array(z.string()), rows: z.int().min(0), file: z.string() }),
  ),
  /** Size of the log whose copy is in the folder, and its name. */
  ledger: z.strictObject({ size: z.int().min(0), origin: z.string() }),
  /** Living keys per epoch. */
  epochs: z.array(z.strictObject({ epoch: z.int(), keys: z.int() })),
})
export const keyManifest = z.strictObject({
  ...shared,
  kind: z.literal('keys'),
  root: z.enum(['file', 'setting', 'kms']),
})
export type DatabaseManifest = z.output<typeof databaseManifest>
export type KeyManifest = z.output<typeof keyManifest>
export type BackupFile = z.output<typeof file>

export const MANIFEST = 'manifest.json'

/** The manifest of a folder. Errors: `backup_missing`, `backup_incomplete`, `backup_damaged`, `backup_newer`, `backup_other_kind`. */
export function readManifest<K extends 'database' | 'keys'>(
  folder: string,
  kind: K,
): K extends 'database' ? DatabaseManifest : KeyManifest {
  if (!existsSync(folder)) throw new KeepingError('backup_missing', { folder })
  if (!existsSync(join(folder, MANIFEST))) throw new KeepingError('backup_incomplete', { folder })
  let value: { format?: unknown; version?: unknown; kind?: unknown }
  try {
    value = JSON.parse(readFileSync(join(folder, MANIFEST), 'utf8'))
  } catch {
    throw new KeepingError('backup_damaged', { file: MANIFEST })
  }
  if (value?.format === 'waarborg-backup' && typeof value.version === 'number' && value.version > 1)
    throw new KeepingError('backup_newer', { what: MANIFEST })
  if (value?.kind !== kind && (value?.kind === 'database' || value?.kind === 'keys'))
    throw new KeepingError('backup_other_kind', { folder })
  const read = (kind === 'database' ? databaseManifest : keyManifest).safeParse(value)
  if (!read.success) throw new KeepingError('backup_damaged', { file: MANIFEST })
  return read.data as never
}

/** Every file is there as it was written. Errors: `backup_damaged` naming the first that is not. */
export async function checkFiles(folder: string, files: readonly BackupFile[]): Promise<void> {
  for (const { path, bytes, sha256: wanted } of files) {
    const at = resolve(folder, path)
    if (!isInside(at, folder) || !existsSync(at)) throw new KeepingError('backup_damaged', { file: path })
    const found = await hashFile(at)
    if (found.bytes !== bytes || found.sha256 !== wanted) throw new KeepingError('backup_damaged', { file: path })
  }
}

export async function hashFile(path: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256')
  let bytes = 0
  await pipeline(createReadStream(path), async (source) => {
    for await (const chunk of source as AsyncIterable<Buffer>) {
      hash.update(chunk)
      bytes += chunk.length
    }
  })
  return { bytes, sha256: hash.digest('hex') }
}

/** Writes the manifest when everything else is on the disk. */
export async function writeManifest(folder: string, manifest: DatabaseManifest | KeyManifest): Promise<string> {
  await syncFolders(
    folder,
    manifest.files.map(({ path }) => join(folder, path)),
  )
  const bytes = Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`)
  await replaceFile(join(folder, MANIFEST), bytes)
  await syncFolder(folder)
  return createHash('sha256').update(bytes).digest('hex')
}

/** An empty folder of mode 0700, made if need be. Errors: `target_not_empty`. */
export async function emptyFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  if (readdirSync(folder).length > 0) throw new KeepingError('target_not_empty', { folder })
}

/** Keys and what they open never stand in one folder. Errors: `together`. */
export function keepApart(one: string, other: string): void {
  if (isInside(one, other) || isInside(other, one)) throw new KeepingError('together', { one, other })
}

function isInside(path: string, folder: string): boolean {
  const [inner, outer] = [real(path), real(folder)]
  return inner === outer || inner.startsWith(outer.endsWith(sep) ? outer : `${outer}${sep}`)
}

/** Links followed as far as the path exists. */
function real(path: string): string {
  const at = resolve(path)
  if (existsSync(at)) return realpathSync(at)
  return at === dirname(at) ? at : join(real(dirname(at)), at.slice(dirname(at).length).replace(/^[\\/]/, ''))
}
