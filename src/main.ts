/** The whole product put together in one process: gateway, API, console, portal, ledger and jobs over one installation. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecureServer, Server as HttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { getRequestListener } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { cookieName, cookieOptions } from '../web/answer.ts'
import type { Api } from '../web/api.ts'
import { languageOf, webRoutes } from '../web/app.ts'
import { buildAssets } from '../web/build.ts'
import { peerHeader } from './access/contract.ts'
import {
  authenticateKey,
  authenticateLink,
  authenticateSession,
  authenticationScope,
  dropKeptForm,
  KEPT_FORM_MS,
  keepForm,
  readKeptForm,
  type SendCode,
} from './access/index.ts'
import { relyingPartyOf, sessionCookie, sessionCookieName, sessionToken } from './access/rules.ts'
import { backgroundJobs } from './cli/application/background-jobs.ts'
import { errorText } from './cli/application/error-text.ts'
import { portalHostOf, requireTls } from './cli/application/exposure.ts'
import { identityProvider } from './cli/application/identity-provider.ts'
import { codesTo, portalCodes } from './cli/application/portal-codes.ts'
import { promptGateway } from './cli/application/prompt-gateway.ts'
import { collectRoutes, sessionLimits } from './cli/application/routes.ts'
import type { Installation } from './cli/installation.ts'
import { rewriteErased } from './cli/keeping/rewrite.ts'
import { createAuditRunner, createPromptRunner } from './fairness/index.ts'
import { createGateway, type Gateway } from './gateway/index.ts'
import { checkExport, createVerifier, type Integrator, openSigner, startIntegrator } from './ledger/index.ts'
import type { Clock } from './platform/clock.ts'
import { answersHere } from './platform/faces.ts'
import { answerHeaders, isForeign } from './platform/headers.ts'
import { ApiError, type Caller, type Route } from './platform/http.ts'
import type { Ids } from './platform/ids.ts'
import { type Jobs, startJobs } from './platform/io/jobs.ts'
import { openLimiter } from './platform/io/limiter.ts'
import { asApiError, errorBody, type InProcess, mountRoutes, trusted } from './platform/io/mount.ts'
import { followCertificate, readTls, type TlsFiles } from './platform/io/tls.ts'
import type { Log } from './platform/log.ts'
import { openApi, roleMatrix } from './platform/openapi.ts'
import { parseRanges, peerAddress } from './platform/peer.ts'
import { SettingError, type Settings } from './platform/settings.ts'
import { chooseLanguage, type Language } from './platform/text.ts'
import { openModel, recordModel } from './privacy/index.ts'

/** Who held a link that has ended learns whose it was: that client's page says how to get in again. */
const linkRefused = (found: { readonly refused: string; readonly client?: string } | undefined): ApiError =>
  found?.refused === 'expired'
    ? new ApiError(401, 'link_expired', { values: { client: found.client ?? '' } })
    : new ApiError(401, 'link_unknown')

export type Application = {
  /** Address of this process, without a slash at its end. */
  readonly url: string
  readonly gateway: Gateway
  readonly integrator: Integrator
  readonly routes: readonly Route[]
  /** The product's own API, in process, as somebody. */
  readonly api: (caller: Caller, language?: Language) => Api
  /** Takes no new calls, lets open ones finish within `drainMs`, records the rest, and stops. */
  close(options?: { drainMs?: number }): Promise<void>
}

export type ApplicationOptions = {
  readonly installation: Installation
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  readonly version: string
  readonly host?: string
  readonly port?: number
  /** Every call goes to this built-in upstream instead of the register's (replay for checks). */
  readonly upstreamOverride?: { readonly kind: 'record'; readonly file: string }
  /** Without console, portal and jobs: for replay beside a running server. */
  readonly gatewayOnly?: boolean
  /** The organisation in which staff may put a second factor off: the demonstration's, on one's own machine. */
  readonly secondFactorOptionalFor?: string | null
  /** Gets the one-time codes of customers instead of their mailbox: for tests alone. */
  readonly sendCode?: SendCode
}

