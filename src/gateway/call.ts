/**
 * May this call go to the AI? One function holds the order; it reads facts and decides, and nothing else.
 * The order is that of the contract: the key, the form of the request, then the grounds to refuse in the order in which
 * `refusals` names them, then limits, then safeguards that cannot do their work.
 */
import type { KeyDecision } from '../access/rules.ts'
import {
  type ConsentEvent,
  decideUse,
  foldConsent,
  mayUseRestricted,
  type Person,
  type Purpose,
} from '../privacy/rules.ts'
import type { Bilingual, Channel, EmotionInference, LawfulBasis, Standing } from '../records/contract.ts'
import { disclosurePlan, missingSecondNotices, type SecondNotice } from '../transparency/rules.ts'
import { type RefusalCode, refusalCodes } from './contract.ts'

/** What fills a refusal's sentences; refusal.ts puts dates and both-language texts into words. */
export type RefusalValues = Readonly<Record<string, string | number | Date | Bilingual>>

export type Refusal = {
  readonly code: RefusalCode
  /** Closer than the code: `never_given`, `duplicate_key`, `expired` … */
  readonly reason?: string
  /** The place in the request, as a path: `messages[2].content[1]`. */
  readonly param?: string
  readonly values: RefusalValues
}

export type SystemFacts = {
  readonly id: string
  readonly mode: 'enforce' | 'observe'
  readonly observeUntil: Date | null
  readonly observeSignedBy: readonly string[]
  readonly disclosure: 'inject' | 'require' | 'none_needed'
  readonly emotionInference: EmotionInference
  readonly biometricCategorisation: boolean
  readonly prohibited: { readonly practice: string; readonly lawRef: string } | null
}

export type LimitUse = {
  readonly limit: 'callsPerMinute' | 'callsPerDay' | 'openCalls' | 'tokensPerDay'
  readonly value: number
  readonly maximum: number
  /** When room comes free, as far as known. */
  readonly freeAt: Date
}

/** Everything a call is judged by, loaded at one moment. */
export type CallFacts = {
  readonly now: Date
  readonly key: KeyDecision
  /** A call of a paired-prompt audit: nobody real asks, and the version may not be released yet. */
  readonly audit: boolean
  /** What is wrong with the request's form; the first in order of the contract decides. */
  readonly form: readonly Refusal[]
  /** The name the caller gave for the system, or the key's own. */
  readonly systemAsked: string
  readonly system: SystemFacts | null
  readonly version: { readonly id: string; readonly model: string } | null
  /** undefined: the request could not be read so far. */
  readonly modelAsked: string | undefined
  readonly standing: Standing | null
  /** Open stop orders on this system or on its client. */
  readonly stops: readonly { readonly record: string; readonly reason: string; readonly at: Date }[]
  readonly purposeAsked: string
  readonly purpose: Purpose | null
  /** Consent and objection of this subject for this purpose, in the order they were appended. */
  readonly consents: readonly ConsentEvent[]
  /** Since when this subject's data are only kept (GDPR 18); null: they are not. */
  readonly restrictedSince: Date | null
  /** Whether a yes of this subject counts, or only of who may speak for them. */
  readonly person: Person
  /** Of a sales call (Tw 11.7): the number; null: this is none. `consents` are then those about this number. */
  readonly dial: { readonly number: boolean; readonly objected: boolean } | null
  readonly provider: {
    readonly name: string
    readonly region: string
    readonly client: string
    readonly refused: string | null
  }
  readonly conversation: {
    readonly id: string
    readonly channel: Channel
    readonly disclosedAt: Date | null
    readonly disclosureRecord: string | null
    /** What was said in it beside that it is AI. */
    readonly secondNotices: readonly SecondNotice[]
    /** On hold since then: the customer waits, and no AI listens along. */
    readonly heldSince: Date | null
  }
  /** Whether a sentence can be put before the reply: not when the reply must be JSON. */
  readonly canInject: boolean
  readonly content: { readonly part: string; readonly kind: string } | null
  /** A decision about a person that needs an explanation comes without one. */
  readonly explanationMissing: boolean
  readonly limits: readonly LimitUse[]
  /** A safeguard that is known not to work now. */
  readonly broken: { readonly safeguard: string; readonly errorCode: string; readonly call: string } | null
}

