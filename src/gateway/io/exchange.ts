/** One admitted call: sent, answered within limits, screened on the way back, and ended on record exactly once. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { StoreUnavailable } from '../../platform/database.ts'
import { disclosureText } from '../../transparency/rules.ts'
import type { Refusal } from '../call.ts'
import type { RefusalCode } from '../contract.ts'
import { answerBy, handOffOffer } from '../handoff.ts'
import { canonicalReply } from '../prompt.ts'
import { refusalReply } from '../refusal.ts'
import type { KeptAnswer } from '../replay.ts'
import { Reply, ReplyBroken, type ReplySummary } from '../reply.ts'
import type { ReplyGuard } from '../safeguards.ts'
import { doneEvent, EventReader, encodeEvent, StreamUnreadable } from '../sse.ts'
import { type Admitted, errorCode } from './admission.ts'
import type { GatewayDeps } from './deps.ts'
import type { EndRecords } from './end-records.ts'
import { EventWriter, sendJson } from './http.ts'
import { AlreadyEnded, appendAttempt, type CallEnd } from './store.ts'
import { type BuiltinContext, type Provider, UpstreamFault, type UpstreamReply } from './upstream.ts'

/** Why a call under way ends before its answer does; the reason of the call's abort signal. */
export class Ended extends Error {
  override readonly name = 'Ended'
  readonly by: 'client' | 'total' | 'stop' | 'drain' | 'store'
  readonly refusal: Refusal | undefined
  /** The record that ended it: a stop order, a consent. */
  readonly refs: Readonly<Record<string, string>>
  constructor(by: Ended['by'], refusal?: Refusal, refs: Readonly<Record<string, string>> = {}) {
    super(by)
    this.by = by
    this.refusal = refusal
    this.refs = refs
  }
}

export type ExchangeParts = {
  readonly deps: GatewayDeps
  readonly admitted: Admitted
  readonly usageAsked: boolean
  readonly provider: Provider
  readonly ends: EndRecords
  readonly req: IncomingMessage
  readonly res: ServerResponse
  readonly operatorLanguage: 'nl' | 'en'
  /** `performance.now()` when the request came in. */
  readonly startedMs: number
}

export type Outcome = { readonly type: CallEnd['type']; readonly code: string | null }

/** Carries an admitted call out. Never throws; resolves when the client has its answer and the end is on its way. */
export class Exchange {
  readonly #parts: ExchangeParts
  readonly #abort = new AbortController()
  readonly #headers: Record<string, string>
  readonly #guard: ReplyGuard
  readonly #reply: Reply
  readonly #disclosure: { id: string; text: string; key: string; version: string } | null
  readonly #writer: EventWriter
  #attempts = 1
  #firstTokenMs: number | null = null
  #size = 0
  #delivered = false
  #rest: Promise<unknown> = Promise.resolve()

