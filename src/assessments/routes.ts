/** Releasing a version of an AI system, and naming who watches over it. */
import { type Act, assignRole, endRole, loadPerson } from '../access/index.ts'
import { holdsNow, qualified } from '../access/rules.ts'
import type { Database, Tx } from '../platform/database.ts'
import { ApiError, type Role, type Route, readers, route } from '../platform/http.ts'
import type { Ids } from '../platform/ids.ts'
import { gateRequest, overseerRequest } from '../records/contract.ts'
import { gateConditionList, gateConditionsParams, gateConditionsQuery } from '../records/gate-condition-contract.ts'
import { currentVersion, loadGateConditions, lockSystem, rewriteStanding } from '../records/index.ts'
import { gateConditionView } from '../records/rules.ts'
import { gateReply, overseerEnded, overseerParams, overseerReply, systemParams } from './contract.ts'
import { decideGate } from './store.ts'

export type AssessmentsDeps = { readonly database: Database; readonly ids: Ids }

const deciders: readonly Role[] = ['ethics_officer', 'dpo', 'administrator']

export function routes({ database, ids }: AssessmentsDeps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/systems/:id/gate',
      summary: {
        nl: 'Wat van een versie bekend moet zijn voordat iemand haar vrijgeeft, en hoe het daarmee staat.',
        en: 'What is to be known of a version before somebody releases it, and how that stands.',
      },
      allow: readers,
      params: gateConditionsParams,
      query: gateConditionsQuery,
      reply: gateConditionList,
      events: [],
      handle: ({ caller, params, query, language }) =>
        database.inTx(
          caller.scope,
          async (tx) => {
            const version = query.version ?? (await currentVersion(tx, params.id))
            const conditions = await loadGateConditions(tx, { system: params.id, version })
            return { version, conditions: conditions.map((one) => gateConditionView(one, language)) }
          },
          { readOnly: true },
        ),
    }),
    route({
      method: 'POST',
      path: '/api/systems/:id/gate',
      summary: {
        nl: 'Besluit of een versie van een AI-systeem gebruikt mag worden.',
        en: 'Decide whether a version of an AI system may be used.',
      },
      allow: deciders,
      params: systemParams,
      body: gateRequest,
      reply: gateReply,
      status: 201,
      events: ['gate.decided'],
      async handle({ caller, params, body, now }) {
        if (body.decision === 'conditional' && body.conditions === undefined)
          throw new ApiError(422, 'gate_conditions_missing', { param: 'conditions' })
        const gate = {
          system: params.id,
          version: body.version,
          decision: body.decision,
          by: caller.id,
          reasons: body.reasons,
          conditions: body.conditions ?? null,
          despite: body.despite ?? null,
          at: null,
          validUntil: new Date(body.validUntil),
        }
        const id = await database.inTx(caller.scope, (tx) => decideGate(tx, gate, { now, ids }))
        return {
          gate: id,
          system: params.id,
          version: body.version,
          decision: body.decision,
          validUntil: gate.validUntil.toISOString(),
          by: caller.id,
        }
      },
    }),
    route({
      method: 'POST',
      path: '/api/systems/:id/overseers',
      summary: {
        nl: 'Wijs iemand aan die toezicht houdt op een AI-systeem.',
        en: 'Name someone who oversees an AI system.',
      },
      allow: deciders,
      params: systemParams,
      body: overseerRequest,
      reply: overseerReply,
      status: 201,
      events: ['oversight.assigned'],
      async handle({ caller, params, body, now }) {
        const until = body.until === undefined ? null : new Date(body.until)
        const oversight = await database.inTx(caller.scope, (tx) =>
          nameOverseer(tx, { system: params.id, person: body.person, until }, { now, ids }),
        )
        return { oversight, system: params.id, person: body.person, until: until?.toISOString() ?? null }
      },
    }),
    route({
      method: 'DELETE',
      path: '/api/systems/:id/overseers/:person',
      summary: {
        nl: 'Beëindig het toezicht van iemand op een AI-systeem.',
        en: 'End the oversight of someone over an AI system.',
      },
      allow: deciders,
      params: overseerParams,
      reply: overseerEnded,
      events: ['oversight.ended'],
      async handle({ caller, params, now }) {
        await database.inTx(caller.scope, (tx) =>
          endOversight(tx, { system: params.id, person: params.person }, { now, ids }),
        )
        return { system: params.id, person: params.person }
      },
    }),
  ]
}

/**
 * Only who has attained the qualification can be named (AI Act art. 26(2)). Errors: `person_unknown`, `system_unknown`
 * (404), `person_unqualified` (422), `overseer_named` (409), `end_past` (422).
 */
async function nameOverseer(
  tx: Tx,
  wanted: { readonly system: string; readonly person: string; readonly until: Date | null },
  act: Act,
): Promise<string> {
  const person = await loadPerson(tx, wanted.person)
  if (person.disabledAt !== null) throw new ApiError(422, 'account_closed', { param: 'person' })
  if (qualified(person.qualifications, 'human_oversight', act.now).valid === undefined)
    throw new ApiError(422, 'person_unqualified', { param: 'person' })
  if (namings(person.assignments, wanted.system, act.now).length > 0)
    throw new ApiError(409, 'overseer_named', { param: 'person' })
  if (wanted.until !== null && wanted.until <= act.now) throw new ApiError(422, 'end_past', { param: 'until' })
  const id = await assignRole(
    tx,
    { person: wanted.person, role: 'overseer', client: null, system: wanted.system, until: wanted.until },
    act,
  )
  await rewriteStanding(tx, [wanted.system], act.now)
  return id
}

/** Errors: `system_unknown`, `person_unknown`, `overseer_unknown` (404). */
async function endOversight(
  tx: Tx,
  { system, person }: { readonly system: string; readonly person: string },
  act: Act,
): Promise<void> {
  const { assignments } = await loadPerson(tx, person)
  const held = namings(assignments, system, act.now)
  if (held.length === 0) throw new ApiError(404, 'overseer_unknown', { param: 'person' })
  for (const { id } of held) await endRole(tx, { person, assignment: id }, act)
  await lockSystem(tx, system)
  await rewriteStanding(tx, [system], act.now)
}

function namings(assignments: Awaited<ReturnType<typeof loadPerson>>['assignments'], system: string, now: Date) {
  return assignments.filter(
    (assignment) => assignment.role === 'overseer' && assignment.system === system && holdsNow(assignment, now),
  )
}
