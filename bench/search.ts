/**
 * `npm run bench -- search`: words and phrases over a hundred thousand to a million turns. The index is filled by the database
 * itself, with words drawn by rank, so that a few stand in very many turns; finding runs through the code of the route, as the
 * role that serves requests, under row-level security. Beside the time stands what does not depend on the machine: how many rows
 * the statements looked at, and in how many blocks of 8 kB.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { z } from 'zod'
import type { Scope, Tx } from '../src/platform/database.ts'
import { randomIds } from '../src/platform/ids.ts'
import { withConnection } from '../src/platform/io/pool.ts'
import { type TestDatabase, testDatabase } from '../src/platform/testing.ts'
import type { searchRequest } from '../src/records/contract.ts'
import { openConversation, recordTurns } from '../src/records/index.ts'
import { searchConversations } from '../src/records/io/conversation-search.ts'
import { turnPlace } from '../src/records/io/conversations.ts'
import { tokensOf } from '../src/records/search/io/tokens.ts'
import { type KeyRing, openKeyRing, sealJson, subjectKey } from '../src/vault/index.ts'
import { type BenchContext, median, quantile, type Table } from './table.ts'

const TURNS_EACH = 8
const WORDS_EACH = 8
const VOCABULARY = 40_000
const CUSTOMERS = 5_000
const CLIENTS = ['energie', 'water', 'klein', ...Array.from({ length: 17 }, (_, i) => `klant-${i + 1}`)]

type Request = z.input<typeof searchRequest>
type Asked = { readonly name: string; readonly request: Request; readonly clients?: readonly string[] }

/** Words of the vocabulary by rank: `w1x` is the most used. */
const word = (rank: number) => `w${rank}x`
/** Small words fit anywhere: these two can never stand so far apart in a turn of `WORDS_EACH` words. */
const apart = (first: number, second: number) => `"${word(first)} ${'de '.repeat(WORDS_EACH)}${word(second)}"`
const [LEFT, RIGHT] = [7, 8]

const asked: readonly Asked[] = [
  { name: 'a rare word', request: { words: word(30_011) } },
  { name: 'an ordinary word', request: { words: word(900) } },
  { name: 'a frequent word', request: { words: word(20) } },
  { name: 'the most frequent word', request: { words: word(1) } },
  { name: 'two ordinary words', request: { words: `${word(300)} ${word(410)}` } },
  { name: 'a frequent and a rare word', request: { words: `${word(2)} ${word(20_017)}` } },
  { name: 'three frequent words', request: { words: `${word(3)} ${word(5)} ${word(9)}` } },
  {
    name: 'twelve of the most frequent words',
    request: { words: [1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13].map(word).join(' ') },
  },
  { name: 'a phrase of ordinary words', request: { words: `"${word(120)} ${word(95)}"` } },
  { name: 'a phrase of frequent words', request: { words: `"${word(4)} ${word(6)}"` } },
  { name: 'a phrase of the two most frequent words', request: { words: `"${word(1)} ${word(2)}"` } },
  { name: 'a phrase of three frequent words', request: { words: `"${word(1)} ${word(2)} ${word(3)}"` } },
  { name: 'a word nobody said', request: { words: 'nergens' } },
  { name: 'two frequent words never said together', request: { words: `${word(LEFT)} ${word(RIGHT)}` } },
  { name: 'two frequent words never in a phrase', request: { words: apart(2, 3) } },
  { name: 'most frequent word, small client', request: { words: word(1), client: 'klein' } },
  { name: 'most frequent word, reader of a small client', request: { words: word(1) }, clients: ['klein'] },
  { name: 'most frequent word, rare language', request: { words: word(1), language: 'pl' } },
  { name: 'most frequent word, other channel', request: { words: word(1), channel: 'voice' } },
  {
    name: 'frequent word, one day',
    request: { words: word(20), from: '2026-10-20T00:00:00Z', until: '2026-10-21T00:00:00Z' },
  },
  { name: 'most frequent word, with refused calls', request: { words: word(1), refused: 'with' } },
  { name: 'most frequent word, without refused calls', request: { words: word(1), refused: 'without' } },
  {
    name: 'frequent phrase, language, channel, client',
    request: { words: `"${word(1)} ${word(2)}"`, language: 'en', channel: 'voice', client: 'energie' },
  },
  { name: 'with pieces: a frequent word', request: { words: word(20), pieces: { reason: 'quality_check' } } },
  {
    name: 'with pieces: a frequent phrase',
    request: { words: `"${word(1)} ${word(2)}"`, pieces: { reason: 'complaint' } },
  },
]

