/** Links with which a customer reaches the portal: each for one conversation or decision, or for everything of one person. */
import type { Tx } from '../../platform/database.ts'
import { ApiError } from '../../platform/http.ts'
import { decidePortalLink, type PortalLinkDecision, type PortalLinkRow } from '../link.ts'
import { isToken, TOKEN_BYTES, tokenHash } from '../session.ts'
import { type Act, record, tenantOf } from './record.ts'

/** A link to everything of one person stays on record this long after it ended. */
const KEPT_MS = 30 * 86_400_000

export type PortalLink = {
  readonly link: string
  /** Part of the path `/p/<token>`; only the customer has it, we keep its hash. */
  readonly token: string
  readonly path: string
  readonly expiresAt: Date
}

export type NewPortalLink = {
  /** What it leads to: a conversation, or a decision that fell outside any. */
  readonly to: { readonly conversation: string } | { readonly decision: string }
  readonly subject: string
  readonly expiresAt: Date
  /** A code that was drawn before, where the path had to be known first. */
  readonly token?: string
}

/** A code for a link that is made in the same transaction. */
export const portalToken = ({ ids }: Pick<Act, 'ids'>): string => ids.secret(TOKEN_BYTES)
export const portalPath = (token: string): string => `/p/${token}`

/**
 * A link to one conversation or decision of its own subject. Errors: `conversation_unknown`, `decision_unknown` (404; also one of another
 * subject or out of scope).
 */
export async function createPortalLink(tx: Tx, wanted: NewPortalLink, act: Act): Promise<PortalLink> {
  const { to, subject, expiresAt, token = portalToken(act) } = wanted
  const link = act.ids.next()
  const values = [tenantOf(tx), 'conversation' in to ? to.conversation : to.decision, subject]
  const { rows } = await tx.query<{ client_id: string }>(
    'conversation' in to
      ? `insert into portal_link (tenant_id, client_id, token_hash, link_id, conversation_id, subject_id, created_at, expires_at)
         select tenant_id, client_id, $4, $5, conversation_id, subject_id, $6, $7 from conversation
         where tenant_id = $1 and conversation_id = $2 and subject_id = $3 returning client_id`
      : `insert into portal_link (tenant_id, client_id, token_hash, link_id, decision_id, subject_id, created_at, expires_at)
         select tenant_id, client_id, $4, $5, decision_id, subject_id, $6, $7 from decision
         where tenant_id = $1 and decision_id = $2 and subject_id = $3 and subject_role = 'customer' returning client_id`,
    [...values, tokenHash(token), link, act.now, expiresAt],
  )
  if (!rows[0]) {
    const param = 'conversation' in to ? 'conversation' : 'decision'
    throw new ApiError(404, `${param}_unknown`, { param })
  }
  await record(tx, act, {
    type: 'link.issued',
    client: rows[0].client_id,
    subject,
    refs: { link, ...to },
    body: { kind: 'portal', expiresAt: expiresAt.toISOString() },
  })
  return { link, token, path: portalPath(token), expiresAt }
}

/** A link to everything of one person. Errors: `subject_unknown` (404; also out of scope). */
export async function createWholeLink(
  tx: Tx,
  { client, subject, expiresAt }: { readonly client: string; readonly subject: string; readonly expiresAt: Date },
  act: Act,
): Promise<PortalLink> {
  await dropOld(tx, act.now)
  const [token, link] = [portalToken(act), act.ids.next()]
  const { rowCount } = await tx.query(
    `insert into portal_link (tenant_id, client_id, token_hash, link_id, whole, subject_id, created_at, expires_at)
     select tenant_id, client_id, $4, $5, true, subject_id, $6, $7 from data_subject
     where tenant_id = $1 and client_id = $2 and subject_id = $3`,
    [tenantOf(tx), client, subject, tokenHash(token), link, act.now, expiresAt],
  )
  if (rowCount !== 1) throw new ApiError(404, 'subject_unknown')
  await record(tx, act, {
    type: 'link.issued',
    client,
    subject,
    refs: { link },
    body: { kind: 'portal', whole: true, expiresAt: expiresAt.toISOString() },
  })
  return { link, token, path: portalPath(token), expiresAt }
}

/** No conversation takes these along at its end. Until then one can be looked up by its address, for who investigates. */
async function dropOld(tx: Tx, now: Date): Promise<void> {
  await tx.query(
    `with old as (select tenant_id, token_hash from portal_link where tenant_id = $1 and whole and expires_at < $2 limit 100 for update skip locked)
     delete from portal_link l using old where l.tenant_id = old.tenant_id and l.token_hash = old.token_hash`,
    [tenantOf(tx), new Date(now.getTime() - KEPT_MS)],
  )
}

