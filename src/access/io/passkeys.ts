/** Passkeys (WebAuthn level 3): registered, used, listed. The library checks signatures; what follows is decided here. */
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import type { Row, Tx } from '../../platform/database.ts'
import { ApiError } from '../../platform/http.ts'
import { type Key, open, seal } from '../../vault/index.ts'
import type { RelyingParty } from '../passkey.ts'
import { type Act, record, tenantOf } from './record.ts'

export type PasskeyLine = {
  readonly id: string
  readonly name: string
  readonly createdAt: Date
  readonly lastUsedAt: Date | null
  readonly backedUp: boolean
}

/** How many a person may have. */
const MAY_HAVE = 20

const namePlace = (tenant: string, passkey: string) => ['passkey', 'sealed_name', tenant, passkey]

export async function listPasskeys(tx: Tx, key: Key, person: string): Promise<PasskeyLine[]> {
  const { rows } = await tx.query<{
    passkey_id: string
    sealed_name: Buffer
    created_at: Date
    last_used_at: Date | null
    backed_up: boolean
  }>(
    'select passkey_id, sealed_name, created_at, last_used_at, backed_up from passkey where tenant_id = $1 and person_id = $2 order by created_at, passkey_id',
    [tenantOf(tx), person],
  )
  return rows.map((row) => ({
    id: row.passkey_id,
    name: open(key, namePlace(tenantOf(tx), row.passkey_id), row.sealed_name).toString('utf8'),
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
    backedUp: row.backed_up,
  }))
}

