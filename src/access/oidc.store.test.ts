import assert from 'node:assert/strict'
import { createHash, createHmac, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after as afterAll, before, beforeEach, describe, test } from 'node:test'
import { ApiError, type Caller, provedLately } from '../platform/http.ts'
import { type TestDatabase, testDatabase } from '../platform/testing.ts'
import { authenticateSession, authenticationScope } from './io/authenticate.ts'
import { openProvider } from './io/oidc.ts'
import { addPerson, assignRole, disablePerson } from './store.ts'
import { type AccessApi, accessApi, act, entriesOf, now, scope, seed, signedIn } from './testing.ts'

const base64url = (value: string | Buffer) => Buffer.from(value).toString('base64url')

/** A small OpenID provider that answers as it is told, with tokens that it really signs. */
async function issuer() {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const codes = new Map<string, { challenge: string; claims: Record<string, unknown> }>()
  const told = {
    claims: {} as Record<string, unknown>,
    forged: false,
    down: false,
    /** How a token is made in the place of the right way. */
    made: undefined as undefined | ((claims: object) => string),
    /** What the metadata say otherwise. */
    metadata: {} as Record<string, unknown>,
  }
  let url = ''
  const seconds = () => Math.floor(Date.now() / 1_000)
  const token = (claims: object) => {
    if (told.made) return told.made(claims)
    const head = `${base64url(JSON.stringify({ alg: 'RS256', kid: 'k' }))}.${base64url(JSON.stringify(claims))}`
    const key = told.forged ? generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey : privateKey
    return `${head}.${base64url(sign('sha256', Buffer.from(head), key))}`
  }
  const server: Server = createServer(async (request, response) => {
    const send = (status: number, value: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
    if (told.down) return response.destroy()
    const { pathname } = new URL(request.url!, url)
    if (pathname === '/.well-known/openid-configuration')
      return send(200, {
        issuer: url,
        authorization_endpoint: `${url}/authorize`,
        token_endpoint: `${url}/token`,
        jwks_uri: `${url}/jwks`,
        end_session_endpoint: `${url}/out`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
        code_challenge_methods_supported: ['S256'],
        ...told.metadata,
      })
    if (pathname === '/jwks')
      return send(200, { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k', use: 'sig' }] })
    let body = ''
    for await (const chunk of request) body += chunk
    const given = new URLSearchParams(body)
    const code = codes.get(given.get('code') ?? '')
    codes.delete(given.get('code') ?? '')
    const challenge = createHash('sha256')
      .update(given.get('code_verifier') ?? '')
      .digest('base64url')
    if (pathname !== '/token' || code?.challenge !== challenge || given.get('client_secret') !== 'geheim')
      return send(400, { error: 'invalid_grant' })
    send(200, { access_token: 'a', token_type: 'Bearer', expires_in: 60, id_token: token(code.claims) })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    told,
    /** The modulus, as anyone can read it at the provider. */
    publicKey: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
    /** As the provider's page would: the person signs in there, and the browser comes back with this query. */
    visit(address: string): string {
      const asked = new URL(address).searchParams
      const code = randomBytes(8).toString('hex')
      const claims = {
        iss: url,
        aud: asked.get('client_id'),
        iat: seconds(),
        exp: seconds() + 300,
        auth_time: seconds(),
        nonce: asked.get('nonce'),
        ...told.claims,
      }
      codes.set(code, { challenge: asked.get('code_challenge')!, claims })
      return `?${new URLSearchParams({ code, state: asked.get('state')! })}`
    },
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}

// One process runs many files: hooks stand inside, so that they run for these tests only.
describe('access: signing in through the organisation', () => {
  let db: TestDatabase
  let api: AccessApi
  let provider: Awaited<ReturnType<typeof issuer>>
  let n = 0
  const code = (expected: string) => (error: unknown) => error instanceof ApiError && error.code === expected
  const origin = 'https://waarborg.example'
  const inTx = <T>(work: Parameters<typeof db.database.inTx<T>>[1]) => db.database.inTx(scope(), work)
  const settings = (url: string) => ({
    issuer: url,
    clientId: 'waarborg',
    clientSecret: 'geheim',
    groupClaim: 'groups',
    origin: () => origin,
  })

  before(async () => {
    db = await testDatabase()
    await seed(db)
    provider = await issuer()
    const opened = openProvider(settings(provider.url), () => now)
    api = accessApi(db, { provider: () => opened, tenant: 'kade' })
    for (const [group, role, client] of [
      ['fg', 'dpo', null],
      ['a-team', 'agent', 'a'],
      ['baas', 'administrator', null],
    ] as const)
      await api.call('POST', '/api/group-roles', { as: await boss(), body: { group, role, client } })
  })
  afterAll(async () => {
    await provider.close()
    await db.close()
  })
  beforeEach(() => {
    provider.told.claims = { sub: `s-${++n}`, name: `Persoon ${n}`, groups: ['fg'], amr: ['pwd', 'mfa'] }
    provider.told.forged = false
    provider.told.down = false
    provider.told.made = undefined
    provider.told.metadata = {}
  })

  let administrator: string | undefined
  async function boss(): Promise<Caller> {
    administrator ??= await inTx(async (tx) => {
      const id = await addPerson(tx, { name: 'Beheerder', email: 'baas@kade.example' }, act)
      await assignRole(tx, { person: id, role: 'administrator', client: null, system: null }, act)
      return id
    })
    return signedIn(administrator, ['administrator'])
  }
  type Reply = { token: string; person: string; complete: boolean; to: string }
  const start = (to = '/console/today', as?: Caller) =>
    api.call<{ url: string; flow: string }>('GET', '/api/session/oidc', {
      query: { to, ...(as ? { confirm: '1' } : {}) },
      ...(as ? { as } : {}),
    })
  const finish = (flow: string, search: string, as?: Caller) =>
    api.call<Reply>('POST', '/api/session/oidc', { body: { flow, search }, ...(as ? { as } : {}) })
  async function signIn(): Promise<Reply> {
    const { url, flow } = await start()
    return finish(flow, provider.visit(url))
  }
  async function callerOf(token: string): Promise<Caller> {
    const found = await db.database.inTx(authenticationScope, (tx) =>
      authenticateSession(tx, token, api.deps.sessions, now),
    )
    assert.ok(found.ok, found.ok ? '' : found.refused)
    return found.caller
  }

  test('a person of a group gets in with its role, and back to where they wanted to be', async () => {
    const reply = await signIn()
    assert.deepEqual([reply.complete, reply.to], [true, '/console/today'])
    assert.deepEqual((await callerOf(reply.token)).roles, ['dpo'])
    assert.equal((await signIn()).person, reply.person, 'the same subject is the same person')
  })

  test('the browser takes along PKCE, state and nonce, and no secret', async () => {
    const asked = new URL((await start()).url).searchParams
    assert.equal(asked.get('code_challenge_method'), 'S256')
    assert.equal(asked.get('redirect_uri'), `${origin}/sign-in/oidc/callback`)
    for (const name of ['state', 'nonce', 'code_challenge']) assert.ok(asked.get(name)!.length >= 43, name)
    assert.doesNotMatch(String(asked), /geheim/)
  })

  test('a role for one client holds there only', async () => {
    provider.told.claims.groups = ['a-team']
    const { roles, scope: sees } = await callerOf((await signIn()).token)
    assert.deepEqual([roles, sees.clients], [['agent'], ['a']])
  })

  test('roles follow the groups of the moment, and end with the session at the latest', async () => {
    const first = await signIn()
    const until = async () =>
      (
        await db.ownerQuery<{ role: string; until_at: Date; ended: boolean }>(
          'select role, until_at, ended from role_assignment where person_id = $1 order by role',
          [first.person],
        )
      ).map(({ role, until_at, ended }) => [role, ended, until_at.getTime() - now.getTime()])
    const longest = api.deps.sessions.absoluteMs
    assert.deepEqual(await until(), [['dpo', false, longest]])
    provider.told.claims.groups = ['a-team']
    const second = await signIn()
    assert.deepEqual(await until(), [
      ['agent', false, longest],
      ['dpo', true, 0],
    ])
    assert.deepEqual((await callerOf(second.token)).roles, ['agent'])
    await assert.rejects(callerOf(first.token), 'more rights end the session of before')
  })

  test('without a group that gives a role nobody gets in, and what was given before is gone', async () => {
    const first = await signIn()
    provider.told.claims.groups = ['zomaar']
    await assert.rejects(signIn(), code('oidc_no_role'))
    assert.deepEqual((await callerOf(first.token)).roles, [])
  })

  test('a role that a colleague gave stays whatever the groups say', async () => {
    const { person } = await signIn()
    await inTx((tx) => assignRole(tx, { person, role: 'auditor', client: null, system: null }, act))
    provider.told.claims.groups = []
    assert.deepEqual((await callerOf((await signIn()).token)).roles, ['auditor'])
  })

  test('the last administrator by group loses the role with the group', async () => {
    provider.told.claims.groups = ['baas']
    const { token } = await signIn()
    assert.deepEqual((await callerOf(token)).roles, ['administrator'])
    provider.told.claims.groups = ['fg']
    assert.deepEqual((await callerOf((await signIn()).token)).roles, ['dpo'])
  })

  test('a provider that asked for one factor only leaves the second to us', async () => {
    provider.told.claims.amr = ['pwd']
    const reply = await signIn()
    assert.equal(reply.complete, false)
    assert.deepEqual((await callerOf(reply.token)).roles, [])
  })

  test('an address that a colleague signs in with is not taken over', async () => {
    Object.assign(provider.told.claims, { email: 'baas@kade.example', email_verified: true })
    await boss()
    const { person } = await signIn()
    assert.notEqual(person, administrator)
    const [row] = await db.ownerQuery<{ email: string | null }>('select email from person where person_id = $1', [
      person,
    ])
    assert.equal(row!.email, null)
  })

  test('a closed account stays closed', async () => {
    const { person } = await signIn()
    await inTx((tx) => disablePerson(tx, person, act))
    await assert.rejects(signIn(), code('person_disabled'))
  })

  describe('is refused', () => {
    const jwt = (head: object, claims: object, signature: (text: string) => Buffer) => {
      const text = `${base64url(JSON.stringify(head))}.${base64url(JSON.stringify(claims))}`
      return `${text}.${base64url(signature(text))}`
    }
    const own = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const mine = (text: string) => sign('sha256', Buffer.from(text), own.privateKey)
    const nothing = () => Buffer.alloc(0)
    const unsigned = (claims: object) => jwt({ alg: 'RS256', kid: 'k' }, claims, nothing)
    const none = (claims: object) => jwt({ alg: 'none' }, claims, nothing)
    const confused = (claims: object) =>
      jwt({ alg: 'HS256', kid: 'k' }, claims, (text) => createHmac('sha256', provider.publicKey).update(text).digest())
    const carrying = (claims: object) =>
      jwt({ alg: 'RS256', kid: 'k', jwk: own.publicKey.export({ format: 'jwk' }) }, claims, mine)
    const pointing = (claims: object) =>
      jwt({ alg: 'RS256', kid: 'k', jku: 'http://127.0.0.1:9/jwks', x5u: 'http://127.0.0.1:9/' }, claims, mine)
    for (const [what, change] of [
      ['for another nonce', () => Object.assign(provider.told.claims, { nonce: 'x'.repeat(43) })],
      ['for another audience', () => Object.assign(provider.told.claims, { aud: 'someone-else' })],
      ['for another issuer', () => Object.assign(provider.told.claims, { iss: 'https://elders.example' })],
      ['when it has expired', () => Object.assign(provider.told.claims, { exp: 1_700_000_000 })],
      ['without a subject', () => Object.assign(provider.told.claims, { sub: undefined })],
      ['when somebody else signed it', () => Object.assign(provider.told, { forged: true })],
      ['that nobody signed', () => Object.assign(provider.told, { made: unsigned })],
      ['that names «none» as its algorithm', () => Object.assign(provider.told, { made: none })],
      ['that is signed with the public key as a secret', () => Object.assign(provider.told, { made: confused })],
      ['that brings its own key along', () => Object.assign(provider.told, { made: carrying })],
      ['that says where its key is', () => Object.assign(provider.told, { made: pointing })],
      ['that counts from later on', () => Object.assign(provider.told.claims, { nbf: 4_000_000_000 })],
    ] as const)
      test(`a token ${what}`, async () => {
        change()
        await assert.rejects(signIn(), code('oidc_refused'))
      })

    test('an answer with another state', async () => {
      const { url, flow } = await start()
      const search = new URLSearchParams(provider.visit(url))
      search.set('state', 'x'.repeat(43))
      await assert.rejects(finish(flow, `?${search}`), code('oidc_refused'))
    })
    test('an answer that was used, or that another browser began', async () => {
      const { url, flow } = await start()
      const search = provider.visit(url)
      await finish(flow, search)
      await assert.rejects(finish(flow, search), code('oidc_refused'))
      const mine = await start()
      const theirs = await start()
      await assert.rejects(finish(mine.flow, provider.visit(theirs.url)), code('oidc_refused'))
    })
    test('and is on record: at which step, of whom when that is known, and an outage locks nobody out', async () => {
      const refusals = async () =>
        (await entriesOf(db)).filter(({ type }) => type === 'sign-in.refused').map(({ refs, body }) => ({ refs, body }))
      const seen = (await refusals()).length
      await assert.rejects(finish('A'.repeat(43), '?code=x'), code('oidc_refused'))
      provider.told.claims.groups = []
      await assert.rejects(signIn(), code('oidc_no_role'))
      const [broken, without] = (await refusals()).slice(seen)
      assert.deepEqual(broken, { refs: {}, body: { factor: 'oidc', step: 'sign_in', reason: 'wrong' } })
      assert.deepEqual(without?.body, { factor: 'oidc', step: 'sign_in', reason: 'no_role' })
      assert.match(without?.refs.person ?? '', /./)
      const down = accessApi(db, {
        tenant: 'kade',
        provider: () => ({
          ...api.deps.provider()!,
          finish: () => Promise.reject(new ApiError(503, 'oidc_unavailable')),
        }),
      })
      for (let i = 0; i < 25; i++) {
        const { flow } = await down.call<{ flow: string }>('GET', '/api/session/oidc', { query: { to: '/' } })
        await assert.rejects(
          down.call('POST', '/api/session/oidc', { body: { flow, search: '?code=x' } }),
          code('oidc_unavailable'),
        )
      }
      assert.equal((await refusals()).length, seen + 2)
    })
    test('a person who broke off', async () => {
      const { url, flow } = await start()
      const state = new URL(url).searchParams.get('state')!
      await assert.rejects(finish(flow, `?error=access_denied&state=${state}`), code('oidc_refused'))
    })
  })

  test('a provider that does not answer is said to be so, and works again when it is back', async () => {
    const own = openProvider(settings(provider.url), () => now)
    provider.told.down = true
    await assert.rejects(own.start({ again: false }), code('oidc_unavailable'))
    provider.told.down = false
    assert.ok((await own.start({ again: false })).url.startsWith(provider.url))
  })

  test('a provider that says it is another is none', async () => {
    provider.told.metadata = { issuer: 'https://elders.example' }
    const own = openProvider(settings(provider.url), () => now)
    await assert.rejects(own.start({ again: false }), code('oidc_unavailable'))
  })

  test('who is signed in proves it again at the provider, as the same person and lately', async () => {
    const { token } = await signIn()
    const me = await callerOf(token)
    const begun = await start('/console/keys', me)
    assert.equal(new URL(begun.url).searchParams.get('prompt'), 'login')
    const proved = await finish(begun.flow, provider.visit(begun.url), me)
    assert.equal(provedLately(await callerOf(proved.token), now), true)
    const mine = await callerOf(proved.token)
    const again = await start('/console/keys', mine)
    provider.told.claims.sub = 's-other'
    await assert.rejects(finish(again.flow, provider.visit(again.url), mine), code('oidc_refused'))
    const old = await start('/console/keys', mine)
    Object.assign(provider.told.claims, { sub: `s-${n}`, auth_time: 1_700_000_000 })
    await assert.rejects(finish(old.flow, provider.visit(old.url), mine), code('oidc_refused'))
  })

  test('signing out there carries nothing personal', async () => {
    const { url } = await api.call<{ url: string }>('GET', '/api/session/oidc/logout')
    const { searchParams } = new URL(url)
    assert.deepEqual([...searchParams.keys()].sort(), ['client_id', 'post_logout_redirect_uri'])
  })

  test('passwords can be switched off', async () => {
    const without = accessApi(db, { provider: api.deps.provider, tenant: 'kade', passwordSignIn: false })
    const body = { email: 'baas@kade.example', password: 'paard batterij nietje' }
    await assert.rejects(without.call('POST', '/api/session', { body }), code('password_off'))
    const link = { token: 'A'.repeat(43), password: 'paard batterij nietje' }
    await assert.rejects(without.call('POST', '/api/password', { body: link }), code('password_off'))
    assert.equal((await without.call<{ password: boolean }>('GET', '/api/sign-in')).password, false)
  })

  test('neither subject, name nor group stands in an entry, and the subject nowhere in the database', async () => {
    provider.told.claims = { sub: 'herkenbaar-onderwerp', name: 'Herkenbare Naam', groups: ['fg'], amr: ['mfa'] }
    await signIn()
    const entries = JSON.stringify(await entriesOf(db))
    for (const word of ['herkenbaar-onderwerp', 'Herkenbare Naam', 'a-team'])
      assert.equal(entries.includes(word), false, word)
    const rows = await db.ownerQuery<{ whole: string }>('select identity::text as whole from identity')
    assert.equal(
      rows.some(
        ({ whole }) => whole.includes('herkenbaar') || whole.includes(Buffer.from('herkenbaar').toString('hex')),
      ),
      false,
    )
  })

  test('a group gives a role once, only within the reach of who says so, and is taken away', async () => {
    const as = await boss()
    await assert.rejects(
      api.call('POST', '/api/group-roles', { as, body: { group: 'fg', role: 'dpo' } }),
      code('mapping_held'),
    )
    const local = await inTx(async (tx) => {
      const id = await addPerson(tx, { name: 'Plaatselijk', email: null }, act)
      await assignRole(tx, { person: id, role: 'administrator', client: 'a', system: null }, act)
      return signedIn(id, ['administrator'], ['a'])
    })
    await assert.rejects(
      api.call('POST', '/api/group-roles', { as: local, body: { group: 'x', role: 'dpo' } }),
      code('role_not_yours'),
    )
    const { groupRoles } = await api.call<{ groupRoles: { id: string; group: string }[] }>('GET', '/api/group-roles', {
      as,
    })
    const mapping = groupRoles.find(({ group }) => group === 'baas')!.id
    await assert.rejects(
      api.call('DELETE', '/api/group-roles/:mapping', { as: local, params: { mapping } }),
      code('role_not_yours'),
    )
    await api.call('DELETE', '/api/group-roles/:mapping', { as, params: { mapping } })
    provider.told.claims.groups = ['baas']
    await assert.rejects(signIn(), code('oidc_no_role'))
  })
})
