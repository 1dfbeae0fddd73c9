/** The console's view of systems and conversations, hand-offs, and what a platform records by itself. */
import type { z } from 'zod'
import { revealReply, revealRequest } from '../access/contract.ts'
import { ledgerState } from '../ledger/index.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database, Tx } from '../platform/database.ts'
import { type Caller, type Role, type Route, readers, route } from '../platform/http.ts'
import type { Ids } from '../platform/ids.ts'
import type { KeyRing } from '../vault/index.ts'
import { contestRoles } from './contest.ts'
import {
  callParams,
  callView,
  clientList,
  conversationDetail,
  conversationList,
  conversationQuery,
  conversationRequest,
  foundList,
  handOffLine,
  handOffList,
  idParams,
  isVcon,
  purposeList,
  recordReply,
  recordRequest,
  searchRequest,
  systemList,
  systemParams,
  systemView,
  todayView,
} from './contract.ts'
import { contentReaders } from './conversation.ts'
import {
  confirmationReply,
  confirmationRequest,
  contestExtendRequest,
  contestReadReply,
  contestStanding,
  decisionDetail,
  decisionList,
  decisionParams,
  decisionQuery,
  decisionReadRequest,
  letterPreview,
  reviewReply,
  reviewRequest,
} from './decision-contract.ts'
import { handOffViewers, isLate } from './hand-off.ts'
import { type Confirmation, confirmContest, messagesAbout } from './io/contest-effect.ts'
import { extendContest } from './io/contest-letters.ts'
import { readContest } from './io/contest-reviewer.ts'
import { contestOf } from './io/contests.ts'
import { listConversations, readCall, readConversation, revealConversation } from './io/conversation-reads.ts'
import { searchConversations } from './io/conversation-search.ts'
import { decisionReviewers, listDecisions, previewReview, readDecision, reviewDecision } from './io/decision-reads.ts'
import { type HandOffLine, listHandOffs, takeHandOff } from './io/hand-offs.ts'
import { type DecideGround, recordConversation, recordVcon } from './io/recording.ts'
import { loadClientLines, loadPurposes, loadSystemView, loadSystemViews } from './io/systems.ts'
import { type LedgerSummary, loadToday } from './io/today.ts'
import type { Post } from './outbox/io/queue.ts'
import type { LampSource } from './today.ts'

export type RecordsDeps = {
  readonly database: Database
  readonly ring: KeyRing
  readonly ids: Ids
  readonly clock: Clock
  /** Brings letters by mail as well; absent: no mail leaves from here. */
  readonly post?: Post | undefined
  /** May this be recorded? From privacy. */
  readonly decideGround: DecideGround
  /** What other capabilities know of systems, for their lamps on Today. */
  readonly lamps?: readonly LampSource[]
  /** What the running process last found when it verified the ledger; absent: never in this process. */
  readonly verified?: () => Pick<LedgerSummary, 'lastVerifiedAt' | 'verifiedOk'>
}

/** Who sees that conversations took place; who reads what was said is decided in conversation.ts. */
const viewers = handOffViewers
const handOffTakers: readonly Role[] = ['agent', 'supervisor', 'complaint_handler', 'administrator']
/** A conversation of two thousand turns, or a vCon with attachments. */
const RECORD_BYTES = 8 * 1_048_576

export function routes(deps: RecordsDeps): Route[] {
  return [
    ...overviewRoutes(deps),
    ...conversationRoutes(deps),
    ...decisionRoutes(deps),
    ...handOffRoutes(deps),
    recordRoute(deps),
  ]
}

