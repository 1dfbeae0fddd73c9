/** What must agree between the parts of a form: ids that exist and differ, choices that can be made, nothing that waits for itself. */
import { type OptionValue, severalChoices, singleChoice } from './definition.ts'
import { weighs } from './evaluate.ts'
import { type Expression, partsOf } from './expression.ts'
import type { Findings, Path } from './form-problem.ts'
import type { ReadTask } from './read-task.ts'

export type ReadLevel = {
  readonly at: Path
  readonly id: string
  readonly expression: Expression
  readonly criteria: readonly { readonly id: string; readonly expression: Expression; readonly at: Path }[]
}

/** Tasks by id in the order of the form, the first of those with one id. */
export type ReadTasks = ReadonlyMap<string, ReadTask>

function* readTasksOf(tasks: readonly ReadTask[]): Generator<ReadTask> {
  for (const task of tasks) {
    yield task
    yield* readTasksOf(task.children)
  }
}

/** Tasks and scores by id. A second one with the same id is a problem, wherever it stands. */
export function byIdOf(tasks: readonly ReadTask[], findings: Findings): { tasks: ReadTasks; scores: ReadTasks } {
  const found = new Map<string, ReadTask>()
  const scores = new Map<string, ReadTask>()
  for (const task of readTasksOf(tasks)) {
    if (found.has(task.id)) findings.error('form_id_duplicate', [...task.at, 'id'], { id: task.id })
    else found.set(task.id, task)
    const key = task.calculation?.scoreKey
    if (key === undefined) continue
    if (scores.has(key)) findings.error('form_id_duplicate', [...task.at, 'calculation'], { id: key })
    else scores.set(key, task)
  }
  return { tasks: found, scores }
}

export function checkForm(tasks: ReadTasks, scores: ReadTasks, levels: readonly ReadLevel[], findings: Findings): void {
  for (const task of tasks.values()) {
    for (const { what, target, at } of task.pointers)
      if (!tasks.has(target)) findings.error('form_id_unknown', at, { id: task.id, what, target: target.slice(0, 80) })
    checkOptions(task, findings)
    checkConditions(task, tasks, findings)
    if (task.calculation !== undefined) {
      const { expression, scoreKey } = task.calculation
      const at = [...task.at, 'calculation']
      checkExpression(expression, { at, id: task.id, tasks, scores, criteria: new Set(), names: new Set(), findings })
      for (const { when } of task.calculation.scores)
        checkExpression(when, {
          at,
          id: task.id,
          tasks,
          scores,
          criteria: new Set(),
          names: new Set([scoreKey]),
          findings,
        })
    }
  }
  for (const level of levels) checkLevel(level, tasks, scores, findings)
  checkRings(tasks, scores, findings)
}

function checkOptions(task: ReadTask, findings: Findings): void {
  const chooses = singleChoice.has(task.question) || severalChoices.has(task.question)
  if (chooses && task.options.length === 0 && task.optionSource === undefined)
    findings.error('form_options_missing', task.at, { id: task.id })
}

/** A condition on a choice that nobody can make never holds. */
function checkConditions(task: ReadTask, tasks: ReadTasks, findings: Findings): void {
  for (const { source, value } of task.conditions) {
    const asked = tasks.get(source)
    if (asked === undefined || value === undefined) continue
    const meant = meantValue(asked, value)
    const about = { id: task.id, target: source, value: String(value).slice(0, 80) }
    if (meant === undefined) findings.warn('form_value_unknown', [...task.at, 'dependencies'], about)
    else if (meant.quoted) findings.warn('form_value_quoted', [...task.at, 'dependencies'], about)
  }
}

/**
 * The option that a condition means. The pre-scan of the government writes some values with quotes within the text (`"'Overige'"`),
 * which no answer has: they mean the option without. Undefined when no option fits.
 */
