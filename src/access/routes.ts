/** Signing in, people with their roles and qualifications, keys of systems, links to the portal. */
import type { Database, Scope, Tx } from '../platform/database.ts'
import { ApiError, roles as allRoles, type Caller, type Role, type Route, readers, route } from '../platform/http.ts'
import type { Ids } from '../platform/ids.ts'
import type { Key } from '../vault/index.ts'
import {
  chooseClientRequest,
  done,
  keyList,
  keyParams,
  keyQuery,
  keyView,
  linkQuery,
  linkView,
  meView,
  newKeyReply,
  newKeyRequest,
  newPersonReply,
  newPersonRequest,
  newQualificationRequest,
  newRoleRequest,
  oneTimeLinkView,
  type PersonView,
  passwordReply,
  peerHeader,
  peopleView,
  personParams,
  personView,
  portalLinkReply,
  portalLinkRequest,
  qualificationParams,
  roleParams,
  rotateKeyRequest,
  sessionReply,
  setPasswordRequest,
  signInRequest,
} from './contract.ts'
import { authenticationScope } from './io/authenticate.ts'
import { type CreatedKey, createKey, findKey, listKeys, revokeKey, rotateKey, type SystemKey } from './io/keys.ts'
import type { Passwords } from './io/password.ts'
import { createPortalLink } from './io/portal-links.ts'
import type { Act } from './io/record.ts'
import {
  chooseClient,
  createOneTimeLink,
  endSession,
  readOneTimeLink,
  setPassword,
  startSession,
} from './io/sessions.ts'
import { forgiveEmail, signIn } from './io/sign-in.ts'
import { decidePassword } from './person.ts'
import { isQualificationValid } from './qualification.ts'
import {
  holdsRole,
  mayManage,
  type Place,
  type Reach,
  reachOf,
  rightsOf,
  separationHints,
  withinReach,
} from './role.ts'
import { type SessionLimits, sessionToken } from './session.ts'
import { defaultSignInLimits, type SignInLimits } from './sign-in.ts'
import {
  addPerson,
  assignRole,
  clientOfSystem,
  disablePerson,
  enablePerson,
  endQualification,
  endRole,
  loadAssignments,
  loadClients,
  loadPerson,
  loadStaff,
  loadTenant,
  recordQualification,
  type StaffMember,
} from './store.ts'

export type AccessDeps = {
  readonly database: Database
  readonly ids: Ids
  readonly passwords: Passwords
  /** `ring.derived('sign-in')`. */
  readonly attemptKey: Key
  readonly sessions: SessionLimits
  readonly signInLimits?: SignInLimits
  /** Organisation for signing in (setting `tenant`); null when there is one. */
  readonly tenant: string | null
  readonly portalLinkMs: number
  /** Address of the installation without a slash at its end, or null. An https address makes cookies secure. */
  readonly publicUrl: string | null
  /**
   * The conversation under Waarborg's id or the caller's own, within the scope of the transaction; from records.
   * Undefined for one that does not exist there.
   */
  readonly findConversation: (
    tx: Tx,
    client: string,
    conversation: string,
  ) => Promise<{ readonly conversation: string; readonly subject: string } | undefined>
  /** Called in the transaction of a change that may alter who oversees: the standing of systems is worked out again. */
  readonly oversightChanged: (
    tx: Tx,
    change: { readonly person: string; readonly system: string | null },
    act: Act,
  ) => Promise<void>
}

const administrators = ['administrator'] as const
const peopleReaders: readonly Role[] = ['administrator', 'ethics_officer', 'dpo', 'auditor']
const qualifiers: readonly Role[] = ['administrator', 'ethics_officer']
const keyHolders: readonly Role[] = ['administrator', 'ai_engineer']

export function routes(deps: AccessDeps): Route[] {
  return [...sessionRoutes(deps), ...peopleRoutes(deps), ...keyRoutes(deps), ...linkRoutes(deps)]
}

// -- signing in -----------------------------------------------------------------------------------------------------

