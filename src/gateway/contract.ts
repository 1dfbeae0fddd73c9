/** What crosses the wire at the gateway: requests, refusals with their codes and statuses, and the events of a call. */
import { z } from 'zod'
import { lawfulBasis } from '../records/contract.ts'

// -- refusals -----------------------------------------------------------------------------------------------------

/**
 * Every way to say no, in the order in which a call is judged (call.ts). `final`: a retry of the same call cannot
 * succeed, so `x-should-retry: false` goes along. Unprocessed calls carry a 4xx; what a retry may cure, a 5xx.
 */
export const refusals = {
  unknown_key: { status: 401, final: true },
  key_revoked: { status: 401, final: true },
  key_expired: { status: 401, final: true },
  invalid_request: { status: 400, final: true },
  unsupported_endpoint: { status: 404, final: true },
  model_unknown: { status: 404, final: true },
  request_too_large: { status: 413, final: true },
  media_type: { status: 415, final: true },
  attribute_protected: { status: 422, final: true },
  feature_unknown: { status: 422, final: true },
  request_timeout: { status: 408, final: false },
  idempotency_conflict: { status: 409, final: true },
  system_unknown: { status: 403, final: true },
  system_stopped: { status: 403, final: true },
  gate_not_passed: { status: 403, final: true },
  oversight_missing: { status: 403, final: true },
  purpose_unknown: { status: 403, final: true },
  consent_missing: { status: 403, final: true },
  consent_withdrawn: { status: 403, final: true },
  objected: { status: 403, final: true },
  restricted: { status: 403, final: true },
  prohibited_practice: { status: 403, final: true },
  provider_not_allowed: { status: 403, final: true },
  disclosure_missing: { status: 403, final: true },
  content_not_allowed: { status: 403, final: true },
  explanation_missing: { status: 403, final: true },
  limit_exceeded: { status: 429, final: false },
  upstream_failed: { status: 502, final: false },
  upstream_unauthorised: { status: 502, final: true },
  upstream_timeout: { status: 504, final: false },
  safeguard_unavailable: { status: 503, final: false },
  store_unavailable: { status: 503, final: false },
  overloaded: { status: 503, final: false },
} as const satisfies Record<string, { status: number; final: boolean }>

export type RefusalCode = keyof typeof refusals
export const refusalCodes = Object.keys(refusals) as RefusalCode[]
export const refusalCode = z.enum(refusalCodes as [RefusalCode, ...RefusalCode[]])

/** What is wrong with a request's form; the sentence for each stands in the texts (`gateway.problem.<code>`). */
export const problemCodes = [
  'utf8',
  'json',
  'duplicate_key',
  'too_deep',
  'not_an_object',
  'missing',
  'wrong_type',
  'wrong_value',
  'too_many',
  'given_twice',
  'other_subject',
  'conversation_closed',
  'conversation_unknown',
  'decisions_not_registered',
  'class_lighter',
  'in_future',
  'outcome_unknown',
  'favourable_differs',
  'feature_not_sent',
  'field_unknown',
  'decision_unknown',
  'person_unknown',
] as const
export type ProblemCode = (typeof problemCodes)[number]

/** What a person at the client's side offers now; null in an answer to a key that belongs to no client. */
export const handOffOffer = z.object({
  open: z.boolean(),
  channel: z.enum(['chat', 'phone', 'email']),
  sentence: z.string(),
  opensAt: z.iso.datetime().nullable(),
  closesAt: z.iso.datetime().nullable(),
})
export type HandOffOffer = z.output<typeof handOffOffer>

/** OpenAI's error shape, so that an unmodified client reads it; what is ours stands under `waarborg`. */
export const refusalBody = z.object({
  error: z.object({
    type: z.literal('waarborg_refusal'),
    code: refusalCode,
    /** For the operator; holds nothing personal. */
    message: z.string(),
    param: z.string().nullable(),
    waarborg: z.object({
      /** Id of the call's record, or null when nothing was recorded (no valid key, no database). */
      call: z.string().nullable(),
      /** Closer than the code: `never_given`, `expired`, `duplicate_key` … */
      reason: z.string().nullable(),
      /** What the application may show or speak to the customer, in the conversation's language. */
      say: z.object({ chat: z.string(), voice: z.string() }),
      handoff: handOffOffer.nullable(),
    }),
  }),
})
export type RefusalBody = z.output<typeof refusalBody>

// -- chat completions ---------------------------------------------------------------------------------------------

const text = z.string()
const contentPart = z.looseObject({ type: z.string() })

export const chatMessage = z.looseObject({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool', 'function']),
  content: z.union([text, z.null(), z.array(contentPart)]).optional(),
  name: text.optional(),
  tool_calls: z
    .array(z.looseObject({ id: text, type: text }))
    .nullable()
    .optional(),
  tool_call_id: text.optional(),
})

/**
 * The request as far as the gateway reads it; every other field passes on after its text was screened. prompt.ts holds
 * the exact rules and names the place of what is wrong; this is their documentation.
 */
