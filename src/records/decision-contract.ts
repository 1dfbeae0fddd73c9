/** Decisions about people as the console shows them: lists without contents, one with what counted, and a person's second look. */
import { z } from 'zod'
import { lookUpReasons } from '../access/contract.ts'
import { answerGaps, contestSteps, freezes, reviewerConflicts } from './contest.ts'
import { decisionClasses, decisionKinds, id, instant, proofRef, slug, words } from './contract.ts'

export const reviewStates = ['not_needed', 'waiting', 'confirmed', 'changed'] as const
export const explanationStates = ['given', 'refused', 'not_needed'] as const
/** What a list can be narrowed to beside the fields themselves: every decision that waits or waited. */
export const reviewFilters = ['waiting', 'held', 'confirmed', 'changed'] as const
/** Whether the person asked to look again. */
export const contestStates = ['open', 'answered', 'withdrawn', 'ended'] as const
export const favourableFilters = ['yes', 'no', 'unknown'] as const

export const decisionQuery = z.strictObject({
  client: slug.optional(),
  system: slug.optional(),
  kind: z.enum(decisionKinds).optional(),
  class: z.enum(decisionClasses).optional(),
  favourable: z.enum(favourableFilters).optional(),
  review: z.enum(reviewFilters).optional(),
  contest: z.enum(contestStates).optional(),
  from: instant.optional(),
  until: instant.optional(),
  /** Beginning of an id. */
  find: z.string().max(64).optional(),
  before: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(500).optional(),
})

export const decisionSummary = z.object({
  id,
  client: slug,
  system: z.string(),
  version: z.string(),
  kind: z.enum(decisionKinds),
  class: z.enum(decisionClasses),
  channel: z.string(),
  language: z.string(),
  decidedAt: instant,
  outcome: z.string(),
  /** What the register calls it; null when it is no longer there. */
  outcomeLabel: z.object({ nl: z.string(), en: z.string() }).nullable(),
  favourable: z.boolean().nullable(),
  score: z.number().nullable(),
  threshold: z.number().nullable(),
  review: z.enum(reviewStates),
  reviewReason: z.string().nullable(),
  explanation: z.enum(explanationStates),
  explanationReason: z.string().nullable(),
  /** How the last question of its person to look again stands; null: none. */
  contest: z.enum(contestStates).nullable(),
  record: z.string(),
})
export type DecisionSummary = z.output<typeof decisionSummary>
export const decisionList = z.object({
  decisions: z.array(decisionSummary),
  total: z.number().int(),
  next: z.string().nullable(),
})
export type DecisionList = z.output<typeof decisionList>

export const contest = z.object({
  id,
  state: z.enum(contestStates),
  step: z.enum(contestSteps),
  /** The number that people say; null: from before there were numbers. */
  reference: z.string().nullable(),
  askedAt: instant,
  answeredAt: instant.nullable(),
  /** The strict day of the promise. */
  promisedOn: z.string().nullable(),
  /** It is open, and that day has passed. */
  late: z.boolean(),
  /** Whether the effect of the decision is held meanwhile; null: nobody asked. */
  freeze: z.enum(freezes).nullable(),
  /** Why it is not, where the register says so. */
  freezeReason: z.object({ nl: z.string(), en: z.string() }).nullable(),
  /** When the organisation's system held it. */
  frozenAt: instant.nullable(),
  /** When the person saw why it was decided, after they asked; null: not yet. */
  explainedAt: instant.nullable(),
  /** Who read the person's own view, to look again. */
  readBy: z.string().nullable(),
  readAt: instant.nullable(),
  /** When the organisation's system said that it carried a change out. */
  appliedAt: instant.nullable(),
  /** The organisation's own numbers of what its system did; null: none was given, or not for this reader, or gone. */
  references: z.object({
    held: z.string().nullable(),
    released: z.string().nullable(),
    changed: z.string().nullable(),
  }),
  /** The second look that answered it. */
  review: z.string().nullable(),
  /** What the person wrote; null: nothing, or not for this reader, or gone. */
  words: z.string().nullable(),
  record: z.string(),
})
export type Contest = z.output<typeof contest>

const label = z.object({ nl: z.string(), en: z.string() })
const value = z.union([z.number(), z.string(), z.boolean(), z.null()])

/** What counted, as far as this reader may see it. */
export const decisionContents = z.object({
  features: z.array(z.object({ feature: z.string(), label: label.nullable(), value, shown: label.nullable() })),
  alternatives: z.array(z.object({ label: z.string(), score: z.number().optional() })),
  humanInvolved: z.object({ role: z.string(), changed: z.boolean() }).nullable(),
  /** Weights of what counted, heaviest first; empty for rules. */
  factors: z.array(
    z.object({ feature: z.string(), label: label.nullable(), weight: z.number(), errorMargin: z.number().nullable() }),
  ),
  base: z.number().nullable(),
  method: z.string().nullable(),
  /** The model that explains it, by the SHA-256 of its file; null for a scorer, or where an explanation was sent along. */
  modelSha256: z.string().nullable(),
  /** The change that gives the other outcome; null: nobody looked for one. */
  change: z
    .discriminatedUnion('found', [
      z.object({
        found: z.literal(true),
        changes: z.array(
          z.object({
            feature: z.string(),
            label: label.nullable(),
            from: z.number(),
            to: z.number(),
            yesNo: z.boolean(),
          }),
        ),
        output: z.number(),
      }),
      z.object({ found: z.literal(false), reason: z.string() }),
    ])
    .nullable(),
  text: z.object({ nl: z.array(z.string()), en: z.array(z.string()) }).nullable(),
})
export type DecisionContentsView = z.output<typeof decisionContents>

