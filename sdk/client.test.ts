import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { APIError } from 'openai'
import { readAsked } from '../src/gateway/asked.ts'
import { refusalOf, Waarborg, WaarborgRefusal, WaarborgUnreachable } from './index.ts'

type Sent = { readonly url: string; readonly init: RequestInit }

/** A client whose every request gets this reply, and the requests that it sent. */
function answeredWith(reply: (sent: Sent) => Response | Promise<Response>, more: { timeoutMs?: number } = {}) {
  const sent: Sent[] = []
  const client = new Waarborg({
    baseUrl: 'https://waarborg.example',
    key: 'wb_key',
    fetch: async (url, init = {}) => {
      sent.push({ url: String(url), init })
      return reply(sent.at(-1)!)
    },
    ...more,
  })
  return { client, sent }
}
const link = (client: Waarborg) => client.portalLinks.create({ conversation: 'c-1' })

const handoff = { open: true, channel: 'chat', sentence: 'Een medewerker helpt u.', opensAt: null, closesAt: null }
const refused = {
  type: 'waarborg_refusal',
  code: 'consent_withdrawn',
  message: 'The customer withdrew.',
  param: null,
  waarborg: { call: 'call-1', reason: 'withdrawn', say: { chat: 'U zei nee.', voice: 'U zei nee.' }, handoff },
}

describe('headers of a conversation', () => {
  const { client } = answeredWith(() => Response.json({}))

  test('come back in the gateway as they were given, whatever the alphabet', () => {
    for (const subject of ['K-100021', 'Zoë-€1', '顧客 7', 'à']) {
      const context = {
        conversation: 'gesprek-1',
        subject,
        purpose: 'advies',
        channel: 'voice',
        language: 'nl',
      } as const
      // As the wire has it: `Headers` takes one byte per character.
      const received = [...new Headers(client.headers(context))].map(([name, value]) => [name, [value]])
      const asked = readAsked(Object.fromEntries(received), {})
      assert.deepEqual(asked.form, [])
      const { conversation, purpose, channel, language } = asked
      assert.deepEqual({ conversation, subject: asked.subject, purpose, channel, language }, context)
    }
  })

  test('leave out what is absent, empty or not ours', () => {
    const more = { subject: '', purpose: 'advies', colour: 'red' }
    assert.deepEqual(client.headers(more), { 'X-Waarborg-Purpose': 'advies' })
    assert.deepEqual(client.headers({}, { idempotencyKey: 'k' }), { 'Idempotency-Key': 'k' })
  })
})

describe('a request', () => {
  test('goes to the address with or without `/v1`, under a path too', async () => {
    for (const [baseUrl, url] of [
      ['http://127.0.0.1:8720', 'http://127.0.0.1:8720/v1/portal-links'],
      ['http://127.0.0.1:8720/', 'http://127.0.0.1:8720/v1/portal-links'],
      ['http://127.0.0.1:8720/v1/', 'http://127.0.0.1:8720/v1/portal-links'],
      ['https://cc.example/waarborg/v1', 'https://cc.example/waarborg/v1/portal-links'],
    ] as const) {
      const sent: string[] = []
      const send = async (to: unknown) => {
        sent.push(String(to))
        return Response.json({})
      }
      await link(new Waarborg({ baseUrl, key: 'wb_key', fetch: send as typeof fetch }))
      assert.deepEqual(sent, [url])
    }
  })

  test('carries the key, the language and the idempotency key, each where it was asked for', async () => {
    const { client, sent } = answeredWith(() => Response.json({}))
    const consent = {
      purpose: 'advies',
      state: 'given',
      wording: { version: '1', language: 'nl', channel: 'chat' },
    } as const
    await client.consents.record(consent, { idempotencyKey: 'answer-7' })
    await client.consents.record(consent)
    await client.handOffs.request({ conversation: 'c-1', reason: 'asked' }, { language: 'en' })
    await client.conversations.recordVcon({ vcon: '0.0.2' }, { subject: 'Zoë', purpose: 'advies' })
    const headers = sent.map(({ init }) => new Headers(init.headers))
    assert.ok(headers.every((one) => one.get('authorization') === 'Bearer wb_key'))
    assert.deepEqual(
      headers.map((one) => one.get('idempotency-key')),
      ['answer-7', null, null, null],
    )
    assert.deepEqual(
      headers.map((one) => one.get('accept-language')),
      [null, null, 'en', null],
    )
    assert.equal(Buffer.from(headers[3]!.get('x-waarborg-subject')!, 'latin1').toString(), 'Zoë')
  })

  test('of many decisions or outcomes goes as one, with a result for each', async () => {
    const results = [
      { status: 422, error: { code: 'feature_unknown', reason: null, message: '', param: 'features.x' } },
    ]
    const { client, sent } = answeredWith(() => Response.json({ results }))
    const batch = await client.decisions.recordBatch([{ outcome: { label: 'offer' }, features: {} }])
    await client.outcomes.recordBatch([{ decision: 'b-1', observed: 'paid' }])
    assert.deepEqual(batch.results, results)
    assert.deepEqual(
      sent.map(({ init }) => Object.keys(JSON.parse(String(init.body)) as object)),
      [['decisions'], ['outcomes']],
    )
  })

  test('is refused before it leaves when the client cannot work', () => {
    const key = 'wb_key'
    assert.throws(() => new Waarborg({ baseUrl: 'waarborg', key }), TypeError)
    assert.throws(() => new Waarborg({ baseUrl: 'file:///waarborg', key }), TypeError)
    for (const timeoutMs of [0, -1, Number.NaN, 2 ** 31])
      assert.throws(() => new Waarborg({ baseUrl: 'http://waarborg.example', key, timeoutMs }), RangeError)
  })

  test('that no header can hold is the caller’s mistake, not a lost connection', async () => {
    const { client, sent } = answeredWith(() => Response.json({}))
    const wording = { version: '1', language: 'nl', channel: 'chat' }
    await assert.rejects(
      client.consents.record({ purpose: 'advies', state: 'given', wording }, { idempotencyKey: 'a\nb' }),
      TypeError,
    )
    assert.equal(sent.length, 0)
  })
})

