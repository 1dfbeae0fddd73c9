import { VerifyError } from './errors.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export const utf8 = (text: string): Uint8Array<ArrayBuffer> => encoder.encode(text)

/** Text of UTF-8 bytes, or undefined when they are not valid UTF-8. A byte order mark stays in the text. */
export function textOf(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes)
  } catch {
    return undefined
  }
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let length = 0
  for (const part of parts) length += part.length
  const all = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

/** Same length and same bytes. What is compared here is public, so the time it takes says nothing. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

export const hexOf = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const values = new Int8Array(128).fill(-1)
for (let i = 0; i < 64; i++) values[alphabet.charCodeAt(i)] = i

/** Standard base64 with padding (RFC 4648, section 4). */
export function toBase64(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i
    const word = (bytes[i]! << 16) | ((left > 1 ? bytes[i + 1]! : 0) << 8) | (left > 2 ? bytes[i + 2]! : 0)
    text += alphabet[word >> 18]! + alphabet[(word >> 12) & 63]!
    text += left > 1 ? alphabet[(word >> 6) & 63]! : '='
    text += left > 2 ? alphabet[word & 63]! : '='
  }
  return text
}

/**
 * Bytes of standard base64 in its one canonical spelling: full padding, no other characters, unused bits zero. Two
 * spellings of one value would give one proof two texts. Throws `base64_malformed`.
 */
export function fromBase64(text: string, where = 'base64'): Uint8Array<ArrayBuffer> {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  const digits = text.length - padding
  if (text.length % 4 !== 0) throw new VerifyError('base64_malformed', where)
  const bytes = new Uint8Array((text.length / 4) * 3 - padding)
  let held = 0
  let bits = 0
  let at = 0
  for (let i = 0; i < digits; i++) {
    const code = text.charCodeAt(i)
    const value = code < 128 ? values[code]! : -1
    if (value < 0) throw new VerifyError('base64_malformed', where)
    held = ((held << 6) | value) & 0xffff
    bits += 6
    if (bits >= 8) {
      bits -= 8
      bytes[at++] = (held >> bits) & 0xff
    }
  }
  if ((held & ((1 << bits) - 1)) !== 0) throw new VerifyError('base64_malformed', where)
  return bytes
}

const decimal = /^(0|[1-9][0-9]{0,19})$/
const MAX_UINT64 = (1n << 64n) - 1n

/** A uint64 in ASCII decimal without leading zeroes (tlog-checkpoint, tlog-proof). Throws `number_malformed`. */
export function parseDecimal(text: string, where: string): bigint {
  if (!decimal.test(text)) throw new VerifyError('number_malformed', where)
  const value = BigInt(text)
  if (value > MAX_UINT64) throw new VerifyError('number_malformed', where)
  return value
}

/** An index or a size given as a number or bigint, checked to be a whole number from 0 to 2^64 - 1. */
export function toSize(value: number | bigint, where: string): bigint {
  if (typeof value === 'number' && !Number.isInteger(value)) throw new VerifyError('number_malformed', where)
  const size = BigInt(value)
  if (size < 0n || size > MAX_UINT64) throw new VerifyError('number_malformed', where)
  return size
}
