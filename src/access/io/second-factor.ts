/** Second factors in the database: the secret of the authenticator app, sealed, and recovery codes, hashed. */
import type { Tx } from '../../platform/database.ts'
import { ApiError } from '../../platform/http.ts'
import { type Key, keyedHash, open, seal } from '../../vault/index.ts'
import type { identityChecks } from '../contract.ts'
import { normaliseRecoveryCode, RECOVERY_BYTES, RECOVERY_CODES, recoveryCode } from '../second-factor.ts'
import { PENDING_MS } from '../session.ts'
import { decideTotp, TOTP_SECRET_BYTES } from '../totp.ts'
import { type Act, record, tenantOf } from './record.ts'

/** What a person has to prove themselves with beside a password. */
export type Factors = { readonly totp: boolean; readonly passkeys: number; readonly recoveryCodes: number }

export const isEnrolled = ({ totp, passkeys }: Factors): boolean => totp || passkeys > 0

export async function loadFactors(tx: Tx, person: string): Promise<Factors> {
  const { rows } = await tx.query<{ totp: boolean; passkeys: number; codes: number }>(
    `select exists (select 1 from second_factor where tenant_id = $1 and person_id = $2 and enrolled_at is not null) as totp,
       (select count(*)::int from passkey where tenant_id = $1 and person_id = $2) as passkeys,
       (select count(*)::int from recovery_code where tenant_id = $1 and person_id = $2 and used_at is null) as codes`,
    [tenantOf(tx), person],
  )
  const row = rows[0]!
  return { totp: row.totp, passkeys: row.passkeys, recoveryCodes: row.codes }
}

const place = (tx: Tx, person: string, column: 'sealed' | 'pending') => ['second_factor', column, tenantOf(tx), person]

/** A secret for an authenticator app, shown now and of use once a code proves that the app has it. */
export async function beginTotp(tx: Tx, key: Key, person: string, act: Act): Promise<Buffer> {
  const secret = Buffer.from(act.ids.secret(TOTP_SECRET_BYTES), 'base64url')
  await tx.query(
    `insert into second_factor (tenant_id, person_id, pending, pending_at) values ($1, $2, $3, $4)
     on conflict (tenant_id, person_id) do update set pending = excluded.pending, pending_at = excluded.pending_at`,
    [tenantOf(tx), person, seal(key, place(tx, person, 'pending'), secret), act.now],
  )
  await record(tx, act, { type: 'factor.begun', refs: { person } })
  return secret
}

/** The secret that was shown last, if it may still be proved: for showing the page again after a wrong code. */
export async function pendingTotp(tx: Tx, key: Key, person: string, now: Date): Promise<Buffer | undefined> {
  const { rows } = await tx.query<{ pending: Buffer | null; pending_at: Date | null }>(
    'select pending, pending_at from second_factor where tenant_id = $1 and person_id = $2',
    [tenantOf(tx), person],
  )
  const row = rows[0]
  if (!row?.pending || row.pending_at === null || now.getTime() - row.pending_at.getTime() >= PENDING_MS)
    return undefined
  return open(key, place(tx, person, 'pending'), row.pending)
}

/**
 * A code of the app proves that it has the secret; from now on it is the person's second factor. Errors:
 * `factor_not_begun` (409; also when it was shown a quarter of an hour ago), `code_wrong` (422).
 */
export async function enrolTotp(
  tx: Tx,
  key: Key,
  { person, code }: { readonly person: string; readonly code: string },
  act: Act,
): Promise<void> {
  await lockFactor(tx, person)
  const secret = await pendingTotp(tx, key, person, act.now)
  if (secret === undefined) throw new ApiError(409, 'factor_not_begun')
  const decision = decideTotp({ secret, lastStep: 0 }, code, act.now)
  if (!decision.ok) throw new ApiError(422, 'code_wrong', { param: 'code' })
  await tx.query(
    `update second_factor set sealed = $3, enrolled_at = $4, last_step = $5, pending = null, pending_at = null
     where tenant_id = $1 and person_id = $2`,
    [tenantOf(tx), person, seal(key, place(tx, person, 'sealed'), secret), act.now, decision.step],
  )
  await record(tx, act, { type: 'factor.enrolled', refs: { person }, body: { kind: 'totp' } })
}

