/**
 * The key folder: outside the database, shared by all processes on one. Each key in it is wrapped by the root key.
 *
 * - `epoch-<n>.key` wraps the subjects' keys. When it is destroyed, every subject key that was not wrapped anew under a
 *   later epoch is gone, also in the backups.
 * - `secret.key` is what look-up keys and made-up passwords are derived from. It stays the same when epochs and root key
 *   change, since hashes in the database cannot be made anew. In a folder from before there was one, they hung on the
 *   root key itself; then that value becomes the secret.
 */
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { derive, type Key, open, SealBroken, seal } from '../seal.ts'
import { KeyUnavailable, replaceFile, wipeFile, writeOnce } from './files.ts'
import {
  fileRoot,
  givenRoot,
  isLocal,
  type LocalRoot,
  PREVIOUS_ROOT_FILE,
  previousRoots,
  ROOT_FILE,
  type RootKey,
  type RootSettings,
  transitRoot,
} from './root.ts'

export { KeyUnavailable } from './files.ts'

export type KeyRing = {
  readonly rootKind: RootKey['kind']
  /** Wraps under the key of an epoch. Errors of all three: `KeyUnavailable`; of `unwrap` also `SealBroken`. */
  wrap(place: readonly string[], key: Key, epoch: number): Promise<Buffer>
  unwrap(place: readonly string[], wrapped: Uint8Array, epoch: number): Promise<Key>
  /** Makes an epoch's key, or leaves the one that is there. Durable on return. */
  beginEpoch(epoch: number): Promise<void>
  /** Destroys an epoch's key for ever; false when there is none. */
  destroyEpoch(epoch: number): boolean
  /** Epochs whose keys are in the folder, lowest first. */
  epochs(): number[]
  /** For keyed look-up of values of one tenant: customer references, conversation ids, words. */
  indexKey(tenant: string): Key
  /** For secrets that are made rather than stored, such as a database role's password. */
  derived(use: string): Key
}

export const SECRET_FILE = 'secret.key'
const EPOCH_FILE = /^epoch-(\d+)\.key$/
const epochFile = (epoch: number) => `epoch-${epoch}.key`

/** The keys of an installation, by its settings. Errors: `KeyUnavailable`. */
export async function openKeys(folder: string, settings: RootSettings): Promise<KeyRing> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const root = rootOf(folder, settings)
  return later(opening(folder, root, previousRoots(folder, root, settings.rootKeyPrevious)))
}

/** With a root key in the folder (made at first use) or a given one. Safe when two processes start together. */
export function openKeyRing(folder: string, given: { rootKey?: string | null } = {}): KeyRing {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const root = given.rootKey ? givenRoot(given.rootKey) : ownRoot(folder)
  return now(opening(folder, root, previousRoots(folder, root, null)))
}

export function rootOf(folder: string, settings: RootSettings): RootKey {
  const { kmsUrl, kmsKey, kmsToken, kmsTimeoutS, rootKey } = settings
  if (kmsUrl === null) return rootKey === null ? ownRoot(folder) : givenRoot(rootKey)
  if (rootKey !== null) throw new KeyUnavailable('WAARBORG_ROOT_KEY and WAARBORG_KMS_URL are both set; choose one')
  if (kmsToken === null) throw new KeyUnavailable('WAARBORG_KMS_URL needs WAARBORG_KMS_TOKEN')
  return transitRoot({ url: kmsUrl, key: kmsKey, token: kmsToken, timeoutMs: kmsTimeoutS * 1_000 })
}

function ownRoot(folder: string): LocalRoot {
  const path = join(folder, ROOT_FILE)
  if (!existsSync(path)) {
    if (wrappedFiles(folder).length > 0) throw new KeyUnavailable(`${path} is gone, and the keys beside it need it`)
    writeOnce(path, randomBytes(32))
  }
  return fileRoot(path)
}

/**
 * Replaces the root key in the folder. At each moment the folder opens: the old key stays beside the new one until all
 * is wrapped anew, and whoever opens the folder in between does the rest. `step` is told what has become durable.
 * With a key service: wraps all anew under the newest version of its key. Errors: `KeyUnavailable`, also when the root key
 * is a setting, which only the operator can change (docs/howto/keys.md).
 */
