/**
 * Proposals for a form from what is known already: answers to another form that refers to it, facts of our own, and the defaults of the
 * form. A proposal is never an answer by itself, and never made where somebody answered: who fills in the form keeps it or not.
 */
import { type AnswerValue, isAnswered, optionText, type Place, valueError } from './answers.ts'
import {
  type Form,
  type Option,
  type OptionValue,
  proposingKinds,
  type Reference,
  type ReferenceKind,
  severalChoices,
  shortName,
  singleChoice,
  type Task,
  tasksOf,
} from './definition.ts'
import type { Filled } from './filled.ts'

/** What we know ourselves; `source` says where it stands, for the person who decides. */
export type Fact = { readonly id: string; readonly value: AnswerValue; readonly source: string }
/** Which fact is proposed for which task. */
export type FactTasks = readonly { readonly fact: string; readonly task: string }[]

export type ProposalSource =
  | {
      readonly is: 'form'
      /** Urn of the form, and the question in it. */
      readonly form: string
      readonly task: string
      readonly kind: ReferenceKind
    }
  | { readonly is: 'fact'; readonly fact: string; readonly source: string }
  | { readonly is: 'default' }

/** One value for one unanswered question in one repetition. There may be several: the person chooses. */
export type Proposal = Place & { readonly value: AnswerValue; readonly from: ProposalSource }
/** What was answered elsewhere, to be read beside this task. */
export type View = {
  readonly task: string
  readonly value: AnswerValue
  readonly from: ProposalSource & { is: 'form' }
}

export type Prefill = { readonly proposals: readonly Proposal[]; readonly views: readonly View[] }

export type Known = {
  /** Other forms with their answers; this form itself too, for references within it. */
  readonly forms?: readonly Filled[]
  readonly facts?: readonly Fact[]
  readonly factTasks?: FactTasks
}

/**
 * Proposals and views for the questions of `to` that are shown. The kinds of reference:
 *
 * - `one-to-one`, `pre-fill`, `direct takeover`: the first answer is proposed for the first repetition, the second for the second; a
 *   single answer is proposed for each.
 * - `one-to-many`: each answer is proposed for every repetition.
 * - `many-to-one`: all answers together are proposed.
 * - `pre-view`, `many-to-many`, and a reference without a kind: read beside the question.
 *
 * What does not fit the question is not proposed. Several choices for a question with one answer are proposed one by one.
 */
export function prefill(to: Filled, { forms = [], facts = [], factTasks = [] }: Known): Prefill {
  const proposals: Proposal[] = []
  const views: View[] = []
  for (const { from, task: source, reference } of referencesTo(to.form, forms)) {
    const target = to.form.byId.get(reference.task)
    const values = answersTo(from, source)
    if (target === undefined || values.length === 0) continue
    const origin = { is: 'form', form: from.form.urn, task: source.id, kind: reference.kind } as const
    if (isProposing(reference.kind) && target.question !== null) {
      const given = givenBy(reference.kind, values, source)
      proposals.push(...proposed(to, target, given, source.options, origin))
    } else views.push(...values.map((value): View => ({ task: target.id, value, from: origin })))
  }
  for (const { fact, task } of factTasks) {
    const target = to.form.byId.get(task)
    const known = facts.filter(({ id }) => id === fact)
    for (const { id, value, source } of target === undefined ? [] : known)
      proposals.push(...proposed(to, target!, () => [value], [], { is: 'fact', fact: id, source }))
  }
  for (const task of to.form.byId.values()) {
    const { defaultValue } = task
    if (defaultValue !== undefined) proposals.push(...proposed(to, task, () => [defaultValue], [], { is: 'default' }))
  }
  return { proposals, views }
}

/** References of one form to tasks that another form does not have: a typing error, or another version. */
export function unknownReferences(from: Form, to: Form): (Reference & { readonly from: string })[] {
  const name = shortName(to)
  return [...tasksOf(from.tasks)].flatMap(({ id, references }) =>
    references.filter(({ form, task }) => form === name && !to.byId.has(task)).map((one) => ({ ...one, from: id })),
  )
}

function* referencesTo(form: Form, forms: readonly Filled[]) {
  const name = shortName(form)
  for (const from of forms)
    for (const task of from.form.byId.values())
      for (const reference of task.references) if (reference.form === name) yield { from, task, reference }
}

const isProposing = (kind: ReferenceKind): boolean => proposingKinds.some((one) => one === kind)

/** The answers that are shown, of the first repetition to the last. "Not applicable" is one. */
function answersTo(from: Filled, task: Task): AnswerValue[] {
  return from
    .positions(task, undefined)
    .map((place) => from.valueAt(task, place))
    .filter((value) => value !== undefined)
}

/** The answers that go to the n-th repetition, from 0. */
type Given = (n: number) => readonly AnswerValue[]

function givenBy(kind: ReferenceKind, values: readonly AnswerValue[], source: Task): Given {
  if (kind === 'one-to-many') return () => values
  if (kind === 'many-to-one') return () => [values.flatMap((value) => textsOf(value, source.options))]
  return (n) => {
    const value = values.length === 1 ? values[0] : values[n]
    return value === undefined ? [] : [value]
  }
}

function proposed(
  to: Filled,
  task: Task,
  given: Given,
  sourceOptions: readonly Option[],
  from: ProposalSource,
): Proposal[] {
  if (task.question === null) return []
  return to.positions(task, undefined).flatMap((place, n) => {
    if (!to.isShown(task, place) || to.valueAt(task, place) !== undefined) return []
    return given(n)
      .flatMap((value) => fitting(task, value, sourceOptions))
      .filter((value) => isAnswered(value) && valueError(task, value) === undefined)
      .map((value): Proposal => ({ task: task.id, instances: place.instances, value, from }))
  })
}

/** A value as this question can have it: nothing when it cannot, several when one has to be chosen. */
function fitting(task: Task, value: AnswerValue, sourceOptions: readonly Option[]): AnswerValue[] {
  if (task.question === 'image') return [value]
  const free = task.optionSource !== undefined
  const texts = textsOf(value, sourceOptions)
  const chosen = (Array.isArray(value) ? (value as readonly AnswerValue[]) : [value])
    .map((one) => optionFor(task, one))
    .filter((option) => option !== undefined)
  if (singleChoice.has(task.question)) return free ? texts : chosen.map((option) => option.value)
  if (severalChoices.has(task.question)) return [free ? texts : chosen.map(optionText)]
  return texts.length === 0 ? [] : [texts.join(task.question === 'open_text' ? '\n' : ', ')]
}

/** A value in words: the label of a choice, each of several choices. A picture has none. */
function textsOf(value: AnswerValue, options: readonly Option[]): string[] {
  const label = (one: OptionValue): string =>
    options.find((option) => option.value === one || optionText(option) === one)?.label.nl ?? String(one)
  if (Array.isArray(value)) return value.map(label)
  if (value === '' || (typeof value === 'object' && value !== null)) return []
  return [label(value as OptionValue)]
}

/**
 * The option that says the same. Two forms name the kind of a choice differently before the colon (`Categorie …: Genetische
 * gegevens`, `Type …: Genetische gegevens`).
 */
function optionFor(task: Task, value: AnswerValue): Option | undefined {
  const exact = task.options.find((option) => option.value === value || optionText(option) === value)
  if (exact !== undefined || typeof value !== 'string') return exact
  return task.options.find((option) => bare(optionText(option)) === bare(value))
}

const bare = (text: string): string =>
  text
    .slice(text.indexOf(': ') + 1)
    .trim()
    .toLowerCase()
