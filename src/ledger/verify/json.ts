/**
 * JSON as data: a strict reader (RFC 8259 within I-JSON, RFC 7493) and the canonical form of RFC 8785 (JCS). What two
 * readers could understand differently is refused: a key twice, half a surrogate pair, a number outside a double.
 */
import { utf8 } from './bytes.ts'
import { VerifyError } from './errors.ts'

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

export const MAX_DEPTH = 500

/** Reads one JSON text. Throws `json_…` with the place as an offset in characters. */
export function parseJson(text: string): Json {
  const reader = new Reader(text)
  const value = reader.value(0)
  reader.end()
  return value
}

const number = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y
const space = /[ \t\n\r]*/y
const plain = /[^"\\\u0000-\u001f]*/y
const escapes: Record<string, string> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }

class Reader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  value(depth: number): Json {
    if (depth > MAX_DEPTH) throw new VerifyError('json_too_deep', `offset ${this.#at}`)
    this.#match(space)
    const next = this.#text[this.#at]
    if (next === '{') return this.#object(depth)
    if (next === '[') return this.#array(depth)
    if (next === '"') return this.#string()
    for (const [word, value] of [
      ['true', true],
      ['false', false],
      ['null', null],
    ] as const) {
      if (!this.#text.startsWith(word, this.#at)) continue
      this.#at += word.length
      return value
    }
    return this.#number()
  }

