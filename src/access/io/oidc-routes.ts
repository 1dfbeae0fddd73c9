/** Signing in at the organisation's identity provider, and which of its groups give which role. */
import type { Scope, Tx } from '../../platform/database.ts'
import { ApiError, type Caller, type Route, route } from '../../platform/http.ts'
import {
  done,
  groupRoleList,
  groupRoleParams,
  newGroupRoleRequest,
  oidcLogoutView,
  oidcReply,
  oidcRequest,
  oidcStartQuery,
  oidcStartView,
} from '../contract.ts'
import { identityFrom } from '../oidc.ts'
import { withinReach } from '../role.ts'
import { sessionToken, TOKEN_BYTES } from '../session.ts'
import { authenticationScope } from './authenticate.ts'
import { sessionOf } from './factor-routes.ts'
import { openFlow, takeFlow } from './flows.ts'
import { addGroupRole, enterIdentity, listGroupRoles, personOfIdentity, removeGroupRole } from './identities.ts'
import type { IdentityProvider } from './oidc.ts'
import { type RefusedSignIn, recordRefused } from './refused.ts'
import { type AccessDeps, peerOf, reachAs, signInDeps, wide } from './route-deps.ts'
import { deviceFrom, sessionReplyOf } from './session-reply.ts'
import { proveSession, startSession } from './sessions.ts'
import { addressAttempt, counted, stageOf } from './sign-in.ts'

const administrators = ['administrator'] as const

/** What is remembered of a visit to the provider. `confirm`: who is signed in here and only proves that again. */
type Remembered = {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
  readonly to: string
  readonly confirm: { readonly tenant: string; readonly person: string } | null
}

