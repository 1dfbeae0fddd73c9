/**
 * Answers to a form as a flat map of cells: one per question and one per repetition, each with when and by whom it was last changed.
 * A store keeps one row per cell; two people who write in different cells never meet, and who wrote in the same cell is seen by its
 * key. Every function gives new answers and leaves those it was given alone.
 *
 * The key of an answer is the id of its task, then the instance ids of its repeatable tasks: `6.1.1.1/k3f/1`. The key of a
 * repetition is the same for its task, its last id with a plus: `6.1.1/k3f/+1`. Instance ids are given by the caller, never
 * positions, so that two people can add at once.
 */
import { type Form, type Option, type OptionValue, severalChoices, singleChoice, type Task } from './definition.ts'

/** A picture is kept elsewhere; here is its id, with what stands below it. */
export type ImageValue = {
  readonly image: string
  readonly title?: string
  readonly description?: string
  readonly source?: string
}
/** Text and date (YYYY-MM-DD), yes or no, "not applicable" (null), several choices, a picture. */
export type AnswerValue = OptionValue | readonly string[] | ImageValue

/** `at`: instant in ISO 8601. `by`: who, as the caller names people. */
export type Stamp = { readonly at: string; readonly by?: string }
/** Without a value: somebody took the answer away. */
export type AnswerCell = Stamp & { readonly kind: 'answer'; readonly value?: AnswerValue }
export type InstanceCell = Stamp & { readonly kind: 'instance'; readonly order: number; readonly removed?: true }
export type Cell = AnswerCell | InstanceCell
export type Answers = ReadonlyMap<string, Cell>

export const noAnswers: Answers = new Map()

/** A task, and which repetition of each repeatable task above it (and of itself), outermost first. */
export type Place = { readonly task: string; readonly instances: readonly string[] }

export const answerErrorCodes = [
  'task_unknown',
  'task_not_asked',
  'place_wrong',
  'value_wrong',
  'value_too_long',
  'option_unknown',
  'date_wrong',
  'instance_exists',
  'instance_unknown',
  'instance_follows',
  'instances_too_many',
] as const
export type AnswerError = (typeof answerErrorCodes)[number]
export type Changed =
  | { readonly ok: true; readonly answers: Answers; readonly key: string }
  | { readonly ok: false; readonly code: AnswerError }

const MAX_TEXT_LENGTH = 100_000
const MAX_CHOICES = 500
const MAX_INSTANCES = 500
/** In a form as a whole. */
export const MAX_INSTANCE_CELLS = 20_000

/** Every repetition of its own has a first one, without a cell, until it is removed. */
export const FIRST_INSTANCE = '1'

const ownId = /^[A-Za-z0-9_-]{1,64}$/
const imageId = /^[A-Za-z0-9_-]{1,100}$/

export function answerKey({ task, instances }: Place): string {
  return instances.length === 0 ? task : `${task}/${instances.join('/')}`
}

/** The key of a repetition; its own id is the last of `instances`. */
export function instanceKey({ task, instances }: Place): string {
  return [task, ...instances.slice(0, -1), `+${instances.at(-1)}`].join('/')
}

/** What a key stands for; undefined when the form has no such place. */
export function readKey(form: Form, key: string): (Place & { readonly kind: Cell['kind'] }) | undefined {
  const [task = '', ...rest] = key.split('/')
  const last = rest.at(-1)
  const kind = last?.startsWith('+') ? 'instance' : 'answer'
  const instances = kind === 'instance' ? [...rest.slice(0, -1), last!.slice(1)] : rest
  const found = form.byId.get(task)
  if (found === undefined || !isPlace(form, found, instances)) return undefined
  if (kind === 'instance' ? !found.repeatable : found.question === null) return undefined
  return { kind, task, instances }
}

