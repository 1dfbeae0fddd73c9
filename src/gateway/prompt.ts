/**
 * A chat request taken apart and put together again. Every part that can hold text goes through `visit`: messages of all
 * roles, participants' names, tool results and arguments, descriptions and schemas of tools, predictions, stop words,
 * and every field that is not known here. What cannot be screened (pictures, sound, files) is named, so that the plan
 * can refuse it. What identifies the customer to the provider never leaves: user, safety_identifier, metadata.
 */
import type { Part } from '../privacy/rules.ts'
import type { TurnRole } from '../records/contract.ts'
import type { Refusal } from './call.ts'
import type { ProblemCode } from './contract.ts'

type Json = unknown
type Fields = Readonly<Record<string, Json>>
type Role = Part['role']

/** Gives the text that takes the place of a part. */
type Visit = (part: Part) => string

/** A message of the list as a turn of the conversation would tell it. */
export type PromptMessage = {
  /** null for instructions: they belong to the system's version, not to the conversation. */
  readonly turn: TurnRole | null
  /** Parts of `Prompt.parts` it is made of, with what stands around them (a tool's name and brackets). */
  readonly saying: readonly { readonly part: number; readonly before: string; readonly after: string }[]
  /** One line that says the same whenever a client sends this message again; never stored, only hashed under a key. */
  readonly canonical: string
  readonly customer: boolean
}

export type Prompt = {
  readonly parts: readonly Part[]
  readonly messages: readonly PromptMessage[]
  /** The request for the provider with `texts` in place of the parts, in the same order. */
  build(texts: readonly string[], options: BuildOptions): Record<string, Json>
}

export type BuildOptions = {
  readonly model: string
  /** Takes the place of a given prompt_cache_key, which callers like to fill with a customer's number. */
  readonly cacheKey: string
  /** Ask a stream for its token counts, which most providers leave out by default. */
  readonly usage: boolean
  /** An id of a tool call that must not leave as it is. */
  readonly unsafeId?: (id: string) => boolean
}

export type PromptReading = {
  readonly form: readonly Refusal[]
  /** Parts that hold no text, with their kind: `image`, `audio`, `file` or another type's name. */
  readonly media: readonly { readonly part: string; readonly kind: string }[]
  readonly model: string | undefined
  readonly stream: boolean
  /** Whether the client asked for token counts in its stream. */
  readonly usageAsked: boolean
  readonly canInject: boolean
  readonly prompt: Prompt | null
}

/** The largest list of messages and tools that is taken in. */
export const MAX_MESSAGES = 4_000
export const MAX_TOOLS = 128
export const MAX_CHOICES = 8

/** Reads a parsed body. Linear in its size. Problems are listed with their place; with any of them `prompt` is null. */
export function readPrompt(body: Json): PromptReading {
  const seen = new Collector()
  if (!isFields(body))
    return {
      form: [problem('not_an_object', '(body)')],
      media: [],
      model: undefined,
      stream: false,
      usageAsked: false,
      canInject: false,
      prompt: null,
    }
  checkHead(body, seen)
  rewrite(body, seen, (part) => seen.part(part), null)
  const streamOptions = body.stream_options
  return {
    form: seen.form,
    media: seen.media,
    model: typeof body.model === 'string' ? body.model : undefined,
    stream: body.stream === true,
    usageAsked: isFields(streamOptions) && streamOptions.include_usage === true,
    canInject: !isFields(body.response_format) || body.response_format.type === 'text',
    prompt: seen.form.length > 0 ? null : promptOf(body, seen),
  }
}

function promptOf(body: Fields, seen: Collector): Prompt {
  return {
    parts: seen.parts,
    messages: seen.messages,
    build(texts, options) {
      let next = 0
      return rewrite(body, new Collector(), () => texts[next++]!, options)
    },
  }
}

/** What a message says, with `texts` in place of its parts. */
export function sayingOf(message: PromptMessage, texts: readonly string[]): string {
  return message.saying.map(({ part, before, after }) => `${before}${texts[part]!}${after}`).join('\n')
}

/** The canonical line of a reply, equal to that of the assistant message in which a client sends it back. */
export function canonicalReply(content: string, calls: readonly { name: string; arguments: string }[]): string {
  return canonicalOf(
    'assistant',
    content,
    calls.map(({ name, arguments: given }) => [name, given]),
  )
}

// -- collecting ---------------------------------------------------------------------------------------------------

