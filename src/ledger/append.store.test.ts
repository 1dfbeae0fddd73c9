import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Scope } from '../platform/database.ts'
import { countingIds } from '../platform/ids.ts'
import { type TestDatabase, testDatabase } from '../platform/testing.ts'
import type { NewEvent } from './contract.ts'
import { append, entryByEventId, findEntries, ledgerState } from './index.ts'

const scopeOf = (tenant: string, clients: Scope['clients'] = '*'): Scope => ({
  tenant,
  clients,
  actor: { kind: 'system', id: 'bot' },
})
const ids = countingIds()
const event = (over: Partial<NewEvent> = {}): NewEvent => ({
  id: ids.next(),
  type: 'call.admitted',
  at: '2026-11-25T10:00:00.000Z',
  actor: { kind: 'system', id: 'bot' },
  tenant: 'noord',
  client: 'energie',
  subject: null,
  refs: { conversation: 'c1', call: 'k1' },
  body: { turns: { from: 1, to: 1 } },
  ...over,
})

describe('an event and its transaction', () => {
  let db: TestDatabase
  before(async () => {
    db = await testDatabase()
  })
  after(() => db.close())

  test('is there when the transaction commits, and leaves nothing when it does not', async () => {
    const kept = event()
    const lost = event()
    assert.deepEqual(await db.database.inTx(scopeOf('noord'), (tx) => append(tx, kept)), { id: kept.id, added: true })
    await assert.rejects(
      db.database.inTx(scopeOf('noord'), async (tx) => {
        await append(tx, lost)
        throw new Error('changed my mind')
      }),
      /changed my mind/,
    )
    await db.database.inTx(scopeOf('noord'), async (tx) => {
      assert.equal((await entryByEventId(tx, kept.id))?.index, null)
      assert.equal(await entryByEventId(tx, lost.id), undefined)
      assert.equal((await ledgerState(tx)).pending, 1)
    })
  })

  test('given again with the same contents is one entry; with other contents it is an error', async () => {
    const once = event()
    await db.database.inTx(scopeOf('noord'), (tx) => append(tx, once))
    assert.deepEqual(await db.database.inTx(scopeOf('noord'), (tx) => append(tx, once)), { id: once.id, added: false })
    await assert.rejects(
      db.database.inTx(scopeOf('noord'), (tx) => append(tx, { ...once, body: { turns: { from: 1, to: 2 } } })),
      { code: 'event_id_reused' },
    )
    const rows = await db.ownerQuery<{ n: number }>('select count(*) as n from ledger_pending where id = $1', [once.id])
    assert.equal(rows[0]!.n, 1)
  })

  test('a writer in one organisation or client cannot record for another, nor see its entries', async () => {
    const other = event({ tenant: 'zuid' })
    await assert.rejects(
      db.database.inTx(scopeOf('noord'), (tx) => append(tx, other)),
      /row-level security/,
    )
    await assert.rejects(
      db.database.inTx(scopeOf('noord', ['water']), (tx) => append(tx, event())),
      /row-level security/,
    )
    await db.database.inTx(scopeOf('zuid'), (tx) => append(tx, other))
    await db.database.inTx(scopeOf('noord'), async (tx) => {
      assert.equal(await entryByEventId(tx, other.id), undefined)
      assert.ok((await findEntries(tx, {})).every((entry) => entry.tenant === 'noord'))
    })
    assert.deepEqual(await db.database.inTx(scopeOf('noord', ['water']), (tx) => findEntries(tx, {})), [])
    assert.ok((await db.database.inTx(scopeOf('*'), (tx) => findEntries(tx, {}))).length > 1)
  })

  test('the app role cannot change, remove or number anything', async () => {
    for (const sql of [
      'update ledger_pending set type = type',
      'delete from ledger_pending',
      'truncate ledger_pending',
      'update ledger_entry set type = type',
      'delete from ledger_entry',
      'truncate ledger_entry',
      "insert into ledger_entry select 0, 'noord', 'energie', gen_random_uuid(), 'a.b', null, null, null, null, now(), 'x', 'x'",
      'update ledger_head set size = size',
      'delete from ledger_tile',
      'delete from ledger_checkpoint',
    ])
      await assert.rejects(
        db.database.inTx(scopeOf('*'), (tx) => tx.query(sql)),
        { code: '42501' },
        sql,
      )
  })

  test('an event with a wrong field is refused by name, before the database', async () => {
    const wrong: [Partial<NewEvent>, string][] = [
      [{ id: 'x' }, 'call.admitted: id'],
      [{ type: 'admitted' }, 'admitted: type'],
      [{ type: 'Call.Admitted' }, 'Call.Admitted: type'],
      [{ at: '2026-11-25' }, 'call.admitted: at'],
      [{ at: '2026-02-30T10:00:00.000Z' }, 'call.admitted: at'],
      [{ tenant: '' }, 'call.admitted: tenant'],
      [{ refs: { Conversation: 'c' } }, 'refs.Conversation'],
      [{ refs: { conversation: '' } }, 'refs.conversation'],
      [{ body: { note: ['a'.repeat(2_001)] } }, 'body.note.0 is longer than 2000'],
      [{ body: { note: undefined as never } }, 'body.note is not JSON'],
      [{ body: { score: Number.NaN } }, 'body'],
      [{ body: { text: '\ud800' } }, 'json_surrogate: body.text'],
      [{ commit: 'abc' }, 'call.admitted: commit'],
      [{ extra: 1 } as never, 'unknown field'],
    ]
    for (const [over, place] of wrong)
      await assert.rejects(
        db.database.inTx(scopeOf('noord'), (tx) => append(tx, event(over))),
        (error: Error & { code?: string }) => error.code === 'event_malformed' && error.message.includes(place),
        place,
      )
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`k${i}`, 'a'.repeat(1_990)]))
    await assert.rejects(
      db.database.inTx(scopeOf('noord'), (tx) => append(tx, event({ body: many }))),
      { code: 'event_too_large' },
    )
  })
})
