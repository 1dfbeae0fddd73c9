/** Background work with retries and schedules. A job carries ids only, never contents. */
import pg from 'pg'
import { PgBoss } from 'pg-boss'
import type { Log } from '../log.ts'

export type Job = {
  readonly name: string
  /** Five-field cron in Europe/Amsterdam, or undefined for jobs that are only sent. */
  readonly schedule?: string
  readonly retries: number
  /** Safe to run again: it may run twice. Throws to be tried again. */
  readonly run: (data: Readonly<Record<string, string>>) => Promise<void>
}

export interface Jobs {
  send(name: string, data?: Readonly<Record<string, string>>): Promise<void>
  stop(): Promise<void>
}

/** Starts the queue and its workers; durable when `send` returns. */
export async function startJobs(
  url: string,
  jobs: readonly Job[],
  log: Log,
  pollingIntervalSeconds = 5,
): Promise<Jobs> {
  const pool = new pg.Pool({ connectionString: url, max: 3, application_name: 'waarborg-jobs' })
  // As in pool.ts: a connection that breaks at any moment is replaced at the next use and ends no process.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  const boss = new PgBoss({
    db: { executeSql: (text, values) => pool.query(text, values) },
    schema: 'pgboss',
    createSchema: false,
  })
  boss.on('error', (error) => log.warn('jobs.failed', { error }))
  try {
    await boss.start()
  } catch (error) {
    await pool.end()
    throw error
  }
  for (const job of jobs) {
    await boss.createQueue(job.name, {
      retryLimit: job.retries,
      retryBackoff: true,
      retryDelay: 5,
      expireInSeconds: 600,
    })
    await boss.work(job.name, { pollingIntervalSeconds }, async (batch) => {
      for (const one of batch) {
        try {
          await job.run((one.data ?? {}) as Record<string, string>)
        } catch (error) {
          log.warn('job.failed', { job: job.name, error })
          throw error
        }
      }
    })
    if (job.schedule) await boss.schedule(job.name, job.schedule, {}, { tz: 'Europe/Amsterdam' })
  }
  return {
    async send(name, data = {}) {
      await boss.send(name, data)
    },
    async stop() {
      await boss.stop({ graceful: true, timeout: 5_000 })
      await pool.end()
    },
  }
}
