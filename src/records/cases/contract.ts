/** What crosses the wire about cases of every kind: the work list, one case's shared parts, and what staff do with it. */
import { z } from 'zod'
import { roles } from '../../platform/http.ts'
import { id, instant, proofRef, slug, words } from '../contract.ts'
import { mailStates } from '../outbox/letter.ts'
import { FILE_BYTES, mediaTypes } from './attachment.ts'
import { caseKinds } from './case.ts'
import { clockNames, storedClockStates } from './clock.ts'
import { workKinds } from './work.ts'

export const authors = ['customer', 'staff'] as const
export type Author = (typeof authors)[number]
export const caseVias = ['portal', 'staff', 'email', 'api'] as const

export const dueFilters = ['passed', 'today', 'week'] as const
export const caseQuery = z.strictObject({
  kind: z.enum(workKinds).optional(),
  /** Everything but this kind. */
  not: z.enum(workKinds).optional(),
  client: slug.optional(),
  system: slug.optional(),
  /** `me`, `none` or a person's id. */
  owner: id.optional(),
  state: z.string().max(40).optional(),
  due: z.enum(dueFilters).optional(),
  /** Closed ones instead of open ones. */
  closed: z.stringbool().optional(),
  /** The number of a case, or its beginning. */
  find: z.string().max(64).optional(),
  after: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).optional(),
})

const person = z.object({ id, name: z.string() })

/** One line of the work list. */
export const workLine = z.object({
  id,
  kind: z.enum(workKinds),
  /** The number that people say; null: it has none (a customer who waits). */
  reference: z.string().nullable(),
  /** null: the organisation as a whole (a breach). */
  client: slug.nullable(),
  system: z.string().nullable(),
  state: z.string(),
  nextAct: z.string().nullable(),
  owner: person.nullable(),
  openedAt: instant,
  closedAt: instant.nullable(),
  /** Of the open term that ends first; null: none. */
  due: z
    .object({
      rule: z.string(),
      state: z.enum(storedClockStates),
      /** The last moment of the strict and of the last day. */
      strictAt: instant,
      latestAt: instant,
      strictPassed: z.boolean(),
      latestPassed: z.boolean(),
    })
    .nullable(),
  reminded: z.number(),
  escalated: z.boolean(),
})
export type WorkLine = z.output<typeof workLine>

/** A line that is a case, with a page of its own here. */
export const caseLine = workLine.extend({ kind: z.enum(caseKinds), reference: z.string(), client: slug })
export type CaseLine = z.output<typeof caseLine>

export const caseList = z.object({
  cases: z.array(workLine),
  /** How many match; counted up to `COUNTED`, then `more`. */
  total: z.number().int(),
  more: z.boolean(),
  next: z.string().nullable(),
})
export type CaseList = z.output<typeof caseList>

/** How many wait, for Today and the head of the list. */
export const caseCounts = z.object({
  open: z.number().int(),
  passed: z.number().int(),
  today: z.number().int(),
  unowned: z.number().int(),
  byKind: z.array(z.object({ kind: z.enum(workKinds), open: z.number().int(), passed: z.number().int() })),
})
export type CaseCounts = z.output<typeof caseCounts>

export const caseClock = z.object({
  clock: z.enum(clockNames),
  rule: z.string(),
  article: z.string(),
  url: z.string().nullable(),
  house: z.boolean(),
  startedAt: instant,
  state: z.enum(storedClockStates),
  strictAt: instant,
  latestAt: instant,
  strictPassed: z.boolean(),
  metAt: instant.nullable(),
  metLate: z.boolean(),
  share: z.number(),
  extensions: z.array(z.object({ by: z.enum(['letter', 'consent']), on: z.string(), until: z.string().nullable() })),
  pauses: z.array(z.object({ ground: z.string(), from: z.string(), to: z.string().nullable() })),
  mayExtend: z.boolean(),
})
export type CaseClock = z.output<typeof caseClock>

export const caseMessage = z.object({
  id,
  at: instant,
  author: z.enum(authors),
  person: id.nullable(),
  via: z.enum(caseVias),
  record: z.string(),
  text: z.string().nullable(),
})
export type CaseMessage = z.output<typeof caseMessage>

