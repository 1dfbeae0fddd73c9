/** Choosing a password with a one-time link, and changing one's own. */
import type { Scope } from '../../platform/database.ts'
import { ApiError, type Route, route } from '../../platform/http.ts'
import {
  changePasswordRequest,
  linkQuery,
  linkView,
  passwordReply,
  sessionReply,
  setPasswordRequest,
} from '../contract.ts'
import { decidePassword } from '../person.ts'
import { sessionToken } from '../session.ts'
import { loadPerson } from '../store.ts'
import { authenticationScope } from './authenticate.ts'
import { sessionOf } from './factor-routes.ts'
import { recordRefused } from './refused.ts'
import { type AccessDeps, peerOf, signInDeps, wide } from './route-deps.ts'
import { deviceFrom, sessionReplyOf } from './session-reply.ts'
import { changePassword, endSessions, proveSession, readOneTimeLink, setPassword, startSession } from './sessions.ts'
import { counted, forgiveEmail, ownAccount, passwordAttempt, stageOf } from './sign-in.ts'

export function passwordRoutes(deps: AccessDeps): Route[] {
  const { database, ids, sessions } = deps
  const secure = deps.publicUrl?.startsWith('https:') ?? false
  const signIns = signInDeps(deps)
  /** Errors: `password_…` (422) with the reason; `password_list_unavailable` (503). */
  const requireGood = async (password: string, account: Parameters<typeof decidePassword>[1]): Promise<void> => {
    const decision = decidePassword(password, account)
    if (!decision.good) throw new ApiError(422, `password_${decision.reason}`, { param: 'password' })
    if (await deps.leaked?.has(password)) throw new ApiError(422, 'password_leaked', { param: 'password' })
  }
  return [
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
      session: true,
      status: 201,
      events: ['password.set', 'session.started', 'session.ended'],
      async handle({ body, header, now }) {
        if (!deps.passwordSignIn) throw new ApiError(403, 'password_off')
        const { tenant, person, name, email } = await database.inTx(
          authenticationScope,
          (tx) => readOneTimeLink(tx, body.token, now),
          { readOnly: true },
        )
        await requireGood(body.password, { name, email })
        const password = await deps.passwords.hash(body.password)
        const scope: Scope = { tenant, clients: '*', actor: { kind: 'person', id: person } }
        const started = await database.inTx(scope, async (tx) => {
          await setPassword(tx, { token: body.token, person, password }, { now, ids })
          // A link from the administrator stands for the password, not for the second factor.
          const complete = (await stageOf(tx, signIns, person, now)) === 'done'
          const replaces = sessionToken(header('cookie'), secure)
          const start = { factors: ['password'], complete, device: deviceFrom(header), replaces } as const
          return startSession(tx, person, sessions, start, { now, ids })
        })
        if (email !== null) await database.inTx(authenticationScope, (tx) => forgiveEmail(tx, deps.attemptKey, email))
        return { ...sessionReplyOf(started, { person, sessions }), email }
      },
    }),
    route({
      method: 'POST',
      path: '/api/me/password',
      summary: {
        nl: 'Wijzig het eigen wachtwoord, met dat van nu. Alle andere aanmeldingen eindigen.',
        en: 'Change one’s own password, with the one of now. All other sign-ins end.',
      },
      allow: 'signed_in',
      recent: true,
      body: changePasswordRequest,
      reply: sessionReply,
      session: true,
      status: 201,
      events: ['password.changed', 'session.ended', 'session.confirmed', 'sign-in.refused'],
      async handle({ caller, body, header, now }) {
        if (!deps.passwordSignIn) throw new ApiError(403, 'password_off')
        const session = sessionOf(caller)
        const [account, { name }] = await database.inTx(
          wide(caller),
          async (tx) => [await ownAccount(tx, caller.id), await loadPerson(tx, caller.id)] as const,
          { readOnly: true },
        )
        const stored = account.password
        if (stored === null) throw new ApiError(409, 'password_none')
        const attempt = passwordAttempt(signIns, { email: account.email ?? account.person, peer: peerOf(header) })
        await counted(
          deps,
          attempt,
          now,
          async () => {
            if (!(await deps.passwords.verify(stored, body.current)))
              throw new ApiError(422, 'password_wrong', { param: 'current' })
          },
          () =>
            recordRefused(
              deps,
              caller.scope.tenant,
              { person: caller.id, factor: 'password', step: 'confirmation', reason: 'wrong' },
              now,
            ),
        )
        await requireGood(body.password, { name, email: account.email })
        const password = await deps.passwords.hash(body.password)
        const act = { now, ids }
        return database.inTx(wide(caller), async (tx) => {
          await changePassword(tx, { person: caller.id, from: stored, to: password }, act)
          await endSessions(tx, { person: caller.id, which: { except: session } }, act)
          const proved = await proveSession(tx, { person: caller.id, session, factors: ['password'] }, act)
          return sessionReplyOf(proved, { person: caller.id, sessions })
        })
      },
    }),
  ]
}