function sessionRoutes(deps: AccessDeps): Route[] {
  const { database, ids, sessions } = deps
  const secure = deps.publicUrl?.startsWith('https:') ?? false
  const idleMinutes = Math.round(sessions.idleMs / 60_000)
  return [
    route({
      method: 'POST',
      path: '/api/session',
      summary: { nl: 'Aanmelden met e-mailadres en wachtwoord.', en: 'Sign in with email address and password.' },
      allow: 'public',
      body: signInRequest,
      reply: sessionReply,
      status: 201,
      events: ['session.started'],
      async handle({ body, header, now }) {
        const started = await signIn(
          { ...deps, limits: deps.signInLimits ?? defaultSignInLimits },
          { ...body, peer: peerOf(header) },
          now,
        )
        return { token: started.token, expiresAt: started.endsAt.toISOString(), idleMinutes, person: started.person }
      },
    }),
    route({
      method: 'DELETE',
      path: '/api/session',
      summary: { nl: 'Afmelden.', en: 'Sign out.' },
      allow: 'signed_in',
      reply: done,
      events: ['session.ended'],
      async handle({ caller, header, now }) {
        await database.inTx(wide(caller), (tx) =>
          endSession(tx, { person: caller.id, token: sessionToken(header('cookie'), secure) }, { now, ids }),
        )
        return { ok: true as const }
      },
    }),
    route({
      method: 'GET',
      path: '/api/me',
      summary: {
        nl: 'Wie is aangemeld: naam, rollen en opdrachtgevers.',
        en: 'Who is signed in: name, roles and clients.',
      },
      allow: 'signed_in',
      reply: meView,
      events: [],
      handle: ({ caller, now }) => database.inTx(wide(caller), (tx) => readMe(tx, caller, now), { readOnly: true }),
    }),
    route({
      method: 'POST',
      path: '/api/me/client',
      summary: { nl: 'Kies de opdrachtgever die u bekijkt, of alle.', en: 'Choose the client to look at, or all.' },
      allow: 'signed_in',
      body: chooseClientRequest,
      reply: meView,
      events: ['session.changed'],
      handle: ({ caller, body, header, now }) =>
        database.inTx(wide(caller), async (tx) => {
          const { client } = body
          const token = sessionToken(header('cookie'), secure)
          if (token === undefined) throw new ApiError(401, 'session_unknown')
          const assignments = await loadAssignments(tx, caller.id)
          const { choices } = rightsOf(assignments, null, now)
          const known =
            client === null ||
            ((await loadClients(tx)).some(({ id }) => id === client) && (choices === '*' || choices.includes(client)))
          if (!known) throw new ApiError(404, 'client_unknown', { param: 'client' })
          await chooseClient(tx, { person: caller.id, token, client }, { now, ids })
          const rights = rightsOf(assignments, client, now)
          const { bound: _, ...rest } = caller
          return readMe(
            tx,
            { ...rest, roles: rights.roles, ...(rights.client === null ? {} : { bound: { client: rights.client } }) },
            now,
          )
        }),
    }),
    route({
      method: 'GET',
      path: '/api/password',
      summary: { nl: 'Voor wie een eenmalige link is.', en: 'For whom a one-time link is.' },
      allow: 'public',
      query: linkQuery,
      reply: linkView,
      events: [],
      async handle({ query, now }) {
        const { name, email } = await database.inTx(
          authenticationScope,
          (tx) => readOneTimeLink(tx, query.token, now),
          { readOnly: true },
        )
        return { name, email }
      },
    }),
    route({
      method: 'POST',
      path: '/api/password',
      summary: {
        nl: 'Kies een wachtwoord met een eenmalige link. Alle andere aanmeldingen eindigen.',
        en: 'Choose a password with a one-time link. All other sign-ins end.',
      },
      allow: 'public',
      body: setPasswordRequest,
      reply: passwordReply,
      status: 201,
      events: ['password.set', 'session.started'],
      async handle({ body, now }) {
        const { tenant, person, name, email } = await database.inTx(
          authenticationScope,
          (tx) => readOneTimeLink(tx, body.token, now),
          { readOnly: true },
        )
        const decision = decidePassword(body.password, { name, email })
        if (!decision.good) throw new ApiError(422, `password_${decision.reason}`, { param: 'password' })
        const password = await deps.passwords.hash(body.password)
        const scope: Scope = { tenant, clients: '*', actor: { kind: 'person', id: person } }
        const started = await database.inTx(scope, async (tx) => {
          await setPassword(tx, { token: body.token, person, password }, { now, ids })
          return startSession(tx, person, sessions, { now, ids })
        })
        if (email !== null) await database.inTx(authenticationScope, (tx) => forgiveEmail(tx, deps.attemptKey, email))
        return { token: started.token, expiresAt: started.endsAt.toISOString(), idleMinutes, person, email }
      },
    }),
  ]
}

