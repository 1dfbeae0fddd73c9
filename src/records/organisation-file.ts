/**
 * The organisation as code, version 1: the shape that `waarborg apply` reads and `waarborg export organisation` writes.
 * Strict: an unknown field is refused, so that a safeguard is never left out by a typing error.
 */
import { z } from 'zod'
import { roles } from '../platform/http.ts'
import {
  attributeStatement,
  bilingual,
  channel,
  clientProfile,
  country,
  decisionClasses,
  decisionRules,
  fileHash,
  jointController,
  lawfulBasis,
  openingHours,
  ownDisclosures,
  ownRecogniser,
  purposeKinds,
  slug,
  stopReasons,
  transferGrounds,
  withdrawalWords,
} from './contract.ts'
import { gatePolicies } from './gate-condition-contract.ts'
import { readMoment } from './moment.ts'
import { noticeChannels } from './notice.ts'
import { webhookEvents } from './outbox/webhook.ts'
import { RECOGNISERS_PER_CLIENT } from './token-shape.ts'

/** Any `now` will do to see whether a time can be read. */
const anyNow = new Date(0)

export const moment = z
  .string()
  .max(40)
  .refine((text) => readMoment(text, anyNow) !== undefined, { error: 'time' })
  .meta({
    description:
      'ISO 8601 with offset (2027-01-31T09:00:00+01:00), a date (2027-01-31), or relative to the moment of applying: -90d, +4h, +30m.',
  })

/** Ids of versions: chosen by people, upper case allowed. Write a number in quotes: '4.10'. */
export const versionId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/)

/** Who decided: a person's id, or `operator:<login>` for someone at the machine. */
const decider = z.string().regex(/^([a-z0-9][a-z0-9._-]{0,62}|operator:[A-Za-z0-9._-]{1,60})$/)

const text = (max: number) => z.string().min(1).max(max)
const prohibited = z
  .strictObject({ practice: text(200), lawRef: text(200) })
  .meta({ description: 'A practice of AI Act art. 5: no call of it ever passes.' })
const inBothOrOne = (max: number) => z.union([text(max), z.strictObject({ nl: text(max), en: text(max) })])
const both = z.strictObject(bilingual.shape)

const timeOfDay = /^([01]\d|2[0-4]):([0-5]\d)$/
const hours = openingHours.refine(
  (days) =>
    Object.values(days).every((range) => {
      const [from, until] = range.split('-')
      return (
        timeOfDay.test(from ?? '') &&
        timeOfDay.test(until ?? '') &&
        (from ?? '') < (until ?? '') &&
        (until ?? '') <= '24:00'
      )
    }),
  { error: 'hours' },
)

const timeZone = text(60).refine(
  (name) => {
    try {
      new Intl.DateTimeFormat('en', { timeZone: name })
      return true
    } catch {
      return false
    }
  },
  { error: 'time_zone' },
)

const secretRef = z.union([
  z.strictObject({ env: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/) }),
  z.strictObject({ file: text(1_000) }),
])

