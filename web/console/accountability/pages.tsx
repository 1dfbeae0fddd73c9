/** Pages for stopping an AI system and letting it work again. */
import type { Hono } from 'hono'
import type { ConsoleKit } from '../kit.ts'
import { apiSystem, systemOf, systemPath } from '../records/addressed-system.ts'
import { ResumePage, StopPage } from './stop.tsx'

export function mountStops(app: Hono, { page, act }: ConsoleKit): void {
  app.get(
    '/console/systems/:id/stop',
    page(systemOf, (cx, system) => StopPage({ cx, system })),
  )
  app.post(
    '/console/systems/:id/stop',
    act(
      async (api, { reason, note }, c) => {
        await api.post(`${apiSystem(c)}/stop`, { reason, ...(note?.trim() ? { note: note.trim() } : {}) })
        return `${systemPath(c)}?done=stopped`
      },
      async (cx, api, _, error, c) => StopPage({ cx, system: await systemOf(api, c), error }),
    ),
  )
  app.get(
    '/console/systems/:id/resume',
    page(systemOf, (cx, system) => ResumePage({ cx, system })),
  )
  app.post(
    '/console/systems/:id/resume',
    act(
      async (api, { reason }, c) => {
        await api.post(`${apiSystem(c)}/resume`, { reason: (reason ?? '').trim() })
        return `${systemPath(c)}?done=resumed`
      },
      async (cx, api, _, error, c) => ResumePage({ cx, system: await systemOf(api, c), error }),
    ),
  )
}
