import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after as afterAll, before, beforeEach, describe, test } from 'node:test'
import { ApiError, type Caller, provedLately, RECENT_MS } from '../platform/http.ts'
import { type TestDatabase, testDatabase } from '../platform/testing.ts'
import { authenticateSession, authenticationScope } from './io/authenticate.ts'
import { createOneTimeLink } from './io/sessions.ts'
import { addPerson, assignRole } from './store.ts'
import { type AccessApi, accessApi, act, after, base32Bytes, entriesOf, now, scope, seed, signedIn } from './testing.ts'
import { hotp, TOTP_STEP_MS, totpStep } from './totp.ts'

// One process runs many files: hooks stand inside, so that they run for these tests only.
describe('access: second factor', () => {
  const PASSWORD = 'paard batterij nietje'
  const MINUTE = 60_000
  let db: TestDatabase
  let api: AccessApi
  before(async () => {
    db = await testDatabase()
    await seed(db)
    api = accessApi(db, { secondFactorOptionalFor: 'haven', factorKey: randomBytes(32) })
  })
  afterAll(() => db.close())
  beforeEach(() => db.ownerQuery('delete from sign_in_attempt').then(() => {}))

  const code = (expected: string) => (error: unknown) => error instanceof ApiError && error.code === expected
  let n = 0
  async function person(role: 'dpo' | 'administrator' | null = 'dpo', tenant = 'kade') {
    const email = `f${++n}@${tenant}.example`
    const { id, token } = await db.database.inTx(scope(tenant), async (tx) => {
      const made = await addPerson(tx, { name: `Persoon ${n}`, email }, act)
      if (role) await assignRole(tx, { person: made, role, client: null, system: null }, act)
      return { id: made, token: (await createOneTimeLink(tx, made, act)).token }
    })
    const begun = await api.call<Reply>('POST', '/api/password', { body: { token, password: PASSWORD } })
    return { id, email, begun }
  }
  type Reply = { token: string; complete: boolean; codes?: string[] }
  /** Who a token lets in, as the server part finds it at each request. */
  async function callerOf(token: string, at = now): Promise<Caller> {
    const found = await db.database.inTx(authenticationScope, (tx) =>
      authenticateSession(tx, token, api.deps.sessions, at),
    )
    if (!found.ok) throw new Error(found.refused)
    return found.caller
  }
  const as = async (token: string, at = now) => ({ as: await callerOf(token, at), at })
  async function begin(token: string, at = now) {
    const { secret } = await api.call<{ secret: string; uri: string }>('POST', '/api/factor', await as(token, at))
    return base32Bytes(secret)
  }
  const enrol = async (token: string, secret: Uint8Array, at = now) =>
    api.call<Required<Reply>>('POST', '/api/factor/enrol', {
      ...(await as(token, at)),
      body: { code: hotp(secret, totpStep(at)) },
    })
  async function enrolled(role: 'dpo' | 'administrator' = 'dpo') {
    const { id, email, begun } = await person(role)
    const secret = await begin(begun.token)
    return { id, email, secret, ...(await enrol(begun.token, secret)) }
  }
  const signIn = (email: string, at: Date) =>
    api.call<Reply>('POST', '/api/session', { body: { email, password: PASSWORD }, at })
  const giveCode = async (token: string, text: string, at: Date) =>
    api.call<Reply>('POST', '/api/session/code', { ...(await as(token, at)), body: { code: text } })

  test('after the password someone with a role sets one up, and until then may do nothing else', async () => {
    const { begun } = await person()
    assert.equal(begun.complete, false)
    const caller = await callerOf(begun.token)
    assert.equal((await api.call<{ stage: string }>('GET', '/api/session', { as: caller })).stage, 'enrol')
    for (const [method, path] of [
      ['GET', '/api/me'],
      ['GET', '/api/people'],
      ['POST', '/api/session/confirm'],
      ['POST', '/api/recovery-codes'],
    ] as const)
      await assert.rejects(api.call(method, path, { as: caller, body: {} }), code('not_allowed'), path)
    await assert.rejects(api.call('POST', '/api/session/later', { as: caller }), code('factor_required'))
    const done = await enrol(begun.token, await begin(begun.token))
    assert.deepEqual([done.complete, done.codes.length, new Set(done.codes).size], [true, 10, 10])
    assert.deepEqual((await callerOf(done.token)).roles, ['dpo'])
  })

  test('the second step gives another token, and the one of before opens nothing', async () => {
    const { begun } = await person()
    const done = await enrol(begun.token, await begin(begun.token))
    assert.notEqual(done.token, begun.token)
    await assert.rejects(callerOf(begun.token), /session_unknown/)
  })

  test('who sees nothing needs none, and in the demonstration it may wait', async () => {
    assert.equal((await person(null)).begun.complete, true)
    const { begun } = await person('dpo', 'haven')
    assert.equal((await api.call<{ stage: string }>('GET', '/api/session', await as(begun.token))).stage, 'offer')
    const later = await api.call<Reply>('POST', '/api/session/later', await as(begun.token))
    assert.deepEqual((await callerOf(later.token)).roles, ['dpo'])
  })

  test('a code lets in once, at its own time', async () => {
    const { email, secret } = await enrolled()
    const at = after(10 * MINUTE)
    const right = hotp(secret, totpStep(at))
    const first = await signIn(email, at)
    assert.equal(first.complete, false)
    await assert.rejects(giveCode(first.token, '000000', at), code('code_wrong'))
    await assert.rejects(giveCode(first.token, hotp(secret, totpStep(at) - 2), at), code('code_wrong'))
    assert.equal((await giveCode(first.token, right, at)).complete, true)
    const second = await signIn(email, at)
    await assert.rejects(giveCode(second.token, right, at), code('code_used'))
  })

  test('the code that proved the app is used up too', async () => {
    const { email, secret } = await enrolled()
    const { token } = await signIn(email, now)
    await assert.rejects(giveCode(token, hotp(secret, totpStep(now)), now), code('code_used'))
  })

  test('of one code used twice at once, one lets in', async () => {
    const { email, secret } = await enrolled()
    const at = after(TOTP_STEP_MS * 4)
    const tokens = await Promise.all([signIn(email, at), signIn(email, at)])
    const tried = await Promise.allSettled(tokens.map(({ token }) => giveCode(token, hotp(secret, totpStep(at)), at)))
    assert.deepEqual(tried.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
  })

  test('after five wrong codes none is tried for a quarter of an hour, not even the right one', async () => {
    const { email, secret } = await enrolled()
    const at = after(MINUTE)
    const { token } = await signIn(email, at)
    for (let i = 0; i < 5; i++) await assert.rejects(giveCode(token, '000000', at), code('code_wrong'))
    await assert.rejects(giveCode(token, hotp(secret, totpStep(at)), at), code('sign_in_throttled'))
    // A new sign-in is no way around it: the count is the person's.
    const again = await signIn(email, at)
    await assert.rejects(giveCode(again.token, hotp(secret, totpStep(at)), at), code('sign_in_throttled'))
    const later = after(16 * MINUTE)
    const third = await signIn(email, later)
    assert.equal((await giveCode(third.token, hotp(secret, totpStep(later)), later)).complete, true)
  })

  test('a stolen password does not set up another app in its place', async () => {
    const { email } = await enrolled()
    const { token } = await signIn(email, now)
    await assert.rejects(begin(token), code('second_factor_needed'))
    await assert.rejects(
      api.call('POST', '/api/factor/enrol', { ...(await as(token)), body: { code: '123456' } }),
      code('second_factor_needed'),
    )
    await assert.rejects(api.call('POST', '/api/session/later', await as(token)), code('factor_required'))
  })

  test('a one-time link stands for the password only', async () => {
    const { id, email, secret } = await enrolled()
    const at = after(5 * MINUTE)
    const { token: link } = await db.database.inTx(scope(), (tx) => createOneTimeLink(tx, id, { ...act, now: at }))
    const begun = await api.call<Reply>('POST', '/api/password', {
      body: { token: link, password: `${PASSWORD}s` },
      at,
    })
    assert.equal(begun.complete, false)
    assert.equal((await giveCode(begun.token, hotp(secret, totpStep(at)), at)).complete, true)
    assert.ok(email)
  })

  test('a recovery code lets in once, and new ones end those of before', async () => {
    const { email, codes, token } = await enrolled()
    const one = codes[0]!
    assert.equal((await giveCode((await signIn(email, now)).token, one.toUpperCase(), now)).complete, true)
    const second = await signIn(email, now)
    await assert.rejects(giveCode(second.token, one, now), code('code_wrong'))
    const fresh = await api.call<{ codes: string[] }>('POST', '/api/recovery-codes', await as(token))
    await assert.rejects(giveCode(second.token, codes[1]!, now), code('code_wrong'))
    assert.equal((await giveCode(second.token, fresh.codes[0]!, now)).complete, true)
  })

  test('a secret that was shown counts for a quarter of an hour', async () => {
    const { begun } = await person()
    const secret = await begin(begun.token)
    const late = after(15 * MINUTE - 1)
    assert.equal((await enrol(begun.token, secret, late)).complete, true)
    const other = await person()
    await begin(other.begun.token)
    await db.ownerQuery(
      `update second_factor set pending_at = pending_at - interval '15 minutes' where person_id = $1`,
      [other.id],
    )
    await assert.rejects(enrol(other.begun.token, secret), code('factor_not_begun'))
  })

  test('another app ends the sessions elsewhere', async () => {
    const { email, secret, token } = await enrolled()
    const at = after(2 * MINUTE)
    const elsewhere = await giveCode((await signIn(email, at)).token, hotp(secret, totpStep(at)), at)
    await enrol(token, await begin(token, at), at)
    await assert.rejects(callerOf(elsewhere.token, at), /session_unknown/)
  })

  test('an administrator takes it away and says how it was made sure who asks: sessions end, the next sign-in sets one up', async () => {
    const { id, email, token } = await enrolled()
    const administrator = signedIn('admin-1', ['administrator'])
    const boss = await person('administrator')
    const reset = (caller: Caller, body: object = { checked: 'call_back' }) =>
      api.call('POST', '/api/people/:person/factor/reset', { as: caller, params: { person: id }, body })
    for (const body of [{}, { checked: 'mail' }, { checked: '' }])
      await assert.rejects(reset({ ...administrator, id: boss.id }, body), /checked/)
    assert.ok(await callerOf(token), 'without saying how it was made sure who asks nothing changes')
    await assert.rejects(reset({ ...administrator, id: 'nobody' }), code('role_not_yours'))
    await reset({ ...administrator, id: boss.id })
    await assert.rejects(callerOf(token), /session_unknown/)
    const again = await signIn(email, now)
    assert.equal((await api.call<{ stage: string }>('GET', '/api/session', await as(again.token))).stage, 'enrol')
    const types = (await entriesOf(db)).filter(({ refs }) => refs.person === id).map(({ type }) => type)
    assert.deepEqual(types.slice(-3), ['factor.reset', 'session.ended', 'session.started'])
    const entry = (await entriesOf(db)).findLast(({ type }) => type === 'factor.reset')
    assert.deepEqual([entry?.actor, entry?.body], ['admin-1', { checked: 'call_back' }])
  })

  describe('a dangerous act', () => {
    test('asks for a proof of less than a quarter of an hour', async () => {
      const { token } = await enrolled()
      assert.equal(provedLately(await callerOf(token), after(RECENT_MS - 1)), true)
      assert.equal(provedLately(await callerOf(token), after(RECENT_MS)), false)
      assert.equal(provedLately(await callerOf(token), after(-2_000)), false, 'a proof from the future is none')
    })
    test('is named in its declaration', () => {
      const recent = api.routes.filter((route) => route.recent).map(({ method, path }) => `${method} ${path}`)
      for (const act of [
        'POST /api/keys',
        'POST /api/people/:person/roles',
        'POST /api/people/:person/factor/reset',
        'POST /api/people/:person/link',
        'POST /api/factor',
      ])
        assert.ok(recent.includes(act), act)
    })
    test('may be done after password and code, and not after one of them', async () => {
      const { token, secret } = await enrolled()
      const at = after(20 * MINUTE)
      const confirm = async (body: object) =>
        api.call<Reply>('POST', '/api/session/confirm', { ...(await as(token, at)), body })
      const right = hotp(secret, totpStep(at))
      await assert.rejects(confirm({ code: right }), code('confirmation_refused'))
      await assert.rejects(confirm({ password: PASSWORD }), code('code_wrong'))
      await assert.rejects(confirm({ password: 'verkeerd', code: right }), code('confirmation_refused'))
      await assert.rejects(giveCode(token, right, at), code('session_complete'))
      const confirmed = await confirm({ password: PASSWORD, code: right })
      assert.equal(provedLately(await callerOf(confirmed.token, at), at), true)
      await assert.rejects(callerOf(token, at), /session_unknown/)
    })
  })

  test('neither secret nor code stands readable in the database or in an entry', async () => {
    const { id, secret, codes } = await enrolled()
    const [row] = await db.ownerQuery<{ sealed: Buffer }>('select sealed from second_factor where person_id = $1', [id])
    assert.equal(row!.sealed.includes(secret), false)
    const hashes = await db.ownerQuery<{ code_hash: Buffer }>(
      'select code_hash from recovery_code where person_id = $1',
      [id],
    )
    assert.equal(hashes.length, 10)
    for (const { code_hash } of hashes)
      for (const text of codes) assert.equal(code_hash.includes(text.replace('-', '')), false)
    const entries = JSON.stringify(await entriesOf(db))
    for (const text of [...codes, secret.toString('base64'), secret.toString('hex')])
      assert.equal(entries.includes(text), false)
  })
})
