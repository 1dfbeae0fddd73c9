import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { z } from 'zod'
import { ApiError, type Caller, type Route, route } from '../http.ts'
import { createLog, silentLog } from '../log.ts'
import { openLimiter } from './limiter.ts'
import { mountRoutes, trusted } from './mount.ts'

const now = new Date('2026-11-25T12:00:00.000Z')
const summary = { nl: 'Proef.', en: 'Trial.' }
const caller = (roles: readonly string[], kind: Caller['kind'] = 'person'): Caller => ({
  kind,
  id: kind === 'operator' ? 'operator:jan.jansen' : 'p-17',
  scope: { tenant: 't', clients: '*', actor: { kind: 'person', id: 'p-17' } },
  roles,
  session: { id: 's', provedAt: now, pending: false },
})
const nobody: Caller = { ...caller([], 'public'), id: 'public' }

const routes: Route[] = [
  route({
    method: 'GET',
    path: '/api/read/:id',
    summary,
    allow: ['dpo'],
    params: z.object({ id: z.string() }),
    query: z.object({ page: z.coerce.number().int().optional() }),
    reply: z.object({ id: z.string() }),
    events: [],
    handle: async ({ params }) => ({ id: params.id, secret: 'never declared' }) as { id: string },
  }),
  route({
    method: 'POST',
    path: '/api/write',
    summary,
    allow: ['dpo'],
    body: z.object({ name: z.string().max(20) }),
    reply: z.object({ name: z.string(), keys: z.array(z.string()) }),
    events: ['thing.written'],
    bodyLimit: 100,
    handle: async ({ body }) => ({ name: body.name, keys: Object.keys(body) }),
  }),
  route({
    method: 'GET',
    path: '/api/broken',
    summary,
    allow: 'public',
    reply: z.object({}),
    events: [],
    handle: () => Promise.reject(new Error('select * from person where name = «Jansen»')),
  }),
  route({
    method: 'GET',
    path: '/api/often',
    summary,
    allow: 'public',
    reply: z.object({}),
    events: [],
    handle: () => Promise.reject(new ApiError(429, 'sign_in_throttled', { values: { minutes: 3 } })),
  }),
]

const begins = route({
  method: 'POST',
  path: '/api/begin',
  summary,
  allow: 'public',
  reply: z.object({ token: z.string(), person: z.string() }),
  session: true,
  events: ['session.started'],
  handle: async () => ({ token: 'geheim', person: 'p-17' }),
})

function api(as: Caller) {
  const lines: string[] = []
  const app = mountRoutes({
    routes,
    clock: { now: () => now },
    log: createLog('debug', { write: (line) => lines.push(line) }),
    identify: async () => as,
    errorText: (_, code) => `sentence of ${code}`,
  })
  return {
    log: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>),
    text: () => lines.join(''),
    async ask(path: string, init: RequestInit = {}) {
      const reply = await app.request(path, init)
      return {
        status: reply.status,
        body: (await reply.json()) as Record<string, unknown> & { error?: { code: string } },
      }
    },
  }
}
const json = (body: string, type = 'application/json') => ({ method: 'POST', body, headers: { 'content-type': type } })

describe('a request', () => {
  test('gets what is declared and nothing more', async () => {
    assert.deepEqual((await api(caller(['dpo'])).ask('/api/read/7')).body, { id: '7' })
  })

  test('sets no field that is not declared, whatever its name', async () => {
    const { body } = await api(caller(['dpo'])).ask(
      '/api/write',
      json('{"name":"a","role":"administrator","__proto__":{"admin":true},"constructor":{"prototype":{"x":1}}}'),
    )
    assert.deepEqual(body, { name: 'a', keys: ['name'] })
    assert.equal(({} as { admin?: boolean }).admin, undefined)
  })

  test('that says one name twice in its address is refused: nobody knows which one was meant', async () => {
    const { status, body } = await api(caller(['dpo'])).ask('/api/read/7?page=1&page=2')
    assert.deepEqual([status, body.error?.code], [400, 'invalid_request'])
  })

  test('with a value of another type is refused, not turned into one', async () => {
    for (const value of ['1', 'true', 'null', '["a"]', '{"$gt":""}'])
      assert.equal((await api(caller(['dpo'])).ask('/api/write', json(`{"name":${value}}`))).status, 400, value)
  })

  test('whose body is of another kind, too large, no JSON or no UTF-8 is refused', async () => {
    const { ask } = api(caller(['dpo']))
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', 'application/jsonx'])
      assert.equal((await ask('/api/write', json('{"name":"a"}', type))).status, 415, type)
    assert.equal((await ask('/api/write', { method: 'POST' })).status, 415)
    assert.equal((await ask('/api/write', json(`{"name":"${'a'.repeat(100)}"}`))).status, 413)
    assert.equal((await ask('/api/write', json('{"name":'))).status, 400)
    const latin = { ...json(''), body: Buffer.from([0x7b, 0x22, 0xe9, 0x22, 0x7d]) }
    assert.equal((await ask('/api/write', latin)).status, 400)
  })

  test('that begins a session gives a browser its token as a cookie and never to read; our own pages get it', async () => {
    const app = mountRoutes({
      routes: [begins],
      clock: { now: () => now },
      log: silentLog,
      identify: async () => nobody,
      beganSession: (c, token) => c.header('Set-Cookie', `s=${token}; HttpOnly`),
      errorText: (_, code) => code,
    })
    const outside = await app.request('/api/begin', { method: 'POST' })
    assert.equal(outside.headers.get('set-cookie'), 's=geheim; HttpOnly')
    assert.deepEqual(await outside.json(), { person: 'p-17' })
    const forged = await app.request('/api/begin', { method: 'POST' }, { caller: { ...nobody } })
    assert.deepEqual(await forged.json(), { person: 'p-17' }, 'a caller that our code did not make is none')
    const inside = await app.request('/api/begin', { method: 'POST' }, { caller: trusted({ ...nobody }) })
    assert.deepEqual(
      [inside.headers.get('set-cookie'), await inside.json()],
      [null, { token: 'geheim', person: 'p-17' }],
    )
  })

  test('beyond what one caller may make in a minute is refused until there is room; others are not held up', async () => {
    let at = now.getTime()
    const clock = { now: () => new Date(at) }
    const callers: Record<string, Caller> = {
      '1': caller(['dpo']),
      '2': { ...caller(['dpo']), id: 'p-18' },
      app: { ...caller([], 'system'), id: 'bot' },
    }
    const app = mountRoutes({
      routes,
      clock,
      log: silentLog,
      identify: async (c) => callers[c.req.header('who') ?? ''] ?? nobody,
      limiter: openLimiter(60, clock),
      peer: (c) => c.req.header('peer') ?? '',
      errorText: (_, code, values) => `${code} ${values.seconds}`,
    })
    const ask = (headers: Record<string, string>) => app.request('/api/read/7', { headers })
    for (let i = 0; i < 60; i++) assert.equal((await ask({ who: '1' })).status, 200)
    const refused = await ask({ who: '1' })
    assert.deepEqual([refused.status, refused.headers.get('retry-after')], [429, '1'])
    assert.equal((await ask({ who: '2' })).status, 200)
    for (let i = 0; i < 61; i++) assert.equal((await ask({ peer: '192.0.2.1' })).status, i < 60 ? 401 : 429)
    assert.equal((await ask({ peer: '192.0.2.2' })).status, 401)
    for (let i = 0; i < 70; i++) assert.equal((await ask({ who: 'app' })).status, 403)
    at += 1_000
    assert.equal((await ask({ who: '1' })).status, 200)
    assert.equal((await ask({ who: '1' })).status, 429)
  })

  test('that fails shows nothing of the fault, and the log shows no value of it', async () => {
    const { ask, log, text } = api(nobody)
    const { status, body } = await ask('/api/broken')
    assert.equal(status, 500)
    assert.deepEqual(body, {
      error: { type: 'waarborg_error', code: 'internal', message: 'sentence of internal', param: null },
    })
    assert.equal(log()[0]?.event, 'request.failed')
    assert.doesNotMatch(text(), /Jansen|select/)
  })
})

