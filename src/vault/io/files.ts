/** Files that hold keys: mode 0600, written whole or not at all, and flushed before anyone relies on them. */
import { randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import type { Key } from '../seal.ts'

/** A key cannot be had: its file is missing, damaged or readable by others, it was destroyed, or the key service does not answer. */
export class KeyUnavailable extends Error {
  override readonly name = 'KeyUnavailable'
  readonly code = 'key_unavailable'
}

/** Writes the whole file or nothing; when another process was first, its file stays. Durable on return. */
export function writeOnce(path: string, bytes: Uint8Array): void {
  const aside = writeAside(path, bytes)
  try {
    linkSync(aside, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(aside, { force: true })
  }
  syncFolder(dirname(path))
}

/** Puts the whole new contents in the place of the old ones. Durable on return. */
export function replaceFile(path: string, bytes: Uint8Array): void {
  renameSync(writeAside(path, bytes), path)
  syncFolder(dirname(path))
}

/**
 * Overwrites and removes a key file; false when there is none. A disk may keep old blocks: what is removed here is
 * itself sealed under the root key (SECURITY.md).
 */
export function wipeFile(path: string): boolean {
  if (!existsSync(path)) return false
  const file = openSync(path, 'r+')
  try {
    writeSync(file, Buffer.alloc(statSync(path).size), 0, undefined, 0)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  rmSync(path, { force: true })
  syncFolder(dirname(path))
  return true
}

/** A raw key of 32 bytes. Errors: `KeyUnavailable` when others may read the file, or it is not 32 bytes. */
export function readKeyFile(path: string): Key {
  if (!existsSync(path)) throw new KeyUnavailable(`${path} is gone`)
  refuseExposed(path)
  const key = readFileSync(path)
  if (key.length !== 32) throw new KeyUnavailable(`${path} must hold 32 bytes`)
  return key
}

export function refuseExposed(path: string): void {
  if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0)
    throw new KeyUnavailable(`${path} may be read by others; make its mode 0600`)
}

function writeAside(path: string, bytes: Uint8Array): string {
  const aside = `${path}.${randomBytes(6).toString('hex')}`
  const file = openSync(aside, 'wx', 0o600)
  try {
    writeSync(file, bytes)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  return aside
}

function syncFolder(path: string): void {
  // Windows does not open folders.
  if (process.platform === 'win32') return
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
