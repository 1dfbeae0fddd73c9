/**
 * What the ledger costs a business transaction, how soon an entry is provable, and how fast a whole log is checked.
 * Writers run in two processes of their own, the integrator in this one, all on one private PostgreSQL with fsync.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  append,
  checkExport,
  type Integrator,
  openSigner,
  receipt,
  type Signer,
  startIntegrator,
  verifyLedger,
} from '../src/ledger/index.ts'
import { verifyTlogProof } from '../src/ledger/rules.ts'
import { testEvent } from '../src/ledger/testing.ts'
import { systemClock } from '../src/platform/clock.ts'
import type { Database } from '../src/platform/database.ts'
import { randomIds } from '../src/platform/ids.ts'
import { appRole, ensureDatabase, integratorRole, migrate, ownerRole } from '../src/platform/io/migrate.ts'
import { openPool, withConnection } from '../src/platform/io/pool.ts'
import { startServer } from '../src/platform/io/server.ts'
import { silentLog } from '../src/platform/log.ts'
import { type BenchContext, median, quantile, type Table } from './table.ts'

const origin = 'ledger.bench/centre'
const scope = { tenant: 'noord', clients: '*', actor: { kind: 'system', id: 'bot' } } as const
const everywhere = { tenant: '*', clients: '*', actor: { kind: 'job', id: 'bench' } } as const
const databaseName = 'bench'

type Urls = { readonly super: string; readonly owner: string; readonly app: string; readonly integrator: string }
type Mode = 'append' | 'insert'
type Written = { readonly count: number; readonly samples: readonly { readonly id: string; readonly at: number }[] }

/** About the size of a `call.completed`: half a kilobyte. */
const eventOf = (n: number) =>
  testEvent({
    // Not a call: its begin and end would have to fit for the verification below.
    type: 'disclosure.made',
    subject: randomIds.next(),
    refs: { conversation: randomIds.next(), call: randomIds.next(), system: 'klantassistent', version: '2026-11' },
    body: {
      turns: { from: 1, to: 2 },
      upstream: 'assistant',
      model: 'waarborg-retrieval',
      inputTokens: n % 900,
      outputTokens: 120,
      durationMs: 35,
      redacted: { name: 1, email: 1 },
    },
  })

