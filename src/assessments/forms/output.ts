/**
 * Answers as a file of the government (schemas/assessment-output.v2.schema.json). The file is complete for the tool of the government.
 * What its format cannot hold stands under `waarborg`, which the schema leaves free: the ids of repetitions and which repetition
 * another one is in (the format numbers each kind of repetition through the whole form), removed repetitions, and answers in them.
 */
import { answerKey, type Cell } from './answers.ts'
import type { Form, Task } from './definition.ts'
import { coordinateOf, type Filled, type Position, within } from './filled.ts'

export const OUTPUT_SCHEMA =
  'https://github.com/MinBZK/par-dpia-form/blob/main/schemas/assessment-output.v2.schema.json'

/** Bytes of a picture as a data address: png, jpeg, gif or webp. SVG can hold a script, so it is none. */
export const imageData = /^data:image\/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/]+={0,2}$/

export type OutputImage = {
  readonly data: string
  readonly title?: string
  readonly description?: string
  readonly source?: string
}
export type OutputAnswer = {
  /** Yes, no and not applicable are `true`, `false` and `null` as text; null is an answer that was taken away. */
  readonly value: string | readonly string[] | OutputImage | null
  readonly lastEditedAt: string
  readonly lastEditedBy?: string
}
export type OutputGroup = { readonly _index: number; readonly [task: string]: OutputAnswer | number }
export type OutputMetadata = {
  readonly createdAt: string
  readonly createdBy?: { readonly name: string; readonly email?: string }
  /** Ids of sections that somebody called complete. */
  readonly completedTasks?: readonly string[]
}
export type OutputFile = {
  readonly $schema: typeof OUTPUT_SCHEMA
  readonly metadata: OutputMetadata & { readonly urn: string }
  readonly answers: Readonly<Record<string, OutputAnswer | readonly OutputGroup[]>>
  readonly waarborg: OutputRest
}
export type OutputRest = {
  readonly format: 1
  /** Key of a repetition, as an answer has it, and its `_index`. */
  readonly indexes: Readonly<Record<string, number>>
  readonly cells: Readonly<Record<string, Cell>>
  /** Key of an answer, and the id of its picture. */
  readonly images: Readonly<Record<string, string>>
}

/** Where an answer stands in the file: under its own id, or in the group of the repeatable task right above it. */
export function groupOf(form: Form, task: Task): Task | undefined {
  const parent = form.byId.get(task.path.at(-2) ?? '')
  return parent?.repeatable ? parent : undefined
}

export function innermost(form: Form, task: Task): Task | undefined {
  return form.byId.get(task.repeatables.at(-1) ?? '')
}

/**
 * A number for each repetition, as the tool of the government counts: through the form for each repeatable task, the same as the source
 * where it follows one, and as the repetition it is in where that is free.
 */
export function indexesOf(filled: Filled): ReadonlyMap<string, number> {
  const { form } = filled
  const found = new Map<string, number>()
  const done = new Set<string>()
  const key = (task: Task, place: Position): string => answerKey({ task: task.id, instances: place.instances })
  const number = (task: Task): void => {
    if (done.has(task.id)) return
    done.add(task.id)
    const above = form.byId.get(task.repeatables.at(-2) ?? '')
    const source = sourceOf(form, task)
    for (const first of [above, source]) if (first !== undefined) number(first)
    const taken = new Set<number>()
    const later: string[] = []
    for (const place of filled.positions(task, undefined)) {
      const like = source === undefined ? undefined : filled.positions(source, place.coordinates)[0]
      const wanted =
        source !== undefined && like !== undefined
          ? found.get(key(source, like))
          : above && found.get(answerKey({ task: above.id, instances: place.instances.slice(0, -1) }))
      if (wanted === undefined || taken.has(wanted)) later.push(key(task, place))
      else {
        taken.add(wanted)
        found.set(key(task, place), wanted)
      }
    }
    let next = Math.max(-1, ...taken) + 1
    for (const one of later) found.set(one, next++)
  }
  for (const task of form.byId.values()) if (task.repeatable) number(task)
  return found
}

/** The repeatable task whose repetitions these are, when each follows one. */
export function sourceOf(form: Form, { instanceMapping }: Task): Task | undefined {
  if (instanceMapping?.kind !== 'one_to_one') return undefined
  return innermost(form, form.byId.get(instanceMapping.source)!)
}

/** The repetition of a task that follows a repetition of its source. */
export function following(task: Task, above: Position, source: Position): Position {
  return within(task, above, task.coordinates.map((one) => coordinateOf(source.coordinates, one) ?? '1').join('~'))
}
