/** Passkeys: made for one's account, used to sign in without a password, to confirm who one is, and taken away. */
import type { Scope, Tx } from '../../platform/database.ts'
import { ApiError, type Caller, type Route, route } from '../../platform/http.ts'
import {
  enrolledReply,
  newPasskeyRequest,
  passkeyAnswer,
  passkeyList,
  passkeyOptions,
  passkeyParams,
  renamePasskeyRequest,
  sessionReply,
} from '../contract.ts'
import type { RelyingParty } from '../passkey.ts'
import { sessionToken } from '../session.ts'
import { loadPerson } from '../store.ts'
import { authenticationScope } from './authenticate.ts'
import { requireOwnFactor, sessionOf } from './factor-routes.ts'
import { openFlow, takeFlow } from './flows.ts'
import {
  challengeIn,
  listPasskeys,
  ownerOfPasskey,
  type PasskeyAnswer,
  type PasskeyHolder,
  registerPasskey,
  registrationOptions,
  removePasskey,
  renamePasskey,
  signInOptions,
  verifyPasskey,
} from './passkeys.ts'
import { type RefusedSignIn, recordRefused } from './refused.ts'
import { type AccessDeps, peerOf, signInDeps, wide } from './route-deps.ts'
import { isEnrolled, issueRecoveryCodes, loadFactors } from './second-factor.ts'
import { deviceFrom, sessionReplyOf } from './session-reply.ts'
import { endSessions, proveSession, startSession } from './sessions.ts'
import { addressAttempt, counted } from './sign-in.ts'

