/** The contents of an unsigned vCon: parties, dialog as turns, events and recordings, analysis as foreign labels. */
import { agentTrace } from './agent-trace.ts'
import type {
  Deviation,
  ForeignLabel,
  ImportedConversation,
  ImportedEvent,
  ImportedParty,
  ImportedRecording,
  ImportedTurn,
  ProblemCode,
  ReaderTools,
  VersionLink,
} from './contract.ts'
import { readSourceBasis, refusesRecording } from './lawful-basis.ts'
import type { Limits } from './limits.ts'
import { contentOf } from './outcome.ts'
import { roleOfWord } from './roles.ts'
import { saysYes } from './source-flag.ts'
import { sourceRedactions } from './source-redaction.ts'
import { canonicalJson, isObject, type JsonObject, type JsonValue } from './strict-json.ts'
import { decodeText } from './text-decoding.ts'
import { isoTime, readTime, type TimeRead } from './times.ts'
import { placeTurns, type UnplacedTurn } from './turn-order.ts'
import { vconDeviations } from './vcon-schema.ts'

export type VconContent = Omit<ImportedConversation, 'place' | 'grade' | 'signature' | 'deviations'>
export type UnsignedRead =
  | { readonly ok: true; readonly content: VconContent; readonly deviations: readonly Deviation[] }
  | {
      readonly ok: false
      readonly code: ProblemCode
      readonly pointer: string
      readonly params?: Readonly<Record<string, string>>
    }

/** Reads a vCon whose uuid is a filled string and whose critical extensions are known. */
export function readUnsigned(vcon: JsonObject, tools: ReaderTools, limits: Limits): UnsignedRead {
  const deviations = vconDeviations(vcon)
  const lists: Record<'parties' | 'dialog' | 'analysis' | 'attachments', readonly JsonValue[]> = {
    parties: [],
    dialog: [],
    analysis: [],
    attachments: [],
  }
  for (const name of ['parties', 'dialog', 'analysis', 'attachments'] as const) {
    const value = vcon[name]
    if (Array.isArray(value)) lists[name] = value
    else if (value !== undefined && value !== null && (name === 'parties' || name === 'dialog'))
      return { ok: false, code: 'value_type', pointer: `/${name}`, params: { expected: 'array' } }
  }
  if (lists.dialog.length + lists.analysis.length + lists.attachments.length === 0)
    return { ok: false, code: 'nothing_said', pointer: '/dialog' }
  if (lists.parties.length > limits.parties)
    return { ok: false, code: 'too_many_parties', pointer: '/parties', params: { maximum: String(limits.parties) } }

  const usesAgents = [vcon.extensions, vcon.critical].some(
    (names) => Array.isArray(names) && names.includes('agent_session'),
  )
  const parties = lists.parties.map((party, n) => readParty(party, n, usesAgents, deviations))
  const dialog = readDialog(lists.dialog, parties.length, tools, deviations)
  const long = dialog.turns.find((turn) => turn.text.length > limits.turnCharacters)
  if (dialog.turns.length > limits.turns)
    return { ok: false, code: 'too_many_turns', pointer: '/dialog', params: { maximum: String(limits.turns) } }
  if (long !== undefined)
    return {
      ok: false,
      code: 'turn_too_long',
      pointer: long.pointer,
      params: { maximum: String(limits.turnCharacters) },
    }
  const heavy = dialog.recordings.find((recording) => (recording.bytes ?? 0) > limits.mediaCharacters)
  if (heavy !== undefined)
    return {
      ok: false,
      code: 'file_too_large',
      pointer: heavy.pointer,
      params: { maximum: String(limits.mediaCharacters) },
    }

  const placed = placeTurns(dialog.turns, 'by_time', deviations, dialog.dates)
  const { labels, traces } = readAnalysis(lists.analysis, lists.dialog, deviations, tools)
  const attachments = readAttachments(lists.attachments, tools)
  const basis = readSourceBasis(attachments.basis, tools.now, tools.sha256)
  for (const pointer of basis?.unreadable ?? [])
    deviations.push({ code: 'lawful_basis_unreadable', pointer, detail: '' })
  const events = [...dialog.events, ...attachments.events, ...traces].map(
    (event, seq): ImportedEvent => ({ ...event, seq }),
  )
  const links = readLinks(vcon, deviations)
  const redacted = isObject(vcon.redacted) && Object.keys(vcon.redacted).length > 0
  const turns = placed.turns.map(
    (turn): ImportedTurn =>
      redacted && turn.text === '' && turn.redaction === undefined
        ? { ...turn, redaction: { by: 'source', spans: [] } }
        : turn,
  )
  const uuid = (vcon.uuid as string)
    .trim()
    .toLowerCase()
    .replace(/^urn:uuid:/, '')
  const channel = readChannel(lists.dialog)
  return {
    ok: true,
    deviations,
    content: {
      sourceId: uuid,
      format: 'vcon',
      formatVersion: readVersion(vcon, lists.dialog, lists.attachments),
      ...(channel === undefined ? {} : { channel }),
      ...placed.span,
      timeQuality: placed.timeQuality,
      parties,
      turns,
      events,
      recordings: dialog.recordings,
      foreignLabels: labels,
      links,
      ...(basis === undefined ? {} : { lawfulBasis: basis }),
      ...(refusesRecording(basis) || attachments.noRecording || says(vcon, 'no_recording')
        ? { noRecording: true }
        : {}),
      ...(attachments.objection || says(vcon, 'objection') ? { objection: true } : {}),
      idempotencyKey: `vcon:${uuid}`,
      contentHash: tools.sha256(contentOf(parties, turns, dialog.recordings)),
      textSha256: tools.sha256(turns.map((turn) => turn.text).join('\n')),
    },
  }
}

