// The gateway on a real database, called by the official client without a change in it.
import assert from 'node:assert/strict'
import { createServer, request } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { after, before, beforeEach, describe, test } from 'node:test'
import OpenAI, { APIError } from 'openai'
import type { Clock } from '../platform/clock.ts'
import { type Database, StoreUnavailable, type Tx } from '../platform/database.ts'
import { randomIds } from '../platform/ids.ts'
import { readSettings } from '../platform/settings.ts'
import { eraseSubject } from '../privacy/index.ts'
import { openConversation } from '../records/index.ts'
import { recordDisclosure } from '../transparency/index.ts'
import { wordingVersion } from '../transparency/rules.ts'
import { existingKey, KeyUnavailable, openJson } from '../vault/index.ts'
import { holdConversation } from './io/hold.ts'
import { hostIdentity } from './io/processes.ts'
import { expireIdempotency } from './io/store.ts'
import {
  addKey,
  chunk,
  completion,
  event,
  type Running,
  sendJson,
  sendText,
  type World,
  wordSafeguards,
  world,
} from './testing.ts'

/** A server between client and gateway that loses answers on request: the gateway gave them, the client never got them. */
type Line = {
  readonly url: string
  readonly requests: number
  loseAnswers(n: number): void
  reset(): void
  close(): void
}

async function unreliableLine(): Promise<Line> {
  let requests = 0
  let lose = 0
  const server = createServer(async (req, res) => {
    requests++
    const losing = lose-- > 0
    const pieces: Buffer[] = []
    for await (const piece of req) pieces.push(piece)
    const body = Buffer.concat(pieces)
    const { host: _, connection: __, ...headers } = req.headers
    const answer = await fetch(`${new URL(running.url).origin}${req.url}`, {
      method: 'POST',
      headers: { ...(headers as Record<string, string>) },
      body,
    })
    const given = Buffer.from(await answer.arrayBuffer())
    if (losing) return void req.socket.destroy()
    res.writeHead(answer.status, Object.fromEntries(answer.headers)).end(given)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    get requests() {
      return requests
    },
    loseAnswers(n) {
      lose = n
    },
    reset() {
      requests = 0
      lose = 0
    },
    close: () => void server.close(),
  }
}

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

type Entry = {
  type: string
  body: Record<string, unknown>
  refs: Record<string, string>
  subject: string | null
}

/** Entries about a call, in the order in which they were made. */
async function eventsOf(call: string | null): Promise<Entry[]> {
  const rows = await w.sql<{ payload: Buffer }>('select payload from ledger_pending where call_id = $1 order by seq', [
    call,
  ])
  return rows.map(({ payload }) => JSON.parse(payload.toString()) as Entry)
}
/** The same, once the call has its end: a client is told first. */
async function allEventsOf(call: string | null): Promise<Entry[]> {
  await ended(call)
  return eventsOf(call)
}
const typesOf = async (call: string | null) => (await allEventsOf(call)).map(({ type }) => type)

/** The row of a call once it has its end. */
async function ended(call: string | null): Promise<{ state: string; code: string | null }> {
  for (let n = 0; n < 200; n++) {
    const [row] = await w.sql<{ state: string; code: string | null }>(
      'select state, code from ai_call where call_id = $1',
      [call],
    )
    if (row && row.state !== 'admitted') return row
    await soon(20)
  }
  throw new Error(`call ${call} has no end`)
}

const soon = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

type Refused = { status: number; code: string; reason: string | null; call: string | null; say: string; retry: boolean }

/** What the official client throws, taken apart. */
async function refused(call: Promise<unknown>): Promise<Refused> {
  try {
    await call
  } catch (error) {
    assert.ok(error instanceof APIError, String(error))
    const { message, waarborg } = error.error as {
      message: string
      waarborg: { call: string | null; reason: string | null; say: { chat: string; voice: string } }
    }
    assert.equal((error.error as { type: string }).type, 'waarborg_refusal')
    for (const sentence of [message, waarborg.say.chat, waarborg.say.voice]) assert.match(sentence, /^\p{Lu}.+\.$/su)
    return {
      status: error.status as number,
      code: error.code ?? '',
      reason: waarborg.reason,
      call: waarborg.call,
      say: waarborg.say.chat,
      retry: error.headers?.get('x-should-retry') !== 'false',
    }
  }
  throw new Error('the call was not refused')
}

const send = (apiKey: string, body: object = ask('Hallo'), more: object = {}) =>
  client(apiKey).chat.completions.create(body as never, more)

/** A raw answer, for what the official client would never send. */
function raw(
  body: string | Buffer,
  headers: Record<string, string> = {},
  path = '/chat/completions',
  method = 'POST',
): Promise<{
  status: number
  headers: NodeJS.Dict<string | string[]>
  error: { code: string; param: string | null; message: string; waarborg: { reason: string; call: string | null } }
}> {
  return new Promise((resolve, reject) => {
    const req = request(
      `${running.url}${path}`,
      { method, headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers } },
      (res) => {
        const pieces: Buffer[] = []
        res.on('data', (piece: Buffer) => pieces.push(piece))
        res.on('end', () =>
          resolve({
            status: res.statusCode ?? 0,
            headers: res.headers,
            error: JSON.parse(Buffer.concat(pieces).toString()).error,
          }),
        )
      },
    )
    req.on('error', reject)
    req.end(body)
  })
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
    const call = response.headers.get('x-waarborg-call')
    assert.deepEqual(await typesOf(call), ['call.admitted', 'call.attempted', 'call.completed'])
    const [admitted, , completed] = await eventsOf(call)
    assert.equal(admitted!.body.basis, 'contract')
    assert.deepEqual(admitted!.body.redacted, { PERSON: 1 })
    assert.equal(completed!.body.restored, 1)
    assert.equal(admitted!.refs.gate, 'gate-bot')
    assert.equal(admitted!.refs.oversight, 'oversight-bot')
  })

  test('gets a stream with the same words and the token counts it asked for', async () => {
    w.upstream.answer((res, { body }) => {
      const content = (body.messages as { content: string }[])[0]!.content
      sendText(res, `Beste ${content.split(' ').at(-1)}, goed dat u belt.`, true)
    })
    const stream = await client().chat.completions.create(
      ask('Ik ben Jan Jansen', { stream: true, stream_options: { include_usage: true } }) as never,
    )
    let text = ''
    let tokens: number | undefined
    for await (const part of stream as unknown as AsyncIterable<OpenAI.ChatCompletionChunk>) {
      text += part.choices[0]?.delta.content ?? ''
      tokens = part.usage?.total_tokens ?? tokens
    }
    assert.equal(text, 'Beste Jan Jansen, goed dat u belt.')
    assert.equal(tokens, 12)
  })

  test('runs a tool with the original values, and the tool result is redacted on its way back', async () => {
    const tools = [{ type: 'function', function: { name: 'klant', parameters: { type: 'object', properties: {} } } }]
    w.upstream.answer((res, { body }, n) => {
      const messages = body.messages as { content: string }[]
      if (n > 1) return sendText(res, `Gevonden: ${JSON.parse(messages.at(-1)!.content).naam}`, false)
      const token = /\[PERSON_\d+\]/.exec(messages[0]!.content)![0]
      const call = { id: 'call_1', type: 'function', function: { name: 'klant', arguments: `{"naam":"${token}"}` } }
      sendJson(res, 200, completion(null, { tool_calls: [call] }))
    })
    const first = await client().chat.completions.create(ask('Zoek Jan Jansen', { tools, user: 'K-tool' }) as never)
    const { message } = (first as unknown as OpenAI.ChatCompletion).choices[0]!
    const [call] = message.tool_calls ?? []
    assert.deepEqual(JSON.parse(call?.type === 'function' ? call.function.arguments : ''), { naam: 'Jan Jansen' })
    const second = await client().chat.completions.create({
      model: 'testmodel',
      tools,
      user: 'K-tool',
      messages: [
        { role: 'user', content: 'Zoek Jan Jansen' },
        message,
        { role: 'tool', tool_call_id: 'call_1', content: '{"naam":"Jan Jansen","mail":"jan@voorbeeld.nl"}' },
      ],
    } as never)
    assert.equal((second as unknown as OpenAI.ChatCompletion).choices[0]!.message.content, 'Gevonden: Jan Jansen')
    assert.ok(w.upstream.received.every(({ text }) => !/Jansen|voorbeeld\.nl|K-tool/.test(text)))
  })

  test('a tool that is not on the list gets pseudonyms only', async () => {
    const strict = await w.system('strict', { toolsWithOriginals: ['klant'] })
    w.upstream.answer((res, { body }) => {
      const token = /\[PERSON_\d+\]/.exec((body.messages as { content: string }[])[0]!.content)![0]
      const call = (name: string, id: string) => ({
        id,
        type: 'function',
        function: { name, arguments: `{"naam":"${token}"}` },
      })
      sendJson(res, 200, completion(null, { tool_calls: [call('klant', 'a'), call('web', 'b')] }))
    })
    const reply = (await send(strict, ask('Zoek Jan Jansen'))) as unknown as OpenAI.ChatCompletion
    const given = reply.choices[0]!.message.tool_calls!.map((each) =>
      each.type === 'function' ? each.function.arguments : '',
    )
    assert.match(given[0]!, /Jan Jansen/)
    assert.match(given[1]!, /\[PERSON_1\]/)
  })

  test('sees the model of its system, by the registered name', async () => {
    const models = await client().models.list()
    assert.deepEqual(
      models.data.map(({ id }) => id),
      ['testmodel'],
    )
  })

  test('continues a conversation that it does not name, also without a subject', async () => {
    const first = await client()
      .chat.completions.create(ask('Mijn vraag over zonnepanelen op een schuur'))
      .withResponse()
    const conversation = first.response.headers.get('x-waarborg-conversation')
    const more = await client()
      .chat.completions.create({
        model: 'testmodel',
        messages: [
          { role: 'user', content: 'Mijn vraag over zonnepanelen op een schuur' },
          { role: 'assistant', content: 'Dag.' },
          { role: 'user', content: 'Bedankt' },
        ],
      })
      .withResponse()
    assert.equal(more.response.headers.get('x-waarborg-conversation'), conversation)
    const turns = await w.sql('select seq, role from turn where conversation_id = $1 order by seq', [conversation])
    assert.deepEqual(
      turns.map(({ role }) => role),
      ['customer', 'ai', 'customer', 'ai'],
    )
  })

  test('a final no is asked once, a no that may pass is tried again', async () => {
    const stopped = await w.system('gone', { standing: 'no_gate' })
    const patient = (apiKey: string) => client(apiKey, { maxRetries: 2 })
    await refused(patient(stopped).chat.completions.create(ask('Hallo')))
    const [row] = await w.sql<{ n: number }>(`select count(*)::int as n from ai_call where system_id = 'gone'`)
    assert.equal(row!.n, 1)
    w.upstream.answer((res, _, n) => (n < 4 ? sendJson(res, 500, {}) : sendText(res, 'Toch.', false)))
    const reply = await patient(key).chat.completions.create(ask('Nog eens'))
    assert.equal(reply.choices[0]!.message.content, 'Toch.')
  })

  test('reads the refusals of the gateway as its own error classes', async () => {
    await assert.rejects(send('sk-nothing'), OpenAI.AuthenticationError)
    await assert.rejects(send(key, ask('x', { model: 'gpt-x' })), OpenAI.NotFoundError)
    await assert.rejects(send(await w.system('gateless', { standing: 'no_gate' })), OpenAI.PermissionDeniedError)
    await assert.rejects(send(key, { model: 'testmodel', messages: [] }), OpenAI.BadRequestError)
  })
})

