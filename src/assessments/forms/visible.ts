/**
 * What is on the screen with these answers: sections, groups, questions with their choices, and the repetitions of what repeats. What
 * is hidden is not in it.
 */
import { type Answers, type AnswerValue, answerKey, isAnswered, optionText } from './answers.ts'
import { type Form, type Option, severalChoices, type Task } from './definition.ts'
import { type Filled, fill, nowhere, type Position, seenFrom, within } from './filled.ts'

/** One task in one repetition. */
export type ShownTask = {
  readonly shown: 'task'
  readonly task: Task
  /** Of each repeatable task above it and itself. */
  readonly instances: readonly string[]
  /** The cell of its answer. */
  readonly key: string
  /** Undefined while unanswered. */
  readonly value: AnswerValue | undefined
  /** What can be chosen; for a text, what is suggested. */
  readonly options: readonly Option[]
  /** Chosen before, and no longer among the options. */
  readonly gone: readonly string[]
  /** The task that has to be answered first: choices or the name of this repetition come from there. */
  readonly waitsFor: string | undefined
  /** Of a repetition: its number from 1, and what to fill in its label (render-text.ts). */
  readonly instance: ShownInstance | undefined
  readonly children: readonly Shown[]
}

export type ShownInstance = {
  readonly id: string
  readonly number: number
  readonly named: ReadonlyMap<string, string>
}

/** A repeatable task: its repetitions, and whether people may add and remove them. */
export type ShownRepeat = {
  readonly shown: 'repeat'
  readonly task: Task
  /** Of the tasks above it. */
  readonly instances: readonly string[]
  readonly mayChange: boolean
  readonly items: readonly ShownTask[]
}
export type Shown = ShownTask | ShownRepeat

export type Visible = { readonly sections: readonly Shown[]; readonly filled: Filled }

/** Cost grows with what is shown, and not with the number of conditions, choices or repetitions elsewhere. */
export function visible(form: Form, answers: Answers): Visible {
  const filled = fill(form, answers)
  const choices: Choices = { elsewhere: new Map(), offered: new Map() }
  const sections = form.tasks.flatMap((task) => show(filled, choices, task, nowhere))
  return { sections, filled }
}

/** Every task that is shown, in the order of the form. */
export function shownTasks(shown: readonly Shown[]): ShownTask[] {
  const found: ShownTask[] = []
  const collect = (one: Shown): void => {
    if (one.shown === 'task') found.push(one)
    for (const inner of one.shown === 'task' ? one.children : one.items) collect(inner)
  }
  for (const one of shown) collect(one)
  return found
}

/** Answers without those that are hidden, removed or taken away: what may leave in an export. */
export function shownAnswers(form: Form, answers: Answers): Answers {
  const { sections } = visible(form, answers)
  const kept = new Set<string>()
  for (const { key, value } of shownTasks(sections)) if (value !== undefined) kept.add(key)
  return new Map([...answers].filter(([key, cell]) => (cell.kind === 'instance' ? true : kept.has(key))))
}

/** Looked up once: answers elsewhere as choices, and the texts of a list of options. */
type Choices = {
  readonly elsewhere: Map<string, readonly Option[]>
  readonly offered: Map<readonly Option[], ReadonlySet<string>>
}

function show(filled: Filled, choices: Choices, task: Task, above: Position): Shown[] {
  if (!task.repeatable) return filled.conditionsHold(task, above) ? [one(filled, choices, task, above)] : []
  const follows = task.instanceMapping !== undefined
  if (!follows && !filled.conditionsHold(task, above)) return []
  const places = filled.instanceIds(task, above).map((id) => within(task, above, id))
  const items = (follows ? places.filter((place) => filled.conditionsHold(task, place)) : places).map((place, n) =>
    one(filled, choices, task, place, n + 1),
  )
  const mayChange = !follows || task.instanceMapping.kind === 'one_to_many'
  return [{ shown: 'repeat', task, instances: above.instances, mayChange, items }]
}

function one(filled: Filled, choices: Choices, task: Task, at: Position, number?: number): ShownTask {
  const key = answerKey({ task: task.id, instances: at.instances })
  const cell = task.question === null ? undefined : filled.answers.get(key)
  const value = cell?.kind === 'answer' && isAnswered(cell.value) ? cell.value : undefined
  const options = optionsOf(filled, choices, task, at)
  const instance =
    number === undefined ? undefined : { id: at.instances.at(-1)!, number, named: namesOf(filled, task, at) }
  return {
    shown: 'task',
    task,
    instances: at.instances,
    key,
    value,
    options,
    gone: severalChoices.has(task.question) ? goneFrom(choices, options, value) : none,
    waitsFor: waitsFor(task, options, instance),
    instance,
    children: task.children.length === 0 ? none : task.children.flatMap((child) => show(filled, choices, child, at)),
  }
}

const none: readonly never[] = []
const noNames: ReadonlyMap<string, string> = new Map()

/** Choices that are answers elsewhere; the form's own while there are none. Suggestions for a text that follows a source. */
function optionsOf(filled: Filled, choices: Choices, task: Task, at: Position): readonly Option[] {
  const source = task.optionSource ?? (task.repeatable ? undefined : task.instanceMapping?.source)
  if (source === undefined) return task.options
  const found = answersOf(filled, choices, filled.form.byId.get(source)!, at)
  return found.length > 0 ? found : task.options
}

/** The same for all places that see the same repetitions of the source. */
function answersOf(filled: Filled, choices: Choices, source: Task, at: Position): readonly Option[] {
  const key = source.id + seenFrom(filled.form, source, at.coordinates)
  const before = choices.elsewhere.get(key)
  if (before !== undefined) return before
  const texts = new Set<string>()
  for (const place of filled.positions(source, at.coordinates)) {
    const value = filled.valueAt(source, place)
    if (typeof value === 'string') texts.add(value)
    else if (Array.isArray(value)) for (const text of value) texts.add(text)
  }
  const found = [...texts].map((text): Option => ({ value: text, label: { nl: text } }))
  choices.elsewhere.set(key, found)
  return found
}

function goneFrom(choices: Choices, options: readonly Option[], value: AnswerValue | undefined): readonly string[] {
  if (!Array.isArray(value)) return none
  const offered = choices.offered.get(options) ?? new Set(options.map(optionText))
  choices.offered.set(options, offered)
  return value.filter((text) => !offered.has(text))
}

/**
 * What stands for each `{id}` in the label of a repetition. When the repetitions follow a source it is the source's answer, whichever
 * id is written, as in the tool of the government.
 */
function namesOf(filled: Filled, task: Task, at: Position): ReadonlyMap<string, string> {
  if (task.instanceLabel === undefined) return noNames
  const named = new Map<string, string>()
  for (const id of task.instanceLabel.ids) {
    const source = filled.form.byId.get(task.instanceMapping?.source ?? id)!
    const [place] = filled.positions(source, at.coordinates)
    const value = place === undefined ? undefined : filled.valueAt(source, place)
    named.set(id, typeof value === 'string' ? value : Array.isArray(value) ? value.join(', ') : '')
  }
  return named
}

function waitsFor(task: Task, options: readonly Option[], instance: ShownInstance | undefined): string | undefined {
  if (task.optionSource !== undefined && options.length === 0) return task.optionSource
  const follows = task.instanceMapping?.source
  return instance !== undefined && [...instance.named.values()].includes('') ? follows : undefined
}
