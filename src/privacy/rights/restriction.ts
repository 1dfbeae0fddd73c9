/** Restriction of processing: what may still be done with the data of somebody who asked to pause (GDPR 18(2)). */
import type { LawfulBasis } from '../../records/contract.ts'

export type RestrictedUse = {
  readonly basis: LawfulBasis
  /** Consent to this purpose that counts now; null when there is none. */
  readonly givenAt: Date | null
}

/**
 * Beside storage only what the person agreed to since, and what protects a person: consent that was given before does
 * not say that they want this now. Legal claims need no call to an AI.
 * https://eur-lex.europa.eu/legal-content/NL/TXT/?uri=CELEX:32016R0679#art_18
 */
export function mayUseRestricted({ basis, givenAt }: RestrictedUse, since: Date): boolean {
  if (basis === 'vital_interests') return true
  return basis === 'consent' && givenAt !== null && givenAt >= since
}
