import { AsyncLocalStorage } from 'node:async_hooks'
import { createHash } from 'node:crypto'
import pg from 'pg'
import { type Database, type Row, type Scope, StoreUnavailable, TransactionNested, type Tx } from '../database.ts'

// A date without time is a legal day, not an instant: as a Date it would move with the time zone.
pg.types.setTypeParser(pg.types.builtins.DATE, (text) => text)
pg.types.setTypeParser(pg.types.builtins.INT8, (text) => Number(text))

const inTransaction = new AsyncLocalStorage<string>()

export type PoolAddresses = {
  /** Connection strings of the roles; the owner's is for migrations only. */
  readonly app: string
  readonly integrator: string
}

export type PoolOptions = {
  readonly maxConnections?: number
  /** How long a caller waits for a connection before `StoreUnavailable`, in ms. */
  readonly connectTimeoutMs?: number
  readonly statementTimeoutMs?: number
}

const RETRIES = 8

/** A pool as the app role and a small one as the integrator. Nothing connects until the first transaction. */
export function openPool(addresses: PoolAddresses, options: PoolOptions = {}): Database {
  const common = {
    connectionTimeoutMillis: options.connectTimeoutMs ?? 5_000,
    statement_timeout: options.statementTimeoutMs ?? 30_000,
    idleTimeoutMillis: 30_000,
    allowExitOnIdle: true,
  }
  const app = new pg.Pool({ ...common, connectionString: addresses.app, max: options.maxConnections ?? 16 })
  const integrator = new pg.Pool({ ...common, connectionString: addresses.integrator, max: 2 })
  // A connection that breaks is replaced at the next use; without a listener it would end the process. The pool listens
  // while a connection is idle, and nobody does between the moment it is made and the moment it is handed out.
  for (const pool of [app, integrator]) {
    pool.on('error', () => {})
    pool.on('connect', (client) => client.on('error', () => {}))
  }
  return {
    inTx: (scope, work, { readOnly = false } = {}) => run(app, scope, readOnly, work),
    asIntegrator: (work) =>
      run(integrator, { tenant: '*', clients: '*', actor: { kind: 'job', id: 'integrator' } }, false, work),
    async close() {
      await Promise.all([app.end(), integrator.end()])
    },
  }
}

async function run<T>(pool: pg.Pool, scope: Scope, readOnly: boolean, work: (tx: Tx) => Promise<T>): Promise<T> {
  if (inTransaction.getStore() !== undefined) throw new TransactionNested('inTx inside inTx: pass tx on instead')
  for (let attempt = 1; ; attempt++) {
    const client = await connect(pool)
    let broken: Error | undefined
    const onError = (error: Error) => {
      broken = error
    }
    client.on('error', onError)
    try {
      await client.query(`begin${readOnly ? ' read only' : ''};${scopeSql(scope)}`)
      let open = true
      const tx: Tx = {
        scope,
        query: async <R extends Row>(sql: string, parameters?: readonly unknown[]) => {
          if (!open) throw new Error('this transaction has ended')
          const result = await client.query<R>(
            parameters === undefined ? { text: sql } : { name: statementName(sql), text: sql, values: [...parameters] },
          )
          return { rows: result.rows, rowCount: result.rowCount ?? 0 }
        },
      }
      const value = await inTransaction
        .run('open', () => work(tx))
        .finally(() => {
          open = false
        })
      await client.query('commit')
      return value
    } catch (error) {
      if (isConnectionLoss(error)) broken = error as Error
      if (broken === undefined)
        await client.query('rollback').catch((lost: Error) => {
          broken = lost
        })
      if (isConnectionLoss(error))
        throw new StoreUnavailable('the database went away in mid-transaction', { cause: error })
      if (!isSerialisation(error) || attempt >= RETRIES) throw error
    } finally {
      client.off('error', onError)
      client.release(broken)
    }
    await new Promise((resolve) => setTimeout(resolve, Math.min(200, 2 ** attempt) * (0.5 + Math.random())))
  }
}

async function connect(pool: pg.Pool): Promise<pg.PoolClient> {
  try {
    return await pool.connect()
  } catch (error) {
    throw new StoreUnavailable('no connection to the database', { cause: error })
  }
}

function scopeSql(scope: Scope): string {
  const clients = scope.clients === '*' ? '*' : scope.clients.join(',')
  const set = (name: string, value: string) => `set_config('waarborg.${name}', ${pg.escapeLiteral(value)}, true)`
  return `select ${set('tenant', scope.tenant)},${set('clients', clients)}`
}

const names = new Map<string, string>()
/** Statements are prepared once per connection, under a name made from their text. */
function statementName(sql: string): string {
  let name = names.get(sql)
  if (name === undefined) {
    name = createHash('sha256').update(sql).digest('base64url').slice(0, 22)
    if (names.size < 2_000) names.set(sql, name)
  }
  return name
}

function isSerialisation(error: unknown): boolean {
  const code = (error as { code?: string }).code
  return code === '40001' || code === '40P01'
}

/** SQLSTATE classes 08 and 57P (server going away), 53 (out of resources to connect), and node's socket errors. */
function isConnectionLoss(error: unknown): boolean {
  if (error instanceof StoreUnavailable) return true
  const { code, message } = error as { code?: string; message?: string }
  if (code !== undefined && /^(08|57P0[123]|53300|ECONN|EPIPE|ENOENT|ETIMEDOUT)/.test(code)) return true
  return /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/.test(
    message ?? '',
  )
}

/** Runs statements as the given role outside of any pool: migrations, set-up, tests. */
export async function withConnection<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end().catch(() => {})
  }
}
