/** The page of the search in what was said: what it loads, and what its form does. */
import type { Hono } from 'hono'
import type { SystemView } from '../../../src/records/contract.ts'
import { sendPage } from '../../answer.ts'
import type { Api } from '../../api.ts'
import { keptFor } from '../context.ts'
import type { ConsoleKit } from '../kit.ts'
import { loadSystems } from './systems.tsx'
import { askedIn, findWords, Words, wordFilters, wordsAddress } from './words.tsx'

/** They only make a choice of; the search goes without them. */
const systemsOrNone = (api: Api) => loadSystems(api).catch((): readonly SystemView[] => [])

export function mountWords(app: Hono, { page, act, contextFor }: ConsoleKit): void {
  const path = wordsAddress({})
  app.get(
    path,
    page(systemsOrNone, (cx, systems, c) => {
      const kept = keptFor(cx, path)
      const filters = wordFilters(kept ?? c.req.query())
      return <Words cx={cx} systems={systems} filters={filters} {...(kept ? { asked: askedIn(kept) } : {})} />
    }),
  )
  app.post(
    path,
    act(
      async (api, form, c) => {
        const filters = wordFilters(form)
        const address = wordsAddress(filters)
        // The same form once more, at the address of its filters: 307 keeps method and fields, and the words out of it.
        if (address !== wordsAddress(wordFilters(c.req.query()))) return c.redirect(address, 307)
        const asked = askedIn(form)
        const [list, systems] = await Promise.all([
          asked.words === '' ? undefined : findWords(api, filters, asked),
          systemsOrNone(api),
        ])
        return sendPage(
          c,
          <Words cx={await contextFor(api, c)} systems={systems} filters={filters} asked={asked} list={list} />,
        )
      },
      async (cx, api, form, error) => {
        const filters = wordFilters(form)
        const asked = askedIn(form)
        const systems = await systemsOrNone(api)
        // A reason that is not taken leaves the list as it was, without pieces.
        const list =
          asked.reason === undefined
            ? undefined
            : await findWords(api, filters, { ...asked, reason: undefined }).catch(() => undefined)
        return <Words cx={cx} systems={systems} filters={filters} asked={asked} list={list} error={error} />
      },
    ),
  )
}
