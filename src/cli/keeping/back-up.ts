/** A backup of the database with a copy of the ledger, in a folder of its own; its manifest comes last. */

import { globSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { append, openSigner, startIntegrator } from '../../ledger/index.ts'
import { CHECKPOINT_FILE, exportUpTo } from '../../ledger/io/export.ts'
import { integratorView } from '../../ledger/store.ts'
import { systemClock } from '../../platform/clock.ts'
import { randomIds } from '../../platform/ids.ts'
import { readMigrations } from '../../platform/io/migrate.ts'
import { withConnection } from '../../platform/io/pool.ts'
import { silentLog } from '../../platform/log.ts'
import type { Installation } from '../installation.ts'
import { dumpDatabase } from './dump.ts'
import { markOf } from './key-backup.ts'
import { type DatabaseManifest, emptyFolder, hashFile, keepApart, writeManifest } from './manifest.ts'

export type BackUp = { readonly manifest: DatabaseManifest; readonly sha256: string }

/** Errors: `target_not_empty`, `together`, `table_unreadable`. Until the manifest is there, the folder is half a backup. */
export async function backUp(
  installation: Installation,
  out: string,
  { release, now, operator }: { readonly release: string; readonly now: Date; readonly operator: string },
): Promise<BackUp> {
  const { database, keys, keyFolder, exportFolder, folder: data, settings, appUrl, ownerUrl } = installation
  for (const live of [keyFolder, exportFolder, join(data, 'postgres')]) keepApart(out, live)
  await emptyFolder(out)
  await mkdir(join(out, 'tables'), { mode: 0o700 })
  await settleLedger(installation)
  // The ledger first: what the database then holds is never less than its copy.
  const { signed } = await database.asIntegrator(integratorView)
  if (signed !== undefined) await exportUpTo(database, join(out, 'ledger'), 0, signed)
  const { tables, files, epochs } = await dumpDatabase(appUrl, out)
  const ledger = globSync('ledger/**', { cwd: out, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(out, join(entry.parentPath, entry.name)))
    .sort()
  const manifest: DatabaseManifest = {
    format: 'waarborg-backup',
    version: 1,
    kind: 'database',
    release,
    at: now.toISOString(),
    mark: markOf(keys),
    migrations: await migrationsOf(ownerUrl),
    tables,
    ledger: { size: signed?.size ?? 0, origin: settings.ledgerOrigin },
    epochs,
    files: [
      ...files,
      ...(await Promise.all(ledger.map(async (path) => ({ path, ...(await hashFile(join(out, path))) })))),
    ],
  }
  const sha256 = await writeManifest(out, manifest)
  await recordKept(installation, 'backup.completed', operator, now, {
    kind: 'database',
    manifest: sha256,
    tables: tables.length,
    rows: tables.reduce((sum, table) => sum + table.rows, 0),
    entries: manifest.ledger.size,
  })
  return { manifest, sha256 }
}

async function migrationsOf(ownerUrl: string): Promise<DatabaseManifest['migrations']> {
  const known = new Set(readMigrations().map(({ name }) => name))
  const { rows } = await withConnection(ownerUrl, (client) =>
    client.query<{ name: string; sha256: string }>('select name, sha256 from schema_migration order by name'),
  )
  return rows.filter(({ name }) => known.has(name))
}

/** Numbers, signs and exports what waits, when no server does. Safe beside one that does. */
export async function settleLedger({ database, keyFolder, exportFolder, settings }: Installation): Promise<void> {
  const integrator = startIntegrator({
    database,
    signer: openSigner({ folder: keyFolder, origin: settings.ledgerOrigin }),
    exportFolder,
    intervalMs: 1_000,
    clock: systemClock,
    log: silentLog,
  })
  try {
    await integrator.settled()
  } finally {
    await integrator.stop()
  }
}

/** An entry of each organisation: what was kept or put back holds the records of all. */
export async function recordKept(
  { database }: Pick<Installation, 'database'>,
  type: 'backup.completed' | 'installation.restored',
  operator: string,
  now: Date,
  body: Readonly<Record<string, string | number | null>>,
): Promise<void> {
  const actor = { kind: 'operator', id: operator } as const
  await database.inTx({ tenant: '*', clients: '*', actor }, async (tx) => {
    for (const { tenant_id } of (await tx.query<{ tenant_id: string }>('select tenant_id from tenant')).rows)
      await append(tx, {
        id: randomIds.next(),
        type,
        at: now.toISOString(),
        actor,
        tenant: tenant_id,
        client: null,
        subject: null,
        refs: {},
        body,
      })
  })
}

export { CHECKPOINT_FILE }