export const decisionDetail = decisionSummary.extend({
  /** null: this reader reads first what its person wrote (`access: view_first`). */
  outcome: z.string().nullable(),
  asked: contest.nullable(),
  /** Why this reader cannot look again at what its person asked, as a code; null: they can, or nothing is open. */
  hinder: z.string().nullable(),
  scoreFrom: z.enum(['sent', 'computed']),
  subject: z.string(),
  subjectRole: z.enum(['customer', 'agent']),
  conversation: z.string().nullable(),
  purpose: z.string(),
  recordedAt: instant,
  notUsed: z.array(label),
  /** How the register says that a person is asked to look again. */
  contestWay: label.nullable(),
  /** Outcomes that a person may give it. */
  outcomes: z.array(z.object({ outcome: z.string(), label, favourable: z.boolean().nullable() })),
  /**
   * `view_first`: the person asked to look again, and their own view comes before what the computer made of it; `reason_needed`: the role
   * may read it after giving a reason; `closed`: it may not, or nothing is left.
   */
  access: z.enum(['open', 'view_first', 'reason_needed', 'closed']),
  contents: decisionContents.nullable(),
  reviews: z.array(
    z.object({
      id,
      reviewer: z.string(),
      decidedAt: instant,
      verdict: z.enum(['confirmed', 'changed']),
      outcome: z.string(),
      favourable: z.boolean().nullable(),
      /** null for a reader without contents. */
      reasons: z.string().nullable(),
      /** What the person is told. */
      forCustomer: z.string().nullable(),
      /** The answer to what the person wrote. */
      points: z.string().nullable(),
      record: z.string(),
    }),
  ),
  observed: z.array(
    z.object({ observed: z.string(), positive: z.boolean().nullable(), observedAt: instant, record: z.string() }),
  ),
  /** Records it rests on. */
  grounds: z.object({ gate: z.string().nullable(), oversight: z.string().nullable(), ground: z.string().nullable() }),
  proof: proofRef,
})
export type DecisionDetail = z.output<typeof decisionDetail>

export const decisionParams = z.object({ id })
/** Why somebody reads what counted; it has no place for words. */
export const decisionReadRequest = z.strictObject({ reason: z.enum(lookUpReasons) })

export const reviewRequest = z.strictObject({
  verdict: z.enum(['confirmed', 'changed']),
  /** What it becomes; only with `changed`. */
  outcome: slug.optional(),
  reasons: words(10, 2_000),
  /** What the person is told; needed when they asked for it. */
  forCustomer: words(10, 2_000).optional(),
  /** The answer to what the person wrote; needed when they wrote something. */
  points: words(10, 4_000).optional(),
  /** What happens now and by when, for the letter; needed when they asked for it. */
  nextSteps: words(3, 1_000).optional(),
  nextBy: z.iso.date().optional(),
  /** `digest` of the letter that the reviewer read and approved; needed when one goes out. */
  letter: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  /** When the reviewer opened it; kept to the minute, to see whether anybody looked at all. */
  openedAt: instant.optional(),
})
/** The letter as it would go out now; null: none goes out. */
export const letterPreview = z.object({
  letter: z
    .object({
      language: z.enum(['nl', 'en']),
      subject: z.string(),
      paragraphs: z.array(z.string()),
      digest: z.string(),
    })
    .nullable(),
})
export type LetterPreview = z.output<typeof letterPreview>
export const contestReadReply = z.object({ id, record: z.string() })
export const contestExtendRequest = z.strictObject({ reasons: words(10, 2_000) })
/** The organisation's system says what it did with a contest. */
export const confirmationRequest = z.strictObject({
  contest: id,
  /** `held`: the effect waits; `released`: it waits no longer; `changed`: the new outcome is carried out. */
  what: z.enum(['held', 'released', 'changed']),
  /** When it was done; absent: now. */
  at: instant.optional(),
  /** The organisation's own number of it. */
  reference: z
    .string()
    .regex(/^[\w.:/-]{1,64}$/)
    .optional(),
})
export const confirmationReply = z.object({ contest: id, record: z.string() })
/** How a contest stands, without anybody's words, and what went to systems of the organisation about it. */
export const contestStanding = z.object({
  contest: contest.omit({ words: true, references: true }).nullable(),
  messages: z.array(
    z.object({
      event: z.string(),
      webhook: z.string(),
      state: z.enum(['queued', 'sent', 'failed']),
      queuedAt: instant,
      sentAt: instant.nullable(),
      attempts: z.number().int(),
      error: z.string().nullable(),
    }),
  ),
})
export type ContestStanding = z.output<typeof contestStanding>

export const reviewReply = z.object({
  id,
  decision: id,
  verdict: z.enum(['confirmed', 'changed']),
  outcome: z.string(),
})

/** How long somebody looked, coarse: it shows haste, and measures nobody. */
export const reviewSpans = ['under_1_minute', 'under_5_minutes', 'under_15_minutes', 'longer', 'unknown'] as const

/** Every code that reading and reviewing answers with; each has `error.<code>` in both text files. */
export const decisionCodes = [
  'decision_unknown',
  'decision_not_waiting',
  'decision_outcome_unknown',
  'decision_outcome_same',
  'decision_outcome_needed',
  'decision_answer_needed',
  'contest_open',
  'contest_answered',
  'contest_unknown',
  'contest_not_now',
  'contest_other_reviewer',
  'contest_ended',
  'view_not_read',
  'letter_not_read',
  'confirmation_time',
  ...answerGaps,
  ...reviewerConflicts,
] as const
