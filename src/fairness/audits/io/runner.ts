/**
 * Carries readings out, one thread each. Who works on one says so in its row every few seconds; when a process dies, another run of
 * `resume` takes the reading over where its file is, and says `interrupted` where it is not.
 */
import type { Act } from '../../../access/index.ts'
import type { Database, Scope } from '../../../platform/database.ts'
import { recordRead } from '../../../records/index.ts'
import type { KeyRing } from '../../../vault/index.ts'
import type { AuditPlan, ProblemList } from '../../contract.ts'
import { cellsBytes } from '../../rules.ts'
import { columnsOfPlan, isJoined } from '../columns.ts'
import { MOST_FILE_BYTES } from '../contract.ts'
import { countRecorded, type Wanted } from './decisions.ts'
import { type Inbox, openInbox } from './inbox.ts'
import { type Joined, readJoined } from './joined.ts'
import {
  beat,
  claimAbandoned,
  completeRun,
  endRun,
  loadAudit,
  loadRun,
  runningRuns,
  type StoredAudit,
} from './store.ts'
import { Interrupted, inThread, type Task, type ThreadResult } from './thread.ts'

const BEAT_MS = 2_000
/** A process that was silent for so long is gone. */
export const SILENT_MS = 60_000
const DAY_MS = 86_400_000
/** A file that belongs to nothing is left alone for so long: it may be coming in. */
const LEFT_MS = 3_600_000

export type RunnerDeps = {
  readonly database: Database
  readonly ring: KeyRing
  readonly folder: string
  readonly act: () => Act
  /** Told of what was not foreseen. */
  readonly failed: (error: unknown) => void
}

export type Runner = {
  readonly inbox: Inbox
  /** Begins to work on a reading that is on record; returns at once. */
  start(reading: { readonly scope: Scope; readonly run: string }): void
  /** Breaks off what this process does for it, when it does. */
  stop(run: string): void
  /** Takes over readings whose process is gone. Gives how many. */
  resume(): Promise<number>
  /** Until nothing is under way here. */
  settled(): Promise<void>
  /** Breaks everything off; what was under way is taken over at the next start. */
  close(): Promise<void>
}

export function createRunner({ database, ring, folder, act, failed }: RunnerDeps): Runner {
  const inbox = openInbox(folder)
  const working = new Map<string, { readonly abort: AbortController; readonly done: Promise<void> }>()
  let closing = false

  async function carryOut(scope: Scope, run: string, abort: AbortController): Promise<void> {
    const audit = await database.inTx(scope, async (tx) => loadAudit(tx, (await loadRun(tx, run)).audit), {
      readOnly: true,
    })
    const progress = { read: 0 }
    const timer = setInterval(() => {
      database
        .inTx(scope, (tx) => beat(tx, { run, read: progress.read, now: act().now }))
        .then((runs) => {
          if (!runs) abort.abort()
        })
        .catch(failed)
    }, BEAT_MS)
    try {
      const result = await resultOf(scope, run, audit, abort.signal, (read) => {
        progress.read = read
      })
      if (result.kind === 'done') await database.inTx(scope, (tx) => completeRun(tx, { id: run }, result, act()))
      else await end(scope, run, result.problems, 'input')
      inbox.remove(run)
    } finally {
      clearInterval(timer)
    }
  }

  async function resultOf(
    scope: Scope,
    run: string,
    audit: StoredAudit,
    signal: AbortSignal,
    onRead: (read: number) => void,
  ): Promise<ThreadResult> {
    const options = { signal, onProgress: onRead }
    if (audit.source === 'file') {
      const path = inbox.of(run)
      if (path === undefined) return { kind: 'problems', problems: unreadable }
      return inThread({ kind: 'file', plan: audit.bytes, path, limitBytes: MOST_FILE_BYTES * 8 }, options)
    }
    const from = audit.windowDays === null ? null : new Date(act().now.getTime() - audit.windowDays * DAY_MS)
    const wanted = { source: audit.source, client: audit.client, system: audit.system!, from, now: act().now }
    const found = isJoined(columnsOfPlan(audit.plan))
      ? await join(scope, run, audit.plan, wanted)
      : await database.inTx(scope, (tx) => countRecorded(tx, audit.plan, wanted), { readOnly: true })
    if (!found.ok) return { kind: 'problems', problems: found.problems }
    const task: Task = { kind: 'cells', plan: audit.bytes, cells: cellsBytes(found.table) }
    return inThread(task, options)
  }

  /** Decisions or conversations with attributes of people or features; each attribute that was read is on record, whatever comes of it. */
  async function join(scope: Scope, run: string, plan: AuditPlan, wanted: Wanted): Promise<Joined> {
    const joined = await database.inTx(scope, (tx) => readJoined(tx, ring, plan, wanted, act().now), { readOnly: true })
    if (joined.reads.length > 0)
      await database.inTx(scope, async (tx) => {
        for (const read of joined.reads)
          await recordRead(tx, { ...read, client: wanted.client, purpose: 'audit', purposeId: run }, act())
      })
    return joined
  }

  const end = (scope: Scope, run: string, problems: ProblemList | null, reason: 'input' | 'interrupted' | 'internal') =>
    database.inTx(scope, (tx) => endRun(tx, { run, state: 'failed', problems, reason }, act()))

  return {
    inbox,
    start({ scope, run }) {
      if (closing || working.has(run)) return
      const abort = new AbortController()
      const done = carryOut(scope, run, abort)
        .catch(async (error: unknown) => {
          // Cancelled readings are ended by who cancelled; when this process stops, the row stays for the next.
          if (error instanceof Interrupted) return closing ? undefined : inbox.remove(run)
          failed(error)
          await end(scope, run, null, 'internal').catch(failed)
          inbox.remove(run)
        })
        .finally(() => working.delete(run))
      working.set(run, { abort, done })
    },
    stop: (run) => working.get(run)?.abort.abort(),
    async resume() {
      const { now } = act()
      const all: Scope = { tenant: '*', clients: '*', actor }
      const running = await database.inTx(all, (tx) => runningRuns(tx), { readOnly: true })
      inbox.sweep(new Set(running), new Date(now.getTime() - LEFT_MS))
      const taken = await database.inTx(all, (tx) =>
        claimAbandoned(tx, { before: new Date(now.getTime() - SILENT_MS), now }),
      )
      for (const { tenant, client, run } of taken) {
        const scope: Scope = { tenant, clients: [client], actor }
        if (working.has(run)) continue
        const { source } = await database.inTx(scope, async (tx) => loadAudit(tx, (await loadRun(tx, run)).audit), {
          readOnly: true,
        })
        if (source === 'file' && inbox.of(run) === undefined) await end(scope, run, null, 'interrupted')
        else this.start({ scope, run })
      }
      return taken.length
    },
    async settled() {
      while (working.size > 0) await Promise.all([...working.values()].map(({ done }) => done))
    },
    async close() {
      closing = true
      for (const { abort } of working.values()) abort.abort()
      await this.settled()
    },
  }
}

const actor: Scope['actor'] = { kind: 'job', id: 'audits' }
const unreadable: ProblemList = { problems: [{ code: 'file_unreadable', value: 'ENOENT' }], total: 1 }
