/**
 * The life of an epoch: begun, left when every living key was wrapped anew, destroyed when the backup term has passed.
 * Each step may be interrupted and run again, in several processes at once. Entries of the ledger are written by
 * the caller's `record`, in the transaction of the change (the vault stands below the ledger).
 */
import type { Database, Row, Tx } from '../platform/database.ts'
import { rotateAttributeKeys } from './attribute-keys.ts'
import { type KeyRing, KeyUnavailable } from './io/keys.ts'
import { keyPlace } from './store.ts'

export type EpochEvent =
  | { readonly type: 'epoch.begun'; readonly tenant: string; readonly body: { readonly epoch: number } }
  | {
      readonly type: 'key.rotated'
      readonly tenant: string
      /** `keys`: how many keys of people and attributes this batch wrapped anew under `epoch`. */
      readonly body: { readonly epoch: number; readonly keys: number }
    }
  | {
      readonly type: 'epoch.destroyed'
      readonly tenant: string
      /** `erased`: data subjects erased while the epoch was in use, whose copies in backups are unreadable from here on. */
      readonly body: {
        readonly epoch: number
        readonly begunAt: string
        readonly leftAt: string
        readonly erased: number
      }
    }

export type EpochDeps = {
  readonly database: Database
  readonly ring: KeyRing
  readonly record: (tx: Tx, event: EpochEvent, now: Date) => Promise<void>
}

/** In days: how long an epoch is in use, and how long backups are kept. */
export type EpochTerms = { readonly epochDays: number; readonly backupDays: number }

export type Epoch = {
  readonly epoch: number
  readonly begunAt: Date
  readonly leftAt: Date | null
  readonly destroyedAt: Date | null
  /** Living keys of people and attributes wrapped under it, as far as the scope sees them. */
  readonly keys: number
}

const everywhere = { tenant: '*', clients: '*', actor: { kind: 'job', id: 'key-epochs' } } as const
const BATCH = 1_000
const DAY = 86_400_000
/** Of the epoch `e`: nothing living is wrapped under it. */
const unused = `not exists (select 1 from subject_key k where k.epoch = e.epoch) and not exists (select 1 from attribute_key k where k.epoch = e.epoch)`

/** All epochs, newest first. */
export async function listEpochs(tx: Tx): Promise<Epoch[]> {
  const { rows } = await tx.query<EpochRow & { keys: number }>(
    `select e.epoch, e.begun_at, e.left_at, e.destroyed_at, coalesce(k.keys, 0)::int as keys from key_epoch e
     left join (select epoch, count(*) as keys from (select epoch from subject_key union all select epoch from attribute_key) each_key group by epoch) k
       using (epoch) order by e.epoch desc`,
  )
  return rows.map((row) => ({
    epoch: row.epoch,
    begunAt: row.begun_at,
    leftAt: row.left_at,
    destroyedAt: row.destroyed_at,
    keys: row.keys,
  }))
}

type EpochRow = Row & { epoch: number; begun_at: Date; left_at: Date | null; destroyed_at: Date | null }

/**
 * The day after which nothing of a person who is erased now can be read in any backup: the epoch in use ends at the
 * latest then, and its key is destroyed when the backups of its time have passed their term. In whole days, rounded up.
 */
export function backupsUnreadableOn(epochBegunAt: Date, now: Date, { epochDays, backupDays }: EpochTerms): Date {
  const left = Math.max(epochBegunAt.getTime() + epochDays * DAY, now.getTime())
  // One day for the job that looks at it, and for rounding.
  return new Date(Math.ceil((left + (backupDays + 1) * DAY) / DAY) * DAY)
}

/** The same for the installation as it is now. */
export async function erasedFromBackupsOn(tx: Tx, terms: EpochTerms, now: Date): Promise<Date> {
  const { rows } = await tx.query<{ begun_at: Date }>(
    'select begun_at from key_epoch where left_at is null order by epoch desc limit 1',
  )
  return backupsUnreadableOn(rows[0]?.begun_at ?? now, now, terms)
}

