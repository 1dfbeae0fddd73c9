// The SDK's types say what the server declares. The types are held against the shapes below by the compiler, the shapes
// against docs/reference/openapi.json by the test.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import {
  type Channel,
  type Circumstance,
  type ConsentGiver,
  type ConsentOverview,
  type ConsentQuery,
  type ConsentState,
  type CurrentNotices,
  type DecisionClass,
  type DecisionKind,
  type DisclosureKind,
  type EndedRepresentative,
  type ExplanationReason,
  type FeatureValue,
  type GivenContributions,
  type GivenExplanation,
  type GivenFeedback,
  type GivenRules,
  type HandOff,
  type Hold,
  type LawfulBasis,
  type NewAddresses,
  type NewAttribute,
  type NewCircumstance,
  type NewComplaint,
  type NewConfirmation,
  type NewConsent,
  type NewConversation,
  type NewDecision,
  type NewDisclosure,
  type NewFeedback,
  type NewHandOff,
  type NewOutcome,
  type NewPortalLink,
  type NewRepresentative,
  type NewRequest,
  type NewShownNotice,
  type NewWrongAnswer,
  type NoticeDocument,
  type NoticeKind,
  type OfferedDisclosures,
  type PortalLink,
  type Proof,
  type PurposeUse,
  type ReceivedComplaint,
  type ReceivedRequest,
  type RecordedAttribute,
  type RecordedCircumstance,
  type RecordedConfirmation,
  type RecordedConsent,
  type RecordedConversation,
  type RecordedDecision,
  type RecordedDisclosure,
  type RecordedOutcome,
  type RecordedRepresentative,
  type RegisteredAddresses,
  type ReportedWrongAnswer,
  type RepresentativeKind,
  type RequestKind,
  type ShownNotice,
  Waarborg,
  type WithdrawnFeedback,
  type Wording,
} from './index.ts'

const root = join(import.meta.dirname, '..')

// -- a type as a value --------------------------------------------------------------------------------------------------

/** The value that describes a type and no other: every field, required or not; every member of a closed set. */
type Shape<T> = [FeatureValue] extends [T]
  ? 'value'
  : [GivenExplanation] extends [T]
    ? { readonly either: readonly [Shape<GivenContributions>, Shape<GivenRules>] }
    : OtherShape<T>
type OtherShape<T> = [null] extends [T]
  ? { readonly orNull: Shape<Exclude<T, null>> }
  : [T] extends [string]
    ? string extends T
      ? 'string'
      : { readonly oneOf: Readonly<Record<T, true>> }
    : [T] extends [number]
      ? 'number'
      : [T] extends [boolean]
        ? 'boolean'
        : [T] extends [readonly (infer Item)[]]
          ? { readonly listOf: Shape<Item> }
          : string extends keyof T
            ? { readonly mapOf: Shape<T[keyof T]> }
            : { readonly required: Fields<T, false>; readonly optional: Fields<T, true> }
type Fields<T, Optional> = {
  readonly [K in keyof T as (object extends Pick<T, K> ? true : false) extends Optional ? K : never]-?: Shape<
    Exclude<T[K], undefined>
  >
}

const text = 'string'
// Each with its type: the compiler looks for what is too much only where an object is written out.
const channel: Shape<Channel> = { oneOf: { chat: true, voice: true, email: true, agent_assist: true, other: true } }
const by: Shape<ConsentGiver> = { oneOf: { customer: true, representative: true, staff: true } }
const consentState: Readonly<Record<ConsentState, true>> = {
  asked: true,
  given: true,
  refused: true,
  withdrawn: true,
  objected: true,
  objection_lifted: true,
}
const wording: Shape<Wording> = {
  required: { version: text, language: text, channel: text },
  optional: { notice: text, sha256: text },
}
const proof: Shape<Proof> = { required: { event: text }, optional: {} }
const basis: Readonly<Record<LawfulBasis, true>> = {
  consent: true,
  contract: true,
  legal_obligation: true,
  public_task: true,
  vital_interests: true,
  legitimate_interests: true,
}
const use: Shape<PurposeUse> = {
  required: {
    purpose: text,
    basis: { orNull: { oneOf: basis } },
    use: { oneOf: { allowed: true, refused: true } },
    code: { orNull: text },
    reason: { orNull: text },
    event: { orNull: text },
  },
  optional: {},
}

