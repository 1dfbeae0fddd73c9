/**
 * A backup put back into an empty data folder. Until everything was checked the folder says that it is not whole, and
 * nothing opens it. With the ledger as it was when the installation was lost, the log goes on where it ended, and who was
 * erased since the backup is erased again.
 */
import { existsSync, readdirSync } from 'node:fs'
import { cp, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Envelope, NewEvent } from '../../ledger/contract.ts'
import { readPayload } from '../../ledger/entry.ts'
import { append, checkExport, nodeSha256, openSigner, pruneAgain, verifyLedger } from '../../ledger/index.ts'
import { CHECKPOINT_FILE } from '../../ledger/io/export.ts'
import { exportSource } from '../../ledger/io/export-source.ts'
import { LedgerError } from '../../ledger/rules.ts'
import { equalBytes, GrowingTree, hashLeaf, TILE_WIDTH, type Trust } from '../../ledger/verify/index.ts'
import type { Database } from '../../platform/database.ts'
import { randomIds } from '../../platform/ids.ts'
import { migrate, readMigrations } from '../../platform/io/migrate.ts'
import { withConnection } from '../../platform/io/pool.ts'
import type { PrivateServer } from '../../platform/io/server.ts'
import type { Settings } from '../../platform/settings.ts'
import { eraseSubject } from '../../privacy/index.ts'
import { endAttributesAgain } from '../../records/index.ts'
import { beginEpoch, erasedFromBackupsOn, type KeyRing, openKeys } from '../../vault/index.ts'
import { epochDeps } from '../application/key-epochs.ts'
import { type Installation, locateDatabase, openOn, placesOf, RESTORE_MARK } from '../installation.ts'
import { recordKept, settleLedger } from './back-up.ts'
import { loadDatabase } from './dump.ts'
import { keyFilesIn, markOf, putBackKeys } from './key-backup.ts'
import { checkFiles, type DatabaseManifest, keepApart, readManifest } from './manifest.ts'
import { KeepingError } from './problem.ts'

export type PutBack = {
  readonly at: string
  readonly rows: number
  /** Entries of the ledger now, and how many of them came from the newer ledger. */
  readonly entries: number
  readonly entriesAdded: number
  /** Data subjects erased again, because they were erased after the backup. */
  readonly erasedAgain: number
  /** Living keys that nothing opens any more, because their epoch was destroyed. */
  readonly unreadable: number
}

export type PutBackFrom = {
  readonly backup: string
  readonly keys: string
  /** The newest copy of the ledger that there is; absent: the one in the backup. */
  readonly ledger: string | undefined
}

const everywhere = { tenant: '*', clients: '*', actor: { kind: 'job', id: 'restore' } } as const

/**
 * Errors: every code of `KeepingError`; `KeyUnavailable` when the root key is another one; `LedgerError`. After an error the
 * data folder keeps its mark; nothing outside it has changed.
 */
export async function putBack(
  settings: Settings,
  from: PutBackFrom,
  { now, operator }: { readonly now: Date; readonly operator: string },
): Promise<PutBack> {
  const manifest = readManifest(from.backup, 'database')
  keepApart(from.backup, from.keys)
  checkMigrations(manifest)
  keyFilesIn(from.keys)
  await checkFiles(from.backup, manifest.files)
  if (existsSync(join(from.keys, 'manifest.json'))) await checkFiles(from.keys, readManifest(from.keys, 'keys').files)
  const places = placesOf(settings)
  await takeFolder(settings, places.folder)
  await putBackKeys(from.keys, places.keyFolder)
  const keys = await openKeys(places.keyFolder, settings)
  if (markOf(keys) !== manifest.mark) throw new KeepingError('keys_other', { folder: from.keys })
  const newer =
    from.ledger ?? (existsSync(join(places.exportFolder, CHECKPOINT_FILE)) ? places.exportFolder : undefined)
  const { server, addresses } = await locateDatabase(settings, keys)
  let installation: Installation | undefined
  try {
    await fill(addresses.owner, from.backup, manifest)
    if (newer === undefined && manifest.ledger.size > 0)
      await cp(join(from.backup, 'ledger'), places.exportFolder, { recursive: true })
    installation = await openOn(settings, keys, server, addresses)
    const done = await complete(installation, manifest, newer, keys, { now, operator })
    await rm(join(places.folder, RESTORE_MARK))
    return done
  } finally {
    await (installation?.close({ stopServer: 'always' }) ?? stop(server))
  }
}