/** The network address of the other side. Without it failures could not be counted, so nothing is tried. */
function peerOf(header: (name: string) => string | undefined): string {
  const peer = header(peerHeader)
  if (peer === undefined || peer === '') throw new Error(`the server part must set ${peerHeader} on every request`)
  return peer
}

async function readMe(tx: Tx, caller: Caller, now: Date) {
  const tenant = await loadTenant(tx)
  const clients = await loadClients(tx)
  if (caller.kind === 'operator')
    return { person: { id: caller.id, name: caller.id }, roles: [...allRoles], tenant, clients, client: null }
  const { name } = await loadPerson(tx, caller.id)
  const { choices } = rightsOf(await loadAssignments(tx, caller.id), null, now)
  return {
    person: { id: caller.id, name },
    roles: caller.roles.filter((role): role is Role => (allRoles as readonly string[]).includes(role)),
    tenant,
    clients: clients.filter(({ id }) => choices === '*' || choices.includes(id)),
    client: caller.bound?.client ?? null,
  }
}

// -- people ---------------------------------------------------------------------------------------------------------

function peopleRoutes(deps: AccessDeps): Route[] {
  const { database, ids, oversightChanged } = deps
  return [
    route({
      method: 'GET',
      path: '/api/people',
      summary: { nl: 'Medewerkers met hun rollen en kwalificaties.', en: 'Staff with their roles and qualifications.' },
      allow: peopleReaders,
      reply: peopleView,
      events: [],
      handle: ({ caller, now }) =>
        database.inTx(
          wide(caller),
          async (tx) => {
            const reach = await reachAs(tx, caller, peopleReaders, now)
            const administers = await reachAs(tx, caller, administrators, now)
            const staff = await loadStaff(tx)
            return { people: staff.flatMap((person) => viewWithin(person, { reach, administers, now }) ?? []) }
          },
          { readOnly: true },
        ),
    }),
    route({
      method: 'POST',
      path: '/api/people',
      summary: {
        nl: 'Voeg een medewerker toe. Het antwoord toont één keer een eenmalige link.',
        en: 'Add a member of staff. The reply shows a one-time link, once.',
      },
      allow: administrators,
      body: newPersonRequest,
      reply: newPersonReply,
      status: 201,
      events: ['person.registered', 'role.assigned', 'oversight.assigned', 'link.issued'],
      handle: ({ caller, body, now }) =>
        database.inTx(wide(caller), async (tx) => {
          const reach = await reachAs(tx, caller, administrators, now)
          const wanted = body.roles ?? []
          // Someone who administers only some clients must give the account a place within them.
          if (reach !== '*' && wanted.length === 0) throw new ApiError(403, 'role_not_yours', { param: 'roles' })
          const person = await addPerson(tx, body, { now, ids })
          for (const [i, { role, client, system }] of wanted.entries())
            await giveRole(tx, { person, role, client, system }, { reach, param: `roles[${i}]` }, { now, ids })
          if (wanted.length > 0) await oversightChanged(tx, { person, system: null }, { now, ids })
          const link = await createOneTimeLink(tx, person, { now, ids })
          return {
            person: viewOf(await loadPerson(tx, person), now, true),
            link: { path: link.path, expiresAt: link.expiresAt.toISOString() },
          }
        }),
    }),
    accountRoute(
      'link',
      {
        nl: 'Maak een eenmalige link waarmee deze medewerker een wachtwoord kiest.',
        en: 'Make a one-time link with which this person chooses a password.',
      },
      ['link.issued'],
      oneTimeLinkView,
      async (tx, person, act) => {
        if (person.disabledAt !== null) throw new ApiError(409, 'person_disabled')
        const { path, expiresAt } = await createOneTimeLink(tx, person.id, act)
        return { path, expiresAt: expiresAt.toISOString() }
      },
    ),
    accountRoute(
      'disable',
      { nl: 'Sluit een account. Aanmeldingen eindigen meteen.', en: 'Close an account. Sign-ins end at once.' },
      ['person.disabled'],
      personView,
      async (tx, person, act) => {
        await disablePerson(tx, person.id, act)
        await oversightChanged(tx, { person: person.id, system: null }, act)
        return viewOf(await loadPerson(tx, person.id), act.now, true)
      },
    ),
    accountRoute(
      'enable',
      {
        nl: 'Open een gesloten account. Een nieuw wachtwoord is nodig.',
        en: 'Open a closed account. A new password is needed.',
      },
      ['person.enabled'],
      personView,
      async (tx, person, act) => {
        await enablePerson(tx, person.id, act)
        await oversightChanged(tx, { person: person.id, system: null }, act)
        return viewOf(await loadPerson(tx, person.id), act.now, true)
      },
    ),
    route({
      method: 'POST',
      path: '/api/people/:person/roles',
      summary: { nl: 'Geef een medewerker een rol.', en: 'Give a member of staff a role.' },
      allow: administrators,
      params: personParams,
      body: newRoleRequest,
      reply: personView,
      status: 201,
      events: ['role.assigned', 'oversight.assigned'],
      handle: ({ caller, params, body, now }) =>
        database.inTx(wide(caller), async (tx) => {
          const act = { now, ids }
          const reach = await reachAs(tx, caller, administrators, now)
          const { from, until, ...assignment } = body
          await giveRole(
            tx,
            { ...assignment, person: params.person, from: asDate(from), until: asDate(until) },
            { reach, param: 'role' },
            act,
          )
          await oversightChanged(tx, { person: params.person, system: body.system ?? null }, act)
          return viewOf(await loadPerson(tx, params.person), now, true)
        }),
    }),
    route({
      method: 'DELETE',
      path: '/api/people/:person/roles/:assignment',
      summary: { nl: 'Beëindig een rol van een medewerker.', en: 'End a role of a member of staff.' },
      allow: administrators,
      params: roleParams,
      reply: personView,
      events: ['role.ended', 'oversight.ended'],
      handle: ({ caller, params, now }) =>
        database.inTx(wide(caller), async (tx) => {
          const act = { now, ids }
          const reach = await reachAs(tx, caller, administrators, now)
          const ended = await endRole(tx, params, act)
          if (!withinReach(reach, ended.client)) throw new ApiError(403, 'role_not_yours')
          await oversightChanged(tx, { person: params.person, system: ended.system }, act)
          return viewOf(await loadPerson(tx, params.person), now, true)
        }),
    }),
    route({
      method: 'POST',
      path: '/api/people/:person/qualifications',
      summary: {
        nl: 'Leg een kwalificatie van een medewerker vast, met begin en einde.',
        en: 'Record a qualification of a member of staff, with begin and end.',
      },
      allow: qualifiers,
      params: personParams,
      body: newQualificationRequest,
      reply: personView,
      status: 201,
      events: ['qualification.recorded'],
      handle: ({ caller, params, body, now }) =>
        database.inTx(wide(caller), async (tx) => {
          const act = { now, ids }
          await requireManagement(tx, caller, params.person, qualifiers, now)
          // A qualification says that someone else looked.
          if (caller.id === params.person) throw new ApiError(403, 'own_qualification')
          await recordQualification(
            tx,
            { ...body, person: params.person, validUntil: new Date(body.validUntil), evidence: body.evidence ?? null },
            act,
          )
          await oversightChanged(tx, { person: params.person, system: null }, act)
          return viewOf(await loadPerson(tx, params.person), now, true)
        }),
    }),
    route({
      method: 'DELETE',
      path: '/api/people/:person/qualifications/:qualification',
      summary: { nl: 'Beëindig een kwalificatie.', en: 'End a qualification.' },
      allow: qualifiers,
      params: qualificationParams,
      reply: personView,
      events: ['qualification.ended'],
      handle: ({ caller, params, now }) =>
        database.inTx(wide(caller), async (tx) => {
          const act = { now, ids }
          await requireManagement(tx, caller, params.person, qualifiers, now)
          await endQualification(tx, params, act)
          await oversightChanged(tx, { person: params.person, system: null }, act)
          return viewOf(await loadPerson(tx, params.person), now, true)
        }),
    }),
  ]

  function accountRoute<R extends typeof oneTimeLinkView | typeof personView>(
    verb: string,
    summary: { readonly nl: string; readonly en: string },
    events: readonly string[],
    reply: R,
    work: (tx: Tx, person: StaffMember, act: Act) => Promise<import('zod').z.input<R>>,
  ): Route {
    return route({
      method: 'POST',
      path: `/api/people/:person/${verb}`,
      summary,
      allow: administrators,
      params: personParams,
      reply,
      events,
      handle: ({ caller, params, now }) =>
        database.inTx(wide(caller), async (tx) =>
          work(tx, await requireManagement(tx, caller, params.person, administrators, now), { now, ids }),
        ),
    })
  }
}

