// How far a form is, and that nothing of a file is lost when it is read.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { parse } from 'yaml'
import { without } from '../../platform/shared-data.ts'
import { type Answers, type AnswerValue, noAnswers, setAnswer } from './answers.ts'
import { type Form, severalChoices, type Task } from './definition.ts'
import { countForm, progressOf } from './progress.ts'
import { readForm } from './read-form.ts'
import {
  acts,
  answered,
  formOf,
  formText,
  formWith,
  governmentFile,
  governmentForm,
  governmentForms,
  governmentText,
  group,
  must,
  ownForm,
  ownForms,
  ownText,
  play,
  question,
  randomForm,
  stamp,
  when,
} from './testing.ts'
import { shownTasks, visible } from './visible.ts'

const form = formOf(
  formWith([
    group('1', [
      question('1.1', 'radio_option', { required_status: true }),
      question('1.2', 'text_input', { required_status: true, dependencies: [when('1.1', true)] }),
      question('1.3', 'text_input'),
    ]),
    group('2', [question('2.1', 'text_input', { required_status: true })], { repeatable: true }),
    { task: 'Read this', id: '3', type: ['informational'], repeatable: false },
  ]),
)
const progress = (answers: Answers) => progressOf(visible(form, answers))

describe('progress', () => {
  test('counts what is shown, what is answered, and what is open and required', () => {
    const { sections, ...whole } = progress(noAnswers)
    assert.deepEqual(whole, {
      shown: 3,
      answered: 0,
      required: 2,
      requiredAnswered: 0,
      open: [
        { task: '1.1', instances: [] },
        { task: '2.1', instances: ['1'] },
      ],
    })
    assert.deepEqual(
      sections.map(({ task, shown, open }) => [task.id, shown, open.length]),
      [
        ['1', 2, 1],
        ['2', 1, 1],
        ['3', 0, 0],
      ],
    )
  })

  test('a question that an answer shows is open from then on, each repetition apart', () => {
    const {
      shown,
      answered: given,
      open,
    } = progress(
      answered(form, [
        ['1.1', '', true],
        ['2', 'b'],
        ['2.1', 'b', 'x'],
        ['1.3', '', ''],
      ]),
    )
    assert.deepEqual([shown, given], [5, 2])
    assert.deepEqual(
      open.map(({ task, instances }) => [task, ...instances].join('/')),
      ['1.2', '2.1/1'],
    )
  })

  test('adds up, for any form with any answers', () => {
    fc.assert(
      fc.property(randomForm, acts, (random, numbers) => {
        const found = visible(random, play(random, numbers))
        const { sections, ...whole } = progressOf(found)
        const asked = shownTasks(found.sections).filter(({ task }) => task.question !== null)
        assert.equal(whole.shown, asked.length)
        assert.equal(whole.answered, asked.filter(({ value }) => value !== undefined).length)
        assert.equal(whole.open.length, whole.required - whole.requiredAnswered)
        assert.equal(
          sections.reduce((sum, one) => sum + one.shown, 0),
          whole.shown,
        )
      }),
    )
  })
})

/** The same counts straight from the text, without the reader: plain YAML and a walk. */
function recount(text: string) {
  type Raw = Record<string, unknown> & { tasks?: Raw[]; type: string[]; options?: unknown[]; dependencies?: Raw[] }
  const file = parse(text) as { tasks: Raw[]; assessments?: unknown[] }
  const all: Raw[] = []
  const walk = (tasks: readonly Raw[]): void => {
    for (const task of tasks) {
      all.push(task)
      walk(task.tasks ?? [])
    }
  }
  walk(file.tasks)
  const dependencies = all.flatMap((task) => task.dependencies ?? [])
  const of = (kind: string) => dependencies.filter(({ type }) => (type as unknown) === kind).length
  return {
    tasks: all.length,
    questions: all.filter(({ type }) => type.some((kind) => kind !== 'task_group' && kind !== 'informational')).length,
    required: all.filter((task) => task.required_status === true).length,
    options: all.reduce((sum, { options }) => sum + (options ?? []).length, 0),
    references: all
      .flatMap(({ references }) => Object.entries((references ?? {}) as Record<string, unknown>))
      .filter(([name]) => name !== 'prescanModelId')
      .reduce((sum, [, targets]) => sum + (Array.isArray(targets) ? targets.length : 1), 0),
    repeatable: all.filter((task) => task.repeatable === true).length,
    conditions: of('conditional'),
    followers: of('source_options') + of('instance_mapping'),
    calculations:
      all.filter((task) => 'calculation' in task).length + dependencies.filter((one) => 'calculation' in one).length,
    outcomes: (file.assessments ?? []).length,
  }
}

describe('nothing of a file is lost', () => {
  // What the research counts: every task that asks something, wherever it stands; one that repeats counts once.
  const questions = { prescan: 39, dpia: 152, iama: 87 }

  for (const name of governmentForms)
    test(`${name} of the government: ${questions[name]} questions`, {
      skip: without(governmentFile(`${name}.yaml`)),
    }, () => {
      const counted = countForm(governmentForm(name))
      assert.deepEqual(counted, recount(governmentText(name)))
      assert.equal(counted.questions, questions[name])
    })

  for (const name of ownForms)
    test(`our own ${name}`, () => assert.deepEqual(countForm(ownForm(name)), recount(ownText(name))))

  test('any form', () => {
    fc.assert(
      fc.property(formText, (text) => {
        const read = readForm(text, { name: 'form.yaml' })
        if (read.ok) assert.deepEqual(countForm(read.form), recount(text))
      }),
    )
  })
})

describe('everything of a form is shown', () => {
  const first = (form: Form, { id, repeatables }: Task) => ({
    task: id,
    instances: repeatables.map((one) =>
      form.byId
        .get(one)!
        .coordinates.map(() => '1')
        .join('~'),
    ),
  })
  /** Answers with which a task is shown, and has choices: what it waits for is answered first. */
  const showing = (form: Form, task: Task, answers: Answers): Answers => {
    const conditions = task.path.flatMap((id) => form.byId.get(id)!.conditions)
    const wanted = conditions
      .filter(({ action }) => action === 'show')
      .map(({ source, value }): [string, AnswerValue] => {
        const { question: kind, options } = form.byId.get(source)!
        return [source, severalChoices.has(kind) ? [String(value)] : (value ?? options.at(-1)?.value ?? 'text')]
      })
    if (task.optionSource !== undefined) wanted.push([task.optionSource, 'text'])
    return wanted.reduce((known, [id, value]) => {
      const source = form.byId.get(id)!
      return must(setAnswer(form, showing(form, source, known), first(form, source), value, stamp))
    }, answers)
  }

  for (const [owner, names, formNamed] of [
    ['the government', governmentForms, governmentForm],
    ['our own', ownForms, ownForm],
  ] as const)
    for (const name of names)
      test(`${name} of ${owner}`, {
        skip: owner === 'our own' ? false : without(governmentFile(`${name}.yaml`)),
      }, () => {
        const read = formNamed(name)
        for (const task of read.byId.values()) {
          const shown = shownTasks(visible(read, showing(read, task, noAnswers)).sections).find(
            (one) => one.task === task,
          )
          assert.ok(shown, `${task.id} is not shown`)
          if (task.optionSource === undefined) assert.equal(shown.options.length, task.options.length)
          else
            assert.deepEqual(
              shown.options.map(({ value }) => value),
              ['text'],
            )
        }
      })
})