type Measured = {
  readonly found: string
  readonly times: number[]
  /** Processor time of one search in ms, of the database and of this process; undefined where the system does not tell. */
  readonly cpuMs: number | undefined
  readonly cost: Cost | undefined
}

export async function run({ quick, say }: BenchContext): Promise<Table> {
  const sizes = quick ? [20_000, 40_000] : [100_000, 300_000, 1_000_000]
  const runs = quick ? 10 : 40
  const measured = new Map<string, Measured[]>()
  let bytes = 0
  let write: Writing | undefined
  let load: readonly number[] = []
  for (const turns of sizes) {
    const folder = mkdtempSync(join(tmpdir(), 'waarborg-bench-'))
    const db = await testDatabase()
    try {
      const ring = openKeyRing(folder)
      say(`filling ${turns} turns`)
      await withConnection(db.urls.super, (client) => fill(client, ring, turns))
      bytes = await sizeOf(db, turns)
      const began = loadavg()[0]!
      for (const one of asked) {
        const result = await measure(db, ring, one, runs)
        measured.set(one.name, [...(measured.get(one.name) ?? []), result])
        say(`${one.name}: ${result.found}, ${timeWords(result)} ms, ${costWords(result.cost)}`)
      }
      load = [began, loadavg()[0]!]
      write = await writing(db, ring, quick ? 60 : 300)
      say(`writing: ${write.ratio.toFixed(2)} times`)
    } finally {
      await db.close()
      rmSync(folder, { recursive: true, force: true })
    }
  }
  const worst = Math.max(...[...measured.values()].map((each) => p95(each.at(-1)!.times)))
  const busiest = Math.max(...[...measured.values()].map((each) => each.at(-1)!.cpuMs ?? 0))
  const largest = sizes.at(-1)!
  const short = (n: number) => (n >= 1_000_000 ? `${n / 1_000_000}M` : `${n / 1_000}k`)
  return {
    title: 'Search in what was said',
    about: `${sizes.map((n) => n.toLocaleString('en')).join(', ')} turns of ${WORDS_EACH} words that are not small words, ${TURNS_EACH} turns to a conversation; ${VOCABULARY.toLocaleString('en')} different words, drawn by rank (the most used one stands in nearly every conversation); twenty clients, of which one with 70%, one with 26% and one with 2% of them. The index takes ${bytes} bytes per turn. Asked through the code of the route, as the role that serves requests, under row-level security; each search counts what it found (up to 1,000) and gives the newest ten.

Per number of turns: median and 95th percentile of ${runs} runs in milliseconds and processor time of one (database and application together; what a machine that does other work as well needs longer for is not in it), then rows looked at and blocks of 8 kB touched by all statements of one search (EXPLAIN ANALYZE, the same role). With pieces: ten turns decrypted, with the reason and the look of each on record, in the same transaction; statements that write are not explained. On average ${load.map((n) => n.toFixed(1)).join(' at the beginning and ')} processes wanted one of the ${cpus().length} processors while the largest was measured${load.some((n) => n > cpus().length) ? ': times are those of a busy machine' : ''}.

What leads a search is its sparsest word or filter, from the newest conversation on, and it ends at the thousand and first. So cost goes with what that list holds or with how soon a thousand are found, not with how often the other words were said. A search that reads 400,000 conversations of all its lists together without being done stops, says up to when it looked, and goes on from there when asked; none of these did.

A turn of thirty different words, recorded through the code of the route with its index rows, takes ${write!.ratio.toFixed(2)} times what a turn of thirty small words takes, which has none (medians of ${write!.runs} turns each, taken in turn: ${write!.withMs.toFixed(2)} and ${write!.withoutMs.toFixed(2)} ms).`,
    columns: ['Search', `Found in ${short(largest)}`, ...sizes.flatMap((n) => [`${short(n)}: ms`, 'rows; blocks'])],
    rows: [...measured].map(([name, each]) => [
      name,
      each.at(-1)!.found,
      ...each.flatMap((one) => [timeWords(one), costWords(one.cost)]),
    ]),
    goals: [
      {
        goal: 'words and phrases over 1,000,000 turns within 300 ms',
        found: `slowest 95th percentile: ${worst.toFixed(0)} ms over ${largest.toLocaleString('en')} turns; most processor time ${busiest.toFixed(0)} ms`,
        met: !quick && worst <= 300,
      },
    ],
  }
}

