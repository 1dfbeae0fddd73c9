/** A form of a case that is shown again: what was filled in, and where it was refused the sentence beside its field. */
import { type Failure, failureOf } from '../../api.ts'
import type { ConsoleContext } from '../context.ts'
import type { Form } from '../kit.ts'

export type Filled = {
  /** Name of the form. */
  readonly form: string
  readonly values: Form
  /** Why it was refused; undefined: it was not sent yet. */
  readonly error?: string | undefined
  /** Id of the field's element that the sentence is about. */
  readonly field?: string | undefined
}

const problems: Readonly<Record<string, 'short' | 'long' | 'form'>> = {
  too_small: 'short',
  too_big: 'long',
  invalid_format: 'form',
}

/** The sentence for a field whose value does not fit: what is wrong with it, not what it is called on the wire. */
export function fieldSentence(cx: ConsoleContext, failed: Failure, otherwise: string): string {
  if (failed.code !== 'invalid_request') return otherwise
  return cx.say(`case.problem.${problems[String(failed.values?.problem)] ?? 'empty'}`)
}

/** The error of one field; undefined: it is not about this one. */
export const errorAt = (filled: Filled | undefined, field: string): string | undefined =>
  filled?.field === field ? filled.error : undefined

/** What a number in a field leads to and is not there is a fault in that field: the form stays, with what was written. */
export function inForm(error: unknown): never {
  const failed = failureOf(error)
  if (failed?.status !== 404 || failed.param === undefined) throw error
  const { code, param, values, otherwise } = failed
  throw Object.assign(new Error(code, { cause: error }), {
    ...{ status: 422, code, param, otherwise },
    ...(values === undefined ? {} : { values }),
  } satisfies Failure)
}
