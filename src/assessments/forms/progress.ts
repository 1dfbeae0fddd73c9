/** How far a form is: questions that are shown, answered, and open where an answer is required. And what a form holds at all. */
import type { Place } from './answers.ts'
import { type Form, type Task, tasksOf } from './definition.ts'
import { type Shown, shownTasks, type Visible } from './visible.ts'

export type Counted = {
  /** Questions on the screen: each repetition counts. */
  readonly shown: number
  readonly answered: number
  readonly required: number
  readonly requiredAnswered: number
  /** Required and unanswered, in the order of the form. */
  readonly open: readonly Place[]
}
export type SectionProgress = Counted & { readonly task: Task }
export type Progress = Counted & { readonly sections: readonly SectionProgress[] }

/** A hidden question is neither shown nor open. A section that is hidden has no line. */
export function progressOf({ sections }: Visible): Progress {
  const lines = sections.map((section) => ({ task: section.task, ...counted(section) }))
  const sum = (count: (line: Counted) => number): number => lines.reduce((total, line) => total + count(line), 0)
  return {
    sections: lines,
    shown: sum(({ shown }) => shown),
    answered: sum(({ answered }) => answered),
    required: sum(({ required }) => required),
    requiredAnswered: sum(({ requiredAnswered }) => requiredAnswered),
    open: lines.flatMap(({ open }) => open),
  }
}

function counted(section: Shown): Counted {
  let [shown, answered, required, requiredAnswered] = [0, 0, 0, 0]
  const open: Place[] = []
  for (const { task, value, instances } of shownTasks([section])) {
    if (task.question === null) continue
    shown++
    if (value !== undefined) answered++
    if (!task.required) continue
    required++
    if (value === undefined) open.push({ task: task.id, instances })
    else requiredAnswered++
  }
  return { shown, answered, required, requiredAnswered, open }
}

export type FormCount = {
  readonly tasks: number
  /** Tasks that ask something; one that repeats counts once. */
  readonly questions: number
  readonly required: number
  readonly options: number
  readonly references: number
  readonly repeatable: number
  readonly conditions: number
  /** Choices, repetitions and suggestions that come from other answers. */
  readonly followers: number
  readonly calculations: number
  readonly outcomes: number
}

/** What a form holds, to compare with its file: nothing may be lost between the two. */
export function countForm(form: Form): FormCount {
  const tasks = [...tasksOf(form.tasks)]
  const sum = (count: (task: Task) => number): number => tasks.reduce((total, task) => total + count(task), 0)
  return {
    tasks: tasks.length,
    questions: sum(({ question }) => (question === null ? 0 : 1)),
    required: sum(({ required }) => (required ? 1 : 0)),
    options: sum(({ options }) => options.length),
    references: sum(({ references }) => references.length),
    repeatable: sum(({ repeatable }) => (repeatable ? 1 : 0)),
    conditions: sum(({ conditions }) => conditions.length),
    followers: sum(
      ({ optionSource, instanceMapping }) =>
        (optionSource === undefined ? 0 : 1) + (instanceMapping === undefined ? 0 : 1),
    ),
    calculations: sum(({ calculation }) => (calculation === undefined ? 0 : 1)),
    outcomes: form.outcomes.length,
  }
}
