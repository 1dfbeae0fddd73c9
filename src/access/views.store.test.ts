import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after as afterAll, before, beforeEach, describe, test } from 'node:test'
import { ApiError } from '../platform/http.ts'
import { type TestDatabase, testDatabase } from '../platform/testing.ts'
import { addReveal, addView, viewsOf, wordsOf } from './io/views.ts'
import { addPerson } from './store.ts'
import { type AccessApi, accessApi, act, after, entriesOf, now, scope, seed, signedIn } from './testing.ts'

// One process runs many files: hooks stand inside, so that they run for these tests only.
describe('access: who read what', () => {
  let db: TestDatabase
  let api: AccessApi
  let person: string
  before(async () => {
    db = await testDatabase()
    await seed(db)
    api = accessApi(db)
  })
  afterAll(() => db.close())
  beforeEach(async () => {
    await db.ownerQuery('delete from content_view')
    await db.ownerQuery('delete from reading_signal')
    person = await inTx((tx) => addPerson(tx, { name: 'Lezer', email: null }, act))
  })

  const code = (expected: string) => (error: unknown) => error instanceof ApiError && error.code === expected
  const inTx = <T>(work: Parameters<typeof db.database.inTx<T>>[1], clients: '*' | string[] = '*') =>
    db.database.inTx(scope('kade', clients), work)
  const view = (subject: string, at = now, by = person, client = 'a') =>
    inTx((tx) =>
      addView(
        tx,
        { person: by, client, subject, conversation: `c-${subject}`, role: 'agent', reason: 'complaint', reveal: null },
        { ...act, now: at },
      ),
    )
  const MINUTE = 60_000
  const read = async (customers: number, from = 0, by = person) => {
    for (let i = 0; i < customers; i++) await view(`s-${from}-${i}`, after(from * 60 * MINUTE + i * 1_000), by)
  }
  type Signal = { id: string; person: string; customers: number; usual: number; comparedWith: string }
  const dpo = () => signedIn('dpo-1', ['dpo'])
  const signals = async () =>
    (await api.call<{ signals: Signal[] }>('GET', '/api/reading-signals', { as: dpo() })).signals
  const brief = async () =>
    (await signals()).map(({ customers, usual, comparedWith }) => [customers, usual, comparedWith])

  test('the eleventh customer in an hour is a signal where nothing else is known, once', async () => {
    await read(10)
    assert.deepEqual(await brief(), [])
    await read(14)
    assert.deepEqual(await brief(), [[11, 10, 'nothing']])
    const flagged = (await entriesOf(db)).filter(
      ({ type, refs }) => type === 'reading.flagged' && refs.person === person,
    )
    assert.deepEqual(
      flagged.map(({ body }) => body),
      [{ customers: 11, usual: 10, comparedWith: 'nothing' }],
    )
  })

  test('the same customer over and over is one customer', async () => {
    for (let i = 0; i < 40; i++) await view('s-same', after(i * 1_000))
    assert.deepEqual(await brief(), [])
  })

  test('ten in one hour and ten in the next are no signal', async () => {
    await read(10)
    await read(10, 1)
    assert.deepEqual(await brief(), [])
  })

  test('who reads much every hour is held against that, and against colleagues', async () => {
    // Straight into the table: 25 hours of 20 different customers, as another day would have left them.
    await db.ownerQuery(
      `insert into content_view select 'kade', 'a', gen_random_uuid()::text, $1, 'old-' || h || '-' || s, 'c', 'agent', 'complaint', null,
         $2::timestamptz - make_interval(hours => 2 + h) from generate_series(1, 25) h, generate_series(1, 20) s`,
      [person, now],
    )
    await read(20)
    assert.deepEqual(await brief(), [])
    await read(22)
    assert.deepEqual(await brief(), [[21, 20, 'own']])
    const colleague = await inTx((tx) => addPerson(tx, { name: 'Collega', email: null }, act))
    await read(20, 0, colleague)
    assert.equal((await signals()).length, 1, 'a colleague without a history is held against the team')
  })

  test('the data protection officer judges a signal once', async () => {
    await read(11)
    const [signal] = await signals()
    const judge = (as = dpo()) =>
      api.call('POST', '/api/reading-signals/:signal/judge', {
        as,
        params: { signal: signal!.id },
        body: { judgement: 'explained' },
      })
    await assert.rejects(judge(signedIn('x', ['administrator', 'auditor', 'supervisor'])), code('not_allowed'))
    await judge()
    assert.deepEqual(await brief(), [])
    await assert.rejects(judge(), code('signal_unknown'))
    await read(12, 0)
    assert.deepEqual(await brief(), [], 'the same hour is not raised again')
  })

  test('who looked at a customer, and what a person opened, is for privacy and audits, and each look at it is an entry', async () => {
    await view('subject-a')
    for (const [path, params, about] of [
      ['/api/subjects/:subject/views', { subject: 'subject-a' }, 'subject'],
      ['/api/people/:person/views', { person }, 'person'],
    ] as const) {
      for (const role of ['administrator', 'supervisor', 'ethics_officer', 'management', 'agent'])
        await assert.rejects(api.call('GET', path, { as: signedIn('x', [role]), params }), code('not_allowed'))
      const { views } = await api.call<{ views: { reason: string }[] }>('GET', path, { as: dpo(), params })
      assert.deepEqual(
        views.map(({ reason }) => reason),
        ['complaint'],
      )
      const entry = (await entriesOf(db)).at(-1)!
      assert.deepEqual([entry.type, entry.actor, entry.body], ['view.listed', 'dpo-1', { about, looks: 1 }])
    }
    await assert.rejects(
      api.call('GET', '/api/subjects/:subject/views', { as: dpo(), params: { subject: 'nobody' } }),
      code('subject_unknown'),
    )
  })

  test('of another client nothing is seen', async () => {
    await view('subject-b', now, person, 'b')
    assert.equal((await inTx((tx) => viewsOf(tx, 'subject-b'), ['a'])).length, 0)
    assert.equal((await inTx((tx) => viewsOf(tx, 'subject-b'), ['b'])).length, 1)
  })

  test('looks are added and never changed, also by ourselves', async () => {
    await view('subject-a')
    await assert.rejects(inTx((tx) => tx.query(`update content_view set reason = 'audit' where tenant_id = 'kade'`)))
  })

  test('words of a reason open under the customer’s key, in their place only', async () => {
    const key = randomBytes(32)
    const given = { person, client: 'a', subject: 'subject-a', conversation: 'conversation-a', role: 'dpo' }
    await inTx((tx) => addReveal(tx, key, { ...given, reason: 'other', words: 'Zo is het.' }, act))
    assert.deepEqual(
      (await inTx((tx) => wordsOf(tx, key, 'subject-a'))).map(({ words }) => words),
      ['Zo is het.'],
    )
    await assert.rejects(
      inTx((tx) => wordsOf(tx, randomBytes(32), 'subject-a')),
      { code: 'seal_broken' },
    )
  })
})
