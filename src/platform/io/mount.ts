/** Puts declared routes on hono: who calls, may they, parse, handle, parse the reply. The same app answers in process. */
import { type Context, Hono } from 'hono'
import type { z } from 'zod'
import type { Clock } from '../clock.ts'
import { StoreUnavailable } from '../database.ts'
import { ApiError, type Caller, mayCall, provedLately, type Route } from '../http.ts'
import type { Log } from '../log.ts'
import { chooseLanguage, type Language } from '../text.ts'
import type { Limiter } from './limiter.ts'

export type MountOptions = {
  readonly routes: readonly Route[]
  readonly clock: Clock
  readonly log: Log
  /** Who calls, from what the request carries for this kind of route. Throws ApiError 401. */
  readonly identify: (context: Context, route: Route) => Promise<Caller>
  /** Gives the browser the session that a route began, as a cookie. Without it no route begins one over the wire. */
  readonly beganSession?: (context: Context, token: string) => void
  /** How many requests one person, one customer's link or one network address may make; applications have the gateway's limits. */
  readonly limiter?: Limiter
  /** The network address of the other side. */
  readonly peer?: (context: Context) => string
  readonly errorText: (language: Language, code: string, values: Readonly<Record<string, string | number>>) => string
}

/** What an in-process call passes as environment, so that no credentials are needed: `app.request(path, init, { caller })`. */
export type InProcess = {
  readonly caller?: Caller
  readonly language?: Language
  /** Told of the error itself, with its values, beside the answer. */
  readonly failed?: (error: ApiError) => void
}

const inProcessCallers = new WeakSet<object>()
/** Marks a caller as made by our own code; a caller that came from anywhere else is not believed. */
export function trusted(caller: Caller): Caller {
  inProcessCallers.add(caller)
  return caller
}

export function mountRoutes({
  routes,
  clock,
  log,
  identify,
  beganSession,
  limiter,
  peer,
  errorText,
}: MountOptions): Hono {
  const app = new Hono()
  app.notFound((c) => {
    const environment = (c.env ?? {}) as InProcess
    const unknown = new ApiError(404, 'not_found')
    environment.failed?.(unknown)
    log.info('request.refused', { method: c.req.method, status: unknown.status, code: unknown.code })
    return c.json(
      errorBody(unknown, environment.language ?? chooseLanguage(c.req.header('accept-language')), errorText),
      404,
    )
  })
  for (const route of routes) {
    if (route.raw) continue
    app.on(route.method, route.path, async (c) => {
      const started = clock.now().getTime()
      const environment = (c.env ?? {}) as InProcess
      const language = environment.language ?? chooseLanguage(c.req.header('accept-language'))
      let who: Caller | undefined
      try {
        const inside = environment.caller !== undefined && inProcessCallers.has(environment.caller)
        const caller = inside ? environment.caller! : await identify(c, route)
        who = caller
        const waitMs = limiter && counted(caller, c)
        if (waitMs !== undefined) {
          const seconds = Math.ceil(waitMs / 1_000)
          c.header('Retry-After', String(seconds))
          throw new ApiError(429, 'too_many_requests', { values: { seconds } })
        }
        if (!mayCall(route.allow, caller)) throw refusalFor(caller)
        if (route.recent && !provedLately(caller, clock.now())) throw new ApiError(403, 'confirmation_needed')
        const params = parse(route.params, c.req.param(), 'path')
        const query = parse(route.query, queryOf(c), 'query')
        const body = route.body === undefined ? undefined : parse(route.body, await readJson(c, route.bodyLimit), '')
        const value = await route.handle({
          caller,
          params,
          query,
          body,
          now: clock.now(),
          language,
          header: (name) => utf8Of(c.req.header(name)),
          bytes: () => bytesOf(c, route),
        })
        const reply = route.reply.safeParse(value)
        if (!reply.success)
          throw new Error(
            `the reply of ${route.method} ${route.path} is not what it declares: ${reply.error.issues.map((issue) => `${issue.path.join('.')} ${issue.code}`).join('; ')}`,
          )
        c.header('Cache-Control', 'no-store')
        return c.json(route.session && !inside ? handOver(c, reply.data) : (reply.data as object), route.status as 200)
      } catch (error) {
        const known = asApiError(error)
        const { status, code } = known
        const line = { method: route.method, route: route.path, status, code, ...actorOf(who) }
        if (status >= 500) log.error('request.failed', { ...line, error, durationMs: clock.now().getTime() - started })
        else log[refusalLevel(known, who)]('request.refused', line)
        environment.failed?.(known)
        c.header('Cache-Control', 'no-store')
        if (known.status < 500 && known.status !== 429 && known.status !== 408) c.header('X-Should-Retry', 'false')
        return c.json(errorBody(known, language, errorText), known.status as 400)
      }
    })
  }
  return app

  /** Until when this caller must wait, in ms; undefined: no longer. */
  function counted(caller: Caller, c: Context): number | undefined {
    if (caller.kind === 'system' || caller.kind === 'operator') return undefined
    const from = caller.kind === 'public' ? (peer?.(c) ?? 'unknown') : caller.id
    return limiter?.wait(`${caller.kind} ${caller.scope.tenant} ${from}`)
  }

  /** What a browser may read of a reply that begins a session. */
  function handOver(c: Context, reply: unknown): object {
    const { token, ...rest } = reply as { token?: string }
    if (token !== undefined) {
      if (beganSession === undefined) throw new Error('a session cannot be handed over here')
      beganSession(c, token)
    }
    return rest
  }
}

