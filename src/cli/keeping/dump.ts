/** All rows of the database, as one moment saw them, through COPY; and back into a database that has only its tables. */
import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import type pg from 'pg'
import { copyIn, copyOut } from '../../platform/io/copy.ts'
import { withConnection } from '../../platform/io/pool.ts'
import type { BackupFile, DatabaseManifest } from './manifest.ts'
import { KeepingError } from './problem.ts'

type Dumped = Pick<DatabaseManifest, 'tables' | 'epochs'> & { readonly files: readonly BackupFile[] }

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`
const RELATIONS = `from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = 'public' and c.relkind in ('r', 'p') and c.relname <> 'schema_migration'`

/**
 * Writes `tables/<name>.copy.gz` for every table, all as of one snapshot. It reads as the role that serves requests, over
 * all organisations, so a table that this role may not read stops it: `table_unreadable`. The queue of jobs is left out: it
 * fills itself.
 */
export async function dumpDatabase(appUrl: string, folder: string): Promise<Dumped> {
  return withConnection(appUrl, async (client) => {
    await client.query('begin isolation level repeatable read read only')
    await client.query(`select set_config('waarborg.tenant', '*', true), set_config('waarborg.clients', '*', true)`)
    await client.query('set local statement_timeout = 0')
    const { rows } = await client.query<{ name: string; readable: boolean; columns: string[] }>(
      `select c.relname as name, has_table_privilege(c.oid, 'select') as readable,
         (select array_agg(a.attname::text order by a.attnum) from pg_attribute a
          where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns
       ${RELATIONS} order by 1`,
    )
    const closed = rows.find(({ readable }) => !readable)
    if (closed !== undefined) throw new KeepingError('table_unreadable', { table: closed.name })
    const tables: DatabaseManifest['tables'][number][] = []
    const files: BackupFile[] = []
    for (const { name, columns } of rows) {
      const path = `tables/${name}.copy.gz`
      const list = columns.map(quoted).join(', ')
      const source = copyOut(client, `copy (select ${list} from public.${quoted(name)}) to stdout`)
      files.push({ path, ...(await writeStream(join(folder, path), source, createGzip({ level: 1 }))) })
      tables.push({ name, columns, rows: source.rows, file: path })
    }
    const epochs = await client.query<{ epoch: number; keys: number }>(
      'select epoch, count(*)::int as keys from subject_key group by epoch order by epoch',
    )
    await client.query('commit')
    return { tables, files, epochs: epochs.rows }
  })
}

/** Writes and flushes a file of mode 0600; gives its size and hash. */
async function writeStream(
  path: string,
  source: NodeJS.ReadableStream,
  through: Transform,
): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256')
  let bytes = 0
  const measured = new Transform({
    transform(chunk: Buffer, _, done) {
      hash.update(chunk)
      bytes += chunk.length
      done(null, chunk)
    },
  })
  await pipeline(source, through, measured, createWriteStream(path, { flags: 'wx', mode: 0o600, flush: true }))
  return { bytes, sha256: hash.digest('hex') }
}

/**
 * Fills the tables as owner, in one transaction: all of it or nothing. What the migrations put in gives way. Errors:
 * `backup_damaged` when a table has another number of rows than the manifest says.
 */
export async function loadDatabase(
  ownerUrl: string,
  folder: string,
  { tables }: Pick<DatabaseManifest, 'tables'>,
): Promise<void> {
  await withConnection(ownerUrl, async (client) => {
    await client.query('begin')
    await client.query('set local statement_timeout = 0')
    const there = await client.query<{ name: string; forced: boolean }>(
      `select c.relname as name, c.relforcerowsecurity as forced ${RELATIONS}`,
    )
    const forced = there.rows.filter((row) => row.forced).map(({ name }) => name)
    // The owner sees every row only where row-level security is not forced on it; nobody else sees this transaction.
    for (const name of forced) await client.query(`alter table public.${quoted(name)} no force row level security`)
    await client.query(`truncate ${there.rows.map(({ name }) => `public.${quoted(name)}`).join(', ')}`)
    for (const name of await parentsFirst(
      client,
      tables.map((table) => table.name),
    )) {
      const { columns, rows, file } = tables.find((table) => table.name === name)!
      const source = createReadStream(join(folder, file)).pipe(createGunzip())
      const text = `copy public.${quoted(name)} (${columns.map(quoted).join(', ')}) from stdin`
      if ((await copyIn(client, text, source)) !== rows) throw new KeepingError('backup_damaged', { file })
    }
    await continueSequences(client)
    for (const name of forced) await client.query(`alter table public.${quoted(name)} force row level security`)
    await client.query('commit')
    await client.query('analyze')
  })
}

/** A table after those that its foreign keys point to. */
async function parentsFirst(client: pg.Client, names: readonly string[]): Promise<string[]> {
  const { rows } = await client.query<{ child: string; parent: string }>(
    `select c.relname as child, p.relname as parent from pg_constraint k
     join pg_class c on c.oid = k.conrelid join pg_class p on p.oid = k.confrelid where k.contype = 'f' and c.oid <> p.oid`,
  )
  const ordered: string[] = []
  const visit = (name: string, path: readonly string[]): void => {
    if (ordered.includes(name)) return
    if (path.includes(name)) throw new Error(`foreign keys in a circle: ${[...path, name].join(', ')}`)
    for (const { child, parent } of rows) if (child === name) visit(parent, [...path, name])
    ordered.push(name)
  }
  for (const name of names) visit(name, [])
  return ordered.filter((name) => names.includes(name))
}

/** Numbers go on after the highest that was put back. */
async function continueSequences(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string; column: string; sequence: string }>(
    `select c.relname as name, a.attname as column, pg_get_serial_sequence(quote_ident(c.relname), a.attname) as sequence
     from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'public' and a.attidentity <> '' and not a.attisdropped`,
  )
  for (const { name, column, sequence } of rows)
    await client.query(
      `select setval($1::regclass, greatest(coalesce((select max(${quoted(column)}) from public.${quoted(name)}), 0), 1), true)`,
      [sequence],
    )
}