const p95 = (times: readonly number[]) => quantile(times, 0.95)
const timeWords = ({ times, cpuMs }: Measured) =>
  `${median(times).toFixed(0)}, ${p95(times).toFixed(0)}, ${cpuMs?.toFixed(0) ?? '–'}`
const costWords = (cost: Cost | undefined) =>
  cost === undefined ? '–' : `${cost.rows.toLocaleString('en')}; ${cost.blocks.toLocaleString('en')}`

async function sizeOf(db: TestDatabase, turns: number): Promise<number> {
  const [row] = await db.ownerQuery<{ bytes: string }>(
    `select (pg_total_relation_size('search_token') + pg_total_relation_size('search_document'))::text as bytes`,
  )
  return Math.round(Number(row!.bytes) / turns)
}

// -- asking ---------------------------------------------------------------------------------------------------------

const now = new Date('2026-11-25T12:00:00Z')

async function measure(db: TestDatabase, ring: KeyRing, { request, clients }: Asked, runs: number): Promise<Measured> {
  const scope: Scope = { tenant: 'kade', clients: clients ?? '*', actor: { kind: 'person', id: 'p' } }
  const reader = { id: 'bench', roles: ['ethics_officer'] }
  let round = 0
  const find = (costs?: Cost) =>
    db.database.inTx(scope, (tx) =>
      // Half an hour further each time, so that each look needs its reason again.
      searchConversations(costs === undefined ? tx : counting(tx, costs), ring, request, reader, {
        now: new Date(now.getTime() + ++round * 1_860_000),
        ids: randomIds,
      }),
    )
  if (request.pieces !== undefined) await say(db, ring, scope, request)
  const list = await find()
  // One after the other, so over the one connection of the pool.
  const backend = await db.database.inTx(
    scope,
    async (tx) => (await tx.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]!.pid,
  )
  const before = cpuOf(backend)
  const times: number[] = []
  for (let i = 0; i < runs; i++) {
    const begin = performance.now()
    await find()
    times.push(performance.now() - begin)
  }
  const after = cpuOf(backend)
  const cpuMs = before === undefined || after === undefined ? undefined : (after - before) / runs
  const cost = request.pieces === undefined ? { rows: 0, blocks: 0 } : undefined
  if (cost !== undefined) await find(cost)
  const pieces = list.conversations.filter(({ piece }) => piece !== null).length
  const found = `${list.until === null ? '' : 'looked up to a date: '}${list.more ? 'more than ' : ''}${list.total?.toLocaleString('en')}`
  return { found: request.pieces === undefined ? found : `${found}; ${pieces} pieces`, times, cpuMs, cost }
}

/** Processor time of a process of the database and of this one, in ms; in steps of 10 on Linux, undefined elsewhere. */
function cpuOf(pid: number): number | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
    const { user, system } = process.cpuUsage()
    return (Number(fields[11]) + Number(fields[12])) * 10 + (user + system) / 1_000
  } catch {
    return undefined
  }
}

type Cost = { rows: number; blocks: number }

/** Explains each statement before it runs, and adds up what it looked at. */
function counting(tx: Tx, cost: Cost): Tx {
  return {
    scope: tx.scope,
    async query(sql, parameters) {
      const explained = await tx.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
        `explain (analyze, buffers, format json) ${sql}`,
        parameters,
      )
      const { Plan: plan } = explained.rows[0]!['QUERY PLAN'][0]
      cost.blocks += (plan['Shared Hit Blocks'] ?? 0) + (plan['Shared Read Blocks'] ?? 0)
      cost.rows += rowsOf(plan)
      return tx.query(sql, parameters)
    },
  }
}

type Plan = {
  readonly 'Node Type': string
  readonly 'Actual Rows': number
  readonly 'Actual Loops': number
  readonly 'Rows Removed by Filter'?: number
  readonly 'Shared Hit Blocks'?: number
  readonly 'Shared Read Blocks'?: number
  readonly 'Relation Name'?: string
  readonly Plans?: readonly Plan[]
}

function rowsOf(plan: Plan): number {
  const own =
    plan['Relation Name'] === undefined
      ? 0
      : (plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0)) * plan['Actual Loops']
  return Math.round(own + (plan.Plans ?? []).reduce((sum, one) => sum + rowsOf(one), 0))
}

