/** A refusal put into words: for the operator, and for the customer in a chat and in a spoken length. */

import { formatDate, formatTime, type Language, type Values } from '../platform/text.ts'
import type { ClientProfile } from '../records/contract.ts'
import type { Refusal } from './call.ts'
import { type RefusalBody, refusals } from './contract.ts'
import { handOffOffer } from './handoff.ts'
import { type GatewayTextKey, gatewayText, isGatewayTextKey } from './texts.ts'

export type RefusalContext = {
  readonly now: Date
  /** The conversation's language, for `say`. */
  readonly language: Language
  /** The reader of `message`. */
  readonly operatorLanguage: Language
  /** Id of the call's record, or null when there is none. */
  readonly call: string | null
  readonly profile: Pick<ClientProfile, 'contact' | 'handoff'> | null
}

/** Status, headers and body of the answer. */
export function refusalReply(
  refusal: Refusal,
  context: RefusalContext,
): { status: number; headers: Record<string, string>; body: RefusalBody } {
  const { status, final } = refusals[refusal.code]
  // Of one key two requests were made at once: that ends by itself.
  const soon = refusal.reason === 'in_flight'
  return {
    status,
    headers: {
      // The official client tries 409, 429 and 5xx again three times unless it is told that it is no use.
      ...(soon ? { 'x-should-retry': 'true', 'retry-after': '1' } : final ? { 'x-should-retry': 'false' } : {}),
      ...(refusal.values.time instanceof Date && refusal.code === 'limit_exceeded'
        ? { 'retry-after': String(secondsUntil(refusal.values.time, context.now)) }
        : {}),
      ...(status === 401 ? { 'www-authenticate': 'Bearer realm="waarborg"' } : {}),
    },
    body: refusalBodyOf(refusal, context),
  }
}

/** The sentence for the operator, in their language. */
export function refusalMessage(refusal: Refusal, language: Language): string {
  return gatewayText(language, operatorKey(refusal), valuesIn(language, refusal))
}

export function refusalBodyOf(
  refusal: Refusal,
  { now, language, operatorLanguage, call, profile }: RefusalContext,
): RefusalBody {
  const handoff = handOffOffer(profile, now, language)
  const customer = valuesIn(language, refusal)
  const say = (length: 'customer' | 'voice', sentence: string) =>
    gatewayText(language, customerKey(refusal, length), { ...customer, handoff: sentence })
  return {
    error: {
      type: 'waarborg_refusal',
      code: refusal.code,
      message: refusalMessage(refusal, operatorLanguage),
      param: refusal.param ?? null,
      waarborg: {
        call,
        reason: refusal.reason ?? null,
        say: { chat: say('customer', handoff.chat), voice: say('voice', handoff.voice) },
        handoff: handoff.offer,
      },
    },
  }
}

function customerKey({ code, reason }: Refusal, length: 'customer' | 'voice'): GatewayTextKey {
  const own = `gateway.reason.${reason}.${length}`
  return isGatewayTextKey(own) ? own : `gateway.refusal.${code}.${length}`
}

/** A reason that asks something else of the operator than its code does has a sentence of its own. */
function operatorKey({ code, reason }: Refusal): GatewayTextKey {
  const own = `gateway.reason.${reason}`
  return isGatewayTextKey(own) ? own : `gateway.refusal.${code}.operator`
}

const secondsUntil = (at: Date, now: Date): number => Math.max(1, Math.ceil((at.getTime() - now.getTime()) / 1000))

/** What fills its sentences, in words. */
export const refusalValues = (refusal: Refusal, language: Language): Values => valuesIn(language, refusal)

/** Dates and texts in both languages as a reader of `language` sees them; keys of texts become their sentence. */
function valuesIn(language: Language, { values, code }: Refusal): Values {
  const out: Record<string, string | number> = {}
  for (const [name, value] of Object.entries(values)) {
    if (value instanceof Date) out[name] = name === 'time' ? formatTime(value, language) : formatDate(value, language)
    else if (typeof value === 'object') out[name] = value[language]
    else out[name] = value
  }
  if (code === 'invalid_request')
    out.problem = gatewayText(language, `gateway.problem.${out.problem}` as GatewayTextKey)
  if (code === 'gate_not_passed') out.missing = gatewayText(language, out.missing as GatewayTextKey)
  if (code === 'limit_exceeded') out.limit = gatewayText(language, `gateway.limit.${out.limit}` as GatewayTextKey)
  return out
}
