/**
 * One-time codes of an authenticator app: TOTP (RFC 6238) with SHA-1, 6 digits and steps of 30 seconds, the only form
 * that every app knows. SHA-1 is sound here: HMAC does not lean on collisions (RFC 6238, 1.2 and RFC 4226, B.2).
 */
import { createHmac, timingSafeEqual } from 'node:crypto'

export const TOTP_STEP_MS = 30_000
/** RFC 4226, 4 (R6) recommends 160 bits. */
export const TOTP_SECRET_BYTES = 20
/** One step before and after: clocks of phones differ, and typing takes time (RFC 6238, 5.2). */
const WINDOW = 1

/** The number of the step that holds at this moment (RFC 6238, 4.2). */
export function totpStep(now: Date): number {
  return Math.floor(now.getTime() / TOTP_STEP_MS)
}

/** HOTP (RFC 4226, 5.3) over a counter. The vectors of RFC 6238 have 8 digits; what people type has 6. */
export function hotp(secret: Uint8Array, counter: number, digits = 6): string {
  const moving = Buffer.alloc(8)
  moving.writeBigUInt64BE(BigInt(counter))
  const mac = createHmac('sha1', secret).update(moving).digest()
  const offset = mac[19]! & 0xf
  const truncated = mac.readUInt32BE(offset) & 0x7fff_ffff
  return String(truncated % 10 ** digits).padStart(digits, '0')
}

export type TotpDecision =
  | { readonly ok: true /** To be written down: it and every earlier one no longer count. */; readonly step: number }
  | { readonly ok: false; readonly reason: 'wrong' | 'used' }

/**
 * Does this code belong to the secret now? A step that was used, or lies before one that was, counts no more
 * (RFC 6238, 5.2): who looks over a shoulder can do nothing with the code.
 */
export function decideTotp(
  { secret, lastStep }: { readonly secret: Uint8Array; readonly lastStep: number },
  code: string,
  now: Date,
): TotpDecision {
  if (!/^\d{6}$/.test(code)) return { ok: false, reason: 'wrong' }
  const given = Buffer.from(code)
  let found: number | undefined
  // Every step is computed, so that the time says nothing about which one fitted.
  for (let step = totpStep(now) - WINDOW; step <= totpStep(now) + WINDOW; step++)
    if (step >= 0 && timingSafeEqual(Buffer.from(hotp(secret, step)), given) && (found ?? -1) <= lastStep) found = step
  if (found === undefined) return { ok: false, reason: 'wrong' }
  return found > lastStep ? { ok: true, step: found } : { ok: false, reason: 'used' }
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** Base32 of RFC 4648, 6, without padding: how apps take a secret that is typed. */
export function base32(bytes: Uint8Array): string {
  let text = ''
  let bits = 0
  let value = 0
  for (const byte of bytes) {
    value = (value << 8) | byte
    for (bits += 8; bits >= 5; bits -= 5) text += alphabet[(value >>> (bits - 5)) & 31]
    value &= (1 << bits) - 1
  }
  return bits === 0 ? text : text + alphabet[(value << (5 - bits)) & 31]
}

/** What an authenticator app reads from the square (the Key Uri Format that apps agree on). */
export function otpauthUri(secret: Uint8Array, { issuer, account }: { issuer: string; account: string }): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`
  return `otpauth://totp/${label}?secret=${base32(secret)}&issuer=${encodeURIComponent(issuer)}`
}