const newConsent: Shape<NewConsent> = {
  required: { purpose: text, state: { oneOf: consentState }, wording },
  optional: { subject: text, conversation: text, system: text, number: text, by, at: text, expiresAt: text },
}
const recordedConsent: Shape<RecordedConsent> = {
  required: {
    id: text,
    purpose: text,
    state: { oneOf: consentState },
    at: text,
    conversation: { orNull: text },
    use,
    proof,
  },
  optional: {},
}
const representativeKind: Shape<RepresentativeKind> = { oneOf: { guardian: true, mandate: true } }
const newRepresentative: Shape<NewRepresentative> = {
  required: {
    subject: text,
    kind: representativeKind,
    relation: {
      oneOf: {
        parent: true,
        legal_guardian: true,
        curator: true,
        administrator: true,
        mentor: true,
        authorised: true,
        heir: true,
      },
    },
    evidence: text,
  },
  optional: { purposes: { listOf: text }, validUntil: text },
}
const recordedRepresentative: Shape<RecordedRepresentative> = {
  required: { id: text, kind: representativeKind, recordedAt: text },
  optional: {},
}
const endedRepresentative: Shape<EndedRepresentative> = { required: { id: text, endedAt: text }, optional: {} }
const circumstance: Shape<Circumstance> = {
  oneOf: { adult: true, minor: true, deceased: true, represented: true, unknown: true },
}
const newCircumstance: Shape<NewCircumstance> = {
  required: { subject: text },
  optional: { circumstance, bornOn: text },
}
const recordedCircumstance: Shape<RecordedCircumstance> = { required: { circumstance }, optional: {} }
const requestKind: Shape<RequestKind> = {
  oneOf: {
    access: true,
    rectification: true,
    erasure: true,
    restriction: true,
    portability: true,
    objection: true,
  },
}
const newRequest: Shape<NewRequest> = {
  required: { kind: requestKind },
  optional: {
    subject: text,
    conversation: text,
    words: text,
    shouldBe: text,
    turn: 'number',
    purposes: { listOf: text },
    by: { oneOf: { customer: true, representative: true } },
    representative: text,
    mandate: text,
    language: { oneOf: { nl: true, en: true } },
  },
}
const receivedRequest: Shape<ReceivedRequest> = {
  required: {
    id: text,
    kind: requestKind,
    dueStrict: text,
    dueLatest: text,
    letter: {
      required: {
        kind: { oneOf: { received: true, extended: true, decided: true, lifted: true } },
        at: text,
        language: { oneOf: { nl: true, en: true } },
        subject: text,
        paragraphs: { listOf: text },
        mail: { orNull: { oneOf: { waiting: true, sent: true, undelivered: true } } },
      },
      optional: {},
    },
    receipt: text,
  },
  optional: {},
}
const hold: Shape<Hold> = { required: { conversation: text, heldAt: { orNull: text } }, optional: {} }

