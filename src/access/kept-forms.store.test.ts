import assert from 'node:assert/strict'
import { after as afterAll, before, beforeEach, describe, test } from 'node:test'
import { type TestDatabase, testDatabase } from '../platform/testing.ts'
import { dropKeptForm, KEPT_FORM_MS, type KeptForm, keepForm, readKeptForm } from './io/kept-forms.ts'
import { startSession } from './io/sessions.ts'
import { addPerson, disablePerson } from './store.ts'
import { act, after, complete, now, scope, seed } from './testing.ts'

// One process runs many files: hooks stand inside, so that they run for these tests only.
describe('access: a form that waits for its sender', () => {
  let db: TestDatabase
  let person: string
  let session: string
  before(async () => {
    db = await testDatabase()
    await seed(db)
  })
  afterAll(() => db.close())
  beforeEach(async () => {
    await db.ownerQuery('delete from kept_form')
    person = await db.database.inTx(scope('kade'), (tx) => addPerson(tx, { name: 'Schrijver', email: null }, act))
    const limits = { absoluteMs: 3_600_000, idleMs: 600_000 }
    session = (await db.database.inTx(scope('kade'), (tx) => startSession(tx, person, limits, complete, act))).token
  })

  const everywhere = <T>(work: Parameters<typeof db.database.inTx<T>>[1]) => db.database.inTx(scope('*'), work)
  const form: KeptForm = {
    action: '/console/requests/1/decide',
    fields: { explanation: 'Mevrouw Bakker vroeg dit vaker.' },
  }
  const keep = (given: string | undefined = session, of = form, at = now) =>
    everywhere((tx) => keepForm(tx, { session: given, form: of }, { ...act, now: at }))
  const read = (secret: string, who = person, at = now, tenant = 'kade') =>
    everywhere((tx) => readKeptForm(tx, { secret, tenant, person: who }, at))

  test('comes back to the same person for a quarter of an hour, as often as they look', async () => {
    const secret = (await keep())!
    assert.deepEqual(await read(secret), form)
    assert.deepEqual(await read(secret, person, after(KEPT_FORM_MS - 1)), form)
    assert.equal(await read(secret, person, after(KEPT_FORM_MS)), undefined)
    await everywhere((tx) => dropKeptForm(tx, secret))
    assert.equal(await read(secret), undefined)
  })

  test('is nothing to anybody else, nor to who guesses', async () => {
    const secret = (await keep())!
    const other = await db.database.inTx(scope('kade'), (tx) => addPerson(tx, { name: 'Ander', email: null }, act))
    assert.equal(await read(secret, other), undefined)
    assert.equal(await read(secret, person, now, 'haven'), undefined)
    assert.equal(await read('A'.repeat(43)), undefined)
    assert.equal(await read('no token'), undefined)
  })

  test('is kept of a session that has ended by itself, and of none that nobody knows', async () => {
    assert.ok(await keep(session, form, after(7_200_000)))
    assert.equal(await keep('B'.repeat(43)), undefined)
    assert.equal(await keep('no token'), undefined)
    await db.database.inTx(scope('kade'), (tx) => disablePerson(tx, person, act))
    assert.equal(await keep(), undefined)
  })

  test('of more than 64 thousand characters is not kept', async () => {
    assert.equal(await keep(session, { ...form, fields: { words: 'x'.repeat(65_536) } }), undefined)
  })

  test('stands nowhere readable, and nothing in the database opens it', async () => {
    const secret = (await keep())!
    const rows = await db.ownerQuery<{ form_hash: Buffer; sealed: Buffer }>('select * from kept_form')
    const bytes = Buffer.concat(rows.flatMap(({ form_hash, sealed }) => [form_hash, sealed]))
    for (const words of ['Bakker', secret]) assert.ok(!bytes.includes(words), words)
    assert.ok(!bytes.includes(Buffer.from(secret, 'base64url')))
  })

  test('that is past its time goes with the next that is kept', async () => {
    await keep()
    await keep(session, form, after(KEPT_FORM_MS))
    assert.equal((await db.ownerQuery('select 1 from kept_form')).length, 1)
  })
})
