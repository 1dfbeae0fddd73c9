/** The shape of an entry: what every event has, whichever folder it comes from. Bodies are the business of that folder. */
import { z } from 'zod'

/** An entry's length is a uint16 in a tlog-tiles bundle. */
export const MAX_PAYLOAD_BYTES = 65_535
/** No value in a body is longer: a body holds facts, counts and codes, never what a person said. */
export const MAX_VALUE_LENGTH = 2_000

export const patterns = {
  /** `<noun>.<past participle>`: `call.admitted`, `hand-off.requested`. */
  type: /^[a-z]+(?:-[a-z]+)*\.[a-z]+(?:-[a-z]+)*$/,
  /** RFC 9562 UUID in lower case; new ones are version 7. Unique: a retry with the same id is the same entry. */
  id: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  /** An instant in UTC with milliseconds, as `Date.toISOString` writes it. */
  time: /^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{3}Z$/,
  /** What a record is, in camel case. */
  ref: /^[a-z][A-Za-z]*$/,
  /** Base64 of 32 bytes. */
  commit: /^[A-Za-z0-9+/]{43}=$/,
} as const

export const eventType = z.string().max(60).regex(patterns.type)
export const eventId = z.string().regex(patterns.id)
export const eventTime = z.string().regex(patterns.time).refine(isDay)

/** Only the last days of a month can be days that are not there. */
export function isDay(at: string): boolean {
  if (Number(at.slice(8, 10)) <= 28) return true
  const date = new Date(at)
  return !Number.isNaN(date.getTime()) && date.toISOString() === at
}

const id = z.string().min(1).max(200)

export const actorKinds = ['person', 'system', 'customer', 'job', 'operator'] as const
export const actor = z.strictObject({ kind: z.enum(actorKinds), id })

/** Ids of the records it is about, by what they are: `{ conversation, call, system, version, consent, … }`. */
export const refs = z.record(z.string().max(40).regex(patterns.ref), id)

/** Turns of the conversation that the event covers, from 1; in `call.*`, `conversation.recorded` and `.imported`. */
export const turnRange = z.object({ from: z.int().min(1), to: z.int().min(1) }).refine(({ from, to }) => from <= to)

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue }
export type JsonObject = { readonly [key: string]: JsonValue }

/** The first value in a body that may not stand there, and why; undefined when there is none. */
export function wrongValue(value: unknown, path: string): string | undefined {
  if (value === null || typeof value === 'boolean') return undefined
  if (typeof value === 'string')
    return value.length > MAX_VALUE_LENGTH ? `${path} is longer than ${MAX_VALUE_LENGTH}` : undefined
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : `${path} is no JSON number`
  if (typeof value !== 'object') return `${path} is not JSON`
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const wrong = wrongValue(value[i], `${path}.${i}`)
      if (wrong !== undefined) return wrong
    }
    return undefined
  }
  for (const key in value) {
    const wrong = wrongValue((value as Record<string, unknown>)[key], `${path}.${key}`)
    if (wrong !== undefined) return wrong
  }
  return undefined
}

/** A body: an object of JSON values that `wrongValue` finds nothing wrong with; without its paths, as it is asked often. */
export function isBody(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && isValue(value)
}

function isValue(value: unknown): boolean {
  if (typeof value === 'string') return value.length <= MAX_VALUE_LENGTH
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object') return typeof value === 'boolean'
  if (value === null) return true
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) if (!isValue(value[i])) return false
    return true
  }
  for (const key in value) if (!isValue((value as Record<string, unknown>)[key])) return false
  return true
}

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
  body: z.custom<JsonObject>(isBody),
  /** HMAC-SHA256 of what was said under a salt that dies at erasure; base64 of 32 bytes. */
  commit: z.string().regex(patterns.commit).optional(),
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
  readonly body: JsonObject
  readonly commit?: string
}

/**
 * The shortest term of an entry, in days: six months, AI Act 19(1) and 26(6)
 * (https://eur-lex.europa.eu/legal-content/NL/TXT/?uri=CELEX:32024R1689#art_19), in the longest form that six months have.
 * The database holds the same line (migrations/0017-ledger-term.sql).
 */
export const SHORTEST_TERM_DAYS = 184

const tileEdge = (n: number): boolean => n % 256 === 0

/**
 * `ledger.pruned`: entries `from` to `to` (both included, whole tiles) are gone after a term of `termDays`; what was gone
 * there before is stated again, so the newest entry explains the whole stretch. `count`: entries that went now; `own`:
 * how many of them were of the organisation that this entry is of. One for each organisation that lost an entry.
 */
export const prunedBody = z
  .object({
    from: z.int().min(0).refine(tileEdge),
    to: z
      .int()
      .min(255)
      .refine((to) => tileEdge(to + 1)),
    count: z.int().min(0),
    own: z.int().min(0),
    termDays: z.int().min(SHORTEST_TERM_DAYS),
  })
  .refine(({ from, to, count, own }) => from < to && count <= to - from + 1 && own <= count)
export type PrunedBody = z.output<typeof prunedBody>

/** Codes of this folder's refusals; their sentences are `error.<code>` in its text files. */
export const ledgerErrorCodes = [
  'event_malformed',
  'event_too_large',
  'event_id_reused',
  'entry_unknown',
  'from_beyond_log',
  'head_moved',
  'prune_incomplete',
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
