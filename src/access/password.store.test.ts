import assert from 'node:assert/strict'
import { after as afterAll, before, describe, test } from 'node:test'
import { ApiError, type Caller } from '../platform/http.ts'
import { type TestDatabase, testDatabase } from '../platform/testing.ts'
import { authenticateSession, authenticationScope } from './io/authenticate.ts'
import { createOneTimeLink, startSession } from './io/sessions.ts'
import { addPerson, assignRole } from './store.ts'
import { type AccessApi, accessApi, act, complete, entriesOf, now, scope, seed, signedIn } from './testing.ts'

// One process runs many files: hooks stand inside, so that they run for these tests only.
describe('access: changing one’s own password', () => {
  const old = 'paard batterij nietje'
  const next = 'een heel ander gedicht'
  let db: TestDatabase
  let api: AccessApi
  let n = 0
  before(async () => {
    db = await testDatabase()
    await seed(db)
    api = accessApi(db, { tenant: 'kade', signInLimits: { perEmail: 5, perAddress: 1_000 } })
  })
  afterAll(() => db.close())
  const code = (expected: string) => (error: unknown) => error instanceof ApiError && error.code === expected

  async function person(withPassword = true) {
    const email = `w${++n}@kade.example`
    const { id, link } = await db.database.inTx(scope(), async (tx) => {
      const made = await addPerson(tx, { name: `Persoon ${n}`, email }, act)
      await assignRole(tx, { person: made, role: 'dpo', client: null, system: null }, act)
      return { id: made, link: (await createOneTimeLink(tx, made, act)).token }
    })
    if (withPassword) await api.call('POST', '/api/password', { body: { token: link, password: old } })
    const begin = () =>
      db.database
        .inTx(scope(), (tx) => startSession(tx, id, api.deps.sessions, complete, act))
        .then(({ token }) => token)
    return { id, email, begin }
  }
  const callerOf = async (token: string): Promise<Caller | undefined> => {
    const found = await db.database.inTx(authenticationScope, (tx) =>
      authenticateSession(tx, token, api.deps.sessions, now),
    )
    return found.ok ? found.caller : undefined
  }
  const change = (as: Caller, body: object, on = api) =>
    on.call<{ token: string; complete: boolean }>('POST', '/api/me/password', { as, body })
  const lets = (email: string, password: string) =>
    api.call('POST', '/api/session', { body: { email, password } }).then(
      () => true,
      () => false,
    )

  test('the one of now and a good new one: other sessions end, this one goes on under another token', async () => {
    const { id, email, begin } = await person()
    const [mine, elsewhere] = [await begin(), await begin()]
    const reply = await change((await callerOf(mine))!, { current: old, password: next })
    assert.equal((await callerOf(reply.token))?.id, id)
    assert.deepEqual([await callerOf(mine), await callerOf(elsewhere)], [undefined, undefined])
    assert.deepEqual([await lets(email, old), await lets(email, next)], [false, true])
    const entries = (await entriesOf(db)).filter(({ refs }) => refs.person === id).map(({ type }) => type)
    assert.ok(entries.includes('password.changed'))
    assert.doesNotMatch(JSON.stringify(await entriesOf(db)), /gedicht|nietje/)
  })

  test('without the one of now nothing changes, and the try is counted and on record', async () => {
    const { id, email, begin } = await person()
    const me = (await callerOf(await begin()))!
    for (let i = 0; i < 5; i++)
      await assert.rejects(change(me, { current: `${old}s`, password: next }), code('password_wrong'))
    await assert.rejects(change(me, { current: old, password: next }), code('sign_in_throttled'))
    const refused = (await entriesOf(db)).filter(({ type, refs }) => type === 'sign-in.refused' && refs.person === id)
    assert.equal(refused.length, 5)
    assert.deepEqual(refused[0]?.body, { factor: 'password', step: 'confirmation', reason: 'wrong' })
    await db.ownerQuery('delete from sign_in_attempt')
    assert.deepEqual([await lets(email, old), await lets(email, next)], [true, false])
  })

  test('a weak new one is refused, and the one of now stays', async () => {
    const { email, begin } = await person()
    const me = (await callerOf(await begin()))!
    await assert.rejects(change(me, { current: old, password: 'Welkom2026!!!' }), code('password_well_known'))
    await assert.rejects(change(me, { current: old, password: 'kort' }), code('password_too_short'))
    assert.ok(await lets(email, old))
  })

  test('one that leaked is refused, chosen with a link or changed; when the list cannot be read nothing is chosen', async () => {
    let broken = false
    const listed = accessApi(db, {
      tenant: 'kade',
      leaked: {
        has: async (password) => {
          if (broken) throw new ApiError(503, 'password_list_unavailable')
          return password === next
        },
      },
    })
    const { id, email, begin } = await person()
    const me = (await callerOf(await begin()))!
    await assert.rejects(change(me, { current: old, password: next }, listed), code('password_leaked'))
    const { token } = await db.database.inTx(scope(), (tx) => createOneTimeLink(tx, id, act))
    const choose = (password: string) => listed.call('POST', '/api/password', { body: { token, password } })
    await assert.rejects(choose(next), code('password_leaked'))
    broken = true
    await assert.rejects(choose(`${next} anders`), code('password_list_unavailable'))
    assert.ok(await lets(email, old))
    broken = false
    await choose(`${next} anders`)
    assert.ok(await lets(email, `${next} anders`))
  })

  test('of two changes at once one counts', async () => {
    const { email, begin } = await person()
    const me = (await callerOf(await begin()))!
    const other = (await callerOf(await begin()))!
    const results = await Promise.allSettled([
      change(me, { current: old, password: `${next} een` }),
      change(other, { current: old, password: `${next} twee` }),
    ])
    assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1)
    assert.equal([await lets(email, `${next} een`), await lets(email, `${next} twee`)].filter(Boolean).length, 1)
  })

  test('who has none, and where passwords are off, there is none to change; and it asks for a fresh proof', async () => {
    const { begin } = await person(false)
    await assert.rejects(
      change((await callerOf(await begin()))!, { current: 'x', password: next }),
      code('password_none'),
    )
    const off = accessApi(db, { passwordSignIn: false })
    await assert.rejects(change(signedIn('x', ['dpo']), { current: 'x', password: next }, off), code('password_off'))
    const stale: Caller = { ...signedIn('x', ['dpo']), session: { id: 's', provedAt: new Date(0), pending: false } }
    await assert.rejects(change(stale, { current: old, password: next }), code('confirmation_needed'))
  })
})
