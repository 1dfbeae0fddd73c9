import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Row, Tx } from '../../platform/database.ts'
import { type TestDatabase, testDatabase } from '../../platform/testing.ts'
import type { KeyRing } from '../../vault/index.ts'
import { scopeOf, testKeys } from '../testing.ts'
import { AFTER_ALL } from './document.ts'
import { type Bounds, clientsOf, findDocuments, placesOf } from './io/find.ts'
import type { Filters as ListFilters } from './io/lists.ts'
import { indexTurns, tokensOf } from './io/tokens.ts'
import { wantedIn } from './words.ts'

type Filters = ListFilters & { readonly client?: string }

type Made = {
  readonly id: string
  readonly client: string
  readonly at: number
  readonly language: string
  readonly channel: string
  readonly refused: boolean
  readonly turns: readonly (readonly string[])[]
}

const vocabulary = Array.from({ length: 30 }, (_, i) => `w${i}x`)

/** A row of chances that is the same every time (Park and Miller 1988). */
function chancesFrom(seed: number) {
  let state = seed
  return (below: number) => {
    state = (state * 48_271) % 2_147_483_647
    return state % below
  }
}

describe('finding conversations by words, compared with reading them all', () => {
  let db: TestDatabase
  let ring: KeyRing
  const made: Made[] = []
  const begin = Date.parse('2026-11-01T00:00:00Z')
  before(async () => {
    db = await testDatabase()
    ring = testKeys()
    const chance = chancesFrom(7)
    for (let n = 0; n < 160; n++)
      made.push({
        id: `c${n}`,
        client: ['a', 'a', 'b', 'c'][chance(4)]!,
        // many begin at the same moment
        at: begin + chance(60) * 3_600_000,
        language: ['nl', 'nl', 'nl', 'en'][chance(4)]!,
        channel: chance(9) === 0 ? 'voice' : 'chat',
        refused: chance(6) === 0,
        // words drawn by rank; now and then a long conversation, over more than one part of the index
        turns: Array.from({ length: n % 40 === 3 ? 300 : 1 + chance(5) }, () =>
          Array.from({ length: 1 + chance(9) }, () => vocabulary[Math.floor(chance(900) ** 0.5)]!),
        ),
      })
    await db.ownerQuery(`insert into tenant values ('kade', 'De Kade', now())`)
    for (const client of ['a', 'b', 'c'])
      await db.ownerQuery(`insert into client values ('kade', $1, $1, '{}', now())`, [client])
    for (const one of made) {
      await db.ownerQuery(
        `insert into data_subject (tenant_id, client_id, subject_id, kind, created_at) values ('kade', $1, $2, 'anonymous', now())`,
        [one.client, one.id],
      )
      await db.ownerQuery(
        `insert into conversation (tenant_id, client_id, conversation_id, subject_id, purpose_id, channel, language, source, started_at, updated_at)
         values ('kade', $1, $2, $2, 'service', $3, $4, 'gateway', $5, now())`,
        [one.client, one.id, one.channel, one.language, new Date(one.at)],
      )
      if (one.refused)
        await db.ownerQuery(
          `insert into ai_call (tenant_id, client_id, call_id, conversation_id, state, started_at) values ('kade', $1, $2, $2, 'refused', now())`,
          [one.client, one.id],
        )
    }
    await db.database.inTx(scopeOf('kade'), async (tx) => {
      // a turn at a time, as they are said
      for (const { id, client, language, turns } of made) {
        const given = turns.map((said, i) => ({ seq: i + 1, said: said.join(' ') }))
        const first = given.length > 9 ? 250 : 1
        // the later turns of a conversation come one by one, or many at once
        const rest = given.length > 9 ? [given.slice(first)] : given.slice(first).map((turn) => [turn])
        for (const some of [given.slice(0, first), ...rest])
          await indexTurns(tx, ring, { tenant: 'kade', client, conversation: id, language }, some)
      }
    })
  })
  after(() => db.close())

  const inScope = <T>(clients: '*' | readonly string[], work: (tx: Tx) => Promise<T>) =>
    db.database.inTx(scopeOf('kade', clients), work)

  const find = (
    words: string,
    filters: Filters = {},
    bounds: Partial<Bounds> = {},
    clients: '*' | readonly string[] = '*',
  ) =>
    inScope(clients, async (tx) => {
      const looking = {
        tenant: 'kade',
        clients: await clientsOf(tx, 'kade', filters.client),
        wanted: wantedIn(words)!,
        tokens: tokensOf(ring, 'kade'),
        filters,
      }
      const found = await findDocuments(tx, looking, { below: AFTER_ALL, most: 1_000, window: 4, ...bounds })
      return { ...found, lines: await placesOf(tx, looking, found.documents) }
    })

  const count = (turns: Made['turns'], words: readonly string[]) =>
    turns.reduce(
      (sum, turn) => sum + turn.filter((_, i) => words.every((word, step) => turn[i + step] === word)).length,
      0,
    )
  const fits = (one: Made, { client, language, channel, refused, from, until }: Filters) =>
    (client === undefined || one.client === client) &&
    (language === undefined || one.language === language) &&
    (channel === undefined || one.channel === channel) &&
    (refused === undefined || one.refused === (refused === 'with')) &&
    (from === undefined || one.at >= from.getTime()) &&
    (until === undefined || one.at < until.getTime())
  const read = (phrases: readonly (readonly string[])[], filters: Filters, clients: '*' | readonly string[] = '*') =>
    made
      .filter((one) => clients === '*' || clients.includes(one.client))
      .filter((one) => fits(one, filters) && phrases.every((words) => count(one.turns, words) > 0))
      .map((one) => `${one.id} ${new Set(phrases.map(String)).size === 1 ? count(one.turns, phrases[0]!) : ''}`)
      .sort()

  test('any words, phrases and filters', async () => {
    const chance = chancesFrom(11)
    const word = () => vocabulary[Math.floor(chance(900) ** 0.5)]!
    let some = 0
    for (let round = 0; round < 150; round++) {
      const phrases = Array.from({ length: 1 + chance(3) }, () => Array.from({ length: 1 + chance(3) }, word))
      const filters: Filters = {
        ...(chance(4) === 0 ? { client: ['a', 'b', 'c', 'none'][chance(4)]! } : {}),
        ...(chance(4) === 0 ? { language: ['nl', 'en', 'de'][chance(3)]! } : {}),
        ...(chance(4) === 0 ? { channel: ['chat', 'voice'][chance(2)]! } : {}),
        ...(chance(4) === 0 ? { refused: (['with', 'without'] as const)[chance(2)]! } : {}),
        ...(chance(4) === 0 ? { from: new Date(begin + chance(60) * 3_600_000) } : {}),
        ...(chance(4) === 0 ? { until: new Date(begin + chance(60) * 3_600_000) } : {}),
      }
      const clients = ([['a', 'b'], ['c'], '*', '*'] as const)[chance(4)]!
      const words = phrases.map((phrase) => (phrase.length > 1 ? `"${phrase.join(' ')}"` : phrase[0])).join(' ')
      const { lines, ended } = await find(words, filters, { window: 1 + chance(40) }, clients)
      const expected = read(phrases, filters, clients)
      const alike = new Set(phrases.map(String)).size === 1
      assert.deepEqual(
        lines.map(({ conversation, hits }) => `${conversation} ${alike ? hits.count : ''}`).sort(),
        expected,
        `${words} ${JSON.stringify(filters)} ${clients}`,
      )
      assert.equal(ended, 'all')
      const moments = lines.map(({ conversation }) => made.find(({ id }) => id === conversation)!.at)
      assert.deepEqual(
        moments,
        [...moments].sort((a, b) => b - a),
      )
      if (expected.length > 0) some++
    }
    assert.ok(some > 40, `only ${some} rounds found something`)
  })

  test('as many as are wanted, and further from there', async () => {
    const { documents } = await find('w25x')
    assert.ok(documents.length > 30)
    const first = await find('w25x', {}, { most: 12 })
    assert.deepEqual([first.documents, first.ended], [documents.slice(0, 12), 'most'])
    const second = await find('w25x', {}, { below: first.documents.at(-1)! })
    assert.deepEqual(second.documents, documents.slice(12))
  })

  test('a search that looks at very many stops, says where, and goes on there', async () => {
    const all = (await find('"w25x w24x"')).documents
    const parts: number[] = []
    let below = AFTER_ALL
    let stops = 0
    for (;;) {
      const part = await find('"w25x w24x"', {}, { below, reads: 40 })
      parts.push(...part.documents)
      if (part.ended === 'all') break
      assert.equal(part.ended, 'reads')
      assert.ok(part.until < below)
      below = part.until
      stops++
    }
    assert.deepEqual(parts, all)
    assert.ok(stops > 1)
  })

  test('a conversation whose number is taken gets another', async () => {
    const at = new Date('2026-11-20T00:00:00Z')
    await db.ownerQuery(
      `insert into conversation (tenant_id, client_id, conversation_id, subject_id, purpose_id, channel, language, source, started_at, updated_at)
       select 'kade', 'a', 'same' || n, 'c0', 'service', 'chat', 'nl', 'import', $1::timestamptz, now() from generate_series(1, 2) n
       union all select 'kade', 'a', 'full' || n, 'c0', 'service', 'chat', 'nl', 'import', $1::timestamptz, now() from generate_series(0, 2047) n`,
      [at],
    )
    // every number of that millisecond
    await db.ownerQuery(
      `insert into search_document (tenant_id, client_id, conversation_id, document, channel, language)
       select 'kade', 'a', 'full' || n, (extract(epoch from $1::timestamptz) * 1000)::bigint * 2048 + n, 'chat', 'nl' from generate_series(0, 2047) n`,
      [at],
    )
    for (const conversation of ['same1', 'same2'])
      await inScope('*', (tx) =>
        indexTurns(tx, ring, { tenant: 'kade', client: 'a', conversation, language: 'nl' }, [
          { seq: 1, said: 'zeldzaam' },
        ]),
      )
    const filters = { from: at, until: new Date(at.getTime() + 1) }
    assert.deepEqual((await find('zeldzaam', filters)).lines.map(({ conversation }) => conversation).sort(), [
      'same1',
      'same2',
    ])
  })

  test('moments far outside of our time are sorted at the edge', async () => {
    for (const [id, at] of [
      ['oldest', '0001-01-01T00:00:00Z'],
      ['latest', '9999-12-31T00:00:00Z'],
    ] as const) {
      await db.ownerQuery(
        `insert into conversation (tenant_id, client_id, conversation_id, subject_id, purpose_id, channel, language, source, started_at, updated_at)
         values ('kade', 'a', $1, 'c0', 'service', 'chat', 'nl', 'import', $2, now())`,
        [id, at],
      )
      await inScope('*', (tx) =>
        indexTurns(tx, ring, { tenant: 'kade', client: 'a', conversation: id, language: 'nl' }, [
          { seq: 1, said: 'tijdloos' },
        ]),
      )
    }
    assert.deepEqual(
      (await find('tijdloos')).lines.map(({ conversation }) => conversation),
      ['latest', 'oldest'],
    )
  })

  test('a phrase at the beginning of a long conversation, wherever the window is cut', async () => {
    for (const [n, client] of ['a', 'a', 'a', 'b', 'b'].entries()) {
      await db.ownerQuery(
        `insert into conversation (tenant_id, client_id, conversation_id, subject_id, purpose_id, channel, language, source, started_at, updated_at)
         values ('kade', $1, $2, 'c0', 'service', 'chat', 'nl', 'gateway', $3, now())`,
        [client, `long${n}`, new Date(begin + n)],
      )
      await inScope('*', (tx) =>
        indexTurns(tx, ring, { tenant: 'kade', client, conversation: `long${n}`, language: 'nl' }, [
          { seq: 1, said: 'alfa bravo' },
          { seq: 300, said: 'alfa' },
          { seq: 301, said: 'bravo' },
          { seq: 901, said: 'bravo en alfa' },
        ]),
      )
    }
    for (let window = 1; window < 17; window++) {
      const { lines } = await find('"alfa bravo"', {}, { window })
      assert.deepEqual(
        lines.map(({ conversation, hits }) => [conversation, hits.count]),
        [4, 3, 2, 1, 0].map((n) => [`long${n}`, 1]),
        `window ${window}`,
      )
    }
  })

  test('many refused calls in conversations where nothing was said hide none where something was', async () => {
    const before = (await find('w25x', { refused: 'with' })).documents
    assert.ok(before.length > 3)
    await db.ownerQuery(
      `insert into ai_call (tenant_id, client_id, call_id, conversation_id, state, started_at)
       select 'kade', 'a', 'silent' || n, 'a-silent' || n, 'refused', now() from generate_series(1, 5001) n`,
    )
    assert.deepEqual((await find('w25x', { refused: 'with' })).documents, before)
    await db.ownerQuery(`delete from ai_call where call_id like 'silent%'`)
  })

  test('the sparsest word leads: how often the others were said makes no difference', async () => {
    const read = async (words: string, filters: ListFilters = {}) => {
      let bytes = 0
      await inScope('*', async (tx) => {
        const counting: Tx = {
          scope: tx.scope,
          async query<R extends Row>(sql: string, parameters?: readonly unknown[]) {
            const result = await tx.query<R>(sql, parameters)
            for (const { found } of result.rows as { found?: Buffer }[]) bytes += found?.length ?? 0
            return result
          },
        }
        const place = { tenant: 'kade', clients: await clientsOf(tx, 'kade', undefined) }
        const looking = { ...place, wanted: wantedIn(words)!, tokens: tokensOf(ring, 'kade'), filters }
        await findDocuments(counting, looking, { below: AFTER_ALL, most: 1_000, window: 4 })
      })
      return bytes
    }
    const whole = await read('w25x')
    assert.ok(whole > 60 * 8, `${whole}`)
    assert.ok((await read('w25x alfa')) < whole / 2)
    assert.ok((await read('alfa w25x w26x w24x')) < whole)
    assert.ok((await read('w25x', { language: 'de' })) < whole / 2)
  })

  test('rows of another client or organisation cannot be had by asking for them', async () => {
    const none = await inScope(['b'], async (tx) => {
      const looking = {
        tenant: 'kade',
        clients: ['a', 'c'],
        wanted: wantedIn('w25x')!,
        tokens: tokensOf(ring, 'kade'),
        filters: {},
      }
      return findDocuments(tx, looking, { below: AFTER_ALL, most: 10 })
    })
    assert.deepEqual(none.documents, [])
  })
})
