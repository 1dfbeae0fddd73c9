/** What the gateway answers: two on the socket by itself, the hand-off like any other route. */
import type { Database } from '../platform/database.ts'
import { type Route, rawRoute, route } from '../platform/http.ts'
import type { Ids } from '../platform/ids.ts'
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
import { handOffOffer } from './handoff.ts'
import { requestHandOff } from './io/hand-offs.ts'
import { holdConversation } from './io/hold.ts'

export type GatewayRouteDeps = { readonly database: Database; readonly ring: KeyRing; readonly ids: Ids }

/** Largest body of a call in the documentation; the setting `gatewayBodyLimitKiB` decides. */
const DEFAULT_BODY_LIMIT = 1_024 * 1_024

export function routes({ database, ring, ids }: GatewayRouteDeps): Route[] {
  return [
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