class Collector {
  readonly parts: Part[] = []
  readonly form: Refusal[] = []
  readonly media: { part: string; kind: string }[] = []
  readonly messages: PromptMessage[] = []

  part(part: Part): string {
    this.parts.push(part)
    return part.text
  }

  fail(code: ProblemCode, param: string): void {
    this.form.push(problem(code, param))
  }

  unknownFeature(param: string): void {
    this.form.push({ code: 'feature_unknown', param, values: { param } })
  }
}

export function problem(code: ProblemCode, param: string): Refusal {
  return { code: 'invalid_request', reason: code, param, values: { param, problem: code } }
}

const isFields = (value: Json): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)
const isAbsent = (value: Json): value is null | undefined => value === undefined || value === null

function checkHead(body: Fields, seen: Collector): void {
  const need = (field: string, type: 'string' | 'boolean') => {
    const value = body[field]
    if (!isAbsent(value) && typeof value !== type) seen.fail('wrong_type', field)
  }
  if (isAbsent(body.model)) seen.fail('missing', 'model')
  need('model', 'string')
  need('stream', 'boolean')
  const { n, messages, tools, stream_options: streamOptions } = body
  if (!isAbsent(n) && !(Number.isInteger(n) && (n as number) >= 1 && (n as number) <= MAX_CHOICES))
    seen.fail('wrong_value', 'n')
  if (isAbsent(messages)) seen.fail('missing', 'messages')
  else if (!Array.isArray(messages)) seen.fail('wrong_type', 'messages')
  else if (messages.length === 0) seen.fail('missing', 'messages[0]')
  else if (messages.length > MAX_MESSAGES) seen.fail('too_many', 'messages')
  if (!isAbsent(tools) && !Array.isArray(tools)) seen.fail('wrong_type', 'tools')
  else if (Array.isArray(tools) && tools.length > MAX_TOOLS) seen.fail('too_many', 'tools')
  if (!isAbsent(streamOptions) && !isFields(streamOptions)) seen.fail('wrong_type', 'stream_options')
}

// -- the walk -----------------------------------------------------------------------------------------------------

/** Identify the customer or spell what was hidden, token by token: they never leave. */
const dropped: ReadonlySet<string> = new Set([
  'user',
  'safety_identifier',
  'metadata',
  'logprobs',
  'top_logprobs',
  'stream_options',
])

/** Fields that hold a number and nothing else; with anything else in them they are screened like unknown fields. */
const numeric: ReadonlySet<string> = new Set([
  'temperature',
  'top_p',
  'top_k',
  'min_p',
  'n',
  'max_tokens',
  'max_completion_tokens',
  'presence_penalty',
  'frequency_penalty',
  'repetition_penalty',
  'seed',
])

/**
 * Goes through the request once and gives the request that leaves. With `options` null nothing leaves yet: the walk is
 * only for what it collects. Fields beside the messages come first, so that a dialogue stays in one piece for the reader
 * that looks at question and answer together.
 */
function rewrite(body: Fields, seen: Collector, visit: Visit, options: BuildOptions | null): Record<string, Json> {
  const ids = new ToolIds(options?.unsafeId ?? (() => false))
  const fields: [string, Json][] = []
  for (const [field, value] of Object.entries(body)) {
    if (dropped.has(field) || field === 'messages') continue
    fields.push([field, rewriteField(field, value, seen, visit, options)])
  }
  if (body.stream === true && options !== null) {
    const given = isFields(body.stream_options) ? body.stream_options : {}
    const obfuscation =
      typeof given.include_obfuscation === 'boolean' ? { include_obfuscation: given.include_obfuscation } : {}
    if (options.usage) fields.push(['stream_options', { ...obfuscation, include_usage: true }])
  }
  const messages = Array.isArray(body.messages)
    ? body.messages
        .slice(0, MAX_MESSAGES)
        .map((message, i) => rewriteMessage(message, `messages[${i}]`, seen, visit, ids))
    : []
  return Object.fromEntries([...fields, ['messages', messages]])
}