export function passkeyRoutes(deps: AccessDeps): Route[] {
  const secure = deps.publicUrl?.startsWith('https:') ?? false
  const { database, ids, factorKey, sessions } = deps
  const everywhere = <T>(work: (tx: Tx) => Promise<T>) => database.inTx(authenticationScope, work)
  const views = async (tx: Tx, person: string) => ({
    passkeys: (await listPasskeys(tx, factorKey, person)).map(({ createdAt, lastUsedAt, ...line }) => ({
      ...line,
      createdAt: createdAt.toISOString(),
      lastUsedAt: lastUsedAt?.toISOString() ?? null,
    })),
  })
  /** Failures of one network address count together with those of passwords; each is on record. */
  const tried = <T>(
    step: RefusedSignIn['step'],
    answer: PasskeyAnswer,
    peer: string,
    now: Date,
    work: () => Promise<T>,
  ): Promise<T> => {
    partyOf(deps)
    return counted(deps, addressAttempt(signInDeps(deps), peer), now, work, async () => {
      const owner = await everywhere((tx) => ownerOfPasskey(tx, answer))
      const reason = owner === undefined ? 'unknown' : 'wrong'
      const refused = { person: owner?.person ?? null, factor: 'passkey', step, reason } as const
      await recordRefused(deps, owner?.tenant ?? null, refused, now)
    })
  }

  return [
    route({
      method: 'GET',
      path: '/api/passkeys',
      summary: { nl: 'De eigen toegangssleutels.', en: 'One’s own passkeys.' },
      allow: 'signed_in',
      reply: passkeyList,
      events: [],
      handle: ({ caller }) => database.inTx(wide(caller), (tx) => views(tx, caller.id), { readOnly: true }),
    }),
    route({
      method: 'GET',
      path: '/api/passkeys/options',
      summary: {
        nl: 'Wat de browser moet maken voor een nieuwe toegangssleutel.',
        en: 'What the browser is to make for a new passkey.',
      },
      allow: 'signing_in',
      recent: true,
      reply: passkeyOptions,
      events: [],
      async handle({ caller, now }) {
        const party = partyOf(deps)
        const options = await database.inTx(wide(caller), async (tx) => {
          await requireOwnFactor(tx, caller)
          const { email, name } = await loadPerson(tx, caller.id)
          return registrationOptions(tx, party, { person: caller.id, account: email ?? name, name })
        })
        const value = { tenant: caller.scope.tenant, person: caller.id }
        await everywhere((tx) =>
          openFlow(tx, factorKey, { kind: 'passkey_registration', secret: options.challenge, value }, now),
        )
        return { options: options as unknown as Record<string, unknown> }
      },
    }),
    route({
      method: 'POST',
      path: '/api/passkeys',
      summary: {
        nl: 'Bewaar een nieuwe toegangssleutel. De eerste keer toont het antwoord herstelcodes.',
        en: 'Keep a new passkey. The first time the reply shows recovery codes.',
      },
      allow: 'signing_in',
      recent: true,
      body: newPasskeyRequest,
      reply: enrolledReply,
      session: true,
      status: 201,
      events: ['passkey.registered', 'recovery.issued', 'session.confirmed', 'session.ended'],
      async handle({ caller, body, now }) {
        const party = partyOf(deps)
        const challenge = await knownChallenge(deps, 'passkey_registration', body.answer, now)
        const { person, tenant } = challenge.value as { person: string; tenant: string }
        if (person !== caller.id || tenant !== caller.scope.tenant) throw new ApiError(422, 'passkey_refused')
        return database.inTx(wide(caller), async (tx) => {
          const act = { now, ids }
          await requireOwnFactor(tx, caller)
          const before = await loadFactors(tx, caller.id)
          await registerPasskey(
            tx,
            factorKey,
            party,
            { person, name: body.name, challenge: challenge.text, answer: body.answer },
            act,
          )
          const codes = before.recoveryCodes === 0 ? await issueRecoveryCodes(tx, factorKey, person, act) : []
          await endSessions(tx, { person, which: { except: sessionOf(caller) } }, act)
          const started = await proveSession(tx, { person, session: sessionOf(caller), factors: ['passkey'] }, act)
          return { ...sessionReplyOf(started, { person, sessions }), codes }
        })
      },
    }),
    route({
      method: 'POST',
      path: '/api/passkeys/:passkey/name',
      summary: { nl: 'Geef een toegangssleutel een andere naam.', en: 'Give a passkey another name.' },
      allow: 'signed_in',
      params: passkeyParams,
      body: renamePasskeyRequest,
      reply: passkeyList,
      events: ['passkey.renamed'],
      handle: ({ caller, params, body, now }) =>
        database.inTx(wide(caller), async (tx) => {
          await renamePasskey(
            tx,
            factorKey,
            { person: caller.id, passkey: params.passkey, name: body.name },
            { now, ids },
          )
          return views(tx, caller.id)
        }),
    }),
    route({
      method: 'DELETE',
      path: '/api/passkeys/:passkey',
      summary: {
        nl: 'Verwijder een toegangssleutel. De laatste tweede stap blijft staan.',
        en: 'Remove a passkey. The last second factor stays.',
      },
      allow: 'signed_in',
      recent: true,
      params: passkeyParams,
      reply: passkeyList,
      events: ['passkey.removed'],
      handle: ({ caller, params, now }) =>
        database.inTx(wide(caller), async (tx) => {
          await removePasskey(tx, { person: caller.id, passkey: params.passkey }, { now, ids })
          const left = isEnrolled(await loadFactors(tx, caller.id))
          if (!left && signInDeps(deps).policyOf(caller.scope.tenant) === 'required')
            throw new ApiError(409, 'last_factor')
          return views(tx, caller.id)
        }),
    }),
    route({
      method: 'GET',
      path: '/api/session/passkey/options',
      summary: {
        nl: 'Wat een toegangssleutel moet ondertekenen om aan te melden.',
        en: 'What a passkey is to sign for signing in.',
      },
      allow: 'public',
      reply: passkeyOptions,
      events: [],
      async handle({ now }) {
        const options = await signInOptions(partyOf(deps))
        await everywhere((tx) =>
          openFlow(tx, factorKey, { kind: 'passkey', secret: options.challenge, value: {} }, now),
        )
        return { options: options as unknown as Record<string, unknown> }
      },
    }),
    route({
      method: 'POST',
      path: '/api/session/passkey',
      summary: {
        nl: 'Aanmelden met een toegangssleutel, zonder wachtwoord. Die telt voor beide stappen.',
        en: 'Sign in with a passkey, without a password. It counts for both steps.',
      },
      allow: 'public',
      body: passkeyAnswer,
      reply: sessionReply,
      session: true,
      status: 201,
      events: ['session.started', 'session.ended', 'sign-in.refused'],
      async handle({ body, header, now }) {
        const holder = await tried('sign_in', body, peerOf(header), now, async () => {
          const signer = await signedBy(deps, body, now)
          if (deps.tenant !== null && signer.tenant !== deps.tenant) throw new ApiError(401, 'passkey_refused')
          return signer
        })
        const scope: Scope = { tenant: holder.tenant, clients: '*', actor: { kind: 'person', id: holder.person } }
        const replaces = sessionToken(header('cookie'), secure)
        const start = { factors: ['passkey'], complete: true, device: deviceFrom(header), replaces } as const
        const started = await database.inTx(scope, (tx) =>
          startSession(tx, holder.person, sessions, start, { now, ids }),
        )
        return sessionReplyOf(started, { person: holder.person, sessions })
      },
    }),
    route({
      method: 'POST',
      path: '/api/session/confirm/passkey',
      summary: {
        nl: 'Bevestig met een toegangssleutel wie er is aangemeld. Dat geldt een kwartier.',
        en: 'Confirm with a passkey who is signed in. It counts for a quarter of an hour.',
      },
      allow: 'signing_in',
      body: passkeyAnswer,
      reply: sessionReply,
      session: true,
      status: 201,
      events: ['session.confirmed', 'sign-in.refused'],
      async handle({ caller, body, header, now }) {
        await tried('confirmation', body, peerOf(header), now, async () => {
          if (!isCaller(await signedBy(deps, body, now), caller)) throw new ApiError(401, 'passkey_refused')
        })
        const started = await database.inTx(wide(caller), (tx) =>
          proveSession(tx, { person: caller.id, session: sessionOf(caller), factors: ['passkey'] }, { now, ids }),
        )
        return sessionReplyOf(started, { person: caller.id, sessions })
      },
    }),
  ]
}