export function oidcRoutes(deps: AccessDeps): Route[] {
  const { database, ids, factorKey, sessions } = deps
  const secure = deps.publicUrl?.startsWith('https:') ?? false
  return [
    route({
      method: 'GET',
      path: '/api/session/oidc',
      summary: {
        nl: 'Waar iemand zich bij de aanmelddienst van de organisatie aanmeldt.',
        en: 'Where one signs in at the organisation’s identity provider.',
      },
      allow: 'public',
      query: oidcStartQuery,
      reply: oidcStartView,
      events: [],
      async handle({ caller, query, now }) {
        const again = query.confirm !== undefined && caller.kind === 'person'
        const { url, ...visit } = await providerOf(deps).start({ again })
        const flow = ids.secret(TOKEN_BYTES)
        const value: Remembered = {
          ...visit,
          to: query.to ?? '/',
          confirm: again ? { tenant: caller.scope.tenant, person: caller.id } : null,
        }
        await database.inTx(authenticationScope, (tx) =>
          openFlow(tx, factorKey, { kind: 'oidc', secret: flow, value }, now),
        )
        return { url, flow }
      },
    }),
    route({
      method: 'POST',
      path: '/api/session/oidc',
      summary: {
        nl: 'Aanmelden met het antwoord van de aanmelddienst. Rollen volgen de groepen van dat moment.',
        en: 'Sign in with the answer of the identity provider. Roles follow the groups of that moment.',
      },
      allow: 'public',
      body: oidcRequest,
      reply: oidcReply,
      session: true,
      status: 201,
      events: [
        'person.registered',
        'person.changed',
        'identity.linked',
        'role.assigned',
        'role.renewed',
        'role.ended',
        'session.started',
        'session.confirmed',
        'session.ended',
        'sign-in.refused',
      ],
      async handle({ caller, body, header, now }) {
        const provider = providerOf(deps)
        let step: RefusedSignIn['step'] = 'sign_in'
        const attempt = addressAttempt(signInDeps(deps), peerOf(header))
        const { visit, identity } = await counted(
          deps,
          attempt,
          now,
          async () => {
            const visit = await database.inTx(authenticationScope, (tx) =>
              takeFlow<Remembered>(tx, factorKey, { kind: 'oidc', secret: body.flow }, now),
            )
            if (visit === undefined) throw new ApiError(401, 'oidc_refused')
            if (visit.confirm !== null) step = 'confirmation'
            const claims = await provider.finish(body.search, { ...visit, again: visit.confirm !== null })
            const identity = identityFrom(claims, provider.groupClaim)
            if (identity === undefined) throw new ApiError(401, 'oidc_refused')
            return { visit, identity }
          },
          () => recordRefused(deps, null, { person: null, factor: 'oidc', step, reason: 'wrong' }, now),
        )
        if (visit.confirm !== null) return confirm(visit, caller, identity.subject, now)
        const tenant = await tenantOfSignIn(deps)
        const job: Scope = { tenant, clients: '*', actor: { kind: 'job', id: 'identity-provider' } }
        const until = new Date(now.getTime() + sessions.absoluteMs)
        const { person, allowed } = await database.inTx(job, async (tx) => {
          const entered = await enterIdentity(tx, factorKey, { issuer: provider.issuer, identity, until }, { now, ids })
          await deps.oversightChanged(tx, { person: entered.person, system: null }, { now, ids })
          return entered
        })
        // What the groups took away has been written down also when nothing is left.
        if (!allowed) {
          await recordRefused(deps, tenant, { person, factor: 'oidc', step: 'sign_in', reason: 'no_role' }, now)
          throw new ApiError(403, 'oidc_no_role')
        }
        const own: Scope = { tenant, clients: '*', actor: { kind: 'person', id: person } }
        const started = await database.inTx(own, async (tx) => {
          const complete = identity.secondFactor || (await stageOf(tx, signInDeps(deps), person, now)) === 'done'
          return startSession(
            tx,
            person,
            sessions,
            {
              factors: ['oidc'],
              complete,
              device: deviceFrom(header),
              replaces: sessionToken(header('cookie'), secure),
            },
            { now, ids },
          )
        })
        return { ...sessionReplyOf(started, { person, sessions }), to: visit.to }
      },
    }),
    route({
      method: 'GET',
      path: '/api/session/oidc/logout',
      summary: {
        nl: 'Waar iemand zich ook bij de aanmelddienst afmeldt.',
        en: 'Where one signs out at the identity provider too.',
      },
      allow: 'public',
      reply: oidcLogoutView,
      events: [],
      handle: async () => ({ url: (await deps.provider()?.logoutUrl()) ?? null }),
    }),
    route({
      method: 'GET',
      path: '/api/group-roles',
      summary: { nl: 'Welke groep welke rol geeft.', en: 'Which group gives which role.' },
      allow: administrators,
      reply: groupRoleList,
      events: [],
      handle: ({ caller, now }) =>
        database.inTx(
          wide(caller),
          async (tx) => {
            const reach = await reachAs(tx, caller, administrators, now)
            return {
              groupRoles: (await listGroupRoles(tx)).filter(
                ({ client }) => client === null || withinReach(reach, client),
              ),
            }
          },
          { readOnly: true },
        ),
    }),
    route({
      method: 'POST',
      path: '/api/group-roles',
      summary: {
        nl: 'Laat een groep van de aanmelddienst een rol geven.',
        en: 'Let a group of the identity provider give a role.',
      },
      allow: administrators,
      recent: true,
      body: newGroupRoleRequest,
      reply: groupRoleList,
      status: 201,
      events: ['mapping.added'],
      handle: ({ caller, body, now }) =>
        database.inTx(wide(caller), async (tx) => {
          const client = body.client ?? null
          await requireReach(tx, caller, client, now)
          await addGroupRole(tx, { group: body.group, role: body.role, client }, { now, ids })
          return { groupRoles: await listGroupRoles(tx) }
        }),
    }),
    route({
      method: 'DELETE',
      path: '/api/group-roles/:mapping',
      summary: {
        nl: 'Laat een groep een rol niet meer geven, vanaf de volgende aanmelding.',
        en: 'Let a group no longer give a role, from the next sign-in on.',
      },
      allow: administrators,
      params: groupRoleParams,
      reply: done,
      events: ['mapping.removed'],
      handle: ({ caller, params, now }) =>
        database.inTx(wide(caller), async (tx) => {
          const found = (await listGroupRoles(tx)).find(({ id }) => id === params.mapping)
          if (found !== undefined) await requireReach(tx, caller, found.client, now)
          await removeGroupRole(tx, params.mapping, { now, ids })
          return { ok: true as const }
        }),
    }),
  ]

  /** Who is signed in proved it at the provider: the same person, or nothing. */
  async function confirm(visit: Remembered, caller: Caller, subject: string, now: Date) {
    const mine =
      caller.kind === 'person' && caller.id === visit.confirm?.person && caller.scope.tenant === visit.confirm.tenant
    const refuse = async (): Promise<never> => {
      const person = visit.confirm?.person ?? null
      const refused = { person, factor: 'oidc', step: 'confirmation', reason: 'wrong' } as const
      await recordRefused(deps, visit.confirm?.tenant ?? null, refused, now)
      throw new ApiError(401, 'oidc_refused')
    }
    if (!mine || caller.session?.pending !== false) return refuse()
    const issuer = providerOf(deps).issuer
    const person = await database.inTx(wide(caller), (tx) => personOfIdentity(tx, factorKey, { issuer, subject }))
    if (person !== caller.id) return refuse()
    return database.inTx(wide(caller), async (tx) => {
      const started = await proveSession(tx, { person, session: sessionOf(caller), factors: ['oidc'] }, { now, ids })
      return { ...sessionReplyOf(started, { person, sessions }), to: visit.to }
    })
  }
}

function providerOf({ provider }: AccessDeps): IdentityProvider {
  const found = provider()
  if (found === null) throw new ApiError(404, 'oidc_absent')
  return found
}

/** The organisation of the setting, or the only one. Errors: `oidc_tenant` (409). */
async function tenantOfSignIn({ database, tenant }: AccessDeps): Promise<string> {
  if (tenant !== null) return tenant
  const { rows } = await database.inTx(
    authenticationScope,
    (tx) => tx.query<{ tenant_id: string }>('select tenant_id from tenant limit 2'),
    { readOnly: true },
  )
  if (rows.length !== 1) throw new ApiError(409, 'oidc_tenant')
  return rows[0]!.tenant_id
}

async function requireReach(tx: Tx, caller: Caller, client: string | null, now: Date): Promise<void> {
  if (!withinReach(await reachAs(tx, caller, administrators, now), client)) throw new ApiError(403, 'role_not_yours')
}