export async function run({ quick, say }: BenchContext): Promise<Table> {
  const folder = mkdtempSync(join(tmpdir(), 'waarborg-bench-ledger-'))
  // A folder of its own directly below the temporary one: the server's account must be able to reach it.
  const serverFolder = mkdtempSync(join(tmpdir(), 'waarborg-bench-server-'))
  const server = await startServer(serverFolder)
  const url = (role: string) => server.url(role, databaseName)
  const urls: Urls = {
    super: url('postgres'),
    owner: url(ownerRole),
    app: url(appRole),
    integrator: url(integratorRole),
  }
  const signer = openSigner({ folder: join(folder, 'keys'), origin })
  const exportFolder = join(folder, 'ledger')
  const database = await prepare(server.url('postgres', 'postgres'), urls)
  const start = () =>
    startIntegrator({ database, signer, exportFolder, intervalMs: 100, clock: systemClock, log: silentLog })
  const rows: (string | number)[][] = []
  const goals: { goal: string; found: string; met: boolean }[] = []
  try {
    let integrator = start()
    for (const writers of [64, 8]) await measureWriters(writers)
    await integrator.settled()
    await measureReading(integrator)
    await integrator.stop()
    await measureStart()
    return {
      title: 'Ledger',
      about:
        'One business transaction (a scope, a row, and either one plain audit row of the same bytes or one `append`; begin and commit) by 64 and by 8 writers in two processes, the integrator in a third, all on the same machine and one private PostgreSQL with fsync on. Ratio: transactions per second with append ÷ with the plain insert, in pairs of runs that alternate which comes first. Provable: from commit to a committed, signed head that covers the entry (interval 100 ms). Verification reads every row, hashes, rebuilds the tree and compares tiles, columns, signed heads and completeness, in one process; its memory grows with conversations, not with entries. Start compares a few tiles, so it does not grow with the log.',
      columns: ['What', 'Value', 'Unit'],
      rows,
      goals,
    }

    async function measureWriters(writers: number): Promise<void> {
      const pairs = quick ? 3 : 5
      const ms = quick ? 800 : 4_000
      const ratios: number[] = []
      const per: Record<Mode, number[]> = { append: [], insert: [] }
      const latencies: number[] = []
      const children = [0, 1].map(() => startWriter(urls, writers / 2))
      try {
        await writeAll(children, 'append', 300)
        for (let pair = 0; pair < pairs; pair++) {
          const found: Partial<Record<Mode, number>> = {}
          for (const mode of pair % 2 === 0 ? (['insert', 'append'] as const) : (['append', 'insert'] as const)) {
            const written = await writeAll(children, mode, ms)
            found[mode] = (written.count / ms) * 1_000
            per[mode].push(found[mode])
            if (mode === 'append') {
              await integrator.settled()
              latencies.push(...(await provableAfter(database, written)))
            }
          }
          ratios.push(found.append! / found.insert!)
          say(
            `${writers} writers: insert ${found.insert!.toFixed(0)}/s, append ${found.append!.toFixed(0)}/s, ratio ${ratios.at(-1)!.toFixed(2)}`,
          )
        }
      } finally {
        for (const child of children) child.kill()
      }
      const ratio = median(ratios)
      rows.push(
        [`${writers} writers: transactions with a plain insert`, Math.round(median(per.insert)), 'per s'],
        [`${writers} writers: transactions with append`, Math.round(median(per.append)), 'per s'],
        [
          `${writers} writers: ratio, median of ${pairs} (all: ${ratios.map((one) => one.toFixed(2)).join(', ')})`,
          ratio.toFixed(2),
          '',
        ],
        [
          `${writers} writers: provable after, p50 / p99`,
          `${quantile(latencies, 0.5).toFixed(0)} / ${quantile(latencies, 0.99).toFixed(0)}`,
          'ms',
        ],
      )
      const floor = writers === 64 ? 0.65 : 0.7
      goals.push({
        goal: `${writers} writers: append at least ${floor} of a plain insert`,
        found: ratio.toFixed(2),
        met: ratio >= floor,
      })
      if (writers === 64)
        goals.push({
          goal: 'provable within 500 ms at p99',
          found: `${quantile(latencies, 0.99).toFixed(0)} ms of ${latencies.length}`,
          met: quantile(latencies, 0.99) <= 500,
        })
    }

    async function measureReading(running: Integrator): Promise<void> {
      const total = quick ? 60_000 : 1_000_000
      const backlog = total - running.status().size
      say(`filling up to ${total} entries`)
      await running.stop()
      for (let first = 0; first < backlog; first += 100_000) await fillPending(urls, Math.min(100_000, backlog - first))
      const drainStart = performance.now()
      integrator = start()
      await untilSize(integrator, total)
      const drained = (backlog / (performance.now() - drainStart)) * 1_000
      rows.push([`numbering a backlog of ${backlog} entries`, Math.round(drained), 'per s'])
      const exportStart = performance.now()
      await integrator.settled()
      rows.push([`export of what was left after that`, ((performance.now() - exportStart) / 1_000).toFixed(1), 's'])
      const rates: { wall: number; cpu: number }[] = []
      for (let i = 0; i < (quick ? 2 : 3); i++) {
        const started = performance.now()
        const cpu = process.cpuUsage()
        const found = await verifyLedger({ database, trust: signer.trust, allowOpen: true })
        const used = process.cpuUsage(cpu)
        if (!found.ok) throw new Error(`the ledger does not verify: ${JSON.stringify(found.problems.slice(0, 3))}`)
        rates.push({
          wall: (found.entries / (performance.now() - started)) * 1_000,
          cpu: (found.entries / (used.user + used.system)) * 1e6,
        })
        say(`verify: ${rates.at(-1)!.wall.toFixed(0)}/s`)
      }
      const rate = Math.max(...rates.map(({ wall }) => wall))
      rows.push(
        [`verification of ${total} entries, best of ${rates.length}`, Math.round(rate), 'entries per s'],
        ['… per second of one processor', Math.round(Math.max(...rates.map(({ cpu }) => cpu))), 'entries per s'],
      )
      goals.push({
        goal: 'verification at least 50,000 entries/s',
        found: Math.round(rate).toLocaleString('en'),
        met: rate >= 50_000,
      })
      await measureReceipts(database, signer, rows)
    }

    async function measureStart(): Promise<void> {
      const started = performance.now()
      const check = await checkExport({ database, exportFolder, trust: signer.trust })
      const again = start()
      await again.settled()
      const seconds = (performance.now() - started) / 1_000
      await again.stop()
      rows.push([`start with ${check.size} entries: check of the export and first round`, seconds.toFixed(2), 's'])
      goals.push({
        goal: `start with ${check.size.toLocaleString('en')} entries within 10 s`,
        found: `${seconds.toFixed(2)} s`,
        met: seconds <= 10,
      })
    }
  } finally {
    await database.close()
    await server.stop()
    for (const path of [folder, serverFolder]) rmSync(path, { recursive: true, force: true })
  }
}

