/** From the text of a form to the form: everything that is wrong with it at once, each with its place. */

import { byIdOf, checkForm, meantValue, type ReadLevel, type ReadTasks } from './check-form.ts'
import type { Criterion, Form, FormText, OutcomeLevel, OutcomeRule, Task } from './definition.ts'
import { shortName, tasksOf } from './definition.ts'
import { type FormProblem, findings, type Path } from './form-problem.ts'
import { readRule } from './read-dependencies.ts'
import {
  type Fields,
  isFields,
  missing,
  needString,
  needText,
  type Reading,
  readBoolean,
  readChoice,
  readMaps,
  readText,
  warnUnknown,
  wrong,
} from './read-fields.ts'
import { type ReadTask, readTask } from './read-task.ts'
import { readYaml } from './yaml-text.ts'

export type FormRead =
  /** Warnings are for whoever keeps the form; it works. */
  | { readonly ok: true; readonly form: Form; readonly warnings: readonly FormProblem[] }
  | { readonly ok: false; readonly problems: readonly FormProblem[] }

const formFields: ReadonlySet<string> = new Set([
  'name',
  'description',
  'version',
  'urn',
  'tasks',
  'assessments',
  'prefixQuestionIds',
])
const urnPattern = /^urn:[a-z0-9][a-z0-9-]{0,31}(?::[a-z0-9][a-z0-9-]{0,63}){1,4}$/
const versionPattern = /^\d{1,6}(\.\d{1,6}){0,2}$/

/**
 * Reads a form in YAML: those of the government (definition files v1 and v2) unchanged, and our own, which say their texts in two
 * languages. `name` is what the file is called in problems. Throws nothing, whatever the text.
 */
export function readForm(text: string, { name }: { readonly name: string }): FormRead {
  const yaml = readYaml(text)
  if (!yaml.ok) {
    const { problems, error } = findings(name, () => yaml.place)
    if ('limit' in yaml) error('form_too_large', [], { limit: yaml.limit, most: yaml.most })
    else error('form_not_yaml', [], { reason: yaml.reason })
    return { ok: false, problems }
  }
  const found = findings(name, yaml.locate)
  if (!isFields(yaml.value)) {
    found.error('form_field_wrong', [], { field: '', expected: 'map' })
    return { ok: false, problems: found.problems }
  }
  const form = readFields(yaml.value, found)
  if (form === undefined || found.problems.length > 0) return { ok: false, problems: sorted(found.problems) }
  return { ok: true, form, warnings: sorted(found.warnings) }
}

const sorted = (problems: readonly FormProblem[]): FormProblem[] =>
  problems.toSorted((a, b) => a.line - b.line || a.column - b.column)

function readFields(fields: Fields, found: ReturnType<typeof findings>): Form | undefined {
  const urn = typeof fields.urn === 'string' && urnPattern.test(fields.urn) ? fields.urn : undefined
  const reading: Reading = { findings: found, count: { tasks: 0 }, form: urn === undefined ? '' : shortName({ urn }) }
  warnUnknown(reading, fields, [], formFields)
  if (urn === undefined) wrong(reading, [], 'urn', 'urn:nl:dpia')
  const name = needText(reading, fields, 'name', [])
  const description = needText(reading, fields, 'description', [])
  const version = readVersion(reading, fields)
  const showIds = readBoolean(reading, fields, 'prefixQuestionIds', [])
  const tasks = readMaps(reading, fields, 'tasks', []).flatMap(([one, at]) => readTask(reading, one, at, []) ?? [])
  if (fields.tasks === undefined) missing(reading, [], 'tasks')
  const rules = readMaps(reading, fields, 'assessments', []).map(([one, at]) => readRules(reading, one, at))
  const known = byIdOf(tasks, found)
  checkForm(
    known.tasks,
    known.scores,
    rules.flatMap(({ levels }) => levels),
    found,
  )
  if (found.problems.length > 0 || urn === undefined || name === undefined || description === undefined)
    return undefined
  const built = build(tasks, known.tasks)
  const byId = new Map([...tasksOf(built)].map((task) => [task.id, task]))
  for (const task of byId.values())
    if (task.path.filter((id) => multiplies(byId.get(id)!, byId)).length > 1)
      found.error('form_product', known.tasks.get(task.id)!.at, { id: task.id })
  return {
    urn,
    version,
    name,
    description,
    showIds,
    tasks: built,
    outcomes: rules.map(({ rule }) => rule),
    byId,
    scores: new Map([...known.scores].map(([key, { id }]) => [key, byId.get(id)!])),
  }
}

function readVersion(reading: Reading, fields: Fields): string | null {
  const { version } = fields
  if (version === undefined) return null
  if (typeof version === 'string' && versionPattern.test(version)) return version
  return wrong(reading, [], 'version', '"1.0"') ?? null
}

