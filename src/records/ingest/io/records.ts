/** From bytes to single records (JSON values or rows of CSV), each with its place; a bad one does not stop the others. */
import { basename } from 'node:path'
import type { FormatChoice, Place } from '../contract.ts'
import { createCsvReader, guessDelimiter } from '../csv.ts'
import type { Limits } from '../limits.ts'
import { createLineSplitter, type Line } from '../lines.ts'
import { columnsOf, type Mapping } from '../mapping.ts'
import { hasMessages } from '../openai-log.ts'
import { type Refusal, refuse } from '../outcome.ts'
import { isObject, type JsonNote, type JsonObject, type JsonValue, jsonObject, parseJson } from '../strict-json.ts'
import { decodeText, type Encoding, guessEncoding, looksLikeUtf16, wholeUtf8 } from '../text-decoding.ts'
import { FileRefused, openBytes } from './bytes.ts'

export type RawRecord = {
  readonly kind: 'record'
  readonly value: JsonValue
  readonly notes: readonly JsonNote[]
  readonly place: Place
  readonly flat: boolean
  bytes(): Uint8Array
}

export type RecordOptions = {
  readonly format: FormatChoice
  readonly mapping?: Mapping | undefined
  readonly encoding?: Encoding | undefined
  readonly limits: Limits
}

/** Reads one file or buffer. Ends with a refusal when the file breaks off; what was whole before it has gone out. */
export async function* readRecords(
  source: string | Uint8Array,
  place: Place,
  options: RecordOptions,
): AsyncGenerator<RawRecord | Refusal> {
  let any = false
  try {
    const name = basename(place.file).replace(/\.gz$/i, '')
    const bytes = recoded(
      openBytes(source, place, options.limits),
      place,
      options.encoding ?? options.mapping?.encoding,
    )
    for await (const record of split(bytes, name, place, options)) {
      any = true
      yield record
    }
    if (!any) yield refuse(place, 'file_empty')
  } catch (error) {
    if (!(error instanceof FileRefused)) throw error
    yield error.refusal
  }
}

function split(
  bytes: AsyncGenerator<Uint8Array>,
  name: string,
  place: Place,
  options: RecordOptions,
): AsyncGenerator<RawRecord | Refusal> {
  const table = /\.(?:csv|tsv)$/i.test(name)
  if (
    options.mapping?.format === 'csv' ||
    (table && options.mapping !== undefined && options.mapping.format !== 'json')
  )
    return csvRecords(bytes, place, options.mapping, options.limits)
  if (table) throw new FileRefused(refuse(place, 'mapping_needed'))
  return jsonRecords(bytes, name, place, options)
}

/** UTF-8 as it is; another encoding when it was named; UTF-16 that was not named is refused before a letter is read. */
async function* recoded(
  chunks: AsyncGenerator<Uint8Array>,
  place: Place,
  encoding: Encoding | undefined,
): AsyncGenerator<Uint8Array> {
  if (encoding === undefined || encoding === 'utf-8') {
    let first = true
    for await (const chunk of chunks) {
      if (first && looksLikeUtf16(chunk.subarray(0, 4096)))
        throw new FileRefused(
          refuse(place, 'encoding_not_utf8', { line: 1, byte: 1, params: { guess: guessEncoding(chunk) } }),
        )
      first = false
      yield chunk
    }
    return
  }
  const decoder = encoding === 'iso-8859-1' ? undefined : new TextDecoder(encoding, { fatal: true })
  const wrong = () => new FileRefused(refuse(place, 'encoding_wrong', { params: { encoding } }))
  const decode = (chunk: Uint8Array | undefined): string => {
    if (decoder === undefined) return Buffer.from(chunk ?? []).toString('latin1')
    try {
      return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true })
    } catch {
      throw wrong()
    }
  }
  for await (const chunk of chunks) yield Buffer.from(decode(chunk))
  yield Buffer.from(decode(undefined))
}

// JSON -----------------------------------------------------------------------------------------------------------

