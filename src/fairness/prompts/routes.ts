/** Paired-prompt audits over the wire: planned, carried out, judged, repeated. */
import type { Database, Tx } from '../../platform/database.ts'
import { ApiError, type Caller, type Route, route } from '../../platform/http.ts'
import type { Ids } from '../../platform/ids.ts'
import type { Language } from '../../platform/text.ts'
import {
  canaryActReply,
  canaryList,
  canaryParams,
  canaryRequest,
  endCanaryRequest,
  judgePromptsRequest,
  type PlanRequest,
  type PromptPlan,
  plannedPromptReply,
  planRequest,
  promptActReply,
  promptEvents,
  promptList,
  promptMakers,
  promptParams,
  promptQuery,
  promptReaders,
  promptView,
  sizeOfPromptsReply,
} from './contract.ts'
import type { PromptRunner } from './io/runner.ts'
import {
  endCanary,
  endPrompts,
  judgePrompts,
  listCanaries,
  listPrompts,
  loadAnswers,
  loadPrompts,
  planPrompts,
  startCanary,
  systemToAsk,
} from './io/store.ts'
import { sizeOf, writePlan } from './plan.ts'
import { problemSentence } from './sentences.ts'
import { canaryView, lineOf, viewOf } from './views.ts'

export type PromptDeps = {
  readonly database: Database
  readonly ids: Ids
  readonly prompts: () => PromptRunner
}

const place = '/api/fairness/prompts'

export function promptRoutes(deps: PromptDeps): Route[] {
  return [...planRoutes(deps), ...readRoutes(deps), ...actRoutes(deps), ...canaryRoutes(deps)]
}

/** What was asked as a whole plan. Errors: `prompts_plan_refused` (422). */
async function planFor(tx: Tx, body: PlanRequest, language: Language): Promise<PromptPlan> {
  const system = await systemToAsk(tx, body.system)
  const written = writePlan(body, system)
  if (written.ok) return written.plan
  const problems = written.problems.slice(0, 20).map((one) => problemSentence(one, language))
  throw new ApiError(422, 'prompts_plan_refused', {
    param: written.problems[0]!.param,
    values: { problems: problems.join(' ') },
  })
}

const read = <T>(database: Database, caller: Caller, work: (tx: Tx) => Promise<T>): Promise<T> =>
  database.inTx(caller.scope, work, { readOnly: true })

function planRoutes({ database, ids, prompts }: PromptDeps): Route[] {
  return [
    route({
      method: 'POST',
      path: `${place}/size`,
      summary: {
        nl: 'Wat een toets met gepaarde vragen kost, en welk verschil die kan laten zien.',
        en: 'What a test with paired prompts costs, and which difference it could show.',
      },
      allow: promptMakers,
      body: planRequest,
      reply: sizeOfPromptsReply,
      events: [],
      handle: ({ caller, body, language }) =>
        read(database, caller, async (tx) => sizeOf(await planFor(tx, body, language))),
    }),
    route({
      method: 'POST',
      path: place,
      summary: {
        nl: 'Leg het plan van een toets met gepaarde vragen vast en begin met vragen.',
        en: 'Fix the plan of a test with paired prompts and begin to ask.',
      },
      allow: promptMakers,
      body: planRequest,
      reply: plannedPromptReply,
      status: 201,
      events: [promptEvents.planned, promptEvents.completed, promptEvents.failed],
      async handle({ caller, body, now, language }) {
        const { id, event, planSha256, calls } = await database.inTx(caller.scope, async (tx) => {
          const plan = await planFor(tx, body, language)
          return planPrompts(tx, { plan, by: caller.id, canary: null }, { now, ids })
        })
        prompts().start({ scope: caller.scope, id })
        return { audit: id, planSha256, calls, proof: { event, index: null } }
      },
    }),
  ]
}

