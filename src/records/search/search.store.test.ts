import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { z } from 'zod'
import { fixedClock } from '../../platform/clock.ts'
import type { ApiError } from '../../platform/http.ts'
import { randomIds } from '../../platform/ids.ts'
import { type TestDatabase, testDatabase } from '../../platform/testing.ts'
import type { KeyRing } from '../../vault/index.ts'
import type { foundList } from '../contract.ts'
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
import { indexTurns } from './io/tokens.ts'

const file = join(import.meta.dirname, '../../../testdata/organisation/states.yaml')
type List = z.output<typeof foundList>

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
  const officer = staff('toets', ['ethics_officer'])
  const search = (words: string, more: object = {}, who = officer) =>
    callRoute(all(), 'POST', '/api/conversations/search', who, { body: { words, ...more } }) as Promise<List>
  const nameOf = ({ id }: { id: string }) => Object.keys(ids).find((name) => ids[name] === id)
  const found = async (words: string, more: object = {}) => (await search(words, more)).conversations.map(nameOf).sort()
  const looks = () =>
    db.ownerQuery<{ person_id: string; conversation_id: string; reason: string; subject_id: string }>(
      'select person_id, conversation_id, reason, subject_id from content_view order by at, view_id',
    )
  const views = async () => (await looks()).length

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

  test('written together or apart, with or without accents, with an apostrophe, in figures', async () => {
    await say(
      'vormen',
      'K-5',
      'Mijn wifi-kast op 06-12345678 kost € 1.250,50. Anna’s e-mail: jan@voorbeeld.nl, café om 14:30.',
    )
    await say('anders', 'K-6', 'Haar email en wifikast. Het voorbeeld van Jan, 1250 euro.')
    for (const [words, expected] of [
      ['wifi-kast', ['anders', 'vormen']],
      ['wifikast', ['anders', 'vormen']],
      ['"wifi kast"', ['vormen']],
      ['e-mail', ['anders', 'vormen']],
      ['email', ['anders', 'vormen']],
      ['0612345678', ['vormen']],
      ['06-12345678', ['vormen']],
      ['1.250,50', ['vormen']],
      ['1250', ['anders']],
      ['14:30', ['vormen']],
      ['anna', ['vormen']],
      ["Anna's", ['vormen']],
      ['CAFE', ['vormen']],
      ['jan@voorbeeld.nl', ['vormen']],
      ['jan voorbeeld', ['anders', 'vormen']],
      ['“Anna’s e-mail”', ['vormen']],
    ] as const)
      assert.deepEqual(await found(words), expected, words)
  })

  test('turns that come later belong to the same conversation, in words and not in phrases across turns', async () => {
    await say('later', 'K-7', 'Eerst komt bliksem.')
    await callRoute(all(), 'POST', '/v1/conversations', systemCaller('toets', 'contractklant', 'in-orde'), {
      body: { id: 'later', from: 2, turns: [{ role: 'customer', text: 'Donder daarna, en nog eens bliksem.' }] },
    })
    assert.deepEqual(await found('bliksem donder'), ['later'])
    assert.deepEqual(await found('"bliksem donder"'), [])
    assert.deepEqual(await found('"eens bliksem"'), ['later'])
    assert.equal((await search('bliksem')).conversations[0]?.hits, 2)
  })

  test('filters', async () => {
    assert.deepEqual(await found('ketel', { channel: 'voice' }), [])
    assert.deepEqual(await found('invoice', { language: 'en' }), ['naam'])
    assert.deepEqual(await found('invoice', { language: 'nl' }), [])
    assert.deepEqual(await found('ketel', { system: 'in-orde' }), ['kapot', 'ketel'])
    assert.deepEqual(await found('ketel', { system: 'gestopt' }), [])
    assert.deepEqual(await found('ketel', { client: 'toestemmingklant' }), [])
    const at = (ms: number) => new Date(start.getTime() + ms).toISOString()
    await db.ownerQuery('update conversation set started_at = $2 where conversation_id = $1', [ids.ketel, start])
    assert.deepEqual(await found('mijn ketel', { from: at(0), until: at(1) }), ['ketel', 'kapot'].sort())
    assert.deepEqual(await found('ketel', { until: at(0) }), [])
    assert.deepEqual(await found('ketel', { from: at(1) }), [])
    await db.ownerQuery(
      `insert into ai_call (tenant_id, client_id, call_id, conversation_id, subject_id, state, stream, started_at, facts, admitted_event, process_id)
       select tenant_id, client_id, 'geweigerd', conversation_id, subject_id, 'refused', false, $2, '{}', 'x', 'p' from conversation where conversation_id = $1`,
      [ids.kapot, start],
    )
    assert.deepEqual(await found('ketel', { refused: 'with' }), ['kapot'])
    assert.deepEqual(await found('ketel', { refused: 'without' }), ['ketel'])
  })

  test('the newest first, page after page, without a repeat or a gap', async () => {
    for (let n = 0; n < 23; n++) await say(`rij-${n}`, `R-${n}`, 'Een lange rij ganzen.')
    for (let n = 0; n < 23; n++)
      await db.ownerQuery('delete from search_document where conversation_id = $1', [ids[`rij-${n}`]])
    // Their beginnings in an order of their own; the index is made again with them.
    for (let n = 0; n < 23; n++) {
      const begun = new Date(start.getTime() - ((n * 7) % 23) * 60_000)
      await db.ownerQuery('update conversation set started_at = $2 where conversation_id = $1', [
        ids[`rij-${n}`],
        begun,
      ])
      await db.database.inTx(scopeOf('toets'), (tx) =>
        indexTurns(
          tx,
          ring,
          { tenant: 'toets', client: 'contractklant', conversation: ids[`rij-${n}`]!, language: 'nl' },
          [{ seq: 1, said: 'Een lange rij ganzen.' }],
        ),
      )
    }
    const seen: string[] = []
    let before: string | null = null
    do {
      const page: List = await search('"rij ganzen"', before === null ? {} : { before })
      assert.deepEqual([page.total, page.more, page.until], [23, false, null])
      seen.push(...page.conversations.map(({ startedAt }) => startedAt))
      before = page.next
    } while (before !== null)
    assert.equal(new Set(seen).size, 23)
    assert.deepEqual(seen, [...seen].sort().reverse())
    await assert.rejects(search('ganzen', { before: 'WzFd' }), (error: ApiError) => error.code === 'page_unknown')
  })

  test('what is kept apart for lack of a ground is not found', async () => {
    await say('apart', 'K-8', 'Over kaarsvet.')
    assert.deepEqual(await found('kaarsvet'), ['apart'])
    await db.ownerQuery(`update conversation set state = 'held' where conversation_id = $1`, [ids.apart])
    assert.deepEqual(await found('kaarsvet'), [])
  })

  describe('a piece of what was said', () => {
    test('is not shown without a reason, and then nothing is on record', async () => {
      const before = await views()
      const { conversations, contents } = await search('rekeningen')
      assert.deepEqual([contents, conversations[0]?.piece, conversations[0]?.hits], ['reason_needed', null, 2])
      assert.equal(await views(), before)
    })

    test('is shown after one, and is a look at that customer by that person for that reason', async () => {
      const before = await views()
      const { conversations, contents } = await search('rekeningen', { pieces: { reason: 'complaint' } })
      assert.equal(contents, 'open')
      assert.deepEqual(conversations[0]?.piece, {
        seq: 1,
        before: 'Ik snap mijn ',
        hit: 'rekeningen',
        after: ' niet: de rekening van mei is te hoog.',
      })
      const [look, ...more] = (await looks()).slice(before)
      assert.deepEqual(more, [])
      assert.deepEqual(look, {
        person_id: officer.id,
        conversation_id: ids.rekening,
        reason: 'complaint',
        subject_id: conversations[0]?.subject,
      })
    })

    test('a reason of other asks for words, which are sealed', async () => {
      const needed = (error: ApiError) => error.code === 'words_needed'
      await assert.rejects(search('ketel', { pieces: { reason: 'other' } }), needed)
      await search('monteurs', { pieces: { reason: 'other', words: 'Voor Oma Herkenbaar.' } })
      const rows = await db.ownerQuery<{ whole: string }>(
        'select reveal::text as whole from reveal union all select payload::text from ledger_pending',
      )
      const readable = rows.map(({ whole }) => whole).join()
      for (const word of ['Herkenbaar', Buffer.from('Herkenbaar').toString('hex')])
        assert.equal(readable.includes(word), false)
      assert.ok((await looks()).some(({ reason }) => reason === 'other'))
    })

    test('counts for the signal on unusual reading: a page does not raise it, a second one within the hour does', async () => {
      const curious = staff('toets', ['agent'], '*', 'person-7')
      const signals = async () =>
        (
          await db.ownerQuery<{ n: number }>(
            `select count(*)::int as n from reading_signal where person_id = 'person-7'`,
          )
        )[0]!.n
      const first = await search('ganzen', { pieces: { reason: 'quality_check' } }, curious)
      assert.deepEqual([first.conversations.length, await signals()], [10, 0])
      await search('ganzen', { pieces: { reason: 'quality_check' }, before: first.next }, curious)
      assert.equal(await signals(), 1)
    })

    test('after erasure nothing is left to show', async () => {
      await say('weg', 'K-9', 'Iets met zeewier.')
      await db.ownerQuery(`update turn set sealed = '' where conversation_id = $1`, [ids.weg])
      const before = await views()
      const { conversations } = await search('zeewier', { pieces: { reason: 'audit' } })
      assert.deepEqual([conversations[0]?.piece, await views()], [null, before])
    })
  })

  test('whoever may not read gets a number, not a list, and none that is small', async () => {
    const reader = staff('toets', ['ai_engineer'])
    const before = await views()
    const closed = { conversations: [], more: false, until: null, contents: 'closed', next: null }
    assert.deepEqual(await search('ketel', {}, reader), { ...closed, total: null })
    assert.deepEqual(await search('ganzen', { pieces: { reason: 'audit' } }, reader), { ...closed, total: 23 })
    assert.equal(await views(), before)
  })

  test('nothing left to look for is said', async () => {
    for (const words of ['de het een', '"van de"', Array(13).fill('ketel').join(' ')])
      await assert.rejects(search(words), (error: ApiError) => error.code === 'words_unclear')
  })

  test('another client or organisation finds nothing', async () => {
    const other = await search('ketel', {}, staff('toets', ['ethics_officer'], ['toestemmingklant']))
    assert.deepEqual([other.conversations, other.total], [[], 0])
    const asked = await search(
      'ganzen',
      { client: 'contractklant' },
      staff('toets', ['ethics_officer'], ['toestemmingklant']),
    )
    assert.deepEqual([asked.conversations, asked.total, asked.more], [[], 0, false])
    const count = await search('ganzen', {}, staff('toets', ['ai_engineer'], ['toestemmingklant']))
    assert.equal(count.total, null)
    const elsewhere = await search('ketel', {}, staff('elders', ['ethics_officer']))
    assert.deepEqual([elsewhere.conversations, elsewhere.total], [[], 0])
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
      'channel',
      'client_id',
      'conversation_id',
      'document',
      'hint',
      'language',
      'part',
      'places',
      'system_id',
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
