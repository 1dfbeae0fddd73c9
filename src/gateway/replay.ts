/** The answer of an earlier call given again: as it was, or as a stream of few pieces. */
import type { Chunk, Usage } from './reply.ts'

type Fields = Readonly<Record<string, unknown>>

/** An answer as it left, whole; `call` and `conversation` are in its headers. */
export type KeptAnswer = {
  readonly body: Fields
  /** The stream ended with token counts. */
  readonly usageAsked: boolean
}

type Message = {
  readonly content: string | null
  readonly refusal: string | null
  readonly tool_calls?: readonly Fields[]
  readonly function_call?: Fields
}

/**
 * A kept answer as the chunks of a stream: per choice what it says in one, then its finish reason, and at the end the
 * token counts if the request asked for them. Put together they say what the first stream said; only where it was cut differs.
 */
export function replayChunks({ body, usageAsked }: KeptAnswer): Chunk[] {
  const { id, created, model, system_fingerprint: fingerprint, usage } = body
  const chunkOf = (choices: Chunk['choices'], more: { usage?: Usage | null } = {}): Chunk => ({
    id: id as string,
    object: 'chat.completion.chunk',
    created: created as number,
    model: model as string,
    ...(fingerprint === undefined ? {} : { system_fingerprint: fingerprint as string }),
    choices,
    ...(usageAsked ? { usage: null } : {}),
    ...more,
  })
  const choices = body.choices as readonly { index: number; message: Message; finish_reason: string }[]
  return [
    ...choices.flatMap(({ index, message, finish_reason }) => [
      chunkOf([{ index, delta: deltaOf(message), finish_reason: null, logprobs: null }]),
      chunkOf([{ index, delta: {}, finish_reason, logprobs: null }]),
    ]),
    ...(usageAsked && usage ? [chunkOf([], { usage: usage as Usage })] : []),
  ]
}

function deltaOf({ content, refusal, tool_calls, function_call }: Message): Fields {
  return {
    role: 'assistant',
    ...(content === null ? {} : { content }),
    ...(refusal === null ? {} : { refusal }),
    ...(tool_calls === undefined ? {} : { tool_calls: tool_calls.map((call, index) => ({ index, ...call })) }),
    ...(function_call === undefined ? {} : { function_call }),
  }
}
