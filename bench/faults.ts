/**
 * `npm run faults -- kill [--times 20]`: SIGKILL of Waarborg, of its database, or of both during the replay, in a loop.
 * After each restart the ledger must verify and no call that a client saw completed may be missing.
 * `npm run faults -- flip`: changes one byte of a ledger row of test data; `waarborg verify` must name the entry.
 * Figures go to docs/bench/faults.md. An interrupted run is taken up again.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { gatewayClient } from '../src/cli/replaying/client.ts'
import { seededChance } from './chance.ts'
import { progress, quantile, write } from './table.ts'

const main = ['--import', './src/platform/jsx.mjs', 'src/cli/main.ts']
const { values, positionals } = parseArgs({
  options: {
    times: { type: 'string', default: '20' },
    data: { type: 'string' },
    keep: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
  },
  allowPositionals: true,
})
const what = positionals[0] ?? 'all'
const folder = resolve(values.data ?? 'data/faults')

type Round = {
  readonly kill: 'waarborg' | 'database' | 'both'
  readonly afterMs: number
  readonly acked: number
  readonly readyMs: number
  readonly verifyOk: boolean
  readonly problems: number
  readonly missing: number
  readonly entries: number
}

type Running = {
  readonly process: ChildProcess
  readonly url: string
  readonly readyMs: number
  readonly output: () => string
}

async function start(): Promise<Running> {
  const started = performance.now()
  const child = spawn(process.execPath, [...main, 'start', '--data', folder, '--port', '0'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, WAARBORG_LOG_LEVEL: 'warn', WAARBORG_LANGUAGE: 'en' },
  })
  let text = ''
  child.stdout!.on('data', (chunk: Buffer) => {
    text += chunk
  })
  child.stderr!.on('data', (chunk: Buffer) => {
    text += chunk
  })
  const addressFile = join(folder, 'address')
  rmSync(addressFile, { force: true })
  for (;;) {
    if (child.exitCode !== null) throw new Error(`start ended with ${child.exitCode}: ${text.slice(-2_000)}`)
    if (existsSync(addressFile)) {
      const url = readFileSync(addressFile, 'utf8').trim()
      if (
        url !== '' &&
        (await fetch(`${url}/healthz`).then(
          (reply) => reply.ok,
          () => false,
        ))
      )
        return { process: child, url, readyMs: Math.round(performance.now() - started), output: () => text }
    }
    if (performance.now() - started > 60_000) throw new Error(`start takes too long: ${text.slice(-2_000)}`)
    await wait(20)
  }
}

function waarborg(...args: string[]): { code: number; out: string } {
  try {
    return {
      code: 0,
      out: execFileSync(process.execPath, [...main, ...args, '--data', folder], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
        maxBuffer: 64 * 1024 * 1024,
      }),
    }
  } catch (error) {
    const { status, stdout } = error as { status: number; stdout: string }
    return { code: status, out: stdout }
  }
}

function databasePid(): number | undefined {
  for (const path of [join(folder, 'postgres', 'postmaster.pid'), ...privateHomes()])
    if (existsSync(path)) return Number(readFileSync(path, 'utf8').split('\n')[0])
  return undefined
}

/** As root the server's files stand below /var/lib; the data folder says where (server.home). */
function privateHomes(): string[] {
  const note = join(folder, 'server.home')
  return existsSync(note) ? [join(readFileSync(note, 'utf8').trim(), 'postgres', 'postmaster.pid')] : []
}

