/**
 * What an AI answers, on its way to the customer: screened, pseudonyms put back, and begun with the sentence that it is
 * AI where that has not been said. A stream and a whole answer go through the same lanes, so neither is a way round.
 * Only fields that are named here leave; what a provider adds (its reasoning, tokens' logarithms, sound) stays behind.
 */

type Json = unknown
type Fields = Readonly<Record<string, Json>>

/** One flow of text: give it pieces, get pieces; it may hold text back until it knows what it is. */
export interface Lane {
  push(text: string): string
  end(): string
}

export type LaneKind =
  | { readonly kind: 'content' }
  | { readonly kind: 'refusal' }
  | { readonly kind: 'arguments'; readonly tool: string; readonly json: boolean }

export type ReplyOptions = {
  readonly id: string
  readonly lane: (kind: LaneKind) => Lane
  /** The sentence before the first AI turn and what divides it from the answer; null when it was said before. */
  readonly disclosure: { readonly text: string; readonly divider: string } | null
  readonly usageAsked: boolean
  /** A built-in upstream says in `waarborg` which sources and tools it used; another's field of that name means nothing. */
  readonly trusted: boolean
}

/** The answer is no chat completion. `code` is a fixed word, never the provider's text. */
export class ReplyBroken extends Error {
  override readonly name = 'ReplyBroken'
  readonly code: 'not_json' | 'not_a_reply' | 'error_event' | 'cut_off' | 'empty'
  constructor(code: ReplyBroken['code']) {
    super(code)
    this.code = code
  }
}

export type Usage = {
  readonly prompt_tokens: number
  readonly completion_tokens: number
  readonly total_tokens: number
}

/** An article that an answer cites; `hash`: of its text then, where the upstream said so. */
export type CitedSource = { readonly id: string; readonly title: string; readonly hash?: string }

export type ReplySummary = {
  /** What the customer gets of the first choice: text, and calls of tools as `name(arguments)`. */
  readonly said: string
  /** The same as the AI wrote it. */
  readonly seen: string
  readonly content: string
  readonly calls: readonly { readonly name: string; readonly arguments: string }[]
  readonly finish: string
  readonly usage: Usage | null
  readonly tools: readonly string[]
  readonly sources: readonly CitedSource[]
  /** Reason of a hand-off that the built-in assistant announces. */
  readonly handOff: string | null
  /** The customer's text begins with the disclosure. */
  readonly disclosed: boolean
}

type Call = {
  readonly id: string
  readonly type: 'function' | 'custom' | 'legacy'
  readonly name: string
  lane: Lane | null
  given: string
  seen: string
}
type Choice = {
  content: TextLane
  refusal: TextLane
  calls: Map<number | 'legacy', Call>
  finish: string | null
  roleSent: boolean
  disclosed: boolean
}
type TextLane = { readonly kind: 'content' | 'refusal'; lane: Lane | null; given: string; seen: string }

export type Chunk = {
  readonly id: string
  readonly object: 'chat.completion.chunk'
  readonly created: number
  readonly model: string
  readonly system_fingerprint?: string
  readonly choices: readonly {
    readonly index: number
    readonly delta: Fields
    readonly finish_reason: string | null
    readonly logprobs: null
  }[]
  readonly usage?: Usage | null
}

/** Takes an answer in, chunk by chunk or whole, and gives what may go to the client. */
export class Reply {
  readonly #options: ReplyOptions
  readonly #choices = new Map<number, Choice>()
  #created = 0
  #model = ''
  #fingerprint: string | undefined
  #usage: Usage | null = null
  #sources: CitedSource[] = []
  #tools: string[] = []
  #handOff: string | null = null

  constructor(options: ReplyOptions) {
    this.#options = options
  }