const client = z.strictObject({
  id: slug,
  name: text(200),
  contact: z.strictObject(clientProfile.shape.contact.shape).default({}),
  allow: clientProfile.shape.allow.default([]),
  recognisers: z
    .array(
      z.strictObject({
        ...ownRecogniser.shape,
        shape: ownRecogniser.shape.shape.meta({
          description: 'A is any letter, 9 any digit, every other character itself; no `*` and no regular expression.',
        }),
        cues: ownRecogniser.shape.cues.meta({
          description: 'Words of which one must stand near it. Absent: the shape alone is enough.',
        }),
        example: ownRecogniser.shape.example.meta({ description: 'An invented number that has this shape.' }),
      }),
    )
    .max(RECOGNISERS_PER_CLIENT)
    .default([])
    .meta({
      description: "The organisation's own numbers, by their shape. They are hidden beside all that is found anyway.",
    }),
  handoff: z
    .strictObject({
      channel: clientProfile.shape.handoff.shape.channel,
      hours,
      timezone: timeZone.default('Europe/Amsterdam'),
      humanWord: both.default({ nl: 'medewerker', en: 'person' }),
      answerWithinHours: clientProfile.shape.handoff.shape.answerWithinHours.default(24),
      demand: z.strictObject({ specialCategories: z.boolean() }).optional().meta({
        description: 'Whether a person takes over where special categories come up (GDPR art. 9). Default: no.',
      }),
    })
    .default({
      channel: 'email',
      hours: {},
      timezone: 'Europe/Amsterdam',
      humanWord: { nl: 'medewerker', en: 'person' },
      answerWithinHours: 24,
    }),
  theme: text(40).optional(),
  country: country
    .optional()
    .meta({ description: 'Where the client is established: ISO 3166-1 alpha-2. Default: NL.' }),
  consentAge: z.int().min(13).max(16).optional().meta({
    description: 'From which age somebody consents for themselves (GDPR art. 8). Default: 16, as in the Netherlands.',
  }),
  withdrawalWords: z.strictObject(withdrawalWords.shape).optional().meta({
    description: 'What a customer types to take consent back, by language. Absent: the words of the product.',
  }),
  telemarketing: clientProfile.shape.telemarketing.meta({
    description:
      'A charity, charity lottery or newspaper may call its own customers unasked (Tw art. 11.7). Absent: it may not.',
  }),
  webhooks: z
    .array(
      z.strictObject({
        id: slug,
        url: z.url({ protocol: /^https?$/ }).max(500),
        secret: secretRef,
        events: z.array(z.enum(webhookEvents)).min(1).max(50),
        allowPrivateAddress: z.boolean().optional(),
      }),
    )
    .max(20)
    .optional()
    .meta({
      description: 'Systems that hear of contests and complaints, signed after Standard Webhooks; ids and codes only.',
    }),
  closedDays: clientProfile.shape.closedDays.meta({
    description:
      'Days on which the office is shut beside days off, as 2026-12-24. Business days pass them over; terms of law do not.',
  }),
  providers: clientProfile.shape.providers.meta({
    description: 'Providers that this client allows, by name. Absent: every provider in the register.',
  }),
  regions: clientProfile.shape.regions.meta({
    description: 'Regions that this client allows. Absent: every region in the register.',
  }),
  disclosures: z.strictObject(ownDisclosures.shape).optional().meta({
    description:
      'Words of your own for saying that it is AI, by channel. {organisation} and {humanWord} are filled in; in emotion and biometric also {purpose} and {optOutWord}. Absent: the words of the product.',
  }),
  complaints: z.strictObject(clientProfile.shape.complaints.unwrap().shape).optional().meta({
    description:
      'Under which law complaints are handled, and whether customers read who handles theirs. Absent: as any company, without names.',
  }),
})

const days = z.int().min(1).max(36_500).optional()
const terms = z
  .strictObject({ importedRecordings: days, callFacts: days, consentProof: days })
  .meta({ description: 'Days by kind of data where they differ from the default; what was said: retentionDays.' })

const purpose = z.strictObject({
  id: slug,
  client: slug,
  name: both,
  kind: z.enum(purposeKinds).default('general').meta({
    description: 'telemarketing: unsolicited sales calls, per customer and number (Tw art. 11.7). Default: general.',
  }),
  about: z.enum(['customer', 'staff']).default('customer').meta({ description: 'Whose data. Default: customer.' }),
  staff: z
    .strictObject({
      level: z.enum(['team', 'person']),
      worksCouncil: z.strictObject({ reference: text(200), decidedOn: z.iso.date() }).optional(),
    })
    .optional()
    .meta({ description: 'Data about staff: per team, or per person with the decision of the works council.' }),
  upstreams: z
    .array(slug)
    .max(50)
    .optional()
    .meta({ description: 'Upstreams that its calls may go to. Absent: only those that hand data to nobody else.' }),
  processors: z
    .array(slug)
    .max(200)
    .optional()
    .meta({ description: 'Who further processes for it. Absent: the record of processing says that it is not known.' }),
  processing: z
    .strictObject({
      dataSubjects: both.optional(),
      security: both.optional(),
      jointControllers: z
        .array(z.strictObject(jointController.shape))
        .max(20)
        .optional()
        .meta({ description: 'Who decides about it together with the client (GDPR art. 26).' }),
    })
    .default({})
    .meta({ description: 'What the record of processing further says (GDPR art. 30).' }),
  /** GDPR art. 6(1); the shipped default is explicit consent. */
  basis: lawfulBasis.default('consent'),
  specialBasis: text(40).optional(),
  reasoning: both.optional(),
  signedBy: slug.optional(),
  signedAt: moment.optional(),
  dataKinds: both,
  retentionDays: z.int().min(1).max(36_500),
  terms: terms.optional(),
  consequenceOfNo: both.optional(),
  objectable: z.boolean().optional().meta({
    description: 'May the customer object (GDPR art. 21)? Default: yes for public_task and legitimate_interests.',
  }),
  prohibited: prohibited.optional(),
})