function rewriteField(field: string, value: Json, seen: Collector, visit: Visit, options: BuildOptions | null): Json {
  if (value === null || typeof value === 'boolean') return field === 'store' ? false : value
  if (numeric.has(field) && typeof value === 'number') return value
  switch (field) {
    case 'model':
      return options?.model ?? value
    case 'store':
      return false
    case 'prompt_cache_key':
      return options?.cacheKey ?? value
    case 'tools':
      return Array.isArray(value)
        ? value.slice(0, MAX_TOOLS).map((tool, i) => rewriteTool(tool, `tools[${i}]`, seen, visit))
        : value
    case 'functions':
      return Array.isArray(value)
        ? value.slice(0, MAX_TOOLS).map((tool, i) => rewriteFunction(tool, `functions[${i}]`, seen, visit))
        : free(value, visit)
    case 'response_format':
      return rewriteSchema(value, visit)
    case 'prediction':
      return rewritePrediction(value, seen, visit)
    case 'modalities':
      if (!Array.isArray(value)) seen.fail('wrong_type', 'modalities')
      else for (const kind of value) if (kind !== 'text') seen.media.push({ part: 'modalities', kind: kindOf(kind) })
      return value
    case 'audio':
      seen.media.push({ part: 'audio', kind: 'audio' })
      return value
    case 'tool_choice':
    case 'function_call':
      return rewriteChoice(value, visit)
    case 'web_search_options':
      // A provider that searches the web passes the question on to others.
      seen.unknownFeature(field)
      return value
    default:
      return free(value, visit)
  }
}

/** Any value that is not known: its text, its numbers and its names are screened as data. */
function free(value: Json, visit: Visit): Json {
  if (value === null || typeof value === 'boolean') return value
  if (typeof value === 'string') return visit({ role: 'system', kind: 'text', text: wellFormed(value) })
  return JSON.parse(visit({ role: 'tool', kind: 'json', text: JSON.stringify(value) }))
}

/** Which tool to use: names of tools and the words of the API stay, anything else is screened. */
function rewriteChoice(value: Json, visit: Visit): Json {
  if (typeof value === 'string') return /^[\w.-]{1,128}$/.test(value) ? value : free(value, visit)
  if (Array.isArray(value)) return value.map((item) => rewriteChoice(item, visit))
  if (isFields(value))
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, rewriteChoice(item, visit)]))
  return value
}

/** Half of a surrogate pair cannot be written as UTF-8; a client that cut an emoji in two must not lose its call. */
const wellFormed = (text: string): string => text.toWellFormed()

function rewriteTool(tool: Json, path: string, seen: Collector, visit: Visit): Json {
  if (!isFields(tool)) return wrong(seen, 'wrong_type', path)
  if (tool.type === 'function')
    return {
      ...others(tool, ['type', 'function'], visit),
      type: 'function',
      function: rewriteFunction(tool.function, `${path}.function`, seen, visit),
    }
  if (tool.type === 'custom')
    return {
      ...others(tool, ['type', 'custom'], visit),
      type: 'custom',
      custom: rewriteFunction(tool.custom, `${path}.custom`, seen, visit),
    }
  // Tools that the provider runs itself (search, code, remote servers) take data to places nobody screened.
  seen.unknownFeature(`${path}.type`)
  return tool
}

function rewriteFunction(given: Json, path: string, seen: Collector, visit: Visit): Json {
  if (!isFields(given)) return wrong(seen, 'wrong_type', path)
  checkName(given.name, `${path}.name`, seen)
  return Object.fromEntries(
    Object.entries(given).map(([field, value]) => [
      field,
      field === 'name' ? value : rewriteSchema(value, visit, field),
    ]),
  )
}

/** Types and references of JSON Schema; a text part made of each would only cost time. */
const schemaWords: ReadonlySet<string> = new Set([
  'string',
  'number',
  'integer',
  'boolean',
  'array',
  'object',
  'null',
  'json_schema',
  'json_object',
  'text',
])

/** Names of properties stay, since the tool is called by them; every text and number under them is screened. */
function rewriteSchema(value: Json, visit: Visit, field = ''): Json {
  if (typeof value === 'string')
    return schemaWords.has(value) || field === '$ref'
      ? value
      : visit({ role: 'system', kind: 'text', text: wellFormed(value) })
  if (Array.isArray(value))
    return field === 'required'
      ? value.map((name) => (typeof name === 'string' ? name : rewriteSchema(name, visit)))
      : value.map((item) => rewriteSchema(item, visit))
  if (isFields(value))
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, rewriteSchema(item, visit, name)]))
  return value
}

function rewritePrediction(value: Json, seen: Collector, visit: Visit): Json {
  if (!isFields(value)) return free(value, visit)
  const { content } = value
  const rewritten =
    typeof content === 'string' || Array.isArray(content)
      ? rewriteContent(content, 'prediction.content', 'ai', 'text', seen, visit, [])
      : free(content ?? null, visit)
  return { ...others(value, ['type', 'content'], visit), type: 'content', content: rewritten }
}

