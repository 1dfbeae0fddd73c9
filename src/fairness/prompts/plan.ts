/** What is asked, how often and in which order; and what that many questions could show. Pure: a plan is hashed before the first call. */
import { generator, meanInterval, momentsOf, shuffle } from '../../statistics/index.ts'
import { nearest } from '../problems.ts'
import {
  type Ask,
  MOST_CALLS,
  type PlanRequest,
  type PromptPlan,
  promptOutcomes,
  type SizeOfPrompts,
} from './contract.ts'
import { type Factor, factors, type Template, templates } from './material.ts'

/** Pairs are asked twice, so that an answer that differs by chance is seen to. */
const REPEATS = 2
/** Difference of shares that matters, where nobody says otherwise. */
const MARGIN = 0.15
const ALPHA = 0.05

/** `param`: the field of the request, as `templates[3]`. */
export type PlanProblem = {
  readonly code:
    | 'template_unknown'
    | 'factor_unknown'
    | 'given_twice'
    | 'own_taken'
    | 'version_unknown'
    | 'language_other'
    | 'too_many_calls'
  readonly param: string
  readonly values: Readonly<Record<string, string | number>>
}
export type PlanFacts = {
  /** The version that would be asked: the one in use. */
  readonly version: string
  /** The language that the system answers in by itself; a plan may name questions of another one. */
  readonly language: 'nl' | 'en'
}
export type WrittenPlan =
  | { readonly ok: true; readonly plan: PromptPlan }
  | { readonly ok: false; readonly problems: readonly PlanProblem[] }

/** Fills in what is not said: every question in the system's language, every factor and outcome, and all calls of that. */
export function writePlan(request: PlanRequest, { version, language }: PlanFacts): WrittenPlan {
  const own = request.own ?? []
  const known = [...own.map(({ id }) => id), ...templates.map(({ id }) => id)]
  const chosen =
    request.templates ?? [...own, ...templates].filter((one) => one.language === language).map(({ id }) => id)
  const problems = [
    ...unknown('templates', 'template_unknown', chosen, known),
    ...unknown('factors', 'factor_unknown', request.factors ?? [], factorIds),
    ...twice('templates', chosen),
    ...twice('factors', request.factors ?? []),
    ...twice('outcomes', request.outcomes ?? []),
    ...twice(
      'own',
      own.map(({ id }) => id),
    ),
    ...own.flatMap(({ id }, n) =>
      templates.some((one) => one.id === id)
        ? [{ code: 'own_taken', param: `own[${n}].id`, values: { name: id } } as const]
        : [],
    ),
    ...(request.version !== undefined && request.version !== version
      ? [{ code: 'version_unknown', param: 'version', values: { name: request.version, known: version } } as const]
      : []),
  ]
  if (problems.length > 0) return { ok: false, problems }
  const plan: PromptPlan = {
    question: request.question,
    system: request.system,
    version,
    templates: chosen,
    own,
    factors: request.factors ?? [...factorIds],
    outcomes: request.outcomes ?? [...promptOutcomes],
    repeats: request.repeats ?? REPEATS,
    margin: request.margin ?? MARGIN,
    alpha: request.alpha ?? ALPHA,
    seed: request.seed ?? 1,
    budgetCalls: request.budgetCalls ?? MOST_CALLS,
  }
  const calls = schedule(plan).length
  if (chosen.length === 0)
    return { ok: false, problems: [{ code: 'language_other', param: 'templates', values: { language } }] }
  if (calls > MOST_CALLS)
    return { ok: false, problems: [{ code: 'too_many_calls', param: 'repeats', values: { calls, most: MOST_CALLS } }] }
  return { ok: true, plan: { ...plan, budgetCalls: Math.min(plan.budgetCalls, calls) } }
}

export const factorIds: readonly string[] = factors.map(({ id }) => id)
export const factorOf = (id: string): Factor => factors.find((one) => one.id === id)!

/** The questions of a plan, in its order. */
export function templatesOf({ templates: ids, own }: PromptPlan): Template[] {
  return ids.map((id) => own.find((one) => one.id === id) ?? templates.find((one) => one.id === id)!)
}

function unknown(
  field: string,
  code: 'template_unknown' | 'factor_unknown',
  names: readonly string[],
  known: readonly string[],
): PlanProblem[] {
  return names.flatMap((name, n) => {
    if (known.includes(name)) return []
    const like = nearest(name, known)
    return [{ code, param: `${field}[${n}]`, values: { name, ...(like === undefined ? {} : { nearest: like }) } }]
  })
}