describe('bad input', () => {
  const nobody = 'wb_0000000000000000_00000000000000000000000000000000000000000000_000000'

  test('an unknown key is counted, not recorded', async () => {
    const [before] = await w.sql<{ n: number }>('select count(*)::int as n from ledger_pending')
    const almost = `${key.slice(0, -1)}${key.endsWith('x') ? 'y' : 'x'}`
    for (const unknown of ['nonsense', nobody, almost]) {
      const { status, code, call } = await refused(send(unknown))
      assert.deepEqual({ status, code, call }, { status: 401, code: 'unknown_key', call: null })
    }
    const [after] = await w.sql<{ n: number }>('select count(*)::int as n from ledger_pending')
    assert.equal(after!.n, before!.n)
    assert.ok(running.gateway.status().counts.some(({ code }) => code === 'unknown_key'))
  })

  test('no key at all', async () => {
    const { status, error } = await raw(JSON.stringify(ask('Hallo')), { authorization: '' })
    assert.deepEqual([status, error.code], [401, 'unknown_key'])
  })

  test('a revoked key and an expired key are said to be so, on record', async () => {
    const at = new Date(Date.now() - 60_000)
    const revoked = await refused(send(await addKey(w.sql, 'bot', 'kaapstroom', { revokedAt: at })))
    assert.deepEqual([revoked.status, revoked.code], [401, 'key_revoked'])
    assert.deepEqual(await typesOf(revoked.call), ['call.refused'])
    const expired = await refused(send(await addKey(w.sql, 'bot', 'kaapstroom', { expiresAt: at })))
    assert.deepEqual([expired.status, expired.code], [401, 'key_expired'])
  })

  const calls: readonly {
    readonly name: string
    readonly seed?: Parameters<World['system']>[1]
    readonly body?: object
    readonly headers?: Record<string, string>
    readonly code: string
    readonly status: number
    readonly reason?: string
  }[] = [
    {
      name: 'another system than that of the key',
      headers: { 'x-waarborg-system': 'iets-anders' },
      code: 'system_unknown',
      status: 403,
    },
    {
      name: 'a purpose that is not in the register',
      headers: { 'x-waarborg-purpose': 'marketing' },
      code: 'purpose_unknown',
      status: 403,
    },
    { name: 'an unknown model', body: ask('Hallo', { model: 'gpt-9' }), code: 'model_unknown', status: 404 },
    { name: 'no messages', body: { model: 'testmodel', messages: [] }, code: 'invalid_request', status: 400 },
    { name: 'too many choices', body: ask('Hallo', { n: 9 }), code: 'invalid_request', status: 400 },
    {
      name: 'a tool that the provider runs',
      body: ask('Hallo', { tools: [{ type: 'web_search' }] }),
      code: 'feature_unknown',
      status: 422,
    },
    { name: 'a system without gate', seed: { standing: 'no_gate' }, code: 'gate_not_passed', status: 403 },
    { name: 'a system without standing', seed: { standing: 'none' }, code: 'gate_not_passed', status: 403 },
    { name: 'a system nobody watches', seed: { standing: 'no_oversight' }, code: 'oversight_missing', status: 403 },
    {
      name: 'consent that was never given',
      headers: { 'x-waarborg-purpose': 'advies', 'x-waarborg-subject': 'K-never' },
      code: 'consent_missing',
      status: 403,
      reason: 'never_given',
    },
    {
      name: 'a practice that the law forbids',
      seed: { prohibited: { practice: 'social scoring', lawRef: 'AI Act 5(1)(c)' } },
      code: 'prohibited_practice',
      status: 403,
    },
    {
      name: 'an address in a private network',
      seed: { upstream: 'elders' },
      code: 'provider_not_allowed',
      status: 403,
      reason: 'address_private',
    },
    {
      name: 'a supplier without an agreement',
      seed: { upstream: 'zonder-voorwaarden' },
      code: 'provider_not_allowed',
      status: 403,
      reason: 'agreement_missing',
    },
    {
      name: 'a supplier that the purpose does not name',
      seed: { upstream: 'met-voorwaarden', purposes: ['doorverbinden'] },
      code: 'provider_not_allowed',
      status: 403,
      reason: 'upstream_not_named',
    },
    { name: 'no disclosure', seed: { disclosure: 'require' }, code: 'disclosure_missing', status: 403 },
    {
      name: 'nobody said that emotions are estimated',
      seed: { disclosure: 'inject', emotionInference: 'customer' },
      code: 'disclosure_missing',
      status: 403,
      reason: 'emotion_notice_missing',
    },
    {
      name: 'nobody said that people are sorted',
      seed: { biometricCategorisation: true },
      code: 'disclosure_missing',
      status: 403,
      reason: 'biometric_notice_missing',
    },
    {
      name: 'a picture',
      body: ask('', {
        messages: [
          { role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://voorbeeld.nl/a.png' } }] },
        ],
      }),
      code: 'content_not_allowed',
      status: 403,
      reason: 'image',
    },
    { name: 'an upstream that is down', seed: { upstream: 'weg' }, code: 'upstream_failed', status: 502 },
  ]
  for (const [i, { name, seed, body, headers, code, status, reason }] of calls.entries())
    test(`${name}: ${code}`, async () => {
      const id = `case${i}`
      const seen = await refused(send(await w.system(id, seed), body, { headers: headers ?? {} }))
      assert.deepEqual([seen.status, seen.code], [status, code])
      if (reason) assert.equal(seen.reason, reason)
      assert.equal(seen.retry, status >= 500)
      const types = await typesOf(seen.call)
      assert.deepEqual(types.at(-1), status >= 500 ? 'call.failed' : 'call.refused')
      if (status < 500) assert.equal(w.upstream.received.length, 0)
    })

  test('a supplier with complete terms gets the calls of a purpose that names it', async () => {
    await send(await w.system('genoemd', { upstream: 'met-voorwaarden' }), ask('Hallo'))
    assert.equal(w.upstream.received.length, 1)
  })

  const malformed: readonly (readonly [string, string | Buffer, string])[] = [
    ['half a JSON text', '{"model":', 'json'],
    ['a list', '[]', 'not_an_object'],
    ['nothing', '', 'json'],
    ['a name twice', '{"model":"a","model":"testmodel","messages":[]}', 'duplicate_key'],
    ['bytes that are not UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 'utf8'],
    ['a hundred thousand brackets', `{"model":${'['.repeat(100_000)}`, 'too_deep'],
    ['a message without role', '{"model":"testmodel","messages":[{"content":"x"}]}', 'missing'],
  ]
  for (const [name, body, reason] of malformed)
    test(`${name} is refused with its place, on record`, async () => {
      const { status, error, headers } = await raw(body)
      assert.deepEqual([status, error.code, error.waarborg.reason], [400, 'invalid_request', reason])
      assert.equal(headers['x-should-retry'], 'false')
      assert.ok(error.param)
      assert.deepEqual(await typesOf(error.waarborg.call), ['call.refused'])
    })

  test('20 MB are refused while they come in', async () => {
    const { status, error } = await raw(Buffer.alloc(20 * 1024 * 1024, 0x61))
    assert.deepEqual([status, error.code], [413, 'request_too_large'])
  })

  test('20 MB without a length are refused too', async () => {
    const { status, error } = await raw(Buffer.alloc(20 * 1024 * 1024, 0x61), { 'transfer-encoding': 'chunked' })
    assert.deepEqual([status, error.code], [413, 'request_too_large'])
  })

  test('another kind of body, and a compressed one', async () => {
    for (const headers of [{ 'content-type': 'text/plain' }, { 'content-encoding': 'gzip' }]) {
      const { status, error } = await raw(JSON.stringify(ask('Hallo')), headers as Record<string, string>)
      assert.deepEqual([status, error.code], [415, 'media_type'])
    }
  })

  test('endpoints that are not there say so', async () => {
    for (const path of ['/responses', '/embeddings', '/chat/completions/extra', '/models']) {
      const { status, error } = await raw('{}', {}, path)
      assert.deepEqual([path, status, error.code], [path, 404, 'unsupported_endpoint'])
    }
  })

  test('a header sent twice means neither', async () => {
    const socket = connect(Number(new URL(running.url).port), '127.0.0.1')
    const body = JSON.stringify(ask('Hallo'))
    const head = `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json\r\nx-waarborg-subject: K-1\r\nx-waarborg-subject: K-2\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n`
    socket.write(head + body)
    let text = ''
    for await (const piece of socket) text += piece
    assert.match(text, /"reason":"given_twice"/)
  })
})

describe('an upstream that misbehaves', () => {
  let quick: Running
  before(async () => {
    quick = await w.gateway({
      settings: readSettings({
        WAARBORG_UPSTREAM_HEAD_S: '0.3',
        WAARBORG_UPSTREAM_IDLE_S: '0.3',
        WAARBORG_UPSTREAM_TOTAL_S: '2',
        WAARBORG_GATEWAY_REPLY_LIMIT_KIB: '64',
      }),
    })
  })
  after(() => quick.close())
  const call = (stream: boolean) =>
    new OpenAI({ apiKey: key, baseURL: quick.url, maxRetries: 0 }).chat.completions.create(
      ask('Hallo', { stream }) as never,
    )
  const readAll = async (stream: unknown) => {
    let text = ''
    for await (const part of stream as AsyncIterable<OpenAI.ChatCompletionChunk>)
      text += part.choices[0]?.delta.content ?? ''
    return text
  }
  const sse = { 'content-type': 'text/event-stream' }

  const cases: readonly {
    readonly name: string
    readonly answer: Parameters<World['upstream']['answer']>[0]
    readonly code: string
    readonly status: number
    readonly reason: string
    readonly attempts?: number
  }[] = [
    { name: 'hangs', answer: () => {}, code: 'upstream_timeout', status: 504, reason: 'head' },
    {
      name: 'falls silent in an answer',
      answer: (res) => {
        res.writeHead(200, { 'content-type': 'application/json', 'content-length': '500' })
        res.write('{"id"')
      },
      code: 'upstream_timeout',
      status: 504,
      reason: 'idle',
    },
    {
      name: 'breaks off before it answers',
      answer: (res) => res.destroy(),
      code: 'upstream_failed',
      status: 502,
      reason: 'cut_off',
      attempts: 2,
    },
    {
      name: 'breaks off in its answer',
      answer: (res) => {
        res.writeHead(200, { 'content-type': 'application/json', 'content-length': '500' })
        res.write('{"id"', () => res.destroy())
      },
      code: 'upstream_failed',
      status: 502,
      reason: 'cut_off',
    },
    {
      name: 'answers nonsense',
      answer: (res) => {
        res.writeHead(200, { 'content-type': 'application/json' })
        res.end('<html>')
      },
      code: 'upstream_failed',
      status: 502,
      reason: 'not_json',
    },
    {
      name: 'answers something else',
      answer: (res) => sendJson(res, 200, { hello: 'world' }),
      code: 'upstream_failed',
      status: 502,
      reason: 'not_a_reply',
    },
    {
      name: 'answers without end',
      answer: (res) => {
        res.writeHead(200, { 'content-type': 'application/json' })
        const more = () => {
          while (!res.destroyed && res.write('x'.repeat(65_536)));
          if (!res.destroyed) res.once('drain', more)
        }
        more()
      },
      code: 'upstream_failed',
      status: 502,
      reason: 'reply_too_large',
    },
    {
      name: 'does not know our key',
      answer: (res) => sendJson(res, 401, { error: { message: 'Incorrect API key: sk-secret' } }),
      code: 'upstream_unauthorised',
      status: 502,
      reason: 'status_401',
      attempts: 1,
    },
    {
      name: 'sends elsewhere',
      answer: (res) => {
        res.writeHead(307, { location: `${w.upstream.url}/chat/completions` })
        res.end()
      },
      code: 'upstream_failed',
      status: 502,
      reason: 'status_307',
      attempts: 1,
    },
    {
      name: 'is too busy',
      answer: (res) => sendJson(res, 429, {}),
      code: 'upstream_failed',
      status: 502,
      reason: 'status_429',
      attempts: 2,
    },
    {
      name: 'compresses without being asked',
      answer: (res) => sendJson(res, 200, completion('x'), { 'content-encoding': 'br' }),
      code: 'upstream_failed',
      status: 502,
      reason: 'encoding',
    },
  ]
  for (const { name, answer, code, status, reason, attempts } of cases)
    test(`one that ${name}: ${code}, with its end on record`, async () => {
      w.upstream.answer(answer)
      const seen = await refused(call(false))
      assert.deepEqual([seen.status, seen.code, seen.reason], [status, code, reason])
      const events = await allEventsOf(seen.call)
      assert.equal(events.at(-1)!.type, 'call.failed')
      assert.equal(events.at(-1)!.body.reason, reason)
      assert.equal(events.filter(({ type }) => type === 'call.failed').length, 1)
      if (attempts !== undefined) {
        assert.equal(w.upstream.received.length, attempts)
        assert.equal(events.filter(({ type }) => type === 'call.attempted').length, attempts)
      }
    })

  const streams: readonly (readonly [
    string,
    (res: Parameters<Parameters<World['upstream']['answer']>[0]>[0]) => void,
    string,
  ])[] = [
    ['falls silent', (res) => res.write(event(chunk({ content: 'Goed, ' }))), 'idle'],
    ['breaks off', (res) => res.write(event(chunk({ content: 'Goed, ' })), () => res.destroy()), 'cut_off'],
    ['ends without saying that it is done', (res) => res.end(event(chunk({ content: 'Goed, ' }))), 'cut_off'],
    ['turns into nonsense', (res) => res.end(`${event(chunk({ content: 'Goed, ' }))}data: {{{\n\n`), 'not_json'],
    [
      'sends an error',
      (res) => res.end(event(chunk({ content: 'Goed, ' })) + event({ error: { message: 'sk-secret' } })),
      'error_event',
    ],
    [
      'sends half a character',
      (res) => res.end(Buffer.concat([Buffer.from(event(chunk({ content: 'Goed, ' }))), Buffer.from([0xc3, 0x28])])),
      'utf8',
    ],
  ]
  for (const [name, answer, reason] of streams)
    test(`a stream that ${name} ends with our code, and no client takes it for whole`, async () => {
      w.upstream.answer((res) => {
        res.writeHead(200, sse)
        answer(res)
      })
      const seen = await refused(call(true).then(readAll))
      assert.equal(seen.reason, reason)
      const events = await allEventsOf(seen.call)
      assert.equal(events.at(-1)!.type, 'call.failed')
      assert.deepEqual(await ended(seen.call), { state: 'failed', code: seen.code })
    })

  test('line ends, comments and single bytes make no difference', async () => {
    const text = [
      chunk({ role: 'assistant' }),
      chunk({ content: 'Eén ' }),
      chunk({ content: 'antwoord.' }),
      chunk({}, 'stop'),
    ]
      .map((each) => `: stil\r\ndata: ${JSON.stringify(each)}\r\n\r\n`)
      .concat('data: [DONE]\r\n\r\n')
      .join('')
    w.upstream.answer((res) => {
      res.writeHead(200, sse)
      res.socket?.setNoDelay(true)
      for (const byte of Buffer.from(text)) res.write(Buffer.from([byte]))
      res.end()
    })
    assert.equal(await readAll(await call(true)), 'Eén antwoord.')
  })

  test('a whole answer to a call that asked for a stream is streamed', async () => {
    w.upstream.answer((res) => sendText(res, 'Heel antwoord.', false))
    assert.equal(await readAll(await call(true)), 'Heel antwoord.')
  })

  test('nothing of what it said about itself reaches the client', async () => {
    w.upstream.answer((res) => sendJson(res, 401, { error: { message: 'Incorrect API key: sk-secret' } }))
    await assert.rejects(call(false), (error) => !JSON.stringify(error).includes('sk-secret'))
  })
})

describe('a client that leaves', () => {
  test('before the answer: the upstream is cancelled and the end says so', async () => {
    const before = w.upstream.aborted
    const arrived = new Promise<void>((resolve) => w.upstream.answer(() => resolve()))
    const abort = new AbortController()
    const leaving = client(await w.system('leaves')).chat.completions.create(ask('Hallo'), { signal: abort.signal })
    await arrived
    abort.abort()
    await assert.rejects(leaving, OpenAI.APIUserAbortError)
    const [row] = await w.sql<{ call_id: string }>(`select call_id from ai_call where system_id = 'leaves'`)
    assert.deepEqual(await ended(row!.call_id), { state: 'cancelled', code: null })
    assert.equal((await typesOf(row!.call_id)).at(-1), 'call.cancelled')
    for (let n = 0; w.upstream.aborted === before && n < 100; n++) await soon(10)
    assert.equal(w.upstream.aborted, before + 1)
  })

  test('in a stream: what was delivered is kept as the turn', async () => {
    w.upstream.answer((res) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' })
      res.write(event(chunk({ content: 'Eerste stuk. ' })))
    })
    const stream = (await client(await w.system('leaves2')).chat.completions.create(
      ask('Hallo', { stream: true }) as never,
    )) as unknown as AsyncIterable<unknown> & { controller: AbortController }
    for await (const _ of stream) break
    const [row] = await w.sql<{ call_id: string }>(`select call_id from ai_call where system_id = 'leaves2'`)
    assert.equal((await ended(row!.call_id)).state, 'cancelled')
    const turns = await w.sql('select role from turn where call_id = $1 order by seq', [row!.call_id])
    assert.deepEqual(
      turns.map(({ role }) => role),
      ['customer', 'ai'],
    )
  })

  test('while it still sends: nothing is recorded and nothing left', async () => {
    const socket = connect(Number(new URL(running.url).port), '127.0.0.1')
    socket.write(
      `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json\r\ncontent-length: 900\r\n\r\n{"model"`,
    )
    await soon(50)
    socket.destroy()
    await soon(50)
    assert.equal(running.gateway.status().open, 0)
    assert.equal(w.upstream.received.length, 0)
  })
})

describe('the ground', () => {
  const asSubject = (reference: string, purpose = 'advies') => ({
    headers: { 'x-waarborg-subject': reference, 'x-waarborg-purpose': purpose },
  })

  test('consent lets the call through and is named in its entry', async () => {
    const consent = await w.consent('K-yes', 'advies', 'given')
    const { response } = await client().chat.completions.create(ask('Hallo'), asSubject('K-yes')).withResponse()
    const [admitted] = await eventsOf(response.headers.get('x-waarborg-call'))
    assert.equal(admitted!.refs.consent, consent)
    assert.equal(admitted!.body.basis, 'consent')
  })

  test('withdrawn in mid-conversation, the very next call is refused', async () => {
    await w.consent('K-back', 'advies', 'given')
    const headers = { ...asSubject('K-back').headers, 'x-waarborg-conversation': 'back-1' }
    await send(key, ask('Eerst'), { headers })
    await w.consent('K-back', 'advies', 'withdrawn')
    const seen = await refused(send(key, ask('Daarna'), { headers }))
    assert.deepEqual([seen.status, seen.code], [403, 'consent_withdrawn'])
    assert.match(seen.say, /toestemming ingetrokken/)
    assert.equal(w.upstream.received.length, 1)
  })

  test('taken back by a word in the chat: recorded before anything leaves, and that very call is refused', async () => {
    await w.consent('K-word', 'advies', 'given')
    const headers = { ...asSubject('K-word').headers, 'x-waarborg-conversation': 'word-1' }
    await send(key, ask('Eerst'), { headers })
    const seen = await refused(send(key, ask('Stop toestemming.'), { headers }))
    assert.deepEqual([seen.status, seen.code, seen.reason], [403, 'consent_withdrawn', 'withdrawn'])
    assert.equal(w.upstream.received.length, 1)
    const rows = await w.sql<{ event_id: string; state: string; by_whom: string; wording: { channel: string } }>(
      `select e.event_id, e.state, e.by_whom, e.wording from consent_event e join conversation c on c.subject_id = e.subject_id
       where c.conversation_id = (select conversation_id from ai_call where call_id = $1) order by e.seq`,
      [seen.call],
    )
    assert.deepEqual(rows.map(({ state, by_whom, wording }) => [state, by_whom, wording.channel]).at(-1), [
      'withdrawn',
      'customer',
      'chat',
    ])
    // Said again it is still withdrawn, and recorded once.
    assert.equal((await refused(send(key, ask('stop toestemming'), { headers }))).code, 'consent_withdrawn')
    const [again] = await w.sql<{ n: number }>(
      `select count(*)::int as n from consent_event where state = 'withdrawn' and wording ->> 'version' = 'withdrawal-word'`,
    )
    assert.equal(again!.n, 1)
    const [entry] = await w.sql<{ n: number }>('select count(*)::int as n from ledger_pending where id = $1', [
      rows.at(-1)!.event_id,
    ])
    assert.equal(entry!.n, 1)
  })

  test("the word changes nothing where no consent is asked, and a stranger's key records nothing", async () => {
    const answer = await client().chat.completions.create(
      ask('stop toestemming'),
      asSubject('K-contract', 'klantenservice'),
    )
    assert.ok(answer.choices[0]?.message.content)
    await w.consent('K-strange', 'advies', 'given')
    await refused(send(`${key.slice(0, -8)}00000000`, ask('stop toestemming'), asSubject('K-strange')))
    const [row] = await w.sql<{ n: number }>(
      `select count(*)::int as n from consent_event e join subject_reference r using (tenant_id, subject_id) where e.state = 'withdrawn' and e.wording ->> 'version' = 'withdrawal-word'`,
    )
    assert.equal(row!.n, 1)
  })

  test('on hold nothing goes to the AI, and it goes on when the conversation does', async () => {
    const headers = { 'x-waarborg-subject': 'K-hold', 'x-waarborg-conversation': 'hold-1' }
    await send(key, ask('Eerst'), { headers })
    const hold = (hold: boolean) =>
      w.db.database.inTx({ tenant: 'dekade', clients: ['kaapstroom'], actor: { kind: 'system', id: 'bot' } }, (tx) =>
        holdConversation(
          tx,
          w.ring,
          { client: 'kaapstroom', conversation: 'hold-1', hold },
          { now: new Date(), ids: randomIds },
        ),
      )
    const { heldAt } = await hold(true)
    assert.ok(heldAt)
    assert.deepEqual((await hold(true)).heldAt, heldAt)
    const seen = await refused(send(key, ask('Muziek'), { headers }))
    assert.deepEqual([seen.status, seen.code, seen.reason], [403, 'content_not_allowed', 'on_hold'])
    assert.match(seen.say, /in de wacht/)
    assert.equal(w.upstream.received.length, 1)
    assert.equal((await hold(false)).heldAt, null)
    await send(key, ask('Verder'), { headers })
    assert.equal(w.upstream.received.length, 2)
    const events = await w.sql<{ type: string }>(
      `select type from ledger_pending where type in ('conversation.held', 'conversation.resumed') order by at`,
    )
    assert.deepEqual(
      events.map(({ type }) => type),
      ['conversation.held', 'conversation.resumed'],
    )
  })

  test('consent that has run out, and a clock that jumps back does not revive it', async () => {
    const at = { now: new Date() }
    const clock: Clock = { now: () => at.now }
    const jumping = await w.gateway({ clock })
    const call = () =>
      new OpenAI({ apiKey: key, baseURL: jumping.url, maxRetries: 0 }).chat.completions.create(
        ask('Hallo'),
        asSubject('K-old'),
      )
    const start = at.now.getTime()
    await w.consent('K-old', 'advies', 'given', { expiresAt: new Date(start + 60_000) })
    await call()
    at.now = new Date(start + 61_000)
    assert.deepEqual([(await refused(call())).code, (await refused(call())).reason], ['consent_missing', 'expired'])
    at.now = new Date(start - 3_600_000)
    await w.consent('K-old', 'advies', 'withdrawn')
    assert.equal((await refused(call())).code, 'consent_withdrawn')
    await jumping.close()
  })

  test('a clock that jumps back leaves limits and entries whole', async () => {
    const at = { now: new Date() }
    const jumping = await w.gateway({ clock: { now: () => at.now } })
    const limited = await w.system('limited', { limits: { callsPerMinute: 2 } })
    const call = () =>
      new OpenAI({ apiKey: limited, baseURL: jumping.url, maxRetries: 0 }).chat.completions.create(ask('Hallo'))
    await call()
    at.now = new Date(at.now.getTime() - 3_600_000)
    await call()
    const seen = await refused(call())
    assert.deepEqual([seen.status, seen.code, seen.retry], [429, 'limit_exceeded', true])
    await jumping.close()
  })

  test('an objection stops what rests on a legitimate interest', async () => {
    await w.consent('K-no', 'doorverbinden', 'objected')
    assert.equal((await refused(send(key, ask('Hallo'), asSubject('K-no', 'doorverbinden')))).code, 'objected')
  })

  test('observe lets a call through and writes down what it would have refused, but never a stop', async () => {
    const observing = await w.system('observing', {
      mode: 'observe',
      observeUntil: new Date(Date.now() + 86_400_000),
      observeSignedBy: ['a', 'b'],
      standing: 'no_gate',
    })
    const { response } = await client(observing).chat.completions.create(ask('Hallo')).withResponse()
    const [admitted] = await eventsOf(response.headers.get('x-waarborg-call'))
    assert.equal(admitted!.body.wouldRefuse, 'gate_not_passed')
    await stop('observing')
    assert.equal((await refused(send(observing))).code, 'system_stopped')
  })

  test('somebody else may not go on with a conversation', async () => {
    const headers = (subject: string) => ({
      headers: { 'x-waarborg-conversation': 'shared-1', 'x-waarborg-subject': subject },
    })
    await send(key, ask('Hallo'), headers('K-a'))
    await send(key, ask('Anders'), headers('K-b')).then(
      () => assert.fail('let through'),
      (error: APIError) => assert.equal(error.code, 'invalid_request'),
    )
  })
})

async function stop(system: string): Promise<string> {
  const id = `stop-${system}-${Math.random()}`
  await w.sql(
    `insert into stop_order (tenant_id, client_id, stop_id, system_id, reason, stopped_by, stopped_at) values ('dekade', 'kaapstroom', $1, $2, 'wrong_answers', 'test', now())`,
    [id, system],
  )
  return id
}

describe('saying that it is AI', () => {
  test('a conversation begins with it, once, and it is on record before the answer', async () => {
    const injecting = await w.system('injecting', { disclosure: 'inject' })
    const headers = { 'x-waarborg-conversation': 'says-1' }
    const first = await client(injecting).chat.completions.create(ask('Hallo'), { headers }).withResponse()
    assert.match(first.data.choices[0]!.message.content ?? '', /^U chat met een computer.*\n\nDag\.$/s)
    assert.deepEqual(await typesOf(first.response.headers.get('x-waarborg-call')), [
      'call.admitted',
      'call.attempted',
      'disclosure.made',
      'call.completed',
    ])
    const second = await client(injecting).chat.completions.create(ask('Nog iets'), { headers })
    assert.equal(second.choices[0]!.message.content, 'Dag.')
  })

  test('a stream begins with it', async () => {
    const stream = await client(await w.system('injecting2', { disclosure: 'inject' })).chat.completions.create(
      ask('Hallo', { stream: true }) as never,
    )
    let text = ''
    for await (const part of stream as unknown as AsyncIterable<OpenAI.ChatCompletionChunk>)
      text += part.choices[0]?.delta.content ?? ''
    assert.match(text, /^U chat met een computer.*\n\nDag\.$/s)
  })

  test('English customers get it in English', async () => {
    const reply = await send(await w.system('injecting3', { disclosure: 'inject' }), ask('Hello'), {
      headers: { 'x-waarborg-language': 'en-GB' },
    })
    assert.match(
      (reply as OpenAI.ChatCompletion).choices[0]!.message.content ?? '',
      /^You are chatting with a computer/,
    )
  })

  test('in the words of the client, where it has its own', async () => {
    const own = {
      chat: { nl: 'Een robot van {organisation} helpt u. Typ {humanWord}.', en: 'A robot of {organisation}.' },
    }
    const set = (value: object | null) =>
      w.sql(
        `update client set profile = case when $1::jsonb is null then profile - 'disclosures' else profile || jsonb_build_object('disclosures', $1::jsonb) end
         where client_id = 'kaapstroom'`,
        [value === null ? null : JSON.stringify(value)],
      )
    await set(own)
    try {
      const headers = { 'x-waarborg-conversation': 'own-words' }
      const reply = await send(await w.system('ownwords', { disclosure: 'inject' }), ask('Hallo'), { headers })
      assert.match(
        (reply as OpenAI.ChatCompletion).choices[0]!.message.content ?? '',
        /^Een robot van Kaapstroom.* helpt u\. Typ medewerker\.\n\nDag\.$/s,
      )
      const [row] = await w.sql<{ text_version: string }>(
        'select text_version from disclosure_event order by at desc, disclosure_id desc limit 1',
      )
      assert.equal(row!.text_version, wordingVersion('nl', 'disclosure.chat', own.chat.nl))
    } finally {
      await set(null)
    }
  })

  test('beside it, that emotions are estimated: no call before that was said, every call after', async () => {
    const listening = await w.system('listening', { disclosure: 'inject', emotionInference: 'customer' })
    const conversation = 'listens-1'
    const more = { headers: { 'x-waarborg-conversation': conversation } }
    const before = await refused(send(listening, ask('Hallo'), more))
    assert.deepEqual([before.code, before.reason], ['disclosure_missing', 'emotion_notice_missing'])
    assert.equal(w.upstream.received.length, 0)
    const about = { client: 'kaapstroom', system: 'listening', channel: 'chat', language: 'nl' }
    const act = { now: new Date(), ids: randomIds }
    await w.db.database.inTx(
      { tenant: 'dekade', clients: ['kaapstroom'], actor: { kind: 'system', id: 'listening' } },
      async (tx) => {
        const found = await openConversation(tx, w.ring, { ...about, conversation }, act)
        const said = { source: 'reported', textKey: 'disclosure.emotion.other', textVersion: 'v', at: act.now } as const
        await recordDisclosure(tx, { ...about, ...found, ...said, kind: 'emotion' }, act)
      },
    )
    const reply = (await send(listening, ask('Hallo'), more)) as OpenAI.ChatCompletion
    assert.match(reply.choices[0]!.message.content ?? '', /^U chat met een computer/, 'that it is AI is still said')
    assert.equal(w.upstream.received.length, 1)
  })
})

describe('a customer who becomes known', () => {
  const headers = (conversation: string, subject?: string) => ({
    headers: { 'x-waarborg-conversation': conversation, ...(subject ? { 'x-waarborg-subject': subject } : {}) },
  })

  test('after the platform said that it is AI: the call goes on, as theirs', async () => {
    await w.consent('K-known', 'doorverbinden', 'objection_lifted')
    const scope = { tenant: 'dekade', clients: ['kaapstroom'], actor: { kind: 'system', id: 'bot' } } as const
    const act = { now: new Date(), ids: randomIds }
    const opened = await w.db.database.inTx(scope, (tx) =>
      openConversation(tx, w.ring, { client: 'kaapstroom', system: 'bot', conversation: 'known-1' }, act),
    )
    const { response } = await client()
      .chat.completions.create(ask('Hallo'), headers('known-1', 'K-known'))
      .withResponse()
    assert.equal(response.headers.get('x-waarborg-conversation'), opened.conversation)
    const [row] = await w.sql<{ kind: string }>(
      'select s.kind from conversation c join data_subject s using (tenant_id, subject_id) where c.conversation_id = $1',
      [opened.conversation],
    )
    assert.equal(row!.kind, 'known')
  })

  test('in mid-conversation: what was said before is sealed for them, and the conversation goes on', async () => {
    await w.consent('K-mid', 'doorverbinden', 'objection_lifted')
    await send(key, ask('Ik ben Jan Jansen'), headers('mid-1'))
    const { response } = await client()
      .chat.completions.create(
        {
          model: 'testmodel',
          messages: [
            { role: 'user', content: 'Ik ben Jan Jansen' },
            { role: 'assistant', content: 'Dag.' },
            { role: 'user', content: 'Mijn klantnummer volgt' },
          ],
        },
        headers('mid-1', 'K-mid'),
      )
      .withResponse()
    const conversation = response.headers.get('x-waarborg-conversation')!
    const turns = await w.sql<{ seq: number; sealed: Buffer; subject_id: string }>(
      'select t.seq, t.sealed, c.subject_id from turn t join conversation c using (tenant_id, conversation_id) where t.conversation_id = $1 order by t.seq',
      [conversation],
    )
    assert.equal(turns.length, 4)
    const scope = { tenant: 'dekade', clients: '*', actor: { kind: 'job', id: 'test' } } as const
    const owner = await w.db.database.inTx(scope, (tx) =>
      existingKey(tx, w.ring, { tenant: 'dekade', subject: turns[0]!.subject_id }),
    )
    const said = turns.map(
      ({ seq, sealed }) =>
        (openJson(owner, ['turn', 'sealed', 'dekade', conversation, String(seq)], sealed) as { said: string }).said,
    )
    assert.deepEqual(said, ['Ik ben Jan Jansen', 'Dag.', 'Mijn klantnummer volgt', 'Dag.'])
    assert.ok(w.upstream.received.at(-1)!.text.includes('[PERSON_1]'))
  })

  test('what they said about consent before is not forgotten', async () => {
    await w.consent('K-later', 'advies', 'given')
    const advice = (subject?: string) => ({
      headers: { ...headers('later-1', subject).headers, 'x-waarborg-purpose': 'advies' },
    })
    const first = await refused(send(key, ask('Hallo'), advice()))
    assert.equal(first.code, 'consent_missing')
    const [row] = await w.sql<{ conversation_id: string; subject_id: string }>(
      'select conversation_id, subject_id from ai_call where call_id = $1',
      [first.call],
    )
    await w.sql(
      `insert into consent_event (tenant_id, client_id, event_id, subject_id, purpose_id, state, at, by_whom, conversation_id, wording)
       values ('dekade', 'kaapstroom', 'no-1', $1, 'advies', 'refused', now(), 'customer', $2, '{"version":"1","language":"nl","channel":"chat"}')`,
      [row!.subject_id, row!.conversation_id],
    )
    assert.equal((await refused(send(key, ask('Hallo'), advice('K-later')))).code, 'consent_missing')
  })
})

describe('a stop order', () => {
  /** A stream that does not end by itself. */
  const endless = () =>
    w.upstream.answer((res) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' })
      const more = setInterval(() => res.write(event(chunk({ content: 'woord ' }))), 20)
      res.on('close', () => clearInterval(more))
    })

  /** Starts a stream and resolves when its first words came; `over` is what ends it. */
  async function streaming(apiKey: string, url = running.url, headers: Record<string, string> = {}) {
    const stream = (await new OpenAI({ apiKey, baseURL: url, maxRetries: 0 }).chat.completions.create(
      ask('Hallo', { stream: true }) as never,
      { headers },
    )) as unknown as AsyncIterable<OpenAI.ChatCompletionChunk>
    const reader = stream[Symbol.asyncIterator]()
    await reader.next()
    const over = refused(
      (async () => {
        for (let next = await reader.next(); next.done !== true; next = await reader.next());
      })(),
    )
    return { over }
  }

  test('ends a stream under way within a second, with its reason on record', async () => {
    endless()
    const { over } = await streaming(await w.system('halted'))
    const began = performance.now()
    const id = await stop('halted')
    const seen = await over
    assert.ok(performance.now() - began < 1_000, `${performance.now() - began} ms`)
    assert.deepEqual([seen.code, seen.reason], ['system_stopped', 'wrong_answers'])
    const end = (await allEventsOf(seen.call)).at(-1)!
    assert.deepEqual([end.type, end.refs.stop], ['call.stopped', id])
    assert.equal((await refused(send(await addKey(w.sql, 'halted')))).code, 'system_stopped')
  })

  test('reaches the streams of another process over the same database', async () => {
    endless()
    const other = await w.gateway()
    const halted = await w.system('halted2')
    const streams = await Promise.all([streaming(halted), streaming(halted, other.url), streaming(halted, other.url)])
    const began = performance.now()
    await stop('halted2')
    const seen = await Promise.all(streams.map(({ over }) => over))
    assert.ok(performance.now() - began < 1_000, `${performance.now() - began} ms`)
    for (const { code, call } of seen) {
      assert.equal(code, 'system_stopped')
      assert.deepEqual(await ended(call), { state: 'stopped', code: 'system_stopped' })
    }
    await other.close()
  })

  test('a hold ends the stream of that conversation within a second', async () => {
    endless()
    const { over } = await streaming(await w.system('held'), running.url, {
      'x-waarborg-subject': 'K-held',
      'x-waarborg-conversation': 'held-1',
    })
    const began = performance.now()
    await w.sql(`update conversation set held_at = now() where system_id = 'held'`)
    const seen = await over
    assert.ok(performance.now() - began < 1_000, `${performance.now() - began} ms`)
    assert.deepEqual([seen.code, seen.reason], ['content_not_allowed', 'on_hold'])
  })

  test('a withdrawal ends the stream of that customer only', async () => {
    endless()
    for (const reference of ['K-stay', 'K-leave']) await w.consent(reference, 'advies', 'given')
    const advice = await w.system('advice')
    const headers = (reference: string) => ({ 'x-waarborg-subject': reference, 'x-waarborg-purpose': 'advies' })
    const stays = await streaming(advice, running.url, headers('K-stay'))
    const leaves = await streaming(advice, running.url, headers('K-leave'))
    const began = performance.now()
    await w.consent('K-leave', 'advies', 'withdrawn')
    const left = await leaves.over
    assert.equal(left.code, 'consent_withdrawn')
    assert.ok(performance.now() - began < 1_000)
    await ended(left.call)
    const [open] = await w.sql<{ n: number }>(
      `select count(*)::int as n from ai_call where system_id = 'advice' and state = 'admitted'`,
    )
    assert.equal(open!.n, 1)
    await stop('advice')
    await stays.over
  })
})