/** Who asked, for the log: the login of an operator is a name, and nobody is nobody. */
const actorOf = (caller: Caller | undefined) =>
  caller === undefined || caller.kind === 'public' ? {} : { actor: caller.kind === 'operator' ? 'operator' : caller.id }

/** A page that is opened without signing in is nothing to look at; what was not allowed, or too often, is. */
function refusalLevel({ status, code }: ApiError, who: Caller | undefined): 'debug' | 'info' | 'warn' {
  if (code === 'sign_in_needed') return 'debug'
  // A rule of the organisation that says no to a known system is daily work: it stands in the answer and, where it counts, on record.
  if (who?.kind === 'system' && status !== 401 && status !== 429) return 'debug'
  return status === 401 || status === 403 || status === 429 ? 'warn' : 'info'
}

/** Someone who is not signed in may be after signing in; who is half way goes on; the others may not. */
function refusalFor(caller: Caller): ApiError {
  if (caller.kind === 'public') return new ApiError(401, 'sign_in_needed')
  return caller.session?.pending ? new ApiError(401, 'second_factor_needed') : new ApiError(403, 'not_allowed')
}

export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error
  if (error instanceof StoreUnavailable) return new ApiError(503, 'store_unavailable', { cause: error })
  // A character that no database keeps (U+0000) is the caller's, wherever it stood: PostgreSQL 22021 and 22P05.
  const code = (error as { code?: unknown } | null)?.code
  if (code === '22021' || code === '22P05')
    return new ApiError(400, 'invalid_request', { values: { field: 'text', problem: 'character' }, cause: error })
  return new ApiError(500, 'internal', { cause: error })
}

export function errorBody(error: ApiError, language: Language, errorText: MountOptions['errorText']) {
  return {
    error: {
      type: error.status >= 500 ? 'waarborg_error' : 'waarborg_refusal',
      code: error.code,
      message: errorText(language, error.code, error.values),
      param: error.param ?? null,
    },
  }
}

function parse(schema: z.ZodType | undefined, value: unknown, where: string): unknown {
  if (schema === undefined) return undefined
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issue = result.error.issues[0]!
  const unknown = issue.code === 'unrecognized_keys' ? [issue.keys[0]!] : []
  const param = [...issue.path, ...unknown]
    .map((part) => (typeof part === 'number' ? `[${part}]` : String(part)))
    .join('.')
    .replaceAll('.[', '[')
  throw new ApiError(400, 'invalid_request', {
    param: param === '' ? where || 'body' : param,
    values: { field: param || where || 'body', problem: issue.code },
  })
}

/** Each name once: of two values with one name a reader before us may have judged the other. */
function queryOf(c: Context): Record<string, string> {
  const pairs = [...new URL(c.req.url).searchParams]
  if (new Set(pairs.map(([name]) => name)).size < pairs.length)
    throw new ApiError(400, 'invalid_request', { param: 'query', values: { field: 'query', problem: 'repeated' } })
  return Object.fromEntries(pairs)
}

/** Node reads header bytes as Latin-1; callers send UTF-8. */
const utf8Of = (value: string | undefined) => value && Buffer.from(value, 'latin1').toString('utf8')

/** The file that was sent, piece by piece. A form or JSON is none. */
function bytesOf(c: Context, route: Route): AsyncIterable<Uint8Array> {
  if (!route.file) throw new Error(`${route.method} ${route.path} takes no file`)
  const type = (c.req.header('content-type') ?? 'application/octet-stream').split(';')[0]!.trim().toLowerCase()
  if (type !== 'application/octet-stream')
    throw new ApiError(415, 'media_type', { values: { type: 'application/octet-stream' } })
  if (Number(c.req.header('content-length') ?? 0) > route.bodyLimit)
    throw new ApiError(413, 'request_too_large', { values: { maximum: route.bodyLimit } })
  return (c.req.raw.body ?? []) as AsyncIterable<Uint8Array>
}

async function readJson(c: Context, limit: number): Promise<unknown> {
  const type = c.req.header('content-type') ?? ''
  if (!/^application\/([\w.+-]+\+)?json\b/i.test(type))
    throw new ApiError(415, 'media_type', { values: { type: 'application/json' } })
  const declared = Number(c.req.header('content-length') ?? 0)
  if (declared > limit) throw new ApiError(413, 'request_too_large', { values: { maximum: limit } })
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of (c.req.raw.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length
    if (size > limit) throw new ApiError(413, 'request_too_large', { values: { maximum: limit } })
    chunks.push(chunk)
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks)))
  } catch {
    throw new ApiError(400, 'invalid_request', { param: 'body', values: { field: 'body', problem: 'json' } })
  }
}
