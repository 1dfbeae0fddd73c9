/** Pages for deciding about a version of an AI system, and for naming who oversees it. */
import type { Context, Hono } from 'hono'
import type { GateConditionList } from '../../../src/records/gate-condition-contract.ts'
import type { Api } from '../../api.ts'
import { dayStart } from '../../ui/dates.ts'
import { loadPeople } from '../access/people.tsx'
import type { ConsoleKit } from '../kit.ts'
import { apiSystem, systemOf, systemPath } from '../records/addressed-system.ts'
import { GatePage, OverseerPage } from './gate.tsx'

/** A system with what is known of one of its versions: the one in use unless another is named. */
async function gateOf(api: Api, c: Context, version = c.req.query('version')) {
  const [system, known] = await Promise.all([
    systemOf(api, c),
    api.get<GateConditionList>(`${apiSystem(c)}/gate`, version === undefined ? {} : { version }),
  ])
  return { system, known }
}

export function mountGates(app: Hono, { page, act }: ConsoleKit): void {
  app.get(
    '/console/systems/:id/gate',
    page(gateOf, (cx, found) => GatePage({ cx, ...found, values: {} })),
  )
  app.post(
    '/console/systems/:id/gate',
    act(
      async (api, { version, decision, reasons, conditions, despite, validUntil }, c) => {
        await api.post(`${apiSystem(c)}/gate`, {
          version,
          decision,
          reasons: (reasons ?? '').trim(),
          ...(conditions?.trim() ? { conditions: conditions.trim() } : {}),
          ...(despite?.trim() ? { despite: despite.trim() } : {}),
          // «Valid up to and including»: the whole of the day counts.
          validUntil: dayStart(validUntil ?? '', 1),
        })
        return `${systemPath(c)}?done=gate`
      },
      async (cx, api, values, error, c) => GatePage({ cx, ...(await gateOf(api, c, values.version)), values, error }),
    ),
  )
  app.get(
    '/console/systems/:id/overseer',
    page(
      async (api, c) => {
        const [system, people] = await Promise.all([systemOf(api, c), loadPeople(api)])
        return { system, people }
      },
      (cx, data) => OverseerPage({ cx, ...data, values: {} }),
    ),
  )
  app.post(
    '/console/systems/:id/overseer',
    act(
      async (api, { person, until }, c) => {
        const end = until ? dayStart(until, 1) : undefined
        await api.post(`${apiSystem(c)}/overseers`, { person, ...(end ? { until: end } : {}) })
        return `${systemPath(c)}?done=overseer`
      },
      async (cx, api, values, error, c) =>
        OverseerPage({ cx, system: await systemOf(api, c), people: await loadPeople(api), values, error }),
    ),
  )
}