/** The turns of the conversations on the page that is asked for, sealed, from what the index says was said. */
async function say(db: TestDatabase, ring: KeyRing, scope: Scope, request: Request): Promise<void> {
  const { pieces: _, ...plain } = request
  await db.database.inTx(scope, async (tx) => {
    const act = { now, ids: randomIds }
    const page = await searchConversations(tx, ring, plain, { id: 'bench', roles: ['ethics_officer'] }, act)
    for (const { id, client, subject } of page.conversations) {
      const key = await subjectKey(tx, ring, { tenant: 'kade', client, subject }, now)
      const { rows } = await tx.query<{ token: string; places: Buffer }>(
        `select token::text, places from search_token join search_document using (tenant_id, document) where conversation_id = $1`,
        [id],
      )
      const words = Array.from({ length: TURNS_EACH }, () => Array.from({ length: WORDS_EACH }, () => 'woord'))
      for (const { token, places } of rows)
        for (let at = 0; at < places.length; at += 3)
          words[places.readUInt8(at) - 1]![places.readUInt16BE(at + 1)] = wordsByToken(ring).get(token)!
      for (const [i, said] of words.entries())
        await tx.query(
          `insert into turn (tenant_id, client_id, conversation_id, seq, role, at, sealed) values ('kade', $1, $2, $3, 'customer', $4, $5) on conflict do nothing`,
          [client, id, i + 1, now, sealJson(key, turnPlace('kade', id, i + 1), { said: said.join(' ') })],
        )
    }
  })
}

const vocabularies = new WeakMap<KeyRing, Map<string, string>>()
function wordsByToken(ring: KeyRing): Map<string, string> {
  let words = vocabularies.get(ring)
  if (words === undefined) {
    const tokens = tokensOf(ring, 'kade')
    words = new Map(Array.from({ length: VOCABULARY }, (_, i) => [tokens.of(word(i + 1)), word(i + 1)]))
    vocabularies.set(ring, words)
  }
  return words
}

// -- filling --------------------------------------------------------------------------------------------------------

export async function fill(
  client: { query(text: string, values?: unknown[]): Promise<unknown> },
  ring: KeyRing,
  turns: number,
): Promise<void> {
  const conversations = turns / TURNS_EACH
  await client.query('select setseed(0.5)')
  await client.query(`set work_mem = '512MB'`)
  await client.query(`set maintenance_work_mem = '512MB'`)
  await client.query(`insert into tenant values ('kade', 'De Kade', now())`)
  await client.query(`insert into client select 'kade', id, id, '{}', now() from unnest($1::text[]) id`, [CLIENTS])
  await client.query(
    `insert into purpose (tenant_id, client_id, purpose_id, name, basis, data_kinds, retention_days, objectable, updated_at)
     values ('kade', 'energie', 'service', '{"nl":"x","en":"x"}', 'consent', '{"nl":"x","en":"x"}', 30, true, now())`,
  )
  await client.query(
    `insert into data_subject (tenant_id, client_id, subject_id, kind, created_at)
     select 'kade', c.id, c.id || '-' || n, 'anonymous', now() from unnest($2::text[]) c(id), generate_series(0, $1::int - 1) n`,
    [CUSTOMERS, CLIENTS],
  )
  // Over sixty days, whatever their number: a day, a client and a refusal are shares of the whole.
  await client.query(
    `insert into conversation (tenant_id, client_id, conversation_id, subject_id, purpose_id, channel, language, source, started_at, updated_at, turn_count)
     select 'kade', c, gen_random_uuid()::text, c || '-' || n % ${CUSTOMERS}, 'service', case when n % 8 = 3 then 'voice' else 'chat' end,
            case when n % 200 = 17 then 'pl' when n % 5 = 0 then 'en' else 'nl' end,
            'gateway', timestamptz '2026-09-26 12:00Z' + n * interval '60 days' / $1::int, now(), ${TURNS_EACH}
     from (select n, case when n % 50 = 0 then 'klein' when n % 50 = 1 then 'klant-' || 1 + n % 17 when n % 50 < 37 then 'energie' else 'water' end as c from generate_series(1, $1::int) n) n`,
    [conversations],
  )
  await client.query(
    `insert into ai_call (tenant_id, client_id, call_id, conversation_id, subject_id, state, started_at)
     select tenant_id, client_id, conversation_id || k, conversation_id, subject_id, case when k = 1 and random() < 0.02 then 'refused' else 'completed' end, started_at
     from conversation, generate_series(1, 2) k`,
  )
  await client.query(
    `insert into search_document (tenant_id, client_id, conversation_id, document, channel, language)
     select tenant_id, client_id, conversation_id, floor(extract(epoch from started_at) * 1000)::bigint * 2048 + floor(random() * 2048)::bigint, channel, language from conversation`,
  )
  await fillTokens(client, ring)
  await client.query('vacuum analyze')
}

