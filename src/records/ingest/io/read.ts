/** One entry for everything that holds recorded conversations: files, folders or bytes, for importing or for replay. */
import type { FormatChoice, Place, Problem, Read, ReplayRead } from '../contract.ts'
import { formatFor, type Shape } from '../detect.ts'
import { defaultLimits, type Limits } from '../limits.ts'
import { createGrouper, type MappedRow, messagesOf, readRows, readRowsForReplay } from '../mapped.ts'
import type { Mapping } from '../mapping.ts'
import { readOpenAiForReplay, readOpenAiValue } from '../openai-log.ts'
import { type Refusal, refuse } from '../outcome.ts'
import { refusedBySource } from '../source-flag.ts'
import { isObject } from '../strict-json.ts'
import type { Encoding } from '../text-decoding.ts'
import { readVconValue } from '../vcon.ts'
import { listFiles } from './bytes.ts'
import { type RawRecord, readRecords } from './records.ts'
import { readerTools } from './tools.ts'

export type ReadOptions = {
  /** The time of reading; passed in, since a date in the future is not believed. */
  readonly now: Date
  readonly format?: FormatChoice | undefined
  /** Given: every record is read by it, whatever its shape. */
  readonly mapping?: Mapping | undefined
  /** Path of the list of messages in an OpenAI-style log; default `messages`, then `traj`. */
  readonly field?: string | undefined
  readonly encoding?: Encoding | undefined
  /** Name shown in problems when the source is bytes. */
  readonly file?: string | undefined
  readonly limits?: Limits | undefined
}

/** Reads conversations for importing. Each record of the input comes out once, as a conversation or as a refusal. */
export async function* readRecordings(source: string | Uint8Array, options: ReadOptions): AsyncGenerator<Read> {
  const limits = options.limits ?? defaultLimits
  const tools = readerTools(options.now, limits)
  yield* readEach(source, options, {
    rows: (rows, mapping) => readRows(rows, mapping, tools, limits),
    record: (record, shape) =>
      shape.format === 'vcon'
        ? isObject(record.value)
          ? readVconValue(record.value, record.notes, record, tools, limits)
          : notObject(record)
        : readOpenAiValue(record.value, record.notes, record.place, options, tools, limits),
  })
}

/** Reads conversations for replay: OpenAI logs message for message, other formats as what customer and AI said. */
export async function* readForReplay(source: string | Uint8Array, options: ReadOptions): AsyncGenerator<ReplayRead> {
  const limits = options.limits ?? defaultLimits
  const tools = readerTools(options.now, limits)
  const vcon = (record: RawRecord): ReplayRead => {
    const read = isObject(record.value)
      ? readVconValue(record.value, record.notes, record, tools, limits)
      : notObject(record)
    if (read.kind === 'refused') return read
    const { conversation } = read
    if (conversation.grade === 'sealed') return refuse(record.place, 'sealed')
    const no = refusedBySource(conversation, record.place)
    if (no !== undefined) return no
    const said = conversation.turns.map((turn) => ({
      role: turn.party === null ? ('unknown' as const) : (conversation.parties[turn.party]?.role ?? 'unknown'),
      text: turn.text,
    }))
    const { messages, turnsLeftOut } = messagesOf(said)
    if (messages.length === 0) return refuse(record.place, 'nothing_said', { pointer: '/dialog' })
    return {
      kind: 'conversation',
      conversation: {
        id: conversation.sourceId,
        messages,
        metadata: {
          ...record.place,
          format: 'vcon',
          channel: conversation.channel,
          language: conversation.language,
          subject: undefined,
          turnsLeftOut,
          values: {},
        },
      },
    }
  }
  yield* readEach(source, options, {
    rows: (rows, mapping) => readRowsForReplay(rows, mapping, tools, limits),
    record: (record, shape) =>
      shape.format === 'vcon' ? vcon(record) : readOpenAiForReplay(record.value, record.place, options, tools, limits),
  })
}

/** The files that a path stands for, for a report per file. */
export { listFiles }

type Readers<R> = {
  rows(rows: readonly MappedRow[], mapping: Mapping): R
  record(record: RawRecord, shape: { readonly format: 'vcon' | 'openai-chat' }): R
}

async function* readEach<R extends { kind: string }>(
  source: string | Uint8Array,
  options: ReadOptions,
  readers: Readers<R>,
): AsyncGenerator<R | Refusal> {
  const files = typeof source === 'string' ? await listFiles(source) : [source]
  for (const file of files)
    yield* readOne(
      file,
      { file: typeof file === 'string' ? (files.length === 1 ? (options.file ?? file) : file) : (options.file ?? '-') },
      options,
      readers,
    )
}

async function* readOne<R extends { kind: string }>(
  source: string | Uint8Array,
  place: Place,
  options: ReadOptions,
  readers: Readers<R>,
): AsyncGenerator<R | Refusal> {
  const { mapping } = options
  const limits = options.limits ?? defaultLimits
  const format = mapping === undefined ? (options.format ?? 'auto') : 'mapped'
  if (format === 'mapped' && mapping === undefined) return yield refuse(place, 'mapping_needed')
  const grouper =
    mapping !== undefined && mapping.turns === undefined && mapping.id !== undefined
      ? createGrouper(mapping, limits)
      : undefined
  let broken = false
  for await (const record of readRecords(source, place, { format, mapping, encoding: options.encoding, limits })) {
    if (record.kind === 'refused') {
      broken ||= endsTheFile(record.problem)
      yield record
    } else if (mapping === undefined) yield readRecord(record, format, place, readers)
    else if (grouper === undefined) yield readers.rows([record], mapping)
    else {
      const pushed = grouper.push(record)
      if ('kind' in pushed) yield pushed
      else for (const { rows } of pushed.groups) yield readers.rows(rows, mapping)
    }
  }
  // after a break nobody knows whether the open conversations are whole, so none of them goes in
  if (grouper !== undefined && mapping !== undefined && !broken)
    for (const { rows } of grouper.end()) yield readers.rows(rows, mapping)
}

function endsTheFile(problem: Problem): boolean {
  return (
    ['gzip_damaged', 'gzip_too_much', 'file_unreadable', 'encoding_wrong'].includes(problem.code) ||
    (problem.code === 'encoding_not_utf8' && problem.column === undefined)
  )
}

function readRecord<R extends { kind: string }>(
  record: RawRecord,
  format: FormatChoice,
  file: Place,
  readers: Readers<R>,
): R | Refusal {
  const shape: Shape = formatFor(format, record.value, file.file)
  if ('unknown' in shape) return refuse(record.place, 'format_unknown', { params: { name: '' } })
  if ('not' in shape)
    return shape.not === 'other_format'
      ? refuse(record.place, 'format_unknown', { params: { name: shape.name ?? '' } })
      : refuse(record.place, 'not_a_conversation', { params: { kind: shape.not } })
  return readers.record(record, { format: shape.format === 'vcon' ? 'vcon' : 'openai-chat' })
}

function notObject(record: RawRecord): Refusal {
  return refuse(record.place, 'value_type', { pointer: '', params: { expected: 'object' } })
}
