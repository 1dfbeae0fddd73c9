/** The second step of signing in, setting a second factor up, and confirming who one is for a dangerous act. */
import type { Tx } from '../../platform/database.ts'
import { ApiError, type Caller, provedLately, type Route, route } from '../../platform/http.ts'
import {
  codeRequest,
  confirmRequest,
  done,
  enrolledReply,
  newFactorReply,
  personParams,
  recoveryCodesReply,
  resetFactorRequest,
  sessionReply,
  sessionView,
} from '../contract.ts'
import { endAllSessions, loadPerson } from '../store.ts'
import { base32, otpauthUri } from '../totp.ts'
import { requireManagement } from './people-routes.ts'
import { type RefusedSignIn, recordRefused } from './refused.ts'
import { type AccessDeps, peerOf, signInDeps, wide } from './route-deps.ts'
import {
  beginTotp,
  enrolTotp,
  isEnrolled,
  issueRecoveryCodes,
  loadFactors,
  resetFactors,
  useCode,
} from './second-factor.ts'
import { sessionReplyOf } from './session-reply.ts'
import { endSessions, type Factor, proveSession } from './sessions.ts'
import { type Attempt, codeAttempt, counted, ownAccount, passwordAttempt, stageOf } from './sign-in.ts'

const ISSUER = 'Waarborg'

/** Who tried, and with what at which step. */
type Tried = { readonly caller: Caller; readonly with: Pick<RefusedSignIn, 'factor' | 'step'> }
const secondStep = { factor: 'code', step: 'second_step' } as const

