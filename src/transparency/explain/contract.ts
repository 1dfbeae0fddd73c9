/** Shapes of an explanation of a score or decision: the words of a system's features, the record, and every code. */
import { z } from 'zod'

/** Each code has `error.<code>` in both text files. */
export const explainCodes = [
  // the file
  'file_unreadable',
  'file_too_large',
  'encoding_not_utf8',
  'not_json',
  'not_a_number',
  'model_unknown',
  'model_unsupported',
  'field_missing',
  'field_wrong',
  'length_differs',
  // trees
  'tree_empty',
  'node_duplicate',
  'node_missing',
  'node_shared',
  'node_loose',
  'tree_cycle',
  'tree_too_deep',
  'too_many_nodes',
  'threshold_wrong',
  'feature_out_of_range',
  'cover_wrong',
  'objective_unknown',
  'class_unknown',
  // protobuf
  'onnx_broken',
  // what is asked of it
  'method_impossible',
  'cover_missing',
  'background_missing',
  'background_empty',
  'too_many_features',
  'work_too_large',
  // the input
  'input_missing',
  'input_length',
  'input_not_number',
  'input_value_missing',
  'input_name_unknown',
  'input_name_absent',
  'input_names_needed',
  // what may change
  'direction_unknown',
  'range_wrong',
  'step_wrong',
  'cost_wrong',
  'limit_unknown',
  // words
  'words_wrong',
  'word_twice',
  'word_missing',
  // scorer
  'scorer_address',
  'scorer_unreachable',
  'scorer_status',
  'scorer_timeout',
  'scorer_answer',
  'scorer_budget',
  'scorer_not_repeatable',
] as const
export type ExplainCode = (typeof explainCodes)[number]

/**
 * Why an explanation is not given, though one could be computed; each has `reason.<code>` in both text files, in words
 * for the customer. The answer is then `explanation_refused`, with a way to a person.
 */
export const refusalReasons = [
  'additivity_broken',
  'model_differs',
  'output_differs',
  'change_does_not_flip',
  'reasons_overlap',
  'scorer_not_repeatable',
  'text_unsupported',
] as const
export type RefusalReason = (typeof refusalReasons)[number]

const name = z.string().min(1).max(100)
const words = z.strictObject({ nl: z.string().trim().min(1).max(80), en: z.string().trim().min(1).max(80) })
export type Words = z.output<typeof words>

/** How a feature and its values are called; from the register of the system. */
export const featureWords = z.strictObject({
  feature: name,
  label: words,
  show: z.enum(['number', 'money', 'yes_no', 'choice']).default('number'),
  /** Decimals that are shown; without it as many as the value has, at most 6. Money has 2. */
  decimals: z.int().min(0).max(6).optional(),
  unit: words.optional(),
  /** `choice`: what each value is called. */
  values: z
    .array(z.strictObject({ value: z.union([z.number(), name]), label: words }))
    .max(1_000)
    .optional(),
})
export type FeatureWords = z.output<typeof featureWords>

export const explainWords = z.strictObject({
  features: z.array(featureWords).max(100_000),
  /** What people ask about and the model does not see: age, origin. */
  attributes: z
    .array(z.strictObject({ attribute: name, label: words }))
    .max(1_000)
    .default([]),
  rules: z
    .array(z.strictObject({ rule: name, label: words }))
    .max(10_000)
    .default([]),
  outcome: z.strictObject({ favourable: words, unfavourable: words }),
  /** Whom or what the customer is compared with; without it the number of examples is said. */
  baseline: words.optional(),
  /** Where a person can be asked to look again: an address, or words. */
  contest: z.strictObject({ nl: z.string().trim().min(1).max(300), en: z.string().trim().min(1).max(300) }),
})
export type ExplainWords = z.output<typeof explainWords>

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const instant = z.iso.datetime({ offset: true })
/** A value as the model saw it; null where it was missing. */
export const inputValue = z.union([z.number(), z.string().max(200), z.boolean(), z.null()])
export type InputValue = z.output<typeof inputValue>

