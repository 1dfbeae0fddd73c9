import assert from 'node:assert/strict'
import { after as afterAll, before, beforeEach, describe, test } from 'node:test'
import { ApiError, type Caller } from '../platform/http.ts'
import { type TestDatabase, testDatabase } from '../platform/testing.ts'
import { peerHeader } from './contract.ts'
import { recordRefused } from './io/refused.ts'
import { createOneTimeLink } from './io/sessions.ts'
import { addPerson } from './store.ts'
import { type AccessApi, accessApi, act, after, entriesOf, now, scope, seed, signedIn } from './testing.ts'

// One process runs many files: hooks stand inside, so that they run for these tests only.
describe('access: refused sign-ins', () => {
  const password = 'paard batterij nietje'
  let db: TestDatabase
  let api: AccessApi
  before(async () => {
    db = await testDatabase()
    await seed(db)
    api = accessApi(db, { tenant: 'kade' })
  })
  afterAll(() => db.close())
  beforeEach(() => db.ownerQuery('delete from sign_in_attempt').then(() => {}))

  let n = 0
  async function person(): Promise<{ id: string; email: string }> {
    const email = `r${++n}@kade.example`
    const { id, token } = await db.database.inTx(scope(), async (tx) => {
      const made = await addPerson(tx, { name: `Persoon ${n}`, email }, act)
      return { id: made, token: (await createOneTimeLink(tx, made, act)).token }
    })
    await api.call('POST', '/api/password', { body: { token, password } })
    return { id, email }
  }
  const refusals = async () => (await entriesOf(db)).filter(({ type }) => type === 'sign-in.refused')
  /** What the ledger has more of it after `work`. */
  async function addedBy(work: () => Promise<unknown>) {
    const seen = (await refusals()).length
    await assert.rejects(work(), (error: unknown) => error instanceof ApiError)
    return (await refusals()).slice(seen).map(({ actor, refs, body, tenant }) => ({ actor, refs, body, tenant }))
  }
  const line = (refs: Record<string, string>, factor: string, step: string, reason: string) => [
    { actor: 'sign-in', refs, body: { factor, step, reason }, tenant: 'kade' },
  ]
  const signIn = (email: string, given: string) =>
    api.call('POST', '/api/session', { body: { email, password: given } })

  test('a wrong password, an account nobody has and a closed one are each an entry with its reason', async () => {
    const { id, email } = await person()
    assert.deepEqual(
      await addedBy(() => signIn(email, 'verkeerd')),
      line({ person: id }, 'password', 'sign_in', 'wrong'),
    )
    assert.deepEqual(
      await addedBy(() => signIn('niemand@kade.example', 'verkeerd')),
      line({}, 'password', 'sign_in', 'unknown'),
    )
    await db.ownerQuery('update person set disabled_at = now() where person_id = $1', [id])
    assert.deepEqual(
      await addedBy(() => signIn(email, password)),
      line({ person: id }, 'password', 'sign_in', 'closed'),
    )
  })

  test('what was not tried is none: after too many failures the entries stop with the tries', async () => {
    const { email } = await person()
    const seen = (await refusals()).length
    for (let i = 0; i < 8; i++) await assert.rejects(signIn(email, 'verkeerd'))
    assert.equal((await refusals()).length - seen, 5)
  })

  test('a wrong code at the second step and a wrong confirmation say at which step', async () => {
    const { id } = await person()
    const pending: Caller = {
      ...signedIn(id, []),
      session: { id: `s-${id}`, provedAt: now, pending: true },
    }
    assert.deepEqual(
      await addedBy(() => api.call('POST', '/api/session/code', { as: pending, body: { code: '000000' } })),
      line({ person: id }, 'code', 'second_step', 'wrong'),
    )
    assert.deepEqual(
      await addedBy(() =>
        api.call('POST', '/api/session/confirm', { as: signedIn(id, ['dpo']), body: { password: 'verkeerd' } }),
      ),
      line({ person: id }, 'password', 'confirmation', 'wrong'),
    )
  })

  test('an answer of a device that nobody asked for counts for its network address, with those of passwords', async () => {
    const answer = { id: 'QUJD', rawId: 'QUJD', type: 'public-key', response: { clientDataJSON: 'e30' } }
    const send = () => api.call('POST', '/api/session/passkey', { body: answer })
    assert.deepEqual(await addedBy(send), line({}, 'passkey', 'sign_in', 'unknown'))
    for (let i = 1; i < 20; i++) await assert.rejects(send)
    await assert.rejects(send, (error: unknown) => error instanceof ApiError && error.code === 'sign_in_throttled')
    await assert.rejects(
      signIn('wie@kade.example', 'x'),
      (error: unknown) => error instanceof ApiError && error.code === 'sign_in_throttled',
    )
    const elsewhere = { [peerHeader]: '192.0.2.77' }
    await assert.rejects(
      api.call('POST', '/api/session/passkey', { body: answer, headers: elsewhere, at: after(1) }),
      (error: unknown) => error instanceof ApiError && error.code === 'passkey_refused',
    )
  })

  test('nothing that was typed, and no address, stands in an entry', async () => {
    const { email } = await person()
    await assert.rejects(signIn(email, 'een-geheim-dat-mistypt'))
    await assert.rejects(signIn('een.ander@elders.example', 'x'))
    const all = JSON.stringify(await refusals())
    for (const secret of ['geheim', email, 'elders', '192.0.2']) assert.ok(!all.includes(secret), secret)
  })

  test('of an unknown account among several organisations nobody can say whose it would be', async () => {
    const several = { database: db.database, ids: act.ids, tenant: null }
    const refused = { person: null, factor: 'password', step: 'sign_in', reason: 'unknown' } as const
    const seen = (await refusals()).length
    await recordRefused(several, null, refused, now)
    assert.equal((await refusals()).length, seen)
    await recordRefused(several, 'haven', refused, now)
    assert.deepEqual(
      (await refusals()).slice(seen).map(({ tenant }) => tenant),
      ['haven'],
    )
  })
})