  constructor(parts: ExchangeParts) {
    const { deps, admitted, res, usageAsked } = parts
    const { identity, loaded, redacted, redactOptions, plan } = admitted
    this.#parts = parts
    this.#headers = {
      'x-waarborg-call': identity.call,
      'x-waarborg-conversation': identity.conversation,
      'x-request-id': identity.call,
    }
    const { toolsWithOriginals } = loaded.system!
    this.#guard = deps.safeguards.guardReply(
      redacted.pseudonyms,
      redactOptions,
      (tool) => toolsWithOriginals?.includes(tool) ?? true,
    )
    this.#disclosure = plan.disclosure === 'inject' ? { id: deps.ids.next(), ...disclosureOf(admitted) } : null
    this.#reply = new Reply({
      id: `chatcmpl-${identity.call}`,
      lane: this.#guard.lane,
      disclosure:
        this.#disclosure === null
          ? null
          : { text: this.#disclosure.text, divider: identity.channel === 'voice' ? ' ' : '\n\n' },
      usageAsked,
      trusted: admitted.upstream.builtin !== null,
    })
    this.#writer = new EventWriter(res, this.#headers)
  }

  /** Ends the call from outside: a stop order, a withdrawal, a shutdown. */
  end(reason: Ended): void {
    this.#abort.abort(reason)
  }

  async run(): Promise<Outcome> {
    const { deps, res, admitted } = this.#parts
    const total = setTimeout(() => this.end(new Ended('total')), deps.settings.upstreamTotalS * 1000)
    const gone = () => {
      if (!res.writableFinished) this.end(new Ended('client'))
    }
    res.once('close', gone)
    if (res.destroyed) gone()
    let reply: UpstreamReply | undefined
    try {
      reply = await this.#send()
      return admitted.identity.stream ? await this.#stream(reply) : await this.#whole(reply)
    } catch (error) {
      return await this.#fail(this.#abort.signal.aborted ? this.#abort.signal.reason : error)
    } finally {
      clearTimeout(total)
      this.#writer.stop()
      res.off('close', gone)
      // Whatever is still open upstream ends with the call.
      void this.#rest.finally(() => {
        this.#abort.abort(new Ended('drain'))
        reply?.discard()
      })
    }
  }

  // -- sending ------------------------------------------------------------------------------------------------------

  /** Tries until an answer begins; each try is on record before it leaves. */
  async #send(): Promise<UpstreamReply> {
    const { deps, admitted } = this.#parts
    const { signal } = this.#abort
    const call = { ...this.#request(), signal }
    for (;;) {
      try {
        const reply = await this.#parts.provider.send(call)
        refuseStatus(reply)
        return reply
      } catch (error) {
        signal.throwIfAborted()
        const again = error instanceof UpstreamFault && error.early && this.#attempts < deps.settings.upstreamAttempts
        if (!again) throw error
        await pause(this.#attempts * 200, signal)
      }
      this.#attempts++
      const { identity } = admitted
      const now = deps.clock.now()
      const id = deps.ids.next()
      await deps.database.inTx(scopeOf(admitted), (tx) => appendAttempt(tx, identity, this.#attempts, id, now))
    }
  }

  #request() {
    const { admitted } = this.#parts
    const { identity, prompt, redacted, plan, upstream } = admitted
    const hidden = redacted.pseudonyms.items
      .map(({ value }) => value.toLowerCase())
      .filter((value) => value.length >= 3)
    const body = prompt.build(redacted.texts, {
      model: plan.model,
      cacheKey: identity.conversation,
      usage: upstream.options.noStreamUsage !== true,
      unsafeId: (id) => hidden.some((value) => id.toLowerCase().includes(value)),
    })
    return { body, stream: identity.stream, context: () => this.#context() }
  }

  #context(): BuiltinContext {
    const { deps, admitted } = this.#parts
    const { identity, language, profile, clientName } = admitted
    const { offer, chat, voice } = handOffOffer(profile, deps.clock.now(), language)
    const { channel } = identity
    return {
      language,
      channel,
      organisation: clientName,
      handoff: channel === 'voice' ? voice : chat,
      handoffOpen: offer?.open ?? false,
    }
  }

  // -- answers ------------------------------------------------------------------------------------------------------

  async #whole(reply: UpstreamReply): Promise<Outcome> {
    const { req, res } = this.#parts
    const body = this.#reply.whole(parseReply(await this.#collect(reply)))
    this.#firstTokenMs = this.#elapsed()
    this.#abort.signal.throwIfAborted()
    await this.#record({ ...this.#completed(), answer: this.#kept(body) })
    this.#delivered = true
    sendJson(req, res, 200, { ...this.#headers, ...rateLimits(reply) }, body)
    return { type: 'call.completed', code: null }
  }

  async #stream(reply: UpstreamReply): Promise<Outcome> {
    this.#writer.keepAlive()
    if (isEventStream(reply)) await this.#events(reply)
    else await this.#give(asChunk(parseReply(await this.#collect(reply))))
    // The client's last word waits until the end is on record: what looks complete, is recorded as complete.
    const last = this.#reply.close()
    this.#abort.signal.throwIfAborted()
    await this.#record({ ...this.#completed(), answer: this.#kept(this.#reply.assembled()) })
    this.#delivered = true
    this.#writer.end(last.map(encodeEvent).join('') + doneEvent)
    return { type: 'call.completed', code: null }
  }

  #completed(): CallEnd {
    return this.#endOf({ type: 'call.completed', code: null }, this.#reply.summary(), true)
  }

  /** What is kept for the same request again; null without an Idempotency-Key. */
  #kept(body: KeptAnswer['body']): CallEnd['answer'] {
    const { admitted, usageAsked } = this.#parts
    if (admitted.idempotency === null) return null
    return { keyHmac: admitted.idempotency.keyHmac, kept: { body, usageAsked } }
  }

  async #events(reply: UpstreamReply): Promise<void> {
    const reader = new EventReader(this.#maxBytes())
    const body = reply.body[Symbol.asyncIterator]()
    for (let next = await body.next(); next.done !== true; next = await body.next()) {
      this.#count(next.value)
      if (!(await this.#take(reader.push(next.value)))) continue
      this.#rest = readRest(body)
      return
    }
    this.#abort.signal.throwIfAborted()
    await this.#take(reader.end())
  }

  /** True when the provider says that it is done. */
  async #take(events: readonly { data: string }[]): Promise<boolean> {
    for (const { data } of events) {
      if (data.trim() === '[DONE]') return true
      await this.#give(parseReply(data))
    }
    return false
  }

  async #give(chunk: unknown): Promise<void> {
    const chunks = this.#reply.chunk(chunk)
    if (chunks.length === 0) return
    this.#firstTokenMs ??= this.#elapsed()
    await this.#writer.send(chunks.map(encodeEvent).join(''), this.#abort.signal)
  }

  async #collect(reply: UpstreamReply): Promise<string> {
    const pieces: Uint8Array[] = []
    for await (const piece of reply.body) {
      this.#count(piece)
      pieces.push(piece)
    }
    this.#abort.signal.throwIfAborted()
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(pieces))
    } catch {
      throw new StreamUnreadable('utf8')
    }
  }

  #maxBytes(): number {
    return this.#parts.deps.settings.gatewayReplyLimitKiB * 1024
  }

  #count(piece: Uint8Array): void {
    this.#size += piece.length
    if (this.#size > this.#maxBytes()) throw new UpstreamFault('reply_too_large')
  }

  #elapsed(): number {
    return Math.round(performance.now() - this.#parts.startedMs)
  }

  // -- ends ---------------------------------------------------------------------------------------------------------

  /** Anything but a whole answer: the client is told first and at once, the record follows until it is there. */
  async #fail(error: unknown): Promise<Outcome> {
    const { deps, admitted, ends } = this.#parts
    const outcome = this.#outcomeOf(error)
    if (outcome.refusal) this.#tell(outcome.refusal)
    const end = this.#endOf(
      outcome,
      this.#writer.begun ? this.#reply.summary() : null,
      outcome.type !== 'call.cancelled',
      outcome.reason,
      outcome.refs,
    )
    if (!(error instanceof AlreadyEnded)) await ends.record(admitted, end)
    deps.log.info('gateway.call_ended', { call: admitted.identity.call, code: outcome.code ?? outcome.type })
    return { type: outcome.type, code: outcome.code }
  }

  #outcomeOf(
    error: unknown,
  ): Outcome & { refusal: Refusal | null; reason: string; refs: Readonly<Record<string, string>> } {
    const failed = (refusal: Refusal) =>
      ({
        type: 'call.failed',
        code: refusal.code as string,
        reason: refusal.reason ?? refusal.code,
        refusal,
        refs: {},
      }) as const
    const { upstream, identity } = this.#parts.admitted
    const provider = upstream.provider.name
    const fault = (code: RefusalCode, reason: string): Refusal => ({
      code,
      reason,
      values: { provider, upstream: upstream.id, reasonCode: reason, limit: reason },
    })
    if (error instanceof Ended) {
      switch (error.by) {
        case 'client':
          return { type: 'call.cancelled', code: null, refusal: null, reason: 'client_left', refs: {} }
        case 'stop':
          return {
            type: 'call.stopped',
            code: error.refusal!.code,
            refusal: error.refusal!,
            reason: error.refusal!.reason ?? 'stopped',
            refs: error.refs,
          }
        case 'total':
          return failed(fault('upstream_timeout', 'total'))
        case 'drain':
          return {
            ...failed({ code: 'overloaded', reason: 'shutdown', values: { maximum: 0 } }),
            code: 'interrupted',
            reason: 'shutdown',
          }
        case 'store':
          return failed({ code: 'store_unavailable', values: {} })
      }
    }
    if (error instanceof StoreUnavailable || error instanceof AlreadyEnded)
      return failed({ code: 'store_unavailable', values: {} })
    if (error instanceof UpstreamFault) {
      if (error.code === 'head' || error.code === 'idle') return failed(fault('upstream_timeout', error.code))
      if (error.code === 'key_missing' || error.status === 401 || error.status === 403)
        return failed(
          fault('upstream_unauthorised', error.code === 'key_missing' ? 'key_missing' : `status_${error.status}`),
        )
      return failed(fault('upstream_failed', error.status === undefined ? error.code : `status_${error.status}`))
    }
    if (error instanceof ReplyBroken || error instanceof StreamUnreadable)
      return failed(fault('upstream_failed', error.code))
    const code = errorCode(error)
    this.#parts.deps.log.error('gateway.reply_guard_failed', { call: identity.call, error })
    return failed({
      code: 'safeguard_unavailable',
      reason: 'reply',
      values: { safeguard: 'reply', errorCode: code, call: identity.call },
    })
  }

  #tell(refusal: Refusal): void {
    const { deps, admitted, req, res, operatorLanguage } = this.#parts
    if (res.destroyed || this.#delivered) return
    const reply = refusalReply(refusal, {
      now: deps.clock.now(),
      language: admitted.language,
      operatorLanguage,
      call: admitted.identity.call,
      profile: admitted.profile,
    })
    if (this.#writer.begun) this.#writer.break(reply.body)
    else sendJson(req, res, reply.status, { ...this.#headers, ...reply.headers }, reply.body)
  }

  #endOf(
    { type, code }: Outcome,
    summary: ReplySummary | null,
    heard: boolean,
    reason?: string,
    refs: Readonly<Record<string, string>> = {},
  ): CallEnd {
    const { deps, admitted } = this.#parts
    const { messages, redacted, profile, salt } = admitted
    const disclosed = heard && this.#disclosure !== null && (summary?.disclosed ?? false)
    return {
      type,
      code,
      ...(reason === undefined ? {} : { reason }),
      reply:
        summary === null
          ? null
          : { said: summary.said.toWellFormed(), seen: summary.seen.toWellFormed(), disclosed: summary.disclosed },
      finish: summary?.finish ?? '',
      tokensIn: summary?.usage?.prompt_tokens ?? null,
      tokensOut: summary?.usage?.completion_tokens ?? null,
      attempts: this.#attempts,
      restored: summary === null ? 0 : countTokens(summary.seen, redacted.pseudonyms.items),
      masked: this.#guard.masked(),
      firstTokenMs: this.#firstTokenMs,
      durationMs: this.#elapsed(),
      sources: summary?.sources ?? [],
      tools: summary?.tools ?? [],
      disclosure: disclosed ? this.#disclosure : null,
      handOff:
        type === 'call.completed' && summary?.handOff && profile
          ? { id: deps.ids.next(), reason: summary.handOff, answerBy: answerBy(profile.handoff, deps.clock.now()) }
          : null,
      messagesHmac:
        summary === null
          ? null
          : { before: messages.hmac(), after: messages.with(canonicalReply(summary.content, summary.calls)) },
      refs,
      salt,
      answer: null,
    }
  }

  /** Records a completed call before the client's last word. Throws when that cannot be done now. */
  async #record(end: CallEnd): Promise<void> {
    await this.#parts.ends.recordNow(this.#parts.admitted, end)
  }
}

