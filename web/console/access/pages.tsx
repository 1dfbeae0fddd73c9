/** Pages for proving who one is, and of one's own account. */
import type { Context, Hono } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { NewFactor, PersonViews, SessionView, SignInWays, SubjectViews } from '../../../src/access/contract.ts'
import { cookieName, cookieOptions, ownPath, sendPage } from '../../answer.ts'
import { type Api, failureOf, NotHere } from '../../api.ts'
import { keptFor } from '../context.ts'
import { type ConsoleKit, param } from '../kit.ts'
import { Conversation, loadConversation } from '../records/conversation.tsx'
import { loadToday, Today } from '../records/today.tsx'
import { loadAccount, Me, RemovePasskey } from './account.tsx'
import { Groups, loadGroups } from './groups.tsx'
import { ChangePasswordPage, CodePage, CodesPage, ConfirmPage, EnrolPage, ProvePage } from './second-step.tsx'
import { SignIn } from './sign-in.tsx'
import { PersonViewsPage, SubjectViewsPage } from './views.tsx'

const FLOW_PATH = '/sign-in/oidc'

const toOf = (c: Context) => ownPath(c.req.query('to'), '/')

export function mountAccess(app: Hono, { deps, contextOf, page, act }: ConsoleKit): void {
  const session = (api: Api) => api.get<SessionView>('/api/session')
  const ways = async (c: Context) => (await deps.api(c)).get<SignInWays>('/api/sign-in')
  /** What a device answered; a form without it gets the API's own refusal. */
  const answerIn = (text = ''): unknown => {
    try {
      return JSON.parse(text)
    } catch {
      return {}
    }
  }
  const beside = (c: Context) => contextOf(c, undefined)

  /** A page before signing in is complete: it knows the session only. */
  const step =
    (view: (c: Context, session: SessionView) => unknown | Promise<unknown>) =>
    async (c: Context): Promise<Response> => {
      const known = await session(await deps.api(c)).catch((error: { status?: number }) => {
        if (error.status === 401) return undefined
        throw error
      })
      return known === undefined ? c.redirect('/sign-in', 303) : sendPage(c, await view(c, known))
    }

  app.get('/sign-in/next', async (c) => {
    const to = toOf(c)
    const known = await session(await deps.api(c)).catch(() => undefined)
    const page = { code: '/sign-in/code', enrol: '/sign-in/factor', offer: '/sign-in/factor', done: undefined }
    const next = known && page[known.stage]
    return c.redirect(known === undefined ? '/sign-in' : next ? `${next}?to=${encodeURIComponent(to)}` : to, 303)
  })
  app.get(
    '/sign-in/code',
    step(async (c, known) => CodePage({ cx: beside(c), session: known, ways: await ways(c), to: toOf(c) })),
  )
  app.post(
    '/sign-in/code',
    act(
      async (_, { code = '', to }, c) => {
        await deps.session.begin(c, '/api/session/code', { code })
        return ownPath(to, '/')
      },
      async (_, api, { to }, error, c) =>
        CodePage({ cx: beside(c), session: await session(api), ways: await ways(c), to: ownPath(to, '/'), error }),
    ),
  )
  app.post(
    '/sign-in/later',
    act(
      async (_, { to }, c) => {
        await deps.session.begin(c, '/api/session/later')
        return ownPath(to, '/')
      },
      async (_, api, { to }, error, c) =>
        EnrolPage({ cx: beside(c), session: await session(api), ways: await ways(c), to: ownPath(to, '/'), error }),
    ),
  )
  app.get(
    '/sign-in/factor',
    step(async (c, known) => EnrolPage({ cx: beside(c), session: known, ways: await ways(c), to: toOf(c) })),
  )
  app.post(
    '/sign-in/factor',
    act(
      async (api, { to }, c) =>
        sendPage(
          c,
          ProvePage({ cx: beside(c), factor: await api.post<NewFactor>('/api/factor'), to: ownPath(to, '/') }),
        ),
      async (_, api, { to }, error, c) =>
        EnrolPage({ cx: beside(c), session: await session(api), ways: await ways(c), to: ownPath(to, '/'), error }),
    ),
  )
  app.post(
    '/sign-in/factor/enrol',
    act(
      async (_, { code = '', to }, c) => {
        const { codes } = await deps.session.begin<{ codes: string[] }>(c, '/api/factor/enrol', { code })
        return sendPage(c, CodesPage({ cx: beside(c), codes, to: ownPath(to, '/') }))
      },
      async (_, __, { secret = '', uri = '', to }, error, c) =>
        ProvePage({ cx: beside(c), factor: { secret, uri }, to: ownPath(to, '/'), error }),
    ),
  )
  app.get('/sign-in/password', async (c) => {
    const known = await session(await deps.api(c)).catch((error: { status?: number }) => {
      if (error.status === 401) return undefined
      throw error
    })
    if (known === undefined || known.stage !== 'done') return c.redirect('/sign-in?to=/sign-in/password', 303)
    if (!known.proved) return c.redirect('/sign-in/confirm?to=/sign-in/password', 303)
    return sendPage(c, ChangePasswordPage({ cx: beside(c), email: known.email }))
  })
  app.post(
    '/sign-in/password',
    act(
      async (_, form, c) => {
        const { password = '' } = form
        await deps.session.begin(c, '/api/me/password', { current: form['current-password'] ?? '', password })
        return '/console/me?done=password'
      },
      async (_, api, __, error, c) => ChangePasswordPage({ cx: beside(c), email: (await session(api)).email, error }),
    ),
  )
  // A link, not a form: a form may send the browser nowhere else (Content-Security-Policy form-action).
  app.get('/sign-in/oidc', async (c) => {
    // A visit begins with a press on our own page: the provider may answer without asking, and then a link of another
    // site would sign somebody in (OWASP ASVS 5.0, 7.6.2).
    const site = c.req.header('sec-fetch-site')
    if (site !== undefined && site !== 'same-origin')
      return c.redirect(`/sign-in?to=${encodeURIComponent(toOf(c))}`, 303)
    const api = await deps.api(c)
    try {
      const { url, flow } = await api.get<{ url: string; flow: string }>('/api/session/oidc', {
        to: toOf(c),
        confirm: c.req.query('confirm'),
      })
      setCookie(c, cookieName('oidc', deps.secure), flow, { ...cookieOptions(deps.secure), maxAge: 600 })
      return c.redirect(url, 303)
    } catch (error) {
      return refused(c, error)
    }
  })
  app.get(`${FLOW_PATH}/callback`, async (c) => {
    const name = cookieName('oidc', deps.secure)
    const flow = getCookie(c, name) ?? ''
    deleteCookie(c, name, { path: '/', secure: deps.secure })
    try {
      const { search } = new URL(c.req.url)
      const { to } = await deps.session.begin<{ to: string }>(c, '/api/session/oidc', { flow: flow || '-', search })
      return c.redirect(ownPath(to, '/'), 303)
    } catch (error) {
      return refused(c, error)
    }
  })
  const refused = async (c: Context, error: unknown) => {
    const failed = failureOf(error)
    if (!failed || failed.status === 500) throw error
    const cx = beside(c)
    const page = SignIn({ cx, email: '', to: '/', ways: await ways(c), error: cx.term('error', failed.code) })
    return sendPage(c, page, failed.status)
  }
  app.get(
    '/console/people/groups',
    page(loadGroups, (cx, groupRoles, c) =>
      Groups({ cx, groupRoles, values: keptFor(cx, '/console/people/groups') ?? {}, done: c.req.query('done') }),
    ),
  )
  const groupsAgain = async (...[cx, api, values, error]: Parameters<Parameters<typeof act>[1]>) =>
    Groups({ cx, groupRoles: await loadGroups(api), values, error })
  app.post(
    '/console/people/groups',
    act(async (api, { group = '', role = '', client }) => {
      await api.post('/api/group-roles', { group, role, ...(client ? { client } : {}) })
      return '/console/people/groups?done=added'
    }, groupsAgain),
  )
  app.post(
    '/console/people/groups/:mapping/remove',
    act(async (api, _, c) => {
      await api.delete(`/api/group-roles/${encodeURIComponent(param(c, 'mapping'))}`)
      return '/console/people/groups?done=removed'
    }, groupsAgain),
  )
  app.post(
    '/sign-in/passkey',
    act(
      async (_, { answer, to }, c) => {
        await deps.session.begin(c, '/api/session/passkey', answerIn(answer))
        return ownPath(to, '/')
      },
      async (cx, _, { to }, error, c) => SignIn({ cx, email: '', to: ownPath(to, '/'), ways: await ways(c), error }),
    ),
  )
  app.post(
    '/sign-in/passkey/new',
    act(
      async (_, { answer, name = '', to }, c) => {
        const { codes } = await deps.session.begin<{ codes: string[] }>(c, '/api/passkeys', {
          name,
          answer: answerIn(answer),
        })
        const next = ownPath(to, '/')
        return codes.length === 0 ? next : sendPage(c, CodesPage({ cx: beside(c), codes, to: next }))
      },
      async (_, api, { to }, error, c) =>
        EnrolPage({ cx: beside(c), session: await session(api), ways: await ways(c), to: ownPath(to, '/'), error }),
    ),
  )
  app.post(
    '/sign-in/confirm/passkey',
    act(
      async (_, { answer, to }, c) => {
        await deps.session.begin(c, '/api/session/confirm/passkey', answerIn(answer))
        return ownPath(to, '/console/me')
      },
      async (_, api, { to }, error, c) =>
        ConfirmPage({ cx: beside(c), session: await session(api), ways: await ways(c), to: ownPath(to, '/'), error }),
    ),
  )
  app.get(
    '/sign-in/confirm',
    step(async (c, known) => ConfirmPage({ cx: beside(c), session: known, ways: await ways(c), to: toOf(c) })),
  )
  app.post(
    '/sign-in/confirm',
    act(
      async (_, { password = '', code = '', to }, c) => {
        await deps.session.begin(c, '/api/session/confirm', {
          ...(password === '' ? {} : { password }),
          ...(code === '' ? {} : { code }),
        })
        return ownPath(to, '/console/me')
      },
      async (_, api, { to }, error, c) =>
        ConfirmPage({
          cx: beside(c),
          session: await session(api),
          ways: await ways(c),
          to: ownPath(to, '/console/me'),
          error,
        }),
    ),
  )

  // -- who read what ----------------------------------------------------------------------------------------------------
  const id = (c: Context, name: string) => encodeURIComponent(param(c, name))
  app.post(
    '/console/conversations/:id/reveal',
    act(
      async (api, { reason, words = '' }, c) => {
        const given = words.trim()
        await api.post(`/api/conversations/${id(c, 'id')}/reveal`, { reason, ...(given ? { words: given } : {}) })
        return `/console/conversations/${id(c, 'id')}#said`
      },
      async (cx, api, values, error, c) =>
        Conversation({ cx, ...(await loadConversation(api, param(c, 'id'))), reveal: { values, error } }),
    ),
  )
  app.get(
    '/console/subjects/:subject/views',
    page(
      (api, c) => api.get<SubjectViews>(`/api/subjects/${id(c, 'subject')}/views`),
      (cx, view) => SubjectViewsPage({ cx, view }),
    ),
  )
  app.get(
    '/console/people/:person/views',
    page(
      (api, c) => api.get<PersonViews>(`/api/people/${id(c, 'person')}/views`),
      (cx, view) => PersonViewsPage({ cx, view }),
    ),
  )
  app.post(
    '/console/reading/:signal',
    act(
      async (api, { judgement }, c) => {
        await api.post(`/api/reading-signals/${id(c, 'signal')}/judge`, { judgement })
        return '/console/today'
      },
      async (cx, api) => Today({ cx, view: await loadToday(api, deps.now()) }),
    ),
  )

  // -- one's own account ------------------------------------------------------------------------------------------------
  const again = async (...[cx, api, , error]: Parameters<Parameters<typeof act>[1]>) =>
    Me({ cx, account: await loadAccount(api), error })
  app.get(
    '/console/me',
    page(loadAccount, (cx, account, c) => Me({ cx, account, done: c.req.query('done') })),
  )
  app.post(
    '/console/me/codes',
    act(async (api, _, c) => {
      const { codes } = await api.post<{ codes: string[] }>('/api/recovery-codes')
      return sendPage(c, CodesPage({ cx: beside(c), codes, to: '/console/me' }))
    }, again),
  )
  app.get(
    '/console/me/passkeys/:passkey/remove',
    page(
      async (api, c) => {
        const found = (await loadAccount(api)).passkeys.find(({ id }) => id === param(c, 'passkey'))
        if (!found) throw new NotHere('passkey_unknown')
        return found
      },
      (cx, passkey) => RemovePasskey({ cx, passkey }),
    ),
  )
  app.post(
    '/console/me/passkeys/:passkey/remove',
    act(async (api, _, c) => {
      await api.delete(`/api/passkeys/${encodeURIComponent(param(c, 'passkey'))}`)
      return '/console/me?done=passkeyRemoved'
    }, again),
  )
  app.post(
    '/console/me/passkeys/:passkey/name',
    act(async (api, { name = '' }, c) => {
      await api.post(`/api/passkeys/${encodeURIComponent(param(c, 'passkey'))}/name`, { name })
      return '/console/me?done=passkeyRenamed'
    }, again),
  )
  app.post(
    '/console/me/sessions/end',
    act(async (api) => {
      await api.delete('/api/sessions')
      return '/console/me?done=others'
    }, again),
  )
  app.post(
    '/console/me/sessions/:session/end',
    act(async (api, _, c) => {
      await api.delete(`/api/sessions/${encodeURIComponent(param(c, 'session'))}`)
      return '/console/me?done=ended'
    }, again),
  )
}
