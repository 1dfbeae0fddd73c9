/** Feedback: given and taken back by the customer or their application, counted for staff, and read by who may. */
import type { Database, Tx } from '../../platform/database.ts'
import { ApiError, type Caller, type Role, type Route, readers, route } from '../../platform/http.ts'
import type { Ids } from '../../platform/ids.ts'
import type { Language } from '../../platform/text.ts'
import type { OpenModel } from '../../privacy/index.ts'
import type { ClientProfile } from '../../records/contract.ts'
import { findConversation, tenantOf } from '../../records/index.ts'
import { contentReaders } from '../../records/rules.ts'
import type { KeyRing } from '../../vault/index.ts'
import {
  FEWEST_ANSWERS,
  type FeedbackAnswers,
  type FeedbackQuery,
  feedbackOverview,
  feedbackQuery,
  feedbackReply,
  feedbackRequest,
  feedbackTexts,
  feedbackTextsRequest,
  feedbackWithdrawn,
  feedbackWithdrawRequest,
  portalFeedback,
  portalFeedbackRequest,
} from '../contract.ts'
import { type Answers, answersOf, mayWithdraw, withdrawUntil } from '../feedback.ts'
import { figuresBy, figuresByWeek, figuresOf } from '../figures.ts'
import { daysOf, MOST_WEEKS } from '../period.ts'
import { type About, type Given, giveFeedback, givenFor, loadAbout, withdrawFeedback } from './feedback.ts'
import { countFeedback, type Days, type Filter } from './figures.ts'
import type { MayAsk } from './may-ask.ts'
import { loadRedactionFacts, redactWords } from './redaction.ts'
import { readTexts } from './texts.ts'

export type FeedbackDeps = {
  readonly database: Database
  readonly ring: KeyRing
  readonly ids: Ids
  /** The model beside the rules of the recogniser. */
  readonly model?: OpenModel | undefined
  /** Whether this customer is asked now. */
  readonly mayAsk: MayAsk
}

/** Who sees figures. Who reads words is `contentReaders`. */
const viewers: readonly Role[] = [...new Set([...readers, ...contentReaders])]
/** 2,000 characters take at most 12,000 bytes as escaped JSON. */
const FEEDBACK_BYTES = 16_384

export function feedbackRoutes(deps: FeedbackDeps): Route[] {
  return [...systemRoutes(deps), ...portalRoutes(deps), ...staffRoutes(deps)]
}

/** How the conversation is found in a transaction; throws where there is none. */
type Find = (tx: Tx, lock: boolean) => Promise<About>

/** The words are read by the recogniser between two transactions: that may take a while, and nothing waits for it. */
async function give(
  { database, ring, ids, model, mayAsk }: FeedbackDeps,
  caller: Caller,
  find: Find,
  { given, via }: { readonly given: FeedbackAnswers; readonly via: 'portal' | 'api' },
  { now, language }: { readonly now: Date; readonly language: Language },
): Promise<{ readonly about: About; readonly given: Given }> {
  const answers = answersOf(given)
  if (answers === undefined) throw new ApiError(422, 'feedback_empty')
  const words = await wordsOf({ database, ring, model }, caller, find, answers)
  return database.inTx(caller.scope, async (tx) => {
    const about = await find(tx, true)
    const said = { answers, words, via, language }
    return { about, given: await giveFeedback(tx, { ring, mayAsk }, about, said, { now, ids }) }
  })
}

async function wordsOf(
  { database, ring, model }: Pick<FeedbackDeps, 'database' | 'ring' | 'model'>,
  caller: Caller,
  find: Find,
  { text }: Answers,
) {
  if (text === null) return null
  const facts = await database.inTx(caller.scope, async (tx) => loadRedactionFacts(tx, ring, await find(tx, false)), {
    readOnly: true,
  })
  return redactWords(text, facts, model)
}

const replyOf = ({ about, given }: { readonly about: About; readonly given: Given }) => ({
  id: given.id,
  conversation: about.conversation,
  givenAt: given.givenAt.toISOString(),
  withdrawUntil: withdrawUntil(given.givenAt).toISOString(),
  receipt: given.record,
})

