/**
 * Pairs of answers compared. A question is one piece of evidence, however often it was asked: repeats are averaged within it, and the
 * tests turn whole questions round.
 */
import {
  criticalValue,
  generator,
  holm,
  type Interval,
  meanInterval,
  momentsOf,
  newcombePaired,
  signFlip,
  signFlipExact,
  testable,
} from '../../statistics/index.ts'
import { type Answer, type PromptComparison, type PromptOutcome, type PromptPlan, shareOutcomes } from './contract.ts'
import { isBeyond, smallestFound } from './plan.ts'

/** Below so many questions nothing is said to be equal about a number. */
const LEAST_FOR_EQUAL = 10
/** Draws of signs, when they cannot all be tried: so many for each time that the level has to be divided. */
const DRAWS_PER_TEST = 2_000

/** One answer beside that of the reference, to the same question of the same repeat. */
type Pair = { readonly reference: number; readonly other: number }
type Question = { readonly pairs: readonly Pair[]; readonly difference: number }
type Measured = {
  readonly outcome: PromptOutcome
  readonly factor: string
  readonly questions: readonly Question[]
  readonly p: number | undefined
  /** The smallest p that so many questions that differ could give. */
  readonly least: number | undefined
}

const isShare = (outcome: PromptOutcome) => (shareOutcomes as readonly string[]).includes(outcome)

/** A comparison per outcome and factor of the plan, in its order; of what could not be compared there are no numbers. */
export function compareAnswers(plan: PromptPlan, answers: readonly Answer[]): PromptComparison[] {
  const byFactor = Map.groupBy(answers, ({ factor }) => factor)
  const base = indexed(byFactor.get('base') ?? [])
  const measured = plan.outcomes.flatMap((outcome) =>
    plan.factors.map((factor) => measure(plan, outcome, factor, base, byFactor.get(factor) ?? [])),
  )
  const counts = testable(
    measured.map(({ least }) => least),
    plan.alpha,
  )
  const family = Math.max(1, counts.filter(Boolean).length)
  const adjusted = holm(measured.map(({ p }, i) => (counts[i] ? p : undefined)))
  const noise = new Map(
    plan.outcomes.map((outcome) => [outcome, differing(questionsOf(outcome, base, byFactor.get('again') ?? []))]),
  )
  return measured.map((one, i) => judged(plan, one, { pAdjusted: adjusted[i], family, noise: noise.get(one.outcome)! }))
}

const place = ({ template, repeat }: Answer) => `${template}\n${repeat}`
const indexed = (answers: readonly Answer[]) => new Map(answers.map((one) => [place(one), one]))

function questionsOf(outcome: PromptOutcome, base: ReadonlyMap<string, Answer>, others: readonly Answer[]): Question[] {
  const pairs = new Map<string, Pair[]>()
  for (const one of others) {
    const reference = base.get(place(one))?.outcomes[outcome] ?? null
    const other = one.outcomes[outcome] ?? null
    if (reference === null || other === null) continue
    const own = pairs.get(one.template) ?? []
    own.push({ reference, other })
    pairs.set(one.template, own)
  }
  return [...pairs]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, own]) => ({ pairs: own, difference: mean(own.map(({ reference, other }) => other - reference)) }))
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

function measure(
  plan: PromptPlan,
  outcome: PromptOutcome,
  factor: string,
  base: ReadonlyMap<string, Answer>,
  others: readonly Answer[],
): Measured {
  const questions = questionsOf(outcome, base, others)
  const differ = questions.filter(({ difference }) => difference !== 0).length
  return {
    outcome,
    factor,
    questions,
    p: isShare(outcome) ? exactP(questions) : drawnP(plan, questions),
    least: questions.length === 0 ? undefined : 2 ** (1 - differ),
  }
}

/** Sums of a question's pairs, so that they are whole numbers. */
function exactP(questions: readonly Question[]): number | undefined {
  return signFlipExact(
    questions.map(({ pairs }) => pairs.reduce((sum, { reference, other }) => sum + other - reference, 0)),
  )
}

function drawnP({ seed, factors, outcomes }: PromptPlan, questions: readonly Question[]): number | undefined {
  return signFlip(
    questions.map(({ difference }) => difference),
    { random: generator(seed, 1), draws: DRAWS_PER_TEST * factors.length * outcomes.length },
  )
}

/** Share of pairs that differ at all, averaged over questions. */
function differing(questions: readonly Question[]): number | null {
  if (questions.length === 0) return null
  return mean(questions.map(({ pairs }) => mean(pairs.map(({ reference, other }) => (reference === other ? 0 : 1)))))
}

type Family = { readonly pAdjusted: number | undefined; readonly family: number; readonly noise: number | null }

function judged(plan: PromptPlan, one: Measured, { pAdjusted, family, noise }: Family): PromptComparison {
  const { outcome, factor, questions } = one
  const over = (side: (pair: Pair) => number) =>
    questions.length === 0 ? null : mean(questions.map(({ pairs }) => mean(pairs.map(side))))
  const reference = over((pair) => pair.reference)
  const other = over((pair) => pair.other)
  const interval = intervalOf(outcome, questions, plan.alpha)
  // A number matters by the part of what the reference gets.
  const margin = isShare(outcome) ? plan.margin : plan.margin * Math.abs(reference ?? 0)
  const differences = questions.map(({ difference }) => difference)
  const found =
    pAdjusted !== undefined && pAdjusted < plan.alpha && isBeyond(differences, { level: plan.alpha / family, margin })
  const enough = isShare(outcome) || questions.length >= LEAST_FOR_EQUAL
  const equal = enough && interval !== undefined && interval[0] > -margin && interval[1] < margin
  return {
    outcome,
    factor,
    templates: questions.length,
    pairs: questions.reduce((sum, { pairs }) => sum + pairs.length, 0),
    reference,
    other,
    difference: questions.length === 0 ? null : mean(questions.map(({ difference }) => difference)),
    lower: interval?.[0] ?? null,
    upper: interval?.[1] ?? null,
    differs: differing(questions),
    noise,
    p: one.p ?? null,
    pAdjusted: pAdjusted ?? null,
    verdict: found ? 'difference_found' : equal ? 'no_relevant_difference' : 'cannot_tell',
    smallestDetectable: isShare(outcome)
      ? smallestFound(questions.length, { level: plan.alpha / family, margin })
      : null,
  }
}

/**
 * Other minus reference. Shares: Newcombe's interval for pairs (method 10) with each question as one pair, its repeats as parts of
 * it; so it is as wide as the questions make it, also where all answers agree. Numbers: Student's interval over the questions.
 */
function intervalOf(outcome: PromptOutcome, questions: readonly Question[], alpha: number): Interval | undefined {
  if (questions.length === 0 || criticalValue(alpha) === undefined) return undefined
  if (!isShare(outcome))
    return meanInterval(momentsOf(questions.map(({ difference }) => ({ value: difference, count: 1 }))), alpha)
  const part = (holds: (pair: Pair) => boolean) =>
    questions.reduce((sum, { pairs }) => sum + pairs.filter(holds).length / pairs.length, 0)
  return newcombePaired(
    {
      both: part(({ reference, other }) => reference === 1 && other === 1),
      first: part(({ reference, other }) => reference === 0 && other === 1),
      second: part(({ reference, other }) => reference === 1 && other === 0),
      neither: part(({ reference, other }) => reference === 0 && other === 0),
    },
    alpha,
  )
}
