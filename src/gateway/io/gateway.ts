/** The gateway as one handler on the socket: takes calls in, answers them, watches over them, and shuts down whole. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { decideKey, keyHash, keyInHeader } from '../../access/rules.ts'
import type { Clock } from '../../platform/clock.ts'
import { type Database, StoreUnavailable } from '../../platform/database.ts'
import type { Ids } from '../../platform/ids.ts'
import { secretOf } from '../../platform/io/secret.ts'
import type { Log } from '../../platform/log.ts'
import { chooseLanguage, type Language } from '../../platform/text.ts'
import type { Key, KeyRing } from '../../vault/index.ts'
import { readAsked } from '../asked.ts'
import type { Refusal } from '../call.ts'
import { readPrompt } from '../prompt.ts'
import type { Upstream } from '../provider.ts'
import { refusalReply } from '../refusal.ts'
import { replayChunks } from '../replay.ts'
import type { Safeguards } from '../safeguards.ts'
import { doneEvent, encodeEvent } from '../sse.ts'
import { type Admitted, admit, KeyOwners, type Refused, type Replayed, Turns, unrecorded } from './admission.ts'
import type { GatewayDeps, GatewaySettings } from './deps.ts'
import { EndRecords } from './end-records.ts'
import { Ended, Exchange } from './exchange.ts'
import { EventWriter, readJsonBody, sendJson } from './http.ts'
import { leaveRoom } from './limited-database.ts'
import { loadFacts } from './load.ts'
import { BEAT_MS, beat, leave, recoverOpenCalls } from './processes.ts'
import { httpProvider, type Provider } from './upstream.ts'
import { Watch } from './watch.ts'

export type GatewayOptions = {
  readonly database: Database
  readonly ring: KeyRing
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  readonly settings: GatewaySettings
  readonly safeguards: Safeguards
  /** Age of the oldest ledger entry without a number; past the setting calls are refused. */
  readonly ledgerPendingAgeMs: () => number
  /** Makes a built-in upstream. */
  readonly builtin: (upstream: Upstream) => Provider
  /** Takes the place of every upstream of the register, whatever it is (replays for checks). Its calls stay in this process. */
  readonly override?: (upstream: Upstream) => Provider
  /** The provider's key behind `env:NAME` or `file:/path`; default: from there. */
  readonly secret?: (keyRef: string) => string | undefined
}

export type GatewayStatus = {
  readonly processId: string
  readonly open: number
  readonly draining: boolean
  /** Ends of calls that wait for the database. */
  readonly unrecorded: number
  /** Since the start: outcome (`completed`, `refused`, …) and code. */
  readonly counts: readonly { readonly outcome: string; readonly code: string; readonly n: number }[]
}

export interface Gateway {
  /** True when the request is the gateway's: it is then answered here. */
  handle(req: IncomingMessage, res: ServerResponse): boolean
  /** Answers `unsupported_endpoint` to whatever under /v1/ nobody else took. */
  unsupported(req: IncomingMessage, res: ServerResponse): void
  status(): GatewayStatus
  /**
   * Registers this process and closes, as `call.failed` with reason `interrupted`, calls that processes left open which
   * are gone. Returns how many; goes on looking for such calls until `drain`.
   */
  recover(): Promise<number>
  /** No new calls; those under way may finish for `ms`, then they are ended and recorded. */
  drain(ms: number): Promise<void>
}

const BODY_MS = 30_000
const DEFAULT_LEFT_MS = 2_000

/** Endpoints that an OpenAI client may try; each gets a clear no instead of a page that is not there. */
const unsupportedPaths =
  /^\/v1\/(responses|embeddings|completions|moderations|audio|images|videos|files|uploads|batches|fine_tuning|assistants|threads|vector_stores|realtime|containers|evals|chat|models)(\/|$)|^\/openai\//

/** The handler, which takes calls at once; `recover` is for the caller to await when it starts. */
export function openGateway(options: GatewayOptions): Gateway {
  return new Handler(options)
}

