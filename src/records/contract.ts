/** Shapes of the shared nouns, of what crosses the wire about them, and of their ledger events. */
import { z } from 'zod'
import { revealRequest } from '../access/contract.ts'
import { webhookEvents } from './outbox/webhook.ts'
import { isShape, RECOGNISERS_PER_CLIENT, recogniserLabels, SHAPE_MAX, SHAPE_MIN } from './token-shape.ts'

/** A text in both languages. */
export const bilingual = z.object({ nl: z.string().min(1).max(2_000), en: z.string().min(1).max(2_000) })
export type Bilingual = z.output<typeof bilingual>

/** Ids that people choose in organisation files: short, lower case, no space. */
export const slug = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,62}$/)
export const id = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[^\u0000-\u001f\u007f]+$/)

/** Words of a person that are stored as they are: the database takes no NUL and no half of a surrogate pair. */
export function words(min: number, max: number) {
  return z
    .string()
    .min(min)
    .max(max)
    .refine((text) => isStorable(text), { error: 'unreadable' })
}

export function isStorable(text: string): boolean {
  return !text.includes('\u0000') && text.isWellFormed()
}

export const instant = z.iso.datetime({ offset: true })

export const channels = ['chat', 'voice', 'email', 'agent_assist', 'other'] as const
export const channel = z.enum(channels)
export type Channel = z.output<typeof channel>

export const partyRoles = ['customer', 'ai', 'human_agent', 'system', 'supervisor', 'third_party', 'unknown'] as const
export const turnRoles = ['customer', 'ai', 'agent', 'system', 'tool', 'unknown'] as const
export type TurnRole = (typeof turnRoles)[number]

export const decisionClasses = ['inform', 'assist', 'decide', 'solely_automated'] as const

/** What a decision about a person is. */
export const decisionKinds = [
  'route',
  'next_best_action',
  'score',
  'agent_qa',
  'summary',
  'eligibility',
  'other',
] as const

/** A name as systems write it: `late_payments`, `openstaand.bedrag`. Not a word of ours, so it is never translated. */
export const featureName = z.string().regex(/^[A-Za-z][A-Za-z0-9_.-]{0,99}$/)
const shortWords = z.strictObject({ nl: z.string().trim().min(1).max(80), en: z.string().trim().min(1).max(80) })

/**
 * What the person themselves could change, for the cheapest change that gives the other outcome. Never something they are, and
 * never something that others decide. Without `min` from 0; `max` is needed where it may go up, except for yes or no.
 */
export const actionable = z.strictObject({
  direction: z.enum(['up', 'down', 'any']),
  min: z.number().optional(),
  max: z.number().optional(),
  /** How much at a time; 1. */
  step: z.number().positive().optional(),
  /** What one step asks of the person, compared with a step of another feature; 1. */
  cost: z.number().positive().max(1_000_000).optional(),
})

/** One thing that a decision may look at, and what people call it. What is not on the list is refused. */
export const decisionFeature = z.strictObject({
  feature: featureName,
  label: shortWords,
  show: z.enum(['number', 'money', 'yes_no', 'choice']).default('number'),
  decimals: z.int().min(0).max(6).optional(),
  unit: shortWords.optional(),
  /** `choice`: what each value is called. */
  values: z
    .array(z.strictObject({ value: z.union([z.number(), z.string().min(1).max(100)]), label: shortWords }))
    .max(1_000)
    .optional(),
  /** Absent: the person cannot change it, and no change of it is ever proposed. */
  actionable: actionable.optional(),
})
export type DecisionFeature = z.output<typeof decisionFeature>

/** Whether what a decision does can wait while a person looks again; when not, why, in words for the customer. */
export const freezeRule = z.union([
  z.strictObject({ possible: z.literal(true) }),
  z.strictObject({ possible: z.literal(false), reason: shortWords }),
])