async function prepare(superUrl: string, urls: Urls): Promise<Database> {
  await ensureDatabase(superUrl, databaseName)
  await migrate(urls.owner)
  await withConnection(urls.super, async (client) => {
    for (const table of ['bench_business', 'bench_audit']) {
      await client.query(
        `create table ${table} (tenant_id text not null, id uuid not null, client_id text, type text, at timestamptz, payload bytea not null, primary key (tenant_id, id))`,
      )
      await client.query(`grant select, insert on ${table} to ${appRole}`)
    }
  })
  return openPool({ app: urls.app, integrator: urls.integrator })
}

/** Rows as `append` would have made them, by the server itself: only to have a long log without waiting for it. */
async function fillPending({ super: url }: Urls, count: number): Promise<void> {
  await withConnection(url, (client) =>
    client.query(
      `insert into ledger_pending (tenant_id, client_id, id, type, subject_id, conversation_id, call_id, system_id, at, payload, leaf_hash)
       select 'noord', 'energie', id, 'disclosure.made', 'p' || id, 'c' || n / 8, 'k' || n, 'bot', '2026-11-25T10:00:00Z', payload, sha256('\\x00'::bytea || payload)
       from (select n, id, convert_to(format('{"actor":{"id":"bot","kind":"system"},"at":"2026-11-25T10:00:00.000Z","body":{"channel":"chat","language":"nl","source":"injected","text":"%s","textVersion":"2026-11"},"client":"energie","id":"%s","refs":{"call":"k%s","conversation":"c%s","system":"bot"},"subject":"p%s","tenant":"noord","type":"disclosure.made","v":1}', repeat('x', 150), id, n, n / 8, id), 'UTF8') as payload
             from (select n, gen_random_uuid() as id from generate_series(1, $1) n) ids) rows`,
      [count],
    ),
  )
}

async function untilSize(integrator: Integrator, size: number): Promise<void> {
  while (integrator.status().size < size) await new Promise((resolve) => setTimeout(resolve, 20))
}

/** Milliseconds from the commit of sampled entries to the first signed head that covers them. */
async function provableAfter(database: Database, { samples }: Written): Promise<number[]> {
  return database.inTx(everywhere, async (tx) => {
    const { rows } = await tx.query<{ id: string; signed: Date }>(
      `select e.id, c.signed_at as signed from ledger_entry e
       cross join lateral (select signed_at from ledger_checkpoint where size > e.idx order by size limit 1) c where e.id = any ($1::uuid[])`,
      [samples.map(({ id }) => id)],
    )
    const signed = new Map(rows.map((row) => [row.id, row.signed.getTime()]))
    return samples.map(({ id, at }) => Math.max(0, (signed.get(id) ?? Number.POSITIVE_INFINITY) - at))
  })
}

