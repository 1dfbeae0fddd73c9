/**
 * Chat logs in the form of the OpenAI API: a list of messages per record, under `messages`, `traj` or a field that is
 * named. Replay gets every message as it was; importing makes turns of what customer and AI said to each other, and
 * events of instructions, tool calls and tool results.
 */
import {
  type Deviation,
  type ImportedConversation,
  type ImportedEvent,
  type ImportedParty,
  type MessageRole,
  messageRoles,
  type OpenAiMessage,
  type Place,
  type ProblemCode,
  type Read,
  type ReaderTools,
  type RecordedConversation,
  type ReplayRead,
} from './contract.ts'
import { defaultLimits, type Limits } from './limits.ts'
import { capped, contentOf, refuse } from './outcome.ts'
import { valueAt } from './path.ts'
import { refusedBySource, saysYes } from './source-flag.ts'
import { sourceRedactions } from './source-redaction.ts'
import {
  canonicalJson,
  isObject,
  type JsonNote,
  type JsonObject,
  type JsonValue,
  jsonObject,
  parseJson,
} from './strict-json.ts'
import { readTime, readTimeIn, type TimeRead } from './times.ts'
import { placeTurns, type UnplacedTurn } from './turn-order.ts'

/** Members under which a list of messages is looked for when no field is named, in this order. */
const listNames = ['messages', 'traj'] as const

export type OpenAiOptions = {
  /** Path of the list in each record, such as `request.messages`. */
  readonly field?: string | undefined
}

/** Reads one line (or document) of a log for importing. Never throws. */
export function readOpenAiLog(
  line: string,
  place: Place,
  options: OpenAiOptions,
  tools: ReaderTools,
  limits: Limits = defaultLimits,
): Read {
  const read = parseJson(line, { depth: limits.depth })
  if (!read.ok)
    return refuse(place, read.failure.code, {
      line: place.line ?? read.failure.line,
      column: read.failure.column,
      pointer: read.failure.pointer,
    })
  return readOpenAiValue(read.value, read.notes, place, options, tools, limits)
}

/** True when a value holds messages in this form: the test of `--format auto`. */
export function hasMessages(value: JsonValue): boolean {
  return findMessages(value, {})?.messages.some((message) => isObject(message) && isRole(message.role)) ?? false
}

/** Reads one record that is parsed already. */
export function readOpenAiValue(
  value: JsonValue,
  notes: readonly JsonNote[],
  place: Place,
  options: OpenAiOptions,
  tools: ReaderTools,
  limits: Limits = defaultLimits,
): Read {
  const checked = checkMessages(value, options, limits)
  if (!checked.ok) return refuse(place, checked.code, checked.more)
  const { messages, pointer } = checked
  const deviations: Deviation[] = notes.map(({ code, pointer }) => ({ code, pointer, detail: '' }))
  const parties = readParties(messages)
  const turns: UnplacedTurn[] = []
  const events: Omit<ImportedEvent, 'seq'>[] = []
  for (const [n, message] of messages.entries()) readMessage(message, `${pointer}/${n}`, parties, tools, turns, events)
  if (turns.length === 0 && events.length === 0) return refuse(place, 'nothing_said', { pointer })
  if (turns.length === 0) deviations.push({ code: 'no_turns', pointer, detail: '' })
  const long = turns.find((turn) => turn.text.length > limits.turnCharacters)
  if (turns.length > limits.turns)
    return refuse(place, 'too_many_turns', { pointer, params: { maximum: String(limits.turns) } })
  if (long !== undefined)
    return refuse(place, 'turn_too_long', { pointer: long.pointer, params: { maximum: String(limits.turnCharacters) } })
  const placed = placeTurns(turns, 'as_given', deviations)
  const facts = isObject(value) ? readFacts(value, tools) : { values: {} }
  const hash = tools.sha256(canonicalJson(messages))
  const id = facts.id
  const list = [...parties.values()]
  const startedAt = placed.span.startedAt ?? facts.startedAt
  const conversation: ImportedConversation = {
    sourceId: id ?? hash,
    format: 'openai-chat',
    formatVersion: 'chat-completions',
    place,
    ...(facts.channel === undefined ? {} : { channel: facts.channel }),
    ...(facts.language === undefined ? {} : { language: facts.language }),
    ...(facts.subject === undefined ? {} : { subjectReference: facts.subject }),
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(placed.span.endedAt === undefined ? {} : { endedAt: placed.span.endedAt }),
    timeQuality: placed.timeQuality,
    parties: list,
    turns: placed.turns,
    events: events.map((event, seq) => ({ ...event, seq })),
    recordings: [],
    foreignLabels: [],
    links: [],
    grade: deviations.length === 0 ? 'conformant' : 'readable',
    deviations: capped(deviations, limits.deviations),
    ...(facts.noRecording ? { noRecording: true } : {}),
    ...(facts.objection ? { objection: true } : {}),
    idempotencyKey: id === undefined ? `openai-chat:sha256:${hash}` : `openai-chat:id:${id}`,
    // with an id of its own, instructions and tool results belong to the content too: a changed one is a conflict
    contentHash: tools.sha256(`${contentOf(list, placed.turns, [])}\n${hash}`),
    textSha256: tools.sha256(placed.turns.map((turn) => turn.text).join('\n')),
  }
  return { kind: 'conversation', conversation }
}

