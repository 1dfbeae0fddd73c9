/** How long `start` takes until the first page answers, how long the demonstration's replay takes, and memory at rest. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { type BenchContext, median, type Table } from './table.ts'

const main = ['--import', './src/platform/jsx.mjs', 'src/cli/main.ts']

type Started = { readonly child: ChildProcess; readonly firstPageMs: number; readonly url: string }

async function start(folder: string): Promise<Started> {
  const began = performance.now()
  const child = spawn(process.execPath, [...main, 'start', '--data', folder, '--port', '0'], {
    stdio: 'ignore',
    env: { ...process.env, WAARBORG_LOG_LEVEL: 'silent' },
  })
  const address = join(folder, 'address')
  for (;;) {
    if (existsSync(address)) {
      const url = readFileSync(address, 'utf8').trim()
      const page = url === '' ? undefined : await fetch(`${url}/`, { redirect: 'follow' }).catch(() => undefined)
      if (page?.ok && (await page.text()).includes('<h1')) return { child, url, firstPageMs: performance.now() - began }
    }
    if (child.exitCode !== null) throw new Error(`start ended with ${child.exitCode}`)
    if (performance.now() - began > 60_000) throw new Error('no first page within a minute')
    await wait(10)
  }
}

async function stop({ child }: Started): Promise<void> {
  child.kill('SIGTERM')
  if (child.exitCode === null) await new Promise((ended) => child.once('exit', ended))
}

/** Proportional set size of a process and all that descend from it, and of the private database server; MiB. */
function memoryMiB(pids: readonly number[]): number {
  let total = 0
  for (const pid of withDescendants(pids)) {
    try {
      total += Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0)
    } catch {
      // gone meanwhile
    }
  }
  return total / 1024
}

function withDescendants(pids: readonly number[]): Set<number> {
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      parents.set(Number(name), Number(readFileSync(`/proc/${name}/stat`, 'utf8').split(') ').at(-1)!.split(' ')[1]))
    } catch {
      // gone meanwhile
    }
  }
  const all = new Set(pids)
  for (let before = 0; before !== all.size; ) {
    before = all.size
    for (const [pid, parent] of parents) if (all.has(parent)) all.add(pid)
  }
  return all
}

function databasePid(folder: string): number | undefined {
  const home = join(folder, 'server.home')
  const at = existsSync(home) ? readFileSync(home, 'utf8').trim() : folder
  const file = join(at, 'postgres', 'postmaster.pid')
  return existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : undefined
}

export async function run({ quick, say }: BenchContext): Promise<Table> {
  const rounds = quick ? 1 : 3
  const first: number[] = []
  const later: number[] = []
  const replay: number[] = []
  const memory: number[] = []
  for (let round = 0; round < rounds; round++) {
    const folder = mkdtempSync(join(tmpdir(), 'waarborg-bench-'))
    const began = performance.now()
    const fresh = await start(folder)
    first.push(fresh.firstPageMs)
    while (!existsSync(join(folder, 'demonstration.done'))) {
      if (performance.now() - began > 300_000) throw new Error('the replay takes longer than five minutes')
      await wait(50)
    }
    replay.push(performance.now() - began)
    await stop(fresh)
    for (let again = 0; again < (quick ? 1 : 3); again++) {
      const started = await start(folder)
      later.push(started.firstPageMs)
      if (again === 0) {
        await wait(10_000)
        const database = databasePid(folder)
        memory.push(memoryMiB([started.child.pid!, ...(database === undefined ? [] : [database])]))
      }
      await stop(started)
    }
    rmSync(folder, { recursive: true, force: true })
    say(
      `round ${round + 1}: first ${Math.round(first.at(-1)!)} ms, replay ${Math.round(replay.at(-1)!)} ms, memory ${Math.round(memory.at(-1)!)} MiB`,
    )
  }
  const row = (name: string, values: readonly number[], unit: string) => [
    name,
    `${Math.round(median(values))} ${unit}`,
    `${Math.round(Math.min(...values))}–${Math.round(Math.max(...values))} ${unit}`,
  ]
  return {
    title: 'Starting, replaying, resting',
    about:
      'From `waarborg start` to the first page that answers: with an empty data folder (the database is created) and with an existing one. Replay: from the command to the end of the demonstration’s conversations. Memory: proportional set size of Waarborg and its private database together, ten seconds after a later start. Start does not depend on the number of conversations; the check of the ledger at start reads a few tiles, not the log.',
    columns: ['what', 'median', 'range'],
    rows: [
      row('first start to first page', first, 'ms'),
      row('later start to first page', later, 'ms'),
      row('start to end of the replay', replay, 'ms'),
      row('memory at rest', memory, 'MiB'),
    ],
    goals: [
      {
        goal: 'first page within 3 s on the first start',
        found: `${Math.round(median(first))} ms`,
        met: median(first) <= 3_000,
      },
      {
        goal: 'first page within 1.5 s on later starts',
        found: `${Math.round(median(later))} ms`,
        met: median(later) <= 1_500,
      },
      { goal: 'replay within 60 s', found: `${(median(replay) / 1000).toFixed(1)} s`, met: median(replay) <= 60_000 },
      {
        goal: 'memory at rest at most 400 MiB (aim 250)',
        found: `${Math.round(median(memory))} MiB`,
        met: median(memory) <= 400,
      },
    ],
  }
}
