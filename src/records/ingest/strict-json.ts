/**
 * Reads JSON (RFC 8259) so that nothing is lost or smuggled in silence: repeated keys, numbers that do not fit a
 * double, U+0000 and lone surrogates are noted with their place, objects have no prototype, nesting is bounded.
 */

export type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject
/** Without prototype: `__proto__` and `constructor` are keys like any other. */
export type JsonObject = { [key: string]: JsonValue | undefined }

export type JsonNoteCode = 'duplicate_key' | 'big_number_kept_as_text' | 'nul_replaced' | 'lone_surrogate_replaced'
export type JsonNote = { readonly code: JsonNoteCode; readonly pointer: string }

export type JsonFailure = {
  readonly code: 'json_syntax' | 'json_truncated' | 'json_too_deep'
  /** UTF-16 offset from 0 and, counted from 1, line and column of the place that could not be read. */
  readonly offset: number
  readonly line: number
  readonly column: number
  /** JSON pointer of the value that was being read. */
  readonly pointer: string
}

export type JsonResult =
  | { readonly ok: true; readonly value: JsonValue; readonly notes: readonly JsonNote[] }
  | { readonly ok: false; readonly failure: JsonFailure }

const maxNotes = 100

/** Parses one JSON text. Never throws; blanks around the value are allowed, anything else after it is an error. */
export function parseJson(text: string, options: { readonly depth?: number } = {}): JsonResult {
  const reader = new Reader(text, options.depth ?? 64)
  try {
    return { ok: true, value: reader.document(), notes: reader.notes }
  } catch (error) {
    if (!(error instanceof Stop)) throw error
    return {
      ok: false,
      failure: {
        code: error.code,
        offset: error.offset,
        pointer: reader.pointer(),
        ...lineAndColumn(text, error.offset),
      },
    }
  }
}

