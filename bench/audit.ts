/** What an audit costs from file to report: time, peak memory, growth, and the bare counting of others in the same run. */
import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runAudit } from '../src/fairness/audit.ts'
import { auditFile } from '../src/fairness/io/audit-file.ts'
import { loadDuckDb } from '../src/fairness/io/duckdb.ts'
import { readAuditPlan } from '../src/fairness/plan.ts'
import { type Generator, generator } from '../src/statistics/index.ts'
import { type BenchContext, median, type Table } from './table.ts'

type Row = Table['rows'][number]
type Goal = NonNullable<Table['goals']>[number]
type Cost = { readonly ms: number; readonly cpuMs: number; readonly mib: number; readonly cells: number }

const counting = { label: 'y', prediction: 'yhat', sensitive: ['age', 'region', 'language'] }
const whole = { ...counting, score: 'score', bootstrap: { replicates: 2_000, seed: 1 } }
const columns = 'age,region,language,y,yhat'

const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`
const shown = ({ ms, cpuMs, mib }: Cost) => `${seconds(ms)} (processor ${seconds(cpuMs)}), ${Math.round(mib)} MiB`

export async function run({ quick, say }: BenchContext): Promise<Table> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-audit-'))
  const rows: Row[] = []
  const goals: Goal[] = []
  try {
    const million = makeCsv(join(folder, '1m.csv'), quick ? 100_000 : 1_000_000)
    say('file of 1 million rows made')
    compare(million, quick ? 1 : 5, rows, goals)
    say('1 million rows measured')
    growth(folder, quick ? [50_000, 100_000] : [1_000_000, 2_000_000, 4_000_000], rows)
    const large = makeCsv(join(folder, '10m.csv'), quick ? 200_000 : 10_000_000)
    say('file of 10 million rows made')
    tenMillion(large, rows, goals)
    await parquet(folder, large, rows, goals)
    say('10 million rows measured')
    await bootstrap(million, large, rows, goals)
    monitor(folder, quick ? 50_000 : 1_000_000, rows, goals)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  return {
    title: 'Audits, from file to report',
    about:
      'Invented decisions: 6 × 4 × 3 groups, label, prediction, a score of four decimals. Each audit runs in a process of its own, cold; wall-clock time, which on a busy machine says little, with processor time beside it, and the peak of the memory of the whole process. ' +
      'Everything: all metrics, intervals, tests and 2,000 replicates. Counting: cells and what follows from them, without score and replicates, which is what the others are asked to do as well. The fastest of the rounds, which are interleaved, for the machine is shared; memory is the most of them. The goals for time are held against processor time.',
    columns: ['What', 'Size', 'Result'],
    rows,
    goals,
  }
}

function makeCsv(path: string, rows: number): string {
  const random = generator(1)
  const pick = <T>(list: readonly T[], from: Generator) => list[Math.floor(from.uniform() * list.length)]!
  const ages = ['18-30', '31-45', '46-60', '61-75', '76+', 'unknown']
  const regions = ['north', 'east', 'south', 'west']
  const languages = ['nl', 'en', 'de']
  const file = openSync(path, 'w')
  let lines = 'id,age,region,language,amount,y,score,yhat\n'
  for (let i = 0; i < rows; i++) {
    const score = random.uniform()
    const y = random.uniform() < score ? 1 : 0
    lines += `${i},${pick(ages, random)},${pick(regions, random)},${pick(languages, random)},${Math.floor(random.uniform() * 5000)},${y},${score.toFixed(4)},${score >= 0.6 ? 1 : 0}\n`
    if (lines.length > 1 << 20) {
      writeSync(file, lines)
      lines = ''
    }
  }
  writeSync(file, lines)
  closeSync(file)
  return path
}

function ask<T>(program: string, args: readonly string[], input?: string): T {
  const { status, stdout, stderr } = spawnSync(program, args, {
    encoding: 'utf8',
    maxBuffer: 1 << 30,
    ...(input === undefined ? {} : { input }),
  })
  if (status !== 0) throw new Error(stderr.slice(-2_000))
  return JSON.parse(stdout) as T
}

const jsx = ['--import', './src/platform/jsx.mjs']
const audit = (path: string, plan: object, engine = 'own'): Cost =>
  ask(process.execPath, [...jsx, join(import.meta.dirname, 'audit/one.ts'), path, JSON.stringify(plan), engine])

const pythons = [process.env.PYTHON, 'python3', '/usr/bin/python3'].filter((name) => name !== undefined)
const withPandas = () =>
  pythons.find((name) => spawnSync(name, ['-c', 'import pandas'], { stdio: 'ignore' }).status === 0)

/** The round that was disturbed least. */
function fastest(costs: readonly Cost[]): Cost {
  return {
    ms: Math.min(...costs.map(({ ms }) => ms)),
    cpuMs: Math.min(...costs.map(({ cpuMs }) => cpuMs)),
    mib: Math.max(...costs.map(({ mib }) => mib)),
    cells: costs[0]!.cells,
  }
}

function compare(path: string, rounds: number, rows: Row[], goals: Goal[]): void {
  const python = withPandas()
  const script = join(import.meta.dirname, 'audit/count.py')
  const all: Record<'whole' | 'counting' | 'pandas', Cost[]> = { whole: [], counting: [], pandas: [] }
  for (let round = 0; round < rounds; round++) {
    all.whole.push(audit(path, whole))
    if (python !== undefined) all.pandas.push(ask(python, [script, path, columns]))
    all.counting.push(audit(path, counting))
  }
  const everything = fastest(all.whole)
  const bare = fastest(all.counting)
  rows.push(['everything, own CSV reader', '1 million rows', shown(everything)])
  rows.push(['counting, own CSV reader', '1 million rows', shown(bare)])
  goals.push({
    goal: 'everything, 1 million rows: at most 2.5 s',
    found: seconds(everything.cpuMs),
    met: everything.cpuMs <= 2_500,
  })
  goals.push({
    goal: 'everything, 1 million rows: at most 250 MiB',
    found: `${Math.round(everything.mib)} MiB`,
    met: everything.mib <= 250,
  })
  if (python === undefined) {
    rows.push(['bare counting, pandas', '1 million rows', 'pandas is not there'])
    return
  }
  const pandas = fastest(all.pandas)
  const { version } = all.pandas[0] as Cost & { version: string }
  rows.push([`bare counting, pandas ${version}`, '1 million rows', shown(pandas)])
  rows.push([
    'counting against pandas',
    'same run',
    `${(bare.ms / pandas.ms).toFixed(2)} × its time, ${(bare.cpuMs / pandas.cpuMs).toFixed(2)} × its processor time`,
  ])
  goals.push({
    goal: 'counting at most 3 times as slow as pandas’ bare counting',
    found: `${(bare.cpuMs / pandas.cpuMs).toFixed(2)} ×`,
    met: bare.cpuMs <= 3 * pandas.cpuMs,
  })
}

function growth(folder: string, sizes: readonly number[], rows: Row[]): void {
  for (const size of sizes) {
    const path = makeCsv(join(folder, `${size}.csv`), size)
    const cost = fastest([1, 2, 3].map(() => audit(path, counting)))
    rows.push([
      'counting, growth',
      `${size / 1_000_000} million rows`,
      `${shown(cost)}; ${((cost.cpuMs * 1000) / size).toFixed(2)} µs of processor a row`,
    ])
    rmSync(path)
  }
}

function tenMillion(path: string, rows: Row[], goals: Goal[]): void {
  const bare = fastest([1, 2].map(() => audit(path, counting)))
  const everything = audit(path, whole)
  rows.push(['counting, own CSV reader', '10 million rows', shown(bare)])
  rows.push(['everything, own CSV reader', '10 million rows', shown(everything)])
  goals.push({ goal: '10 million rows CSV: at most 12 s', found: seconds(bare.cpuMs), met: bare.cpuMs <= 12_000 })
  goals.push({
    goal: '10 million rows CSV: own reader within 128 MiB',
    found: `${Math.round(bare.mib)} MiB`,
    met: bare.mib <= 128,
  })
}

async function parquet(folder: string, csv: string, rows: Row[], goals: Goal[]): Promise<void> {
  const duckDb = await loadDuckDb()
  if (duckDb === undefined) {
    rows.push(['counting, Parquet', '10 million rows', 'DuckDB is not there to make the file and read it'])
    return
  }
  const path = join(folder, '10m.parquet')
  const instance = await duckDb.DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  await (await connection.stream(`copy (select * from read_csv('${csv}')) to '${path}' (format parquet)`)).fetchChunk()
  connection.closeSync()
  instance.closeSync()
  const fast = fastest([1, 2, 3].map(() => audit(path, counting, 'duckdb')))
  const own = audit(path, counting)
  rows.push(['counting, Parquet by DuckDB', '10 million rows', shown(fast)])
  rows.push(['counting, Parquet by hyparquet', '10 million rows', shown(own)])
  goals.push({
    goal: '10 million rows Parquet by DuckDB: at most 3 s',
    found: seconds(fast.cpuMs),
    met: fast.cpuMs <= 3_000,
  })
  goals.push({
    goal: '10 million rows Parquet by DuckDB: at most 900 MiB',
    found: `${Math.round(fast.mib)} MiB`,
    met: fast.mib <= 900,
  })
}

/** From cells that were counted before: rows do not matter any more. */
async function bootstrap(million: string, large: string, rows: Row[], goals: Goal[]): Promise<void> {
  const read = readAuditPlan({ ...counting, bootstrap: { replicates: 2_000, seed: 1 } })
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  for (const [path, size] of [
    [million, '1 million rows'],
    [large, '10 million rows'],
  ] as const) {
    const audited = await auditFile(path, read.plan)
    if (!audited.ok) throw new Error(JSON.stringify(audited.problems))
    const origin = { planSha256: '', cellsSha256: '', inputSha256: null }
    const { bootstrap: _, ...without } = read.plan
    const time = (plan: typeof read.plan) =>
      median(
        Array.from({ length: 5 }, () => {
          const start = process.cpuUsage()
          runAudit(audited.table, plan, origin)
          const { user, system } = process.cpuUsage(start)
          return (user + system) / 1000
        }),
      )
    const ms = time(read.plan) - time(without as typeof read.plan)
    rows.push(['2,000 replicates from cells, 72 groups, processor time', size, `${Math.round(ms)} ms`])
    goals.push({
      goal: `2,000 replicates, 72 groups, ${size}: at most 0.5 s`,
      found: `${Math.round(ms)} ms`,
      met: ms <= 500,
    })
  }
}

function monitor(folder: string, outcomes: number, rows: Row[], goals: Goal[]): void {
  const random = generator(2)
  const path = join(folder, 'outcomes.jsonl')
  const file = openSync(path, 'w')
  for (let t = 0; t < outcomes; t++)
    writeSync(
      file,
      `{"t":${t},"group":"${random.uniform() < 0.3 ? 'b' : 'a'}","outcome":${random.uniform() < 0.3 ? 1 : 0}}\n`,
    )
  closeSync(file)
  const cost: Cost = ask(process.execPath, [...jsx, join(import.meta.dirname, 'audit/monitor-one.ts'), path])
  const rate = outcomes / (cost.cpuMs / 1000)
  rows.push([
    'waarborg monitor, lines in and lines out',
    `${outcomes} outcomes`,
    `${Math.round(rate).toLocaleString('en')} outcomes a second of processor time, ${Math.round(cost.mib)} MiB`,
  ])
  goals.push({
    goal: 'monitor: at least 200,000 outcomes a second',
    found: Math.round(rate).toLocaleString('en'),
    met: rate >= 200_000,
  })
}
