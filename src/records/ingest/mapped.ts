/** Reads records of any shape by a mapping; the same turns serve importing and replay. */
import type {
  Deviation,
  ImportedConversation,
  ImportedParty,
  OpenAiMessage,
  PartyRole,
  Place,
  Read,
  ReaderTools,
  ReplayRead,
} from './contract.ts'
import { defaultLimits, type Limits } from './limits.ts'
import type { MappedPath, MappedRole, Mapping } from './mapping.ts'
import { capped, contentOf, type Refusal, refuse } from './outcome.ts'
import { valueAt } from './path.ts'
import { refusedBySource, saysYes } from './source-flag.ts'
import { sourceRedactions } from './source-redaction.ts'
import { isObject, type JsonNote, type JsonObject, type JsonValue, jsonObject } from './strict-json.ts'
import { readTimeIn, type TimeRead } from './times.ts'
import { placeTurns, type UnplacedTurn } from './turn-order.ts'

/** One record, or one row of the rows that make a conversation. `flat`: a row of CSV, whose paths are column names. */
export type MappedRow = {
  readonly value: JsonValue
  readonly place: Place
  readonly notes: readonly JsonNote[]
  readonly flat: boolean
}

/** Reads one record whose turns stand in a list. */
export function readMapped(row: MappedRow, mapping: Mapping, tools: ReaderTools, limits: Limits = defaultLimits): Read {
  return readRows([row], mapping, tools, limits)
}

/** Reads the rows of one conversation, in the order of the file. */
export function readRows(
  rows: readonly MappedRow[],
  mapping: Mapping,
  tools: ReaderTools,
  limits: Limits = defaultLimits,
): Read {
  const read = collect(rows, mapping, tools, limits)
  if (read.kind === 'refused') return read
  const { place, deviations, turns, id } = read
  const parties: ImportedParty[] = []
  const numbers = new Map<string, number>()
  const unplaced = turns.map(({ role, sourceRole, ...turn }): UnplacedTurn => {
    const key = sourceRole ?? role
    if (!numbers.has(key)) {
      numbers.set(key, parties.length)
      parties.push({
        n: parties.length,
        role,
        ...(sourceRole === undefined ? {} : { sourceRole: sourceRole.toLowerCase() }),
      })
    }
    return { ...turn, party: numbers.get(key)! }
  })
  const placed = placeTurns(unplaced, 'as_given', deviations)
  const contentHash = tools.sha256(contentOf(parties, placed.turns, []))
  const conversation: ImportedConversation = {
    sourceId: id ?? contentHash,
    format: 'mapped',
    formatVersion: mapping.name,
    place,
    ...read.facts,
    ...placed.span,
    timeQuality: placed.timeQuality,
    parties,
    turns: placed.turns,
    events: [],
    recordings: [],
    foreignLabels: [],
    links: [],
    grade: deviations.length === 0 ? 'conformant' : 'readable',
    deviations: capped(deviations, limits.deviations),
    idempotencyKey:
      id === undefined ? `mapped:${mapping.name}:sha256:${contentHash}` : `mapped:${mapping.name}:id:${id}`,
    contentHash,
    textSha256: tools.sha256(placed.turns.map((turn) => turn.text).join('\n')),
  }
  return { kind: 'conversation', conversation }
}

/** The same rows as messages for replay: customer as `user`, AI as `assistant`, instructions as `system`. */
export function readRowsForReplay(
  rows: readonly MappedRow[],
  mapping: Mapping,
  tools: ReaderTools,
  limits: Limits = defaultLimits,
): ReplayRead {
  const read = collect(rows, mapping, tools, limits)
  if (read.kind === 'refused') return read
  const no = refusedBySource(read.facts, read.place)
  if (no !== undefined) return no
  const { messages, turnsLeftOut } = messagesOf(read.turns)
  if (messages.length === 0) return refuse(read.place, 'nothing_said', { pointer: mapping.turns?.text ?? '' })
  const { channel, language, subjectReference } = read.facts
  return {
    kind: 'conversation',
    conversation: {
      id:
        read.id ??
        `sha256:${tools.sha256(
          contentOf(
            [],
            read.turns.map((turn, seq) => ({ ...turn, seq })),
            [],
          ),
        )}`,
      messages,
      metadata: {
        ...read.place,
        format: 'mapped',
        channel,
        language,
        subject: subjectReference,
        turnsLeftOut,
        values: {},
      },
    },
  }
}

const roleNames: Partial<Record<PartyRole, OpenAiMessage['role']>> = {
  customer: 'user',
  ai: 'assistant',
  system: 'system',
}

/** What an AI would have been sent: a human colleague's or an unknown speaker's words are no message of either side. */
export function messagesOf(turns: readonly { readonly role: PartyRole; readonly text: string }[]): {
  messages: OpenAiMessage[]
  turnsLeftOut: number
} {
  const messages: OpenAiMessage[] = []
  let turnsLeftOut = 0
  for (const turn of turns) {
    const role = roleNames[turn.role]
    if (role === undefined || turn.text === '') turnsLeftOut++
    else
      messages.push(
        jsonObject([
          ['role', role],
          ['content', turn.text],
        ]) as OpenAiMessage,
      )
  }
  return { messages, turnsLeftOut }
}