/** A database that is new and a key folder that is not: the epoch in use is the newest one that has a key. */
export async function settleEpochs({ database, ring }: Pick<EpochDeps, 'database' | 'ring'>, now: Date): Promise<void> {
  await database.inTx(everywhere, async (tx) => {
    const { rows } = await tx.query<{ n: number; last: number }>(
      'select count(*)::int as n, max(epoch) as last from key_epoch',
    )
    const newest = ring.epochs().at(-1)
    if (rows[0]?.n !== 1 || newest === undefined || newest <= rows[0].last) return
    const { rowCount } = await tx.query('select 1 from subject_key union all select 1 from attribute_key limit 1')
    if (rowCount === 0) await insertEpoch(tx, newest, now)
  })
}

async function insertEpoch(tx: Tx, epoch: number, now: Date): Promise<boolean> {
  const { rowCount } = await tx.query(
    'insert into key_epoch (epoch, begun_at) values ($1, $2) on conflict do nothing',
    [epoch, now],
  )
  return rowCount === 1
}

/** Begins the next epoch when the last one is old enough, or always with `force`. Returns the epoch that was begun. */
export async function beginEpoch(
  { database, ring, record }: EpochDeps,
  { epochDays }: Pick<EpochTerms, 'epochDays'>,
  now: Date,
  { force = false }: { force?: boolean } = {},
): Promise<number | undefined> {
  const last = await database.inTx(
    everywhere,
    async (tx) =>
      (await tx.query<EpochRow>('select epoch, begun_at from key_epoch order by epoch desc limit 1')).rows[0]!,
    { readOnly: true },
  )
  if (!force && now.getTime() < last.begun_at.getTime() + epochDays * DAY) return undefined
  const epoch = last.epoch + 1
  // The key first: from the row on, every process wraps under it. A key without a row is taken up by the next try.
  await ring.beginEpoch(epoch)
  return database.inTx(everywhere, async (tx) => {
    if (!(await insertEpoch(tx, epoch, now))) return undefined
    for (const tenant of await tenants(tx)) await record(tx, { type: 'epoch.begun', tenant, body: { epoch } }, now)
    return epoch
  })
}

async function tenants(tx: Tx): Promise<string[]> {
  return (await tx.query<{ tenant_id: string }>('select tenant_id from tenant order by tenant_id')).rows.map(
    (row) => row.tenant_id,
  )
}

/**
 * Wraps living keys anew under the epoch in use, a batch per transaction, and leaves epochs that have none any more. A
 * subject that is erased meanwhile has no row and stays out. `until` ends it early; the rest is for the next run.
 */
export async function rotateKeys(
  deps: EpochDeps,
  now: Date,
  { batch = BATCH, until = () => false }: { batch?: number; until?: () => boolean } = {},
): Promise<{ keys: number; done: boolean }> {
  let keys = 0
  for (;;) {
    const moved = await deps.database.inTx(everywhere, (tx) => rotateBatch(tx, deps, batch, now))
    keys += moved
    if (moved === 0) break
    if (until()) return { keys, done: false }
  }
  await deps.database.inTx(everywhere, (tx) =>
    tx.query(
      `update key_epoch e set left_at = $1 where left_at is null and epoch < (select max(epoch) from key_epoch)
       and ${unused}`,
      [now],
    ),
  )
  return { keys, done: true }
}

type KeyRow = Row & { tenant_id: string; subject_id: string; wrapped: Buffer; epoch: number; place_version: number }

