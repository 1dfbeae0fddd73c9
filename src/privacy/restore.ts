/**
 * Gives originals back: in a whole text, and in a stream that is cut anywhere. Both are one engine, so they cannot differ.
 */
import { LinkWatch } from './link-watch.ts'
import type { PseudonymState } from './pseudonyms.ts'
import { type Lane, mayBegin, readToken, tokenName, withoutWayBack } from './token.ts'

export type RestoreOptions = {
  /** `json`: the text is JSON as it is written (arguments of a tool); originals are escaped for it. */
  readonly lane: Lane
  /** Originals also inside web addresses. Only for tools that are named for it. */
  readonly links?: boolean
}

export interface Restorer {
  /** What may go on now. At most 24 code units are held back. */
  push(chunk: string): string
  /** The rest. The restorer begins anew after it. */
  end(): string
}

/** Only tokens in `state` are given back; what else looks like one stays as it is. */
export function restore(text: string, state: PseudonymState, options: RestoreOptions): string {
  const restorer = createRestorer(state, options)
  return restorer.push(text) + restorer.end()
}

/** The same for a text that comes in pieces: any cutting gives the same whole. Linear in its length. */
export function createRestorer(state: PseudonymState, options: RestoreOptions): Restorer {
  return new StreamRestorer(originals(state), options)
}

function originals({ items }: PseudonymState): ReadonlyMap<string, string> {
  const values = new Map<string, string>()
  for (const { token, label, value } of items) {
    const name = tokenName(token)
    if (name !== undefined && !withoutWayBack.has(label)) values.set(name, value)
  }
  return values
}

class StreamRestorer implements Restorer {
  readonly #values: ReadonlyMap<string, string>
  readonly #lane: Lane
  readonly #links: boolean
  #held = ''
  #before: number | undefined
  #watch = new LinkWatch()
  #string = new StringWatch()

  constructor(values: ReadonlyMap<string, string>, { lane, links = false }: RestoreOptions) {
    this.#values = values
    this.#lane = lane
    this.#links = links
  }

  push(chunk: string): string {
    return this.#take(chunk, false)
  }

  end(): string {
    const rest = this.#take('', true)
    this.#held = ''
    this.#before = undefined
    this.#watch = new LinkWatch()
    this.#string = new StringWatch()
    return rest
  }

  #take(chunk: string, last: boolean): string {
    const text = this.#held + chunk
    const pieces: string[] = []
    let at = 0
    let given = 0
    while (at < text.length) {
      const unit = text.charCodeAt(at)
      const token = mayBegin(unit) ? readToken(text, at, { lane: this.#lane, last, before: this.#before }) : undefined
      if (token === 'unfinished') break
      if (token !== undefined) {
        const value = this.#watch.inside && !this.#links ? undefined : this.#values.get(token.name)
        if (value !== undefined) {
          pieces.push(text.slice(given, at), this.#written(value))
          given = token.end
        }
        this.#watch.feedToken(token.bracketed)
        this.#string.feedToken()
        this.#before = text.charCodeAt(token.end - 1)
        at = token.end
        continue
      }
      const length = this.#lane === 'json' && unit === 92 ? escapeLength(text, at) : 1
      // An escape, like a surrogate pair, is not cut: what goes on is readable by itself.
      if (at + length > text.length && !last) break
      if (length === 1 && (unit & 0xfc00) === 0xd800 && at + 1 === text.length && !last) break
      this.#pass(text, at, Math.min(length, text.length - at))
      at += length
    }
    at = Math.min(at, text.length)
    pieces.push(text.slice(given, at))
    this.#held = text.slice(at)
    return pieces.join('')
  }

  #pass(text: string, at: number, length: number): void {
    const unit = text.charCodeAt(at)
    this.#before = unit
    if (this.#lane === 'text') this.#watch.feed(unit)
    else if (length === 1) {
      this.#string.feed(unit)
      this.#watch.feed(unit)
    } else {
      // A word does not go on over an escape of a space or a quote.
      this.#before = escaped(text, at, length)
      this.#string.feedEscaped(this.#before)
      this.#watch.feed(this.#before)
    }
  }

  #written(value: string): string {
    if (this.#lane === 'text') return value
    if (!this.#string.inside) return wholeNumber.test(value) ? value : JSON.stringify(value)
    const inString = JSON.stringify(value).slice(1, -1)
    return this.#string.holdsJson ? JSON.stringify(inString).slice(1, -1) : inString
  }
}

const wholeNumber = /^-?(?:0|[1-9]\d{0,15})$/

/** Where in JSON we are: in a string or not, and whether that string is JSON itself. */
class StringWatch {
  #inside = false
  #head = ''

  get inside(): boolean {
    return this.#inside
  }

  get holdsJson(): boolean {
    return jsonHeads.has(this.#head)
  }

  feed(unit: number): void {
    if (unit === 34) {
      this.#inside = !this.#inside
      this.#head = ''
    } else this.feedEscaped(unit)
  }

  feedEscaped(unit: number): void {
    if (this.#inside && this.#head.length < 2 && unit > 32) this.#head += String.fromCharCode(unit)
  }

  feedToken(): void {
    if (this.#inside && this.#head.length < 2) this.#head = '  '
  }
}

/** How an object or a list with something in it begins; `[P…` is a token at the beginning of a string. */
const jsonHeads: ReadonlySet<string> = new Set(['{"', '["', '[{', '[['])

function escapeLength(text: string, at: number): number {
  return text[at + 1] === 'u' ? 6 : 2
}

const shortEscapes: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, f: 12, b: 8 }

function escaped(text: string, at: number, length: number): number {
  const kind = text[at + 1] ?? '\\'
  if (kind !== 'u') return shortEscapes[kind] ?? kind.charCodeAt(0)
  const unit = Number.parseInt(text.slice(at + 2, at + length), 16)
  return Number.isNaN(unit) ? 0 : unit
}
