/** The screens as an app: which page stands at which address, what it loads, and what its forms do. */
import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { MOST_FORM_BYTES } from '../src/fairness/audits/contract.ts'
import type { Language } from '../src/platform/text.ts'
import { MOST_FILE_BYTES } from '../src/records/cases/contract.ts'
import { fromHere, guard, languageOf, rememberLanguage, sendAsset } from './answer.ts'
import { type Api, failureOf } from './api.ts'
import { type Assets, assetPaths } from './build.ts'
import { answersConsole } from './console/pages.tsx'
import { answersPortal } from './portal/pages.tsx'

export { languageOf }

/** A form that waits for its sender to prove who they are. */
export type KeptForm = { readonly action: string; readonly fields: Readonly<Record<string, string>> }

export type WebDeps = {
  /** The product's own API as the signed-in person, or as the customer of the portal link in `/p/:token`. */
  readonly api: (c: Context) => Api | Promise<Api>
  /** The same as nobody in particular, also behind a link that does not work; absent: nothing is told there. */
  readonly anyone?: (c: Context) => Api | Promise<Api>
  /** They set the session's cookie on the answer; they throw what the API refuses with. */
  readonly session: {
    /** Posts to a route that begins or confirms a session; gives the rest of its reply, without the token. */
    begin<T>(c: Context, path: string, body?: unknown): Promise<T>
    signIn(c: Context, email: string, password: string): Promise<void>
    signOut(c: Context): Promise<void>
    setPassword(c: Context, token: string, password: string): Promise<void>
  }
  /** Forms of the console that were sent by somebody who first had to prove who they are; the browser holds the key. */
  readonly kept: {
    /** Keeps what was sent to `action`, when it is known whose session this was. */
    keep(c: Context, action: string, fields: Readonly<Record<string, string>>): Promise<void>
    /** What the person who is signed in sent; it stays until it is dropped or its quarter of an hour is over. */
    read(c: Context): Promise<KeptForm | undefined>
    /** When it is the form that went to `action`: it was sent after all. */
    drop(c: Context, action: string): Promise<void>
  }
  readonly assets: Assets
  /** Whether people reach this over https: cookies are then sent over TLS only. */
  readonly secure: boolean
  readonly now: () => Date
  /** Default: the address' `lang`, else the cookie, else the browser's language. */
  readonly language?: (c: Context) => Language
  /** Told of every answer that is our fault, for the log; the reader sees no more than a code. */
  readonly failed?: (c: Context, error: unknown) => void
  /** Told of what was turned away before it reached the API, by its code. */
  readonly refused?: (c: Context, code: string) => void
}

const FORM_BYTES = 65_536
/** A file of labelled samples, and a conversation that is tried with what was said about it. */
const SAMPLES_BYTES = 8 * 1_048_576
/** A file for an audit, with the form around it. */
const AUDIT_BYTES = MOST_FORM_BYTES + FORM_BYTES
/** A file of a customer; a few times as large is still told what is wrong with it on the page where it was sent. */
const EVIDENCE_BYTES = 4 * MOST_FILE_BYTES + FORM_BYTES
const ofCustomer = (path: string) => /^\/(p|portal)(\/|$)/.test(path)

/** The console, the portal and the public pages. Mount it at the root, behind nothing else. */
export function webRoutes(deps: WebDeps): Hono {
  const app = new Hono()
  app.use(async (c, next) => {
    guard(c)
    if (c.req.method === 'GET') rememberLanguage(c, deps.secure)
    await next()
  })
  app.get('/assets/*', (c) => sendAsset(c, deps.assets))
  const paths = assetPaths(deps.assets)
  const language = deps.language ?? ((c: Context) => languageOf(c, deps.secure))
  const staff = answersConsole({ ...deps, language, paths })
  const customer = answersPortal({ ...deps, language, paths })
  // A page of another site may not make a browser change something here.
  app.use(async (c, next) => {
    if (c.req.method === 'GET' || c.req.method === 'HEAD' || fromHere(c)) return next()
    deps.refused?.(c, 'cross_site')
    return ofCustomer(c.req.path) ? customer.crossSite(c) : staff.crossSite(c)
  })
  const upTo = (maxSize: number) =>
    bodyLimit({
      maxSize,
      onError: (c) => {
        deps.refused?.(c, 'request_too_large')
        const failed = { status: 413, code: 'request_too_large' }
        return ofCustomer(c.req.path) ? customer.failure(c, failed) : staff.failure(c, failed)
      },
    })
  const [small, large, file] = [upTo(FORM_BYTES), upTo(SAMPLES_BYTES), upTo(AUDIT_BYTES)]
  const evidence = upTo(EVIDENCE_BYTES)
  app.use((c, next) => {
    if (/^\/p\/[^/]+\/cases\/[^/]+\/files$/.test(c.req.path)) return evidence(c, next)
    if (/^\/console\/fairness\/audits\/[^/]+\/file$/.test(c.req.path)) return file(c, next)
    return (c.req.path.startsWith('/console/privacy/') ? large : small)(c, next)
  })
  customer.mount(app)
  staff.mount(app)
  app.notFound((c) =>
    ofCustomer(c.req.path)
      ? customer.failure(c, { status: 404, code: 'not_found' })
      : staff.failure(c, { status: 404, code: 'not_found' }),
  )
  app.onError((error, c) => {
    const failed = failureOf(error) ?? { status: 500, code: 'internal' }
    if (failed.status >= 500) deps.failed?.(c, error)
    return (ofCustomer(c.req.path) ? customer : staff).failure(c, failed)
  })
  return app
}
