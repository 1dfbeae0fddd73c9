/** Sessions of staff and the one-time links that lead to a password. Tokens are given out once and stored as hashes. */
import type { Tx } from '../../platform/database.ts'
import { ApiError } from '../../platform/http.ts'
import { decideOneTimeLink, ONE_TIME_LINK_MS } from '../link.ts'
import { normaliseEmail } from '../person.ts'
import { isToken, MAY_BE_OPEN, type SessionLimits, type SessionRow, TOKEN_BYTES, tokenHash } from '../session.ts'
import { addPerson, assignRole, dropSessions } from '../store.ts'
import { type Act, record, tenantOf } from './record.ts'

export type StartedSession = { readonly token: string; readonly endsAt: Date; readonly complete: boolean }

/** What a person showed to get in; `later`: a second factor that may wait, in the demonstration. */
export type Factor = 'password' | 'totp' | 'recovery_code' | 'passkey' | 'oidc' | 'later'

/** With what a session begins. */
export type SessionStart = {
  readonly factors: readonly Factor[]
  /** false: the second factor is still to come, and until then the session opens nothing else. */
  readonly complete: boolean
  /** Browser and system by class, of `formatDevice`. */
  readonly device: string
  /** The token that this browser came with: that session ends, whoever's it was. */
  readonly replaces?: string | undefined
}

/**
 * A new session with a token of its own; nothing of an earlier session is taken over. The session that the browser had
 * ends, and of more than `MAY_BE_OPEN` of one person the longest unused.
 */
export async function startSession(
  tx: Tx,
  person: string,
  limits: SessionLimits,
  start: SessionStart,
  act: Act,
): Promise<StartedSession> {
  const token = act.ids.secret(TOKEN_BYTES)
  const session = act.ids.next()
  const endsAt = new Date(act.now.getTime() + limits.absoluteMs)
  await tx.query(
    `insert into session (tenant_id, token_hash, session_id, person_id, created_at, last_seen_at, ends_at, complete_at, proved_at, factors, device)
     values ($1, $2, $3, $4, $5, $5, $6, $7, $5, $8, $9)`,
    [
      tenantOf(tx),
      tokenHash(token),
      session,
      person,
      act.now,
      endsAt,
      start.complete ? act.now : null,
      start.factors,
      start.device,
    ],
  )
  await tx.query('delete from session where tenant_id = $1 and person_id = $2 and ends_at <= $3', [
    tenantOf(tx),
    person,
    act.now,
  ])
  await endWhere(tx, 'token_hash = $2', [tokenHash(start.replaces ?? '')], 'replaced', act)
  await endWhere(
    tx,
    `person_id = $2 and session_id <> $3 and session_id not in (select session_id from session where tenant_id = $1
       and person_id = $2 and session_id <> $3 order by last_seen_at desc, session_id limit ${MAY_BE_OPEN - 1})`,
    [person, session],
    'too_many',
    act,
  )
  await record(tx, act, {
    type: 'session.started',
    refs: { person, session },
    body: { factors: start.factors.join('+'), complete: start.complete },
  })
  return { token, endsAt, complete: start.complete }
}

/** Ends the sessions that a condition names, each with an entry. */
async function endWhere(
  tx: Tx,
  condition: string,
  values: readonly unknown[],
  reason: 'replaced' | 'too_many' | 'by_person',
  act: Act,
): Promise<number> {
  const { rows } = await tx.query<{ session_id: string; person_id: string }>(
    `delete from session where tenant_id = $1 and ${condition} returning session_id, person_id`,
    [tenantOf(tx), ...values],
  )
  for (const { session_id: session, person_id: person } of rows)
    await record(tx, act, { type: 'session.ended', refs: { person, session }, body: { reason } })
  return rows.length
}

/** What is known of one session of a person. */
export type SessionLine = {
  readonly id: string
  readonly device: string
  readonly factors: readonly Factor[]
  readonly startedAt: Date
  readonly lastSeenAt: Date
  readonly endsAt: Date
  readonly completeAt: Date | null
}

