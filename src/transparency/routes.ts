/** Disclosures from a platform, the customer's page, and the public list of AI systems. */
import type { z } from 'zod'
import { entryByEventId, receipt } from '../ledger/index.ts'
import type { Database, Tx } from '../platform/database.ts'
import { ApiError, type Caller, type Route, route } from '../platform/http.ts'
import type { Ids } from '../platform/ids.ts'
import { formatDate, type Language } from '../platform/text.ts'
import { type ConsentEvent, type Person, representationProblem, type Wording } from '../privacy/rules.ts'
import type { ClientProfile } from '../records/contract.ts'
import type { Post } from '../records/index.ts'
import type { Notice } from '../records/rules.ts'
import type { KeyRing } from '../vault/index.ts'
import type { LastAudit } from './cards/contract.ts'
import { cardRoutes } from './cards/io/routes.ts'
import { type Choice, choiceSentence, choicesOf, portalQuestion, stepFor } from './choice.ts'
import {
  choiceReply,
  choiceRequest,
  portalHandOffReply,
  portalHandOffRequest,
  portalView,
  publicSystems,
  publicSystemsQuery,
  receiptParams,
  receiptReply,
} from './contract.ts'
import { textVersion } from './disclosure.ts'
import { clarificationRoutes } from './io/clarification-routes.ts'
import { decisionRoutes } from './io/decision-routes.ts'
import { disclosureRoutes } from './io/disclosure-routes.ts'
import { mineRoutes } from './io/mine-routes.ts'
import {
  type BoundTo,
  isTheirs,
  loadAbout,
  loadPortal,
  loadSalt,
  lockSubject,
  type PortalAbout,
  type ReceiptsOf,
} from './io/portal.ts'
import { staffRoutes } from './io/staff-routes.ts'
import { asPublic, noticeRoutes } from './notices/io/routes.ts'
import { loadShown } from './notices/io/store.ts'
import { composePortal, entrySentence } from './portal.ts'
import { listSystems } from './public-list.ts'
import { type Act, loadListedSystems, loadOrganisation, loadPurposes } from './store.ts'
import { transparencyText } from './texts.ts'

/** The answers of a data subject: filled with privacy's store. */
export type Consents = {
  /** All of this subject, in the order in which they were recorded. */
  readonly load: (
    tx: Tx,
    about: { readonly client: string; readonly subject: string },
  ) => Promise<readonly ConsentEvent[]>
  /** Whether a yes of this subject counts, or only of who may speak for them. */
  readonly person: (tx: Tx, subject: string) => Promise<Person>
  /** Versions of the client's questions that are on file, oldest first. */
  readonly notices: (tx: Tx, client: string) => Promise<readonly Notice[]>
  /** Puts a question on file; one that is there stays as it is. */
  readonly keepNotice: (tx: Tx, notice: Notice, act: Act) => Promise<unknown>
  /** Records one answer with its ledger entry in this transaction; returns the entry's id. */
  readonly record: (tx: Tx, answer: ConsentEvent & { readonly client: string }, act: Act) => Promise<string>
}

export type TransparencyDeps = {
  readonly database: Database
  readonly ids: Ids
  readonly ring: KeyRing
  /** Brings letters by mail as well; absent: no mail leaves from here. */
  readonly post?: Post | undefined
  /** The organisation of the public list when there is more than one (setting `tenant`). */
  readonly tenant: string | null
  /** Public key of the ledger, in note form. */
  readonly vkey: string
  /** The conversation under our id or the platform's own; opened when it is unknown. From records. */
  readonly openConversation: (
    tx: Tx,
    wanted: {
      readonly client: string
      readonly system: string
      readonly conversation: string
      /** Absent: that of the system. */
      readonly channel?: string
      readonly language: string
    },
    act: Act,
  ) => Promise<{ readonly conversation: string; readonly subject: string }>
  readonly consents: Consents
  /** When a system was last audited for fairness, and the conclusion; null: never. From fairness. */
  readonly lastAudit: (tx: Tx, of: { readonly client: string; readonly system: string }) => Promise<LastAudit | null>
  /** Sentences of the gateway: why a call was refused, and which way to a person is open now. */
  readonly say: {
    readonly refusal: (
      code: string,
      language: Language,
      values: { readonly purpose: string; readonly handoff: string },
    ) => string
    readonly handOff: (
      profile: ClientProfile,
      now: Date,
      language: Language,
    ) => { readonly open: boolean; readonly sentence: string }
  }
  /** Asks for a person; a request that is open already is returned again. From records or the gateway. */
  readonly requestHandOff: (
    tx: Tx,
    wanted: {
      readonly client: string
      readonly conversation: string
      readonly subject: string
      readonly note: string | null
    },
    act: Act,
  ) => Promise<{ readonly id: string; readonly state: string; readonly answerBy: Date | null; readonly event: string }>
}

