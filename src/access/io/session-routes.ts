/** Signing in and out, choosing a password, and who is signed in. */
import type { Tx } from '../../platform/database.ts'
import { ApiError, roles as allRoles, type Caller, type Role, type Route, route } from '../../platform/http.ts'
import {
  chooseClientRequest,
  done,
  endedReply,
  meView,
  personParams,
  sessionList,
  sessionParams,
  sessionReply,
  signInRequest,
  signInWays,
} from '../contract.ts'
import { parseDevice } from '../device.ts'
import { rightsOf } from '../role.ts'
import { type SessionLimits, sessionToken } from '../session.ts'
import { endAllSessions, loadAssignments, loadClients, loadPerson, loadTenant } from '../store.ts'
import { requireManagement } from './people-routes.ts'
import { type AccessDeps, peerOf, signInDeps, wide } from './route-deps.ts'
import { deviceFrom, sessionReplyOf } from './session-reply.ts'
import { chooseClient, endSession, endSessions, listSessions } from './sessions.ts'
import { signIn } from './sign-in.ts'

export function sessionRoutes(deps: AccessDeps): Route[] {
  const { database, ids, sessions } = deps
  const secure = deps.publicUrl?.startsWith('https:') ?? false
  const signIns = signInDeps(deps)
  return [
    route({
      method: 'GET',
      path: '/api/sign-in',
      summary: { nl: 'Hoe iemand zich hier kan aanmelden.', en: 'How one can sign in here.' },
      allow: 'public',
      reply: signInWays,
      events: [],
      handle: async () => ({
        password: deps.passwordSignIn,
        passkey: deps.relyingParty()?.id ?? null,
        issuer: deps.provider()?.issuer ?? null,
      }),
    }),
    route({
      method: 'POST',
      path: '/api/session',
      summary: { nl: 'Aanmelden met e-mailadres en wachtwoord.', en: 'Sign in with email address and password.' },
      allow: 'public',
      body: signInRequest,
      reply: sessionReply,
      session: true,
      status: 201,
      events: ['session.started', 'session.ended', 'sign-in.refused'],
      async handle({ body, header, now }) {
        if (!deps.passwordSignIn) throw new ApiError(403, 'password_off')
        const replaces = sessionToken(header('cookie'), secure)
        const given = { ...body, peer: peerOf(header), device: deviceFrom(header), replaces }
        const started = await signIn(signIns, given, now)
        return sessionReplyOf(started, { person: started.person, sessions })
      },
    }),
    route({
      method: 'DELETE',
      path: '/api/session',
      summary: { nl: 'Afmelden.', en: 'Sign out.' },
      allow: 'signing_in',
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
      path: '/api/sessions',
      summary: {
        nl: 'Waar u bent aangemeld: soort apparaat, begin en laatste gebruik.',
        en: 'Where you are signed in: kind of device, begin and last use.',
      },
      allow: 'signed_in',
      reply: sessionList,
      events: [],
      handle: ({ caller, now }) =>
        database.inTx(
          wide(caller),
          async (tx) => ({
            sessions: (await listSessions(tx, caller.id, now))
              .filter((one) => now.getTime() - one.lastSeenAt.getTime() < sessions.idleMs)
              .map(({ id, device, startedAt, lastSeenAt, endsAt, completeAt }) => ({
                id,
                ...parseDevice(device),
                startedAt: startedAt.toISOString(),
                lastSeenAt: lastSeenAt.toISOString(),
                endsAt: endsAt.toISOString(),
                current: id === caller.session?.id,
                complete: completeAt !== null,
              })),
          }),
          { readOnly: true },
        ),
    }),
    route({
      method: 'DELETE',
      path: '/api/sessions/:session',
      summary: { nl: 'Beëindig één eigen aanmelding.', en: 'End one sign-in of your own.' },
      allow: 'signed_in',
      recent: true,
      params: sessionParams,
      reply: endedReply,
      events: ['session.ended'],
      handle: ({ caller, params, now }) =>
        database.inTx(wide(caller), async (tx) => {
          const ended = await endSessions(tx, { person: caller.id, which: { only: params.session } }, { now, ids })
          if (ended === 0) throw new ApiError(404, 'session_not_found', { param: 'session' })
          return { ended }
        }),
    }),
    route({
      method: 'DELETE',
      path: '/api/sessions',
      summary: { nl: 'Beëindig alle andere eigen aanmeldingen.', en: 'End all other sign-ins of your own.' },
      allow: 'signed_in',
      recent: true,
      reply: endedReply,
      events: ['session.ended'],
      handle: ({ caller, now }) =>
        database.inTx(wide(caller), async (tx) => ({
          ended: await endSessions(
            tx,
            { person: caller.id, which: { except: caller.session?.id ?? '' } },
            { now, ids },
          ),
        })),
    }),
    route({
      method: 'POST',
      path: '/api/people/:person/sessions/end',
      summary: {
        nl: 'Beëindig alle aanmeldingen van een medewerker.',
        en: 'End every sign-in of a member of staff.',
      },
      allow: ['administrator'],
      params: personParams,
      reply: done,
      events: ['session.ended'],
      handle: ({ caller, params, now }) =>
        database.inTx(wide(caller), async (tx) => {
          await requireManagement(tx, caller, params.person, ['administrator'], now)
          await endAllSessions(tx, params.person, 'by_administrator', { now, ids })
          return { ok: true as const }
        }),
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
      handle: ({ caller, now }) =>
        database.inTx(wide(caller), (tx) => readMe(tx, caller, sessions, now), { readOnly: true }),
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
            sessions,
            now,
          )
        }),
    }),
  ]
}

async function readMe(tx: Tx, caller: Caller, { idleMs }: SessionLimits, now: Date) {
  const tenant = await loadTenant(tx)
  const clients = await loadClients(tx)
  if (caller.kind === 'operator')
    return {
      person: { id: caller.id, name: caller.id },
      roles: [...allRoles],
      tenant,
      clients,
      client: null,
      session: null,
    }
  const { name } = await loadPerson(tx, caller.id)
  const { choices } = rightsOf(await loadAssignments(tx, caller.id), null, now)
  return {
    person: { id: caller.id, name },
    roles: caller.roles.filter((role): role is Role => (allRoles as readonly string[]).includes(role)),
    tenant,
    clients: clients.filter(({ id }) => choices === '*' || choices.includes(id)),
    client: caller.bound?.client ?? null,
    session: caller.session?.endsAt
      ? { endsAt: caller.session.endsAt.toISOString(), idleMinutes: Math.round(idleMs / 60_000) }
      : null,
  }
}