async function* jsonRecords(
  chunks: AsyncGenerator<Uint8Array>,
  name: string,
  place: Place,
  options: RecordOptions,
): AsyncGenerator<RawRecord | Refusal> {
  const { limits } = options
  // the name promises a record per line; a document that is whole is still read as one
  const named = /\.(?:jsonl|ndjson)$/i.test(name)
  const held: Uint8Array[] = []
  let size = 0
  let decided = false
  for await (const chunk of chunks) {
    held.push(chunk)
    size += chunk.length
    if (!decided && chunk.includes(0x0a)) {
      const first = firstLine(held, limits.lineBytes)
      if (first === 'no_json' && !named) throw new FileRefused(notJson(held, place))
      if (first === 'whole' || first === 'no_json') return yield* lineRecords(following(held, chunks), place, options)
      decided = first === 'part'
    }
    if (size <= limits.documentBytes) continue
    if (named || mostlyRecords(headText(held), limits.depth))
      return yield* lineRecords(following(held, chunks), place, options)
    throw new FileRefused(refuse(place, 'file_too_large', { params: { maximum: String(limits.documentBytes) } }))
  }
  const bytes = Buffer.concat(held)
  if (named && !isDocument(bytes, limits)) yield* lineRecords(once(bytes), place, options)
  else yield* documentRecords(bytes, place, options)
}

/** One JSON value over several lines; on one line it is a record like any other line. */
function isDocument(bytes: Buffer, limits: Limits): boolean {
  const text = decodeText(bytes)
  return text.ok && text.text.trim().includes('\n') && parseJson(text.text, { depth: limits.depth }).ok
}

/** The first MiB as text, cut between characters; empty when it is not UTF-8. */
function headText(held: readonly Uint8Array[]): string {
  const head = Buffer.concat(held).subarray(0, 1024 * 1024)
  const text = decodeText(head.subarray(0, wholeUtf8(head)))
  return text.ok ? text.text : ''
}

/** What the first line with something on it is: a whole JSON value, the first part of one, or nothing like JSON. */
function firstLine(held: readonly Uint8Array[], lineBytes: number): 'whole' | 'part' | 'no_json' | 'not_yet' {
  const bytes = held.length === 1 ? held[0]! : Buffer.concat(held)
  const lines = createLineSplitter(lineBytes).push(bytes)
  const first = lines[0]
  if (first === undefined) return 'not_yet'
  if ('tooLong' in first) return 'part'
  const text = decodeText(first.bytes)
  if (!text.ok) return 'part'
  const start = text.text.trimStart()[0]
  if (start !== '{' && start !== '[') return 'no_json'
  const read = parseJson(text.text)
  return read.ok && (isObject(read.value) || hasMessages(read.value)) ? 'whole' : 'part'
}

async function* following(held: readonly Uint8Array[], chunks: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* held
  yield* chunks
}

async function* lineRecords(
  chunks: AsyncIterable<Uint8Array>,
  place: Place,
  options: RecordOptions,
): AsyncGenerator<RawRecord | Refusal> {
  const splitter = createLineSplitter(options.limits.lineBytes)
  for await (const chunk of chunks)
    for (const line of splitter.push(chunk)) yield lineRecord(line, place, options.limits)
  for (const line of splitter.end()) yield lineRecord(line, place, options.limits)
}

function lineRecord(line: Line, file: Place, limits: Limits): RawRecord | Refusal {
  const place = { ...file, line: line.line }
  if ('tooLong' in line) return refuse(place, 'line_too_long', { params: { maximum: String(limits.lineBytes) } })
  const text = decodeText(line.bytes)
  if (!text.ok) return refuse(place, 'encoding_not_utf8', { byte: text.byte + 1, params: { guess: text.guess } })
  const read = parseJson(text.text, { depth: limits.depth })
  if (read.ok)
    return { kind: 'record', value: read.value, notes: read.notes, place, flat: false, bytes: () => line.bytes }
  const { code, offset, column, pointer } = read.failure
  return refuse(place, code, { column, byte: Buffer.byteLength(text.text.slice(0, offset)) + 1, pointer })
}

