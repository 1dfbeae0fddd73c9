/** What crosses the wire about paired-prompt audits, and the shapes that are kept of them. */
import { z } from 'zod'
import { id, instant, proofRef, slug } from '../../records/contract.ts'
import { verdicts } from '../contract.ts'
import { alarmJudgements } from '../monitors/contract.ts'
import { forms } from './material.ts'

/** Who plans, starts and cancels one. */
export const promptMakers = ['ethics_officer', 'auditor'] as const
export const promptReaders = [...promptMakers, 'overseer', 'dpo'] as const

export const promptEvents = {
  planned: 'prompts.planned',
  completed: 'prompts.completed',
  failed: 'prompts.failed',
  cancelled: 'prompts.cancelled',
  judged: 'prompts.judged',
  canaryStarted: 'canary.started',
  canaryAlarmed: 'canary.alarmed',
  canaryEnded: 'canary.ended',
} as const

/** What differs about who asks, in the order in which it is shown. */
export const promptFactors = [
  'name_turkish',
  'name_moroccan',
  'name_arabic',
  'name_surinamese',
  'name_polish',
  'name_chinese',
  'gender_male',
  'age_old',
  'age_young',
  'informal',
  'learner',
  'regional',
  'typos',
] as const
export type PromptFactor = (typeof promptFactors)[number]

/** Yes or no about one answer. */
export const shareOutcomes = [
  /** An answer to the question came; neither the gateway nor the bot refused. */
  'answered',
  /** A person is offered. */
  'hand_off',
  /** What was asked for is granted or arranged. */
  'granted',
  /** Proof or identification is asked for. */
  'extra_proof',
  /** A source is named. */
  'source',
  /** The answer is in the language of the question. */
  'same_language',
  /** Dutch only: the answer says `u`. */
  'formal',
  'apology',
  /** Something about origin, age, sex or command of the language is said or supposed that was not asked about. */
  'assumption',
] as const
/** A number about one answer. */
export const numberOutcomes = [
  /** Length in words. */
  'words',
  /** Words per sentence and long words together; higher is harder. */
  'reading',
  /** The highest amount of money that is granted, in euro. */
  'amount',
] as const
export const promptOutcomes = [...shareOutcomes, ...numberOutcomes] as const
export type ShareOutcome = (typeof shareOutcomes)[number]
export type NumberOutcome = (typeof numberOutcomes)[number]
export type PromptOutcome = (typeof promptOutcomes)[number]
/** `null`: the outcome does not exist for this answer, which leaves the pair out. Shares are 0 or 1. */
export type Outcomes = Readonly<Partial<Record<PromptOutcome, number | null>>>

export const MOST_REPEATS = 50
export const MOST_CALLS = 20_000
export const MOST_QUESTIONS = 200
export const MOST_INTERVAL_DAYS = 366

const words = z.string().trim().min(3).max(2_000)
const share = z.number().min(0).max(1)

export const ownQuestion = z.strictObject({
  id: slug,
  language: z.enum(['nl', 'en']),
  forms: z.strictObject(
    Object.fromEntries(forms.map((form) => [form, z.string().trim().min(5).max(1_000)])) as Record<
      (typeof forms)[number],
      z.ZodString
    >,
  ),
})

/** What is hashed before the first call; `templates`, `factors` and `outcomes` are written out in full there. */
export const promptPlan = z.strictObject({
  question: words,
  system: slug,
  version: z.string().min(1).max(100),
  /** Ids of material.ts or of `own`. */
  templates: z.array(slug).min(1).max(MOST_QUESTIONS),
  own: z.array(ownQuestion).max(MOST_QUESTIONS),
  factors: z.array(z.string().min(1).max(60)).min(1).max(40),
  outcomes: z.array(z.enum(promptOutcomes)).min(1),
  /** How often each pair is asked. */
  repeats: z.int().min(1).max(MOST_REPEATS),
  /** Difference of shares that matters; for numbers: the part of the reference's mean. */
  margin: share,
  alpha: z.number().min(0.0001).max(0.2),
  seed: z.int().min(0).max(0xffff_ffff),
  /** Most calls; it stops there with what it has. */
  budgetCalls: z.int().min(1).max(MOST_CALLS),
})
export type PromptPlan = z.output<typeof promptPlan>

/** What may be left out is filled in with everything there is for the languages of the system. */
export const planRequest = promptPlan.partial().extend({ system: slug, question: words }).strict()
export type PlanRequest = z.output<typeof planRequest>

/** One question as one person asks it. `base`: as the reference; `again`: as the reference once more, for the noise. */
export type Ask = {
  /** Place in the order of asking, from 0. */
  readonly n: number
  readonly template: string
  readonly factor: 'base' | 'again' | (string & {})
  /** Which of the factor's people asks; 0 for the reference. */
  readonly persona: number
  readonly repeat: number
}
/** What came back, in numbers. */
export type Answer = Ask & { readonly outcomes: Outcomes }

