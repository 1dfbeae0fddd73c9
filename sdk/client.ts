/** The calls themselves. Nothing is sent twice: what may be sent again, and when, is the application's decision. */
import type {
  Batch,
  ConsentOverview,
  ConsentQuery,
  ConversationContext,
  CurrentNotices,
  EndedRepresentative,
  GivenFeedback,
  HandOff,
  Hold,
  NewAddresses,
  NewAttribute,
  NewCircumstance,
  NewComplaint,
  NewConfirmation,
  NewConsent,
  NewConversation,
  NewDecision,
  NewDisclosure,
  NewFeedback,
  NewHandOff,
  NewOutcome,
  NewPortalLink,
  NewRepresentative,
  NewRequest,
  NewShownNotice,
  NewWrongAnswer,
  OfferedDisclosures,
  PortalLink,
  ReceivedComplaint,
  ReceivedRequest,
  RecordedAttribute,
  RecordedCircumstance,
  RecordedConfirmation,
  RecordedConsent,
  RecordedConversation,
  RecordedDecision,
  RecordedDisclosure,
  RecordedOutcome,
  RecordedRepresentative,
  RegisteredAddresses,
  ReportedWrongAnswer,
  ShownNotice,
  WithdrawnFeedback,
} from './contract.ts'
import { fieldsOf, readRefusal, WaarborgRefusal, WaarborgUnreachable } from './error.ts'

export type WaarborgOptions = {
  /** Address of the gateway; with or without `/v1`. */
  readonly baseUrl: string
  /** The AI system's key, `wb_…`. It is a secret: not for a browser. */
  readonly key: string
  /** Language of `message`, and of the sentence of a hand-off; Dutch when absent. */
  readonly language?: 'nl' | 'en'
  /** A request that takes longer is given up; 30 s when absent, at most 2^31 - 1. */
  readonly timeoutMs?: number
  /** For tests and proxies; the platform's when absent. */
  readonly fetch?: typeof fetch
}

/** The same key with the same answer counts once, with another answer it is refused. At most 200 characters of ASCII. */
export type RepeatOptions = { readonly idempotencyKey?: string }
/** The telephone number about to be called. It goes in a header, so that it stands in no address. */
export type DialOptions = { readonly number?: string }
/** `nl` or `en`: the customer's language, where it is not the client's. */
export type LanguageOptions = { readonly language?: 'nl' | 'en' }

