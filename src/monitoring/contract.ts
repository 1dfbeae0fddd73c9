/** Shapes of what customers say of a contact, and of what comes of it. */
import { z } from 'zod'
import { clientContact, lookUpReasons } from '../access/contract.ts'
import { channels, id, instant, slug, words } from '../records/contract.ts'

export * from './wrong-answer-contract.ts'

export const knewAiAnswers = ['yes', 'no', 'not_sure'] as const
/** Characters of a customer's own words. */
export const MOST_WORDS = 2_000
/** Hours in which a customer may take their answers back. */
export const WITHDRAW_HOURS = 24
/** Under so many answers nothing is said about them. */
export const FEWEST_ANSWERS = 10

const score = z.int().min(1).max(5)

/** All of it is optional; without any there is nothing to record. */
const answers = {
  fair: score.optional(),
  clear: score.optional(),
  knewAi: z.enum(knewAiAnswers).optional(),
  text: words(0, MOST_WORDS).optional(),
}
export const portalFeedbackRequest = z.strictObject(answers)
export type FeedbackAnswers = z.output<typeof portalFeedbackRequest>

/** `conversation`: Waarborg's id, or the caller's own. */
export const feedbackRequest = z.strictObject({ conversation: id, ...answers })
export const feedbackReply = z.object({
  id,
  conversation: id,
  givenAt: instant,
  /** Until when it can be taken back. */
  withdrawUntil: instant,
  /** The ledger entry. */
  receipt: z.string(),
})
export const feedbackWithdrawRequest = z.strictObject({ conversation: id })
export const feedbackWithdrawn = z.object({ id, conversation: id, withdrawnAt: instant, receipt: z.string() })

export const notAskedReasons = ['open_complaint', 'breach_letter'] as const
export type NotAsked = (typeof notAskedReasons)[number]

/** What the customer of a link reads of their own feedback. */
export const portalFeedback = z.object({
  client: z.string(),
  contact: clientContact,
  conversation: z.object({ id, startedAt: instant, channel: z.string() }),
  state: z.enum(['open', 'given', 'not_asked']),
  notAsked: z.enum(notAskedReasons).nullable(),
  given: z
    .object({
      givenAt: instant,
      fair: score.nullable(),
      clear: score.nullable(),
      knewAi: z.enum(knewAiAnswers).nullable(),
      /** As it was kept: without what says who somebody is. null: no words, or past their term. */
      text: z.string().nullable(),
      /** null: that time has passed. */
      withdrawUntil: instant.nullable(),
      receipt: z.string(),
    })
    .nullable(),
})
export type PortalFeedback = z.output<typeof portalFeedback>

// -- figures --------------------------------------------------------------------------------------------------------

/** In [0, 1], by Wilson; null under `FEWEST_ANSWERS`. */
const shareOf = z.object({ share: z.number(), low: z.number(), high: z.number() })
/** Of 1 to 5, by Student; null under `FEWEST_ANSWERS`, and when all say the same there is no interval. */
const meanOf = z.object({ mean: z.number(), low: z.number().nullable(), high: z.number().nullable() })

export const feedbackFigures = z.object({
  /** Conversations of which a link was made. */
  asked: z.int(),
  /** Of those, with an answer. */
  answered: z.int(),
  /** Answers through the application's own screen, where no link was made: how many were asked there is not on record. */
  unasked: z.int(),
  response: shareOf.nullable(),
  fair: z.object({ n: z.int(), value: meanOf.nullable() }),
  clear: z.object({ n: z.int(), value: meanOf.nullable() }),
  /** Share that knew it was AI, of all who answered that question; the split is null under `FEWEST_ANSWERS`. */
  knewAi: z.object({
    n: z.int(),
    value: shareOf.nullable(),
    split: z.object({ yes: z.int(), no: z.int(), notSure: z.int() }).nullable(),
  }),
})
export type FeedbackFigures = z.output<typeof feedbackFigures>

const day = z.iso.date()
/** Conversations that began from `from` up to and including `until`, days in the Netherlands. */
export const feedbackQuery = z.strictObject({
  from: day.optional(),
  until: day.optional(),
  client: slug.optional(),
  system: slug.optional(),
  channel: z.enum(channels).optional(),
  language: z.string().max(20).optional(),
})
export type FeedbackQuery = z.output<typeof feedbackQuery>

const named = feedbackFigures.extend({ name: z.string() })
export const feedbackOverview = z.object({
  from: day,
  until: day,
  fewest: z.int(),
  total: feedbackFigures,
  /** By the Monday on which the week of the contact began, the oldest first. */
  weeks: z.array(feedbackFigures.extend({ week: day })),
  /** The most asked first. `name` is an id of the register; "" where no system took part. */
  systems: z.array(named),
  channels: z.array(named),
  languages: z.array(named),
  /** How many left words of their own that can still be read. */
  texts: z.int(),
})
export type FeedbackOverview = z.output<typeof feedbackOverview>

/** Reading what customers wrote: each is a look of its own, with this reason. */
export const feedbackTextsRequest = z.strictObject({
  reason: z.enum(lookUpReasons),
  /** Where the page before this one ended. */
  before: z.string().max(200).optional(),
  ...feedbackQuery.shape,
})
export const feedbackTexts = z.object({
  texts: z.array(
    z.object({
      conversation: id,
      system: z.string().nullable(),
      channel: z.string(),
      language: z.string(),
      givenAt: instant,
      fair: score.nullable(),
      clear: score.nullable(),
      knewAi: z.enum(knewAiAnswers).nullable(),
      text: z.string(),
    }),
  ),
  next: z.string().nullable(),
})
export type FeedbackTexts = z.output<typeof feedbackTexts>
