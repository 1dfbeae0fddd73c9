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
  'complaint.received',
  'complaint.communicated',
  'complaint.appealed',
  'complaint.settled',
  'complaint.withdrawn',
  'complaint.closed',
] as const
export type WebhookEvent = (typeof webhookEvents)[number]

/** Ids, codes and times: a name, a word or a reference of a customer never leaves this way. */
export type WebhookBody = Readonly<Record<string, string | number | boolean | null>>

/** What is signed. `timestamp`: seconds since 1970. */
export const signedText = (id: string, timestamp: number, body: string): string => `${id}.${timestamp}.${body}`

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