export function factorRoutes(deps: AccessDeps): Route[] {
  const { database, ids, factorKey, sessions, passwords } = deps
  const signIns = signInDeps(deps)

  /** A wrong code is on record, except while the app is set up: then it opens nothing. */
  const tried = <T>(attempt: Attempt, what: Tried, now: Date, work: () => Promise<T>) =>
    counted(deps, attempt, now, work, async (code) => {
      const reason = code === 'code_used' ? 'used' : 'wrong'
      if (['code_wrong', 'code_used', 'confirmation_refused'].includes(code))
        await recordRefused(deps, what.caller.scope.tenant, { person: what.caller.id, ...what.with, reason }, now)
    })
  const attemptFor = (caller: Caller, peer: string) =>
    codeAttempt(signIns, { tenant: caller.scope.tenant, person: caller.id, peer })
  const proved = (tx: Tx, caller: Caller, factors: readonly Factor[], now: Date) =>
    proveSession(tx, { person: caller.id, session: sessionOf(caller), factors }, { now, ids })

  return [
    route({
      method: 'GET',
      path: '/api/session',
      summary: {
        nl: 'Wat het aanmelden nog vraagt, en waarmee iemand zich kan bewijzen.',
        en: 'What signing in still asks, and with what a person can prove who they are.',
      },
      allow: 'signing_in',
      reply: sessionView,
      events: [],
      handle: ({ caller, now }) =>
        database.inTx(
          wide(caller),
          async (tx) => {
            if (caller.kind === 'operator') throw new ApiError(401, 'session_unknown')
            const { name, email, hasPassword } = await loadPerson(tx, caller.id)
            return {
              stage: caller.session?.pending === false ? ('done' as const) : await stageOf(tx, signIns, caller.id, now),
              name,
              email,
              factors: { password: hasPassword, ...(await loadFactors(tx, caller.id)) },
              proved: provedLately(caller, now),
            }
          },
          { readOnly: true },
        ),
    }),
    route({
      method: 'POST',
      path: '/api/session/code',
      summary: {
        nl: 'Geef de code van de app, of een herstelcode. Daarna is het aanmelden klaar.',
        en: 'Give the code of the app, or a recovery code. Signing in is then complete.',
      },
      allow: 'signing_in',
      body: codeRequest,
      reply: sessionReply,
      session: true,
      status: 201,
      events: ['recovery.used', 'session.confirmed', 'sign-in.refused'],
      handle: ({ caller, body, header, now }) =>
        tried(attemptFor(caller, peerOf(header)), { caller, with: secondStep }, now, () =>
          database.inTx(wide(caller), async (tx) => {
            // Half way only: for a dangerous act afterwards a code alone is not enough.
            if (caller.session?.pending !== true) throw new ApiError(409, 'session_complete')
            const used = await useCode(tx, factorKey, { person: caller.id, code: body.code }, { now, ids })
            return sessionReplyOf(await proved(tx, caller, [used], now), { person: caller.id, sessions })
          }),
        ),
    }),
    route({
      method: 'POST',
      path: '/api/session/later',
      summary: {
        nl: 'Stel de tweede stap uit. Dat kan alleen in de voorbeeldorganisatie op de eigen computer.',
        en: 'Put the second step off. Only the demonstration on one’s own machine allows it.',
      },
      allow: 'signing_in',
      reply: sessionReply,
      session: true,
      status: 201,
      events: ['session.confirmed'],
      handle: ({ caller, now }) =>
        database.inTx(wide(caller), async (tx) => {
          if (caller.session?.pending !== true) throw new ApiError(409, 'session_complete')
          if ((await stageOf(tx, signIns, caller.id, now)) !== 'offer') throw new ApiError(403, 'factor_required')
          return sessionReplyOf(await proved(tx, caller, ['later'], now), { person: caller.id, sessions })
        }),
    }),
    route({
      method: 'POST',
      path: '/api/session/confirm',
      summary: {
        nl: 'Bevestig wie er is aangemeld, met wachtwoord en code. Dat geldt een kwartier.',
        en: 'Confirm who is signed in, with password and code. It counts for a quarter of an hour.',
      },
      allow: 'signed_in',
      body: confirmRequest,
      reply: sessionReply,
      session: true,
      status: 201,
      events: ['recovery.used', 'session.confirmed', 'sign-in.refused'],
      async handle({ caller, body, header, now }) {
        const peer = peerOf(header)
        const account = await database.inTx(wide(caller), (tx) => ownAccount(tx, caller.id), { readOnly: true })
        // Who has neither a password nor an app confirms with a passkey or at the identity provider.
        if (account.password === null && !account.totp) throw new ApiError(403, 'confirmation_refused')
        const used: Factor[] = []
        if (account.password !== null) {
          const attempt = passwordAttempt(signIns, { email: account.email ?? account.person, peer })
          await tried(attempt, { caller, with: { factor: 'password', step: 'confirmation' } }, now, async () => {
            if (!(await passwords.verify(account.password, body.password ?? '')))
              throw new ApiError(401, 'confirmation_refused', { param: 'password' })
          })
          used.push('password')
        }
        const finish = () =>
          database.inTx(wide(caller), async (tx) => {
            if (account.totp)
              used.push(await useCode(tx, factorKey, { person: caller.id, code: body.code ?? '' }, { now, ids }))
            return sessionReplyOf(await proved(tx, caller, used, now), { person: caller.id, sessions })
          })
        return account.totp
          ? tried(attemptFor(caller, peer), { caller, with: { factor: 'code', step: 'confirmation' } }, now, finish)
          : finish()
      },
    }),
    route({
      method: 'POST',
      path: '/api/factor',
      summary: {
        nl: 'Begin met een app die codes maakt. Het antwoord toont het geheim.',
        en: 'Begin with an app that makes codes. The reply shows the secret.',
      },
      allow: 'signing_in',
      recent: true,
      reply: newFactorReply,
      status: 201,
      events: ['factor.begun'],
      handle: ({ caller, now }) =>
        database.inTx(wide(caller), async (tx) => {
          await requireOwnFactor(tx, caller)
          const { email, name } = await loadPerson(tx, caller.id)
          const secret = await beginTotp(tx, factorKey, caller.id, { now, ids })
          return {
            secret: base32(secret).replaceAll(/(.{4})(?=.)/g, '$1 '),
            uri: otpauthUri(secret, { issuer: ISSUER, account: email ?? name }),
          }
        }),
    }),
    route({
      method: 'POST',
      path: '/api/factor/enrol',
      summary: {
        nl: 'Bewijs met een code dat de app werkt. Het antwoord toont één keer de herstelcodes.',
        en: 'Prove with a code that the app works. The reply shows the recovery codes, once.',
      },
      allow: 'signing_in',
      recent: true,
      body: codeRequest,
      reply: enrolledReply,
      session: true,
      status: 201,
      events: ['factor.enrolled', 'recovery.issued', 'session.confirmed', 'session.ended'],
      handle: ({ caller, body, header, now }) =>
        counted(deps, attemptFor(caller, peerOf(header)), now, () =>
          database.inTx(wide(caller), async (tx) => {
            const act = { now, ids }
            await requireOwnFactor(tx, caller)
            await enrolTotp(tx, factorKey, { person: caller.id, code: body.code.replaceAll(/\s/g, '') }, act)
            const codes = await issueRecoveryCodes(tx, factorKey, caller.id, act)
            await endSessions(tx, { person: caller.id, which: { except: sessionOf(caller) } }, act)
            const started = await proved(tx, caller, ['totp'], now)
            return { ...sessionReplyOf(started, { person: caller.id, sessions }), codes }
          }),
        ),
    }),
    route({
      method: 'POST',
      path: '/api/recovery-codes',
      summary: {
        nl: 'Maak nieuwe herstelcodes. De oude werken niet meer.',
        en: 'Make new recovery codes. Those of before no longer work.',
      },
      allow: 'signed_in',
      recent: true,
      reply: recoveryCodesReply,
      status: 201,
      events: ['recovery.issued'],
      handle: ({ caller, now }) =>
        database.inTx(wide(caller), async (tx) => {
          if (!isEnrolled(await loadFactors(tx, caller.id))) throw new ApiError(409, 'factor_not_begun')
          return { codes: await issueRecoveryCodes(tx, factorKey, caller.id, { now, ids }) }
        }),
    }),
    route({
      method: 'POST',
      path: '/api/people/:person/factor/reset',
      summary: {
        nl: 'Wis de tweede stap van een medewerker, en zeg hoe is nagegaan wie erom vroeg. Aanmeldingen eindigen meteen.',
        en: 'Take the second factor of a person away, and say how you made sure who asked. Sign-ins end at once.',
      },
      allow: ['administrator'],
      recent: true,
      params: personParams,
      body: resetFactorRequest,
      reply: done,
      events: ['factor.reset', 'session.ended'],
      handle: ({ caller, params, body, now }) =>
        database.inTx(wide(caller), async (tx) => {
          const act = { now, ids }
          await requireManagement(tx, caller, params.person, ['administrator'], now)
          await resetFactors(tx, params.person, body.checked, act)
          await endAllSessions(tx, params.person, 'factor_reset', act)
          return { ok: true as const }
        }),
    }),
  ]
}

/** Before the second step nobody replaces the factor that it asks for: a stolen password alone would do then. */
export async function requireOwnFactor(tx: Tx, caller: Caller): Promise<void> {
  if (caller.session?.pending !== false && isEnrolled(await loadFactors(tx, caller.id)))
    throw new ApiError(401, 'second_factor_needed')
}

export function sessionOf(caller: Caller): string {
  if (caller.session === undefined) throw new ApiError(401, 'session_unknown')
  return caller.session.id
}
