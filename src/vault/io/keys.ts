/**
 * Keys outside the database: the root key and the epoch keys under it, each a file of mode 0600. The epoch key wraps
 * the subjects' keys; when an epoch's key is destroyed, every subject key that was not re-wrapped is gone, also in the
 * backups.
 */
import { randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { derive, type Key, open, seal } from '../seal.ts'

export type KeyRing = {
  /** The epoch under which new keys are wrapped. */
  readonly epoch: number
  wrap(place: readonly string[], key: Key): { wrapped: Buffer; epoch: number }
  unwrap(place: readonly string[], wrapped: Uint8Array, epoch: number): Key
  /** For keyed look-up of values of one tenant: customer references, conversation ids. */
  indexKey(tenant: string): Key
  /** For secrets that are made rather than stored, such as a database role's password. */
  derived(use: string): Key
}

/** A key file is missing, unreadable, of the wrong size, or readable by others. */
export class KeyUnavailable extends Error {
  override readonly name = 'KeyUnavailable'
  readonly code = 'key_unavailable'
}

/** Opens the keys in `folder`, making root key and first epoch at first use. Safe when two processes start together. */
export function openKeyRing(folder: string, given?: { rootKey?: string | null }): KeyRing {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const root = given?.rootKey ? decodeRoot(given.rootKey) : keyFile(join(folder, 'root.key'))
  const epochs = new Map<number, Key>()
  const epochPlace = (epoch: number) => ['epoch', String(epoch)]
  const load = (epoch: number): Key => {
    let key = epochs.get(epoch)
    if (key === undefined) {
      const path = join(folder, `epoch-${epoch}.key`)
      if (!existsSync(path))
        throw new KeyUnavailable(`epoch ${epoch} has no key: it was destroyed or the key folder is another one`)
      key = open(derive(root, 'epoch'), epochPlace(epoch), readFileSync(path))
      epochs.set(epoch, key)
    }
    return key
  }
  let epoch = Math.max(0, ...readdirSync(folder).map((name) => Number(/^epoch-(\d+)\.key$/.exec(name)?.[1] ?? 0)))
  if (epoch === 0) {
    epoch = 1
    writeOnce(join(folder, 'epoch-1.key'), seal(derive(root, 'epoch'), epochPlace(1), randomBytes(32)))
  }
  load(epoch)
  return {
    epoch,
    wrap: (place, key) => ({ wrapped: seal(load(epoch), place, key), epoch }),
    unwrap: (place, wrapped, of) => open(load(of), place, wrapped),
    indexKey: (tenant) => derive(root, `index/${tenant}`),
    derived: (use) => derive(root, use),
  }
}

function decodeRoot(text: string): Key {
  const key = Buffer.from(text, 'base64')
  if (key.length !== 32) throw new KeyUnavailable('WAARBORG_ROOT_KEY must be 32 bytes in base64')
  return key
}

function keyFile(path: string): Key {
  if (!existsSync(path)) writeOnce(path, randomBytes(32))
  if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0)
    throw new KeyUnavailable(`${path} may be read by others; make its mode 0600`)
  const key = readFileSync(path)
  if (key.length !== 32) throw new KeyUnavailable(`${path} must hold 32 bytes`)
  return key
}

/** Writes the whole file or nothing; when another process was first, its file stays. */
function writeOnce(path: string, bytes: Uint8Array): void {
  const temporary = `${path}.${randomBytes(6).toString('hex')}`
  const file = openSync(temporary, 'wx', 0o600)
  try {
    writeSync(file, bytes)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  try {
    linkSync(temporary, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(temporary, { force: true })
  }
}