export type Chosen = { readonly conversation: string | null; readonly decision: string | null }

/**
 * The conversation or decision that was chosen of everything a link leads to; undefined: not one of its person. A decision that fell in
 * a conversation comes with it.
 */
export async function chosenOf(
  tx: Tx,
  { tenant, client, subject }: Pick<PortalLinkRow, 'tenant' | 'client' | 'subject'>,
  item: string,
): Promise<Chosen | undefined> {
  const { rows } = await tx.query<{ conversation_id: string | null; decision_id: string | null }>(
    `select conversation_id, null as decision_id from conversation where tenant_id = $1 and client_id = $2 and subject_id = $3 and conversation_id = $4
     union all
     select conversation_id, decision_id from decision where tenant_id = $1 and client_id = $2 and subject_id = $3 and decision_id = $4 and subject_role = 'customer'
     limit 1`,
    [tenant, client, subject, item],
  )
  return rows[0] && { conversation: rows[0].conversation_id, decision: rows[0].decision_id }
}

/** Whose link this is, in whatever organisation: for a transaction over all of them. */
export async function readPortalLink(tx: Tx, token: string, now: Date): Promise<PortalLinkDecision> {
  if (!isToken(token)) return { ok: false, refused: 'unknown' }
  const { rows } = await tx.query<{
    link_id: string
    tenant_id: string
    client_id: string
    conversation_id: string | null
    decision_id: string | null
    whole: boolean
    subject_id: string
    expires_at: Date
    revoked_at: Date | null
  }>(
    'select link_id, tenant_id, client_id, conversation_id, decision_id, whole, subject_id, expires_at, revoked_at from portal_link where token_hash = $1',
    [tokenHash(token)],
  )
  const row = rows[0]
  return decidePortalLink(
    row && {
      link: row.link_id,
      tenant: row.tenant_id,
      client: row.client_id,
      conversation: row.conversation_id,
      decision: row.decision_id,
      whole: row.whole,
      subject: row.subject_id,
      expiresAt: row.expires_at,
      revokedAt: row.revoked_at,
    },
    now,
  )
}

/** Ends a link now. False when it had ended. */
export async function revokePortalLink(tx: Tx, link: string, act: Act): Promise<boolean> {
  const { rows } = await tx.query<{
    client_id: string
    conversation_id: string | null
    decision_id: string | null
    subject_id: string
  }>(
    'update portal_link set revoked_at = $3 where tenant_id = $1 and link_id = $2 and revoked_at is null and expires_at > $3 returning client_id, conversation_id, decision_id, subject_id',
    [tenantOf(tx), link, act.now],
  )
  const row = rows[0]
  if (!row) return false
  await record(tx, act, {
    type: 'link.revoked',
    client: row.client_id,
    subject: row.subject_id,
    refs: {
      link,
      ...(row.conversation_id === null ? {} : { conversation: row.conversation_id }),
      ...(row.decision_id === null ? {} : { decision: row.decision_id }),
    },
  })
  return true
}

/** A link as who investigates it knows it: whose it is, and when it worked. */
export type KnownLink = {
  readonly link: string
  readonly subject: string
  readonly conversation: string | null
  readonly from: Date
  /** When it ended or will end. */
  readonly until: Date
}

/**
 * The link that somebody means by its number, its code, or its whole address; undefined when there is none in the scope. The code
 * goes no further than this: what is kept of a search is the number.
 */
export async function findPortalLink(tx: Tx, given: string): Promise<KnownLink | undefined> {
  const last = given
    .trim()
    .replace(/[?#].*$/, '')
    .split('/p/')
    .at(-1)!
    .split('/')[0]!
  const { rows } = await tx.query<{
    link_id: string
    subject_id: string
    conversation_id: string | null
    created_at: Date
    until_at: Date
  }>(
    `select link_id, subject_id, conversation_id, created_at, least(expires_at, revoked_at) as until_at from portal_link
     where tenant_id = $1 and (link_id = $2 or token_hash = $3)`,
    [tenantOf(tx), last, isToken(last) ? tokenHash(last) : null],
  )
  const [row] = rows
  return (
    row && {
      link: row.link_id,
      subject: row.subject_id,
      conversation: row.conversation_id,
      from: row.created_at,
      until: row.until_at,
    }
  )
}
