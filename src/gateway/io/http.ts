/** Raw HTTP at the gateway: bodies within limits of size and time, answers as JSON or as a stream of events. */
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Refusal } from '../call.ts'
import { problem } from '../prompt.ts'
import { encodeEvent, keepAlive } from '../sse.ts'
import { readJson } from '../strict-json.ts'

export type BodyLimits = { readonly maxBytes: number; readonly maxMs: number }

export type ReadBody = {
  readonly bytes: Buffer | undefined
  /** Parsed JSON, undefined when it could not be read. */
  readonly value: unknown
  readonly form: readonly Refusal[]
}

/** Reads a JSON body. What is wrong with it is listed, never thrown; `client gone` gives undefined. */
export async function readJsonBody(req: IncomingMessage, limits: BodyLimits): Promise<ReadBody | undefined> {
  const wrongType = mediaProblem(req)
  const body = await readBytes(req, limits)
  if (body === 'gone') return undefined
  if (body === 'too_large')
    return unread({ code: 'request_too_large', values: { maximum: Math.round(limits.maxBytes / 1024) } }, wrongType)
  if (body === 'too_slow')
    return unread({ code: 'request_timeout', values: { seconds: Math.round(limits.maxMs / 1000) } }, wrongType)
  if (wrongType) return { bytes: body, value: undefined, form: [wrongType] }
  const text = decode(body)
  if (text === undefined) return { bytes: body, value: undefined, form: [problem('utf8', '(body)')] }
  const reading = readJson(text)
  if ('value' in reading) return { bytes: body, value: reading.value, form: [] }
  return { bytes: body, value: undefined, form: [problem(reading.problem, `(body) ${placeOf(text, reading.offset)}`)] }
}

const unread = (refusal: Refusal, more: Refusal | undefined): ReadBody => ({
  bytes: undefined,
  value: undefined,
  form: more ? [refusal, more] : [refusal],
})

function mediaProblem(req: IncomingMessage): Refusal | undefined {
  const [type = '', ...parameters] = (req.headers['content-type'] ?? '')
    .split(';')
    .map((part) => part.trim().toLowerCase())
  const charset = parameters
    .find((parameter) => parameter.startsWith('charset='))
    ?.slice(8)
    .replaceAll('"', '')
  const encoding = req.headers['content-encoding']
  const fine =
    type === 'application/json' &&
    (charset === undefined || charset === 'utf-8' || charset === 'utf8') &&
    (encoding === undefined || encoding === 'identity')
  return fine ? undefined : { code: 'media_type', values: {} }
}

function decode(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

/** `line 3, column 7`: a place a person can find. */
function placeOf(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n')
  return `${before.length}:${before.at(-1)!.length + 1}`
}

/** How much of a body that is too large is still taken in, so that its sender gets to read the answer. */
const DISCARD_BYTES = 64 * 1024 * 1024
const DISCARD_MS = 5_000

function readBytes(
  req: IncomingMessage,
  { maxBytes, maxMs }: BodyLimits,
): Promise<Buffer | 'too_large' | 'too_slow' | 'gone'> {
  if (Number(req.headers['content-length'] ?? 0) > maxBytes) {
    discard(req)
    return Promise.resolve('too_large')
  }
  return new Promise((resolve) => {
    const pieces: Buffer[] = []
    let size = 0
    const settle = (outcome: Buffer | 'too_large' | 'too_slow' | 'gone') => {
      clearTimeout(timer)
      req.off('data', take)
      resolve(outcome)
    }
    const timer = setTimeout(() => settle('too_slow'), maxMs)
    const take = (piece: Buffer) => {
      size += piece.length
      if (size <= maxBytes) pieces.push(piece)
      else {
        discard(req)
        settle('too_large')
      }
    }
    req.on('data', take)
    req.once('end', () => settle(pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces)))
    req.once('close', () => settle('gone'))
    req.once('error', () => settle('gone'))
  })
}

function discard(req: IncomingMessage): void {
  let left = DISCARD_BYTES
  const stop = setTimeout(() => req.destroy(), DISCARD_MS)
  stop.unref()
  req.on('data', (piece: Buffer) => {
    left -= piece.length
    if (left < 0) req.destroy()
  })
  req.once('close', () => clearTimeout(stop))
}

export type ReplyHeaders = Readonly<Record<string, string>>

/** Sends a JSON answer; a request whose body was not read to its end loses its connection. */
export function sendJson(
  req: IncomingMessage,
  res: ServerResponse,
  status: number,
  headers: ReplyHeaders,
  body: unknown,
): void {
  if (res.destroyed || res.headersSent) return
  const text = JSON.stringify(body)
  res.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    ...(req.complete ? {} : { connection: 'close' }),
    ...headers,
  })
  res.end(text)
}

const KEEP_ALIVE_MS = 15_000

/** A stream of events to a client, no faster than it reads. */
export class EventWriter {
  readonly #res: ServerResponse
  readonly #headers: ReplyHeaders
  #timer: NodeJS.Timeout | undefined

  constructor(res: ServerResponse, headers: ReplyHeaders) {
    this.#res = res
    this.#headers = headers
  }

  get begun(): boolean {
    return this.#res.headersSent
  }

  /** Keeps proxies from closing a connection on which nothing is said for a while. */
  keepAlive(): void {
    this.#timer ??= setInterval(() => this.#write(keepAlive), KEEP_ALIVE_MS)
    this.#timer.unref()
  }

  /** Resolves when there is room for more; rejects with the signal's reason. */
  async send(text: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    this.#timer?.refresh()
    if (this.#write(text)) return
    await once(this.#res, 'drain', { signal }).catch((error: unknown) => {
      throw signal.aborted ? signal.reason : error
    })
  }

  end(text: string): void {
    clearInterval(this.#timer)
    this.#begin()
    this.#res.end(text)
  }

  /** Says why, then breaks the connection: the official client takes a clean end for a whole answer. */
  break(error: unknown): void {
    clearInterval(this.#timer)
    if (this.#res.destroyed) return
    const stop = setTimeout(() => this.#res.destroy(), 500)
    stop.unref()
    this.#res.write(encodeEvent(error), () => {
      clearTimeout(stop)
      this.#res.destroy()
    })
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #write(text: string): boolean {
    if (this.#res.destroyed) return true
    this.#begin()
    return this.#res.write(text)
  }

  #begin(): void {
    if (this.#res.headersSent) return
    this.#res.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-store',
      'x-accel-buffering': 'no',
      ...this.#headers,
    })
  }
}
