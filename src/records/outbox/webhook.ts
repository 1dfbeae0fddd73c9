/**
 * Messages to systems of the organisation: what they carry, how they are signed, when they are tried again. Standard Webhooks 1.0
 * (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md): `webhook-id`, `webhook-timestamp` and
 * `webhook-signature: v1,<base64 of HMAC-SHA256 over id.timestamp.body>`.
 */

export const webhookEvents = [
  'contest.received',
  'contest.withdrawn',
  'contest.kept',
  'contest.changed',
  'contest.ended',
  'complaint.received',
  'complaint.communicated',
  'complaint.appealed',
  'complaint.settled',
  'complaint.withdrawn',
  'complaint.closed',
] as const
export type WebhookEvent = (typeof webhookEvents)[number]

/**
 * Whether an address hears of an event, of those that it wants. Who is asked to hold an effect is told that nobody waits for it any more,
 * also without asking: a hold that nobody ends would stay for ever.
 */
export const hears = (wanted: readonly WebhookEvent[], event: WebhookEvent): boolean =>
  wanted.includes(event) || (event === 'contest.ended' && wanted.includes('contest.received'))

/** Ids, codes and times: a name, a word or a reference of a customer never leaves this way. */
export type WebhookBody = Readonly<Record<string, string | number | boolean | null>>

/** What is signed. `timestamp`: seconds since 1970. */
export const signedText = (id: string, timestamp: number, body: string): string => `${id}.${timestamp}.${body}`

/**
 * The key of a secret: `whsec_` and base64 as receivers' libraries give it out, or the characters of any other text. Undefined: what
 * follows `whsec_` is no base64, and a key that nobody has would sign nothing.
 */
export function signingKey(secret: string): Buffer | undefined {
  if (!secret.startsWith('whsec_')) return Buffer.from(secret, 'utf8')
  const text = secret.slice('whsec_'.length)
  return /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/.test(text) && text !== ''
    ? Buffer.from(text, 'base64')
    : undefined
}

/** After so long nobody tries any more: then it is for a person. */
export const GIVE_UP_MS = 3 * 86_400_000
const FIRST_WAIT_MS = 15_000
const LONGEST_WAIT_MS = 3_600_000

/** When the next try is, after `attempts` that failed; undefined: never. */
export function nextTry(queuedAt: Date, attempts: number, now: Date): Date | undefined {
  const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(attempts - 1, 20))
  const at = new Date(now.getTime() + wait)
  return at.getTime() - queuedAt.getTime() > GIVE_UP_MS ? undefined : at
}

/** A reply of the receiver that says it was carried out. Anything else is only an acknowledgement. */
export function confirms(status: number, body: string): boolean {
  if (status < 200 || status > 299) return false
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null && (value as { confirmed?: unknown }).confirmed === true
  } catch {
    return false
  }
}