async function rotateBatch(tx: Tx, { ring, record }: EpochDeps, batch: number, now: Date): Promise<number> {
  const epoch = (await tx.query<{ epoch: number }>('select max(epoch) as epoch from key_epoch')).rows[0]!.epoch
  const { rows } = await tx.query<KeyRow>(
    `select tenant_id, subject_id, wrapped, epoch, place_version from subject_key where epoch < $1 order by epoch, tenant_id, subject_id limit ${Number(batch)}`,
    [epoch],
  )
  if (rows.length === 0) return rotateAttributes(tx, { ring, record }, epoch, batch, now)
  const anew = await Promise.all(
    rows.map(async (row) => {
      const key = await ring.unwrap(
        keyPlace(row.tenant_id, row.subject_id, row.epoch, row.place_version),
        row.wrapped,
        row.epoch,
      )
      return ring.wrap(keyPlace(row.tenant_id, row.subject_id, epoch), key, epoch)
    }),
  )
  const moved = await tx.query<{ tenant_id: string }>(
    `update subject_key k set wrapped = n.wrapped, epoch = $1, place_version = 2
     from unnest($2::text[], $3::text[], $4::int[], $5::bytea[]) as n(tenant, subject, epoch, wrapped)
     where k.tenant_id = n.tenant and k.subject_id = n.subject and k.epoch = n.epoch returning k.tenant_id`,
    [epoch, rows.map((row) => row.tenant_id), rows.map((row) => row.subject_id), rows.map((row) => row.epoch), anew],
  )
  // A key that was being made while its epoch was left: the epoch was used later than it said.
  await tx.query('update key_epoch set left_at = $2 where epoch = any($1::int[]) and left_at is not null', [
    [...new Set(rows.map((row) => row.epoch))],
    now,
  ])
  for (const [tenant, of] of Map.groupBy(moved.rows, (row) => row.tenant_id))
    await record(tx, { type: 'key.rotated', tenant, body: { epoch, keys: of.length } }, now)
  return moved.rowCount
}

async function rotateAttributes(
  tx: Tx,
  { ring, record }: Omit<EpochDeps, 'database'>,
  epoch: number,
  batch: number,
  now: Date,
): Promise<number> {
  const moved = await rotateAttributeKeys(tx, ring, epoch, batch)
  for (const [tenant, keys] of moved) await record(tx, { type: 'key.rotated', tenant, body: { epoch, keys } }, now)
  return [...moved.values()].reduce((sum, keys) => sum + keys, 0)
}

/**
 * Destroys the keys of epochs that were left longer ago than backups are kept, and under which nothing living is
 * wrapped. The key goes first, so that the entry is never true too early. Returns the epochs.
 */
export async function destroyEpochs(
  { database, ring, record }: EpochDeps,
  { backupDays }: Pick<EpochTerms, 'backupDays'>,
  now: Date,
): Promise<number[]> {
  const due = await database.inTx(
    everywhere,
    async (tx) =>
      (
        await tx.query<{ epoch: number }>(
          `select epoch from key_epoch e where left_at <= $1 and destroyed_at is null
             and ${unused} order by epoch`,
          [new Date(now.getTime() - backupDays * DAY)],
        )
      ).rows.map((row) => row.epoch),
    { readOnly: true },
  )
  const destroyed: number[] = []
  // A folder that cannot be reached holds no keys either: nothing may be said to be destroyed then.
  if (due.length > 0 && !ring.epochs().some((epoch) => epoch > due.at(-1)!))
    throw new KeyUnavailable('the key folder does not hold the key of the epoch in use')
  for (const epoch of due) {
    ring.destroyEpoch(epoch)
    await database.inTx(everywhere, async (tx) => {
      const { rows } = await tx.query<EpochRow & { left_at: Date }>(
        'update key_epoch set destroyed_at = $2 where epoch = $1 and destroyed_at is null returning epoch, begun_at, left_at, destroyed_at',
        [epoch, now],
      )
      if (rows[0] === undefined) return
      for (const tenant of await tenants(tx)) await record(tx, await destroyedEvent(tx, tenant, rows[0]), now)
    })
    destroyed.push(epoch)
  }
  return destroyed
}

async function destroyedEvent(
  tx: Tx,
  tenant: string,
  { epoch, begun_at, left_at }: EpochRow & { left_at: Date },
): Promise<EpochEvent> {
  const { rows } = await tx.query<{ n: number }>(
    'select count(*)::int as n from data_subject where tenant_id = $1 and erased_at >= $2 and erased_at <= $3',
    [tenant, begun_at, left_at],
  )
  return {
    type: 'epoch.destroyed',
    tenant,
    body: { epoch, begunAt: begun_at.toISOString(), leftAt: left_at.toISOString(), erased: rows[0]!.n },
  }
}