export type Forward = {
  readonly plan: 'forward'
  readonly model: string
  readonly basis: LawfulBasis | null
  /** The consent that was relied on. */
  readonly groundRecord: string | null
  readonly gateRecord: string | null
  readonly oversightRecord: string | null
  readonly disclosure: 'made' | 'inject' | 'none_needed'
  readonly disclosureRecord: string | null
  /** In `observe`: what would have been refused. */
  readonly wouldRefuse: Refusal | null
}

export type Plan = Forward | ({ readonly plan: 'refuse' } & Refusal)

/**
 * Codes that `observe` never lets through: stop orders, withdrawn consent and objection, redaction, disclosure, and what
 * the law forbids whatever a setting says; and a call without a system has nobody who could have signed for it.
 */
const alwaysEnforced: ReadonlySet<RefusalCode> = new Set([
  'system_unknown',
  'system_stopped',
  'consent_withdrawn',
  'objected',
  'restricted',
  'prohibited_practice',
  'disclosure_missing',
  'content_not_allowed',
])

/** Forward or refuse, with the reason. Same facts, same plan; never throws. */
export function planCall(facts: CallFacts): Plan {
  if (!facts.key.ok) return refuse({ code: facts.key.refused, values: { date: facts.key.at ?? facts.now } })
  const form = firstInOrder([...facts.form, ...modelProblem(facts)])
  if (form) return refuse(form)
  const observing = isObserving(facts.system, facts.now)
  let wouldRefuse: Refusal | null = null
  for (const ground of grounds(facts)) {
    if (!observing || alwaysEnforced.has(ground.code)) return refuse(ground)
    wouldRefuse ??= ground
  }
  const full = facts.limits.find(({ value, maximum }) => value >= maximum)
  if (full)
    return refuse({
      code: 'limit_exceeded',
      reason: full.limit,
      values: { limit: full.limit, value: full.value, maximum: full.maximum, time: full.freeAt },
    })
  if (facts.broken)
    return refuse({ code: 'safeguard_unavailable', reason: facts.broken.safeguard, values: { ...facts.broken } })
  return forward(facts, wouldRefuse)
}

const refuse = (refusal: Refusal): Plan => ({ plan: 'refuse', ...refusal })

function firstInOrder(problems: readonly Refusal[]): Refusal | undefined {
  const place = ({ code }: Refusal) => refusalCodes.indexOf(code)
  return problems.reduce<Refusal | undefined>(
    (first, next) => (first && place(first) <= place(next) ? first : next),
    undefined,
  )
}

/** The model's name must be the registered one; the system's own name counts as an alias of it. */
function modelProblem({ system, version, modelAsked }: CallFacts): Refusal[] {
  if (system === null || version === null || modelAsked === undefined) return []
  if (modelAsked === version.model || modelAsked === system.id) return []
  return [{ code: 'model_unknown', param: 'model', values: { system: system.id, model: version.model } }]
}

/** An organisation may only watch for a while, and two people must have signed for it. */
export function isObserving(system: SystemFacts | null, now: Date): boolean {
  return (
    system !== null &&
    system.mode === 'observe' &&
    system.observeUntil !== null &&
    now < system.observeUntil &&
    new Set(system.observeSignedBy).size >= 2
  )
}