type Request = {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

const contextFields = ['conversation', 'subject', 'purpose', 'channel', 'language'] as const
const MAX_TIMEOUT_MS = 2 ** 31 - 1

/**
 * One AI system of one client, as its key says. Every call throws `WaarborgRefusal` when Waarborg says no and
 * `WaarborgUnreachable` when no answer of Waarborg came.
 */
export class Waarborg {
  readonly #options: WaarborgOptions
  readonly #base: string

  /** Throws TypeError for an address that is not http(s), RangeError for a time-out that no timer keeps. */
  constructor(options: WaarborgOptions) {
    const { timeoutMs } = options
    if (timeoutMs !== undefined && !(timeoutMs > 0 && timeoutMs <= MAX_TIMEOUT_MS))
      throw new RangeError(`timeoutMs: above 0, at most ${MAX_TIMEOUT_MS}`)
    const { protocol, origin, pathname } = new URL(options.baseUrl)
    if (protocol !== 'http:' && protocol !== 'https:') throw new TypeError('baseUrl: http: or https:')
    this.#base = origin + pathname.replace(/\/+$/, '').replace(/\/v1$/, '')
    this.#options = options
  }

  /** Headers to pass with each call of an OpenAI client: `client.chat.completions.create(body, { headers })`. */
  headers(context: ConversationContext, { idempotencyKey }: RepeatOptions = {}): Record<string, string> {
    const headers = contextHeaders(context)
    return idempotencyKey === undefined ? headers : { ...headers, 'Idempotency-Key': idempotencyKey }
  }

  readonly consents = {
    /** Records an answer; it counts at the next call. */
    record: (consent: NewConsent, { idempotencyKey }: RepeatOptions = {}): Promise<RecordedConsent> =>
      this.#post('/v1/consents', consent, idempotencyKey === undefined ? {} : { 'Idempotency-Key': idempotencyKey }),
    /** What this customer answered, and what the next call may do. */
    list: (of: ConsentQuery, { number }: DialOptions = {}): Promise<ConsentOverview> =>
      this.#send({
        method: 'GET',
        path: `/v1/consents?${new URLSearchParams(given(of))}`,
        ...(number === undefined ? {} : { headers: { 'X-Waarborg-Number': number } }),
      }),
  }

  readonly representatives = {
    /** Records who may decide for a customer who cannot: without it their yes does not count. */
    record: (representative: NewRepresentative): Promise<RecordedRepresentative> =>
      this.#post('/v1/representatives', representative),
    /** Ends it; the next call asks again. */
    end: (of: { readonly subject: string; readonly representative: string }): Promise<EndedRepresentative> =>
      this.#post('/v1/representatives/end', of),
  }

  readonly circumstances = {
    /** Whether a customer may decide for themselves. */
    record: (circumstance: NewCircumstance): Promise<RecordedCircumstance> =>
      this.#post('/v1/circumstances', circumstance),
  }

  readonly requests = {
    /** Records that a customer asked to see, correct, erase, pause or take along their data, or objects. */
    record: (request: NewRequest): Promise<ReceivedRequest> => this.#post('/v1/requests', request),
  }

  readonly disclosures = {
    /** Reports that the customer heard or read that it is AI. */
    report: (disclosure: NewDisclosure): Promise<RecordedDisclosure> => this.#post('/v1/disclosures', disclosure),
    /** The sentences of this system, to say or show. */
    list: (): Promise<OfferedDisclosures> => this.#send({ method: 'GET', path: '/v1/disclosures' }),
  }

  readonly notices = {
    /** The privacy notice and the notice about AI that count now. */
    list: (): Promise<CurrentNotices> => this.#send({ method: 'GET', path: '/v1/notices' }),
    /** Reports that a customer saw or heard one of them. A second report of the same gives the first one back. */
    shown: (notice: NewShownNotice): Promise<ShownNotice> => this.#post('/v1/notices/shown', notice),
  }

  readonly handOffs = {
    /** Asks for a person. A request that is open already stays the only one, and is returned. */
    request: (handOff: NewHandOff, { language }: LanguageOptions = {}): Promise<HandOff> =>
      this.#post('/v1/handoffs', handOff, language === undefined ? {} : { 'Accept-Language': language }),
  }

  readonly decisions = {
    /** Records a decision about a person. With a `key` it is safe to send again. */
    record: (decision: NewDecision): Promise<RecordedDecision> => this.#post('/v1/decisions', decision),
    /** At most 500; one that is refused leaves the others as they are. */
    recordBatch: (decisions: readonly NewDecision[]): Promise<Batch<RecordedDecision>> =>
      this.#post('/v1/decisions', { decisions }),
  }

  readonly attributes = {
    /** Records what somebody said of themselves, or a fact of the service; the same again is one. */
    record: (attribute: NewAttribute): Promise<RecordedAttribute> => this.#post('/v1/attributes', attribute),
    recordBatch: (attributes: readonly NewAttribute[]): Promise<Batch<RecordedAttribute>> =>
      this.#post('/v1/attributes', { attributes }),
  }

  readonly outcomes = {
    /** Records what became of a decision; the same again is one outcome. */
    record: (outcome: NewOutcome): Promise<RecordedOutcome> => this.#post('/v1/outcomes', outcome),
    recordBatch: (outcomes: readonly NewOutcome[]): Promise<Batch<RecordedOutcome>> =>
      this.#post('/v1/outcomes', { outcomes }),
  }

  readonly feedback = {
    /** What a customer thought of the contact, asked on the application's own screen; once per conversation. */
    give: (feedback: NewFeedback): Promise<GivenFeedback> => this.#post('/v1/feedback', feedback),
    /** Takes it back, within a day; then it can be given again. */
    withdraw: (conversation: string): Promise<WithdrawnFeedback> =>
      this.#post('/v1/feedback/withdraw', { conversation }),
  }

  readonly wrongAnswers = {
    /** Reports that an answer of the AI was wrong; a person judges it, and everybody who got it can be told. */
    report: (answer: NewWrongAnswer): Promise<ReportedWrongAnswer> => this.#post('/v1/wrong-answers', answer),
  }

  readonly addresses = {
    /** Says at which addresses a customer is known: they can open the portal with a code that goes there. */
    replace: (addresses: NewAddresses): Promise<RegisteredAddresses> => this.#post('/v1/addresses', addresses),
  }

  readonly complaints = {
    /** Hands over a complaint that came in elsewhere; the customer follows it on their own page. */
    make: (complaint: NewComplaint): Promise<ReceivedComplaint> => this.#post('/v1/complaints', complaint),
  }

  readonly confirmations = {
    /** Says that a contested decision waits, that it waits no longer, or that its new outcome was carried out. */
    record: (confirmation: NewConfirmation): Promise<RecordedConfirmation> =>
      this.#post('/v1/confirmations', confirmation),
  }

  readonly portalLinks = {
    /** A link with which the customer of this conversation opens the portal; whoever has it, has the portal. */
    create: (of: NewPortalLink): Promise<PortalLink> => this.#post('/v1/portal-links', of),
  }

  readonly conversations = {
    /** Records turns that did not pass through the gateway: what people said to each other. */
    record: (conversation: NewConversation): Promise<RecordedConversation> =>
      this.#post('/v1/conversations', conversation),
    /** On hold nothing is recorded and no AI is called; an answer under way ends. */
    hold: (conversation: string): Promise<Hold> =>
      this.#send({ method: 'POST', path: `/v1/conversations/${encodeURIComponent(conversation)}/hold` }),
    resume: (conversation: string): Promise<Hold> =>
      this.#send({ method: 'POST', path: `/v1/conversations/${encodeURIComponent(conversation)}/resume` }),
    /** The same as a vCon (draft-ietf-vcon-vcon-core), unsigned, signed or encrypted. */
    recordVcon: (
      vcon: Readonly<Record<string, unknown>>,
      { subject, purpose }: { readonly subject?: string; readonly purpose?: string } = {},
    ): Promise<RecordedConversation> =>
      this.#post('/v1/conversations', vcon, contextHeaders(given({ subject, purpose }))),
  }

  #post<Reply>(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Reply> {
    return this.#send({ method: 'POST', path, body, headers })
  }

  async #send<Reply>({ method, path, body, headers: more = {} }: Request): Promise<Reply> {
    const { key, language, fetch: send = fetch, timeoutMs = 30_000 } = this.#options
    // Made here, so that a value that no header can hold is the caller's TypeError and not a connection that failed.
    const headers = new Headers({
      authorization: `Bearer ${key}`,
      accept: 'application/json',
      ...(language === undefined ? {} : { 'accept-language': language }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    })
    for (const [name, value] of Object.entries(more)) headers.set(name, value)
    const text = body === undefined ? {} : { body: JSON.stringify(body) }
    const { status, ok, replyHeaders, said } = await within(timeoutMs, async (signal) => {
      // A redirect would turn a POST into a GET, or carry the key elsewhere.
      const reply = await send(this.#base + path, { method, headers, ...text, signal, redirect: 'manual' })
      return { status: reply.status, ok: reply.ok, replyHeaders: reply.headers, said: await reply.text() }
    })
    const value = parsed(said)
    if (ok && typeof value === 'object' && value !== null) return value as Reply
    const refusal = ok ? undefined : readRefusal(fieldsOf(value).error, status, replyHeaders)
    if (refusal === undefined) throw new WaarborgUnreachable('unreadable_reply', { status })
    throw new WaarborgRefusal(refusal)
  }
}

/**
 * Gives up after `timeoutMs`, also when the work does not listen to the signal. Unlike `AbortSignal.timeout` it keeps the
 * process alive until then, so that a script does not end without a word.
 */
async function within<T>(timeoutMs: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new WaarborgUnreachable('timeout'))
      stop.abort()
    }, timeoutMs)
  })
  try {
    return await Promise.race([work(stop.signal), late])
  } catch (error) {
    throw error instanceof WaarborgUnreachable ? error : new WaarborgUnreachable('unreachable', { cause: error })
  } finally {
    clearTimeout(timer)
  }
}

function contextHeaders(context: ConversationContext): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const field of contextFields) {
    const value = context[field]
    if (value !== undefined && value !== '')
      headers[`X-Waarborg-${field[0]!.toUpperCase()}${field.slice(1)}`] = headerText(value)
  }
  return headers
}

/** A header holds bytes, one per character here; Waarborg reads them as UTF-8. */
function headerText(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('')
}

/** Without the fields that are undefined. */
function given<T extends object>(fields: T): { [K in keyof T]: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // A proxy's page is no answer of Waarborg.
    return undefined
  }
}