// -- the application ------------------------------------------------------------------------------------------------

function systemRoutes(deps: FeedbackDeps): Route[] {
  const { database, ring, ids } = deps
  const finding =
    (caller: Caller, wanted: string): Find =>
    async (tx, lock) => {
      const found = await findConversation(tx, ring, caller.bound?.client ?? '', wanted, { lock })
      const about = found && (await loadAbout(tx, { conversation: found.conversation }, { lock }))
      if (about === undefined) throw new ApiError(404, 'conversation_unknown', { param: 'conversation' })
      return about
    }
  return [
    route({
      method: 'POST',
      path: '/v1/feedback',
      summary: {
        nl: 'Geef door wat een klant van het contact vond; één keer per gesprek.',
        en: 'Pass on what a customer thought of the contact; once per conversation.',
      },
      allow: 'system_key',
      body: feedbackRequest,
      reply: feedbackReply,
      status: 201,
      events: ['feedback.given'],
      bodyLimit: FEEDBACK_BYTES,
      async handle({ caller, body: { conversation, ...given }, now, language }) {
        return replyOf(
          await give(deps, caller, finding(caller, conversation), { given, via: 'api' }, { now, language }),
        )
      },
    }),
    route({
      method: 'POST',
      path: '/v1/feedback/withdraw',
      summary: {
        nl: 'Neem terug wat een klant van het contact vond, binnen een dag.',
        en: 'Take back what a customer thought of the contact, within a day.',
      },
      allow: 'system_key',
      body: feedbackWithdrawRequest,
      reply: feedbackWithdrawn,
      events: ['feedback.withdrawn'],
      handle: ({ caller, body, now }) =>
        database.inTx(caller.scope, async (tx) => {
          const about = await finding(caller, body.conversation)(tx, true)
          const { id, record } = await withdrawFeedback(tx, ring, about, { now, ids })
          return { id, conversation: about.conversation, withdrawnAt: now.toISOString(), receipt: record }
        }),
    }),
  ]
}

// -- the customer ---------------------------------------------------------------------------------------------------

function portalRoutes(deps: FeedbackDeps): Route[] {
  const { database, ring, ids, mayAsk } = deps
  return [
    route({
      method: 'GET',
      path: '/api/portal/feedback',
      summary: {
        nl: 'Of u iets over het contact kunt zeggen, en wat u zei.',
        en: 'Whether you can say something about the contact, and what you said.',
      },
      allow: 'customer',
      reply: portalFeedback,
      events: [],
      handle: ({ caller, now }) =>
        database.inTx(
          caller.scope,
          async (tx) => {
            const about = await ofLink(caller)(tx, false)
            const given = await givenFor(tx, ring, about)
            const notAsked = given === null ? await mayAsk(tx, about) : null
            return {
              ...(await clientOf(tx, about.client)),
              conversation: {
                id: about.conversation,
                startedAt: about.startedAt.toISOString(),
                channel: about.channel,
              },
              state:
                given !== null ? ('given' as const) : notAsked !== null ? ('not_asked' as const) : ('open' as const),
              notAsked,
              given: given && {
                givenAt: given.givenAt.toISOString(),
                fair: given.fair,
                clear: given.clear,
                knewAi: given.knewAi,
                text: given.text,
                withdrawUntil: mayWithdraw(given.givenAt, now) ? withdrawUntil(given.givenAt).toISOString() : null,
                receipt: given.record,
              },
            }
          },
          { readOnly: true },
        ),
    }),
    route({
      method: 'POST',
      path: '/api/portal/feedback',
      summary: {
        nl: 'Zeg wat u van het contact vond; één keer per gesprek.',
        en: 'Say what you thought of the contact; once per conversation.',
      },
      allow: 'customer',
      body: portalFeedbackRequest,
      reply: feedbackReply,
      status: 201,
      events: ['feedback.given'],
      bodyLimit: FEEDBACK_BYTES,
      async handle({ caller, body, now, language }) {
        return replyOf(await give(deps, caller, ofLink(caller), { given: body, via: 'portal' }, { now, language }))
      },
    }),
    route({
      method: 'POST',
      path: '/api/portal/feedback/withdraw',
      summary: {
        nl: 'Neem terug wat u van het contact vond, binnen een dag.',
        en: 'Take back what you thought of the contact, within a day.',
      },
      allow: 'customer',
      reply: feedbackWithdrawn,
      events: ['feedback.withdrawn'],
      handle: ({ caller, now }) =>
        database.inTx(caller.scope, async (tx) => {
          const about = await ofLink(caller)(tx, true)
          const { id, record } = await withdrawFeedback(tx, ring, about, { now, ids })
          return { id, conversation: about.conversation, withdrawnAt: now.toISOString(), receipt: record }
        }),
    }),
  ]
}

