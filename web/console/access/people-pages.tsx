/** Pages on the people of the organisation: their links, roles, qualifications and sessions. */
import type { Context, Hono } from 'hono'
import type { MeView } from '../../../src/access/contract.ts'
import { sendPage } from '../../answer.ts'
import { type Api, NotHere } from '../../api.ts'
import { dayStart } from '../../ui/dates.ts'
import { type ConsoleContext, keptFor } from '../context.ts'
import { type ConsoleKit, type Form, nothing, param } from '../kit.ts'
import { loadPeople, loadStaff, NewPerson, type OneTimeLink, People, Person, ResetFactor } from './people.tsx'

export function mountPeople(app: Hono, { page, act, contextOf }: ConsoleKit): void {
  const personOf = async (api: Api, c: Context) => {
    const person = (await loadPeople(api)).find(({ id }) => id === param(c, 'person'))
    if (!person) throw new NotHere('person_unknown')
    return person
  }
  const base = (c: Context) => `/console/people/${encodeURIComponent(param(c, 'person'))}`
  const apiPerson = (c: Context) => `/api/people/${encodeURIComponent(param(c, 'person'))}`
  const clientsOf = (cx: ConsoleContext) => cx.me?.clients ?? []
  const again = async (cx: ConsoleContext, api: Api, _: Form, error: string, c: Context) =>
    Person({ cx, person: await personOf(api, c), clients: clientsOf(cx), error })

  app.get(
    '/console/people',
    page(loadStaff, (cx, staff, c) => People({ cx, ...staff, done: c.req.query('done') })),
  )
  app.get(
    '/console/people/new',
    page(nothing, (cx) => NewPerson({ cx, clients: clientsOf(cx), values: keptFor(cx, '/console/people') ?? {} })),
  )
  app.get(
    '/console/people/:person',
    page(personOf, (cx, person, c) => Person({ cx, person, clients: clientsOf(cx), done: c.req.query('done') })),
  )

  const showLink = async (
    c: Context,
    api: Api,
    person: Parameters<typeof Person>[0]['person'],
    link: OneTimeLink,
    done?: string,
  ) => {
    const cx = contextOf(c, await api.get<MeView>('/api/me'))
    const address = new URL(link.path, c.req.url).href
    return sendPage(
      c,
      Person({ cx, person, clients: clientsOf(cx), done, link: { address, expiresAt: link.expiresAt } }),
    )
  }
  app.post(
    '/console/people',
    act(
      async (api, { name = '', email = '', role, client }, c) => {
        const roles = role ? [{ role, ...(client ? { client } : {}) }] : []
        const made = await api.post<{ person: Parameters<typeof Person>[0]['person']; link: OneTimeLink }>(
          '/api/people',
          { name, email, roles },
        )
        return showLink(c, api, made.person, made.link, 'added')
      },
      async (cx, _, values, error) => NewPerson({ cx, clients: clientsOf(cx), values, error }),
    ),
  )
  app.post(
    '/console/people/:person/link',
    act(
      async (api, _, c) =>
        showLink(c, api, await personOf(api, c), await api.post<OneTimeLink>(`${apiPerson(c)}/link`)),
      again,
    ),
  )
  for (const verb of ['disable', 'enable'] as const)
    app.post(
      `/console/people/:person/${verb}`,
      act(async (api, _, c) => {
        await api.post(`${apiPerson(c)}/${verb}`)
        return `${base(c)}?done=${verb}d`
      }, again),
    )
  app.get(
    '/console/people/:person/reset',
    page(personOf, (cx, person) => ResetFactor({ cx, person })),
  )
  app.post(
    '/console/people/:person/reset',
    act(
      async (api, { checked = '' }, c) => {
        await api.post(`${apiPerson(c)}/factor/reset`, { checked })
        return `${base(c)}?done=reset`
      },
      async (cx, api, _, error, c) => ResetFactor({ cx, person: await personOf(api, c), error }),
    ),
  )
  app.post(
    '/console/people/:person/sign-out',
    act(async (api, _, c) => {
      await api.post(`${apiPerson(c)}/sessions/end`)
      return `${base(c)}?done=sessions`
    }, again),
  )
  app.post(
    '/console/people/:person/roles',
    act(async (api, { role, client }, c) => {
      await api.post(`${apiPerson(c)}/roles`, { role, ...(client ? { client } : {}) })
      return `${base(c)}?done=role`
    }, again),
  )
  app.post(
    '/console/people/:person/roles/:role/end',
    act(async (api, _, c) => {
      await api.delete(`${apiPerson(c)}/roles/${encodeURIComponent(param(c, 'role'))}`)
      return `${base(c)}?done=ended`
    }, again),
  )
  app.post(
    '/console/people/:person/qualifications',
    act(async (api, { kind, attainedOn, validUntil }, c) => {
      await api.post(`${apiPerson(c)}/qualifications`, {
        kind,
        attainedOn,
        validUntil: dayStart(validUntil ?? '', 1),
      })
      return `${base(c)}?done=qualification`
    }, again),
  )
}