export const methods = [
  'rules',
  'linear',
  'tree_path_dependent',
  'tree_interventional',
  'shapley_exact',
  'shapley_sampled',
] as const
export type Method = (typeof methods)[number]
/** What the contributions add up to. Of boosted trees that is log-odds and no chance. */
export const scales = ['score', 'log_odds', 'probability'] as const
export type Scale = (typeof scales)[number]
export const comparisons = ['>=', '<=', '>', '<', '=', '!='] as const
export type Comparison = (typeof comparisons)[number]

/** What a sentence of an explanation is about, in the order in which they stand. */
export const sentenceParts = ['outcome', 'factors', 'notUsed', 'change', 'reviewed', 'contest'] as const
export type SentencePart = (typeof sentenceParts)[number]

export const changeReasons = ['no_actionable_change', 'search_limit'] as const
/**
 * One explanation: all that its sentences say, and nothing they do not (AI Act art. 86; GDPR art. 15(1)(h), CJEU
 * C-203/22: the procedure and principles actually applied to this person's data).
 */
export const explanationRecord = z.strictObject({
  format: z.literal('waarborg-explanation/1'),
  decision: name.nullable(),
  /**
   * The model that was explained, by the SHA-256 of its file; the same one that took part in the decision. null for a
   * scorer: what answers behind an address cannot be told.
   */
  model: z.strictObject({ sha256: sha256.nullable(), name: name.nullable(), version: name.nullable() }),
  method: z.enum(methods),
  scale: z.enum(scales),
  /** With what the contributions compare: the mean over background rows, the training counts in the trees, or nothing. */
  baseline: z.strictObject({ kind: z.enum(['background', 'training', 'none']), rows: z.int().positive().nullable() }),
  /**
   * What the AI did: it decided, it advised somebody who decided, or it gave somebody facts (AI Act art. 86). null where
   * nobody said, as on the command line; what a customer gets has one.
   */
  role: z.enum(['decided', 'advised', 'assisted']).nullable(),
  outcome: z.strictObject({
    /** null when it is not known where the favourable outcome begins. */
    favourable: z.boolean().nullable(),
    output: z.number(),
    base: z.number().nullable(),
    /** The line between the outcomes, and on which side the favourable one lies; null when no score decides. */
    limit: z.strictObject({ is: z.enum(['>=', '<=', '>', '<']), value: z.number() }).nullable(),
  }),
  input: z.array(z.strictObject({ feature: name, value: inputValue })).max(100_000),
  /** What counted, heaviest first; those that counted nothing are left out. The weights add up to output − base. */
  factors: z
    .array(
      z.strictObject({
        feature: name,
        value: inputValue,
        weight: z.number(),
        direction: z.enum(['up', 'down']),
        /** Half the width of the 95 % interval; null when the weight is exact. */
        errorMargin: z.number().nonnegative().nullable(),
      }),
    )
    .max(100_000),
  /** How many of them the text names. */
  named: z.int().nonnegative().max(10),
  /** The rules that held and decided, in order; empty for a model without rules. */
  rules: z
    .array(
      z.strictObject({
        rule: name,
        because: z.array(
          z.strictObject({ feature: name, is: z.enum(comparisons), limit: inputValue, value: inputValue }),
        ),
      }),
    )
    .max(10_000),
  /** Attributes that are no input of the model, each with inputs that were found to go together with it. */
  notUsed: z.array(z.strictObject({ attribute: name, proxies: z.array(name) })).max(1_000),
  /** What else the outcome could have been, checked by asking the model again; null when nobody asked. */
  change: z
    .discriminatedUnion('found', [
      z.strictObject({
        found: z.literal(true),
        changes: z.array(z.strictObject({ feature: name, from: z.number(), to: z.number() })).min(1),
        cost: z.number().nonnegative(),
        output: z.number(),
      }),
      z.strictObject({ found: z.literal(false), reason: z.enum(changeReasons) }),
    ])
    .nullable(),
  reviewedBy: z.strictObject({ role: words, at: instant }).nullable(),
})
export type ExplanationRecord = z.output<typeof explanationRecord>