describe('safeguards that cannot do their work', () => {
  const failing = (name: string, options: Parameters<World['gateway']>[0], code: string, status: number) =>
    test(`${name}: nothing leaves`, async () => {
      const closed = await w.gateway(options)
      const seen = await refused(
        new OpenAI({ apiKey: key, baseURL: closed.url, maxRetries: 0 }).chat.completions.create(ask('Hallo')),
      )
      assert.deepEqual([seen.status, seen.code], [status, code])
      assert.equal(w.upstream.received.length, 0)
      assert.deepEqual(await typesOf(seen.call), ['call.refused'])
      await closed.close()
    })
  failing(
    'a redactor that throws',
    {
      safeguards: {
        ...wordSafeguards({}),
        redact: () => {
          throw new Error('Jan Jansen')
        },
      },
    },
    'safeguard_unavailable',
    503,
  )
  failing(
    'a redactor that forgets a part',
    {
      safeguards: {
        ...wordSafeguards({}),
        redact: () => ({ texts: [], pseudonyms: { next: 1, items: [] }, counts: {}, partCounts: [] }),
      },
    },
    'safeguard_unavailable',
    503,
  )
  test('keys that cannot be had, of a new customer and of one who was there: nothing leaves, nothing is lost', async () => {
    let gone = false
    const refuseKeys = async (): Promise<never> => {
      throw new KeyUnavailable('the key service does not answer')
    }
    const ring = new Proxy(w.ring, {
      get: (real, name: keyof typeof w.ring) =>
        gone && (name === 'wrap' || name === 'unwrap') ? refuseKeys : real[name],
    })
    const closed = await w.gateway({ ring })
    const client = new OpenAI({ apiKey: key, baseURL: closed.url, maxRetries: 0 })
    const { response } = await client.chat.completions.create(ask('Hallo')).withResponse()
    const sent = w.upstream.received.length
    const goOn = { headers: { 'x-waarborg-conversation': response.headers.get('x-waarborg-conversation') } }
    gone = true
    for (const [said, options] of [
      ['Hallo', {}],
      ['En nu?', goOn],
    ] as const) {
      const seen = await refused(client.chat.completions.create(ask(said), options))
      assert.deepEqual([seen.status, seen.code, seen.reason], [503, 'safeguard_unavailable', 'keys'])
      assert.deepEqual(await typesOf(seen.call), ['call.refused'])
    }
    assert.equal(w.upstream.received.length, sent)
    gone = false
    await client.chat.completions.create(ask('En nu?'), goOn)
    assert.equal(w.upstream.received.length, sent + 1)
    await closed.close()
  })
  failing('a ledger that falls behind', { ledgerPendingAgeMs: () => 61_000 }, 'safeguard_unavailable', 503)

  test('a reply that cannot be screened does not reach the customer', async () => {
    const closed = await w.gateway({
      safeguards: {
        ...wordSafeguards({}),
        guardReply: () => ({
          masked: () => ({}),
          lane: () => ({
            push: () => {
              throw new Error('broken')
            },
            end: () => '',
          }),
        }),
      },
    })
    const seen = await refused(
      new OpenAI({ apiKey: key, baseURL: closed.url, maxRetries: 0 }).chat.completions.create(ask('Hallo')),
    )
    assert.deepEqual([seen.code, seen.reason], ['safeguard_unavailable', 'reply'])
    assert.equal((await typesOf(seen.call)).at(-1), 'call.failed')
    await closed.close()
  })

  test('personal data of others in a reply are masked and counted', async () => {
    const masking = await w.gateway({ safeguards: wordSafeguards({}, ['Piet Pietersen']) })
    w.upstream.answer((res) => sendText(res, 'Dat is Piet Pietersen van hiernaast.', false))
    const { data, response } = await new OpenAI({ apiKey: key, baseURL: masking.url, maxRetries: 0 }).chat.completions
      .create(ask('Wie?'))
      .withResponse()
    assert.equal(data.choices[0]!.message.content, 'Dat is [verborgen] van hiernaast.')
    assert.deepEqual((await eventsOf(response.headers.get('x-waarborg-call'))).at(-1)!.body.masked, { PERSON: 1 })
    await masking.close()
  })
})