const attribute = z
  .strictObject({
    id: slug,
    client: slug,
    ...attributeStatement.shape,
    name: both,
    choices: z
      .array(z.strictObject({ value: slug, label: both }))
      .min(2)
      .max(50),
    question: both
      .optional()
      .meta({ description: 'What the customer is asked, in the portal. Needed where they say it themselves.' }),
    necessity: both.meta({
      description: 'Why this is strictly necessary, and why other data will not do (AI Act art. 4a).',
    }),
    legalGround: both,
    signedBy: slug,
    signedAt: moment,
    endsAt: moment.optional().meta({ description: 'When it ends by itself: then its key is destroyed.' }),
  })
  .meta({ description: 'By which outcomes of groups are compared, and nothing else. Never guessed.' })

const transfer = z.strictObject({
  ground: z.enum(transferGrounds).meta({ description: 'none_needed only inside the EEA (GDPR art. 44-49).' }),
  reference: text(300).optional().meta({ description: 'The decision, the clauses with their date, the rules.' }),
})

/** Absent: not known. A call to a supplier outside this organisation is refused until everything is known. */
const processorTerms = z.strictObject({
  summary: text(2_000).optional(),
  agreement: z.strictObject({ reference: text(200), signedOn: moment, validUntil: moment.optional() }).optional(),
  country: country.optional().meta({ description: 'Where the data are: ISO 3166-1 alpha-2, NL.' }),
  transfer: transfer.optional(),
  subProcessors: z
    .array(z.strictObject({ name: text(200), country, task: text(300).optional(), transfer: transfer.optional() }))
    .max(200)
    .optional(),
  retentionDays: z.int().min(0).max(36_500).optional(),
  trainsOnData: z.boolean().optional(),
  reviewedAt: moment.optional(),
  reviewBy: moment
    .optional()
    .meta({ description: 'When the terms are looked at again. Default: a year after the last time.' }),
})

const notice = z.strictObject({
  id: slug,
  client: slug,
  /** One question is about one purpose: consent is never bundled (GDPR art. 7(2), recital 43). */
  purpose: slug,
  version: versionId,
  material: z.boolean().default(false).meta({
    description: 'It says something else than the version before, so earlier consent ends. Default: no.',
  }),
  texts: z
    .partialRecord(z.enum(noticeChannels), both)
    .meta({ description: 'The words as they are shown or spoken, by channel.' }),
})

const processor = z.strictObject({
  id: slug,
  client: slug.optional().meta({ description: 'Absent: works for every client.' }),
  name: text(200),
  task: both,
  terms: processorTerms.default({}),
})