  /** Chunks to send now for one chunk of the provider. Throws `ReplyBroken` for what is no chunk. */
  chunk(json: Json): Chunk[] {
    const choices = this.#head(json)
    const chunks: Chunk[] = []
    choices.forEach((choice, i) => {
      const { index, state } = this.#choiceOf(choice, i)
      const delta = isFields(choice.delta) ? choice.delta : {}
      const out: Record<string, Json> = {}
      this.#text(state, state.content, delta.content, out)
      this.#text(state, state.refusal, delta.refusal, out)
      const calls = this.#calls(state, delta)
      if (typeof choice.finish_reason === 'string') this.#finish(state, choice.finish_reason, out, calls)
      chunks.push(...this.#deltas(index, state, out, calls))
    })
    return chunks
  }

  #deltas(index: number, state: Choice, out: Record<string, Json>, calls: readonly CallDelta[]): Chunk[] {
    for (const { legacy, ...call } of calls) {
      if (legacy) out.function_call = { ...(out.function_call as Fields | undefined), ...call.function }
      else out.tool_calls = [...((out.tool_calls as Json[] | undefined) ?? []), call]
    }
    if (Object.keys(out).length === 0) return []
    if (!state.roleSent) out.role = 'assistant'
    state.roleSent = true
    return [this.#chunkOf(index, out, null)]
  }

  /**
   * The last chunks, to be sent once the end is on record: finish reasons and, if asked, token counts. Throws
   * `ReplyBroken` (`cut_off`) when a choice has no finish reason: half an answer must not look whole.
   */
  close(): Chunk[] {
    if (this.#choices.size === 0) throw new ReplyBroken('empty')
    for (const { finish } of this.#choices.values()) if (finish === null) throw new ReplyBroken('cut_off')
    const chunks = [...this.#choices].flatMap(([index, state]) => {
      const out: Record<string, Json> = {}
      const calls: CallDelta[] = []
      this.#flush(state, out, calls)
      return [...this.#deltas(index, state, out, calls), this.#chunkOf(index, {}, state.finish)]
    })
    if (this.#options.usageAsked && this.#usage)
      chunks.push({ ...this.#chunkOf(0, {}, null), choices: [], usage: this.#usage })
    return chunks
  }

  /** A whole answer. Throws `ReplyBroken` for what is none. */
  whole(json: Json): Fields {
    const choices = this.#head(json)
    if (choices.length === 0) throw new ReplyBroken('empty')
    return {
      ...this.#envelope(),
      choices: choices.map((choice, i) => this.#wholeChoice(choice, i)),
      ...(this.#usage ? { usage: this.#usage } : {}),
    }
  }

  #envelope(): Fields {
    return {
      id: this.#options.id,
      object: 'chat.completion',
      created: this.#created,
      model: this.#model,
      ...(this.#fingerprint === undefined ? {} : { system_fingerprint: this.#fingerprint }),
    }
  }

  #wholeChoice(choice: Fields, i: number): Fields {
    const { message } = choice
    if (!isFields(message)) throw new ReplyBroken('not_a_reply')
    const { index, state } = this.#choiceOf(choice, i)
    this.#text(state, state.content, message.content, {})
    this.#text(state, state.refusal, message.refusal, {})
    this.#calls(state, message)
    const finish = typeof choice.finish_reason === 'string' ? choice.finish_reason : 'stop'
    this.#finish(state, finish, {}, [])
    return choiceOf(index, state, finish, typeof message.content === 'string')
  }

  /** The answer of a stream that `close` found whole, as it would have come without one. */
  assembled(): Fields {
    return {
      ...this.#envelope(),
      choices: [...this.#choices].map(([index, state]) => choiceOf(index, state, state.finish ?? 'stop')),
      ...(this.#usage ? { usage: this.#usage } : {}),
    }
  }

  /** What is known of the answer so far. */
  summary(): ReplySummary {
    const first = [...this.#choices].sort(([a], [b]) => a - b)[0]?.[1]
    const calls = first ? [...first.calls.values()] : []
    const content = first ? [first.content.given, first.refusal.given].filter((text) => text !== '').join('\n') : ''
    const written = first ? [first.content.seen, first.refusal.seen].filter((text) => text !== '').join('\n') : ''
    return {
      said: [content, ...calls.map(({ name, given }) => `${name}(${given})`)].filter((text) => text !== '').join('\n'),
      seen: [written, ...calls.map(({ name, seen }) => `${name}(${seen})`)].filter((text) => text !== '').join('\n'),
      content,
      calls: calls.map(({ name, given }) => ({ name, arguments: given })),
      finish: first?.finish ?? '',
      usage: this.#usage,
      tools: [...new Set([...calls.map(({ name }) => name), ...this.#tools])],
      sources: this.#sources,
      handOff: this.#handOff,
      disclosed: first?.disclosed ?? false,
    }
  }

  /** Reads what chunk and whole answer share, and gives the choices. */
  #head(json: Json): Fields[] {
    if (!isFields(json)) throw new ReplyBroken('not_a_reply')
    if (!isAbsent(json.error)) throw new ReplyBroken('error_event')
    if (!Array.isArray(json.choices) || !json.choices.every(isFields)) throw new ReplyBroken('not_a_reply')
    if (typeof json.created === 'number') this.#created = json.created
    if (typeof json.model === 'string' && this.#model === '') this.#model = json.model.slice(0, 200)
    if (typeof json.system_fingerprint === 'string') this.#fingerprint = json.system_fingerprint.slice(0, 200)
    this.#usage = usageOf(json.usage) ?? this.#usage
    if (this.#options.trusted && isFields(json.waarborg)) this.#facts(json.waarborg)
    return json.choices as Fields[]
  }

  #facts({ sources, tools, handoff }: Fields): void {
    if (Array.isArray(sources))
      this.#sources = sources
        .filter(isFields)
        .map(({ id, title, hash }) => ({
          id: String(id).slice(0, 200),
          title: String(title).slice(0, 200),
          ...(typeof hash === 'string' && /^[0-9a-f]{64}$/.test(hash) ? { hash } : {}),
        }))
        .slice(0, 20)
    if (Array.isArray(tools)) this.#tools = tools.map((tool) => String(tool).slice(0, 64)).slice(0, 20)
    if (typeof handoff === 'string') this.#handOff = handoff.slice(0, 60)
  }

  #choiceOf(choice: Fields, position: number): { index: number; state: Choice } {
    const index = Number.isInteger(choice.index) ? (choice.index as number) : position
    let state = this.#choices.get(index)
    if (state === undefined) {
      const lane = (kind: 'content' | 'refusal'): TextLane => ({ kind, lane: null, given: '', seen: '' })
      state = {
        content: lane('content'),
        refusal: lane('refusal'),
        calls: new Map(),
        finish: null,
        roleSent: false,
        disclosed: false,
      }
      this.#choices.set(index, state)
    }
    return { index, state }
  }

  #text(choice: Choice, lane: TextLane, text: Json, out: Record<string, Json>): void {
    if (typeof text !== 'string' || text === '') return
    lane.seen += text
    lane.lane ??= this.#options.lane({ kind: lane.kind })
    this.#give(choice, lane, lane.lane.push(text), out)
  }

  /** The disclosure goes before the first text that reaches the customer, in whichever lane that is. */
  #give(choice: Choice, lane: TextLane, text: string, out: Record<string, Json>): void {
    if (text === '') return
    const { disclosure } = this.#options
    const before = disclosure !== null && !choice.disclosed ? `${disclosure.text}${disclosure.divider}` : ''
    choice.disclosed ||= disclosure !== null
    lane.given += before + text
    out[lane.kind] = `${typeof out[lane.kind] === 'string' ? out[lane.kind] : ''}${before}${text}`
  }

  #calls(choice: Choice, delta: Fields): CallDelta[] {
    const given: CallDelta[] = []
    if (Array.isArray(delta.tool_calls)) {
      delta.tool_calls.forEach((part, i) => {
        if (isFields(part))
          given.push(this.#call(choice, part, Number.isInteger(part.index) ? (part.index as number) : i))
      })
    }
    if (isFields(delta.function_call))
      given.push(this.#call(choice, { type: 'legacy', function: delta.function_call }, 'legacy'))
    return given
  }

  #call(choice: Choice, part: Fields, index: number | 'legacy'): CallDelta {
    let call = choice.calls.get(index)
    const first = call === undefined
    const type = call?.type ?? (part.type === 'custom' || part.type === 'legacy' ? part.type : 'function')
    const inner = (type === 'custom' ? part.custom : part.function) as Json
    const { name, arguments: args, input } = isFields(inner) ? inner : ({} as Fields)
    if (call === undefined) {
      const tool = typeof name === 'string' ? name.slice(0, 200) : ''
      call = {
        id: typeof part.id === 'string' ? part.id.slice(0, 200) : `call_${index}`,
        type,
        name: tool,
        lane: null,
        given: '',
        seen: '',
      }
      choice.calls.set(index, call)
    }
    const text = typeof args === 'string' ? args : typeof input === 'string' ? input : ''
    call.seen += text
    if (text !== '') call.lane ??= this.#options.lane({ kind: 'arguments', tool: call.name, json: type !== 'custom' })
    const out = text === '' ? '' : call.lane!.push(text)
    call.given += out
    return callDelta(call, index, out, first)
  }

  #finish(choice: Choice, finish: string, out: Record<string, Json>, calls: CallDelta[]): void {
    choice.finish = finish.slice(0, 40)
    this.#flush(choice, out, calls)
  }

  /** A provider may still send text after its finish reason; then a lane begins anew. */
  #flush(choice: Choice, out: Record<string, Json>, calls: CallDelta[]): void {
    for (const lane of [choice.content, choice.refusal]) {
      if (lane.lane === null) continue
      this.#give(choice, lane, lane.lane.end(), out)
      lane.lane = null
    }
    for (const [index, call] of choice.calls) {
      const rest = call.lane?.end() ?? ''
      call.lane = null
      call.given += rest
      if (rest !== '') calls.push(callDelta(call, index, rest, false))
    }
  }

  #chunkOf(index: number, delta: Fields, finish: string | null): Chunk {
    return {
      id: this.#options.id,
      object: 'chat.completion.chunk',
      created: this.#created,
      model: this.#model,
      ...(this.#fingerprint === undefined ? {} : { system_fingerprint: this.#fingerprint }),
      choices: [{ index, delta, finish_reason: finish, logprobs: null }],
      ...(this.#options.usageAsked ? { usage: null } : {}),
    }
  }
}

/** A choice of a whole answer, of what reached the client. `hasContent`: content was given, if only an empty one. */
function choiceOf(index: number, state: Choice, finish: string, hasContent = state.calls.size === 0): Fields {
  const calls = [...state.calls.values()]
  const legacy = calls.find(({ type }) => type === 'legacy')
  const modern = calls.filter(({ type }) => type !== 'legacy')
  return {
    index,
    message: {
      role: 'assistant',
      content: state.content.given === '' && !hasContent ? null : state.content.given,
      refusal: state.refusal.given === '' ? null : state.refusal.given,
      ...(modern.length > 0
        ? {
            tool_calls: modern.map(({ id, type, name, given }) => ({
              id,
              type,
              [type]: { name, [type === 'custom' ? 'input' : 'arguments']: given },
            })),
          }
        : {}),
      ...(legacy ? { function_call: { name: legacy.name, arguments: legacy.given } } : {}),
    },
    finish_reason: finish,
    logprobs: null,
  }
}

type CallDelta = {
  readonly legacy?: true
  readonly index?: number
  readonly id?: string
  readonly type?: string
  readonly function?: Fields
  readonly custom?: Fields
}

function callDelta(call: Call, index: number | 'legacy', text: string, first: boolean): CallDelta {
  const name = first ? { name: call.name } : {}
  if (index === 'legacy') return { legacy: true, function: { ...name, arguments: text } }
  const inner =
    call.type === 'custom' ? { custom: { ...name, input: text } } : { function: { ...name, arguments: text } }
  return { index, ...(first ? { id: call.id, type: call.type } : {}), ...inner }
}

const isFields = (value: Json): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)
const isAbsent = (value: Json): boolean => value === undefined || value === null

function usageOf(usage: Json): Usage | null {
  if (!isFields(usage)) return null
  const count = (value: Json) =>
    typeof value === 'number' && Number.isFinite(value) && value >= 0 ? Math.trunc(value) : 0
  const prompt = count(usage.prompt_tokens)
  const completion = count(usage.completion_tokens)
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: count(usage.total_tokens) || prompt + completion,
  }
}
