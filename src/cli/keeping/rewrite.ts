/**
 * A row that was deleted stays in the files of a database until something else is written over it, and so do the rows that a
 * change left behind, their places in indexes, and the log that tells of them. Of somebody who was erased those are numbers made
 * of their words and references with a key that lives on. Here the tables with such numbers are written anew, without them, and
 * the log before that is taken away. Only of the private server: of another its own people do it (docs/howto/production.md).
 */
import type pg from 'pg'
import { append } from '../../ledger/index.ts'
import type { Scope } from '../../platform/database.ts'
import { randomIds } from '../../platform/ids.ts'
import { withConnection } from '../../platform/io/pool.ts'
import { databaseName, type Installation } from '../installation.ts'
import { KeepingError } from './problem.ts'

/**
 * Tables with numbers made of what somebody said or is called by, under keys that outlive them; and the keys of people
 * themselves: without the old copies of those, what else is left of the erased is noise. A test compares this with the schema.
 */
export const rewrittenTables = [
  'applied_record',
  'attribute_key',
  'case_message',
  'code_delivery',
  'complaint',
  'conversation',
  'decision',
  'decision_review',
  'idempotency',
  'imported_key',
  'portal_code',
  'search_document',
  'search_token',
  'subject_address',
  'subject_key',
  'subject_reference',
  'wrong_answer',
] as const

/** A table is shut while it is written anew. A larger one than this waits for a person to choose the moment. */
const SHUT_AT_MOST_BYTES = 512 * 1_048_576
/** Who wants to use a table meanwhile waits behind this; then it is tried again later. */
const LOCK_MS = 2_000
const ATTEMPTS = 3

export type Rewritten = {
  readonly tables: readonly string[]
  /** Tables that were in use or are too large, and keep what they held. */
  readonly left: readonly string[]
}

/**
 * Writes the tables anew. `whole`: also those that are large, for who has chosen the moment. What somebody who still reads an
 * older state of the database can see (a backup under way) stays until the next time. Safe to cut off, and to repeat. Errors:
 * `server_not_private`.
 */
export async function rewriteTables(
  { server }: Pick<Installation, 'server'>,
  { whole = false }: { readonly whole?: boolean } = {},
): Promise<Rewritten> {
  if (server === undefined) throw new KeepingError('server_not_private')
  return withConnection(server.url('postgres', databaseName), async (client) => {
    await client.query(`select set_config('lock_timeout', $1, false), set_config('statement_timeout', '0', false)`, [
      `${LOCK_MS}ms`,
    ])
    const tables: string[] = []
    const left: string[] = []
    for (const table of rewrittenTables) {
      const { rows } = await client.query<{ bytes: string }>('select pg_total_relation_size($1::regclass) as bytes', [
        `public.${table}`,
      ])
      const fits = whole || Number(rows[0]!.bytes) <= SHUT_AT_MOST_BYTES
      if (fits && (await attempted(client, `vacuum (full, analyze) public.${table}`))) tables.push(table)
      else left.push(table)
    }
    // Samples of columns that the planner keeps; they were taken anew above, and the old ones go.
    if (!(await attempted(client, 'vacuum full pg_catalog.pg_statistic'))) left.push('pg_statistic')
    await dropOldLog(client)
    return { tables, left }
  })
}

/** False when others kept using the table. */
async function attempted(client: pg.Client, statement: string): Promise<boolean> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++)
    try {
      await client.query(statement)
      return true
    } catch (error) {
      if ((error as { code?: string }).code !== '55P03') throw error
    }
  return false
}

/** Log files that are kept ready to be used again hold what stood in them, so each is used up or removed. */
const MOST_FILES = 80

/**
 * Ends the log file in use, and all that are kept ready after it, so that a checkpoint finds them old and removes them. A file
 * that is ended early is filled with zeros.
 */
async function dropOldLog(client: pg.Client): Promise<void> {
  await client.query('alter system set wal_recycle = off')
  await client.query('select pg_reload_conf()')
  try {
    await client.query('checkpoint')
    const { rows } = await client.query<{ ready: number }>(
      `select count(*)::int as ready from pg_ls_waldir() where name ~ '^[0-9A-F]{24}$' and name > pg_walfile_name(pg_current_wal_lsn())`,
    )
    for (let n = 0; n <= Math.min(rows[0]!.ready, MOST_FILES); n++) {
      // A file in which nothing was written is not ended.
      await client.query(`select pg_logical_emit_message(false, 'waarborg', 'end')`)
      await client.query('select pg_switch_wal()')
    }
    await client.query('checkpoint')
  } finally {
    await client.query('alter system reset wal_recycle')
    await client.query('select pg_reload_conf()')
  }
}

// -- after erasure ----------------------------------------------------------------------------------------------------

/** After these there may be something of somebody in the files that is not in the tables. */
const leavesTraces = ['erasure.completed', 'retention.applied']

/**
 * Writes the tables anew when somebody was erased, or something reached its term, since the last time that nothing was left;
 * with an entry in each organisation that this is about. Undefined: there was no need. Errors: `server_not_private`.
 */
export async function rewriteErased(
  installation: Pick<Installation, 'server' | 'database'>,
  { actor, now, whole = false }: { readonly actor: Scope['actor']; readonly now: Date; readonly whole?: boolean },
): Promise<Rewritten | undefined> {
  const { database } = installation
  const scope: Scope = { tenant: '*', clients: '*', actor }
  // Any moment before the tables are written: what is erased meanwhile is for the next time.
  const tenants = await database.inTx(
    scope,
    async (tx) =>
      (
        await tx.query<{ tenant_id: string }>(
          `select tenant_id from tenant t where (${latest('= any($1)')}) > coalesce((${latest(`= 'database.rewritten'`)}), '-infinity'::timestamptz)`,
          [leavesTraces],
        )
      ).rows.map((row) => row.tenant_id),
    { readOnly: true },
  )
  if (tenants.length === 0 && !whole) return undefined
  const done = await rewriteTables(installation, { whole })
  if (done.left.length === 0)
    await database.inTx(scope, async (tx) => {
      for (const tenant of tenants)
        await append(tx, {
          id: randomIds.next(),
          type: 'database.rewritten',
          at: now.toISOString(),
          actor,
          tenant,
          client: null,
          subject: null,
          refs: {},
          body: { tables: done.tables.length },
        })
    })
  return done
}

/** The last entry of these types of organisation `t`, numbered or not. */
const latest = (types: string) => `select max(at) from (
  select at from ledger_entry e where e.tenant_id = t.tenant_id and e.type ${types}
  union all select at from ledger_pending p where p.tenant_id = t.tenant_id and p.type ${types}) listed`
