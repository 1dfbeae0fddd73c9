import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type TestDatabase, testDatabase } from '../../platform/testing.ts'
import { rewriteErased, rewriteTables, rewrittenTables } from './rewrite.ts'

describe('tables that are written anew after an erasure', () => {
  let db: TestDatabase
  before(async () => {
    db = await testDatabase()
  })
  after(() => db.close())

  /** Tables with such a number that is not of a customer, or dies with them, or is kept on purpose. */
  const others = {
    // Under the customer's own key.
    consent_event: 'number_hmac',
    // "Do not call me" outlives whoever said it (Tw 11.7).
    call_objection: 'number_hmac',
    // Of the staff.
    identity: 'subject_hmac',
  }

  test('are all that hold a number made of what somebody said or is called by', async () => {
    const rows = await db.ownerQuery<{ table_name: string; column_name: string }>(
      `select table_name, column_name from information_schema.columns join information_schema.tables using (table_schema, table_name)
       where table_schema = 'public' and table_type = 'BASE TABLE' and (column_name like '%hmac%' or column_name in ('token', 'file_key', 'wrapped'))`,
    )
    const wanted = new Set(rows.map(({ table_name }) => table_name))
    for (const [table, column] of Object.entries(others)) {
      assert.ok(
        rows.some((row) => row.table_name === table && row.column_name === column),
        table,
      )
      wanted.delete(table)
    }
    const here: ReadonlySet<string> = new Set(rewrittenTables)
    assert.deepEqual([...wanted].filter((table) => !here.has(table)).sort(), [])
    // What leads from a conversation to its words; and codes for the portal, sealed under a key that outlives them.
    assert.deepEqual([...here].filter((table) => !wanted.has(table)).sort(), ['code_delivery', 'search_document'])
  })

  test('are not those of a database of the organisation: its own people do that', async () => {
    const installation = { server: undefined, database: db.database }
    const act = { actor: { kind: 'job', id: 'x' }, now: new Date() } as const
    await assert.rejects(rewriteTables(installation), { code: 'server_not_private' })
    await assert.rejects(rewriteErased(installation, { ...act, whole: true }), { code: 'server_not_private' })
    assert.equal(await rewriteErased(installation, act), undefined, 'nobody was erased')
  })
})