/** What decisions of a system look like; a system without them takes none that can be recorded. */
export const decisionRules = z.strictObject({
  kind: z.enum(decisionKinds),
  /** Whom it is about. */
  about: z.enum(['customer', 'agent']).default('customer'),
  features: z.array(decisionFeature).min(1).max(500),
  /** What people ask about and the system does not see: age, origin. Never a feature. */
  notUsed: z
    .array(z.strictObject({ attribute: featureName, label: shortWords }))
    .max(100)
    .default([]),
  /** Every outcome there is; `favourable` absent: not declared, and then nobody can tell who is worse off. */
  outcomes: z
    .array(z.strictObject({ outcome: slug, label: shortWords, favourable: z.boolean().optional() }))
    .min(1)
    .max(100),
  /** The line in the score, when a score decides. */
  threshold: z.strictObject({ value: z.number(), higherIsBetter: z.boolean().default(true) }).optional(),
  /** How a person is asked to look again. Without it nothing is decided by the system alone. */
  contest: z.strictObject({ nl: z.string().trim().min(1).max(300), en: z.string().trim().min(1).max(300) }).optional(),
  /** Absent: nobody said, so nothing is promised. */
  freeze: freezeRule.optional(),
  /** Which decisions wait until a person has looked. */
  review: z
    .strictObject({
      unfavourable: z.boolean().default(false),
      /** As near to the threshold as this, in units of the score. */
      margin: z.number().positive().optional(),
      /** A share of all others, in [0, 1], drawn by the decision's id. */
      sampleShare: z.number().min(0).max(1).optional(),
    })
    .optional(),
})
export type DecisionRules = z.output<typeof decisionRules>

/** SHA-256, hex. */
export const fileHash = z.string().regex(/^[0-9a-f]{64}$/)

/** Largest model or background file in the register. */
export const EXPLAINER_FILE_MIB = 16

/**
 * With what a version's decisions are explained. `model`: a file, by its hash, which is the model itself; `scorer`: an address
 * that answers rows with scores. Hash of `background`: rows that a decision is compared with.
 */
export const versionExplainer = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('model'),
    sha256: fileHash,
    /** Which of several outputs, from 0; null: the only one, or the last of two. */
    output: z.int().min(0).max(10_000).nullable(),
    scoreIs: z.enum(['output', 'probability']),
    background: fileHash.nullable(),
  }),
  z.object({
    kind: z.literal('scorer'),
    url: z.string(),
    /** Header → where its value is: `env:NAME` or `file:PATH`. Never the value. */
    headersFrom: z.record(z.string(), z.string()),
    allowPrivateAddress: z.boolean(),
    budget: z.object({ calls: z.int(), ms: z.int() }),
    background: fileHash,
  }),
])
export type VersionExplainer = z.output<typeof versionExplainer>

export const attributeSources = ['customer', 'service'] as const
/**
 * What is declared of an attribute of people before anybody gives it: `customer`, they say it themselves; `service`, a fact of the
 * service such as a region. `special`: a category of GDPR art. 9(1), or one that the law forbids to distinguish on.
 */
export const attributeStatement = z.object({
  name: bilingual,
  source: z.enum(attributeSources),
  special: z.boolean(),
  choices: z.array(z.object({ value: slug, label: bilingual })),
  question: bilingual.optional(),
  /** Why it is strictly necessary, and other data will not do (AI Act art. 4a, GDPR art. 9(2)). */
  necessity: bilingual,
  legalGround: bilingual,
  keepDays: z.int().min(1).max(1_096),
})
export type AttributeStatement = z.output<typeof attributeStatement>

/** `mon-fri: '08:00-21:00'` in the client's time zone; a day that is absent is closed. */
export const openingHours = z.record(
  z.string().regex(/^(mon|tue|wed|thu|fri|sat|sun)(-(mon|tue|wed|thu|fri|sat|sun))?$/),
  z.string().regex(/^\d\d:\d\d-\d\d:\d\d$/),
)

/** An organisation's own number: its shape (`token-shape.ts`), what it is, and words of which one must stand near it. */
export const ownRecogniser = z.object({
  id: slug,
  label: z.enum(recogniserLabels),
  shape: z.string().min(SHAPE_MIN).max(SHAPE_MAX).refine(isShape, { error: 'shape' }),
  cues: z
    .array(
      z
        .string()
        .max(40)
        .refine((word) => /^\p{L}[\p{L}\p{M}]+$/u.test(word), { error: 'cue' }),
    )
    .max(20)
    .optional(),
  example: z.string().min(1).max(SHAPE_MAX),
})
export type OwnRecogniser = z.output<typeof ownRecogniser>

