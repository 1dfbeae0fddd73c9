/** Shapes of what crosses the wire about rights, retention, holds and breaches, and of their ledger events. */
import { z } from 'zod'
import { roles } from '../../platform/http.ts'
import { bilingual, id, instant, slug, words } from '../../records/contract.ts'
import { mailStates } from '../../records/rules.ts'
import { relations } from '../representative.ts'
import { breachActs, breachCategories, breachCauses, breachKinds, breachRisks, tellExceptions } from './breach.ts'
import { holdReasons, liftReasons } from './hold.ts'
import { letterKinds } from './letter.ts'
import {
  askerRefusals,
  copyParts,
  decisions,
  extensionReasons,
  identities,
  refusalGrounds,
  requestKinds,
  staffChannels,
  staffIdentities,
} from './request.ts'
import { otherKinds, retentionKinds } from './retention.ts'

/** A calendar day: `2026-12-25`. */
export const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/)

// -- ledger events --------------------------------------------------------------------------------------------------

/** Rows touched per table; never whose, never what. */
export const storeCounts = z.record(z.string().max(40), z.int().min(0))

/** `erasure.completed`; `subject` of the entry is the random id to which nothing leads any more. */
export const erasureBody = z.object({
  stores: storeCounts,
  /** Up to this moment a backup may hold the sealed contents together with a key that opens them; null: not known. */
  backupsUntil: z.iso.datetime().nullable(),
  /** Why: at the request of the person, at the end of a term, again after a restore, or of a call that ended after it. */
  cause: z.enum(['request', 'retention', 'restore', 'late_write']),
})

/** `retention.applied`: one for each client of which something went; `refs.run` is the pass. */
export const retentionBody = z.object({
  counts: z.array(z.object({ kind: z.enum(retentionKinds), purpose: z.string().nullable(), n: z.int().min(1) })),
})

/** `hold.placed`, `hold.expired`, `hold.lifted`; `refs.hold`, and the conversation or case it is on. */
export const holdBody = z.object({
  reason: z.enum(holdReasons),
  endsAt: z.iso.datetime().optional(),
  lifted: z.enum(liftReasons).optional(),
})

// -- retention and holds over the wire --------------------------------------------------------------------------------

const count = z.object({
  kind: z.enum(retentionKinds),
  client: z.string(),
  purpose: z.string().nullable(),
  n: z.number().int(),
})

export const termView = z.object({
  client: slug,
  /** null: of every purpose. */
  purpose: z.string().nullable(),
  name: bilingual.nullable(),
  kind: z.enum([...retentionKinds, ...otherKinds]),
  days: z.number(),
  from: z.enum(['purpose', 'file', 'default', 'setting']),
})

export const runView = z.object({
  id,
  startedAt: instant,
  endedAt: instant.nullable(),
  counts: z.array(count),
  /** The entries that prove it, one per client. */
  proofs: z.array(z.object({ event: z.string(), index: z.number().int().nullable() })),
})

export const holdView = z.object({
  id,
  client: slug,
  subject: z.string().nullable(),
  conversation: z.string().nullable(),
  case: z.string().nullable(),
  reason: z.enum(holdReasons),
  reference: z.string().nullable(),
  state: z.enum(['holds', 'expired', 'lifted']),
  placedBy: z.string(),
  placedAt: instant,
  endsAt: instant,
  liftedAt: instant.nullable(),
  liftedBy: z.string().nullable(),
  liftReason: z.string().nullable(),
})

export const retentionView = z.object({
  terms: z.array(termView),
  /** What goes at the next pass, and what of it stays. */
  next: z.object({ counts: z.array(count), kept: z.number().int() }),
  runs: z.array(runView),
  /** Entries of the ledger, which is one for all organisations. */
  ledger: z.object({
    days: z.number(),
    /** The last pass over all entries; null before the first. `kept`: entries past the term that stay. */
    last: z
      .object({ at: instant, outcome: z.enum(['done', 'stopped', 'clock_unproven']), kept: z.number().int() })
      .nullable(),
    /** What is gone: entries `from` to `to`, by the entry `event`. */
    pruned: z.array(
      z.object({
        from: z.number().int(),
        to: z.number().int(),
        at: instant,
        termDays: z.number().int(),
        event: z.string(),
        index: z.number().int().nullable(),
      }),
    ),
  }),
})
export type RetentionView = z.output<typeof retentionView>