function overviewRoutes({ database, verified, lamps = [] }: RecordsDeps): Route[] {
  const read = <T>(caller: Caller, work: (tx: Tx) => Promise<T>) =>
    database.inTx(caller.scope, work, { readOnly: true })
  return [
    route({
      method: 'GET',
      path: '/api/today',
      summary: {
        nl: 'Wat er nu speelt: lampen per systeem, termijnen, wie wacht en de laatste zeven dagen.',
        en: 'What is going on: lamps per system, what is due, who waits and the last seven days.',
      },
      allow: viewers,
      reply: todayView,
      events: [],
      handle: ({ caller, now }) =>
        read(caller, async (tx) => {
          const { size, pending, pendingAgeMs } = await ledgerState(tx)
          const found = verified?.() ?? { lastVerifiedAt: null, verifiedOk: null }
          return loadToday(tx, { ledger: { entries: size, pending, pendingAgeMs, ...found }, lamps }, now)
        }),
    }),
    route({
      method: 'GET',
      path: '/api/systems',
      summary: {
        nl: 'AI-systemen met versies, vrijgave, toezicht en cijfers van de week.',
        en: 'AI systems with versions, gate, oversight and figures of the week.',
      },
      allow: viewers,
      reply: systemList,
      events: [],
      handle: async ({ caller, now, language }) => ({
        systems: await read(caller, (tx) => loadSystemViews(tx, { language }, now)),
      }),
    }),
    route({
      method: 'GET',
      path: '/api/systems/:id',
      summary: { nl: 'Eén AI-systeem.', en: 'One AI system.' },
      allow: viewers,
      params: systemParams,
      reply: systemView,
      events: [],
      handle: ({ caller, params, now, language }) => read(caller, (tx) => loadSystemView(tx, params.id, language, now)),
    }),
    route({
      method: 'GET',
      path: '/api/purposes',
      summary: { nl: 'Doelen met hun grondslag.', en: 'Purposes with their lawful basis.' },
      allow: viewers,
      reply: purposeList,
      events: [],
      handle: async ({ caller }) => ({ purposes: await read(caller, loadPurposes) }),
    }),
    route({
      method: 'GET',
      path: '/api/clients',
      summary: { nl: 'Opdrachtgevers.', en: 'Clients.' },
      allow: viewers,
      reply: clientList,
      events: [],
      handle: async ({ caller }) => ({ clients: await read(caller, loadClientLines) }),
    }),
  ]
}

function conversationRoutes({ database, ring, ids }: RecordsDeps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/conversations',
      summary: {
        nl: 'Gesprekken, zonder wat er is gezegd.',
        en: 'Conversations, without what was said.',
      },
      allow: viewers,
      query: conversationQuery,
      reply: conversationList,
      events: [],
      handle: ({ caller, query }) =>
        database.inTx(caller.scope, (tx) => listConversations(tx, query), { readOnly: true }),
    }),
    route({
      method: 'POST',
      path: '/api/conversations/search',
      summary: {
        nl: 'Zoek gesprekken op woorden die zijn gezegd. Wie ze mag lezen, ziet na een reden een stukje van elk.',
        en: 'Find conversations by words that were said. Whoever may read them sees a piece of each after a reason.',
      },
      allow: viewers,
      body: searchRequest,
      reply: foundList,
      events: ['conversation.revealed', 'conversation.viewed', 'reading.flagged'],
      handle: ({ caller, body, now }) =>
        database.inTx(caller.scope, (tx) => searchConversations(tx, ring, body, caller, { now, ids }), {
          readOnly: body.pieces === undefined,
        }),
    }),
    route({
      method: 'GET',
      path: '/api/conversations/:id',
      summary: {
        nl: 'Eén gesprek met elke aanroep en het bewijs ervan; wie leest wat er is gezegd, staat in het logboek.',
        en: 'One conversation with each call and its proof; who reads what was said is on record.',
      },
      allow: viewers,
      params: idParams,
      reply: conversationDetail,
      events: ['conversation.viewed', 'reading.flagged'],
      handle: ({ caller, params, now }) =>
        database.inTx(caller.scope, (tx) => readConversation(tx, ring, params.id, caller, { now, ids })),
    }),
    route({
      method: 'POST',
      path: '/api/conversations/:id/reveal',
      summary: {
        nl: 'Geef een reden om te lezen wat er is gezegd. Die opent het gesprek een half uur.',
        en: 'Give a reason to read what was said. It opens the conversation for half an hour.',
      },
      allow: contentReaders,
      params: idParams,
      body: revealRequest,
      reply: revealReply,
      status: 201,
      events: ['conversation.revealed'],
      handle: ({ caller, params, body, now }) =>
        database.inTx(caller.scope, async (tx) => {
          const given = { reader: caller, reason: body.reason, words: body.words ?? null }
          return { until: (await revealConversation(tx, ring, params.id, given, { now, ids })).toISOString() }
        }),
    }),
    route({
      method: 'GET',
      path: '/api/conversations/:id/calls/:call',
      summary: { nl: 'Eén AI-aanroep met zijn bewijzen.', en: 'One AI call with its proofs.' },
      allow: viewers,
      params: callParams,
      reply: callView,
      events: [],
      handle: ({ caller, params }) =>
        database.inTx(caller.scope, (tx) => readCall(tx, params.id, params.call), { readOnly: true }),
    }),
  ]
}