/** User, password, query and fragment are taken off: they may be the key to the recording. Undefined when unreadable. */
export function plainUrl(text: string): string | undefined {
  const url = URL.parse(text)
  if (url === null) return undefined
  return `${url.protocol}${url.href.startsWith(`${url.protocol}//`) ? '//' : ''}${url.host}${url.pathname}`
}

function filled(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined
}

function optional<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { [P in K]?: V }
}

function readParty(value: JsonValue, n: number, usesAgents: boolean, deviations: Deviation[]): ImportedParty {
  if (!isObject(value)) return { n, role: 'unknown' }
  const meta = isObject(value.meta) ? value.meta : undefined
  const session = meta !== undefined && isObject(meta.agent_session) ? meta.agent_session : undefined
  let word = filled(value.role)
  if (word === undefined && filled(meta?.role) !== undefined) {
    word = filled(meta?.role)
    deviations.push({ code: 'role_in_meta', pointer: `/parties/${n}/meta/role`, detail: 'meta.role → role' })
  }
  // draft-howe-vcon-agent-session gives an AI the role `agent`; what it is stands in meta.agent_session
  let role = session !== undefined || roleOfWord(filled(value.type)) === 'ai' ? 'ai' : roleOfWord(word)
  if (usesAgents && role === 'human_agent') role = 'unknown'
  if (word !== undefined && role === 'unknown')
    deviations.push({ code: 'role_unknown', pointer: `/parties/${n}`, detail: '' })
  return {
    n,
    role,
    ...optional('sourceRole', word?.trim().toLowerCase()),
    ...optional('name', filled(value.name)),
    ...optional('tel', filled(value.tel)),
    ...optional('mailto', filled(value.mailto) ?? filled(value.email)),
    ...optional('uuid', filled(value.uuid)),
    ...optional('model', filled(session?.model_id)),
  }
}

type NewEvent = Omit<ImportedEvent, 'seq'>
type DialogRead = {
  readonly turns: UnplacedTurn[]
  readonly events: NewEvent[]
  readonly recordings: ImportedRecording[]
  readonly dates: { start: TimeRead; durationMs: number }[]
}

function readDialog(
  dialog: readonly JsonValue[],
  parties: number,
  tools: ReaderTools,
  deviations: Deviation[],
): DialogRead {
  const read: DialogRead = { turns: [], events: [], recordings: [], dates: [] }
  for (const [n, value] of dialog.entries()) {
    const pointer = `/dialog/${n}`
    if (!isObject(value) || Object.keys(value).length === 0) {
      // an empty object says that something took place of which nothing is known (draft, Dialog Object)
      read.events.push({ kind: 'unknown', pointer })
      continue
    }
    const time = readStart(value.start, `${pointer}/start`, tools, deviations)
    const durationMs = typeof value.duration === 'number' ? Math.round(value.duration * 1000) : 0
    if (durationMs < 0) deviations.push({ code: 'time_end_before_start', pointer: `${pointer}/duration`, detail: '' })
    if (time !== undefined) read.dates.push({ start: time, durationMs: Math.max(0, durationMs) })
    readHistory(value.party_history, pointer, parties, tools, read.events)
    const at = time?.kind === 'exact' ? { at: isoTime(time.ms) } : {}
    switch (dialogType(value, pointer, deviations)) {
      case 'text':
        read.turns.push(readTurn(value, pointer, parties, time, durationMs, deviations))
        break
      case 'recording':
        read.recordings.push(readRecording(value, pointer, at.at, durationMs, deviations))
        break
      case 'transfer':
        read.events.push({ kind: 'transfer', pointer, ...at, ...partyOf(value.transferor, parties) })
        break
      case 'incomplete':
        read.events.push({
          kind: 'incomplete',
          pointer,
          ...at,
          ...optional('name', filled(value.disposition)?.slice(0, 80)),
        })
        break
      case 'recording-set':
        read.events.push({ kind: 'recording_set', pointer, ...at })
        break
      default:
        read.events.push({ kind: 'unknown', pointer, ...at })
    }
  }
  return read
}

