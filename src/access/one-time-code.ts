/** Codes with which a customer opens the portal without a link: what they look like, how long and how often they may be tried. */
import { timingSafeEqual } from 'node:crypto'

/** A code works this long. */
export const CODE_MS = 10 * 60_000
/** After so many wrong ones no code is good any more, not even the right one. */
export const CODE_TRIES = 5
const DIGITS = 6
/** Random bytes behind a code: so many that no code is likelier than another by more than one in 2^44. */
export const CODE_BYTES = 8
/** A link that a code gives works this long: somebody reads, writes a complaint, and comes back from the phone. */
export const WHOLE_LINK_MS = 2 * 3_600_000

/** Six digits from a random secret of `CODE_BYTES` bytes in base64url. */
export function codeFrom(secret: string): string {
  const bytes = Buffer.from(secret, 'base64url')
  return (bytes.readBigUInt64BE(0) % 10n ** BigInt(DIGITS)).toString().padStart(DIGITS, '0')
}

/** A code as it was typed, also in two groups; undefined: it is none. */
export function readCode(typed: string): string | undefined {
  const digits = typed.replaceAll(/[\s-]/g, '')
  return /^\d{6}$/.test(digits) ? digits : undefined
}

export type OpenCode = {
  readonly hash: Uint8Array
  readonly expiresAt: Date
  readonly tries: number
  readonly usedAt: Date | null
}

export type CodeDecision =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: 'none' | 'used' | 'expired' | 'spent' | 'wrong' }

/** Is this the code that is open? `hash`: of what was typed. At its end a code has ended, and a code that was used works no more. */
export function decideCode(open: OpenCode | undefined, hash: Uint8Array, now: Date): CodeDecision {
  if (open === undefined) return { ok: false, reason: 'none' }
  if (open.usedAt !== null) return { ok: false, reason: 'used' }
  if (now >= open.expiresAt) return { ok: false, reason: 'expired' }
  if (open.tries >= CODE_TRIES) return { ok: false, reason: 'spent' }
  return timingSafeEqual(open.hash, hash) ? { ok: true } : { ok: false, reason: 'wrong' }
}
