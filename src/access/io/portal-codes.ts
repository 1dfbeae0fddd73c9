/**
 * A way into the portal without a link: a code goes to an address that the organisation registered, and who types it reaches everything
 * of that person. The same work is done, and the same answer given, whether or not anybody has the address.
 */
import type { Scope, Tx } from '../../platform/database.ts'
import { ApiError } from '../../platform/http.ts'
import type { Language } from '../../platform/text.ts'
import { type KeyRing, keyedHash } from '../../vault/index.ts'
import { type AddressKind, type ContactAddress, readContact } from '../address.ts'
import { CODE_BYTES, CODE_MS, codeFrom, decideCode, type OpenCode, readCode, WHOLE_LINK_MS } from '../one-time-code.ts'
import { addressOf, type SignInLimits } from '../sign-in.ts'
import { type AddressOwner, addressHash, ownersOf } from './addresses.ts'
import { authenticationScope } from './authenticate.ts'
import { createWholeLink } from './portal-links.ts'
import { type Act, record, tenantOf } from './record.ts'
import type { AccessDeps } from './route-deps.ts'
import { type Attempt, countAttempt, forgiveAttempt } from './sign-in.ts'

export type CodeMessage = {
  /** All three null: nobody has this address. Then nothing may leave, and the same work is done. */
  readonly client: string | null
  readonly subject: string | null
  /** Of `subject_address`. */
  readonly addressId: string | null
  readonly kind: AddressKind
  readonly address: string
  readonly code: string
  readonly language: Language
  readonly expiresAt: Date
}

/** Sends a code, or sees to it that it is sent, in the transaction in which it was made. Must take as long for nobody as for somebody. */
export type SendCode = (tx: Tx, message: CodeMessage, act: Act) => Promise<void>

export type PortalCodes = {
  /** Ways in which a code can reach somebody here; none: nobody gets in by a code. */
  readonly kinds: readonly AddressKind[]
  readonly send: SendCode
  /** A code waits to be sent: nobody waits for that. */
  readonly wake: () => void
}

type Deps = Pick<AccessDeps, 'database' | 'ids' | 'ring' | 'tenant' | 'attemptKey' | 'signInLimits' | 'codes'>

const job = { kind: 'job', id: 'portal-code' } as const

/** The organisation whose customers come here. Errors: `code_unavailable` (422: among several without a setting nobody can tell). */
async function tenantFor({ database, tenant }: Pick<Deps, 'database' | 'tenant'>): Promise<string> {
  if (tenant !== null) return tenant
  const { rows } = await database.inTx(
    authenticationScope,
    (tx) => tx.query<{ tenant_id: string }>('select tenant_id from tenant limit 2'),
    { readOnly: true },
  )
  if (rows.length !== 1) throw new ApiError(422, 'code_unavailable')
  return rows[0]!.tenant_id
}

/** What was typed as an address. Errors: `address_malformed`, `code_unavailable` (422); neither depends on whose it is. */
function contactFrom({ kinds }: PortalCodes, typed: string): ContactAddress {
  const contact = readContact(typed)
  if (contact === undefined) throw new ApiError(422, 'address_malformed', { param: 'address' })
  if (!kinds.includes(contact.kind)) throw new ApiError(422, 'code_unavailable', { param: 'address' })
  return contact
}

/** Requests are counted whoever they are for: per address, so that nobody's inbox fills up, and per network address. */
function requestAttempt({ attemptKey, signInLimits }: Deps, hash: Buffer, peer: string): Attempt {
  return [
    { hash: keyedHash(attemptKey, 'portal-code', hash), limit: signInLimits.perEmail, who: true },
    ...peerAttempt(attemptKey, signInLimits, 'portal-code-peer', peer),
  ]
}

const peerAttempt = (key: Buffer, { perAddress }: SignInLimits, use: string, peer: string): Attempt => [
  { hash: keyedHash(key, use, addressOf(peer)), limit: perAddress, who: false },
]

const counted = (database: Deps['database'], attempt: Attempt, now: Date) =>
  database.inTx(authenticationScope, (tx) => countAttempt(tx, attempt, now, 'code_throttled'))

export type CodeWanted = {
  readonly address: string
  /** In whose name it is sent, when several clients know the address. */
  readonly client: string | undefined
  readonly peer: string
  readonly language: Language
}

/** Sends a code when somebody has this address; a code from before no longer works. Errors: those of `contactFrom`, `code_throttled` (429). */
export async function requestCode(deps: Deps, wanted: CodeWanted, now: Date): Promise<void> {
  const { database, ids, ring, codes } = deps
  const contact = contactFrom(codes, wanted.address)
  const tenant = await tenantFor(deps)
  const hash = addressHash(ring, tenant, contact)
  await counted(database, requestAttempt(deps, hash, wanted.peer), now)
  const scope: Scope = { tenant, clients: '*', actor: job }
  await database.inTx(scope, async (tx) => {
    const owners = await ownersOf(tx, hash)
    const to = owners.find(({ client }) => client === wanted.client) ?? owners[0]
    const code = codeFrom(ids.secret(CODE_BYTES))
    const expiresAt = new Date(now.getTime() + CODE_MS)
    await openCode(tx, hash, { hash: codeHash(ring, tenant, hash, code), expiresAt }, now)
    await record(tx, { now, ids }, { type: 'code.requested', ...entryOf(to), body: { kind: contact.kind } })
    await codes.send(
      tx,
      {
        client: to?.client ?? null,
        subject: to?.subject ?? null,
        addressId: to?.address ?? null,
        ...contact,
        code,
        language: wanted.language,
        expiresAt,
      },
      { now, ids },
    )
  })
  codes.wake()
}

