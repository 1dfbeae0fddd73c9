/** For tests of this folder: forms by file or by text, random forms, and random answers to them. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { sharedData } from '../../platform/shared-data.ts'
import {
  type Answers,
  type AnswerValue,
  addInstance,
  type Changed,
  clearAnswer,
  noAnswers,
  type Place,
  removeInstance,
  restoreInstance,
  setAnswer,
} from './answers.ts'
import { type Form, severalChoices, singleChoice, type Task } from './definition.ts'
import { readForm } from './read-form.ts'
import { type Shown, type ShownRepeat, shownTasks, visible } from './visible.ts'

export const governmentForms = ['prescan', 'dpia', 'iama'] as const
export const ownForms = ['fria', 'dpia', 'canvas', 'change'] as const

export const governmentFile = (name: string) => sharedData('governance', 'nl-rijk-assessments', name)
export const governmentText = (name: string): string => readFileSync(governmentFile(`${name}.yaml`)!, 'utf8')
export const ownText = (name: string): string => readFileSync(join(import.meta.dirname, 'own', `${name}.yaml`), 'utf8')

export const governmentForm = (name: string): Form => formOf(governmentText(name))
export const ownForm = (name: string): Form => formOf(ownText(name))

/** The form of a text; throws with its problems. */
export function formOf(text: string): Form {
  const read = readForm(text, { name: 'form.yaml' })
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  return read.form
}

/** A form with these tasks, in as few words as a test needs: JSON is YAML. */
export function formWith(tasks: readonly object[], rest: object = {}): string {
  return JSON.stringify({ name: 'Form', urn: 'urn:test:form', version: '1.0', description: 'Test', tasks, ...rest })
}
export const group = (id: string, tasks: readonly object[], rest: object = {}) => ({
  task: `Group ${id}`,
  id,
  type: ['task_group'],
  repeatable: false,
  tasks,
  ...rest,
})
export const question = (id: string, type: string, rest: object = {}) => ({
  task: `Question ${id}`,
  id,
  type: [type],
  repeatable: false,
  ...(type.endsWith('_option') ? { options: [{ value: true }, { value: false }, { value: 'a' }, { value: 'b' }] } : {}),
  ...rest,
})
export const when = (id: string, value?: unknown, operator = 'equals', action = 'show') => ({
  type: 'conditional',
  condition: { id, operator, ...(value === undefined ? {} : { value }) },
  action,
})
export const follows = (id: string, mapping_type = 'one_to_one') => ({
  type: 'instance_mapping',
  source: { id },
  mapping_type,
  action: 'sync_instances',
})
export const optionsFrom = (id: string) => ({
  type: 'source_options',
  condition: { id, operator: 'any' },
  action: 'options',
})

export const stamp = { at: '2026-11-27T12:00:00.000Z' }

/** The answers after a change; throws with its code. */
export function must(changed: Changed): Answers {
  if (!changed.ok) throw new Error(changed.code)
  return changed.answers
}

/** Answers from a short list: `[task, instances, value]`; a missing value adds the repetition. */
export function answered(form: Form, list: readonly (readonly [string, string, AnswerValue?])[]): Answers {
  return list.reduce<Answers>((answers, [task, path, value]) => {
    const place: Place = { task, instances: path === '' ? [] : path.split('/') }
    return must(
      value === undefined ? addInstance(form, answers, place, stamp) : setAnswer(form, answers, place, value, stamp),
    )
  }, noAnswers)
}

/** Numbers drawn one after another; past the end of the list all are 0. */
function drawFrom(numbers: readonly number[]) {
  let next = 0
  return (below: number): number => (below <= 0 ? 0 : Math.abs(numbers[next++] ?? 0) % below)
}

/**
 * A random form as text. What a task depends on stands earlier in the form and not around it, so no task waits for itself; any kind
 * of question, condition and mapping may come at any depth. Now and then one is refused, because repetitions multiply.
 */