describe('a failure', () => {
  test('of ours is a refusal with code, place, and when to come back', async () => {
    const { client, sent } = answeredWith(() =>
      Response.json(
        { error: { type: 'waarborg_refusal', code: 'limit_exceeded', message: 'Too much.', param: 'x' } },
        { status: 429, headers: { 'retry-after': '7' } },
      ),
    )
    const error = await link(client).catch((thrown: unknown) => thrown)
    assert.ok(error instanceof WaarborgRefusal)
    const { status, code, message, param, reason, call, say, final, retryAfterS } = error
    assert.deepEqual(
      { status, code, message, param, reason, call, say, handoff: error.handoff, final, retryAfterS },
      {
        status: 429,
        code: 'limit_exceeded',
        message: 'Too much.',
        param: 'x',
        reason: null,
        call: null,
        say: null,
        handoff: null,
        final: false,
        retryAfterS: 7,
      },
    )
    assert.equal(sent.length, 1, 'nothing is sent twice')
  })

  const unreachable: readonly [string, () => Response | Promise<Response>, { code: string; status: number | null }][] =
    [
      ['a fetch that never answers', () => new Promise(() => {}), { code: 'timeout', status: null }],
      [
        'a body that never ends',
        () => new Response(new ReadableStream({ start: (body) => body.enqueue(new Uint8Array([123])) })),
        { code: 'timeout', status: null },
      ],
      [
        'a connection that breaks',
        () => Promise.reject(new TypeError('fetch failed')),
        { code: 'unreachable', status: null },
      ],
      [
        'a page of a proxy',
        () => new Response('<h1>Bad gateway</h1>', { status: 502 }),
        { code: 'unreadable_reply', status: 502 },
      ],
      ['a page where a reply was due', () => new Response('<h1>Hallo</h1>'), { code: 'unreadable_reply', status: 200 }],
      ['a reply that was cut', () => new Response('{"id":"1'), { code: 'unreadable_reply', status: 200 }],
      ['JSON that is no object', () => Response.json('yes'), { code: 'unreadable_reply', status: 200 }],
      [
        'somebody else’s error',
        () => Response.json({ error: 'no' }, { status: 400 }),
        { code: 'unreadable_reply', status: 400 },
      ],
      [
        'a redirect',
        () => new Response(null, { status: 301, headers: { location: 'https://elsewhere.example' } }),
        { code: 'unreadable_reply', status: 301 },
      ],
    ]
  for (const [what, reply, expected] of unreachable)
    test(`${what}: nobody knows whether it was carried out, and it is sent once`, async () => {
      const { client, sent } = answeredWith(reply, { timeoutMs: 20 })
      const error = await link(client).catch((thrown: unknown) => thrown)
      assert.ok(error instanceof WaarborgUnreachable)
      assert.deepEqual({ code: error.code, status: error.status }, expected)
      assert.equal(sent.length, 1)
      assert.equal(sent[0]!.init.redirect, 'manual')
    })
})

describe('a refusal that the `openai` package threw', () => {
  test('gives the customer’s sentence, the way to a person, and the record', () => {
    const thrown = APIError.generate(403, { error: refused }, undefined, new Headers({ 'x-should-retry': 'false' }))
    const refusal = refusalOf(thrown)
    assert.ok(refusal instanceof WaarborgRefusal)
    const { status, code, reason, call, say, final } = refusal
    assert.deepEqual([status, code, reason, call, final], [403, 'consent_withdrawn', 'withdrawn', 'call-1', true])
    assert.deepEqual([say, refusal.handoff], [refused.waarborg.say, handoff])
    assert.equal(refusal.cause, thrown)
    assert.equal(refusalOf(refusal), refusal)
  })

  test('is read in mid-stream too, where there is no status', () => {
    const refusal = refusalOf(new APIError(undefined, refused, undefined, new Headers()))
    assert.deepEqual([refusal?.status, refusal?.code], [null, 'consent_withdrawn'])
  })

  test('is not seen in what somebody else threw', () => {
    for (const other of [
      undefined,
      null,
      'text',
      new Error('no'),
      new WaarborgUnreachable('timeout'),
      APIError.generate(
        400,
        { error: { type: 'invalid_request_error', code: 'x', message: 'y' } },
        undefined,
        new Headers(),
      ),
      APIError.generate(403, { error: { type: 'waarborg_refusal' } }, undefined, new Headers()),
    ])
      assert.equal(refusalOf(other), undefined)
  })
})