const upstream = z.strictObject({
  id: slug,
  builtin: z.enum(['assistant', 'record']).optional(),
  knowledge: text(1_000)
    .optional()
    .meta({ description: 'builtin assistant: folder with the knowledge base, relative to this file.' }),
  tools: text(1_000)
    .optional()
    .meta({ description: 'builtin assistant: file with the answers of its tools, relative to this file.' }),
  file: text(1_000)
    .optional()
    .meta({ description: 'builtin record: file that what was received is added to, relative to this file.' }),
  baseUrl: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .refine((address) => /^[^?#]*$/.test(address) && !/^https?:\/\/[^/]*@/.test(address), { error: 'address' })
    .optional()
    .meta({
      description: 'Address of an OpenAI-compatible server, up to and including /v1. No user, password or query.',
    }),
  apiKey: secretRef
    .optional()
    .meta({ description: 'Where the key of the provider is: an environment variable or a file. Never the key.' }),
  allowPrivateAddress: z
    .boolean()
    .optional()
    .meta({ description: 'Allow an address in a private network. Default: no.' }),
  selfHosted: z.boolean().optional().meta({
    description: 'The organisation runs this server itself, so there are no terms with a supplier. Default: no.',
  }),
  noStreamUsage: z
    .boolean()
    .optional()
    .meta({ description: 'The provider does not know stream_options. Default: no.' }),
  provider: z.strictObject({
    name: text(200),
    region: text(60).optional(),
    terms: z
      .union([text(2_000), processorTerms])
      .optional()
      .meta({
        description: 'What was agreed (GDPR art. 28). In words alone it does not let a call go to a supplier.',
      }),
  }),
})

const role = z.enum(roles)

const person = z.strictObject({
  id: slug,
  name: text(200),
  email: z.email().max(200).optional(),
  roles: z
    .array(
      z.strictObject({
        role,
        client: slug.optional(),
        system: slug.optional(),
        from: moment.optional(),
        until: moment.optional(),
      }),
    )
    .max(50)
    .default([]),
  qualifications: z
    .array(
      z.strictObject({
        kind: z.enum(['human_oversight', 'complaint_handling', 'review', 'audit']),
        attainedOn: moment,
        validUntil: moment,
        evidence: text(500).optional(),
      }),
    )
    .max(50)
    .default([]),
})

/** `file` is relative to this file; left out where the register has these contents already. */
const explainerFile = { file: text(1_000).optional(), sha256: fileHash }
const explainer = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('model'),
      ...explainerFile,
      output: z.int().min(0).max(10_000).optional().meta({
        description:
          'Which output of a model with more than two classes, from 0. It must be the one that is the score.',
      }),
      score: z.enum(['output', 'probability']).default('output').meta({
        description: 'What the score of a decision is: what the model adds up, or the chance that follows from it.',
      }),
      background: z.strictObject(explainerFile).optional().meta({
        description: 'Rows (JSON) that a decision is compared with, in the order of the features.',
      }),
    }),
    z.strictObject({
      kind: z.literal('scorer'),
      url: z.url({ protocol: /^https?$/ }).max(500),
      headersFrom: z
        .record(z.string().regex(/^[A-Za-z][A-Za-z0-9-]{0,63}$/), secretRef)
        .optional()
        .meta({ description: 'Headers whose value stands in a variable or file of the server, never here.' }),
      allowPrivateAddress: z.boolean().optional(),
      budget: z
        .strictObject({ calls: z.int().min(2).max(1_000_000), ms: z.int().min(10).max(10_000) })
        .default({ calls: 5_000, ms: 1_000 })
        .meta({ description: 'Rows that may be asked, and how long, within one request.' }),
      background: z.strictObject(explainerFile),
    }),
  ])
  .meta({ description: 'With what Waarborg explains decisions for which no explanation is sent.' })

const version = z.strictObject({
  id: versionId,
  model: text(200).optional(),
  prompt: z.string().max(50_000).default(''),
  knowledge: z.string().max(200).default(''),
  settings: z.record(z.string().max(100), z.json()).default({}),
  current: z.boolean().optional(),
  explainer: explainer.optional(),
})

const gate = z.strictObject({
  version: versionId.optional().meta({ description: 'Default: the current version.' }),
  decision: z.enum(['approve', 'conditional', 'reject']),
  by: decider,
  reasons: inBothOrOne(2_000),
  conditions: inBothOrOne(2_000).optional(),
  despite: inBothOrOne(2_000).optional().meta({
    description: 'Why it is released although a condition that this file requires does not hold.',
  }),
  at: moment.optional(),
  validUntil: moment,
})

