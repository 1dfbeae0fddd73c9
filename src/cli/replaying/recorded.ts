/** Replays anyone's recordings: as recorded (each recorded answer is asked for again with its own history) or live. */
import type { GatewayClient, Message } from './client.ts'
import { inParallel } from './demonstration.ts'
import { count, emptyTally, type Tally } from './tally.ts'

export type Recording = {
  readonly id: string
  readonly messages: readonly Message[]
  readonly language?: string | undefined
  readonly channel?: string | undefined
  readonly subject?: string | undefined
}

export type RecordedOptions = {
  readonly client: GatewayClient
  readonly key: string
  readonly model: string
  readonly purpose: string | undefined
  readonly as: 'recorded' | 'live'
  readonly parallel: number
  readonly progress: (done: number, tally: Tally) => void
}

/** Calls that a recording makes: one per recorded answer, or one per customer turn. */
export function callsOf({ messages }: Recording, as: 'recorded' | 'live'): number {
  return messages.filter(({ role }) => role === (as === 'recorded' ? 'assistant' : 'user')).length
}

export async function replayRecordings(recordings: readonly Recording[], options: RecordedOptions): Promise<Tally> {
  let tally = emptyTally
  let done = 0
  await inParallel(recordings, options.parallel, async (recording) => {
    const ask = async (messages: readonly Message[], turn: number) => {
      const answer = await options.client.ask(options.key, {
        model: options.model,
        messages,
        conversation: `replay-${recording.id}`,
        subject: recording.subject,
        purpose: options.purpose,
        channel: recording.channel,
        language: recording.language,
      })
      tally = count(tally, {
        conversation: recording.id,
        turn,
        got: answer.ok ? 'forwarded' : { code: answer.code, status: answer.status },
      })
      options.progress(++done, tally)
      return answer
    }
    if (options.as === 'recorded') {
      for (const [index, message] of recording.messages.entries())
        if (message.role === 'assistant') await ask(recording.messages.slice(0, index), index)
      return
    }
    const history: Message[] = []
    for (const [index, message] of recording.messages.entries()) {
      if (message.role === 'system') history.push(message)
      if (message.role !== 'user') continue
      history.push(message)
      const answer = await ask([...history], index)
      if (answer.ok) history.push(answer.message)
    }
  })
  return tally
}