describe('the database goes away', () => {
  /** A database that can be cut off. */
  function cuttable(database: Database) {
    let cut = false
    return {
      cut: (to: boolean) => {
        cut = to
      },
      database: {
        ...database,
        inTx: (scope, work, options) =>
          cut ? Promise.reject(new StoreUnavailable('cut')) : database.inTx(scope, work, options),
      } satisfies Database as Database,
    }
  }

  test('before a call: a coded answer, nothing leaves', async () => {
    const { database, cut } = cuttable(w.db.database)
    const lone = await w.gateway({ database })
    cut(true)
    const seen = await refused(
      new OpenAI({ apiKey: key, baseURL: lone.url, maxRetries: 0 }).chat.completions.create(ask('Hallo')),
    )
    assert.deepEqual([seen.status, seen.code, seen.retry], [503, 'store_unavailable', true])
    assert.equal(w.upstream.received.length, 0)
    cut(false)
    await lone.close()
  })

  test('in mid-call: the client is told, and the end is recorded when it is back', async () => {
    const { database, cut } = cuttable(w.db.database)
    const lone = await w.gateway({ database })
    w.upstream.answer((res) => {
      cut(true)
      sendText(res, 'Dag.', false)
    })
    const seen = await refused(
      new OpenAI({ apiKey: key, baseURL: lone.url, maxRetries: 0 }).chat.completions.create(ask('Hallo')),
    )
    assert.deepEqual([seen.status, seen.code], [503, 'store_unavailable'])
    assert.equal(lone.gateway.status().unrecorded, 1)
    cut(false)
    assert.deepEqual(await ended(seen.call), { state: 'failed', code: 'store_unavailable' })
    assert.equal((await typesOf(seen.call)).filter((type) => /completed|failed/.test(type)).length, 1)
    await lone.close()
  })

  test('in a stream: it is broken off with a code, and not taken for whole', async () => {
    const { database, cut } = cuttable(w.db.database)
    const lone = await w.gateway({ database })
    w.upstream.answer((res, { body }) => {
      cut(true)
      sendText(res, 'Dag dag.', body.stream === true)
    })
    const reading = async () => {
      const stream = await new OpenAI({ apiKey: key, baseURL: lone.url, maxRetries: 0 }).chat.completions.create(
        ask('Hallo', { stream: true }) as never,
      )
      for await (const _ of stream as unknown as AsyncIterable<unknown>);
    }
    const seen = await refused(reading())
    assert.equal(seen.code, 'store_unavailable')
    cut(false)
    assert.equal((await ended(seen.call)).state, 'failed')
    await lone.close()
  })

  test('connections that are killed under a call cost nothing that was accepted', async () => {
    const victim = await w.system('victim')
    w.upstream.answer((res, { body }) => {
      void w
        .sql(
          `select pg_terminate_backend(pid) from pg_stat_activity where usename = 'waarborg_app' and datname = current_database()`,
        )
        .then(() => sendText(res, 'Dag.', body.stream === true))
    })
    const outcome = await send(victim).then(
      () => 'completed',
      (error: APIError) => error.code,
    )
    assert.ok(['completed', 'store_unavailable'].includes(outcome ?? ''), String(outcome))
    const [row] = await w.sql<{ call_id: string }>(`select call_id from ai_call where system_id = 'victim'`)
    const { state } = await ended(row!.call_id)
    assert.equal(state, outcome === 'completed' ? 'completed' : 'failed')
  })
})