class Handler implements Gateway {
  readonly #options: GatewayOptions
  readonly #deps: GatewayDeps
  readonly #ends: EndRecords
  readonly #watch: Watch
  readonly #providers = new Map<string, { readonly made: string; readonly provider: Provider }>()
  readonly #open = new Set<Exchange>()
  readonly #counts = new Map<string, { outcome: string; code: string; n: number }>()
  #taken = 0
  #draining = false
  #registered: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(options: GatewayOptions) {
    const { database, log, clock, ring, ids } = options
    const keys = new Map<string, Key>()
    this.#options = options
    const calls = leaveRoom(database, options.settings.databaseConnections)
    this.#deps = {
      ...options,
      database: calls,
      processId: ids.next(),
      owners: new KeyOwners(calls),
      turns: new Turns(),
      indexKeys: {
        of(tenant) {
          const key = keys.get(tenant) ?? ring.indexKey(tenant)
          keys.set(tenant, key)
          return key
        },
      },
    }
    this.#ends = new EndRecords({ database: calls, ring, clock, log })
    this.#watch = new Watch({ database, log, now: () => clock.now() })
  }

  async recover(): Promise<number> {
    await this.#register()
    return recoverOpenCalls(this.#deps)
  }

  /**
   * Says once that this process lives, and keeps saying so. Before its first call, since a call of a process that nobody
   * knows is taken for one that was left open. Errors: `StoreUnavailable`; then the next call tries again.
   */
  #register(): Promise<void> {
    this.#registered ??= beat(this.#options.database, this.#deps.processId).then(
      () => this.#keepBeating(),
      (error: unknown) => {
        this.#registered = undefined
        throw error
      },
    )
    return this.#registered
  }

  #keepBeating(): void {
    const { log, processId } = this.#deps
    const { database } = this.#options
    let beats = 0
    this.#timer = setInterval(() => {
      void beat(database, processId).catch((error: unknown) => log.warn('gateway.beat_failed', { error }))
      if (++beats % 3 !== 0) return
      recoverOpenCalls(this.#deps).then(
        (count) => count > 0 && log.warn('gateway.calls_interrupted', { count }),
        (error: unknown) => log.warn('gateway.recover_failed', { error }),
      )
    }, BEAT_MS)
    this.#timer.unref()
  }

  handle(req: IncomingMessage, res: ServerResponse): boolean {
    const path = (req.url ?? '').split('?', 1)[0]!
    if (path === '/v1/chat/completions' && req.method === 'POST') this.#run(req, res, () => this.#chat(req, res, []))
    else if (path === '/v1/models' && req.method === 'GET') this.#run(req, res, () => this.#models(req, res))
    else if (unsupportedPaths.test(path)) this.unsupported(req, res)
    else return false
    return true
  }

  unsupported(req: IncomingMessage, res: ServerResponse): void {
    this.#run(req, res, () => this.#chat(req, res, [{ code: 'unsupported_endpoint', values: {} }]))
  }

  /** The place where nothing may be left unanswered. */
  #run(req: IncomingMessage, res: ServerResponse, work: () => Promise<void>): void {
    this.#taken++
    void work()
      .catch((error: unknown) => {
        const lost = error instanceof StoreUnavailable
        if (!lost) this.#deps.log.error('gateway.failed', { error })
        const refusal: Refusal = lost
          ? { code: 'store_unavailable', values: {} }
          : {
              code: 'safeguard_unavailable',
              reason: 'gateway',
              values: { safeguard: 'gateway', errorCode: 'failed', call: '-' },
            }
        this.#refuse(req, res, unrecorded(refusal))
      })
      .finally(() => {
        this.#taken--
      })
  }

  async #chat(req: IncomingMessage, res: ServerResponse, form: readonly Refusal[]): Promise<void> {
    const startedMs = performance.now()
    const startedAt = this.#deps.clock.now()
    const { openCalls, gatewayBodyLimitKiB } = this.#deps.settings
    if (this.#draining || this.#taken > openCalls)
      return this.#refuse(req, res, unrecorded({ code: 'overloaded', values: { maximum: openCalls } }))
    const body = await readJsonBody(req, { maxBytes: gatewayBodyLimitKiB * 1024, maxMs: BODY_MS })
    if (body === undefined) return
    const presented = keyInHeader(req.headers.authorization)
    if (presented === undefined) return this.#refuse(req, res, unrecorded({ code: 'unknown_key', values: {} }))
    const asked = readAsked(req.headersDistinct, body.value)
    const reading = readPrompt(body.form.length > 0 || form.length > 0 ? { model: undefined } : body.value)
    const readable = body.form.length === 0 && form.length === 0
    await this.#register()
    const verdict = await admit(this.#deps, {
      presented,
      asked,
      reading: readable ? reading : { ...reading, form: [], model: undefined },
      bytes: body.bytes,
      form: [...form, ...body.form],
      startedAt,
      ended: () => res.destroyed || this.#draining,
    })
    if (verdict.kind === 'refused') return this.#refuse(req, res, verdict)
    if (verdict.kind === 'replayed') return this.#replay(req, res, verdict)
    await this.#exchange(req, res, verdict, reading.usageAsked, startedMs)
  }

  #replay(req: IncomingMessage, res: ServerResponse, { call, conversation, stream, answer }: Replayed): void {
    this.#count('replayed', '')
    const headers = {
      'x-request-id': call,
      'x-waarborg-call': call,
      'x-waarborg-conversation': conversation,
      'x-waarborg-replayed': 'true',
    }
    if (stream) new EventWriter(res, headers).end(replayChunks(answer).map(encodeEvent).join('') + doneEvent)
    else sendJson(req, res, 200, headers, answer.body)
  }

  async #exchange(
    req: IncomingMessage,
    res: ServerResponse,
    admitted: Admitted,
    usageAsked: boolean,
    startedMs: number,
  ): Promise<void> {
    const { identity, loaded } = admitted
    const exchange = new Exchange({
      deps: this.#deps,
      admitted,
      usageAsked,
      provider: this.#provider(identity.tenant, admitted.upstream),
      ends: this.#ends,
      req,
      res,
      operatorLanguage: this.#operatorLanguage(req),
      startedMs,
    })
    const unwatch = this.#watch.add({ ...identity, purpose: loaded.purpose, end: (reason) => exchange.end(reason) })
    this.#open.add(exchange)
    try {
      const { type, code } = await exchange.run()
      this.#count(type.slice('call.'.length), code ?? '')
    } finally {
      unwatch()
      this.#open.delete(exchange)
    }
  }

  /** One provider per upstream; another address or key makes another. */
  #provider(tenant: string, upstream: Upstream): Provider {
    const name = `${tenant}/${upstream.id}`
    const made = JSON.stringify(upstream)
    const known = this.#providers.get(name)
    if (known?.made === made) return known.provider
    // Calls under way keep the old one until they end.
    if (known) setTimeout(() => void known.provider.close(), this.#deps.settings.upstreamTotalS * 1000).unref()
    const provider = this.#made(upstream)
    this.#providers.set(name, { made, provider })
    return provider
  }

  /** An upstream that cannot be made fails its calls, which are admitted by then and must have an end. */
  #made(upstream: Upstream): Provider {
    try {
      return this.#make(upstream)
    } catch (error) {
      this.#deps.log.error('gateway.upstream_unusable', { error })
      return { send: () => Promise.reject(error), close: () => Promise.resolve() }
    }
  }

  #make(upstream: Upstream): Provider {
    const { override, builtin, secret = secretOf } = this.#options
    if (override) return override(upstream)
    if (upstream.builtin !== null) return builtin(upstream)
    const { keyRef } = upstream
    const { upstreamHeadS, upstreamIdleS } = this.#deps.settings
    const limits = { headMs: upstreamHeadS * 1000, idleMs: upstreamIdleS * 1000 }
    return httpProvider(upstream, limits, () => (keyRef === null ? undefined : secret(keyRef)))
  }

  async #models(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const presented = keyInHeader(req.headers.authorization)
    const owner = presented && (await this.#deps.owners.of(presented.keyId))
    if (presented === undefined || owner === undefined)
      return this.#refuse(req, res, unrecorded({ code: 'unknown_key', values: {} }))
    const now = this.#deps.clock.now()
    const scope = {
      tenant: owner.tenant,
      clients: [owner.client],
      actor: { kind: 'system' as const, id: owner.system },
    }
    const asked = {
      ...owner,
      keyId: presented.keyId,
      now,
      purpose: undefined,
      referenceHmac: undefined,
      conversation: undefined,
      beginnings: [],
      idempotencyHmac: undefined,
    }
    const loaded = await this.#deps.database.inTx(scope, (tx) => loadFacts(tx, asked), { readOnly: true })
    const key = decideKey(loaded?.key, keyHash(presented.secret), now)
    if (!key.ok) return this.#refuse(req, res, unrecorded({ code: key.refused, values: { date: key.at ?? now } }))
    const version = loaded?.version
    const data = version
      ? [{ id: version.model, object: 'model', created: 0, owned_by: loaded.upstream?.provider.name ?? 'waarborg' }]
      : []
    sendJson(req, res, 200, { 'x-request-id': this.#deps.ids.next() }, { object: 'list', data })
  }

  #refuse(
    req: IncomingMessage,
    res: ServerResponse,
    { refusal, call, conversation, language, profile }: Refused,
  ): void {
    this.#count('refused', refusal.code)
    // One without a call has no entry: nobody knows whose it would be.
    if (call === null) this.#deps.log.warn('gateway.refused', { code: refusal.code })
    const reply = refusalReply(refusal, {
      now: this.#deps.clock.now(),
      language,
      operatorLanguage: this.#operatorLanguage(req),
      call,
      profile,
    })
    const headers = {
      'x-request-id': call ?? this.#deps.ids.next(),
      ...(call === null ? {} : { 'x-waarborg-call': call }),
      ...(conversation === null ? {} : { 'x-waarborg-conversation': conversation }),
    }
    sendJson(req, res, reply.status, { ...headers, ...reply.headers }, reply.body)
  }

  #operatorLanguage(req: IncomingMessage): Language {
    const header = req.headers['accept-language']
    return header === undefined || !/\b(nl|en)\b/i.test(header)
      ? this.#deps.settings.language === 'en'
        ? 'en'
        : 'nl'
      : chooseLanguage(header)
  }

  #count(outcome: string, code: string): void {
    const name = `${outcome}/${code}`
    const count = this.#counts.get(name) ?? { outcome, code, n: 0 }
    count.n++
    this.#counts.set(name, count)
  }

  status(): GatewayStatus {
    return {
      processId: this.#deps.processId,
      open: this.#open.size,
      draining: this.#draining,
      unrecorded: this.#ends.waiting,
      counts: [...this.#counts.values()].map((count) => ({ ...count })),
    }
  }

  async drain(ms: number): Promise<void> {
    this.#draining = true
    await this.#settled(ms)
    for (const exchange of this.#open) exchange.end(new Ended('drain'))
    await this.#settled(DEFAULT_LEFT_MS)
    await this.#ends.close(DEFAULT_LEFT_MS)
    clearInterval(this.#timer)
    await Promise.all([...this.#providers.values()].map(({ provider }) => provider.close().catch(() => {})))
    // With ends that are still unrecorded the process stays listed, so that the next one finds it gone and closes them.
    if (this.#ends.waiting === 0 && this.#open.size === 0)
      await leave(this.#deps.database, this.#deps.processId).catch(() => {})
  }

  async #settled(ms: number): Promise<void> {
    const until = performance.now() + ms
    while (this.#taken > 0 && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
