/** Addresses that the organisation knows of a customer: found by a keyed hash, readable only with the key of their person. */
import type { Tx } from '../../platform/database.ts'
import { ApiError } from '../../platform/http.ts'
import { type Key, type KeyRing, keyedHash, openJson, sealJson, subjectKey } from '../../vault/index.ts'
import type { AddressKind, ContactAddress } from '../address.ts'
import { type Act, record, tenantOf } from './record.ts'

export type AddressPlace = { readonly client: string; readonly subject: string }
export type KnownAddress = { readonly id: string; readonly kind: AddressKind; readonly registeredAt: Date }

export const addressHash = (ring: KeyRing, tenant: string, { kind, address }: ContactAddress): Buffer =>
  keyedHash(ring.indexKey(tenant), 'address', kind, address)

const sealedAt = (tx: Tx, id: string): string[] => ['subject_address', 'sealed', tenantOf(tx), id]

/** The addresses of one customer, the first registered first. */
export async function addressesOf(tx: Tx, subject: string): Promise<KnownAddress[]> {
  const { rows } = await tx.query<{ address_id: string; kind: AddressKind; registered_at: Date }>(
    'select address_id, kind, registered_at from subject_address where tenant_id = $1 and subject_id = $2 order by registered_at, address_id',
    [tenantOf(tx), subject],
  )
  return rows.map((row) => ({ id: row.address_id, kind: row.kind, registeredAt: row.registered_at }))
}

/**
 * Makes these the addresses of a customer: what is not among them goes, what stays keeps its id. Each one that comes or goes is an
 * entry. Errors: `address_taken` (409: another customer of this client has it; control of it would not tell whose it is).
 */
export async function replaceAddresses(
  tx: Tx,
  ring: KeyRing,
  place: AddressPlace,
  wanted: readonly ContactAddress[],
  act: Act,
): Promise<void> {
  const tenant = tenantOf(tx)
  // One list after the other: of two that come at once the second finds what the first left.
  await tx.query('select 1 from data_subject where tenant_id = $1 and subject_id = $2 for update', [
    tenant,
    place.subject,
  ])
  const hashes = wanted.map((one) => addressHash(ring, tenant, one))
  const { rows: gone } = await tx.query<{ address_id: string; kind: AddressKind }>(
    `delete from subject_address where tenant_id = $1 and client_id = $4 and subject_id = $2 and not (address_hmac = any($3)) returning address_id, kind`,
    [tenant, place.subject, hashes, place.client],
  )
  for (const { address_id, kind } of gone)
    await record(tx, act, { type: 'address.removed', ...place, refs: { address: address_id }, body: { kind } })
  const key = await subjectKey(tx, ring, { tenant, ...place }, act.now)
  for (const [n, one] of wanted.entries()) await register(tx, key, place, one, { hash: hashes[n]!, n }, act)
}

async function register(
  tx: Tx,
  key: Key,
  { client, subject }: AddressPlace,
  one: ContactAddress,
  { hash, n }: { readonly hash: Buffer; readonly n: number },
  act: Act,
): Promise<void> {
  const tenant = tenantOf(tx)
  const { rows } = await tx.query<{ subject_id: string }>(
    'select subject_id from subject_address where tenant_id = $1 and client_id = $2 and address_hmac = $3',
    [tenant, client, hash],
  )
  if (rows[0]?.subject_id === subject) return
  const taken = () => new ApiError(409, 'address_taken', { param: `addresses[${n}].address` })
  if (rows[0] !== undefined) throw taken()
  const id = act.ids.next()
  const entry = await record(tx, act, {
    type: 'address.registered',
    client,
    subject,
    refs: { address: id },
    body: { kind: one.kind },
  })
  const { rowCount } = await tx.query(
    `insert into subject_address (tenant_id, client_id, address_id, subject_id, kind, address_hmac, registered_at, record, sealed)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (tenant_id, client_id, address_hmac) do nothing`,
    [tenant, client, id, subject, one.kind, hash, act.now, entry, sealJson(key, sealedAt(tx, id), one)],
  )
  // Somebody else got it while we looked.
  if (rowCount !== 1) throw taken()
}

/** One address in words, as its person's key opens it; undefined: it is no longer there. */
export async function readAddressOf(tx: Tx, key: Key, id: string): Promise<ContactAddress | undefined> {
  const { rows } = await tx.query<{ sealed: Buffer }>(
    'select sealed from subject_address where tenant_id = $1 and address_id = $2',
    [tenantOf(tx), id],
  )
  return rows[0] && (openJson(key, sealedAt(tx, id), rows[0].sealed) as ContactAddress)
}

/** Whether this is an address that was registered of this very customer. */
export async function knowsAddress(
  tx: Tx,
  ring: KeyRing,
  { client, subject }: AddressPlace,
  address: ContactAddress,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    'select 1 from subject_address where tenant_id = $1 and client_id = $2 and subject_id = $3 and address_hmac = $4',
    [tenantOf(tx), client, subject, addressHash(ring, tenantOf(tx), address)],
  )
  return rowCount > 0
}

export type AddressOwner = AddressPlace & { readonly address: string; readonly clientName: string }

/** Whose address this is, one per client; for a transaction over all clients of the organisation. */
export async function ownersOf(tx: Tx, hash: Uint8Array): Promise<AddressOwner[]> {
  const { rows } = await tx.query<{ client_id: string; subject_id: string; address_id: string; name: string }>(
    `select a.client_id, a.subject_id, a.address_id, c.name from subject_address a
     join client c on c.tenant_id = a.tenant_id and c.client_id = a.client_id
     where a.tenant_id = $1 and a.address_hmac = $2 order by c.name, a.client_id limit 20`,
    [tenantOf(tx), hash],
  )
  return rows.map((row) => ({
    client: row.client_id,
    subject: row.subject_id,
    address: row.address_id,
    clientName: row.name,
  }))
}