function readRoutes({ database }: PromptDeps): Route[] {
  return [
    route({
      method: 'GET',
      path: place,
      summary: { nl: 'Toetsen met gepaarde vragen.', en: 'Tests with paired prompts.' },
      allow: promptReaders,
      query: promptQuery,
      reply: promptList,
      events: [],
      handle: ({ caller, query, language }) =>
        read(database, caller, async (tx) => ({
          audits: (await listPrompts(tx, query)).map((one) => lineOf(one, language)),
        })),
    }),
    route({
      method: 'GET',
      path: `${place}/audits/:id`,
      summary: {
        nl: 'Eén toets met gepaarde vragen: plan, uitkomst en wat er gevonden is.',
        en: 'One test with paired prompts: plan, result and what was found.',
      },
      allow: promptReaders,
      params: promptParams,
      reply: promptView,
      events: [],
      handle: ({ caller, params, language }) =>
        read(database, caller, async (tx) => {
          const one = await loadPrompts(tx, params.id)
          const answers = one.result === null ? [] : await loadAnswers(tx, one)
          const { language: systemLanguage } = await systemToAsk(tx, one.system)
          return viewOf(one, answers, { language, systemLanguage })
        }),
    }),
  ]
}

function actRoutes({ database, ids, prompts }: PromptDeps): Route[] {
  return [
    route({
      method: 'POST',
      path: `${place}/audits/:id/cancel`,
      summary: { nl: 'Stop een toets die loopt.', en: 'Stop a test that is running.' },
      allow: promptMakers,
      params: promptParams,
      reply: promptActReply,
      events: [promptEvents.cancelled],
      async handle({ caller, params, now }) {
        const event = await database.inTx(caller.scope, async (tx) => {
          await loadPrompts(tx, params.id)
          return endPrompts(tx, { id: params.id, state: 'cancelled', reason: 'asked' }, { now, ids })
        })
        if (event === undefined) throw new ApiError(409, 'prompts_not_running')
        prompts().stop(params.id)
        return { audit: params.id, proof: { event, index: null } }
      },
    }),
    route({
      method: 'POST',
      path: `${place}/audits/:id/judgement`,
      summary: {
        nl: 'Geef een oordeel over de verschillen die een toets vond, met redenen.',
        en: 'Judge the differences that a test found, with reasons.',
      },
      allow: promptMakers,
      params: promptParams,
      body: judgePromptsRequest,
      reply: promptActReply,
      events: [promptEvents.judged],
      async handle({ caller, params, body, now }) {
        const event = await database.inTx(caller.scope, (tx) =>
          judgePrompts(tx, { id: params.id, ...body, by: caller.id }, { now, ids }),
        )
        return { audit: params.id, proof: { event, index: null } }
      },
    }),
  ]
}

function canaryRoutes({ database, ids }: PromptDeps): Route[] {
  return [
    route({
      method: 'GET',
      path: `${place}/canaries`,
      summary: {
        nl: 'Toetsen die steeds opnieuw worden gedaan, om stille veranderingen te zien.',
        en: 'Tests that are repeated, to see silent changes.',
      },
      allow: promptReaders,
      reply: canaryList,
      events: [],
      handle: ({ caller, language }) =>
        read(database, caller, async (tx) => ({
          canaries: (await listCanaries(tx)).map((one) => canaryView(one, language)),
        })),
    }),
    route({
      method: 'POST',
      path: `${place}/audits/:id/canary`,
      summary: {
        nl: 'Doe deze toets steeds opnieuw, ’s nachts, en vergelijk de antwoorden met de eerste.',
        en: 'Repeat this test, at night, and compare the answers with the first.',
      },
      allow: promptMakers,
      params: promptParams,
      body: canaryRequest,
      reply: canaryActReply,
      status: 201,
      events: [promptEvents.canaryStarted, promptEvents.canaryAlarmed],
      async handle({ caller, params, body, now }) {
        const { id, event } = await database.inTx(caller.scope, (tx) =>
          startCanary(tx, { audit: params.id, ...body, by: caller.id }, { now, ids }),
        )
        return { canary: id, proof: { event, index: null } }
      },
    }),
    route({
      method: 'POST',
      path: `${place}/canaries/:id/end`,
      summary: { nl: 'Stop met herhalen, met redenen.', en: 'Stop repeating, with reasons.' },
      allow: promptMakers,
      params: canaryParams,
      body: endCanaryRequest,
      reply: canaryActReply,
      events: [promptEvents.canaryEnded],
      async handle({ caller, params, body, now }) {
        const event = await database.inTx(caller.scope, (tx) =>
          endCanary(tx, { id: params.id, reasons: body.reasons, by: caller.id }, { now, ids }),
        )
        return { canary: params.id, proof: { event, index: null } }
      },
    }),
  ]
}
