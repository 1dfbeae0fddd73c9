/**
 * Walks a decision tree with answers: the next question, or the outcome with everything that follows, each with the answers it follows
 * from. The same answers always give the same outcome, in whatever order they were given.
 */
import type { LawRef } from '../law.ts'
import type { ConclusionKind, Condition, Question, Tree } from './tree.ts'

/** Question to answer. */
export type Answers = Readonly<Record<string, string>>
export type Answered = { readonly question: string; readonly answer: string }

export type Conclusion = {
  readonly id: string
  readonly law: readonly LawRef[]
  /** The answers that it follows from, in the order of the tree. */
  readonly because: readonly Answered[]
}

export type Duty = Conclusion & {
  readonly from: string
  readonly until: string | null
  readonly note: boolean
}

/** The heaviest of what was concluded. */
export const categories = ['prohibited', 'high_risk', 'transparency', 'other', 'not_ai'] as const
export type Category = (typeof categories)[number]

export type Outcome = {
  readonly tree: string
  readonly category: Category
  readonly role: readonly Conclusion[]
  readonly prohibited: readonly Conclusion[]
  readonly highRisk: readonly Conclusion[]
  readonly exempt: readonly Conclusion[]
  readonly transparency: readonly Conclusion[]
  readonly model: readonly Conclusion[]
  readonly privacy: readonly Conclusion[]
  readonly notAi: readonly Conclusion[]
  readonly duties: readonly Duty[]
  /** Questions that were answered with «I do not know»: until these are answered the outcome is not complete, and nobody signs it. */
  readonly open: readonly string[]
}

export type AnswerProblem =
  | { readonly code: 'question_unknown'; readonly question: string }
  | { readonly code: 'answer_unknown'; readonly question: string; readonly answer: string }

type Walked = {
  /** Every question that was asked and answered, in order. */
  readonly path: readonly Answered[]
  /** Answers to questions that are not asked, given the others: they count for nothing. */
  readonly ignored: readonly Answered[]
}

export type Classification =
  | { readonly refused: readonly AnswerProblem[] }
  | ({ readonly done: false; readonly next: string } & Walked)
  | ({ readonly done: true; readonly outcome: Outcome } & Walked)

/**
 * Classifies. Refused, with every place: a question or an answer that the tree does not have. Not done: the first question that is to
 * be answered; answers to later ones are kept for later, and are neither in `path` nor in `ignored`.
 */
export function classify(tree: Tree, answers: Answers): Classification {
  const refused = problemsOf(tree, answers)
  if (refused.length > 0) return { refused }
  const path: Answered[] = []
  const ignored: Answered[] = []
  const known: Known = { answers: new Map(), drawn: new Map() }
  for (const question of tree.questions) {
    const answer = Object.hasOwn(answers, question.id) ? answers[question.id]! : undefined
    if (!isAsked(question, known)) {
      if (answer !== undefined) ignored.push({ question: question.id, answer })
      continue
    }
    if (answer === undefined) return { done: false, next: question.id, path, ignored }
    path.push({ question: question.id, answer })
    known.answers.set(question.id, answer)
  }
  return { done: true, outcome: outcomeOf(tree, known, path), path, ignored }
}

function problemsOf(tree: Tree, answers: Answers): AnswerProblem[] {
  return Object.entries(answers).flatMap(([question, answer]): AnswerProblem[] => {
    const known = tree.questions.find(({ id }) => id === question)
    if (known === undefined) return [{ code: 'question_unknown', question }]
    return known.answers.includes(answer) ? [] : [{ code: 'answer_unknown', question, answer }]
  })
}

type Known = {
  readonly answers: Map<string, string>
  /** Conclusions that were drawn, with the questions they follow from. */
  readonly drawn: Map<string, ReadonlySet<string>>
}

const isAsked = ({ ask }: Question, known: Known): boolean => ask === undefined || judge(ask, known).holds

/** Whether a condition holds, and the questions whose answers make it so. */
type Judged = { readonly holds: boolean; readonly by: ReadonlySet<string> }

function judge(condition: Condition, known: Known): Judged {
  if ('question' in condition) {
    const answer = known.answers.get(condition.question)
    if (answer === undefined) return { holds: false, by: new Set() }
    return { holds: condition.is.includes(answer), by: new Set([condition.question]) }
  }
  if ('conclusion' in condition) {
    const by = known.drawn.get(condition.conclusion)
    return { holds: by !== undefined, by: by ?? new Set() }
  }
  if ('not' in condition) {
    const { holds, by } = judge(condition.not, known)
    return { holds: !holds, by }
  }
  const parts = ('all' in condition ? condition.all : condition.any).map((part) => judge(part, known))
  const holds = 'all' in condition ? parts.every((part) => part.holds) : parts.some((part) => part.holds)
  // Of «any» those that hold are the reason; when none does, all of them are. Of «all» the other way round.
  const deciding = parts.filter((part) => part.holds === holds)
  return { holds, by: new Set(deciding.flatMap((part) => [...part.by])) }
}

function outcomeOf(tree: Tree, known: Known, path: readonly Answered[]): Outcome {
  const because = (by: ReadonlySet<string>) => path.filter(({ question }) => by.has(question))
  const found: (Conclusion & { readonly kind: ConclusionKind })[] = []
  for (const { id, kind, when, law } of tree.conclusions) {
    const { holds, by } = judge(when, known)
    if (!holds) continue
    known.drawn.set(id, by)
    found.push({ id, kind, law, because: because(by) })
  }
  const of = (wanted: ConclusionKind): Conclusion[] =>
    found.filter(({ kind }) => kind === wanted).map(({ id, law, because }) => ({ id, law, because }))
  const duties = tree.duties.flatMap(({ id, when, from, until, law, note }): Duty[] => {
    const { holds, by } = judge(when, known)
    return holds ? [{ id, law, because: because(by), from, until: until ?? null, note: note === true }] : []
  })
  return {
    tree: tree.version,
    category: categoryOf(found),
    role: of('role'),
    prohibited: of('prohibited'),
    highRisk: of('high_risk'),
    exempt: of('exempt'),
    transparency: of('transparency'),
    model: of('model'),
    privacy: of('privacy'),
    notAi: of('not_ai'),
    duties,
    open: path.filter(({ answer }) => answer === 'unknown').map(({ question }) => question),
  }
}

function categoryOf(found: readonly { readonly kind: ConclusionKind }[]): Category {
  return categories.find((category) => found.some(({ kind }) => kind === category)) ?? 'other'
}

/** `in_force`: it applies today. `coming`: from a later day. `ended`: its last day is past. Days are `YYYY-MM-DD`, in Amsterdam. */
export function dutyAt({ from, until }: Pick<Duty, 'from' | 'until'>, today: string): 'coming' | 'in_force' | 'ended' {
  if (today < from) return 'coming'
  return until !== null && today > until ? 'ended' : 'in_force'
}
