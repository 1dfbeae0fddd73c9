// How often a call waits for the database. A statement more is a decision: it costs every call, most where the database is far.
import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import OpenAI, { APIError } from 'openai'
import { countRoundTrips, type RoundTrips, type Running, type World, world } from './testing.ts'

describe('round trips of a call', () => {
  let w: World
  let running: Running
  let trips: RoundTrips
  let key: string
  before(async () => {
    w = await world()
    trips = countRoundTrips(w.db.database)
    running = await w.gateway({ database: trips.database })
    key = await w.system('bot', { disclosure: 'inject' })
    // The first call of a key looks up whose it is, and notes the day.
    await call('Warm')
  })
  after(() => w.close())
  beforeEach(() => void trips.take())

  const call = async (content: string, more: object = {}, headers: Record<string, string> = {}, apiKey = key) => {
    const client = new OpenAI({ apiKey, baseURL: running.url, maxRetries: 0 })
    const body = { model: 'testmodel', messages: [{ role: 'user', content }], ...more }
    const reply = await client.chat.completions.create(body as never, { headers })
    if ((more as { stream?: boolean }).stream) for await (const _ of reply as unknown as AsyncIterable<unknown>);
    return reply
  }
  const most = (limit: number, what: string) => {
    const lines = trips.take()
    assert.ok(lines.length <= limit, `${what}: ${lines.length} round trips, at most ${limit}\n${lines.join('\n')}`)
  }
  const consented = async (reference: string) => {
    await w.consent(reference, 'advies', 'given')
    return { user: reference, metadata: { purpose: 'advies' } }
  }

  test('a call of a customer with consent: eleven, with redaction, disclosure and both entries', async () => {
    const about = await consented('K-first')
    await call('Ik ben Jan Jansen', about, { 'x-waarborg-conversation': 'trips-1' })
    most(11, 'first call')
    await call('En mijn adres is jan@voorbeeld.nl', about, { 'x-waarborg-conversation': 'trips-1' })
    most(11, 'second call')
    await call('Dank', { ...about, stream: true }, { 'x-waarborg-conversation': 'trips-1' })
    most(11, 'a stream')
  })

  test('the first call of somebody who is not known yet: eleven too', async () => {
    await call('Hallo')
    most(11, 'anonymous')
    await call('Hallo', { user: 'K-new' })
    most(11, 'a new customer')
  })

  test('with an Idempotency-Key one more, and seven for an answer that is given again', async () => {
    const about = { user: 'K-once' }
    await call('Hallo', about)
    trips.take()
    const headers = { 'idempotency-key': 'trips', 'x-waarborg-conversation': 'trips-2' }
    await call('Hallo', about, headers)
    most(12, 'with a key')
    await call('Hallo', about, headers)
    most(7, 'again')
  })

  test('a refusal: six', async () => {
    await assert.rejects(call('Hallo', { user: 'K-no', metadata: { purpose: 'advies' } }), APIError)
    most(6, 'refused')
  })
})
