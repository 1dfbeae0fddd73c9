/** What the gateway answers: two on the socket by itself, the hand-off like any other route. */
import type { Database } from '../platform/database.ts'
import { ApiError, type Route, rawRoute, route } from '../platform/http.ts'
import type { Ids } from '../platform/ids.ts'
import type { Language } from '../platform/text.ts'
import type { KeyRing } from '../vault/index.ts'
import { spokenLanguage } from './asked.ts'
import {
  chatCompletionReply,
  chatCompletionRequest,
  handOffReply,
  handOffRequest,
  holdParams,
  holdReply,
  modelList,
} from './contract.ts'
import { decisionBody, decisionReplies, outcomeBody, outcomeReplies } from './decision-contract.ts'
import { handOffOffer } from './handoff.ts'
import { askScorer } from './io/ask-scorer.ts'
import {
  type DecisionDeps,
  type Result,
  recordDecision,
  recordOutcome,
  refusalError,
  refusedResult,
  senderOf,
} from './io/decisions.ts'
import { Explainers } from './io/explainers.ts'
import { requestHandOff } from './io/hand-offs.ts'
import { holdConversation } from './io/hold.ts'
import { aboutWhom } from './io/judge-decision.ts'

export type GatewayRouteDeps = {
  readonly database: Database
  readonly ring: KeyRing
  readonly ids: Ids
} & Pick<DecisionDeps, 'portalLinkMs' | 'ledgerLate'>

/** 500 decisions with their features and explanations. */
const BATCH_BYTES = 4 * 1_048_576
/** Largest body of a call in the documentation; the setting `gatewayBodyLimitKiB` decides. */
const DEFAULT_BODY_LIMIT = 1_024 * 1_024

export function routes(deps: GatewayRouteDeps): Route[] {
  const { database, ring, ids } = deps
  return [
    ...decisionRoutes(deps),
    rawRoute({
      method: 'POST',
      path: '/v1/chat/completions',
      summary: {
        nl: 'Stuur een gesprek naar de AI van dit systeem, in de vorm van OpenAI, met of zonder stream.',
        en: 'Send a conversation to the AI of this system, in the shape of OpenAI, streamed or not.',
      },
      allow: 'system_key',
      body: chatCompletionRequest,
      reply: chatCompletionReply,
      status: 200,
      events: [
        'call.refused',
        'call.admitted',
        'call.attempted',
        'call.completed',
        'call.failed',
        'call.cancelled',
        'call.stopped',
        'call.replayed',
        'disclosure.made',
        'handoff.requested',
        'consent.withdrawn',
      ],
      bodyLimit: DEFAULT_BODY_LIMIT,
    }),
    rawRoute({
      method: 'GET',
      path: '/v1/models',
      summary: { nl: 'Het model van dit systeem.', en: 'The model of this system.' },
      allow: 'system_key',
      body: undefined,
      reply: modelList,
      status: 200,
      events: [],
      bodyLimit: 0,
    }),
    ...(['hold', 'resume'] as const).map((verb) =>
      route({
        method: 'POST',
        path: `/v1/conversations/:id/${verb}`,
        summary:
          verb === 'hold'
            ? {
                nl: 'Zet een gesprek in de wacht: er wordt niets opgenomen en geen AI aangeroepen.',
                en: 'Put a conversation on hold: nothing is recorded and no AI is called.',
              }
            : { nl: 'Laat een gesprek in de wacht weer doorgaan.', en: 'Let a conversation on hold go on.' },
        allow: 'system_key',
        params: holdParams,
        reply: holdReply,
        events: [verb === 'hold' ? 'conversation.held' : 'conversation.resumed'],
        handle: ({ caller, params, now }) =>
          database.inTx(caller.scope, async (tx) => {
            const wanted = { client: caller.bound?.client ?? '', conversation: params.id, hold: verb === 'hold' }
            const { conversation, heldAt } = await holdConversation(tx, ring, wanted, { now, ids })
            return { conversation, heldAt: heldAt?.toISOString() ?? null }
          }),
      }),
    ),
    route({
      method: 'POST',
      path: '/v1/handoffs',
      summary: {
        nl: 'Vraag een medewerker voor dit gesprek. Een verzoek dat al open staat, blijft het enige.',
        en: 'Ask for a person in this conversation. A request that is open already stays the only one.',
      },
      allow: 'system_key',
      body: handOffRequest,
      reply: handOffReply,
      status: 201,
      events: ['handoff.requested'],
      handle: ({ caller, body, now, language }) =>
        database.inTx(caller.scope, async (tx) => {
          const client = caller.bound?.client ?? ''
          const asked = await requestHandOff(tx, ring, { client, ...body }, { now, ids })
          return {
            id: asked.id,
            conversation: asked.conversation,
            state: asked.state,
            requestedAt: asked.requestedAt.toISOString(),
            answerBy: asked.answerBy?.toISOString() ?? null,
            handoff: handOffOffer(asked.profile, now, spokenLanguage(language)).offer!,
          }
        }),
    }),
  ]
}

