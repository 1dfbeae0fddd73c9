/** The pages of the console: what each loads from the API, and what its forms do. */
import type { Context, Hono } from 'hono'
import type { MeView, SignInWays } from '../../src/access/contract.ts'
import type { SystemView } from '../../src/records/contract.ts'
import { ownPath, rememberScheme, schemeOf, sendFile, sendPage, sendPart } from '../answer.ts'
import { type Api, type Failure, failureOf, NotHere } from '../api.ts'
import type { KeptForm } from '../app.ts'
import { receiptFile } from '../portal/receipt.tsx'
import { dayStart } from '../ui/dates.ts'
import { Keys, loadKeys, type NewKey, RevokeKey } from './access/keys.tsx'
import { mountAccess } from './access/pages.tsx'
import { Clients, loadPeople, loadStaff, NewPerson, type OneTimeLink, People, Person } from './access/people.tsx'
import { Password, PasswordFailure, SignIn } from './access/sign-in.tsx'
import { ResumePage, StopPage } from './accountability/stop.tsx'
import { GatePage, OverseerPage } from './assessments/gate.tsx'
import { type ConsoleContext, consoleContext, keptFor, landing } from './context.ts'
import { type FailureKind, FailurePage } from './failure.tsx'
import { Find, FindList, Shortcuts } from './find.tsx'
import { type Form, formOf, type PagesDeps, param } from './kit.ts'
import { Entry, Ledger, loadEntry, loadLedger } from './ledger/ledger.tsx'
import { LimitsPage, loadLimits } from './privacy/limits.tsx'
import { mountProcessing } from './privacy/processing/pages.tsx'
import { mountRights } from './privacy/rights/pages.tsx'
import { mountSamples } from './privacy/samples/pages.tsx'
import { loadRecogniser } from './privacy/samples/recogniser.tsx'
import { mountSubjects } from './privacy/subjects/pages.tsx'
import { Conversation, loadConversation } from './records/conversation.tsx'
import { Conversations, filtersOf, loadConversations } from './records/conversations.tsx'
import { HandOffs, loadHandOffs } from './records/hand-offs.tsx'
import { type Done, loadSystem, System } from './records/system.tsx'
import { loadSystems, Systems } from './records/systems.tsx'
import { loadToday, Today } from './records/today.tsx'
import { mountVault } from './vault/pages.tsx'

/** Refusals of 401 after which somebody signs in; the others are about what was filled in. */
const signedOut = new Set(['sign_in_needed', 'session_unknown', 'session_expired', 'second_factor_needed'])

/** The page of ours that a form stood on, or the first page. */
function pageBefore(c: Context): string {
  const referer = c.req.header('referer') ?? ''
  if (!URL.canParse(referer) || new URL(referer).host !== c.req.header('host')) return '/'
  const { pathname, search } = new URL(referer)
  return ownPath(`${pathname}${search}`, '/')
}

const pathOf = (c: Context): string => {
  const { pathname, search } = new URL(c.req.url)
  return `${pathname}${search}`
}

