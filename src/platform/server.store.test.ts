import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { ensureDatabase } from './io/migrate.ts'
import { withConnection } from './io/pool.ts'
import { isAlive, startServer } from './io/server.ts'

const none = { skip: process.env.WAARBORG_TEST_DB !== undefined && 'about the private server only' }

test(
  'a private server outlives its starter, is adopted, comes back after SIGKILL with every committed row, and stops',
  none,
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'waarborg-server-'))
    try {
      const first = await startServer(folder)
      assert.equal(first.adopted, false)
      await ensureDatabase(first.url('postgres', 'postgres'), 'waarborg')
      const url = first.url('postgres', 'waarborg')
      await withConnection(url, (client) => client.query('create table t (n int)'))

      const second = await startServer(folder)
      assert.equal(second.adopted, true, 'the running server is used')
      assert.equal(second.pid, first.pid)

      let restarts = 0
      const back = Promise.withResolvers<void>()
      second.supervise(() => {
        restarts++
        back.resolve()
      })
      await withConnection(url, (client) => client.query('insert into t values (1)'))
      process.kill(second.pid, 'SIGKILL')
      await back.promise
      assert.equal(restarts, 1)
      const { rows } = await withConnection(url, (client) => client.query<{ n: number }>('select n from t'))
      assert.deepEqual(rows, [{ n: 1 }])

      const { pid } = second
      await second.stop()
      assert.equal(isAlive(pid), false)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
)

test('the private server listens on no network port and its folders admit nobody else', none, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'waarborg-server-'))
  const server = await startServer(folder)
  try {
    const address = await withConnection(
      server.url('postgres', 'postgres'),
      async (client) =>
        (await client.query<{ listen_addresses: string }>('show listen_addresses')).rows[0]?.listen_addresses,
    )
    assert.equal(address, '')
    const fsync = await withConnection(
      server.url('postgres', 'postgres'),
      async (client) => (await client.query<{ fsync: string }>('show fsync')).rows[0]?.fsync,
    )
    assert.equal(fsync, 'on')
    if (process.platform !== 'win32') assert.equal(statSync(folder).mode & 0o077, 0)
  } finally {
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
})