function decisionRoutes({ database, ring, ids, post }: RecordsDeps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/decisions',
      summary: {
        nl: 'Besluiten over mensen, zonder wat meetelde.',
        en: 'Decisions about people, without what counted.',
      },
      allow: viewers,
      query: decisionQuery,
      reply: decisionList,
      events: [],
      handle: ({ caller, query }) => database.inTx(caller.scope, (tx) => listDecisions(tx, query), { readOnly: true }),
    }),
    route({
      method: 'GET',
      path: '/api/decisions/:id',
      summary: {
        nl: 'Eén besluit met zijn bewijs. Wie er opnieuw naar moet kijken, leest wat meetelde, en dat staat in het logboek.',
        en: 'One decision with its proof. Who has to look at it again reads what counted, and that is on record.',
      },
      allow: viewers,
      params: decisionParams,
      reply: decisionDetail,
      events: ['decision.viewed'],
      handle: ({ caller, params, now }) =>
        database.inTx(caller.scope, (tx) => readDecision(tx, ring, params.id, caller, null, { now, ids })),
    }),
    route({
      method: 'POST',
      path: '/api/decisions/:id/read',
      summary: {
        nl: 'Lees met een reden wat meetelde in een besluit.',
        en: 'Read with a reason what counted in a decision.',
      },
      allow: contentReaders,
      params: decisionParams,
      body: decisionReadRequest,
      reply: decisionDetail,
      events: ['decision.viewed'],
      handle: ({ caller, params, body, now }) =>
        database.inTx(caller.scope, (tx) => readDecision(tx, ring, params.id, caller, body.reason, { now, ids })),
    }),
    route({
      method: 'POST',
      path: '/api/decisions/:id/review',
      summary: {
        nl: 'Bevestig of verander een besluit dat op een mens wacht, met de reden.',
        en: 'Confirm or change a decision that waits for a person, with the reason.',
      },
      allow: decisionReviewers,
      params: decisionParams,
      body: reviewRequest,
      reply: reviewReply,
      status: 201,
      events: ['decision.reviewed', 'contest.explained', 'letter.sent'],
      handle: ({ caller, params, body, now }) =>
        database.inTx(caller.scope, (tx) =>
          reviewDecision(tx, { ring, post }, params.id, caller.id, body, { now, ids }),
        ),
    }),
    route({
      method: 'POST',
      path: '/api/decisions/:id/review/preview',
      summary: {
        nl: 'Lees de brief aan de klant zoals die met dit oordeel weggaat; er wordt niets vastgelegd.',
        en: 'Read the letter to the customer as it goes out with this verdict; nothing is recorded.',
      },
      allow: decisionReviewers,
      params: decisionParams,
      body: reviewRequest,
      reply: letterPreview,
      events: [],
      handle: ({ caller, params, body, now }) =>
        database.inTx(caller.scope, (tx) => previewReview(tx, ring, params.id, caller.id, body, now)),
    }),
    ...contestRoutes({ database, ring, ids, post }),
  ]
}

function contestRoutes({
  database,
  ring,
  ids,
  post,
}: Pick<RecordsDeps, 'database' | 'ring' | 'ids' | 'post'>): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/decisions/:id/contest/read',
      summary: {
        nl: 'Lees eerst wat de klant schreef; wie dat doet, kijkt opnieuw.',
        en: 'First read what the customer wrote; who does so looks again.',
      },
      allow: contestRoles,
      params: decisionParams,
      reply: contestReadReply,
      events: ['contest.read'],
      handle: ({ caller, params, now }) =>
        database.inTx(caller.scope, (tx) => readContest(tx, params.id, caller.id, { now, ids })),
    }),
    route({
      method: 'POST',
      path: '/api/decisions/:id/contest/extend',
      summary: {
        nl: 'Neem meer tijd voor een herbeoordeling, met een brief.',
        en: 'Take more time for a review, with a letter.',
      },
      allow: contestRoles,
      params: decisionParams,
      body: contestExtendRequest,
      reply: contestReadReply,
      events: ['contest.extended', 'letter.sent'],
      handle: ({ caller, params, body, now }) =>
        database.inTx(caller.scope, (tx) =>
          extendContest(tx, { ring, post }, params.id, { person: caller.id, reasons: body.reasons }, { now, ids }),
        ),
    }),
    route({
      method: 'POST',
      path: '/api/decisions/:id/contest/confirm',
      summary: {
        nl: 'Leg vast dat een wijziging is uitgevoerd, of dat het besluit wacht.',
        en: 'Record that a change was carried out, or that the decision waits.',
      },
      allow: contestRoles,
      params: decisionParams,
      body: confirmationRequest,
      reply: confirmationReply,
      events: ['contest.confirmed'],
      handle: ({ caller, params, body, now }) =>
        database.inTx(caller.scope, async (tx) => ({
          contest: body.contest,
          record: await confirmContest(
            tx,
            { ...confirmationFrom(body, ring), system: null, decision: params.id },
            { now, ids },
          ),
        })),
    }),
    route({
      method: 'GET',
      path: '/api/decisions/:id/contest',
      summary: {
        nl: 'Hoe een aanvechting ervoor staat, en wat daarover naar systemen van de organisatie ging.',
        en: 'How a contest stands, and what went to systems of the organisation about it.',
      },
      allow: [...readers, 'reviewer', 'complaint_handler'],
      params: decisionParams,
      reply: contestStanding,
      events: [],
      handle: ({ caller, params, now }) =>
        database.inTx(
          caller.scope,
          async (tx) => ({
            contest: await contestOf(tx, params.id, undefined, now),
            messages: (await messagesAbout(tx, params.id)).map(({ queuedAt, sentAt, ...one }) => ({
              ...one,
              queuedAt: queuedAt.toISOString(),
              sentAt: sentAt?.toISOString() ?? null,
            })),
          }),
          { readOnly: true },
        ),
    }),
    route({
      method: 'POST',
      path: '/v1/confirmations',
      summary: {
        nl: 'Een systeem bevestigt dat een besluit wacht, of dat een wijziging is uitgevoerd.',
        en: 'A system confirms that a decision waits, or that a change was carried out.',
      },
      allow: 'system_key',
      body: confirmationRequest,
      reply: confirmationReply,
      events: ['contest.confirmed'],
      handle: ({ caller, body, now }) =>
        database.inTx(caller.scope, async (tx) => ({
          contest: body.contest,
          record: await confirmContest(
            tx,
            { ...confirmationFrom(body, ring), system: caller.bound?.system ?? caller.id },
            { now, ids },
          ),
        })),
    }),
  ]
}