export const formText: fc.Arbitrary<string> = fc
  .array(fc.nat(1_000), { minLength: 60, maxLength: 160, size: 'max' })
  .map((numbers) => {
    const draw = drawFrom(numbers)
    const kinds = [
      'text_input',
      'open_text',
      'select_option',
      'checkbox_option',
      'radio_option',
      'multiselect_scrollable',
      'date',
      'image',
    ]
    const earlier: { id: string; repeatable: boolean; question: boolean }[] = []
    const task = (id: string, depth: number): object => {
      const isGroup = depth < 3 && draw(3) > 0
      const repeatable = draw(3) === 0
      const above = id.split('.').map((_, n, parts) => parts.slice(0, n + 1).join('.'))
      const sources = earlier.filter((one) => one.question && !above.includes(one.id))
      const source = sources[draw(sources.length)]
      const dependencies: object[] = []
      if (source !== undefined && draw(3) === 0)
        dependencies.push(
          when(
            source.id,
            [undefined, true, false, 'a', 'text'][draw(5)],
            ['equals', 'contains', 'any', 'all'][draw(4)],
            ['show', 'show', 'hide'][draw(3)],
          ),
        )
      const followed = sources[draw(sources.length)]
      if (followed !== undefined && repeatable && draw(2) === 0)
        dependencies.push(follows(followed.id, ['one_to_one', 'one_to_one', 'one_to_many', 'many_to_one'][draw(4)]))
      const kind = kinds[draw(kinds.length)]!
      const options = { options: [{ value: true }, { value: false }, { value: null }, { value: 'a' }, { value: 'b' }] }
      const elsewhere = kind === 'checkbox_option' && source !== undefined && draw(2) === 0
      if (!isGroup && elsewhere) dependencies.push(optionsFrom(source.id))
      earlier.push({ id, repeatable, question: !isGroup })
      const children = isGroup
        ? { tasks: Array.from({ length: 1 + draw(4) }, (_, n) => task(`${id}.${n + 1}`, depth + 1)) }
        : {}
      return {
        task: `Task ${id}`,
        id,
        type: [isGroup ? 'task_group' : kind],
        repeatable,
        required_status: draw(2) === 0,
        ...(!isGroup && (kind.endsWith('_option') || kind.startsWith('multi')) ? options : {}),
        ...(dependencies.length > 0 ? { dependencies } : {}),
        ...children,
      }
    }
    return formWith(Array.from({ length: 2 + draw(3) }, (_, n) => task(String(n + 1), 1)))
  })

export const randomForm: fc.Arbitrary<Form> = formText
  .map((text) => readForm(text, { name: 'form.yaml' }))
  .filter((read) => read.ok)
  .map(({ form }) => form)

/** What a list of numbers does to a form: answers that are set, changed and taken away, repetitions added, removed, restored. */
export const acts: fc.Arbitrary<readonly number[]> = fc.array(fc.nat(1_000_000), { maxLength: 120, size: 'max' })

export function play(form: Form, numbers: readonly number[], from: Answers = noAnswers): Answers {
  let answers = from
  const draw = drawFrom(numbers)
  const removed: Place[] = []
  for (let n = 0; n < numbers.length; n += 4) {
    const { sections } = visible(form, answers)
    const shown = shownTasks(sections).filter(({ task }) => task.question !== null)
    const repeats = repeatsIn(sections).filter(({ mayChange }) => mayChange)
    const act = draw(10)
    const repeat = repeats[draw(repeats.length)]
    const one = shown[draw(shown.length)]
    const changed =
      act < 6 && one !== undefined
        ? setAnswer(
            form,
            answers,
            { task: one.task.id, instances: one.instances },
            someValue(one.task, draw(7), one.options.length === 0 ? 'text' : String(one.options[0]!.value)),
            {
              at: `2026-11-27T12:00:${String(n % 60).padStart(2, '0')}Z`,
              ...(draw(2) === 0 ? {} : { by: 'somebody' }),
            },
          )
        : act === 6 && one !== undefined
          ? clearAnswer(form, answers, { task: one.task.id, instances: one.instances }, stamp)
          : act < 9 && repeat !== undefined
            ? addInstance(form, answers, added(repeat, `i${draw(30)}`), stamp)
            : takenAway(form, answers, repeat, removed, draw(2))
    if (changed?.ok) answers = changed.answers
  }
  return answers
}

function takenAway(
  form: Form,
  answers: Answers,
  repeat: ShownRepeat | undefined,
  removed: Place[],
  which: number,
): Changed | undefined {
  const last = removed.at(-1)
  if (which === 0 && last !== undefined) return restoreInstance(form, answers, last, stamp)
  const item = repeat?.items.at(-1)
  if (repeat === undefined || item === undefined) return undefined
  const place = { task: repeat.task.id, instances: item.instances }
  removed.push(place)
  return removeInstance(form, answers, place, stamp)
}

/** A place for a new repetition: beside the last, with the same source where each follows one. */
function added({ task, instances, items }: ShownRepeat, id: string): Place {
  const beside = items.at(-1)?.instance?.id ?? ''
  const start = beside.includes('~') ? beside.slice(0, beside.lastIndexOf('~') + 1) : ''
  return { task: task.id, instances: [...instances, start + id] }
}

export function repeatsIn(shown: readonly Shown[]): ShownRepeat[] {
  return shown.flatMap((one) => (one.shown === 'repeat' ? [one, ...repeatsIn(one.items)] : repeatsIn(one.children)))
}

/** A value that the question can have. */
function someValue(task: Task, n: number, text = 'text'): AnswerValue {
  if (task.question === 'image') return { image: `picture-${n}`, ...(n % 2 === 0 ? { title: 'Title' } : {}) }
  if (task.question === 'date') return `2026-02-${String(10 + n)}`
  if (singleChoice.has(task.question)) return task.options[n % task.options.length]?.value ?? text
  if (!severalChoices.has(task.question)) return ['a', 'b', '', 'text', 'a much longer text'][n % 5]!
  if (task.optionSource !== undefined) return n % 3 === 0 ? [] : [text]
  return task.options.filter((_, m) => (n >> m) % 2 === 1).map(({ value }) => String(value))
}
