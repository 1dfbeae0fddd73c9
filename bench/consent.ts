/**
 * `npm run bench -- consent`: what the consent check of a call costs. The rule alone, with the answers of a million subjects in
 * memory; and the read of one subject's answers from a database that holds a million, as the serving role under row-level
 * security. The two are separate figures: a call pays both.
 */
import { performance } from 'node:perf_hooks'
import type { Tx } from '../src/platform/database.ts'
import { type TestDatabase, testDatabase } from '../src/platform/testing.ts'
import { anyone, type ConsentEvent, decideUse, type Person, type Purpose } from '../src/privacy/rules.ts'
import { loadConsentEvents } from '../src/privacy/store.ts'
import { type BenchContext, median, quantile, type Table } from './table.ts'

const now = new Date('2026-11-25T12:00:00.000Z')
const words = { nl: 'advies', en: 'advice' }
const purpose: Purpose = {
  id: 'advies',
  client: 'een',
  name: words,
  basis: 'consent',
  dataKinds: words,
  retentionDays: 30,
  objectable: false,
}
const wording = { version: '1', language: 'nl', channel: 'chat' }
const guarded: Person = {
  circumstance: 'minor',
  representatives: [{ id: 'g', kind: 'guardian', relation: 'parent', purposes: null, validUntil: null, ended: false }],
}

function answers(subject: number, count: number): ConsentEvent[] {
  return Array.from({ length: count }, (_, n) => ({
    id: `${subject}-${n}`,
    subject: String(subject),
    purpose: 'advies',
    system: null,
    state: n % 2 === 0 ? ('given' as const) : ('withdrawn' as const),
    at: '2026-11-01T00:00:00.000Z',
    wording,
    // Of a child only a guardian's yes counts, of anyone else only their own where nobody may speak for them.
    by: subject % 2 === 0 ? ('representative' as const) : ('customer' as const),
  }))
}

const scope = { tenant: 'kade', clients: ['een'], actor: { kind: 'system', id: 'bench' } } as const
const about = (n: number) => ({ client: 'een', subject: `s-${n}`, purpose: 'advies', conversation: null })

/** Subjects with 1 to 5 answers each, written by the database itself. */
async function fill(db: TestDatabase, subjects: number): Promise<void> {
  await db.ownerQuery(`
    set session_replication_role = replica;
    insert into tenant values ('kade', 'De Kade', now());
    insert into client values ('kade', 'een', 'Een', '{}', now());
    insert into data_subject (tenant_id, client_id, subject_id, kind, created_at)
      select 'kade', 'een', 's-' || n, 'known', now() from generate_series(1, ${subjects}) n;
    insert into consent_event (tenant_id, client_id, event_id, subject_id, purpose_id, state, at, by_whom, wording)
      select 'kade', 'een', n || '-' || k, 's-' || n, 'advies', case when k % 2 = 1 then 'given' else 'withdrawn' end,
        timestamptz '2026-11-01' + k * interval '1 hour', 'customer', '{"version":"1","language":"nl","channel":"chat"}'
      from generate_series(1, ${subjects}) n cross join lateral generate_series(1, 1 + n % 5) k;
    analyze data_subject; analyze consent_event`)
}

/** Pages of the database that the read of one subject's answers looks at. */
async function pagesOf(tx: Tx, n: number): Promise<number> {
  let pages = 0
  const explaining = {
    ...tx,
    scope: tx.scope,
    query: async (sql: string, values: readonly unknown[]) => {
      const { rows } = await tx.query<{ 'QUERY PLAN': [{ Plan: Record<string, number> }] }>(
        `explain (analyze, buffers, format json) ${sql}`,
        values,
      )
      const { Plan: plan } = rows[0]!['QUERY PLAN'][0]
      pages = (plan['Shared Hit Blocks'] ?? 0) + (plan['Shared Read Blocks'] ?? 0)
      return { rows: [], rowCount: 0 }
    },
  } as unknown as Tx
  await loadConsentEvents(explaining, about(n))
  return pages
}