/** One id for each repeatable task above it and itself, made of as many parts as it stands for. */
export function isPlace(form: Form, task: Task, instances: readonly string[]): boolean {
  return (
    instances.length === task.repeatables.length &&
    instances.every((id, n) => {
      const parts = id.split('~')
      return (
        parts.length === form.byId.get(task.repeatables[n]!)!.coordinates.length &&
        parts.every((part) => ownId.test(part))
      )
    })
  )
}

/** Writes an answer. A place that is hidden or removed may be written too: nothing that somebody typed is lost. */
export function setAnswer(form: Form, answers: Answers, place: Place, value: AnswerValue, stamp: Stamp): Changed {
  const task = form.byId.get(place.task)
  if (task === undefined) return { ok: false, code: 'task_unknown' }
  if (task.question === null) return { ok: false, code: 'task_not_asked' }
  if (!isPlace(form, task, place.instances)) return { ok: false, code: 'place_wrong' }
  const code = valueError(task, value)
  if (code !== undefined) return { ok: false, code }
  return changed(answers, answerKey(place), { kind: 'answer', value, ...stampOf(stamp) })
}

/** Takes an answer away; that it was is a cell too. */
export function clearAnswer(form: Form, answers: Answers, place: Place, stamp: Stamp): Changed {
  const task = form.byId.get(place.task)
  if (task === undefined) return { ok: false, code: 'task_unknown' }
  if (!isPlace(form, task, place.instances)) return { ok: false, code: 'place_wrong' }
  return changed(answers, answerKey(place), { kind: 'answer', ...stampOf(stamp) })
}

/** Adds a repetition after the others. `place.instances` ends with the new id; where each follows a source: `source~new`. */
export function addInstance(form: Form, answers: Answers, place: Place, stamp: Stamp): Changed {
  const error = instanceError(form, place)
  if (error !== undefined) return { ok: false, code: error }
  const siblings = siblingsOf(answers, place)
  const id = place.instances.at(-1)!
  if (siblings.some((one) => one.id === id && !one.removed)) return { ok: false, code: 'instance_exists' }
  const full = siblings.filter((one) => !one.removed).length >= MAX_INSTANCES
  if (full || instanceCells(answers) >= MAX_INSTANCE_CELLS) return { ok: false, code: 'instances_too_many' }
  const order = Math.max(...siblings.map((one) => one.order)) + 1
  return changed(answers, instanceKey(place), { kind: 'instance', order, ...stampOf(stamp) })
}

/** Removes a repetition. Its answers stay, unseen, until it is restored. */
export function removeInstance(form: Form, answers: Answers, place: Place, stamp: Stamp): Changed {
  const error = instanceError(form, place)
  if (error !== undefined) return { ok: false, code: error }
  const found = siblingsOf(answers, place).find((one) => one.id === place.instances.at(-1))
  if (found === undefined || found.removed) return { ok: false, code: 'instance_unknown' }
  return changed(answers, instanceKey(place), {
    kind: 'instance',
    order: found.order,
    removed: true,
    ...stampOf(stamp),
  })
}

/** Brings a removed repetition back where it stood, with its answers. */
export function restoreInstance(form: Form, answers: Answers, place: Place, stamp: Stamp): Changed {
  const error = instanceError(form, place)
  if (error !== undefined) return { ok: false, code: error }
  const found = siblingsOf(answers, place).find((one) => one.id === place.instances.at(-1))
  if (found === undefined || !found.removed) return { ok: false, code: 'instance_unknown' }
  return changed(answers, instanceKey(place), { kind: 'instance', order: found.order, ...stampOf(stamp) })
}

/** Cells of another, laid over these: what a store read since, or what somebody else saved. */
export function mergeCells(answers: Answers, cells: Iterable<readonly [string, Cell]>): Answers {
  return new Map([...answers, ...cells])
}

/** Is there an answer? "No" and "not applicable" are answers; an empty text and nothing chosen are not. */
export function isAnswered(value: AnswerValue | undefined): value is AnswerValue {
  return value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0)
}