type WantedRole = {
  readonly person: string
  readonly role: Role
  readonly client?: string | null | undefined
  readonly system?: string | null | undefined
  readonly from?: Date | undefined
  readonly until?: Date | null | undefined
}

/** Gives a role within the reach of who gives it. */
async function giveRole(
  tx: Tx,
  wanted: WantedRole,
  { reach, param }: { readonly reach: Reach; readonly param: string },
  act: Act,
): Promise<void> {
  const system = wanted.system ?? null
  const client = system === null ? (wanted.client ?? null) : await clientOfSystem(tx, system)
  if (!withinReach(reach, client)) throw new ApiError(403, 'role_not_yours', { param })
  await assignRole(
    tx,
    {
      person: wanted.person,
      role: wanted.role,
      client: wanted.client ?? client,
      system,
      ...(wanted.from === undefined ? {} : { from: wanted.from }),
      until: wanted.until ?? null,
    },
    act,
  )
}

/** The person, when every role of theirs lies within what the caller administers. */
async function requireManagement(
  tx: Tx,
  caller: Caller,
  person: string,
  as: readonly Role[],
  now: Date,
): Promise<StaffMember> {
  const target = await loadPerson(tx, person)
  if (!mayManage(await reachAs(tx, caller, as, now), target.assignments, now)) throw new ApiError(403, 'role_not_yours')
  return target
}

