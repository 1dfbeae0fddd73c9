/** Signing in with a password: counted before it is tried, so that many tries at once are no way around the limit. */
import type { Database, Scope, Tx } from '../../platform/database.ts'
import { ApiError } from '../../platform/http.ts'
import type { Ids } from '../../platform/ids.ts'
import { type Key, keyedHash } from '../../vault/index.ts'
import { normaliseEmail } from '../person.ts'
import { isOutdated, parsePhc } from '../phc.ts'
import type { SessionLimits } from '../session.ts'
import { addressOf, decideAttempt, type SignInLimits, THROTTLE_WINDOW_MS } from '../sign-in.ts'
import { authenticationScope } from './authenticate.ts'
import type { Passwords } from './password.ts'
import { type StartedSession, startSession } from './sessions.ts'

export type SignInDeps = {
  readonly database: Database
  readonly ids: Ids
  readonly passwords: Passwords
  /** Hashes e-mail and network addresses for counting, so that the table of attempts holds none. */
  readonly attemptKey: Key
  readonly limits: SignInLimits
  readonly sessions: SessionLimits
  /** The only organisation one can sign in to; null: the one where the address is known, if it is known in one only. */
  readonly tenant: string | null
}

export type SignIn = {
  readonly email: string
  readonly password: string /** The network address of the other side. */
  readonly peer: string
}

/**
 * A session for who knows the password. Every reason for no is one answer after the same time: `sign_in_refused` (401).
 * Errors beside it: `sign_in_throttled` (429), `overloaded` (503).
 */
export async function signIn(
  deps: SignInDeps,
  { email, password, peer }: SignIn,
  now: Date,
): Promise<StartedSession & { readonly person: string }> {
  const { database, passwords, ids } = deps
  const attempt = attemptOf(deps, { email, peer })
  const account = await database.inTx(authenticationScope, async (tx) => {
    await countAttempt(tx, attempt, now)
    return findAccount(tx, email, deps.tenant)
  })
  const good = await passwords.verify(account?.password ?? null, password)
  if (!good || account === undefined || account.disabled) throw new ApiError(401, 'sign_in_refused')
  await database.inTx(authenticationScope, (tx) => forgiveAttempt(tx, attempt, now))
  const stored = parsePhc(account.password ?? '')
  const stronger = stored !== undefined && isOutdated(stored) ? await passwords.hash(password) : undefined
  const scope: Scope = { tenant: account.tenant, clients: '*', actor: { kind: 'person', id: account.person } }
  return database.inTx(scope, async (tx) => {
    // The account may have been closed or got another password while the hash was computed.
    const { rowCount } = await tx.query(
      `select 1 from person where tenant_id = $1 and person_id = $2 and disabled_at is null
         and date_trunc('milliseconds', updated_at) = $3 for no key update`,
      [account.tenant, account.person, account.updatedAt],
    )
    if (rowCount === 0) throw new ApiError(401, 'sign_in_refused')
    if (stronger !== undefined)
      await tx.query('update person set password = $3 where tenant_id = $1 and person_id = $2', [
        account.tenant,
        account.person,
        stronger,
      ])
    return { person: account.person, ...(await startSession(tx, account.person, deps.sessions, { now, ids })) }
  })
}

type Account = {
  readonly tenant: string
  readonly person: string
  readonly password: string | null
  readonly disabled: boolean
  /** Moves with password, address and state; not when only the hash is made again. */
  readonly updatedAt: Date
}

async function findAccount(tx: Tx, email: string, tenant: string | null): Promise<Account | undefined> {
  const { rows } = await tx.query<{
    tenant_id: string
    person_id: string
    password: string | null
    disabled_at: Date | null
    updated_at: Date
  }>(
    'select tenant_id, person_id, password, disabled_at, updated_at from person where lower(email) = $1 and ($2::text is null or tenant_id = $2) limit 2',
    [normaliseEmail(email), tenant],
  )
  const [row, second] = rows
  if (row === undefined || second !== undefined) return undefined
  return {
    tenant: row.tenant_id,
    person: row.person_id,
    password: row.password,
    disabled: row.disabled_at !== null,
    updatedAt: row.updated_at,
  }
}

type Attempt = { readonly email: Counter; readonly address: Counter }
type Counter = { readonly hash: Buffer; readonly limit: number }

function attemptOf(
  { attemptKey, limits }: SignInDeps,
  { email, peer }: { readonly email: string; readonly peer: string },
): Attempt {
  return {
    email: { hash: keyedHash(attemptKey, 'email', normaliseEmail(email)), limit: limits.perEmail },
    address: { hash: keyedHash(attemptKey, 'address', addressOf(peer)), limit: limits.perAddress },
  }
}

/** Counts one attempt for e-mail and address, or refuses it. The rows are locked in one order, so nobody waits in a ring. */
async function countAttempt(tx: Tx, { email, address }: Attempt, now: Date): Promise<void> {
  await tx.query(
    `delete from sign_in_attempt where key_hash in (select key_hash from sign_in_attempt where updated_at < $1 limit 100 for update skip locked)`,
    [new Date(now.getTime() - THROTTLE_WINDOW_MS)],
  )
  const recent: { hash: Buffer; attempts: Date[] }[] = []
  for (const { hash, limit } of [email, address].sort((a, b) => a.hash.compare(b.hash))) {
    const { rows } = await tx.query<{ attempts: Date[] }>(
      `insert into sign_in_attempt (key_hash, attempts, updated_at) values ($1, '{}', $2)
       on conflict (key_hash) do update set updated_at = greatest(sign_in_attempt.updated_at, excluded.updated_at) returning attempts`,
      [hash, now],
    )
    const decision = decideAttempt(rows[0]?.attempts ?? [], limit, now)
    if (!decision.may) {
      const minutes = Math.max(1, Math.ceil((decision.again.getTime() - now.getTime()) / 60_000))
      throw new ApiError(429, 'sign_in_throttled', { values: { minutes } })
    }
    recent.push({ hash, attempts: [...decision.recent, now] })
  }
  for (const { hash, attempts } of recent)
    await tx.query('update sign_in_attempt set attempts = $2 where key_hash = $1', [hash, attempts])
}

/**
 * A good password clears the count of its e-mail address. Of the network address only this attempt is taken back:
 * someone with an account may not use it to try the passwords of others without end.
 */
async function forgiveAttempt(tx: Tx, { email, address }: Attempt, now: Date): Promise<void> {
  const { rows } = await tx.query<{ key_hash: Buffer; attempts: Date[] }>(
    'select key_hash, attempts from sign_in_attempt where key_hash = any($1) order by key_hash for update',
    [[email.hash, address.hash]],
  )
  for (const { key_hash: hash, attempts } of rows) {
    const mine = attempts.findIndex((at) => at.getTime() === now.getTime())
    const rest = hash.equals(email.hash) ? [] : attempts.filter((_, i) => i !== mine)
    await tx.query('update sign_in_attempt set attempts = $2 where key_hash = $1', [hash, rest])
  }
}

/** After a one-time link was used: the count of the address starts again, so that its holder can sign in at once. */
export async function forgiveEmail(tx: Tx, attemptKey: Key, email: string): Promise<void> {
  await tx.query('delete from sign_in_attempt where key_hash = $1', [
    keyedHash(attemptKey, 'email', normaliseEmail(email)),
  ])
}
