/** For tests: a database with a signer, an export folder and an integrator; and an integrator as a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../platform/clock.ts'
import type { Scope } from '../platform/database.ts'
import { randomIds } from '../platform/ids.ts'
import { openPool } from '../platform/io/pool.ts'
import { silentLog } from '../platform/log.ts'
import { type TestDatabase, testDatabase } from '../platform/testing.ts'
import type { NewEvent } from './contract.ts'
import { append, type Integrator, openSigner, pruneLedger, type Signer, startIntegrator } from './index.ts'

export const testOrigin = 'ledger.test/centre'
export const everywhere: Scope = { tenant: '*', clients: '*', actor: { kind: 'job', id: 'test' } }

export type TestLedger = {
  readonly db: TestDatabase
  readonly folder: string
  readonly exportFolder: string
  readonly signer: Signer
  start(options?: { exportFolder?: string | null; intervalMs?: number }): Integrator
  /** Appends events in one transaction. */
  write(...events: readonly NewEvent[]): Promise<void>
  close(): Promise<void>
}

export async function testLedger(): Promise<TestLedger> {
  const db = await testDatabase()
  const folder = mkdtempSync(join(tmpdir(), 'waarborg-ledger-'))
  const exportFolder = join(folder, 'ledger')
  const signer = openSigner({ folder: join(folder, 'keys'), origin: testOrigin })
  const running: Integrator[] = []
  return {
    db,
    folder,
    exportFolder,
    signer,
    start(options = {}) {
      const integrator = startIntegrator({
        database: db.database,
        signer,
        exportFolder,
        intervalMs: 20,
        clock: systemClock,
        log: silentLog,
        ...options,
      })
      running.push(integrator)
      return integrator
    },
    write: (...events) =>
      db.database.inTx(everywhere, async (tx) => {
        for (const event of events) await append(tx, event)
      }),
    async close() {
      await Promise.all(running.map((integrator) => integrator.stop()))
      await db.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** An event of an invented call. */
export const testEvent = (over: Partial<NewEvent> = {}): NewEvent => ({
  id: randomIds.next(),
  type: 'feedback.given',
  at: '2026-11-25T10:00:00.000Z',
  actor: { kind: 'system', id: 'bot' },
  tenant: 'noord',
  client: 'energie',
  subject: null,
  refs: {},
  body: { score: 4 },
  ...over,
})

export const testEvents = (count: number): NewEvent[] =>
  Array.from({ length: count }, (_, i) => testEvent({ body: { score: i } }))

/** Starts an integrator in a process of its own, to be killed. It ends by itself when this process does. */
export function integratorProcess(ledger: TestLedger, { exporting = true } = {}): ChildProcess {
  return spawn(process.execPath, [import.meta.filename], {
    stdio: ['pipe', 'inherit', 'inherit'],
    env: {
      ...process.env,
      LEDGER_TEST: JSON.stringify({
        urls: ledger.db.urls,
        folder: ledger.folder,
        exportFolder: exporting ? ledger.exportFolder : null,
      }),
    },
  })
}

/** Starts an integrator and passes of the term in a process of its own, to be killed; it prints a line when it begins. */
export function pruningProcess(
  ledger: TestLedger,
  pass: { readonly now: string; readonly termDays: number },
): ChildProcess {
  return spawn(process.execPath, [import.meta.filename], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: {
      ...process.env,
      LEDGER_TEST: JSON.stringify({
        urls: ledger.db.urls,
        folder: ledger.folder,
        exportFolder: ledger.exportFolder,
        pass,
      }),
    },
  })
}

async function passes(urls: TestDatabase['urls'], { now, termDays }: { now: string; termDays: number }): Promise<void> {
  const database = openPool(urls)
  process.stdout.write('begun\n')
  await pruneLedger({
    database,
    termDays,
    act: () => ({ now: new Date(now), ids: randomIds }),
    actor: everywhere.actor,
    kept: async () => [],
    tilesPerStep: 1,
  })
}

if (import.meta.main && process.env.LEDGER_TEST !== undefined) {
  const { urls, folder, exportFolder, pass } = JSON.parse(process.env.LEDGER_TEST)
  if (pass !== undefined) void passes(urls, pass)
  const signer = openSigner({ folder: join(folder, 'keys'), origin: testOrigin })
  startIntegrator({
    database: openPool(urls),
    signer,
    exportFolder,
    intervalMs: 20,
    clock: systemClock,
    log: silentLog,
  })
  process.stdin.on('close', () => process.exit(0)).resume()
}
