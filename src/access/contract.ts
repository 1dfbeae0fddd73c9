/** Shapes of people, roles, qualifications, keys, sessions and links. */
import { z } from 'zod'
import { roles } from '../platform/http.ts'
import { addressKinds } from './address.ts'
import { browsers, systems } from './device.ts'
import { CODE_MS } from './one-time-code.ts'
import { lookUpReasons, revealReasons } from './reading.ts'

const instant = z.iso.datetime({ offset: true })
const id = z.string().min(1).max(64)

export const role = z.enum(roles)

/** What a person must have attained for the right; GDPR and AI Act art. 26(2): competence, training and authority. */
export const qualificationKinds = ['human_oversight', 'complaint_handling', 'review', 'audit'] as const

export const personView = z.object({
  id,
  name: z.string(),
  email: z.string().nullable(),
  disabled: z.boolean(),
  roles: z.array(
    z.object({
      id,
      role,
      client: z.string().nullable(),
      system: z.string().nullable(),
      from: instant,
      until: instant.nullable(),
    }),
  ),
  qualifications: z.array(
    z.object({ id, kind: z.string(), attainedOn: z.string(), validUntil: instant, valid: z.boolean() }),
  ),
  /** Pairs of roles that should not meet in one person; the sentence is `role.hint.<code>`. */
  hints: z.array(z.object({ code: z.string() })).optional(),
  /** Whether the person has chosen a password; absent for readers who do not administer accounts. */
  canSignIn: z.boolean().optional(),
  /** Whether there is a second factor; absent likewise. */
  secondFactor: z.boolean().optional(),
})
export type PersonView = z.output<typeof personView>

export const signInRequest = z.object({ email: z.string().min(3).max(200), password: z.string().min(1).max(1_000) })
/** How one can sign in here. `passkey`: the name that passkeys are bound to. `issuer`: the identity provider's name. */
export const signInWays = z.object({
  password: z.boolean(),
  passkey: z.string().nullable(),
  issuer: z.string().nullable(),
})
export type SignInWays = z.output<typeof signInWays>
export const setPasswordRequest = z.object({
  token: z.string().min(20).max(200),
  password: z.string().min(12).max(1_000),
})
/** `current`: the password of now. */
export const changePasswordRequest = z.object({
  current: z.string().min(1).max(1_000),
  password: z.string().min(1).max(1_000),
})

/** Who is signed in, for the console's head: name, roles, clients that may be chosen. */
export const meView = z.object({
  person: z.object({ id, name: z.string() }),
  roles: z.array(role),
  tenant: z.object({ id, name: z.string() }),
  clients: z.array(z.object({ id, name: z.string() })),
  client: z.string().nullable(),
  /** When the session ends at the latest, and after how many minutes without a request; null: there is none. */
  session: z.object({ endsAt: instant, idleMinutes: z.number().int() }).nullable(),
})
export type MeView = z.output<typeof meView>

export const keyView = z.object({
  id,
  system: z.string(),
  label: z.string(),
  createdAt: instant,
  expiresAt: instant.nullable(),
  revokedAt: instant.nullable(),
  lastUsedOn: z.string().nullable(),
})
export const newKeyRequest = z.object({ system: id, label: z.string().min(1).max(100), expiresAt: instant.optional() })
/** The key itself is shown once, here. */
export const newKeyReply = keyView.extend({ key: z.string() })

// -- signing in -----------------------------------------------------------------------------------------------------

/**
 * The token goes into the session cookie (`sessionCookie` in session.ts) by the part that answers the browser, and
 * nowhere else: a route that gives it is marked with `session`. `expiresAt` is the absolute end; `idleMinutes` of silence end it earlier.
 */
