/** Every route of the product, each folder's filled with what it needs from the others. */
import { type IdentityProvider, openLeaked, openPasswords, type PortalCodes } from '../../access/index.ts'
import { routes as accessRoutes } from '../../access/routes.ts'
import type { RelyingParty } from '../../access/rules.ts'
import { routes as complaintRoutes } from '../../accountability/complaints/routes.ts'
import { routes as contestFigureRoutes } from '../../accountability/contests/routes.ts'
import { complaintHinder, complaintNext } from '../../accountability/index.ts'
import { routes as accountabilityRoutes } from '../../accountability/routes.ts'
import { routes as assessmentRoutes } from '../../assessments/routes.ts'
import { type AuditRunner, fairnessLamps, lastAuditOf, type PromptRunner } from '../../fairness/index.ts'
import { routes as fairnessRoutes } from '../../fairness/routes.ts'
import { deadEnds, requestHandOff } from '../../gateway/index.ts'
import { routes as gatewayRoutes } from '../../gateway/routes.ts'
import { say } from '../../gateway/rules.ts'
import type { Signer, Verifier } from '../../ledger/index.ts'
import { routes as ledgerRoutes } from '../../ledger/routes.ts'
import { routes as monitoringRoutes } from '../../monitoring/routes.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database.ts'
import type { Route } from '../../platform/http.ts'
import type { Ids } from '../../platform/ids.ts'
import type { Settings } from '../../platform/settings.ts'
import {
  appendConsent,
  breachSource,
  decideGround,
  loadConsentEvents,
  loadNotices,
  loadPerson,
  type OpenModel,
} from '../../privacy/index.ts'
import { routes as keyStandingRoutes } from '../../privacy/keys/routes.ts'
import { routes as rightsRoutes } from '../../privacy/rights/routes.ts'
import { routes as privacyRoutes } from '../../privacy/routes.ts'
import { mayConsentAlone } from '../../privacy/rules.ts'
import { routes as attributeRoutes } from '../../records/attributes/routes.ts'
import { routes as caseRoutes } from '../../records/cases/routes.ts'
import {
  contestHinder,
  contestNextFor,
  decisionKey,
  findConversation,
  findDecision,
  openConversation,
  oversightChanged,
  queueMail,
  registerNotice,
  subjectFor,
  tenantOf,
} from '../../records/index.ts'
import { routes as recordRoutes } from '../../records/routes.ts'
import { askedOnElsewhere, loadLinkDecisions } from '../../transparency/index.ts'
import { routes as transparencyRoutes } from '../../transparency/routes.ts'
import type { KeyRing } from '../../vault/index.ts'
import { backupsUntil } from './backups.ts'
import { mailNowBy } from './complaint-mail.ts'

export type RouteParts = {
  /** Who carries readings of audits out. */
  readonly audits: () => AuditRunner
  /** Who carries paired-prompt audits out. */
  readonly prompts: () => PromptRunner
  readonly database: Database
  readonly ring: KeyRing
  readonly settings: Settings
  readonly clock: Clock
  readonly ids: Ids
  readonly signer: Pick<Signer, 'origin' | 'vkey' | 'trust' | 'sign'>
  readonly verifier: Verifier
  /** The model beside the rules of the recogniser, when the settings ask for one. */
  readonly model?: OpenModel | undefined
  /** Address of the installation without a slash at its end, or null. */
  readonly publicUrl: string | null
  /** The organisation in which a second factor may wait (`secondFactorWaits`); null: none. */
  readonly secondFactorOptionalFor: string | null
  readonly relyingParty: () => RelyingParty | null
  readonly provider: () => IdentityProvider | null
  /** The oldest ledger entry waits for its number for longer than the setting allows. */
  readonly ledgerLate: () => boolean
  /** How a one-time code for the portal reaches a customer. */
  readonly codes: PortalCodes
}

export function sessionLimits(settings: Pick<Settings, 'sessionHours' | 'sessionIdleMinutes'>) {
  return { absoluteMs: settings.sessionHours * 3_600_000, idleMs: settings.sessionIdleMinutes * 60_000 }
}