const entryOf = (to: AddressOwner | undefined) =>
  to === undefined
    ? { client: null, refs: {} }
    : { client: to.client, subject: to.subject, refs: { address: to.address } }

const codeHash = (ring: KeyRing, tenant: string, address: Buffer, code: string): Buffer =>
  keyedHash(ring.derived('portal-code'), tenant, address, code)

/** One code per address; what is over is taken away. */
async function openCode(
  tx: Tx,
  address: Buffer,
  { hash, expiresAt }: { readonly hash: Buffer; readonly expiresAt: Date },
  now: Date,
): Promise<void> {
  await tx.query(
    `with old as (select tenant_id, address_hmac from portal_code where tenant_id = $1 and expires_at < $2 limit 100 for update skip locked)
     delete from portal_code c using old where c.tenant_id = old.tenant_id and c.address_hmac = old.address_hmac`,
    [tenantOf(tx), now],
  )
  await tx.query(
    `insert into portal_code (tenant_id, address_hmac, code_hmac, requested_at, expires_at) values ($1, $2, $3, $4, $5)
     on conflict (tenant_id, address_hmac) do update set code_hmac = excluded.code_hmac, requested_at = excluded.requested_at,
       expires_at = excluded.expires_at, tries = 0, used_at = null`,
    [tenantOf(tx), address, hash, now, expiresAt],
  )
}

export type CodeTyped = { readonly address: string; readonly code: string; readonly peer: string }
export type WayIn = {
  /** As customers know it. */
  readonly client: string
  readonly clientId: string
  readonly path: string
  readonly expiresAt: Date
}

/**
 * A link to everything of the person for who types the code that is open; one per client that knows the address. Every reason for no is
 * one answer: `code_refused` (401). Errors beside it: those of `contactFrom`, `code_throttled` (429).
 */
export async function enterCode(deps: Deps, typed: CodeTyped, now: Date): Promise<WayIn[]> {
  const { database, ids, ring, codes } = deps
  const contact = contactFrom(codes, typed.address)
  const tenant = await tenantFor(deps)
  const attempt = peerAttempt(deps.attemptKey, deps.signInLimits, 'portal-try', typed.peer)
  await counted(database, attempt, now)
  const address = addressHash(ring, tenant, contact)
  // What is no code is tried like one that is wrong.
  const hash = codeHash(ring, tenant, address, readCode(typed.code) ?? typed.code)
  const scope: Scope = { tenant, clients: '*', actor: job }
  const ways = await database.inTx(scope, (tx) => tryCode(tx, { address, hash }, { now, ids }))
  if (ways === undefined) throw new ApiError(401, 'code_refused', { param: 'code' })
  await database.inTx(authenticationScope, (tx) => forgiveAttempt(tx, attempt, now))
  return ways
}

/** Undefined: refused, and that is on record. */
async function tryCode(
  tx: Tx,
  { address, hash }: { readonly address: Buffer; readonly hash: Buffer },
  act: Act,
): Promise<WayIn[] | undefined> {
  const at = [tenantOf(tx), address]
  const { rows } = await tx.query<{ code_hmac: Buffer; expires_at: Date; tries: number; used_at: Date | null }>(
    'select code_hmac, expires_at, tries, used_at from portal_code where tenant_id = $1 and address_hmac = $2 for update',
    at,
  )
  const decision = decideCode(rows[0] && openFrom(rows[0]), hash, act.now)
  const owners = await ownersOf(tx, address)
  if (!decision.ok || owners.length === 0) {
    const reason = decision.ok ? 'none' : decision.reason
    if (reason === 'wrong')
      await tx.query('update portal_code set tries = tries + 1 where tenant_id = $1 and address_hmac = $2', at)
    await record(tx, act, { type: 'code.refused', refs: {}, body: { reason } })
    return undefined
  }
  await tx.query('update portal_code set used_at = $3 where tenant_id = $1 and address_hmac = $2', [...at, act.now])
  const expiresAt = new Date(act.now.getTime() + WHOLE_LINK_MS)
  const ways: WayIn[] = []
  for (const { client, subject, clientName } of owners) {
    const { path } = await createWholeLink(tx, { client, subject, expiresAt }, act)
    ways.push({ client: clientName, clientId: client, path, expiresAt })
  }
  return ways
}

const openFrom = (row: { code_hmac: Buffer; expires_at: Date; tries: number; used_at: Date | null }): OpenCode => ({
  hash: row.code_hmac,
  expiresAt: row.expires_at,
  tries: row.tries,
  usedAt: row.used_at,
})
