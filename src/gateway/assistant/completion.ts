/** What the built-in upstreams say, in the shapes of OpenAI's chat completions: whole, and as a stream of words. */

/** Facts about an answer that the gateway takes out and records; no client sees them. */
export type AnswerFacts = {
  /** `hash`: of the article as it was. */
  readonly sources?: readonly { readonly id: string; readonly title: string; readonly hash: string }[]
  readonly tools?: readonly string[]
  /** Reason of a hand-off that the answer announces. */
  readonly handoff?: string
}

export type ToolCall = { readonly name: string; readonly arguments: string }

export type Answer = {
  readonly content: string | null
  readonly calls?: readonly ToolCall[]
  readonly facts?: AnswerFacts
}

type Head = { readonly id: string; readonly model: string; readonly created: number; readonly promptTokens: number }

/** A word and the space after it: about what a language model gives at a time. */
const wordsOf = (text: string): string[] => text.match(/\S+\s*|\s+/g) ?? []

/** Counted in words; there is no language model here whose tokens could be counted. */
export const countWords = (text: string): number => text.split(/\s+/).filter((word) => word !== '').length

const callsOf = ({ calls = [] }: Answer, id: string) =>
  calls.map(({ name, arguments: given }, index) => ({
    index,
    id: `call_${id.slice(-12)}_${index}`,
    type: 'function',
    function: { name, arguments: given },
  }))

const finishOf = ({ calls = [] }: Answer): string => (calls.length > 0 ? 'tool_calls' : 'stop')

function usageOf(answer: Answer, { promptTokens }: Head) {
  const completion = countWords(answer.content ?? '') + (answer.calls?.length ?? 0)
  return { prompt_tokens: promptTokens, completion_tokens: completion, total_tokens: promptTokens + completion }
}

export function wholeAnswer(answer: Answer, head: Head) {
  const calls = callsOf(answer, head.id).map(({ index: _, ...call }) => call)
  return {
    id: head.id,
    object: 'chat.completion',
    created: head.created,
    model: head.model,
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: answer.content,
          refusal: null,
          ...(calls.length > 0 ? { tool_calls: calls } : {}),
        },
        finish_reason: finishOf(answer),
        logprobs: null,
      },
    ],
    usage: usageOf(answer, head),
    ...(answer.facts ? { waarborg: answer.facts } : {}),
  }
}

/** Chunks in order, the facts with the last choice; token counts in one of their own, as clients ask for them. */
export function answerChunks(answer: Answer, head: Head): object[] {
  const chunk = (delta: object, finish: string | null = null, more: object = {}) => ({
    id: head.id,
    object: 'chat.completion.chunk',
    created: head.created,
    model: head.model,
    choices: [{ index: 0, delta, finish_reason: finish, logprobs: null }],
    ...more,
  })
  return [
    chunk({ role: 'assistant', content: answer.content === null ? null : '' }),
    ...wordsOf(answer.content ?? '').map((content) => chunk({ content })),
    ...callsOf(answer, head.id).map((call) => chunk({ tool_calls: [call] })),
    chunk({}, finishOf(answer), answer.facts ? { waarborg: answer.facts } : {}),
    { ...chunk({}), choices: [], usage: usageOf(answer, head) },
  ]
}