export function answersConsole(deps: PagesDeps) {
  const contextOf = (c: Context, me: MeView | undefined, kept?: KeptForm): ConsoleContext =>
    consoleContext({
      language: deps.language(c),
      now: deps.now(),
      path: pathOf(c),
      scheme: schemeOf(c, deps.secure),
      me,
      assets: deps.paths,
      kept,
    })

  const failure = async (c: Context, failed: Failure): Promise<Response> => {
    const me = await Promise.resolve(deps.api(c))
      .then((api) => api.get<MeView>('/api/me'))
      .catch(() => undefined)
    return failurePage(c, contextOf(c, me), failed)
  }

  const failurePage = (c: Context, cx: ConsoleContext, failed: Failure): Response =>
    sendPage(
      c,
      FailurePage({
        cx,
        kind: kindOf(failed),
        code: failed.code,
        ...(failed.status < 500 && failed.status !== 404 && failed.status !== 403
          ? { sentence: sentenceOf(cx, failed) }
          : {}),
      }),
      failed.status,
    )

  /** To the sign-in page, or to its second step for who is half way, and back to where they wanted to be. */
  const toSignIn = (c: Context, code?: string) => {
    const page = code === 'second_factor_needed' ? '/sign-in/next' : '/sign-in'
    return c.redirect(`${page}?to=${encodeURIComponent(c.req.method === 'GET' ? pathOf(c) : pageBefore(c))}`, 303)
  }
  const toConfirm = (c: Context) =>
    c.redirect(`/sign-in/confirm?to=${encodeURIComponent(c.req.method === 'GET' ? pathOf(c) : pageBefore(c))}`, 303)

  /** Who is signed in, and what the page needs, at the same time; whoever is not signed in goes to the sign-in page. */
  const page =
    <T,>(load: (api: Api, c: Context) => Promise<T>, view: (cx: ConsoleContext, data: T, c: Context) => unknown) =>
    async (c: Context): Promise<Response> => {
      const api = await deps.api(c)
      const [me, data, kept] = await Promise.allSettled([api.get<MeView>('/api/me'), load(api, c), deps.kept.read(c)])
      if (me.status === 'rejected') {
        const failed = failureOf(me.reason)
        if (failed?.status === 401) return toSignIn(c, failed.code)
        return answerFailure(c, contextOf(c, undefined), me.reason)
      }
      const cx = contextOf(c, me.value, kept.status === 'fulfilled' ? kept.value : undefined)
      if (data.status === 'rejected') return answerFailure(c, cx, data.reason)
      return sendPage(c, view(cx, data.value, c))
    }

  const answerFailure = (c: Context, cx: ConsoleContext, error: unknown): Response => {
    const failed = failureOf(error) ?? { status: 500, code: 'internal' }
    if (failed.status === 401) return toSignIn(c, failed.code)
    if (failed.code === 'confirmation_needed') return toConfirm(c)
    if (failed.status >= 500) deps.failed?.(c, error)
    return failurePage(c, cx, failed)
  }

  /**
   * A form that changes something. Done: on to a page that shows the record (a reload repeats nothing). Refused for a
   * reason that the person can mend: the form again, with the sentence and what was filled in.
   */
  const act =
    (
      change: (api: Api, form: Form, c: Context) => Promise<string | Response>,
      again: (cx: ConsoleContext, api: Api, form: Form, error: string, c: Context) => Promise<unknown>,
    ) =>
    async (c: Context): Promise<Response> => {
      const api = await deps.api(c)
      const form = await formOf(c)
      try {
        const done = await change(api, form, c)
        // What was asked is done; a form that stays behind goes by itself.
        await deps.kept.drop(c, new URL(c.req.url).pathname).catch((error: unknown) => deps.failed?.(c, error))
        return typeof done === 'string' ? c.redirect(done, 303) : done
      } catch (error) {
        const failed = failureOf(error)
        if (failed?.code === 'confirmation_needed') {
          await keep(c, form)
          return toConfirm(c)
        }
        if (failed?.status === 401 && signedOut.has(failed.code)) {
          await keep(c, form)
          return toSignIn(c, failed.code)
        }
        const me = await api.get<MeView>('/api/me').catch(() => undefined)
        const cx = contextOf(c, me)
        if (!failed || failed.status >= 500 || failed.status === 404) return answerFailure(c, cx, error)
        return sendPage(c, await again(cx, api, form, sentenceOf(cx, failed), c), failed.status)
      }
    }

  /** What was typed waits until its sender has proved who they are. Forms of signing in are never kept. */
  const keep = async (c: Context, form: Form): Promise<void> => {
    const { pathname } = new URL(c.req.url)
    if (c.req.method === 'POST' && pathname.startsWith('/console/')) await deps.kept.keep(c, pathname, form)
  }

  const nothing = () => Promise.resolve(undefined)
  const systemOf = (api: Api, c: Context) => loadSystem(api, param(c, 'id'))
  const systemPath = (c: Context) => `/console/systems/${encodeURIComponent(param(c, 'id'))}`
  const apiSystem = (c: Context) => `/api/systems/${encodeURIComponent(param(c, 'id'))}`
  const systemsOrNone = (api: Api) => loadSystems(api).catch((): readonly SystemView[] => [])

  const mount = (app: Hono): void => {
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

    // -- look ---------------------------------------------------------------------------------------------------------
    app.post('/scheme', async (c) => {
      const form = await formOf(c)
      rememberScheme(c, form.scheme, deps.secure)
      return c.redirect(ownPath(form.back, '/'), 303)
    })

    // -- signing in -----------------------------------------------------------------------------------------------------
    const waysOf = async (c: Context) => (await deps.api(c)).get<SignInWays>('/api/sign-in')
    // Without the provider's answer there is no link; one is signed out here all the same.
    const logoutOf = async (c: Context) =>
      (await deps.api(c))
        .get<{ url: string | null }>('/api/session/oidc/logout')
        .then(({ url }) => url)
        .catch(() => null)
    app.get('/sign-in', async (c) =>
      sendPage(
        c,
        SignIn({
          cx: contextOf(c, undefined),
          email: '',
          to: ownPath(c.req.query('to'), '/'),
          ways: await waysOf(c),
          done: c.req.query('done') === 'out' ? 'out' : undefined,
          logout: c.req.query('done') === 'out' ? await logoutOf(c) : null,
        }),
      ),
    )
    app.post('/sign-in', async (c) => {
      const { email = '', password = '', to } = await formOf(c)
      const next = ownPath(to, '/')
      try {
        await deps.session.signIn(c, email, password)
        return c.redirect(next, 303)
      } catch (error) {
        const failed = failureOf(error)
        if (!failed) throw error
        const cx = contextOf(c, undefined)
        const again = SignIn({ cx, email, to: next, ways: await waysOf(c), error: sentenceOf(cx, failed) })
        return sendPage(c, again, failed.status)
      }
    })
    app.post('/sign-out', async (c) => {
      await deps.session.signOut(c)
      return c.redirect('/sign-in?done=out', 303)
    })
    app.get('/password', async (c) => {
      const cx = contextOf(c, undefined)
      const token = c.req.query('token') ?? ''
      const api = await deps.api(c)
      try {
        const who = await api.get<{ name: string; email: string | null }>('/api/password', { token })
        return sendPage(c, Password({ cx, token, who }))
      } catch (error) {
        const failed = failureOf(error)
        if (!failed || failed.status >= 500) throw error
        return sendPage(c, PasswordFailure({ cx, error: sentenceOf(cx, failed) }), failed.status)
      }
    })
    app.post('/password', async (c) => {
      const { token = '', password = '' } = await formOf(c)
      try {
        await deps.session.setPassword(c, token, password)
        return c.redirect('/', 303)
      } catch (error) {
        const failed = failureOf(error)
        if (!failed || failed.status >= 500) throw error
        const cx = contextOf(c, undefined)
        const error_ = sentenceOf(cx, failed)
        const view = failed.code.startsWith('link_')
          ? PasswordFailure({ cx, error: error_ })
          : Password({ cx, token, error: error_ })
        return sendPage(c, view, failed.status)
      }
    })
    mountAccess(app, { deps, contextOf, page, act })
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

    // -- finding one's way ------------------------------------------------------------------------------------------------
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

    // -- records --------------------------------------------------------------------------------------------------------
    app.get(
      '/console/today',
      page(loadToday, (cx, view) => Today({ cx, view })),
    )
    app.get(
      '/console/systems',
      page(loadSystems, (cx, systems) => Systems({ cx, systems })),
    )
    app.get(
      '/console/systems/:id',
      page(
        async (api, c) => {
          const [system, recogniser] = await Promise.all([systemOf(api, c), loadRecogniser(api)])
          return { system, recogniser }
        },
        (cx, data, c) => System({ cx, ...data, done: c.req.query('done') as Done }),
      ),
    )
    app.get(
      '/console/conversations',
      page(
        async (api, c) => {
          const filters = filtersOf(c.req.query())
          return {
            filters,
            before: c.req.query('before'),
            ...(await loadConversations(api, filters, c.req.query('before'))),
          }
        },
        (cx, data) => Conversations({ cx, ...data }),
      ),
    )
    // Before the address of one conversation, which would fit it too.
    mountVault(app, { page, act, contextFor: async (api, c) => contextOf(c, await api.get<MeView>('/api/me')) })
    app.get(
      '/console/conversations/:id',
      page(
        (api, c) => loadConversation(api, param(c, 'id')),
        (cx, data, c) => {
          const kept = keptFor(cx, `/console/conversations/${param(c, 'id')}/reveal`)
          return Conversation({ cx, ...data, ...(kept ? { reveal: { values: kept } } : {}) })
        },
      ),
    )
    app.get(
      '/console/hand-offs',
      page(loadHandOffs, (cx, data, c) => {
        const done = c.req.query('done')
        return HandOffs({ cx, ...data, done: done === 'accepted' || done === 'completed' ? done : undefined })
      }),
    )
    for (const [verb, done] of [
      ['accept', 'accepted'],
      ['complete', 'completed'],
    ] as const)
      app.post(
        `/console/hand-offs/:id/${verb}`,
        act(
          async (api, _, c) => {
            await api.post(`/api/hand-offs/${encodeURIComponent(param(c, 'id'))}/${verb}`)
            return `/console/hand-offs?done=${done}`
          },
          async (cx, api, _, error) => HandOffs({ cx, ...(await loadHandOffs(api)), done: undefined, error }),
        ),
      )

    // -- may it work: stop, resume, gate, oversight ------------------------------------------------------------------------
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

    // -- ledger -------------------------------------------------------------------------------------------------------------
    app.get(
      '/console/ledger',
      page(
        async (api, c) => {
          const find = c.req.query('find')?.trim().slice(0, 80)
          const type = c.req.query('type')?.trim().slice(0, 60)
          const filters = { ...(find ? { find } : {}), ...(type ? { type } : {}) }
          const before = c.req.query('before')
          return { filters, before, view: await loadLedger(api, filters, before) }
        },
        (cx, data) => Ledger({ cx, ...data }),
      ),
    )
    app.post(
      '/console/ledger/verify',
      act(
        async (api) => {
          await api.post('/api/ledger/verify')
          return '/console/ledger'
        },
        async (cx, api) => Ledger({ cx, view: await loadLedger(api, {}, undefined), filters: {}, before: undefined }),
      ),
    )
    const entryOf = (api: Api, c: Context) => loadEntry(api, param(c, 'event'))
    app.get(
      '/console/ledger/entries/:event',
      page(entryOf, (cx, view) => Entry({ cx, view })),
    )
    app.get('/console/ledger/entries/:event/receipt', async (c) => {
      const api = await deps.api(c)
      try {
        const view = await entryOf(api, c)
        if (view.proof === null) return failure(c, { status: 404, code: 'proof_missing' })
        return sendFile(c, `${view.event}.receipt.json`, receiptFile({ ...view, sentence: '', fileName: '' }))
      } catch (error) {
        return answerFailure(c, contextOf(c, undefined), error)
      }
    })
    app.get(
      '/console/limits',
      page(loadLimits, (cx, limits) => LimitsPage({ cx, limits })),
    )

    mountPeople(app)
    mountKeys(app)
    mountRights(app, { page, act, contextFor: async (api, c) => contextOf(c, await api.get<MeView>('/api/me')) })
    mountProcessing(app, { page, act })
    mountSubjects(app, { page, act, contextFor: async (api, c) => contextOf(c, await api.get<MeView>('/api/me')) })
    mountSamples(app, { page, act, contextFor: async (api, c) => contextOf(c, await api.get<MeView>('/api/me')) })
  }

  // -- people -----------------------------------------------------------------------------------------------------------

  const mountPeople = (app: Hono): void => {
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
    for (const [verb, path, done] of [
      ['reset', 'factor/reset', 'reset'],
      ['sign-out', 'sessions/end', 'sessions'],
    ] as const)
      app.post(
        `/console/people/:person/${verb}`,
        act(async (api, _, c) => {
          await api.post(`${apiPerson(c)}/${path}`)
          return `${base(c)}?done=${done}`
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

  // -- keys ---------------------------------------------------------------------------------------------------------------

  const mountKeys = (app: Hono): void => {
    app.get(
      '/console/keys',
      page(loadKeys, (cx, data, c) =>
        Keys({
          cx,
          ...data,
          values: keptFor(cx, '/console/keys') ?? {},
          done: c.req.query('done') === 'revoked' ? 'revoked' : undefined,
        }),
      ),
    )
    app.post(
      '/console/keys',
      act(
        async (api, { system = '', label = '', expires }, c) => {
          const expiresAt = expires ? dayStart(expires, 1) : undefined
          const made = await api.post<NewKey>('/api/keys', {
            system,
            label: label.trim(),
            ...(expiresAt ? { expiresAt } : {}),
          })
          const cx = contextOf(c, await api.get<MeView>('/api/me'))
          // The secret is in this one answer; a reload asks for the form again and shows no key.
          return sendPage(c, Keys({ cx, ...(await loadKeys(api)), made }))
        },
        async (cx, api, values, error) => Keys({ cx, ...(await loadKeys(api)), values, error }),
      ),
    )
    app.get(
      '/console/keys/:key/revoke',
      page(
        async (api, c) => {
          const key = (await loadKeys(api)).keys.find(({ id }) => id === param(c, 'key'))
          if (!key) throw new NotHere('key_unknown')
          return key
        },
        (cx, { id, label }) => RevokeKey({ cx, keyId: id, label }),
      ),
    )
    app.post(
      '/console/keys/:key/revoke',
      act(
        async (api, _, c) => {
          await api.delete(`/api/keys/${encodeURIComponent(param(c, 'key'))}`)
          return '/console/keys?done=revoked'
        },
        async (cx, api, _, error) => Keys({ cx, ...(await loadKeys(api)), error }),
      ),
    )
  }

  return { mount, failure, crossSite: (c: Context) => failure(c, { status: 403, code: 'cross_site' }) }
}

function kindOf({ status, code }: Failure): FailureKind {
  if (code === 'cross_site') return 'crossSite'
  if (code === 'store_unavailable' || status === 503) return 'unavailable'
  if (status === 403) return 'notAllowed'
  if (status === 404 || status === 410) return 'notFound'
  return status >= 500 ? 'ours' : 'badRequest'
}

/** What went wrong, in a sentence: the API's own, else ours for the code, else one for the kind. */
export function sentenceOf(cx: ConsoleContext, { status, code, param: field, values, sentence }: Failure): string {
  if (sentence !== undefined) return sentence
  const key = `error.${code}`
  if (cx.knows(key)) {
    try {
      return cx.say(key as 'error.other', { ...values, code })
    } catch {
      // A value that the sentence needs is not there: half a sentence is not said.
    }
  }
  if (status === 403) return cx.say('error.not_allowed')
  if (status === 409) return cx.say('error.conflict')
  if ((status === 400 || status === 422) && field !== undefined)
    return cx.say('error.fields', { field: cx.term('field', field) })
  return cx.say('error.other', { code })
}
