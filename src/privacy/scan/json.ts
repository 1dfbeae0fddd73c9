/**
 * Reads JSON by its text, so that every string, number and key keeps its place in it. Iterative: depth costs memory, never
 * the stack. The grammar is RFC 8259, strictly; anything else is "no JSON" and is read as text.
 */
export type JsonFrame = {
  readonly parent: JsonFrame | undefined
  /** The key under which this object or array stands; undefined at the top and in arrays. */
  readonly key: string | undefined
  readonly isArray: boolean
  /** All keys of this object, as written. Complete when the reading has ended. */
  readonly keys: Set<string>
}

export type JsonLeaf = {
  readonly kind: 'string' | 'number' | 'key'
  /** What it says: escapes resolved. */
  readonly text: string
  /** The key of the value; for an item of an array that of the array. Undefined for keys and at the top. */
  readonly key: string | undefined
  readonly frame: JsonFrame | undefined
  /** Offset in the JSON text where each code unit of `text` begins, and one more for the end; undefined: `start` on. */
  readonly offsets: Int32Array | undefined
  /** Where the text begins in the JSON text (inside the quotes). */
  readonly start: number
  readonly end: number
}

/** All leaves in order, or undefined when the text is no JSON object or array. */
export function readJson(text: string): JsonLeaf[] | undefined {
  return looksLikeJson(text) ? new Reader(text).read() : undefined
}

/** Begins and ends like an object or array. */
export function looksLikeJson(text: string): boolean {
  let start = 0
  let end = text.length - 1
  while (start < end && isSpace(text.charCodeAt(start))) start++
  while (end > start && isSpace(text.charCodeAt(end))) end--
  if (end <= start) return false
  const first = text.charCodeAt(start)
  return (first === 0x7b || first === 0x5b) && text.charCodeAt(end) === first + 2
}

const isSpace = (unit: number): boolean => unit === 32 || unit === 10 || unit === 13 || unit === 9

class Reader {
  readonly #text: string
  readonly #leaves: JsonLeaf[] = []
  #at = 0
  #frame: JsonFrame | undefined
  #key: string | undefined

  constructor(text: string) {
    this.#text = text
  }

  read(): JsonLeaf[] | undefined {
    let wanted: 'value' | 'value-or-end' | 'key' | 'key-or-end' | 'separator' = 'value'
    for (;;) {
      this.#skipSpace()
      if (this.#at >= this.#text.length)
        return wanted === 'separator' && this.#frame === undefined ? this.#leaves : undefined
      const character = this.#text[this.#at]!
      if (wanted === 'separator') {
        if (this.#frame === undefined) return undefined
        if (character === ',') {
          this.#at++
          wanted = this.#frame.isArray ? 'value' : 'key'
        } else if (character === (this.#frame.isArray ? ']' : '}')) this.#close()
        else return undefined
      } else if (wanted === 'key' || wanted === 'key-or-end') {
        if (character === '}' && wanted === 'key-or-end') {
          this.#close()
          wanted = 'separator'
        } else if (character !== '"' || !this.#readKey()) return undefined
        else wanted = 'value'
      } else if (character === ']' && wanted === 'value-or-end') {
        this.#close()
        wanted = 'separator'
      } else if (character === '{' || character === '[') {
        this.#open(character === '[')
        wanted = character === '[' ? 'value-or-end' : 'key-or-end'
      } else if (!this.#readScalar(character)) return undefined
      else wanted = 'separator'
    }
  }

  #skipSpace(): void {
    while (this.#at < this.#text.length && isSpace(this.#text.charCodeAt(this.#at))) this.#at++
  }

  #open(isArray: boolean): void {
    this.#frame = { parent: this.#frame, key: this.#valueKey(), isArray, keys: new Set() }
    this.#key = undefined
    this.#at++
  }

  #close(): void {
    this.#frame = this.#frame!.parent
    this.#key = undefined
    this.#at++
  }

  /** Items of an array go by the key of the array. */
  #valueKey(): string | undefined {
    return this.#frame?.isArray ? this.#frame.key : this.#key
  }

  #readKey(): boolean {
    const leaf = this.#readString('key')
    if (leaf === undefined) return false
    this.#leaves.push(leaf)
    this.#frame!.keys.add(leaf.text)
    this.#key = leaf.text
    this.#skipSpace()
    if (this.#text[this.#at] !== ':') return false
    this.#at++
    return true
  }

  #readScalar(character: string): boolean {
    if (character === '"') {
      const leaf = this.#readString('string')
      if (leaf !== undefined) this.#leaves.push(leaf)
      return leaf !== undefined
    }
    for (const word of ['true', 'false', 'null']) {
      if (this.#text.startsWith(word, this.#at)) {
        this.#at += word.length
        return true
      }
    }
    number.lastIndex = this.#at
    const match = number.exec(this.#text)
    if (match === null) return false
    const start = this.#at
    this.#at += match[0].length
    this.#leaves.push({
      kind: 'number',
      text: match[0],
      key: this.#valueKey(),
      frame: this.#frame,
      offsets: undefined,
      start,
      end: this.#at,
    })
    return true
  }

  #readString(kind: 'string' | 'key'): JsonLeaf | undefined {
    const start = this.#at + 1
    const end = closingQuote(this.#text, start)
    if (end < 0) return undefined
    this.#at = end + 1
    const raw = this.#text.slice(start, end)
    const key = kind === 'key' ? undefined : this.#valueKey()
    const frame = this.#frame
    if (!raw.includes('\\')) return { kind, text: raw, key, frame, offsets: undefined, start, end }
    const resolved = resolve(raw, start)
    return resolved === undefined ? undefined : { kind, ...resolved, key, frame, start, end }
  }
}

const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y

/** The quote that ends a string, or −1; control characters do not belong in one. */
function closingQuote(text: string, start: number): number {
  for (let i = start; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit === 34) return i
    if (unit === 92) i++
    else if (unit < 32) return -1
  }
  return -1
}

const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
}

function resolve(raw: string, start: number): { text: string; offsets: Int32Array } | undefined {
  const units: string[] = []
  const offsets: number[] = []
  for (let i = 0; i < raw.length; i++) {
    offsets.push(start + i)
    if (raw[i] !== '\\') {
      units.push(raw[i]!)
      continue
    }
    const code = raw[++i]!
    if (code === 'u') {
      const hex = raw.slice(i + 1, i + 5)
      if (!/^[0-9a-fA-F]{4}$/.test(hex)) return undefined
      units.push(String.fromCharCode(Number.parseInt(hex, 16)))
      i += 4
    } else {
      const meant = escapes[code]
      if (meant === undefined) return undefined
      units.push(meant)
    }
  }
  offsets.push(start + raw.length)
  return { text: units.join(''), offsets: Int32Array.from(offsets) }
}