/** An object without prototype from entries, for records that are made and not read. */
export function jsonObject(entries: Iterable<readonly [string, JsonValue | undefined]>): JsonObject {
  const object: JsonObject = Object.create(null)
  for (const [key, value] of entries) if (value !== undefined) object[key] = value
  return object
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** One reference token of a JSON pointer (RFC 6901, 3). */
export function pointerToken(key: string | number): string {
  return typeof key === 'number' ? String(key) : key.replaceAll('~', '~0').replaceAll('/', '~1')
}

/**
 * Canonical text (RFC 8785) of values that came out of `parseJson`: keys by UTF-16 code units, no blanks. Numbers that
 * were too big stand as strings, so two texts that differ only there still differ.
 */
export function canonicalJson(value: JsonValue | readonly JsonValue[] | undefined): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item)).join(',')}]`
  return canonicalMember(value as Exclude<JsonValue, JsonValue[]> | undefined)
}

function canonicalMember(value: Exclude<JsonValue, JsonValue[]> | undefined): string {
  if (!isObject(value)) return JSON.stringify(value ?? null)
  const members: string[] = []
  for (const key of Object.keys(value).sort())
    if (value[key] !== undefined) members.push(`${JSON.stringify(key)}:${canonicalJson(value[key])}`)
  return `{${members.join(',')}}`
}

function lineAndColumn(text: string, offset: number): { line: number; column: number } {
  let line = 1
  let start = 0
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) {
    line++
    start = at + 1
  }
  return { line, column: offset - start + 1 }
}

class Stop extends Error {
  readonly code: JsonFailure['code']
  readonly offset: number
  constructor(code: JsonFailure['code'], offset: number) {
    super(code)
    this.code = code
    this.offset = offset
  }
}

const quote = 0x22
const backslash = 0x5c
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const escapes: Record<string, string> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }

class Reader {
  readonly notes: JsonNote[] = []
  private readonly text: string
  private readonly depth: number
  private readonly path: (string | number)[] = []
  private at = 0

  constructor(text: string, depth: number) {
    this.text = text
    this.depth = depth
  }

  document(): JsonValue {
    this.blanks()
    const value = this.value()
    this.blanks()
    if (this.at < this.text.length) this.fail()
    return value
  }

  pointer(): string {
    return this.path.map((key) => `/${pointerToken(key)}`).join('')
  }

  private fail(at = this.at): never {
    throw new Stop(at >= this.text.length ? 'json_truncated' : 'json_syntax', Math.min(at, this.text.length))
  }

  private note(code: JsonNoteCode): void {
    if (this.notes.length < maxNotes) this.notes.push({ code, pointer: this.pointer() })
  }

  private blanks(): void {
    for (;;) {
      const code = this.text.charCodeAt(this.at)
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return
      this.at++
    }
  }

  private value(): JsonValue {
    switch (this.text.charCodeAt(this.at)) {
      case 0x7b:
        return this.object()
      case 0x5b:
        return this.array()
      case 0x22:
        return this.string()
      case 0x74:
        return this.word('true', true)
      case 0x66:
        return this.word('false', false)
      case 0x6e:
        return this.word('null', null)
      default:
        return this.number()
    }
  }

  private word<T extends JsonValue>(word: string, value: T): T {
    for (let i = 0; i < word.length; i++) if (this.text[this.at + i] !== word[i]) this.fail(this.at + i)
    this.at += word.length
    return value
  }

  private enter(): void {
    if (this.path.length >= this.depth) throw new Stop('json_too_deep', this.at)
    this.at++
    this.blanks()
  }

  private object(): JsonObject {
    this.enter()
    const object: JsonObject = Object.create(null)
    if (this.text[this.at] === '}') {
      this.at++
      return object
    }
    for (;;) {
      if (this.text[this.at] !== '"') this.fail()
      const key = this.string()
      this.path.push(key)
      this.blanks()
      if (this.text[this.at] !== ':') this.fail()
      this.at++
      this.blanks()
      if (object[key] !== undefined) this.note('duplicate_key')
      object[key] = this.value()
      this.blanks()
      const next = this.text[this.at]
      if (next !== ',' && next !== '}') this.fail()
      this.path.pop()
      this.at++
      if (next === '}') return object
      this.blanks()
    }
  }

  private array(): JsonValue[] {
    this.enter()
    const array: JsonValue[] = []
    if (this.text[this.at] === ']') {
      this.at++
      return array
    }
    for (;;) {
      this.path.push(array.length)
      array.push(this.value())
      this.blanks()
      const next = this.text[this.at]
      if (next !== ',' && next !== ']') this.fail()
      this.path.pop()
      this.at++
      if (next === ']') return array
      this.blanks()
    }
  }

  private string(): string {
    let start = ++this.at
    let value = ''
    for (;;) {
      let code = this.text.charCodeAt(this.at)
      while (code !== quote && code !== backslash && code >= 0x20) code = this.text.charCodeAt(++this.at)
      // the end of the text reads as NaN, a bare control character is not allowed (RFC 8259, 7)
      if (code !== quote && code !== backslash) this.fail()
      value += this.text.slice(start, this.at)
      if (code === quote) break
      value += this.escape()
      start = this.at
    }
    this.at++
    return value.includes('\u0000') || !value.isWellFormed() ? this.repaired(value) : value
  }

  private escape(): string {
    const letter = this.text[this.at + 1]
    if (letter === 'u') {
      const digits = this.text.slice(this.at + 2, this.at + 6)
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) {
        const bad = digits.search(/[^0-9a-fA-F]/)
        this.fail(this.at + 2 + (bad === -1 ? digits.length : bad))
      }
      this.at += 6
      return String.fromCharCode(Number.parseInt(digits, 16))
    }
    const plain = letter === undefined ? undefined : escapes[letter]
    if (plain === undefined) this.fail(this.at + 1)
    this.at += 2
    return plain
  }

  /** What no UTF-8 store can hold becomes U+FFFD, and the change is on record. */
  private repaired(value: string): string {
    if (value.includes('\u0000')) this.note('nul_replaced')
    if (!value.isWellFormed()) this.note('lone_surrogate_replaced')
    return value.replaceAll('\u0000', '\ufffd').toWellFormed()
  }

  private number(): number | string {
    number.lastIndex = this.at
    const found = number.exec(this.text)
    if (found === null) this.fail(this.text[this.at] === '-' ? this.at + 1 : this.at)
    const digits = found[0]
    const after = this.text.charCodeAt(this.at + digits.length)
    // `01`, `1.`, `1e`: the number ends where a digit, a point or an exponent still stands
    if ((after >= 0x30 && after <= 0x39) || after === 0x2e || after === 0x65 || after === 0x45)
      this.fail(this.at + digits.length + (after === 0x2e || after === 0x65 || after === 0x45 ? 1 : 0))
    this.at += digits.length
    const value = Number(digits)
    if (Number.isFinite(value) && (Number.isSafeInteger(value) || !/^-?\d+$/.test(digits))) return value
    this.note('big_number_kept_as_text')
    return digits
  }
}