/** Where the caller holds one of these roles, whichever client is chosen on screen. The operator: everywhere. */
async function reachAs(tx: Tx, caller: Caller, as: readonly Role[], now: Date): Promise<Reach> {
  if (caller.kind === 'operator') return '*'
  const assignments = await loadAssignments(tx, caller.id)
  const reaches = as.map((role) => reachOf(assignments, role, now))
  return reaches.includes('*') ? '*' : [...new Set(reaches.flatMap((reach) => [...reach]))]
}

/** A person as someone with this reach may see them; undefined when no role of theirs lies within it. */
function viewWithin(
  person: StaffMember,
  { reach, administers, now }: { readonly reach: Reach; readonly administers: Reach; readonly now: Date },
): PersonView | undefined {
  const assignments =
    reach === '*'
      ? person.assignments
      : person.assignments.filter(({ client }) => client === null || reach.includes(client))
  if (reach !== '*' && assignments.length === 0) return undefined
  return viewOf({ ...person, assignments }, now, administers === '*' || mayManage(administers, person.assignments, now))
}

/** `account`: with the address and whether there is a password, for who administers accounts. */
function viewOf(person: StaffMember, now: Date, account: boolean): PersonView {
  const lasting = person.assignments.filter(({ until }) => until === null || until > now)
  return {
    id: person.id,
    name: person.name,
    email: account ? person.email : null,
    disabled: person.disabledAt !== null,
    roles: lasting.map(({ id, role, client, system, from, until }) => ({
      id,
      role,
      client,
      system,
      from: from.toISOString(),
      until: until?.toISOString() ?? null,
    })),
    qualifications: person.qualifications.map((q) => ({
      id: q.id,
      kind: q.kind,
      attainedOn: q.attainedOn,
      validUntil: q.validUntil.toISOString(),
      valid: isQualificationValid(q, now),
    })),
    hints: separationHints(person.assignments, now).map(({ code }) => ({ code })),
    ...(account ? { canSignIn: person.hasPassword && person.email !== null && person.disabledAt === null } : {}),
  }
}

// -- keys -----------------------------------------------------------------------------------------------------------

