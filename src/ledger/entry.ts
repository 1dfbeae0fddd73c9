/** From an event to the bytes that are hashed, and back; and the copies of it that stand in columns. */
import { type Envelope, envelope, LedgerError, MAX_PAYLOAD_BYTES, type NewEvent, wrongValue } from './contract.ts'
import { isEnvelope } from './envelope.ts'
import { canonicalBytes, hashLeaf, parseCanonical, type Sha256, textOf, VerifyError } from './verify/index.ts'

/** Copies of envelope fields, for look-up and row-level security; `verify` compares them with the payload. */
export type Columns = {
  readonly tenant: string
  readonly client: string | null
  readonly id: string
  readonly type: string
  readonly subject: string | null
  readonly conversation: string | null
  readonly call: string | null
  readonly system: string | null
  readonly at: string
}

export type Sealed = { readonly payload: Uint8Array; readonly leafHash: Uint8Array; readonly columns: Columns }

/**
 * Checks an event and gives the bytes to store. Errors: `event_malformed` with the path of the field,
 * `event_too_large` above 65,535 bytes.
 */
export function sealEvent(event: NewEvent, sha256: Sha256): Sealed {
  const value = { v: 1, ...event } as const
  // The schema only says what is wrong: asking it of every event would cost as much as the rest of this.
  if (!isEnvelope(value))
    throw new LedgerError('event_malformed', placeOf(envelope.safeParse(value).error?.issues[0], event))
  const payload = bytesOf(value)
  if (payload.length > MAX_PAYLOAD_BYTES)
    throw new LedgerError('event_too_large', `${event.type}: ${payload.length} bytes`)
  return { payload, leafHash: hashLeaf(payload, sha256), columns: columnsOf(value) }
}

function bytesOf(value: Envelope): Uint8Array {
  try {
    return canonicalBytes(value)
  } catch (error) {
    if (error instanceof VerifyError) throw new LedgerError('event_malformed', `${value.type}: ${error.message}`)
    throw error
  }
}

/** Which field it is, and within a body which value. */
function placeOf(issue: { readonly path: readonly PropertyKey[] } | undefined, event: NewEvent): string {
  const path = (issue?.path ?? []).map(String)
  const value = path[0] === 'body' ? wrongValue(event.body, 'body') : undefined
  return `${typeof event.type === 'string' ? event.type.slice(0, 60) : 'event'}: ${value ?? (path.join('.') || 'unknown field')}`
}

/** The envelope in stored bytes, or why they are none. */
export function readPayload(
  payload: Uint8Array,
  text = textOf(payload),
): { readonly envelope: Envelope } | { readonly wrong: 'not_canonical' | 'not_an_envelope' } {
  const value = text === undefined ? undefined : parseCanonical(text)
  if (value === undefined) return { wrong: 'not_canonical' }
  return isEnvelope(value) ? { envelope: value } : { wrong: 'not_an_envelope' }
}

export const columnsOf = ({ tenant, client, id, type, subject, refs, at }: Envelope): Columns => ({
  tenant,
  client,
  id,
  type,
  subject,
  conversation: refs.conversation ?? null,
  call: refs.call ?? null,
  system: refs.system ?? null,
  at,
})