/** The type as written; without one, a text that stands there is still a text. */
function dialogType(dialog: JsonObject, pointer: string, deviations: Deviation[]): JsonValue | undefined {
  if (dialog.type !== undefined) return dialog.type
  const media = filled(dialog.mediatype) ?? filled(dialog.mimetype) ?? ''
  const type = /^(?:audio|video)\//i.test(media)
    ? 'recording'
    : typeof dialog.body === 'string' && /^(?:text\/|multipart\/|message\/|$)/i.test(media)
      ? 'text'
      : undefined
  if (type !== undefined) deviations.push({ code: 'dialog_without_type', pointer, detail: type })
  return type
}

function readStart(
  value: JsonValue | undefined,
  pointer: string,
  tools: ReaderTools,
  deviations: Deviation[],
): TimeRead | undefined {
  if (value === undefined || value === null) return undefined
  const time: TimeRead = typeof value === 'string' ? readTime(value, tools.now) : { kind: 'unreadable' }
  if (time.kind === 'wall') deviations.push({ code: 'time_without_zone', pointer, detail: '' })
  if (time.kind === 'implausible') deviations.push({ code: 'time_implausible', pointer, detail: '' })
  if (time.kind === 'unreadable') deviations.push({ code: 'time_unreadable', pointer, detail: '' })
  return time
}

function readTurn(
  dialog: JsonObject,
  pointer: string,
  parties: number,
  time: TimeRead | undefined,
  durationMs: number,
  deviations: Deviation[],
): UnplacedTurn {
  const mediatype = filled(dialog.mediatype) ?? filled(dialog.mimetype)
  const text = readText(dialog, pointer, mediatype, deviations)
  const party = speaker(dialog, parties)
  if (party === null)
    deviations.push({
      code: 'party_unknown',
      pointer: `${pointer}/${dialog.originator !== undefined ? 'originator' : 'parties'}`,
      detail: '',
    })
  const spans = sourceRedactions(text)
  return {
    party,
    text,
    pointer,
    time,
    durationMs: Math.max(0, durationMs),
    modality: 'text',
    ...optional('mediatype', mediatype?.slice(0, 200)),
    ...(spans.length > 0 ? { redaction: { by: 'source', spans } as const } : {}),
  }
}

