/** The stop button and its release. */
import { loadPerson } from '../access/index.ts'
import { qualified } from '../access/rules.ts'
import type { Database, Tx } from '../platform/database.ts'
import { ApiError, type Caller, type Route, route } from '../platform/http.ts'
import type { Ids } from '../platform/ids.ts'
import { resumeRequest, stopRequest } from '../records/contract.ts'
import { clientParams, resumeReply, stopReply, systemParams } from './contract.ts'
import { lifters, stoppers, stopRefusal } from './stop-order.ts'
import { resumeClient, resumeSystem, stopClient, stopSystem } from './store.ts'

export type AccountabilityDeps = { readonly database: Database; readonly ids: Ids }

export function routes({ database, ids }: AccountabilityDeps): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/systems/:id/stop',
      summary: {
        nl: 'Stop een AI-systeem: de volgende aanroep wordt geweigerd.',
        en: 'Stop an AI system: the next call is refused.',
      },
      allow: stoppers,
      params: systemParams,
      body: stopRequest,
      reply: stopReply,
      status: 201,
      events: ['system.stopped'],
      async handle({ caller, params, body, now }) {
        const stop = await database.inTx(caller.scope, async (tx) => {
          await requireStopper(tx, caller, now)
          return stopSystem(
            tx,
            { system: params.id, reason: body.reason, note: body.note ?? null, by: caller.id, at: now },
            { now, ids },
          )
        })
        return { stop, at: now.toISOString(), reason: body.reason }
      },
    }),
    route({
      method: 'POST',
      path: '/api/systems/:id/resume',
      summary: { nl: 'Laat een gestopt AI-systeem weer werken.', en: 'Let a stopped AI system work again.' },
      allow: stoppers,
      params: systemParams,
      body: resumeRequest,
      reply: resumeReply,
      events: ['system.resumed'],
      async handle({ caller, params, body, now }) {
        const resumed = await database.inTx(caller.scope, async (tx) => {
          await requireStopper(tx, caller, now)
          return resumeSystem(tx, { system: params.id, reason: body.reason, caller: byRole(caller) }, { now, ids })
        })
        return { ...resumed, at: now.toISOString() }
      },
    }),
    route({
      method: 'POST',
      path: '/api/clients/:id/stop',
      summary: { nl: 'Stop alle AI-systemen van een opdrachtgever.', en: 'Stop every AI system of a client.' },
      allow: lifters,
      params: clientParams,
      body: stopRequest,
      reply: stopReply,
      status: 201,
      events: ['client.stopped'],
      async handle({ caller, params, body, now }) {
        const stop = await database.inTx(caller.scope, (tx) =>
          stopClient(
            tx,
            { client: params.id, reason: body.reason, note: body.note ?? null, by: caller.id, at: now },
            { now, ids },
          ),
        )
        return { stop, at: now.toISOString(), reason: body.reason }
      },
    }),
    route({
      method: 'POST',
      path: '/api/clients/:id/resume',
      summary: { nl: 'Hef de stop op voor een hele opdrachtgever.', en: 'Lift the stop for a whole client.' },
      allow: lifters,
      params: clientParams,
      body: resumeRequest,
      reply: resumeReply,
      events: ['client.resumed'],
      async handle({ caller, params, body, now }) {
        const resumed = await database.inTx(caller.scope, (tx) =>
          resumeClient(tx, { client: params.id, reason: body.reason, caller: byRole(caller) }, { now, ids }),
        )
        return { ...resumed, at: now.toISOString() }
      },
    }),
  ]
}

/** An operator at the machine stands in for every role. */
function byRole(caller: Caller): { id: string; roles: readonly string[] } {
  return { id: caller.id, roles: caller.kind === 'operator' ? lifters : caller.roles }
}

async function requireStopper(tx: Tx, caller: Caller, now: Date): Promise<void> {
  const { roles } = byRole(caller)
  const onlyOverseer = !roles.some((role) => role !== 'overseer' && (stoppers as readonly string[]).includes(role))
  const isQualified =
    !onlyOverseer ||
    qualified((await loadPerson(tx, caller.id)).qualifications, 'human_oversight', now).valid !== undefined
  const refusal = stopRefusal({ roles, qualified: isQualified }, false)
  if (refusal !== undefined) throw new ApiError(403, refusal)
}
