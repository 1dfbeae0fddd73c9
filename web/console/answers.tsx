/** How a page of the console comes about: who is signed in, what it loads, and what is answered when that fails. */
import type { Context } from 'hono'
import type { MeView } from '../../src/access/contract.ts'
import { ownPath, schemeOf, sendPage } from '../answer.ts'
import { type Api, type Failure, failureOf } from '../api.ts'
import type { KeptForm } from '../app.ts'
import { type ConsoleContext, consoleContext } from './context.ts'
import { type FailureKind, FailurePage } from './failure.tsx'
import { type ConsoleKit, type Form, formOf, type PagesDeps } from './kit.ts'

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

export function consoleKit(deps: PagesDeps): ConsoleKit {
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
      again: (cx: ConsoleContext, api: Api, form: Form, error: string, c: Context, failed: Failure) => Promise<unknown>,
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
        return sendPage(c, await again(cx, api, form, sentenceOf(cx, failed), c, failed), failed.status)
      }
    }

  /** What was typed waits until its sender has proved who they are. Forms of signing in are never kept. */
  const keep = async (c: Context, form: Form): Promise<void> => {
    const { pathname } = new URL(c.req.url)
    if (c.req.method === 'POST' && pathname.startsWith('/console/')) await deps.kept.keep(c, pathname, form)
  }

  const contextFor = async (api: Api, c: Context) => contextOf(c, await api.get<MeView>('/api/me'))
  return { deps, contextOf, contextFor, page, act, failure, answerFailure }
}

function kindOf({ status, code }: Failure): FailureKind {
  if (code === 'cross_site') return 'crossSite'
  if (code === 'store_unavailable' || status === 503) return 'unavailable'
  if (status === 403) return 'notAllowed'
  if (status === 404 || status === 410) return 'notFound'
  return status >= 500 ? 'ours' : 'badRequest'
}

/** What went wrong, in a sentence: ours for the code, else the API's own, else one for the kind. */
export function sentenceOf(
  cx: ConsoleContext,
  { status, code, param: field, values, sentence, otherwise }: Failure,
): string {
  if (sentence !== undefined) return sentence
  const key = `error.${code}`
  if (cx.knows(key)) {
    try {
      return cx.say(key as 'error.other', { ...values, code })
    } catch {
      // A value that the sentence needs is not there: half a sentence is not said.
    }
  }
  // What does not fit a schema is told by its name on the form, not by its name on the wire.
  if (otherwise !== undefined && code !== 'invalid_request' && code !== 'not_allowed') return otherwise
  if (status === 403) return cx.say('error.not_allowed')
  if (status === 409) return cx.say('error.conflict')
  if ((status === 400 || status === 422) && field !== undefined)
    return cx.say('error.fields', { field: cx.term('field', field) })
  return cx.say('error.other', { code })
}