describe('many at once', () => {
  test('32 calls in one conversation: every turn once, in one row of numbers', async () => {
    const busy = await w.system('busy')
    const other = await w.gateway()
    const headers = { 'x-waarborg-conversation': 'busy-1', 'x-waarborg-subject': 'K-busy' }
    const outcomes = await Promise.all(
      Array.from({ length: 32 }, (_, i) =>
        new OpenAI({ apiKey: busy, baseURL: i % 2 ? other.url : running.url, maxRetries: 0 }).chat.completions
          .create(ask(`Vraag ${i} van Jan Jansen`), { headers })
          .withResponse(),
      ),
    )
    const ids = new Set(outcomes.map(({ response }) => response.headers.get('x-waarborg-conversation')))
    assert.equal(ids.size, 1)
    const turns = await w.sql<{ seq: number; role: string }>(
      'select seq, role from turn where conversation_id = $1 order by seq',
      [[...ids][0]],
    )
    assert.deepEqual(
      turns.map(({ seq }) => seq),
      turns.map((_, i) => i + 1),
    )
    assert.equal(turns.filter(({ role }) => role === 'customer').length, 32)
    assert.equal(turns.filter(({ role }) => role === 'ai').length, 32)
    const [subjects] = await w.sql<{ n: number }>(
      `select count(distinct subject_id)::int as n from conversation where system_id = 'busy'`,
    )
    assert.equal(subjects!.n, 1)
    assert.ok(w.upstream.received.every(({ text }) => text.includes('[PERSON_1]') && !text.includes('Jansen')))
    await other.close()
  })

  test('64 new customers at once: each gets a conversation of their own', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 64 }, (_, i) =>
        client()
          .chat.completions.create(ask('Hallo', { user: `K-many-${i}` }))
          .withResponse(),
      ),
    )
    assert.equal(new Set(outcomes.map(({ response }) => response.headers.get('x-waarborg-conversation'))).size, 64)
  })
})