async function* documentRecords(
  bytes: Buffer,
  place: Place,
  options: RecordOptions,
): AsyncGenerator<RawRecord | Refusal> {
  const text = decodeText(bytes)
  if (!text.ok) {
    yield refuse(place, 'encoding_not_utf8', {
      byte: text.byte + 1,
      line: bytes.subarray(0, text.byte).toString('latin1').split('\n').length,
      params: { guess: text.guess },
    })
    return
  }
  const start = text.text.trimStart()[0]
  if (start === undefined) return
  if (start !== '{' && start !== '[') throw new FileRefused(notJson([bytes], place))
  const read = parseJson(text.text, { depth: options.limits.depth })
  if (!read.ok) {
    // a first line that is damaged hides that every other line is a record of its own
    if (read.failure.code !== 'json_too_deep' && mostlyRecords(text.text, options.limits.depth))
      return yield* lineRecords(once(bytes), place, options)
    const { code, offset, line, column, pointer } = read.failure
    yield refuse(place, code, { line, column, byte: Buffer.byteLength(text.text.slice(0, offset)) + 1, pointer })
    return
  }
  const isList = Array.isArray(read.value) && (options.mapping !== undefined || !hasMessages(read.value))
  if (!isList) {
    yield { kind: 'record', value: read.value, notes: read.notes, place, flat: false, bytes: () => bytes }
    return
  }
  for (const [n, value] of (read.value as JsonValue[]).entries()) {
    const within = `/${n}`
    const notes = read.notes
      .filter((note) => note.pointer.startsWith(`${within}/`))
      .map((note) => ({ ...note, pointer: note.pointer.slice(within.length) }))
    yield {
      kind: 'record',
      value,
      notes,
      place: { ...place, within },
      flat: false,
      bytes: () => Buffer.from(JSON.stringify(value)),
    }
  }
}

/** More than half of the first lines are objects by themselves: JSON Lines with a broken line, not a broken document. */
function mostlyRecords(text: string, depth: number): boolean {
  const lines = text
    .slice(0, 1024 * 1024)
    .split('\n', 41)
    .filter((line) => line.trim() !== '')
    .slice(0, 40)
  const whole = lines.filter((line) => {
    const read = line.trimStart().startsWith('{') ? parseJson(line, { depth }) : undefined
    return read?.ok === true && isObject(read.value) && Object.keys(read.value).length > 0
  })
  return lines.length > 1 && whole.length * 2 > lines.length - 1 && whole.length > 0
}

