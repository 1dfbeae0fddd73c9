/** Client of Waarborg for the contact centre's own applications. No dependencies; uses the platform's `fetch`. */
export { type CheckedReceipt, type ReceiptTrust, verifyContent, verifyReceipt } from './receipt.ts'

export type WaarborgOptions = {
  /** Address of the gateway, without a slash at its end. */
  readonly baseUrl: string
  /** The AI system's key, `wb_…`. */
  readonly key: string
  /** For tests and proxies; the platform's by default. */
  readonly fetch?: typeof fetch
  /** A request that takes longer is given up; 30 s by default. */
  readonly timeoutMs?: number
}

/** Who speaks about what; what is absent takes the system's default. */
export type ConversationContext = {
  readonly conversation?: string
  /** The organisation's own customer reference. It is never stored readable. */
  readonly subject?: string
  readonly purpose?: string
  readonly channel?: 'chat' | 'voice' | 'email' | 'agent_assist' | 'other'
  /** BCP 47, such as `nl`. */
  readonly language?: string
}

export type ConsentState = 'asked' | 'given' | 'refused' | 'withdrawn'

export type NewConsent = {
  readonly subject?: string
  readonly conversation?: string
  readonly purpose: string
  readonly state: ConsentState
  readonly by: 'customer' | 'representative' | 'staff'
  readonly expiresAt?: string
  /** The wording as shown or spoken: its version, language and channel. */
  readonly wording: { readonly version: string; readonly language: string; readonly channel: string }
}

export type NewDisclosure = {
  readonly conversation: string
  readonly channel: 'chat' | 'voice' | 'email' | 'agent_assist' | 'other'
  readonly language: string
  /** The words as said. */
  readonly text: string
  /** Voice: whether the caller heard them to the end. */
  readonly complete?: boolean
  readonly at?: string
}

/** Waarborg said no. `code` is stable; `say` is the customer's sentence, for chat and for voice. */
export class WaarborgRefusal extends Error {
  override readonly name = 'WaarborgRefusal'
  readonly status: number
  readonly code: string
  readonly param: string | null
  readonly call: string | null
  readonly say: { readonly chat: string; readonly voice: string } | null
  constructor(status: number, body: unknown) {
    const error = ((body as { error?: unknown } | null)?.error ?? {}) as {
      code?: string
      message?: string
      param?: string | null
      waarborg?: { call?: string | null; say?: { chat: string; voice: string } }
    }
    super(error.message ?? `HTTP ${status}`)
    this.status = status
    this.code = error.code ?? `http_${status}`
    this.param = error.param ?? null
    this.call = error.waarborg?.call ?? null
    this.say = error.waarborg?.say ?? null
  }
}

export class Waarborg {
  readonly #options: WaarborgOptions
  constructor(options: WaarborgOptions) {
    this.#options = options
  }

  /** Headers to pass with each call of an OpenAI client: `client.chat.completions.create(body, { headers })`. */
  headers(context: ConversationContext): Record<string, string> {
    const headers: Record<string, string> = {}
    for (const [name, value] of Object.entries(context))
      if (typeof value === 'string' && value !== '')
        headers[`X-Waarborg-${name[0]!.toUpperCase()}${name.slice(1)}`] = value
    return headers
  }

  readonly consents = {
    record: (consent: NewConsent) => this.#post('/v1/consents', consent),
    list: (of: { subject?: string; conversation?: string }) =>
      this.#send('GET', `/v1/consents?${new URLSearchParams(of as Record<string, string>)}`),
  }
  readonly disclosures = { report: (disclosure: NewDisclosure) => this.#post('/v1/disclosures', disclosure) }
  readonly handOffs = {
    request: (handOff: { conversation: string; reason: string }) => this.#post('/v1/handoffs', handOff),
  }
  /** A link to the portal for the customer of one conversation. */
  readonly portalLinks = { create: (of: { conversation: string }) => this.#post('/v1/portal-links', of) }
  /** Turns that did not pass through the gateway: what people said to each other. */
  readonly conversations = {
    record: (conversation: Readonly<Record<string, unknown>>) => this.#post('/v1/conversations', conversation),
  }

  #post(path: string, body: unknown) {
    return this.#send('POST', path, body)
  }

  async #send(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
    const { baseUrl, key, fetch: send = fetch, timeoutMs = 30_000 } = this.#options
    const reply = await send(`${baseUrl.replace(/\/$/, '')}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(timeoutMs),
    })
    const text = await reply.text()
    let parsed: unknown = null
    try {
      parsed = JSON.parse(text)
    } catch {
      // a proxy's page is no answer of ours
    }
    if (!reply.ok || parsed === null) throw new WaarborgRefusal(reply.status, parsed)
    return parsed as Record<string, unknown>
  }
}