export const withdrawalWords = z.object({
  nl: z.array(z.string().min(3).max(60)).min(1).max(20),
  en: z.array(z.string().min(3).max(60)).min(1).max(20),
})

/** What is said in its own way: that it is AI by channel, and what a system infers from somebody's voice or body. */
export const disclosureWordings = [
  'chat',
  'voice',
  'emailUnread',
  'emailRead',
  'agentAssist',
  'other',
  'emotion',
  'biometric',
] as const
export type DisclosureWording = (typeof disclosureWordings)[number]

/**
 * Words of a client's own for disclosures. `{organisation}` and `{humanWord}` are filled in; in `emotion` and `biometric` also
 * `{purpose}` and `{optOutWord}`.
 */
const disclosureWords = z.strictObject({ nl: z.string().min(10).max(600), en: z.string().min(10).max(600) })
export const ownDisclosures = z.strictObject({
  /** What a customer says to have emotion recognition or biometric categorisation switched off; absent: nee, no. */
  optOutWord: z.strictObject({ nl: z.string().min(2).max(40), en: z.string().min(2).max(40) }).optional(),
  chat: disclosureWords.optional(),
  voice: disclosureWords.optional(),
  emailUnread: disclosureWords.optional(),
  emailRead: disclosureWords.optional(),
  agentAssist: disclosureWords.optional(),
  other: disclosureWords.optional(),
  emotion: disclosureWords.optional(),
  biometric: disclosureWords.optional(),
})
export type OwnDisclosures = z.output<typeof ownDisclosures>

/** Whose emotions a system estimates. Those of staff it may not (AI Act art. 5(1)(f)). */
export const emotionInferences = ['none', 'customer'] as const
export type EmotionInference = (typeof emotionInferences)[number]

/** Under which law complaints are handled: any company, public body, finance, payments, care. */
export const complaintProfiles = ['default', 'awb', 'wft', 'psd2', 'wkkgz'] as const

export const clientProfile = z.object({
  contact: z.object({
    phone: z.string().max(40).optional(),
    email: z.string().max(200).optional(),
    address: z.string().max(300).optional(),
    website: z.string().max(200).optional(),
    privacyOfficer: z.string().max(200).optional(),
    /** Who stands in for a client outside the EEA (GDPR art. 27). */
    representative: z.string().max(300).optional(),
  }),
  /** Brands, products and own numbers that are never hidden. */
  allow: z.array(z.string().min(1).max(100)).max(1_000),
  /** Own numbers that are always hidden, beside what Waarborg finds by itself. */
  recognisers: z.array(ownRecogniser).max(RECOGNISERS_PER_CLIENT).optional(),
  handoff: z.object({
    channel: z.enum(['chat', 'phone', 'email']),
    hours: openingHours,
    timezone: z.string().max(60),
    humanWord: bilingual,
    answerWithinHours: z.number().int().min(1).max(720),
    /** When a conversation goes to a person without anybody asking, beside three failures in a row and people who need another. */
    demand: z.object({ specialCategories: z.boolean() }).optional(),
  }),
  theme: z.string().max(40).optional(),
  /** Where the client is established, ISO 3166-1; absent: NL. */
  country: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .optional(),
  /** From which age somebody consents for themselves (GDPR art. 8(1)): between 13 and 16; absent: 16, as in the Netherlands. */
  consentAge: z.number().int().min(13).max(16).optional(),
  /** What a customer types to take consent back, by language; absent: the words of the product. */
  withdrawalWords: withdrawalWords.optional(),
  /** What kind of organisation still may call its own customers unasked (Tw 11.7); absent: it may not. */
  telemarketing: z.enum(['charity', 'charity_lottery', 'newspaper']).optional(),
  /** Systems of the organisation that hear of contests and complaints. `secret`: `env:NAME` or `file:PATH`, never the secret itself. */
  webhooks: z
    .array(
      z.object({
        id: slug,
        url: z.string(),
        secret: z.string(),
        events: z.array(z.enum(webhookEvents)),
        allowPrivateAddress: z.boolean().optional(),
      }),
    )
    .optional(),
  /** Days on which the office is shut beside days off, `2026-12-24`: business days pass them over, terms of law do not. */
  closedDays: z.array(z.iso.date()).max(366).optional(),
  /** Providers and regions that this client allows; absent allows every provider in the register. */
  providers: z.array(z.string().min(1).max(200)).max(100).optional(),
  regions: z.array(z.string().min(1).max(60)).max(100).optional(),
  /** Words of its own for disclosures; absent: the words of the product. */
  disclosures: ownDisclosures.optional(),
  /** How complaints are handled; absent: as any company's, and without names of staff in letters. */
  complaints: z
    .object({
      profile: z.enum(complaintProfiles).default('default'),
      /** Does a customer read the name of who handles the complaint? */
      namesStaff: z.boolean().default(false),
      /** Bodies outside that the organisation joined. */
      memberOf: z
        .array(z.enum(['geschillencommissie', 'kifid']))
        .max(2)
        .default([]),
      /** The address to which complaints are sent, and from which letters come. */
      email: z.email().max(200).optional(),
      /** May a customer ask for a second look inside? Absent: as the profile says. */
      appeal: z.boolean().optional(),
    })
    .optional(),
})
export type ClientProfile = z.output<typeof clientProfile>