export function meantValue(
  asked: Pick<ReadTask, 'options' | 'optionSource'>,
  value: OptionValue,
): { readonly value: OptionValue; readonly quoted: boolean } | undefined {
  if (asked.options.length === 0 || asked.optionSource !== undefined) return { value, quoted: false }
  const bare = /^(['"])(.*)\1$/s.exec(String(value))?.[2]
  for (const [text, quoted] of [
    [String(value), false],
    [bare, true],
  ] as const) {
    const option = text === undefined ? undefined : asked.options.find((one) => String(one.value) === text)
    if (option !== undefined) return { value: option.value, quoted }
  }
  return undefined
}

type Known = {
  readonly at: Path
  readonly id: string
  readonly tasks: ReadTasks
  readonly scores: ReadTasks
  readonly criteria: ReadonlySet<string>
  readonly names: ReadonlySet<string>
  readonly findings: Findings
}

/** A score or criterion that is not there is an error. An answer that is not there is a warning: it counts as unanswered. */
function checkExpression(expression: Expression, known: Known): void {
  const { at, id, findings } = known
  const named = new Set<string>()
  for (const part of partsOf(expression)) {
    if (part.is === 'answer' || part.is === 'selected') {
      if (known.tasks.has(part.task) || named.has(part.task)) continue
      named.add(part.task)
      findings.warn('form_answer_unknown', at, { id, target: part.task.slice(0, 80) })
    } else if (part.is === 'score') {
      if (!known.scores.has(part.key)) findings.error('form_id_unknown', at, { id, what: 'score', target: part.key })
    } else if (part.is === 'criterion') {
      if (!known.criteria.has(part.id))
        findings.error('form_id_unknown', at, { id, what: 'criterion', target: part.id })
    } else if (part.is === 'name') {
      if (!known.names.has(part.name))
        findings.error('form_expression', at, { id, fault: 'name_unknown', near: part.name.slice(0, 40) })
    } else if (part.is === 'weights' && part.of.is === 'answer') {
      const options = known.tasks.get(part.of.task)?.options ?? []
      for (const key of part.keys)
        if (!options.some(({ value }) => typeof value === 'string' && weighs(key, value)))
          findings.warn('form_value_unknown', at, { id, target: part.of.task, value: key.slice(0, 80) })
    }
  }
}

function checkLevel(
  { at, id, expression, criteria }: ReadLevel,
  tasks: ReadTasks,
  scores: ReadTasks,
  findings: Findings,
) {
  const names = new Set<string>()
  const known = { id, tasks, scores, names, findings }
  const ids = new Set<string>()
  for (const one of criteria) {
    if (ids.has(one.id)) findings.error('form_id_duplicate', one.at, { id: one.id })
    ids.add(one.id)
    checkExpression(one.expression, { ...known, at: one.at, criteria: new Set() })
  }
  checkExpression(expression, { ...known, at, criteria: ids })
}

/**
 * Tasks that wait for each other: shown when the other is, repeated as the other is, with the answers of the other as choices, or
 * counted from each other. Nobody could ever fill them in. Each ring is named once.
 */
function checkRings(tasks: ReadTasks, scores: ReadTasks, findings: Findings): void {
  const done = new Set<string>()
  const visit = (node: string, above: readonly string[]): void => {
    if (done.has(node)) return
    const start = above.indexOf(node)
    if (start >= 0) {
      const ring = above.slice(start)
      const task = ring.map((one) => tasks.get(one)).find((one) => one !== undefined)
      findings.error('form_cycle', task?.at ?? [], { id: ring[0]!, ring: [...ring, node].join(' → ') })
      return
    }
    const path = [...above, node]
    for (const next of waitsFor(node, tasks, scores)) visit(next, path)
    done.add(node)
  }
  for (const id of tasks.keys()) visit(id, [])
  for (const key of scores.keys()) visit(`scores.${key}`, [])
}

function waitsFor(node: string, tasks: ReadTasks, scores: ReadTasks): string[] {
  const task = tasks.get(node)
  if (task !== undefined) {
    const sources = [...task.conditions.map(({ source }) => source), task.optionSource, task.instanceMapping?.source]
    return [...sources, task.path.at(-2)].filter((id) => id !== undefined && tasks.has(id)) as string[]
  }
  const calculation = scores.get(node.slice('scores.'.length))?.calculation
  if (calculation === undefined) return []
  return [calculation.expression, ...calculation.scores.map(({ when }) => when)]
    .flatMap((expression) => [...partsOf(expression)])
    .flatMap((part) => (part.is === 'score' ? [`scores.${part.key}`] : part.is === 'answer' ? [part.task] : []))
}