const yesNo: Shape<boolean> = 'boolean'
const decisionKind: Shape<DecisionKind> = {
  oneOf: {
    route: true,
    next_best_action: true,
    score: true,
    agent_qa: true,
    summary: true,
    eligibility: true,
    other: true,
  },
}
const decisionClass: Shape<DecisionClass> = {
  oneOf: { inform: true, assist: true, decide: true, solely_automated: true },
}
const contributions: Shape<GivenContributions> = {
  required: {
    method: {
      oneOf: {
        linear: true,
        tree_path_dependent: true,
        tree_interventional: true,
        shapley_exact: true,
        shapley_sampled: true,
      },
    },
    baseline: {
      required: { value: 'number' },
      optional: {
        kind: { oneOf: { background: true, training: true, none: true } },
        rows: { orNull: 'number' },
      },
    },
    contributions: {
      listOf: { required: { feature: text, effect: 'number' }, optional: { errorMargin: 'number' } },
    },
  },
  optional: { scale: { oneOf: { score: true, log_odds: true, probability: true } } },
}
const rules: Shape<GivenRules> = {
  required: {
    method: { oneOf: { rules: true } },
    rules: {
      listOf: {
        required: {
          rule: text,
          when: {
            listOf: {
              required: {
                feature: text,
                is: { oneOf: { '>=': true, '<=': true, '>': true, '<': true, '=': true, '!=': true } },
                limit: 'value',
              },
              optional: {},
            },
          },
        },
        optional: { label: { required: { nl: text, en: text }, optional: {} } },
      },
    },
  },
  optional: {},
}
const newDecision: Shape<NewDecision> = {
  required: {
    outcome: { required: { label: text }, optional: { favourable: { orNull: yesNo } } },
    features: { mapOf: 'value' },
  },
  optional: {
    key: text,
    conversation: text,
    subject: text,
    purpose: text,
    kind: decisionKind,
    decisionClass,
    modelVersion: text,
    channel,
    language: text,
    decidedAt: text,
    score: { required: { value: 'number' }, optional: { threshold: 'number' } },
    alternatives: { listOf: { required: { label: text }, optional: { score: 'number' } } },
    explanation: { either: [contributions, rules] },
    humanInvolved: { required: { role: text, changed: yesNo }, optional: { person: text } },
  },
}
const explanationReason: Shape<ExplanationReason> = {
  oneOf: {
    additivity_broken: true,
    model_differs: true,
    output_differs: true,
    change_does_not_flip: true,
    reasons_overlap: true,
    scorer_not_repeatable: true,
    text_unsupported: true,
    input_unfit: true,
    model_unavailable: true,
    scorer_unreachable: true,
    scorer_budget: true,
    not_sent: true,
    words_wrong: true,
  },
}
const recordedDecision: Shape<RecordedDecision> = {
  required: {
    decisionId: text,
    ledgerId: text,
    contestUrl: { orNull: text },
    heldForReview: yesNo,
    favourable: { orNull: yesNo },
    explanation: {
      required: {
        state: { oneOf: { given: true, refused: true, not_needed: true } },
        reason: { orNull: explanationReason },
        text: { orNull: { required: { nl: { listOf: text }, en: { listOf: text } }, optional: {} } },
      },
      optional: {},
    },
  },
  optional: {},
}
const newAttribute: Shape<NewAttribute> = {
  required: { subject: text, attribute: text, value: text },
  optional: { givenAt: text, evidence: text },
}
const recordedAttribute: Shape<RecordedAttribute> = { required: { ledgerId: text }, optional: {} }
const newOutcome: Shape<NewOutcome> = {
  required: { decision: text, observed: text },
  optional: { positive: { orNull: yesNo }, observedAt: text },
}
const recordedOutcome: Shape<RecordedOutcome> = {
  required: { outcomeId: text, decisionId: text, ledgerId: text },
  optional: {},
}