const stop = async (server: PrivateServer | undefined) => server?.stop()

/** Every migration of the backup is known here, unchanged. */
function checkMigrations({ migrations }: DatabaseManifest): void {
  const known = new Map(readMigrations().map(({ name, sha256 }) => [name, sha256]))
  for (const { name, sha256 } of migrations)
    if (known.get(name) !== sha256) throw new KeepingError('backup_newer', { what: name })
}

async function takeFolder(settings: Settings, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  if (readdirSync(folder).length > 0) throw new KeepingError('target_not_empty', { folder })
  if (settings.databaseUrl !== null) {
    const { rows } = await withConnection(settings.databaseUrl, (client) =>
      client.query<{ there: boolean }>(`select to_regclass('public.schema_migration') is not null as there`),
    )
    if (rows[0]?.there) throw new KeepingError('target_in_use', { folder: 'DATABASE_URL' })
  }
  await writeFile(join(folder, RESTORE_MARK), '', { mode: 0o600 })
}

/** The tables as they were at the backup, then filled; what came to them since is for the migrations after it. */
async function fill(ownerUrl: string, backup: string, manifest: DatabaseManifest): Promise<void> {
  const then = new Set(manifest.migrations.map(({ name }) => name))
  await migrate(
    ownerUrl,
    readMigrations().filter(({ name }) => then.has(name)),
  )
  await loadDatabase(ownerUrl, backup, manifest)
}

async function complete(
  installation: Installation,
  manifest: DatabaseManifest,
  newer: string | undefined,
  keys: KeyRing,
  { now, operator }: { readonly now: Date; readonly operator: string },
): Promise<PutBack> {
  const { database, exportFolder, keyFolder, settings } = installation
  const { trust } = openSigner({ folder: keyFolder, origin: settings.ledgerOrigin })
  const before = newer ?? exportFolder
  await checkLedger(installation, before, trust, newer !== undefined)
  let entriesAdded = 0
  if (newer !== undefined) {
    entriesAdded = await goOn(installation, newer, trust)
    if (newer !== exportFolder) await cp(newer, exportFolder, { recursive: true })
    await settleLedger(installation)
  }
  // What went at the end of its term after the backup goes again.
  await pruneAgain(database)
  await checkExport({ database, exportFolder, trust })
  await settleKeys(installation, keys, now)
  const unreadable = await dropLostKeys(installation, keys)
  // What comes from here on is wrapped under a key that no backup of before holds.
  const actor = { kind: 'operator', id: operator } as const
  await beginEpoch(epochDeps({ database, ring: keys, ids: randomIds }, actor), settings, now, { force: true })
  const erasedAgain = await eraseAgain(installation, now, operator)
  await endAgain(installation, now, operator)
  await recordKept(installation, 'installation.restored', operator, now, {
    backup: manifest.at,
    entries: manifest.ledger.size,
    entriesAdded,
    erasedAgain,
    unreadable,
  })
  await settleLedger(installation)
  const { size } = await checkExport({ database, exportFolder, trust })
  const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0)
  return { at: manifest.at, rows, entries: size, entriesAdded, erasedAgain, unreadable }
}

/**
 * The whole ledger of the backup is right, and is the beginning of the newer one. Errors: `ledger_problems`, with the
 * first (`ledger_older` when the "newer" one is older); `ledger_forked` when the two are different histories.
 */