/** What the browser is asked to make: bound to this site, with the person verified by the device. Errors: `passkey_limit` (409). */
export async function registrationOptions(
  tx: Tx,
  party: RelyingParty,
  { person, account, name }: { readonly person: string; readonly account: string; readonly name: string },
) {
  const { rows } = await tx.query<{ credential_id: Buffer; transports: string[] }>(
    'select credential_id, transports from passkey where tenant_id = $1 and person_id = $2',
    [tenantOf(tx), person],
  )
  if (rows.length >= MAY_HAVE) throw new ApiError(409, 'passkey_limit')
  return generateRegistrationOptions({
    rpName: 'Waarborg',
    rpID: party.id,
    userID: new Uint8Array(Buffer.from(person, 'utf8')),
    userName: account,
    userDisplayName: name,
    attestationType: 'none',
    excludeCredentials: rows.map((row) => ({
      id: row.credential_id.toString('base64url'),
      transports: row.transports as never,
    })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  })
}

/** What a browser is asked to sign; without naming anyone, so that it says nothing about who has an account. */
export const signInOptions = (party: RelyingParty) =>
  generateAuthenticationOptions({ rpID: party.id, userVerification: 'required', allowCredentials: [] })

/** The challenge that an answer of a browser is about; undefined when it is no such answer. */
export function challengeIn(response: { response: Record<string, unknown> }): string | undefined {
  try {
    const data = JSON.parse(Buffer.from(String(response.response.clientDataJSON), 'base64url').toString('utf8'))
    return typeof data?.challenge === 'string' ? data.challenge : undefined
  } catch {
    return undefined
  }
}

export type PasskeyAnswer = { id: string; response: Record<string, unknown>; [field: string]: unknown }

/** Keeps the passkey that a browser made for this challenge. Errors: `passkey_refused` (422), `passkey_known` (409). */
export async function registerPasskey(
  tx: Tx,
  key: Key,
  party: RelyingParty,
  given: { readonly person: string; readonly name: string; readonly challenge: string; readonly answer: PasskeyAnswer },
  act: Act,
): Promise<string> {
  const { registrationInfo } = await verifyRegistrationResponse({
    response: given.answer as never,
    expectedChallenge: given.challenge,
    expectedOrigin: party.origin,
    expectedRPID: party.id,
    requireUserVerification: true,
  }).catch((cause: unknown) => {
    throw new ApiError(422, 'passkey_refused', { cause })
  })
  if (registrationInfo === undefined) throw new ApiError(422, 'passkey_refused')
  const { credential, credentialBackedUp } = registrationInfo
  const id = act.ids.next()
  const { rowCount } = await tx.query(
    `insert into passkey (tenant_id, passkey_id, person_id, credential_id, public_key, sign_count, transports, backed_up, sealed_name, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing`,
    [
      tenantOf(tx),
      id,
      given.person,
      Buffer.from(credential.id, 'base64url'),
      Buffer.from(credential.publicKey),
      credential.counter,
      credential.transports ?? [],
      credentialBackedUp,
      seal(key, namePlace(tenantOf(tx), id), given.name),
      act.now,
    ],
  )
  if (rowCount === 0) throw new ApiError(409, 'passkey_known')
  await record(tx, act, { type: 'passkey.registered', refs: { person: given.person, passkey: id } })
  return id
}

type StoredPasskey = Row & {
  tenant_id: string
  passkey_id: string
  person_id: string
  public_key: Buffer
  sign_count: string | number
  disabled_at: Date | null
}

export type PasskeyHolder = { readonly tenant: string; readonly person: string; readonly passkey: string }

/** Whose passkey an answer names, whether or not it is good; for the record of a refused sign-in. */
export async function ownerOfPasskey(
  tx: Tx,
  answer: PasskeyAnswer,
): Promise<{ readonly tenant: string; readonly person: string } | undefined> {
  const { rows } = await tx.query<{ tenant_id: string; person_id: string }>(
    'select tenant_id, person_id from passkey where credential_id = $1',
    [Buffer.from(answer.id, 'base64url')],
  )
  return rows[0] && { tenant: rows[0].tenant_id, person: rows[0].person_id }
}

/**
 * Whose passkey signed this challenge. For a transaction over all organisations; every reason for no is one answer:
 * `passkey_refused` (401). A counter that does not go up says that the passkey was copied (WebAuthn 6.1.1): refused.
 */
export async function verifyPasskey(
  tx: Tx,
  party: RelyingParty,
  { challenge, answer }: { readonly challenge: string; readonly answer: PasskeyAnswer },
  now: Date,
): Promise<PasskeyHolder> {
  const { rows } = await tx.query<StoredPasskey>(
    `select passkey.tenant_id, passkey_id, person_id, public_key, sign_count, disabled_at
     from passkey join person using (tenant_id, person_id) where credential_id = $1 for no key update of passkey`,
    [Buffer.from(answer.id, 'base64url')],
  )
  const row = rows[0]
  if (row === undefined || row.disabled_at !== null) throw new ApiError(401, 'passkey_refused')
  const { verified, authenticationInfo } = await verifyAuthenticationResponse({
    response: answer as never,
    expectedChallenge: challenge,
    expectedOrigin: party.origin,
    expectedRPID: party.id,
    requireUserVerification: true,
    credential: { id: answer.id, publicKey: new Uint8Array(row.public_key), counter: Number(row.sign_count) },
  }).catch((cause: unknown) => {
    throw new ApiError(401, 'passkey_refused', { cause })
  })
  if (!verified) throw new ApiError(401, 'passkey_refused')
  await tx.query(
    'update passkey set sign_count = $3, backed_up = $4, last_used_at = $5 where tenant_id = $1 and passkey_id = $2',
    [row.tenant_id, row.passkey_id, authenticationInfo.newCounter, authenticationInfo.credentialBackedUp, now],
  )
  return { tenant: row.tenant_id, person: row.person_id, passkey: row.passkey_id }
}

/** Errors: `passkey_unknown` (404). */
export async function renamePasskey(
  tx: Tx,
  key: Key,
  { person, passkey, name }: { readonly person: string; readonly passkey: string; readonly name: string },
  act: Act,
): Promise<void> {
  const { rowCount } = await tx.query(
    'update passkey set sealed_name = $4 where tenant_id = $1 and person_id = $2 and passkey_id = $3',
    [tenantOf(tx), person, passkey, seal(key, namePlace(tenantOf(tx), passkey), name)],
  )
  if (rowCount === 0) throw new ApiError(404, 'passkey_unknown', { param: 'passkey' })
  await record(tx, act, { type: 'passkey.renamed', refs: { person, passkey } })
}

/** Errors: `passkey_unknown` (404). */
export async function removePasskey(
  tx: Tx,
  { person, passkey }: { readonly person: string; readonly passkey: string },
  act: Act,
): Promise<void> {
  const { rowCount } = await tx.query(
    'delete from passkey where tenant_id = $1 and person_id = $2 and passkey_id = $3',
    [tenantOf(tx), person, passkey],
  )
  if (rowCount === 0) throw new ApiError(404, 'passkey_unknown', { param: 'passkey' })
  await record(tx, act, { type: 'passkey.removed', refs: { person, passkey } })
}
