/** The facts of one decision as a file gives them: a list, or values by name, with a background beside it. */
import { limits } from './build-tree.ts'
import type { InputValue } from './contract.ts'
import { fieldOf, isObject, type JsonObject, placeOf, readNumber, readNumbers, readRows } from './formats/fields.ts'
import { readActions, readLimit } from './formats/own.ts'
import type { Action, Limit, ReadModel, Row } from './model.ts'
import { Problems, refuse } from './problem.ts'
import { featuresNamed } from './read-model.ts'

export type Input = {
  readonly row: Float64Array
  /** Names in the order of the row; `x1`, `x2`, … where the model has none. */
  readonly names: readonly string[]
  readonly values: ReadonlyMap<string, InputValue>
  readonly background: readonly Row[] | null
  /** The output that was recorded with the decision, and the hash of the model that gave it. */
  readonly recorded: { readonly output: number | null; readonly sha256: string | null }
}

const reserved = ['x', 'background', 'output', 'modelSha256']

/**
 * Either `[1, 2]`, `{x: [1, 2]}`, `{x: {age: 1, …}}` or `{age: 1, …}`, each with `background` beside `x` when wanted. Errors
 * (`ExplainError`): all of a wrong length, a name that is unknown or absent, a value that is no number or is missing where
 * the model has no way for it.
 */
export function readInput(file: unknown, read: ReadModel): Input {
  const problems = new Problems()
  const object = isObject(file) ? file : { x: file }
  const named =
    isObject(file) && Object.keys(file).length > 0 && !reserved.some((name) => fieldOf(file, name) !== undefined)
  const x = named ? file : fieldOf(object, 'x')
  const whole = read.model.family === 'game' ? new Float64Array() : rowOf(x, named ? '' : 'x', read, problems)
  const rows = named ? undefined : fieldOf(object, 'background')
  const background = rows === undefined ? null : (readRows(rows, 'background', problems, limits.backgroundRows) ?? null)
  const recorded = recordedOf(named ? {} : object, problems)
  problems.check()
  const { row, values, names } = whole instanceof Float64Array ? plain(whole, read) : whole!
  if (background !== null) checkBackground(background, row.length, 'background', read, problems)
  if (read.background !== null) checkBackground(read.background, row.length, 'model.background', read, problems)
  problems.check()
  return { row, names, values, background, recorded }
}

/** A background file: rows, or `{background: rows}` or `{rows: […]}`. */
export function readBackground(file: unknown, read: ReadModel, features: number): readonly Row[] {
  const problems = new Problems()
  const given = isObject(file) ? (fieldOf(file, 'background') ?? fieldOf(file, 'rows')) : file
  const rows = readRows(given, 'background', problems, limits.backgroundRows)
  problems.check()
  checkBackground(rows!, features, 'background', read, problems)
  problems.check()
  return rows!
}

/** What may change, in a file of its own: the fields of `formats/own.ts`; `threshold` may stand beside them. */
export function readActionsFile(
  file: unknown,
  features: number,
): { readonly actions: readonly Action[]; readonly limit: Limit | null } {
  const problems = new Problems()
  if (!isObject(file)) return refuse('field_missing', 'direction')
  const actions = readActions(file, features, problems)
  const limit = readLimit(fieldOf(file, 'threshold'), problems)
  if (actions === null) problems.add('field_missing', 'direction')
  problems.check()
  return { actions: actions!, limit }
}

function checkBackground(
  rows: readonly Row[],
  features: number,
  place: string,
  read: ReadModel,
  problems: Problems,
): void {
  for (const [i, each] of rows.entries()) {
    if (each.length !== features)
      problems.add('input_length', placeOf(place, i), { found: each.length, expected: features })
    else checkValues(each, placeOf(place, i), read, problems)
  }
}

function checkValues(row: Row, place: string, read: ReadModel, problems: Problems): void {
  if (read.model.family === 'unseen' || (read.model.family === 'trees' && read.model.takesMissing)) return
  for (let i = 0; i < row.length; i++)
    if (Number.isNaN(row[i]!)) problems.add('input_value_missing', placeOf(place, i), { feature: i })
}

type Named = {
  readonly row: Float64Array
  readonly names: readonly string[]
  readonly values: ReadonlyMap<string, InputValue>
}

function plain(row: Float64Array, read: ReadModel): Named {
  const names = read.names ?? Array.from(row, (_, i) => `x${i + 1}`)
  return {
    row,
    names,
    values: new Map(Array.from(row, (value, i) => [names[i]!, Number.isNaN(value) ? null : value])),
  }
}