/** Reads one record for replay: all messages, nothing added or left out. */
export function readOpenAiForReplay(
  value: JsonValue,
  place: Place,
  options: OpenAiOptions,
  tools: ReaderTools,
  limits: Limits = defaultLimits,
): ReplayRead {
  const checked = checkMessages(value, options, limits)
  if (!checked.ok) return refuse(place, checked.code, checked.more)
  const facts: Facts = isObject(value) ? readFacts(value, tools) : { values: {} }
  const no = refusedBySource(facts, place)
  if (no !== undefined) return no
  const conversation: RecordedConversation = {
    id: facts.id ?? `sha256:${tools.sha256(canonicalJson(checked.messages))}`,
    messages: checked.messages,
    metadata: {
      ...place,
      format: 'openai-chat',
      channel: facts.channel,
      language: facts.language,
      subject: facts.subject,
      turnsLeftOut: 0,
      values: facts.values,
    },
  }
  return { kind: 'conversation', conversation }
}

type Found = { readonly messages: readonly JsonValue[]; readonly pointer: string }

function findMessages(value: JsonValue, options: OpenAiOptions): Found | undefined {
  if (options.field !== undefined) {
    const found = valueAt(value, options.field)
    return Array.isArray(found?.value) ? { messages: found.value, pointer: found.pointer } : undefined
  }
  if (Array.isArray(value)) return { messages: value, pointer: '' }
  if (!isObject(value)) return undefined
  for (const name of listNames) {
    const list = value[name]
    if (Array.isArray(list)) return { messages: list, pointer: `/${name}` }
  }
  return undefined
}

type Checked =
  | { readonly ok: true; readonly messages: readonly OpenAiMessage[]; readonly pointer: string }
  | {
      readonly ok: false
      readonly code: ProblemCode
      readonly more: { pointer?: string; params?: Readonly<Record<string, string>> }
    }

/** Every message must have a known role and the parts its role asks for; the first that has not names the place. */
function checkMessages(value: JsonValue, options: OpenAiOptions, limits: Limits): Checked {
  const found = findMessages(value, options)
  if (found === undefined)
    return { ok: false, code: 'messages_missing', more: { params: { field: options.field ?? listNames.join(', ') } } }
  const { messages, pointer } = found
  if (messages.length === 0) return { ok: false, code: 'nothing_said', more: { pointer } }
  if (messages.length > limits.turns)
    return { ok: false, code: 'too_many_turns', more: { pointer, params: { maximum: String(limits.turns) } } }
  for (const [n, message] of messages.entries()) {
    const bad = messageFault(message)
    if (bad !== undefined)
      return {
        ok: false,
        code: 'message_invalid',
        more: { pointer: `${pointer}/${n}${bad.at}`, params: { expected: bad.expected } },
      }
  }
  return { ok: true, messages: messages as readonly OpenAiMessage[], pointer }
}

