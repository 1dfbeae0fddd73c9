import assert from 'node:assert/strict'
import { after as afterAll, before, beforeEach, describe, test } from 'node:test'
import type { Tx } from '../platform/database.ts'
import { ApiError, type Caller } from '../platform/http.ts'
import { type TestDatabase, testDatabase } from '../platform/testing.ts'
import { type MeView, type PersonView, peerHeader } from './contract.ts'
import { authenticateSession, authenticationScope } from './io/authenticate.ts'
import { createOneTimeLink, startSession } from './io/sessions.ts'
import { addPerson, assignRole } from './store.ts'
import {
  type AccessApi,
  accessApi,
  act,
  after,
  type Call,
  complete,
  entriesOf,
  now,
  scope,
  seed,
  signedIn,
} from './testing.ts'

// One process runs many files: hooks stand inside, so that they run for these tests only.
describe('access: routes', () => {
  const PASSWORD = 'paard batterij nietje'
  const HOUR = 3_600_000
  let db: TestDatabase
  let api: AccessApi
  const oversight: string[] = []
  const sessions = { absoluteMs: 12 * HOUR, idleMs: HOUR }

  before(async () => {
    db = await testDatabase()
    await seed(db)
    api = accessApi(db, {
      sessions,
      signInLimits: { perEmail: 5, perAddress: 5 },
      async oversightChanged(_tx, { person, system }) {
        oversight.push(`${person} ${system}`)
      },
    })
  })
  afterAll(() => db.close())
  beforeEach(() => db.ownerQuery('delete from sign_in_attempt').then(() => {}))

  const call = <T>(method: string, path: string, given?: Call): Promise<T> => api.call<T>(method, path, given)
  const code = (expected: string) => (error: unknown) => error instanceof ApiError && error.code === expected
  const inTx = <T>(work: (tx: Tx) => Promise<T>) => db.database.inTx(scope(), work)

  let n = 0
  async function person(
    roles: [string, (string | null)?, (string | null)?][] = [],
    password = false,
  ): Promise<{ id: string; email: string }> {
    const email = `p${++n}@kade.example`
    const id = await inTx(async (tx) => {
      const made = await addPerson(tx, { name: `Persoon ${n}`, email }, act)
      for (const [role, client = null, system = null] of roles)
        await assignRole(tx, { person: made, role: role as 'agent', client, system }, act)
      return made
    })
    if (password) {
      const link = await inTx((tx) => createOneTimeLink(tx, id, act))
      await call('POST', '/api/password', { body: { token: link.token, password: PASSWORD } })
    }
    return { id, email }
  }
  async function personWithRights(roles: [string, (string | null)?, (string | null)?][]): Promise<Caller> {
    const { id } = await person(roles)
    const { token } = await inTx((tx) => startSession(tx, id, sessions, complete, act))
    const answer = await db.database.inTx(authenticationScope, (tx) => authenticateSession(tx, token, sessions, now))
    assert.ok(answer.ok)
    return answer.caller
  }

  describe('signing in', () => {
    const signIn = (email: string, password: string, more: Call = {}) =>
      call<{ token: string; person: string }>('POST', '/api/session', { body: { email, password }, ...more })

    test('the right password gives a session of one’s own', async () => {
      const { id, email } = await person([['dpo']], true)
      const one = await signIn(email.toUpperCase(), PASSWORD)
      const two = await signIn(email, PASSWORD)
      assert.equal(one.person, id)
      assert.notEqual(one.token, two.token)
      const answer = await db.database.inTx(authenticationScope, (tx) =>
        authenticateSession(tx, one.token, sessions, now),
      )
      assert.equal(answer.ok && answer.caller.id, id)
    })

    test('a wrong password, an unknown address, an account without password and a closed one get one answer', async () => {
      const { id, email } = await person([], true)
      const { email: without } = await person()
      await assert.rejects(signIn(email, 'verkeerd'), code('sign_in_refused'))
      await assert.rejects(signIn('niemand@kade.example', PASSWORD), code('sign_in_refused'))
      await assert.rejects(signIn(without, PASSWORD), code('sign_in_refused'))
      await db.ownerQuery('update person set disabled_at = now() where person_id = $1', [id])
      await assert.rejects(signIn(email, PASSWORD), code('sign_in_refused'))
    })

    test('a password does not run out: after ten years it still lets in', async () => {
      const { email } = await person([], true)
      assert.ok(await signIn(email, PASSWORD, { at: after(10 * 365 * 24 * HOUR) }))
    })

    test('after five failures nothing is tried for a quarter of an hour, not even the right password', async () => {
      const { email } = await person([], true)
      for (let i = 0; i < 5; i++)
        await assert.rejects(
          signIn(email, 'verkeerd', { headers: { [peerHeader]: `192.0.2.${10 + i}` } }),
          code('sign_in_refused'),
        )
      const last = { headers: { [peerHeader]: '192.0.2.20' } }
      await assert.rejects(
        signIn(email, PASSWORD, last),
        (error: unknown) => error instanceof ApiError && error.status === 429 && error.values.minutes === 15,
      )
      await assert.rejects(signIn(email, PASSWORD, { ...last, at: after(15 * 60_000 - 1) }), code('sign_in_throttled'))
      assert.ok(await signIn(email, PASSWORD, { ...last, at: after(15 * 60_000) }))
    })

    test('one network address may fail five times over all accounts', async () => {
      for (let i = 0; i < 5; i++) await assert.rejects(signIn(`gok${i}@kade.example`, 'x'), code('sign_in_refused'))
      await assert.rejects(
        signIn('gok9@kade.example', 'x', { headers: { [peerHeader]: '::ffff:192.0.2.1' } }),
        code('sign_in_throttled'),
      )
      await assert.rejects(
        signIn('gok9@kade.example', 'x', { headers: { [peerHeader]: '192.0.2.2' } }),
        code('sign_in_refused'),
      )
    })

    test('many tries at once are no way around the limit', async () => {
      const { email } = await person([], true)
      const results = await Promise.allSettled(
        Array.from({ length: 20 }, (_, i) =>
          signIn(email, 'verkeerd', { headers: { [peerHeader]: `198.51.100.${i}` } }),
        ),
      )
      const codes = results.map((result) => (result.status === 'rejected' ? (result.reason as ApiError).code : 'ok'))
      assert.equal(codes.filter((each) => each === 'sign_in_refused').length, 5)
      assert.equal(codes.filter((each) => each === 'sign_in_throttled').length, 15)
    })

    test('a good password clears the count of its address', async () => {
      const { email } = await person([], true)
      for (let round = 0; round < 3; round++) {
        for (let i = 0; i < 4; i++)
          await assert.rejects(
            signIn(email, 'verkeerd', { headers: { [peerHeader]: `203.0.113.${round * 8 + i}` } }),
            code('sign_in_refused'),
          )
        assert.ok(await signIn(email, PASSWORD, { headers: { [peerHeader]: '203.0.113.200' } }))
      }
    })

    test('an account of one’s own is no way to try the passwords of others without end', async () => {
      const { email } = await person([], true)
      for (let i = 0; i < 5; i++) {
        await assert.rejects(signIn(`ander${i}@kade.example`, 'x'), code('sign_in_refused'))
        if (i < 4) await signIn(email, PASSWORD)
      }
      await assert.rejects(signIn('ander9@kade.example', 'x'), code('sign_in_throttled'))
    })

    test('parallel sign-ins of one person all succeed, each with a token', async () => {
      const { email } = await person([], true)
      const tokens = await Promise.all(
        [1, 2, 3, 4].map((i) => signIn(email, PASSWORD, { headers: { [peerHeader]: `192.0.2.${i}` } })),
      )
      assert.equal(new Set(tokens.map(({ token }) => token)).size, 4)
    })

    test('the table of attempts holds no address, and is emptied of what no longer counts', async () => {
      await assert.rejects(signIn('iemand@kade.example', 'x'), code('sign_in_refused'))
      const rows = await db.ownerQuery<{ row: string }>('select to_jsonb(t)::text as row from sign_in_attempt t')
      assert.equal(rows.length, 2)
      assert.doesNotMatch(JSON.stringify(rows), /iemand|192\.0/)
      await assert.rejects(
        signIn('ander@kade.example', 'x', { headers: { [peerHeader]: '192.0.2.99' }, at: after(16 * 60_000) }),
        code('sign_in_refused'),
      )
      assert.equal((await db.ownerQuery('select 1 from sign_in_attempt')).length, 2)
    })

    test('an address that two organisations know signs in to neither without a choice', async () => {
      const { email } = await person([], true)
      await db.database.inTx(scope('haven'), (tx) => addPerson(tx, { name: 'Dubbel', email }, act))
      await assert.rejects(signIn(email, PASSWORD), code('sign_in_refused'))
    })

    test('without the network address of the other side nothing is tried', async () => {
      await assert.rejects(signIn('x@kade.example', 'x', { headers: { [peerHeader]: '' } }), /x-waarborg-peer/)
    })

    test('no password and no token stands in an entry', async () => {
      const { email } = await person([], true)
      const { token } = await signIn(email, PASSWORD)
      const all = JSON.stringify(await entriesOf(db))
      for (const secret of [PASSWORD, token, email]) assert.ok(!all.includes(secret))
    })
  })

  describe('choosing a password', () => {
    test('a weak one is refused and the link still works', async () => {
      const { id, email } = await person()
      const link = await inTx((tx) => createOneTimeLink(tx, id, act))
      await assert.rejects(
        call('POST', '/api/password', { body: { token: link.token, password: 'Welkom2026!!!' } }),
        code('password_well_known'),
      )
      assert.deepEqual(await call('GET', '/api/password', { query: { token: link.token } }), {
        name: `Persoon ${n}`,
        email,
      })
      const reply = await call<{ token: string; email: string }>('POST', '/api/password', {
        body: { token: link.token, password: PASSWORD },
      })
      assert.equal(reply.email, email)
      assert.equal(
        (await db.database.inTx(authenticationScope, (tx) => authenticateSession(tx, reply.token, sessions, now))).ok,
        true,
      )
      await assert.rejects(
        call('POST', '/api/password', { body: { token: link.token, password: PASSWORD } }),
        code('link_used'),
      )
    })

    test('its holder can sign in at once, also after five failures', async () => {
      const { id, email } = await person([], true)
      for (let i = 0; i < 5; i++)
        await assert.rejects(
          call('POST', '/api/session', { body: { email, password: 'x' }, headers: { [peerHeader]: `198.18.0.${i}` } }),
        )
      const link = await inTx((tx) => createOneTimeLink(tx, id, act))
      await call('POST', '/api/password', { body: { token: link.token, password: 'een heel ander gedicht' } })
      await call('POST', '/api/session', {
        body: { email, password: 'een heel ander gedicht' },
        headers: { [peerHeader]: '198.18.0.99' },
      })
    })
  })

  describe('who is signed in', () => {
    test('sees name, roles and the clients that may be chosen', async () => {
      const caller = await personWithRights([['agent', 'a']])
      const me = await call<MeView>('GET', '/api/me', { as: caller })
      assert.deepEqual(
        { roles: me.roles, tenant: me.tenant, clients: me.clients, client: me.client },
        {
          roles: ['agent'],
          tenant: { id: 'kade', name: 'Organisatie kade' },
          clients: [{ id: 'a', name: 'Klant A' }],
          client: 'a',
        },
      )
    })

    test('chooses a client with the roles that hold there, or none that is not theirs', async () => {
      const { id } = await person([['agent'], ['ethics_officer', 'b']])
      const { token } = await inTx((tx) => startSession(tx, id, sessions, complete, act))
      const caller = signedIn(id, ['agent'])
      const choose = (client: string | null) =>
        call<MeView>('POST', '/api/me/client', {
          as: caller,
          body: { client },
          headers: { cookie: `__Host-waarborg_session=${token}` },
        })
      const me = await choose('b')
      assert.deepEqual(
        [me.client, me.roles, me.clients.map((client) => client.id)],
        ['b', ['ethics_officer', 'agent'], ['a', 'b']],
      )
      await assert.rejects(choose('h'), code('client_unknown'))
      assert.equal((await choose(null)).client, null)
      await assert.rejects(
        call('POST', '/api/me/client', { as: caller, body: { client: 'b' } }),
        code('session_unknown'),
      )
    })

    test('signs out', async () => {
      const { id } = await person()
      const { token } = await inTx((tx) => startSession(tx, id, sessions, complete, act))
      await call('DELETE', '/api/session', {
        as: signedIn(id, []),
        headers: { cookie: `a=1; __Host-waarborg_session=${token}` },
      })
      assert.equal(
        (await db.database.inTx(authenticationScope, (tx) => authenticateSession(tx, token, sessions, now))).ok,
        false,
      )
    })
  })

  describe('people', () => {
    test('an administrator adds someone, who gets in by the link that is shown once', async () => {
      const caller = await personWithRights([['administrator']])
      const { person: added, link } = await call<{ person: PersonView; link: { path: string } }>(
        'POST',
        '/api/people',
        {
          as: caller,
          body: { name: 'Nieuw', email: `nieuw${n}@kade.example`, roles: [{ role: 'agent', client: 'a' }] },
        },
      )
      assert.deepEqual(
        [added.roles.map(({ role, client }) => [role, client]), added.canSignIn],
        [[['agent', 'a']], false],
      )
      const token = new URL(link.path, 'https://waarborg.example').searchParams.get('token')
      await call('POST', '/api/password', { body: { token, password: PASSWORD } })
    })

    for (const roles of [['agent'], ['ethics_officer'], ['auditor'], ['supervisor']])
      test(`a person with the role ${roles[0]} adds nobody`, async () => {
        const caller = await personWithRights(roles.map((role) => [role]))
        await assert.rejects(
          call('POST', '/api/people', { as: caller, body: { name: 'X', email: 'x@kade.example' } }),
          code('not_allowed'),
        )
      })

    test('an administrator of one client gives roles there and nowhere else', async () => {
      const caller = await personWithRights([['administrator', 'a']])
      const { id } = await person([['agent', 'a']])
      const give = (body: object) =>
        call<PersonView>('POST', '/api/people/:person/roles', { as: caller, params: { person: id }, body })
      assert.equal((await give({ role: 'supervisor', client: 'a' })).roles.length, 2)
      for (const body of [
        { role: 'administrator' },
        { role: 'agent', client: 'b' },
        { role: 'overseer', system: 'bot-b' },
      ])
        await assert.rejects(give(body), code('role_not_yours'))
    })

    test('an administrator of one client cannot take over a wider account', async () => {
      const caller = await personWithRights([['administrator', 'a']])
      for (const target of [
        await person([['administrator']]),
        await person([
          ['agent', 'a'],
          ['agent', 'b'],
        ]),
        await person(),
      ])
        for (const verb of ['link', 'disable', 'enable'])
          await assert.rejects(
            call('POST', `/api/people/:person/${verb}`, { as: caller, params: { person: target.id } }),
            code('role_not_yours'),
          )
      const own = await person([['agent', 'a']])
      assert.ok(await call('POST', '/api/people/:person/link', { as: caller, params: { person: own.id } }))
    })

    test('an administrator of one client ends no role of another', async () => {
      const caller = await personWithRights([['administrator', 'a']])
      const target = await person()
      const assignment = await inTx((tx) =>
        assignRole(tx, { person: target.id, role: 'agent', client: 'b', system: null }, act),
      )
      await assert.rejects(
        call('DELETE', '/api/people/:person/roles/:assignment', {
          as: caller,
          params: { person: target.id, assignment },
        }),
        code('role_not_yours'),
      )
      const [row] = await db.ownerQuery<{ until_at: Date | null }>(
        'select until_at from role_assignment where assignment_id = $1',
        [assignment],
      )
      assert.equal(row?.until_at, null)
    })

    test('who may not administer sees names and roles but no addresses', async () => {
      const { id } = await person([['agent', 'a']])
      const view = async (roles: [string, (string | null)?][]) =>
        (await call<{ people: PersonView[] }>('GET', '/api/people', { as: await personWithRights(roles) })).people.find(
          (each) => each.id === id,
        )
      assert.equal((await view([['auditor']]))?.email, null)
      assert.notEqual((await view([['administrator']]))?.email, null)
      assert.equal(await view([['auditor', 'b']]), undefined)
    })

    test('a qualification is recorded by someone else, and the standing of systems is worked out again', async () => {
      const { id } = await person([['overseer', 'a', 'bot-a']])
      const caller = await personWithRights([['ethics_officer']])
      const body = { kind: 'human_oversight', attainedOn: '2026-11-01', validUntil: '2027-11-01T00:00:00Z' }
      oversight.length = 0
      const view = await call<PersonView>('POST', '/api/people/:person/qualifications', {
        as: caller,
        params: { person: id },
        body,
      })
      assert.deepEqual(
        view.qualifications.map(({ kind, valid }) => [kind, valid]),
        [['human_oversight', true]],
      )
      assert.deepEqual(oversight, [`${id} null`])
      await assert.rejects(
        call('POST', '/api/people/:person/qualifications', { as: caller, params: { person: caller.id }, body }),
        code('own_qualification'),
      )
      const ended = await call<PersonView>('DELETE', '/api/people/:person/qualifications/:qualification', {
        as: caller,
        params: { person: id, qualification: view.qualifications[0]!.id },
      })
      assert.equal(ended.qualifications[0]?.valid, false)
    })

    test('a role that is held already is not given twice', async () => {
      const caller = await personWithRights([['administrator']])
      const { id } = await person([['agent', 'a']])
      const give = (client: string) =>
        call('POST', '/api/people/:person/roles', {
          as: caller,
          params: { person: id },
          body: { role: 'agent', client },
        })
      await assert.rejects(give('a'), code('role_held'))
      await give('b')
    })

    test('duties that should be apart are pointed out', async () => {
      const caller = await personWithRights([['administrator']])
      const { id } = await person([['owner']])
      const view = await call<PersonView>('POST', '/api/people/:person/roles', {
        as: caller,
        params: { person: id },
        body: { role: 'auditor' },
      })
      assert.deepEqual(view.hints, [{ code: 'owner_and_auditor' }])
    })
  })

  describe('keys', () => {
    test('the key is shown once, and then never again', async () => {
      const caller = await personWithRights([['ai_engineer']])
      const made = await call<{ id: string; key: string }>('POST', '/api/keys', {
        as: caller,
        body: { system: 'bot-a', label: 'chat' },
      })
      assert.match(made.key, /^wb_/)
      const { keys } = await call<{ keys: object[] }>('GET', '/api/keys', { as: caller, query: { system: 'bot-a' } })
      assert.ok(!JSON.stringify(keys).includes(made.key.split('_')[2]!))
      const next = await call<{ id: string }>('POST', '/api/keys/:key/rotate', {
        as: caller,
        params: { key: made.id },
        body: { graceHours: 0 },
      })
      const revoked = await call<{ revokedAt: string | null }>('DELETE', '/api/keys/:key', {
        as: caller,
        params: { key: next.id },
      })
      assert.equal(revoked.revokedAt, now.toISOString())
    })

    test('an engineer of one system makes no key of another, and readers make none', async () => {
      const engineer = await personWithRights([['ai_engineer', 'a', 'bot-a']])
      await assert.rejects(
        call('POST', '/api/keys', { as: engineer, body: { system: 'bot-b', label: 'x' } }),
        code('system_unknown'),
      )
      await assert.rejects(
        call('POST', '/api/keys', {
          as: await personWithRights([
            ['ai_engineer', 'b'],
            ['owner', 'a'],
          ]),
          body: { system: 'bot-a', label: 'x' },
        }),
        (error: ApiError) => ['role_not_yours', 'not_allowed', 'system_unknown'].includes(error.code),
      )
      await assert.rejects(
        call('POST', '/api/keys', { as: await personWithRights([['auditor']]), body: { system: 'bot-a', label: 'x' } }),
        code('not_allowed'),
      )
    })
  })

  describe('links to the portal', () => {
    const system: Caller = {
      kind: 'system',
      id: 'bot-a',
      roles: [],
      scope: scope('kade', ['a'], { kind: 'system', id: 'bot-a' }),
      bound: { system: 'bot-a', client: 'a', key: 'k' },
    }
    test('a system asks one for a conversation of its client', async () => {
      const link = await call<{ url: string; path: string; expiresAt: string }>('POST', '/v1/portal-links', {
        as: system,
        body: { conversation: 'conversation-a' },
      })
      assert.match(link.url, /^https:\/\/waarborg\.example\/p\/[A-Za-z0-9_-]{43}$/)
      assert.equal(link.expiresAt, after(30 * 24 * HOUR).toISOString())
    })
    test('a conversation of another client does not exist for it', async () => {
      await assert.rejects(
        call('POST', '/v1/portal-links', { as: system, body: { conversation: 'conversation-b' } }),
        code('conversation_unknown'),
      )
    })
    test('staff and customers make none here', async () => {
      await assert.rejects(
        call('POST', '/v1/portal-links', {
          as: await personWithRights([['administrator']]),
          body: { conversation: 'conversation-a' },
        }),
        code('not_allowed'),
      )
    })
  })

  describe('declarations', () => {
    test('what changes something names its entries; what only reads names none', () => {
      // Looking at who looked is itself on record.
      for (const route of api.routes.filter(({ events }) => !events.includes('view.listed')))
        assert.equal(route.events.length > 0, route.method !== 'GET', `${route.method} ${route.path}`)
    })
  })
})
