/** Signing in with a password and a code: counted before it is tried, so that many tries at once are no way around the limit. */
import type { Database, Scope, Tx } from '../../platform/database.ts'
import { ApiError } from '../../platform/http.ts'
import type { Ids } from '../../platform/ids.ts'
import { type Key, keyedHash } from '../../vault/index.ts'
import { normaliseEmail } from '../person.ts'
import { isOutdated, parsePhc } from '../phc.ts'
import { holdsNow } from '../role.ts'
import { type SecondFactorPolicy, type SignInStage, signInStage } from '../second-factor.ts'
import type { SessionLimits } from '../session.ts'
import { addressOf, decideAttempt, type SignInLimits, THROTTLE_WINDOW_MS } from '../sign-in.ts'
import { loadAssignments } from '../store.ts'
import { authenticationScope } from './authenticate.ts'
import type { Passwords } from './password.ts'
import { recordRefused } from './refused.ts'
import { isEnrolled, loadFactors } from './second-factor.ts'
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
  /** Whether a second factor may wait in this organisation. */
  readonly policyOf: (tenant: string) => SecondFactorPolicy
}

export type SignIn = {
  readonly email: string
  readonly password: string
  /** The network address of the other side. */
  readonly peer: string
  /** Of `formatDevice`. */
  readonly device: string
  /** The token of the session that this browser has, which ends. */
  readonly replaces?: string | undefined
}

/**
 * A session for who knows the password. Every reason for no is one answer after the same time: `sign_in_refused` (401).
 * Errors beside it: `sign_in_throttled` (429), `overloaded` (503).
 */
export async function signIn(
  deps: SignInDeps,
  { email, password, peer, device, replaces }: SignIn,
  now: Date,
): Promise<StartedSession & { readonly person: string }> {
  const { database, passwords, ids } = deps
  const attempt = passwordAttempt(deps, { email, peer })
  const account = await database.inTx(authenticationScope, async (tx) => {
    await countAttempt(tx, attempt, now)
    return findAccount(tx, email, deps.tenant)
  })
  const good = await passwords.verify(account?.password ?? null, password)
  if (!good || account === undefined || account.disabled) {
    const reason = account === undefined ? 'unknown' : account.disabled ? 'closed' : 'wrong'
    const refused = { person: account?.person ?? null, factor: 'password', step: 'sign_in', reason } as const
    await recordRefused(deps, account?.tenant ?? null, refused, now)
    throw new ApiError(401, 'sign_in_refused')
  }
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
    const complete = (await stageOf(tx, deps, account.person, now)) === 'done'
    const start = { factors: ['password'], complete, device, replaces } as const
    return { person: account.person, ...(await startSession(tx, account.person, deps.sessions, start, { now, ids })) }
  })
}