/** The sessions of a person that have not reached their absolute end, the latest first. */
export async function listSessions(tx: Tx, person: string, now: Date): Promise<SessionLine[]> {
  const { rows } = await tx.query<{
    session_id: string
    device: string
    factors: Factor[]
    created_at: Date
    last_seen_at: Date
    ends_at: Date
    complete_at: Date | null
  }>(
    `select session_id, device, factors, created_at, last_seen_at, ends_at, complete_at from session
     where tenant_id = $1 and person_id = $2 and ends_at > $3 order by last_seen_at desc, session_id`,
    [tenantOf(tx), person, now],
  )
  return rows.map((row) => ({
    id: row.session_id,
    device: row.device,
    factors: row.factors,
    startedAt: row.created_at,
    lastSeenAt: row.last_seen_at,
    endsAt: row.ends_at,
    completeAt: row.complete_at,
  }))
}

/**
 * The person proved (again) who they are: the session gets another token, so that one which leaked before is worth
 * nothing. `complete`: its second factor was given. Its absolute end stays. Errors: `session_unknown` (401).
 */
export async function proveSession(
  tx: Tx,
  {
    person,
    session,
    factors,
  }: { readonly person: string; readonly session: string; readonly factors: readonly Factor[] },
  act: Act,
): Promise<StartedSession> {
  const token = act.ids.secret(TOKEN_BYTES)
  const { rows } = await tx.query<{ ends_at: Date }>(
    `update session set token_hash = $4, complete_at = coalesce(complete_at, $5), proved_at = $5, last_seen_at = greatest(last_seen_at, $5),
       factors = array(select distinct unnest(factors || $6::text[]) order by 1)
     where tenant_id = $1 and person_id = $2 and session_id = $3 returning ends_at`,
    [tenantOf(tx), person, session, tokenHash(token), act.now, factors],
  )
  if (!rows[0]) throw new ApiError(401, 'session_unknown')
  await record(tx, act, { type: 'session.confirmed', refs: { person, session }, body: { factors: factors.join('+') } })
  return { token, endsAt: rows[0].ends_at, complete: true }
}

/** Ends sessions of a person by their ids, or all but one; returns how many ended. Each is an entry. */
export async function endSessions(
  tx: Tx,
  {
    person,
    which,
  }: { readonly person: string; readonly which: { readonly only: string } | { readonly except: string } },
  act: Act,
): Promise<number> {
  const [condition, id] = 'only' in which ? ['session_id = $3', which.only] : ['session_id <> $3', which.except]
  return endWhere(tx, `person_id = $2 and ${condition}`, [person, id], 'by_person', act)
}

/** Signs out: this session, or every session of the person when the token is not at hand. */
export async function endSession(
  tx: Tx,
  { person, token }: { readonly person: string; readonly token: string | undefined },
  act: Act,
): Promise<void> {
  const ended = isToken(token)
    ? (
        await tx.query('delete from session where tenant_id = $1 and person_id = $2 and token_hash = $3', [
          tenantOf(tx),
          person,
          tokenHash(token),
        ])
      ).rowCount
    : await dropSessions(tx, person)
  if (ended > 0) await record(tx, act, { type: 'session.ended', refs: { person } })
}

/** Which client's records the session looks at from now on; null: all that the roles allow. */
export async function chooseClient(
  tx: Tx,
  { person, token, client }: { readonly person: string; readonly token: string; readonly client: string | null },
  act: Act,
): Promise<void> {
  const { rowCount } = await tx.query(
    'update session set client_id = $4 where tenant_id = $1 and person_id = $2 and token_hash = $3',
    [tenantOf(tx), person, tokenHash(token), client],
  )
  if (rowCount === 0) throw new ApiError(401, 'session_unknown')
  await record(tx, act, { type: 'session.changed', client, refs: { person } })
}