// -- processors -----------------------------------------------------------------------------------------------------

/** GDPR art. 45 (adequacy), 46 (scc, bcr), 49 (derogation), https://eur-lex.europa.eu/legal-content/NL/TXT/?uri=CELEX:32016R0679#art_45 */
export const transferGrounds = ['none_needed', 'adequacy', 'scc', 'bcr', 'derogation'] as const
const transfer = z.object({
  ground: z.enum(transferGrounds),
  /** The decision, the clauses with their date, the rules. */
  reference: z.string().min(1).max(300).optional(),
})
/** ISO 3166-1 alpha-2. */
export const country = z.string().regex(/^[A-Z]{2}$/)

/** What was agreed with a supplier that processes personal data; what is absent is not known, and counts as missing. */
export const processorTerms = z.object({
  /** In the supplier's or the organisation's words. */
  summary: z.string().min(1).max(2_000).optional(),
  agreement: z
    .object({ reference: z.string().min(1).max(200), signedOn: instant, validUntil: instant.optional() })
    .optional(),
  country: country.optional(),
  transfer: transfer.optional(),
  subProcessors: z
    .array(
      z.object({
        name: z.string().min(1).max(200),
        country,
        task: z.string().min(1).max(300).optional(),
        transfer: transfer.optional(),
      }),
    )
    .max(200)
    .optional(),
  /** How long the supplier keeps what it receives. */
  retentionDays: z.number().int().min(0).max(36_500).optional(),
  /** Does the supplier use what it receives to train models or for other ends of its own? */
  trainsOnData: z.boolean().optional(),
  reviewedAt: instant.optional(),
  /** When they are looked at again; absent: a year after the last time. */
  reviewBy: instant.optional(),
})
export type ProcessorTerms = z.output<typeof processorTerms>

export const termsProblemCodes = [
  'terms_missing',
  'agreement_missing',
  'agreement_expired',
  'country_missing',
  'transfer_ground_missing',
  'sub_processors_missing',
  'retention_missing',
  'training_not_excluded',
  'terms_review_overdue',
] as const
export type TermsProblem = (typeof termsProblemCodes)[number]
/** Days by kind of data where they differ from the default (privacy/rights/retention.ts); what was said: retentionDays. */
export type PurposeTerms = {
  readonly importedRecordings?: number
  readonly callFacts?: number
  readonly consentProof?: number
}

/** What keeps a version from being used, as the gateway reads it (records/standing.ts). */
export type Standing = {
  readonly system: string
  readonly version: string
  readonly gate: {
    readonly state: 'passed' | 'missing' | 'rejected' | 'expired'
    readonly record: string | null
    readonly validUntil: string | null
  }
  readonly oversight: {
    readonly state: 'present' | 'missing'
    readonly record: string | null
    readonly validUntil: string | null
  }
  readonly stop: { readonly at: string; readonly record: string; readonly reason: string } | null
}

/** One line of a list of conversations; no contents. */
export const conversationSummary = z.object({
  id,
  client: slug,
  system: z.string().nullable(),
  channel: z.string(),
  language: z.string(),
  purpose: z.string(),
  subject: z.string(),
  startedAt: instant,
  endedAt: instant.nullable(),
  turns: z.number().int(),
  calls: z.number().int(),
  refused: z.number().int(),
  redacted: z.number().int(),
  disclosed: z.boolean(),
  handOff: z.enum(['none', 'requested', 'accepted', 'completed', 'missed']),
  state: z.string(),
})

