import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fixedClock } from '../../platform/clock.ts'
import type { ApiError } from '../../platform/http.ts'
import { randomIds } from '../../platform/ids.ts'
import { type TestDatabase, testDatabase } from '../../platform/testing.ts'
import type { KeyRing } from '../../vault/index.ts'
import { subjectStores } from '../io/subject-stores.ts'
import { routes } from '../routes.ts'
import {
  apply,
  callRoute,
  organisationFrom,
  plainDeps,
  scopeOf,
  staff,
  start,
  systemCaller,
  testKeys,
} from '../testing.ts'

const file = join(import.meta.dirname, '../../../testdata/organisation/states.yaml')
type List = {
  conversations: { id: string; snippet: { before: string; hit: string; after: string } | null }[]
  total: number | null
  next: string | null
}

describe('search in what was said', () => {
  let db: TestDatabase
  let ring: KeyRing
  const ids: Record<string, string> = {}
  const all = () =>
    routes({
      database: db.database,
      ring,
      ids: randomIds,
      clock: fixedClock(start),
      decideGround: async () => ({ ground: 'allowed', basis: 'contract' }),
    })
  const say = async (id: string, subject: string, ...turns: string[]) => {
    const language = id === 'naam' ? 'en' : 'nl'
    const reply = (await callRoute(
      all(),
      'POST',
      '/v1/conversations',
      systemCaller('toets', 'contractklant', 'in-orde'),
      {
        body: { id, subject, language, turns: turns.map((text) => ({ role: 'customer', text })) },
      },
    )) as { conversation: string }
    ids[id] = reply.conversation
  }
  const search = (words: string, query: object = {}, who = staff('toets', ['ethics_officer'])) =>
    callRoute(all(), 'GET', '/api/conversations', who, { query: { words, ...query } }) as Promise<List>
  const found = async (words: string, query: object = {}) =>
    (await search(words, query)).conversations.map(({ id }) => Object.keys(ids).find((name) => ids[name] === id)).sort()
  const views = async () =>
    (
      await db.ownerQuery<{ n: number }>(
        `select count(*)::int as n from ledger_pending where type = 'conversation.viewed'`,
      )
    )[0]!.n

  before(async () => {
    db = await testDatabase()
    ring = testKeys()
    await apply(db.database, plainDeps(ring), organisationFrom(file, start), { now: start, ids: randomIds })
    await say('ketel', 'K-1', 'Mijn ketel is kapot.', 'De monteurs kwamen niet.')
    await say('kapot', 'K-2', 'De kapotte ketel staat er nog.', 'Wanneer komt de monteur?')
    await say('rekening', 'K-3', 'Ik snap mijn rekeningen niet: de rekening van mei is te hoog.')
    await say('naam', 'K-4', 'Ik ben Zwaantje Vlierboom. My invoices are wrong.')
  })
  after(() => db.close())

  for (const [words, expected] of [
    ['ketel', ['kapot', 'ketel']],
    ['KETEL monteur', ['kapot', 'ketel']],
    ['ketel rekening', []],
    ['rekening', ['rekening']],
    ['"kapotte ketel"', ['kapot']],
    ['"ketel is kapot"', ['ketel']],
    ['"kapot is ketel"', []],
    ['"rekening van mei"', ['rekening']],
    ['"mei van rekening"', []],
    ['invoice', ['naam']],
    ['vlierboom', ['naam']],
    ['onzichtbaar', []],
  ] as const)
    test(`finds: ${words}`, async () => assert.deepEqual(await found(words), expected))

  test('other filters stay, and each page has its own', async () => {
    assert.deepEqual(await found('ketel', { channel: 'voice' }), [])
    const first = await search('ketel', { limit: 1 })
    assert.deepEqual([first.conversations.length, first.total], [1, 2])
    const second = await search('ketel', { limit: 1, before: first.next })
    assert.notEqual(second.conversations[0]?.id, first.conversations[0]?.id)
  })

  test('whoever may read sees a piece, and that look is on record', async () => {
    const before = await views()
    const { conversations } = await search('rekeningen')
    assert.deepEqual(conversations[0]?.snippet, {
      seq: 1,
      before: 'Ik snap mijn ',
      hit: 'rekeningen',
      after: ' niet: de rekening van mei is te hoog.',
    })
    assert.equal(await views(), before + 1)
  })

  test('whoever may not read gets a number, not a list, and none that is small', async () => {
    const reader = staff('toets', ['ai_engineer'])
    const before = await views()
    assert.deepEqual(await search('ketel', {}, reader), { conversations: [], total: null, next: null })
    for (let n = 0; n < 10; n++) await say(`veel-${n}`, `V-${n}`, 'Overal parapluies.')
    assert.deepEqual(await search('parapluies', {}, reader), { conversations: [], total: 10, next: null })
    assert.equal(await views(), before)
  })

  test('nothing left to look for is said', async () => {
    for (const words of ['de het een', '"van de"', Array(13).fill('ketel').join(' ')])
      await assert.rejects(search(words), (error: ApiError) => error.code === 'words_unclear')
  })

  test('another client or organisation finds nothing', async () => {
    const other = await search('ketel', {}, staff('toets', ['ethics_officer'], ['toestemmingsklant']))
    assert.deepEqual([other.conversations, other.total], [[], 0])
    const elsewhere = await search('ketel', {}, staff('elders', ['ethics_officer']))
    assert.deepEqual(elsewhere.conversations, [])
  })

  test('the index holds no word and no unkeyed hash of one', async () => {
    const rows = await db.ownerQuery<{ token: string; places: Buffer }>(
      'select token::text as token, places from search_token',
    )
    const tokens = new Set(rows.map((row) => row.token))
    for (const word of ['vlierboom', 'ketel', 'kapot', 'factur'])
      for (const algorithm of ['sha256', 'sha1', 'md5'])
        assert.equal(tokens.has(createHash(algorithm).update(word).digest().readBigInt64BE(0).toString()), false)
    const columns = await db.ownerQuery<{ name: string }>(
      `select column_name as name from information_schema.columns where table_name in ('search_token', 'search_document')`,
    )
    assert.deepEqual([...new Set(columns.map((row) => row.name))].sort(), [
      'client_id',
      'conversation_id',
      'document',
      'places',
      'seq',
      'tenant_id',
      'token',
    ])
  })

  test('at erasure the words of this person go, and nobody else’s', async () => {
    const [row] = await db.ownerQuery<{ subject_id: string }>(
      'select subject_id from conversation where conversation_id = $1',
      [ids.ketel],
    )
    const count = async () => (await db.ownerQuery<{ n: number }>('select count(*)::int as n from search_token'))[0]!.n
    const before = await count()
    await db.database.inTx(scopeOf('toets'), async (tx) => {
      for (const store of subjectStores) await store.erase(tx, { client: 'contractklant', subject: row!.subject_id })
    })
    // ketel, kapot, monteurs, kwamen
    assert.equal(await count(), before - 4)
    assert.deepEqual(await found('ketel'), ['kapot'])
  })
})