function readText(dialog: JsonObject, pointer: string, mediatype: string | undefined, deviations: Deviation[]): string {
  const body = dialog.body
  if (body === undefined || body === null) {
    deviations.push({
      code: dialog.url === undefined ? 'dialog_without_content' : 'text_by_reference',
      pointer,
      detail: '',
    })
    return ''
  }
  if (typeof body !== 'string') {
    deviations.push({ code: 'text_not_readable', pointer: `${pointer}/body`, detail: 'string' })
    return canonicalJson(body)
  }
  if (dialog.encoding !== 'base64url' && dialog.encoding !== 'base64') return body
  const decoded =
    /^[A-Za-z0-9_+/=-]*$/.test(body) && (mediatype === undefined || /^(?:text|message|multipart)\//i.test(mediatype))
      ? decodeText(Buffer.from(body, 'base64url'))
      : undefined
  if (decoded === undefined || !decoded.ok) {
    deviations.push({
      code: 'text_not_readable',
      pointer: `${pointer}/body`,
      detail: mediatype === undefined ? '' : 'text',
    })
    return ''
  }
  if (!decoded.text.includes('\u0000')) return decoded.text
  deviations.push({ code: 'nul_replaced', pointer: `${pointer}/body`, detail: '' })
  return decoded.text.replaceAll('\u0000', '\ufffd')
}

/** The originator if named, else the first of `parties` (draft, originator); null when neither is an index that exists. */
function speaker(dialog: JsonObject, parties: number): number | null {
  let value = dialog.originator ?? dialog.parties
  while (Array.isArray(value)) value = value[0]
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < parties ? value : null
}

function partyOf(value: JsonValue | undefined, parties: number): { party?: number } {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < parties ? { party: value } : {}
}

function readRecording(
  dialog: JsonObject,
  pointer: string,
  at: string | undefined,
  durationMs: number,
  deviations: Deviation[],
): ImportedRecording {
  const body = filled(dialog.body)
  const url = filled(dialog.url)
  const plain = url === undefined ? undefined : plainUrl(url)
  const old =
    typeof dialog.alg === 'string' && typeof dialog.signature === 'string'
      ? `${dialog.alg.toLowerCase().replaceAll('-', '')}-${dialog.signature}`
      : undefined
  const hash = Array.isArray(dialog.content_hash)
    ? filled(dialog.content_hash[0])
    : (filled(dialog.content_hash) ?? old)
  if (body !== undefined) deviations.push({ code: 'inline_media_not_kept', pointer: `${pointer}/body`, detail: '' })
  return {
    pointer,
    where: body !== undefined ? 'inline' : url !== undefined ? 'url' : 'none',
    ...optional('url', plain),
    ...optional('mediatype', (filled(dialog.mediatype) ?? filled(dialog.mimetype))?.slice(0, 200)),
    ...optional('contentHash', hash?.slice(0, 300)),
    ...optional('at', at),
    ...(durationMs > 0 ? { durationMs } : {}),
    ...(body === undefined ? {} : { bytes: body.length }),
    fetched: false,
  }
}

const historyKinds: Readonly<Record<string, ImportedEvent['kind']>> = {
  join: 'join',
  drop: 'leave',
  hold: 'hold',
  unhold: 'unhold',
  mute: 'mute',
  unmute: 'unmute',
  keydown: 'keydown',
  keyup: 'keyup',
}

function readHistory(
  value: JsonValue | undefined,
  pointer: string,
  parties: number,
  tools: ReaderTools,
  events: NewEvent[],
): void {
  if (!Array.isArray(value)) return
  for (const [n, entry] of value.entries()) {
    if (!isObject(entry)) continue
    const time = typeof entry.time === 'string' ? readTime(entry.time, tools.now) : undefined
    const kind =
      typeof entry.event === 'string' && Object.hasOwn(historyKinds, entry.event)
        ? historyKinds[entry.event]!
        : 'unknown'
    // which key was pressed may be part of a card or PIN number: it is content
    events.push({
      kind,
      pointer: `${pointer}/party_history/${n}`,
      ...(time?.kind === 'exact' ? { at: isoTime(time.ms) } : {}),
      ...partyOf(entry.party, parties),
      ...optional('content', filled(entry.button)?.slice(0, 80)),
    })
  }
}

function readAnalysis(
  analysis: readonly JsonValue[],
  dialog: readonly JsonValue[],
  deviations: Deviation[],
  tools: ReaderTools,
): { labels: ForeignLabel[]; traces: NewEvent[] } {
  const labels: ForeignLabel[] = []
  const traces: NewEvent[] = []
  for (const [n, value] of analysis.entries()) {
    if (!isObject(value)) continue
    const pointer = `/analysis/${n}`
    const kind = filled(value.type)?.slice(0, 80) ?? 'unknown'
    if (isEmotionFromVoice(kind, value.dialog, dialog)) {
      // emotions of people at work, inferred from biometric data: AI Act art. 5(1)(f)
      deviations.push({ code: 'agent_emotion_dropped', pointer, detail: '' })
      continue
    }
    const trace = kind === 'agent_trace' ? agentTrace(value.body, pointer, tools) : undefined
    if (trace !== undefined) traces.push(...trace)
    else
      labels.push({
        kind,
        ...optional('vendor', filled(value.vendor)),
        ...optional('product', filled(value.product)),
        ...optional('schema', filled(value.schema)),
        pointer,
        value: value.body ?? null,
        verified: false,
      })
  }
  return { labels, traces }
}

function isEmotionFromVoice(kind: string, about: JsonValue | undefined, dialog: readonly JsonValue[]): boolean {
  if (!/sentiment|emotion|mood|affect/i.test(kind)) return false
  const indexes = Array.isArray(about) ? about : about === undefined ? dialog.map((_, n) => n) : [about]
  return indexes.some((index) => {
    const value = typeof index === 'number' ? dialog[index] : undefined
    return isObject(value) && value.type !== 'text'
  })
}

type AttachmentsRead = {
  readonly basis: { pointer: string; body: JsonValue | undefined }[]
  readonly events: NewEvent[]
  noRecording: boolean
  objection: boolean
}

function readAttachments(attachments: readonly JsonValue[], tools: ReaderTools): AttachmentsRead {
  const read: AttachmentsRead = { basis: [], events: [], noRecording: false, objection: false }
  for (const [n, value] of attachments.entries()) {
    if (!isObject(value)) continue
    const pointer = `/attachments/${n}`
    const name = filled(value.purpose) ?? filled(value.type)
    const word = name?.toLowerCase().replace(/[\s-]+/g, '_')
    if (word === 'lawful_basis') {
      read.basis.push({ pointer, body: value.body })
      continue
    }
    if (word === 'no_recording' || word === 'do_not_record') read.noRecording = true
    if (word === 'objection' || word === 'opt_out') read.objection = true
    const time = typeof value.start === 'string' ? readTime(value.start, tools.now) : undefined
    read.events.push({
      kind: 'attachment',
      pointer,
      ...(time?.kind === 'exact' ? { at: isoTime(time.ms) } : {}),
      ...optional('name', name?.slice(0, 80)),
    })
  }
  return read
}

/** A flag that sources set beside the standard: `meta.no_recording` or `meta.objection`, on the record or on a dialog. */
function says(vcon: JsonObject, flag: 'no_recording' | 'objection'): boolean {
  const dialog = Array.isArray(vcon.dialog) ? vcon.dialog : []
  return [vcon, ...dialog].some((holder) => isObject(holder) && isObject(holder.meta) && saysYes(holder.meta[flag]))
}

function readLinks(vcon: JsonObject, deviations: Deviation[]): VersionLink[] {
  const links: VersionLink[] = []
  const add = (relation: VersionLink['relation'], value: JsonValue | undefined, pointer: string) => {
    if (!isObject(value) || Object.keys(value).length === 0) return
    if (value.body !== undefined)
      deviations.push({ code: 'inline_version_not_read', pointer: `${pointer}/body`, detail: '' })
    const url = filled(value.url)
    links.push({
      relation,
      ...optional(
        'uuid',
        filled(value.uuid)
          ?.toLowerCase()
          .replace(/^urn:uuid:/, '')
          .slice(0, 200),
      ),
      ...optional('url', url === undefined ? undefined : plainUrl(url)),
      ...optional('what', relation === 'redacts' ? filled(value.type)?.slice(0, 200) : undefined),
    })
  }
  add('redacts', vcon.redacted, '/redacted')
  add('amends', vcon.amended, '/amended')
  add('appends', vcon.appended, '/appended')
  if (Array.isArray(vcon.group))
    for (const [n, member] of vcon.group.entries()) add('group_member', member, `/group/${n}`)
  return links
}

function readChannel(dialog: readonly JsonValue[]): string | undefined {
  const objects = dialog.filter(isObject)
  const named = objects.map((item) => filled(item.interaction_type)).find((type) => type !== undefined)
  if (named !== undefined) return named.trim().toLowerCase().slice(0, 40)
  const media = (item: JsonObject) => (filled(item.mediatype) ?? filled(item.mimetype) ?? '').toLowerCase()
  if (objects.some((item) => media(item).startsWith('video/'))) return 'video'
  if (
    objects.some(
      (item) => item.type === 'recording' || item.type === 'recording-set' || media(item).startsWith('audio/'),
    )
  )
    return 'voice'
  const texts = objects.filter((item) => item.type === 'text')
  if (
    texts.length > 0 &&
    texts.every(
      (item) =>
        media(item).startsWith('multipart/') ||
        media(item) === 'message/rfc822' ||
        /^<.+@.+>$/.test(filled(item.message_id) ?? ''),
    )
  )
    return 'email'
  return undefined
}

/** The version as declared, else the one its field names belong to (draft, Non-Upward Compatible Changes). */
function readVersion(vcon: JsonObject, dialog: readonly JsonValue[], attachments: readonly JsonValue[]): string {
  const declared = filled(vcon.vcon)
  if (declared !== undefined) return declared.slice(0, 40)
  const objects = [...dialog, ...attachments].filter(isObject)
  const some = (...names: string[]) => objects.some((item) => names.some((name) => item[name] !== undefined))
  const version = some('mimetype', 'alg', 'signature')
    ? '0.0.1'
    : some('transfer-target', 'target-dialog')
      ? '0.0.2'
      : vcon.appended !== undefined ||
          vcon.must_support !== undefined ||
          objects.some((item) => typeof item.session_id === 'string')
        ? '0.3.0'
        : '0.4.0'
  return `${version}-style (no vcon field)`
}
