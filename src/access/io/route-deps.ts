/** What the routes of this folder stand on, and where a caller's roles hold. */
import type { Database, Scope, Tx } from '../../platform/database.ts'
import { ApiError, type Caller, type Role } from '../../platform/http.ts'
import type { Ids } from '../../platform/ids.ts'
import type { Key, KeyRing } from '../../vault/index.ts'
import { peerHeader } from '../contract.ts'
import type { RelyingParty } from '../passkey.ts'
import { holdsRole, type Place, type Reach, reachOf } from '../role.ts'
import type { SessionLimits } from '../session.ts'
import type { SignInLimits } from '../sign-in.ts'
import { loadAssignments } from '../store.ts'
import type { LeakedPasswords } from './leaked.ts'
import type { IdentityProvider } from './oidc.ts'
import type { Passwords } from './password.ts'
import type { PortalCodes } from './portal-codes.ts'
import type { Act } from './record.ts'
import type { SignInDeps } from './sign-in.ts'

export type AccessDeps = {
  readonly database: Database
  readonly ids: Ids
  readonly passwords: Passwords
  readonly ring: KeyRing
  /** `ring.derived('sign-in')`. */
  readonly attemptKey: Key
  /** `ring.derived('access')`: seals secrets of second factors and hashes recovery codes and identities. */
  readonly factorKey: Key
  readonly sessions: SessionLimits
  readonly signInLimits: SignInLimits
  /** The organisation in which a second factor may wait: the demonstration on one's own machine; otherwise null. */
  readonly secondFactorOptionalFor: string | null
  /** Organisation for signing in (setting `tenant`); null when there is one. */
  readonly tenant: string | null
  readonly portalLinkMs: number
  /** Where customers' links lead, without a slash at its end, or null. */
  readonly portalUrl: string | null
  /** Address of the installation without a slash at its end, or null. An https address makes cookies secure. */
  readonly publicUrl: string | null
  /** Where passkeys hold; null when the address gives browsers nothing to bind them to. */
  readonly relyingParty: () => RelyingParty | null
  /** The organisation's identity provider, if the settings name one. */
  readonly provider: () => IdentityProvider | null
  /** Whether people may sign in with a password (setting `passwordSignIn`). */
  readonly passwordSignIn: boolean
  /** Passwords that leaked (setting `leakedPasswords`); null: none are known. */
  readonly leaked: LeakedPasswords | null
  /**
   * The conversation under Waarborg's id or the caller's own, within the scope of the transaction; from records.
   * Undefined for one that does not exist there.
   */
  readonly findConversation: (
    tx: Tx,
    client: string,
    conversation: string,
  ) => Promise<{ readonly conversation: string; readonly subject: string } | undefined>
  /** A decision about a customer that this system recorded, under Waarborg's id or its own; from records. Undefined for any other. */
  readonly findDecision: (
    tx: Tx,
    of: { readonly client: string; readonly system: string },
    decision: string,
  ) => Promise<
    { readonly decision: string; readonly subject: string; readonly conversation: string | null } | undefined
  >
  /** The customer that this reference of the organisation leads to, made when it is new; from records. */
  readonly subjectFor: (
    tx: Tx,
    of: { readonly client: string; readonly reference: string },
    act: Act,
  ) => Promise<string>
  /** How a one-time code for the portal reaches a customer. */
  readonly codes: PortalCodes
  /** Called in the transaction of a change that may alter who oversees: the standing of systems is worked out again. */
  readonly oversightChanged: (
    tx: Tx,
    change: { readonly person: string; readonly system: string | null },
    act: Act,
  ) => Promise<void>
}

/** What signing in stands on. */
export function signInDeps(deps: AccessDeps): SignInDeps {
  return {
    ...deps,
    limits: deps.signInLimits,
    policyOf: (tenant) => (tenant === deps.secondFactorOptionalFor ? 'optional' : 'required'),
  }
}

/** The network address of the other side. Without it failures could not be counted, so nothing is tried. */
export function peerOf(header: (name: string) => string | undefined): string {
  const peer = header(peerHeader)
  if (peer === undefined || peer === '') throw new Error(`the server part must set ${peerHeader} on every request`)
  return peer
}

/** Where the caller holds one of these roles, whichever client is chosen on screen. The operator: everywhere. */
export async function reachAs(tx: Tx, caller: Caller, as: readonly Role[], now: Date): Promise<Reach> {
  if (caller.kind === 'operator') return '*'
  const assignments = await loadAssignments(tx, caller.id)
  const reaches = as.map((role) => reachOf(assignments, role, now))
  return reaches.includes('*') ? '*' : [...new Set(reaches.flatMap((reach) => [...reach]))]
}

/** The route's role may hold for one system only: then it counts at that system. */
export async function requireRole(tx: Tx, caller: Caller, as: readonly Role[], place: Place, now: Date): Promise<void> {
  if (caller.kind === 'operator') return
  const assignments = await loadAssignments(tx, caller.id)
  if (!as.some((role) => holdsRole(assignments, role, place, now))) throw new ApiError(403, 'role_not_yours')
}

/** The caller over all clients of the organisation: for what is about accounts and not about a client's records. */
export function wide(caller: Caller): Scope {
  return { ...caller.scope, clients: '*' }
}

export function asDate(text: string | null | undefined): Date | undefined {
  return text === null || text === undefined ? undefined : new Date(text)
}
