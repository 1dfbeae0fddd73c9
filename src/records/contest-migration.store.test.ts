import assert from 'node:assert/strict'
import { test } from 'node:test'
import { migrate, ownerRole, readMigrations } from '../platform/io/migrate.ts'
import { withConnection } from '../platform/io/pool.ts'
import { testDatabase } from '../platform/testing.ts'

test('contests from before keep when they were explained, get a day for the hold, and end with their person', async () => {
  const db = await testDatabase()
  const own = /\/(wb_[0-9a-f]+)\b/.exec(db.urls.super)![1]!
  const name = `${own}_old`
  const at = (url: string) => url.replace(`/${own}`, `/${name}`)
  await withConnection(db.urls.super, (client) => client.query(`create database ${name} owner ${ownerRole}`))
  try {
    const migrations = readMigrations()
    const index = migrations.findIndex((one) => one.name.startsWith('0039-'))
    assert.ok(index > 0)
    await migrate(at(db.urls.owner), migrations.slice(0, index))
    await withConnection(at(db.urls.super), async (client) => {
      await client.query(`insert into tenant values ('kade', 'De Kade', now())`)
      await client.query(`insert into client values ('kade', 'a', 'A', '{}', now())`)
      for (const [subject, erased] of [
        ['here', null],
        ['gone', '2026-11-24T10:00:00Z'],
      ])
        await client.query(
          `insert into data_subject (tenant_id, client_id, subject_id, kind, created_at, erased_at) values ('kade', 'a', $1, 'anonymous', now(), $2)`,
          [subject, erased],
        )
      for (const [id, subject, effect, explained] of [
        ['asked', 'here', 'asked', true],
        ['unasked', 'here', 'not_possible', false],
        ['erased', 'gone', 'asked', false],
      ]) {
        await client.query(
          `insert into decision (tenant_id, client_id, decision_id, subject_id, subject_role, system_id, version_id, purpose_id, kind, class, channel, language,
             decided_at, recorded_at, outcome, review, review_reason, explanation, body_hmac, record, score_from)
           values ('kade', 'a', $1, $2, 'customer', 's', '1', 'p', 'score', 'assist', 'chat', 'nl', now(), now(), 'nee', 'waiting', 'asked_by_customer', 'given', '', 'r', 'sent')`,
          [id, subject],
        )
        await client.query(
          `insert into contest (tenant_id, client_id, contest_id, decision_id, subject_id, asked_at, state, record, effect, explained)
           values ('kade', 'a', $1, $1, $2, '2026-11-23T10:00:00Z', 'open', 'r', $3, $4)`,
          [id, subject, effect, explained],
        )
      }
    })
    await migrate(at(db.urls.owner), migrations)
    await withConnection(at(db.urls.super), async (client) => {
      const { rows } = await client.query(
        `select contest_id, state, c.explained_at is not null and c.explained_at = c.asked_at as explained, explained_via, hold_until - asked_at = interval '1 day' as held, d.review
         from contest c join decision d using (tenant_id, decision_id) order by contest_id`,
      )
      assert.deepEqual(rows, [
        { contest_id: 'asked', state: 'open', explained: true, explained_via: 'page', held: true, review: 'waiting' },
        {
          contest_id: 'erased',
          state: 'ended',
          explained: false,
          explained_via: null,
          held: true,
          review: 'not_needed',
        },
        { contest_id: 'unasked', state: 'open', explained: false, explained_via: null, held: null, review: 'waiting' },
      ])
      const tables = await client.query(
        `select relname from pg_class where relname in ('contest', 'decision', 'decision_review', 'data_subject') and relkind = 'r' and not relforcerowsecurity`,
      )
      assert.deepEqual(tables.rows, [], 'nobody sees more than before')
    })
  } finally {
    await withConnection(db.urls.super, (client) => client.query(`drop database if exists ${name} with (force)`))
    await db.close()
  }
})
