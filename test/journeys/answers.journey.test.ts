// Every address of the product, asked in every way: what each answer says to a browser, and that bad input is never our fault.
import assert from 'node:assert/strict'
import { request } from 'node:http'
import { after, before, describe, test } from 'node:test'
import { webRoutes } from '../../web/app.ts'
import { buildAssets } from '../../web/build.ts'
import { type Here, startHere } from './application.ts'

type Answer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
}

/** One request as it is, with nothing that a client library would add or refuse. */
function ask(
  url: string,
  method: string,
  path: string,
  { headers = {}, body }: { headers?: Record<string, string>; body?: string | Buffer } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url)
    const sent = request({ hostname, port, method, path, headers, agent: false }, (reply) => {
      const pieces: Buffer[] = []
      reply.on('data', (piece: Buffer) => pieces.push(piece))
      reply.on('end', () =>
        resolve({ status: reply.statusCode!, headers: reply.headers, text: Buffer.concat(pieces).toString('utf8') }),
      )
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

/** Addresses with something in the place of their parameters. */
const filled = (path: string) => path.replace(/:\w+(\{[^}]*\})?/g, 'x').replaceAll('*', 'x')

describe('every answer', { timeout: 240_000 }, () => {
  let secure: Here
  let plain: Here
  /** Of a person with every role; a new one for each address, since some of them end the session. */
  const session = async () => `__Host-waarborg_session=${(await secure.signedIn()).token}`
  let url: string
  /** Method and path of everything that is declared: the API, the gateway, pages, files. */
  let addresses: { method: string; path: string }[]

  before(async () => {
    secure = await startHere({ publicUrl: 'https://waarborg.example' })
    plain = await startHere()
    url = secure.application.url
    const never = () => Promise.reject(new Error('is not called'))
    const pages = webRoutes({
      api: never,
      session: { begin: never, signIn: never, signOut: never, setPassword: never },
      kept: { keep: never, read: never, drop: never },
      assets: await buildAssets(),
      secure: true,
      now: () => new Date(0),
    })
    const declared = [
      ...secure.application.routes.map(({ method, path }) => ({ method: method as string, path })),
      ...pages.routes
        .filter(({ method }) => method === 'GET' || method === 'POST')
        .map(({ method, path }) => ({ method, path })),
      ...['/healthz', '/readyz', '/openapi.json', '/api/roles', '/nowhere', '/api/nowhere', '/v1/nowhere', '/p/'].map(
        (path) => ({ method: 'GET', path }),
      ),
    ]
    addresses = [...new Map(declared.map((one) => [`${one.method} ${one.path}`, one])).values()]
    assert.ok(addresses.length > 150, `${addresses.length} addresses`)
  })
  after(async () => {
    await secure.close()
    await plain.close()
  })

  const from = { host: 'waarborg.example', origin: 'https://waarborg.example', 'sec-fetch-site': 'same-origin' }

  test('of every address, to whoever asks, keeps itself to itself', async () => {
    const wrong: string[] = []
    for (const { method, path } of addresses)
      for (const headers of [{}, { ...from, cookie: await session() }]) {
        const answer = await ask(url, method, filled(path), { headers })
        const said = (name: string) => String(answer.headers[name] ?? '')
        const where = `${method} ${path} ${'cookie' in headers ? 'signed in' : 'signed out'} (${answer.status})`
        const policy = said('content-security-policy')
        for (const directive of [
          "default-src 'none'",
          "object-src 'none'",
          "base-uri 'none'",
          "frame-ancestors 'none'",
        ])
          if (!policy.includes(directive)) wrong.push(`${where}: no ${directive}`)
        if (/unsafe-|\*|https?:/.test(policy)) wrong.push(`${where}: ${policy}`)
        if (said('x-content-type-options') !== 'nosniff') wrong.push(`${where}: sniffed`)
        if (!['no-referrer', 'same-origin'].includes(said('referrer-policy'))) wrong.push(`${where}: referrer`)
        if (!/^max-age=31536000; includeSubDomains$/.test(said('strict-transport-security')))
          wrong.push(`${where}: HSTS`)
        if (said('cross-origin-resource-policy') !== 'same-origin') wrong.push(`${where}: resource policy`)
        if (Object.keys(answer.headers).some((name) => name.startsWith('access-control'))) wrong.push(`${where}: CORS`)
        if ('server' in answer.headers || 'x-powered-by' in answer.headers) wrong.push(`${where}: names its software`)
        if (!path.startsWith('/assets/') && said('cache-control') !== 'no-store') wrong.push(`${where}: may be kept`)
        if (
          answer.text !== '' &&
          !/^(text\/(html|plain|css|javascript); charset=utf-8|application\/json|image\/|text\/event-stream)/i.test(
            said('content-type'),
          )
        )
          wrong.push(`${where}: ${said('content-type')}`)
        if (
          /\bat \S+ \(|node_modules|\/src\/|SELECT |select .* from/.test(answer.text.replaceAll(/<[^>]*>/g, '')) &&
          answer.status >= 400
        )
          wrong.push(`${where}: shows its inside`)
        // One that is taken away has no contents to protect.
        for (const line of [answer.headers['set-cookie'] ?? []].flat().filter((one) => !one.includes('Max-Age=0')))
          if (
            !/^__Host-waarborg_\w+=[^;]*;(.*;)? ?Path=\/(;|$)/.test(line) ||
            !/; Secure/.test(line) ||
            !/; HttpOnly/.test(line) ||
            !/; SameSite=Lax/.test(line)
          )
            wrong.push(`${where}: ${line.replace(/=[^;]*/, '=…')}`)
      }
    assert.deepEqual(wrong, [])
  })

  test('over plain http says nothing of https', async () => {
    for (const path of ['/sign-in', '/healthz', '/v1/models'])
      assert.equal(
        (await ask(plain.application.url, 'GET', path)).headers['strict-transport-security'],
        undefined,
        path,
      )
  })

  test('to a body that is missing, broken or of another kind is a refusal and never a fault', async () => {
    const bodies: readonly { headers: Record<string, string>; body?: string | Buffer }[] = [
      { headers: {} },
      { headers: { 'content-length': '0' } },
      { headers: { 'content-type': 'application/json' }, body: '' },
      { headers: { 'content-type': 'application/json' }, body: '{' },
      { headers: { 'content-type': 'application/json' }, body: 'null' },
      { headers: { 'content-type': 'application/json' }, body: '[]' },
      { headers: { 'content-type': 'application/json; charset=latin1' }, body: Buffer.from([0x7b, 0xff, 0x7d]) },
      { headers: { 'content-type': 'text/plain' }, body: 'a=1' },
      { headers: { 'content-type': 'multipart/form-data' }, body: 'x' },
      { headers: { 'content-type': 'multipart/form-data; boundary=a' }, body: '--a\r\nbroken' },
      { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: '%' },
      { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: '__proto__=1&constructor=2&%00=%ff' },
      { headers: { 'content-type': ';;;' }, body: 'a=1' },
    ]
    const wrong = new Map<string, number[]>()
    for (const { method, path } of addresses.filter((one) => one.method !== 'GET')) {
      const cookie = await session()
      for (const [n, { headers, body }] of bodies.entries())
        for (const who of [{}, { cookie }]) {
          const answer = await ask(url, method, filled(path), {
            headers: { ...from, ...headers, ...who },
            ...(body === undefined ? {} : { body }),
          })
          if (answer.status >= 500)
            wrong.set(`${method} ${path}: ${answer.status}`, [
              ...(wrong.get(`${method} ${path}: ${answer.status}`) ?? []),
              n,
            ])
        }
    }
    assert.deepEqual([...wrong], [])
  })

  test('to a header that no browser sends is a refusal too', async () => {
    const { token } = await secure.signedIn()
    const mine = { cookie: `__Host-waarborg_session=${token}`, host: 'waarborg.example' }
    for (const headers of [
      { origin: 'null' },
      { origin: 'nonsense' },
      { origin: '' },
      { 'sec-fetch-site': 'cross-site' },
    ] as Record<string, string>[]) {
      const answer = await ask(url, 'DELETE', '/api/session', { headers: { ...mine, ...headers } })
      assert.equal(answer.status, 403, JSON.stringify(headers))
    }
    assert.equal((await ask(url, 'GET', '/api/me', { headers: mine })).status, 200, 'and the session goes on')
  })

  test('to a method that only diagnoses is no', async () => {
    for (const path of ['/', '/api/me', '/v1/chat/completions', '/healthz']) {
      const answer = await ask(url, 'TRACE', path, { headers: { 'x-secret': 'geheim' } })
      assert.ok(answer.status >= 400 && answer.status < 500, `${path}: ${answer.status}`)
      assert.ok(!answer.text.includes('geheim'))
    }
  })
})
