/** Keys of AI systems in the database: made, replaced, revoked, listed, found. */
import type { Tx } from '../../platform/database.ts'
import { ApiError } from '../../platform/http.ts'
import type { Ids } from '../../platform/ids.ts'
import { decideNewKey, formatKey, type KeyRow, keyHash, keyIdFrom, keySecretFrom } from '../key.ts'
import { clientOfSystem } from '../store.ts'
import { type Act, record, tenantOf } from './record.ts'

export type SystemKey = {
  readonly id: string
  readonly client: string
  readonly system: string
  readonly label: string
  readonly createdAt: Date
  readonly expiresAt: Date | null
  readonly revokedAt: Date | null
  /** A day, or null when it was never used. */
  readonly lastUsedOn: string | null
}

/** `key` is the key itself: it exists here and with its holder, nowhere else. */
export type CreatedKey = { readonly row: SystemKey; readonly key: string }

export type NewKey = {
  readonly system: string
  readonly label: string
  readonly expiresAt?: Date | null
  /** Of a paired-prompt audit; stands beside the two that a system may have. */
  readonly audit?: boolean
}

/**
 * A key for one system. Errors: `system_unknown` (404), `key_limit` (409: two valid keys exist; also when two are
 * asked for at once), `key_expiry` (422: the end does not lie ahead).
 */
