/** Questions for clarification over the wire: the customer's by link, and the answers of staff. */
import { ApiError, type Caller, type Route, route } from '../../platform/http.ts'
import { caseWorkers } from '../../records/rules.ts'
import {
  askedReply,
  questionAnswerRequest,
  questionDone,
  questionMoveRequest,
  questionParams,
  questionRequest,
  questionTextRequest,
} from '../contract.ts'
import type { TransparencyDeps } from '../routes.ts'
import { askQuestion, moveQuestion, requireOwnQuestion } from './clarifications.ts'
import type { LinkTo } from './portal-decisions.ts'

export function clarificationRoutes({
  database,
  ring,
  ids,
}: Pick<TransparencyDeps, 'database' | 'ring' | 'ids'>): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/portal/questions',
      summary: {
        nl: 'Stel een vraag aan een medewerker over een antwoord of besluit.',
        en: 'Ask a member of staff about an answer or a decision.',
      },
      allow: 'customer',
      body: questionRequest,
      reply: askedReply,
      status: 201,
      events: ['clarification.asked'],
      handle: ({ caller, body, now, language }) =>
        database.inTx(caller.scope, async (tx) => {
          const { id, reference, record } = await askQuestion(tx, ring, linkOf(caller), body, language, { now, ids })
          return { id, reference, receipt: record }
        }),
    }),
    route({
      method: 'POST',
      path: '/api/portal/questions/:id/more',
      summary: { nl: 'Vraag door.', en: 'Ask on.' },
      allow: 'customer',
      params: questionParams,
      body: questionTextRequest,
      reply: questionDone,
      events: ['clarification.asked'],
      handle: ({ caller, params, body, now }) =>
        database.inTx(caller.scope, async (tx) => {
          await requireOwnQuestion(tx, linkOf(caller), params.id)
          const given = { by: { kind: 'customer' }, text: body.text } as const
          const answered = await isAnswered(tx, params.id)
          return doneFrom(await moveQuestion(tx, ring, params.id, answered ? 'ask_again' : 'add', given, { now, ids }))
        }),
    }),
    route({
      method: 'POST',
      path: '/api/portal/questions/:id/close',
      summary: { nl: 'Het is duidelijk: sluit de vraag.', en: 'It is clear: close the question.' },
      allow: 'customer',
      params: questionParams,
      reply: questionDone,
      events: ['clarification.closed'],
      handle: ({ caller, params, now }) =>
        database.inTx(caller.scope, async (tx) => {
          await requireOwnQuestion(tx, linkOf(caller), params.id)
          return doneFrom(await moveQuestion(tx, ring, params.id, 'close', { by: { kind: 'customer' } }, { now, ids }))
        }),
    }),
    route({
      method: 'POST',
      path: '/api/clarifications/:id/answer',
      summary: { nl: 'Antwoord op een vraag van een klant.', en: 'Answer a question of a customer.' },
      allow: caseWorkers.clarification,
      params: questionParams,
      body: questionAnswerRequest,
      reply: questionDone,
      events: ['clarification.answered'],
      handle: ({ caller, params, body, now }) =>
        database.inTx(caller.scope, async (tx) =>
          doneFrom(
            await moveQuestion(
              tx,
              ring,
              params.id,
              'answer',
              { by: { kind: 'staff', id: caller.id }, text: body.text },
              { now, ids },
            ),
          ),
        ),
    }),
    route({
      method: 'POST',
      path: '/api/clarifications/:id/hand-over',
      summary: {
        nl: 'Dit is een klacht of een verzoek: het gaat daar verder.',
        en: 'This is a complaint or a request: it goes on there.',
      },
      allow: caseWorkers.clarification,
      params: questionParams,
      body: questionMoveRequest,
      reply: questionDone,
      events: ['clarification.transferred'],
      handle: ({ caller, params, body, now }) =>
        database.inTx(caller.scope, async (tx) =>
          doneFrom(
            await moveQuestion(
              tx,
              ring,
              params.id,
              'hand_over',
              { by: { kind: 'staff', id: caller.id }, target: body.target },
              { now, ids },
            ),
          ),
        ),
    }),
  ]
}

const doneFrom = ({ id, state, record }: Awaited<ReturnType<typeof moveQuestion>>) => ({ id, state, receipt: record })

async function isAnswered(tx: Parameters<typeof requireOwnQuestion>[0], id: string): Promise<boolean> {
  const { rows } = await tx.query<{ state: string }>(
    'select state from case_record where tenant_id = $1 and case_id = $2',
    [tx.scope.tenant, id],
  )
  return rows[0]?.state === 'answered'
}

function linkOf({ bound }: Caller): LinkTo {
  const { client, subject, conversation = null, decision = null } = bound ?? {}
  if (client === undefined || subject === undefined) throw new ApiError(404, 'portal_not_found')
  return { client, subject, conversation, decision }
}