export async function rotateRoot(
  folder: string,
  settings: RootSettings,
  step: (done: string) => void = () => {},
): Promise<{ files: number }> {
  const ring = await openKeys(folder, settings)
  if (ring.rootKind === 'setting')
    throw new KeyUnavailable(
      'the root key is a setting: set the new one, and the old one as WAARBORG_ROOT_KEY_PREVIOUS',
    )
  const names = wrappedFiles(folder)
  if (ring.rootKind === 'kms') {
    const root = rootOf(folder, settings)
    for (const name of names) {
      const path = join(folder, name)
      replaceFile(path, await root.wrap(placeOf(name), await root.unwrap(placeOf(name), readFileSync(path))))
      step(name)
    }
    return { files: names.length }
  }
  const path = join(folder, ROOT_FILE)
  replaceFile(join(folder, PREVIOUS_ROOT_FILE), readFileSync(path))
  step(PREVIOUS_ROOT_FILE)
  replaceFile(path, randomBytes(32))
  step(ROOT_FILE)
  const root = fileRoot(path)
  now(rewrapping(folder, root, previousRoots(folder, root, null), step))
  return { files: names.length }
}

/** Keys in the folder that the root key wraps. */
export function wrappedFiles(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name === SECRET_FILE || EPOCH_FILE.test(name))
    .sort()
}

/** Where a wrapped key stands, bound to it: an epoch's with its number. */
function placeOf(name: string): string[] {
  const epoch = EPOCH_FILE.exec(name)?.[1]
  return epoch === undefined ? ['secret'] : ['epoch', epoch]
}

// -- opening, with a root key at hand or one that has to be asked ------------------------------------------------

type Step =
  | { readonly by: RootKey; readonly place: readonly string[]; readonly wrap: Key }
  | { readonly by: RootKey; readonly place: readonly string[]; readonly unwrap: Uint8Array }
type Steps<T> = Generator<Step, T, Buffer>

function now<T>(steps: Steps<T>): T {
  const take = (step: Step): Buffer => {
    if (!isLocal(step.by)) throw new Error('a key service has to be waited for')
    return 'wrap' in step ? step.by.wrapNow(step.place, step.wrap) : step.by.unwrapNow(step.place, step.unwrap)
  }
  let at = steps.next()
  while (!at.done) {
    let value: Buffer
    try {
      value = take(at.value)
    } catch (error) {
      at = steps.throw(error)
      continue
    }
    at = steps.next(value)
  }
  return at.value
}

async function later<T>(steps: Steps<T>): Promise<T> {
  const take = (step: Step) =>
    'wrap' in step ? step.by.wrap(step.place, step.wrap) : step.by.unwrap(step.place, step.unwrap)
  let at = steps.next()
  while (!at.done) {
    let value: Buffer
    try {
      value = await take(at.value)
    } catch (error) {
      at = steps.throw(error)
      continue
    }
    at = steps.next(value)
  }
  return at.value
}

function* opening(folder: string, root: RootKey, previous: readonly LocalRoot[]): Steps<KeyRing> {
  if (previous.length > 0) yield* rewrapping(folder, root, previous)
  const epochs = new Map<number, Key>()
  if (epochsIn(folder).length === 0) {
    if (existsSync(join(folder, SECRET_FILE)))
      throw new KeyUnavailable(`${folder} holds no epoch key: they were lost or destroyed`)
    yield* make(folder, root, SECRET_FILE, randomBytes(32))
    yield* make(folder, root, epochFile(1), randomBytes(32))
  }
  const newest = epochsIn(folder).at(-1)!
  epochs.set(newest, yield* unwrapped(folder, root, epochFile(newest)))
  if (!existsSync(join(folder, SECRET_FILE))) {
    if (!isLocal(root))
      throw new KeyUnavailable(`${folder} is older than its key service: start once with its own root key`)
    yield* make(folder, root, SECRET_FILE, root.raw())
  }
  return ringOver(folder, root, epochs, yield* unwrapped(folder, root, SECRET_FILE))
}

