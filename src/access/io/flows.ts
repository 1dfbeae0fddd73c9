/** Sign-ins under way: what the server must remember between two requests of one browser, sealed, of use once. */
import type { Tx } from '../../platform/database.ts'
import { ApiError } from '../../platform/http.ts'
import { type Key, openJson, sealJson } from '../../vault/index.ts'
import { tokenHash } from '../session.ts'

export type FlowKind = 'passkey' | 'passkey_registration' | 'oidc'

/** Long enough to find a phone or to sign in elsewhere, short enough to be worth little. */
export const FLOW_MS = 10 * 60_000
/** More at once than any organisation has; a flood is turned away instead of filling the table. */
const MAY_BE_OPEN = 10_000

const place = (kind: FlowKind, hash: Buffer) => ['sign_in_flow', kind, hash.toString('hex')]

/** Remembers `value` under what only the browser holds. For a transaction over all organisations. Errors: `overloaded` (503). */
export async function openFlow(
  tx: Tx,
  key: Key,
  { kind, secret, value }: { readonly kind: FlowKind; readonly secret: string; readonly value: unknown },
  now: Date,
): Promise<void> {
  await tx.query('delete from sign_in_flow where expires_at <= $1', [now])
  const { rows } = await tx.query<{ n: number }>(
    `select count(*)::int as n from (select 1 from sign_in_flow limit ${MAY_BE_OPEN}) open`,
  )
  if (rows[0]!.n >= MAY_BE_OPEN) throw new ApiError(503, 'overloaded')
  const hash = tokenHash(secret)
  await tx.query(
    'insert into sign_in_flow (flow_hash, kind, sealed, created_at, expires_at) values ($1, $2, $3, $4, $5)',
    [hash, kind, sealJson(key, place(kind, hash), value), now, new Date(now.getTime() + FLOW_MS)],
  )
}

/** What was remembered, once; undefined when there is nothing (any more). */
export async function takeFlow<T>(
  tx: Tx,
  key: Key,
  { kind, secret }: { readonly kind: FlowKind; readonly secret: string },
  now: Date,
): Promise<T | undefined> {
  const hash = tokenHash(secret)
  const { rows } = await tx.query<{ sealed: Buffer }>(
    'delete from sign_in_flow where flow_hash = $1 and kind = $2 and expires_at > $3 returning sealed',
    [hash, kind, now],
  )
  return rows[0] && (openJson(key, place(kind, hash), rows[0].sealed) as T)
}