export const chatCompletionRequest = z.looseObject({
  model: text,
  messages: z.array(chatMessage).min(1).max(4_000),
  stream: z.boolean().optional(),
  stream_options: z.looseObject({ include_usage: z.boolean().optional() }).nullable().optional(),
  n: z.number().int().min(1).max(8).nullable().optional(),
  tools: z
    .array(z.looseObject({ type: text }))
    .max(128)
    .optional(),
  user: text.optional(),
  safety_identifier: text.optional(),
  /** conversation, subject, purpose, channel, language, system: read by the gateway; metadata never leaves. */
  metadata: z.record(z.string(), z.unknown()).nullable().optional(),
})

const usage = z.object({
  prompt_tokens: z.number().int(),
  completion_tokens: z.number().int(),
  total_tokens: z.number().int(),
})

export const chatCompletionReply = z.object({
  id: z.string(),
  object: z.literal('chat.completion'),
  created: z.number().int(),
  model: z.string(),
  choices: z.array(
    z.object({
      index: z.number().int(),
      message: z.object({
        role: z.literal('assistant'),
        content: z.string().nullable(),
        refusal: z.string().nullable(),
        tool_calls: z.array(z.looseObject({ id: z.string(), type: z.string() })).optional(),
      }),
      finish_reason: z.string().nullable(),
      logprobs: z.null(),
    }),
  ),
  usage: usage.optional(),
})

export const modelList = z.object({
  object: z.literal('list'),
  data: z.array(
    z.object({ id: z.string(), object: z.literal('model'), created: z.number().int(), owned_by: z.string() }),
  ),
})

// -- hand-off -----------------------------------------------------------------------------------------------------

export const handOffReasons = ['asked', 'refused', 'not_known', 'rule', 'complaint', 'vulnerable', 'other'] as const
export const handOffRequest = z.object({
  /** Our id of the conversation, or the application's own. */
  conversation: z.string().min(1).max(200),
  reason: z.enum(handOffReasons),
})
export const handOffReply = z.object({
  id: z.string(),
  conversation: z.string(),
  state: z.enum(['requested', 'accepted']),
  requestedAt: z.iso.datetime(),
  answerBy: z.iso.datetime().nullable(),
  handoff: handOffOffer,
})

// -- ledger events ------------------------------------------------------------------------------------------------

const count = z.number().int().nonnegative()
const counts = z.record(z.string(), count)
/** Numbers of the conversation's turns that a call put on record, both inclusive. */
const turns = z.object({ from: z.number().int().positive(), to: z.number().int().positive() })

/** Bodies of the events of one call: `call.refused` alone, or admitted, attempted once per try, and exactly one end. */
export const callEvents = {
  'call.refused': z.object({
    code: refusalCode,
    reason: z.string().max(60).optional(),
    stream: z.boolean(),
    wouldRefuse: refusalCode.optional(),
  }),
  'call.admitted': z.object({
    basis: lawfulBasis.nullable(),
    redacted: counts,
    /** The model beside the rules did not answer, and a setting let the rules go on alone. */
    modelSkipped: z.enum(['model_failed', 'model_timeout', 'model_answer', 'model_changed']).optional(),
    turns: turns.optional(),
    upstream: z.string(),
    model: z.string(),
    stream: z.boolean(),
    disclosure: z.enum(['made', 'inject', 'none_needed']),
    wouldRefuse: refusalCode.optional(),
  }),
  'call.attempted': z.object({ n: z.number().int().positive() }),
  'call.completed': z.object({
    attempts: count,
    finish: z.string().max(40),
    tokensIn: count.nullable(),
    tokensOut: count.nullable(),
    firstTokenMs: count.nullable(),
    durationMs: count,
    restored: count,
    masked: counts,
    sources: z.array(z.string().max(200)).max(20),
    tools: z.array(z.string().max(64)).max(20),
    turns: turns.optional(),
  }),
  'call.failed': z.object({
    code: z.union([refusalCode, z.literal('interrupted')]),
    reason: z.string().max(60).optional(),
    attempts: count,
    durationMs: count.nullable(),
    turns: turns.optional(),
  }),
  'call.cancelled': z.object({ attempts: count, durationMs: count, turns: turns.optional() }),
  'call.stopped': z.object({ code: refusalCode, attempts: count, durationMs: count, turns: turns.optional() }),
  /** The answer of this call was given again to the same request under the same Idempotency-Key. */
  'call.replayed': z.object({ stream: z.boolean() }),
} as const

export type CallEventType = keyof typeof callEvents
export type CallEventBody<T extends CallEventType> = z.output<(typeof callEvents)[T]>

/** Waarborg's id of the conversation, or the platform's own. */
export const holdParams = z.object({ id: z.string().min(1).max(200) })
/** `heldAt`: since when it is on hold; null: it goes on. */
export const holdReply = z.object({ conversation: z.string(), heldAt: z.iso.datetime({ offset: true }).nullable() })
