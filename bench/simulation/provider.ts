/** A provider that does what each call's step says, and remembers everything that reached it. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import pg from 'pg'
import { chunk, completion, event, sendJson, sendText } from '../../src/gateway/testing.ts'
import type { Received } from './trace.ts'
import type { Behaviour } from './workload.ts'

export type ScriptedProvider = {
  /** Up to and including /v1. */
  readonly url: string
  readonly received: Received[]
  close(): Promise<void>
}

type Body = { readonly seed: number; readonly stream?: boolean; readonly messages: readonly { content: string }[] }

/** `observer`: address of the database, to see what is on record when something arrives. `tick` counts what happens. */
export async function scriptedProvider({
  behaviourOf,
  observer,
  tick,
}: {
  readonly behaviourOf: (n: number) => Behaviour
  readonly observer: string
  readonly tick: () => number
}): Promise<ScriptedProvider> {
  const received: Received[] = []
  const pool = new pg.Pool({ connectionString: observer, max: 4, allowExitOnIdle: true })
  pool.on('error', () => {})
  const arrivals = new Map<string, number[]>()
  const server = createServer((req, res) => {
    res.on('error', () => {})
    const pieces: Buffer[] = []
    req.on('data', (piece: Buffer) => pieces.push(piece))
    req.on('end', () => void take(req, res, Buffer.concat(pieces).toString()))
  })

  const take = async (req: IncomingMessage, res: ServerResponse, text: string): Promise<void> => {
    const at = tick()
    const body = JSON.parse(text) as Body & { prompt_cache_key: string }
    const seen = arrivals.get(body.prompt_cache_key) ?? []
    seen.push(body.seed)
    arrivals.set(body.prompt_cache_key, seen)
    const [arrived, calls] = [seen.length, new Set(seen).size]
    const { rows } = await pool.query<{ attempted: number; admitted: number }>(onRecordSql, [body.prompt_cache_key])
    const raw = `${req.url}\n${JSON.stringify(req.rawHeaders)}\n${text}`
    received.push({ at, n: body.seed, raw, onRecord: { ...rows[0]!, arrived, calls } })
    behaviours[behaviourOf(body.seed)](res, body.messages.at(-1)!.content, body.stream === true)
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    received,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await pool.end()
    },
  }
}

/** Both tables in one statement: an entry that is being numbered stands in exactly one of them. */
const onRecordSql = `
  select count(*) filter (where type = 'call.attempted')::int as attempted,
         count(*) filter (where type = 'call.admitted')::int as admitted
  from (select type, conversation_id from ledger_pending union all select type, conversation_id from ledger_entry) e
  where conversation_id = $1`

const SLOW_MS = 20

type Answering = (res: ServerResponse, said: string, stream: boolean) => void

const behaviours: Readonly<Record<Behaviour, Answering>> = {
  echo: sendText,
  slow_echo: (res, said, stream) => {
    setTimeout(() => (stream ? dribble(res, said, true) : sendText(res, said, false)), SLOW_MS)
  },
  tool_call: (res, said, stream) => callTool(res, JSON.stringify({ vraag: said }), stream),
  foreign_tokens: (res, _, stream) => sendText(res, foreignTokens, stream),
  hang: () => {},
  break_off: (res, said, stream) => (stream ? dribble(res, said, false) : breakOff(res)),
  nonsense: (res, _, stream) => (stream ? sendNonsense(res) : sendJson(res, 200, { choices: 'geen' })),
  error: (res, said) => sendJson(res, 500, { error: { message: said } }),
  reset: (res) => {
    res.socket?.destroy()
  },
}

/** Every token that a conversation might have; only this conversation's may be given their originals. */
const foreignTokens = ['PERSON', 'EMAIL', 'IBAN', 'BSN', 'PHONE']
  .flatMap((label) => Array.from({ length: 9 }, (_, n) => `[${label}_${n + 1}]`))
  .join(' ')

/** Three characters at a time, so that a pseudonym is cut by the borders of chunks. */
function dribble(res: ServerResponse, text: string, whole: boolean): void {
  res.writeHead(200, { 'content-type': 'text/event-stream' })
  const pieces = text.match(/.{1,3}/gsu) ?? []
  for (const piece of whole ? pieces : pieces.slice(0, pieces.length / 2)) res.write(event(chunk({ content: piece })))
  if (!whole) {
    setImmediate(() => res.socket?.destroy())
    return
  }
  res.write(event(chunk({}, 'stop')))
  res.end(event('[DONE]'))
}

function breakOff(res: ServerResponse): void {
  res.writeHead(200, { 'content-type': 'application/json', 'content-length': 1_000 })
  res.write('{"id":')
  setImmediate(() => res.socket?.destroy())
}

function sendNonsense(res: ServerResponse): void {
  res.writeHead(200, { 'content-type': 'text/event-stream' })
  res.end('data: {"choices": [{\n\ndata: [DONE]\n\n')
}

function callTool(res: ServerResponse, given: string, stream: boolean): void {
  const call = { id: 'call_1', type: 'function', function: { name: 'klant_zoeken', arguments: given } }
  if (!stream) {
    sendJson(res, 200, completion(null, { tool_calls: [call] }))
    return
  }
  res.writeHead(200, { 'content-type': 'text/event-stream' })
  const part = (more: object) => res.write(event(chunk({ tool_calls: [{ index: 0, ...more }] })))
  part({ ...call, function: { name: 'klant_zoeken', arguments: '' } })
  for (const piece of given.match(/.{1,7}/gsu) ?? []) part({ function: { arguments: piece } })
  res.write(event(chunk({}, 'tool_calls')))
  res.end(event('[DONE]'))
}
