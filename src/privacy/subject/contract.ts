/** Shapes of what crosses the wire about one data subject's consents, and about who may speak for them. */
import { z } from 'zod'
import { lookUpReasons } from '../../access/contract.ts'
import { bilingual, id, instant, lawfulBasis, slug, words } from '../../records/contract.ts'
import { consentEventView, consentGivers, recordedStates, useView, wording } from '../contract.ts'
import { circumstances, relations, representativeKinds } from '../representative.ts'

export const subjectParams = z.object({ subject: id })
export const representativeParams = z.object({ subject: id, representative: id })

export { circumstances, relations }

const relation = z.enum([...relations.guardian, ...relations.mandate])

/** Who may speak for a data subject, and how that is known. */
export const representativeRequest = z
  .object({
    kind: z.enum(representativeKinds),
    relation,
    /** Absent: for every purpose. */
    purposes: z.array(slug).min(1).max(50).optional(),
    /** Where the evidence is: a reference in the organisation's own files. It is stored under the customer's key. */
    evidence: words(1, 300),
    validUntil: instant.optional(),
  })
  .refine(({ kind, relation: one }) => (relations[kind] as readonly string[]).includes(one), {
    path: ['relation'],
    error: 'relation',
  })

export const representativeReply = z.object({
  id,
  kind: z.enum(representativeKinds),
  recordedAt: instant,
})
export const endedReply = z.object({ id, endedAt: instant })

const reference = words(1, 200)
/**
 * A customer by the client's own reference, or by one of their conversations, and why they are looked for. Posted, so that the
 * reference stands in no address and no log.
 */
export const subjectFind = z
  .object({
    client: slug.optional(),
    reference: reference.optional(),
    conversation: id.optional(),
    reason: z.enum(lookUpReasons),
  })
  .refine(
    ({ client, reference: known, conversation }) =>
      conversation === undefined ? client !== undefined && known !== undefined : known === undefined,
    { path: ['reference'], error: 'one_of' },
  )
/** null: no such customer in the reader's scope. */
export const subjectFound = z.object({ subject: id.nullable() })
/** From an application: the customer by the organisation's own reference, and that it is a representative's record. */
export const representativeCall = z.intersection(z.object({ subject: reference }), representativeRequest)
export const representativeEndCall = z.object({ subject: reference, representative: id })

/** A day of birth decides once and is not kept. */
export const circumstanceRequest = z
  .object({
    circumstance: z.enum(circumstances).optional(),
    bornOn: z.iso.date().optional(),
  })
  .refine((body) => (body.circumstance === undefined) !== (body.bornOn === undefined), { error: 'one_of' })
export const circumstanceCall = z.intersection(z.object({ subject: reference }), circumstanceRequest)
export const circumstanceReply = z.object({ circumstance: z.enum(circumstances) })

/** What a member of staff writes down of what a customer, or who speaks for them, answered. */
export const staffAnswerRequest = z.object({
  purpose: slug,
  state: z.enum(recordedStates),
  by: z.enum(consentGivers).default('staff'),
  wording,
})
export const staffAnswerReply = z.object({
  id,
  purpose: slug,
  state: z.enum(recordedStates),
  at: instant,
  use: useView,
})

export const representativeView = z.object({
  id,
  kind: z.enum(representativeKinds),
  relation,
  purposes: z.array(z.string()).nullable(),
  /** Null when the reader may not see it, or when it was erased. */
  evidence: z.string().nullable(),
  recordedBy: z.string(),
  recordedAt: instant,
  validUntil: instant.nullable(),
  endedAt: instant.nullable(),
  counts: z.boolean(),
})

/** Everything that one data subject was asked and answered, and what it means for calls. */
export const subjectConsents = z.object({
  subject: id,
  client: slug,
  clientName: z.string(),
  kind: z.enum(['known', 'anonymous']),
  circumstance: z.enum(circumstances),
  erased: z.boolean(),
  consentAge: z.number().int(),
  representatives: z.array(representativeView),
  purposes: z.array(
    z.object({
      purpose: slug,
      name: bilingual,
      basis: lawfulBasis,
      objectable: z.boolean(),
      /** What a call of each AI system that works for this purpose would meet now. */
      uses: z.array(z.object({ system: slug, name: bilingual, use: useView })),
      events: z.array(
        consentEventView.extend({
          /** The words as they were shown, in their language; null when they are not on file. */
          text: z.string().nullable(),
          /** Where it was recorded: portal | application | staff | file. */
          via: z.enum(['portal', 'application', 'staff', 'file']),
          /** Calls that rested on this yes. */
          calls: z.number().int(),
        }),
      ),
      /** Calls of this subject for this purpose that were refused for want of it. */
      refused: z.number().int(),
      /** The questions that a member of staff can put now, by channel. */
      questions: z.array(
        z.object({
          notice: z.string(),
          version: z.string(),
          channel: z.string(),
          language: z.string(),
          text: z.string(),
        }),
      ),
    }),
  ),
})
export type SubjectConsents = z.output<typeof subjectConsents>

export const exportQuery = z.object({ format: z.enum(['27560', 'vcon']).default('27560') })
export const exportReply = z.object({ format: z.enum(['27560', 'vcon']), record: z.record(z.string(), z.unknown()) })

// -- ledger events --------------------------------------------------------------------------------------------------

/** `guardian.recorded`, `mandate.recorded`; refs: representative. `guardian.ended`, `mandate.ended`: no body. */
export const representativeEventBody = z.object({
  relation,
  purposes: z.array(z.string()).nullable(),
  validUntil: instant.nullable(),
})
/** `subject.sought`; `subject` of the entry when one was found, and nothing of what was filled in when not. */
export const soughtBody = z.object({ role: z.string(), reason: z.enum(lookUpReasons), found: z.boolean() })
/** `circumstance.recorded`. */
export const circumstanceEventBody = z.object({ circumstance: z.enum(circumstances) })

export const subjectErrorCodes = [
  'subject_unknown',
  'representative_unknown',
  'representative_end',
  'purpose_unknown',
] as const
