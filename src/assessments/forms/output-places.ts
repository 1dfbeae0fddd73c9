/** Which repetition a number in a file stands for. */
import { answerKey, type Cell, FIRST_INSTANCE, instanceKey } from './answers.ts'
import type { AnswersReading } from './answers-problem.ts'
import type { Form, Task } from './definition.ts'
import { nowhere, positionOf } from './filled.ts'
import { following, sourceOf } from './output.ts'
import type { Rest } from './output-rest.ts'

export type Places = {
  /** The instance ids for a number of a repeatable task. */
  readonly instances: (task: Task, index: number) => readonly string[]
  /** The repetitions that the file needs and that have no cell of their own in it. */
  readonly cells: ReadonlyMap<string, Cell>
}

/**
 * As the file says under `waarborg`. Without that: what follows a source is where the source's repetition of that number is; a
 * repetition within another is in the one with its number, else in the first; the first repetition is number 0.
 */
export function placesOf(reading: AnswersReading, known: Rest['indexes'], at: string): Places {
  const { form, seen } = reading
  const cells = new Map<string, Cell>()
  const made = new Map<string, readonly string[]>()
  const used = new Set(
    [...known].flatMap(([task, list]) => [...list.values()].map((one) => answerKey({ task, instances: one }))),
  )

  const instances = (task: Task, index: number): readonly string[] => {
    const said = known.get(task.id)?.get(index)
    if (said !== undefined) return said
    const key = `${task.id}#${index}`
    const before = made.get(key)
    if (before !== undefined) return before
    const found = task.instanceMapping === undefined ? own(task, index) : followed(task, index)
    made.set(key, found)
    return found
  }

  const followed = (task: Task, index: number): readonly string[] => {
    const above = aboveOf(task, index)
    const source = sourceOf(form, task)
    const like =
      source === undefined ? nowhere : positionOf(form, { task: source.id, instances: instances(source, index) })
    return following(task, positionOf(form, above), like).instances
  }

  const own = (task: Task, index: number): readonly string[] => {
    const { instances: above, same } = aboveOf(task, index)
    const first = task.repeatables.length === 1 ? index === 0 : same
    if (first) return [...above, FIRST_INSTANCE]
    if (task.repeatables.length > 1)
      reading.warnings.push({ code: 'answers_parent_unknown', at: task.id, facts: { index } })
    let id = `n${index}`
    while (used.has(answerKey({ task: task.id, instances: [...above, id] }))) id = `${id}_`
    const place = { task: task.id, instances: [...above, id] }
    cells.set(instanceKey(place), { kind: 'instance', order: index, at })
    return place.instances
  }

  /** The repetition that this one is in, and whether that has its number. */
  const aboveOf = (task: Task, index: number): { task: string; instances: readonly string[]; same: boolean } => {
    const above = form.byId.get(task.repeatables.at(-2) ?? '')
    if (above === undefined) return { task: task.id, instances: [], same: false }
    const numbers = numbersOf(form, seen, above)
    const same = numbers.includes(index)
    return { task: above.id, instances: instances(above, same ? index : Math.min(...numbers)), same }
  }

  for (const [id, numbers] of seen) {
    const task = form.byId.get(id)!
    if (known.has(id)) continue
    for (const index of [...numbers].sort((a, b) => a - b)) instances(task, index)
    if (task.repeatables.length > 1 || task.instanceMapping !== undefined || numbers.has(0)) continue
    const first = { task: id, instances: [FIRST_INSTANCE] }
    cells.set(instanceKey(first), { kind: 'instance', order: 0, removed: true, at })
  }
  return { instances, cells }
}

/** The numbers that a repeatable task has in the file; 0 when it does not say. */
function numbersOf(form: Form, seen: AnswersReading['seen'], task: Task): readonly number[] {
  const source = sourceOf(form, task)
  const numbers = source === undefined ? seen.get(task.id) : new Set(numbersOf(form, seen, source))
  return numbers === undefined || numbers.size === 0 ? [0] : [...numbers]
}
