import { randomBytes } from 'node:crypto'
import type { Tx } from '../platform/database.ts'
import { Statement } from '../platform/statement.ts'
import type { KeyRing } from './io/keys.ts'
import type { Key } from './seal.ts'

/** The key of a data subject does not exist: the subject was erased, or never had contents. */
export class KeyDestroyed extends Error {
  override readonly name = 'KeyDestroyed'
  readonly code = 'key_destroyed'
}

/** What is bound to a wrapped key: whose it is and under which epoch's key it was wrapped. */
export function keyPlace(tenant: string, subject: string, epoch: number, version = 2): string[] {
  return version === 1 ? ['subject_key', tenant, subject] : ['subject_key', tenant, subject, String(epoch)]
}

/**
 * The subject's key for writing, made at first use. Two transactions that make it together end up with the same one. It is held
 * until the transaction ends, so that `destroyUnused` never takes a key under which something is being sealed.
 */
export async function subjectKey(
  tx: Tx,
  ring: KeyRing,
  of: { tenant: string; client: string; subject: string },
  now: Date,
): Promise<Key> {
  // A second round when another transaction made the key, or the epoch was left, between two statements.
  for (let attempt = 1; attempt <= 3; attempt++) {
    const found = await findKey(tx, ring, of, 'for key share')
    if (found) return found
    // Waits for an erasure under way: after it no key is made any more, so that nothing is written about the erased anew.
    const { rowCount: alive } = await tx.query(
      'select 1 from data_subject where tenant_id = $1 and subject_id = $2 and erased_at is null for key share',
      [of.tenant, of.subject],
    )
    if (alive === 0) break
    const { key, row } = await newKey(ring, of, await currentEpoch(tx))
    const statement = new Statement()
    const { rowCount } = await tx.query(keyPart(statement, of, row, now), statement.values)
    if (rowCount === 1) return key
  }
  throw new KeyDestroyed(`no key for subject ${of.subject}`)
}

/** A subject's key as it stands in its row. */
export type WrappedKey = { readonly wrapped: Uint8Array; readonly epoch: number; readonly placeVersion: number }

/** The key in a row that was read with other facts. Errors: `KeyUnavailable`, `SealBroken`. */
export const openWrapped = (
  ring: KeyRing,
  { tenant, subject }: { tenant: string; subject: string },
  { wrapped, epoch, placeVersion }: WrappedKey,
): Promise<Key> => ring.unwrap(keyPlace(tenant, subject, epoch, placeVersion), wrapped, epoch)

/** A key for a subject without one; it counts once its row is written (`keyPart`). Errors: `KeyUnavailable`. */
export async function newKey(
  ring: KeyRing,
  { tenant, subject }: { tenant: string; subject: string },
  epoch: number,
): Promise<{ readonly key: Key; readonly row: WrappedKey }> {
  const key = randomBytes(32)
  const wrapped = await ring.wrap(keyPlace(tenant, subject, epoch), key, epoch)
  return { key, row: { wrapped, epoch, placeVersion: 2 } }
}

/**
 * Writes the row of a new key as a part of a statement, which sees to it that the subject is there and not erased. No row
 * comes back when there is a key already, or the epoch was left: then the key must not be used.
 */
export function keyPart(
  statement: Statement,
  { tenant, client, subject }: { tenant: string; client: string; subject: string },
  { wrapped, epoch, placeVersion }: WrappedKey,
  now: Date,
): string {
  const given = [
    statement.value(tenant, 'text'),
    statement.value(client, 'text'),
    statement.value(subject, 'text'),
    statement.value(wrapped, 'bytea'),
  ]
  const inUse = statement.value(epoch, 'int')
  // Under an epoch that was left nothing is wrapped any more: its key will be destroyed.
  return `insert into subject_key (tenant_id, client_id, subject_id, wrapped, epoch, place_version, created_at)
    select ${given.join(', ')}, ${inUse}, ${statement.value(placeVersion, 'smallint')}, ${statement.value(now, 'timestamptz')}
    where exists (select 1 from key_epoch where epoch = ${inUse} and left_at is null)
    on conflict do nothing returning 1`
}

/** The epoch under which new keys are wrapped. */
export async function currentEpoch(tx: Tx): Promise<number> {
  const { rows } = await tx.query<{ epoch: number | null }>(
    'select max(epoch) as epoch from key_epoch where left_at is null',
  )
  const epoch = rows[0]?.epoch
  if (epoch === null || epoch === undefined) throw new Error('no epoch is in use')
  return epoch
}

/** The subject's key for reading; throws `KeyDestroyed` when there is none. */
export async function existingKey(tx: Tx, ring: KeyRing, of: { tenant: string; subject: string }): Promise<Key> {
  const key = await findKey(tx, ring, of)
  if (!key) throw new KeyDestroyed(`no key for subject ${of.subject}`)
  return key
}

async function findKey(
  tx: Tx,
  ring: KeyRing,
  of: { tenant: string; subject: string },
  hold: '' | 'for key share' = '',
): Promise<Key | undefined> {
  const { rows } = await tx.query<{ wrapped: Buffer; epoch: number; place_version: number }>(
    `select wrapped, epoch, place_version from subject_key where tenant_id = $1 and subject_id = $2 ${hold}`,
    [of.tenant, of.subject],
  )
  const row = rows[0]
  return row && ring.unwrap(keyPlace(of.tenant, of.subject, row.epoch, row.place_version), row.wrapped, row.epoch)
}

/** Crypto-shredding: what was sealed under the key stays unreadable for ever. */
export async function destroyKey(tx: Tx, of: { tenant: string; subject: string }): Promise<boolean> {
  const { rowCount } = await tx.query('delete from subject_key where tenant_id = $1 and subject_id = $2', [
    of.tenant,
    of.subject,
  ])
  return rowCount === 1
}

/**
 * Destroys keys under which nothing is sealed any more, at most `limit`, and returns of whom. `unused` is a condition on the row
 * `k` of `subject_key`, with parameters from `$1` on as in `values`. A key that somebody seals under now is passed over. The subject
 * lives on: when there is something to seal again, there is another key.
 */
export async function destroyUnused(
  tx: Tx,
  { unused, values, limit }: { readonly unused: string; readonly values: readonly unknown[]; readonly limit: number },
): Promise<string[]> {
  // First the locks, then a look with the eyes of a later statement: what was committed before the lock is seen.
  const held = await tx.query<{ subject_id: string }>(
    `select k.subject_id from subject_key k where ${unused} limit ${Number(limit)} for update of k skip locked`,
    values,
  )
  if (held.rowCount === 0) return []
  const subjects = held.rows.map((row) => row.subject_id)
  const { rows } = await tx.query<{ subject_id: string }>(
    `delete from subject_key k where k.subject_id = any($${values.length + 1}) and ${unused} returning k.subject_id`,
    [...values, subjects],
  )
  return rows.map((row) => row.subject_id)
}
