/** The request as the built-in models read it. */

export type Message = {
  readonly role: 'system' | 'user' | 'assistant' | 'tool'
  readonly text: string
  /** Tools that an assistant's message called. */
  readonly called: readonly { readonly name: string; readonly arguments: string }[]
}

export type Request = {
  readonly model: string
  readonly messages: readonly Message[]
  /** Names of the function tools that the client offers. */
  readonly tools: readonly string[]
}

type Fields = Readonly<Record<string, unknown>>
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const listOf = (value: unknown): Fields[] => (Array.isArray(value) ? value.filter(isFields) : [])
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

const roles: Readonly<Record<string, Message['role']>> = {
  system: 'system',
  developer: 'system',
  user: 'user',
  assistant: 'assistant',
  tool: 'tool',
  function: 'tool',
}

/** Reads whatever the gateway sends; what is not there is empty. */
export function readRequest(body: Fields): Request {
  return {
    model: textOf(body.model),
    messages: listOf(body.messages).map((message) => ({
      role: roles[textOf(message.role)] ?? 'user',
      text:
        typeof message.content === 'string'
          ? message.content
          : listOf(message.content)
              .map(({ text }) => textOf(text))
              .join('\n'),
      called: listOf(message.tool_calls).map(({ function: called }) => ({
        name: isFields(called) ? textOf(called.name) : '',
        arguments: isFields(called) ? textOf(called.arguments) : '',
      })),
    })),
    tools: body.tool_choice === 'none' ? [] : listOf(body.tools).map((tool) => nameOf(tool.function)),
  }
}

const nameOf = (tool: unknown): string => (isFields(tool) ? textOf(tool.name) : '')
