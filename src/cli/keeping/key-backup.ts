/** A backup of the key folder: apart from the database, kept no longer than the backup term. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { replaceFile } from '../../ledger/io/files.ts'
import type { KeyRing } from '../../vault/index.ts'
import { wipeFile } from '../../vault/io/files.ts'
import { hashFile, type KeyManifest, keepApart, MANIFEST, readManifest, writeManifest } from './manifest.ts'
import { KeepingError } from './problem.ts'

const KEY_FILE = /^(root\.key|secret\.key|epoch-\d+\.key|ledger-signing-key\.pem|ledger\.vkeys)$/

/** Which database these keys belong to; the same for every backup of one installation. */
export const markOf = (keys: KeyRing): string => keys.derived('backup-mark').toString('hex')

/**
 * Copies the keys to `out`. A backup of the same keys that is there already is brought up to date: what was destroyed since
 * goes there too. Errors: `target_not_empty` (something else is there), `together`.
 */
export async function backUpKeys(
  { keyFolder, keys }: { readonly keyFolder: string; readonly keys: KeyRing },
  out: string,
  { release, now }: { readonly release: string; readonly now: Date },
): Promise<KeyManifest> {
  keepApart(out, keyFolder)
  await mkdir(out, { recursive: true, mode: 0o700 })
  const there = readdirSync(out)
  if (there.length > 0) {
    if (there.includes('tables') || (there.includes(MANIFEST) && isDatabase(out)))
      throw new KeepingError('together', { one: out, other: keyFolder })
    if (!there.includes(MANIFEST) || readManifest(out, 'keys').mark !== markOf(keys))
      throw new KeepingError('target_not_empty', { folder: out })
  }
  const names = readdirSync(keyFolder).filter((name) => KEY_FILE.test(name))
  const files = []
  for (const name of names) {
    await replaceFile(join(out, name), readFileSync(join(keyFolder, name)))
    files.push({ path: name, ...(await hashFile(join(out, name))) })
  }
  const manifest = {
    format: 'waarborg-backup',
    version: 1,
    kind: 'keys',
    release,
    at: now.toISOString(),
    mark: markOf(keys),
    root: keys.rootKind,
    files,
  } as const satisfies KeyManifest
  await writeManifest(out, manifest)
  for (const name of there) if (KEY_FILE.test(name) && !names.includes(name)) wipeFile(join(out, name))
  return manifest
}

function isDatabase(folder: string): boolean {
  try {
    readManifest(folder, 'database')
    return true
  } catch {
    return false
  }
}

/** Files of a key backup or a key folder, none of which others may read. Errors: `keys_missing`, `keys_exposed`. */
export function keyFilesIn(folder: string): string[] {
  if (!existsSync(folder)) throw new KeepingError('keys_missing', { folder })
  const names = readdirSync(folder).filter((name) => KEY_FILE.test(name))
  if (!names.some((name) => name.startsWith('epoch-'))) throw new KeepingError('keys_missing', { folder })
  for (const name of names)
    if (process.platform !== 'win32' && name !== 'ledger.vkeys' && (statSync(join(folder, name)).mode & 0o077) !== 0)
      throw new KeepingError('keys_exposed', { file: join(folder, name) })
  return names
}

/** Puts keys into an empty folder. */
export async function putBackKeys(from: string, to: string): Promise<void> {
  const names = keyFilesIn(from)
  await mkdir(to, { recursive: true, mode: 0o700 })
  if (readdirSync(to).length > 0) throw new KeepingError('target_not_empty', { folder: to })
  for (const name of names) await replaceFile(join(to, name), readFileSync(join(from, name)))
}
