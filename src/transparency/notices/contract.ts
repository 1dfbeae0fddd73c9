/** Shapes of the notices: what people are told about their data and about AI, by version (GDPR art. 13 and 14). */
import { z } from 'zod'
import { clientProfile, id, instant, slug } from '../../records/contract.ts'

export const noticeKinds = ['privacy', 'ai'] as const
export type NoticeKind = (typeof noticeKinds)[number]
const noticeKind = z.enum(noticeKinds)
const noticeLanguage = z.enum(['nl', 'en'])

const link = z.object({ label: z.string(), url: z.string() })
export const noticePart = z.object({
  title: z.string(),
  lines: z.array(z.string()),
  links: z.array(link),
})
export type NoticePart = z.output<typeof noticePart>
export const noticeSection = z.object({
  /** The same in every version and language, so that two versions can be laid side by side. */
  id: z.string(),
  title: z.string(),
  lines: z.array(z.string()),
  /** One for each purpose, company or system. */
  parts: z.array(noticePart),
  links: z.array(link),
})
export type NoticeSection = z.output<typeof noticeSection>
export const noticeDocument = z.object({ title: z.string(), lead: z.string(), sections: z.array(noticeSection) })
export type NoticeDocument = z.output<typeof noticeDocument>
export const noticeTexts = z.object({ nl: noticeDocument, en: noticeDocument })
export type NoticeTexts = z.output<typeof noticeTexts>

/** What two versions say otherwise, by section; in the language of the reader. */
export const noticeDifference = z.array(
  z.object({ title: z.string(), added: z.array(z.string()), removed: z.array(z.string()) }),
)
export type NoticeDifference = z.output<typeof noticeDifference>

export const noticeVersion = z.object({
  kind: noticeKind,
  version: z.number().int(),
  countsFrom: instant,
  /** SHA-256 of both languages as canonical JSON (RFC 8785). */
  sha256: z.string(),
})

/** For the application: the notices that count now, to be shown or read out, and where people find them. */
export const currentNotices = z.object({
  notices: z.array(noticeVersion.extend({ path: z.string(), texts: noticeTexts })),
})

/** A channel says that a notice was shown or read out in a conversation. */
export const noticeShownRequest = z.strictObject({
  conversation: id,
  kind: noticeKind,
  version: z.int().min(1).max(1_000_000),
  language: noticeLanguage,
})
export const noticeShownReply = z.object({
  id,
  conversation: id,
  kind: noticeKind,
  version: z.number().int(),
  language: noticeLanguage,
  at: instant,
  proof: z.object({ event: z.string() }),
})

export const publicNoticeQuery = z.object({
  client: slug,
  kind: noticeKind,
  /** Absent: the one that counts now. */
  version: z.coerce.number().int().min(1).max(1_000_000).optional(),
})
export const publicNotice = z.object({
  organisation: z.string(),
  client: z.object({ id: slug, name: z.string() }),
  contact: clientProfile.shape.contact,
  kind: noticeKind,
  current: z.number().int(),
  shown: noticeVersion.extend({ document: noticeDocument }),
  /** Every version, the latest first, with what it says otherwise than the one before; of the first nothing. */
  versions: z.array(noticeVersion.extend({ difference: noticeDifference.nullable() })),
})
export type PublicNotice = z.output<typeof publicNotice>

/** On the customer's page: which version was shown in this conversation, how and when. */
export const shownNotice = z.object({
  kind: noticeKind,
  version: z.number().int(),
  language: noticeLanguage,
  way: z.enum(['channel', 'linked', 'opened']),
  at: instant,
  receipt: z.string(),
})
export type ShownNotice = z.output<typeof shownNotice>

export const noticeOpenedRequest = z.strictObject({ kind: noticeKind })
export const noticeOpenedReply = z.object({ path: z.string() })