/** Errors: `passkey_unavailable` (409) where the address of the installation gives browsers nothing to bind to. */
function partyOf({ relyingParty }: AccessDeps): RelyingParty {
  const party = relyingParty()
  if (party === null) throw new ApiError(409, 'passkey_unavailable')
  return party
}

const isCaller = ({ tenant, person }: PasskeyHolder, caller: Caller) =>
  person === caller.id && tenant === caller.scope.tenant

/** The challenge of an answer, which we gave out and which no other answer has used. */
async function knownChallenge(
  { database, factorKey }: AccessDeps,
  kind: 'passkey' | 'passkey_registration',
  answer: PasskeyAnswer,
  now: Date,
) {
  const text = challengeIn(answer)
  const value =
    text === undefined
      ? undefined
      : await database.inTx(authenticationScope, (tx) => takeFlow<object>(tx, factorKey, { kind, secret: text }, now))
  if (text === undefined || value === undefined) throw new ApiError(kind === 'passkey' ? 401 : 422, 'passkey_refused')
  return { text, value }
}

async function signedBy(deps: AccessDeps, answer: PasskeyAnswer, now: Date): Promise<PasskeyHolder> {
  const party = partyOf(deps)
  const { text } = await knownChallenge(deps, 'passkey', answer, now)
  return deps.database.inTx(authenticationScope, (tx) => verifyPasskey(tx, party, { challenge: text, answer }, now))
}