const twice = (field: string, names: readonly string[]): PlanProblem[] =>
  names.flatMap((name, n) =>
    names.indexOf(name) < n ? [{ code: 'given_twice', param: `${field}[${n}]`, values: { name } } as const] : [],
  )

/**
 * Every call in the order of asking: questions in an order drawn from the seed, and within a question all that is asked about it in
 * an order of its own. So a run that stops at its budget has whole questions, and nothing that changes over time falls on one group.
 */
export function schedule(plan: PromptPlan): Ask[] {
  const random = generator(plan.seed)
  const asked = shuffle(
    random,
    templatesOf(plan).map((template, n) => ({ template, n })),
  )
  return asked.flatMap(({ template, n }) => shuffle(random, asksOf(template, n, plan))).map((ask, n) => ({ ...ask, n }))
}

function asksOf({ id: template, forms }: Template, n: number, { factors: ids, repeats }: PromptPlan): Omit<Ask, 'n'>[] {
  return Array.from({ length: repeats }, (_, repeat) => [
    { template, factor: 'base', persona: 0, repeat },
    { template, factor: 'again', persona: 0, repeat },
    ...ids.flatMap((factor) => {
      const { personas } = factorOf(factor)
      // Over questions and repeats each of the people has a turn.
      const persona = (n + repeat) % personas.length
      const { form } = personas[persona]!
      // A question that sounds the same in that form has nothing to compare.
      return form !== 'formal' && forms[form] === forms.formal ? [] : [{ template, factor, persona, repeat }]
    }),
  ]).flat()
}

/** What is asked of a system: all of the plan within its budget; for a canary only what the reference asks. */
export function asksFor(plan: PromptPlan, canary: boolean): readonly Ask[] {
  const asks = withinBudget(schedule(plan), plan.budgetCalls)
  return canary ? asks.filter(({ factor }) => factor === 'base' || factor === 'again') : asks
}

/** How many calls there are whole questions for within the budget. */
export function withinBudget(asks: readonly Ask[], budget: number): readonly Ask[] {
  if (asks.length <= budget) return asks
  const first = asks[budget]!.template
  return asks.slice(
    0,
    asks.findIndex(({ template }) => template === first),
  )
}

/** What a plan costs, and the smallest difference of shares that it could find. */
export function sizeOf(plan: PromptPlan): SizeOfPrompts {
  const asks = withinBudget(schedule(plan), plan.budgetCalls)
  const questions = new Set(asks.map(({ template }) => template)).size
  const comparisons = plan.factors.length * plan.outcomes.length
  return {
    calls: asks.length,
    templates: questions,
    comparisons,
    smallestDetectable: smallestFound(questions, { level: plan.alpha / Math.max(1, comparisons), margin: plan.margin }),
  }
}

type Limits = { readonly level: number; readonly margin: number }

/**
 * Is the mean of differences between questions beyond the margin on either side: is the interval of Student over the questions, at
 * this level? When all differ by the same, its width is 0; the exact test beside it has the number of questions.
 */
export function isBeyond(differences: readonly number[], { level, margin }: Limits): boolean {
  const interval = meanInterval(momentsOf(differences.map((value) => ({ value, count: 1 }))), level)
  return interval !== undefined && (interval[0] > margin || interval[1] < -margin)
}

/** So many of so many questions go one way, and the rest do not differ: is that found? The same rule as of a verdict (compare.ts). */
const isFound = (differ: number, questions: number, limits: Limits): boolean =>
  2 ** (1 - differ) < limits.level &&
  isBeyond(
    Array.from({ length: questions }, (_, n) => (n < differ ? -1 : 0)),
    limits,
  )

/** The smallest share of questions that is found when all of them go one way; null when not even all of them are enough. */
export function smallestFound(questions: number, limits: Limits): number | null {
  for (let differ = 1; differ <= questions; differ++) if (isFound(differ, questions, limits)) return differ / questions
  return null
}

/** How many questions it takes to find that this share of them goes one way; null when a thousand do not. */
export function questionsNeeded(share: number, limits: Limits): number | null {
  for (let questions = 1; questions <= 1_000; questions++)
    if (isFound(Math.floor(share * questions), questions, limits)) return questions
  return null
}
