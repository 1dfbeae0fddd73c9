/** What the staff reads of disclosures and notices: the words in use, their versions, and whether they reach people in time. */
import { z } from 'zod'
import { disclosureWordings, instant, slug } from '../records/contract.ts'
import { noticeDifference, noticeDocument, noticeKinds, noticeVersion } from './notices/contract.ts'

const recorded = z.object({ record: z.string() })
const disclosureLine = z.object({
  wording: z.enum(disclosureWordings),
  /** Filled in as a customer reads it, in both languages. */
  texts: z.object({ nl: z.string(), en: z.string() }),
  versions: z.object({ nl: z.string(), en: z.string() }),
  /** The client's own words, and since when; null: ours. */
  own: recorded.extend({ countsFrom: instant }).nullable(),
  /** Words that counted before, the latest first; `texts` null: ours. */
  earlier: z.array(
    recorded.extend({
      countsFrom: instant,
      texts: z.object({ nl: z.string(), en: z.string() }).nullable(),
      versions: z.object({ nl: z.string(), en: z.string() }).nullable(),
    }),
  ),
})

export const transparencyOverview = z.object({
  clients: z.array(
    z.object({
      id: slug,
      name: z.string(),
      /**
       * Of conversations that began in the last 30 days, in which an AI spoke and had to say so: those that were told before or with
       * its first words.
       */
      told: z.object({ n: z.number().int(), of: z.number().int(), from: instant }),
      /** Systems of which customers must also hear what is inferred about them. */
      second: z.array(z.object({ system: slug, name: z.string(), kinds: z.array(z.enum(['emotion', 'biometric'])) })),
      disclosures: z.array(disclosureLine),
      notices: z.array(
        noticeVersion.extend({
          record: z.string(),
          versions: z.number().int(),
          /** Conversations of the last 30 days in which this version was shown, opened or read out; not only linked. */
          shown: z.number().int(),
        }),
      ),
    }),
  ),
})
export type TransparencyOverview = z.output<typeof transparencyOverview>

export const staffNoticeQuery = z.object({
  client: slug,
  kind: z.enum(noticeKinds),
  version: z.coerce.number().int().min(1).max(1_000_000).optional(),
})
export const staffNotice = z.object({
  client: z.object({ id: slug, name: z.string() }),
  current: z.number().int(),
  shown: noticeVersion.extend({
    record: z.string(),
    documents: z.object({ nl: noticeDocument, en: noticeDocument }),
  }),
  versions: z.array(noticeVersion.extend({ record: z.string(), difference: noticeDifference.nullable() })),
})
export type StaffNotice = z.output<typeof staffNotice>
