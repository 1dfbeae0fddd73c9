/**
 * Who calls: from a key, a session or a portal link to a `Caller`. The three look in every organisation, since the
 * secret itself says which; what they return is bound to one.
 */
import type { Scope, Tx } from '../../platform/database.ts'
import type { Caller } from '../../platform/http.ts'
import { decideKey, keyHash, keyInHeader } from '../key.ts'
import { splitPortalToken } from '../link.ts'
import { dayOf } from '../qualification.ts'
import type { Assignment } from '../role.ts'
import { rightsGrewSince, rightsOf } from '../role.ts'
import { decideSession, isToken, type SessionLimits } from '../session.ts'
import { keyRow, keyUsed } from './keys.ts'
import { chosenOf, readPortalLink } from './portal-links.ts'
import { sessionRow, sessionUsed } from './sessions.ts'

/** The scope in which a secret is looked up, and for nothing else. */
export const authenticationScope: Scope = { tenant: '*', clients: '*', actor: { kind: 'job', id: 'authentication' } }

/** `at` is when a key was revoked or expired; `client` whose an expired link was. */
export type Authentication<Refused extends string> =
  | { readonly ok: true; readonly caller: Caller }
  | { readonly ok: false; readonly refused: Refused; readonly at?: Date; readonly client?: string }

/** The system whose key stands in the Authorization header; everything it does is bound to its client. */
export async function authenticateKey(
  tx: Tx,
  header: string | undefined,
  now: Date,
): Promise<Authentication<'unknown_key' | 'key_revoked' | 'key_expired'>> {
  const presented = keyInHeader(header)
  if (presented === undefined) return { ok: false, refused: 'unknown_key' }
  const decision = decideKey(await keyRow(tx, presented.keyId), keyHash(presented.secret), now)
  if (!decision.ok) return decision
  const { tenant, client, system, keyId } = decision.key
  await keyUsed(tx, keyId, dayOf(now))
  return {
    ok: true,
    caller: {
      kind: 'system',
      id: system,
      scope: { tenant, clients: [client], actor: { kind: 'system', id: system } },
      roles: [],
      bound: { system, client, key: keyId },
    },
  }
}

/**
 * The signed-in person, with the roles and clients that hold at this moment. Before the second factor: without any.
 * A session from before the person got more rights has ended.
 */
export async function authenticateSession(
  tx: Tx,
  token: string | undefined,
  limits: SessionLimits,
  now: Date,
): Promise<Authentication<'session_unknown' | 'session_expired' | 'person_disabled'>> {
  const found = isToken(token) ? await sessionRow(tx, token) : undefined
  const decision = decideSession(found?.session, found?.disabledAt ?? null, limits, now)
  if (!decision.ok) return decision
  if (!isToken(token) || found === undefined) return { ok: false, refused: 'session_unknown' }
  if (decision.touch) await sessionUsed(tx, token, now)
  const { id, person, client, createdAt, completeAt, provedAt, endsAt } = decision.session
  const session = { id, provedAt, pending: completeAt === null, endsAt }
  const as = (clients: Scope['clients'], roles: readonly string[], bound?: { client: string }) => ({
    ok: true as const,
    caller: {
      kind: 'person' as const,
      id: person,
      scope: { tenant: found.tenant, clients, actor: { kind: 'person' as const, id: person } },
      roles,
      session,
      ...(bound === undefined ? {} : { bound }),
    },
  })
  if (session.pending) return as([], [])
  const assignments = await assignmentsIn(tx, found.tenant, person)
  if (rightsGrewSince(assignments, createdAt, now)) return { ok: false, refused: 'session_expired' }
  const rights = rightsOf(assignments, client, now)
  return as(rights.clients, rights.roles, rights.client === null ? undefined : { client: rights.client })
}

/**
 * The customer who holds a portal link: one conversation or one decision of one data subject of one client, or, with a link to
 * everything of theirs, the one that stands after the point.
 */
export async function authenticateLink(
  tx: Tx,
  token: string,
  now: Date,
): Promise<Authentication<'unknown' | 'expired'>> {
  const { secret, item } = splitPortalToken(token)
  const decision = await readPortalLink(tx, secret, now)
  if (!decision.ok) return decision
  const { link, tenant, client, subject, whole } = decision.link
  // Something of somebody else's, and a choice that a link does not give, are as if the link never was.
  if (item !== undefined && !whole) return { ok: false, refused: 'unknown' }
  const leads = item === undefined ? decision.link : await chosenOf(tx, decision.link, item)
  if (leads === undefined) return { ok: false, refused: 'unknown' }
  const { conversation, decision: about } = leads
  return {
    ok: true,
    caller: {
      kind: 'customer',
      id: link,
      scope: { tenant, clients: [client], actor: { kind: 'customer', id: link } },
      roles: [],
      bound: {
        subject,
        client,
        link,
        ...(whole ? { whole } : {}),
        ...(conversation === null ? {} : { conversation }),
        ...(about === null ? {} : { decision: about }),
      },
    },
  }
}

async function assignmentsIn(tx: Tx, tenant: string, person: string): Promise<Assignment[]> {
  const { rows } = await tx.query<{
    assignment_id: string
    role: Assignment['role']
    client_id: string | null
    system_id: string | null
    from_at: Date
    until_at: Date | null
    ended: boolean
  }>(
    'select assignment_id, role, client_id, system_id, from_at, until_at, ended from role_assignment where tenant_id = $1 and person_id = $2',
    [tenant, person],
  )
  return rows.map((row) => ({
    id: row.assignment_id,
    person,
    role: row.role,
    client: row.client_id,
    system: row.system_id,
    from: row.from_at,
    until: row.until_at,
    ended: row.ended,
  }))
}
