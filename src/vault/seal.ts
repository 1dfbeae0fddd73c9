/**
 * Seals contents under a data subject's key: AES-256-GCM with a random 96-bit nonce; the additional data name the row,
 * so that a sealed value cannot be moved to another place. Form: version (1 byte) ‖ nonce (12) ‖ ciphertext ‖ tag (16).
 */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'

export type Key = Buffer

const VERSION = 1

/** A sealed value is damaged, was moved, or was made under another key. */
export class SealBroken extends Error {
  override readonly name = 'SealBroken'
  readonly code = 'seal_broken'
}

/** `place` says where the value stands: table, column and ids, in this order. */
export function seal(key: Key, place: readonly string[], plain: Uint8Array | string): Buffer {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(additional(place))
  const sealed = Buffer.concat([
    cipher.update(typeof plain === 'string' ? Buffer.from(plain, 'utf8') : plain),
    cipher.final(),
  ])
  return Buffer.concat([Buffer.of(VERSION), nonce, sealed, cipher.getAuthTag()])
}

export function open(key: Key, place: readonly string[], sealed: Uint8Array): Buffer {
  const bytes = Buffer.from(sealed)
  if (bytes.length < 29 || bytes[0] !== VERSION) throw new SealBroken('not a sealed value of a known version')
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(1, 13))
    decipher.setAAD(additional(place))
    decipher.setAuthTag(bytes.subarray(-16))
    return Buffer.concat([decipher.update(bytes.subarray(13, -16)), decipher.final()])
  } catch (cause) {
    throw new SealBroken('the value does not open under this key and place', { cause })
  }
}

export function sealJson(key: Key, place: readonly string[], value: unknown): Buffer {
  return seal(key, place, JSON.stringify(value))
}

export function openJson(key: Key, place: readonly string[], sealed: Uint8Array): unknown {
  return JSON.parse(open(key, place, sealed).toString('utf8'))
}

/** A keyed hash for finding a value again without storing it. */
export function keyedHash(key: Key, ...parts: readonly (string | Uint8Array)[]): Buffer {
  const hmac = createHmac('sha256', key)
  for (const part of parts) {
    const bytes = typeof part === 'string' ? Buffer.from(part, 'utf8') : part
    const length = Buffer.alloc(4)
    length.writeUInt32BE(bytes.length)
    hmac.update(length).update(bytes)
  }
  return hmac.digest()
}

/** A key derived from another for one use (HKDF-SHA-256, RFC 5869). */
export function derive(key: Key, use: string): Key {
  return Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), use, 32))
}

/** Length-prefixed, so that ['a','bc'] and ['ab','c'] differ. */
function additional(place: readonly string[]): Buffer {
  return Buffer.from(place.map((part) => `${Buffer.byteLength(part)}:${part}`).join(''), 'utf8')
}