export const scopeOf = ({ identity }: Pick<Admitted, 'identity'>) => ({
  tenant: identity.tenant,
  clients: [identity.client],
  actor: { kind: 'system' as const, id: identity.system },
})

function disclosureOf({ identity, language, clientName, profile }: Admitted): {
  text: string
  key: string
  version: string
} {
  const channel = identity.channel as Parameters<typeof disclosureText>[0]['channel']
  const humanWord = profile?.handoff.humanWord[language] ?? (language === 'nl' ? 'medewerker' : 'person')
  return disclosureText({ channel, language, organisation: clientName, humanWord, own: profile?.disclosures })
}

const retryable: ReadonlySet<number> = new Set([408, 409, 425, 429, 500, 502, 503, 504])

/** Turns a status that is no answer into a fault; the provider's own words are neither read nor passed on. */
function refuseStatus({ status, headers, discard }: UpstreamReply): void {
  if (status === 200) {
    const encoding = headers['content-encoding']
    if (encoding === undefined || encoding === 'identity') return
    discard()
    throw new UpstreamFault('encoding')
  }
  discard()
  throw new UpstreamFault('status', { status, early: retryable.has(status), retryAfter: headers['retry-after'] })
}

/** A provider that said it is done closes within moments; then its connection can be used again. */
function readRest(body: AsyncIterator<Uint8Array>): Promise<unknown> {
  const toEnd = async () => {
    while ((await body.next()).done !== true);
  }
  return Promise.race([toEnd().catch(() => {}), new Promise((resolve) => setTimeout(resolve, 1_000).unref())])
}

