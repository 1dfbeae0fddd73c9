/** One task of a form, with what it holds; what must agree between tasks is looked at afterwards (check-form.ts). */
import { type Option, type QuestionKind, questionKinds, type Source, type Task, type TaskKind } from './definition.ts'
import type { Path } from './form-problem.ts'
import { type Pointer, readCalculation, readDependencies, readReferences } from './read-dependencies.ts'
import {
  type Fields,
  inWords,
  isOptionValue,
  missing,
  needString,
  needText,
  type Reading,
  readBoolean,
  readList,
  readMaps,
  readString,
  readText,
  warnUnknown,
  wrong,
} from './read-fields.ts'

/** A task before the form is known as a whole: where it stands and what it points at, without what follows from others. */
export type ReadTask = Omit<Task, 'children' | 'repeatables' | 'coordinates' | 'guarded'> & {
  readonly children: readonly ReadTask[]
  readonly at: Path
  readonly pointers: readonly Pointer[]
}

export const MAX_TASKS = 2_000
export const MAX_LEVELS = 12
const MAX_OPTIONS = 500

const taskFields: ReadonlySet<string> = new Set([
  'task',
  'description',
  'category',
  'id',
  'is_official_id',
  'in_fria',
  'action_point_group',
  'action_point_summary',
  'type',
  'options',
  'valueType',
  'defaultValue',
  'instance_label_template',
  'item_name',
  'references',
  'dependencies',
  'calculation',
  'sources',
  'required_status',
  'repeatable',
  'tasks',
])

/** Letters, figures, points and hyphens: an id is part of the name of an answer. */
const idPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/

export function readTask(reading: Reading, fields: Fields, at: Path, above: readonly string[]): ReadTask | undefined {
  if (tooMany(reading, at, above.length)) return undefined
  const id = readId(reading, fields, at)
  const inTask: Reading = { ...reading, id: id ?? above.at(-1) ?? '' }
  warnUnknown(inTask, fields, at, taskFields)
  const label = needText(inTask, fields, 'task', at)
  const kinds = readKinds(inTask, fields, at)
  const question = kinds.find((kind): kind is QuestionKind => questionKinds.some((one) => one === kind)) ?? null
  const path = [...above, id ?? '']
  const description = readText(inTask, fields, 'description', at)
  const itemName = readText(inTask, fields, 'item_name', at)
  const template = readText(inTask, fields, 'instance_label_template', at)
  const category = readString(inTask, fields, 'category', at)
  const valueType = readString(inTask, fields, 'valueType', at)
  const dependent = readDependencies(inTask, fields, at)
  const referring = readReferences(inTask, fields, at)
  const calculation = readCalculation(inTask, fields, at) ?? dependent.calculation
  const labelled = [...(template?.nl ?? '').matchAll(/\{([^{}]+)\}/g)].map((match) => match[1]!)
  const children = readMaps(inTask, fields, 'tasks', at).flatMap(
    ([child, place]) => readTask(inTask, child, place, path) ?? [],
  )
  if (id === undefined || label === undefined) return undefined
  return {
    id,
    label,
    ...(description === undefined ? {} : { description }),
    ...(category === undefined ? {} : { category }),
    kinds,
    question,
    options: readOptions(inTask, fields, at),
    ...(valueType === undefined ? {} : { valueType }),
    ...readDefault(inTask, fields, at),
    repeatable: readBoolean(inTask, fields, 'repeatable', at),
    ...(itemName === undefined ? {} : { itemName }),
    ...(template === undefined ? {} : { instanceLabel: { template, ids: labelled } }),
    conditions: dependent.conditions,
    ...(dependent.optionSource === undefined ? {} : { optionSource: dependent.optionSource }),
    ...(dependent.instanceMapping === undefined ? {} : { instanceMapping: dependent.instanceMapping }),
    references: referring.references,
    ...(referring.modelId === undefined ? {} : { modelId: referring.modelId }),
    ...(calculation === undefined ? {} : { calculation }),
    sources: readSources(inTask, fields, at),
    required: readBoolean(inTask, fields, 'required_status', at),
    officialId: fields.is_official_id !== false,
    inFria: readBoolean(inTask, fields, 'in_fria', at),
    actionPoints: readActionPoints(inTask, fields, at),
    children,
    path,
    at,
    pointers: [
      ...dependent.pointers,
      ...referring.pointers,
      ...labelled.map((target): Pointer => ({ what: 'label', target, at: [...at, 'instance_label_template'] })),
    ],
  }
}

