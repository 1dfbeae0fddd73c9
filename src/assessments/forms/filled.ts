/**
 * A form with its answers: which repetitions there are, what is shown, and what was answered there. The screens, the outcomes and
 * the proposals all ask here, so that they agree.
 *
 * A place in one branch finds its like in another by coordinates: the repeatable task and the id of its repetition, for each that
 * its instance ids stand for. "Retention periods of processing k3f" (10.1) and "purposes of processing k3f" (5.1) both follow
 * the processings of 3.1, so both have the coordinate 3.1 = k3f. A source is looked for where all coordinates that both have agree:
 * in the same repetition when there is one, else in every repetition.
 *
 * What is hidden counts as unanswered, for conditions, choices and sums, and its answer is kept. (The tool of the government deletes
 * such answers, after a minute in which they come back.)
 */
import {
  type AnswerCell,
  type Answers,
  type AnswerValue,
  answerKey,
  FIRST_INSTANCE,
  isAnswered,
  type Place,
} from './answers.ts'
import type { Condition, Form, Task } from './definition.ts'

/** Linked from the innermost repetition outwards: a place shares those above it. */
export type Coordinates = { readonly task: string; readonly id: string; readonly above: Coordinates } | undefined

export type Position = { readonly instances: readonly string[]; readonly coordinates: Coordinates }

export type Filled = {
  readonly form: Form
  readonly answers: Answers
  /** Ids of the repetitions of a repeatable task within a repetition of the task above it, in their order. */
  instanceIds(task: Task, above: Position): readonly string[]
  /** Every repetition of a task that agrees with these coordinates, shown or not. */
  positions(task: Task, near: Coordinates): readonly Position[]
  /** Is a task shown there, with everything above it? */
  isShown(task: Task, position: Position): boolean
  /** Do the task's own conditions hold there? */
  conditionsHold(task: Task, position: Position): boolean
  /** The answer there, when it is shown and answered. */
  valueAt(task: Task, position: Position): AnswerValue | undefined
}

export const nowhere: Position = { instances: [], coordinates: undefined }

/** The id of a repetition for each repeatable task it stands for. */
export function within(task: Task, above: Position, id: string): Position {
  const parts = task.coordinates.length === 1 ? [id] : id.split('~')
  let { coordinates } = above
  for (const [n, part] of parts.entries()) coordinates = { task: task.coordinates[n]!, id: part, above: coordinates }
  return { instances: [...above.instances, id], coordinates }
}

/** The position of a place that somebody names by its instance ids. */
export function positionOf(form: Form, { task, instances }: Place): Position {
  const { repeatables } = form.byId.get(task)!
  return instances.reduce((above, id, n) => within(form.byId.get(repeatables[n]!)!, above, id), nowhere)
}

export function coordinateOf(coordinates: Coordinates, task: string): string | undefined {
  for (let at = coordinates; at !== undefined; at = at.above) if (at.task === task) return at.id
  return undefined
}

/** Which repetitions of a source are seen from here: the same text, the same repetitions. */
export function seenFrom(form: Form, source: Task, near: Coordinates): string {
  let key = ''
  for (const id of source.repeatables)
    for (const one of form.byId.get(id)!.coordinates) key += `/${coordinateOf(near, one) ?? ''}`
  return key
}

