/**
 * `npm run bench -- search`: words and phrases over a million turns. The index is filled by the database itself, with words
 * drawn by rank, so that a few stand in very many turns; finding runs through the code of the route, as the role that
 * serves requests, under row-level security.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomIds } from '../src/platform/ids.ts'
import { withConnection } from '../src/platform/io/pool.ts'
import { testDatabase } from '../src/platform/testing.ts'
import { searchConversations } from '../src/records/io/conversation-reads.ts'
import { indexTurns, tokensOf } from '../src/records/search/io/tokens.ts'
import { type KeyRing, openKeyRing } from '../src/vault/index.ts'
import type { BenchContext, Table } from './table.ts'

const TURNS_EACH = 8
const WORDS_EACH = 8
const VOCABULARY = 40_000

export async function run({ quick, say }: BenchContext): Promise<Table> {
  const turns = quick ? 40_000 : 1_000_000
  const folder = mkdtempSync(join(tmpdir(), 'waarborg-bench-'))
  const db = await testDatabase()
  try {
    const ring = openKeyRing(folder)
    say(`filling ${turns} turns`)
    await withConnection(db.urls.super, (client) => fill(client, ring, turns))
    const [size] = await db.ownerQuery<{ rows: string; bytes: string }>(
      `select count(*)::text as rows, (pg_total_relation_size('search_token') + pg_total_relation_size('search_document'))::text as bytes from search_token`,
    )
    const scope = { tenant: 'kade', clients: '*', actor: { kind: 'person', id: 'p' } } as const
    const find = (words: string) =>
      db.database.inTx(scope, (tx) =>
        searchConversations(
          tx,
          ring,
          { words },
          { id: 'bench', roles: ['ethics_officer'] },
          { now: new Date('2026-11-25T12:00:00Z'), ids: randomIds },
        ),
      )
    const rows: (string | number)[][] = []
    let worst = 0
    for (const [name, words] of asked) {
      const times: number[] = []
      let total: number | null = 0
      for (let i = 0; i < 15; i++) {
        const begin = performance.now()
        total = (await find(words)).total
        times.push(performance.now() - begin)
      }
      times.sort((a, b) => a - b)
      const p95 = times[Math.floor(times.length * 0.95) - 1]!
      worst = Math.max(worst, p95)
      rows.push([name, total ?? '–', times[7]!.toFixed(1), p95.toFixed(1)])
      say(`${name}: ${total} conversations, ${times[7]!.toFixed(1)} ms`)
    }
    const write = await writing(db.database, ring)
    rows.push(['written with a turn of 30 words', '–', write.median.toFixed(2), write.p95.toFixed(2)])
    const perTurn = Math.round(Number(size!.bytes) / turns)
    return {
      title: 'Search in what was said',
      about: `${turns.toLocaleString('en')} turns of ${WORDS_EACH} words that are not small words, in ${(turns / TURNS_EACH).toLocaleString('en')} conversations; ${VOCABULARY.toLocaleString('en')} different words, drawn by rank (the most used one stands in about half of the turns). ${Number(size!.rows).toLocaleString('en')} tokens take ${perTurn} bytes per turn with their indexes. Turns themselves are not stored, so no piece of a turn is opened: up to 20 short decryptions and as many entries come on top. Milliseconds; a search includes the number of all that was found.`,
      columns: ['Search', 'Conversations found', 'Median', '95 %'],
      rows,
      goals: [
        {
          goal: 'words and phrases over 1,000,000 turns within 300 ms',
          found: `slowest 95 %: ${worst.toFixed(0)} ms over ${turns.toLocaleString('en')} turns`,
          met: !quick && worst <= 300,
        },
      ],
    }
  } finally {
    await db.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Words of the vocabulary by rank: `w1x` is the most used. */
const word = (rank: number) => `w${rank}x`
const asked: readonly (readonly [string, string])[] = [
  ['a rare word', word(30_011)],
  ['an ordinary word', word(900)],
  ['a frequent word', word(20)],
  ['the most frequent word', word(1)],
  ['two ordinary words', `${word(300)} ${word(410)}`],
  ['a frequent and a rare word', `${word(2)} ${word(20_017)}`],
  ['three frequent words', `${word(3)} ${word(5)} ${word(9)}`],
  ['a phrase of ordinary words', `"${word(120)} ${word(95)}"`],
  ['a phrase of frequent words', `"${word(4)} ${word(7)}"`],
  ['a phrase of the two most frequent words', `"${word(1)} ${word(2)}"`],
]

