/** The pages of the portal and the public pages: what each loads, and what its forms do. */
import type { Context, Hono } from 'hono'
import type { PortalMine, PortalView, PublicSystems } from '../../src/transparency/contract.ts'
import { schemeOf, sendFile, sendPage } from '../answer.ts'
import { type Api, type Failure, failureOf } from '../api.ts'
import { formOf, type PagesDeps } from '../console/kit.ts'
import { mountQuestions } from './attributes/pages.tsx'
import { mountCases } from './cases/pages.tsx'
import { Choices } from './choices.tsx'
import { type PortalContext, portalContext } from './context.ts'
import { decisionPath } from './decisions/decision.tsx'
import { loadDecisions, mountDecisions } from './decisions/pages.tsx'
import { loadCorrections, loadFeedback, mountFeedback } from './feedback/pages.tsx'
import { Human } from './human.tsx'
import { mountNotices } from './notices/pages.tsx'
import { LinkFailure, Systems } from './public.tsx'
import { fileNames, type Receipt, ReceiptPage, Receipts, receiptFile, VerifyPage } from './receipt.tsx'
import { mountData } from './rights/pages.tsx'
import { Mine } from './way-in/mine.tsx'
import { loadWayIn, mountWayIn } from './way-in/pages.tsx'
import { loadPortal, WhatHappened } from './what-happened.tsx'

/** What anyone may know of the ledger: its public key, and whose it is. */
type PublicLedger = { readonly vkey: string; readonly organisation?: string }