const consentQuery: Shape<ConsentQuery> = {
  required: {},
  optional: { subject: text, conversation: text, purpose: text },
}
const consentOverview: Shape<ConsentOverview> = {
  required: {
    events: {
      listOf: {
        required: {
          id: text,
          purpose: text,
          system: { orNull: text },
          state: { oneOf: { ...consentState, expired: true, superseded: true } },
          at: text,
          expiresAt: { orNull: text },
          by,
          wording: {
            required: {
              version: text,
              language: text,
              channel: text,
              notice: { orNull: text },
              sha256: { orNull: text },
              onFile: 'boolean',
            },
            optional: {},
          },
          conversation: { orNull: text },
        },
        optional: {},
      },
    },
    uses: { listOf: use },
    dials: {
      listOf: {
        required: {
          purpose: text,
          dial: { oneOf: { allowed: true, refused: true } },
          ground: { orNull: { oneOf: { consent: true, customer_relation: true } } },
          code: { orNull: text },
          reason: { orNull: text },
          event: { orNull: text },
        },
        optional: {},
      },
    },
  },
  optional: {},
}
const disclosureKind: Shape<DisclosureKind> = { oneOf: { ai: true, emotion: true, biometric: true } }
const newDisclosure: Shape<NewDisclosure> = {
  required: { conversation: text, channel, language: text, text },
  optional: { kind: disclosureKind, at: text, complete: 'boolean' },
}
const nlOrEn: Shape<'nl' | 'en'> = { oneOf: { nl: true, en: true } }
const offeredDisclosures: Shape<OfferedDisclosures> = {
  required: {
    channel,
    disclosures: {
      listOf: {
        required: { kind: disclosureKind, language: nlOrEn, text, textKey: text, textVersion: text },
        optional: {},
      },
    },
  },
  optional: {},
}
const noticeKind: Shape<NoticeKind> = { oneOf: { privacy: true, ai: true } }
const noticeLinks: Shape<NoticeDocument['sections'][number]['links']> = {
  listOf: { required: { label: text, url: text }, optional: {} },
}
const noticeDocument: Shape<NoticeDocument> = {
  required: {
    title: text,
    lead: text,
    sections: {
      listOf: {
        required: {
          id: text,
          title: text,
          lines: { listOf: text },
          parts: {
            listOf: { required: { title: text, lines: { listOf: text }, links: noticeLinks }, optional: {} },
          },
          links: noticeLinks,
        },
        optional: {},
      },
    },
  },
  optional: {},
}
const currentNotices: Shape<CurrentNotices> = {
  required: {
    notices: {
      listOf: {
        required: {
          kind: noticeKind,
          version: 'number',
          countsFrom: text,
          sha256: text,
          path: text,
          texts: { required: { nl: noticeDocument, en: noticeDocument }, optional: {} },
        },
        optional: {},
      },
    },
  },
  optional: {},
}
const newShownNotice: Shape<NewShownNotice> = {
  required: { conversation: text, kind: noticeKind, version: 'number', language: nlOrEn },
  optional: {},
}
const shownNotice: Shape<ShownNotice> = {
  required: { conversation: text, kind: noticeKind, version: 'number', language: nlOrEn, id: text, at: text, proof },
  optional: {},
}
const recordedDisclosure: Shape<RecordedDisclosure> = {
  required: { id: text, conversation: text, at: text, proof },
  optional: {},
}
const newFeedback: Shape<NewFeedback> = {
  required: { conversation: text },
  optional: { fair: 'number', clear: 'number', knewAi: { oneOf: { yes: true, no: true, not_sure: true } }, text },
}
const givenFeedback: Shape<GivenFeedback> = {
  required: { id: text, conversation: text, givenAt: text, withdrawUntil: text, receipt: text },
  optional: {},
}
const withdrawnFeedback: Shape<WithdrawnFeedback> = {
  required: { id: text, conversation: text, withdrawnAt: text, receipt: text },
  optional: {},
}
const addressKind = { oneOf: { email: true, sms: true } } as const
const newAddresses: Shape<NewAddresses> = {
  required: { subject: text, addresses: { listOf: { required: { kind: addressKind, address: text }, optional: {} } } },
  optional: {},
}
const registeredAddresses: Shape<RegisteredAddresses> = {
  required: {
    addresses: { listOf: { required: { id: text, kind: addressKind, registeredAt: text }, optional: {} } },
  },
  optional: {},
}
const newComplaint: Shape<NewComplaint> = {
  required: {
    words: text,
    about: { oneOf: { system: true, conversation: true, decision: true, person: true } },
    remedy: {
      oneOf: {
        explanation: true,
        correction: true,
        new_decision: true,
        human: true,
        apology: true,
        compensation: true,
        other: true,
      },
    },
  },
  optional: {
    conversation: text,
    subject: text,
    remedyWords: text,
    wantsHearing: 'boolean',
    name: text,
    language: { oneOf: { nl: true, en: true } },
    externalId: text,
    receivedAt: text,
  },
}
const receivedComplaint: Shape<ReceivedComplaint> = {
  required: { id: text, reference: text, promisedOn: text, receipt: text },
  optional: {},
}
const newConfirmation: Shape<NewConfirmation> = {
  required: { contest: text, what: { oneOf: { held: true, released: true, changed: true } } },
  optional: { at: text, reference: text },
}
const recordedConfirmation: Shape<RecordedConfirmation> = { required: { contest: text, record: text }, optional: {} }
const newWrongAnswer: Shape<NewWrongAnswer> = {
  required: {
    conversation: text,
    kind: { oneOf: { incorrect: true, outdated: true, incomplete: true, misleading: true, harmful: true } },
  },
  optional: { turn: 'number', call: text, note: text, rightAnswer: text },
}
const reportedWrongAnswer: Shape<ReportedWrongAnswer> = {
  required: {
    id: text,
    conversation: text,
    turn: 'number',
    state: { oneOf: { reported: true, confirmed: true, rejected: true, corrected: true } },
    reportedAt: text,
    recipients: 'number',
    lookedEverywhere: 'boolean',
    receipt: text,
  },
  optional: {},
}
const newHandOff: Shape<NewHandOff> = {
  required: {
    conversation: text,
    reason: {
      oneOf: {
        asked: true,
        refused: true,
        not_known: true,
        rule: true,
        complaint: true,
        vulnerable: true,
        other: true,
      },
    },
  },
  optional: {},
}
const handOff: Shape<HandOff> = {
  required: {
    id: text,
    conversation: text,
    state: { oneOf: { requested: true, accepted: true } },
    requestedAt: text,
    answerBy: { orNull: text },
    handoff: {
      required: {
        open: 'boolean',
        channel: { oneOf: { chat: true, phone: true, email: true } },
        sentence: text,
        opensAt: { orNull: text },
        closesAt: { orNull: text },
      },
      optional: {},
    },
  },
  optional: {},
}
const newPortalLink: Shape<NewPortalLink> = { required: {}, optional: { conversation: text, decision: text } }
const portalLink: Shape<PortalLink> = {
  required: { url: text, path: text, conversation: { orNull: text }, decision: { orNull: text }, expiresAt: text },
  optional: {},
}
const newConversation: Shape<NewConversation> = {
  required: {
    turns: {
      listOf: {
        required: {
          role: { oneOf: { customer: true, ai: true, agent: true, system: true, tool: true } },
          text,
        },
        optional: { at: text },
      },
    },
  },
  optional: {
    id: text,
    subject: text,
    purpose: text,
    channel,
    language: text,
    startedAt: text,
    endedAt: text,
    from: 'number',
  },
}
const recordedConversation: Shape<RecordedConversation> = {
  required: {
    conversation: text,
    state: { oneOf: { normal: true, held: true, sealed: true, conflict: true } },
    turns: { orNull: { required: { from: 'number', to: 'number' }, optional: {} } },
    known: 'number',
    proof: { orNull: proof },
  },
  optional: {},
}