export const holdList = z.object({ holds: z.array(holdView) })
export type HoldList = z.output<typeof holdList>

/** A register number of elsewhere: no words, so nothing personal. */
export const reference = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:/-]{0,59}$/)

export const holdRequest = z.object({
  /** One of these. */
  subject: id.optional(),
  conversation: id.optional(),
  case: id.optional(),
  reason: z.enum(holdReasons),
  reference: reference.optional(),
  endsAt: instant,
})
export const liftRequest = z.object({ reason: z.enum(liftReasons) })
export const holdReply = holdView
export const idParams = z.object({ id })

// -- requests of data subjects --------------------------------------------------------------------------------------------

export { requestKinds, staffChannels, staffIdentities }
export const requestKind = z.enum(requestKinds)
const letterView = z.object({
  kind: z.enum(letterKinds),
  at: instant,
  language: z.enum(['nl', 'en']),
  subject: z.string(),
  paragraphs: z.array(z.string()),
  /** Where the mail with it is; null: it did not go by mail. */
  mail: z.enum(mailStates).nullable(),
})
export type LetterView = z.output<typeof letterView>

/** What somebody asks in words; what should stand there; against what. Sealed under the subject's key. */
const asked = z.object({
  words: words(0, 2_000).optional(),
  /** rectification: what should be there. */
  shouldBe: words(1, 2_000).optional(),
  /** rectification: the turn of the conversation it is about. */
  turn: z.number().int().min(1).max(1_000_000).optional(),
  /** objection: absent means every purpose that can be objected to. */
  purposes: z.array(slug).max(50).optional(),
})
export type Asked = z.output<typeof asked>

/** Who asks. A representative is on record as guardian or with a mandate that counts and covers what is asked. */
const askedBy = {
  by: z.enum(['customer', 'representative']).default('customer'),
  /** Which record; absent: whichever of this customer's counts. */
  representative: id.optional(),
  /** Register number, elsewhere, of what was shown. */
  mandate: reference.optional(),
}

export const portalRequest = asked.extend({ kind: requestKind, by: askedBy.by })

const customerReference = words(1, 200)
export const platformRequest = asked.extend({
  kind: requestKind,
  subject: customerReference.optional(),
  conversation: customerReference.optional(),
  ...askedBy,
  language: z.enum(['nl', 'en']).default('nl'),
})

/** The customer by Waarborg's number, or one of their conversations by Waarborg's number; when both, they belong together. */
export const staffRequest = asked.extend({
  kind: requestKind,
  subject: id.optional(),
  conversation: id.optional(),
  ...askedBy,
  identity: z.enum(staffIdentities),
  /** How it came in. */
  channel: z.enum(staffChannels).default('phone'),
  /** The calendar day on which it came in, in the client's time zone; the term runs from it. Absent: today. */
  receivedOn: z.iso.date().optional(),
  language: z.enum(['nl', 'en']).default('nl'),
})

export const requestSummary = z.object({
  id,
  client: slug,
  subject: id,
  conversation: z.string().nullable(),
  kind: requestKind,
  via: z.enum(['portal', 'staff', 'api']),
  by: z.enum(['customer', 'representative']),
  state: z.enum(['received', 'extended', 'completed', 'refused']),
  receivedAt: instant,
  dueStrict: day,
  dueLatest: day,
  clock: z.enum(['answered', 'in_time', 'strict_passed', 'late']),
  decision: z.enum(decisions).nullable(),
  decidedAt: instant.nullable(),
})
export type RequestSummary = z.output<typeof requestSummary>
export const requestList = z.object({ requests: z.array(requestSummary) })

