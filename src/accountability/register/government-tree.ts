/**
 * Reads and walks the decision tree of the Dutch government (MinBZK, ai-verordening-beslishulp, EUPL-1.2): a file that the user brings and that
 * is not part of Waarborg. Its explanations and duties are read and let go: they carry dates in prose, and those of article 50 of the
 * AI Act are not those of the law as it stands since July 2026.
 */
import { type Document, isMap, isScalar, isSeq, Lexer, LineCounter, type Node, Parser, parseDocument } from 'yaml'
import { z } from 'zod'
import { type FieldPath, type FileProblem, type FileProblemCode, pathName } from './file-problem.ts'
import { holds, type LabelCondition, readCondition } from './government-condition.ts'
import { shapeProblems } from './shape-problems.ts'

/** Characters of the file; the one of 2026 has 270,000. */
export const GOVERNMENT_TREE_CHARACTERS = 2 * 1_048_576
const DEEPEST = 50
const PROBLEMS_SHOWN = 50

const text = z.string().max(30_000)
const idText = z.string().min(1).max(40)
const sources = z
  .array(z.strictObject({ source: text, url: text.optional() }))
  .max(50)
  .optional()
const way = { nextQuestionId: idText.optional(), nextConclusionId: idText.optional() }
const ways = (one: { nextQuestionId?: unknown; nextConclusionId?: unknown; redirects?: unknown }): boolean =>
  [one.nextQuestionId, one.nextConclusionId, one.redirects].filter((given) => given !== undefined).length === 1
const redirect = z.strictObject({ ...way, if: z.string().optional() }).refine(ways, { error: 'way_missing' })
const answer = z
  .strictObject({
    answer: text.min(1),
    ...way,
    redirects: z.array(redirect).min(1).max(100).optional(),
    labels: z.array(z.string().min(1).max(100)).max(20).optional(),
    subresult: text.optional(),
    answerComment: text.optional(),
  })
  .refine(ways, { error: 'way_missing' })
const file = z.strictObject({
  version: z.string().min(1).max(40),
  name: text,
  questions: z
    .array(
      z.strictObject({
        questionId: idText,
        question: text.min(1),
        explanation: text,
        description: text.optional(),
        category: text,
        subcategory: text,
        sources,
        answers: z.array(answer).min(1).max(20),
      }),
    )
    .min(1)
    .max(500),
  conclusions: z
    .array(
      z.strictObject({
        conclusionId: idText,
        conclusion: text.min(1),
        conclusionComment: text.optional(),
        obligation: text,
        sources,
      }),
    )
    .min(1)
    .max(500),
})

export type Source = { readonly source: string; readonly url: string | null }
type Way = { readonly question: string } | { readonly conclusion: string }

export type GovernmentAnswer = {
  readonly answer: string
  readonly labels: readonly string[]
  /** The first whose condition holds; null: always. */
  readonly ways: readonly (Way & { readonly when: LabelCondition | null })[]
}
export type GovernmentQuestion = {
  readonly id: string
  readonly question: string
  readonly category: string
  readonly subcategory: string
  readonly sources: readonly Source[]
  readonly answers: readonly GovernmentAnswer[]
}
export type GovernmentConclusion = {
  readonly id: string
  readonly conclusion: string
  readonly sources: readonly Source[]
}
/** Texts are plain: tags are taken out. */
export type GovernmentTree = {
  readonly name: string
  readonly version: string
  readonly questions: readonly GovernmentQuestion[]
  readonly conclusions: readonly GovernmentConclusion[]
}

