/**
 * Commitments: what a person said is not in the log; a keyed hash of it is. When the salt is destroyed, nothing links
 * the entry to the content any more and no guess can be checked, while every proof of the entry still holds.
 */
import { concat, equalBytes, fromBase64, toBase64 } from './bytes.ts'
import { VerifyError } from './errors.ts'
import { canonicalBytes } from './json.ts'
import { sha256 as ownSha256, type Sha256 } from './sha256.ts'

export const SALT_BYTES = 32

/** HMAC-SHA256 (RFC 2104) under `salt`, 32 random bytes, of the canonical JSON of `content`; base64. */
export function commitment(salt: Uint8Array, content: unknown, sha256: Sha256 = ownSha256): string {
  if (salt.length !== SALT_BYTES) throw new VerifyError('salt_length', `${salt.length} bytes`)
  const block = new Uint8Array(64)
  block.set(salt)
  const inner = sha256(
    concat(
      block.map((byte) => byte ^ 0x36),
      canonicalBytes(content),
    ),
  )
  return toBase64(
    sha256(
      concat(
        block.map((byte) => byte ^ 0x5c),
        inner,
      ),
    ),
  )
}

/** Returns when `commit` is the commitment of this content under this salt. Throws `commitment_differs` otherwise. */
export function verifyCommitment(commit: string, salt: Uint8Array, content: unknown, sha256: Sha256 = ownSha256): void {
  if (!equalBytes(fromBase64(commit, 'commit'), fromBase64(commitment(salt, content, sha256))))
    throw new VerifyError('commitment_differs')
}
