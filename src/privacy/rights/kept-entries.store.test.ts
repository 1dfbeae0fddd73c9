import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Tx } from '../../platform/database.ts'
import type { Route } from '../../platform/http.ts'
import { randomIds } from '../../platform/ids.ts'
import { type TestDatabase, testDatabase } from '../../platform/testing.ts'
import { openConversation, recordEvent, recordTurns } from '../../records/index.ts'
import {
  apply,
  callRoute,
  organisationFrom,
  plainDeps,
  scopeOf,
  staff,
  start,
  testKeys,
} from '../../records/testing.ts'
import { entriesKept } from './io/kept-entries.ts'
import { routes } from './routes.ts'

const file = join(import.meta.dirname, '../../../testdata/organisation/states.yaml')
const client = 'contractklant'
const job = { kind: 'job', id: 'ledger-term' } as const

describe('entries that stay at the end of their term', () => {
  let db: TestDatabase
  let all: Route[]
  const ring = testKeys()
  const act = { now: start, ids: randomIds }
  before(async () => {
    db = await testDatabase()
    await apply(db.database, plainDeps(ring), organisationFrom(file, start), act)
    all = routes({
      database: db.database,
      ring,
      ids: randomIds,
      pseudonymHours: 24,
      ledgerDays: 2_557,
      backupsUntil: () => null,
    })
  })
  after(() => db.close())

  const inTx = <T>(work: (tx: Tx) => Promise<T>) => db.database.inTx(scopeOf('toets'), work)
  const dpo = staff('toets', ['dpo'])
  const post = (path: string, body: object, params: Record<string, string> = {}) =>
    callRoute(all, 'POST', path, dpo, { body, params }) as Promise<{ id: string }>
  /** Numbers what waits, and gives the number of each event. */
  const number = async (): Promise<Map<string, number>> => {
    await db.ownerQuery(`with taken as (delete from ledger_pending returning *)
      insert into ledger_entry select (select coalesce(max(idx) + 1, 0) from ledger_entry) + row_number() over (order by seq) - 1,
        tenant_id, client_id, id, type, subject_id, conversation_id, call_id, system_id, at, payload, leaf_hash from taken`)
    const rows = await db.ownerQuery<{ id: string; idx: number }>('select id, idx::int from ledger_entry')
    return new Map(rows.map(({ id, idx }) => [id, idx]))
  }
  const kept = async () => new Set(await entriesKept(db.database, job)({ from: 0, to: 100_000 }))
  const typesKept = async () => {
    const rows = await db.ownerQuery<{ idx: number; type: string }>(
      'select idx::int, type from ledger_entry order by idx',
    )
    const stay = await kept()
    return rows.filter(({ idx }) => stay.has(idx)).map(({ type }) => type)
  }
  let customers = 0
  const spoken = () =>
    inTx(async (tx) => {
      const name = `k-${++customers}`
      const wanted = { client, system: 'in-orde', conversation: name, reference: name }
      const conversation = await openConversation(tx, ring, wanted, act)
      await recordTurns(tx, ring, conversation, [{ role: 'customer', said: 'Dag.', at: null }], act)
      const of = { client, subject: conversation.subject, refs: { conversation: conversation.conversation } }
      const event = await recordEvent(tx, act, { type: 'feedback.given', ...of, body: {} })
      return { ...conversation, event }
    })
  const endsAt = new Date(start.getTime() + 30 * 86_400_000).toISOString()
  const hold = (on: object) => post('/api/holds', { reason: 'dispute', endsAt, ...on })
  const lift = (id: string) => post('/api/holds/:id/lift', { reason: 'settled' }, { id })

  test('none, when nothing is on hold and nothing is open', async () => {
    await spoken()
    await number()
    assert.deepEqual([...(await kept())], [])
  })

  test('those of a customer or a conversation on hold, and of the hold itself, until it is lifted', async () => {
    for (const which of ['subject', 'conversation'] as const) {
      const one = await spoken()
      const other = await spoken()
      const { id } = await hold({ [which]: one[which] })
      const numbers = await number()
      const stay = await kept()
      assert.ok(stay.has(numbers.get(one.event)!), which)
      assert.ok(!stay.has(numbers.get(other.event)!), which)
      assert.ok((await typesKept()).includes('hold.placed'))
      await lift(id)
      await number()
      assert.deepEqual(await typesKept(), [], 'lifted')
    }
  })

  test('a hold is of its own organisation: the same id elsewhere keeps nothing', async () => {
    const one = await spoken()
    const { id } = await hold({ subject: one.subject })
    const numbers = await number()
    const idx = numbers.get(one.event)!
    assert.ok((await kept()).has(idx))
    await db.ownerQuery(`update ledger_entry set tenant_id = 'elders' where idx = $1`, [idx])
    assert.ok(!(await kept()).has(idx))
    await lift(id)
  })

  test('those of a customer whose data are paused', async () => {
    const one = await spoken()
    await db.ownerQuery('update data_subject set restricted_at = now() where subject_id = $1', [one.subject])
    const numbers = await number()
    assert.deepEqual([...(await kept())].filter((idx) => idx === numbers.get(one.event)).length, 1)
    await db.ownerQuery('update data_subject set restricted_at = null')
    assert.deepEqual([...(await kept())], [])
  })

  test('those of a request until it is answered', async () => {
    const one = await spoken()
    const { id } = await post('/api/requests', {
      kind: 'access',
      conversation: one.conversation,
      identity: 'known_account',
    })
    const numbers = await number()
    assert.ok((await kept()).has(numbers.get(one.event)!))
    assert.ok((await typesKept()).includes('request.received'))
    await post('/api/requests/:id/decide', { decision: 'granted' }, { id })
    await number()
    assert.deepEqual(await typesKept(), [])
  })

  test('those of a breach until it is closed, which are of nobody', async () => {
    const { id } = await post('/api/breaches', {
      client,
      kinds: ['confidentiality'],
      cause: 'wrong_recipient',
      categories: ['contact'],
      discoveredAt: start.toISOString(),
      what: 'Een brief ging naar een ander.',
    })
    await number()
    assert.deepEqual(await typesKept(), ['breach.recorded'])
    await db.ownerQuery('update breach set closed_at = now() where breach_id = $1', [id])
    assert.deepEqual(await typesKept(), [])
    const { subject } = await spoken()
    const touched = `insert into breach_subject (tenant_id, client_id, breach_id, subject_id) values ('toets', $1, $2, $3)`
    await db.ownerQuery(touched, [client, id, subject])
    const { id: held } = await hold({ case: id })
    await number()
    assert.deepEqual(await typesKept(), ['breach.recorded', 'conversation.recorded', 'feedback.given', 'hold.placed'])
    await lift(held)
  })
})
