/** Answers to a file of the government, and back without loss (read-answers.ts). */
import { type AnswerCell, type Answers, answerKey, type Cell, type ImageValue, type Place, readKey } from './answers.ts'
import { type Form, type Task, versionedUrn } from './definition.ts'
import { fill } from './filled.ts'
import {
  groupOf,
  indexesOf,
  innermost,
  OUTPUT_SCHEMA,
  type OutputAnswer,
  type OutputFile,
  type OutputGroup,
  type OutputImage,
  type OutputMetadata,
} from './output.ts'

export type WriteOptions = OutputMetadata & {
  /** Bytes of pictures as data addresses, by id. An answer whose picture is not here stands under `waarborg`. */
  readonly images?: ReadonlyMap<string, string>
}

/**
 * Every cell stands in the file, hidden ones too: give `shownAnswers(form, answers)` for a file that leaves the house. Deterministic:
 * the same answers give the same file.
 */
export function writeAnswers(
  form: Form,
  answers: Answers,
  { images = new Map(), ...metadata }: WriteOptions,
): OutputFile {
  const indexes = indexesOf(fill(form, answers))
  const alone: Record<string, OutputAnswer> = {}
  const groups = emptyGroups(form, indexes)
  const cells: Record<string, Cell> = {}
  const pictures: Record<string, string> = {}
  for (const [key, cell] of answers) {
    const place = cell.kind === 'answer' ? readKey(form, key) : undefined
    const at = place && whereOf(form, place, indexes)
    const answer = cell.kind === 'answer' && at ? outputOf(cell, images) : undefined
    if (at === undefined || answer === undefined) {
      cells[key] = cell
      continue
    }
    const picture = cell.kind === 'answer' ? imageOf(cell) : undefined
    if (picture !== undefined) pictures[key] = picture.image
    if (at.group === undefined) alone[at.name] = answer
    else {
      const elements = groups.get(at.group) ?? new Map<number, Record<string, OutputAnswer>>()
      groups.set(at.group, elements.set(at.index, { ...elements.get(at.index), [at.name]: answer }))
    }
  }
  const grouped = [...groups].map(([task, elements]): [string, OutputGroup[]] => [
    task,
    [...elements].sort(([a], [b]) => a - b).map(([index, inner]) => ({ _index: index, ...inner })),
  ])
  return {
    $schema: OUTPUT_SCHEMA,
    metadata: { urn: versionedUrn(form), ...metadata },
    answers: { ...alone, ...Object.fromEntries(grouped) },
    waarborg: { format: 1, indexes: Object.fromEntries(indexes), cells, images: pictures },
  }
}

/** Repetitions of a group stand there when there is more than the first one, also without an answer. */
function emptyGroups(
  form: Form,
  indexes: ReadonlyMap<string, number>,
): Map<string, Map<number, Record<string, OutputAnswer>>> {
  const groups = new Map<string, Map<number, Record<string, OutputAnswer>>>()
  for (const [key, index] of indexes) {
    const task = key.slice(0, key.indexOf('/'))
    if (form.byId.get(task)!.children.length === 0) continue
    groups.set(task, (groups.get(task) ?? new Map<number, Record<string, OutputAnswer>>()).set(index, {}))
  }
  return new Map([...groups].filter(([, elements]) => elements.size > 1))
}

type Where = { readonly group: string | undefined; readonly index: number; readonly name: string }

/** Undefined for a place in a repetition that is not there. */
function whereOf(form: Form, { task: id, instances }: Place, indexes: ReadonlyMap<string, number>): Where | undefined {
  const task: Task = form.byId.get(id)!
  const repeated = innermost(form, task)
  if (repeated === undefined) return { group: undefined, index: 0, name: id }
  const index = indexes.get(answerKey({ task: repeated.id, instances }))
  if (index === undefined) return undefined
  const group = groupOf(form, task)
  return group === undefined
    ? { group: undefined, index, name: `${id}[${index}]` }
    : { group: group.id, index, name: id }
}

function outputOf({ value, at, by }: AnswerCell, images: ReadonlyMap<string, string>): OutputAnswer | undefined {
  const stamp = { lastEditedAt: at, ...(by === undefined ? {} : { lastEditedBy: by }) }
  if (value === undefined) return { value: null, ...stamp }
  if (value === null || typeof value === 'boolean') return { value: String(value), ...stamp }
  if (typeof value === 'string' || Array.isArray(value)) return { value, ...stamp }
  const { image, ...about } = value as ImageValue
  const data = images.get(image)
  return data === undefined ? undefined : { value: { data, ...about } satisfies OutputImage, ...stamp }
}

function imageOf({ value }: AnswerCell): ImageValue | undefined {
  return typeof value === 'object' && value !== null && 'image' in value ? value : undefined
}