/** What is wrong with a value for this question; undefined when nothing is. An empty text is allowed anywhere text is. */
export function valueError(task: Task, value: AnswerValue): AnswerError | undefined {
  if (task.question === 'image') return imageError(value)
  if (singleChoice.has(task.question)) {
    if (isFree(task)) return textError(value)
    return task.options.some((option) => option.value === value) ? undefined : 'option_unknown'
  }
  if (severalChoices.has(task.question)) return choicesError(task, value)
  const error = textError(value)
  if (error !== undefined || task.question !== 'date' || value === '') return error
  return isDay(value as string) ? undefined : 'date_wrong'
}

/** Choices that are answers elsewhere come and go: any text is kept. */
const isFree = (task: Task): boolean => task.optionSource !== undefined

function textError(value: AnswerValue): AnswerError | undefined {
  if (typeof value !== 'string') return 'value_wrong'
  return value.length > MAX_TEXT_LENGTH ? 'value_too_long' : undefined
}

function choicesError(task: Task, value: AnswerValue): AnswerError | undefined {
  if (!Array.isArray(value) || new Set(value).size !== value.length) return 'value_wrong'
  if (value.length > MAX_CHOICES) return 'value_too_long'
  const offered = new Set(task.options.map(optionText))
  for (const one of value) {
    const error = textError(one)
    if (error !== undefined) return error
    if (!isFree(task) && !offered.has(one)) return 'option_unknown'
  }
  return undefined
}

function imageError(value: AnswerValue): AnswerError | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !('image' in value)) return 'value_wrong'
  if (!imageId.test(value.image)) return 'value_wrong'
  const texts = [value.title, value.description, value.source].filter((text) => text !== undefined)
  return texts.map(textError).find((error) => error !== undefined)
}

/** An option as text, as it stands in a list of choices and in files. */
export function optionText({ value }: Option): string {
  return String(value)
}

function isDay(text: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text)?.map(Number) ?? []
  if (year === undefined || month === undefined || day === undefined || month < 1 || month > 12 || day < 1) return false
  return day <= new Date(Date.UTC(year, month, 0)).getUTCDate()
}

const stampOf = ({ at, by }: Stamp): Stamp => (by === undefined ? { at } : { at, by })

function changed(answers: Answers, key: string, cell: Cell): Changed {
  return { ok: true, key, answers: new Map(answers).set(key, cell) }
}

/** Repetitions of its own can be added and removed: those that follow a source change with it. */
function instanceError(form: Form, { task: id, instances }: Place): AnswerError | undefined {
  const task = form.byId.get(id)
  if (task === undefined) return 'task_unknown'
  if (!task.repeatable) return 'place_wrong'
  if (task.instanceMapping !== undefined && task.instanceMapping.kind !== 'one_to_many') return 'instance_follows'
  return isPlace(form, task, instances) ? undefined : 'place_wrong'
}

export function instanceCells(answers: Answers): number {
  let count = 0
  for (const { kind } of answers.values()) if (kind === 'instance') count++
  return count
}

type Sibling = { readonly id: string; readonly order: number; readonly removed: boolean }

/** The repetitions beside this place, with the first one that needs no cell. */
function siblingsOf(answers: Answers, { task, instances }: Place): Sibling[] {
  const last = instances.at(-1)!
  const follows = last.includes('~') ? `${last.slice(0, last.lastIndexOf('~'))}~` : ''
  const start = `${[task, ...instances.slice(0, -1)].join('/')}/+${follows}`
  const found: Sibling[] = []
  for (const [key, cell] of answers) {
    if (cell.kind !== 'instance' || !key.startsWith(start)) continue
    const id = key.slice(start.length)
    if (!/[/~]/.test(id)) found.push({ id: follows + id, order: cell.order, removed: cell.removed === true })
  }
  const first = follows + FIRST_INSTANCE
  return found.some(({ id }) => id === first) ? found : [{ id: first, order: 0, removed: false }, ...found]
}
