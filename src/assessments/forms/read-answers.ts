/** A file of the government with answers, checked against the form: everything that is wrong with it at once, or all answers. */
import {
  type Answers,
  type AnswerValue,
  answerKey,
  type Cell,
  instanceCells,
  MAX_INSTANCE_CELLS,
  type Stamp,
  valueError,
} from './answers.ts'
import { type AnswersProblem, type AnswersReading, type Entry, isMoment, refuse } from './answers-problem.ts'
import { type Form, type OptionValue, singleChoice, type Task, versionedUrn } from './definition.ts'
import { groupOf, imageData, innermost, type OutputMetadata } from './output.ts'
import { placesOf } from './output-places.ts'
import { readRest } from './output-rest.ts'
import { type Fields, inWords, isFields } from './read-fields.ts'

export type AnswersRead =
  | {
      readonly ok: true
      readonly answers: Answers
      readonly metadata: OutputMetadata
      /** Bytes of pictures as data addresses, by the id that the answers use. */
      readonly images: ReadonlyMap<string, string>
      readonly warnings: readonly AnswersProblem[]
    }
  | { readonly ok: false; readonly problems: readonly AnswersProblem[] }

const MAX_CELLS = 100_000
const MAX_INDEX = 100_000

/**
 * Reads a file as parsed from JSON. Nothing is left out in silence: a task that the form does not have, or a value that does not fit, is
 * a problem, and then there are no answers. A file of the government does not say which repetition another one is in: then it is
 * the one with the same number, else the first, which is a warning. Throws nothing, whatever the value.
 */
export function readAnswers(form: Form, file: unknown): AnswersRead {
  const reading: AnswersReading = { form, problems: [], warnings: [], entries: [], seen: new Map() }
  const { problems } = reading
  if (!isFields(file) || !isFields(file.answers) || !isFields(file.metadata)) {
    refuse(reading, 'answers_shape', '', { expected: '{metadata, answers}' })
    return { ok: false, problems }
  }
  const metadata = readMetadata(reading, file.metadata)
  for (const [name, value] of Object.entries(file.answers)) readEntry(reading, name, value)
  const rest = readRest(reading, file.waarborg)
  if (metadata === undefined || problems.length > 0) return { ok: false, problems }
  const places = placesOf(reading, rest.indexes, metadata.createdAt)
  const cells = new Map<string, Cell>([...places.cells, ...rest.cells])
  const images = new Map<string, string>()
  for (const entry of reading.entries) {
    const instances = entry.index === undefined ? [] : places.instances(innermost(form, entry.task)!, entry.index)
    const key = answerKey({ task: entry.task.id, instances })
    if (cells.has(key)) refuse(reading, 'answers_index_wrong', entry.at, { index: entry.index ?? 0 })
    const cell = cellOf(reading, entry, rest.images.get(key) ?? `image-${images.size + 1}`, images)
    if (cell !== undefined) cells.set(key, cell)
  }
  if (instanceCells(cells) > MAX_INSTANCE_CELLS) refuse(reading, 'answers_too_many', '', { most: MAX_INSTANCE_CELLS })
  if (problems.length > 0) return { ok: false, problems }
  return { ok: true, answers: cells, metadata, images, warnings: reading.warnings }
}

function readMetadata(reading: AnswersReading, fields: Fields): OutputMetadata | undefined {
  const { urn, createdAt, createdBy, completedTasks } = fields
  const wanted = versionedUrn(reading.form)
  if (urn !== wanted) return refuse(reading, 'answers_form_differs', 'metadata/urn', { found: inWords(urn), wanted })
  if (!isMoment(createdAt)) return refuse(reading, 'answers_shape', 'metadata/createdAt', { expected: 'date-time' })
  const completed = completedTasks ?? []
  if (!Array.isArray(completed) || !completed.every((id) => typeof id === 'string' && reading.form.byId.has(id)))
    return refuse(reading, 'answers_shape', 'metadata/completedTasks', { expected: 'ids' })
  const by = isFields(createdBy) ? createdBy : undefined
  return {
    createdAt,
    ...(typeof by?.name === 'string'
      ? { createdBy: { name: by.name, ...(typeof by.email === 'string' ? { email: by.email } : {}) } }
      : {}),
    ...(completed.length === 0 ? {} : { completedTasks: completed }),
  }
}

/** `0.1`, `0.1[2]`, or the group of a repeatable task. */
function readEntry(reading: AnswersReading, name: string, value: unknown): undefined {
  const at = `answers/${name}`
  const found = taskOf(reading, name, at)
  if (found === undefined) return
  const { task, index } = found
  if (Array.isArray(value)) {
    if (!task.repeatable) return refuse(reading, 'answers_shape', at, { expected: '{value, lastEditedAt}' })
    for (const [n, element] of value.entries()) readElement(reading, task, element, `${at}/${n}`)
    return
  }
  addEntry(reading, { task, index, answer: value as Fields, at })
}