/** Where the proof of a statement is: the ledger entry, its number once it has one. */
export const proofRef = z.object({ event: z.string(), index: z.number().int().nullable() })

export const callView = z.object({
  id,
  startedAt: instant,
  endedAt: instant.nullable(),
  state: z.enum(['admitted', 'refused', 'completed', 'failed', 'cancelled', 'stopped']),
  code: z.string().nullable(),
  wouldRefuse: z.string().nullable(),
  system: z.string().nullable(),
  version: z.string().nullable(),
  purpose: z.string().nullable(),
  basis: z.string().nullable(),
  groundRecord: z.string().nullable(),
  gateRecord: z.string().nullable(),
  oversightRecord: z.string().nullable(),
  disclosure: z.string().nullable(),
  disclosureRecord: z.string().nullable(),
  upstream: z.string().nullable(),
  model: z.string().nullable(),
  stream: z.boolean(),
  attempts: z.number().int(),
  turnFrom: z.number().int().nullable(),
  turnTo: z.number().int().nullable(),
  redacted: z.record(z.string(), z.number().int()),
  restored: z.number().int().nullable(),
  tokensIn: z.number().int().nullable(),
  tokensOut: z.number().int().nullable(),
  firstTokenMs: z.number().int().nullable(),
  durationMs: z.number().int().nullable(),
  facts: z.object({
    sources: z.array(z.object({ id: z.string(), title: z.string() })).optional(),
    tools: z.array(z.string()).optional(),
    finish: z.string().optional(),
    handoff: z.string().optional(),
  }),
  proofs: z.array(z.object({ type: z.string(), event: z.string(), index: z.number().int().nullable(), at: instant })),
})
export type CallView = z.output<typeof callView>

export const turnView = z.object({
  seq: z.number().int(),
  role: z.enum(turnRoles),
  at: instant.nullable(),
  call: z.string().nullable(),
  /** What was said; null when the reader may not see contents, or when it was erased. */
  said: z.string().nullable(),
  /** What the AI saw of it; null when equal to `said` or when it never went to an AI. */
  seen: z.string().nullable(),
  redacted: z.record(z.string(), z.number().int()),
  disclosure: z.boolean(),
})
export type TurnView = z.output<typeof turnView>

export const handOffView = z.object({
  id,
  state: z.string(),
  reason: z.string(),
  requestedAt: instant,
  acceptedAt: instant.nullable(),
  answerBy: instant.nullable(),
})

export const conversationDetail = conversationSummary.extend({
  /** A question of a paired-prompt audit: there is no customer. */
  audit: z.boolean(),
  /** `reason_needed`: the role may read it after giving a reason; `closed`: it may not, or nothing is left to read. */
  contents: z.enum(['open', 'reason_needed', 'closed']),
  turnsList: z.array(turnView),
  callsList: z.array(callView),
  handOffs: z.array(handOffView),
  disclosures: z.array(
    z.object({
      id,
      at: instant,
      source: z.string(),
      channel: z.string(),
      language: z.string(),
      textVersion: z.string(),
      kind: z.enum(['ai', 'emotion', 'biometric']),
    }),
  ),
  consents: z.array(
    z.object({
      id,
      purpose: z.string(),
      state: z.string(),
      at: instant,
      by: z.string(),
      expiresAt: instant.nullable(),
    }),
  ),
})