export function answersPortal(deps: PagesDeps) {
  const contextOf = (c: Context, withBase = true): PortalContext => {
    const { pathname, search } = new URL(c.req.url)
    const token = c.req.param('token')
    const [secret, item] = withBase ? (token ?? '').split('.', 2) : []
    return portalContext({
      language: deps.language(c),
      now: deps.now(),
      path: `${pathname}${search}`,
      scheme: schemeOf(c, deps.secure),
      assets: deps.paths,
      base: withBase && token !== undefined ? `/p/${encodeURIComponent(token)}` : undefined,
      home: item === undefined ? undefined : `/p/${encodeURIComponent(secret ?? '')}`,
    })
  }

  /** The same page whether a link never was, or belongs to someone else; only one that has ended says so. */
  const failure = async (c: Context, { status, code, values }: Failure): Promise<Response> => {
    const cx = contextOf(c, false)
    if (code === 'link_expired')
      return sendPage(c, LinkFailure({ cx, kind: 'expired', wayIn: await wayInOf(c, values?.client) }), 410)
    if (status === 413) return sendPage(c, LinkFailure({ cx, kind: 'tooLarge' }), status)
    if (status >= 500) return sendPage(c, LinkFailure({ cx, kind: 'unavailable' }), status)
    return sendPage(c, LinkFailure({ cx, kind: 'unknown' }), status === 429 ? 429 : 404)
  }

  /** Whose link it was, and whether a code gets its holder in again. */
  const wayInOf = async (c: Context, client: unknown) => {
    try {
      return typeof client === 'string' && deps.anyone ? await loadWayIn(await deps.anyone(c), client) : undefined
    } catch (error) {
      deps.failed?.(c, error)
      return undefined
    }
  }

  const answerFailure = async (c: Context, error: unknown): Promise<Response> => {
    const failed = failureOf(error) ?? { status: 500, code: 'internal' }
    if (failed.status >= 500) deps.failed?.(c, error)
    return failure(c, failed)
  }

  const page =
    <T,>(load: (api: Api, c: Context) => Promise<T>, view: (cx: PortalContext, data: T, c: Context) => unknown) =>
    async (c: Context): Promise<Response> => {
      try {
        const data = await load(await deps.api(c), c)
        return sendPage(c, view(contextOf(c), data, c))
      } catch (error) {
        return answerFailure(c, error)
      }
    }

  /** A form of the customer: done is shown from the record; a refusal is shown on the same page, in plain words. */
  const act =
    (
      change: (api: Api, form: Readonly<Record<string, string>>, base: string) => Promise<string>,
      again: (cx: PortalContext, view: PortalView, error: string) => unknown,
    ) =>
    async (c: Context): Promise<Response> => {
      const cx = contextOf(c)
      try {
        const api = await deps.api(c)
        return c.redirect(await change(api, await formOf(c), cx.base ?? '/'), 303)
      } catch (error) {
        const failed = failureOf(error)
        if (!failed || failed.status >= 500 || failed.status === 401) return answerFailure(c, error)
        try {
          const view = await loadPortal(await deps.api(c))
          return sendPage(c, again(cx, view, failed.sentence ?? cx.say('error.other')), failed.status)
        } catch (second) {
          return answerFailure(c, second)
        }
      }
    }

  const minePage = async (c: Context, api: Api) => {
    const from = Object.fromEntries(
      (['after', 'decisionsAfter'] as const).flatMap((name) => {
        const value = c.req.query(name)
        return value ? [[name, value]] : []
      }),
    )
    return sendPage(c, Mine({ cx: contextOf(c), view: await api.get<PortalMine>('/api/portal/mine', from), from }))
  }

  const receiptOf = (api: Api, c: Context) =>
    api.get<Receipt>(`/api/portal/receipts/${encodeURIComponent(c.req.param('event') ?? '')}`)

  const mount = (app: Hono): void => {
    app.get('/p/:token', async (c) => {
      try {
        const api = await deps.api(c)
        const { conversation, decisions } = await loadDecisions(api)
        const [only] = decisions
        // A link that was made for one decision has no conversation to show.
        if (conversation === null && only !== undefined) return c.redirect(decisionPath(contextOf(c), only.id), 303)
        // Nor has one to everything of the person, until something is chosen.
        if (conversation === null) return await minePage(c, api)
        const [view, corrections, feedback] = await Promise.all([
          loadPortal(api),
          loadCorrections(api),
          // A question about the contact is never in the way of what happened in it.
          loadFeedback(api).catch((error: unknown) => {
            deps.failed?.(c, error)
            return undefined
          }),
        ])
        return sendPage(c, WhatHappened({ cx: contextOf(c), view, decisions, corrections, feedback: feedback?.state }))
      } catch (error) {
        return answerFailure(c, error)
      }
    })
    app.get(
      '/p/:token/choices',
      page(loadPortal, (cx, view, c) => Choices({ cx, view, done: c.req.query('done') })),
    )
    app.post(
      '/p/:token/choices',
      act(
        async (api, { purpose = '', on, shown }, base) => {
          await api.post('/api/portal/choices', { purpose, on: on === 'true', ...(shown ? { shown } : {}) })
          return `${base}/choices?done=${encodeURIComponent(purpose)}`
        },
        (cx, view, error) => Choices({ cx, view, error }),
      ),
    )
    app.get(
      '/p/:token/human',
      page(loadPortal, (cx, view, c) => Human({ cx, view, done: c.req.query('done') === 'asked' })),
    )
    app.post(
      '/p/:token/human',
      act(
        async (api, { reason }, base) => {
          await api.post('/api/portal/handoff', reason?.trim() ? { reason: reason.trim().slice(0, 500) } : {})
          return `${base}/human?done=asked`
        },
        (cx, view, error) => Human({ cx, view, done: false, error }),
      ),
    )
    mountData(app, { deps, contextOf, page, answerFailure })
    mountQuestions(app, { deps, contextOf, page, answerFailure })
    mountDecisions(app, { deps, contextOf, page, answerFailure })
    mountWayIn(app, { deps, contextOf, page, answerFailure })
    mountCases(app, { deps, contextOf, page, answerFailure })
    mountNotices(app, { deps, contextOf, page, answerFailure })
    mountFeedback(app, { deps, contextOf, page, answerFailure })
    app.get(
      '/p/:token/receipts',
      page(loadPortal, (cx, view) => Receipts({ cx, view })),
    )
    app.get(
      '/p/:token/receipts/:event',
      page(
        async (api, c) => {
          const [view, receipt] = await Promise.all([loadDecisions(api), receiptOf(api, c)])
          return { view, receipt }
        },
        (cx, data) => ReceiptPage({ cx, ...data }),
      ),
    )
    const file =
      (body: (receipt: Receipt) => string | null, name: 'receipt' | 'entry' | 'proof') => async (c: Context) => {
        try {
          const receipt = await receiptOf(await deps.api(c), c)
          const content = body(receipt)
          return content === null
            ? failure(c, { status: 404, code: 'proof_missing' })
            : sendFile(c, fileNames(receipt)[name], content)
        } catch (error) {
          return answerFailure(c, error)
        }
      }
    app.get(
      '/p/:token/receipts/:event/file',
      file((receipt) => (receipt.proof === null ? null : receiptFile(receipt)), 'receipt'),
    )
    app.get(
      '/p/:token/receipts/:event/entry',
      file(({ entry }) => entry, 'entry'),
    )
    app.get(
      '/p/:token/receipts/:event/proof',
      file(({ proof }) => proof, 'proof'),
    )

    app.get('/verify', async (c) => {
      const api = await deps.api(c)
      const ledger = await api.get<PublicLedger>('/api/public/ledger').catch((error: unknown) => {
        deps.failed?.(c, error)
        return undefined
      })
      return sendPage(
        c,
        VerifyPage({ cx: contextOf(c), vkey: ledger?.vkey, organisation: ledger?.organisation ?? 'Waarborg' }),
      )
    })
    app.get('/systems/:client', async (c) => {
      const client = c.req.param('client')
      try {
        const api = await deps.api(c)
        const reply = await api.get<PublicSystems>('/api/public/systems', { client })
        return sendPage(c, Systems({ cx: contextOf(c), reply }))
      } catch (error) {
        return answerFailure(c, error)
      }
    })
  }

  return {
    mount,
    failure,
    crossSite: (c: Context): Response => sendPage(c, LinkFailure({ cx: contextOf(c, false), kind: 'crossSite' }), 403),
  }
}