export async function startApplication(options: ApplicationOptions): Promise<Application> {
  const { installation, clock, ids, log } = options
  const { settings, database, keys } = installation
  const host = options.host ?? settings.host
  requireTls(settings, host)
  const portalHost = portalHostOf(settings)
  const tls = tlsFiles(settings)
  const tlsOptions = tls && readTls(tls)
  const proxies = proxiesOf(settings.trustedProxies)
  const signer = openSigner({ folder: installation.keyFolder, origin: settings.ledgerOrigin })
  await checkExport({ database, exportFolder: installation.exportFolder, trust: signer.trust })
  const model = await openModel(settings, log)
  const integrator = startIntegrator({
    database,
    signer,
    exportFolder: installation.exportFolder,
    intervalMs: settings.ledgerIntervalMs,
    clock,
    log,
  })
  const publicUrl = settings.publicUrl?.replace(/\/$/, '') ?? null
  const verifier = createVerifier({
    database,
    trust: signer.trust,
    exportFolder: installation.exportFolder,
    clock,
    ids,
    log,
  })
  const gateway = createGateway({
    model,
    database,
    ring: keys,
    clock,
    ids,
    log,
    settings,
    ledgerPendingAgeMs: () => integrator.status().pendingAgeMs,
    ...(options.upstreamOverride ? { upstreamOverride: options.upstreamOverride } : {}),
  })
  let listening: number | undefined
  const here = () => relyingPartyOf({ publicUrl, host, port: listening })
  const provider = identityProvider(settings, { clock, origin: () => publicUrl ?? here()?.origin ?? null })
  const audits = createAuditRunner({
    database,
    ring: keys,
    folder: join(installation.folder, 'audits'),
    act: () => ({ now: clock.now(), ids }),
    failed: (error) => log.error('audit.failed', { error }),
  })
  const asking = promptGateway(gateway)
  const prompts = createPromptRunner({
    database,
    ask: asking.ask,
    act: () => ({ now: clock.now(), ids }),
    wait: (ms, signal) => delay(ms, undefined, { signal }).catch(() => undefined),
    failed: (error) => log.error('prompts.failed', { error }),
  })
  const ledgerLate = () => integrator.status().pendingAgeMs > settings.ledgerPendingLimitS * 1_000
  const routes = collectRoutes({
    audits: () => audits,
    prompts: () => prompts,
    database,
    ring: keys,
    settings,
    clock,
    ids,
    signer,
    verifier,
    model,
    publicUrl,
    secondFactorOptionalFor: options.secondFactorOptionalFor ?? null,
    relyingParty: here,
    provider: () => provider,
    ledgerLate,
    codes:
      options.sendCode === undefined
        ? portalCodes({ database, ring: keys, clock, log, settings })
        : codesTo(options.sendCode),
  })
  const secure = publicUrl?.startsWith('https:') ?? false

  const identify = async (c: Context, route: Route): Promise<Caller> => {
    const now = clock.now()
    const header = c.req.header('authorization')
    if (route.allow === 'system_key') {
      const found = await database.inTx(authenticationScope, (tx) => authenticateKey(tx, header, now))
      if (!found.ok) throw new ApiError(401, found.refused, { values: { date: found.at?.toISOString() ?? '' } })
      return found.caller
    }
    if (route.allow === 'customer') {
      const token = /^Bearer (\S+)$/.exec(header ?? '')?.[1]
      const found =
        token === undefined
          ? undefined
          : await database.inTx(authenticationScope, (tx) => authenticateLink(tx, token, now))
      if (!found?.ok) throw linkRefused(found)
      return found.caller
    }
    return (await person(c)) ?? publicCaller
  }

  /** The signed-in person of this request; a browser sends its cookie along with requests of other sites, so those may not write. */
  const person = async (c: Context): Promise<Caller | undefined> => {
    const token = sessionToken(c.req.header('cookie'), secure)
    if (token === undefined) return undefined
    const foreign = isForeign({
      site: c.req.header('sec-fetch-site'),
      origin: c.req.header('origin'),
      host: c.req.header('host'),
    })
    if (c.req.method !== 'GET' && foreign) throw new ApiError(403, 'other_site')
    const limits = sessionLimits(settings)
    const found = await database.inTx(authenticationScope, (tx) => authenticateSession(tx, token, limits, clock.now()))
    return found.ok ? found.caller : undefined
  }

  const setSession = (c: Context, token: string) =>
    c.header('Set-Cookie', sessionCookie(token, settings.sessionHours * 3_600, secure), { append: true })
  const api = mountRoutes({
    routes,
    clock,
    log,
    identify,
    beganSession: setSession,
    limiter: openLimiter(settings.requestsPerMinute, clock),
    peer: (c) => c.req.header(peerHeader) ?? 'unknown',
    errorText,
  })
  const inProcess = (
    caller: Caller,
    language: Language = 'nl',
    headers: Readonly<Record<string, string>> = {},
  ): Api => {
    const believed = trusted({ ...caller })
    const send = async (method: string, path: string, body?: unknown, more: Readonly<Record<string, string>> = {}) => {
      let failed: ApiError | undefined
      const environment: InProcess = {
        caller: believed,
        language,
        failed: (error) => {
          failed = error
        },
      }
      const reply = await api.request(
        path,
        {
          method,
          headers: { ...headers, ...more, ...(body === undefined ? {} : { 'content-type': mediaType(body) }) },
          ...(body === undefined ? {} : body instanceof Blob ? { body } : { body: JSON.stringify(body) }),
        },
        environment,
      )
      const value = await reply.json()
      if (reply.ok) return value
      const refused = failed ?? new ApiError(reply.status, 'internal')
      // A customer reads the API's own sentence; the console does so for codes that it has no words of its own for.
      const said = (value as { error?: { message?: string } }).error?.message
      throw Object.assign(refused, caller.kind === 'customer' ? { sentence: said } : { otherwise: said })
    }
    return {
      get: async (path, query = {}) => {
        const given = Object.entries(query).filter(
          (pair): pair is [string, string] => pair[1] !== undefined && pair[1] !== '',
        )
        return (await send('GET', given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`)) as never
      },
      post: async (path, body = {}) => (await send('POST', path, body)) as never,
      delete: async (path, body) => (await send('DELETE', path, body)) as never,
      upload: async (path, file, more) => (await send('POST', path, file, more)) as never,
    }
  }

  /** Addresses of the data plane that are not the gateway's own; those with a parameter as patterns. */
  const plane = routes.filter(({ path, raw }) => path.startsWith('/v1/') && !raw)
  const dataPlane = new Set(plane.map(({ method, path }) => `${method} ${path}`))
  const patterns = plane
    .filter(({ path }) => path.includes(':'))
    .map(({ method, path }) => new RegExp(`^${method} ${path.replace(/[.]/g, '\\.').replace(/:\w+/g, '[^/]+')}$`))
  const isDataPlane = (wanted: string) => dataPlane.has(wanted) || patterns.some((pattern) => pattern.test(wanted))
  const app = new Hono()
  app.onError((error, c) => {
    log.error('request.failed', { method: c.req.method, error })
    return c.json(errorBody(asApiError(error), chooseLanguage(c.req.header('accept-language')), errorText), 500)
  })
  app.get('/healthz', (c) => c.json({ ok: true }))
  app.get('/readyz', async (c) => {
    const { pendingAgeMs, trouble } = integrator.status()
    const ready = trouble === null && pendingAgeMs < settings.ledgerPendingLimitS * 1_000 && (await databaseAnswers())
    return c.json({ ready }, ready ? 200 : 503)
  })
  app.get('/openapi.json', (c) =>
    c.json(openApi(routes, { version: options.version, language: chooseLanguage(c.req.header('accept-language')) })),
  )
  app.get('/api/roles', (c) => c.json({ matrix: roleMatrix(routes) }))
  app.all('/api/*', (c) => api.fetch(c.req.raw, { headers: c.env }))
  app.all('/v1/*', (c) => api.fetch(c.req.raw))
  if (!options.gatewayOnly) {
    const asPublic = (c: Context) =>
      inProcess(publicCaller, chooseLanguage(c.req.header('accept-language')), {
        cookie: c.req.header('cookie') ?? '',
        'user-agent': c.req.header('user-agent') ?? '',
        [peerHeader]: peerOf(c) ?? 'unknown',
      })
    /** Holds the key of a form that waits. */
    const keptCookie = cookieName('form', secure)
    const web = webRoutes({
      assets: await buildAssets(),
      secure,
      now: () => clock.now(),
      failed: (c, error) => log.error('page.failed', { method: c.req.method, error }),
      refused: (c, code) => log.warn('page.refused', { method: c.req.method, code }),
      async api(c) {
        const portal = /^\/p\/([^/?#]+)/.exec(c.req.path)?.[1]
        const language = languageOf(c, secure)
        if (portal !== undefined) {
          const found = await database.inTx(authenticationScope, (tx) => authenticateLink(tx, portal, clock.now()))
          if (!found.ok) {
            const refused = linkRefused(found)
            log.warn('page.refused', { method: c.req.method, status: 401, code: refused.code })
            throw refused
          }
          return inProcess(found.caller, language)
        }
        return inProcess((await person(c)) ?? publicCaller, language, {
          cookie: c.req.header('cookie') ?? '',
          [peerHeader]: peerOf(c) ?? 'unknown',
        })
      },
      anyone: (c) => asPublic(c),
      session: {
        async begin(c, path, body) {
          const caller = (await person(c)) ?? publicCaller
          const { token, ...reply } = await inProcess(caller, languageOf(c, secure), {
            cookie: c.req.header('cookie') ?? '',
            'user-agent': c.req.header('user-agent') ?? '',
            [peerHeader]: peerOf(c) ?? 'unknown',
          }).post<{ token?: string }>(path, body)
          if (token !== undefined) setSession(c, token)
          return reply as never
        },
        async signIn(c, email, password) {
          const { token } = await asPublic(c).post<{ token: string }>('/api/session', { email, password })
          setSession(c, token)
        },
        async signOut(c) {
          const caller = await person(c)
          if (caller) await inProcess(caller, 'nl', { cookie: c.req.header('cookie') ?? '' }).delete('/api/session')
          deleteCookie(c, sessionCookieName(secure), { path: '/', secure })
          // What the browser still has of pages goes too, also those that «back» would show (OWASP ASVS 5.0, 14.3.1).
          c.header('Clear-Site-Data', '"cache"')
        },
        async setPassword(c, token, password) {
          const reply = await asPublic(c).post<{ token: string }>('/api/password', { token, password })
          setSession(c, reply.token)
        },
      },
      kept: {
        async keep(c, action, fields) {
          const session = sessionToken(c.req.header('cookie'), secure)
          const secret = await database.inTx(authenticationScope, (tx) =>
            keepForm(tx, { session, form: { action, fields } }, { now: clock.now(), ids }),
          )
          if (secret !== undefined)
            setCookie(c, keptCookie, secret, { ...cookieOptions(secure), maxAge: KEPT_FORM_MS / 1_000 })
        },
        async read(c) {
          const secret = getCookie(c, keptCookie)
          const caller = secret === undefined ? undefined : await person(c)
          if (secret === undefined || caller === undefined) return undefined
          const whose = { secret, tenant: caller.scope.tenant, person: caller.id }
          return database.inTx(authenticationScope, (tx) => readKeptForm(tx, whose, clock.now()))
        },
        async drop(c, action) {
          const secret = getCookie(c, keptCookie)
          if (secret === undefined || (await this.read(c))?.action !== action) return
          deleteCookie(c, keptCookie, cookieOptions(secure))
          await database.inTx(authenticationScope, (tx) => dropKeptForm(tx, secret))
        },
      },
    })
    app.route('/', web)
  }

  const databaseAnswers = () =>
    database
      .inTx(authenticationScope, async (tx) => (await tx.query('select 1')).rowCount === 1, { readOnly: true })
      .catch(() => false)

  const headers = Object.entries(answerHeaders({ https: secure }))
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false })
  const handle = (request: IncomingMessage, response: ServerResponse) => {
    setPeer(request, proxies)
    for (const [name, value] of headers) response.setHeader(name, value)
    const path = (request.url ?? '').split('?', 1)[0]!
    if (!answersHere({ host: request.headers.host, path, portalHost })) {
      // As a page that is not there, for whom this name is for.
      request.url = request.headers.host?.toLowerCase() === portalHost ? '/p/-' : '/-'
      log.info('page.refused', { status: 404, code: 'other_host' })
      return void listener(request, response)
    }
    if (gateway.handle(request, response)) return
    if (path.startsWith('/v1/') && !isDataPlane(`${request.method} ${path}`))
      return gateway.unsupported(request, response)
    void listener(request, response)
  }
  const limits = { maxHeaderSize: 32_768, headersTimeout: 20_000, requestTimeout: 60_000, keepAliveTimeout: 10_000 }
  const secureServer = tlsOptions && createSecureServer({ ...limits, ...tlsOptions }, handle)
  const server = secureServer ?? createServer(limits, handle)
  const certificate = secureServer && tls && followCertificate(secureServer, tls, log)
  const url = await listen(server, host, options.port ?? settings.port)
  listening = (server.address() as AddressInfo).port
  if (model !== undefined) await recordModel(database, model.facts, () => ({ now: clock.now(), ids }))
  const recovered = await gateway.recover()
  if (recovered > 0) log.warn('calls.interrupted', { count: recovered })
  const rewrite =
    installation.server === undefined
      ? undefined
      : (now: Date) => rewriteErased(installation, { actor: { kind: 'job', id: 'erased-rewritten' }, now })
  const jobs: Promise<Jobs | undefined> = options.gatewayOnly
    ? Promise.resolve(undefined)
    : startJobs(
        installation.jobsUrl,
        backgroundJobs({ database, clock, log, settings, ring: keys, model, rewrite, audits, prompts, ledgerLate }),
        log,
      ).catch((error: unknown) => {
        log.error('jobs.unavailable', { error })
        return undefined
      })

  return {
    url,
    gateway,
    integrator,
    routes,
    api: (caller, language) => inProcess(caller, language),
    async close({ drainMs = 10_000 } = {}) {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      certificate?.stop()
      server.closeIdleConnections()
      await gateway.drain(drainMs)
      server.closeAllConnections()
      await closed
      await (await jobs)?.stop()
      await audits.close()
      await prompts.close()
      await asking.close()
      await model?.model.close()
      await integrator.stop()
    },
  }
}

const mediaType = (body: unknown) => (body instanceof Blob ? 'application/octet-stream' : 'application/json')

const publicCaller: Caller = {
  kind: 'public',
  id: 'public',
  scope: { tenant: '', clients: [], actor: { kind: 'job', id: 'public' } },
  roles: [],
}

/** Whom an unattended command acts as: the operating-system user, with the rights of an operator. */
export function operatorCaller(tenant: string, operator: string): Caller {
  return {
    kind: 'operator',
    id: operator,
    scope: { tenant, clients: '*', actor: { kind: 'operator', id: operator } },
    roles: [],
  }
}

/**
 * The peer's address comes from the socket, or from a proxy of the organisation's own; one that a client sends is not
 * believed, also not among the raw headers.
 */
function setPeer(request: IncomingMessage, proxies: Proxies): void {
  const raw = request.rawHeaders
  for (let i = raw.length - 2; i >= 0; i -= 2) if (raw[i]!.toLowerCase() === peerHeader) raw.splice(i, 2)
  const forwarded = request.headers['x-forwarded-for']
  const address = peerAddress(
    request.socket.remoteAddress ?? 'unknown',
    Array.isArray(forwarded) ? forwarded.join(',') : forwarded,
    proxies,
  )
  raw.push(peerHeader, address)
  request.headers[peerHeader] = address
}

type Proxies = NonNullable<ReturnType<typeof parseRanges>>

/** Errors: SettingError. */
function proxiesOf(text: string | null): Proxies {
  const ranges = parseRanges(text ?? '')
  if (ranges === undefined)
    throw new SettingError('WAARBORG_TRUSTED_PROXIES', 'must be addresses or ranges, separated by commas')
  return ranges
}

function tlsFiles({ tlsCertificate, tlsKey }: Pick<Settings, 'tlsCertificate' | 'tlsKey'>): TlsFiles | undefined {
  return tlsCertificate === null || tlsKey === null ? undefined : { certificate: tlsCertificate, key: tlsKey }
}

/** What `setPeer` wrote on the request. */
function peerOf(c: Context): string | undefined {
  const { incoming } = (c.env ?? {}) as { incoming?: IncomingMessage }
  const peer = incoming?.headers[peerHeader]
  return typeof peer === 'string' ? peer : undefined
}

/** Waits until the server listens. Errors: `port_taken` naming the port. */
async function listen(server: Server | HttpsServer, host: string, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? Object.assign(new Error(`port ${port} of ${host} is taken; choose another with WAARBORG_PORT`), {
              code: 'port_taken',
            })
          : error,
      ),
    )
    server.listen(port, host, resolve)
  })
  const address = server.address() as AddressInfo
  const scheme = server instanceof HttpsServer ? 'https' : 'http'
  return `${scheme}://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`
}
