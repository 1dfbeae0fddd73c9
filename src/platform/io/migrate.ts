/** Plain numbered SQL: each file of migrations/ runs once, in order, in a transaction of its own, as the owner. */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type pg from 'pg'
import { withConnection } from './pool.ts'

export type Migration = { readonly name: string; readonly sql: string; readonly sha256: string }

export const migrationFolder = resolve(import.meta.dirname, '../../../migrations')

export function readMigrations(folder = migrationFolder): Migration[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => /^\d{4}-[a-z-]+\.sql$/.test(name))
    .sort()
    .map((name) => {
      const sql = readFileSync(join(folder, name), 'utf8')
      return { name, sql, sha256: createHash('sha256').update(sql).digest('hex') }
    })
}

/** A migration that ran has been edited since, or the database holds one this release does not know. */
export class MigrationMismatch extends Error {
  override readonly name = 'MigrationMismatch'
  readonly code = 'migration_mismatch'
}

/** Applies what is missing and returns the names of what was applied; safe when two processes start together. */
export async function migrate(ownerUrl: string, migrations = readMigrations()): Promise<string[]> {
  return withConnection(ownerUrl, async (client) => {
    await client.query(
      'create table if not exists schema_migration (name text primary key, sha256 text not null, applied_at timestamptz not null default now())',
    )
    const { rows } = await client.query<{ name: string; sha256: string }>(
      'select name, sha256 from schema_migration order by name',
    )
    const applied = new Map(rows.map((row) => [row.name, row.sha256]))
    for (const [name, sha256] of applied) {
      const known = migrations.find((migration) => migration.name === name)
      if (!known) throw new MigrationMismatch(`the database was migrated by a newer release: ${name} is unknown here`)
      if (known.sha256 !== sha256) throw new MigrationMismatch(`${name} has been edited after it ran on this database`)
    }
    const done: string[] = []
    for (const migration of migrations)
      if (!applied.has(migration.name) && (await apply(client, migration))) done.push(migration.name)
    return done
  })
}

async function apply(client: pg.Client, { name, sql, sha256 }: Migration): Promise<boolean> {
  await client.query('begin')
  try {
    await client.query('lock table schema_migration in exclusive mode')
    const { rowCount } = await client.query('select 1 from schema_migration where name = $1', [name])
    if (rowCount === 0) {
      await client.query(sql)
      await client.query('insert into schema_migration (name, sha256) values ($1, $2)', [name, sha256])
    }
    await client.query('commit')
    return rowCount === 0
  } catch (error) {
    await client.query('rollback').catch(() => {})
    throw new Error(`migration ${name}: ${(error as Error).message}`, { cause: error })
  }
}

export const appRole = 'waarborg_app'
export const integratorRole = 'waarborg_integrator'
export const ownerRole = 'waarborg_owner'
/** Owns the tables of the job queue and nothing else. */
export const jobsRole = 'waarborg_jobs'

/**
 * Creates the login roles that own nothing. Their passwords are given where the server asks for one; a private server
 * listens on a socket in a folder only its own account can enter, so it asks for none.
 */
export async function ensureRoles(
  superUrl: string,
  roles: readonly { name: string; password?: string }[],
): Promise<void> {
  await withConnection(superUrl, async (client) => {
    for (const { name, password } of roles) {
      const { rowCount } = await client.query('select 1 from pg_roles where rolname = $1', [name])
      const attributes = `login nosuperuser nocreatedb nocreaterole nobypassrls${password === undefined ? '' : ` password ${client.escapeLiteral(password)}`}`
      // Two processes may start together: the loser of the race finds the role there.
      if (rowCount === 0)
        await client
          .query(`create role ${client.escapeIdentifier(name)} ${attributes}`)
          .catch((error: { code?: string }) => {
            if (error.code !== '42710' && error.code !== '23505') throw error
          })
      else if (password !== undefined) await client.query(`alter role ${client.escapeIdentifier(name)} ${attributes}`)
    }
  })
}

/** Makes the database, its owner and its roles on a private server, or leaves them as they are. */
export async function ensureDatabase(superUrl: string, name: string): Promise<void> {
  await ensureRoles(superUrl, [{ name: ownerRole }, { name: appRole }, { name: integratorRole }, { name: jobsRole }])
  await withConnection(superUrl, async (client) => {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name])
    if (rowCount === 0) {
      await client.query(`create database ${client.escapeIdentifier(name)} owner ${ownerRole}`)
      await client.query(`revoke all on database ${client.escapeIdentifier(name)} from public`)
      await client.query(
        `grant connect on database ${client.escapeIdentifier(name)} to ${appRole}, ${integratorRole}, ${jobsRole}`,
      )
    }
  })
}
