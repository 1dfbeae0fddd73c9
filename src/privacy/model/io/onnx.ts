/** A model from a local folder, in a thread of its own: `config.json`, `tokenizer.json`, `onnx/model.onnx`. */
import { createHash } from 'node:crypto'
import { createReadStream, readFileSync } from 'node:fs'
import { basename, extname, join, resolve } from 'node:path'
import { Worker } from 'node:worker_threads'
import { ModelFailed, type ModelSpan, type NameModel } from '../model.ts'
import type { Reply } from './onnx-worker.ts'

const files = ['config.json', 'tokenizer.json', 'onnx/model.onnx'] as const

/** Loading may take long; it happens once, before anything is served. */
const LOAD_MS = 120_000

/** What can be read of a model before it runs. `hash` is over its three files, names and contents. */
export async function describeFolder(folder: string): Promise<{ readonly name: string; readonly hash: string }> {
  const whole = createHash('sha256')
  for (const file of files) {
    const one = createHash('sha256')
    for await (const piece of createReadStream(join(folder, file))) one.update(piece as Buffer)
    whole.update(`${file} ${one.digest('hex')}\n`)
  }
  const config = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')) as { model_type?: unknown }
  const named = basename(resolve(folder)) || String(config.model_type)
  return {
    name:
      named
        .toLowerCase()
        .replace(/[^a-z0-9.-]+/g, '-')
        .slice(0, 40) || 'model',
    hash: whole.digest('hex'),
  }
}

type Waiting = {
  readonly done: (spans: readonly (readonly ModelSpan[])[]) => void
  readonly failed: (error: ModelFailed) => void
}

/**
 * Loads it and answers when it is ready. A request that takes longer than `deadlineMs` fails, and with it all that wait
 * behind it: the thread is ended and a new one is loaded at the next request, from the same files. When those have changed
 * the model is not loaded any more (`model_changed`): which one runs is on record since the start. Errors: `ModelFailed`
 * (also at loading: its cause has the code).
 */
export async function openOnnxModel(
  folder: string,
  deadlineMs: number,
): Promise<NameModel & { readonly hash: string }> {
  const { name, hash } = await describeFolder(folder).catch((error: unknown) => {
    throw new ModelFailed('model_failed', error)
  })
  const thread = new Thread(folder, hash)
  await thread.ready()
  return {
    id: `${name}@${hash.slice(0, 12)}`,
    hash,
    find: (texts) => thread.ask(texts, deadlineMs),
    close: () => thread.end(),
  }
}

class Thread {
  readonly #folder: string
  /** Of the files that were on record when it was opened. */
  readonly #hash: string
  readonly #waiting = new Map<number, Waiting>()
  #worker: Worker | undefined
  #loading: Promise<void> | undefined
  #loaded = false
  #opened = false
  #changed: ModelFailed | undefined
  #next = 1

  constructor(folder: string, hash: string) {
    this.#folder = resolve(folder)
    this.#hash = hash
  }

  ready(): Promise<void> {
    this.#loading ??= this.#load().catch((error: unknown) => {
      this.#loading = undefined
      throw error
    })
    return this.#loading
  }

  async #load(): Promise<void> {
    if (this.#changed) throw this.#changed
    if (this.#opened && (await this.#hashNow()) !== this.#hash) {
      this.#changed = new ModelFailed('model_changed')
      throw this.#changed
    }
    this.#opened = true
    await this.#start()
    this.#loaded = true
  }

  #hashNow(): Promise<string | undefined> {
    return describeFolder(this.#folder).then(
      ({ hash }) => hash,
      () => undefined,
    )
  }

  #start(): Promise<void> {
    return new Promise((resolve, reject) => {
      const file = new URL(`./onnx-worker${extname(import.meta.url)}`, import.meta.url)
      const worker = new Worker(file, { workerData: { folder: this.#folder } })
      this.#worker = worker
      const late = setTimeout(() => gone(new ModelFailed('model_timeout')), LOAD_MS)
      const gone = (error: ModelFailed) => {
        clearTimeout(late)
        reject(error)
        if (this.#worker === worker) this.#drop(error)
        void worker.terminate()
      }
      worker.on('message', (reply: Reply) => {
        if ('ready' in reply) {
          clearTimeout(late)
          resolve()
        } else if (reply.id === undefined) gone(new ModelFailed('model_failed', 'error' in reply ? reply.error : ''))
        else this.#answered(reply.id, reply)
      })
      worker.on('error', (error) => gone(new ModelFailed('model_failed', error)))
      worker.on('exit', () => gone(new ModelFailed('model_failed')))
      worker.unref()
    })
  }

  #answered(id: number, reply: Exclude<Reply, { readonly ready: true }>): void {
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    if ('spans' in reply) waiting?.done(reply.spans)
    else waiting?.failed(new ModelFailed('model_failed', reply.error))
  }

  /** Everything that waits fails, and the next request loads anew. */
  #drop(error: ModelFailed): void {
    this.#worker = undefined
    this.#loading = undefined
    this.#loaded = false
    for (const { failed } of this.#waiting.values()) failed(error)
    this.#waiting.clear()
  }

  async ask(texts: readonly string[], deadlineMs: number): Promise<readonly (readonly ModelSpan[])[]> {
    let late: NodeJS.Timeout | undefined
    const tooLate = new Promise<never>((_, reject) => {
      late = setTimeout(() => {
        const worker = this.#worker
        // One that is being loaded goes on: it may take longer than a request has, and a later one finds it ready.
        if (this.#loaded) {
          this.#drop(new ModelFailed('model_timeout'))
          void worker?.terminate()
        }
        reject(new ModelFailed('model_timeout'))
      }, deadlineMs)
    })
    try {
      return await Promise.race([this.#send(texts), tooLate])
    } finally {
      clearTimeout(late)
    }
  }

  async #send(texts: readonly string[]): Promise<readonly (readonly ModelSpan[])[]> {
    await this.ready()
    const id = this.#next++
    return new Promise((done, failed) => {
      this.#waiting.set(id, { done, failed })
      this.#worker?.postMessage({ id, texts })
    })
  }

  async end(): Promise<void> {
    const worker = this.#worker
    this.#drop(new ModelFailed('model_failed'))
    await worker?.terminate()
  }
}