function readElement(reading: AnswersReading, group: Task, element: unknown, at: string): undefined {
  if (!isFields(element)) return refuse(reading, 'answers_shape', at, { expected: '{_index, …}' })
  const { _index: index, ...children } = element
  if (!isIndex(index)) return refuse(reading, 'answers_index_wrong', at, { index: inWords(index) })
  if (index > MAX_INDEX) return refuse(reading, 'answers_too_many', at, { most: MAX_INDEX })
  see(reading, group, index)
  for (const [name, value] of Object.entries(children)) {
    const found = taskOf(reading, name, `${at}/${name}`)
    if (found === undefined) continue
    if (groupOf(reading.form, found.task) !== group) {
      refuse(reading, 'answers_task_unknown', `${at}/${name}`, { task: name.slice(0, 80) })
      continue
    }
    addEntry(reading, { task: found.task, index: found.index ?? index, answer: value as Fields, at: `${at}/${name}` })
  }
}

function addEntry(reading: AnswersReading, entry: Entry): undefined {
  const { task, index, answer, at } = entry
  const repeated = innermost(reading.form, task)
  if (task.question === null) return refuse(reading, 'answers_task_unknown', at, { task: task.id })
  if (!isFields(answer) || !isMoment(answer.lastEditedAt))
    return refuse(reading, 'answers_shape', at, { expected: '{value, lastEditedAt}' })
  if ((repeated === undefined) !== (index === undefined))
    return refuse(reading, 'answers_index_wrong', at, { index: index ?? '' })
  if (reading.entries.length >= MAX_CELLS) return refuse(reading, 'answers_too_many', at, { most: MAX_CELLS })
  if (repeated !== undefined && task.repeatable) see(reading, repeated, index!)
  reading.entries.push(entry)
}

function see(reading: AnswersReading, task: Task, index: number): void {
  reading.seen.set(task.id, (reading.seen.get(task.id) ?? new Set()).add(index))
}

const isIndex = (value: unknown): value is number => typeof value === 'number' && Number.isInteger(value) && value >= 0

function taskOf(
  reading: AnswersReading,
  name: string,
  at: string,
): { task: Task; index: number | undefined } | undefined {
  const [, id, number] = /^(.*?)(?:\[(\d{1,6})\])?$/s.exec(name) ?? []
  const task = reading.form.byId.get(id ?? '')
  if (task === undefined) return refuse(reading, 'answers_task_unknown', at, { task: name.slice(0, 80) })
  return { task, index: number === undefined ? undefined : Number(number) }
}

function cellOf(
  reading: AnswersReading,
  { task, answer, at }: Entry,
  image: string,
  images: Map<string, string>,
): Cell | undefined {
  const stamp: Stamp = {
    at: answer.lastEditedAt as string,
    ...(typeof answer.lastEditedBy === 'string' ? { by: answer.lastEditedBy } : {}),
  }
  const { value } = answer
  const taken = value === null || (value === '' && singleChoice.has(task.question))
  if (taken) return { kind: 'answer', ...stamp }
  if (task.question === 'image') {
    const read = readImage(value, image)
    if (read === undefined) return refuse(reading, 'answers_image_wrong', at)
    images.set(image, read.data)
    return { kind: 'answer', value: read.value, ...stamp }
  }
  const read = chosenValue(task, value)
  const error = read === undefined ? 'value_wrong' : valueError(task, read)
  if (error !== undefined) return refuse(reading, 'answers_value_wrong', at, { error })
  return { kind: 'answer', value: read!, ...stamp }
}

/** Choices are texts in the file: the option of that name has the value. */
function chosenValue(task: Task, value: unknown): AnswerValue | undefined {
  if (typeof value === 'string') {
    const option: { readonly value: OptionValue } | undefined = singleChoice.has(task.question)
      ? task.options.find((one) => String(one.value) === value)
      : undefined
    return option === undefined ? value : option.value
  }
  return Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : undefined
}

function readImage(value: unknown, image: string): { value: AnswerValue; data: string } | undefined {
  if (!isFields(value) || typeof value.data !== 'string' || !imageData.test(value.data)) return undefined
  const about: { title?: string; description?: string; source?: string } = {}
  for (const field of ['title', 'description', 'source'] as const) {
    const text = value[field]
    if (typeof text === 'string') about[field] = text
    else if (text !== undefined) return undefined
  }
  return { value: { image, ...about }, data: value.data }
}
