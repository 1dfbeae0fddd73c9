/**
 * The root key wraps the few keys that stand in the key folder. It is a file, a setting, or a key that never leaves a key
 * service; the ring sees one interface.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { derive, type Key, open, SealBroken, seal } from '../seal.ts'
import { KeyUnavailable, readKeyFile } from './files.ts'

/**
 * `wrap` binds the key to its place; `unwrap` gives it back for that place only. Both may be called concurrently and
 * repeatedly; neither stores anything. Errors: `SealBroken` when the bytes were wrapped by another root key or for another
 * place, `KeyUnavailable` when the root key cannot be used now. An implementation must tell these two apart: the first
 * is final, the second may pass.
 */
export interface RootKey {
  readonly kind: 'file' | 'setting' | 'kms'
  wrap(place: readonly string[], key: Key): Promise<Buffer>
  unwrap(place: readonly string[], wrapped: Uint8Array): Promise<Key>
}

/** A root key that is at hand in this process, so that nothing has to be waited for. */
export interface LocalRoot extends RootKey {
  readonly kind: 'file' | 'setting'
  wrapNow(place: readonly string[], key: Key): Buffer
  unwrapNow(place: readonly string[], wrapped: Uint8Array): Key
  /** The key itself: before there was a secret of its own, look-up keys hung on it (keys.ts). */
  raw(): Key
}

export const ROOT_FILE = 'root.key'
/** The root key before the last rotation, as long as not everything has been wrapped anew. */
export const PREVIOUS_ROOT_FILE = 'root.key.previous'

/** The key in a file of mode 0600. Read at each use, so that a rotation by another process counts at once. */
export function fileRoot(path: string): LocalRoot {
  return localRoot('file', () => readKeyFile(path))
}

/** The key as a setting: 32 bytes in base64. Errors: `KeyUnavailable`. */
export function givenRoot(text: string, setting = 'WAARBORG_ROOT_KEY'): LocalRoot {
  const key = Buffer.from(text, 'base64')
  if (key.length !== 32) throw new KeyUnavailable(`${setting} must be 32 bytes in base64`)
  return localRoot('setting', () => key)
}

function localRoot(kind: 'file' | 'setting', raw: () => Key): LocalRoot {
  const under = () => derive(raw(), 'epoch')
  const wrapNow = (place: readonly string[], key: Key) => seal(under(), place, key)
  const unwrapNow = (place: readonly string[], wrapped: Uint8Array) => open(under(), place, wrapped)
  return {
    kind,
    raw,
    wrapNow,
    unwrapNow,
    wrap: async (place, key) => wrapNow(place, key),
    unwrap: async (place, wrapped) => unwrapNow(place, wrapped),
  }
}

export function isLocal(root: RootKey): root is LocalRoot {
  return root.kind !== 'kms'
}

export type RootSettings = {
  readonly rootKey: string | null
  readonly rootKeyPrevious: string | null
  readonly kmsUrl: string | null
  readonly kmsKey: string
  readonly kmsToken: string | null
  readonly kmsTimeoutS: number
}

/**
 * Root keys that may have wrapped what is in the folder, besides the one in use: what opens only under one of these is
 * wrapped anew at the start. A file that is there beside a setting or a key service was the root key before.
 */
export function previousRoots(folder: string, root: RootKey, previous: string | null): LocalRoot[] {
  const files = [PREVIOUS_ROOT_FILE, ...(root.kind === 'file' ? [] : [ROOT_FILE])]
  return [
    ...(previous === null ? [] : [givenRoot(previous, 'WAARBORG_ROOT_KEY_PREVIOUS')]),
    ...files
      .map((name) => join(folder, name))
      .filter((path) => existsSync(path))
      .map(fileRoot),
  ]
}

// -- a key service ------------------------------------------------------------------------------------------------

export type TransitOptions = {
  /** Where the service is, without `/v1/…`. */
  readonly url: string
  /** Name of the key there. */
  readonly key: string
  readonly token: string
  readonly timeoutMs: number
  readonly fetch?: typeof fetch
}

/**
 * A key in a service that speaks two calls of the Transit protocol (docs/howto/keys.md):
 * `POST /v1/transit/encrypt/<key> {plaintext}` gives `{data: {ciphertext}}`, `POST /v1/transit/decrypt/<key> {ciphertext}`
 * gives `{data: {plaintext}}`; plaintexts are base64, the token goes in `X-Vault-Token`. What is wrapped holds the place
 * with the key, so that a service needs no additional data to bind them. Tried three times; a no (400) is final.
 */
export function transitRoot({ url, key, token, timeoutMs, fetch: send = fetch }: TransitOptions): RootKey {
  const base = new URL(url)
  const atHome = ['localhost', '127.0.0.1', '[::1]'].includes(base.hostname)
  if (base.protocol !== 'https:' && !atHome)
    throw new KeyUnavailable('WAARBORG_KMS_URL must begin with https://: keys would cross the network readable')
  const ask = async (verb: 'encrypt' | 'decrypt', body: Readonly<Record<string, string>>, wanted: string) => {
    let last = 'no answer'
    for (let attempt = 1; attempt <= 3; attempt++) {
      try {
        const reply = await send(`${url.replace(/\/$/, '')}/v1/transit/${verb}/${encodeURIComponent(key)}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-vault-token': token },
          body: JSON.stringify(body),
          redirect: 'error',
          signal: AbortSignal.timeout(timeoutMs),
        })
        if (reply.status === 400 && verb === 'decrypt') throw new SealBroken('the key service does not open this value')
        if (reply.ok) {
          const { data } = (await reply.json()) as { data?: Record<string, unknown> }
          const value = data?.[wanted]
          if (typeof value === 'string' && value !== '') return value
          last = 'an answer without the value'
          break
        }
        last = `status ${reply.status}`
        // Not allowed, or no such key: asking again changes nothing.
        if (reply.status < 500 && reply.status !== 429) break
      } catch (error) {
        if (error instanceof SealBroken) throw error
        last = (error as Error).name === 'TimeoutError' ? `no answer within ${timeoutMs} ms` : 'no connection'
      }
      if (attempt < 3) await new Promise((resolve) => setTimeout(resolve, 100 * attempt))
    }
    throw new KeyUnavailable(`the key service at ${base.host} cannot be used: ${last}`)
  }
  return {
    kind: 'kms',
    async wrap(place, wanted) {
      const plaintext = Buffer.concat([placeHead(place), wanted]).toString('base64')
      return Buffer.from(await ask('encrypt', { plaintext }, 'ciphertext'), 'utf8')
    },
    async unwrap(place, wrapped) {
      const ciphertext = Buffer.from(wrapped).toString('utf8')
      // What another kind of root key wrapped is not sent anywhere.
      if (!/^[\x21-\x7e]+$/.test(ciphertext)) throw new SealBroken('not wrapped by a key service')
      const plain = Buffer.from(await ask('decrypt', { ciphertext }, 'plaintext'), 'base64')
      const head = placeHead(place)
      if (plain.length !== head.length + 32 || !plain.subarray(0, head.length).equals(head))
        throw new SealBroken('the value belongs to another place')
      return plain.subarray(head.length)
    },
  }
}

const placeHead = (place: readonly string[]) =>
  Buffer.from(place.map((part) => `${Buffer.byteLength(part)}:${part}`).join(''), 'utf8')