export const systemView = z.object({
  id: slug,
  client: slug,
  clientName: z.string(),
  name: bilingual,
  description: bilingual,
  kind: z.string(),
  decisionClass: z.enum(decisionClasses),
  owner: z.string().nullable(),
  channel: z.string(),
  language: z.string(),
  /** `named` false: the purpose does not name this system's upstream, so that its calls for it are refused. */
  purposes: z.array(z.object({ id: z.string(), name: bilingual, basis: z.string(), named: z.boolean() })),
  upstream: z.object({
    id: z.string(),
    builtin: z.string().nullable(),
    baseUrl: z.string().nullable(),
    provider: z.object({
      name: z.string(),
      region: z.string().optional(),
      terms: z.union([z.string(), processorTerms]).optional(),
    }),
    /** Whether terms are needed, and what is missing of them: the first keeps every call from leaving. */
    terms: z.object({ needed: z.boolean(), problems: z.array(z.enum(termsProblemCodes)) }),
  }),
  disclosure: z.string(),
  mode: z.enum(['enforce', 'observe']),
  observeUntil: instant.nullable(),
  version: z.object({ id: z.string(), model: z.string(), hash: z.string(), createdAt: instant }).nullable(),
  versions: z.array(
    z.object({ id: z.string(), model: z.string(), hash: z.string(), current: z.boolean(), createdAt: instant }),
  ),
  standing: z
    .object({
      gate: z.object({
        state: z.enum(['passed', 'missing', 'rejected', 'expired']),
        record: z.string().nullable(),
        validUntil: instant.nullable(),
        by: z.string().nullable(),
        reasons: z.string().nullable(),
        at: instant.nullable(),
      }),
      oversight: z.object({
        state: z.enum(['present', 'missing']),
        record: z.string().nullable(),
        validUntil: instant.nullable(),
        person: z.string().nullable(),
      }),
      stop: z.object({ at: instant, record: z.string(), reason: z.string(), by: z.string() }).nullable(),
    })
    .nullable(),
  prohibited: z.object({ practice: z.string(), lawRef: z.string() }).nullable(),
  /** Of the last 7 days. */
  week: z.object({
    calls: z.number().int(),
    refused: z.number().int(),
    conversations: z.number().int(),
    disclosed: z.number().int(),
  }),
})
export type SystemView = z.output<typeof systemView>

// -- lawful bases and purposes ------------------------------------------------------------------------------------

/** GDPR art. 6(1) (a)–(f), https://eur-lex.europa.eu/legal-content/NL/TXT/?uri=CELEX:32016R0679#art_6 */
export const lawfulBases = [
  'consent',
  'contract',
  'legal_obligation',
  'public_task',
  'vital_interests',
  'legitimate_interests',
] as const
export const lawfulBasis = z.enum(lawfulBases)
export type LawfulBasis = z.output<typeof lawfulBasis>

export const purposeKinds = ['general', 'telemarketing'] as const

/** Data about staff: at the level of a team, or of a person with the works council's decision on record (WOR 27(1)(k), (l)). */
export const staffTerms = z.object({
  level: z.enum(['team', 'person']),
  worksCouncil: z.object({ reference: z.string().min(1).max(200), decidedOn: z.iso.date() }).optional(),
})
export type StaffTerms = z.output<typeof staffTerms>

/** Who decides together with the client about ends and means, under an arrangement between them (GDPR art. 26). */
export const jointController = z.object({
  name: z.string().min(1).max(200),
  contact: z.string().min(1).max(300),
  /** Where the arrangement is; absent: not known, which the record of processing says. */
  arrangement: z.string().min(1).max(200).optional(),
})

/** What the record of processing further says (GDPR art. 30(1)(a), (c) and (g)). */
export const processingRecord = z.object({
  dataSubjects: bilingual.optional(),
  security: bilingual.optional(),
  jointControllers: z.array(jointController).max(20).optional(),
})
export type ProcessingRecord = z.output<typeof processingRecord>

export const purpose = z.object({
  id: slug,
  client: slug,
  name: bilingual,
  basis: lawfulBasis,
  specialBasis: z.string().max(40).optional(),
  reasoning: bilingual.optional(),
  signedBy: id.optional(),
  signedAt: instant.optional(),
  dataKinds: bilingual,
  retentionDays: z.number().int().min(1).max(36_500),
  consequenceOfNo: bilingual.optional(),
  objectable: z.boolean(),
  /** Absent: general. */
  kind: z.enum(purposeKinds).optional(),
  /** Upstreams that its calls may go to; absent: only those that hand data to nobody else. */
  upstreams: z.array(slug).optional(),
  /** A practice of AI Act art. 5: never allowed. */
  prohibited: z.object({ practice: z.string().max(200), lawRef: z.string().max(200) }).optional(),
})
export type Purpose = z.output<typeof purpose>

// -- console: Today -----------------------------------------------------------------------------------------------

