/**
 * Which gateway processes live. A call whose process is gone has lost its end; whoever finds it open closes it as
 * `call.failed`, reason `interrupted`. A process that lives keeps its calls, also on the same machine and database.
 */
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { append } from '../../ledger/index.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database, Tx } from '../../platform/database.ts'
import type { Ids } from '../../platform/ids.ts'

const job = { tenant: '*', clients: '*', actor: { kind: 'job', id: 'gateway' } } as const

/** A process says this often that it lives … */
export const BEAT_MS = 5_000
/** … and is taken for dead after this long without, where its number cannot be looked up. */
const SILENT_S = 30

type ProcessRow = { process_id: string; host: string; pid: number; pid_started: string; silent: boolean }

/** Machine, boot and process namespace: only where all three are the same does a number name the same process. */
export function hostIdentity(): string {
  const read = (get: () => string) => {
    try {
      return get().trim()
    } catch {
      return ''
    }
  }
  return [
    hostname(),
    read(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')),
    read(() => readlinkSync('/proc/self/ns/pid')),
  ].join('|')
}

/** When a process began, in ticks since boot, so that a number that is used again is not taken for it; '' if unknown. */
export function processStart(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')[19] ?? ''
  } catch {
    return ''
  }
}

function lives(pid: number, started: string): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
  return started === '' || processStart(pid) === started
}

/** Says that this process lives; the database's clock counts, since that of a machine may jump. */
export async function beat(database: Database, processId: string): Promise<void> {
  await database.inTx(job, (tx) =>
    tx.query(
      `insert into gateway_process (process_id, host, pid, pid_started, started_at, seen_at) values ($1, $2, $3, $4, now(), now())
       on conflict (process_id) do update set seen_at = now()`,
      [processId, hostIdentity(), process.pid, processStart(process.pid)],
    ),
  )
}

export async function leave(database: Database, processId: string): Promise<void> {
  await database.inTx(job, (tx) => tx.query('delete from gateway_process where process_id = $1', [processId]))
}

/**
 * Closes calls that are open under processes that are gone, and forgets those processes. Any number of processes may do
 * this at once: each call gets one end. Returns how many calls were closed.
 */
export async function recoverOpenCalls({
  database,
  clock,
  ids,
}: {
  database: Database
  clock: Clock
  ids: Ids
}): Promise<number> {
  const host = hostIdentity()
  const { rows } = await database.inTx(job, (tx) =>
    tx.query<ProcessRow>(
      `select process_id, host, pid, pid_started, seen_at < now() - make_interval(secs => $1) as silent from gateway_process`,
      [SILENT_S],
    ),
  )
  const gone = rows
    .filter((row) => (row.host === host ? !lives(row.pid, row.pid_started) : row.silent))
    .map((row) => row.process_id)
  let closed = 0
  for (let batch = -1; batch !== 0; closed += batch)
    batch = await database.inTx(job, (tx) => closeCalls(tx, gone, clock.now(), ids))
  if (gone.length > 0)
    await database.inTx(job, (tx) => tx.query('delete from gateway_process where process_id = any($1)', [gone]))
  return closed
}

type OpenCall = {
  tenant_id: string
  client_id: string
  call_id: string
  subject_id: string | null
  conversation_id: string | null
  system_id: string
  version_id: string | null
  purpose_id: string | null
  attempts: number
}

/**
 * A batch at a time; a row that another process is closing is skipped, and has its end when that one commits. A process
 * that began after `gone` was made has its row before its first call, so its calls stay open.
 */
async function closeCalls(tx: Tx, gone: readonly string[], now: Date, ids: Ids): Promise<number> {
  const { rows } = await tx.query<OpenCall>(
    `select tenant_id, client_id, call_id, subject_id, conversation_id, system_id, version_id, purpose_id, attempts from ai_call c
     where state = 'admitted' and not exists (select 1 from gateway_process p where p.process_id = c.process_id and not (p.process_id = any($1)))
     order by started_at limit 100 for update skip locked`,
    [gone],
  )
  for (const row of rows) {
    const end = ids.next()
    await tx.query(
      `update ai_call set state = 'failed', code = 'interrupted', ended_at = $3, end_event = $4 where tenant_id = $1 and call_id = $2`,
      [row.tenant_id, row.call_id, now, end],
    )
    const refs = {
      conversation: row.conversation_id,
      call: row.call_id,
      system: row.system_id,
      version: row.version_id,
      purpose: row.purpose_id,
    }
    await append(tx, {
      id: end,
      type: 'call.failed',
      at: now.toISOString(),
      actor: job.actor,
      tenant: row.tenant_id,
      client: row.client_id,
      subject: row.subject_id,
      refs: Object.fromEntries(Object.entries(refs).filter((pair): pair is [string, string] => pair[1] !== null)),
      body: { code: 'interrupted', reason: 'interrupted', attempts: row.attempts, durationMs: null },
    })
  }
  return rows.length
}
