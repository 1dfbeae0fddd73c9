/** Reading JSON of unknown shape: each reader gives the value, or undefined with what is wrong added to `problems`. */
import type { Problems } from '../problem.ts'

export type JsonObject = Readonly<Record<string, unknown>>

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Own field, so that `__proto__` and `constructor` are names like any other. */
export const fieldOf = (object: JsonObject, name: string): unknown =>
  Object.hasOwn(object, name) ? object[name] : undefined

export const placeOf = (place: string, name: string | number): string =>
  typeof name === 'number' ? `${place}[${name}]` : place === '' ? name : `${place}.${name}`

/** What `read-json.ts` makes of a bare NaN or Infinity. */
const isBareWord = (value: unknown): boolean => value === 'NaN' || value === 'Infinity' || value === '-Infinity'

/** A number; null, "NaN" and the like count as not a number and are named as such. */
export function readNumber(value: unknown, place: string, problems: Problems): number | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return value
  const missing = value === undefined
  const notNumber = value === null || typeof value === 'number' || isBareWord(value)
  problems.add(missing ? 'field_missing' : notNumber ? 'not_a_number' : 'field_wrong', place, {
    expected: 'number',
  })
  return undefined
}

/** A number written as a number or as text, as XGBoost writes its parameters: `"5E-1"`, `"[5E-1]"`. */
export function readLooseNumber(value: unknown, place: string, problems: Problems): number | undefined {
  if (typeof value !== 'string') return readNumber(value, place, problems)
  const inner = /^\[?\s*([^\s,[\]]+)\s*\]?$/.exec(value)?.[1]
  const number = inner === undefined ? Number.NaN : Number(inner)
  if (Number.isFinite(number)) return number
  problems.add(inner === undefined ? 'field_wrong' : 'not_a_number', place, { expected: 'number' })
  return undefined
}

export function readArray(value: unknown, place: string, problems: Problems): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value
  problems.add(value === undefined ? 'field_missing' : 'field_wrong', place, { expected: 'array' })
  return undefined
}

/**
 * Numbers, or booleans as 0 and 1. An element without a number (null, "NaN") becomes NaN: whether that is wrong depends
 * on what it is for, and the tree builder says so with its node. `length` when it must be a certain one.
 */
export function readNumbers(
  value: unknown,
  place: string,
  problems: Problems,
  length?: number,
): Float64Array | undefined {
  const list = readArray(value, place, problems)
  if (list === undefined) return undefined
  if (length !== undefined && list.length !== length) {
    problems.add('length_differs', place, { found: list.length, expected: length })
    return undefined
  }
  const numbers = new Float64Array(list.length)
  let wrong = false
  for (const [i, each] of list.entries()) {
    if (typeof each === 'number') numbers[i] = each
    else if (typeof each === 'boolean') numbers[i] = each ? 1 : 0
    else if (each === null || isBareWord(each)) numbers[i] = Number(each ?? Number.NaN)
    else {
      problems.add('field_wrong', placeOf(place, i), { expected: 'number' })
      wrong = true
    }
  }
  return wrong ? undefined : numbers
}

/** Numbers all of which must be numbers. */
export function readFinite(
  value: unknown,
  place: string,
  problems: Problems,
  length?: number,
): Float64Array | undefined {
  const numbers = readNumbers(value, place, problems, length)
  if (numbers === undefined) return undefined
  const bad = numbers.findIndex((each) => !Number.isFinite(each))
  if (bad < 0) return numbers
  problems.add('not_a_number', placeOf(place, bad))
  return undefined
}

export function readNames(value: unknown, place: string, problems: Problems): string[] | undefined {
  const list = readArray(value, place, problems)
  if (list === undefined) return undefined
  const seen = new Set<string>()
  for (const [i, each] of list.entries()) {
    if (typeof each !== 'string' || each === '' || each.length > 100 || seen.has(each)) {
      problems.add(typeof each === 'string' && seen.has(each) ? 'word_twice' : 'field_wrong', placeOf(place, i), {
        expected: 'name',
        name: typeof each === 'string' ? each.slice(0, 100) : '',
      })
      return undefined
    }
    seen.add(each)
  }
  return list as string[]
}

/** Rows of equal length; NaN for a missing value (null). */
export function readRows(value: unknown, place: string, problems: Problems, most: number): Float64Array[] | undefined {
  const list = readArray(value, place, problems)
  if (list === undefined) return undefined
  if (list.length === 0) problems.add('background_empty', place)
  if (list.length > most) problems.add('work_too_large', place, { found: list.length, maximum: most })
  if (list.length === 0 || list.length > most) return undefined
  const rows: Float64Array[] = []
  for (const [i, each] of list.entries()) {
    const row = readNumbers(each, placeOf(place, i), problems, rows[0]?.length)
    if (row === undefined) return undefined
    rows.push(row)
  }
  return rows
}