/** The tree, or everything that is wrong with the file, each with line and column; the first fifty. */
export function readGovernmentTree(
  yaml: string,
): { readonly tree: GovernmentTree } | { readonly problems: readonly FileProblem[] } {
  const top = (code: FileProblemCode, values: FileProblem['values'] = {}, place = { line: 1, column: 1 }) => ({
    problems: [{ code, field: '', values, ...place }],
  })
  if (yaml.length > GOVERNMENT_TREE_CHARACTERS)
    return top('file_too_large', { mebibytes: GOVERNMENT_TREE_CHARACTERS / 1_048_576 })
  const lines = new LineCounter()
  const placeOf = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(1, line), column: Math.max(1, col) }
  }
  if (nestsTooDeep(yaml)) return top('yaml_unreadable', { reason: 'nesting' })
  const document = parseDocument(yaml, { schema: 'core', uniqueKeys: true, lineCounter: lines, prettyErrors: false })
  const [wrong] = [...document.errors, ...document.warnings]
  if (wrong !== undefined)
    return top(
      wrong.code === 'MULTIPLE_DOCS' ? 'yaml_several_documents' : 'yaml_unreadable',
      { reason: wrong.code },
      placeOf(wrong.pos[0]),
    )
  let value: unknown
  try {
    // No aliases: a small file must not unfold into a huge one.
    value = document.toJS({ maxAliasCount: 0 })
  } catch {
    return top('yaml_unreadable', { reason: 'alias' })
  }
  const parsed = file.safeParse(value)
  const found = parsed.success
    ? linkProblems(parsed.data)
    : shapeProblems(parsed.error, value).map(({ code, path, values }): Found => [code, path, values])
  if (found.length > 0)
    return {
      problems: found
        .map(([code, path, values]) => ({
          code,
          field: pathName(path),
          values,
          ...placeOf(offsetOf(document, path)),
        }))
        .toSorted((a, b) => a.line - b.line || a.column - b.column)
        .slice(0, PROBLEMS_SHOWN),
    }
  return { tree: treeOf(parsed.data!) }
}

/** Looked at before anything recursive reads the text. */
function nestsTooDeep(yaml: string): boolean {
  const parser = new Parser()
  for (const lexeme of new Lexer().lex(yaml)) {
    for (const _ of parser.next(lexeme));
    if (parser.stack.length > DEEPEST) return true
  }
  return false
}

type Found = readonly [FileProblemCode, FieldPath, FileProblem['values']]
type File = z.output<typeof file>

/** Ids that are there twice, ways that lead nowhere, conditions that cannot be read. */
function linkProblems({ questions, conclusions }: File): Found[] {
  const known = {
    question: new Set(questions.map(({ questionId }) => questionId)),
    conclusion: new Set(conclusions.map(({ conclusionId }) => conclusionId)),
  }
  const twice = (ids: readonly string[], list: string, field: string): Found[] =>
    ids.flatMap((one, n): Found[] => (ids.indexOf(one) < n ? [['id_twice', [list, n, field], { id: one }]] : []))
  const wayProblems = (
    one: { readonly nextQuestionId?: string | undefined; readonly nextConclusionId?: string | undefined },
    path: FieldPath,
  ): Found[] => [
    ...(one.nextQuestionId === undefined || known.question.has(one.nextQuestionId)
      ? []
      : [['reference_unknown', [...path, 'nextQuestionId'], { id: one.nextQuestionId }] as const]),
    ...(one.nextConclusionId === undefined || known.conclusion.has(one.nextConclusionId)
      ? []
      : [['reference_unknown', [...path, 'nextConclusionId'], { id: one.nextConclusionId }] as const]),
  ]
  return [
    ...twice(
      questions.map(({ questionId }) => questionId),
      'questions',
      'questionId',
    ),
    ...twice(
      conclusions.map(({ conclusionId }) => conclusionId),
      'conclusions',
      'conclusionId',
    ),
    ...questions.flatMap(({ answers }, q) =>
      answers.flatMap((given, a) => {
        const path = ['questions', q, 'answers', a]
        const same = answers.findIndex((other) => plain(other.answer) === plain(given.answer))
        return [
          ...(same < a ? [['id_twice', [...path, 'answer'], { id: plain(given.answer) }] as const] : []),
          ...wayProblems(given, path),
          ...(given.redirects ?? []).flatMap((one, r): Found[] => {
            const at = [...path, 'redirects', r]
            const unread = one.if !== undefined && readCondition(one.if) === undefined
            return [...wayProblems(one, at), ...(unread ? [['condition_unreadable', [...at, 'if'], {}] as const] : [])]
          }),
        ]
      }),
    ),
  ]
}