export const sessionReply = z.object({
  token: z.string(),
  expiresAt: instant,
  idleMinutes: z.number().int(),
  person: id,
  /** false: the second factor is still to come (`GET /api/session` says which). */
  complete: z.boolean(),
})
/** What signing in still asks, and with what it can be answered. */
export const sessionView = z.object({
  stage: z.enum(['code', 'enrol', 'offer', 'done']),
  name: z.string(),
  email: z.string().nullable(),
  factors: z.object({
    password: z.boolean(),
    totp: z.boolean(),
    passkeys: z.number().int(),
    recoveryCodes: z.number().int(),
  }),
  /** Whether the person proved lately who they are, so that a dangerous act asks nothing more. */
  proved: z.boolean(),
})
export type SessionView = z.output<typeof sessionView>
export const codeRequest = z.object({ code: z.string().trim().min(1).max(40) })
export const confirmRequest = z.object({
  password: z.string().max(1_000).optional(),
  code: z.string().trim().max(40).optional(),
})
/** The secret leaves here only, for the square and for who types it: base32 in groups, and the address in the square. */
export const newFactorReply = z.object({ secret: z.string(), uri: z.string() })
export type NewFactor = z.output<typeof newFactorReply>
/** One's own sessions; a device is known by the class of its browser and system only, and no address is kept. */
export const sessionList = z.object({
  sessions: z.array(
    z.object({
      id,
      browser: z.enum(browsers),
      system: z.enum(systems),
      startedAt: instant,
      lastSeenAt: instant,
      endsAt: instant,
      /** The session of this very request. */
      current: z.boolean(),
      /** false: the second factor is still to come. */
      complete: z.boolean(),
    }),
  ),
})
export type SessionList = z.output<typeof sessionList>
export const sessionParams = z.object({ session: id })
export const endedReply = z.object({ ended: z.number().int() })
/** Recovery codes are shown here, once. */
export const enrolledReply = sessionReply.extend({ codes: z.array(z.string()) })
export const recoveryCodesReply = z.object({ codes: z.array(z.string()) })
export const done = z.object({ ok: z.literal(true) })
export const chooseClientRequest = z.object({ client: id.nullable() })
/** After a one-time link: signed in at once, under the address that the person signs in with from now on. */
export const passwordReply = sessionReply.extend({ email: z.string().nullable() })
export const linkQuery = z.object({ token: z.string().min(1).max(200) })
/** For whom a one-time link is, so that the page can say under which address the password will count. */
export const linkView = z.object({ name: z.string(), email: z.string().nullable() })

/** Where the server part puts the network address of the other side, after it has taken away any that came in. */
export const peerHeader = 'x-waarborg-peer'

// -- passkeys -------------------------------------------------------------------------------------------------------

/** What goes to `navigator.credentials`, in the JSON form of WebAuthn level 3 (5.1.8). */
export const passkeyOptions = z.object({ options: z.record(z.string(), z.unknown()) })
/** What comes from it (`toJSON`); checked by the library that verifies it. */
export const passkeyAnswer = z.looseObject({
  id: z.string().min(1).max(2_000),
  rawId: z.string().max(2_000),
  type: z.literal('public-key'),
  response: z.record(z.string(), z.unknown()),
})
const passkeyName = z.string().trim().min(1).max(60)
export const newPasskeyRequest = z.object({ name: passkeyName, answer: passkeyAnswer })
export const renamePasskeyRequest = z.object({ name: passkeyName })
export const passkeyParams = z.object({ passkey: id })
export const passkeyList = z.object({
  passkeys: z.array(
    z.object({
      id,
      name: z.string(),
      createdAt: instant,
      lastUsedAt: instant.nullable(),
      /** Synchronised by the maker of the device, so that losing the device does not lose it. */
      backedUp: z.boolean(),
    }),
  ),
})
export type PasskeyList = z.output<typeof passkeyList>

// -- identity provider ----------------------------------------------------------------------------------------------

