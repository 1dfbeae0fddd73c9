/** What personal data are used for. The register owns the record (records/contract.ts); here stands what it means. */
import type { LawfulBasis, Purpose } from '../records/contract.ts'

export type { LawfulBasis, Purpose }

/**
 * Whether use needs an explicit grant first. Only consent does (GDPR 6(1)(a)); the other grounds do not ask, and a purpose
 * never falls back from consent to one of them
 * (https://eur-lex.europa.eu/legal-content/NL/TXT/?uri=CELEX:32016R0679#art_6).
 */
export function needsConsent(purpose: Pick<Purpose, 'basis'>): boolean {
  return purpose.basis === 'consent'
}
