/** Signing in with a password, signing out, and choosing a password by a link. */
import type { Context, Hono } from 'hono'
import type { SignInWays } from '../../../src/access/contract.ts'
import { ownPath, sendPage } from '../../answer.ts'
import { failureOf } from '../../api.ts'
import { sentenceOf } from '../answers.tsx'
import { type ConsoleKit, formOf } from '../kit.ts'
import { Password, PasswordFailure, SignIn } from './sign-in.tsx'

export function mountSignIn(app: Hono, { deps, contextOf }: ConsoleKit): void {
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
}
