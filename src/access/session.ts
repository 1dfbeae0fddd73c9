/** Sessions of staff: a random token of which only the hash is kept, with an end by silence and an absolute end. */
import { createHash } from 'node:crypto'

export const TOKEN_BYTES = 32

/** What is stored of a session token, one-time link or portal link: SHA-256 of its characters. */
export function tokenHash(token: string): Buffer {
  return createHash('sha256').update(token, 'utf8').digest()
}

/** 256 random bits in base64url; anything else is not looked up. */
export function isToken(text: string | undefined): text is string {
  return text !== undefined && /^[A-Za-z0-9_-]{43}$/.test(text)
}

export type SessionLimits = {
  /** A session ends this long after signing in, whatever happens. */
  readonly absoluteMs: number
  /** A session ends after this long without a request. */
  readonly idleMs: number
}

/** How long a session may wait for its second factor. */
export const PENDING_MS = 15 * 60_000

/** Sessions that one person may have at once; a new one ends the one that was not used for longest. */
export const MAY_BE_OPEN = 10

export type SessionRow = {
  /** A random id that may be shown; the token may not. */
  readonly id: string
  readonly person: string
  readonly client: string | null
  readonly createdAt: Date
  readonly lastSeenAt: Date
  readonly endsAt: Date
  /** null: the second factor is still to come. */
  readonly completeAt: Date | null
  /** When the person last proved who they are. */
  readonly provedAt: Date | null
}

export type SessionDecision =
  | {
      readonly ok: true
      readonly session: SessionRow /** Is it time to write down that it was used? */
      readonly touch: boolean
    }
  | { readonly ok: false; readonly refused: 'session_unknown' | 'session_expired' | 'person_disabled' }

/** How often the last use is written down at most; the idle limit is exact to this. */
export const TOUCH_EVERY_MS = 60_000

/** At its end a session has ended; one without its second factor ends within a quarter of an hour. A clock that jumps back never makes a session older or revives the person. */
export function decideSession(
  row: SessionRow | undefined,
  disabledAt: Date | null,
  limits: SessionLimits,
  now: Date,
): SessionDecision {
  if (row === undefined) return { ok: false, refused: 'session_unknown' }
  if (disabledAt !== null) return { ok: false, refused: 'person_disabled' }
  const idleMs = now.getTime() - row.lastSeenAt.getTime()
  if (now >= row.endsAt || idleMs >= limits.idleMs) return { ok: false, refused: 'session_expired' }
  if (row.completeAt === null && now.getTime() - row.createdAt.getTime() >= PENDING_MS)
    return { ok: false, refused: 'session_expired' }
  return { ok: true, session: row, touch: idleMs >= TOUCH_EVERY_MS }
}

/**
 * The cookie's name. With the prefix `__Host-` a browser takes it only over TLS, from this very host, for every path
 * (RFC 6265bis 4.1.3.2); over plain http on the own machine that prefix cannot be used everywhere.
 */
export function sessionCookieName(secure: boolean): string {
  return secure ? '__Host-waarborg_session' : 'waarborg_session'
}

/** The token in a Cookie header, or undefined. Of two cookies with the name none counts: one of them is not ours. */
export function sessionToken(cookies: string | undefined, secure: boolean): string | undefined {
  if (cookies === undefined) return undefined
  const name = `${sessionCookieName(secure)}=`
  const values = cookies
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(name))
  const token = values.length === 1 ? values[0]?.slice(name.length) : undefined
  return isToken(token) ? token : undefined
}

/** The Set-Cookie header after signing in; it ends with the session. */
export function sessionCookie(token: string, maxAgeSeconds: number, secure: boolean): string {
  return `${sessionCookieName(secure)}=${token}; Path=/; Max-Age=${Math.max(0, Math.floor(maxAgeSeconds))}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`
}

/** The Set-Cookie header after signing out. */
export function endedSessionCookie(secure: boolean): string {
  return sessionCookie('', 0, secure)
}