function isRole(value: JsonValue | undefined): value is MessageRole {
  return typeof value === 'string' && (messageRoles as readonly string[]).includes(value)
}

function messageFault(message: JsonValue): { at: string; expected: string } | undefined {
  if (!isObject(message)) return { at: '', expected: 'object' }
  if (!isRole(message.role)) return { at: '/role', expected: messageRoles.join(' | ') }
  const { content, tool_calls: calls } = message
  if (content !== undefined && content !== null && typeof content !== 'string' && !Array.isArray(content))
    return { at: '/content', expected: 'string | array | null' }
  if (Array.isArray(content))
    for (const [n, part] of content.entries())
      if (!isObject(part) || typeof part.type !== 'string') return { at: `/content/${n}`, expected: 'object with type' }
  if (calls !== undefined && calls !== null && !Array.isArray(calls)) return { at: '/tool_calls', expected: 'array' }
  for (const [n, call] of (calls ?? []).entries())
    if (!isObject(call)) return { at: `/tool_calls/${n}`, expected: 'object' }
  const hasCall =
    (Array.isArray(calls) && calls.length > 0) ||
    isObject(message.function_call) ||
    typeof message.refusal === 'string' ||
    isObject(message.audio)
  if ((content === undefined || content === null) && !(message.role === 'assistant' && (hasCall || content === null)))
    return { at: '/content', expected: 'string | array' }
  return undefined
}

/** One party per side, or per name where the log names several people on one side. */
function readParties(messages: readonly OpenAiMessage[]): Map<string, ImportedParty> {
  const parties = new Map<string, ImportedParty>()
  for (const message of messages) {
    if (message.role !== 'user' && message.role !== 'assistant') continue
    const key = partyKey(message)
    if (parties.has(key)) continue
    const name = nameOf(message)
    parties.set(key, {
      n: parties.size,
      role: message.role === 'user' ? 'customer' : 'ai',
      sourceRole: message.role,
      ...(name === undefined ? {} : { name }),
    })
  }
  return parties
}

function nameOf(message: OpenAiMessage): string | undefined {
  return typeof message.name === 'string' && message.name.trim() !== '' ? message.name : undefined
}

function partyKey(message: OpenAiMessage): string {
  return `${message.role} ${nameOf(message) ?? ''}`
}

function readMessage(
  message: OpenAiMessage,
  pointer: string,
  parties: ReadonlyMap<string, ImportedParty>,
  tools: ReaderTools,
  turns: UnplacedTurn[],
  events: Omit<ImportedEvent, 'seq'>[],
): void {
  const time = messageTime(message, tools)
  const at = time?.kind === 'exact' ? { at: new Date(time.ms).toISOString() } : {}
  const party = parties.get(partyKey(message))?.n
  const { text: written, others } = contentText(message.content ?? undefined)
  const text = written === '' && typeof message.refusal === 'string' ? message.refusal : written
  if (message.role === 'system' || message.role === 'developer')
    events.push({ kind: 'instruction', pointer, ...at, content: text })
  else if (message.role === 'tool' || message.role === 'function')
    events.push({ kind: 'tool_result', pointer, ...at, ...named(nameOf(message)), content: text })
  else {
    if (text !== '') {
      const spans = sourceRedactions(text)
      turns.push({
        party: party ?? null,
        text,
        pointer,
        time,
        durationMs: 0,
        modality: 'text',
        ...(spans.length > 0 ? { redaction: { by: 'source', spans } as const } : {}),
      })
    }
    for (const call of toolCalls(message))
      events.push({
        kind: 'tool_call',
        pointer: `${pointer}${call.at}`,
        ...at,
        ...(party === undefined ? {} : { party }),
        ...named(call.name),
        content: call.content,
      })
  }
  for (const other of others)
    events.push({
      kind: 'attachment',
      pointer: `${pointer}/content/${other.n}`,
      ...at,
      ...(party === undefined ? {} : { party }),
      name: other.type,
    })
}