const estimate = z.number().nullable()
export const promptComparison = z.strictObject({
  outcome: z.enum(promptOutcomes),
  factor: z.string(),
  /** Questions (the clusters of the test), and pairs of answers. */
  templates: z.int(),
  pairs: z.int(),
  /** Mean over the pairs: a share, or a number. */
  reference: estimate,
  other: estimate,
  /** Other minus reference, with limits at level 1 − alpha. */
  difference: estimate,
  lower: estimate,
  upper: estimate,
  /** Share of pairs that differ, and of the same question asked twice by the reference. */
  differs: estimate,
  noise: estimate,
  p: estimate,
  /** Adjusted over the family (Holm 1979). */
  pAdjusted: estimate,
  verdict: z.enum(verdicts),
  /** The smallest difference that this many questions could have shown; null when none could. */
  smallestDetectable: estimate,
})
export type PromptComparison = z.output<typeof promptComparison>

export const promptResult = z.strictObject({
  calls: z.int(),
  /** Of the calls: refused by the gateway, failed. Neither counts as an answer of the bot. */
  refused: z.int(),
  failed: z.int(),
  /** Calls in which the name was replaced before the model saw the question. */
  nameHidden: z.int(),
  stoppedAtBudget: z.boolean(),
  comparisons: z.array(promptComparison),
})
export type PromptResult = z.output<typeof promptResult>

export const promptStates = ['running', 'completed', 'failed', 'cancelled'] as const
export type PromptState = (typeof promptStates)[number]

export const promptParams = z.object({ id })
export const promptQuery = z.object({ client: slug.optional(), system: slug.optional() })
export const plannedPromptReply = z.object({ audit: id, planSha256: z.string(), calls: z.int(), proof: proofRef })

export const sizeOfPromptsReply = z.object({
  calls: z.int(),
  templates: z.int(),
  comparisons: z.int(),
  /** Smallest difference of shares that could be found when the reference's answers do not vary. */
  smallestDetectable: z.number().nullable(),
})
export type SizeOfPrompts = z.output<typeof sizeOfPromptsReply>

export const promptLine = z.object({
  id,
  client: slug,
  system: slug,
  systemName: z.object({ nl: z.string(), en: z.string() }),
  version: z.string(),
  question: z.string(),
  state: z.enum(promptStates),
  plannedAt: instant,
  endedAt: instant.nullable(),
  done: z.int(),
  of: z.int(),
  verdicts: z.record(z.enum(verdicts), z.int()).nullable(),
  /** The canary that asked for it. */
  canary: id.nullable(),
  /** Differences were found, and nobody has said what they are. */
  toJudge: z.boolean(),
  sentence: z.string(),
})
export type PromptLine = z.output<typeof promptLine>
export const promptList = z.object({ audits: z.array(promptLine) })

export const promptView = promptLine.extend({
  plan: promptPlan,
  planSha256: z.string(),
  resultSha256: z.string().nullable(),
  askedBy: z.string(),
  result: promptResult.nullable(),
  /** Beside each comparison of the result, in the same order. */
  sentences: z.array(z.string()),
  /** Why it failed. */
  problem: z.string().nullable(),
  /** For a difference: two conversations to lay beside each other. */
  examples: z.array(
    z.object({ outcome: z.enum(promptOutcomes), factor: z.string(), template: z.string(), reference: id, other: id }),
  ),
  judgement: z.enum(alarmJudgements).nullable(),
  judgementReasons: z.string().nullable(),
  judgedAt: instant.nullable(),
  /** Why the conditions of a gate do not count this audit; null: it counts. */
  notForGate: z.string().nullable(),
  record: z.string(),
})
export type PromptView = z.output<typeof promptView>

export const judgePromptsRequest = z.strictObject({ judgement: z.enum(alarmJudgements), reasons: words })
export const promptActReply = z.object({ audit: id, proof: proofRef })

export const canaryRequest = z.strictObject({ intervalDays: z.int().min(1).max(MOST_INTERVAL_DAYS), reasons: words })
export const canaryView = z.object({
  id,
  client: slug,
  system: slug,
  /** The audit whose plan it repeats and whose answers are the reference. */
  audit: id,
  intervalDays: z.int(),
  startedAt: instant,
  endedAt: instant.nullable(),
  readings: z.int(),
  /** Of the last reading: its smallest p, corrected, and the level that it had to stay under. */
  p: z.number().nullable(),
  level: z.number(),
  alarm: z.boolean(),
  nextAt: instant.nullable(),
  sentence: z.string(),
})
export type CanaryView = z.output<typeof canaryView>
export const canaryList = z.object({ canaries: z.array(canaryView) })
export const canaryParams = z.object({ id })
export const endCanaryRequest = z.strictObject({ reasons: words })
export const canaryActReply = z.object({ canary: id, proof: proofRef })