export function routes(deps: TransparencyDeps): Route[] {
  return [
    ...disclosureRoutes(deps),
    ...portalRoutes(deps),
    ...decisionRoutes(deps),
    ...clarificationRoutes(deps),
    ...mineRoutes(deps),
    publicRoute(deps),
    ...noticeRoutes(deps),
    ...cardRoutes(deps),
    ...staffRoutes(deps),
  ]
}

// -- the customer's page --------------------------------------------------------------------------------------------

function portalRoutes(deps: TransparencyDeps): Route[] {
  const { database, ids, vkey } = deps
  return [
    route({
      method: 'GET',
      path: '/api/portal',
      summary: {
        nl: 'Wat er in dit gesprek gebeurde, waarom, en wat is gebruikt en verborgen.',
        en: 'What happened in this conversation, why, and what was used and hidden.',
      },
      allow: 'customer',
      reply: portalView,
      events: [],
      handle: ({ caller, language, now }) =>
        database.inTx(caller.scope, (tx) => readPortal(deps, tx, caller, language, now), { readOnly: true }),
    }),
    route({
      method: 'POST',
      path: '/api/portal/choices',
      summary: {
        nl: 'Geef toestemming, trek die in, of maak bezwaar. Dit geldt bij de volgende aanroep.',
        en: 'Give consent, withdraw it, or object. It counts at the next call.',
      },
      allow: 'customer',
      body: choiceRequest,
      reply: choiceReply,
      events: [
        'notice.registered',
        'consent.given',
        'consent.refused',
        'consent.withdrawn',
        'objection.received',
        'objection.lifted',
      ],
      handle: ({ caller, body, language, now }) =>
        database.inTx(caller.scope, (tx) => setChoice(deps, tx, caller, body, language, now)),
    }),
    route({
      method: 'POST',
      path: '/api/portal/handoff',
      summary: { nl: 'Vraag om een medewerker.', en: 'Ask for a person.' },
      allow: 'customer',
      body: portalHandOffRequest,
      reply: portalHandOffReply,
      status: 201,
      events: ['handoff.requested', 'conversation.recorded'],
      handle: ({ caller, body, language, now }) =>
        database.inTx(caller.scope, async (tx) => {
          const bound = boundTo(caller)
          const organisation = await loadOrganisation(tx, bound.client)
          if (!organisation) throw notFound()
          const { id, state, answerBy, event } = await deps.requestHandOff(
            tx,
            { ...bound, note: body.reason?.trim() || null },
            { now, ids },
          )
          const { open } = deps.say.handOff(organisation.profile, now, language)
          return {
            id,
            state,
            open,
            sentence: handOffSentence(answerBy, language),
            answerBy: answerBy?.toISOString() ?? null,
            receipt: event,
          }
        }),
    }),
    route({
      method: 'GET',
      path: '/api/portal/receipts/:event',
      summary: {
        nl: 'Het bewijs van één stap: de regel zoals vastgelegd, en het bewijs dat die in het logboek staat.',
        en: 'The receipt of one step: the entry as recorded, and the proof that it stands in the ledger.',
      },
      allow: 'customer',
      params: receiptParams,
      reply: receiptReply,
      events: [],
      handle: ({ caller, params, language }) =>
        database.inTx(
          caller.scope,
          async (tx) => {
            const entry = isEventId(params.event) ? await entryByEventId(tx, params.event) : undefined
            // Somebody else's entry and one that does not exist are one answer.
            const bound = receiptHolder(caller)
            if (!entry || !isTheirs(entry, bound)) throw notFound()
            const salt = await loadSalt(tx, deps.ring, entry, bound)
            const proven = await receipt(tx, entry.id, salt)
            return {
              event: entry.id,
              entry: Buffer.from(entry.payload).toString('utf8'),
              proof: proven?.proof ?? null,
              vkey,
              sentence: entrySentence(entry.type, language),
              fileName: `${transparencyText(language, 'file.receipt')}-${entry.at.slice(0, 10)}-${entry.id.slice(-12)}.tlog-proof`,
            }
          },
          { readOnly: true },
        ),
    }),
  ]
}