  end(): void {
    this.#match(space)
    if (this.#at < this.#text.length) this.#fail()
  }

  #object(depth: number): Json {
    // Without a prototype, so that a key `__proto__` is a key like any other.
    const object: Record<string, Json> = Object.create(null)
    this.#at++
    this.#match(space)
    if (this.#take('}')) return object
    do {
      this.#match(space)
      const start = this.#at
      if (this.#text[start] !== '"') this.#fail()
      const key = this.#string()
      if (key in object) throw new VerifyError('json_duplicate_key', `offset ${start}`)
      this.#match(space)
      if (!this.#take(':')) this.#fail()
      object[key] = this.value(depth + 1)
      this.#match(space)
    } while (this.#take(','))
    if (!this.#take('}')) this.#fail()
    return object
  }

  #array(depth: number): Json {
    const array: Json[] = []
    this.#at++
    this.#match(space)
    if (this.#take(']')) return array
    do {
      array.push(this.value(depth + 1))
      this.#match(space)
    } while (this.#take(','))
    if (!this.#take(']')) this.#fail()
    return array
  }

  #string(): string {
    const start = this.#at++
    let text = this.#match(plain)
    while (this.#take('\\')) {
      text += this.#escape()
      text += this.#match(plain)
    }
    if (!this.#take('"')) this.#fail()
    if (!text.isWellFormed()) throw new VerifyError('json_surrogate', `offset ${start}`)
    return text
  }

  #escape(): string {
    const letter = this.#text[this.#at++] ?? ''
    if (letter !== 'u') return escapes[letter] ?? this.#fail()
    const digits = this.#text.slice(this.#at, this.#at + 4)
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) this.#fail()
    this.#at += 4
    return String.fromCharCode(Number.parseInt(digits, 16))
  }

  #number(): number {
    const start = this.#at
    const digits = this.#match(number)
    if (digits === '') this.#fail()
    const value = Number(digits)
    if (!Number.isFinite(value)) throw new VerifyError('json_number_range', `offset ${start}`)
    return value
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0] ?? ''
    this.#at += found.length
    return found
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false
    this.#at++
    return true
  }

  #fail(): never {
    throw new VerifyError('json_malformed', `offset ${this.#at}`)
  }
}

/**
 * The canonical text of a value (RFC 8785): no white space, keys in UTF-16 order, numbers as ECMAScript writes them.
 * Only data: `undefined`, functions, class instances, non-finite numbers and halves of surrogate pairs throw, with the
 * path of the value.
 */
export function canonicalize(value: unknown): string {
  try {
    return write(value, 0)
  } catch (error) {
    // The path is looked up only now: building it along the way would cost more than the writing.
    if (error instanceof VerifyError) throw new VerifyError(error.code, wrongPlace(value, '', 0))
    throw error
  }
}

export const canonicalBytes = (value: unknown): Uint8Array<ArrayBuffer> => utf8(canonicalize(value))

function write(value: unknown, depth: number): string {
  switch (typeof value) {
    case 'string':
      return writeString(value)
    case 'number':
      if (!Number.isFinite(value)) throw new VerifyError('json_number_range')
      return JSON.stringify(value)
    case 'boolean':
      return value ? 'true' : 'false'
    case 'object':
      if (value === null) return 'null'
      if (depth >= MAX_DEPTH) throw new VerifyError('json_too_deep')
      return Array.isArray(value) ? writeArray(value, depth) : writeObject(value, depth)
    default:
      throw new VerifyError('json_not_data')
  }
}

function writeArray(array: readonly unknown[], depth: number): string {
  let text = ''
  for (let i = 0; i < array.length; i++) text += `${i === 0 ? '' : ','}${write(array[i], depth + 1)}`
  return `[${text}]`
}

function writeObject(value: object, depth: number): string {
  const prototype = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) throw new VerifyError('json_not_data')
  const object = value as Record<string, unknown>
  let text = ''
  // Without a function, ECMAScript sorts strings by UTF-16 code units: the order of RFC 8785, 3.2.3.
  for (const key of Object.keys(object).sort())
    text += `${text === '' ? '' : ','}${writeString(key)}:${write(object[key], depth + 1)}`
  return `{${text}}`
}

function writeString(text: string): string {
  if (!text.isWellFormed()) throw new VerifyError('json_surrogate')
  // For well-formed text ECMAScript's own quoting is the one of RFC 8785, 3.2.2.2.
  return JSON.stringify(text)
}

/** Path of the first value that cannot be written. */
function wrongPlace(value: unknown, path: string, depth: number): string {
  if (typeof value !== 'object' || value === null || depth >= MAX_DEPTH) return path
  const items = Array.isArray(value)
    ? Array.from(value, (item, i) => [`${path}[${i}]`, item] as const)
    : Object.entries(value).map(([key, item]) => [path === '' ? key : `${path}.${key}`, item] as const)
  for (const [place, item] of items) {
    try {
      write(item, depth + 1)
    } catch {
      return wrongPlace(item, place, depth + 1)
    }
  }
  return path
}

/**
 * The value of a text that is already canonical, or undefined when it is anything else. Several times faster than the
 * strict reader for text without escapes; the rest goes through that reader and the writer.
 */
export function parseCanonical(text: string): Json | undefined {
  try {
    if (!text.includes('\\') && text.isWellFormed()) {
      const value = JSON.parse(text) as Json
      // With this many keys in the text and in the value, none stood there twice; in order and without space, the text
      // is what the writer would write.
      if (keysOfPlain(text) === keysInOrder(value)) return value
    }
    // Not the built-in reader here: V8 13.6 takes an escaped key for another one that has a backslash in that place.
    const strict = parseJson(text)
    return canonicalize(strict) === text ? strict : undefined
  } catch {
    return undefined
  }
}

const QUOTE = 0x22

/** Keys in a JSON text without escapes; -1 when it has white space or a number that is not written canonically. */
function keysOfPlain(text: string): number {
  let keys = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) at = text.indexOf('"', at + 1)
    else if (code === 0x3a) keys++
    else if (code <= 0x20) return -1
    else if (code === 0x2d || (code >= 0x30 && code <= 0x39)) {
      const start = at
      while (isOfNumber(text.charCodeAt(at + 1))) at++
      const digits = text.slice(start, at + 1)
      if (String(Number(digits)) !== digits) return -1
    }
  }
  return keys
}

/** Digits, sign, point and exponent; NaN after the end. */
const isOfNumber = (code: number): boolean =>
  (code >= 0x30 && code <= 0x39) || code === 0x2e || code === 0x65 || code === 0x45 || code === 0x2b || code === 0x2d

/** Keys in a value; -2 when those of an object are not in canonical order (the built-in reader keeps the text's order). */
function keysInOrder(value: Json): number {
  if (typeof value !== 'object' || value === null) return 0
  let keys = 0
  if (Array.isArray(value)) {
    for (const item of value) {
      const inner = keysInOrder(item)
      if (inner < 0) return -2
      keys += inner
    }
    return keys
  }
  let last: string | undefined
  for (const key in value) {
    // Except for keys that look like an index of an array: those come first, wherever they stood. The slow way decides.
    if (startsWithDigit(key) || (last !== undefined && last >= key)) return -2
    last = key
    const inner = keysInOrder((value as { readonly [key: string]: Json })[key]!)
    if (inner < 0) return -2
    keys += inner + 1
  }
  return keys
}

const startsWithDigit = (key: string): boolean => key.charCodeAt(0) >= 0x30 && key.charCodeAt(0) <= 0x39
