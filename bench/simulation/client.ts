/** An application of a contact centre: sends one request and tells what it saw, whatever happens to the connection. */
import { request } from 'node:http'

export type Seen = {
  readonly outcome: 'completed' | 'refused' | 'cut' | 'left' | 'unreachable'
  readonly code: string | null
  readonly reason: string | null
  readonly call: string | null
  /** Words of the answer, then the arguments of tool calls. */
  readonly text: string
}

type Answer = { readonly status: number; readonly headers: NodeJS.Dict<string | string[]>; readonly body: string }
type Failure = { readonly failed: 'cut' | 'left' | 'unreachable' }

export async function ask(
  url: string,
  { headers, body, leavesAfterMs }: { headers: Record<string, string>; body: string; leavesAfterMs: number | null },
): Promise<Seen> {
  const got = await send(`${url}/v1/chat/completions`, { headers, body, leavesAfterMs })
  const text = typeof got.body === 'string' ? wordsOf(got.body) : ''
  const call = headerOf(got.headers, 'x-waarborg-call')
  const error = errorOf(got.body)
  if (error !== undefined) {
    const { code, waarborg } = error
    return { outcome: 'refused', code, reason: waarborg.reason, call: waarborg.call ?? call, text }
  }
  if ('failed' in got) return { outcome: got.failed, code: null, reason: null, call, text }
  const whole =
    !String(got.headers['content-type']).startsWith('text/event-stream') || got.body.includes('data: [DONE]')
  return { outcome: whole ? 'completed' : 'cut', code: null, reason: null, call, text }
}

/** A POST of JSON with a status, or undefined when the connection broke before one came. */
export async function post(
  url: string,
  { headers, body }: { headers: Record<string, string>; body: string },
): Promise<number | undefined> {
  const got = await send(url, { headers, body, leavesAfterMs: null })
  return 'failed' in got ? undefined : got.status
}

function send(
  url: string,
  { headers, body, leavesAfterMs }: { headers: Record<string, string>; body: string; leavesAfterMs: number | null },
): Promise<Answer | (Partial<Answer> & Failure)> {
  return new Promise((resolve) => {
    let left = false
    let answer: { status: number; headers: NodeJS.Dict<string | string[]> } | undefined
    let text = ''
    const sent = request(
      url,
      { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, agent: false },
      (res) => {
        answer = { status: res.statusCode!, headers: res.headers }
        res.setEncoding('utf8')
        res.on('data', (piece: string) => {
          text += piece
        })
        res.on('end', () => resolve({ ...answer!, body: text }))
        res.on('error', () => resolve({ ...answer!, body: text, failed: left ? 'left' : 'cut' }))
      },
    )
    sent.on('error', () => {
      const failed = left ? 'left' : answer === undefined ? 'unreachable' : 'cut'
      resolve({ ...answer, body: text, failed })
    })
    sent.end(body)
    if (leavesAfterMs !== null)
      setTimeout(() => {
        left = true
        sent.destroy()
      }, leavesAfterMs)
  })
}

const headerOf = (headers: Answer['headers'] | undefined, name: string): string | null => {
  const value = headers?.[name]
  return typeof value === 'string' ? value : null
}

type RefusalSeen = { code: string; waarborg: { reason: string | null; call: string | null } }

/** Our error, as the whole answer or as the last event of a stream. */
function errorOf(body: string | undefined): RefusalSeen | undefined {
  return eventsOf(body ?? '')
    .map(({ error }) => error as RefusalSeen | undefined)
    .find((error) => error?.waarborg !== undefined)
}

function eventsOf(body: string): Record<string, unknown>[] {
  const texts = body.startsWith('{')
    ? [body]
    : body.split('\n').flatMap((line) => (line.startsWith('data: {') ? [line.slice('data: '.length)] : []))
  return texts.flatMap((text) => {
    try {
      return [JSON.parse(text) as Record<string, unknown>]
    } catch {
      // Cut off in the middle.
      return []
    }
  })
}

type Part = { content?: string | null; tool_calls?: { function?: { arguments?: string } }[] }

function wordsOf(body: string): string {
  const parts = eventsOf(body)
    .flatMap((one) => (one.choices as { message?: Part; delta?: Part }[] | undefined) ?? [])
    .map(({ message, delta }) => message ?? delta ?? {})
  const said = parts.map(({ content }) => content ?? '').join('')
  const given = parts.flatMap(({ tool_calls }) => tool_calls ?? []).map((tool) => tool.function?.arguments ?? '')
  return said + given.join('')
}