const system = z.strictObject({
  id: slug,
  client: slug,
  name: both,
  description: both,
  kind: z.enum(['chatbot', 'voicebot', 'email', 'agent_assist', 'scorer', 'other']),
  decisionClass: z.enum(decisionClasses),
  owner: slug.optional(),
  channel,
  language: z
    .string()
    .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/)
    .max(20),
  purposes: z.array(slug).min(1).max(50),
  upstream: slug,
  model: text(200).optional().meta({ description: 'Model of the versions that name none.' }),
  disclosure: z.enum(['inject', 'require', 'none_needed']).default('inject'),
  emotionInference: z.enum(['none', 'customer', 'staff']).default('none').meta({
    description:
      'Does it estimate emotions from a voice or a face? Of customers: then they are told first (AI Act art. 50(3)). Of staff: prohibited (art. 5(1)(f)), so it is refused.',
  }),
  biometricCategorisation: z.boolean().default(false).meta({
    description: 'Does it sort people by their voice, face or body? Then they are told first (AI Act art. 50(3)).',
  }),
  mode: z.enum(['enforce', 'observe']).default('enforce'),
  observe: z
    .strictObject({ until: moment, signedBy: z.array(slug).min(2).max(10) })
    .optional()
    .meta({ description: 'Only with mode observe: at most 30 days, signed by two people.' }),
  toolsWithOriginals: z
    .array(text(64))
    .max(200)
    .optional()
    .meta({ description: 'Tools that get the real values. Absent: all function tools.' }),
  allowedContent: z
    .array(z.enum(['text', 'image', 'audio', 'file']))
    .max(4)
    .default(['text']),
  limits: z
    .strictObject({
      callsPerMinute: z.int().min(1).max(1_000_000).optional(),
      openCalls: z.int().min(1).max(100_000).optional(),
    })
    .default({}),
  prohibited: prohibited.optional(),
  decisions: decisionRules.optional().meta({
    description: 'What decisions about people of this system look like. Absent: it takes none that are recorded.',
  }),
  dataSheet: z.enum(gatePolicies).default('shown').meta({
    description: 'Is a data sheet of a version required before it is released, or only shown?',
  }),
  pairedPrompts: z.enum(gatePolicies).default('shown').meta({
    description: 'The same of a test with paired prompts.',
  }),
  versions: z.array(version).min(1).max(500).optional(),
  gates: z.array(gate).max(500).default([]),
  overseers: z
    .array(z.strictObject({ person: slug, from: moment.optional(), until: moment.optional() }))
    .max(100)
    .default([]),
  stopped: z
    .strictObject({ by: decider, at: moment.optional(), reason: z.enum(stopReasons), note: text(500).optional() })
    .optional(),
})

const consent = z.strictObject({
  purpose: slug,
  system: slug.optional(),
  state: z.enum(['asked', 'given', 'refused', 'withdrawn', 'objected', 'objection_lifted']),
  at: moment.optional(),
  expiresAt: moment.optional(),
  by: z.enum(['customer', 'representative', 'staff']).default('customer'),
  channel: channel.default('chat'),
  language: z.string().max(20).optional(),
})

const spokenFor = {
  purposes: z.array(slug).min(1).max(200).optional(),
  validUntil: moment.optional(),
  evidence: text(200).meta({ description: 'Where the evidence is, in your own files. It is stored sealed.' }),
}
/** Who may speak for a data subject; the relations are those of privacy/representative.ts. */
const representative = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('guardian'), relation: z.enum(['parent', 'legal_guardian']), ...spokenFor }),
  z.strictObject({
    kind: z.literal('mandate'),
    relation: z.enum(['curator', 'administrator', 'mentor', 'authorised', 'heir']),
    ...spokenFor,
  }),
])

const subject = z.strictObject({
  reference: text(200).meta({ description: "The organisation's own customer reference. It is never stored readable." }),
  client: slug,
  language: z.string().max(20).optional(),
  kind: z.enum(['adult', 'minor', 'deceased', 'represented', 'unknown']).default('unknown'),
  representatives: z.array(representative).max(20).default([]),
  consents: z.array(consent).max(200).default([]),
})

export const organisationFile = z
  .strictObject({
    waarborg: z.literal(1),
    tenant: z.strictObject({ id: slug, name: text(200) }),
    clients: z.array(client).max(1_000).default([]),
    purposes: z.array(purpose).max(5_000).default([]),
    attributes: z.array(attribute).max(1_000).default([]),
    notices: z.array(notice).max(10_000).default([]),
    upstreams: z.array(upstream).max(1_000).default([]),
    processors: z.array(processor).max(1_000).default([]),
    people: z.array(person).max(10_000).default([]),
    systems: z.array(system).max(5_000).default([]),
    subjects: z.array(subject).max(50_000).default([]),
    keys: z
      .array(z.strictObject({ system: slug, label: text(100) }))
      .max(10_000)
      .default([]),
  })
  .meta({ title: 'Waarborg organisation file, version 1', description: 'What `waarborg apply` reads.' })

export type OrganisationFile = z.output<typeof organisationFile>
/** What a person writes: defaults may be left out. */
export type OrganisationInput = z.input<typeof organisationFile>

/** The published JSON Schema (draft 2020-12) of what a person writes. */
export function organisationJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(organisationFile, { io: 'input', target: 'draft-2020-12' }) as Record<string, unknown>
}
