/** What may not be deleted. A hold has a reason, somebody who placed it, and an end; after its end it waits for a person. */

/**
 * Grounds to keep against a term or a request: GDPR 17(3)(b) and (e), 18(1)(b)–(d)
 * (https://eur-lex.europa.eu/legal-content/NL/TXT/?uri=CELEX:32016R0679#art_17).
 */
export const holdReasons = ['complaint', 'dispute', 'legal_claim', 'authority', 'investigation', 'legal_duty'] as const
export type HoldReason = (typeof holdReasons)[number]

export const liftReasons = ['settled', 'term_ended', 'placed_by_mistake', 'authority_agreed'] as const

/** A hold that nobody looks at for years is no hold but a way to keep everything. */
export const LONGEST_HOLD_DAYS = 730

export type HoldRow = { readonly endsAt: Date; readonly liftedAt: Date | null }

/** `expired` still keeps: only a person takes it away. */
export function holdState({ endsAt, liftedAt }: HoldRow, now: Date): 'holds' | 'expired' | 'lifted' {
  if (liftedAt !== null) return 'lifted'
  return now < endsAt ? 'holds' : 'expired'
}

export function holdRefusal(endsAt: Date, now: Date): 'hold_end_past' | 'hold_end_too_far' | undefined {
  if (endsAt <= now) return 'hold_end_past'
  if (endsAt.getTime() - now.getTime() > LONGEST_HOLD_DAYS * 86_400_000) return 'hold_end_too_far'
  return undefined
}
