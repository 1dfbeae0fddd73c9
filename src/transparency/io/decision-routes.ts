/** What a customer reads of decisions about them, and how they ask a person to look again. */
import { ApiError, type Caller, type Route, route } from '../../platform/http.ts'
import { contestDecision, explainContest, withdrawContest } from '../../records/index.ts'
import {
  contestReply,
  contestRequest,
  contestWithdrawReply,
  portalDecision,
  portalDecisionParams,
  portalDecisions,
} from '../contract.ts'
import { composeDecision, type DecisionFacts } from '../decision-page.ts'
import type { TransparencyDeps } from '../routes.ts'
import { type LinkTo, loadLinkClient, loadLinkDecision, loadLinkDecisions } from './portal-decisions.ts'

export function decisionRoutes({
  database,
  ring,
  ids,
  post,
}: Pick<TransparencyDeps, 'database' | 'ring' | 'ids' | 'post'>): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/portal/decisions',
      summary: {
        nl: 'Besluiten over u waar deze link bij hoort.',
        en: 'Decisions about you that this link belongs to.',
      },
      allow: 'customer',
      reply: portalDecisions,
      events: [],
      handle: ({ caller, language }) =>
        database.inTx(
          caller.scope,
          async (tx) => {
            const link = linkOf(caller)
            const client = await loadLinkClient(tx, link.client)
            if (client === undefined) throw notFound()
            return {
              client: client.name,
              contact: client.contact,
              conversation: link.conversation,
              decisions: (await loadLinkDecisions(tx, link)).map(
                ({ id, decidedAt, outcome, system, rules, contest }) => ({
                  id,
                  decidedAt: decidedAt.toISOString(),
                  outcome: rules?.outcomes.find((one) => one.outcome === outcome)?.label[language] ?? outcome,
                  system: system[language],
                  contest,
                }),
              ),
            }
          },
          { readOnly: true },
        ),
    }),
    route({
      method: 'GET',
      path: '/api/portal/decisions/:id',
      summary: {
        nl: 'Eén besluit over u: wat er besloten is, wat meetelde, wat niet, en wat het had veranderd.',
        en: 'One decision about you: what was decided, what counted, what did not, and what would have changed it.',
      },
      allow: 'customer',
      params: portalDecisionParams,
      reply: portalDecision,
      events: ['contest.explained'],
      handle: ({ caller, params, now, language }) =>
        database.inTx(caller.scope, async (tx) => {
          const link = linkOf(caller)
          const found = await loadLinkDecision(tx, ring, link, params.id, now)
          if (found === undefined) throw notFound()
          if (!seesExplanation(found)) return composeDecision(found, language)
          await explainContest(tx, params.id, 'page', { now, ids })
          return composeDecision((await loadLinkDecision(tx, ring, link, params.id, now))!, language)
        }),
    }),
    route({
      method: 'POST',
      path: '/api/portal/decisions/:id/contest',
      summary: {
        nl: 'Vraag een medewerker om opnieuw naar een besluit te kijken.',
        en: 'Ask a person to look at a decision again.',
      },
      allow: 'customer',
      params: portalDecisionParams,
      body: contestRequest,
      reply: contestReply,
      status: 201,
      events: ['decision.contested', 'letter.sent'],
      handle: ({ caller, params, body, now, language }) =>
        database.inTx(caller.scope, async (tx) => {
          const link = linkOf(caller)
          // Somebody else's decision and one that does not exist are one answer.
          if (!(await loadLinkDecisions(tx, link)).some(({ id }) => id === params.id)) throw notFound()
          const words = body.words?.trim() || null
          const { id, askedAt, record } = await contestDecision(
            tx,
            { ring, post },
            { decision: params.id, subject: link.subject, words, language },
            { now, ids },
          )
          return { id, decision: params.id, askedAt, receipt: record }
        }),
    }),
    route({
      method: 'POST',
      path: '/api/portal/decisions/:id/contest/withdraw',
      summary: { nl: 'Laat uw vraag om opnieuw te kijken rusten.', en: 'Let your question to look again rest.' },
      allow: 'customer',
      params: portalDecisionParams,
      reply: contestWithdrawReply,
      events: ['contest.withdrawn'],
      handle: ({ caller, params, now }) =>
        database.inTx(caller.scope, async (tx) => {
          const link = linkOf(caller)
          if (!(await loadLinkDecisions(tx, link)).some(({ id }) => id === params.id)) throw notFound()
          return { decision: params.id, receipt: await withdrawContest(tx, params.id, link.subject, { now, ids }) }
        }),
    }),
  ]
}

/** What the link leads to. A caller without it is not one that `allow: 'customer'` lets through. */
function linkOf({ bound }: Caller): LinkTo {
  const { client, subject, conversation = null, decision = null } = bound ?? {}
  if (client === undefined || subject === undefined) throw notFound()
  return { client, subject, conversation, decision }
}

/** Who asked a person to look again, reads why it was decided for the first time since. */
const seesExplanation = ({ contest, explanation, sealed }: DecisionFacts): boolean =>
  contest?.state === 'open' && contest.explainedAt === null && explanation === 'given' && sealed?.text != null

const notFound = () => new ApiError(404, 'portal_not_found')
