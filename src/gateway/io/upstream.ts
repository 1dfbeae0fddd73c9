/** A provider over HTTP: one connection pool per address, time limits, and no road into the organisation's own network. */
import { Pool } from 'undici'
import { publicLookup } from '../../platform/io/lookup.ts'
import { isLoopbackHost, type Upstream } from '../provider.ts'

export type UpstreamReply = {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** Pieces as they come. */
  readonly body: AsyncIterable<Uint8Array>
  /** Ends the connection without reading on; nothing when it has ended. */
  readonly discard: () => void
}

export type UpstreamCall = {
  readonly body: Readonly<Record<string, unknown>>
  readonly stream: boolean
  /** What the built-in assistant may know beside the request; never sent over a network. */
  readonly context: () => BuiltinContext
  readonly signal: AbortSignal
}

export type BuiltinContext = {
  readonly language: 'nl' | 'en'
  readonly channel: string
  readonly organisation: string
  /** What a person at the client's side offers now, in words of this channel. */
  readonly handoff: string
  readonly handoffOpen: boolean
}

/**
 * Where calls go. `send` resolves with the head of the answer; it must stop when the signal says so, and must not try
 * again by itself. Throws `UpstreamFault`.
 */
export interface Provider {
  send(call: UpstreamCall): Promise<UpstreamReply>
  close(): Promise<void>
}

/** Why no answer came, as a fixed word. `early`: nothing can have been answered yet, so a second try is fair. */
export class UpstreamFault extends Error {
  override readonly name = 'UpstreamFault'
  readonly code:
    | 'connect'
    | 'cut_off'
    | 'head'
    | 'idle'
    | 'total'
    | 'reply_too_large'
    | 'encoding'
    | 'not_json'
    | 'address_private'
    | 'key_missing'
    | 'status'
  readonly early: boolean
  readonly status: number | undefined
  readonly retryAfter: string | undefined
  constructor(
    code: UpstreamFault['code'],
    {
      early = false,
      status,
      retryAfter,
      cause,
    }: { early?: boolean; status?: number; retryAfter?: string | undefined; cause?: unknown } = {},
  ) {
    super(code, cause === undefined ? undefined : { cause })
    this.code = code
    this.early = early
    this.status = status
    this.retryAfter = retryAfter
  }
}

export type UpstreamLimits = { readonly headMs: number; readonly idleMs: number }

/** `key` gives the provider's key at each call, so that a changed file or variable works at once. */
export function httpProvider(upstream: Upstream, limits: UpstreamLimits, key: () => string | undefined): Provider {
  const base = new URL(upstream.baseUrl!)
  const path = `${base.pathname.replace(/\/$/, '')}/chat/completions`
  const loopback = isLoopbackHost(base.hostname.replace(/^\[|\]$/g, ''))
  const pool = new Pool(base.origin, {
    connections: 512,
    headersTimeout: limits.headMs,
    bodyTimeout: limits.idleMs,
    connect: {
      timeout: Math.min(limits.headMs, 10_000),
      ...(loopback || upstream.options.allowPrivateAddress === true ? {} : { lookup: publicLookup }),
    },
  })
  return {
    async send({ body, stream, signal }) {
      const secret = key()
      if (upstream.keyRef !== null && secret === undefined) throw new UpstreamFault('key_missing')
      try {
        const reply = await pool.request({
          method: 'POST',
          path,
          body: JSON.stringify(body),
          signal,
          headers: {
            'content-type': 'application/json',
            accept: stream ? 'text/event-stream' : 'application/json',
            'user-agent': 'waarborg',
            ...(secret === undefined ? {} : { authorization: `Bearer ${secret}` }),
          },
        })
        // A body that is let go of must not end the process with an error nobody reads.
        reply.body.on('error', () => {})
        return {
          status: reply.statusCode,
          headers: flat(reply.headers),
          body: pieces(reply.body),
          discard: () => reply.body.destroy(),
        }
      } catch (error) {
        throw faultOf(error, signal)
      }
    },
    close: () => pool.destroy(),
  }
}

function flat(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name.toLowerCase(), Array.isArray(value) ? value.join(', ') : value]],
    ),
  )
}

async function* pieces(body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  try {
    yield* body
  } catch (error) {
    throw faultOf(error, undefined)
  }
}

const timeouts: Readonly<Record<string, 'head' | 'idle'>> = {
  UND_ERR_HEADERS_TIMEOUT: 'head',
  UND_ERR_BODY_TIMEOUT: 'idle',
}
const connecting: ReadonlySet<string> = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ECONNRESET',
])

/** A fault as a fixed word; an abort by us passes on unchanged. */
export function faultOf(error: unknown, signal: AbortSignal | undefined): unknown {
  if (error instanceof UpstreamFault || signal?.aborted) return error
  const { code = '', name = '' } = error as { code?: string; name?: string }
  if (name === 'AbortError') return error
  if (code === 'EPRIVATE') return new UpstreamFault('address_private', { cause: error })
  const timeout = timeouts[code]
  if (timeout) return new UpstreamFault(timeout, { cause: error })
  if (connecting.has(code)) return new UpstreamFault('connect', { early: true, cause: error })
  return new UpstreamFault('cut_off', { early: signal !== undefined, cause: error })
}