/** Receipts made and checked, the latter with the portable code that a browser runs. */
async function measureReceipts(database: Database, signer: Signer, rows: (string | number)[][]): Promise<void> {
  const { rows: ids } = await database.inTx(scope, (tx) =>
    tx.query<{ id: string }>('select id from ledger_entry order by idx desc limit 300'),
  )
  const started = performance.now()
  const receipts = await database.inTx(scope, async (tx) => {
    const made = []
    for (const { id } of ids) made.push((await receipt(tx, id))!)
    return made
  })
  rows.push([
    'receipts made, one after another',
    Math.round((receipts.length / (performance.now() - started)) * 1_000),
    'per s',
  ])
  const checking = performance.now()
  for (const { proof, entry } of receipts) await verifyTlogProof(proof, entry, signer.trust)
  rows.push([
    `receipts checked with the code of the browser (${receipts[0]!.proof.length} bytes each)`,
    Math.round((receipts.length / (performance.now() - checking)) * 1_000),
    'per s',
  ])
}

// -- writers in processes of their own ------------------------------------------------------------------------------

function startWriter(urls: Urls, writers: number): ChildProcess {
  return spawn(process.execPath, [import.meta.filename], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, BENCH_LEDGER_WRITER: JSON.stringify({ urls, writers }) },
  })
}

async function writeAll(children: readonly ChildProcess[], mode: Mode, ms: number): Promise<Written> {
  const parts = await Promise.all(
    children.map(
      (child) =>
        new Promise<Written>((resolve, reject) => {
          const ended = () => reject(new Error('a writer ended'))
          child.once('exit', ended)
          child.once('message', (message) => {
            child.off('exit', ended)
            resolve(message as Written)
          })
          child.send({ mode, ms })
        }),
    ),
  )
  return { count: parts.reduce((sum, part) => sum + part.count, 0), samples: parts.flatMap((part) => part.samples) }
}

/** `count` transactions in `ms`; every tenth entry is a sample for the latency. */
async function writeFor(database: Database, writers: number, mode: Mode, ms: number): Promise<Written> {
  let count = 0
  const samples: { id: string; at: number }[] = []
  const until = performance.now() + ms
  const writer = async () => {
    while (performance.now() < until) {
      const event = eventOf(count)
      await database.inTx(scope, async (tx) => {
        const values = ['noord', event.id, 'energie', event.type, event.at]
        await tx.query(
          'insert into bench_business (tenant_id, id, client_id, type, at, payload) values ($1, $2, $3, $4, $5, $6)',
          [...values, Buffer.alloc(200)],
        )
        if (mode === 'append') await append(tx, event)
        else
          await tx.query(
            'insert into bench_audit (tenant_id, id, client_id, type, at, payload) values ($1, $2, $3, $4, $5, $6)',
            [...values, Buffer.from(JSON.stringify(event))],
          )
      })
      if (count++ % 10 === 0) samples.push({ id: event.id, at: Date.now() })
    }
  }
  await Promise.all(Array.from({ length: writers }, writer))
  return { count, samples: mode === 'append' ? samples : [] }
}

if (import.meta.main && process.env.BENCH_LEDGER_WRITER !== undefined) {
  const { urls, writers } = JSON.parse(process.env.BENCH_LEDGER_WRITER) as { urls: Urls; writers: number }
  const database = openPool({ app: urls.app, integrator: urls.integrator }, { maxConnections: writers })
  process.on('message', (message) => {
    const { mode, ms } = message as { mode: Mode; ms: number }
    void writeFor(database, writers, mode, ms).then((written) => process.send!(written))
  })
  process.on('disconnect', () => process.exit(0))
}