export const oidcStartQuery = z.object({ to: z.string().max(500).optional(), confirm: z.string().max(1).optional() })
/** `flow` goes into a cookie of the browser that is sent to `url`, and comes back with its answer. */
export const oidcStartView = z.object({ url: z.string(), flow: z.string() })
/** `search` is the query that the provider sent the browser back with, from the question mark on. */
export const oidcRequest = z.object({ flow: z.string().min(1).max(200), search: z.string().max(8_000) })
export const oidcReply = sessionReply.extend({ to: z.string() })
export const oidcLogoutView = z.object({ url: z.string().nullable() })
export const newGroupRoleRequest = z.object({
  group: z.string().trim().min(1).max(200),
  role,
  client: id.nullable().optional(),
})
export const groupRoleParams = z.object({ mapping: id })
export const groupRoleList = z.object({
  groupRoles: z.array(z.object({ id, group: z.string(), role, client: z.string().nullable() })),
})
export type GroupRoles = z.output<typeof groupRoleList>['groupRoles']

// -- who read what --------------------------------------------------------------------------------------------------

/** `conversation` is null where a customer was looked up by their number. */
const look = z.object({ id, at: instant, role: z.string(), reason: z.string(), conversation: id.nullable() })
export const subjectParams = z.object({ subject: id })
export const subjectViews = z.object({
  subject: id,
  views: z.array(look.extend({ person: id, name: z.string().nullable() })),
})
export type SubjectViews = z.output<typeof subjectViews>
export const personViews = z.object({
  person: z.object({ id, name: z.string() }),
  views: z.array(look.extend({ subject: id })),
})
export type PersonViews = z.output<typeof personViews>
export const readingSignals = z.object({
  signals: z.array(
    z.object({
      id,
      person: id,
      name: z.string().nullable(),
      from: instant,
      until: instant,
      customers: z.number().int(),
      usual: z.number().int(),
      comparedWith: z.string(),
    }),
  ),
})
export type ReadingSignals = z.output<typeof readingSignals>['signals']
export const signalParams = z.object({ signal: id })
export const judgeRequest = z.object({ judgement: z.enum(['explained', 'to_follow_up']) })
export const revealRequest = z.object({
  reason: z.enum(revealReasons),
  words: z.string().trim().min(1).max(500).optional(),
})
export const revealReply = z.object({ until: instant })
export { lookUpReasons, revealReasons }

// -- people ---------------------------------------------------------------------------------------------------------

export const peopleView = z.object({ people: z.array(personView) })
/** `path` of a one-time link holds its secret: it is shown here once, and stored nowhere. */
export const oneTimeLinkView = z.object({ path: z.string(), expiresAt: instant })
export const newPersonRequest = z.object({
  name: z.string().trim().min(1).max(200),
  email: z.email().max(200),
  roles: z
    .array(z.object({ role, client: id.nullable().optional(), system: id.nullable().optional() }))
    .max(20)
    .optional(),
})
export const newPersonReply = z.object({ person: personView, link: oneTimeLinkView })
export const personParams = z.object({ person: id })
/** How an administrator made sure who asks for a second factor to be taken away: as for the first link. */
export const identityChecks = ['in_person', 'video', 'call_back'] as const
export const resetFactorRequest = z.object({ checked: z.enum(identityChecks) })
export const newRoleRequest = z.object({
  role,
  client: id.nullable().optional(),
  system: id.nullable().optional(),
  from: instant.optional(),
  until: instant.nullable().optional(),
})
export const roleParams = z.object({ person: id, assignment: id })
export const newQualificationRequest = z.object({
  kind: z.enum(qualificationKinds),
  attainedOn: z.iso.date(),
  validUntil: instant,
  evidence: z.string().max(500).optional(),
})
export const qualificationParams = z.object({ person: id, qualification: id })

// -- keys and links -------------------------------------------------------------------------------------------------

export const keyQuery = z.object({ system: id.optional() })
export const keyList = z.object({ keys: z.array(keyView) })
export const keyParams = z.object({ key: id })
/** The replaced key goes on for `graceHours`, so that an application can change over without a gap; 0 ends it now. */
export const rotateKeyRequest = z.object({
  graceHours: z.number().min(0).max(720).optional(),
  expiresAt: instant.optional(),
})

/** One of the two: a conversation, or a decision that fell outside any; by our id or your own. */
export const portalLinkRequest = z
  .object({ conversation: z.string().min(1).max(200).optional(), decision: z.string().min(1).max(200).optional() })
  .refine(({ conversation, decision }) => (conversation === undefined) !== (decision === undefined), {
    error: 'one_of',
    path: ['conversation'],
  })