// -- messages -----------------------------------------------------------------------------------------------------

type Saying = { part: number; before: string; after: string }[]

const partRole: Readonly<Record<string, Role>> = {
  system: 'system',
  developer: 'system',
  user: 'customer',
  assistant: 'ai',
  tool: 'tool',
  function: 'tool',
}
const turnOf: Readonly<Record<string, TurnRole | null>> = {
  system: null,
  developer: null,
  user: 'customer',
  assistant: 'ai',
  tool: 'tool',
  function: 'tool',
}
const messageFields = ['role', 'content', 'name', 'refusal', 'tool_calls', 'tool_call_id', 'function_call', 'audio']

function rewriteMessage(message: Json, path: string, seen: Collector, visit: Visit, ids: ToolIds): Json {
  if (!isFields(message)) return wrong(seen, 'wrong_type', path)
  const { role } = message
  if (typeof role !== 'string' || !Object.hasOwn(partRole, role))
    return wrong(seen, role === undefined ? 'missing' : 'wrong_value', `${path}.role`)
  const out: Record<string, Json> = { ...others(message, messageFields, visit), role }
  const speaker = partRole[role]!
  const saying: Saying = []
  const calls: [string, string][] = []
  if (message.content !== undefined)
    out.content = rewriteContent(
      message.content,
      `${path}.content`,
      speaker,
      speaker === 'tool' ? 'json' : 'text',
      seen,
      visit,
      saying,
    )
  if (isAbsent(message.content) && role !== 'assistant') seen.fail('missing', `${path}.content`)
  if (!isAbsent(message.name)) out.name = rewriteParticipant(message.name, speaker, `${path}.name`, seen, visit)
  if (!isAbsent(message.refusal))
    out.refusal = rewriteContent(message.refusal, `${path}.refusal`, speaker, 'text', seen, visit, saying)
  if (!isAbsent(message.audio)) seen.media.push({ part: `${path}.audio`, kind: 'audio' })
  if (!isAbsent(message.tool_calls))
    out.tool_calls = rewriteCalls(message.tool_calls, `${path}.tool_calls`, seen, visit, ids, saying, calls)
  if (!isAbsent(message.function_call))
    out.function_call = rewriteCall(
      message.function_call,
      `${path}.function_call`,
      'arguments',
      seen,
      visit,
      saying,
      calls,
    )
  if (!isAbsent(message.tool_call_id))
    out.tool_call_id =
      typeof message.tool_call_id === 'string'
        ? ids.of(message.tool_call_id)
        : wrong(seen, 'wrong_type', `${path}.tool_call_id`)
  seen.messages.push({
    turn: turnOf[role]!,
    saying,
    canonical: canonicalOf(role, textOf(message), calls),
    customer: role === 'user',
  })
  return out
}

const canonicalOf = (role: string, text: string, calls: readonly (readonly string[])[]): string =>
  JSON.stringify([role, text.trim(), calls])

/** A message's text as it came in, without what could not be read as text. */
function textOf({ content, refusal }: Fields): string {
  const parts = Array.isArray(content)
    ? content.map((part) => (isFields(part) ? (part.text ?? part.refusal ?? '') : ''))
    : [content]
  return [...parts, refusal].filter((text) => typeof text === 'string' && text !== '').join('\n')
}

function rewriteContent(
  content: Json,
  path: string,
  role: Role,
  kind: Part['kind'],
  seen: Collector,
  visit: Visit,
  saying: Saying,
): Json {
  const say = (text: string): string => {
    const given = visit({ role, kind, text: wellFormed(text) })
    saying.push({ part: seen.parts.length - 1, before: '', after: '' })
    return given
  }
  if (content === null) return null
  if (typeof content === 'string') return say(content)
  if (!Array.isArray(content)) return wrong(seen, 'wrong_type', path)
  return content.map((part, i) => {
    const place = `${path}[${i}]`
    if (!isFields(part)) return wrong(seen, 'wrong_type', place)
    const { type } = part
    if (type !== 'text' && type !== 'refusal') {
      if (typeof type !== 'string') return wrong(seen, type === undefined ? 'missing' : 'wrong_type', `${place}.type`)
      seen.media.push({ part: place, kind: kindOf(type) })
      return part
    }
    const text = part[type]
    if (typeof text !== 'string') return wrong(seen, text === undefined ? 'missing' : 'wrong_type', `${place}.${type}`)
    return { ...others(part, ['type', type], visit), type, [type]: say(text) }
  })
}