/** The conversation of the link. Somebody else's and none are one answer. */
const ofLink =
  ({ bound }: Caller): Find =>
  async (tx, lock) => {
    const { conversation, subject } = bound ?? {}
    const about =
      conversation === undefined || subject === undefined
        ? undefined
        : await loadAbout(tx, { conversation, subject }, { lock })
    if (about === undefined) throw new ApiError(404, 'portal_not_found')
    return about
  }

async function clientOf(tx: Tx, client: string): Promise<{ client: string; contact: ClientProfile['contact'] }> {
  const { rows } = await tx.query<{ name: string; profile: ClientProfile }>(
    'select name, profile from client where tenant_id = $1 and client_id = $2',
    [tenantOf(tx), client],
  )
  if (rows[0] === undefined) throw new ApiError(404, 'portal_not_found')
  return { client: rows[0].name, contact: rows[0].profile.contact }
}

// -- staff ----------------------------------------------------------------------------------------------------------

function staffRoutes({ database, ring, ids }: FeedbackDeps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/feedback',
      summary: {
        nl: 'Wat klanten van het contact vonden: hoeveel antwoordden, en de cijfers per week, systeem, kanaal en taal.',
        en: 'What customers thought of the contact: how many answered, and figures by week, system, channel and language.',
      },
      allow: viewers,
      query: feedbackQuery,
      reply: feedbackOverview,
      events: [],
      handle({ caller, query, now }) {
        const { days, filter } = asked(query, now)
        return database.inTx(
          caller.scope,
          async (tx) => {
            const { cells, texts } = await countFeedback(tx, days, filter)
            return {
              ...days,
              fewest: FEWEST_ANSWERS,
              total: figuresOf(cells),
              weeks: figuresByWeek(cells, days),
              systems: figuresBy(cells, ({ system }) => system ?? ''),
              channels: figuresBy(cells, ({ channel }) => channel),
              languages: figuresBy(cells, ({ language }) => language),
              texts,
            }
          },
          { readOnly: true },
        )
      },
    }),
    route({
      method: 'POST',
      path: '/api/feedback/texts',
      summary: {
        nl: 'Lees met een reden wat klanten over het contact schreven, zonder wie zij zijn. Elke blik staat in het logboek.',
        en: 'Read with a reason what customers wrote about the contact, without who they are. Each look is on record.',
      },
      allow: contentReaders,
      body: feedbackTextsRequest,
      reply: feedbackTexts,
      events: ['conversation.viewed', 'reading.flagged'],
      handle({ caller, body: { reason, before, ...query }, now }) {
        const { days, filter } = asked(query, now)
        return database.inTx(caller.scope, (tx) =>
          readTexts(tx, ring, { reader: caller, reason, before, days, filter }, { now, ids }),
        )
      },
    }),
  ]
}

function asked({ from, until, ...filter }: FeedbackQuery, now: Date): { days: Days; filter: Filter } {
  const decided = daysOf({ from, until }, now)
  if ('refused' in decided)
    throw new ApiError(422, decided.refused, { param: decided.param, values: { weeks: MOST_WEEKS } })
  return { days: decided.days, filter }
}
