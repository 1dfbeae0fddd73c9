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
  /** null: the link leads to one decision that fell outside any conversation, or to everything of its person. */
  readonly conversation: string | null
  readonly decision: string | null
  /** It leads to everything of its person; which conversation or decision is looked at, is chosen in the address. */
  readonly whole: boolean
  readonly subject: string
  readonly expiresAt: Date
  readonly revokedAt: Date | null
}

export type PortalLinkDecision =
  | { readonly ok: true; readonly link: PortalLinkRow }
  | { readonly ok: false; readonly refused: 'unknown' }
  /** Who held it learns whose it was: how to reach that client, and how to get in again. */
  | { readonly ok: false; readonly refused: 'expired'; readonly client: string }

/**
 * A link belongs to one conversation, one decision, or everything of one data subject. A revoked link is answered as an expired one.
 */
export function decidePortalLink(row: PortalLinkRow | undefined, now: Date): PortalLinkDecision {
  if (row === undefined) return { ok: false, refused: 'unknown' }
  if (row.revokedAt !== null || now >= row.expiresAt) return { ok: false, refused: 'expired', client: row.client }
  return { ok: true, link: row }
}

/** The secret of a link, and after a point what was chosen of everything that it leads to. */
export function splitPortalToken(token: string): { readonly secret: string; readonly item: string | undefined } {
  const point = token.indexOf('.')
  return point < 0
    ? { secret: token, item: undefined }
    : { secret: token.slice(0, point), item: token.slice(point + 1) }
}