/** `share` is in [0, 1], or null when `of` is 0: then nothing can be said. */
const countOf = z.object({ n: z.number().int(), of: z.number().int(), share: z.number().nullable() })

export const todayView = z.object({
  tenant: z.string(),
  clients: z.array(z.object({ id: slug, name: z.string() })),
  /** Worst first. `state` bad: stopped or no call can pass; attention: ends within 30 days, or observe; ok; unknown: no calls yet. */
  lamps: z.array(
    z.object({
      system: slug,
      name: bilingual,
      version: z.string().nullable(),
      state: z.enum(['bad', 'attention', 'unknown', 'ok']),
      reasons: z.array(z.object({ code: z.string(), at: instant.nullable() })),
    }),
  ),
  /** Of the last 7 days. */
  week: z.object({
    conversations: z.number().int(),
    calls: z.number().int(),
    forwarded: z.number().int(),
    refused: z.array(z.object({ code: z.string(), n: z.number().int() })),
    disclosed: countOf,
    redacted: z.array(z.object({ label: z.string(), n: z.number().int() })),
    failed: z.number().int(),
  }),
  days: z.array(z.object({ day: z.string(), forwarded: z.number().int(), refused: z.number().int() })),
  /** What ends within 60 days or has ended: gates, oversight, observe. */
  due: z.array(
    z.object({
      kind: z.enum(['gate', 'oversight', 'observe', 'key']),
      system: slug,
      name: bilingual,
      at: instant,
      over: z.boolean(),
    }),
  ),
  handOffs: z.array(
    z.object({
      id,
      conversation: id,
      reason: z.string(),
      requestedAt: instant,
      answerBy: instant.nullable(),
      late: z.boolean(),
    }),
  ),
  ledger: z.object({
    entries: z.number().int(),
    pending: z.number().int(),
    pendingAgeMs: z.number(),
    lastVerifiedAt: instant.nullable(),
    verifiedOk: z.boolean().nullable(),
  }),
})
export type TodayView = z.output<typeof todayView>

// -- console and data plane: what is asked -------------------------------------------------------------------------

/** Closed list of reasons for the stop button; the sentence for each stands in the texts (`stop.reason.<code>`). */
export const stopReasons = [
  'harm',
  'wrong_answers',
  'privacy',
  'discrimination',
  'security',
  'supplier',
  'maintenance',
  'other',
] as const

export const stopRequest = z.object({ reason: z.enum(stopReasons), note: words(0, 500).optional() })
export const resumeRequest = z.object({ reason: words(3, 500) })
export const gateRequest = z.object({
  version: id,
  decision: z.enum(['approve', 'conditional', 'reject']),
  reasons: words(10, 2_000),
  conditions: words(0, 2_000).optional(),
  /** Why it is released although a condition that the register requires does not hold (gate-conditions.ts). */
  despite: words(10, 2_000).optional(),
  validUntil: instant,
})
export const overseerRequest = z.object({ person: id, until: instant.optional() })

export const conversationQuery = z.object({
  client: slug.optional(),
  system: slug.optional(),
  channel: words(0, 40).optional(),
  language: words(0, 20).optional(),
  state: z.enum(['refused', 'handed_off', 'undisclosed', 'held', 'failed']).optional(),
  code: words(0, 60).optional(),
  from: instant.optional(),
  until: instant.optional(),
  /** Conversation id or its beginning. */
  find: words(0, 64).optional(),
  before: words(0, 200).optional(),
  limit: z.coerce.number().int().min(1).max(200).optional(),
})
export const conversationList = z.object({
  conversations: z.array(conversationSummary),
  total: z.number().int(),
  next: z.string().nullable(),
})