async function killLoop(times: number): Promise<void> {
  const done = progress<Round>(join(folder, '..', 'faults-progress.json'))
  if (done.get('1') === undefined) rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const rounds: Round[] = []
  const ackFile = join(folder, 'acked.json')
  const acked = new Set<string>(existsSync(ackFile) ? JSON.parse(readFileSync(ackFile, 'utf8')) : [])
  for (let round = 1; round <= times; round++) {
    const known = done.get(String(round))
    if (known) {
      rounds.push(known)
      continue
    }
    const chance = seededChance(Number(values.seed) * 1_000 + round)
    const kill = (['waarborg', 'database', 'both'] as const)[Math.floor(chance.next() * 3)]!
    const running = await start()
    const afterMs = Math.round(400 + chance.next() * 2_600)
    const before = acked.size
    const calls = callUntilCut(running.url, acked)
    await wait(afterMs)
    const server = databasePid()
    if (kill !== 'waarborg' && server) process.kill(server, 'SIGKILL')
    if (kill !== 'database') running.process.kill('SIGKILL')
    // With only the database killed, Waarborg brings it back and goes on; then it is killed as well.
    if (kill === 'database') {
      await wait(3_000)
      running.process.kill('SIGKILL')
    }
    await calls
    writeFileSync(ackFile, JSON.stringify([...acked]))
    const again = await start()
    const verified = waarborg('verify', '--json', '--allow-open')
    const report = JSON.parse(verified.out || '{"ok":false,"entries":0,"problems":[{}]}') as {
      ok: boolean
      entries: number
      problems: unknown[]
    }
    const missing = await missingCalls(acked)
    again.process.kill('SIGTERM')
    await new Promise((ended) => again.process.once('exit', ended))
    const row: Round = {
      kill,
      afterMs,
      acked: acked.size - before,
      readyMs: again.readyMs,
      verifyOk: report.ok,
      problems: report.problems.length,
      missing,
      entries: report.entries,
    }
    done.set(String(round), row)
    rounds.push(row)
    console.error(`${round}/${times} ${JSON.stringify(row)}`)
    if (!report.ok) console.error(verified.out.slice(0, 2_000))
  }
  const good = rounds.filter((row) => row.verifyOk && row.missing === 0).length
  write('docs/bench/faults.md', {
    title: 'Killed in mid-work',
    about:
      'SIGKILL of Waarborg, of its database server, or of both, at a random moment while the demonstration is replayed and a second client sends calls. After the restart: `waarborg verify` over all entries, and every call whose answer a client had received must stand on record as completed, with its ledger entries.',
    columns: [
      'round',
      'killed',
      'after ms',
      'answers received',
      'up again after ms',
      'entries',
      'verify',
      'completed calls missing',
    ],
    rows: rounds.map((row, index) => [
      index + 1,
      row.kill,
      row.afterMs,
      row.acked,
      row.readyMs,
      row.entries,
      row.verifyOk ? 'clean' : `${row.problems} problems`,
      row.missing,
    ]),
    goals: [
      {
        goal: `${times} of ${times} restarts clean, nothing missing`,
        found: `${good} of ${rounds.length}; ${acked.size} answers received in all`,
        met: good === times,
      },
      {
        goal: 'up again within 5 s',
        found: `slowest ${quantile(
          rounds.map((row) => row.readyMs),
          1,
        )} ms`,
        met: rounds.every((row) => row.readyMs <= 5_000),
      },
    ],
  })
  if (!values.keep) {
    done.clear()
    rmSync(folder, { recursive: true, force: true })
  }
  if (good !== times) process.exitCode = 1
}

/** A client that goes on until the other side is gone; an answer that it received is an answer that must be on record. */
async function callUntilCut(url: string, acked: Set<string>): Promise<void> {
  const keys = await demonstrationKey()
  if (keys === undefined) return
  const client = gatewayClient(url, 4)
  const worker = async (n: number) => {
    for (let i = 0; i < 10_000; i++) {
      const answer = await client
        .ask(keys.key, {
          model: keys.model,
          messages: [{ role: 'user', content: `Wat kost stroom? Mijn nummer is KS-${100_000 + n * 1_000 + i}.` }],
          conversation: `faults-${n}-${i}-${url}`,
          subject: undefined,
        })
        .catch(() => undefined)
      if (answer === undefined) return
      if (answer.ok) acked.add(answer.call)
    }
  }
  await Promise.all([0, 1, 2].map(worker)).catch(() => {})
  await client.close().catch(() => {})
}

async function demonstrationKey(): Promise<{ key: string; model: string } | undefined> {
  const file = join(folder, 'demonstration-keys.json')
  for (let i = 0; i < 200 && !existsSync(file); i++) await wait(25)
  if (!existsSync(file)) return undefined
  const { keys } = JSON.parse(readFileSync(file, 'utf8')) as { keys: { system: string; key: string }[] }
  const found = keys.find(({ system }) => system === 'klantassistent')
  return found && { key: found.key, model: 'waarborg-retrieval' }
}

/** Answers that were received and do not stand on record as completed, with both entries in the ledger. */
async function missingCalls(acked: ReadonlySet<string>): Promise<number> {
  const { openInstallation } = await import('../src/cli/installation.ts')
  const { readSettings } = await import('../src/platform/settings.ts')
  const installation = await openInstallation({ ...readSettings({}), data: folder })
  try {
    const rows = await installation.database.inTx(
      { tenant: '*', clients: '*', actor: { kind: 'job', id: 'faults' } },
      async (tx) =>
        (
          await tx.query<{ call_id: string }>(
            `select c.call_id from ai_call c
             where c.state = 'completed'
               and exists (select 1 from ledger_entry e where e.tenant_id = c.tenant_id and e.call_id = c.call_id and e.type = 'call.admitted'
                           union all select 1 from ledger_pending e where e.tenant_id = c.tenant_id and e.call_id = c.call_id and e.type = 'call.admitted')
               and exists (select 1 from ledger_entry e where e.tenant_id = c.tenant_id and e.call_id = c.call_id and e.type = 'call.completed'
                           union all select 1 from ledger_pending e where e.tenant_id = c.tenant_id and e.call_id = c.call_id and e.type = 'call.completed')`,
          )
        ).rows,
      { readOnly: true },
    )
    const there = new Set(rows.map((row) => row.call_id))
    return [...acked].filter((call) => !there.has(call)).length
  } finally {
    await installation.close({ stopServer: 'never' })
  }
}

if (what === 'kill' || what === 'all') await killLoop(Number(values.times))
if (what === 'flip' || what === 'all') {
  const { flip } = await import('./flip.ts')
  process.exitCode =
    (await flip({
      data: values.data === undefined ? undefined : resolve(values.data),
      say: (line) => console.error(line),
    })) || process.exitCode
}
