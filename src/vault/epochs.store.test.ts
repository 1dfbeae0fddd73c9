import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, describe, test } from 'node:test'
import { type TestDatabase, testDatabase } from '../platform/testing.ts'
import {
  backupsUnreadableOn,
  beginEpoch,
  destroyEpochs,
  type EpochEvent,
  erasedFromBackupsOn,
  listEpochs,
  rotateKeys,
  settleEpochs,
} from './epochs.ts'
import { type KeyRing, KeyUnavailable, openKeyRing } from './io/keys.ts'
import { destroyKey, existingKey, KeyDestroyed, keyPlace, subjectKey } from './store.ts'

const terms = { epochDays: 7, backupDays: 35 }
const start = new Date('2026-11-02T09:00:00Z')
const later = (days: number) => new Date(start.getTime() + days * 86_400_000)
const scope = { tenant: 'kade', clients: '*', actor: { kind: 'job', id: 'test' } } as const
const everywhere = { ...scope, tenant: '*' }

describe('epochs', () => {
  let db: TestDatabase
  let folder: string
  let ring: KeyRing
  let events: EpochEvent[]
  const deps = () => ({
    database: db.database,
    ring,
    record: async (_: unknown, event: EpochEvent) => void events.push(event),
  })
  const of = (subject: string, tenant = 'kade') => ({ tenant, client: 'a', subject })
  const make = (subject: string, tenant = 'kade') =>
    db.database.inTx({ ...scope, tenant }, (tx) => subjectKey(tx, ring, of(subject, tenant), start))
  const read = (subject: string, by = ring) =>
    db.database.inTx(scope, (tx) => existingKey(tx, by, of(subject)), { readOnly: true })
  const epochOf = async (subject: string) =>
    (await db.ownerQuery<{ epoch: number }>('select epoch from subject_key where subject_id = $1', [subject]))[0]?.epoch

  before(async () => {
    db = await testDatabase()
    for (const tenant of ['kade', 'wal']) {
      await db.ownerQuery(`insert into tenant values ($1, 'Naam', now())`, [tenant])
      await db.ownerQuery(`insert into client values ($1, 'a', 'A', '{}', now())`, [tenant])
    }
    await db.ownerQuery(
      `insert into data_subject (tenant_id, client_id, subject_id, kind, created_at)
       select t, 'a', 's' || n, 'anonymous', now() from unnest(array['kade', 'wal']) t, generate_series(1, 40) n`,
    )
  })
  after(() => db.close())
  beforeEach(async () => {
    if (folder !== undefined) rmSync(folder, { recursive: true })
    folder = mkdtempSync(join(tmpdir(), 'waarborg-keys-'))
    ring = openKeyRing(folder)
    events = []
    await db.ownerQuery('delete from subject_key')
    await db.ownerQuery('delete from key_epoch')
    await db.ownerQuery('update data_subject set erased_at = null')
    await db.ownerQuery('insert into key_epoch (epoch, begun_at) values (1, $1)', [start])
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  test('an epoch begins when the last one is a week old, not a moment earlier, and once', async () => {
    assert.equal(await beginEpoch(deps(), terms, new Date(later(7).getTime() - 1)), undefined)
    const begun = await Promise.all([beginEpoch(deps(), terms, later(7)), beginEpoch(deps(), terms, later(7))])
    assert.deepEqual(
      begun.filter((epoch) => epoch !== undefined),
      [2],
    )
    assert.deepEqual(
      events.map(({ type, tenant }) => [type, tenant]),
      [
        ['epoch.begun', 'kade'],
        ['epoch.begun', 'wal'],
      ],
    )
    assert.equal(await beginEpoch(deps(), terms, later(8)), undefined)
    assert.equal(await beginEpoch(deps(), terms, later(8), { force: true }), 3)
  })

  test('living keys are wrapped anew and still open; the erased one is left out', async () => {
    const keys = [await make('s1'), await make('s2'), await make('s1', 'wal')]
    await make('s3')
    await db.database.inTx(scope, (tx) => destroyKey(tx, of('s3')))
    await beginEpoch(deps(), terms, later(7))
    assert.deepEqual(await rotateKeys(deps(), later(7), { batch: 2 }), { keys: 3, done: true })
    assert.deepEqual([await epochOf('s2'), await epochOf('s3')], [2, undefined])
    assert.deepEqual(await read('s1'), keys[0])
    assert.deepEqual(await read('s2', openKeyRing(folder)), keys[1])
    await assert.rejects(read('s3'), KeyDestroyed)
    assert.deepEqual(
      events.filter(({ type }) => type === 'key.rotated').map(({ tenant, body }) => [tenant, body]),
      [
        ['kade', { epoch: 2, keys: 2 }],
        ['wal', { epoch: 2, keys: 1 }],
      ],
    )
    assert.deepEqual(await rotateKeys(deps(), later(7)), { keys: 0, done: true })
  })

  test('keys that were wrapped before the epoch was bound to them are taken along', async () => {
    const key = Buffer.alloc(32, 8)
    await db.ownerQuery(
      `insert into subject_key (tenant_id, client_id, subject_id, wrapped, epoch, created_at) values ('kade', 'a', 's1', $1, 1, now())`,
      [await ring.wrap(keyPlace('kade', 's1', 1, 1), key, 1)],
    )
    assert.deepEqual(await read('s1'), key)
    await beginEpoch(deps(), terms, later(7))
    await rotateKeys(deps(), later(7))
    assert.deepEqual(await read('s1'), key)
    const [row] = await db.ownerQuery('select place_version from subject_key')
    assert.equal(row?.place_version, 2)
  })

  test('it goes on where it was cut off', async () => {
    for (let n = 1; n <= 10; n++) await make(`s${n}`)
    await beginEpoch(deps(), terms, later(7))
    assert.deepEqual(await rotateKeys(deps(), later(7), { batch: 4, until: () => true }), { keys: 4, done: false })
    const [half] = await db.database.inTx(everywhere, listEpochs)
    assert.equal(half?.keys, 4)
    assert.deepEqual(await rotateKeys(deps(), later(7), { batch: 4 }), { keys: 6, done: true })
    const sum = events.reduce((n, event) => n + (event.type === 'key.rotated' ? event.body.keys : 0), 0)
    assert.equal(sum, 10)
  })

  test('writers at the same time: every key opens afterwards, and none stays under the old epoch', async () => {
    const made = new Map<string, Buffer>()
    const other = openKeyRing(folder)
    const writing = (async () => {
      for (let n = 1; n <= 40; n++) {
        const by = n % 2 === 0 ? ring : other
        made.set(`s${n}`, await db.database.inTx(scope, (tx) => subjectKey(tx, by, of(`s${n}`), start)))
        if (n % 10 === 0) await db.database.inTx(scope, (tx) => destroyKey(tx, of(`s${n}`)))
      }
    })()
    await beginEpoch(deps(), terms, later(7))
    await Promise.all([rotateKeys(deps(), later(7), { batch: 3 }), rotateKeys(deps(), later(7), { batch: 5 }), writing])
    await rotateKeys(deps(), later(7))
    for (const [subject, key] of made)
      if (Number(subject.slice(1)) % 10 === 0) await assert.rejects(read(subject), KeyDestroyed)
      else {
        assert.deepEqual(await read(subject), key)
        assert.equal(await epochOf(subject), 2)
      }
  })

  test('under an epoch that was left nothing is wrapped any more', async () => {
    await beginEpoch(deps(), terms, later(7))
    await rotateKeys(deps(), later(7))
    const stale = { ...ring }
    await db.database.inTx(scope, (tx) => subjectKey(tx, stale, of('s5'), later(8)))
    assert.equal(await epochOf('s5'), 2)
    await assert.rejects(
      db.ownerQuery(`update key_epoch set destroyed_at = now(), left_at = null where epoch = 2`),
      /check/,
    )
  })

  test('the old key is destroyed when the backup term has passed since it was left, not a moment earlier', async () => {
    await make('s1')
    const wrapped = (await db.ownerQuery<{ wrapped: Buffer }>('select wrapped from subject_key'))[0]!.wrapped
    await db.ownerQuery(`update data_subject set erased_at = $1 where tenant_id = 'kade' and subject_id = 's2'`, [
      later(1),
    ])
    await beginEpoch(deps(), terms, later(7))
    await rotateKeys(deps(), later(7))
    assert.deepEqual(await destroyEpochs(deps(), terms, new Date(later(42).getTime() - 1)), [])
    assert.deepEqual(ring.epochs(), [1, 2])
    assert.deepEqual(await destroyEpochs(deps(), terms, later(42)), [1])
    assert.deepEqual(ring.epochs(), [2])
    await assert.rejects(ring.unwrap(keyPlace('kade', 's1', 1), wrapped, 1), KeyUnavailable)
    await read('s1')
    const destroyed = events.filter(({ type }) => type === 'epoch.destroyed')
    assert.deepEqual(
      destroyed.map(({ tenant, body }) => [tenant, body]),
      [
        ['kade', { epoch: 1, begunAt: start.toISOString(), leftAt: later(7).toISOString(), erased: 1 }],
        ['wal', { epoch: 1, begunAt: start.toISOString(), leftAt: later(7).toISOString(), erased: 0 }],
      ],
    )
    assert.deepEqual(await destroyEpochs(deps(), terms, later(43)), [])
    assert.equal(events.filter(({ type }) => type === 'epoch.destroyed').length, 2)
  })

  test('an epoch under which a living key is wrapped is never destroyed; a folder without keys destroys nothing', async () => {
    await make('s1')
    await beginEpoch(deps(), terms, later(7))
    await db.ownerQuery('update key_epoch set left_at = $1 where epoch = 1', [later(7)])
    assert.deepEqual(await destroyEpochs(deps(), terms, later(90)), [])
    await rotateKeys(deps(), later(90))
    assert.deepEqual(await destroyEpochs(deps(), terms, later(91)), [], 'used later than it said')
    rmSync(join(folder, 'epoch-2.key'))
    await assert.rejects(destroyEpochs(deps(), terms, later(130)), KeyUnavailable)
    const [, first] = await db.database.inTx(everywhere, listEpochs)
    assert.equal(first?.destroyedAt, null)
  })

  test('only a job over all organisations moves epochs', async () => {
    await assert.rejects(
      db.database.inTx(scope, (tx) => tx.query('insert into key_epoch (epoch, begun_at) values (9, now())')),
      /row-level security/,
    )
    const moved = await db.database.inTx(scope, (tx) => tx.query('update key_epoch set left_at = now()'))
    assert.equal(moved.rowCount, 0)
  })

  test('a new database beside an older key folder uses the newest key that is there', async () => {
    await ring.beginEpoch(2)
    ring.destroyEpoch(1)
    await settleEpochs(deps(), later(9))
    await make('s1')
    assert.equal(await epochOf('s1'), 2)
    await ring.beginEpoch(3)
    await settleEpochs(deps(), later(9))
    assert.equal((await db.database.inTx(everywhere, listEpochs)).length, 2, 'not once keys are in use')
  })

  test('the date on which an erased person is in no backup any more', async () => {
    assert.deepEqual(backupsUnreadableOn(start, later(3), terms), new Date('2026-12-16T00:00:00Z'))
    // The job was late: the epoch is in use longer than it should be.
    assert.deepEqual(backupsUnreadableOn(start, later(10), terms), new Date('2026-12-19T00:00:00Z'))
    const told = await db.database.inTx(scope, (tx) => erasedFromBackupsOn(tx, terms, later(3)))
    assert.deepEqual(told, new Date('2026-12-16T00:00:00Z'))
  })
})