/** Words in a body and never in an address: an address ends up in histories and logs, and a word may be a name. */
export const searchRequest = z.object({
  /** Words that were said, all of them; "phrases" between double quotes. */
  words: words(1, 200),
  client: slug.optional(),
  system: slug.optional(),
  channel: words(1, 40).optional(),
  language: words(1, 20).optional(),
  /** Of the beginning of the conversation: at or after, and before. */
  from: instant.optional(),
  until: instant.optional(),
  /** Conversations with a call that was refused, or without any. */
  refused: z.enum(['with', 'without']).optional(),
  /** Why the reader wants to see a piece of each conversation; without it there are none. */
  pieces: revealRequest.optional(),
  before: words(1, 200).optional(),
})
/** Around what was found in the turn that fits best. */
export const piece = z.object({ seq: z.int(), before: z.string(), hit: z.string(), after: z.string() })
export const foundList = z.object({
  /** The newest first. `hits`: how often it was said; `piece`: null without a reason, or when nothing can be read of it any more. */
  conversations: z.array(conversationSummary.extend({ hits: z.int(), piece: piece.nullable() })),
  /** At most 1,000. null: fewer than ten, for whoever may not read what was said: a smaller number would tell what someone said. */
  total: z.int().nullable(),
  /** There are more than `total`, or may be: see `until`. */
  more: z.boolean(),
  /** Not null: what began before this moment was not looked at; the next page goes on there. */
  until: instant.nullable(),
  /** `open`: with a reason; `reason_needed`: pieces are shown after one; `closed`: this role reads no contents and gets no list. */
  contents: z.enum(['open', 'reason_needed', 'closed']),
  next: z.string().nullable(),
})

// -- console and data plane: lists, hand-offs, recording ----------------------------------------------------------------

export const systemList = z.object({ systems: z.array(systemView) })
export const purposeList = z.object({ purposes: z.array(purpose) })
export const clientList = z.object({
  clients: z.array(
    z.object({
      id: slug,
      name: z.string(),
      profile: clientProfile,
      /** A stop order for the whole client. */
      stop: z.object({ at: instant, record: z.string(), reason: z.string() }).nullable(),
    }),
  ),
})

export const handOffLine = handOffView.extend({
  conversation: id,
  client: slug,
  system: z.string().nullable(),
  channel: z.string(),
  language: z.string(),
  late: z.boolean(),
})
export const handOffList = z.object({ handOffs: z.array(handOffLine) })

export const idParams = z.object({ id })
export const systemParams = z.object({ id: slug })
export const callParams = z.object({ id, call: id })

const recordedTurn = z.object({
  role: z.enum(['customer', 'ai', 'agent', 'system', 'tool']),
  text: z.string().min(1).max(100_000),
  at: instant.optional(),
})

/** A conversation that took place elsewhere, whole or in parts. `from` is the number of the first turn given. */
export const recordRequest = z.strictObject({
  /** The caller's own id, or Waarborg's; with it, sending again is harmless. */
  id: z.string().min(1).max(200).optional(),
  /** The organisation's customer reference; absent: nobody is known by name. */
  subject: z.string().min(1).max(200).optional(),
  purpose: slug.optional(),
  channel: channel.optional(),
  language: z
    .string()
    .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/)
    .max(20)
    .optional(),
  startedAt: instant.optional(),
  endedAt: instant.optional(),
  from: z.int().min(1).max(1_000_000).optional(),
  turns: z.array(recordedTurn).min(1).max(2_000),
})
export type RecordRequest = z.output<typeof recordRequest>

/** Or a vCon (draft-ietf-vcon-vcon-core) as it is: unsigned, signed or encrypted. */
export function isVcon(body: Readonly<Record<string, unknown>>): boolean {
  return 'vcon' in body || 'signatures' in body || 'ciphertext' in body
}

/** One of the two; a body that is no vCon is held against `recordRequest`, so that the answer names its field. */
export const conversationRequest = z
  .looseObject({})
  .superRefine((body, context) => {
    if (isVcon(body)) return
    const read = recordRequest.safeParse(body)
    for (const issue of read.error?.issues ?? []) context.issues.push({ ...issue, input: body } as z.core.$ZodRawIssue)
  })
  .meta({
    anyOf: [
      z.toJSONSchema(recordRequest, { io: 'input' }),
      {
        type: 'object',
        description: 'A vCon: unsigned, signed or encrypted.',
        properties: { vcon: { type: 'string' } },
      },
    ],
  })

export const recordReply = z.object({
  conversation: id,
  /** normal: on record; held: kept apart and unread, for lack of a ground; sealed: could not be read. */
  state: z.enum(['normal', 'held', 'sealed', 'conflict']),
  /** Turns written now; null when all were there already. */
  turns: z.object({ from: z.int(), to: z.int() }).nullable(),
  /** Turns that were there already and are the same. */
  known: z.int(),
  proof: z.object({ event: z.string() }).nullable(),
})