describe('Idempotency-Key', () => {
  let line: Line
  before(async () => {
    line = await unreliableLine()
  })
  after(() => line.close())
  beforeEach(() => line.reset())

  /** The official client, told to send a key with each call; its retries carry the same one. */
  const retrying = (more: object = {}) => {
    const one = new OpenAI({ apiKey: key, baseURL: line.url, maxRetries: 2, ...more })
    ;(one as unknown as { idempotencyHeader: string }).idempotencyHeader = 'Idempotency-Key'
    return one
  }
  const keyed = (value: string) => ({ headers: { 'idempotency-key': value } })
  const rows = (call: string) =>
    w.sql<{ sealed: Buffer | null; subject_id: string | null; conversation_id: string | null }>(
      'select sealed, subject_id, conversation_id from idempotency where call_id = $1',
      [call],
    )
  const turnsOf = async (conversation: string) =>
    (await w.sql<{ n: number }>('select count(*)::int as n from turn where conversation_id = $1', [conversation]))[0]!.n

  test('the same call again gets the same answer, which is on record, and the model is not asked twice', async () => {
    w.upstream.answer((res, _, n) => sendText(res, `Antwoord ${n} voor Jan Jansen`, false))
    const call = () => client().chat.completions.create(ask('Ik ben Jan Jansen'), keyed('same-1')).withResponse()
    const first = await call()
    const again = await call()
    assert.deepEqual(again.data, first.data)
    const header = (of: typeof first, name: string) => of.response.headers.get(name)
    for (const name of ['x-waarborg-call', 'x-waarborg-conversation'])
      assert.equal(header(again, name), header(first, name))
    assert.deepEqual([header(first, 'x-waarborg-replayed'), header(again, 'x-waarborg-replayed')], [null, 'true'])
    assert.equal(w.upstream.received.length, 1)
    assert.equal(await turnsOf(header(first, 'x-waarborg-conversation')!), 2, 'said once')
    assert.deepEqual(await typesOf(header(first, 'x-waarborg-call')), [
      'call.admitted',
      'call.attempted',
      'call.completed',
      'call.replayed',
    ])
    const [row] = await rows(header(first, 'x-waarborg-call')!)
    assert.ok(row!.sealed !== null && !row!.sealed.includes('Jansen'), 'kept sealed')
    // A key is of its system: elsewhere it is another call.
    await send(await w.system('other-bot'), ask('Ik ben Jan Jansen'), keyed('same-1'))
    assert.equal(w.upstream.received.length, 2)
  })

  test('a stream comes again as a stream that says the same, with tools and token counts', async () => {
    const call = { id: 'call_1', type: 'function', function: { name: 'order_status', arguments: '{"order":"1"}' } }
    w.upstream.answer((res, { text }) => {
      if (text.includes('bestelling')) {
        res.writeHead(200, { 'content-type': 'text/event-stream' })
        res.write(event(chunk({ role: 'assistant', tool_calls: [{ index: 0, ...call }] })))
        res.end(event(chunk({}, 'tool_calls')) + event('[DONE]'))
      } else sendText(res, 'Een antwoord in drie stukken.', true)
    })
    for (const [n, more] of [
      { stream_options: { include_usage: true } },
      {},
      { tools: [{ type: 'function', function: { name: 'order_status', parameters: {} } }], bestelling: undefined },
    ].entries()) {
      const body = ask(n === 2 ? 'Waar is mijn bestelling?' : 'Vertel', { stream: true, ...more })
      const whole = async () => {
        const stream = client().chat.completions.stream(body as never, keyed(`stream-${n}`))
        const { choices, usage, ...rest } = await stream.finalChatCompletion()
        return { choices, usage, ...rest }
      }
      const first = await whole()
      assert.deepEqual(await whole(), first, `stream ${n}`)
    }
    assert.equal(w.upstream.received.length, 3)
  })

  test('the client’s own retry after a lost answer gets the answer that was lost, whole or streamed', async () => {
    for (const stream of [false, true]) {
      w.upstream.received.length = 0
      line.reset()
      line.loseAnswers(1)
      const said = await retrying().chat.completions.create(ask('Hallo', { stream, user: `K-lost-${stream}` }))
      let text = ''
      if (stream)
        for await (const { choices } of said as unknown as AsyncIterable<OpenAI.ChatCompletionChunk>)
          text += choices[0]?.delta.content ?? ''
      else text = (said as OpenAI.ChatCompletion).choices[0]!.message.content!
      assert.equal(text, 'Dag.')
      assert.equal(line.requests, 2, 'the client tried again')
      assert.equal(w.upstream.received.length, 1, 'the model was asked once')
    }
  })

  test('a retry while the first is under way waits for its answer, also in another process', async () => {
    const other = await w.gateway()
    const waits = (url: string) =>
      new OpenAI({ apiKey: key, baseURL: url, maxRetries: 0 }).chat.completions
        .create(ask('Duurt even', { user: 'K-busy' }), keyed('busy-1'))
        .withResponse()
    const arrived = Promise.withResolvers<() => void>()
    w.upstream.answer((res) => arrived.resolve(() => sendText(res, 'Klaar.', false)))
    const first = waits(running.url)
    const finish = await arrived.promise
    const duplicates = [waits(running.url), waits(other.url)]
    await soon(400)
    finish()
    const all = await Promise.all([first, ...duplicates])
    assert.equal(new Set(all.map(({ data }) => JSON.stringify(data))).size, 1)
    assert.deepEqual(
      all.map(({ response }) => response.headers.get('x-waarborg-replayed')),
      [null, 'true', 'true'],
    )
    assert.equal(w.upstream.received.length, 1)
    await other.close()
  })

  test('sixteen at once with one new key: one goes to the model, and all get its answer', async () => {
    w.upstream.answer((res, _, n) => void setTimeout(() => sendText(res, `Antwoord ${n}`, false), 100))
    const all = await Promise.all(Array.from({ length: 16 }, () => send(key, ask('Tegelijk'), keyed('at-once'))))
    assert.deepEqual(
      new Set(all.map((one) => (one as OpenAI.ChatCompletion).choices[0]!.message.content)),
      new Set(['Antwoord 1']),
    )
    assert.equal(w.upstream.received.length, 1)
  })

  test('a call that failed has no answer: the same key makes it anew', async () => {
    w.upstream.answer((res, _, n) => (n < 3 ? sendJson(res, 500, {}) : sendText(res, 'Nu wel.', false)))
    const failed = await refused(send(key, ask('Probeer'), keyed('failed-1')))
    assert.equal(failed.code, 'upstream_failed')
    await ended(failed.call)
    const done = (await send(key, ask('Probeer'), keyed('failed-1'))) as OpenAI.ChatCompletion
    assert.equal(done.choices[0]!.message.content, 'Nu wel.')
    assert.equal(w.upstream.received.length, 3)
    // Also when many try again at once.
    w.upstream.answer((res) => sendJson(res, 500, {}))
    await ended((await refused(send(key, ask('Nog eens'), keyed('failed-2')))).call)
    w.upstream.received.length = 0
    w.upstream.answer((res) => void setTimeout(() => sendText(res, 'Nu wel.', false), 100))
    await Promise.all(Array.from({ length: 12 }, () => send(key, ask('Nog eens'), keyed('failed-2'))))
    assert.equal(w.upstream.received.length, 1)
  })

  test('another body or another customer under the same key is refused, and never gets the first one’s answer', async () => {
    await send(key, ask('Een'), keyed('once-1'))
    const seen = await refused(send(key, ask('Twee'), keyed('once-1')))
    assert.deepEqual([seen.status, seen.code, seen.retry], [409, 'idempotency_conflict', false])
    const about = (subject: string) => ({ headers: { 'idempotency-key': 'once-2', 'x-waarborg-subject': subject } })
    await send(key, ask('Een'), about('K-een'))
    assert.equal((await refused(send(key, ask('Een'), about('K-twee')))).code, 'idempotency_conflict')
    assert.equal(w.upstream.received.length, 2)
  })

  test('an answer is given again only while the call would be allowed', async () => {
    const reference = 'K-idempotent'
    await w.consent(reference, 'advies', 'given')
    const body = ask('Advies graag', { user: reference, metadata: { purpose: 'advies' } })
    await send(key, body, keyed('allowed-1'))
    await w.consent(reference, 'advies', 'withdrawn')
    assert.equal((await refused(send(key, body, keyed('allowed-1')))).code, 'consent_withdrawn')
    const revoked = await addKey(w.sql, 'bot', 'kaapstroom', { revokedAt: new Date() })
    assert.equal((await refused(send(revoked, body, keyed('allowed-1')))).code, 'key_revoked')
  })

  test('a limit that the first call reached does not stand before its answer', async () => {
    const limited = await w.system('one-a-minute', { limits: { callsPerMinute: 1 } })
    await send(limited, ask('Hallo'), keyed('limit-1'))
    await send(limited, ask('Hallo'), keyed('limit-1'))
    assert.equal((await refused(send(limited, ask('Hallo'), keyed('limit-2')))).code, 'limit_exceeded')
  })

  test('keys and answers go after a day, and with their customer', async () => {
    const made = async (value: string, user: string) => {
      const { response } = await client()
        .chat.completions.create(ask('Bewaar dit', { user }), keyed(value))
        .withResponse()
      return response.headers.get('x-waarborg-call')!
    }
    const inTx = <T>(work: (tx: Tx) => Promise<T>) =>
      w.db.database.inTx({ tenant: '*', clients: '*', actor: { kind: 'job', id: 'test' } }, work)
    const old = await made('old-1', 'K-old')
    const young = await made('young-1', 'K-young')
    await w.sql(`update idempotency set created_at = created_at - interval '24 hours' where call_id = $1`, [old])
    assert.ok((await inTx((tx) => expireIdempotency(tx, new Date()))) >= 1)
    assert.deepEqual([(await rows(old)).length, (await rows(young)).length], [0, 1])
    await send(key, ask('Bewaar dit', { user: 'K-old' }), keyed('old-1'))
    assert.equal(w.upstream.received.length, 3, 'made anew')
    const { subject_id: subject } = (await rows(young))[0]!
    await w.db.database.inTx({ tenant: 'dekade', clients: '*', actor: { kind: 'job', id: 'test' } }, (tx) =>
      eraseSubject(tx, subject!, { cause: 'request', backupsUntil: null }, { now: new Date(), ids: randomIds }),
    )
    assert.equal((await rows(young)).length, 0)
  })

  test('a customer who makes themselves known takes the kept answer along, under their own key', async () => {
    await w.consent('K-known-later', 'advies', 'given')
    const opened = await client().chat.completions.create(ask('Hallo daar'), keyed('adopted-1')).withResponse()
    const conversation = opened.response.headers.get('x-waarborg-conversation')!
    const call = opened.response.headers.get('x-waarborg-call')!
    const anonymous = (await rows(call))[0]!.subject_id
    const headers = { 'x-waarborg-conversation': conversation, 'x-waarborg-subject': 'K-known-later' }
    await send(key, ask('Ik ben klant'), { headers })
    const [row] = await rows(call)
    assert.notEqual(row!.subject_id, anonymous)
    const subjectKey = await w.db.database.inTx(
      { tenant: 'dekade', clients: '*', actor: { kind: 'job', id: 'test' } },
      (tx) => existingKey(tx, w.ring, { tenant: 'dekade', subject: row!.subject_id! }),
    )
    const kept = openJson(subjectKey, ['idempotency', 'sealed', 'dekade', call], row!.sealed!) as { body: unknown }
    assert.deepEqual(kept.body, JSON.parse(JSON.stringify(opened.data)))
  })
})