const ruleFields: ReadonlySet<string> = new Set(['id', 'levels'])
const levelFields: ReadonlySet<string> = new Set(['level', 'expression', 'result', 'explanation', 'criteria'])
const criterionFields: ReadonlySet<string> = new Set(['id', 'expression', 'explanation'])
const nothing: FormText = { nl: '' }

/** What stands in `assessments`, as it will be used and as it is checked. */
function readRules(reading: Reading, fields: Fields, at: Path): { rule: OutcomeRule; levels: readonly ReadLevel[] } {
  const id = needString(reading, fields, 'id', at) ?? ''
  const inRule: Reading = { ...reading, id }
  warnUnknown(inRule, fields, at, ruleFields)
  const checks: ReadLevel[] = []
  const levels = readMaps(inRule, fields, 'levels', at).flatMap(([one, place]): OutcomeLevel[] => {
    warnUnknown(inRule, one, place, levelFields)
    const level = readChoice(inRule, one, 'level', place, ['required', 'recommended'])
    const expression = readRule(inRule, one, 'expression', place)
    const result = needText(inRule, one, 'result', place)
    const explanation = readText(inRule, one, 'explanation', place)
    const criteria = readMaps(inRule, one, 'criteria', place).flatMap(([criterion, here]) =>
      readCriterion(inRule, criterion, here),
    )
    if (level === undefined || expression === undefined || result === undefined) return []
    checks.push({ at: [...place, 'expression'], id, expression, criteria })
    return [{ level, expression, result, ...(explanation === undefined ? {} : { explanation }), criteria }]
  })
  return { rule: { id, levels }, levels: checks }
}

function readCriterion(reading: Reading, fields: Fields, at: Path): (Criterion & { readonly at: Path })[] {
  warnUnknown(reading, fields, at, criterionFields)
  const id = needString(reading, fields, 'id', at)
  const expression = readRule(reading, fields, 'expression', at)
  const explanation = needText(reading, fields, 'explanation', at) ?? nothing
  return id === undefined || expression === undefined ? [] : [{ id, expression, explanation, at }]
}

/**
 * A task in a repetition that follows a source outside it: so many for each repetition around it. Once is a table; more than once would
 * let a few hundred answers become millions of questions.
 */
function multiplies({ repeatables, instanceMapping }: Task, byId: Form['byId']): boolean {
  if (instanceMapping === undefined || instanceMapping.kind === 'many_to_one' || repeatables.length < 2) return false
  const coordinates = (ids: readonly string[]) => ids.flatMap((id) => byId.get(id)!.coordinates)
  const above = new Set(coordinates(repeatables.slice(0, -1)))
  const source = coordinates(byId.get(instanceMapping.source)!.repeatables)
  return source.length > 0 && !source.some((one) => above.has(one))
}

/** The tasks with what follows from where they stand and from what they follow. Ids exist and no ring is left. */
function build(tasks: readonly ReadTask[], known: ReadTasks): Task[] {
  const coordinates = coordinatesIn(known)
  const one = ({ at: _, pointers: __, children, ...task }: ReadTask, guardedAbove: boolean): Task => {
    const guarded = guardedAbove || task.conditions.length > 0
    return {
      ...task,
      conditions: task.conditions.map((condition) => {
        if (condition.value === undefined) return condition
        return {
          ...condition,
          value: meantValue(known.get(condition.source)!, condition.value)?.value ?? condition.value,
        }
      }),
      repeatables: repeatablesOf(task, known),
      coordinates: coordinates(task.id),
      guarded,
      children: children.map((child) => one(child, guarded)),
    }
  }
  return tasks.map((task) => one(task, false))
}

const repeatablesOf = (task: Pick<Task, 'path'>, known: ReadTasks): string[] =>
  task.path.filter((id) => known.get(id)!.repeatable)

/**
 * Which repeatable tasks an instance id stands for. A task whose repetitions follow a source stands for those of the source that
 * the tasks above it do not stand for already, so that "the same processing" in two branches of a form has the same id in both.
 */
function coordinatesIn(known: ReadTasks): (id: string) => readonly string[] {
  const found = new Map<string, readonly string[]>()
  const of = (id: string): readonly string[] => {
    const before = found.get(id)
    if (before !== undefined) return before
    const task = known.get(id)!
    const result = !task.repeatable ? [] : task.instanceMapping === undefined ? [id] : followed(task)
    found.set(id, result)
    return result
  }
  const followed = ({ id, path, instanceMapping }: ReadTask): readonly string[] => {
    const { source, kind } = instanceMapping!
    if (kind === 'many_to_one') return [id]
    const above = new Set(repeatablesOf({ path: path.slice(0, -1) }, known).flatMap(of))
    const followedIds = repeatablesOf(known.get(source)!, known)
      .flatMap(of)
      .filter((one) => !above.has(one))
    if (kind === 'one_to_many') return [...followedIds, id]
    return followedIds.length === 0 ? [id] : followedIds
  }
  return of
}