export function fill(form: Form, answers: Answers): Filled {
  const own = ownInstances(answers)
  const ids = new Map<string, Ids>()
  const shown = new Map<string, boolean>()
  const met = new Map<Condition, Map<string, boolean>>()

  const idsIn = (task: Task, above: Position): Ids => {
    const key = answerKey({ task: task.id, instances: above.instances })
    const before = ids.get(key)
    if (before !== undefined) return before
    const list = task.instanceMapping === undefined ? ownIds(own.get(key)) : followed(task, above, own.get(key) ?? [])
    const found = { list, all: new Set(list) }
    ids.set(key, found)
    return found
  }

  const followed = (task: Task, above: Position, cells: readonly OwnInstance[]): readonly string[] => {
    const { source, kind } = task.instanceMapping!
    const sourceTask = form.byId.get(source)!
    const places = filled.positions(sourceTask, above.coordinates).filter((one) => filled.isShown(sourceTask, one))
    if (places.length === 0) return []
    if (kind === 'many_to_one') return [FIRST_INSTANCE]
    const parts = kind === 'one_to_many' ? task.coordinates.slice(0, -1) : task.coordinates
    const joined = (place: Position): string =>
      parts.map((one) => coordinateOf(place.coordinates, one) ?? FIRST_INSTANCE).join('~')
    const bases = [...new Set(places.map(joined))]
    if (kind === 'one_to_one') return bases
    return bases.flatMap((base) => {
      const start = base === '' ? '' : `${base}~`
      const mine = cells.flatMap((one) =>
        one.id.startsWith(start) ? [{ ...one, id: one.id.slice(start.length) }] : [],
      )
      return ownIds(mine).map((id) => start + id)
    })
  }

  const extended = (task: Task, above: Position, near: Coordinates): readonly Position[] => {
    const { list, all } = idsIn(task, above)
    const wanted = task.coordinates.map((one) => coordinateOf(near, one))
    if (wanted.every((part) => part !== undefined)) {
      const id = wanted.join('~')
      return all.has(id) ? [within(task, above, id)] : []
    }
    const places = list.map((id) => within(task, above, id))
    if (wanted.every((part) => part === undefined)) return places
    return places.filter(({ coordinates }) =>
      wanted.every((part, n) => part === undefined || coordinateOf(coordinates, task.coordinates[n]!) === part),
    )
  }

  /** Once for all places that see the same repetitions of the source. */
  const conditionHolds = (condition: Condition, { coordinates }: Position): boolean => {
    const known = met.get(condition) ?? new Map<string, boolean>()
    met.set(condition, known)
    const key = seenFrom(form, form.byId.get(condition.source)!, coordinates)
    const found = known.get(key) ?? holds(filled, condition, coordinates)
    known.set(key, found)
    return found
  }

  const filled: Filled = {
    form,
    answers,
    instanceIds: (task, above) => idsIn(task, above).list,
    positions: (task, near) => {
      let places: readonly Position[] = [nowhere]
      for (const id of task.repeatables) {
        const repeatable = form.byId.get(id)!
        places = places.flatMap((above) => extended(repeatable, above, near))
      }
      return places
    },
    isShown: (task, position) => {
      if (!task.guarded) return true
      const key = answerKey({ task: task.id, instances: position.instances })
      const before = shown.get(key)
      if (before !== undefined) return before
      const parent = form.byId.get(task.path.at(-2) ?? '')
      const inParent = parent === undefined || filled.isShown(parent, outer(form, task, parent, position))
      const found = inParent && filled.conditionsHold(task, position)
      shown.set(key, found)
      return found
    },
    conditionsHold: (task, position) => task.conditions.every((one) => conditionHolds(one, position)),
    valueAt: (task, position) => {
      if (!filled.isShown(task, position)) return undefined
      const cell = answers.get(answerKey({ task: task.id, instances: position.instances })) as AnswerCell | undefined
      return isAnswered(cell?.value) ? cell.value : undefined
    },
  }
  return filled
}

/** Ids of what follows a source are looked up often, for one place and for all. */
type Ids = { readonly list: readonly string[]; readonly all: ReadonlySet<string> }

/** The position of the task above, for a position of a task. */
function outer(form: Form, task: Task, parent: Task, position: Position): Position {
  if (task.repeatables.length === parent.repeatables.length) return position
  return positionOf(form, { task: parent.id, instances: position.instances.slice(0, -1) })
}

function holds(filled: Filled, condition: Condition, coordinates: Coordinates): boolean {
  const source = filled.form.byId.get(condition.source)!
  const places = filled.positions(source, coordinates)
  const has = (place: Position): boolean => {
    const value = filled.valueAt(source, place)
    if (value === undefined) return false
    if (condition.value === undefined) return true
    if (Array.isArray(value)) return condition.operator !== 'equals' && value.includes(String(condition.value))
    return value === condition.value
  }
  const met = condition.operator === 'all' ? places.length > 0 && places.every(has) : places.some(has)
  return condition.action === 'show' ? met : !met
}

type OwnInstance = { readonly id: string; readonly order: number; readonly removed: boolean }

/** Repetitions with a cell, by task and what stands above them. */
function ownInstances(answers: Answers): ReadonlyMap<string, readonly OwnInstance[]> {
  const found = new Map<string, OwnInstance[]>()
  for (const [key, cell] of answers) {
    if (cell.kind !== 'instance') continue
    const at = key.lastIndexOf('/+')
    const above = key.slice(0, at)
    const one = { id: key.slice(at + 2), order: cell.order, removed: cell.removed === true }
    const list = found.get(above)
    if (list === undefined) found.set(above, [one])
    else list.push(one)
  }
  return found
}

/** In their order; two that were added at once by their ids. The first one is there until it is removed. */
function ownIds(cells: readonly OwnInstance[] = []): readonly string[] {
  const first = cells.some(({ id }) => id === FIRST_INSTANCE) ? [] : [{ id: FIRST_INSTANCE, order: 0, removed: false }]
  return [...first, ...cells]
    .filter(({ removed }) => !removed)
    .toSorted((a, b) => a.order - b.order || (a.id < b.id ? -1 : 1))
    .map(({ id }) => id)
}
