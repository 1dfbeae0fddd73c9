/** What is wrong with a file of answers, and what was read of it so far. */
import type { Form, Task } from './definition.ts'
import type { Fields } from './read-fields.ts'

export const answersProblemCodes = [
  'answers_shape',
  'answers_form_differs',
  'answers_task_unknown',
  'answers_index_wrong',
  'answers_value_wrong',
  'answers_image_wrong',
  'answers_too_many',
] as const
export const answersWarningCodes = ['answers_parent_unknown'] as const
export type AnswersProblem = {
  readonly code: (typeof answersProblemCodes)[number] | (typeof answersWarningCodes)[number]
  /** Where in the file: `answers/2.1/0/2.1.1`. */
  readonly at: string
  readonly facts: Readonly<Record<string, string | number>>
}

const MAX_PROBLEMS = 200

/** An answer of the file with its task and, in a repetition, the number of that. */
export type Entry = {
  readonly task: Task
  readonly index: number | undefined
  readonly answer: Fields
  readonly at: string
}

export type AnswersReading = {
  readonly form: Form
  readonly problems: AnswersProblem[]
  readonly warnings: AnswersProblem[]
  readonly entries: Entry[]
  /** The numbers that the file uses for each repeatable task. */
  readonly seen: Map<string, Set<number>>
}

export function refuse(
  { problems }: AnswersReading,
  code: (typeof answersProblemCodes)[number],
  at: string,
  facts: AnswersProblem['facts'] = {},
): undefined {
  if (problems.length < MAX_PROBLEMS) problems.push({ code, at: at.slice(0, 200), facts })
}

/** A moment in ISO 8601, as RFC 3339 writes it. */
const moment = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)$/
export const isMoment = (value: unknown): value is string =>
  typeof value === 'string' && moment.test(value) && !Number.isNaN(Date.parse(value))
