// Every address of the product, asked in every way: what each answer says to a browser, and that bad input is never our fault.
import assert from 'node:assert/strict'
import { request } from 'node:http'
import { connect } from 'node:net'
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

describe('every answer', { timeout: 900_000 }, () => {
  let secure: Here
  let plain: Here
  let cookie: string | undefined
  /** Of a person with every role; the same as long as it counts, since some addresses end the session. */
  const session = async () => {
    if (cookie !== undefined) {
      const { status } = await ask(url, 'GET', '/api/me', { headers: { host: 'waarborg.example', cookie } })
      if (status === 200) return cookie
    }
    cookie = `__Host-waarborg_session=${(await secure.signedIn()).token}`
    return cookie
  }
  let url: string
  /** Method and path of everything that is declared: the API, the gateway, pages, files. */
  let addresses: { method: string; path: string }[]

  before(async () => {
    secure = await startHere({ publicUrl: 'https://waarborg.example', requestsPerMinute: 1_000_000 })
    plain = await startHere({ requestsPerMinute: 1_000_000 })
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
          !/^(text\/(html|plain|css|csv|javascript); charset=utf-8|application\/json|image\/|text\/event-stream)/i.test(
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

  test('that sets a cookie binds it to this host, over TLS, out of reach of scripts and other sites', async () => {
    const { email, link } = await secure.invited()
    const password = 'paard batterij nietje'
    const form = { ...from, 'content-type': 'application/x-www-form-urlencoded' }
    const cookie = await session()
    await secure.db.ownerQuery("update session set proved_at = proved_at - interval '1 hour'")
    const answers = [
      await ask(url, 'GET', '/sign-in?lang=en'),
      await ask(url, 'POST', '/scheme', { headers: form, body: 'scheme=dark&back=/' }),
      await ask(url, 'POST', '/password', {
        headers: form,
        body: `token=${link}&password=${encodeURIComponent(password)}`,
      }),
      await ask(url, 'POST', '/sign-in', {
        headers: form,
        body: `email=${encodeURIComponent(email)}&password=${encodeURIComponent(password)}`,
      }),
      // What was typed waits until its sender has proved who they are.
      await ask(url, 'POST', '/console/people', { headers: { ...form, cookie }, body: 'name=a&email=a@kade.example' }),
    ]
    const lines = answers.flatMap(({ headers }) => [headers['set-cookie'] ?? []].flat())
    const names = new Set(lines.map((line) => line.split('=')[0]!))
    assert.deepEqual(
      [...names].sort(),
      ['form', 'lang', 'scheme', 'session'].map((name) => `__Host-waarborg_${name}`),
    )
    for (const line of lines) {
      for (const wanted of [/; Path=\/(;|$)/, /; Secure(;|$)/, /; HttpOnly(;|$)/, /; SameSite=(Lax|Strict)(;|$)/])
        assert.match(line, wanted)
      assert.doesNotMatch(line, /; Domain=/i)
    }
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
      // Who may not call it is told so before the body is read: of these one body is enough.
      const shut = (await ask(url, method, filled(path), { headers: from })).status === 401
      for (const [n, { headers, body }] of bodies.entries())
        for (const who of [...(shut ? [] : [{}]), { cookie }]) {
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

  test('to who may not call a route is no, whoever asks and however', async () => {
    const { token } = await secure.signedIn([])
    const nobodys = { ...from, cookie: `__Host-waarborg_session=${token}` }
    const wrong: string[] = []
    for (const { method, path, allow } of secure.application.routes) {
      if (allow === 'public') continue
      const headers = { 'content-type': 'application/json' }
      const outside = await ask(url, method, filled(path), {
        headers,
        ...(method === 'GET' || method === 'DELETE' ? {} : { body: '{}' }),
      })
      if (outside.status !== 401 && !path.startsWith('/v1/'))
        wrong.push(`${method} ${path} signed out: ${outside.status}`)
      if (path.startsWith('/v1/') && ![400, 401].includes(outside.status))
        wrong.push(`${method} ${path} no key: ${outside.status}`)
      if (allow === 'signed_in' || allow === 'signing_in') continue
      const without = await ask(url, method, filled(path), {
        headers: { ...nobodys, ...headers },
        ...(method === 'GET' || method === 'DELETE' ? {} : { body: '{}' }),
      })
      const no = typeof allow === 'string' ? [400, 401] : [403]
      if (!no.includes(without.status)) wrong.push(`${method} ${path} without a role: ${without.status}`)
    }
    assert.deepEqual(wrong, [])
  })

  test('to hostile text in any place of an address is an answer, and the text changes nothing', async () => {
    const counts = async () =>
      (
        await secure.db.ownerQuery<{ n: number }>(
          "select count(*)::int as n from information_schema.tables where table_schema = 'public'",
        )
      )[0]!.n
    const before = await counts()
    const wrong: string[] = []
    for (const text of [
      "x'; drop table session; --",
      '%00',
      '%',
      '../../etc/passwd',
      '{"$gt":""}',
      '$1',
      '\\',
      '€'.repeat(90),
    ])
      for (const { method, path, query } of secure.application.routes.filter(
        ({ method, path }) => method === 'GET' && path.startsWith('/api/'),
      )) {
        const names = Object.keys((query as { shape?: object } | undefined)?.shape ?? {})
        if (names.length === 0 && !path.includes(':')) continue
        const cookie = await session()
        const value = text.startsWith('%0') ? text : encodeURIComponent(text)
        const asked = [
          path.replace(/:\w+/g, value),
          ...names.map((name) => `${path.replace(/:\w+/g, 'x')}?${name}=${value}`),
        ]
        for (const address of asked) {
          const { status } = await ask(url, method, address, { headers: { ...from, cookie } })
          if (status >= 500) wrong.push(`${method} ${address}: ${status}`)
        }
      }
    const cookie = await session()
    for (const name of ['a\u0000b', "x'); drop table person; --"]) {
      const body = JSON.stringify({ name, email: `h${name.length}@kade.example` })
      const headers = { ...from, cookie, 'content-type': 'application/json' }
      const { status, text } = await ask(url, 'POST', '/api/people', { headers, body })
      if (status >= 500) wrong.push(`POST /api/people ${name}: ${text}`)
    }
    assert.deepEqual(wrong, [])
    assert.equal(await counts(), before)
  })

  test('to anyone shows these addresses and no others', async () => {
    const open = [
      '/.git/config',
      '/.git/',
      '/assets/',
      '/assets',
      '/src/main.ts',
      '/package.json',
      '/../package.json',
      '/debug',
      '/metrics',
    ]
    const seen: string[] = []
    for (const path of [...addresses.filter(({ method }) => method === 'GET').map((one) => filled(one.path)), ...open])
      if ((await ask(url, 'GET', path)).status === 200) seen.push(path)
    assert.deepEqual(seen.sort(), [
      '/api/public/portal',
      '/api/roles',
      '/api/session/oidc/logout',
      '/api/session/passkey/options',
      '/api/sign-in',
      '/healthz',
      '/openapi.json',
      '/portal',
      '/readyz',
      '/sign-in',
      '/verify',
    ])
  })

  test('over plain http is given as it is: nothing that came unprotected is sent on to https by itself', async () => {
    for (const { method, path } of addresses.filter((one) => one.method === 'GET')) {
      const { headers } = await ask(plain.application.url, method, filled(path))
      assert.doesNotMatch(String(headers.location ?? ''), /^https:/, path)
    }
  })

  test('to a message whose end can be read in two ways is no, and the connection ends', async () => {
    const { port } = new URL(url)
    for (const head of [
      'content-length: 5\r\ntransfer-encoding: chunked',
      'content-length: 5\r\ncontent-length: 6',
      'transfer-encoding: chunked, identity',
      'content-length: +5',
    ]) {
      const reply = await new Promise<string>((resolve, reject) => {
        const socket = connect(Number(port), '127.0.0.1', () =>
          socket.write(
            `POST /api/session HTTP/1.1\r\nhost: waarborg.example\r\n${head}\r\n\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\nhost: x\r\n\r\n`,
          ),
        )
        let text = ''
        socket.on('data', (piece) => (text += piece))
        socket.on('error', reject)
        socket.on('close', () => resolve(text))
      })
      assert.match(reply, /^HTTP\/1\.1 400 /, head)
      assert.equal((reply.match(/^HTTP\/1\.1 /gm) ?? []).length, 1, `${head}: one message, one answer`)
    }
  })

  test('to a good password holds no token of the session: that goes out as a cookie alone', async () => {
    const { email, link } = await secure.invited()
    const headers = { ...from, 'content-type': 'application/json' }
    const send = (path: string, body: object) => ask(url, 'POST', path, { headers, body: JSON.stringify(body) })
    const password = 'paard batterij nietje'
    for (const answer of [
      await send('/api/password', { token: link, password }),
      await send('/api/session', { email, password }),
    ]) {
      assert.equal(answer.status, 201)
      const [line] = [answer.headers['set-cookie'] ?? []].flat()
      const token = /^__Host-waarborg_session=([\w-]{43}); /.exec(line ?? '')?.[1]
      assert.ok(token, 'the cookie holds it')
      assert.ok(!answer.text.includes(token) && !('token' in JSON.parse(answer.text)))
    }
  })

  test('under the customers’ own name is theirs alone, and theirs are under no other', async () => {
    const two = await startHere({ publicUrl: 'https://waarborg.example', portalUrl: 'https://mijn.example' })
    try {
      const { token } = await two.signedIn()
      const at = (host: string, path: string, method = 'GET') =>
        ask(two.application.url, method, path, { headers: { host, cookie: `__Host-waarborg_session=${token}` } })
      for (const path of ['/console/today', '/sign-in', '/api/me', '/v1/models', '/openapi.json', '/', '/password']) {
        const answer = await at('mijn.example', path)
        assert.equal(answer.status, 404, path)
        assert.match(String(answer.headers['content-security-policy']), /frame-ancestors 'none'/)
        assert.doesNotMatch(answer.text, /Persoon|console/i, path)
      }
      assert.equal((await at('mijn.example', '/v1/chat/completions', 'POST')).status, 404)
      assert.equal((await at('mijn.example', '/verify')).status, 200)
      assert.equal((await at('waarborg.example', '/api/me')).status, 200)
      const unknown = `/p/${'A'.repeat(43)}`
      assert.notEqual((await at('mijn.example', unknown)).text, (await at('waarborg.example', unknown)).text)
    } finally {
      await two.close()
    }
  })

  test('counts failures for who asked our own proxy, and believes no other', async () => {
    const behind = await startHere({
      publicUrl: 'https://waarborg.example',
      trustedProxies: '127.0.0.0/8',
      signInPerAddress: 5,
    })
    try {
      const attempt = (forwarded: string) =>
        ask(behind.application.url, 'POST', '/api/session', {
          headers: { 'content-type': 'application/json', 'x-forwarded-for': forwarded },
          body: JSON.stringify({ email: `wie${forwarded.length}@kade.example`, password: 'x' }),
        })
      for (let n = 0; n < 5; n++) assert.equal((await attempt(`203.0.113.${n}, 198.51.100.1`)).status, 401)
      assert.equal((await attempt('203.0.113.99, 198.51.100.1')).status, 429)
      assert.equal((await attempt('198.51.100.2')).status, 401)
    } finally {
      await behind.close()
    }
    await assert.rejects(startHere({ trustedProxies: 'proxy.example' }), /WAARBORG_TRUSTED_PROXIES/)
  })

  test('counts failures for the address of the connection, whatever the request says of itself', async () => {
    const attempt = (n: number) =>
      ask(url, 'POST', '/api/session', {
        headers: {
          'content-type': 'application/json',
          'x-forwarded-for': `198.51.100.${n}`,
          'x-real-ip': `198.51.100.${n}`,
          forwarded: `for=198.51.100.${n}`,
          'x-waarborg-peer': `198.51.100.${n}`,
        },
        body: JSON.stringify({ email: `wie${n}@kade.example`, password: 'x' }),
      })
    const statuses: number[] = []
    for (let n = 0; n < 22; n++) statuses.push((await attempt(n)).status)
    assert.equal(statuses.at(-1), 429)
  })
})
