import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fixedClock } from '../platform/clock.ts'
import { randomIds } from '../platform/ids.ts'
import { type TestDatabase, testDatabase } from '../platform/testing.ts'
import type { KeyRing } from '../vault/index.ts'
import { factSources } from './io/facts.ts'
import { subjectStores } from './io/subject-stores.ts'
import { routes } from './routes.ts'
import { subjectTables } from './subject-stores.ts'
import { apply, callRoute, organisationFrom, plainDeps, scopeOf, start, systemCaller, testKeys } from './testing.ts'

const file = join(import.meta.dirname, '../../testdata/organisation/states.yaml')

describe('where data subjects are', () => {
  let db: TestDatabase
  let ring: KeyRing
  let place: { client: string; subject: string }
  let conversation: string
  let imported: string
  before(async () => {
    db = await testDatabase()
    ring = testKeys()
    await apply(db.database, plainDeps(ring), organisationFrom(file, start), { now: start, ids: randomIds })
    const all = routes({
      database: db.database,
      ring,
      ids: randomIds,
      clock: fixedClock(start),
      decideGround: async () => ({ ground: 'allowed', basis: 'contract' }),
    })
    const turns = [
      { role: 'customer', text: 'Mijn naam is Klant.' },
      { role: 'ai', text: 'Dag.' },
    ]
    conversation = (
      (await callRoute(all, 'POST', '/v1/conversations', systemCaller('toets', 'contractklant', 'in-orde'), {
        body: { id: 'x', subject: 'C-objected', turns },
      })) as { conversation: string }
    ).conversation
    await callRoute(all, 'POST', '/v1/conversations', systemCaller('toets', 'contractklant', 'in-orde'), {
      body: { id: 'y', subject: 'C-plain', turns },
    })
    const dialog = [{ type: 'recording', start: '2026-11-24T09:00:00Z', parties: 0, url: 'https://opname.test/1.wav' }]
    const vcon = { vcon: '0.0.2', uuid: '019a0000-0000-8000-8000-000000000002', created_at: '2026-11-24T09:00:00Z' }
    imported = (
      (await callRoute(all, 'POST', '/v1/conversations', systemCaller('toets', 'contractklant', 'in-orde'), {
        headers: { 'x-waarborg-subject': 'C-objected' },
        body: { ...vcon, parties: [{ name: 'Klant', role: 'customer' }], dialog },
      })) as { conversation: string }
    ).conversation
    // An imported conversation of nobody known, which a customer then turns out to be part of.
    const said = { type: 'text', start: '2026-11-24T09:01:00Z', parties: 0, body: 'Dat was ik.', encoding: 'none' }
    const adopted = (await callRoute(
      all,
      'POST',
      '/v1/conversations',
      systemCaller('toets', 'contractklant', 'in-orde'),
      {
        body: {
          ...vcon,
          uuid: '019a0000-0000-8000-8000-000000000003',
          parties: [{ name: 'Klant', role: 'customer' }],
          dialog: [{ ...dialog[0], url: 'https://opname.test/2.wav' }, said],
        },
      },
    )) as { conversation: string }
    await callRoute(all, 'POST', '/v1/conversations', systemCaller('toets', 'contractklant', 'in-orde'), {
      body: { id: adopted.conversation, subject: 'C-plain', turns: [{ role: 'customer', text: 'Dat was ik.' }] },
    })
    const [row] = await db.ownerQuery<{ subject_id: string }>(
      'select subject_id from conversation where conversation_id = $1',
      [conversation],
    )
    place = { client: 'contractklant', subject: row!.subject_id }
  })
  after(() => db.close())

  test('every table with a data subject, or with rows of a conversation, is on the list', async () => {
    const tables = await db.ownerQuery<{ table_name: string }>(
      `select distinct c.table_name from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
       where c.table_schema = 'public' and t.table_type = 'BASE TABLE' and c.column_name in ('subject_id', 'conversation_id')`,
    )
    const listed = new Set(Object.keys(subjectTables))
    assert.deepEqual(
      tables.map((row) => row.table_name).filter((name) => !listed.has(name)),
      [],
    )
    assert.deepEqual(
      [...listed].filter((name) => !tables.some((row) => row.table_name === name)),
      [],
    )
  })

  test('this folder has a store for each of its tables, in both directions', () => {
    const own = Object.entries(subjectTables)
      .filter(([, { folder }]) => folder === 'records')
      .map(([name]) => name)
    assert.deepEqual(subjectStores.map((store) => store.id).toSorted(), own.toSorted())
  })

  test('what is exported holds what was said, and nothing of anybody else', async () => {
    const exported = await db.database.inTx(scopeOf('toets'), async (tx) => {
      const found: Record<string, unknown[]> = {}
      for (const store of subjectStores) found[store.id] = [...(await store.export(tx, ring, place))]
      return found
    })
    assert.deepEqual(
      exported.turn?.map((row) => (row as { said: string }).said),
      ['Mijn naam is Klant.', 'Dag.'],
    )
    assert.deepEqual(
      exported.conversation?.map((row) => (row as { id: string }).id).toSorted(),
      [conversation, imported].toSorted(),
    )
    assert.match(JSON.stringify(exported.conversation), /opname\.test\/1\.wav/)
    assert.ok(!JSON.stringify(exported).includes('sealed'))
  })

  test('what came with a conversation goes along to the customer who made themselves known', async () => {
    const [plain] = await db.ownerQuery<{ subject_id: string }>(
      `select c.subject_id from conversation c join data_subject s using (tenant_id, subject_id) where s.kind = 'known' and c.subject_id <> $1 limit 1`,
      [place.subject],
    )
    const exported = await db.database.inTx(scopeOf('toets'), (tx) =>
      subjectStores.find(({ id }) => id === 'conversation')!.export(tx, ring, { ...place, subject: plain!.subject_id }),
    )
    assert.match(JSON.stringify(exported), /opname\.test\/2\.wav/)
  })

  test('after erasure nothing leads to the person, nothing said is left, and a second time finds nothing', async () => {
    const erase = () =>
      db.database.inTx(scopeOf('toets'), async (tx) => {
        let n = 0
        for (const store of subjectStores) n += await store.erase(tx, place)
        return n
      })
    assert.ok((await erase()) > 3)
    assert.equal(await erase(), 0)
    const left = await db.database.inTx(scopeOf('toets'), async (tx) => {
      const found: Record<string, number> = {}
      for (const store of subjectStores) found[store.id] = await store.find(tx, place)
      return found
    })
    assert.deepEqual([left.subject_reference, left.applied_record, left.pseudonym_table], [0, 0, 0])
    const [turns] = await db.ownerQuery<{ n: number; left: number }>(
      `select count(*)::int as n, count(*) filter (where sealed <> '')::int as left from turn where conversation_id = $1`,
      [conversation],
    )
    assert.deepEqual(turns, { n: 2, left: 0 })
    const [others] = await db.ownerQuery<{ n: number }>(`select count(*)::int as n from turn where sealed <> ''`)
    assert.equal(others?.n, 3)
  })
})