type MappedTurn = Omit<UnplacedTurn, 'party'> & {
  readonly party: null
  readonly role: PartyRole
  readonly sourceRole?: string
}
type Facts = { channel?: string; language?: string; subjectReference?: string; noRecording?: true; objection?: true }
type Collected = {
  readonly kind: 'collected'
  readonly place: Place
  readonly id: string | undefined
  readonly facts: Facts
  readonly turns: MappedTurn[]
  readonly deviations: Deviation[]
}

function collect(
  rows: readonly MappedRow[],
  mapping: Mapping,
  tools: ReaderTools,
  limits: Limits,
): Collected | Refusal {
  const first = rows[0]!
  const { place } = first
  const id = conversationId(first, mapping)
  if (mapping.id !== undefined && id === undefined) return refuse(place, 'id_missing', { pointer: mapping.id.text })
  const list = mapping.turns === undefined ? undefined : at(first, mapping.turns)
  if (list !== undefined && !Array.isArray(list.value))
    return refuse(place, 'value_type', { pointer: list.pointer, params: { expected: 'array' } })
  if (mapping.turns !== undefined && list === undefined)
    return refuse(place, 'mapping_path_missing', { pointer: mapping.turns.text })
  const items: Item[] =
    list === undefined
      ? rows.map((row) => ({ row, root: row, pointer: row.place.line === undefined ? '' : `line:${row.place.line}` }))
      : (list.value as JsonValue[]).map((value, n) => ({
          row: { ...first, value },
          root: first,
          pointer: `${list.pointer}/${n}`,
        }))
  if (items.length > limits.turns)
    return refuse(place, 'too_many_turns', {
      pointer: mapping.turns?.text ?? '',
      params: { maximum: String(limits.turns) },
    })
  const deviations: Deviation[] = rows.flatMap((row) =>
    row.notes.map(({ code, pointer }): Deviation => ({ code, pointer, detail: '' })),
  )
  let leftOut = 0
  const turns: (MappedTurn & { order: number })[] = []
  for (const item of items) {
    if (!chosen(item, mapping)) continue
    const turn = readTurn(item, mapping, tools, deviations)
    if (turn === 'skip') continue
    if (turn === undefined) leftOut++
    else if (turn.text.length > limits.turnCharacters)
      return refuse(item.row.place, 'turn_too_long', {
        pointer: turn.pointer,
        params: { maximum: String(limits.turnCharacters) },
      })
    else turns.push(turn)
  }
  if (leftOut > 0) deviations.push({ code: 'rows_left_out', pointer: mapping.text.text, detail: String(leftOut) })
  if (turns.length === 0) deviations.push({ code: 'no_turns', pointer: list?.pointer ?? '', detail: '' })
  if (mapping.order !== undefined) turns.sort((a, b) => a.order - b.order)
  return {
    kind: 'collected',
    place,
    id,
    facts: readFacts(first, mapping),
    turns: turns.map(({ order: _, ...turn }) => turn),
    deviations,
  }
}

/** The id that says which conversation a row belongs to; undefined when there is none. */
export function conversationId(row: MappedRow, mapping: Mapping): string | undefined {
  const value = mapping.id === undefined ? undefined : at(row, mapping.id)?.value
  if (typeof value !== 'string' && typeof value !== 'number') return undefined
  const text = String(value).trim()
  return text === '' || text.length > 300 ? undefined : text
}

type Item = { readonly row: MappedRow; readonly root: MappedRow; readonly pointer: string }

/** A path that starts with `$.` is looked up in the record, any other in the turn. */
function inItem(item: Item, path: MappedPath): { value: JsonValue; pointer: string } | undefined {
  return at(path.text.startsWith('$.') ? item.root : item.row, path)
}

function at(row: MappedRow, path: MappedPath): { value: JsonValue; pointer: string } | undefined {
  if (!row.flat) return valueAt(row.value, path.steps)
  const value = isObject(row.value) ? row.value[path.text] : undefined
  return value === undefined ? undefined : { value, pointer: path.text }
}

function chosen(item: Item, mapping: Mapping): boolean {
  return mapping.only.every(({ path, values }) => {
    const value = inItem(item, path)?.value
    return value !== undefined && value !== null && typeof value !== 'object' && values.has(String(value))
  })
}

