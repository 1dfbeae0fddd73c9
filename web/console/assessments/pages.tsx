/** Pages for deciding about a version of an AI system, and for naming who oversees it. */
import type { Hono } from 'hono'
import { dayStart } from '../../ui/dates.ts'
import { loadPeople } from '../access/people.tsx'
import type { ConsoleKit } from '../kit.ts'
import { apiSystem, systemOf, systemPath } from '../records/addressed-system.ts'
import { GatePage, OverseerPage } from './gate.tsx'

export function mountGates(app: Hono, { page, act }: ConsoleKit): void {
  app.get(
    '/console/systems/:id/gate',
    page(systemOf, (cx, system) => GatePage({ cx, system, values: {} })),
  )
  app.post(
    '/console/systems/:id/gate',
    act(
      async (api, { version, decision, reasons, conditions, validUntil }, c) => {
        await api.post(`${apiSystem(c)}/gate`, {
          version,
          decision,
          reasons: (reasons ?? '').trim(),
          ...(conditions?.trim() ? { conditions: conditions.trim() } : {}),
          // «Valid up to and including»: the whole of the day counts.
          validUntil: dayStart(validUntil ?? '', 1),
        })
        return `${systemPath(c)}?done=gate`
      },
      async (cx, api, values, error, c) => GatePage({ cx, system: await systemOf(api, c), values, error }),
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
