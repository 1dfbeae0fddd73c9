import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Tx } from '../../platform/database.ts'
import { ApiError } from '../../platform/http.ts'
import { randomIds } from '../../platform/ids.ts'
import { type TestDatabase, testDatabase } from '../../platform/testing.ts'
import { findConversation, openConversation, recordTurns } from '../../records/index.ts'
import { type SubjectStore, subjectTables } from '../../records/rules.ts'
import { apply, organisationFrom, plainDeps, scopeOf, start, testKeys } from '../../records/testing.ts'
import { type KeyRing, subjectKey } from '../../vault/index.ts'
import { allSubjectStores } from '../io/subject-stores.ts'
import { erasureBody } from './contract.ts'
import { eraseSubject, sweepErased } from './io/erasure.ts'

const file = join(import.meta.dirname, '../../../testdata/organisation/states.yaml')
const client = 'contractklant'
const act = { now: start, ids: randomIds }

describe('erasure', () => {
  let db: TestDatabase
  let ring: KeyRing
  before(async () => {
    db = await testDatabase()
    ring = testKeys()
    await apply(db.database, plainDeps(ring), organisationFrom(file, start), act)
  })
  after(() => db.close())
  const inTx = <T>(work: (tx: Tx) => Promise<T>) => db.database.inTx(scopeOf('toets'), work)
  const erase = (subject: string, stores: readonly SubjectStore[] = allSubjectStores) =>
    inTx((tx) => eraseSubject(tx, subject, { cause: 'request', backupsUntil: new Date('2027-01-06') }, act, stores))
  const spoken = (reference: string) =>
    inTx(async (tx) => {
      const opened = await openConversation(
        tx,
        ring,
        { client, system: 'in-orde', conversation: reference, reference },
        act,
      )
      await recordTurns(tx, ring, opened, [{ role: 'customer', said: 'Mijn naam is Klant.', at: null }], act)
      return opened
    })
  const entry = async (id: string) => {
    const [row] = await db.ownerQuery<{ payload: Buffer }>('select payload from ledger_pending where id = $1', [id])
    return row && JSON.parse(row.payload.toString('utf8'))
  }
  const refused = (code: string) => (error: unknown) => error instanceof ApiError && error.code === code

  test('every table on the list has one store, and each store is for a table of the schema', async () => {
    const stores = allSubjectStores.map(({ id }) => id)
    assert.equal(new Set(stores).size, stores.length)
    assert.deepEqual(
      Object.keys(subjectTables).filter((table) => !stores.includes(table)),
      [],
    )
    const tables = await db.ownerQuery<{ name: string }>(
      `select tablename as name from pg_tables where schemaname = 'public'`,
    )
    assert.deepEqual(
      stores.filter((store) => !tables.some(({ name }) => name === store)),
      [],
    )
  })

  test('its entry has counts per table and the end of the backups, and nothing more', async () => {
    const { subject } = await spoken('E-1')
    const { event, counts } = await erase(subject)
    const { type, subject: of, client: at, body } = await entry(event!)
    assert.deepEqual([type, of, at], ['erasure.completed', subject, client])
    assert.deepEqual(erasureBody.strict().parse(body), {
      stores: counts,
      backupsUntil: '2027-01-06T00:00:00.000Z',
      cause: 'request',
    })
    assert.deepEqual([counts.turn, counts.subject_key, counts.subject_reference, counts.data_subject], [1, 1, 1, 1])
  })

  test('a second time finds nothing and records nothing', async () => {
    const { subject } = await spoken('E-2')
    await erase(subject)
    assert.deepEqual(await erase(subject), { event: null, counts: {} })
  })

  test('one that stops half-way has erased nothing, and can be done again', async () => {
    const { subject } = await spoken('E-3')
    const failing: SubjectStore = {
      ...allSubjectStores.at(-1)!,
      erase: () => Promise.reject(new Error('the process died')),
    }
    await assert.rejects(erase(subject, [...allSubjectStores.slice(0, -1), failing]), /died/)
    const [left] = await db.ownerQuery<{ n: number }>(
      `select count(*)::int as n from turn t join conversation c using (tenant_id, conversation_id) where c.subject_id = $1 and t.sealed <> ''`,
      [subject],
    )
    assert.equal(left?.n, 1)
    assert.equal((await erase(subject)).counts.turn, 1)
  })

  test('of nobody, and of somebody of another client, it is refused alike', async () => {
    const { subject } = await spoken('E-4')
    await assert.rejects(erase('nobody'), refused('subject_unknown'))
    await assert.rejects(
      db.database.inTx(scopeOf('toets', ['toestemmingklant']), (tx) =>
        eraseSubject(tx, subject, { cause: 'request', backupsUntil: null }, act),
      ),
      refused('subject_unknown'),
    )
  })

  test('a hold on the person, on a conversation or on a case about them keeps everything', async () => {
    for (const [n, column] of ['subject_id', 'conversation_id', 'case_id'].entries()) {
      const { subject, conversation } = await spoken(`E-5${n}`)
      const on = { subject_id: subject, conversation_id: conversation, case_id: `case-${n}` }[column]
      await db.ownerQuery(
        `insert into legal_hold (tenant_id, client_id, hold_id, ${column}, reason, placed_by, placed_at, ends_at) values ('toets', $1, $2, $3, 'dispute', 'p', $4, $4)`,
        [client, `hold-${n}`, on, start],
      )
      if (column === 'case_id')
        await db.ownerQuery(
          `insert into breach_subject (tenant_id, client_id, breach_id, subject_id) values ('toets', $1, $2, $3)`,
          [client, on, subject],
        )
      await assert.rejects(erase(subject), refused('subject_on_hold'), column)
      await db.ownerQuery('update legal_hold set lifted_at = $2 where hold_id = $1', [`hold-${n}`, start])
      assert.equal((await erase(subject)).counts.turn, 1)
    }
  })

  test('no key is made for the erased any more, also for who asked while it was going on', async () => {
    const { subject } = await spoken('E-6')
    let asked: Promise<unknown> = Promise.resolve()
    await inTx(async (tx) => {
      await eraseSubject(tx, subject, { cause: 'request', backupsUntil: null }, act)
      asked = inTx((other) => subjectKey(other, ring, { tenant: 'toets', client, subject }, start)).catch(
        (error) => error,
      )
      await new Promise((resolve) => setTimeout(resolve, 100))
    })
    // Before the commit the other one still saw the key that was there; what it seals with it cannot be opened after.
    await asked
    await assert.rejects(
      inTx((tx) => subjectKey(tx, ring, { tenant: 'toets', client, subject }, start)),
      (error: { code?: string }) => error.code === 'key_destroyed',
    )
    assert.deepEqual(await db.ownerQuery('select 1 from subject_key where subject_id = $1', [subject]), [])
  })

  test('what a call that was under way wrote afterwards is swept away', async () => {
    const { subject, conversation } = await spoken('E-7')
    await erase(subject)
    await db.ownerQuery(
      `insert into turn (tenant_id, client_id, conversation_id, seq, role, sealed) values ('toets', $1, $2, 2, 'ai', '\\x0102')`,
      [client, conversation],
    )
    const sweep = () => inTx((tx) => sweepErased(tx, new Date(Date.now() - 60_000), null, act))
    assert.equal(await sweep(), 1)
    assert.equal(await sweep(), 0)
  })

  test('the same customer reference later is somebody new', async () => {
    const { subject } = await spoken('E-8')
    await erase(subject)
    assert.notEqual((await spoken('E-8')).subject, subject)
    assert.ok(await inTx((tx) => findConversation(tx, ring, client, 'E-8')))
  })
})