async function fillTokens(
  client: { query(text: string, values?: unknown[]): Promise<unknown> },
  ring: KeyRing,
): Promise<void> {
  const tokens = tokensOf(ring, 'kade')
  await client.query('create table vocabulary (rank int primary key, token bigint)')
  await client.query('insert into vocabulary select * from unnest($1::int[], $2::bigint[])', [
    Array.from({ length: VOCABULARY }, (_, i) => i + 1),
    Array.from({ length: VOCABULARY }, (_, i) => tokens.of(word(i + 1))),
  ])
  // A table that is filled at once gets its indexes afterwards: the same table, sooner.
  await client.query(`alter table search_token drop constraint search_token_key, drop constraint search_token_of`)
  await client.query('drop index search_token_document')
  // Of two words with following ranks each conversation holds only one, so that they are never said together.
  await client.query(
    `insert into search_token (tenant_id, client_id, token, document, part, places, hint)
     select 'kade', client_id, v.token, document, 0, string_agg(substring(int4send(seq) from 4) || int2send(place::int2), '' order by seq, place),
            bit_or(1::bigint << ((seq * 11 + place) % 64))
     from (select d.client_id, d.document, s as seq, p as place, floor(exp(random() * ln(${VOCABULARY})))::int as drawn, d.document % 2 = 0 as even
           from search_document d, generate_series(1, ${TURNS_EACH}) s, generate_series(0, ${WORDS_EACH - 1}) p) said
     join vocabulary v on v.rank = case when drawn = ${LEFT} and even then ${RIGHT} when drawn = ${RIGHT} and not even then ${LEFT} else drawn end
     group by client_id, v.token, document order by document, v.token`,
  )
  await client.query(
    'alter table search_token add constraint search_token_key primary key (tenant_id, client_id, token, document, part) include (hint)',
  )
  await client.query('create index search_token_document on search_token (tenant_id, document)')
  await client.query(
    'alter table search_token add constraint search_token_of foreign key (tenant_id, document) references search_document (tenant_id, document) on delete cascade',
  )
}

// -- writing --------------------------------------------------------------------------------------------------------

type Writing = { readonly ratio: number; readonly withMs: number; readonly withoutMs: number; readonly runs: number }

const SMALL = ['de', 'het', 'een', 'en', 'of', 'maar', 'want', 'dus', 'als', 'dan']

/** A turn of thirty words to conversations of the moment, with and without words that go into the index, in turn. */
async function writing(db: TestDatabase, ring: KeyRing, runs: number): Promise<Writing> {
  const scope: Scope = { tenant: 'kade', clients: '*', actor: { kind: 'job', id: 'bench' } }
  const act = { now, ids: randomIds }
  const record = async (round: number, said: string) => {
    const wanted = { client: 'energie', system: null, conversation: `w-${round % 20}`, purpose: 'service' } as const
    const begin = performance.now()
    await db.database.inTx(scope, async (tx) => {
      const opened = await openConversation(tx, ring, wanted, act)
      await recordTurns(tx, ring, opened, [{ role: 'customer', said, at: now }], act)
    })
    return performance.now() - begin
  }
  const withWords: number[] = []
  const without: number[] = []
  for (let round = 0; round < runs; round++) {
    const words = Array.from({ length: 30 }, (_, i) =>
      word(1 + Math.floor(VOCABULARY ** (((i * 37 + round * 31) % 1_000) / 1_000))),
    )
    withWords.push(await record(round, words.join(' ')))
    without.push(await record(round, Array.from({ length: 30 }, (_, i) => SMALL[i % SMALL.length]!).join(' ')))
  }
  const [withMs, withoutMs] = [median(withWords), median(without)]
  return { ratio: withMs / withoutMs, withMs, withoutMs, runs }
}
