/**
 * A form as the engine holds it: read once, never changed. The names follow the definition files of the Dutch government
 * (MinBZK/par-dpia-form, schemas/assessment-definition.v1 and v2), so that whoever knows those finds everything here.
 */
import type { Language } from '../../platform/text.ts'
import type { Expression } from './expression.ts'

/** A text of a form. Forms of others are in one language; `en` is absent there. */
export type FormText = { readonly nl: string; readonly en?: string }

/** The words to show and the language they are in, for the `lang` of the element (WCAG 2.2, 3.1.2). */
export function sayText(text: FormText, language: Language): { readonly text: string; readonly language: Language } {
  const wanted = text[language]
  return wanted === undefined ? { text: text.nl, language: 'nl' } : { text: wanted, language }
}

export const questionKinds = [
  'text_input',
  'open_text',
  'select_option',
  'multiselect_scrollable',
  'checkbox_option',
  'radio_option',
  'date',
  'image',
] as const
export type QuestionKind = (typeof questionKinds)[number]
export type TaskKind = QuestionKind | 'task_group' | 'informational'

/** `null` is an answer too: "not applicable". */
export type OptionValue = string | boolean | null
export type Option = { readonly value: OptionValue; readonly label: FormText }

export const conditionOperators = ['equals', 'contains', 'any', 'all'] as const
/**
 * When a task is shown. `any` and `all` are about the repetitions of the source: one or each of them has this value, or has any
 * value when none is given. `equals` and `contains` without a value mean: answered.
 */
export type Condition = {
  readonly source: string
  readonly operator: (typeof conditionOperators)[number]
  readonly value?: OptionValue
  readonly action: 'show' | 'hide'
}

export const mappingKinds = ['one_to_one', 'one_to_many', 'many_to_one'] as const
/** The repetitions of a task follow those of the source. Of a task that is not repeatable: the source's answers are suggested. */
export type InstanceMapping = { readonly source: string; readonly kind: (typeof mappingKinds)[number] }

/** Kinds that propose an answer, kinds that are shown beside the question, and a mention without a kind. */
export const proposingKinds = ['pre-fill', 'one-to-one', 'one-to-many', 'many-to-one', 'direct takeover'] as const
export const viewingKinds = ['pre-view', 'many-to-many'] as const
export type ReferenceKind = (typeof proposingKinds)[number] | (typeof viewingKinds)[number] | 'mention'
/** What is answered here matters there. `form` is the short name: the last part of a urn, in capitals (`DPIA`). */
export type Reference = { readonly form: string; readonly task: string; readonly kind: ReferenceKind }

export type Calculation = {
  readonly scoreKey: string
  readonly expression: Expression
  /** The first that holds gives the score; none: no score. In `when` the value stands under the name of the score. */
  readonly scores: readonly { readonly when: Expression; readonly value: number }[]
}

/** Where a question comes from: an address or the name of a picture. `seen`: the day on which somebody looked (YYYY-MM-DD). */
export type Source = { readonly source: string; readonly description?: FormText; readonly seen?: string }

export type Task = {
  readonly id: string
  readonly label: FormText
  readonly description?: FormText
  readonly category?: string
  readonly kinds: readonly TaskKind[]
  /** Null for a group or a text to read. */
  readonly question: QuestionKind | null
  readonly options: readonly Option[]
  readonly valueType?: string
  /** A proposal: it counts as an answer once somebody keeps it. */
  readonly defaultValue?: OptionValue | readonly string[]
  readonly repeatable: boolean
  /** One of a repeatable task, for "add" and "remove". */
  readonly itemName?: FormText
  /** Name of one repetition, with `{id}` for an answer; `ids` are those ids. */
  readonly instanceLabel?: { readonly template: FormText; readonly ids: readonly string[] }
  readonly conditions: readonly Condition[]
  /** The task whose answers are the choices here. */
  readonly optionSource?: string
  readonly instanceMapping?: InstanceMapping
  readonly references: readonly Reference[]
  /** Number of the question in the printed pre-scan. */
  readonly modelId?: string
  readonly calculation?: Calculation
  readonly sources: readonly Source[]
  readonly required: boolean
  /** The id is that of the official model, and may be shown. */
  readonly officialId: boolean
  /** Marked by the form as part of AI Act art. 27. */
  readonly inFria: boolean
  readonly actionPoints: 'group' | 'summary' | null
  readonly children: readonly Task[]
  /** Ids from the section down to this task. */
  readonly path: readonly string[]
  /** Repeatable tasks on that path, outermost first, with this one when it is repeatable. */
  readonly repeatables: readonly string[]
  /**
   * What an instance id of this task is made of, joined by `~`: the ids of repeatable tasks whose repetitions it stands for. Its own
   * when its repetitions are its own, those of the source when they follow others. Empty when not repeatable.
   */
  readonly coordinates: readonly string[]
  /** It or a task above it has conditions. */
  readonly guarded: boolean
}

export type OutcomeLevel = {
  readonly level: 'required' | 'recommended'
  readonly expression: Expression
  readonly result: FormText
  readonly explanation?: FormText
  readonly criteria: readonly Criterion[]
}
export type Criterion = { readonly id: string; readonly expression: Expression; readonly explanation: FormText }
/** What the answers lead to (`assessments` of the file): the first level that holds counts. */
export type OutcomeRule = { readonly id: string; readonly levels: readonly OutcomeLevel[] }

export type Form = {
  readonly urn: string
  readonly version: string | null
  readonly name: FormText
  readonly description: FormText
  /** Show the official id before each label. */
  readonly showIds: boolean
  /** The sections. */
  readonly tasks: readonly Task[]
  readonly outcomes: readonly OutcomeRule[]
  readonly byId: ReadonlyMap<string, Task>
  /** The task with the calculation of a score. */
  readonly scores: ReadonlyMap<string, Task>
}

/** The name under which other forms refer to this one: `urn:nl:dpia` is `DPIA`, `urn:waarborg:dpia` is `WAARBORG:DPIA`. */
export function shortName({ urn }: Pick<Form, 'urn'>): string {
  return urn.replace(/^urn:(?:nl:)?/, '').toUpperCase()
}

/** `urn:nl:dpia:3.0`, as answers name their form. */
export function versionedUrn({ urn, version }: Pick<Form, 'urn' | 'version'>): string {
  return version === null ? urn : `${urn}:${version}`
}

/** Every task in the order of the form, sections first to last, a task before what it holds. */
export function* tasksOf(tasks: readonly Task[]): Generator<Task> {
  for (const task of tasks) {
    yield task
    yield* tasksOf(task.children)
  }
}

export const singleChoice: ReadonlySet<QuestionKind | null> = new Set(['radio_option', 'select_option'] as const)
export const severalChoices: ReadonlySet<QuestionKind | null> = new Set([
  'checkbox_option',
  'multiselect_scrollable',
] as const)
