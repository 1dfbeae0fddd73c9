/** Who must prove more than a password, and the codes for when the second factor is not at hand. */

/** `optional` exists for the demonstration on one's own machine only. */
export type SecondFactorPolicy = 'required' | 'optional'

/**
 * What signing in still asks. `code`: the second factor that the person has. `enrol`: they must set one up before
 * anything else. `offer`: they may set one up, or later. `done`: nothing.
 */
export type SignInStage = 'code' | 'enrol' | 'offer' | 'done'

/**
 * Every role of staff sees personal data (customers by random id, colleagues by name), so everyone with a role needs a
 * second factor. Who has one is always asked for it, also where it is optional. Who has no role sees nothing.
 */
export function signInStage(given: {
  readonly enrolled: boolean
  readonly hasRole: boolean
  readonly policy: SecondFactorPolicy
}): SignInStage {
  if (given.enrolled) return 'code'
  if (!given.hasRole) return 'done'
  return given.policy === 'required' ? 'enrol' : 'offer'
}

/** Whether only this machine can reach an address: then a second factor may wait, for the demonstration. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host)
}

// -- recovery codes -------------------------------------------------------------------------------------------------

export const RECOVERY_CODES = 10
/**
 * 120 random bits: so many that a keyed hash keeps them as well as a slow one would (OWASP ASVS 5.0, 6.5.2 asks 112;
 * NIST SP 800-63B-4, 3.1.2.2).
 */
export const RECOVERY_BYTES = 15
const LETTERS = 24

/** Letters and digits that are not mistaken for each other (Crockford's base 32). */
const clear = '0123456789abcdefghjkmnpqrstvwxyz'

/** `x4kd90-qv7m2t-0h8wzc-5rj3en` from random bytes. */
export function recoveryCode(bytes: Uint8Array): string {
  let value = 0n
  for (const byte of bytes) value = (value << 8n) | BigInt(byte)
  let text = ''
  for (let i = 0; i < LETTERS; i++, value >>= 5n) text += clear[Number(value & 31n)]
  return text.replaceAll(/.{6}(?=.)/g, '$&-')
}

/** As it is hashed, whatever hyphens, spaces and capitals were typed; o, i and l are read as 0 and 1. Undefined: no such code. */
export function normaliseRecoveryCode(text: string): string | undefined {
  const plain = text.toLowerCase().replaceAll(/[\s-]/g, '').replaceAll('o', '0').replaceAll(/[il]/g, '1')
  return plain.length === LETTERS && [...plain].every((letter) => clear.includes(letter)) ? plain : undefined
}