export function collectRoutes({
  audits,
  prompts,
  database,
  ring,
  settings,
  clock,
  ids,
  signer,
  verifier,
  model,
  publicUrl,
  secondFactorOptionalFor,
  relyingParty,
  provider,
  ledgerLate,
  codes,
}: RouteParts): Route[] {
  const post = settings.smtpUrl === null ? undefined : queueMail
  return [
    ...gatewayRoutes({ database, ring, ids, portalLinkMs: settings.portalLinkDays * 86_400_000, ledgerLate }),
    ...attributeRoutes({
      database,
      ring,
      ids,
      terms: settings,
      decidesAlone: async (tx, subject, now) => mayConsentAlone(await loadPerson(tx, subject), now),
    }),
    ...privacyRoutes({ database, ids, ring, model }),
    ...rightsRoutes({
      database,
      ids,
      ring,
      post,
      mailNow: settings.smtpUrl === null ? undefined : mailNowBy(settings.smtpUrl),
      pseudonymHours: settings.pseudonymHours,
      ledgerDays: settings.ledgerDays,
      backupsUntil: backupsUntil(settings),
    }),
    ...transparencyRoutes({
      database,
      ids,
      ring,
      post,
      tenant: settings.tenant,
      vkey: signer.vkey,
      lastAudit: lastAuditOf,
      openConversation: (tx, wanted, act) => openConversation(tx, ring, wanted, act),
      consents: {
        load: loadConsentEvents,
        record: appendConsent,
        person: loadPerson,
        notices: (tx, client) => loadNotices(tx, client),
        keepNotice: registerNotice,
      },
      say,
      requestHandOff: async (tx, { client, conversation, note }, act) => {
        const { id, state, answerBy, event } = await requestHandOff(
          tx,
          ring,
          { client, conversation, reason: 'asked', note },
          act,
        )
        return { id, state, answerBy, event }
      },
    }),
    ...keyStandingRoutes({ database, ring, terms: settings }),
    ...recordRoutes({
      database,
      ring,
      ids,
      clock,
      post,
      decideGround,
      lamps: [deadEnds, fairnessLamps],
      verified: () => {
        const { at, ok } = verifier.state()
        return { lastVerifiedAt: at?.toISOString() ?? null, verifiedOk: ok }
      },
    }),
    ...caseRoutes({
      database,
      ring,
      ids,
      hinders: { complaint: complaintHinder, contest: contestHinder },
      nexts: { complaint: complaintNext, contest: contestNextFor },
      saidMore: { clarification: askedOnElsewhere },
      sources: [breachSource],
    }),
    ...complaintRoutes({
      database,
      ring,
      ids,
      decisionsOf: complaintDecisions,
      post,
    }),
    ...contestFigureRoutes({ database }),
    ...accountabilityRoutes({ database, ids }),
    ...assessmentRoutes({ database, ids }),
    ...fairnessRoutes({ database, ids, runner: audits, prompts, vkey: signer.vkey }),
    ...monitoringRoutes({ database, ring, ids, model }),
    ...ledgerRoutes({ database, signer, verifier }),
    ...accessRoutes({
      database,
      ids,
      ring,
      codes,
      subjectFor: (tx, of, act) => subjectFor(tx, ring, of, act),
      passwords: openPasswords(),
      attemptKey: ring.derived('sign-in'),
      factorKey: ring.derived('access'),
      signInLimits: { perEmail: settings.signInPerEmail, perAddress: settings.signInPerAddress },
      secondFactorOptionalFor,
      relyingParty,
      provider,
      passwordSignIn: settings.passwordSignIn,
      leaked: settings.leakedPasswords === null ? null : openLeaked(settings.leakedPasswords),
      sessions: sessionLimits(settings),
      tenant: settings.tenant,
      portalLinkMs: settings.portalLinkDays * 86_400_000,
      portalUrl: settings.portalUrl?.replace(/\/$/, '') ?? publicUrl,
      publicUrl,
      findConversation: (tx, client, conversation) => findConversation(tx, ring, client, conversation),
      findDecision: async (tx, of, decision) => {
        const keyHmac = decisionKey(ring, tenantOf(tx), { ...of, key: decision })
        const found = await findDecision(tx, { ...of, id: decision, keyHmac })
        if (found?.about !== 'customer') return undefined
        return { decision: found.id, subject: found.subject, conversation: found.conversation }
      },
      oversightChanged,
    }),
  ]
}

/** Decisions that a complaint by this link can be about, as the customer knows them. */
const complaintDecisions: Parameters<typeof complaintRoutes>[0]['decisionsOf'] = async (tx, bound, language) =>
  (await loadLinkDecisions(tx, bound)).map(({ id, outcome, rules, system }) => ({
    id,
    label: `${rules?.outcomes.find((one) => one.outcome === outcome)?.label[language] ?? outcome} (${system[language]})`,
  }))