/**
 * Is this a code of the person's app, or one of their recovery codes? It is used up. Errors: `code_wrong` (401),
 * `code_used` (401: this very code has let someone in before).
 */
export async function useCode(
  tx: Tx,
  key: Key,
  { person, code }: { readonly person: string; readonly code: string },
  act: Act,
): Promise<'totp' | 'recovery_code'> {
  const recovery = normaliseRecoveryCode(code)
  if (recovery !== undefined) {
    const { rowCount } = await tx.query(
      'update recovery_code set used_at = $4 where tenant_id = $1 and person_id = $2 and code_hash = $3 and used_at is null',
      [tenantOf(tx), person, recoveryHash(tx, key, person, recovery), act.now],
    )
    if (rowCount === 0) throw new ApiError(401, 'code_wrong', { param: 'code' })
    await record(tx, act, { type: 'recovery.used', refs: { person } })
    return 'recovery_code'
  }
  await lockFactor(tx, person)
  const { rows } = await tx.query<{ sealed: Buffer; last_step: string | number }>(
    'select sealed, last_step from second_factor where tenant_id = $1 and person_id = $2 and enrolled_at is not null',
    [tenantOf(tx), person],
  )
  if (!rows[0]) throw new ApiError(401, 'code_wrong', { param: 'code' })
  const secret = open(key, place(tx, person, 'sealed'), rows[0].sealed)
  const decision = decideTotp({ secret, lastStep: Number(rows[0].last_step) }, code.replaceAll(/\s/g, ''), act.now)
  if (!decision.ok) throw new ApiError(401, decision.reason === 'used' ? 'code_used' : 'code_wrong', { param: 'code' })
  await tx.query('update second_factor set last_step = $3 where tenant_id = $1 and person_id = $2', [
    tenantOf(tx),
    person,
    decision.step,
  ])
  return 'totp'
}

/** Of two uses of one code at once, the later sees the earlier. */
async function lockFactor(tx: Tx, person: string): Promise<void> {
  await tx.query('select 1 from second_factor where tenant_id = $1 and person_id = $2 for update', [
    tenantOf(tx),
    person,
  ])
}

/** Ten codes that replace those of before; they exist here and with the person, nowhere else. */
export async function issueRecoveryCodes(tx: Tx, key: Key, person: string, act: Act): Promise<string[]> {
  await tx.query('delete from recovery_code where tenant_id = $1 and person_id = $2', [tenantOf(tx), person])
  const codes = Array.from({ length: RECOVERY_CODES }, () =>
    recoveryCode(Buffer.from(act.ids.secret(RECOVERY_BYTES), 'base64url')),
  )
  for (const code of codes)
    await tx.query('insert into recovery_code (tenant_id, person_id, code_hash, created_at) values ($1, $2, $3, $4)', [
      tenantOf(tx),
      person,
      recoveryHash(tx, key, person, normaliseRecoveryCode(code)!),
      act.now,
    ])
  await record(tx, act, { type: 'recovery.issued', refs: { person }, body: { codes: codes.length } })
  return codes
}

const recoveryHash = (tx: Tx, key: Key, person: string, code: string) =>
  keyedHash(key, 'recovery', tenantOf(tx), person, code)

/**
 * Takes every second factor of a person away (app, passkeys, recovery codes); `checked`: how it was made sure that they
 * asked. False when there was none.
 */
export async function resetFactors(
  tx: Tx,
  person: string,
  checked: (typeof identityChecks)[number],
  act: Act,
): Promise<boolean> {
  let gone = 0
  for (const table of ['second_factor', 'passkey', 'recovery_code'] as const)
    gone += (await tx.query(`delete from ${table} where tenant_id = $1 and person_id = $2`, [tenantOf(tx), person]))
      .rowCount
  if (gone > 0) await record(tx, act, { type: 'factor.reset', refs: { person }, body: { checked } })
  return gone > 0
}