/** Every ground to refuse that holds, in the order of the contract. */
function grounds(facts: CallFacts): Refusal[] {
  const { system, version } = facts
  if (system === null || version === null || facts.systemAsked !== system.id)
    return [{ code: 'system_unknown', values: { system: facts.systemAsked } }]
  return [
    ...stopped(facts, system.id),
    ...(facts.audit ? mayAudit(facts, system) : mayServe(facts, system, version.id)),
    ...(facts.provider.refused === null
      ? []
      : [
          {
            code: 'provider_not_allowed',
            reason: facts.provider.refused,
            values: { provider: facts.provider.name, region: facts.provider.region, client: facts.provider.client },
          } as const,
        ]),
    ...disclosed(facts, system),
    ...(facts.audit ? [] : secondNoticed(facts, system)),
    ...(facts.conversation.heldSince === null ? [] : [onHold(system.id)]),
    ...(facts.content === null
      ? []
      : [
          {
            code: 'content_not_allowed',
            reason: facts.content.kind,
            param: facts.content.part,
            values: { system: system.id, part: facts.content.part, contentKind: facts.content.kind },
          } as const,
        ]),
    ...(facts.explanationMissing ? [{ code: 'explanation_missing', values: { system: system.id } } as const] : []),
  ]
}

/** For a customer: released, overseen, and with a ground of theirs. */
const mayServe = (facts: CallFacts, system: SystemFacts, version: string): Refusal[] => [
  ...released(facts, system.id, version),
  ...overseen(facts, system.id),
  ...mayUse(facts, system),
]

/**
 * For an audit, which comes before release and asks in nobody's name: no gate, no overseer and no consent is asked. What a stop
 * order or the law forbids stays forbidden.
 */
const mayAudit = ({ purpose, purposeAsked }: CallFacts, system: SystemFacts): Refusal[] => [
  ...(purpose === null ? [{ code: 'purpose_unknown', values: { purpose: purposeAsked } } as const] : []),
  ...forbidden(purpose?.prohibited ?? null, system),
]

/** A sales call needs its number, and never goes to one that said "do not call me". */
function dialling({ dial, now }: CallFacts, purpose: Bilingual): Refusal[] {
  if (dial === null || (dial.number && !dial.objected)) return []
  return [
    dial.number
      ? { code: 'objected', reason: 'call_objection', values: { purpose, date: now } }
      : { code: 'consent_missing', reason: 'number_missing', values: { purpose, date: now } },
  ]
}

/** A call to the AI while the customer waits would be recording on hold, which the supervisor (AP, 2023) does not allow. */
export const onHold = (system: string): Refusal => ({
  code: 'content_not_allowed',
  reason: 'on_hold',
  param: 'conversation',
  values: { system, part: 'conversation', contentKind: 'on_hold' },
})

function stopped({ stops, standing }: CallFacts, system: string): Refusal[] {
  const order = stops[0] ?? (standing?.stop ? { ...standing.stop, at: new Date(standing.stop.at) } : undefined)
  if (order === undefined) return []
  return [
    {
      code: 'system_stopped',
      reason: order.reason,
      values: { system, date: order.at, time: order.at, reasonCode: order.reason },
    },
  ]
}

function released({ standing, now }: CallFacts, system: string, version: string): Refusal[] {
  const gate = standing?.gate ?? { state: 'missing' as const, validUntil: null }
  const state = gate.state === 'passed' && !isBefore(now, gate.validUntil) ? 'expired' : gate.state
  return state === 'passed'
    ? []
    : [
        {
          code: 'gate_not_passed',
          reason: state,
          values: { system, version, missing: `gateway.missing.gate.${state}` },
        },
      ]
}

function overseen({ standing, now }: CallFacts, system: string): Refusal[] {
  const oversight = standing?.oversight ?? { state: 'missing' as const, validUntil: null }
  return oversight.state === 'present' && isBefore(now, oversight.validUntil)
    ? []
    : [{ code: 'oversight_missing', values: { system } }]
}

/** Valid up to, not at, its last moment; without an end it is not valid, since nobody said until when. */
const isBefore = (now: Date, until: string | null): boolean => until !== null && now < new Date(until)