describe('facts', () => {
  let db: TestDatabase
  before(async () => {
    db = await testDatabase()
    await apply(db.database, plainDeps(testKeys()), organisationFrom(file, start), { now: start, ids: randomIds })
  })
  after(() => db.close())
  const period = { from: new Date(start.getTime() - 1_000), until: start }
  const ask = (id: string, scope = {}) =>
    db.database.inTx(
      scopeOf('toets'),
      (tx) => factSources.find((one) => one.id === id)!.query(tx, scope, period, start),
      { readOnly: true },
    )

  test('a share of nothing is nothing that can be said', async () => {
    assert.deepEqual(await ask('records.refusedShare'), { value: null, n: 0, asOf: start, entries: [] })
    assert.equal((await ask('records.calls')).value, 0)
  })

  test('counts the period from its first moment up to its last, for the system that is asked', async () => {
    for (const [id, system, state, ms] of [
      ['a', 'in-orde', 'refused', -1_000],
      ['b', 'in-orde', 'completed', -1],
      ['c', 'in-orde', 'failed', 0],
      ['d', 'gestopt', 'refused', -1],
    ] as const)
      await db.ownerQuery(
        `insert into ai_call (tenant_id, client_id, call_id, system_id, state, started_at) values ('toets', 'contractklant', $1, $2, $3, $4)`,
        [id, system, state, new Date(start.getTime() + ms)],
      )
    assert.deepEqual(await ask('records.refusedShare', { system: 'in-orde' }), {
      value: 0.5,
      n: 2,
      asOf: start,
      entries: ['a'],
    })
    assert.deepEqual((await ask('records.calls')).entries, ['d', 'b', 'a'])
    assert.equal((await ask('records.calls', { client: 'toestemmingklant' })).value, 0)
    assert.deepEqual((await ask('records.failedShare')).value, 0)
    assert.equal((await ask('records.disclosedShare')).value, null)
  })
})