// -- a schema as a value ------------------------------------------------------------------------------------------------

type Schema = {
  readonly type?: string | readonly string[]
  readonly enum?: readonly string[]
  readonly const?: string
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly additionalProperties?: boolean | Schema
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
}
type Operation = {
  readonly 'x-waarborg-allow': unknown
  readonly parameters?: readonly { readonly name: string; readonly required: boolean; readonly schema: Schema }[]
  readonly requestBody?: { readonly content: { readonly 'application/json': { readonly schema: Schema } } }
  readonly responses: Readonly<
    Record<string, { readonly content: { readonly 'application/json': { readonly schema: Schema } } }>
  >
}

function shapeOf(schema: Schema): unknown {
  const { type, anyOf, items } = schema
  if (schema.oneOf !== undefined) return { either: schema.oneOf.map(shapeOf) }
  if (anyOf?.map((one) => one.type).join() === 'number,string,boolean,null') return 'value'
  if (schema.const !== undefined) return { oneOf: { [schema.const]: true } }
  if (typeof schema.additionalProperties === 'object' && schema.properties === undefined)
    return { mapOf: shapeOf(schema.additionalProperties) }
  if (anyOf !== undefined) return shapeOfEither(anyOf)
  if (Array.isArray(type)) return shapeOfEither(type.map((one: string) => ({ ...schema, type: one })))
  if (schema.enum !== undefined) return { oneOf: Object.fromEntries(schema.enum.map((one) => [one, true])) }
  if (type === 'array') return { listOf: shapeOf(items!) }
  if (type === 'object') return fieldsShape(Object.entries(schema.properties ?? {}), new Set(schema.required))
  return type === 'integer' ? 'number' : type
}

function shapeOfEither(schemas: readonly Schema[]): unknown {
  const others = schemas.filter(({ type }) => type !== 'null')
  assert.ok(others.length === 1 && schemas.length === 2, 'either of two shapes is not known here')
  return { orNull: shapeOf(others[0]!) }
}

function fieldsShape(fields: readonly (readonly [string, Schema])[], required: ReadonlySet<string>) {
  const shapes = (wanted: boolean) =>
    Object.fromEntries(
      fields.filter(([name]) => required.has(name) === wanted).map(([name, one]) => [name, shapeOf(one)]),
    )
  return { required: shapes(true), optional: shapes(false) }
}