const confirmationFrom = (
  { contest, what, at, reference }: z.output<typeof confirmationRequest>,
  ring: KeyRing,
): Omit<Confirmation, 'system'> => ({
  contest,
  what,
  ...(at === undefined ? {} : { at: new Date(at) }),
  ...(reference === undefined ? {} : { reference: { text: reference, ring } }),
})

function handOffRoutes({ database, ids }: RecordsDeps): Route[] {
  const move = (verb: 'accept' | 'complete', event: string, summary: { nl: string; en: string }) =>
    route({
      method: 'POST',
      path: `/api/hand-offs/:id/${verb}`,
      summary,
      allow: handOffTakers,
      params: idParams,
      reply: handOffLine,
      events: [event],
      handle: async ({ caller, params, now }) =>
        lineOf(
          await database.inTx(caller.scope, (tx) => takeHandOff(tx, params.id, verb, caller.id, { now, ids })),
          now,
        ),
    })
  return [
    route({
      method: 'GET',
      path: '/api/hand-offs',
      summary: { nl: 'Klanten die om een medewerker vroegen.', en: 'Customers who asked for a person.' },
      allow: viewers,
      reply: handOffList,
      events: [],
      handle: async ({ caller, now }) => ({
        handOffs: (await database.inTx(caller.scope, (tx) => listHandOffs(tx, now), { readOnly: true })).map((one) =>
          lineOf(one, now),
        ),
      }),
    }),
    move('accept', 'handoff.accepted', { nl: 'Neem een klant over.', en: 'Take over a customer.' }),
    move('complete', 'handoff.completed', {
      nl: 'Sluit een overgenomen verzoek af.',
      en: 'Close a request that was taken over.',
    }),
  ]
}

function lineOf(one: HandOffLine, now: Date): z.input<typeof handOffLine> {
  return {
    ...one,
    requestedAt: one.requestedAt.toISOString(),
    acceptedAt: one.acceptedAt?.toISOString() ?? null,
    answerBy: one.answerBy?.toISOString() ?? null,
    late: isLate(one, now),
  }
}

function recordRoute(deps: RecordsDeps): Route {
  return route({
    method: 'POST',
    path: '/v1/conversations',
    summary: {
      nl: 'Leg een gesprek vast dat elders plaatsvond, als beurten of als vCon.',
      en: 'Record a conversation that took place elsewhere, as turns or as a vCon.',
    },
    allow: 'system_key',
    body: conversationRequest,
    reply: recordReply,
    events: ['conversation.recorded', 'conversation.imported', 'conversation.ended', 'conversation.refused'],
    bodyLimit: RECORD_BYTES,
    async handle({ caller, body, now, header }) {
      const platform = {
        scope: caller.scope,
        client: caller.bound?.client ?? '',
        system: caller.bound?.system ?? caller.id,
      }
      if (!isVcon(body)) return recordConversation(deps, platform, recordRequest.parse(body), now)
      return recordVcon(deps, platform, body, {
        purpose: header('x-waarborg-purpose'),
        subject: header('x-waarborg-subject'),
      })
    },
  })
}