function notJson(held: readonly Uint8Array[], place: Place): Refusal {
  const head = Buffer.concat(held).subarray(0, 4096)
  const decoded = decodeText(head.subarray(0, wholeUtf8(head)))
  if (!decoded.ok)
    return refuse(place, 'encoding_not_utf8', { byte: decoded.byte + 1, params: { guess: decoded.guess } })
  if (/^(?:openapi|swagger):\s/m.test(decoded.text))
    return refuse(place, 'not_a_conversation', { params: { kind: 'schema' } })
  if (/^WEBVTT\b/.test(decoded.text)) return refuse(place, 'format_unknown', { params: { name: 'WebVTT' } })
  return refuse(place, 'not_a_conversation', { params: { kind: 'text' } })
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

// CSV ------------------------------------------------------------------------------------------------------------

async function* csvRecords(
  chunks: AsyncGenerator<Uint8Array>,
  place: Place,
  mapping: Mapping,
  limits: Limits,
): AsyncGenerator<RawRecord | Refusal> {
  let header: readonly string[] | undefined
  let reader: ReturnType<typeof createCsvReader> | undefined
  let head = ''
  const rowsOf = function* (text: string, final: boolean): Generator<RawRecord | Refusal> {
    head += reader === undefined ? text : ''
    if (reader === undefined && !final && !/[\r\n]/.test(head) && head.length < limits.rowCharacters) return
    const start = reader === undefined ? head : text
    reader ??= createCsvReader({
      delimiter: mapping.delimiter ?? guessDelimiter(head),
      rowCharacters: limits.rowCharacters,
    })
    for (const row of [...reader.push(start), ...(final ? reader.end() : [])]) {
      const at = { ...place, line: row.line }
      if ('problem' in row)
        yield refuse(at, row.problem, { column: row.column, params: { maximum: String(limits.rowCharacters) } })
      else if (header === undefined) header = checkedHeader(row.cells, mapping, at)
      else if (row.cells.length !== header.length)
        yield refuse(at, 'row_ragged', { params: { found: String(row.cells.length), expected: String(header.length) } })
      else yield csvRecord(header, row.cells, at)
    }
  }
  for await (const text of utf8Text(chunks, place)) yield* rowsOf(text, false)
  yield* rowsOf('', true)
}

function csvRecord(header: readonly string[], cells: readonly string[], place: Place): RawRecord {
  const notes: JsonNote[] = []
  const value: JsonObject = jsonObject(
    header.map((name, n) => {
      const cell = cells[n]!
      if (cell.includes('\u0000')) notes.push({ code: 'nul_replaced', pointer: name })
      return [name, cell.replaceAll('\u0000', '\ufffd')] as const
    }),
  )
  return { kind: 'record', value, notes, place, flat: true, bytes: () => Buffer.from(JSON.stringify(value)) }
}

/** Every column that the mapping names must be there, once. */
function checkedHeader(cells: readonly string[], mapping: Mapping, place: Place): readonly string[] {
  const header = cells.map((cell) => cell.trim())
  for (const column of columnsOf(mapping)) {
    const first = header.indexOf(column)
    if (first === -1)
      throw new FileRefused(
        refuse(place, 'column_unknown', { pointer: column, params: { column, nearest: nearest(column, header) } }),
      )
    const second = header.indexOf(column, first + 1)
    if (second !== -1)
      throw new FileRefused(
        refuse(place, 'column_duplicate', {
          pointer: column,
          params: { column, first: String(first + 1), second: String(second + 1) },
        }),
      )
  }
  return header
}

function nearest(column: string, header: readonly string[]): string {
  const distance = (a: string, b: string): number => {
    let row = Array.from({ length: b.length + 1 }, (_, n) => n)
    for (const [i, letter] of [...a].entries()) {
      const next = [i + 1]
      for (const [j, other] of [...b].entries())
        next.push(Math.min(next[j]! + 1, row[j + 1]! + 1, row[j]! + (letter === other ? 0 : 1)))
      row = next
    }
    return row[b.length]!
  }
  const short = header.filter((name) => name.length <= 100).slice(0, 200)
  return short.reduce(
    (best, name) =>
      distance(column.toLowerCase(), name.toLowerCase()) < distance(column.toLowerCase(), best.toLowerCase())
        ? name
        : best,
    short[0] ?? '',
  )
}

/** Text of the chunks, cut between characters; the first byte that is not UTF-8 ends the file with its place. */
async function* utf8Text(chunks: AsyncGenerator<Uint8Array>, place: Place): AsyncGenerator<string> {
  let carry: Uint8Array = new Uint8Array()
  let before = 0
  let line = 1
  const decode = (bytes: Uint8Array): string => {
    const decoded = decodeText(bytes, 'utf-8', { keepMark: before > 0 })
    if (!decoded.ok) {
      const lines = Buffer.from(bytes.subarray(0, decoded.byte)).toString('latin1').split('\n').length - 1
      throw new FileRefused(
        refuse(place, 'encoding_not_utf8', {
          line: line + lines,
          byte: before + decoded.byte + 1,
          params: { guess: decoded.guess },
        }),
      )
    }
    before += bytes.length
    line += decoded.text.split('\n').length - 1
    return decoded.text
  }
  for await (const chunk of chunks) {
    const bytes = carry.length === 0 ? chunk : Buffer.concat([carry, chunk])
    const whole = wholeUtf8(bytes)
    carry = bytes.subarray(whole)
    yield decode(bytes.subarray(0, whole))
  }
  if (carry.length > 0) yield decode(carry)
}