function decisionRoutes({ database, ring, ids, ...more }: GatewayRouteDeps): Route[] {
  const explainers = new Explainers()
  return [
    route({
      method: 'POST',
      path: '/v1/decisions',
      summary: {
        nl: 'Leg een besluit over een persoon vast, of tot 500 tegelijk met een uitslag elk.',
        en: 'Record a decision about a person, or up to 500 at once with a result each.',
      },
      allow: 'system_key',
      body: decisionBody,
      reply: decisionReplies,
      status: 201,
      events: ['decision.recorded', 'decision.refused', 'decision.held', 'link.issued', 'scorer.asked'],
      bodyLimit: BATCH_BYTES,
      async handle({ caller, body, now, language, header }) {
        const sender = senderOf(caller)
        alone(body, 'decisions')
        const deps = { ring, explainers, ...more }
        const key = header('idempotency-key')
        const sent = body.decisions ?? [body]
        const asking = { scope: caller.scope, sender, key: body.decisions === undefined ? key : undefined }
        const prepared = await askScorer({ database, ...deps }, asking, sent, { now, ids })
        const results = await database.inTx(caller.scope, async (tx) => {
          const about = await aboutWhom(tx, sender)
          const all = []
          for (const [n, value] of sent.entries())
            all.push(
              await recordDecision(
                tx,
                deps,
                { ...sender, about },
                {
                  value,
                  key: body.decisions === undefined ? key : undefined,
                  prepared: prepared && { version: prepared.version, by: prepared.by[n] ?? null },
                },
                { now, ids },
              ),
            )
          return all
        })
        return answer(results, body.decisions !== undefined, language)
      },
    }),
    route({
      method: 'POST',
      path: '/v1/outcomes',
      summary: {
        nl: 'Leg vast wat er van een besluit is geworden, of van tot 500 besluiten tegelijk.',
        en: 'Record what became of a decision, or of up to 500 decisions at once.',
      },
      allow: 'system_key',
      body: outcomeBody,
      reply: outcomeReplies,
      status: 201,
      events: ['outcome.recorded'],
      bodyLimit: BATCH_BYTES,
      async handle({ caller, body, now, language }) {
        const sender = senderOf(caller)
        alone(body, 'outcomes')
        const sent = body.outcomes ?? [body]
        const results = await database.inTx(caller.scope, async (tx) => {
          const all = []
          for (const value of sent) all.push(await recordOutcome(tx, ring, sender, value, { now, ids }))
          return all
        })
        return answer(results, body.outcomes !== undefined, language)
      },
    }),
  ]
}

/** A batch has nothing beside its list: it would be lost. */
function alone(body: Readonly<Record<string, unknown>>, list: string): void {
  const other = body[list] === undefined ? undefined : Object.keys(body).find((name) => name !== list)
  if (other === undefined) return
  throw new ApiError(400, 'invalid_request', { param: other, values: { field: other, problem: 'unrecognized_keys' } })
}

/** One answer, or a result for each of a batch. Only after the refusal itself is on record is it thrown. */
function answer<T extends object>(results: readonly Result<T>[], batch: boolean, language: Language) {
  const [first] = results
  if (batch)
    return {
      results: results.map((one) =>
        'reply' in one ? { status: 201 as const, ...one.reply } : refusedResult(one, language),
      ),
    }
  if ('reply' in first!) return first.reply
  throw refusalError(first!, language)
}