describe('a process that dies', () => {
  test('its open calls are closed as interrupted, those of living processes are not', async () => {
    const arrived = new Promise<void>((resolve) => w.upstream.answer(() => resolve()))
    const alive = client(await w.system('alive')).chat.completions.create(ask('Hallo'))
    await arrived
    const [open] = await w.sql<{ call_id: string }>(
      `select call_id from ai_call where system_id = 'alive' and state = 'admitted'`,
    )
    // What a killed process leaves behind: an admitted call and a row of a process number that nobody has.
    await w.sql(`insert into gateway_process values ('dead', $1, 4000000, '1', now(), now())`, [hostIdentity()])
    const dead = `${open!.call_id.slice(0, -4)}dead`
    await w.sql(
      `insert into ai_call select (jsonb_populate_record(c, jsonb_build_object('call_id', $2::text, 'process_id', 'dead', 'system_id', 'dead-bot'))).* from ai_call c where call_id = $1`,
      [open!.call_id, dead],
    )
    assert.equal(await running.gateway.recover(), 1)
    assert.deepEqual(await ended(dead), { state: 'failed', code: 'interrupted' })
    assert.equal((await eventsOf(dead)).at(-1)!.body.reason, 'interrupted')
    const [still] = await w.sql<{ state: string }>('select state from ai_call where call_id = $1', [open!.call_id])
    assert.equal(still!.state, 'admitted')
    assert.equal(await running.gateway.recover(), 0)
    await stop('alive')
    await assert.rejects(alive)
  })

  test('a shutdown lets calls finish, and records those that do not', async () => {
    const leaving = await w.gateway()
    const call = (content: string) =>
      new OpenAI({ apiKey: key, baseURL: leaving.url, maxRetries: 0 }).chat.completions.create(ask(content))
    let finish: () => void = () => {}
    const both = new Promise<void>((resolve) =>
      w.upstream.answer((res, { text }, n) => {
        if (text.includes('Snel')) finish = () => sendText(res, 'Nog net.', false)
        if (n === 2) resolve()
      }),
    )
    const quick = call('Snel')
    const slow = refused(call('Langzaam'))
    await both
    const drained = leaving.gateway.drain(300)
    const late = await refused(call('Te laat'))
    assert.equal(late.code, 'overloaded')
    finish()
    assert.equal((await quick).choices[0]!.message.content, 'Nog net.')
    const seen = await slow
    await drained
    assert.equal(seen.status, 503)
    assert.deepEqual(await ended(seen.call), { state: 'failed', code: 'interrupted' })
    await leaving.close()
  })
})

describe('what stands in the database', () => {
  test('no word of a customer is readable there', async () => {
    await send(key, ask('Mijn geheime zinsnede is aardbeienjam, groet Jan Jansen', { user: 'K-geheim' }))
    const tables = await w.sql<{ name: string }>(
      `select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
    )
    for (const { name } of tables) {
      const rows = await w.sql<{ text: string }>(`select t::text as text from "${name}" t`)
      for (const { text } of rows) {
        const readable = text + Buffer.from(text.replaceAll(/[^0-9a-f]/g, ''), 'hex').toString('latin1')
        assert.ok(!/aardbeienjam|Jansen|K-geheim/.test(readable), `table ${name} holds what a customer said`)
      }
    }
  })
})
