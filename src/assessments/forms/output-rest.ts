/** What stands under `waarborg` in a file with answers: checked as strictly as the rest. */

import type { AnswerValue, ImageValue } from './answers.ts'
import { type Cell, isPlace, readKey, type Stamp, valueError } from './answers.ts'
import { type AnswersReading, isMoment, refuse } from './answers-problem.ts'
import { type Fields, inWords, isFields } from './read-fields.ts'

export type Rest = {
  /** By repeatable task and number: the instance ids. */
  readonly indexes: ReadonlyMap<string, ReadonlyMap<number, readonly string[]>>
  readonly cells: ReadonlyMap<string, Cell>
  readonly images: ReadonlyMap<string, string>
}

/** Absent in files of others. */
export function readRest(reading: AnswersReading, value: unknown): Rest {
  const indexes = new Map<string, Map<number, readonly string[]>>()
  const cells = new Map<string, Cell>()
  const images = new Map<string, string>()
  if (value === undefined) return { indexes, cells, images }
  if (!isFields(value) || value.format !== 1) {
    refuse(reading, 'answers_shape', 'waarborg', { expected: '{format: 1}' })
    return { indexes, cells, images }
  }
  const { form } = reading
  for (const [key, index] of entriesOf(value.indexes)) {
    const [id = '', ...instances] = key.split('/')
    const task = form.byId.get(id)
    const known = indexes.get(id) ?? new Map<number, readonly string[]>()
    if (typeof index !== 'number' || !task?.repeatable || !isPlace(form, task, instances) || known.has(index))
      refuse(reading, 'answers_index_wrong', `waarborg/indexes/${key}`, { index: inWords(index) })
    else indexes.set(id, known.set(index, instances))
  }
  for (const [key, given] of entriesOf(value.cells)) {
    const cell = cellOf(reading, key, given)
    if (cell === undefined) refuse(reading, 'answers_shape', `waarborg/cells/${key}`, { expected: 'cell' })
    else cells.set(key, cell)
  }
  for (const [key, image] of entriesOf(value.images)) if (typeof image === 'string') images.set(key, image)
  return { indexes, cells, images }
}

const entriesOf = (value: unknown): [string, unknown][] => (isFields(value) ? Object.entries(value) : [])

/** An answer of a task that the form does not have is kept as it is: it may be of an earlier version. */
function cellOf({ form }: AnswersReading, key: string, given: unknown): Cell | undefined {
  if (!isFields(given) || !isMoment(given.at)) return undefined
  const place = readKey(form, key)
  if (place === undefined || place.kind !== given.kind) return undefined
  const stamp: Stamp = { at: given.at, ...(typeof given.by === 'string' ? { by: given.by } : {}) }
  if (given.kind === 'instance') {
    const { order } = given
    if (typeof order !== 'number' || !Number.isFinite(order)) return undefined
    return { kind: 'instance', order, ...(given.removed === true ? { removed: true } : {}), ...stamp }
  }
  if (given.value === undefined) return { kind: 'answer', ...stamp }
  const value = given.value as AnswerValue
  return isValue(given.value) && valueError(form.byId.get(place.task)!, value) === undefined
    ? { kind: 'answer', value, ...stamp }
    : undefined
}

function isValue(value: unknown): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true
  if (Array.isArray(value)) return value.every((one) => typeof one === 'string')
  return isFields(value) && isImage(value)
}

const imageFields: ReadonlySet<string> = new Set([
  'image',
  'title',
  'description',
  'source',
] satisfies (keyof ImageValue)[])
const isImage = (fields: Fields): boolean =>
  Object.entries(fields).every(([name, value]) => imageFields.has(name) && typeof value === 'string')