const isEventStream = ({ headers }: UpstreamReply): boolean =>
  /^text\/event-stream\b/i.test(headers['content-type'] ?? '')

/** A whole answer to a call that asked for a stream, as its one chunk. */
function asChunk(json: unknown): unknown {
  if (typeof json !== 'object' || json === null || !Array.isArray((json as { choices?: unknown }).choices)) return json
  const { choices, ...rest } = json as { choices: unknown[] }
  const deltaOf = (choice: unknown) => {
    if (typeof choice !== 'object' || choice === null) return choice
    const { message, ...more } = choice as { message?: unknown }
    return { ...more, delta: message }
  }
  return { ...rest, choices: choices.map(deltaOf) }
}

function parseReply(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new ReplyBroken('not_json')
  }
}

/** What the provider says about its limits, which the official client shows. */
function rateLimits({ headers }: UpstreamReply): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(
      ([name, value]) => name.startsWith('x-ratelimit-') && /^[\x20-\x7e]{1,100}$/.test(value),
    ),
  )
}

function countTokens(text: string, items: readonly { readonly token: string }[]): number {
  if (items.length === 0 || !text.includes('[')) return 0
  const issued = new Set(items.map(({ token }) => token))
  return [...text.matchAll(/\[[A-Z]+_\d+\]/g)].filter(([token]) => issued.has(token)).length
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = () => {
      signal.removeEventListener('abort', stop)
      resolve()
    }
    const timer = setTimeout(done, ms)
    const stop = () => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    signal.addEventListener('abort', stop, { once: true })
  })
}
