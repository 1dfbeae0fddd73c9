/** The pages of the console, put together from those of each part. */
import type { Context, Hono } from 'hono'
import type { MeView } from '../../src/access/contract.ts'
import type { SystemView } from '../../src/records/contract.ts'
import { ownPath, rememberScheme, sendPart } from '../answer.ts'
import { type Api, failureOf } from '../api.ts'
import { mountKeys } from './access/key-pages.tsx'
import { mountAccess } from './access/pages.tsx'
import { Clients } from './access/people.tsx'
import { mountPeople } from './access/people-pages.tsx'
import { mountSignIn } from './access/sign-in-pages.tsx'
import { mountStops } from './accountability/pages.tsx'
import { consoleKit } from './answers.tsx'
import { mountGates } from './assessments/pages.tsx'
import { mountCases } from './cases/pages.tsx'
import { mountComplaints } from './complaints/pages.tsx'
import { landing } from './context.ts'
import { mountDecisions } from './decisions/pages.tsx'
import { mountAttributes } from './fairness/attributes/pages.tsx'
import { mountMonitors } from './fairness/monitors/pages.tsx'
import { mountFairness } from './fairness/pages.tsx'
import { mountPrompts } from './fairness/prompts/pages.tsx'
import { mountSheets } from './fairness/sheets/pages.tsx'
import { Find, FindList, Shortcuts } from './find.tsx'
import { type ConsoleKit, formOf, nothing, type PagesDeps } from './kit.ts'
import { mountLedger } from './ledger/pages.tsx'
import { mountMonitoring } from './monitoring/pages.tsx'
import { LimitsPage, loadLimits } from './privacy/limits.tsx'
import { mountProcessing } from './privacy/processing/pages.tsx'
import { mountRights } from './privacy/rights/pages.tsx'
import { mountSamples } from './privacy/samples/pages.tsx'
import { mountSubjects } from './privacy/subjects/pages.tsx'
import { mountRecords } from './records/pages.tsx'
import { loadSystems } from './records/systems.tsx'
import { mountNotices } from './transparency/pages.tsx'

export function answersConsole(deps: PagesDeps) {
  const kit = consoleKit(deps)
  const { failure } = kit
  const mount = (app: Hono): void => {
    mountFrame(app, kit)
    mountSignIn(app, kit)
    mountAccess(app, kit)
    mountRecords(app, kit)
    mountDecisions(app, kit)
    mountCases(app, kit)
    mountComplaints(app, kit)
    mountStops(app, kit)
    mountGates(app, kit)
    mountLedger(app, kit)
    mountPeople(app, kit)
    mountKeys(app, kit)
    mountRights(app, kit)
    mountProcessing(app, kit)
    mountSubjects(app, kit)
    mountSamples(app, kit)
    mountFairness(app, kit)
    mountMonitors(app, kit)
    mountPrompts(app, kit)
    mountSheets(app, kit)
    mountAttributes(app, kit)
    mountNotices(app, kit)
    mountMonitoring(app, kit)
  }
  return { mount, failure, crossSite: (c: Context) => failure(c, { status: 403, code: 'cross_site' }) }
}

/** What belongs to no part: the first page, the look, the client at hand, finding one's way. */
function mountFrame(app: Hono, { deps, page, act, contextOf }: ConsoleKit): void {
  const systemsOrNone = (api: Api) => loadSystems(api).catch((): readonly SystemView[] => [])
  app.get('/', async (c) => {
    const api = await deps.api(c)
    const me = await api.get<MeView>('/api/me').catch((error: unknown) => {
      const failed = failureOf(error)
      if (failed?.status === 401) return failed.code
      throw error
    })
    if (typeof me === 'string') return c.redirect(me === 'second_factor_needed' ? '/sign-in/next' : '/sign-in', 303)
    return c.redirect(landing(me.roles), 303)
  })
  app.get('/console', (c) => c.redirect('/', 303))

  app.post('/scheme', async (c) => {
    const form = await formOf(c)
    rememberScheme(c, form.scheme, deps.secure)
    return c.redirect(ownPath(form.back, '/'), 303)
  })
  app.get(
    '/console/client',
    page(nothing, (cx, _, c) => Clients({ cx, back: ownPath(c.req.query('back'), '/console/today') })),
  )
  app.post(
    '/console/client',
    act(
      async (api, { client, back }) => {
        await api.post('/api/me/client', { client: client || null })
        return ownPath(back, '/console/today')
      },
      async (cx) => Clients({ cx, back: '/console/today' }),
    ),
  )
  const query = (c: Context) => (c.req.query('q') ?? '').slice(0, 100)
  app.get(
    '/console/find',
    page(systemsOrNone, (cx, systems, c) => Find({ cx, systems, query: query(c) })),
  )
  app.get('/console/find/list', async (c) => {
    const api = await deps.api(c)
    const [me, systems] = await Promise.all([api.get<MeView>('/api/me').catch(() => undefined), systemsOrNone(api)])
    return me ? sendPart(c, FindList({ cx: contextOf(c, me), systems, query: query(c) })) : c.body('', 401)
  })
  app.get(
    '/console/shortcuts',
    page(nothing, (cx) => Shortcuts({ cx })),
  )
  app.get(
    '/console/limits',
    page(loadLimits, (cx, limits) => LimitsPage({ cx, limits })),
  )
}
