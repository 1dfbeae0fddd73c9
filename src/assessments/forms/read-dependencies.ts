/** What a task waits for and points at: conditions, choices and repetitions from elsewhere, references, sums. */
import {
  type Calculation,
  type Condition,
  conditionOperators,
  type InstanceMapping,
  mappingKinds,
  proposingKinds,
  type Reference,
  type Task,
  viewingKinds,
} from './definition.ts'
import { type Expression, readExpression } from './expression.ts'
import type { Path } from './form-problem.ts'
import {
  type Fields,
  isFields,
  isOptionValue,
  missing,
  needString,
  type Reading,
  readChoice,
  readMaps,
  readString,
  warnUnknown,
  wrong,
} from './read-fields.ts'

export type Pointer = {
  readonly what: 'condition' | 'options' | 'instances' | 'label' | 'reference'
  readonly target: string
  readonly at: Path
}

type Dependent = {
  readonly pointers: readonly Pointer[]
  readonly conditions: readonly Condition[]
  readonly optionSource?: string
  readonly instanceMapping?: InstanceMapping
  readonly calculation?: Calculation
}

const dependencyFields: ReadonlySet<string> = new Set(['type', 'condition', 'source', 'mapping_type', 'action'])

export function readDependencies(reading: Reading, fields: Fields, at: Path): Dependent {
  const conditions: Condition[] = []
  const pointers: Pointer[] = []
  let found: Omit<Dependent, 'conditions' | 'pointers'> = {}
  for (const [one, place] of readMaps(reading, fields, 'dependencies', at)) {
    const { calculation: misplaced, ...rest } = one
    warnUnknown(reading, rest, place, dependencyFields)
    if (misplaced !== undefined) {
      // The pre-scan of the government has one here. It is the task's own: leaving it out would count a risk as none.
      reading.findings.warn('form_field_misplaced', [...place, 'calculation'], {
        id: reading.id,
        field: 'calculation',
      })
      const calculation = readCalculation(reading, one, place)
      if (calculation !== undefined) found = { ...found, calculation }
    }
    switch (readChoice(reading, one, 'type', place, ['conditional', 'source_options', 'instance_mapping'])) {
      case 'conditional': {
        const condition = readCondition(reading, one, place)
        if (condition === undefined) break
        conditions.push(condition)
        pointers.push({ what: 'condition', target: condition.source, at: [...place, 'condition', 'id'] })
        break
      }
      case 'source_options': {
        const source = readPointer(reading, one, 'condition', place)
        if (source === undefined) break
        found = { ...found, optionSource: source }
        pointers.push({ what: 'options', target: source, at: [...place, 'condition', 'id'] })
        break
      }
      case 'instance_mapping': {
        const source = readPointer(reading, one, 'source', place)
        const kind = readChoice(reading, one, 'mapping_type', place, mappingKinds)
        if (source === undefined || kind === undefined) break
        found = { ...found, instanceMapping: { source, kind } }
        pointers.push({ what: 'instances', target: source, at: [...place, 'source', 'id'] })
        break
      }
    }
  }
  return { conditions, pointers, ...found }
}

function readPointer(reading: Reading, fields: Fields, field: string, at: Path): string | undefined {
  const pointer = fields[field]
  if (!isFields(pointer)) return missing(reading, at, field)
  return needString(reading, pointer, 'id', [...at, field])
}

function readCondition(reading: Reading, fields: Fields, at: Path): Condition | undefined {
  const source = readPointer(reading, fields, 'condition', at)
  const { condition } = fields
  if (source === undefined || !isFields(condition)) return undefined
  const place = [...at, 'condition']
  const operator = readChoice(reading, condition, 'operator', place, conditionOperators)
  const action = readChoice(reading, fields, 'action', at, ['show', 'hide'])
  const value = typeof condition.value === 'number' ? String(condition.value) : condition.value
  if (value !== undefined && !isOptionValue(value)) return wrong(reading, place, 'value', 'text, true, false, null')
  if (operator === undefined || action === undefined) return undefined
  return { source, operator, action, ...(value === undefined ? {} : { value }) }
}

const referenceKinds = [...proposingKinds, ...viewingKinds]

type Referring = Pick<Task, 'references' | 'modelId'> & { readonly pointers: readonly Pointer[] }

/** What points into this form itself is checked with the rest; other forms are not known here. */
export function readReferences(reading: Reading, fields: Fields, at: Path): Referring {
  const given = fields.references ?? {}
  if (!isFields(given)) return wrong(reading, at, 'references', 'map') ?? { references: [], pointers: [] }
  const references: Reference[] = []
  const pointers: Pointer[] = []
  let modelId: string | undefined
  for (const [form, targets] of Object.entries(given)) {
    const place = [...at, 'references', form]
    if (form === 'prescanModelId') {
      modelId = readString(reading, given, form, [...at, 'references'])
      continue
    }
    for (const [n, target] of (Array.isArray(targets) ? targets : [targets]).entries()) {
      const here = Array.isArray(targets) ? [...place, n] : place
      const reference = readReference(reading, form, target, here)
      if (reference === undefined) continue
      references.push(reference)
      if (form === reading.form) pointers.push({ what: 'reference', target: reference.task, at: here })
    }
  }
  return { references, pointers, ...(modelId === undefined ? {} : { modelId }) }
}

function readReference(reading: Reading, form: string, target: unknown, at: Path): Reference | undefined {
  if (typeof target === 'string') return { form, task: target, kind: 'mention' }
  if (!isFields(target)) return wrong(reading, at.slice(0, -1), String(at.at(-1)), 'text, {id, type}')
  const task = needString(reading, target, 'id', at)
  const kind = readChoice(reading, target, 'type', at, referenceKinds)
  return task === undefined || kind === undefined ? undefined : { form, task, kind }
}

const calculationFields: ReadonlySet<string> = new Set(['scoreKey', 'expression', 'riskScore'])

export function readCalculation(reading: Reading, fields: Fields, at: Path): Calculation | undefined {
  const given = fields.calculation
  if (given === undefined) return undefined
  if (!isFields(given)) return wrong(reading, at, 'calculation', 'map')
  const place = [...at, 'calculation']
  warnUnknown(reading, given, place, calculationFields)
  const scoreKey = needString(reading, given, 'scoreKey', place)
  const expression = readRule(reading, given, 'expression', place)
  const scores = readMaps(reading, given, 'riskScore', place).flatMap(([one, here]) => {
    const when = readRule(reading, one, 'when', here)
    const { value } = one
    if (typeof value !== 'number' || !Number.isFinite(value)) return wrong(reading, here, 'value', 'number') ?? []
    return when === undefined ? [] : [{ when, value }]
  })
  return scoreKey === undefined || expression === undefined ? undefined : { scoreKey, expression, scores }
}

/** An expression in a field, or a problem with what is wrong in it and where. */
export function readRule(reading: Reading, fields: Fields, field: string, at: Path): Expression | undefined {
  const text = needString(reading, fields, field, at)
  if (text === undefined) return undefined
  const read = readExpression(text)
  if (read.ok) return read.expression
  reading.findings.error('form_expression', [...at, field], {
    id: reading.id,
    fault: read.fault,
    near: text.slice(read.at, read.at + 40),
  })
  return undefined
}