export const requestDetail = requestSummary.extend({
  identity: z.enum(identities),
  /** How it came in, when staff wrote it down. */
  channel: z.enum(staffChannels).nullable(),
  recordedAt: instant,
  /** The record by which a representative asked; null: the customer asked, or it was erased. */
  representative: z
    .object({
      id,
      relation: z.enum([...relations.guardian, ...relations.mandate]),
      /** They may still ask this now; when not, the request can only be refused. */
      counts: z.boolean(),
    })
    .nullable(),
  mandate: z.string().nullable(),
  language: z.string(),
  recordedBy: z.string(),
  extendedAt: instant.nullable(),
  extensionReason: z.enum(extensionReasons).nullable(),
  grounds: z.array(z.enum(refusalGrounds)),
  decidedBy: z.string().nullable(),
  outcome: z.record(z.string(), z.number()).nullable(),
  /** null for who may not read it, and after erasure. */
  asked: asked.nullable(),
  letters: z.array(letterView),
  /** Grounds that fit this right, for the form. */
  possibleGrounds: z.array(z.object({ ground: z.enum(refusalGrounds), article: z.string() })),
  /** The subject's use is paused now. */
  restricted: z.boolean(),
  /** Holds that would stop an erasure. */
  holds: z.array(id),
  proofs: z.array(z.object({ type: z.string(), event: z.string(), index: z.number().int().nullable(), at: instant })),
})
export type RequestDetail = z.output<typeof requestDetail>

export const requestMade = z.object({
  id,
  kind: requestKind,
  dueStrict: day,
  dueLatest: day,
  letter: letterView,
  receipt: z.string(),
})
export const extendRequest = z.object({ reason: z.enum(extensionReasons), explanation: words(1, 2_000) })
export const decideRequest = z.object({
  decision: z.enum(decisions),
  grounds: z.array(z.enum(refusalGrounds)).max(5).default([]),
  explanation: words(0, 2_000).optional(),
  leaveOut: z.array(z.enum(copyParts)).max(2).default([]),
})
export const liftRestriction = z.object({ explanation: words(1, 2_000) })
/** The letter comes once with the answer: after an erasure nothing of it is kept. */
export const requestAnswered = z.object({ request: requestDetail, letter: letterView, receipt: z.string() })

const askerNo = z.enum(askerRefusals)

const breachLetterView = z.object({
  at: instant,
  language: z.enum(['nl', 'en']),
  subject: z.string(),
  paragraphs: z.array(z.string()),
})

/** What we know about you: counts and names, no contents. */
export const knownView = z.object({
  organisation: z.string(),
  client: z.string(),
  contact: z.record(z.string(), z.string()),
  conversations: z.number().int(),
  turns: z.number().int(),
  calls: z.number().int(),
  answers: z.number().int(),
  hidden: z.array(z.object({ label: z.string(), n: z.number().int() })),
  since: instant.nullable(),
  purposes: z.array(
    z.object({
      id: slug,
      name: z.string(),
      basis: z.string(),
      dataKinds: z.string(),
      retentionDays: z.number().int(),
      objectable: z.boolean(),
    }),
  ),
  recipients: z.array(z.object({ name: z.string(), region: z.string().nullable(), calls: z.number().int() })),
  views: z.array(z.object({ at: instant, role: z.string().nullable() })),
  restrictedAt: instant.nullable(),
  /** Why this customer cannot ask here; null: they can. */
  mayNotAsk: askerNo.nullable(),
  /** Why nobody can ask here for them; null: who is on record for that can. */
  mayNotAskFor: askerNo.nullable(),
  corrections: z.array(z.object({ id, at: instant, shouldBe: z.string(), turn: z.number().int().nullable() })),
  requests: z.array(
    requestSummary
      .omit({ subject: true, client: true, by: true, via: true })
      .extend({ letters: z.array(letterView), receipt: z.string().nullable() }),
  ),
  copies: z.array(z.object({ id, kind: z.enum(['access', 'portability']), createdAt: instant, expiresAt: instant })),
  /** Data breaches that touched this customer and that they were told of. */
  breaches: z.array(breachLetterView),
})
export type KnownView = z.output<typeof knownView>