function readTurn(
  item: Item,
  mapping: Mapping,
  tools: ReaderTools,
  deviations: Deviation[],
): (MappedTurn & { order: number }) | 'skip' | undefined {
  const who = readRole(item, mapping)
  if (who.role === 'skip') return 'skip'
  const text = inItem(item, mapping.text)?.value
  if (typeof text !== 'string' && typeof text !== 'number') return undefined
  if (who.role === 'unknown') deviations.push({ code: 'role_unknown', pointer: item.pointer, detail: '' })
  const words = String(text)
  const spans = sourceRedactions(words)
  const order = mapping.order === undefined ? undefined : inItem(item, mapping.order)?.value
  const lang = mapping.turnLanguage === undefined ? undefined : inItem(item, mapping.turnLanguage)?.value
  return {
    party: null,
    role: who.role,
    ...(who.word === undefined ? {} : { sourceRole: who.word }),
    text: words,
    pointer: item.pointer,
    time: readItemTime(item, mapping, tools, deviations),
    durationMs: 0,
    modality: 'text',
    order:
      order === undefined || order === null || order === '' || !Number.isFinite(Number(order))
        ? Number.MAX_VALUE
        : Number(order),
    ...(typeof lang === 'string' && lang.trim() !== '' ? { lang: lang.trim().slice(0, 40) } : {}),
    ...(spans.length > 0 ? { redaction: { by: 'source', spans } as const } : {}),
  }
}

function readRole(item: Item, mapping: Mapping): { role: MappedRole; word?: string } {
  if ('is' in mapping.role) return { role: mapping.role.is }
  const value = inItem(item, mapping.role)?.value
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return { role: 'unknown' }
  const word = String(value)
  return {
    role: mapping.roles.get(word) ?? mapping.roles.get(word.trim()) ?? 'unknown',
    word: word.trim().slice(0, 80),
  }
}

function readItemTime(item: Item, mapping: Mapping, tools: ReaderTools, deviations: Deviation[]): TimeRead | undefined {
  if (mapping.time === undefined) return undefined
  const value = inItem(item, mapping.time.path)?.value
  if ((typeof value !== 'string' && typeof value !== 'number') || value === '') return undefined
  const time = readTimeIn(mapping.time.unit, value, tools.now, mapping.time.zone)
  if (time.kind === 'implausible') deviations.push({ code: 'time_implausible', pointer: item.pointer, detail: '' })
  if (time.kind === 'unreadable') deviations.push({ code: 'time_unreadable', pointer: item.pointer, detail: '' })
  if (time.kind === 'wall' && mapping.time.unit === 'iso')
    deviations.push({ code: 'time_without_zone', pointer: item.pointer, detail: '' })
  return time
}

function readFacts(row: MappedRow, mapping: Mapping): Facts {
  const facts: Facts = {}
  const word = (given: Mapping['channel']): string | undefined => {
    if (given === undefined) return undefined
    if ('fixed' in given) return given.fixed
    const value = at(row, given)?.value
    return typeof value === 'string' && value.trim() !== '' ? value.trim().slice(0, 40) : undefined
  }
  const flag = (path: MappedPath | undefined): boolean => path !== undefined && saysYes(at(row, path)?.value)
  const channel = word(mapping.channel)
  const language = word(mapping.language)
  const subject = mapping.subject === undefined ? undefined : at(row, mapping.subject)?.value
  if (channel !== undefined) facts.channel = channel.toLowerCase()
  if (language !== undefined) facts.language = language
  if ((typeof subject === 'string' && subject.trim() !== '') || typeof subject === 'number')
    facts.subjectReference = String(subject).trim().slice(0, 300)
  if (flag(mapping.noRecording)) facts.noRecording = true
  if (flag(mapping.objection)) facts.objection = true
  return facts
}

export type Group = { readonly id: string; readonly rows: readonly MappedRow[] }
export type Grouper = { push(row: MappedRow): { readonly groups: readonly Group[] } | Refusal; end(): readonly Group[] }

/** Puts rows of one conversation together. Rows without an id are refused; a full memory is said and not overrun. */
export function createGrouper(mapping: Mapping, limits: Limits = defaultLimits): Grouper {
  const open = new Map<string, MappedRow[]>()
  const closed = new Set<string>()
  let held = 0
  const flush = (): Group[] => {
    const groups = [...open].map(([id, rows]) => ({ id, rows }))
    for (const { id } of groups) if (mapping.rows === 'together') closed.add(id)
    open.clear()
    held = 0
    return groups
  }
  return {
    push(row) {
      const id = mapping.id === undefined ? `line:${row.place.line}` : conversationId(row, mapping)
      if (id === undefined) return refuse(row.place, 'id_missing', { pointer: mapping.id?.text ?? '' })
      const size = sizeOf(row.value)
      // a conversation whose rows were handed on already cannot take another row
      if (closed.has(id) || (held + size > limits.groupedCharacters && !(mapping.rows === 'together' && !open.has(id))))
        return refuse(row.place, 'too_many_rows', { pointer: mapping.id?.text ?? '', params: { setting: 'file.rows' } })
      const groups = mapping.rows === 'together' && !open.has(id) ? flush() : []
      const rows = open.get(id)
      if (rows === undefined) open.set(id, [row])
      else rows.push(row)
      held += size
      return { groups }
    },
    end: flush,
  }
}

function sizeOf(value: JsonValue): number {
  if (typeof value === 'string') return value.length + 16
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + sizeOf(item), 16)
  return isObject(value)
    ? Object.entries(value as JsonObject).reduce((sum, [key, item]) => sum + key.length + sizeOf(item ?? null), 16)
    : 8
}