// -- every call ---------------------------------------------------------------------------------------------------------

const consent: Required<NewConsent> = {
  subject: 'K-1',
  conversation: 'c-1',
  purpose: 'advies',
  system: 'bot',
  state: 'given',
  by: 'customer',
  at: '2026-11-25T12:00:00Z',
  number: '0612345678',
  expiresAt: '2027-11-25T12:00:00Z',
  wording: { version: '1', language: 'nl', channel: 'chat', notice: 'advies', sha256: '0'.repeat(64) },
}
const representative: Required<NewRepresentative> = {
  subject: 'K-1',
  kind: 'mandate',
  relation: 'mentor',
  purposes: ['advies'],
  evidence: 'dossier 8',
  validUntil: '2027-11-25T12:00:00Z',
}
const request: Required<NewRequest> = {
  kind: 'rectification',
  subject: 'K-1',
  conversation: 'c-1',
  words: 'Mijn straat klopt niet.',
  shouldBe: 'Kade 1',
  turn: 2,
  purposes: ['advies'],
  by: 'customer',
  representative: 'r-1',
  mandate: 'M-1',
  language: 'nl',
}
const disclosure: Required<NewDisclosure> = {
  kind: 'ai',
  conversation: 'c-1',
  channel: 'voice',
  language: 'nl',
  text: 'U praat met een computer.',
  at: '2026-11-25T12:00:00Z',
  complete: true,
}
const decision: Required<NewDecision> = {
  key: 'b-1',
  conversation: 'c-1',
  subject: 'K-1',
  purpose: 'advies',
  kind: 'score',
  decisionClass: 'assist',
  modelVersion: '1',
  channel: 'chat',
  language: 'nl',
  decidedAt: '2026-11-25T12:00:00Z',
  outcome: { label: 'offer', favourable: true },
  score: { value: 0.75, threshold: 0.5 },
  alternatives: [{ label: 'no_offer', score: 0.25 }],
  features: { late_payments: 0 },
  explanation: {
    method: 'linear',
    baseline: { value: 0.5 },
    contributions: [{ feature: 'late_payments', effect: 0.25 }],
  },
  humanInvolved: { role: 'agent', changed: false },
}
const attribute: Required<NewAttribute> = {
  subject: 'K-1',
  attribute: 'herkomst',
  value: 'elders',
  givenAt: '2026-11-25T12:00:00.000Z',
  evidence: 'survey',
}
const feedback: Required<NewFeedback> = { conversation: 'c-1', fair: 4, clear: 5, knewAi: 'no', text: 'Goed.' }
const wrongAnswer: Required<NewWrongAnswer> = {
  conversation: 'c-1',
  turn: 2,
  call: 'x',
  kind: 'incorrect',
  note: 'Klopt niet.',
  rightAnswer: 'Zo wel.',
}
const complaint: Required<NewComplaint> = {
  conversation: 'c-1',
  subject: 'K-1',
  words: 'Niemand belde terug.',
  about: 'conversation',
  remedy: 'human',
  remedyWords: 'Bel mij.',
  wantsHearing: true,
  name: 'A. de Wit',
  language: 'nl',
  externalId: 'ZD-1',
  receivedAt: '2026-11-25T12:00:00Z',
}
const confirmation: Required<NewConfirmation> = {
  contest: 'x-1',
  what: 'held',
  at: '2026-11-25T12:00:00Z',
  reference: 'CRM-1',
}
const outcome: Required<NewOutcome> = {
  decision: 'b-1',
  observed: 'paid',
  positive: true,
  observedAt: '2026-11-26T12:00:00Z',
}
const conversation: Required<NewConversation> = {
  id: 'c-1',
  subject: 'K-1',
  purpose: 'advies',
  channel: 'voice',
  language: 'nl',
  startedAt: '2026-11-25T12:00:00Z',
  endedAt: '2026-11-25T12:05:00Z',
  from: 1,
  turns: [{ role: 'customer', text: 'Hallo', at: '2026-11-25T12:00:00Z' }],
}

