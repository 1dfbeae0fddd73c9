/**
 * The form of a decision tree: questions in a fixed order, each asked when what was answered before says so, then conclusions and
 * duties that follow from answers. All of it is data without functions, so that a tree can be kept, compared and hashed. A condition
 * looks back only, so that every walk ends and no question is asked twice (`treeProblems`).
 */
import { createHash } from 'node:crypto'
import { canonicalize } from '../../../ledger/verify/index.ts'
import { isArticle, type LawRef } from '../law.ts'

/** Of a conclusion it asks whether it was drawn; of a question, whether one of these answers was given. */
export type Condition =
  | { readonly question: string; readonly is: readonly string[] }
  | { readonly conclusion: string }
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition }

export type Question = {
  readonly id: string
  /** Absent: always asked. */
  readonly ask?: Condition
  /** Ids of the answers. `unknown` is «I do not know»: it counts as no answer, and leaves the question open. */
  readonly answers: readonly string[]
  readonly law: readonly LawRef[]
}

export const conclusionKinds = [
  /** It is no AI system: the AI Act asks nothing of it. */
  'not_ai',
  'role',
  /** The law forbids it. */
  'prohibited',
  'high_risk',
  /** A use of annex III that an exception takes out. */
  'exempt',
  'transparency',
  /** A fact about the supplier of the model. */
  'model',
  /** Of the GDPR. */
  'privacy',
] as const
export type ConclusionKind = (typeof conclusionKinds)[number]

export type ConclusionRule = {
  readonly id: string
  readonly kind: ConclusionKind
  readonly when: Condition
  readonly law: readonly LawRef[]
}

/** Applies from the first day named. A date that the law changes is a new row in a new tree. */
export type DutyRule = {
  readonly id: string
  readonly when: Condition
  /** `YYYY-MM-DD`. */
  readonly from: string
  /** The last day; absent: no end is known. */
  readonly until?: string
  readonly law: readonly LawRef[]
  /** Something is to be known about this duty or its date: `duty.<id>.note` in the texts. */
  readonly note?: true
}

export type TreeTexts = { readonly nl: Readonly<Record<string, string>>; readonly en: Readonly<Record<string, string>> }

export type Tree = {
  /** `2026-11`. */
  readonly version: string
  /** The day on which it was made, and the day of the text of law that it follows. */
  readonly date: string
  readonly lawTextOf: string
  readonly questions: readonly Question[]
  readonly conclusions: readonly ConclusionRule[]
  readonly duties: readonly DutyRule[]
  /** `question.<id>`, `question.<id>.help`, `answer.<question>.<answer>` or `answer.<answer>`, `conclusion.<id>`, `duty.<id>`. */
  readonly texts: TreeTexts
}

/** SHA-256 (hex) of a tree with all its sentences: what somebody answered to. */
export function treeHash(tree: Tree): string {
  return createHash('sha256').update(canonicalize(tree)).digest('hex')
}

/** The key of an answer's sentence: its own where there is one, else the one that all questions share. */
export function answerKey(tree: Tree, question: string, answer: string): string {
  const own = `answer.${question}.${answer}`
  return Object.hasOwn(tree.texts.nl, own) ? own : `answer.${answer}`
}

/** What is wrong with a tree, in words for who writes one; empty when it is sound. */
export function treeProblems(tree: Tree): string[] {
  const problems: string[] = []
  const answers = new Map<string, readonly string[]>()
  const drawn = new Set<string>()
  const check = (at: string, condition: Condition) => problems.push(...conditionProblems(at, condition, answers, drawn))
  for (const { id, ask, answers: given } of tree.questions) {
    if (answers.has(id)) problems.push(`${id}: twice`)
    if (ask !== undefined) check(id, ask)
    if (new Set(given).size !== given.length || given.length < 2) problems.push(`${id}: answers`)
    answers.set(id, given)
  }
  for (const { id, when } of tree.conclusions) {
    if (drawn.has(id)) problems.push(`${id}: twice`)
    check(id, when)
    drawn.add(id)
  }
  const duties = new Set<string>()
  for (const { id, when, from, until } of tree.duties) {
    if (duties.has(id)) problems.push(`${id}: twice`)
    check(id, when)
    if (!isDay(from) || (until !== undefined && !(isDay(until) && until >= from))) problems.push(`${id}: dates`)
    duties.add(id)
  }
  for (const { id, law } of [...tree.questions, ...tree.conclusions, ...tree.duties])
    if (law.length === 0 || law.some(({ article }) => !isArticle(article))) problems.push(`${id}: law`)
  return [...problems, ...textProblems(tree)]
}

function conditionProblems(
  at: string,
  condition: Condition,
  answers: ReadonlyMap<string, readonly string[]>,
  drawn: ReadonlySet<string>,
): string[] {
  const each = (parts: readonly Condition[]) =>
    parts.length === 0 ? [`${at}: empty`] : parts.flatMap((part) => conditionProblems(at, part, answers, drawn))
  if ('all' in condition) return each(condition.all)
  if ('any' in condition) return each(condition.any)
  if ('not' in condition) return each([condition.not])
  if ('conclusion' in condition)
    return drawn.has(condition.conclusion) ? [] : [`${at}: conclusion ${condition.conclusion} is not before it`]
  const known = answers.get(condition.question)
  if (known === undefined) return [`${at}: question ${condition.question} is not before it`]
  return condition.is.length > 0 && condition.is.every((answer) => known.includes(answer) && answer !== 'unknown')
    ? []
    : [`${at}: answers of ${condition.question}`]
}

/** Every sentence is there in both languages, and no other. */
function textProblems(tree: Tree): string[] {
  const wanted = new Set([
    ...tree.questions.flatMap(({ id, answers }) => [
      `question.${id}`,
      `question.${id}.help`,
      ...answers.map((answer) => answerKey(tree, id, answer)),
    ]),
    ...tree.conclusions.map(({ id }) => `conclusion.${id}`),
    ...tree.duties.flatMap(({ id, note }) => (note ? [`duty.${id}`, `duty.${id}.note`] : [`duty.${id}`])),
  ])
  return (['nl', 'en'] as const).flatMap((language) => [
    ...[...wanted]
      .filter((key) => !Object.hasOwn(tree.texts[language], key))
      .map((key) => `${language} ${key}: missing`),
    ...Object.keys(tree.texts[language])
      .filter((key) => !wanted.has(key))
      .map((key) => `${language} ${key}: unused`),
  ])
}

const isDay = (day: string): boolean =>
  /^\d{4}-\d\d-\d\d$/.test(day) && !Number.isNaN(Date.parse(day)) && new Date(day).toISOString().startsWith(day)
