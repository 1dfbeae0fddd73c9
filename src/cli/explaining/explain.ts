/** From files to an explanation: reads, computes, and decides with the rules of transparency whether it may be told. */
import { readFileWithin } from '../../transparency/explain/io/model-file.ts'
import type { Scorer } from '../../transparency/index.ts'
import {
  type Computed,
  type ComputeQuestion,
  type Counterfactual,
  computeByModel,
  type Explanation,
  type Input,
  type Limit,
  makeExplanation,
  plainWords,
  type ReadModel,
  readActionsFile,
  readBackground,
  readInput,
  readJsonFile,
  readModel,
  readWords,
  unseenModel,
  type WordIndex,
} from '../../transparency/rules.ts'
import type { Request } from './request.ts'

export type Explained = {
  readonly read: ReadModel
  readonly sha256: string | null
  readonly input: Input
  /** Contributions, rules that held, or neither when only a change was asked for. */
  readonly found: Computed['found']
  readonly change: Counterfactual | null
  readonly limit: Limit | null
  readonly explanation: Explanation | null
  readonly words: WordIndex
}

/** Errors: `ExplainError` with everything that is wrong. The scorer is closed whatever happens. */
export async function explain(request: Request): Promise<Explained> {
  const file = request.model === null ? null : await readFileWithin(request.model)
  const given = request.input === null ? {} : await readJson(request.input)
  const read = file === null ? unseenOf(given) : readModel(file.bytes, { output: request.output })
  const input = readInput(given, read)
  const background =
    request.background === null
      ? (input.background ?? read.background)
      : readBackground(await readJson(request.background), read, input.row.length)
  const asked =
    request.actions === null
      ? { actions: read.actions, limit: read.limit }
      : readActionsFile(await readJson(request.actions), input.row.length)
  const limit = request.limit ?? asked.limit ?? read.limit ?? (asked.actions === null ? null : { is: '>=', value: 0 })
  const words = await wordsOf(request, read, input)
  const question = { row: input.row, actions: asked.actions, limit }
  const answer =
    request.scorer === null
      ? computeByModel(read, { ...question, values: input.values, background, ...methodOf(request) })
      : await computeByScorer(request.scorer, input, background, question, request)
  const explanation =
    answer.found === null ? null : tell(read, file?.sha256 ?? null, input, answer, limit, request, words)
  return {
    read,
    sha256: request.scorer === null ? file!.sha256 : null,
    input,
    found: answer.found,
    change: answer.change?.result ?? null,
    limit,
    explanation,
    words,
  }
}

async function readJson(path: string): Promise<unknown> {
  return readJsonFile((await readFileWithin(path)).bytes, path)
}

const methodOf = ({ method, pairs, seed }: Request) => ({ method, pairs, seed })

/** Of a scorer without a model file the input tells how many features there are, and their names. */
function unseenOf(given: unknown): ReadModel {
  const x = typeof given === 'object' && given !== null && 'x' in given ? given.x : given
  if (Array.isArray(x)) return unseenModel(null, x.length)
  const names = typeof x === 'object' && x !== null ? Object.keys(x) : []
  return unseenModel(names, names.length)
}

async function wordsOf({ words }: Request, read: ReadModel, input: Input): Promise<WordIndex> {
  if (words !== null) return readWords(await readJson(words))
  return plainWords(input.names, read.model.family === 'rules' ? read.model.rules.map(({ id }) => id) : [])
}

type Question = Pick<ComputeQuestion, 'row' | 'actions' | 'limit'>

async function computeByScorer(
  address: string,
  input: Input,
  background: ReadModel['background'],
  { row, actions, limit }: Question,
  { pairs, seed }: Request,
): Promise<Computed> {
  const { attributeByScorer, changeByScorer, openScorer } = await import('../../transparency/explain/io/scorer.ts')
  const scorer: Scorer = openScorer(address, { names: input.names })
  try {
    const change = actions === null || limit === null ? null : await changeByScorer(scorer, { row, actions, limit })
    if (change !== null && background === null) return { found: null, change }
    const attribution = await attributeByScorer(scorer, {
      row,
      background: background ?? [],
      scale: 'score',
      pairs,
      seed,
    })
    return { found: { attribution }, change }
  } finally {
    await scorer.close()
  }
}

function tell(
  read: ReadModel,
  sha256: string | null,
  input: Input,
  { found, change }: Computed,
  limit: Limit | null,
  request: Request,
  words: WordIndex,
): Explanation {
  const unseen = request.scorer !== null
  return makeExplanation({
    decision: null,
    model: { sha256: unseen ? null : sha256, name: null, version: null },
    recorded: input.recorded,
    precision: read.model.family === 'trees' ? read.model.precision : 'float64',
    role: request.role,
    names: input.names,
    values: input.values,
    found: found!,
    limit,
    attributes: words.words.attributes.map(({ attribute }) => ({ attribute, proxies: [] })),
    change,
    top: request.top,
    reviewedBy: null,
  })
}
