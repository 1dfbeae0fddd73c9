/**
 * What the answers lead to: which assessment is required or recommended, by which criteria. The first level that holds counts, as in
 * the tool of the government. Where it says nothing, we say why: "undecided" while a question that counts is open, "cannot tell"
 * when the form counts with what cannot be counted. Only a form that is answered gives "none".
 */
import type { Criterion, Form, FormText, OutcomeLevel, OutcomeRule, Task } from './definition.ts'
import { evaluate, type Facts, holds, type Result } from './evaluate.ts'
import { type Expression, partsOf } from './expression.ts'
import type { Filled } from './filled.ts'

export type Outcome = {
  readonly id: string
  readonly level: 'required' | 'recommended' | 'none' | 'undecided' | 'cannot_tell'
  /** The form's own words for the level that holds. */
  readonly result?: FormText
  readonly explanation?: FormText
  /** Of the levels up to and with the one that holds; of all when none does. */
  readonly criteria: readonly CriterionOutcome[]
  /** Shown questions without an answer, whose answer counts for this outcome. */
  readonly open: readonly string[]
}
export type CriterionOutcome = {
  readonly id: string
  readonly met: 'met' | 'not_met' | 'cannot_tell'
  readonly explanation: FormText
}

/** A score by its key: a number, null while none applies, undefined when we cannot tell. */
export type Scores = (key: string) => number | null | undefined

/** Scores are worked out when they are asked for, each once. */
export function scoresOf(filled: Filled): Scores {
  const found = new Map<string, number | null | undefined>()
  const of: Scores = (key) => {
    if (!found.has(key)) found.set(key, scoreOf(filled, key, of))
    return found.get(key)
  }
  return of
}

function scoreOf(filled: Filled, key: string, scores: Scores): number | null | undefined {
  const calculation = filled.form.scores.get(key)?.calculation
  if (calculation === undefined) return null
  const facts = factsOf(filled, scores)
  const value = evaluate(calculation.expression, facts)
  if (value === undefined) return undefined
  for (const { when, value: score } of calculation.scores) {
    const applies = evaluate(when, { ...facts, name: (name) => (name === key ? value : undefined) })
    if (applies === undefined) return undefined
    if (holds(applies)) return score
  }
  return null
}

function factsOf(filled: Filled, score: Scores): Facts {
  return { answer: (task) => answerTo(filled, task), score, criterion: () => undefined, name: () => undefined }
}

/** In expressions a question has one answer: that of its first repetition that is shown. */
function answerTo(filled: Filled, id: string): ReturnType<Facts['answer']> {
  const task = filled.form.byId.get(id)
  const [place] = task === undefined ? [] : shownPlaces(filled, task)
  const value = place === undefined ? undefined : filled.valueAt(task!, place)
  return value === undefined || (typeof value === 'object' && value !== null && 'image' in value) ? null : value
}

const shownPlaces = (filled: Filled, task: Task) =>
  filled.positions(task, undefined).filter((place) => filled.isShown(task, place))

/** One outcome per rule of the form, in its order. */
export function outcomesOf(filled: Filled): readonly Outcome[] {
  const scores = scoresOf(filled)
  return filled.form.outcomes.map((rule) => outcomeOf(filled, scores, rule))
}

function outcomeOf(filled: Filled, scores: Scores, rule: OutcomeRule): Outcome {
  const criteria: CriterionOutcome[] = []
  const open = openFor(filled, rule)
  for (const level of rule.levels) {
    const [applies, looked] = levelHolds(filled, scores, level)
    criteria.push(...looked)
    if (applies === undefined) return { id: rule.id, level: 'cannot_tell', criteria, open }
    if (!holds(applies)) continue
    const { result, explanation } = level
    return {
      id: rule.id,
      level: level.level,
      result,
      ...(explanation === undefined ? {} : { explanation }),
      criteria,
      open,
    }
  }
  return { id: rule.id, level: open.length > 0 ? 'undecided' : 'none', criteria, open }
}

function levelHolds(filled: Filled, scores: Scores, level: OutcomeLevel): [Result, CriterionOutcome[]] {
  const facts = factsOf(filled, scores)
  const met = new Map(level.criteria.map(({ id, expression }) => [id, asYesOrNo(evaluate(expression, facts))]))
  const outcome = ({ id, explanation }: Criterion): CriterionOutcome => {
    const one = met.get(id)
    return { id, met: one === undefined ? 'cannot_tell' : one ? 'met' : 'not_met', explanation }
  }
  return [
    evaluate(level.expression, { ...facts, criterion: (id) => met.get(id) }),
    level.criteria.map((one) => outcome(one)),
  ]
}

const asYesOrNo = (value: Result): boolean | undefined => (value === undefined ? undefined : holds(value))

/** Ids of questions that count for the rule and are shown without an answer somewhere. */
function openFor(filled: Filled, rule: OutcomeRule): string[] {
  const expressions = rule.levels.flatMap((level) => [
    level.expression,
    ...level.criteria.map(({ expression }) => expression),
  ])
  return readBy(filled.form, expressions).filter((id) => {
    const task = filled.form.byId.get(id)
    if (task === undefined || task.question === null) return false
    return shownPlaces(filled, task).some((place) => filled.valueAt(task, place) === undefined)
  })
}

/**
 * Every question whose answer goes into these expressions: itself, through a score, or because it decides whether another of them is
 * shown. In the order of the form.
 */
function readBy(form: Form, expressions: readonly Expression[]): readonly string[] {
  const tasks = new Set<string>()
  const scores = new Set<string>()
  const read = (expression: Expression): void => {
    for (const part of partsOf(expression)) {
      if (part.is === 'answer' || part.is === 'selected') need(part.task)
      if (part.is !== 'score' || scores.has(part.key)) continue
      scores.add(part.key)
      const calculation = form.scores.get(part.key)?.calculation
      if (calculation === undefined) continue
      read(calculation.expression)
      for (const { when } of calculation.scores) read(when)
    }
  }
  const need = (id: string): void => {
    if (tasks.has(id)) return
    tasks.add(id)
    for (const above of form.byId.get(id)?.path ?? [])
      for (const { source } of form.byId.get(above)!.conditions) need(source)
  }
  for (const expression of expressions) read(expression)
  return [...form.byId.keys()].filter((id) => tasks.has(id))
}