/** What signing in still asks of this person, after a password. */
export async function stageOf(
  tx: Tx,
  { policyOf }: Pick<SignInDeps, 'policyOf'>,
  person: string,
  now: Date,
): Promise<SignInStage> {
  const hasRole = (await loadAssignments(tx, person)).some((assignment) => holdsNow(assignment, now))
  const enrolled = isEnrolled(await loadFactors(tx, person))
  return signInStage({ enrolled, hasRole, policy: policyOf(tx.scope.tenant) })
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

/** One's own account, for confirming who one is. Errors: `session_unknown` (401; also of a closed account). */
export async function ownAccount(tx: Tx, person: string) {
  const { rows } = await tx.query<{ email: string | null; password: string | null }>(
    'select email, password from person where tenant_id = $1 and person_id = $2 and disabled_at is null',
    [tx.scope.tenant, person],
  )
  if (!rows[0]) throw new ApiError(401, 'session_unknown')
  return { person, ...rows[0], totp: (await loadFactors(tx, person)).totp }
}

/** What is counted: who is being tried, when that is known, and where from. */
export type Attempt = readonly Counter[]
/** `who`: a good password or code clears it; of a network address only this attempt is taken back. */
type Counter = { readonly hash: Buffer; readonly limit: number; readonly who: boolean }
type Throttle = Pick<SignInDeps, 'attemptKey' | 'limits'>

/** A password that is tried for an e-mail address. */
export function passwordAttempt(
  deps: Throttle,
  { email, peer }: { readonly email: string; readonly peer: string },
): Attempt {
  return [counter(deps, true, 'email', normaliseEmail(email)), ...addressAttempt(deps, peer)]
}

/** A code that is tried for a person whose password was right. */
export function codeAttempt(
  deps: Throttle,
  { tenant, person, peer }: { readonly tenant: string; readonly person: string; readonly peer: string },
): Attempt {
  return [counter(deps, true, 'code', tenant, person), ...addressAttempt(deps, peer)]
}

/** An answer that says by itself whose it is (a passkey, an identity provider): only where it comes from is counted. */
export function addressAttempt(deps: Throttle, peer: string): Attempt {
  return [counter(deps, false, 'address', addressOf(peer))]
}

const counter = ({ attemptKey, limits }: Throttle, who: boolean, ...parts: string[]): Counter => ({
  hash: keyedHash(attemptKey, ...parts),
  limit: who ? limits.perEmail : limits.perAddress,
  who,
})

/**
 * Counts one attempt for each, or refuses it with `code` (429). The rows are locked in one order, so nobody
 * waits in a ring. For a transaction over all organisations.
 */
export async function countAttempt(tx: Tx, attempt: Attempt, now: Date, code = 'sign_in_throttled'): Promise<void> {
  await tx.query(
    `with old as (select key_hash from sign_in_attempt where updated_at < $1 limit 100 for update skip locked)
     delete from sign_in_attempt a using old where a.key_hash = old.key_hash`,
    [new Date(now.getTime() - THROTTLE_WINDOW_MS)],
  )
  const recent: { hash: Buffer; attempts: Date[] }[] = []
  for (const { hash, limit } of [...attempt].sort((a, b) => a.hash.compare(b.hash))) {
    const { rows } = await tx.query<{ attempts: Date[] }>(
      `insert into sign_in_attempt (key_hash, attempts, updated_at) values ($1, '{}', $2)
       on conflict (key_hash) do update set updated_at = greatest(sign_in_attempt.updated_at, excluded.updated_at) returning attempts`,
      [hash, now],
    )
    const decision = decideAttempt(rows[0]?.attempts ?? [], limit, now)
    if (!decision.may) {
      const minutes = Math.max(1, Math.ceil((decision.again.getTime() - now.getTime()) / 60_000))
      throw new ApiError(429, code, { values: { minutes } })
    }
    recent.push({ hash, attempts: [...decision.recent, now] })
  }
  for (const { hash, attempts } of recent)
    await tx.query('update sign_in_attempt set attempts = $2 where key_hash = $1', [hash, attempts])
}

/**
 * A good password or code clears the count of whose it is. Of the network address only this attempt is taken back:
 * someone with an account may not use it to try the passwords of others without end.
 */
export async function forgiveAttempt(tx: Tx, attempt: Attempt, now: Date): Promise<void> {
  await takeBack(tx, attempt, now, ({ who }) => who)
}

/** Takes this attempt back, of a counter that `clears` every attempt. */
async function takeBack(tx: Tx, attempt: Attempt, now: Date, clears: (counter: Counter) => boolean): Promise<void> {
  const { rows } = await tx.query<{ key_hash: Buffer; attempts: Date[] }>(
    'select key_hash, attempts from sign_in_attempt where key_hash = any($1) order by key_hash for update',
    [attempt.map(({ hash }) => hash)],
  )
  for (const { key_hash: hash, attempts } of rows) {
    const mine = attempts.findIndex((at) => at.getTime() === now.getTime())
    const cleared = attempt.some((one) => one.hash.equals(hash) && clears(one))
    await tx.query('update sign_in_attempt set attempts = $2 where key_hash = $1', [
      hash,
      cleared ? [] : attempts.filter((_, i) => i !== mine),
    ])
  }
}

/**
 * Counts the attempt first; a good one is taken back. A refused one stays counted, whatever else is rolled back, and is
 * handed to `refused` to be put on record.
 */
export async function counted<T>(
  { database }: Pick<SignInDeps, 'database'>,
  attempt: Attempt,
  now: Date,
  work: () => Promise<T>,
  refused: (code: string) => Promise<void> = async () => {},
): Promise<T> {
  await database.inTx(authenticationScope, (tx) => countAttempt(tx, attempt, now))
  try {
    const result = await work()
    await database.inTx(authenticationScope, (tx) => forgiveAttempt(tx, attempt, now))
    return result
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    if (error.status < 500) await refused(error.code)
    // Nothing was tried: an identity provider that is down locks nobody out.
    else await database.inTx(authenticationScope, (tx) => takeBack(tx, attempt, now, () => false))
    throw error
  }
}

/** After a one-time link was used: the count of the address starts again, so that its holder can sign in at once. */
export async function forgiveEmail(tx: Tx, attemptKey: Key, email: string): Promise<void> {
  await tx.query('delete from sign_in_attempt where key_hash = $1', [
    keyedHash(attemptKey, 'email', normaliseEmail(email)),
  ])
}