/** Rows of the table for one size: the statement within a transaction, and a transaction of its own. */
async function reading(subjects: number, reads: number, say: (line: string) => void): Promise<(string | number)[][]> {
  const db = await testDatabase()
  try {
    say(`writing the answers of ${subjects} subjects`)
    await fill(db, subjects)
    const some = Array.from({ length: reads }, (_, n) => 1 + ((n * 7_919) % subjects))
    const timed = async (work: (n: number) => Promise<unknown>): Promise<number[]> => {
      const times: number[] = []
      for (const n of some) {
        const began = performance.now()
        await work(n)
        times.push((performance.now() - began) * 1_000)
      }
      return times
    }
    const statement = await db.database.inTx(
      scope,
      async (tx) => {
        await timed((n) => loadConsentEvents(tx, about(n)))
        return timed((n) => loadConsentEvents(tx, about(n)))
      },
      { readOnly: true },
    )
    const whole = await timed((n) =>
      db.database.inTx(
        scope,
        async (tx) => decideUse(purpose, 'bot', await loadConsentEvents(tx, about(n)), now, anyone),
        { readOnly: true },
      ),
    )
    const pages = await db.database.inTx(scope, async (tx) => {
      const counts: number[] = []
      for (const n of some.slice(0, 20)) counts.push(await pagesOf(tx, n))
      return Math.max(...counts)
    })
    const row = (what: string, times: readonly number[]) => [
      what,
      subjects.toLocaleString('en'),
      median(times).toFixed(0),
      quantile(times, 0.95).toFixed(0),
      pages,
      '–',
    ]
    return [
      row('database: the statement, in a transaction that is open', statement),
      row('database: a transaction of its own, with the decision', whole),
    ]
  } finally {
    await db.close()
  }
}

export async function run({ quick, say }: BenchContext): Promise<Table> {
  const subjects = quick ? 50_000 : 1_000_000
  const state = new Map<number, ConsentEvent[]>()
  for (let n = 0; n < subjects; n++) state.set(n, answers(n, 1 + (n % 5)))
  say(`${subjects} subjects in memory`)
  const checks = quick ? 50_000 : 200_000
  const rows: (string | number)[][] = []
  const measure = (name: string, events: (n: number) => readonly ConsentEvent[], person: Person): number => {
    let allowed = 0
    const rounds = Array.from({ length: 5 }, () => {
      const began = performance.now()
      for (let n = 0; n < checks; n++)
        if (decideUse(purpose, 'bot', events(n), now, person).use === 'allowed') allowed++
      return ((performance.now() - began) * 1_000) / checks
    })
    const microseconds = median(rounds)
    rows.push([
      `local: ${name}`,
      subjects.toLocaleString('en'),
      microseconds.toFixed(2),
      '–',
      '–',
      allowed > 0 ? 'some' : 'none',
    ])
    return microseconds
  }
  // A stride that visits subjects far apart, so that no cache helps more than it would in a day.
  const any = (n: number) => state.get((n * 7_919) % subjects) ?? []
  const ordinary = measure('one of all subjects, 1 to 5 answers', any, anyone)
  const child = measure('the same, of a child with a guardian on record', any, guarded)
  const long = answers(1, 200)
  measure('a subject with 200 answers', () => long, anyone)
  state.clear()
  const reads = quick ? 200 : 1_000
  const sizes = quick ? [1_000, 20_000] : [10_000, 1_000_000]
  const read: (string | number)[][][] = []
  for (const size of sizes) read.push(await reading(size, reads, say))
  rows.push(...read.flat())
  const [few, many] = read.map(([statement]) => Number(statement![4])) as [number, number]
  return {
    title: 'The consent check',
    about:
      'Two figures, since a call pays both. **local**: the rule (`decideUse`) over answers that are in memory, the median of five ' +
      `rounds of ${checks.toLocaleString('en')} decisions. **database**: reading one subject's answers (1 to 5) where everybody's are stored, over ` +
      `the embedded server's socket, as the serving role under row-level security, ${reads.toLocaleString('en')} subjects far apart, after one round to warm up. A call ` +
      'loads its answers in the one statement that loads all its facts, so what a transaction costs is not paid again for consent. ' +
      'Cost grows with the answers of one subject about one purpose, not with the number of subjects; pages say so without a clock.',
    columns: ['What', 'Subjects', 'µs, median', 'µs, 95 %', 'Pages read', 'Allowed'],
    rows,
    goals: [
      {
        goal: `local: a decision in at most 50 µs at ${subjects.toLocaleString('en')} subjects`,
        found: `${Math.max(ordinary, child).toFixed(2)} µs`,
        met: Math.max(ordinary, child) <= 50,
      },
      {
        goal: 'database: a hundred times the subjects read at most four pages more',
        found: `${few} and ${many} pages`,
        met: many - few <= 4,
      },
    ],
  }
}
