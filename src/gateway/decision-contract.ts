/** What crosses the wire about decisions that an AI took, prepared or advised, and about what became of them. */
import { z } from 'zod'
import { channel, decisionClasses, decisionKinds, featureName, instant, slug } from '../records/contract.ts'
import { comparisons, refusalReasons, scales } from '../transparency/contract.ts'

/** Most decisions, or outcomes, in one request. */
export const BATCH_MAX = 500

const own = z
  .string()
  .min(1)
  .max(200)
  .refine((text) => text.isWellFormed() && !text.includes('\u0000'), { error: 'unreadable' })
const finite = z.number()
export const featureValue = z.union([finite, z.string().max(200), z.boolean(), z.null()])

/** Methods whose outcome a system can send along; sampled values come with their error bars. */
const contributed = z.strictObject({
  method: z.enum(['linear', 'tree_path_dependent', 'tree_interventional', 'shapley_exact', 'shapley_sampled']),
  scale: z.enum(scales).default('score'),
  /** What the contributions start from; with them it adds up to the score, or nothing is explained. */
  baseline: z.strictObject({
    value: finite,
    kind: z.enum(['background', 'training', 'none']).default('none'),
    rows: z.int().positive().nullable().default(null),
  }),
  contributions: z
    .array(z.strictObject({ feature: featureName, effect: finite, errorMargin: finite.nonnegative().optional() }))
    .min(1)
    .max(500),
})
const byRules = z.strictObject({
  method: z.literal('rules'),
  /** The rules that held and decided, in order, with their conditions. */
  rules: z
    .array(
      z.strictObject({
        rule: z.string().min(1).max(100),
        label: z
          .strictObject({ nl: z.string().trim().min(1).max(80), en: z.string().trim().min(1).max(80) })
          .optional(),
        when: z
          .array(z.strictObject({ feature: featureName, is: z.enum(comparisons), limit: featureValue }))
          .min(1)
          .max(50),
      }),
    )
    .min(1)
    .max(20),
})
export const givenExplanation = z.discriminatedUnion('method', [contributed, byRules])
export type GivenExplanation = z.output<typeof givenExplanation>

export const decisionRequest = z.strictObject({
  /** Your own id: the same again with the same contents gets the same answer. The header Idempotency-Key counts as one. */
  key: own.optional(),
  /** The conversation in which it fell, by our id or your own; absent: none. */
  conversation: own.optional(),
  /** Your own reference of the person; absent: the person of the conversation. */
  subject: own.optional(),
  purpose: slug.optional(),
  kind: z.enum(decisionKinds).optional(),
  /** Absent: as registered. A lighter class than registered is refused. */
  decisionClass: z.enum(decisionClasses).optional(),
  /** Version of the system, or name of its model; must be the one in use. */
  modelVersion: z.string().min(1).max(200).optional(),
  channel: channel.optional(),
  language: z
    .string()
    .max(20)
    .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/)
    .optional(),
  /** Absent: now. */
  decidedAt: instant.optional(),
  outcome: z.strictObject({
    label: slug,
    /** What the register says of this outcome wins; where both say something else, the decision is refused. */
    favourable: z.boolean().nullable().optional(),
  }),
  score: z.strictObject({ value: finite, threshold: finite.optional() }).optional(),
  alternatives: z
    .array(z.strictObject({ label: slug, score: finite.optional() }))
    .max(20)
    .optional(),
  features: z.record(featureName, featureValue),
  explanation: givenExplanation.optional(),
  /** A person who took part before the decision went out. `person`: by their id in Waarborg, so that they do not look again when it is contested. */
  humanInvolved: z.strictObject({ role: slug, changed: z.boolean(), person: slug.optional() }).optional(),
})
export type DecisionRequest = z.output<typeof decisionRequest>

/** One decision, or `decisions` with up to 500 of them, each of which gets a result of its own. */
export const decisionBody = z.looseObject({ decisions: z.array(z.unknown()).min(1).max(BATCH_MAX).optional() }).meta({
  anyOf: [
    z.toJSONSchema(decisionRequest, { io: 'input', unrepresentable: 'any' }),
    {
      type: 'object',
      required: ['decisions'],
      properties: { decisions: { type: 'array', minItems: 1, maxItems: BATCH_MAX } },
    },
  ],
})

/** Why a registered model or scorer gave no explanation; beside the reasons of the explanation itself. */
export const computeReasons = [
  /** A value that the model cannot read, or one that it needs and was not sent. */
  'input_unfit',
  'model_unavailable',
  'scorer_unreachable',
  'scorer_budget',
] as const
export type ComputeReason = (typeof computeReasons)[number]

const explained = z.object({
  state: z.enum(['given', 'refused', 'not_needed']),
  /** Why there is none. */
  reason: z.enum([...refusalReasons, ...computeReasons, 'not_sent', 'words_wrong']).nullable(),
  /** Sentences for the person, in both languages, read back against the facts. */
  text: z.object({ nl: z.array(z.string()), en: z.array(z.string()) }).nullable(),
})

export const decisionReply = z.object({
  decisionId: z.string(),
  /** Its entry in the ledger. */
  ledgerId: z.string(),
  /** Path of the page on which the person reads about it and asks a person to look again; null for a member of staff. */
  contestUrl: z.string().nullable(),
  heldForReview: z.boolean(),
  favourable: z.boolean().nullable(),
  explanation: explained,
})
export type DecisionReply = z.output<typeof decisionReply>

const refusedResult = z.object({
  status: z.int(),
  error: z.object({
    code: z.string(),
    reason: z.string().nullable(),
    message: z.string(),
    param: z.string().nullable(),
  }),
})
const resultsOf = <T extends z.ZodRawShape>(shape: T) =>
  z.object({ results: z.array(z.union([z.object({ status: z.literal(201), ...shape }), refusedResult])) })
export const decisionReplies = z.union([decisionReply, resultsOf(decisionReply.shape)])
export type RefusedResult = z.output<typeof refusedResult>

export const outcomeRequest = z.strictObject({
  /** Waarborg's id of the decision, or your own. */
  decision: own,
  /** A word of your own for what became of it: `paid_as_agreed`, `called_back`. */
  observed: slug,
  /** Whether it ended well; absent: nobody can say. */
  positive: z.boolean().nullable().optional(),
  /** Absent: now. */
  observedAt: instant.optional(),
})
export type OutcomeRequest = z.output<typeof outcomeRequest>
export const outcomeBody = z.looseObject({ outcomes: z.array(z.unknown()).min(1).max(BATCH_MAX).optional() }).meta({
  anyOf: [
    z.toJSONSchema(outcomeRequest, { io: 'input', unrepresentable: 'any' }),
    {
      type: 'object',
      required: ['outcomes'],
      properties: { outcomes: { type: 'array', minItems: 1, maxItems: BATCH_MAX } },
    },
  ],
})
export const outcomeReply = z.object({ outcomeId: z.string(), decisionId: z.string(), ledgerId: z.string() })
export type OutcomeReply = z.output<typeof outcomeReply>
export const outcomeReplies = z.union([outcomeReply, resultsOf(outcomeReply.shape)])
