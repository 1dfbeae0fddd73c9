import assert from 'node:assert/strict'
import { test } from 'node:test'
import { migrate, ownerRole, readMigrations } from '../../platform/io/migrate.ts'
import { withConnection } from '../../platform/io/pool.ts'
import { testDatabase } from '../../platform/testing.ts'
import { scopeOf, testKeys } from '../testing.ts'
import { AFTER_ALL } from './document.ts'
import { clientsOf, findDocuments, placesOf } from './io/find.ts'
import { tokensOf } from './io/tokens.ts'
import { wantedIn } from './words.ts'

test('an index by turn becomes one in order of time, with the same words and phrases', async () => {
  const db = await testDatabase()
  const own = /\/(wb_[0-9a-f]+)\b/.exec(db.urls.super)![1]!
  const name = `${own}_old`
  const at = (url: string) => url.replace(`/${own}`, `/${name}`)
  await withConnection(db.urls.super, (client) => client.query(`create database ${name} owner ${ownerRole}`))
  try {
    const migrations = readMigrations()
    const index = migrations.findIndex((one) => one.name.startsWith('0014-'))
    assert.ok(index > 0)
    await migrate(at(db.urls.owner), migrations.slice(0, index))
    const ring = testKeys()
    const tokens = tokensOf(ring, 'kade')
    await withConnection(at(db.urls.super), async (client) => {
      await client.query(`insert into tenant values ('kade', 'De Kade', now())`)
      await client.query(`insert into client values ('kade', 'a', 'A', '{}', now())`)
      await client.query(
        `insert into data_subject (tenant_id, client_id, subject_id, kind, created_at) values ('kade', 'a', 's', 'anonymous', now())`,
      )
      // The one that was recorded last began first; two began at the same moment.
      for (const [id, began] of [
        ['new', '2026-11-03T10:00:00.123456Z'],
        ['same', '2026-11-03T10:00:00.123456Z'],
        ['old', '2026-10-01T10:00:00Z'],
      ]) {
        await client.query(
          `insert into conversation (tenant_id, client_id, conversation_id, subject_id, purpose_id, channel, language, source, started_at, updated_at)
           values ('kade', 'a', $1, 's', 'service', 'chat', 'nl', 'gateway', $2, now())`,
          [id, began],
        )
        await client.query(
          `insert into search_document (tenant_id, client_id, conversation_id) values ('kade', 'a', $1)`,
          [id],
        )
        // "kapotte ketel" in turn 1, "ketel … ketel" in turn 300; the ketel of turn 300 stands far in it
        for (const [word, seq, places] of [
          ['kapotte', 1, [0]],
          ['ketel', 1, [1]],
          ['ketel', 300, [40_000, 65_535]],
        ] as const) {
          const bytes = Buffer.alloc(places.length * 2)
          for (const [i, place] of places.entries()) bytes.writeUInt16BE(place, i * 2)
          await client.query(
            `insert into search_token (tenant_id, client_id, token, document, seq, places)
             select 'kade', 'a', $1, document, $2, $3 from search_document where conversation_id = $4`,
            [tokens.of(wantedIn(word)!.phrases[0]![0]!.forms[0]!), seq, bytes, id],
          )
        }
      }
    })
    await migrate(at(db.urls.owner), migrations)
    // The pool of the test database is on another one: the role that serves requests, on this one.
    await withConnection(at(db.urls.app), async (client) => {
      await client.query(
        `select set_config('waarborg.tenant', 'kade', false), set_config('waarborg.clients', '*', false)`,
      )
      const tx = {
        scope: scopeOf('kade'),
        query: async (sql: string, values: readonly unknown[] = []) => {
          const { rows, rowCount } = await client.query(sql, [...values])
          return { rows, rowCount: rowCount ?? 0 }
        },
      } as Parameters<typeof findDocuments>[0]
      for (const [words, count] of [
        ['"kapotte ketel"', 1],
        ['ketel', 3],
      ] as const) {
        const looking = {
          tenant: 'kade',
          clients: await clientsOf(tx, 'kade', undefined),
          wanted: wantedIn(words)!,
          tokens,
          filters: { from: new Date('2026-10-01T10:00:00Z'), channel: 'chat', language: 'nl' },
        }
        const { documents } = await findDocuments(tx, looking, { below: AFTER_ALL, most: 10 })
        const lines = await placesOf(tx, looking, documents)
        assert.deepEqual(lines.map(({ conversation }) => conversation).sort(), ['new', 'old', 'same'])
        assert.equal(lines.at(-1)!.conversation, 'old')
        assert.deepEqual(
          lines.map(({ hits }) => hits.count),
          [count, count, count],
        )
      }
    })
  } finally {
    await withConnection(db.urls.super, (client) => client.query(`drop database if exists ${name} with (force)`))
    await db.close()
  }
})