const mediaKinds: Readonly<Record<string, string>> = {
  image_url: 'image',
  input_image: 'image',
  input_audio: 'audio',
  file: 'file',
  input_file: 'file',
}

/** The kind of what cannot be screened; a name of the caller's own making is not repeated. */
const kindOf = (type: Json): string =>
  typeof type === 'string' ? (mediaKinds[type] ?? (/^[a-z_]{1,30}$/.test(type) ? type : 'unknown')) : 'unknown'

/** A participant's name is personal; providers take only letters, digits, `_` and `-` there, so brackets go. */
function rewriteParticipant(name: Json, role: Role, path: string, seen: Collector, visit: Visit): Json {
  if (typeof name !== 'string') return wrong(seen, 'wrong_type', path)
  // The name on a tool's result is the tool's; what is not such a name stays behind.
  if (role === 'tool') return /^[\w.-]{1,128}$/.test(name) ? name : undefined
  return visit({ role, kind: 'name', text: wellFormed(name) }).replace(/[^\p{L}\p{N}_-]+/gu, '')
}

function rewriteCalls(
  calls: Json,
  path: string,
  seen: Collector,
  visit: Visit,
  ids: ToolIds,
  saying: Saying,
  told: [string, string][],
): Json {
  if (!Array.isArray(calls)) return wrong(seen, 'wrong_type', path)
  return calls.map((call, i) => {
    const place = `${path}[${i}]`
    if (!isFields(call)) return wrong(seen, 'wrong_type', place)
    const type = call.type ?? 'function'
    if (type !== 'function' && type !== 'custom') {
      seen.unknownFeature(`${place}.type`)
      return call
    }
    const id = isAbsent(call.id)
      ? {}
      : { id: typeof call.id === 'string' ? ids.of(call.id) : wrong(seen, 'wrong_type', `${place}.id`) }
    const index = typeof call.index === 'number' ? { index: call.index } : {}
    const inner = rewriteCall(
      call[type],
      `${place}.${type}`,
      type === 'function' ? 'arguments' : 'input',
      seen,
      visit,
      saying,
      told,
    )
    return { ...others(call, ['type', 'id', 'index', type], visit), ...id, ...index, type, [type]: inner }
  })
}

function rewriteCall(
  call: Json,
  path: string,
  field: 'arguments' | 'input',
  seen: Collector,
  visit: Visit,
  saying: Saying,
  told: [string, string][],
): Json {
  if (!isFields(call)) return wrong(seen, call === undefined ? 'missing' : 'wrong_type', path)
  checkName(call.name, `${path}.name`, seen)
  const given = call[field]
  if (typeof given !== 'string') return wrong(seen, given === undefined ? 'missing' : 'wrong_type', `${path}.${field}`)
  const text = visit({ role: 'tool', kind: 'json', text: wellFormed(given) })
  saying.push({ part: seen.parts.length - 1, before: `${String(call.name)}(`, after: ')' })
  told.push([String(call.name), given])
  return { ...others(call, ['name', field], visit), name: call.name, [field]: text }
}

function wrong(seen: Collector, code: ProblemCode, path: string): null {
  seen.fail(code, path)
  return null
}

/** Names of tools go as they are, so they must be names: no spaces, no `@`, at most 128 characters. */
function checkName(name: Json, path: string, seen: Collector): Json {
  if (typeof name !== 'string') return wrong(seen, name === undefined ? 'missing' : 'wrong_type', path)
  if (!/^[\w.-]{1,128}$/.test(name)) return wrong(seen, 'wrong_value', path)
  return name
}

/** Fields of an object that are not read here: screened, and passed on. */
function others(fields: Fields, known: readonly string[], visit: Visit): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([field]) => !known.includes(field))
      .map(([field, value]) => [
        field,
        typeof value === 'number' && Math.abs(value) < 100_000 ? value : free(value, visit),
      ]),
  )
}

/** Ids of tool calls leave unread when they look like ids; any other gets a number of its own within the request. */
class ToolIds {
  readonly #names = new Map<string, string>()
  readonly #unsafe: (id: string) => boolean

  constructor(unsafe: (id: string) => boolean) {
    this.#unsafe = unsafe
  }

  of(id: string): string {
    let name = this.#names.get(id)
    if (name === undefined) {
      name = /^[\w-]{1,64}$/.test(id) && !this.#unsafe(id) ? id : `call_${this.#names.size + 1}`
      this.#names.set(id, name)
    }
    return name
  }
}
