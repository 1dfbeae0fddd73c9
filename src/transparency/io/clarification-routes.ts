/** Questions for clarification over the wire: the customer's by link, and the answers of staff. */
import { type Route, route } from '../../platform/http.ts'
import { caseLinkOf } from '../../records/index.ts'
import { caseWorkers } from '../../records/rules.ts'
import {
  askedReply,
  portalQuestion,
  questionAnswerRequest,
  questionDone,
  questionExtended,
  questionExtendRequest,
  questionMoveRequest,
  questionParams,
  questionRequest,
  questionTextRequest,
  staffQuestion,
} from '../contract.ts'
import type { TransparencyDeps } from '../routes.ts'
import { withCitation } from './citation.ts'
import {
  portalQuestion as readQuestion,
  staffQuestion as readStaffQuestion,
  requireOwnQuestion,
} from './clarification-reads.ts'
import { askOn, askQuestion, extendQuestion, type Moved, moveQuestion } from './clarifications.ts'

export type ClarificationDeps = Pick<TransparencyDeps, 'database' | 'ring' | 'ids' | 'say' | 'post'>

export const clarificationRoutes = (deps: ClarificationDeps): Route[] => [...customerRoutes(deps), ...staffRoutes(deps)]

function customerRoutes({ database, ring, ids, post }: ClarificationDeps): Route[] {
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
      events: ['clarification.asked', 'letter.sent'],
      handle: ({ caller, body, now, language }) =>
        database.inTx(caller.scope, async (tx) => {
          const asked = await askQuestion(tx, { ring, post }, caseLinkOf(caller), body, language, { now, ids })
          const { id, reference, promisedOn, record } = asked
          return { id, reference, promisedOn, receipt: record }
        }),
    }),
    route({
      method: 'GET',
      path: '/api/portal/questions/:id',
      summary: {
        nl: 'Waar uw vraag over gaat, en tot wanneer u kunt doorvragen.',
        en: 'What your question is about, and until when you may ask on.',
      },
      allow: 'customer',
      params: questionParams,
      reply: portalQuestion,
      events: [],
      handle: ({ caller, params, now }) =>
        database.inTx(caller.scope, (tx) => readQuestion(tx, ring, caseLinkOf(caller), params.id, now), {
          readOnly: true,
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
          await requireOwnQuestion(tx, caseLinkOf(caller), params.id)
          return doneFrom(await askOn(tx, ring, params.id, body.text, { now, ids }))
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
          await requireOwnQuestion(tx, caseLinkOf(caller), params.id)
          return doneFrom(
            await moveQuestion(tx, { ring }, params.id, 'close', { by: { kind: 'customer' } }, { now, ids }),
          )
        }),
    }),
  ]
}

function staffRoutes({ database, ring, ids, say, post }: ClarificationDeps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/clarifications/:id',
      summary: {
        nl: 'Waar een vraag over gaat, en wat er nu mee kan.',
        en: 'What a question is about, and what can be done with it now.',
      },
      allow: caseWorkers.clarification,
      params: questionParams,
      reply: staffQuestion,
      events: [],
      handle: ({ caller, params, now }) =>
        database.inTx(caller.scope, (tx) => readStaffQuestion(tx, ring, params.id, now), { readOnly: true }),
    }),
    route({
      method: 'POST',
      path: '/api/clarifications/:id/extend',
      summary: {
        nl: 'Neem één keer meer tijd, met een brief aan de klant.',
        en: 'Take more time, once, with a letter to the customer.',
      },
      allow: caseWorkers.clarification,
      params: questionParams,
      body: questionExtendRequest,
      reply: questionExtended,
      events: ['clarification.extended', 'letter.sent'],
      handle: ({ caller, params, body, now }) =>
        database.inTx(caller.scope, async (tx) => {
          const given = { person: caller.id, reasons: body.reasons }
          const { promisedOn, ...moved } = await extendQuestion(tx, { ring, post }, params.id, given, { now, ids })
          return { ...doneFrom(moved), promisedOn }
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
      events: ['clarification.answered', 'letter.sent'],
      handle: ({ caller, params, body, now }) =>
        database.inTx(caller.scope, async (tx) => {
          const by = { kind: 'staff', id: caller.id } as const
          const text = body.cite ? await withCitation(tx, { ring, say }, params.id, body.text, now) : body.text
          const given = { by, text, ...(body.cite ? { cites: true } : {}) }
          return doneFrom(await moveQuestion(tx, { ring, post }, params.id, 'answer', given, { now, ids }))
        }),
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
              { ring },
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

const doneFrom = ({ id, state, record }: Moved) => ({ id, state, receipt: record })
