/**
 * The same questions again, to notice that answers changed while nobody said so. Every reading is laid beside the first one, so
 * their tests hang together: the k-th may use only alpha·6/(π²k²) of the level, and all of them together keep it, whatever they have
 * in common (Bonferroni over Σ1/k² = π²/6). A bet that grows from night to night would count the chance in the first answers again
 * each time.
 */
import { generator, holm, signFlip, signFlipExact } from '../../statistics/index.ts'
import { type Answer, type PromptOutcome, shareOutcomes } from './contract.ts'

/** Plain JSON: kept between readings. */
export type CanaryState = {
  readonly readings: number
  /** Of the last reading: the smallest p, corrected over what was compared, and the level it had to stay under. */
  readonly p: number | null
  readonly level: number
  /** What differed when the alarm went off: an outcome, or `changed` for what answers say as a whole. */
  readonly alarm: readonly (PromptOutcome | 'changed')[]
}

export const freshCanary = (alpha: number): CanaryState => ({
  readings: 0,
  p: null,
  level: levelOf(alpha, 1),
  alarm: [],
})

/** Level of the k-th reading. */
export const levelOf = (alpha: number, k: number): number => (alpha * 6) / (Math.PI * Math.PI * k * k)

/** A number has changed when it is a fifth more or less. */
const FIFTH = 0.2
const DRAWS = 200_000

/** The answers of the reference in a reading, `base` and `again`; those of other people are not looked at. */
export function readCanary(
  state: CanaryState,
  {
    outcomes,
    alpha,
    seed,
  }: { readonly outcomes: readonly PromptOutcome[]; readonly alpha: number; readonly seed: number },
  first: readonly Answer[],
  now: readonly Answer[],
): CanaryState {
  const readings = state.readings + 1
  const level = levelOf(alpha, readings)
  const [before, after] = [byTemplate(first), byTemplate(now)]
  const shared = [...before.keys()].filter((template) => after.has(template)).sort()
  const tests: readonly (PromptOutcome | 'changed')[] = [...outcomes, 'changed']
  const ps = holm(
    tests.map((test, n) =>
      test === 'changed'
        ? signFlipExact(shared.map((template) => changedMore(before.get(template)!, after.get(template)!, outcomes)))
        : shifted(
            test,
            shared.map((template) => [before.get(template)!, after.get(template)!]),
            generator(seed, readings * 100 + n),
          ),
    ),
  )
  const known = ps.filter((p): p is number => p !== undefined)
  const differs = tests.filter((_, i) => ps[i] !== undefined && ps[i]! < level)
  return {
    readings,
    p: known.length === 0 ? null : Math.min(...known),
    level,
    alarm: state.alarm.length > 0 ? state.alarm : differs,
  }
}

const isShare = (outcome: PromptOutcome) => (shareOutcomes as readonly string[]).includes(outcome)

function byTemplate(answers: readonly Answer[]): Map<string, readonly Answer[]> {
  return Map.groupBy(
    answers.filter(({ factor }) => factor === 'base' || factor === 'again'),
    ({ template }) => template,
  )
}

/** Does this outcome come more or less often than at first, or is it larger or smaller? Whole questions are turned round. */
function shifted(
  outcome: PromptOutcome,
  questions: readonly (readonly [readonly Answer[], readonly Answer[]])[],
  random: ReturnType<typeof generator>,
): number | undefined {
  const values = (answers: readonly Answer[]) => answers.flatMap(({ outcomes }) => outcomes[outcome] ?? [])
  const both = questions.flatMap(([before, after]) => {
    const [a, b] = [values(before), values(after)]
    // As many on both sides, so that a question turned round is as likely.
    return a.length > 0 && a.length === b.length ? [sum(b) - sum(a)] : []
  })
  return isShare(outcome) ? signFlipExact(both) : signFlip(both, { random, draws: DRAWS })
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

/**
 * How much more the first answers differ from these than answers of one reading differ among themselves, per repeat: with the
 * four answers first/again of both readings, (b,b′)+(a,a′) against (b,a)+(b′,a′). When nothing changed both sums are alike, for
 * the four can change places; so the difference is symmetric around 0.
 */
function changedMore(before: readonly Answer[], after: readonly Answer[], outcomes: readonly PromptOutcome[]): number {
  const at = (answers: readonly Answer[], factor: string, repeat: number) =>
    answers.find((one) => one.factor === factor && one.repeat === repeat)
  const repeats = new Set(before.map(({ repeat }) => repeat))
  return sum(
    [...repeats].map((repeat) => {
      const four = [
        at(before, 'base', repeat),
        at(before, 'again', repeat),
        at(after, 'base', repeat),
        at(after, 'again', repeat),
      ]
      if (four.some((one) => one === undefined)) return 0
      const [b, a, later, laterAgain] = four as [Answer, Answer, Answer, Answer]
      const apart = (x: Answer, y: Answer) => outcomes.filter((outcome) => differs(outcome, x, y)).length
      return apart(b, later) + apart(a, laterAgain) - apart(b, a) - apart(later, laterAgain)
    }),
  )
}

function differs(outcome: PromptOutcome, one: Answer, other: Answer): boolean {
  const [a, b] = [one.outcomes[outcome] ?? null, other.outcomes[outcome] ?? null]
  if (a === null || b === null) return a !== b
  return isShare(outcome) ? a !== b : Math.abs(a - b) > FIFTH * Math.max(Math.abs(a), Math.abs(b))
}