export async function createKey(tx: Tx, wanted: NewKey, act: Act): Promise<CreatedKey> {
  const client = await clientOfSystem(tx, wanted.system, { lock: true })
  const expiresAt = wanted.expiresAt ?? null
  const decision = decideNewKey(await listKeys(tx, { system: wanted.system }), expiresAt, act.now)
  if (!decision.may)
    throw new ApiError(
      decision.refused === 'key_limit' ? 409 : 422,
      decision.refused,
      decision.refused === 'key_expiry' ? { param: 'expiresAt' } : {},
    )
  const { keyId, secret } = newSecret(act.ids)
  await tx.query(
    `insert into system_key (tenant_id, client_id, key_id, system_id, secret_hash, label, created_at, created_by, expires_at, audit) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      tenantOf(tx),
      client,
      keyId,
      wanted.system,
      keyHash(secret),
      wanted.label,
      act.now,
      tx.scope.actor.id,
      expiresAt,
      wanted.audit ?? false,
    ],
  )
  await record(tx, act, {
    type: 'key.issued',
    client,
    refs: { key: keyId, system: wanted.system },
    body: { expiresAt: expiresAt?.toISOString() ?? null, ...(wanted.audit ? { audit: true } : {}) },
  })
  const row = {
    id: keyId,
    client,
    system: wanted.system,
    label: wanted.label,
    createdAt: act.now,
    expiresAt,
    revokedAt: null,
    lastUsedOn: null,
  }
  return { row, key: formatKey({ keyId, secret }) }
}

/** How long a replaced key goes on when nothing else is asked. */
export const ROTATION_GRACE_MS = 24 * 3_600_000

/**
 * A new key with the label and system of an old one, which goes on for `graceMs` (0: ends now; never longer than it
 * would have). Errors: `key_unknown` (404; also one that no longer works), `key_limit` (409).
 */
export async function rotateKey(
  tx: Tx,
  {
    key,
    graceMs = ROTATION_GRACE_MS,
    expiresAt,
  }: { readonly key: string; readonly graceMs?: number; readonly expiresAt?: Date | null },
  act: Act,
): Promise<CreatedKey> {
  const old = await findKey(tx, key)
  if (!old || old.revokedAt !== null || (old.expiresAt !== null && old.expiresAt <= act.now))
    throw new ApiError(404, 'key_unknown', { param: 'key' })
  const successor = { system: old.system, label: old.label, expiresAt: expiresAt ?? null }
  if (graceMs <= 0) {
    await revokeKey(tx, key, act)
    return createKey(tx, successor, act)
  }
  const created = await createKey(tx, successor, act)
  const end = new Date(act.now.getTime() + graceMs)
  if (old.expiresAt === null || old.expiresAt > end)
    await tx.query('update system_key set expires_at = $3 where tenant_id = $1 and key_id = $2', [
      tenantOf(tx),
      key,
      end,
    ])
  return created
}

/** A revoked key is refused from the next call on. False when it was revoked before. Errors: `key_unknown` (404). */
export async function revokeKey(tx: Tx, key: string, act: Act): Promise<boolean> {
  const row = await findKey(tx, key)
  if (!row) throw new ApiError(404, 'key_unknown', { param: 'key' })
  const { rowCount } = await tx.query(
    'update system_key set revoked_at = $3 where tenant_id = $1 and key_id = $2 and revoked_at is null',
    [tenantOf(tx), key, act.now],
  )
  if (rowCount === 0) return false
  await record(tx, act, { type: 'key.revoked', client: row.client, refs: { key, system: row.system } })
  return true
}

/** Revokes what keys paired-prompt audits of a system left behind. */
export async function revokeAuditKeys(tx: Tx, system: string, act: Act): Promise<void> {
  const { rows } = await tx.query<{ key_id: string }>(
    'select key_id from system_key where tenant_id = $1 and system_id = $2 and audit and revoked_at is null',
    [tenantOf(tx), system],
  )
  for (const { key_id } of rows) await revokeKey(tx, key_id, act)
}

/** Keys in the scope, newest first, also those that no longer work; a paired-prompt audit's own are not among them. */
export async function listKeys(tx: Tx, { system }: { readonly system?: string } = {}): Promise<SystemKey[]> {
  const { rows } = await tx.query<StoredKey>(
    `select ${columns} from system_key where tenant_id = $1 and ($2::text is null or system_id = $2) and not audit order by created_at desc, key_id`,
    [tenantOf(tx), system ?? null],
  )
  return rows.map(keyFrom)
}

export async function findKey(tx: Tx, key: string): Promise<SystemKey | undefined> {
  const { rows } = await tx.query<StoredKey>(`select ${columns} from system_key where tenant_id = $1 and key_id = $2`, [
    tenantOf(tx),
    key,
  ])
  return rows[0] && keyFrom(rows[0])
}

/** The row for deciding about a presented key, in whatever organisation it is: for a transaction over all of them. */
export async function keyRow(tx: Tx, keyId: string): Promise<KeyRow | undefined> {
  const { rows } = await tx.query<{
    tenant_id: string
    client_id: string
    system_id: string
    secret_hash: Buffer
    expires_at: Date | null
    revoked_at: Date | null
  }>('select tenant_id, client_id, system_id, secret_hash, expires_at, revoked_at from system_key where key_id = $1', [
    keyId,
  ])
  const row = rows[0]
  return (
    row && {
      keyId,
      tenant: row.tenant_id,
      client: row.client_id,
      system: row.system_id,
      secretHash: row.secret_hash,
      expiresAt: row.expires_at,
      revokedAt: row.revoked_at,
    }
  )
}

/** Writes down the day of use, at most once a day: a busy key must not make a busy row. */
export async function keyUsed(tx: Tx, keyId: string, day: string): Promise<void> {
  await tx.query(
    'update system_key set last_used_on = $2 where key_id = $1 and (last_used_on is null or last_used_on < $2)',
    [keyId, day],
  )
}

function newSecret(ids: Ids): { keyId: string; secret: string } {
  return {
    keyId: keyIdFrom(Buffer.from(ids.secret(8), 'base64url')),
    secret: keySecretFrom(Buffer.from(ids.secret(32), 'base64url')),
  }
}

const columns = 'key_id, client_id, system_id, label, created_at, expires_at, revoked_at, last_used_on'
type StoredKey = {
  key_id: string
  client_id: string
  system_id: string
  label: string
  created_at: Date
  expires_at: Date | null
  revoked_at: Date | null
  last_used_on: string | null
}

function keyFrom(row: StoredKey): SystemKey {
  return {
    id: row.key_id,
    client: row.client_id,
    system: row.system_id,
    label: row.label,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    lastUsedOn: row.last_used_on,
  }
}