async function checkLedger({ database }: Installation, folder: string, trust: Trust, isNewer: boolean): Promise<void> {
  if (!existsSync(join(folder, CHECKPOINT_FILE))) {
    const { size } = await exportSource(folder, trust)
    const empty = await verifyLedger({ database, trust, allowOpen: true })
    if (empty.size === 0 && size === 0) return
    throw new KeepingError('ledger_problems', { problem: 'export_missing', count: 1 })
  }
  if (isNewer) {
    refuseProblems((await verifyLedger({ exportFolder: folder, trust, allowOpen: true })).problems)
    refuseProblems((await verifyLedger({ database, trust, allowOpen: true })).problems)
    return continues(database, folder, trust)
  }
  refuseProblems((await verifyLedger({ database, exportFolder: folder, trust, allowOpen: true })).problems)
}

/** The log of the database is the beginning of the one in the folder: the same root over as many entries. */
async function continues(database: Database, folder: string, trust: Trust): Promise<void> {
  const head = await database.inTx(
    everywhere,
    async (tx) => (await tx.query<{ size: number; root: Buffer }>('select size, root from ledger_head')).rows[0]!,
  )
  const source = await exportSource(folder, trust)
  if (source.size < head.size) throw new KeepingError('ledger_problems', { problem: 'ledger_older', count: 1 })
  const tree = new GrowingTree(nodeSha256)
  for (let first = 0; first < head.size; first += TILE_WIDTH) {
    const { rows, tiles } = await source.read(first, Math.min(first + TILE_WIDTH, head.size))
    for (let index = first; index < Math.min(first + TILE_WIDTH, head.size); index++) {
      // Of an entry that was pruned since only the hash is there; the copy was verified, so that is as good.
      const row = rows.get(index)
      tree.append(
        row === undefined ? tiles.get(first / TILE_WIDTH)![index % TILE_WIDTH]! : hashLeaf(row.payload, nodeSha256),
      )
    }
  }
  if (head.size > 0 && !equalBytes(tree.root(), head.root))
    throw new KeepingError('ledger_forked', { problem: `${head.size}` })
}

function refuseProblems(problems: readonly { readonly code: string }[]): void {
  if (problems.length > 0)
    throw new KeepingError('ledger_problems', { problem: problems[0]!.code, count: problems.length })
}

/**
 * Adds the entries after the backup's from the newer ledger, in their order and unchanged: so each gets the number it had.
 * What waited for a number at the backup is among them, or comes after them. Returns how many. Errors: `ledger_pruned` when
 * the newer ledger has pruned entries that the backup does not have either.
 */
async function goOn({ database }: Installation, folder: string, trust: Trust): Promise<number> {
  const source = await exportSource(folder, trust)
  const { size, waiting } = await database.inTx(everywhere, async (tx) => ({
    size: (await tx.query<{ size: number }>('select size from ledger_head')).rows[0]!.size,
    waiting: (
      await tx.query<{ payload: Buffer }>('select payload from ledger_pending where not conflict order by seq')
    ).rows.map((row) => eventIn(row.payload)),
  }))
  await database.asIntegrator((tx) => tx.query('delete from ledger_pending where not conflict'))
  for (let first = size; first < source.size; first += 256) {
    const end = Math.min(first + 256, source.size)
    const { rows } = await source.read(first, end)
    const entries = [...rows.values()].filter(({ index }) => index >= first && index < end)
    // The numbers of the entries after them would no longer be right.
    if (entries.length < end - first) throw new KeepingError('ledger_pruned', { size, first })
    await database.inTx(everywhere, async (tx) => {
      for (const { payload } of entries.sort((a, b) => a.index - b.index)) await append(tx, eventIn(payload))
    })
  }
  await database.inTx(everywhere, async (tx) => {
    for (const event of waiting) await append(tx, event)
  })
  return source.size - size
}

function eventIn(payload: Uint8Array): NewEvent {
  const read = readPayload(payload)
  if (!('envelope' in read)) throw new LedgerError('ledger_damaged', read.wrong)
  const { v: _, ...event }: Envelope = read.envelope
  return event as NewEvent
}

