/** The pages of monitors: what each loads, and what its forms do. */
import type { Context, Hono } from 'hono'
import type { MonitorList, MonitorView } from '../../../../src/fairness/monitors/contract.ts'
import type { Api } from '../../../api.ts'
import { type ConsoleKit, param } from '../../kit.ts'
import { loadSystems } from '../../records/systems.tsx'
import { Monitors, monitorPath, path, requestOf, StartPage } from './list.tsx'
import { type Done, dones, Monitor } from './monitor.tsx'

const place = '/api/fairness/monitors'
const addressed = (c: Context) => `${place}/${encodeURIComponent(param(c, 'id'))}`

export function mountMonitors(app: Hono, { page, act }: ConsoleKit): void {
  const load = (api: Api, c: Context) => api.get<MonitorView>(addressed(c))
  app.get(
    path,
    page(
      (api) => api.get<MonitorList>(place),
      (cx, list) => Monitors({ cx, list }),
    ),
  )
  app.get(
    `${path}/new`,
    page(loadSystems, (cx, systems) => StartPage({ cx, systems })),
  )
  app.post(
    `${path}/new`,
    act(
      async (api, form) => {
        const { monitor } = await api.post<{ monitor: string }>(place, requestOf(form))
        return `${monitorPath(monitor)}?done=started`
      },
      async (cx, api, form, error) => StartPage({ cx, systems: await loadSystems(api), values: form, error }),
    ),
  )
  app.get(
    `${path}/:id`,
    page(load, (cx, monitor, c) => {
      const done = dones.find((one) => one === c.req.query('done')) as Done | undefined
      return Monitor({ cx, monitor, done })
    }),
  )
  app.post(
    `${path}/:id/alarms`,
    act(
      async (api, { judgement, reasons }, c) => {
        const { alarms } = await load(api, c)
        for (const { id } of alarms.filter((one) => one.judgement === null))
          await api.post(`${addressed(c)}/alarms/${encodeURIComponent(id)}/judgement`, { judgement, reasons })
        return `${monitorPath(param(c, 'id'))}?done=judged`
      },
      async (cx, api, _, error, c) => Monitor({ cx, monitor: await load(api, c), error }),
    ),
  )
  app.post(
    `${path}/:id/end`,
    act(
      async (api, { reasons }, c) => {
        await api.post(`${addressed(c)}/end`, { reasons })
        return `${monitorPath(param(c, 'id'))}?done=ended`
      },
      async (cx, api, _, error, c) => Monitor({ cx, monitor: await load(api, c), error }),
    ),
  )
}