/** Purpose and ground (GDPR 6, 7(3), 21), then what AI Act 5 forbids of the purpose or the system. */
function mayUse(facts: CallFacts, system: SystemFacts): Refusal[] {
  const { purpose, purposeAsked, consents, person, restrictedSince, now } = facts
  if (purpose === null)
    return [{ code: 'purpose_unknown', values: { purpose: purposeAsked } }, ...forbidden(null, system)]
  const { prohibited, ...plain } = purpose
  const dateOf = (record: ConsentEvent | undefined) => (record === undefined ? now : new Date(record.at))
  const use = decideUse(plain, system.id, consents, now, person)
  const refused: Refusal[] = dialling(facts, purpose.name)
  if (use.use === 'refused' && refused.length === 0) {
    const record = consents.find(({ id }) => id === use.event)
    refused.push({ code: use.code, reason: use.reason, values: { purpose: purpose.name, date: dateOf(record) } })
  }
  // An objection must be seen also where consent is missing: that may be passed over in `observe`, an objection may not.
  const about = consents.filter((event) => event.purpose === purpose.id && (event.system ?? system.id) === system.id)
  const { objection } = foldConsent(about, now)
  if (purpose.objectable && objection.state === 'objected' && !refused.some(({ code }) => code === 'objected'))
    refused.push({
      code: 'objected',
      reason: 'objected',
      values: { purpose: purpose.name, date: dateOf(objection.event) },
    })
  if (restrictedSince !== null) {
    const given = use.use === 'allowed' ? consents.find(({ id }) => id === use.consent) : undefined
    const givenAt = given === undefined ? null : new Date(given.at)
    if (!mayUseRestricted({ basis: purpose.basis, givenAt }, restrictedSince))
      refused.push({
        code: 'restricted',
        reason: 'restricted',
        values: { purpose: purpose.name, date: restrictedSince },
      })
  }
  return [...refused, ...forbidden(prohibited ?? null, system)]
}

function forbidden(ofPurpose: { practice: string; lawRef: string } | null, system: SystemFacts): Refusal[] {
  const prohibited = ofPurpose ?? system.prohibited
  return prohibited === null ? [] : [{ code: 'prohibited_practice', values: { ...prohibited } }]
}

/** AI Act 50(1): the customer knows it is AI before the first AI turn. */
function disclosed(facts: CallFacts, system: SystemFacts): Refusal[] {
  return disclosureOf(facts, system) === null
    ? [{ code: 'disclosure_missing', values: { conversation: facts.conversation.id } }]
    : []
}

/** AI Act 50(3): who is exposed to it knows of emotion recognition or biometric categorisation; of an audit nobody is. */
function secondNoticed({ conversation }: CallFacts, system: SystemFacts): Refusal[] {
  return missingSecondNotices({ ...system, told: conversation.secondNotices }).map((kind) => ({
    code: 'disclosure_missing',
    reason: `${kind}_notice_missing`,
    values: { conversation: conversation.id, kind },
  }))
}

function disclosureOf(facts: CallFacts, system: SystemFacts): Forward['disclosure'] | null {
  const { channel, disclosedAt } = facts.conversation
  const plan = disclosurePlan({ policy: system.disclosure, channel, disclosedAt, firstAiTurn: true })
  if (plan.plan === 'none') return plan.reason === 'already_made' ? 'made' : 'none_needed'
  return plan.plan === 'inject' && facts.canInject ? 'inject' : null
}

function forward(facts: CallFacts, wouldRefuse: Refusal | null): Forward {
  const use =
    facts.purpose === null ? null : decideUse(facts.purpose, facts.system!.id, facts.consents, facts.now, facts.person)
  const disclosure = disclosureOf(facts, facts.system!)!
  return {
    plan: 'forward',
    model: facts.version!.model,
    basis: facts.purpose?.basis ?? null,
    groundRecord: use?.use === 'allowed' ? (use.consent ?? null) : null,
    gateRecord: facts.standing?.gate.record ?? null,
    oversightRecord: facts.standing?.oversight.record ?? null,
    disclosure,
    disclosureRecord: disclosure === 'made' ? facts.conversation.disclosureRecord : null,
    wouldRefuse,
  }
}
