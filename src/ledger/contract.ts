/** The shape of an entry: what every event has, whichever folder it comes from. Bodies are the business of that folder. */
import { z } from 'zod'

/** An entry's length is a uint16 in a tlog-tiles bundle. */
export const MAX_PAYLOAD_BYTES = 65_535
/** No value in a body is longer: a body holds facts, counts and codes, never what a person said. */
export const MAX_VALUE_LENGTH = 2_000

/** `<noun>.<past participle>`: `call.admitted`, `hand-off.requested`. */
export const eventType = z
  .string()
  .max(60)
  .regex(/^[a-z]+(?:-[a-z]+)*\.[a-z]+(?:-[a-z]+)*$/)

/** RFC 9562 UUID in lower case; new ones are version 7. Unique: a retry with the same id is the same entry. */
export const eventId = z.string().regex(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)

/** An instant in UTC with milliseconds, as `Date.toISOString` writes it. */
export const eventTime = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  .refine((at) => !Number.isNaN(Date.parse(at)) && new Date(at).toISOString() === at)

const id = z.string().min(1).max(200)

export const actor = z.strictObject({ kind: z.enum(['person', 'system', 'customer', 'job', 'operator']), id })

/** Ids of the records it is about, by what they are: `{ conversation, call, system, version, consent, … }`. */
export const refs = z.record(
  z
    .string()
    .max(40)
    .regex(/^[a-z][A-Za-z]*$/),
  id,
)

/** Turns of the conversation that the event covers, from 1; in `call.*`, `conversation.recorded` and `.imported`. */
export const turnRange = z.object({ from: z.int().min(1), to: z.int().min(1) }).refine(({ from, to }) => from <= to)

const json: z.ZodType<JsonValue> = z.lazy(() =>
  z.union([
    z.null(),
    z.boolean(),
    z.number(),
    z.string().max(MAX_VALUE_LENGTH),
    z.array(json),
    z.record(z.string(), json),
  ]),
)
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue }

export const envelope = z.strictObject({
  v: z.literal(1),
  id: eventId,
  type: eventType,
  /** When it happened, by the clock of the process. It never decides order; the index does. */
  at: eventTime,
  actor,
  tenant: z.string().min(1).max(64),
  /** null: the organisation as a whole. */
  client: z.string().min(1).max(64).nullable(),
  /** The random id of the data subject; null when it is about nobody. */
  subject: id.nullable(),
  refs,
  body: z.record(z.string(), json),
  /** HMAC-SHA256 of what was said under a salt that dies at erasure; base64 of 32 bytes. */
  commit: z
    .string()
    .regex(/^[A-Za-z0-9+/]{43}=$/)
    .optional(),
})
export type Envelope = z.output<typeof envelope>

/** What a caller of `append` gives: an envelope without its version. Id and time come from the caller's clock and ids. */
export type NewEvent = {
  readonly id: string
  readonly type: string
  readonly at: string
  readonly actor: { readonly kind: 'person' | 'system' | 'customer' | 'job' | 'operator'; readonly id: string }
  readonly tenant: string
  readonly client: string | null
  readonly subject: string | null
  readonly refs: Readonly<Record<string, string>>
  readonly body: { readonly [key: string]: JsonValue }
  readonly commit?: string
}

/** Codes of this folder's refusals; their sentences are `error.<code>` in its text files. */
export const ledgerErrorCodes = [
  'event_malformed',
  'event_too_large',
  'event_id_reused',
  'entry_unknown',
  'head_moved',
  'ledger_behind_export',
  'ledger_forked',
  'ledger_damaged',
  'export_unreadable',
  'export_differs',
  'signing_key_unreadable',
  'signing_key_exposed',
  'signing_key_other_origin',
] as const
export type LedgerErrorCode = (typeof ledgerErrorCodes)[number]

export class LedgerError extends Error {
  override readonly name = 'LedgerError'
  readonly code: LedgerErrorCode

  /** `detail` names the place (a field, an index, a file), never contents. */
  constructor(code: LedgerErrorCode, detail: string, options?: { cause?: unknown }) {
    super(`${code}: ${detail}`, options)
    this.code = code
  }
}
