/** A built-in upstream's answer in the form in which a provider's answer comes in. */
import { createHash } from 'node:crypto'
import type { UpstreamCall, UpstreamReply } from '../../io/upstream.ts'
import { doneEvent, encodeEvent } from '../../sse.ts'
import { type Answer, answerChunks, countWords, wholeAnswer } from '../completion.ts'

export type BuiltinRequest = {
  readonly stream: boolean
  readonly model: string
  readonly text: string
}

export function requestOf({ body, stream }: Pick<UpstreamCall, 'body' | 'stream'>): BuiltinRequest {
  return { stream, model: typeof body.model === 'string' ? body.model : '', text: JSON.stringify(body) }
}

/** The same request gets the same answer, its id included. */
export function builtinReply(answer: Answer, { stream, model, text }: BuiltinRequest): UpstreamReply {
  const id = `builtin-${createHash('sha256').update(text).digest('hex').slice(0, 24)}`
  const head = { id, model, created: 0, promptTokens: countWords(text) }
  const pieces = stream
    ? [...answerChunks(answer, head).map(encodeEvent), doneEvent]
    : [JSON.stringify(wholeAnswer(answer, head))]
  return {
    status: 200,
    headers: { 'content-type': stream ? 'text/event-stream' : 'application/json' },
    body: bytesOf(pieces),
    discard: () => {},
  }
}

async function* bytesOf(pieces: readonly string[]): AsyncIterable<Uint8Array> {
  for (const piece of pieces) yield Buffer.from(piece)
}
