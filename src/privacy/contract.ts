/** Shapes of what crosses the wire about consent and objection, and of their ledger events. */
import { z } from 'zod'
import { id, instant, lawfulBasis, slug, words } from '../records/contract.ts'
import { type ConsentStateName, consentStates } from './consent.ts'

/** Who said it. A representative acts for the customer; staff writes down what the customer told them. */
export const consentGivers = ['customer', 'representative', 'staff'] as const

/**
 * How it was asked: version of the words, language and channel. All three go into the ledger, so they are codes and no
 * sentences.
 */
export const wording = z.object({
  version: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:+-]{0,59}$/),
  language: z.string().regex(/^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,4}$/),
  channel: z.string().regex(/^[a-z][a-z0-9_-]{0,39}$/),
  /** A question of the organisation's register: then the version, language and channel must be on file there. */
  notice: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{0,79}$/)
    .optional(),
  /** SHA-256 of the words as shown, to be sure that they are those on file. */
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
})

/** The organisation's own customer reference, or a conversation's id. */
const reference = words(1, 200)

/** What a platform may record. That a term or a wording ended follows from the record itself, so nobody sends it. */
export const recordedStates = ['asked', 'given', 'refused', 'withdrawn', 'objected', 'objection_lifted'] as const

/**
 * One answer of a customer about one purpose. Name the customer by `subject` (your own reference), or by the
 * `conversation`; of somebody known only from a conversation the answer counts in that conversation.
 */
export const consentRequest = z.object({
  subject: reference.optional(),
  /** Waarborg's id or your own. */
  conversation: reference.optional(),
  purpose: slug,
  /** The answer counts for this AI system of the client only; absent: for all of them. */
  system: slug.optional(),
  state: z.enum(recordedStates),
  by: z.enum(consentGivers).default('customer'),
  /** A purpose of telemarketing: the telephone number that it is about. It is kept as a keyed hash only. */
  number: words(3, 40).optional(),
  /** When it was said; absent: now. */
  at: instant.optional(),
  /** `given`: it counts up to this moment. */
  expiresAt: instant.optional(),
  wording,
})
export type ConsentRequest = z.output<typeof consentRequest>

/** What the next call of this system would meet. `code` is the gateway's refusal. */
export const useView = z.object({
  purpose: slug,
  basis: lawfulBasis.nullable(),
  use: z.enum(['allowed', 'refused']),
  code: z.string().nullable(),
  reason: z.string().nullable(),
  /** The event that it rests on. */
  event: z.string().nullable(),
})

/** May a number be called to sell something, for who dials before they dial (Tw 11.7). */
export const dialView = z.object({
  dial: z.enum(['allowed', 'refused']),
  ground: z.enum(['consent', 'customer_relation']).nullable(),
  code: z.string().nullable(),
  reason: z.string().nullable(),
  event: z.string().nullable(),
})
export type UseView = z.output<typeof useView>

export const consentEventView = z.object({
  id,
  purpose: z.string(),
  system: z.string().nullable(),
  state: z.enum(consentStates),
  at: instant,
  expiresAt: instant.nullable(),
  by: z.enum(consentGivers),
  wording: z.object({
    version: z.string(),
    language: z.string(),
    channel: z.string(),
    notice: z.string().nullable(),
    sha256: z.string().nullable(),
    /** Whether the words themselves are kept here; else the platform that asked keeps them. */
    onFile: z.boolean(),
  }),
  /** Set when it counts in this conversation only. */
  conversation: z.string().nullable(),
})

export const consentReply = z.object({
  id,
  purpose: slug,
  state: z.enum(recordedStates),
  at: instant,
  conversation: z.string().nullable(),
  use: useView,
  proof: z.object({ event: z.string() }),
})

export const consentQuery = z.object({
  subject: reference.optional(),
  conversation: reference.optional(),
  purpose: slug.optional(),
})
export const consentList = z.object({
  /** In the order in which they were recorded, which is the order that counts. */
  events: z.array(consentEventView),
  /** One for each purpose of this system, or the one that was asked about. */
  uses: z.array(useView),
  /** Of a purpose of telemarketing, for the number in the header X-Waarborg-Number; else absent. */
  dials: z.array(dialView.extend({ purpose: slug })),
})

// -- ledger events --------------------------------------------------------------------------------------------------

export const consentEventTypes = {
  asked: 'consent.asked',
  given: 'consent.given',
  refused: 'consent.refused',
  withdrawn: 'consent.withdrawn',
  expired: 'consent.expired',
  superseded: 'consent.superseded',
  objected: 'objection.received',
  objection_lifted: 'objection.lifted',
} as const satisfies Record<ConsentStateName, string>

/** Body of each of them. `refs`: consent, purpose, and system and conversation where it is limited to one. */
export const consentEventBody = z.object({
  by: z.enum(consentGivers),
  saidAt: instant,
  expiresAt: instant.optional(),
  wordingVersion: z.string().max(60),
  language: z.string().max(40),
  channel: z.string().max(40),
  /** Words that are on file: the question, and the SHA-256 of the text. They are the organisation's, nobody's personal data. */
  notice: z.string().max(80).optional(),
  wordingSha256: z.string().length(64).optional(),
})

/** Refusals of these routes; their sentences are `error.<code>` in the text files here or of records. */
export const consentErrorCodes = [
  'subject_needed',
  'subject_differs',
  'answer_differs',
  'consent_future',
  'consent_end',
  'consent_outdated',
  'consent_wording_unknown',
  'consent_wording_outdated',
  'guardian_missing',
  'mandate_missing',
  'deceased',
  'not_on_consent',
  'not_objectable',
  'number_needed',
  'number_unreadable',
  'call_objection_final',
  'prohibited_practice',
  'purpose_unknown',
  'system_unknown',
  'conversation_erased',
] as const
export type ConsentErrorCode = (typeof consentErrorCodes)[number]
