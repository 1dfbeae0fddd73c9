/**
 * `npm run bench -- forms`: what a form costs. Reading a file once, and working out what is shown and how far it is after each answer.
 * The form is the DPIA of the government (152 questions) where it lies beside the checkout, else one of the same size and shape.
 */
import { readFileSync } from 'node:fs'
import {
  type Answers,
  type Cell,
  type Form,
  optionText,
  progressOf,
  readForm,
  shownTasks,
  tasksOf,
  visible,
} from '../src/assessments/forms/rules.ts'
import { sharedData } from '../src/platform/shared-data.ts'
import { type BenchContext, median, quantile, type Table } from './table.ts'

const at = '2026-11-27T12:00:00.000Z'
const COMPUTE_GOAL_MS = 50

/** As many questions, followers and repetitions within repetitions as the DPIA has, in small. */
function lookalike(): string {
  const question = (id: string, rest: object = {}) => ({
    task: id,
    id,
    type: ['open_text'],
    repeatable: false,
    ...rest,
  })
  const section = (n: number) => ({
    task: String(n),
    id: String(n),
    type: ['task_group'],
    repeatable: false,
    tasks: [
      {
        task: 'group',
        id: `${n}.1`,
        type: ['task_group'],
        repeatable: true,
        ...(n === 1
          ? {}
          : {
              dependencies: [
                {
                  type: 'instance_mapping',
                  source: { id: '1.1.1' },
                  mapping_type: 'one_to_one',
                  action: 'sync_instances',
                },
              ],
            }),
        tasks: [
          question(`${n}.1.1`),
          {
            task: 'inner',
            id: `${n}.1.2`,
            type: ['task_group'],
            repeatable: true,
            tasks: Array.from({ length: 4 }, (_, m) => question(`${n}.1.2.${m + 1}`)),
          },
        ],
      },
      ...Array.from({ length: 4 }, (_, m) => question(`${n}.${m + 2}`)),
    ],
  })
  const tasks = Array.from({ length: 17 }, (_, n) => section(n + 1))
  return JSON.stringify({ name: 'DPIA', urn: 'urn:bench:dpia', version: '1.0', description: '-', tasks })
}

function formOf(text: string): Form {
  const read = readForm(text, { name: 'dpia.yaml' })
  if (!read.ok) throw new Error(read.problems[0]?.code)
  return read.form
}

/** Every own repetition so many times, those within others so many times each, and every question answered. */
function answersFor(form: Form, outer: number, inner: number): Answers {
  const cells = new Map<string, Cell>()
  const levels = Math.max(...[...tasksOf(form.tasks)].map(({ repeatables }) => repeatables.length))
  for (let level = 0; level <= levels; level++)
    for (const { task, instances } of repeatsIn(form, cells))
      for (let n = 2; n <= (task.repeatables.length > 1 ? inner : outer); n++)
        cells.set([task.id, ...instances, `+r${n}`].join('/'), { kind: 'instance', order: n, at })
  // Twice: choices that are answers elsewhere are there the second time.
  for (let round = 0; round < 2; round++)
    for (const { task, key, options, value } of shownTasks(visible(form, cells).sections)) {
      if (task.question === null || task.question === 'image' || value !== undefined) continue
      const several = task.question === 'checkbox_option' || task.question === 'multiselect_scrollable'
      const first = options[0]
      if (several && first !== undefined) cells.set(key, { kind: 'answer', value: [optionText(first)], at })
      else if (!several) cells.set(key, { kind: 'answer', value: first?.value ?? `answer ${cells.size}`, at })
    }
  return cells
}

function repeatsIn(form: Form, answers: Answers) {
  const found: { task: Form['tasks'][number]; instances: readonly string[] }[] = []
  const walk = (shown: ReturnType<typeof visible>['sections']): void => {
    for (const one of shown) {
      if (one.shown === 'repeat' && one.mayChange) found.push(one)
      walk(one.shown === 'repeat' ? one.items : one.children)
    }
  }
  walk(visible(form, answers).sections)
  return found
}

/** Processor time of this process: waiting for another process is not in it. */
function processorMs(work: () => unknown): number {
  const began = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(began)
  return (user + system) / 1_000
}

type Measured = { readonly medianMs: number; readonly p95Ms: number }

function measure(times: number, work: () => unknown): Measured {
  const warm = Math.max(20, Math.ceil(times / 4))
  const taken = Array.from({ length: times + warm }, () => processorMs(work)).slice(warm)
  return { medianMs: median(taken), p95Ms: quantile(taken, 0.95) }
}

export async function run({ quick, say }: BenchContext): Promise<Table> {
  const path = sharedData('governance', 'nl-rijk-assessments', 'dpia.yaml')
  const text = path === undefined ? lookalike() : readFileSync(path, 'utf8')
  const times = quick ? 8 : 60
  const reading = measure(times, () => formOf(text))
  say(`reading: ${reading.medianMs.toFixed(1)} ms`)
  const form = formOf(text)
  const rows: (string | number)[][] = [
    ['reading the file', '–', '–', reading.medianMs.toFixed(1), reading.p95Ms.toFixed(1), '–'],
  ]
  const compute = (what: string, outer: number, inner: number): Measured & { readonly shown: number } => {
    const answers = answersFor(form, outer, inner)
    const { shown } = progressOf(visible(form, answers))
    const found = measure(times, () => progressOf(visible(form, answers)))
    const each = ((found.medianMs * 1_000) / shown).toFixed(2)
    rows.push([what, shown, answers.size, found.medianMs.toFixed(2), found.p95Ms.toFixed(2), each])
    say(`${what}: ${shown} questions, ${found.medianMs.toFixed(2)} ms`)
    return { ...found, shown }
  }
  const one = compute('1 of each', 1, 1)
  const ten = compute('10 of each, 1 within each', 10, 1)
  const hundred = compute('100 of each, 1 within each', 100, 1)
  const twenty = compute('20 of each, 20 within each of those', 20, 20)
  const ratio = (a: typeof one, b: typeof one) => (b.medianMs / b.shown / (a.medianMs / a.shown)).toFixed(2)
  return {
    title: 'Forms',
    about:
      `${path === undefined ? 'A form of the size and shape of the DPIA' : 'DPIA 3.0 of the government, unchanged'}: 152 questions in the file. *Of each*: repetitions of each repeatable task that people add themselves; ` +
      `those that follow others are as many. Every question but the pictures is answered. Processor time, median and 95 % of ${times} times; reading is once per file, the rest after each answer. ` +
      'Working out goes once over what is shown, and looks each source up once, so it grows linearly with the questions on the screen.',
    columns: ['What', 'Questions shown', 'Cells', 'Median ms', '95 % ms', 'µs per question'],
    rows,
    goals: [
      {
        goal: `what is shown and how far it is, with 20 of each, in under ${COMPUTE_GOAL_MS} ms`,
        found: `${twenty.medianMs.toFixed(1)} ms`,
        met: twenty.medianMs < COMPUTE_GOAL_MS,
      },
      {
        goal: 'linear: a question among 100 of each costs at most twice one among 10 of each',
        found: `${ratio(ten, hundred)} × (10 against 1: ${ratio(one, ten)} ×)`,
        met: Number(ratio(ten, hundred)) <= 2,
      },
    ],
  }
}