async function readPortal(deps: TransparencyDeps, tx: Tx, caller: Caller, language: Language, now: Date) {
  const bound = boundTo(caller)
  const found = await loadPortal(tx, deps.ring, bound)
  if (!found) throw notFound()
  const purpose = found.purposes.find(({ id }) => id === found.purposeId) ?? null
  const { open, sentence } = deps.say.handOff(found.client.profile, now, language)
  const values = { purpose: purpose?.name[language] ?? found.purposeId, handoff: sentence }
  const choices = await readChoices(deps, tx, bound, found, now)
  const notices = await deps.consents.notices(tx, bound.client)
  const view = composePortal({ ...found, purpose, choices, notices }, language, {
    handOff: sentence,
    handOffOpen: open,
    refusal: (code) => deps.say.refusal(code, language, values),
  })
  return { ...view, clientId: bound.client, notices: await loadShown(tx, bound.conversation) }
}

async function readChoices(
  { consents }: TransparencyDeps,
  tx: Tx,
  bound: BoundTo,
  found: PortalAbout,
  now: Date,
): Promise<Choice[]> {
  const events = await consents.load(tx, bound)
  const person = await consents.person(tx, bound.subject)
  return choicesOf(
    found.purposes,
    events,
    { conversation: bound.conversation, systemsOf: found.systemsOf, person },
    now,
  )
}

async function setChoice(
  deps: TransparencyDeps,
  tx: Tx,
  caller: Caller,
  { purpose, on, shown }: z.output<typeof choiceRequest>,
  language: Language,
  now: Date,
) {
  const bound = boundTo(caller)
  await lockSubject(tx, bound.subject)
  const found = await loadAbout(tx, bound)
  if (!found) throw notFound()
  const choice = (await readChoices(deps, tx, bound, found, now)).find((each) => each.purpose.id === purpose)
  if (!choice) throw new ApiError(404, 'choice_unknown', { param: 'purpose' })
  const { record } = stepFor(choice, on)
  if (record === null) {
    // It stands like that already: the answer of then is the answer, and its receipt the receipt.
    const { set } = choice
    const at = set === null ? now : new Date(set.at)
    return {
      purpose,
      on,
      at: at.toISOString(),
      sentence: choiceSentence(choice.purpose, standingState(choice), at, language),
      receipt: set?.id ?? '',
    }
  }
  // Nothing undoes "do not call me" (Tw 11.7).
  if (record === 'objection_lifted' && choice.purpose.kind === 'telemarketing')
    throw new ApiError(409, 'choice_final', { param: 'purpose' })
  if (record === 'given' || record === 'objection_lifted') {
    const problem = representationProblem(
      await deps.consents.person(tx, bound.subject),
      { by: 'customer', purpose },
      now,
    )
    if (problem !== null) throw new ApiError(409, `choice_${problem}`, { param: 'purpose' })
  }
  const wording = await wordingOf(deps, tx, { choice, found, giving: record === 'given', shown }, language, {
    now,
    ids: deps.ids,
  })
  const event = await deps.consents.record(
    tx,
    {
      id: deps.ids.next(),
      client: bound.client,
      subject: bound.subject,
      purpose,
      system: null,
      state: record,
      at: now.toISOString(),
      by: 'customer',
      ...(found.anonymous ? { conversation: bound.conversation } : {}),
      wording,
      evidence: { link: caller.id },
    },
    { now, ids: deps.ids },
  )
  return {
    purpose,
    on,
    at: now.toISOString(),
    sentence: choiceSentence(choice.purpose, record, now, language),
    receipt: event,
  }
}

