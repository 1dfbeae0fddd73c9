/** The thread in which a local model runs: what it does blocks, and only itself. One request at a time, in order. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parentPort, workerData } from 'node:worker_threads'
import { labelOfEntity, likeliest, type Said, spansOf, windowsOf } from '../entities.ts'
import type { ModelSpan } from '../model.ts'
import { type Piece, readTokenizer, type Tokenizer } from '../tokenizer.ts'

export type Request = { readonly id: number; readonly texts: readonly string[] }
export type Reply =
  | { readonly ready: true }
  | { readonly id: number; readonly spans: readonly (readonly ModelSpan[])[] }
  | { readonly id: number | undefined; readonly error: string }

type Tensor = { readonly data: ArrayLike<number>; readonly dims: readonly number[] }
type Session = {
  readonly inputNames: readonly string[]
  readonly outputNames: readonly string[]
  run(feeds: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, Tensor>>>
}
type Runtime = {
  readonly InferenceSession: { create(path: string, options: object): Promise<Session> }
  readonly Tensor: new (type: 'int64', data: BigInt64Array, dims: readonly number[]) => unknown
}

const { folder } = workerData as { readonly folder: string }

/** Beside the model, or in this installation: it is no dependency of Waarborg. */
async function loadRuntime(): Promise<Runtime> {
  const name = 'onnxruntime-node'
  const found = (() => {
    try {
      return pathToFileURL(createRequire(join(folder, 'model')).resolve(name)).href
    } catch {
      return name
    }
  })()
  const loaded = (await import(found)) as Runtime & { readonly default?: Runtime }
  return loaded.default ?? loaded
}

type Loaded = {
  readonly runtime: Runtime
  readonly session: Session
  readonly tokenizer: Tokenizer
  readonly names: readonly string[]
  /** Pieces of one window, without what stands before and after them. */
  readonly size: number
}

async function load(): Promise<Loaded> {
  const json = (file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Record<string, unknown>
  const config = json('config.json')
  const id2label = (config.id2label ?? {}) as Record<string, string>
  const names = Object.keys(id2label)
    .sort((a, b) => Number(a) - Number(b))
    .map((key) => id2label[key]!)
  if (!names.some((name) => labelOfEntity(name) !== undefined)) throw coded('model_labels')
  const tokenizer = readTokenizer(json('tokenizer.json'))
  const runtime = await loadRuntime()
  const session = await runtime.InferenceSession.create(join(folder, 'onnx', 'model.onnx'), {
    executionProviders: ['cpu'],
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
  })
  const most = typeof config.max_position_embeddings === 'number' ? config.max_position_embeddings : 512
  return { runtime, session, tokenizer, names, size: Math.max(8, Math.min(most, 512) - 4) }
}

const coded = (code: string): Error & { code: string } => Object.assign(new Error(code), { code })

async function findIn(text: string, { runtime, session, tokenizer, names, size }: Loaded): Promise<ModelSpan[]> {
  const pieces = tokenizer.cut(text)
  if (pieces.length === 0) return []
  const said: Said[] = []
  for (const { from, to, keepFrom, keepTo } of windowsOf(pieces.length, size)) {
    const own = await judge(pieces.slice(from, to), { runtime, session, tokenizer, names })
    for (let i = keepFrom; i < keepTo; i++) said[i] = own[i - from]!
  }
  return spansOf(text, pieces, said)
}

async function judge(
  pieces: readonly Piece[],
  { runtime, session, tokenizer, names }: Pick<Loaded, 'runtime' | 'session' | 'tokenizer' | 'names'>,
): Promise<Said[]> {
  const ids = [tokenizer.first, ...pieces.map(({ id }) => id), tokenizer.last]
  const tensor = (values: readonly number[]) =>
    new runtime.Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length])
  const given: Readonly<Record<string, readonly number[]>> = {
    input_ids: ids,
    attention_mask: ids.map(() => 1),
    token_type_ids: ids.map(() => 0),
  }
  const feeds = Object.fromEntries(
    session.inputNames.map((name) => {
      const values = given[name]
      if (values === undefined) throw coded('model_inputs')
      return [name, tensor(values)]
    }),
  )
  const results = await session.run(feeds)
  const output = results.logits ?? results[session.outputNames[0]!]!
  const [, rows, columns] = output.dims
  if (rows !== ids.length || columns !== names.length) throw coded('model_outputs')
  return pieces.map((_, i) => likeliest(output.data, (i + 1) * names.length, names))
}

/** A code and never a message: it may quote what somebody said. */
function codeOf(error: unknown): string {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown }
  return String(typeof code === 'string' ? code : (name ?? 'unknown'))
    .replace(/[^\w-]/g, '_')
    .slice(0, 60)
}

const port = parentPort!
const reply = (message: Reply) => port.postMessage(message)
const loaded = load()
loaded.then(
  () => reply({ ready: true }),
  (error: unknown) => reply({ id: undefined, error: codeOf(error) }),
)
let turn: Promise<unknown> = loaded.catch(() => {})
port.on('message', ({ id, texts }: Request) => {
  turn = turn.then(async () => {
    try {
      const model = await loaded
      const spans = []
      for (const text of texts) spans.push(await findIn(text, model))
      reply({ id, spans })
    } catch (error) {
      reply({ id, error: codeOf(error) })
    }
  })
})