/** `url` is whole when the address of the installation is set, else equal to `path`. */
export const portalLinkReply = z.object({
  url: z.string(),
  path: z.string(),
  conversation: id.nullable(),
  decision: id.nullable(),
  expiresAt: instant,
})

// -- the portal without a link --------------------------------------------------------------------------------------

/**
 * All addresses of a customer, whom the organisation calls `subject`: a list without one takes it away. Posted, so that neither
 * stands in an address or a log.
 */
export const addressesRequest = z.strictObject({
  subject: z.string().min(1).max(200),
  addresses: z.array(z.strictObject({ kind: z.enum(addressKinds), address: z.string().min(3).max(320) })).max(10),
})
/** The addresses themselves are not told again. */
export const addressesReply = z.object({
  addresses: z.array(z.object({ id, kind: z.enum(addressKinds), registeredAt: instant })),
})

export const wayInQuery = z.object({ client: id.optional() })
/** How a customer reaches a client, as its organisation file has it. */
export const clientContact = z.object({
  phone: z.string().optional(),
  email: z.string().optional(),
  address: z.string().optional(),
  website: z.string().optional(),
  privacyOfficer: z.string().optional(),
})

export const wayInView = z.object({
  /** Ways in which a code can reach somebody here; none: nobody gets in by a code. */
  kinds: z.array(z.enum(addressKinds)),
  client: z
    .object({
      id,
      name: z.string(),
      contact: clientContact,
    })
    .nullable(),
})
export type WayInView = z.output<typeof wayInView>

const typedAddress = z.string().min(1).max(320)
export const portalCodeRequest = z.strictObject({ address: typedAddress, client: id.optional() })
/** How long a code works. */
export const portalCodeMinutes = CODE_MS / 60_000
export const portalCodeRequested = z.object({ minutes: z.number().int() })
export const portalCodeEntry = z.strictObject({ address: typedAddress, code: z.string().min(1).max(40) })
/** One per client that knows the address; `path` holds the secret of a link: it is shown here once. */
export const portalCodeEntered = z.object({
  ways: z.array(z.object({ client: z.string(), clientId: z.string(), path: z.string(), expiresAt: instant })),
})
export type PortalCodeEntered = z.output<typeof portalCodeEntered>

// -- codes ----------------------------------------------------------------------------------------------------------

/** Every code this folder answers with; each has `error.<code>` in both text files. */
export const accessCodes = [
  'unknown_key',
  'decision_unknown',
  'key_revoked',
  'key_expired',
  'key_unknown',
  'key_limit',
  'key_expiry',
  'sign_in_refused',
  'sign_in_throttled',
  'second_factor_needed',
  'confirmation_needed',
  'confirmation_refused',
  'code_wrong',
  'code_used',
  'factor_not_begun',
  'factor_required',
  'session_complete',
  'session_not_found',
  'passkey_refused',
  'passkey_known',
  'passkey_unknown',
  'passkey_unavailable',
  'passkey_limit',
  'last_factor',
  'oidc_absent',
  'oidc_unavailable',
  'oidc_refused',
  'oidc_no_role',
  'oidc_tenant',
  'password_off',
  'mapping_held',
  'mapping_unknown',
  'subject_unknown',
  'signal_unknown',
  'overloaded',
  'session_unknown',
  'session_expired',
  'person_disabled',
  'link_unknown',
  'link_used',
  'link_expired',
  'password_too_short',
  'password_too_long',
  'password_repeats',
  'password_like_account',
  'password_well_known',
  'password_leaked',
  'password_list_unavailable',
  'password_wrong',
  'password_none',
  'person_unknown',
  'email_taken',
  'last_administrator',
  'role_not_yours',
  'role_held',
  'assignment_unknown',
  'qualification_unknown',
  'own_qualification',
  'client_unknown',
  'system_unknown',
  'conversation_unknown',
  'until_past',
  'address_malformed',
  'address_taken',
  'code_unavailable',
  'code_throttled',
  'code_refused',
] as const