describe('the log', () => {
  test('has each refusal with method, declared path, status, code and who, and nothing that was sent', async () => {
    const { ask, log, text } = api(caller(['agent']))
    await ask('/api/read/customer-Jansen?page=Jansen')
    assert.deepEqual(
      log().map(({ time: _, ...line }) => line),
      [
        {
          level: 'warn',
          event: 'request.refused',
          method: 'GET',
          route: '/api/read/:id',
          status: 403,
          code: 'not_allowed',
          actor: 'p-17',
        },
      ],
    )
    assert.doesNotMatch(text(), /Jansen/)
  })

  test('has input that was refused, an unknown address, and too many tries', async () => {
    const bad = api(caller(['dpo']))
    await bad.ask('/api/write', json('{"name":1}'))
    assert.deepEqual([bad.log()[0]?.level, bad.log()[0]?.code], ['info', 'invalid_request'])
    await bad.ask('/api/elsewhere/Jansen')
    assert.equal(bad.log()[1]?.code, 'not_found')
    assert.doesNotMatch(bad.text(), /Jansen/)
    const often = api(nobody)
    await often.ask('/api/often')
    assert.deepEqual([often.log()[0]?.level, often.log()[0]?.code], ['warn', 'sign_in_throttled'])
    assert.equal(often.log()[0]?.actor, undefined)
  })

  test('does not fill itself with what a rule refuses a known system', async () => {
    const system = api(caller([], 'system'))
    await system.ask('/api/write', json('{"name":1}'))
    assert.deepEqual([system.log()[0]?.level, system.log()[0]?.code], ['debug', 'not_allowed'])
  })

  test('does not call opening a page without signing in a misuse, nor an operator by name', async () => {
    const outside = api(nobody)
    await outside.ask('/api/read/7')
    assert.deepEqual([outside.log()[0]?.level, outside.log()[0]?.code], ['debug', 'sign_in_needed'])
    const operator = api(caller([], 'operator'))
    await operator.ask('/api/write', json('{}'))
    assert.equal(operator.log()[0]?.actor, 'operator')
    assert.doesNotMatch(operator.text(), /jansen/)
  })

  test('is one JSON object a line with the time in UTC, whatever stands in a field', () => {
    const lines: string[] = []
    createLog('debug', { write: (line) => lines.push(line) }).warn('request.refused', {
      code: 'a\n{"level":"error","event":"forged"}\r\u2028\u001b[31m',
    })
    assert.equal(lines.length, 1)
    assert.equal(lines[0]!.trimEnd().split(/[\n\r]/).length, 1)
    const line = JSON.parse(lines[0]!) as { time: string; event: string }
    assert.equal(line.event, 'request.refused')
    assert.match(line.time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  })

  test('takes named fields only, of an error its class and place, never its words', () => {
    const lines: string[] = []
    createLog('debug', { write: (line) => lines.push(line) }).error('request.failed', {
      code: 'internal',
      error: Object.assign(new Error('wachtwoord geheim123'), { detail: 'geheim123' }),
      ...({ email: 'a@b.example', token: 'geheim123' } as object),
    })
    assert.doesNotMatch(lines[0]!, /geheim|a@b/)
  })
})
