/** Wrong answers: reported by staff or an application, judged by another, and put right with everybody who got them. */
import type { z } from 'zod'
import type { Database } from '../../platform/database.ts'
import { ApiError, type Caller, type Role, type Route, readers, route } from '../../platform/http.ts'
import type { Ids } from '../../platform/ids.ts'
import { findConversation, recordEvent, tenantOf } from '../../records/index.ts'
import { contentReaders } from '../../records/rules.ts'
import type { KeyRing } from '../../vault/index.ts'
import {
  correctionPreview,
  correctionPreviewRequest,
  correctionReply,
  correctionRequest,
  lookReply,
  lookRequest,
  portalCorrections,
  staffWrongAnswerRequest,
  wrongAnswerDecided,
  wrongAnswerDecision,
  wrongAnswerList,
  wrongAnswerParams,
  wrongAnswerQuery,
  wrongAnswerReply,
  wrongAnswerRequest,
  wrongAnswerView,
} from '../contract.ts'
import { daysOf, MOST_WEEKS } from '../period.ts'
import {
  approveCorrection,
  correctionsFor,
  type Deliver,
  openCorrection,
  previewCorrection,
  tellRecipients,
} from './corrections.ts'
import { lookElsewhere, lookForSame } from './look.ts'
import {
  judgeWrongAnswer,
  lineWrongAnswer,
  listWrongAnswers,
  lockForMove,
  type Report,
  readWrongAnswer,
  reportWrongAnswer,
} from './wrong-answers.ts'

export type WrongAnswerDeps = {
  readonly database: Database
  readonly ring: KeyRing
  readonly ids: Ids
  /** How a customer is told beside their page. */
  readonly deliver?: Deliver | undefined
}

const viewers: readonly Role[] = [...new Set([...readers, ...contentReaders])]
/** Who answers for what customers are told by an AI. They read what was said, each look on record. */
export const answerJudges: readonly Role[] = ['ethics_officer', 'overseer', 'supervisor']
/** Answers that are looked at while somebody waits; the rest is left to the job. */
const LOOK_NOW = 1_000
const TELL_NOW = 300
const REPORT_BYTES = 65_536

export function wrongAnswerRoutes(deps: WrongAnswerDeps): Route[] {
  return [...reportRoutes(deps), ...readRoutes(deps), ...judgeRoutes(deps), ...correctionRoutes(deps)]
}

// -- reporting ------------------------------------------------------------------------------------------------------

async function report(
  { database, ring, ids }: WrongAnswerDeps,
  caller: Caller,
  {
    conversation,
    client,
    ...given
  }: Omit<Report, 'note' | 'rightAnswer'> & {
    readonly client: string | null
    readonly note?: string | undefined
    readonly rightAnswer?: string | undefined
  },
  now: Date,
): Promise<z.input<typeof wrongAnswerReply>> {
  const act = { now, ids }
  const done = await database.inTx(caller.scope, async (tx) => {
    const found = client === null ? undefined : await findConversation(tx, ring, client, conversation)
    if (client !== null && found === undefined)
      throw new ApiError(404, 'conversation_unknown', { param: 'conversation' })
    const id = found?.conversation ?? conversation
    const words = { note: given.note?.trim() || null, rightAnswer: given.rightAnswer?.trim() || null }
    return { conversation: id, ...(await reportWrongAnswer(tx, ring, { ...given, ...words, conversation: id }, act)) }
  })
  await lookForSame(database, ring, caller.scope, { id: done.id, most: LOOK_NOW }, () => act)
  const counts = await countsOf(database, caller, done.id)
  const { looked: _, ...found } = counts
  return {
    id: done.id,
    conversation: done.conversation,
    turn: done.turn,
    state: 'reported',
    reportedAt: now.toISOString(),
    ...found,
    receipt: done.record,
  }
}