export const caseLetter = z.object({
  id,
  template: z.string(),
  language: z.enum(['nl', 'en']),
  at: instant,
  person: id.nullable(),
  /** It stands on the customer's page in any case; one that did not arrive by mail counts as shown there alone. */
  via: z.enum(['portal', 'email', 'post']),
  /** Of one that went by mail as well: where that mail is; null: it did not. */
  mail: z.enum(mailStates).nullable(),
  record: z.string(),
  subject: z.string().nullable(),
  paragraphs: z.array(z.string()).nullable(),
})
export type CaseLetter = z.output<typeof caseLetter>

export const caseNote = z.object({ id, at: instant, person: id, record: z.string(), text: z.string().nullable() })
export type CaseNote = z.output<typeof caseNote>

export const caseAttachment = z.object({
  id,
  at: instant,
  author: z.enum(authors),
  mediaType: z.enum(mediaTypes),
  bytes: z.number().int(),
  record: z.string(),
  name: z.string().nullable(),
})
export type CaseAttachment = z.output<typeof caseAttachment>

export const caseView = caseLine.extend({
  subject: z.string(),
  conversation: z.string().nullable(),
  decision: z.string().nullable(),
  version: z.string().nullable(),
  via: z.enum(caseVias),
  language: z.enum(['nl', 'en']),
  revision: z.number().int(),
  clocks: z.array(caseClock),
  /** `open`: what was written is here; `closed`: not for this reader, or gone. */
  access: z.enum(['open', 'closed']),
  messages: z.array(caseMessage),
  letters: z.array(caseLetter),
  notes: z.array(caseNote),
  attachments: z.array(caseAttachment),
  /** Every entry of the ledger about it, the oldest first. */
  timeline: z.array(
    z.object({ type: z.string(), at: instant, actor: z.string(), actorName: z.string().nullable(), proof: proofRef }),
  ),
  /** Others of the same person, conversation or decision. */
  related: z.array(z.object({ id, kind: z.enum(caseKinds), reference: z.string(), state: z.string() })),
  proof: proofRef,
})
export type CaseView = z.output<typeof caseView>

export const caseParams = z.object({ id })
/** Without `contents` nothing that was written is opened, so that it is no look at it either. */
export const caseViewQuery = z.strictObject({ contents: z.stringbool().optional() })
export const fileParams = z.object({ id, file: id })
/** To whom a case can be given now, by name. */
export const caseHandlers = z.object({
  people: z.array(z.object({ id, name: z.string(), roles: z.array(z.enum(roles)) })),
})
export type CaseHandlers = z.output<typeof caseHandlers>
export const assignRequest = z.strictObject({ person: id.nullable() })
export const noteRequest = z.strictObject({ text: words(1, 4_000) })
export const doneReply = z.object({ id, record: z.string() })
export const fileReply = z.object({ name: z.string(), mediaType: z.enum(mediaTypes), base64: z.string() })
export const exportQuery = caseQuery.omit({ after: true, limit: true }).extend({ format: z.enum(['csv', 'json']) })
export const exportReply = z.object({ name: z.string(), mediaType: z.string(), text: z.string() })

// -- the customer -------------------------------------------------------------------------------------------------------

export const portalCaseLine = z.object({
  id,
  kind: z.enum(caseKinds),
  reference: z.string(),
  state: z.string(),
  openedAt: instant,
  closedAt: instant.nullable(),
  /** The strict day by which the organisation promised an answer; null: nothing is owed. */
  promisedOn: z.string().nullable(),
  /** Of a link to everything of the person: the conversation or decision that has to be chosen to act on it; null: none. */
  under: id.nullable(),
})
export const portalCases = z.object({ client: z.string(), alone: z.boolean(), cases: z.array(portalCaseLine) })
export type PortalCases = z.output<typeof portalCases>

export const portalCase = portalCaseLine.extend({
  client: z.string(),
  alone: z.boolean(),
  messages: z.array(
    z.object({ at: instant, author: z.enum(['customer', 'staff']), text: z.string().nullable(), record: z.string() }),
  ),
  letters: z.array(caseLetter.omit({ person: true })),
  files: z.array(z.object({ name: z.string().nullable(), bytes: z.number().int(), at: instant })),
  mayAdd: z.boolean(),
  receipt: z.string(),
})
export type PortalCase = z.output<typeof portalCase>

export const addMessageRequest = z.strictObject({ text: words(1, 10_000) })
export const MOST_FILE_BYTES = FILE_BYTES
/** In which a customer's file carries its name, percent-encoded. */
export const fileNameHeader = 'x-file-name'
export const addedReply = z.object({ id, receipt: z.string() })
