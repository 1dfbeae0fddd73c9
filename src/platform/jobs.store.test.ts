import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startJobs } from './io/jobs.ts'
import { silentLog } from './log.ts'
import { testDatabase } from './testing.ts'

test('a job that fails is tried again, with the same data', async () => {
  const db = await testDatabase()
  const seen: string[] = []
  const done = Promise.withResolvers<void>()
  const jobs = await startJobs(
    db.urls.jobs,
    [
      {
        name: 'try',
        retries: 3,
        run: async ({ record }) => {
          seen.push(record ?? '')
          if (seen.length === 1) throw new Error('first time')
          done.resolve()
        },
      },
    ],
    silentLog,
    0.5,
  )
  try {
    await db.ownerQuery("update pgboss.queue set retry_delay = 0, retry_backoff = false where name = 'try'")
    await jobs.send('try', { record: 'r-1' })
    await done.promise
    assert.deepEqual(seen, ['r-1', 'r-1'])
  } finally {
    await jobs.stop()
    await db.close()
  }
})