/** A session by its token, in whatever organisation it is, with what its person needs to be let in. */
export async function sessionRow(
  tx: Tx,
  token: string,
): Promise<{ tenant: string; session: SessionRow; disabledAt: Date | null } | undefined> {
  const { rows } = await tx.query<{
    tenant_id: string
    person_id: string
    client_id: string | null
    session_id: string
    created_at: Date
    last_seen_at: Date
    ends_at: Date
    complete_at: Date | null
    proved_at: Date | null
    disabled_at: Date | null
  }>(
    `select session.tenant_id, person_id, client_id, session_id, session.created_at, last_seen_at, ends_at, complete_at, proved_at, disabled_at
     from session join person using (tenant_id, person_id) where token_hash = $1`,
    [tokenHash(token)],
  )
  const row = rows[0]
  return (
    row && {
      tenant: row.tenant_id,
      session: {
        id: row.session_id,
        person: row.person_id,
        client: row.client_id,
        createdAt: row.created_at,
        lastSeenAt: row.last_seen_at,
        endsAt: row.ends_at,
        completeAt: row.complete_at,
        provedAt: row.proved_at,
      },
      disabledAt: row.disabled_at,
    }
  )
}

export async function sessionUsed(tx: Tx, token: string, now: Date): Promise<void> {
  await tx.query('update session set last_seen_at = $2 where token_hash = $1 and last_seen_at < $2', [
    tokenHash(token),
    now,
  ])
}

// -- one-time links -------------------------------------------------------------------------------------------------

export type OneTimeLink = {
  readonly token: string /** Where it leads, from the root of the site. */
  readonly path: string
  readonly expiresAt: Date
}

/** A link with which this person chooses a password, once, within 24 hours. Earlier open links of the person end. */
export async function createOneTimeLink(tx: Tx, person: string, act: Act): Promise<OneTimeLink> {
  const token = act.ids.secret(TOKEN_BYTES)
  const expiresAt = new Date(act.now.getTime() + ONE_TIME_LINK_MS)
  await tx.query('delete from one_time_link where tenant_id = $1 and person_id = $2 and used_at is null', [
    tenantOf(tx),
    person,
  ])
  await tx.query(
    `insert into one_time_link (tenant_id, token_hash, person_id, kind, created_at, expires_at) values ($1, $2, $3, 'set_password', $4, $5)`,
    [tenantOf(tx), tokenHash(token), person, act.now, expiresAt],
  )
  await record(tx, act, {
    type: 'link.issued',
    refs: { person },
    body: { kind: 'set_password', expiresAt: expiresAt.toISOString() },
  })
  return { token, path: `/password?token=${token}`, expiresAt }
}

export type LinkHolder = {
  readonly tenant: string
  readonly person: string
  readonly name: string
  readonly email: string | null
}

/**
 * Whose link this is, if it works now; it is not used up by looking. For a transaction over all organisations.
 * Errors: `link_unknown` (404), `link_used`, `link_expired` (410).
 */
export async function readOneTimeLink(tx: Tx, token: string, now: Date): Promise<LinkHolder> {
  const { rows } = isToken(token)
    ? await tx.query<{
        tenant_id: string
        person_id: string
        expires_at: Date
        used_at: Date | null
        disabled_at: Date | null
        name: string
        email: string | null
      }>(
        `select one_time_link.tenant_id, person_id, expires_at, used_at, disabled_at, name, email
         from one_time_link join person using (tenant_id, person_id) where token_hash = $1`,
        [tokenHash(token)],
      )
    : { rows: [] }
  const row = rows[0]
  const decision = decideOneTimeLink(
    row && { person: row.person_id, expiresAt: row.expires_at, usedAt: row.used_at, disabledAt: row.disabled_at },
    now,
  )
  if (!row || !decision.ok) throw linkRefused(decision.ok ? 'link_unknown' : decision.refused)
  return { tenant: row.tenant_id, person: row.person_id, name: row.name, email: row.email }
}

/**
 * Uses the link up and sets the password (a PHC string); every session of the person ends. Of two that try at once one
 * wins, the other gets `link_used`.
 */
