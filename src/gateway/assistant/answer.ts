/** Model `waarborg-retrieval`: answers with a passage of the knowledge base and names it, or says that it does not know. */
import type { Language } from '../../platform/text.ts'
import { gatewayText } from '../texts.ts'
import { sentencesOf } from './article.ts'
import type { Answer } from './completion.ts'
import { intentOf } from './intent.ts'
import { ORDER_TOOL, orderArguments, orderSentence, orderToLookUp } from './order.ts'
import type { Found, Knowledge } from './retrieval.ts'
import type { Message, Request } from './transcript.ts'

export type AnswerContext = {
  readonly language: Language
  readonly channel: string
  readonly organisation: string
  /** What a person at the client's side offers now, as a sentence of this channel. */
  readonly handoff: string
  readonly handoffOpen: boolean
}

/** A spoken answer is heard once: three sentences; a written one may have the whole passage. */
const MAX_SENTENCES: Readonly<Record<string, number>> = { voice: 3 }

/** Deterministic: the same request gets the same answer. */
export function answerFrom(knowledge: Knowledge, request: Request, context: AnswerContext): Answer {
  const { language, handoff, organisation } = context
  const said = request.messages.filter(({ role }) => role !== 'system')
  const last = said.at(-1)
  if (last?.role === 'tool') return afterTool(request, context)
  const asked = said.filter(({ role }) => role === 'user').map(({ text }) => text)
  const question = asked.at(-1) ?? ''
  const intent = intentOf(question)
  switch (intent) {
    case 'person':
      return {
        content: context.handoffOpen
          ? gatewayText(language, 'assistant.person')
          : gatewayText(language, 'assistant.personLater', { handoff }),
        facts: { handoff: 'asked' },
      }
    case 'computer':
      return { content: gatewayText(language, 'assistant.computer', { handoff }) }
    case 'greeting':
      return { content: gatewayText(language, 'assistant.greeting', { organisation }) }
    case 'thanks':
      return { content: gatewayText(language, 'assistant.thanks') }
    case 'details':
    case 'question':
      break
  }
  const order = orderToLookUp(request)
  if (order !== null) return { content: null, calls: [{ name: ORDER_TOOL, arguments: orderArguments(order) }] }
  if (intent === 'details') return { content: gatewayText(language, 'assistant.details') }
  const found = knowledge.find(question, language, asked.at(-2))
  return found === null ? notKnown(said, context) : passageOf(found, context)
}

/** Who hears it a second time in a row has heard how to reach a person just before. */
function notKnown(said: readonly Message[], { language, handoff }: AnswerContext): Answer {
  const before = said.findLast(({ role }) => role === 'assistant')?.text ?? ''
  const again = ['assistant.unknown', 'assistant.unknownAgain'] as const
  const heard = again.some((key) => before.includes(sentencesOf(gatewayText(language, key, { handoff }))[0]!))
  return {
    content: heard
      ? gatewayText(language, 'assistant.unknownAgain')
      : gatewayText(language, 'assistant.unknown', { handoff }),
  }
}

function passageOf({ article, passage }: Found, { language, channel }: AnswerContext): Answer {
  const sentences = sentencesOf(passage).slice(0, MAX_SENTENCES[channel] ?? 12)
  const source = gatewayText(language, channel === 'voice' ? 'assistant.source.voice' : 'assistant.source', {
    title: article.title,
  })
  return {
    content: `${sentences.join(' ')} ${source}`,
    facts: { sources: [{ id: article.id, title: article.title, hash: article.hash }] },
  }
}

function afterTool({ messages }: Request, context: AnswerContext): Answer {
  const sentence = orderSentence(messages.at(-1)!, context.language)
  const facts = { tools: [ORDER_TOOL] }
  if (sentence !== null) return { content: sentence, facts }
  return {
    content: gatewayText(context.language, 'assistant.order.notFound', { handoff: context.handoff }),
    facts,
  }
}
