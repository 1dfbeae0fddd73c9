/** Signing in and out, choosing a password, and who is signed in. */
import type { Scope, Tx } from '../../platform/database.ts'
import { ApiError, roles as allRoles, type Caller, type Role, type Route, route } from '../../platform/http.ts'
import {
  chooseClientRequest,
  done,
  linkQuery,
  linkView,
  meView,
  passwordReply,
  peerHeader,
  sessionReply,
  setPasswordRequest,
  signInRequest,
} from '../contract.ts'
import { decidePassword } from '../person.ts'
import { rightsOf } from '../role.ts'
import { sessionToken } from '../session.ts'
import { defaultSignInLimits } from '../sign-in.ts'
import { loadAssignments, loadClients, loadPerson, loadTenant } from '../store.ts'
import { authenticationScope } from './authenticate.ts'
import { type AccessDeps, wide } from './route-deps.ts'
import { chooseClient, endSession, readOneTimeLink, setPassword, startSession } from './sessions.ts'
import { forgiveEmail, signIn } from './sign-in.ts'

export function sessionRoutes(deps: AccessDeps): Route[] {
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
