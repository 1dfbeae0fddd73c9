/**
 * A form that was sent by somebody who first had to prove (again) who they are: kept for a quarter of an hour, so that
 * nothing that was typed is lost. The key is with the browser alone, and only the same person gets it back.
 */
import type { Tx } from '../../platform/database.ts'
import { derive, type Key, openJson, sealJson } from '../../vault/index.ts'
import { isToken, TOKEN_BYTES, tokenHash } from '../session.ts'
import type { Act } from './record.ts'
import { sessionRow } from './sessions.ts'

/** Long enough to sign in with a second step, short enough to be worth little. */
export const KEPT_FORM_MS = 15 * 60_000
/** More at once than any organisation has; what comes on top is not kept. */
const MAY_BE_KEPT = 10_000
/** Of one form, as JSON. */
const MAX_CHARACTERS = 65_536

export type KeptForm = {
  /** Where it was sent to. */
  readonly action: string
  readonly fields: Readonly<Record<string, string>>
}

const keyOf = (secret: string): Key => derive(Buffer.from(secret, 'base64url'), 'kept-form')
const placeOf = (secret: string) => ['kept_form', 'sealed', tokenHash(secret).toString('hex')]

/**
 * Keeps a form for the person of this session, which may have ended. Returns what the browser must hold; undefined when
 * nobody knows whose session it was, when the form is too long, or when too many wait. For a transaction over all
 * organisations.
 */
export async function keepForm(
  tx: Tx,
  { session, form }: { readonly session: string | undefined; readonly form: KeptForm },
  { now, ids }: Act,
): Promise<string | undefined> {
  if (!isToken(session) || JSON.stringify(form).length > MAX_CHARACTERS) return undefined
  const whose = await sessionRow(tx, session)
  if (whose === undefined || whose.disabledAt !== null) return undefined
  await tx.query('delete from kept_form where expires_at <= $1', [now])
  const { rows } = await tx.query<{ n: number }>(
    `select count(*)::int as n from (select 1 from kept_form limit ${MAY_BE_KEPT}) kept`,
  )
  if (rows[0]!.n >= MAY_BE_KEPT) return undefined
  const secret = ids.secret(TOKEN_BYTES)
  await tx.query(
    'insert into kept_form (form_hash, tenant_id, person_id, sealed, created_at, expires_at) values ($1, $2, $3, $4, $5, $6)',
    [
      tokenHash(secret),
      whose.tenant,
      whose.session.person,
      sealJson(keyOf(secret), placeOf(secret), form),
      now,
      new Date(now.getTime() + KEPT_FORM_MS),
    ],
  )
  return secret
}

/** The form that this person sent; undefined when there is none (any more), or when it was another's. */
export async function readKeptForm(
  tx: Tx,
  { secret, tenant, person }: { readonly secret: string; readonly tenant: string; readonly person: string },
  now: Date,
): Promise<KeptForm | undefined> {
  if (!isToken(secret)) return undefined
  const { rows } = await tx.query<{ sealed: Buffer }>(
    'select sealed from kept_form where form_hash = $1 and tenant_id = $2 and person_id = $3 and expires_at > $4',
    [tokenHash(secret), tenant, person, now],
  )
  return rows[0] && (openJson(keyOf(secret), placeOf(secret), rows[0].sealed) as KeptForm)
}

/** It was sent after all, or is not wanted any more. */
export async function dropKeptForm(tx: Tx, secret: string): Promise<void> {
  if (isToken(secret)) await tx.query('delete from kept_form where form_hash = $1', [tokenHash(secret)])
}
