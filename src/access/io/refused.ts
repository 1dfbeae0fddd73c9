/** Sign-ins that were refused, on record: whose, when that is known, with what and why. Never an address or what was tried. */
import type { Database, Scope } from '../../platform/database.ts'
import type { Ids } from '../../platform/ids.ts'
import { authenticationScope } from './authenticate.ts'
import { record } from './record.ts'

export type RefusedSignIn = {
  /** Random id of the account that was tried; null when there is none, or none is known yet. */
  readonly person: string | null
  readonly factor: 'password' | 'code' | 'passkey' | 'oidc'
  /** The first step, the second, or proving again who one is. */
  readonly step: 'sign_in' | 'second_step' | 'confirmation'
  /** `unknown`: no such account, or an answer to nothing we asked; `used`: a code that let someone in before. */
  readonly reason: 'unknown' | 'closed' | 'wrong' | 'used' | 'no_role'
}

export type RefusalDeps = {
  readonly database: Database
  readonly ids: Ids
  /** Setting `tenant`. */
  readonly tenant: string | null
}

/**
 * Puts a refused sign-in on record, in a transaction of its own: what was tried is rolled back, this stays. `tenant`: the
 * organisation of the account; null: the one that people sign in to here. Among several without a setting nobody is
 * known of an unknown account, and there is no entry. The same work for a known and an unknown account, so that the
 * time of an answer tells nothing.
 */
export async function recordRefused(
  { database, ids, tenant: only }: RefusalDeps,
  tenant: string | null,
  { person, factor, step, reason }: RefusedSignIn,
  now: Date,
): Promise<void> {
  const { rows } = await database.inTx(
    authenticationScope,
    (tx) =>
      tx.query<{ tenant_id: string }>('select tenant_id from tenant where $1::text is null or tenant_id = $1 limit 2', [
        tenant ?? only,
      ]),
    { readOnly: true },
  )
  if (rows.length !== 1) return
  const scope: Scope = { tenant: rows[0]!.tenant_id, clients: '*', actor: { kind: 'job', id: 'sign-in' } }
  await database.inTx(scope, (tx) =>
    record(
      tx,
      { now, ids },
      { type: 'sign-in.refused', refs: person === null ? {} : { person }, body: { factor, step, reason } },
    ),
  )
}