export async function setPassword(
  tx: Tx,
  { token, person, password }: { readonly token: string; readonly person: string; readonly password: string },
  act: Act,
): Promise<void> {
  const { rowCount } = await tx.query(
    `update one_time_link set used_at = $4 where tenant_id = $1 and person_id = $2 and token_hash = $3 and used_at is null and expires_at > $4`,
    [tenantOf(tx), person, tokenHash(token), act.now],
  )
  if (rowCount === 0) throw linkRefused('link_used')
  const changed = await tx.query(
    'update person set password = $3, updated_at = $4 where tenant_id = $1 and person_id = $2 and disabled_at is null',
    [tenantOf(tx), person, password, act.now],
  )
  if (changed.rowCount === 0) throw linkRefused('link_unknown')
  await dropSessions(tx, person)
  await record(tx, act, { type: 'password.set', refs: { person } })
}

/**
 * Changes one's own password from the stored form that was checked. Errors: `session_unknown` (401: it was changed, or
 * the account closed, in the meantime).
 */
export async function changePassword(
  tx: Tx,
  { person, from, to }: { readonly person: string; readonly from: string; readonly to: string },
  act: Act,
): Promise<void> {
  const { rowCount } = await tx.query(
    'update person set password = $3, updated_at = $4 where tenant_id = $1 and person_id = $2 and password = $5 and disabled_at is null',
    [tenantOf(tx), person, to, act.now, from],
  )
  if (rowCount === 0) throw new ApiError(401, 'session_unknown')
  await record(tx, act, { type: 'password.changed', refs: { person } })
}

function linkRefused(code: 'link_unknown' | 'link_used' | 'link_expired'): ApiError {
  return new ApiError(code === 'link_unknown' ? 404 : 410, code, { param: 'token' })
}

// -- first start ----------------------------------------------------------------------------------------------------

export type FirstAdministrator = { readonly person: string; readonly email: string; readonly link: OneTimeLink }

/**
 * A way in while nobody administers the whole organisation with a password: a one-time link for a person who may, made
 * at need under `email`. There is no default password. Undefined once an administrator can sign in. Safe when two
 * processes start together: they find the same person, and the later link is the one that works.
 */
export async function ensureFirstAdministrator(
  tx: Tx,
  { email, name }: { readonly email: string; readonly name: string },
  act: Act,
): Promise<FirstAdministrator | undefined> {
  const tenant = tenantOf(tx)
  // Serialises two processes that start together; the row exists, as every record hangs on it.
  await tx.query('select 1 from tenant where tenant_id = $1 for no key update', [tenant])
  const { rows } = await tx.query<{ person_id: string; email: string | null; has_password: boolean }>(
    `select distinct person_id, email, password is not null as has_password, person.created_at from role_assignment join person using (tenant_id, person_id)
     where tenant_id = $1 and role = 'administrator' and client_id is null and system_id is null and disabled_at is null
       and not ended and from_at <= $2 and (until_at is null or until_at > $2) order by person.created_at, person_id`,
    [tenant, act.now],
  )
  if (rows.some((row) => row.has_password && row.email !== null)) return undefined
  const known = rows.find((row) => row.email !== null)
  if (known?.email)
    return { person: known.person_id, email: known.email, link: await createOneTimeLink(tx, known.person_id, act) }
  const free = await freeAddress(tx, email)
  const person = await addPerson(tx, { name, email: free, fileId: null }, act)
  await assignRole(tx, { person, role: 'administrator', client: null, system: null }, act)
  return { person, email: free, link: await createOneTimeLink(tx, person, act) }
}

/** `email`, or with a number before the @ when someone has it already: a closed account stays closed. */
async function freeAddress(tx: Tx, email: string): Promise<string> {
  const [local = email, domain = ''] = email.split('@')
  const { rows } = await tx.query<{ email: string }>(
    'select lower(email) as email from person where tenant_id = $1 and email is not null',
    [tenantOf(tx)],
  )
  const taken = new Set(rows.map((row) => row.email))
  let free = email
  for (let i = 2; taken.has(normaliseEmail(free)); i++) free = `${local}${i}@${domain}`
  return free
}