/**
 * Epochs as the ledger knows them: a destroyed key does not come back with an older backup of the keys, and a number is
 * never used twice.
 */
async function settleKeys({ database }: Installation, keys: KeyRing, now: Date): Promise<void> {
  const destroyed = await database.inTx(everywhere, async (tx) => {
    const { rows } = await tx.query<{ type: string; payload: Buffer }>(
      `select type, payload from ledger_entry where type in ('epoch.begun', 'epoch.destroyed') order by idx`,
    )
    const epochsOf = (wanted: string) => [
      ...new Set(rows.filter(({ type }) => type === wanted).map(({ payload }) => Number(eventIn(payload).body.epoch))),
    ]
    await tx.query(
      `insert into key_epoch (epoch, begun_at, left_at) select epoch, $2, $2 from unnest($1::int[]) as given(epoch) on conflict do nothing`,
      [epochsOf('epoch.begun'), now],
    )
    await tx.query(
      `update key_epoch set destroyed_at = coalesce(destroyed_at, $2), left_at = coalesce(left_at, $2) where epoch = any($1::int[])`,
      [epochsOf('epoch.destroyed'), now],
    )
    return epochsOf('epoch.destroyed')
  })
  for (const epoch of destroyed) keys.destroyEpoch(epoch)
}

/**
 * Keys whose epoch was destroyed since open nothing any more, and go. Returns how many. Errors: `keys_older` when an
 * epoch's key is missing without that.
 */
async function dropLostKeys({ database }: Installation, keys: KeyRing): Promise<number> {
  return database.inTx(everywhere, async (tx) => {
    const { rows } = await tx.query<{ epoch: number; destroyed: boolean }>(
      `select k.epoch, coalesce(bool_or(e.destroyed_at is not null), false) as destroyed
       from (select epoch from subject_key union all select epoch from attribute_key) k left join key_epoch e using (epoch)
       group by k.epoch order by k.epoch`,
    )
    const there = new Set(keys.epochs())
    const missing = rows.filter(({ epoch }) => !there.has(epoch))
    const unexplained = missing.find(({ destroyed }) => !destroyed)
    if (unexplained !== undefined) throw new KeepingError('keys_older', { epoch: unexplained.epoch })
    const gone = missing.map(({ epoch }) => epoch)
    await tx.query('delete from attribute_key where epoch = any($1::int[])', [gone])
    return (await tx.query('delete from subject_key where epoch = any($1::int[])', [gone])).rowCount
  })
}

/** Attributes of people that ended after the backup end again, and values that were taken back go again. */
async function endAgain({ database }: Installation, now: Date, operator: string): Promise<void> {
  const { rows } = await database.inTx(everywhere, (tx) =>
    tx.query<{ tenant_id: string }>('select tenant_id from tenant order by tenant_id'),
  )
  for (const { tenant_id: tenant } of rows)
    await database.inTx({ tenant, clients: '*', actor: { kind: 'operator', id: operator } }, (tx) =>
      endAttributesAgain(tx, `operator:${operator}`, { now, ids: randomIds }),
    )
}

/** Who is erased according to the ledger, and is not in what was put back. */
async function eraseAgain({ database, settings }: Installation, now: Date, operator: string): Promise<number> {
  const { rows } = await database.inTx(everywhere, (tx) =>
    tx.query<{ tenant_id: string; subject_id: string }>(
      `select distinct s.tenant_id, s.subject_id from ledger_entry e join data_subject s using (tenant_id, subject_id)
       where e.type = 'erasure.completed' and s.erased_at is null order by 1, 2`,
    ),
  )
  for (const { tenant_id: tenant, subject_id: subject } of rows)
    await database.inTx({ tenant, clients: '*', actor: { kind: 'operator', id: operator } }, async (tx) => {
      const backupsUntil = await erasedFromBackupsOn(tx, settings, now)
      await eraseSubject(tx, subject, { cause: 'restore', backupsUntil }, { now, ids: randomIds })
    })
  return rows.length
}