function countsOf(database: Database, caller: Caller, id: string) {
  return database.inTx(
    caller.scope,
    async (tx) => {
      const { rows } = await tx.query<{ recipients: number; looked: number; lookedEverywhere: boolean }>(
        `select w.looked, w.look_ended_at is not null as "lookedEverywhere",
           (select count(distinct r.conversation_id)::int from wrong_answer_recipient r where r.tenant_id = w.tenant_id and r.wrong_answer_id = w.wrong_answer_id) as recipients
         from wrong_answer w where w.tenant_id = $1 and w.wrong_answer_id = $2`,
        [tenantOf(tx), id],
      )
      return rows[0]!
    },
    { readOnly: true },
  )
}

function reportRoutes(deps: WrongAnswerDeps): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/wrong-answers',
      summary: {
        nl: 'Meld dat een antwoord van de AI niet klopte.',
        en: 'Report that an answer of the AI was wrong.',
      },
      allow: 'system_key',
      body: wrongAnswerRequest,
      reply: wrongAnswerReply,
      status: 201,
      events: ['answer.reported'],
      bodyLimit: REPORT_BYTES,
      handle({ caller, body, now }) {
        if ((body.turn === undefined) === (body.call === undefined))
          throw new ApiError(422, 'turn_or_call', { param: 'turn' })
        return report(deps, caller, { ...body, client: caller.bound?.client ?? '', via: 'api' }, now)
      },
    }),
    route({
      method: 'POST',
      path: '/api/wrong-answers',
      summary: {
        nl: 'Meld dat een antwoord van de AI in een gesprek niet klopte.',
        en: 'Report that an answer of the AI in a conversation was wrong.',
      },
      allow: contentReaders,
      body: staffWrongAnswerRequest,
      reply: wrongAnswerReply,
      status: 201,
      events: ['answer.reported'],
      bodyLimit: REPORT_BYTES,
      handle: ({ caller, body, now }) => report(deps, caller, { ...body, client: null, via: 'staff' }, now),
    }),
  ]
}

// -- reading --------------------------------------------------------------------------------------------------------

function readRoutes({ database, ring, ids }: WrongAnswerDeps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/wrong-answers',
      summary: {
        nl: 'Antwoorden van AI die niet klopten, met het artikel waar zij op steunden en hoeveel klanten ze kregen.',
        en: 'Answers of AI that were wrong, with the article they rested on and how many customers got them.',
      },
      allow: viewers,
      query: wrongAnswerQuery,
      reply: wrongAnswerList,
      events: [],
      handle: ({ caller, query }) =>
        database.inTx(caller.scope, (tx) => listWrongAnswers(tx, query, caller.id), { readOnly: true }),
    }),
    route({
      method: 'GET',
      path: '/api/wrong-answers/:id',
      summary: {
        nl: 'Eén fout antwoord met de gesprekken waarin het is gegeven; wie leest wat er is gezegd, staat in het logboek.',
        en: 'One wrong answer with the conversations in which it was given; who reads what was said is on record.',
      },
      allow: viewers,
      params: wrongAnswerParams,
      reply: wrongAnswerView,
      events: ['conversation.viewed', 'reading.flagged'],
      handle: ({ caller, params, now }) =>
        database.inTx(caller.scope, async (tx) => {
          const { correction, ...view } = await readWrongAnswer(tx, ring, params.id, caller, { now, ids })
          return {
            ...view,
            correction: correction === null ? null : openCorrection(ring, tenantOf(tx), params.id, correction),
          }
        }),
    }),
    route({
      method: 'GET',
      path: '/api/portal/corrections',
      summary: {
        nl: 'Antwoorden in dit gesprek die niet klopten, met het juiste antwoord.',
        en: 'Answers in this conversation that were wrong, with the right answer.',
      },
      allow: 'customer',
      reply: portalCorrections,
      events: [],
      handle: ({ caller }) =>
        database.inTx(
          caller.scope,
          async (tx) => {
            const { conversation, subject } = caller.bound ?? {}
            // A link that leads to a decision has no conversation, and no answers in it.
            if (conversation === undefined || subject === undefined) return { corrections: [] }
            return { corrections: await correctionsFor(tx, ring, { conversation, subject }) }
          },
          { readOnly: true },
        ),
    }),
  ]
}

// -- judging --------------------------------------------------------------------------------------------------------