/** What only a root key of before opens, is wrapped by the one in use. Then the file with the old key goes. */
function* rewrapping(
  folder: string,
  root: RootKey,
  previous: readonly LocalRoot[],
  step: (done: string) => void = () => {},
): Steps<void> {
  if (!existsSync(join(folder, SECRET_FILE)) && epochsIn(folder).length > 0) {
    const before = [...(isLocal(root) ? [root] : []), ...previous]
    const name = epochFile(epochsIn(folder).at(-1)!)
    const maker = before.find((one) => opens(one, folder, name))
    if (maker !== undefined) yield* make(folder, root, SECRET_FILE, maker.raw())
  }
  for (const name of wrappedFiles(folder)) {
    const path = join(folder, name)
    const bytes = readFileSync(path)
    try {
      yield { by: root, place: placeOf(name), unwrap: bytes }
    } catch (error) {
      if (!(error instanceof SealBroken)) throw error
      const by = previous.find((one) => opens(one, folder, name))
      if (by === undefined) continue
      replaceFile(path, yield { by: root, place: placeOf(name), wrap: by.unwrapNow(placeOf(name), bytes) })
      step(name)
    }
  }
  for (const name of wrappedFiles(folder)) yield* unwrapped(folder, root, name)
  wipeFile(join(folder, PREVIOUS_ROOT_FILE))
}

function opens(root: LocalRoot, folder: string, name: string): boolean {
  try {
    root.unwrapNow(placeOf(name), readFileSync(join(folder, name)))
    return true
  } catch (error) {
    if (error instanceof SealBroken) return false
    throw error
  }
}

function* make(folder: string, root: RootKey, name: string, key: Key): Steps<void> {
  if (!existsSync(join(folder, name)))
    writeOnce(join(folder, name), yield { by: root, place: placeOf(name), wrap: key })
}

function* unwrapped(folder: string, root: RootKey, name: string): Steps<Key> {
  try {
    return yield { by: root, place: placeOf(name), unwrap: readFileSync(join(folder, name)) }
  } catch (error) {
    throw explained(error, name)
  }
}

function explained(error: unknown, name: string): unknown {
  if (error instanceof SealBroken)
    return new KeyUnavailable(`the root key does not open ${name}: it is another one, or the file is damaged`, {
      cause: error,
    })
  return error
}

function epochsIn(folder: string): number[] {
  return readdirSync(folder)
    .flatMap((name) => Number(EPOCH_FILE.exec(name)?.[1] ?? []) || [])
    .sort((a, b) => a - b)
}

/** A key that another process destroyed is forgotten here within this time. */
const LOOK_AGAIN_MS = 60_000

function ringOver(folder: string, root: RootKey, epochs: Map<number, Key>, secret: Key): KeyRing {
  let looked = performance.now()
  const forgetDestroyed = () => {
    if (performance.now() - looked < LOOK_AGAIN_MS) return
    looked = performance.now()
    for (const epoch of epochs.keys()) if (!existsSync(join(folder, epochFile(epoch)))) epochs.delete(epoch)
  }
  const load = async (epoch: number): Promise<Key> => {
    forgetDestroyed()
    const known = epochs.get(epoch)
    if (known !== undefined) return known
    const path = join(folder, epochFile(epoch))
    if (!existsSync(path))
      throw new KeyUnavailable(`epoch ${epoch} has no key: it was destroyed or the key folder is another one`)
    try {
      const key = await root.unwrap(placeOf(epochFile(epoch)), readFileSync(path))
      epochs.set(epoch, key)
      return key
    } catch (error) {
      throw explained(error, epochFile(epoch))
    }
  }
  return {
    rootKind: root.kind,
    wrap: async (place, key, epoch) => seal(await load(epoch), place, key),
    unwrap: async (place, wrapped, epoch) => open(await load(epoch), place, wrapped),
    epochs: () => epochsIn(folder),
    async beginEpoch(epoch) {
      const name = epochFile(epoch)
      const key = randomBytes(32)
      const wrapped = await root.wrap(placeOf(name), key)
      if (!existsSync(join(folder, name))) writeOnce(join(folder, name), wrapped)
      // A rotation of the root key at this very moment may have left this file under the old one: then it is of no use yet.
      try {
        await load(epoch)
      } catch (error) {
        if (readFileSync(join(folder, name)).equals(wrapped)) wipeFile(join(folder, name))
        throw error
      }
    },
    destroyEpoch(epoch) {
      epochs.delete(epoch)
      return wipeFile(join(folder, epochFile(epoch)))
    },
    indexKey: (tenant) => derive(secret, `index/${tenant}`),
    derived: (use) => derive(secret, use),
  }
}