/** A copy for its data subject: the readable part first; `records` holds every row of every table, for a machine. */
export const subjectCopy = z.object({
  format: z.literal('waarborg-copy/1'),
  kind: z.enum(['access', 'portability']),
  madeAt: instant,
  organisation: z.string(),
  client: z.object({ id: slug, name: z.string(), contact: z.record(z.string(), z.string()) }),
  subject: id,
  purposes: z.array(
    z.object({ id: slug, name: bilingual, basis: z.string(), dataKinds: bilingual, retentionDays: z.number().int() }),
  ),
  recipients: z.array(z.object({ name: z.string(), region: z.string().nullable(), calls: z.number().int() })),
  views: z.array(z.object({ at: instant, role: z.string().nullable(), conversation: z.string().nullable() })),
  conversations: z.array(
    z.object({
      id,
      startedAt: instant,
      channel: z.string(),
      language: z.string(),
      purpose: z.string(),
      system: z.string().nullable(),
      turns: z.array(
        z.object({
          seq: z.number().int(),
          role: z.string(),
          at: instant.nullable(),
          said: z.string().nullable(),
          /** What the AI saw of it, where that differs. */
          seen: z.string().nullable(),
          hidden: z.record(z.string(), z.number().int()),
        }),
      ),
      calls: z.array(
        z.object({
          id,
          at: instant,
          state: z.string(),
          code: z.string().nullable(),
          basis: z.string().nullable(),
          model: z.string().nullable(),
          sources: z.array(z.string()),
          tools: z.array(z.string()),
        }),
      ),
    }),
  ),
  consents: z.array(z.object({ id, purpose: z.string(), state: z.string(), at: instant, by: z.string() })),
  leftOut: z.array(z.enum(copyParts)),
  records: z.record(z.string(), z.array(z.record(z.string(), z.unknown()))),
})
export type SubjectCopy = z.output<typeof subjectCopy>

/** `request.received`, `.extended`, `.decided`, `.completed`; `refs.request`, and the conversation where there is one. */
export const requestBody = z.object({
  kind: requestKind,
  via: z.enum(['portal', 'staff', 'api']).optional(),
  by: z.enum(['customer', 'representative']).optional(),
  identity: z.enum(identities).optional(),
  channel: z.enum(staffChannels).optional(),
  receivedOn: day.optional(),
  dueStrict: day.optional(),
  dueLatest: day.optional(),
  reason: z.enum(extensionReasons).optional(),
  decision: z.enum(decisions).optional(),
  grounds: z.array(z.enum(refusalGrounds)).optional(),
  late: z.boolean().optional(),
  outcome: z.record(z.string(), z.number()).optional(),
})

// -- data breaches --------------------------------------------------------------------------------------------------------

export const breachRequest = z.object({
  /** Absent: the organisation as a whole. */
  client: slug.optional(),
  kinds: z.array(z.enum(breachKinds)).min(1).max(3),
  cause: z.enum(breachCauses),
  categories: z.array(z.enum(breachCategories)).min(1).max(breachCategories.length),
  happenedFrom: instant.optional(),
  happenedUntil: instant.optional(),
  /** When the organisation knew; the 72 hours begin here. */
  discoveredAt: instant,
  what: words(1, 5_000),
  consequences: words(0, 5_000).optional(),
  measures: words(0, 5_000).optional(),
})

/**
 * Whom did this AI system, key, member of staff, provider or portal link have to do with, from one moment to another? One of the
 * five. A link by its number, its code or its address; its number is what is kept.
 */
export const affectedRequest = z.object({
  from: instant,
  until: instant,
  system: slug.optional(),
  key: id.optional(),
  person: id.optional(),
  upstream: slug.optional(),
  link: words(1, 300).optional(),
})

export const assessRequest = z.object({
  risk: z.enum(breachRisks),
  notifyAuthority: z.boolean(),
  tellPeople: z.boolean(),
  tellException: z.enum(tellExceptions).optional(),
  reasons: words(1, 5_000),
  consequences: words(0, 5_000).optional(),
  measures: words(0, 5_000).optional(),
})

/** What the people are told (GDPR 34(2)), in words for customers, apart from what is written for the authority. */
const breachWords = z.object({
  /** What happened. */
  happened: words(1, 2_000),
  consequences: words(1, 2_000),
  /** What was and is done about it. */
  measures: words(1, 2_000),
  /** What they can do themselves. */
  advice: words(0, 2_000).optional(),
})
export type BreachWords = z.output<typeof breachWords>
/** In both languages: each person reads their own. */
export const wordRequest = z.object({ nl: breachWords, en: breachWords })

/**
 * Who gets which letter. Customer numbers are sent along to find out to whom a letter goes: Waarborg keeps none that can be read.
 * They are compared and not kept. `after`: the `more` of the reply before.
 */