/**
 * The words that were answered. A question goes on file before its answer; a yes to other words than those is not taken.
 * Errors: `question_changed` (409).
 */
async function wordingOf(
  { consents }: TransparencyDeps,
  tx: Tx,
  { choice, found, giving, shown }: { choice: Choice; found: PortalAbout; giving: boolean; shown: string | undefined },
  language: Language,
  act: Act,
): Promise<Wording> {
  const { purpose, kind } = choice
  if (kind === 'objection') return { version: textVersion(language, 'choice.objected'), language, channel: 'portal' }
  const question = portalQuestion(purpose, found.clientName, await consents.notices(tx, purpose.client))
  const { sha256 } = question.texts.find((text) => text.channel === 'portal' && text.language === language)!
  if (giving && shown !== undefined && shown !== sha256) throw new ApiError(409, 'question_changed', { param: 'shown' })
  await consents.keepNotice(tx, question, act)
  return { notice: question.notice, version: question.version, language, channel: 'portal', sha256 }
}

function standingState({ kind, on, set }: Choice): Parameters<typeof choiceSentence>[1] {
  if (kind === 'objection') return !on ? 'objected' : set === null ? 'never_objected' : 'objection_lifted'
  if (on) return 'given'
  return set?.state === 'withdrawn' ? 'withdrawn' : 'refused'
}

function handOffSentence(answerBy: Date | null, language: Language): string {
  return answerBy === null
    ? transparencyText(language, 'summary.handOff.requestedNoTerm')
    : transparencyText(language, 'summary.handOff.requested', { date: formatDate(answerBy, language) })
}

/** What the link gives access to. A caller without it is not one that `allow: 'customer'` lets through. */
function boundTo(caller: Caller): BoundTo {
  const { client, conversation, subject } = caller.bound ?? {}
  if (client === undefined || conversation === undefined || subject === undefined) throw notFound()
  return { client, conversation, subject }
}

/** Whose receipts a link opens: those of the conversation or decision that it leads to, or all of its person. */
function receiptHolder({ bound }: Caller): Pick<BoundTo, 'subject'> & ReceiptsOf {
  const { subject, conversation, decision, whole } = bound ?? {}
  if (subject === undefined) throw notFound()
  if (whole) return { subject, whole }
  if (conversation !== undefined) return { subject, conversation }
  if (decision !== undefined) return { subject, decision }
  throw notFound()
}

function notFound(): ApiError {
  return new ApiError(404, 'portal_not_found')
}

function isEventId(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)
}

// -- the public list ------------------------------------------------------------------------------------------------

function publicRoute({ database, tenant }: TransparencyDeps): Route {
  return route({
    method: 'GET',
    path: '/api/public/systems',
    summary: {
      nl: 'Alle AI-systemen van een opdrachtgever in gewone woorden.',
      en: 'All AI systems of a client in plain words.',
    },
    allow: 'public',
    query: publicSystemsQuery,
    reply: publicSystems,
    events: [],
    handle: ({ query: { client }, language, now }) =>
      asPublic({ database, tenant, client }, async (tx, { organisation, clientName, profile }) => ({
        organisation,
        client: { id: client, name: clientName },
        contact: profile.contact,
        systems: listSystems(await loadListedSystems(tx, client), await loadPurposes(tx, client), language, now),
      })),
  })
}
