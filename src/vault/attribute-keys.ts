/**
 * Keys of attributes of people (origin, age, region): one per attribute of a client, apart from the keys of the people. A value
 * opens with both. They are wrapped by the epoch in use and wrapped anew like those of people, so that the end of an attribute
 * reaches backups by the same date.
 */
import { randomBytes } from 'node:crypto'
import type { Row, Tx } from '../platform/database.ts'
import type { KeyRing } from './io/keys.ts'
import { type Key, keyedHash } from './seal.ts'
import { currentEpoch, KeyDestroyed } from './store.ts'

export type AttributeOf = { readonly tenant: string; readonly client: string; readonly attribute: string }

const placeOf = ({ tenant, client, attribute }: AttributeOf, epoch: number) => [
  'attribute_key',
  tenant,
  client,
  attribute,
  String(epoch),
]

/** Makes the key of an attribute that has none. */
export async function makeAttributeKey(tx: Tx, ring: KeyRing, of: AttributeOf, now: Date): Promise<void> {
  const epoch = await currentEpoch(tx)
  const wrapped = await ring.wrap(placeOf(of, epoch), randomBytes(32), epoch)
  await tx.query(
    `insert into attribute_key (tenant_id, client_id, attribute_id, wrapped, epoch, created_at) values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
    [of.tenant, of.client, of.attribute, wrapped, epoch, now],
  )
}

/** Throws `KeyDestroyed` when the attribute has ended. With `hold` it does not end before this transaction does. */
export async function attributeKey(
  tx: Tx,
  ring: KeyRing,
  of: AttributeOf,
  { hold = false }: { readonly hold?: boolean } = {},
): Promise<Key> {
  const { rows } = await tx.query<{ wrapped: Buffer; epoch: number }>(
    `select wrapped, epoch from attribute_key where tenant_id = $1 and client_id = $2 and attribute_id = $3 ${hold ? 'for key share' : ''}`,
    [of.tenant, of.client, of.attribute],
  )
  const row = rows[0]
  if (row === undefined) throw new KeyDestroyed(`no key for attribute ${of.attribute}`)
  return ring.unwrap(placeOf(of, row.epoch), row.wrapped, row.epoch)
}

/** What was sealed of this attribute stays unreadable for ever. */
export async function destroyAttributeKey(tx: Tx, of: AttributeOf): Promise<boolean> {
  const { rowCount } = await tx.query(
    'delete from attribute_key where tenant_id = $1 and client_id = $2 and attribute_id = $3',
    [of.tenant, of.client, of.attribute],
  )
  return rowCount === 1
}

/** The key of one value: nobody makes it without the key of the attribute and that of the person. */
export const attributeValueKey = (attribute: Key, subject: Key): Key => keyedHash(attribute, 'value', subject)

type KeyRow = Row & { tenant_id: string; client_id: string; attribute_id: string; wrapped: Buffer; epoch: number }

/** Wraps keys of attributes anew under an epoch, at most `batch`; gives how many of each organisation. */
export async function rotateAttributeKeys(
  tx: Tx,
  ring: KeyRing,
  epoch: number,
  batch: number,
): Promise<ReadonlyMap<string, number>> {
  const { rows } = await tx.query<KeyRow>(
    `select tenant_id, client_id, attribute_id, wrapped, epoch from attribute_key where epoch < $1
     order by epoch, tenant_id, client_id, attribute_id limit ${Number(batch)}`,
    [epoch],
  )
  const moved = new Map<string, number>()
  for (const row of rows) {
    const of = { tenant: row.tenant_id, client: row.client_id, attribute: row.attribute_id }
    const key = await ring.unwrap(placeOf(of, row.epoch), row.wrapped, row.epoch)
    const { rowCount } = await tx.query(
      `update attribute_key set wrapped = $5, epoch = $6 where tenant_id = $1 and client_id = $2 and attribute_id = $3 and epoch = $4`,
      [of.tenant, of.client, of.attribute, row.epoch, await ring.wrap(placeOf(of, epoch), key, epoch), epoch],
    )
    moved.set(of.tenant, (moved.get(of.tenant) ?? 0) + rowCount)
  }
  return moved
}