const calls: readonly {
  readonly route: `${'GET' | 'POST'} /v1/${string}`
  /** Where it goes when the route has a parameter. */
  readonly path?: string
  readonly send: (client: Waarborg) => Promise<unknown>
  readonly body?: unknown
  readonly query?: unknown
  readonly reply: unknown
}[] = [
  {
    route: 'POST /v1/consents',
    send: (client) => client.consents.record(consent),
    body: newConsent,
    reply: recordedConsent,
  },
  {
    route: 'GET /v1/consents',
    send: (client) => client.consents.list({ subject: 'K-1', conversation: 'c-1', purpose: 'advies' }),
    query: consentQuery,
    reply: consentOverview,
  },
  {
    route: 'POST /v1/representatives',
    send: (client) => client.representatives.record(representative),
    body: newRepresentative,
    reply: recordedRepresentative,
  },
  {
    route: 'POST /v1/representatives/end',
    send: (client) => client.representatives.end({ subject: 'K-1', representative: 'r-1' }),
    body: { required: { subject: text, representative: text }, optional: {} },
    reply: endedRepresentative,
  },
  {
    route: 'POST /v1/circumstances',
    send: (client) => client.circumstances.record({ subject: 'K-1', circumstance: 'minor', bornOn: '2012-05-31' }),
    body: newCircumstance,
    reply: recordedCircumstance,
  },
  {
    route: 'POST /v1/requests',
    send: (client) => client.requests.record(request),
    body: newRequest,
    reply: receivedRequest,
  },
  {
    route: 'POST /v1/conversations/{id}/hold',
    path: 'POST /v1/conversations/c%2F1/hold',
    send: (client) => client.conversations.hold('c/1'),
    reply: hold,
  },
  {
    route: 'POST /v1/conversations/{id}/resume',
    path: 'POST /v1/conversations/c-1/resume',
    send: (client) => client.conversations.resume('c-1'),
    reply: hold,
  },
  {
    route: 'POST /v1/disclosures',
    send: (client) => client.disclosures.report(disclosure),
    body: newDisclosure,
    reply: recordedDisclosure,
  },
  {
    route: 'GET /v1/disclosures',
    send: (client) => client.disclosures.list(),
    query: { required: {}, optional: {} },
    reply: offeredDisclosures,
  },
  {
    route: 'GET /v1/notices',
    send: (client) => client.notices.list(),
    query: { required: {}, optional: {} },
    reply: currentNotices,
  },
  {
    route: 'POST /v1/notices/shown',
    send: (client) => client.notices.shown({ conversation: 'c-1', kind: 'ai', version: 1, language: 'nl' }),
    body: newShownNotice,
    reply: shownNotice,
  },
  {
    route: 'POST /v1/handoffs',
    send: (client) => client.handOffs.request({ conversation: 'c-1', reason: 'asked' }),
    body: newHandOff,
    reply: handOff,
  },
  {
    route: 'POST /v1/feedback',
    send: (client) => client.feedback.give(feedback),
    body: newFeedback,
    reply: givenFeedback,
  },
  {
    route: 'POST /v1/feedback/withdraw',
    send: (client) => client.feedback.withdraw('c-1'),
    body: { required: { conversation: text }, optional: {} },
    reply: withdrawnFeedback,
  },
  {
    route: 'POST /v1/wrong-answers',
    send: (client) => client.wrongAnswers.report(wrongAnswer),
    body: newWrongAnswer,
    reply: reportedWrongAnswer,
  },
  {
    route: 'POST /v1/addresses',
    send: (client) =>
      client.addresses.replace({ subject: 'K-1', addresses: [{ kind: 'email', address: 'a@voorbeeld.nl' }] }),
    body: newAddresses,
    reply: registeredAddresses,
  },
  {
    route: 'POST /v1/complaints',
    send: (client) => client.complaints.make(complaint),
    body: newComplaint,
    reply: receivedComplaint,
  },
  {
    route: 'POST /v1/confirmations',
    send: (client) => client.confirmations.record(confirmation),
    body: newConfirmation,
    reply: recordedConfirmation,
  },
  {
    route: 'POST /v1/decisions',
    send: (client) => client.decisions.record(decision),
    body: newDecision,
    reply: recordedDecision,
  },
  {
    route: 'POST /v1/attributes',
    send: (client) => client.attributes.record(attribute),
    body: newAttribute,
    reply: recordedAttribute,
  },
  {
    route: 'POST /v1/outcomes',
    send: (client) => client.outcomes.record(outcome),
    body: newOutcome,
    reply: recordedOutcome,
  },
  {
    route: 'POST /v1/portal-links',
    send: (client) => client.portalLinks.create({ conversation: 'c-1', decision: 'd-1' }),
    body: newPortalLink,
    reply: portalLink,
  },
  {
    route: 'POST /v1/conversations',
    send: (client) => client.conversations.record(conversation),
    body: newConversation,
    reply: recordedConversation,
  },
]
/** What the `openai` package calls. */
const ofOpenAi = ['POST /v1/chat/completions', 'GET /v1/models']

