/**
 * Keys of AI systems: `wb_<id>_<secret>_<crc>`. The id finds the row, the secret proves possession (only its SHA-256 is
 * kept), the checksum lets a mistyped or cut-off key be refused without a look in the database, and lets a secret
 * scanner tell a key from a word. Each key belongs to one system.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import { crc32 } from 'node:zlib'

const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
/** Crockford's base 32 in lower case: no i, l, o or u. */
const base32 = '0123456789abcdefghjkmnpqrstvwxyz'

/** 60 bits: enough to find a row, worth nothing without the secret. */
const ID_LENGTH = 12
/** 256 bits in base 62. */
const SECRET_LENGTH = 43
const SECRET_BYTES = 32
const CRC_LENGTH = 6

const form = /^wb_([0-9abcdefghjkmnpqrstvwxyz]{12})_([0-9A-Za-z]{43})_([0-9A-Za-z]{6})$/

export type PresentedKey = { readonly keyId: string; readonly secret: string }

/** The id of a key from at least 8 random bytes: 12 characters. */
export function keyIdFrom(random: Uint8Array): string {
  if (random.length < 8) throw new RangeError('a key id takes 8 random bytes')
  let bits = 0n
  for (const byte of random.subarray(0, 8)) bits = (bits << 8n) | BigInt(byte)
  let id = ''
  for (let i = 0; i < ID_LENGTH; i++) {
    id += base32[Number(bits & 31n)]
    bits >>= 5n
  }
  return id
}

/** The secret of a key from exactly 32 random bytes: 43 characters of base 62, so without the `_` that divides. */
export function keySecretFrom(random: Uint8Array): string {
  if (random.length !== SECRET_BYTES) throw new RangeError('a key secret takes 32 random bytes')
  let number = 0n
  for (const byte of random) number = (number << 8n) | BigInt(byte)
  return encodeBase62(number, SECRET_LENGTH)
}

/** The key as its holder keeps it; shown once. */
export function formatKey({ keyId, secret }: PresentedKey): string {
  const body = `wb_${keyId}_${secret}`
  return `${body}_${checksum(body)}`
}

/** Takes a key apart. `undefined` for anything that is not a whole key with the right checksum; never throws. */
export function parseKey(text: string): PresentedKey | undefined {
  const [, keyId, secret, crc] = form.exec(text) ?? []
  if (keyId === undefined || secret === undefined || crc === undefined) return undefined
  if (checksum(`wb_${keyId}_${secret}`) !== crc) return undefined
  return { keyId, secret }
}

/** The key in an Authorization header (`Bearer wb_…`, scheme in any case), or undefined. */
export function keyInHeader(header: string | undefined): PresentedKey | undefined {
  if (header === undefined || header.length > 200) return undefined
  const [, text] = /^Bearer +(\S+) *$/i.exec(header) ?? []
  return text === undefined ? undefined : parseKey(text)
}

/** What is stored of a secret. Its 256 random bits need no slow hash. */
export function keyHash(secret: string): Buffer {
  return createHash('sha256').update(secret, 'utf8').digest()
}

/** The row of a key, as far as a decision needs it. */
export type KeyRow = {
  readonly keyId: string
  readonly tenant: string
  readonly client: string
  readonly system: string
  readonly secretHash: Uint8Array
  readonly expiresAt: Date | null
  readonly revokedAt: Date | null
}

export type KeyDecision =
  | { readonly ok: true; readonly key: KeyRow }
  | { readonly ok: false; readonly refused: 'unknown_key' | 'key_revoked' | 'key_expired'; readonly at?: Date }

const nothing = Buffer.alloc(32)

/**
 * Is this key good now? Only who holds the secret learns that a key was revoked or has expired; a wrong secret and an
 * unknown id get the same answer after the same comparison. A revocation holds whatever the clock says (it may jump
 * back); at its moment of expiry a key has expired.
 */
export function decideKey(row: KeyRow | undefined, presentedHash: Uint8Array, now: Date): KeyDecision {
  const stored = row !== undefined && row.secretHash.length === nothing.length ? row.secretHash : nothing
  const given = presentedHash.length === nothing.length ? presentedHash : nothing
  const same = timingSafeEqual(stored, given)
  if (row === undefined || stored === nothing || given === nothing || !same)
    return { ok: false, refused: 'unknown_key' }
  if (row.revokedAt !== null) return { ok: false, refused: 'key_revoked', at: row.revokedAt }
  if (row.expiresAt !== null && row.expiresAt <= now) return { ok: false, refused: 'key_expired', at: row.expiresAt }
  return { ok: true, key: row }
}

/** Keys of one system that may be valid at once: the one in use and its successor during rotation. */
export const VALID_KEYS_PER_SYSTEM = 2

export type KeyLife = { readonly expiresAt: Date | null; readonly revokedAt: Date | null }

export function isKeyValid(key: KeyLife, now: Date): boolean {
  return key.revokedAt === null && (key.expiresAt === null || key.expiresAt > now)
}

export type NewKeyDecision =
  | { readonly may: true }
  | { readonly may: false; readonly refused: 'key_limit' | 'key_expiry' }

/** May this system get one more key? `expiresAt` of the new one, if it has one, must lie ahead. */
export function decideNewKey(existing: readonly KeyLife[], expiresAt: Date | null, now: Date): NewKeyDecision {
  if (expiresAt !== null && !(expiresAt > now)) return { may: false, refused: 'key_expiry' }
  const valid = existing.filter((key) => isKeyValid(key, now)).length
  return valid >= VALID_KEYS_PER_SYSTEM ? { may: false, refused: 'key_limit' } : { may: true }
}

function checksum(body: string): string {
  return encodeBase62(BigInt(crc32(body)), CRC_LENGTH)
}

function encodeBase62(number: bigint, length: number): string {
  let text = ''
  for (let i = 0; i < length; i++) {
    text = base62[Number(number % 62n)] + text
    number /= 62n
  }
  return text
}
