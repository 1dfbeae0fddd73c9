/** Two ways in which a call can fail: Waarborg said no, or nobody knows what Waarborg would have said. */
import type { HandOffOffer } from './contract.ts'

export type Refusal = {
  /** null in a stream that was ended while under way. */
  readonly status: number | null
  readonly code: string
  readonly message: string
  readonly param: string | null
  /** Closer than the code: `never_given`, `expired` … */
  readonly reason: string | null
  /** Id of the AI call's record; null when the request was not an AI call or nothing was recorded. */
  readonly call: string | null
  readonly say: { readonly chat: string; readonly voice: string } | null
  readonly handoff: HandOffOffer | null
  readonly final: boolean
  readonly retryAfterS: number | null
}

/**
 * Waarborg answered, and the answer is no. `code` is stable; `message` is the operator's sentence and holds nothing
 * personal. An AI call also has `say`, the customer's sentence in the conversation's language for a chat and for a voice,
 * and `handoff`, the way to a person. `final`: the same request cannot succeed later.
 */
export class WaarborgRefusal extends Error implements Refusal {
  override readonly name = 'WaarborgRefusal'
  readonly status: number | null
  readonly code: string
  readonly param: string | null
  readonly reason: string | null
  readonly call: string | null
  readonly say: { readonly chat: string; readonly voice: string } | null
  readonly handoff: HandOffOffer | null
  readonly final: boolean
  readonly retryAfterS: number | null
  constructor(refusal: Refusal, options?: { readonly cause?: unknown }) {
    super(refusal.message, options)
    this.status = refusal.status
    this.code = refusal.code
    this.param = refusal.param
    this.reason = refusal.reason
    this.call = refusal.call
    this.say = refusal.say
    this.handoff = refusal.handoff
    this.final = refusal.final
    this.retryAfterS = refusal.retryAfterS
  }
}

/** `timeout`, `unreachable` (no connection, or it broke), `unreadable_reply` (a proxy's page, a cut reply). */
export type UnreachableCode = 'timeout' | 'unreachable' | 'unreadable_reply'

/** No answer of Waarborg came. Whether the request was carried out is not known: see "Sending again" in the README. */
export class WaarborgUnreachable extends Error {
  override readonly name = 'WaarborgUnreachable'
  readonly code: UnreachableCode
  /** Status of a reply that was not Waarborg's. */
  readonly status: number | null
  constructor(code: UnreachableCode, options: { readonly status?: number; readonly cause?: unknown } = {}) {
    const { status, cause } = options
    super(status === undefined ? code : `${code}: HTTP ${status}`, cause === undefined ? undefined : { cause })
    this.code = code
    this.status = status ?? null
  }
}

/**
 * The refusal in an error that the `openai` package threw (`APIError`, also in mid-stream), or the error itself when it is
 * one already; undefined for every other error.
 */
export function refusalOf(error: unknown): WaarborgRefusal | undefined {
  if (error instanceof WaarborgRefusal) return error
  const { status, headers, error: body } = fieldsOf(error)
  if (!String(fieldsOf(body).type).startsWith('waarborg_')) return undefined
  const read = readRefusal(
    body,
    typeof status === 'number' ? status : null,
    headers instanceof Headers ? headers : new Headers(),
  )
  return read && new WaarborgRefusal(read, { cause: error })
}

/** Reads `error` of a reply; undefined when it has not the shape of ours. */
export function readRefusal(error: unknown, status: number | null, headers: Headers): Refusal | undefined {
  const { code, message, param, waarborg } = fieldsOf(error)
  if (typeof code !== 'string' || typeof message !== 'string') return undefined
  const { call, reason, say, handoff } = fieldsOf(waarborg) as Partial<Refusal>
  const retryAfter = Number(headers.get('retry-after') ?? Number.NaN)
  return {
    status,
    code,
    message,
    param: typeof param === 'string' ? param : null,
    reason: reason ?? null,
    call: call ?? null,
    say: say ?? null,
    handoff: handoff ?? null,
    final: headers.get('x-should-retry') === 'false',
    retryAfterS: Number.isFinite(retryAfter) ? retryAfter : null,
  }
}

/** The fields of an object; none of anything else. */
export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}
}
