/** Reads the fields of a form one by one: what is of another kind is a problem with its place, and the rest is read on. */
import type { FormText, OptionValue } from './definition.ts'
import type { Findings, Path } from './form-problem.ts'

export type Fields = Readonly<Record<string, unknown>>

/** A form as it is read: what was found, how many tasks, its short name, and the id of the task or rule that is read now. */
export type Reading = {
  readonly findings: Findings
  readonly count: { tasks: number }
  readonly form: string
  readonly id?: string
}

export const MAX_TEXT = 20_000

export function missing(reading: Reading, path: Path, field: string): undefined {
  reading.findings.error('form_field_missing', path, { id: reading.id, field })
}

export function wrong(reading: Reading, path: Path, field: string, expected: string): undefined {
  reading.findings.error('form_field_wrong', [...path, field], { id: reading.id, field, expected })
}

/** A value of somebody else in a few words, for a problem: a map or a list is not written out. */
export function inWords(value: unknown): string {
  if (typeof value === 'string') return value.slice(0, 80)
  return typeof value === 'object' && value !== null ? (Array.isArray(value) ? '[…]' : '{…}') : String(value)
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Fields that nobody reads are named: a typing error would otherwise change a form in silence. */
export function warnUnknown(reading: Reading, fields: Fields, path: Path, known: ReadonlySet<string>): void {
  for (const field of Object.keys(fields))
    if (!known.has(field))
      reading.findings.warn('form_field_unknown', [...path, field], { id: reading.id, field: field.slice(0, 60) })
}

export function readString(reading: Reading, fields: Fields, field: string, path: Path): string | undefined {
  const value = fields[field]
  if (value === undefined) return undefined
  if (typeof value === 'string' && value.length <= MAX_TEXT) return value
  return wrong(reading, path, field, 'text')
}

/** The same of a field that must be there. */
export function needString(reading: Reading, fields: Fields, field: string, path: Path): string | undefined {
  return fields[field] === undefined ? missing(reading, path, field) : readString(reading, fields, field, path)
}

export function readBoolean(reading: Reading, fields: Fields, field: string, path: Path): boolean {
  const value = fields[field]
  if (typeof value === 'boolean') return value
  if (value !== undefined) wrong(reading, path, field, 'true, false')
  return false
}

/** A text in Dutch, or in Dutch and English: `{nl: …, en: …}`. */
export function readText(reading: Reading, fields: Fields, field: string, path: Path): FormText | undefined {
  const value = fields[field]
  if (value === undefined) return undefined
  if (typeof value === 'string' && value.length <= MAX_TEXT) return { nl: value }
  if (isFields(value)) {
    warnUnknown(reading, value, [...path, field], languages)
    const nl = readString(reading, value, 'nl', [...path, field])
    const en = readString(reading, value, 'en', [...path, field])
    if (nl !== undefined && en !== undefined) return { nl, en }
    if (value.nl !== undefined && value.en !== undefined) return undefined
  }
  return wrong(reading, path, field, 'text, {nl, en}')
}

/** The same of a field that must be there. */
export function needText(reading: Reading, fields: Fields, field: string, path: Path): FormText | undefined {
  return fields[field] === undefined ? missing(reading, path, field) : readText(reading, fields, field, path)
}
const languages: ReadonlySet<string> = new Set(['nl', 'en'])

export function readList(reading: Reading, fields: Fields, field: string, path: Path): readonly unknown[] {
  const value = fields[field]
  if (value === undefined) return []
  if (Array.isArray(value)) return value
  wrong(reading, path, field, 'list')
  return []
}

/** The maps of a list; anything else in it is a problem. */
export function readMaps(reading: Reading, fields: Fields, field: string, path: Path): [Fields, Path][] {
  return readList(reading, fields, field, path).flatMap((item, n) => {
    if (isFields(item)) return [[item, [...path, field, n]] as [Fields, Path]]
    wrong(reading, [...path, field], String(n), 'map')
    return []
  })
}

export function readChoice<const T extends string>(
  reading: Reading,
  fields: Fields,
  field: string,
  path: Path,
  choices: readonly T[],
): T | undefined {
  const value = fields[field]
  const found = choices.find((choice) => choice === value)
  if (found !== undefined) return found
  return value === undefined ? missing(reading, path, field) : wrong(reading, path, field, choices.join(', '))
}

export function isOptionValue(value: unknown): value is OptionValue {
  return value === null || typeof value === 'boolean' || (typeof value === 'string' && value.length <= MAX_TEXT)
}