async function fill(
  client: { query(text: string, values?: unknown[]): Promise<unknown> },
  ring: KeyRing,
  turns: number,
): Promise<void> {
  const conversations = turns / TURNS_EACH
  const tokens = tokensOf(ring, 'kade')
  const stem = (rank: number) => tokens.of(word(rank))
  await client.query(`insert into tenant values ('kade', 'De Kade', now())`)
  await client.query(`insert into client values ('kade', 'energie', 'Energie', '{}', now())`)
  await client.query(
    `insert into data_subject (tenant_id, client_id, subject_id, kind, created_at) select 'kade', 'energie', 's' || n, 'anonymous', now() from generate_series(1, $1::int) n`,
    [conversations],
  )
  await client.query(
    `insert into conversation (tenant_id, client_id, conversation_id, subject_id, purpose_id, channel, language, source, started_at, updated_at, turn_count)
     select 'kade', 'energie', gen_random_uuid()::text, 's' || n, 'service', 'chat', 'nl', 'gateway', now() - ($1::int - n) * interval '1 minute', now(), ${TURNS_EACH} from generate_series(1, $1::int) n`,
    [conversations],
  )
  await client.query(
    'insert into search_document (tenant_id, client_id, conversation_id) select tenant_id, client_id, conversation_id from conversation order by started_at',
  )
  // A table that is filled at once gets its indexes afterwards: the same table, sooner.
  await client.query('create table vocabulary (rank int primary key, token bigint)')
  await client.query('insert into vocabulary select * from unnest($1::int[], $2::bigint[])', [
    Array.from({ length: VOCABULARY }, (_, i) => i + 1),
    Array.from({ length: VOCABULARY }, (_, i) => stem(i + 1)),
  ])
  await client.query(
    `alter table search_token drop constraint search_token_pkey, drop constraint search_token_tenant_id_document_fkey`,
  )
  await client.query('drop index search_token_document')
  await client.query('select setseed(0.5)')
  await client.query(`set work_mem = '256MB'`)
  await client.query(`set maintenance_work_mem = '512MB'`)
  await client.query(
    `insert into search_token select distinct on (document, seq, token) 'kade', 'energie', v.token, document, seq, int2send((place * 2)::int2)
     from (select d.document, s as seq, p as place, floor(exp(random() * ln(${VOCABULARY})))::int as rank
           from search_document d, generate_series(1, ${TURNS_EACH}) s, generate_series(0, ${WORDS_EACH - 1}) p) said join vocabulary v using (rank)
     order by document, seq, token`,
  )
  await client.query('alter table search_token add primary key (tenant_id, token, document, seq)')
  await client.query('create index search_token_document on search_token (tenant_id, document)')
  await client.query(
    'alter table search_token add foreign key (tenant_id, document) references search_document (tenant_id, document) on delete cascade',
  )
  await client.query('vacuum analyze')
}

/** What the index adds to the writing of one turn. */
async function writing(
  database: Parameters<typeof indexing>[0],
  ring: KeyRing,
): Promise<{ median: number; p95: number }> {
  const times: number[] = []
  for (let i = 0; i < 200; i++) times.push(await indexing(database, ring, i))
  times.sort((a, b) => a - b)
  return { median: times[100]!, p95: times[190]! }
}

async function indexing(
  database: Awaited<ReturnType<typeof testDatabase>>['database'],
  ring: KeyRing,
  round: number,
): Promise<number> {
  const said = Array.from({ length: 30 }, (_, i) => word(1 + ((i * 997 + round * 31) % VOCABULARY))).join(' ')
  return database.inTx({ tenant: 'kade', clients: '*', actor: { kind: 'job', id: 'bench' } }, async (tx) => {
    const { rows } = await tx.query<{ id: string }>(
      'select conversation_id as id from search_document limit 1 offset $1',
      [round],
    )
    const place = { tenant: 'kade', client: 'energie', conversation: rows[0]!.id, language: 'nl' }
    const begin = performance.now()
    await indexTurns(tx, ring, place, [{ seq: 100 + round, said }])
    return performance.now() - begin
  })
}