function judgeRoutes({ database, ring, ids }: WrongAnswerDeps): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/wrong-answers/:id/decision',
      summary: {
        nl: 'Bevestig dat een gemeld antwoord niet klopte, of wijs de melding af. Wie meldde, mag dit niet.',
        en: 'Confirm that a reported answer was wrong, or reject the report. Who reported it may not.',
      },
      allow: answerJudges,
      params: wrongAnswerParams,
      body: wrongAnswerDecision,
      reply: wrongAnswerDecided,
      events: ['answer.confirmed', 'answer.rejected'],
      async handle({ caller, params, body, now }) {
        const act = { now, ids }
        const { record } = await database.inTx(caller.scope, (tx) =>
          judgeWrongAnswer(tx, params.id, body.decision, act),
        )
        if (body.decision === 'confirmed')
          await lookForSame(database, ring, caller.scope, { id: params.id, most: LOOK_NOW }, () => act)
        return { id: params.id, state: body.decision, decidedAt: now.toISOString(), receipt: record }
      },
    }),
    route({
      method: 'POST',
      path: '/api/wrong-answers/:id/look',
      summary: {
        nl: 'Zoek opnieuw wie hetzelfde antwoord kreeg, in een periode.',
        en: 'Look again for who got the same answer, in a period.',
      },
      allow: answerJudges,
      params: wrongAnswerParams,
      body: lookRequest,
      reply: lookReply,
      events: ['answer.sought'],
      async handle({ caller, params: { id }, body, now }) {
        const decided = daysOf(body, now)
        if ('refused' in decided)
          throw new ApiError(422, decided.refused, { param: decided.param, values: { weeks: MOST_WEEKS } })
        const act = { now, ids }
        await database.inTx(caller.scope, async (tx) => {
          const { client, subject, conversation } = await lockForMove(tx, id, 'look')
          await lookElsewhere(tx, id, decided.days)
          await recordEvent(tx, act, {
            type: 'answer.sought',
            client,
            subject,
            refs: { answer: id, conversation },
            body: decided.days,
          })
        })
        await lookForSame(database, ring, caller.scope, { id, most: LOOK_NOW }, () => act)
        return { id, ...(await countsOf(database, caller, id)) }
      },
    }),
  ]
}

// -- correcting -----------------------------------------------------------------------------------------------------

function correctionRoutes(deps: WrongAnswerDeps): Route[] {
  const { database, ring, ids } = deps
  return [
    route({
      method: 'POST',
      path: '/api/wrong-answers/:id/preview',
      summary: {
        nl: 'Bekijk wat klanten zouden lezen en hoeveel het er zijn. Er verandert niets.',
        en: 'See what customers would read and how many they are. Nothing changes.',
      },
      allow: answerJudges,
      params: wrongAnswerParams,
      body: correctionPreviewRequest,
      reply: correctionPreview,
      events: [],
      handle: ({ caller, params, body }) => database.inTx(caller.scope, (tx) => previewCorrection(tx, params.id, body)),
    }),
    route({
      method: 'POST',
      path: '/api/wrong-answers/:id/correction',
      summary: {
        nl: 'Keur goed wat klanten lezen, precies zoals het te zien was. Zij lezen het op hun pagina.',
        en: 'Approve what customers read, exactly as it was shown. They read it on their page.',
      },
      allow: answerJudges,
      params: wrongAnswerParams,
      body: correctionRequest,
      reply: correctionReply,
      events: ['answer.correction-approved', 'answer.corrected'],
      async handle({ caller, params: { id }, body, now }) {
        const act = { now, ids }
        const { record } = await database.inTx(caller.scope, (tx) => approveCorrection(tx, ring, id, body, act))
        await tellRecipients(deps, caller.scope, { id, most: TELL_NOW }, () => act)
        const { state, recipients } = await database.inTx(caller.scope, (tx) => lineWrongAnswer(tx, id, caller.id), {
          readOnly: true,
        })
        const { told, waiting } = recipients
        return {
          id,
          state,
          correctedAt: now.toISOString(),
          told,
          waiting,
          receipt: record,
        }
      },
    }),
  ]
}
