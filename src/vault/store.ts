import { randomBytes } from 'node:crypto'
import type { Tx } from '../platform/database.ts'
import type { KeyRing } from './io/keys.ts'
import type { Key } from './seal.ts'

/** The key of a data subject does not exist: the subject was erased, or never had contents. */
export class KeyDestroyed extends Error {
  override readonly name = 'KeyDestroyed'
  readonly code = 'key_destroyed'
}

const place = (tenant: string, subject: string) => ['subject_key', tenant, subject]

/** The subject's key, made at first use. Two transactions that make it together end up with the same one. */
export async function subjectKey(
  tx: Tx,
  ring: KeyRing,
  of: { tenant: string; client: string; subject: string },
  now: Date,
): Promise<Key> {
  const found = await findKey(tx, ring, of)
  if (found) return found
  // Waits for an erasure under way: after it no key is made any more, so that nothing is written about the erased anew.
  const { rowCount: alive } = await tx.query(
    'select 1 from data_subject where tenant_id = $1 and subject_id = $2 and erased_at is null for key share',
    [of.tenant, of.subject],
  )
  if (alive === 0) throw new KeyDestroyed(`no key for subject ${of.subject}`)
  const key = randomBytes(32)
  const { wrapped, epoch } = ring.wrap(place(of.tenant, of.subject), key)
  const { rowCount } = await tx.query(
    `insert into subject_key (tenant_id, client_id, subject_id, wrapped, epoch, created_at) values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
    [of.tenant, of.client, of.subject, wrapped, epoch, now],
  )
  if (rowCount === 1) return key
  const other = await findKey(tx, ring, of)
  if (!other) throw new KeyDestroyed(`no key for subject ${of.subject}`)
  return other
}

/** The subject's key for reading; throws `KeyDestroyed` when there is none. */
export async function existingKey(tx: Tx, ring: KeyRing, of: { tenant: string; subject: string }): Promise<Key> {
  const key = await findKey(tx, ring, of)
  if (!key) throw new KeyDestroyed(`no key for subject ${of.subject}`)
  return key
}

async function findKey(tx: Tx, ring: KeyRing, of: { tenant: string; subject: string }): Promise<Key | undefined> {
  const { rows } = await tx.query<{ wrapped: Buffer; epoch: number }>(
    'select wrapped, epoch from subject_key where tenant_id = $1 and subject_id = $2',
    [of.tenant, of.subject],
  )
  const row = rows[0]
  return row && ring.unwrap(place(of.tenant, of.subject), row.wrapped, row.epoch)
}

/** Crypto-shredding: what was sealed under the key stays unreadable for ever. */
export async function destroyKey(tx: Tx, of: { tenant: string; subject: string }): Promise<boolean> {
  const { rowCount } = await tx.query('delete from subject_key where tenant_id = $1 and subject_id = $2', [
    of.tenant,
    of.subject,
  ])
  return rowCount === 1
}