export const bundleRequest = z.object({
  client: slug.optional(),
  references: z.array(words(1, 200)).max(10_000).default([]),
  after: id.optional(),
})
export const bundleReply = z.object({
  letters: z.array(
    z.object({
      subject: id,
      client: slug,
      /** The customer number, when it was sent along. */
      reference: z.string().nullable(),
      toldAt: instant.nullable(),
      letter: breachLetterView,
    }),
  ),
  /** Of whom no letter was made, since they were erased. */
  erased: z.number().int(),
  /** Where the next piece of the bundle begins; null: this was the last. */
  more: id.nullable(),
})
export type Bundle = z.output<typeof bundleReply>

export const notifyRequest = z.object({
  /** Number that the authority gave. */
  reference: reference.optional(),
  /** The authority was told now; false: only the people were. */
  authority: z.boolean(),
  people: z.boolean(),
  lateReason: words(0, 2_000).optional(),
})

export const breachSummary = z.object({
  id,
  reference: z.string(),
  client: z.string().nullable(),
  state: z.enum(['recorded', 'assessed', 'notified', 'closed']),
  kinds: z.array(z.enum(breachKinds)),
  cause: z.enum(breachCauses),
  categories: z.array(z.enum(breachCategories)),
  discoveredAt: instant,
  dueAt: instant,
  clock: z.enum(['reported', 'not_needed', 'in_time', 'late']),
  affected: z.number().int().nullable(),
  risk: z.enum(breachRisks).nullable(),
  /** Who has it; null: nobody yet. */
  owner: z.object({ id, name: z.string() }).nullable(),
  nextAct: z.enum(breachActs).nullable(),
})
export const breachAssign = z.strictObject({ person: id.nullable() })
export const breachList = z.object({ breaches: z.array(breachSummary) })
export type BreachList = z.output<typeof breachList>

export const breachDetail = breachSummary.extend({
  happenedFrom: instant.nullable(),
  happenedUntil: instant.nullable(),
  recordedBy: z.string(),
  notifyAuthority: z.boolean().nullable(),
  tellPeople: z.boolean().nullable(),
  tellException: z.enum(tellExceptions).nullable(),
  assessedAt: instant.nullable(),
  notifiedAt: instant.nullable(),
  authorityReference: z.string().nullable(),
  toldAt: instant.nullable(),
  closedAt: instant.nullable(),
  what: z.string(),
  consequences: z.string().nullable(),
  measures: z.string().nullable(),
  reasons: z.string().nullable(),
  lateReason: z.string().nullable(),
  /** What the people are told; null: not written yet. */
  words: wordRequest.nullable(),
  /** Who was found and not told yet; nobody who was erased. */
  untold: z.number().int(),
  /** How the affected were found. */
  searches: z.array(affectedRequest.extend({ found: z.number().int() })),
  conversations: z.number().int(),
  contact: z.record(z.string(), z.string()),
  organisation: z.string(),
  proofs: z.array(z.object({ type: z.string(), event: z.string(), index: z.number().int().nullable(), at: instant })),
})
export type BreachDetail = z.output<typeof breachDetail>

/** `breach.recorded`, `.searched`, `.assessed`, `.worded`, `.bundled`, `.notified`, `.closed`; `refs.breach`. Codes and counts only. */
export const breachBody = z.object({
  kinds: z.array(z.enum(breachKinds)).optional(),
  cause: z.enum(breachCauses).optional(),
  categories: z.array(z.enum(breachCategories)).optional(),
  dueAt: z.iso.datetime().optional(),
  found: z.int().optional(),
  /** Of a bundle: how many; told: how many people. */
  letters: z.int().optional(),
  told: z.int().optional(),
  risk: z.enum(breachRisks).optional(),
  notifyAuthority: z.boolean().optional(),
  tellPeople: z.boolean().optional(),
  tellException: z.enum(tellExceptions).nullable().optional(),
  authority: z.boolean().optional(),
  people: z.boolean().optional(),
  late: z.boolean().optional(),
  /** Of a reminder: how much of the 72 hours has gone. Of an escalation: who hears of it. */
  share: z.number().optional(),
  role: z.enum(roles).optional(),
})
