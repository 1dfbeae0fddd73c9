/**
 * For tests that are about the database: a database of their own on a real server, made from a migrated template in
 * about 30 ms. The server is the embedded one, or the one that WAARBORG_TEST_DB names (its superuser's address).
 */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Database, Row } from './database.ts'
import { appRole, ensureRoles, integratorRole, jobsRole, migrate, ownerRole } from './io/migrate.ts'
import { openPool, withConnection } from './io/pool.ts'
import { isAlive, startServer } from './io/server.ts'

export type TestDatabase = {
  readonly database: Database
  /** The addresses, for tests that start another process or pool on the same database. */
  readonly urls: {
    readonly owner: string
    readonly app: string
    readonly integrator: string
    readonly jobs: string
    readonly super: string
  }
  ownerQuery<R extends Row = Row>(sql: string, parameters?: readonly unknown[]): Promise<R[]>
  close(): Promise<void>
}

/** For what takes long and is about our own code, whatever the server: it runs on the private server, and not once more on a second one. */
export const onPrivateServer = {
  skip: process.env.WAARBORG_TEST_DB !== undefined && 'runs on the private server, whatever the version',
}

let template: Promise<(role: string, name: string) => string> | undefined
const templateName = `wb_template_${randomBytes(4).toString('hex')}`

/** A fresh, migrated database. Close it in `finally` or `after`. */
export async function testDatabase(): Promise<TestDatabase> {
  template ??= makeTemplate()
  const url = await template
  const name = `wb_${randomBytes(6).toString('hex')}`
  await withConnection(url('postgres', 'postgres'), (client) =>
    client.query(`create database ${name} template ${templateName} owner ${ownerRole} strategy file_copy`),
  )
  const urls = {
    owner: url(ownerRole, name),
    app: url(appRole, name),
    integrator: url(integratorRole, name),
    jobs: url(jobsRole, name),
    super: url('postgres', name),
  }
  const database = openPool({ app: urls.app, integrator: urls.integrator })
  return {
    database,
    urls,
    ownerQuery: <R extends Row>(sql: string, parameters?: readonly unknown[]) =>
      withConnection(
        urls.super,
        async (client) => (await client.query<R>(sql, parameters ? [...parameters] : undefined)).rows,
      ),
    async close() {
      await database.close()
      await withConnection(url('postgres', 'postgres'), (client) =>
        client.query(`drop database if exists ${name} with (force)`),
      )
    },
  }
}

async function makeTemplate(): Promise<(role: string, name: string) => string> {
  const url = process.env.WAARBORG_TEST_DB ? givenServer(process.env.WAARBORG_TEST_DB) : await ownServer()
  await ensureRoles(url('postgres', 'postgres'), [
    { name: ownerRole },
    { name: appRole },
    { name: integratorRole },
    { name: jobsRole },
  ])
  await withConnection(url('postgres', 'postgres'), (client) =>
    client.query(`create database ${templateName} owner ${ownerRole}`),
  )
  await migrate(url(ownerRole, templateName))
  return url
}

function givenServer(address: string) {
  return (role: string, name: string) => {
    const url = new URL(address.replace(/^postgres(ql)?:\/\/([^@/]*@)?\//, 'postgres://$2localhost/'))
    const host = url.searchParams.get('host')
    if (host !== null)
      return `postgres://${role}@/${name}?host=${encodeURIComponent(host)}&port=${url.searchParams.get('port') ?? '5432'}`
    url.username = role
    url.pathname = `/${name}`
    return url.toString()
  }
}

async function ownServer() {
  const folder = mkdtempSync(join(tmpdir(), 'waarborg-test-'))
  const server = await startServer(folder, {
    durable: false,
    settings: { max_connections: '200', autovacuum: 'off' },
  })
  process.on('exit', () => {
    const { pid } = server
    try {
      process.kill(pid, 'SIGQUIT')
    } catch {
      // already gone
    }
    // Its files are taken away when it no longer writes any; at exit only a blocking wait is left.
    for (let i = 0; i < 100 && isAlive(pid); i++) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
    rmSync(folder, { recursive: true, force: true })
  })
  return server.url
}
