/**
 * Delimited text (CSV) in bytes to a sink, piece by piece: only what the plan needs is looked at, each different text becomes a
 * string once, and memory does not grow with the file. RFC 4180 with what Dutch Excel makes of it: `;`, BOM, `sep=;`, decimal comma.
 */
import { isUtf8 } from 'node:buffer'
import { createByteDictionary } from './byte-dictionary.ts'
import { parseNumber, type Sink, StopReading } from './columns.ts'
import { type FileForm, limits } from './contract.ts'
import { nearest } from './problems.ts'

export type DelimitedReader = {
  /** The next piece of the file; it may be overwritten once this has returned. */
  push(piece: Buffer): void
  end(): void
  /** Rows that reached the sink. */
  readonly rows: number
}

/** Bytes of one row; beyond it a quote was never closed, or it is no table. */
const MOST_ROW = 2 * 2 ** 20
const QUOTE = 34
const LF = 10
const CR = 13
const separators = [',', ';', '\t'] as const
/** The row goes on in the next piece; its quote is still open at the end of the file. */
const INCOMPLETE = -1
const UNCLOSED = -2
const empty = Buffer.alloc(0)

export function createDelimitedReader(sink: Sink, form: FileForm): DelimitedReader {
  const { problems } = sink
  const encoding = form.encoding ?? 'utf-8'
  const decimal = form.decimal ?? '.'
  const decimalByte = decimal.charCodeAt(0)
  const dictionaries = sink.needs.map(() => createByteDictionary())
  /** Which fields of a row are kept, by place in the file: −1 or the place in the lists below. */
  let roles = Int32Array.from({ length: limits.columns }, (_, i) => i)
  const starts = new Int32Array(limits.columns)
  const ends = new Int32Array(limits.columns)
  /** 0 plain, 1 quoted, 2 quoted with doubled quotes in it. */
  const forms = new Uint8Array(limits.columns)
  const stops = new Uint8Array(256)
  let decode = (bytes: Buffer, start: number, end: number) => bytes.toString('utf8', start, end)
  let separator = 0
  let width = 0
  /** What is not yet read, at the start of a buffer that is used again and again. */
  let work: Buffer = empty
  let kept = 0
  let line = 1
  let rows = 0
  let read = 0
  /** Whether the mark at the start was looked at, the separator chosen, the header read, and every column found. */
  let begun = false
  let chosen = false
  let started = false
  let complete = false
  let places = new Int32Array(0)
  let checkUtf8 = encoding === 'utf-8'
  let unchecked: Buffer = empty
  // Of the row that was scanned last.
  let fields = 0
  let newlines = 0
  let garbage = false
  let openedAt = 0

  function setSeparator(byte: number): void {
    separator = byte
    stops.fill(0)
    stops[byte] = 1
    stops[LF] = 1
    stops[CR] = 1
  }

  /** Finds the fields of the row at `from`. Gives where the next row starts, or −1 when this one is not complete yet. */
  function scan(bytes: Buffer, from: number, end: number, final: boolean): number {
    let p = from
    fields = 0
    newlines = 0
    garbage = false
    for (;;) {
      const role = fields < roles.length ? roles[fields]! : -1
      let start = p
      let stop: number
      let kind = 0
      if (p < end && bytes[p] === QUOTE) {
        openedAt = line + newlines
        start = p + 1
        kind = 1
        p = start
        for (;;) {
          while (p < end && bytes[p] !== QUOTE) {
            if (bytes[p] === LF) newlines++
            p++
          }
          if (p + 1 >= end && !final) return INCOMPLETE
          if (p >= end) return UNCLOSED
          if (p + 1 < end && bytes[p + 1] === QUOTE) {
            kind = 2
            p += 2
          } else break
        }
        stop = p
        p++
        if (p < end && stops[bytes[p]!] === 0) {
          garbage = true
          while (p < end && bytes[p] !== LF) p++
        }
      } else {
        while (p < end && stops[bytes[p]!] === 0) p++
        stop = p
      }
      if (role >= 0) {
        starts[role] = start
        ends[role] = stop
        forms[role] = kind
      }
      fields++
      if (p >= end) return final ? p : INCOMPLETE
      const byte = bytes[p]!
      if (byte === separator && !garbage) {
        p++
        continue
      }
      if (byte === CR) {
        if (p + 1 >= end) return final ? p + 1 : INCOMPLETE
        return bytes[p + 1] === LF ? p + 2 : p + 1
      }
      return p + 1
    }
  }

  function number(bytes: Buffer, start: number, end: number): number {
    let p = start
    let negative = false
    if (bytes[p] === 45) {
      negative = true
      p++
    }
    let whole = 0
    let digits = 0
    let scale = -1
    for (; p < end; p++) {
      const digit = bytes[p]! - 48
      if (digit >= 0 && digit <= 9) {
        whole = whole * 10 + digit
        digits++
        if (scale >= 0) scale++
      } else if (bytes[p] === decimalByte && scale < 0) scale = 0
      else return Number.NaN
    }
    // Up to fifteen digits the division of two exact numbers gives the nearest one.
    if (digits === 0 || digits > 15) return Number.NaN
    const value = scale > 0 ? whole / powersOfTen[scale]! : whole
    return negative ? -value : value
  }

  function unescaped(bytes: Buffer, start: number, end: number): Buffer {
    const out = Buffer.alloc(end - start)
    let to = 0
    for (let p = start; p < end; p++) {
      out[to++] = bytes[p]!
      if (bytes[p] === QUOTE) p++
    }
    return out.subarray(0, to)
  }

  /** Brings one field to the sink. False when the row cannot count. */
  function take(given: Buffer, need: number): boolean {
    let bytes = given
    let start = starts[need]!
    let end = ends[need]!
    const { name, text, number: asNumber } = sink.needs[need]!
    if (end - start > limits.valueBytes) {
      problems.add({ code: 'value_too_long', column: name, line, expected: String(limits.valueBytes) })
      return false
    }
    if (forms[need] === 2) {
      bytes = unescaped(bytes, start, end)
      start = 0
      end = bytes.length
    }
    if (text) {
      if (start === end && forms[need] === 0) sink.codes[need] = 0
      else {
        const dictionary = dictionaries[need]!
        let code = dictionary.find(bytes, start, end)
        if (code < 0) {
          code = sink.code(need, decode(bytes, start, end), line)
          dictionary.add(code)
        }
        sink.codes[need] = code
      }
    }
    if (asNumber) {
      if (start === end) sink.numbers[need] = Number.NaN
      else {
        let value = number(bytes, start, end)
        if (Number.isNaN(value)) value = slowNumber(decode(bytes, start, end), need)
        sink.numbers[need] = value
      }
    }
    return true
  }

  function slowNumber(text: string, need: number): number {
    if (sink.missing.has(text)) return Number.NaN
    const value = parseNumber(text.trim(), decimal)
    if (value === undefined) sink.notNumber(need, text, line)
    return value ?? Number.NaN
  }

  function takeRow(bytes: Buffer): void {
    if (garbage) {
      problems.add({ code: 'quote_unclosed', line: openedAt })
      return
    }
    if (fields !== width) {
      problems.add({ code: 'row_ragged', line, value: String(fields), expected: String(width) })
      return
    }
    for (let need = 0; need < places.length; need++) if (places[need]! >= 0 && !take(bytes, need)) return
    if (!complete) return
    sink.row(line, 1)
    rows++
  }

  function header(bytes: Buffer, from: number, final: boolean): number {
    const told = excelLine(bytes, from, final)
    if (told !== 0) return told
    const found = chooseSeparator(bytes, from, final)
    if (found < 0) return found
    const next = scan(bytes, from, bytes.length, final)
    if (next < 0) return next
    const names = Array.from({ length: Math.min(fields, limits.columns) }, (_, i) => nameAt(bytes, i))
    if (names.length > 1 || names[0] !== '') settle(names)
    line += 1 + newlines
    return next
  }

  /** A first line `sep=;` names the separator. Gives where the next line starts; 0 when there is no such line. */
  function excelLine(bytes: Buffer, from: number, final: boolean): number {
    if (line > 1 || form.separator !== undefined) return 0
    if (bytes.length - from < 8 && !final) return INCOMPLETE
    const match = /^"?sep=([^"\r\n])"?(\r\n|\n|\r)/.exec(bytes.toString('latin1', from, from + 9))
    if (match === null) return 0
    setSeparator(match[1]!.charCodeAt(0))
    chosen = true
    line++
    return from + match[0].length
  }

  function nameAt(bytes: Buffer, i: number): string {
    const plain = forms[i] === 2 ? unescaped(bytes, starts[i]!, ends[i]!) : bytes.subarray(starts[i]!, ends[i]!)
    return decode(plain, 0, plain.length)
  }

  /** From the names of the columns to the fields that are kept. */
  function settle(names: readonly string[]): void {
    width = names.length
    started = true
    const seen = new Map<string, number>()
    for (const [i, name] of names.entries()) {
      if (!seen.has(name)) seen.set(name, i)
      else if (name !== '') problems.add({ code: 'column_duplicate', column: name, line })
    }
    places = Int32Array.from(sink.needs, ({ name }) => {
      const at = seen.get(name)
      if (at !== undefined) return at
      const near = nearest(name, names)
      problems.add({ code: 'column_unknown', column: name, ...(near === undefined ? {} : { nearest: near }) })
      return -1
    })
    complete = problems.total === 0
    roles = new Int32Array(width).fill(-1)
    for (const [need, at] of places.entries()) if (at >= 0) roles[at] = need
  }

  /** The separator with which most of the needed names are found, else the one that makes most columns. */
  function chooseSeparator(bytes: Buffer, from: number, final: boolean): number {
    if (chosen) return 0
    if (form.separator !== undefined) {
      setSeparator(form.separator.charCodeAt(0))
      chosen = true
      return 0
    }
    let best = { byte: separators[0].charCodeAt(0), known: -1, width: 0 }
    for (const one of separators) {
      setSeparator(one.charCodeAt(0))
      const next = scan(bytes, from, bytes.length, final)
      if (next < 0) return next
      const names = new Set(Array.from({ length: Math.min(fields, limits.columns) }, (_, i) => nameAt(bytes, i)))
      const known = sink.needs.filter(({ name }) => names.has(name)).length
      if (known > best.known || (known === best.known && fields > best.width))
        best = { byte: one.charCodeAt(0), known, width: fields }
    }
    setSeparator(best.byte)
    return 0
  }

  function check(piece: Buffer): void {
    const bytes = unchecked.length > 0 ? Buffer.concat([unchecked, piece]) : piece
    const offset = read - unchecked.length
    // A character may be cut at the end: up to three bytes wait.
    let whole = bytes.length
    for (let back = 1; back <= Math.min(3, bytes.length); back++) {
      const byte = bytes[bytes.length - back]!
      if (byte < 0x80) break
      if (byte >= 0xc0) {
        if ((byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) > back) whole = bytes.length - back
        break
      }
    }
    report(bytes.subarray(0, whole), offset)
    unchecked = Buffer.from(bytes.subarray(whole))
  }

  function report(bytes: Buffer, offset: number): void {
    if (!checkUtf8 || isUtf8(bytes)) return
    checkUtf8 = false
    problems.add({ code: 'encoding_not_utf8', offset: offset + validPrefix(bytes), expected: 'windows-1252' })
  }

  function begin(bytes: Buffer): number {
    if (bytes.length >= 2 && ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff))) {
      if (problems.total === 0) problems.add({ code: 'encoding_not_utf8', offset: 0, expected: 'utf-8' })
      throw new StopReading()
    }
    const marked = bytes.length >= 3 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
    if (marked || encoding === 'utf-8') return marked ? 3 : 0
    if (encoding === 'iso-8859-1') decode = (all, start, end) => all.toString('latin1', start, end)
    else {
      const decoder = new TextDecoder('windows-1252')
      decode = (all, start, end) => decoder.decode(all.subarray(start, end))
    }
    return 0
  }

  /** Reads all rows that are complete. Gives where the first one begins that is not. */
  function advance(bytes: Buffer, final: boolean): number {
    let from = 0
    if (!begun) {
      if (bytes.length < 4 && !final) return 0
      begun = true
      from = begin(bytes)
    }
    while (from < bytes.length) {
      const next = started ? nextRow(bytes, from, final) : header(bytes, from, final)
      if (next === UNCLOSED) {
        problems.add({ code: 'quote_unclosed', line: openedAt })
        throw new StopReading()
      }
      if (next === INCOMPLETE) break
      from = next
    }
    if (final || bytes.length - from <= MOST_ROW) return from
    const open = scan(bytes, from, bytes.length, true) === UNCLOSED
    problems.add(
      open ? { code: 'quote_unclosed', line: openedAt } : { code: 'value_too_long', line, expected: String(MOST_ROW) },
    )
    throw new StopReading()
  }

  function nextRow(bytes: Buffer, from: number, final: boolean): number {
    const next = scan(bytes, from, bytes.length, final)
    if (next < 0) return next
    const blank = bytes[from] === LF || bytes[from] === CR
    if (!blank || width === 1) takeRow(bytes)
    line += 1 + newlines
    return next
  }

  return {
    push(piece) {
      if (checkUtf8) check(piece)
      read += piece.length
      const length = kept + piece.length
      if (work.length < length) {
        const wider = Buffer.allocUnsafeSlow(Math.max(length, work.length * 2))
        work.copy(wider, 0, 0, kept)
        work = wider
      }
      piece.copy(work, kept)
      const from = advance(work.subarray(0, length), false)
      work.copyWithin(0, from, length)
      kept = length - from
    },
    end() {
      if (checkUtf8 && unchecked.length > 0) report(unchecked, read - unchecked.length)
      advance(work.subarray(0, kept), true)
      if (!started) problems.add({ code: 'empty_table' })
    },
    get rows() {
      return rows
    },
  }
}

const powersOfTen = Array.from({ length: 16 }, (_, i) => 10 ** i)

/** How many bytes from the start are valid UTF-8: the rest begins with what is not. */
function validPrefix(bytes: Buffer): number {
  let low = 0
  let high = bytes.length
  // A prefix that is valid but for a cut character at its end counts as valid.
  const valid = (length: number) => {
    for (let cut = 0; cut <= Math.min(3, length); cut++) if (isUtf8(bytes.subarray(0, length - cut))) return cut
    return -1
  }
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (valid(middle) >= 0) low = middle
    else high = middle
  }
  return low - Math.max(0, valid(low))
}
