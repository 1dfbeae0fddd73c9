/** Links that give access: the one-time link with which staff choose a password, and the customer's link to the portal. */

/** A one-time link works this long. */
export const ONE_TIME_LINK_MS = 24 * 3_600_000

export type OneTimeLinkRow = {
  readonly person: string
  readonly expiresAt: Date
  readonly usedAt: Date | null
  readonly disabledAt: Date | null
}

export type OneTimeLinkDecision =
  | { readonly ok: true; readonly person: string }
  | { readonly ok: false; readonly refused: 'link_unknown' | 'link_used' | 'link_expired' }

/** A link works once, before its end. For a person who was disabled it is as if it never existed. */
export function decideOneTimeLink(row: OneTimeLinkRow | undefined, now: Date): OneTimeLinkDecision {
  if (row === undefined || row.disabledAt !== null) return { ok: false, refused: 'link_unknown' }
  if (row.usedAt !== null) return { ok: false, refused: 'link_used' }
  if (now >= row.expiresAt) return { ok: false, refused: 'link_expired' }
  return { ok: true, person: row.person }
}

export type PortalLinkRow = {
  readonly link: string
  readonly tenant: string
  readonly client: string
  /** null: the link leads to one decision that fell outside any conversation. */
  readonly conversation: string | null
  readonly decision: string | null
  readonly subject: string
  readonly expiresAt: Date
  readonly revokedAt: Date | null
}

export type PortalLinkDecision =
  | { readonly ok: true; readonly link: PortalLinkRow }
  | { readonly ok: false; readonly refused: 'unknown' | 'expired' }

/** A link belongs to one conversation, or one decision, of one data subject. A revoked link is answered as an expired one. */
export function decidePortalLink(row: PortalLinkRow | undefined, now: Date): PortalLinkDecision {
  if (row === undefined) return { ok: false, refused: 'unknown' }
  if (row.revokedAt !== null || now >= row.expiresAt) return { ok: false, refused: 'expired' }
  return { ok: true, link: row }
}