function named(name: string | undefined): { name?: string } {
  return name === undefined ? {} : { name: name.slice(0, 80) }
}

/** Text parts joined by LF; what is no text (pictures, sound, files) is named and left where it is. */
function contentText(content: JsonValue | undefined): { text: string; others: { n: number; type: string }[] } {
  if (typeof content === 'string') return { text: content, others: [] }
  const texts: string[] = []
  const others: { n: number; type: string }[] = []
  for (const [n, part] of (Array.isArray(content) ? content : []).entries()) {
    if (!isObject(part)) continue
    const text = part.text ?? part.refusal
    if (typeof text === 'string') texts.push(text)
    else others.push({ n, type: typeof part.type === 'string' ? part.type.slice(0, 40) : '' })
  }
  return { text: texts.join('\n'), others }
}

function toolCalls(message: OpenAiMessage): { at: string; name: string | undefined; content: string }[] {
  const calls = Array.isArray(message.tool_calls) ? message.tool_calls.filter(isObject) : []
  const read = calls.map((call, n) => ({
    at: `/tool_calls/${n}`,
    ...readCall(isObject(call.function) ? call.function : isObject(call.custom) ? call.custom : call),
  }))
  if (isObject(message.function_call)) read.push({ at: '/function_call', ...readCall(message.function_call) })
  return read
}

function readCall(call: JsonObject): { name: string | undefined; content: string } {
  const input = call.arguments ?? call.input
  return {
    name: typeof call.name === 'string' ? call.name : undefined,
    content: typeof input === 'string' ? input : canonicalJson(input),
  }
}

/** Logs are free to add a time to a message; a number is Unix time in seconds or, when that large, milliseconds. */
function messageTime(message: JsonObject, tools: ReaderTools): TimeRead | undefined {
  const value = message.timestamp ?? message.created_at ?? message.created
  if (typeof value === 'string') return readTime(value, tools.now)
  if (typeof value === 'number')
    return readTimeIn(value > 1e11 ? 'unix-milliseconds' : 'unix-seconds', value, tools.now)
  return undefined
}

type Facts = {
  id?: string
  channel?: string
  language?: string
  subject?: string
  startedAt?: string
  noRecording?: boolean
  objection?: boolean
  values: Record<string, string | number | boolean>
}

/** Scalars beside the messages, on the record itself or in its `metadata`. */
function readFacts(record: JsonObject, tools: ReaderTools): Facts {
  const metadata = isObject(record.metadata) ? record.metadata : jsonObject([])
  const text = (...names: string[]): string | undefined => {
    for (const name of names)
      for (const holder of [record, metadata]) {
        const value = holder[name]
        if ((typeof value === 'string' && value.trim() !== '') || typeof value === 'number')
          return String(value).slice(0, 300)
      }
    return undefined
  }
  const flag = (name: string) => saysYes(record[name]) || saysYes(metadata[name])
  const values: Record<string, string | number | boolean> = Object.create(null)
  for (const holder of [metadata, record])
    for (const [name, value] of Object.entries(holder))
      if (typeof value === 'number' || typeof value === 'boolean' || (typeof value === 'string' && value.length <= 300))
        values[name] = value
  const facts: Facts = { values, noRecording: flag('no_recording'), objection: flag('objection') }
  const id = text('conversation_id', 'id')
  const channel = text('channel')
  const language = text('language')
  const subject = text('subject', 'user')
  const started = messageTime(record, tools)
  if (id !== undefined) facts.id = id
  if (channel !== undefined) facts.channel = channel.toLowerCase().slice(0, 40)
  if (language !== undefined) facts.language = language.slice(0, 40)
  if (subject !== undefined) facts.subject = subject
  if (started?.kind === 'exact') facts.startedAt = new Date(started.ms).toISOString()
  return facts
}
