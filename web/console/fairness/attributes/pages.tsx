/** The pages of attributes of people: what each loads, and what its form does. */
import type { Context, Hono } from 'hono'
import type { AttributeLine, AttributeView } from '../../../../src/records/attributes/contract.ts'
import { type Api, listIn } from '../../../api.ts'
import { type ConsoleKit, param } from '../../kit.ts'
import { Attribute, Attributes, attributePath, path } from './attributes.tsx'

const placeOf = (c: Context) => ({ client: param(c, 'client'), id: param(c, 'attribute') })
const addressed = (c: Context) => {
  const { client, id } = placeOf(c)
  return `/api/attributes/${encodeURIComponent(client)}/${encodeURIComponent(id)}`
}

export function mountAttributes(app: Hono, { page, act }: ConsoleKit): void {
  const load = (api: Api, c: Context) => api.get<AttributeView>(addressed(c))
  app.get(
    path,
    page(
      async (api) => listIn<AttributeLine>(await api.get('/api/attributes'), 'attributes'),
      (cx, attributes) => Attributes({ cx, attributes }),
    ),
  )
  app.get(
    `${path}/:client/:attribute`,
    page(load, (cx, view, c) => {
      const { erased, until } = c.req.query()
      const done = erased === undefined || until === undefined ? undefined : { erased, until }
      return Attribute({ cx, view, done: view.endedAt === null ? undefined : done })
    }),
  )
  app.post(
    `${path}/:client/:attribute/end`,
    act(
      async (api, { reasons }, c) => {
        const { erased, backupsUntil } = await api.post<{ erased: number; backupsUntil: string }>(
          `${addressed(c)}/end`,
          { reasons },
        )
        return `${attributePath(placeOf(c))}?${new URLSearchParams({ erased: String(erased), until: backupsUntil })}`
      },
      async (cx, api, _, error, c) => Attribute({ cx, view: await load(api, c), error }),
    ),
  )
}