function rowOf(x: unknown, place: string, read: ReadModel, problems: Problems): Float64Array | Named | undefined {
  if (x === undefined || x === null) {
    problems.add('input_missing', place)
    return undefined
  }
  if (isObject(x))
    return read.model.family === 'rules' ? ruleValues(x, place, read, problems) : byName(x, place, read, problems)
  const row = readNumbers(x, place, problems)
  if (row === undefined) return undefined
  if (read.remarks.includes('feature_order_unknown')) problems.add('input_names_needed', place)
  const expected = featuresNamed(read)
  const exact = read.features !== null || read.names !== null
  if (exact ? row.length !== expected : row.length < expected)
    problems.add('input_length', place, { found: row.length, expected })
  checkValues(row, place, read, problems)
  return row
}

function byName(x: JsonObject, place: string, read: ReadModel, problems: Problems): Named | undefined {
  const names = read.names ?? Array.from({ length: featuresNamed(read) }, (_, i) => `x${i + 1}`)
  const known = new Set(names)
  // A dump names only the features that a tree asks for; the others count nothing.
  const open = read.remarks.includes('feature_order_unknown')
  for (const name of Object.keys(x))
    if (!known.has(name) && !open)
      problems.add('input_name_unknown', placeOf(place, name.slice(0, 100)), {
        name: name.slice(0, 100),
        nearest: nearestName(name, names) ?? '–',
      })
  const row = Float64Array.from(names, (name) => {
    const value = fieldOf(x, name)
    if (value === undefined) problems.add('input_name_absent', place, { name })
    else if (typeof value === 'boolean') return value ? 1 : 0
    else if (value !== null && typeof value !== 'number')
      problems.add('input_not_number', placeOf(place, name), { name })
    return typeof value === 'number' ? value : Number.NaN
  })
  if (problems.total === 0) checkValues(row, place, read, problems)
  return {
    row,
    names,
    values: new Map(names.map((name, i) => [name, Number.isNaN(row[i]!) ? null : row[i]!])),
  }
}

/** Rules also read words and yes or no. */
function ruleValues(x: JsonObject, place: string, read: ReadModel, problems: Problems): Named | undefined {
  const used =
    read.model.family === 'rules' ? read.model.rules.flatMap(({ when }) => when.map(({ feature }) => feature)) : []
  const names = read.names ?? [...new Set(used)]
  const values = new Map<string, InputValue>()
  for (const name of Object.keys(x))
    if (!names.includes(name))
      problems.add('input_name_unknown', placeOf(place, name.slice(0, 100)), {
        name: name.slice(0, 100),
        nearest: nearestName(name, names) ?? '–',
      })
  for (const name of names) {
    const value = fieldOf(x, name)
    if (value === undefined) problems.add('input_name_absent', place, { name })
    else if (value === null || typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string')
      values.set(name, typeof value === 'string' ? value.slice(0, 200) : value)
    else problems.add('input_not_number', placeOf(place, name), { name })
  }
  const row = Float64Array.from(names, (name) => {
    const value = values.get(name)
    return typeof value === 'number' ? value : typeof value === 'boolean' ? Number(value) : Number.NaN
  })
  return { row, names, values }
}

function recordedOf(object: JsonObject, problems: Problems): Input['recorded'] {
  const output = fieldOf(object, 'output')
  const sha256 = fieldOf(object, 'modelSha256')
  if (sha256 !== undefined && !(typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256)))
    problems.add('field_wrong', 'modelSha256', { expected: 'SHA-256' })
  return {
    output: output === undefined ? null : (readNumber(output, 'output', problems) ?? null),
    sha256: typeof sha256 === 'string' ? sha256 : null,
  }
}

/** The known name with the fewest letters to change, when that is at most a third of them. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  let best: string | undefined
  let least = Number.POSITIVE_INFINITY
  for (const each of known.slice(0, 1_000)) {
    const distance = editDistance(name.toLowerCase().slice(0, 60), each.toLowerCase().slice(0, 60))
    if (distance < least) {
      least = distance
      best = each
    }
  }
  return least <= Math.max(1, Math.floor(name.length / 3)) ? best : undefined
}

/** Levenshtein 1966, two rows at a time. */
function editDistance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++)
      row.push(Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)))
    above = row
  }
  return above[b.length]!
}
