/**
 * Replays the demonstration's conversations: each customer turn is a call with the history so far, in which the built-in
 * assistant's own replies stay; consents, disclosures, hand-offs and stop orders happen where the file says.
 */
import type { Conversation, Turn } from '../../../demo/conversation.ts'
import type { GatewayClient, Message } from './client.ts'
import { count, emptyTally, type Tally } from './tally.ts'

export type DemonstrationTools = {
  readonly client: GatewayClient
  readonly keyOf: (system: string) => string
  readonly modelOf: (system: string) => string
  /** Stop and resume by the demonstration's overseer, as the console's button does it. */
  readonly stop: (system: string) => Promise<void>
  readonly resume: (system: string) => Promise<void>
  /** What the tool `order_status` of the client's own application answers. */
  readonly order: (client: string, reference: string) => unknown
  readonly progress: (done: number, tally: Tally) => void
  /** A conversation was played to its end. */
  readonly finished: (id: string) => void
  /** Asked before each conversation: the process is stopping. */
  readonly ended: () => boolean
  readonly parallel: number
}

/** Calls that the conversations hold: customer turns that are sent. */
export function callsIn(conversations: readonly Conversation[]): number {
  return conversations.reduce((sum, { turns }) => sum + turns.filter(isCall).length, 0)
}

function isCall(turn: Turn): boolean {
  return turn.role === 'customer' && turn.sent !== false
}

export async function replayDemonstration(
  conversations: readonly Conversation[],
  tools: DemonstrationTools,
): Promise<Tally> {
  let tally = emptyTally
  let done = 0
  const note = (outcome: Parameters<typeof count>[1]) => {
    tally = count(tally, outcome)
    tools.progress(++done, tally)
  }
  // A stop order is felt by every conversation of that system, so these are played alone, at the end.
  const alone = conversations.filter(({ acts }) => acts.some(({ act }) => act === 'stop' || act === 'resume'))
  const together = conversations.filter((conversation) => !alone.includes(conversation))
  await inParallel(together, tools.parallel, (conversation) => play(conversation, tools, note))
  for (const conversation of alone) await play(conversation, tools, note)
  return tally
}

async function play(
  conversation: Conversation,
  tools: DemonstrationTools,
  note: (outcome: Parameters<typeof count>[1]) => void,
): Promise<void> {
  if (tools.ended()) return
  const key = tools.keyOf(conversation.system)
  const external = `demo-${conversation.id}`
  const history: Message[] = []
  const spoken: { role: string; text: string }[] = []
  // What people say to each other does not pass the gateway; it is kept in its place in the conversation.
  const keepSpoken = async () => {
    if (spoken.length === 0) return
    const { subject, channel, language, purpose } = conversation
    await tools.client.post(key, '/v1/conversations', {
      id: external,
      subject: subject ?? undefined,
      channel,
      language,
      purpose,
      turns: spoken.splice(0),
    })
  }
  for (const [index, turn] of [...conversation.turns, undefined].entries()) {
    for (const act of conversation.acts.filter(({ beforeTurn }) => beforeTurn === index))
      await perform(act, conversation, external, key, tools)
    if (turn === undefined) break
    if (!isCall(turn)) {
      // The recorded words of the AI are only a comparison.
      if (turn.role === 'agent' || (turn.role === 'customer' && turn.sent === false))
        spoken.push({ role: turn.role, text: turn.text })
      continue
    }
    await keepSpoken()
    history.push({ role: 'user', content: turn.text })
    const wanted = turn.expect?.refused ?? 'forwarded'
    const answer = await tools.client.ask(key, {
      model: tools.modelOf(conversation.system),
      messages: history,
      tools: orderTools,
      conversation: external,
      subject: conversation.subject ?? undefined,
      purpose: conversation.purpose,
      channel: conversation.channel,
      language: conversation.language,
    })
    note({
      conversation: conversation.id,
      turn: index,
      wanted,
      got: answer.ok ? 'forwarded' : { code: answer.code, status: answer.status },
    })
    if (answer.ok) {
      history.push(answer.message)
      await answerTools(answer.message, history, conversation, external, key, tools)
    }
  }
  await keepSpoken()
  tools.finished(conversation.id)
}

async function perform(
  act: Conversation['acts'][number],
  conversation: Conversation,
  external: string,
  key: string,
  tools: DemonstrationTools,
): Promise<void> {
  switch (act.act) {
    case 'consent':
      await tools.client.post(key, '/v1/consents', {
        subject: conversation.subject ?? undefined,
        conversation: external,
        purpose: act.purpose,
        state: act.state,
        by: 'customer',
        wording: {
          version: 'demo-1',
          language: conversation.language === 'en' ? 'en' : 'nl',
          channel: conversation.channel,
        },
      })
      return
    case 'disclosure':
      await tools.client.post(key, '/v1/disclosures', {
        conversation: external,
        channel: conversation.channel,
        language: act.language,
        text: act.text,
        complete: true,
        subject: conversation.subject ?? undefined,
      })
      return
    case 'handoff':
      await tools.client.post(key, '/v1/handoffs', { conversation: external, reason: act.reason })
      return
    case 'stop':
      return tools.stop(act.system)
    case 'resume':
      return tools.resume(act.system)
  }
}

/** The client's application runs the tool that the AI asked for and sends its result, as a call of its own. */
async function answerTools(
  message: Message,
  history: Message[],
  conversation: Conversation,
  external: string,
  key: string,
  tools: DemonstrationTools,
): Promise<void> {
  const calls = (message.tool_calls ?? []) as { id: string; function: { name: string; arguments: string } }[]
  if (calls.length === 0) return
  for (const { id, function: asked } of calls) {
    let reference = ''
    try {
      reference = String((JSON.parse(asked.arguments) as { order?: unknown }).order ?? '')
    } catch {
      // an application that gets nonsense says so
    }
    history.push({
      role: 'tool',
      tool_call_id: id,
      content: JSON.stringify(tools.order(conversation.client, reference)),
    })
  }
  const answer = await tools.client.ask(key, {
    model: tools.modelOf(conversation.system),
    messages: history,
    tools: orderTools,
    conversation: external,
    subject: conversation.subject ?? undefined,
    purpose: conversation.purpose,
    channel: conversation.channel,
    language: conversation.language,
  })
  if (answer.ok) history.push(answer.message)
}

export const orderTools = [
  {
    type: 'function',
    function: {
      name: 'order_status',
      description: 'Status of an order or contract by its number.',
      parameters: { type: 'object', properties: { order: { type: 'string' } }, required: ['order'] },
    },
  },
]

export async function inParallel<T>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = [...items]
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item)
  }
  await Promise.all(Array.from({ length: Math.max(1, Math.min(width, items.length)) }, worker))
}
