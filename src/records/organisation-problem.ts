/** What is wrong with an organisation file, as codes with the place: sentences are made from them at the edge. */
import type { z } from 'zod'
import { editDistance } from '../platform/settings.ts'

export type Path = readonly (string | number)[]

/** `code` is a key `apply.<code>` of the texts; `values` fill it. `path` points into the file. */
export type Problem = {
  readonly code: ProblemCode
  readonly path: Path
  readonly values: Readonly<Record<string, string | number>>
}

export const problemCodes = [
  'file_unreadable',
  'file_too_large',
  'yaml_unreadable',
  'yaml_several_documents',
  'field_unknown',
  'field_unknown_near',
  'field_missing',
  'field_wrong_kind',
  'field_needs_quotes',
  'field_too_long',
  'field_too_short',
  'field_out_of_range',
  'text_unreadable',
  'choice_unknown',
  'id_unreadable',
  'email_unreadable',
  'address_unreadable',
  'time_unreadable',
  'hours_unreadable',
  'time_zone_unknown',
  'version_of_file_unknown',
  'id_twice',
  'reference_unknown',
  'reference_unknown_near',
  'other_client',
  'shape_unreadable',
  'cue_unreadable',
  'example_differs',
  'attribute_protected',
  'attribute_source',
  'attribute_ended',
  'signer_role',
  'upstream_kind',
  'folder_missing',
  'reasoning_missing',
  'term_too_short',
  'version_current_missing',
  'version_current_twice',
  'model_missing',
  'observe_missing',
  'observe_too_long',
  'observe_one_signer',
  'observe_not_asked',
  'gate_by_owner',
  'gate_too_long',
  'gate_condition_unmet',
  'until_before_from',
  'time_ahead',
  'expiry_not_given',
  'version_fixed',
  'notice_fixed',
  'telemarketing_basis',
  'works_council_missing',
  'client_fixed',
  'person_taken',
  'key_limit',
  'actionable_choice',
  'actionable_range',
  'explainer_without_decisions',
  'explainer_hash',
  'explainer_absent',
  'explainer_unfit',
  'emotion_of_staff',
  'wording_incomplete',
] as const
export type ProblemCode = (typeof problemCodes)[number]

export function problem(code: ProblemCode, path: Path, values: Problem['values'] = {}): Problem {
  return { code, path, values }
}

/** `systems[2].gates[0].by`; the file as a whole is ''. */
export function fieldName(path: Path): string {
  return path.map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`)).join('')
}

/** The known name that is closest to what was written, when it is close enough to be meant. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  const limit = Math.min(4, Math.floor(name.length / 2))
  let best: { readonly name: string; readonly distance: number } | undefined
  if (name.length > 100) return undefined
  for (const candidate of known) {
    if (candidate.length > 100) continue
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase())
    if (distance <= limit && (best === undefined || distance < best.distance)) best = { name: candidate, distance }
  }
  return best?.name
}

type JsonSchema = { readonly [key: string]: unknown }

/** Problems of a file that does not have the shape. `schema` is the published JSON Schema, for the names that exist. */
export function shapeProblems(error: z.ZodError, input: unknown, schema: JsonSchema): Problem[] {
  return error.issues.flatMap((issue) => issueProblems(issue, input, schema))
}

function issueProblems(issue: z.core.$ZodIssue, input: unknown, schema: JsonSchema): Problem[] {
  const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => {
        const near = nearest(key, knownFields(schema, path))
        return near === undefined
          ? problem('field_unknown', [...path, key], { name: key })
          : problem('field_unknown_near', [...path, key], { name: key, near })
      })
    case 'invalid_type': {
      const value = valueAt(input, path)
      if (value === undefined) return [problem('field_missing', path)]
      if (issue.expected === 'string' && typeof value === 'number')
        return [problem('field_needs_quotes', path, { value: String(value) })]
      return [problem('field_wrong_kind', path, { expected: issue.expected })]
    }
    case 'invalid_value': {
      if (path.length === 1 && path[0] === 'waarborg')
        return [problem(valueAt(input, path) === undefined ? 'field_missing' : 'version_of_file_unknown', path)]
      if (valueAt(input, path) === undefined) return [problem('field_missing', path)]
      return [problem('choice_unknown', path, { choices: issue.values.map(String).join(', ') })]
    }
    case 'invalid_format':
      if (issue.format === 'email') return [problem('email_unreadable', path)]
      if (issue.format === 'url') return [problem('address_unreadable', path)]
      return [problem('id_unreadable', path)]
    case 'too_small':
      return [sizeProblem(issue, path, 'field_too_short', Number(issue.minimum))]
    case 'too_big':
      return [sizeProblem(issue, path, 'field_too_long', Number(issue.maximum))]
    case 'invalid_key':
      return [
        problem(path.includes('hours') ? 'hours_unreadable' : 'field_unknown', path, {
          name: String(path.at(-1) ?? ''),
        }),
      ]
    case 'custom':
      if (issue.message === 'hours') return [problem('hours_unreadable', path)]
      if (issue.message === 'time_zone') return [problem('time_zone_unknown', path)]
      if (issue.message === 'shape') return [problem('shape_unreadable', path)]
      if (issue.message === 'cue') return [problem('cue_unreadable', path)]
      if (issue.message === 'address') return [problem('address_unreadable', path)]
      return [problem('time_unreadable', path)]
    default:
      return [
        problem(valueAt(input, path) === undefined ? 'field_missing' : 'field_wrong_kind', path, {
          expected: kindsAt(schema, path),
        }),
      ]
  }
}

function sizeProblem(
  issue: { readonly origin: string },
  path: Path,
  code: 'field_too_short' | 'field_too_long',
  limit: number,
): Problem {
  if (issue.origin === 'number' || issue.origin === 'int') return problem('field_out_of_range', path, { limit })
  return problem(code, path, { limit })
}

export function valueAt(input: unknown, path: Path): unknown {
  let value = input
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined
    value = (value as Record<string | number, unknown>)[part]
  }
  return value
}

function knownFields(schema: JsonSchema, path: Path): string[] {
  const found = schemasAt(schema, path).flatMap((one) => Object.keys((one.properties as JsonSchema | undefined) ?? {}))
  return [...new Set(found)]
}

/** What may stand here, in the words of JSON Schema: `string or object`. */
function kindsAt(schema: JsonSchema, path: Path): string {
  return (
    [...new Set(schemasAt(schema, path).flatMap((one) => (typeof one.type === 'string' ? [one.type] : [])))].join(
      ', ',
    ) || 'value'
  )
}

function schemasAt(schema: JsonSchema, path: Path): JsonSchema[] {
  const choices = (one: JsonSchema): JsonSchema[] => [
    one,
    ...((one.anyOf as JsonSchema[] | undefined) ?? []).flatMap(choices),
  ]
  let at = choices(schema)
  for (const part of path) {
    at = at
      .flatMap((one) => {
        const next = typeof part === 'number' ? one.items : (one.properties as JsonSchema | undefined)?.[part]
        return typeof next === 'object' && next !== null ? [next as JsonSchema] : []
      })
      .flatMap(choices)
  }
  return at
}