function treeOf({ name, version, questions, conclusions }: File): GovernmentTree {
  const wayOf = (one: { nextQuestionId?: string | undefined; nextConclusionId?: string | undefined }): Way =>
    one.nextQuestionId === undefined ? { conclusion: one.nextConclusionId! } : { question: one.nextQuestionId }
  const sourcesOf = (given: z.output<typeof sources>): Source[] =>
    (given ?? []).map(({ source, url }) => ({ source: plain(source), url: url ?? null }))
  return {
    name: plain(name),
    version,
    questions: questions.map((one) => ({
      id: one.questionId,
      question: plain(one.question),
      category: plain(one.category),
      subcategory: plain(one.subcategory),
      sources: sourcesOf(one.sources),
      answers: one.answers.map((given) => ({
        answer: plain(given.answer),
        labels: given.labels ?? [],
        ways: (given.redirects ?? [{ ...given, if: undefined }]).map((next) => ({
          ...wayOf(next),
          when: next.if === undefined ? null : readCondition(next.if)!,
        })),
      })),
    })),
    conclusions: conclusions.map((one) => ({
      id: one.conclusionId,
      conclusion: plain(one.conclusion),
      sources: sourcesOf(one.sources),
    })),
  }
}

const plain = (html: string): string =>
  html
    .replace(/<[^<>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()

/** Where what a path points at stands: the name of a field, or an item of a list; of the nearest that is there. */
function offsetOf(document: Document, path: FieldPath): number {
  let node = document.contents as Node | null
  let offset = node?.range?.[0] ?? 0
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(part))
      if (pair === undefined) return offset
      offset = (pair.key as Node).range?.[0] ?? offset
      node = pair.value as Node | null
    } else if (isSeq(node) && typeof part === 'number') {
      node = (node.items[part] as Node | undefined) ?? null
      offset = node?.range?.[0] ?? offset
    } else return offset
  }
  return offset
}

export type GovernmentStep = { readonly question: string; readonly answer: string }
export type GovernmentOutcome = {
  readonly conclusion: GovernmentConclusion
  readonly labels: readonly string[]
  readonly path: readonly GovernmentStep[]
}
export type GovernmentWalk =
  | { readonly refused: { readonly question: string; readonly answer?: string } }
  | { readonly done: false; readonly next: GovernmentQuestion; readonly path: readonly GovernmentStep[] }
  /** The tree itself does not go on: no condition holds, or it comes to a question again. */
  | { readonly stuck: { readonly question: string; readonly why: 'no_way' | 'loops' } }
  | ({ readonly done: true } & GovernmentOutcome)

/** Walks with answers (question id → the answer as it is written). Refused: a question or an answer that the tree does not have. */
export function walkGovernmentTree(tree: GovernmentTree, answers: Readonly<Record<string, string>>): GovernmentWalk {
  for (const [question, given] of Object.entries(answers)) {
    const known = tree.questions.find(({ id }) => id === question)
    if (known === undefined) return { refused: { question } }
    if (!known.answers.some(({ answer }) => answer === given)) return { refused: { question, answer: given } }
  }
  const path: GovernmentStep[] = []
  const labels = new Set<string>()
  let at = tree.questions[0]!
  for (;;) {
    if (path.some(({ question }) => question === at.id)) return { stuck: { question: at.id, why: 'loops' } }
    const given = Object.hasOwn(answers, at.id) ? answers[at.id]! : undefined
    const chosen = at.answers.find(({ answer }) => answer === given)
    if (chosen === undefined) return { done: false, next: at, path }
    path.push({ question: at.id, answer: chosen.answer })
    for (const label of chosen.labels) labels.add(label)
    const way = chosen.ways.find(({ when }) => when === null || holds(when, labels))
    if (way === undefined) return { stuck: { question: at.id, why: 'no_way' } }
    if ('conclusion' in way) {
      const conclusion = tree.conclusions.find(({ id }) => id === way.conclusion)!
      return { done: true, conclusion, labels: [...labels], path }
    }
    at = tree.questions.find(({ id }) => id === way.question)!
  }
}
