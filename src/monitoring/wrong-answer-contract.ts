/** Shapes of answers of an AI that were wrong: reported, judged, and put right with everybody who got them. */
import { z } from 'zod'
import { bilingual, id, instant, slug, words } from '../records/contract.ts'

export const wrongKinds = ['incorrect', 'outdated', 'incomplete', 'misleading', 'harmful'] as const
export type WrongKind = (typeof wrongKinds)[number]
export const wrongStates = ['reported', 'confirmed', 'rejected', 'corrected'] as const
export type WrongState = (typeof wrongStates)[number]
/** Whom a correction goes to: who got the whole answer, or also who got a part of it. */
export const reaches = ['same', 'shared'] as const
export type Reach = (typeof reaches)[number]

/** Days before the answer in which the same one is looked for. */
export const LOOK_BACK_DAYS = 90
export const MOST_CORRECTION = 500

const seq = z.int().min(1).max(1_000_000)
const note = words(0, 2_000).optional()
const rightAnswer = words(0, 2_000).optional()

/** `conversation`: Waarborg's id, or the caller's own. The answer by its turn, or by the call that gave it. */
export const wrongAnswerRequest = z.strictObject({
  conversation: id,
  turn: seq.optional(),
  call: id.optional(),
  kind: z.enum(wrongKinds),
  note,
  rightAnswer,
})
export const wrongAnswerReply = z.object({
  id,
  conversation: id,
  turn: z.int(),
  state: z.enum(wrongStates),
  reportedAt: instant,
  /** Conversations that got the same answer, as far as was looked; this one among them. */
  recipients: z.int(),
  /** Whether was looked everywhere in the period. */
  lookedEverywhere: z.boolean(),
  receipt: z.string(),
})

export const staffWrongAnswerRequest = wrongAnswerRequest.omit({ call: true }).required({ turn: true })

const source = z.object({
  id: z.string(),
  title: z.string().nullable(),
  /** SHA-256 of the article as it was; null: not on record. */
  hash: z.string().nullable(),
})

export const wrongAnswerLine = z.object({
  id,
  conversation: id,
  turn: z.int(),
  client: slug,
  system: slug,
  version: z.string().nullable(),
  source: source.nullable(),
  kind: z.enum(wrongKinds),
  state: z.enum(wrongStates),
  via: z.enum(['staff', 'api']),
  reportedAt: instant,
  decidedAt: instant.nullable(),
  correctedAt: instant.nullable(),
  recipients: z.object({
    /** Conversations in which the whole answer was given, and in which only a part of it. */
    same: z.int(),
    shared: z.int(),
    told: z.int(),
    /** Of those that are to be told. */
    waiting: z.int(),
  }),
  lookedEverywhere: z.boolean(),
  /** Who reported it is the reader. */
  mine: z.boolean(),
})
export type WrongAnswerLine = z.output<typeof wrongAnswerLine>

export const wrongAnswerQuery = z.strictObject({
  state: z.enum(wrongStates).optional(),
  system: slug.optional(),
  source: z.string().min(1).max(200).optional(),
})
export const wrongAnswerList = z.object({
  wrongAnswers: z.array(wrongAnswerLine),
  /** There are more than a page holds. */
  more: z.boolean(),
  /** The articles that were cited most in answers that are not rejected. */
  sources: z.array(z.object({ source, system: slug, answers: z.int(), recipients: z.int() })),
})
export type WrongAnswerList = z.output<typeof wrongAnswerList>

export const wrongAnswerParams = z.object({ id })

export const wrongAnswerView = wrongAnswerLine.extend({
  looked: z.object({ from: instant, until: instant, answers: z.int() }),
  /** `reason_needed`: after a reason for this conversation the answer and the note can be read. */
  contents: z.enum(['open', 'reason_needed', 'closed']),
  answer: z.string().nullable(),
  note: z.string().nullable(),
  rightAnswer: z.string().nullable(),
  reach: z.enum(reaches).nullable(),
  /** What was approved to be told. */
  correction: z.object({ nl: z.string(), en: z.string() }).nullable(),
  /** Conversations that got the answer, the latest first. */
  list: z.array(
    z.object({
      conversation: id,
      turn: z.int(),
      answeredAt: instant,
      match: z.enum(reaches),
      toldAt: instant.nullable(),
      receipt: z.string().nullable(),
    }),
  ),
  /** The list holds fewer than there are. */
  listMore: z.boolean(),
})
export type WrongAnswerView = z.output<typeof wrongAnswerView>

export const wrongAnswerDecision = z.strictObject({ decision: z.enum(['confirmed', 'rejected']) })
export const wrongAnswerDecided = z.object({ id, state: z.enum(wrongStates), decidedAt: instant, receipt: z.string() })

/** Days in the Netherlands; both included. */
export const lookRequest = z.strictObject({ from: z.iso.date(), until: z.iso.date() })
export const lookReply = z.object({ id, recipients: z.int(), looked: z.int(), lookedEverywhere: z.boolean() })

const correction = z.strictObject({
  nl: words(1, MOST_CORRECTION).refine((text) => text.trim() !== '', { error: 'empty' }),
  en: words(1, MOST_CORRECTION).refine((text) => text.trim() !== '', { error: 'empty' }),
})
export const correctionPreviewRequest = z.strictObject({ correction, reach: z.enum(reaches) })
export const correctionPreview = z.object({
  id,
  reach: z.enum(reaches),
  correction: bilingual,
  /** How many are told, by the language in which they read it. */
  recipients: z.object({ nl: z.int(), en: z.int() }),
  /** As the customer of this conversation would read it, in both languages. */
  sentences: bilingual,
  /** Hash of all of this: only what was shown is approved. */
  shown: z.string(),
})
export type CorrectionPreview = z.output<typeof correctionPreview>
export const correctionRequest = correctionPreviewRequest.extend({ shown: z.string().regex(/^[0-9a-f]{64}$/) })
export const correctionReply = z.object({
  id,
  state: z.enum(wrongStates),
  correctedAt: instant,
  told: z.int(),
  /** Told within minutes, by a job. */
  waiting: z.int(),
  receipt: z.string(),
})

/** What a customer reads on their page of a wrong answer in their conversation. */
export const portalCorrections = z.object({
  corrections: z.array(
    z.object({
      turn: z.int(),
      toldAt: instant,
      language: z.enum(['nl', 'en']),
      sentence: z.string(),
      receipt: z.string(),
    }),
  ),
})
export type PortalCorrections = z.output<typeof portalCorrections>
