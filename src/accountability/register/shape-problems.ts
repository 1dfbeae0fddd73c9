/** From what a zod schema refuses to problems with a place. */
import type { z } from 'zod'
import { type FieldPath, type FileProblemCode, fileProblemCodes, pathName } from './file-problem.ts'

export type ShapeProblem = {
  readonly code: FileProblemCode
  readonly path: FieldPath
  readonly field: string
  readonly values: Readonly<Record<string, string | number>>
}

/** One problem per field that does not fit, in the order of the schema. `input`: what was read. A rule of a schema names its own code as message. */
export function shapeProblems(error: z.ZodError, input: unknown): ShapeProblem[] {
  return error.issues.flatMap((issue): ShapeProblem[] => {
    const { path } = issue
    const one = (code: FileProblemCode, values: ShapeProblem['values'] = {}, at: FieldPath = path): ShapeProblem => ({
      code,
      path: at,
      field: pathName(at),
      values,
    })
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => one('field_unknown', {}, [...path, key]))
    if (valueAt(input, path) === undefined) return [one('field_missing')]
    if (issue.code === 'invalid_value') return [one('choice_unknown', { choices: issue.values.map(String).join(', ') })]
    if (issue.code === 'too_big')
      return [one(issue.origin === 'array' ? 'too_many' : 'field_too_long', { limit: Number(issue.maximum) })]
    if (issue.code === 'too_small') return [one('field_missing')]
    if (issue.code === 'custom' && isCode(issue.message)) return [one(issue.message)]
    if (issue.code === 'invalid_type') return [one('field_wrong_kind', { expected: issue.expected })]
    return [one('field_unreadable')]
  })
}

const isCode = (message: string): message is FileProblemCode =>
  (fileProblemCodes as readonly string[]).includes(message)

/** What stands at a path; undefined when nothing does. */
export function valueAt(input: unknown, path: FieldPath): unknown {
  let value = input
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined
    value = (value as Readonly<Record<PropertyKey, unknown>>)[part]
  }
  return value
}