const { paths } = JSON.parse(readFileSync(join(root, 'docs/reference/openapi.json'), 'utf8')) as {
  paths: Record<string, Record<string, Operation>>
}
const operationAt = (route: string): Operation | undefined => {
  const [method, path] = route.split(' ') as [string, string]
  return paths[path]?.[method.toLowerCase()]
}

describe('the SDK and the routes of the server', () => {
  for (const { route, path, send, body, query, reply } of calls) {
    test(`${route}: path, fields, closed sets and what is required are the server’s`, async () => {
      const operation = operationAt(route)
      assert.ok(operation, `${route} is not in openapi.json`)
      const declared = operation.requestBody?.content['application/json'].schema
      // A conversation may also be a vCon, which is somebody else's format; ours is the first.
      if (body !== undefined) assert.deepEqual(body, shapeOf(declared?.anyOf?.[0] ?? declared!))
      if (query !== undefined) {
        const parameters = operation.parameters ?? []
        const required = new Set(parameters.filter((one) => one.required).map(({ name }) => name))
        assert.deepEqual(
          query,
          fieldsShape(
            parameters.map(({ name, schema }) => [name, schema]),
            required,
          ),
        )
      }
      const success = Object.keys(operation.responses).find((status) => status.startsWith('2'))!
      const answered = operation.responses[success]!.content['application/json'].schema
      // To a batch the answer is a list of results; the first is that to one.
      assert.deepEqual(reply, shapeOf(answered.anyOf?.[0] ?? answered))

      const { url, init } = await sentBy(send)
      assert.equal(`${init.method} ${url.pathname}`, path ?? route)
      if (path !== undefined) return
      const names =
        body === undefined ? [...url.searchParams.keys()] : Object.keys(JSON.parse(String(init.body)) as object)
      assert.deepEqual(names.sort(), namesOf(body ?? query).sort())
    })
  }

  test('every route for an AI system’s key has a call here or in the `openai` package', () => {
    const routes = Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations)
        .filter(([, operation]) => operation['x-waarborg-allow'] === 'system_key')
        .map(([method]) => `${method.toUpperCase()} ${path}`),
    )
    assert.deepEqual(routes.sort(), [...calls.map(({ route }) => route), ...ofOpenAi].sort())
  })

  test('the compiler holds the types against these shapes', () => {
    const { status, stdout } = compile(['sdk/contract.test.ts'])
    assert.equal(status, 0, stdout)
  })
})

function namesOf(shape: unknown): string[] {
  const { required, optional } = shape as { readonly required: object; readonly optional: object }
  return [...Object.keys(required), ...Object.keys(optional)]
}

async function sentBy(send: (client: Waarborg) => Promise<unknown>) {
  const sent: { url: URL; init: RequestInit }[] = []
  const client = new Waarborg({
    baseUrl: 'http://127.0.0.1:8720',
    key: 'wb_key',
    fetch: async (url, init) => {
      sent.push({ url: new URL(String(url)), init: init ?? {} })
      return Response.json({})
    },
  })
  await send(client)
  assert.equal(sent.length, 1)
  return sent[0]!
}

function compile(files: readonly string[]) {
  const { compilerOptions } = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8')) as {
    compilerOptions: Record<string, unknown>
  }
  const flags = Object.entries(compilerOptions).flatMap(([name, value]) => [`--${name}`, String(value)])
  return spawnSync(
    process.execPath,
    [join(root, 'node_modules/typescript/bin/tsc'), '--ignoreConfig', ...flags, ...files],
    {
      cwd: root,
      encoding: 'utf8',
    },
  )
}