/** Counted while reading: a text with aliases is longer than it looks. */
function tooMany({ findings, count }: Reading, at: Path, levels: number): boolean {
  count.tasks++
  if (levels >= MAX_LEVELS) findings.error('form_too_large', at, { limit: 'levels', most: MAX_LEVELS })
  else if (count.tasks === MAX_TASKS + 1) findings.error('form_too_large', at, { limit: 'tasks', most: MAX_TASKS })
  return levels >= MAX_LEVELS || count.tasks > MAX_TASKS
}

function readId(reading: Reading, fields: Fields, at: Path): string | undefined {
  const { id } = fields
  if (id === undefined || id === null || id === '') {
    reading.findings.error('form_id_missing', at, { task: inWords(fields.task ?? '') })
    return undefined
  }
  if (typeof id === 'string' && idPattern.test(id)) return id
  return wrong(reading, at, 'id', 'text: A-Z a-z 0-9 . _ -')
}

const taskKinds: readonly string[] = [...questionKinds, 'task_group', 'informational']
/** The first schema calls a scrollable list of choices by another name. */
const formerKinds: Readonly<Record<string, TaskKind>> = { multiselect_option: 'multiselect_scrollable' }

function readKinds(reading: Reading, fields: Fields, at: Path): TaskKind[] {
  const given = typeof fields.type === 'string' ? [fields.type] : readList(reading, fields, 'type', at)
  if (given.length === 0) missing(reading, at, 'type')
  const kinds = given.flatMap((kind): TaskKind[] => {
    const name = typeof kind === 'string' && Object.hasOwn(formerKinds, kind) ? formerKinds[kind]! : kind
    if (taskKinds.some((one) => one === name)) return [name as TaskKind]
    reading.findings.error('form_kind_unknown', [...at, 'type'], {
      id: reading.id,
      kind: inWords(kind),
      kinds: taskKinds.join(', '),
    })
    return []
  })
  const questions = kinds.filter((kind) => questionKinds.some((one) => one === kind))
  if (questions.length > 1)
    reading.findings.error('form_kind_several', [...at, 'type'], { id: reading.id, kinds: questions.join(', ') })
  return kinds
}

const optionFields: ReadonlySet<string> = new Set(['value', 'label'])

function readOptions(reading: Reading, fields: Fields, at: Path): Option[] {
  const maps = readMaps(reading, fields, 'options', at)
  if (maps.length > MAX_OPTIONS)
    reading.findings.error('form_too_large', [...at, 'options'], { limit: 'options', most: MAX_OPTIONS })
  const seen = new Set<string>()
  return maps.slice(0, MAX_OPTIONS).flatMap(([option, place]): Option[] => {
    warnUnknown(reading, option, place, optionFields)
    const { value } = option
    if (value === undefined) return missing(reading, place, 'value') ?? []
    if (!isOptionValue(value)) return wrong(reading, place, 'value', 'text, true, false, null') ?? []
    if (seen.has(String(value)))
      reading.findings.error('form_option_duplicate', place, {
        id: reading.id,
        value: String(value).slice(0, 80),
      })
    seen.add(String(value))
    return [{ value, label: readText(reading, option, 'label', place) ?? { nl: String(value) } }]
  })
}

function readDefault(reading: Reading, fields: Fields, at: Path): Pick<Task, 'defaultValue'> {
  const value = fields.defaultValue
  if (value === undefined) return {}
  if (isOptionValue(value)) return { defaultValue: value }
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return { defaultValue: value }
  return wrong(reading, at, 'defaultValue', 'text, true, false, null, list') ?? {}
}

function readActionPoints(reading: Reading, fields: Fields, at: Path): Task['actionPoints'] {
  if (readBoolean(reading, fields, 'action_point_group', at)) return 'group'
  return readBoolean(reading, fields, 'action_point_summary', at) ? 'summary' : null
}

const sourceFields: ReadonlySet<string> = new Set(['source', 'description', 'seen'])

function readSources(reading: Reading, fields: Fields, at: Path): Source[] {
  return readMaps(reading, fields, 'sources', at).flatMap(([one, place]): Source[] => {
    warnUnknown(reading, one, place, sourceFields)
    const source = needString(reading, one, 'source', place)
    const description = readText(reading, one, 'description', place)
    const seen = readString(reading, one, 'seen', place)
    if (source === undefined) return []
    return [{ source, ...(description === undefined ? {} : { description }), ...(seen === undefined ? {} : { seen }) }]
  })
}
