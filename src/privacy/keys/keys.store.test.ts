import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { append } from '../../ledger/index.ts'
import { randomIds } from '../../platform/ids.ts'
import { type TestDatabase, testDatabase } from '../../platform/testing.ts'
import { callRoute, scopeOf, staff, start, testKeys } from '../../records/testing.ts'
import { subjectKey } from '../../vault/index.ts'
import type { KeyStanding } from './contract.ts'
import { routes } from './routes.ts'

describe('how the keys stand', () => {
  let db: TestDatabase
  const ring = testKeys()
  const ask = (roles: readonly string[] = ['dpo']) =>
    callRoute(
      routes({ database: db.database, ring, terms: { epochDays: 7, backupDays: 35 } }),
      'GET',
      '/api/privacy/keys',
      staff('kade', roles),
    ) as Promise<KeyStanding>
  before(async () => {
    db = await testDatabase()
    await db.ownerQuery(`insert into tenant values ('kade', 'De Kade', now())`)
    await db.ownerQuery(`insert into client values ('kade', 'a', 'A', '{}', now())`)
    await db.ownerQuery(
      `insert into data_subject (tenant_id, client_id, subject_id, kind, created_at) values ('kade', 'a', 's', 'known', now())`,
    )
    await db.ownerQuery('update key_epoch set begun_at = $1', [start])
    await db.database.inTx(scopeOf('kade'), (tx) =>
      subjectKey(tx, ring, { tenant: 'kade', client: 'a', subject: 's' }, start),
    )
  })
  after(() => db.close())

  test('without a backup it says so', async () => {
    const { epochs, lastBackup, lastKeyBackup, root } = await ask()
    assert.deepEqual([root, lastBackup, lastKeyBackup], ['file', null, null])
    assert.deepEqual(
      epochs.map(({ epoch, keys, destroyOn }) => [epoch, keys, destroyOn]),
      [[1, 1, null]],
    )
  })

  test('an epoch that was left has a day of destruction; the last backups are those on record', async () => {
    await db.ownerQuery('update key_epoch set left_at = $1', [start])
    await db.ownerQuery('insert into key_epoch (epoch, begun_at) values (2, $1)', [start])
    await db.database.inTx(scopeOf('kade'), async (tx) => {
      for (const body of [
        { kind: 'database', rows: 12, entries: 3, tables: 2, manifest: 'x' },
        { kind: 'keys', keys: 5 },
      ])
        await append(tx, {
          id: randomIds.next(),
          type: 'backup.completed',
          at: start.toISOString(),
          actor: tx.scope.actor,
          tenant: 'kade',
          client: null,
          subject: null,
          refs: {},
          body,
        })
    })
    const { epochs, lastBackup, lastKeyBackup, erasedFromBackupsOn } = await ask()
    assert.deepEqual(
      epochs.map(({ epoch, destroyOn }) => [epoch, destroyOn]),
      [
        [2, null],
        [1, '2026-12-30T12:00:00.000Z'],
      ],
    )
    assert.deepEqual(lastBackup, { at: start.toISOString(), rows: 12, entries: 3 })
    assert.deepEqual(lastKeyBackup, { at: start.toISOString(), keys: 5 })
    assert.equal(erasedFromBackupsOn, '2027-01-08T00:00:00.000Z')
  })

  test('only who looks after privacy or the installation sees it', async () => {
    await assert.rejects(ask(['agent']), { code: 'not_allowed' })
  })
})
