/** Shapes of the record of processing activities (GDPR art. 30, https://eur-lex.europa.eu/legal-content/NL/TXT/?uri=CELEX:32016R0679#art_30). */
import { z } from 'zod'
import {
  bilingual,
  instant,
  jointController,
  lawfulBasis,
  processorTerms,
  purposeKinds,
  slug,
  staffTerms,
  termsProblemCodes,
} from '../../records/contract.ts'
import { retentionKinds } from '../rights/retention.ts'

/** What the record should say and does not. */
export const processingGaps = [
  'controller_contact',
  'representative',
  'joint_arrangement',
  'data_subjects',
  'security',
  'works_council',
  'processors_not_named',
  'upstream_not_named',
  'recipient_terms',
] as const

export const processingRecipient = z.object({
  kind: z.enum(['upstream', 'processor']),
  id: z.string(),
  name: z.string(),
  /** What a processor does; of an upstream it is what its systems are for. */
  task: bilingual.nullable(),
  systems: z.array(z.object({ id: slug, name: bilingual })),
  /**
   * False: the purpose does not name it. No call goes to such an upstream; of a processor nobody said whether it works
   * for this purpose.
   */
  named: z.boolean(),
  /** Whether terms are needed. False: the data go to nobody else. */
  needed: z.boolean(),
  problems: z.array(z.enum(termsProblemCodes)),
  terms: processorTerms.nullable(),
  /** Where data go outside the EEA: the recipient's own country, and those of its sub-processors. */
  transfers: z.array(
    z.object({
      name: z.string(),
      country: z.string(),
      ground: z.string().nullable(),
      /** The document that the ground rests on (GDPR 30(1)(e)). */
      reference: z.string().nullable(),
    }),
  ),
})

export const processingActivity = z.object({
  purpose: slug,
  client: slug,
  controller: z.object({
    name: z.string(),
    address: z.string().nullable(),
    email: z.string().nullable(),
    privacyOfficer: z.string().nullable(),
    /** Outside the EEA: who stands in for it there (GDPR 27). */
    representative: z.string().nullable(),
  }),
  jointControllers: z.array(jointController),
  name: bilingual,
  kind: z.enum(purposeKinds),
  basis: lawfulBasis,
  specialBasis: z.string().nullable(),
  reasoning: bilingual.nullable(),
  signedBy: z.string().nullable(),
  signedAt: instant.nullable(),
  objectable: z.boolean(),
  about: z.enum(['customer', 'staff']),
  staff: staffTerms.nullable(),
  dataSubjects: bilingual.nullable(),
  dataKinds: bilingual,
  recipients: z.array(processingRecipient),
  terms: z.array(z.object({ kind: z.enum(retentionKinds), days: z.number().int(), from: z.string() })),
  security: bilingual.nullable(),
  prohibited: z.object({ practice: z.string(), lawRef: z.string() }).nullable(),
  gaps: z.array(z.enum(processingGaps)),
})
export type ProcessingActivity = z.output<typeof processingActivity>

export const processingRecordView = z.object({
  organisation: z.string(),
  activities: z.array(processingActivity),
})
export type ProcessingRecordView = z.output<typeof processingRecordView>

export const processingExportQuery = z.object({ format: z.enum(['csv', 'json']).default('json') })
export const processingExport = z.object({ format: z.enum(['csv', 'json']), name: z.string(), text: z.string() })