function keyRoutes({ database, ids }: AccessDeps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/keys',
      summary: {
        nl: 'Sleutels van AI-systemen, zonder de sleutel zelf.',
        en: 'Keys of AI systems, without the key itself.',
      },
      allow: readers,
      query: keyQuery,
      reply: keyList,
      events: [],
      handle: ({ caller, query }) =>
        database.inTx(
          caller.scope,
          async (tx) => ({
            keys: (await listKeys(tx, query.system === undefined ? {} : { system: query.system })).map(keyViewOf),
          }),
          { readOnly: true },
        ),
    }),
    route({
      method: 'POST',
      path: '/api/keys',
      summary: {
        nl: 'Maak een sleutel voor een AI-systeem. Het antwoord toont de sleutel één keer.',
        en: 'Make a key for an AI system. The reply shows the key, once.',
      },
      allow: keyHolders,
      body: newKeyRequest,
      reply: newKeyReply,
      status: 201,
      events: ['key.issued'],
      handle: ({ caller, body, now }) =>
        database.inTx(caller.scope, async (tx) => {
          await requireRole(
            tx,
            caller,
            keyHolders,
            { client: await clientOfSystem(tx, body.system), system: body.system },
            now,
          )
          return createdKeyOf(
            await createKey(
              tx,
              { system: body.system, label: body.label, expiresAt: asDate(body.expiresAt) ?? null },
              { now, ids },
            ),
          )
        }),
    }),
    route({
      method: 'POST',
      path: '/api/keys/:key/rotate',
      summary: {
        nl: 'Vervang een sleutel. De oude werkt nog even door.',
        en: 'Replace a key. The old one goes on for a while.',
      },
      allow: keyHolders,
      params: keyParams,
      body: rotateKeyRequest,
      reply: newKeyReply,
      status: 201,
      events: ['key.issued', 'key.revoked'],
      handle: ({ caller, params, body, now }) =>
        database.inTx(caller.scope, async (tx) => {
          await requireKeyRole(tx, caller, params.key, now)
          const graceMs = body.graceHours === undefined ? undefined : body.graceHours * 3_600_000
          return createdKeyOf(
            await rotateKey(
              tx,
              {
                key: params.key,
                expiresAt: asDate(body.expiresAt) ?? null,
                ...(graceMs === undefined ? {} : { graceMs }),
              },
              { now, ids },
            ),
          )
        }),
    }),
    route({
      method: 'DELETE',
      path: '/api/keys/:key',
      summary: {
        nl: 'Trek een sleutel in. De volgende aanroep wordt geweigerd.',
        en: 'Revoke a key. The next call is refused.',
      },
      allow: keyHolders,
      params: keyParams,
      reply: keyView,
      events: ['key.revoked'],
      handle: ({ caller, params, now }) =>
        database.inTx(caller.scope, async (tx) => {
          await requireKeyRole(tx, caller, params.key, now)
          await revokeKey(tx, params.key, { now, ids })
          const key = await findKey(tx, params.key)
          if (!key) throw new ApiError(404, 'key_unknown', { param: 'key' })
          return keyViewOf(key)
        }),
    }),
  ]
}

async function requireKeyRole(tx: Tx, caller: Caller, key: string, now: Date): Promise<void> {
  const row = await findKey(tx, key)
  if (!row) throw new ApiError(404, 'key_unknown', { param: 'key' })
  await requireRole(tx, caller, keyHolders, row, now)
}

/** The route's role may hold for one system only: then it counts at that system. */
async function requireRole(tx: Tx, caller: Caller, as: readonly Role[], place: Place, now: Date): Promise<void> {
  if (caller.kind === 'operator') return
  const assignments = await loadAssignments(tx, caller.id)
  if (!as.some((role) => holdsRole(assignments, role, place, now))) throw new ApiError(403, 'role_not_yours')
}

function keyViewOf(key: SystemKey) {
  return {
    id: key.id,
    system: key.system,
    label: key.label,
    createdAt: key.createdAt.toISOString(),
    expiresAt: key.expiresAt?.toISOString() ?? null,
    revokedAt: key.revokedAt?.toISOString() ?? null,
    lastUsedOn: key.lastUsedOn,
  }
}

function createdKeyOf({ row, key }: CreatedKey) {
  return { ...keyViewOf(row), key }
}

// -- links to the portal --------------------------------------------------------------------------------------------

function linkRoutes({ database, ids, findConversation, portalLinkMs, publicUrl }: AccessDeps): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/portal-links',
      summary: {
        nl: 'Maak een link waarmee de klant de klantpagina van dit gesprek opent.',
        en: 'Make a link with which the customer opens the portal of this conversation.',
      },
      allow: 'system_key',
      body: portalLinkRequest,
      reply: portalLinkReply,
      status: 201,
      events: ['link.issued'],
      handle: ({ caller, body, now }) =>
        database.inTx(caller.scope, async (tx) => {
          const found = await findConversation(tx, caller.bound?.client ?? '', body.conversation)
          if (!found) throw new ApiError(404, 'conversation_unknown', { param: 'conversation' })
          const link = await createPortalLink(
            tx,
            { ...found, expiresAt: new Date(now.getTime() + portalLinkMs) },
            { now, ids },
          )
          return {
            url: `${publicUrl ?? ''}${link.path}`,
            path: link.path,
            conversation: found.conversation,
            expiresAt: link.expiresAt.toISOString(),
          }
        }),
    }),
  ]
}

/** The caller over all clients of the organisation: for what is about accounts and not about a client's records. */
function wide(caller: Caller): Scope {
  return { ...caller.scope, clients: '*' }
}

function asDate(text: string | null | undefined): Date | undefined {
  return text === null || text === undefined ? undefined : new Date(text)
}
