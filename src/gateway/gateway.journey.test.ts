import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import OpenAI, { APIError } from 'openai'
import { chunk, completion, event, type Running, sendJson, sendText, type World, world } from './testing.ts'

let w: World
let running: Running
let key: string

before(async () => {
  w = await world()
  key = await w.system('bot')
  running = await w.gateway()
})
after(() => w.close())
beforeEach(() => {
  w.upstream.received.length = 0
  w.upstream.answer((res, { body }) => sendText(res, 'Dag.', body.stream === true))
})

const client = (apiKey = key, more: object = {}) => new OpenAI({ apiKey, baseURL: running.url, maxRetries: 0, ...more })
const ask = (content: string, more: object = {}) => ({
  model: 'testmodel',
  messages: [{ role: 'user' as const, content }],
  ...more,
})

/** Types of the entries about a call, in the order in which they were made. */
async function eventsOf(
  call: string,
): Promise<{ type: string; body: Record<string, unknown>; refs: Record<string, string>; subject: string | null }[]> {
  const rows = await w.sql<{ payload: Buffer }>('select payload from ledger_pending where call_id = $1 order by seq', [
    call,
  ])
  return rows.map(({ payload }) => JSON.parse(payload.toString()))
}

describe('the official client', () => {
  test('gets an answer, and what left held no personal data', async () => {
    w.upstream.answer((res, { body }) =>
      sendText(res, `Dag ${(body.messages as { content: string }[])[0]!.content.split(' ').at(-1)}`, false),
    )
    const { data, response } = await client()
      .chat.completions.create(ask('Ik ben Jan Jansen', { user: 'K-1' }))
      .withResponse()
    assert.equal(data.choices[0]!.message.content, 'Dag Jan Jansen')
    assert.ok(!w.upstream.received[0]!.text.includes('Jansen') && !w.upstream.received[0]!.text.includes('K-1'))
    const call = response.headers.get('x-waarborg-call')!
    assert.deepEqual(
      (await eventsOf(call)).map(({ type }) => type),
      ['call.admitted', 'call.attempted', 'call.completed'],
    )
  })
})
