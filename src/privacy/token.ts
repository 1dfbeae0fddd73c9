/**
 * The form of a pseudonym: `[PERSON_1]`, upper case, its number unique in the conversation. A language model copies it
 * almost right most of the time, so reading is tolerant: other case, spaces inside, a backslash of Markdown, brackets
 * lost. `readToken` is the one reader, for giving originals back and for making planted tokens harmless: what it would
 * read as a token in a reply may not stand in a prompt unless we put it there.
 */
import { type Label, labels } from './personal-data.ts'

/** Gone for good: what they stand for is kept nowhere, so nobody gets it back. */
export const withoutWayBack: ReadonlySet<string> = new Set<Label>(['SECRET', 'CVC'])

/** No written form of a token is longer, in UTF-16 code units. */
export const MAX_TOKEN_LENGTH = 24

/** Put behind the number of a token that we did not write: no reader takes it for a token any more. */
export const PLANTED_MARK = '·'

export type Lane = 'text' | 'json'

export type TokenFound = {
  /** Just past the token. */
  readonly end: number
  /** Just past its number. */
  readonly numberEnd: number
  /** `PERSON_1`, whatever the form was. */
  readonly name: string
  readonly bracketed: boolean
}

/** Reads on when there is more text: what stands there may still become a token. */
export type TokenReading = TokenFound | 'unfinished' | undefined

const names = labels.filter((label) => !withoutWayBack.has(label))
const known: ReadonlySet<string> = new Set(names)
const beginnings: ReadonlySet<string> = new Set(
  names.flatMap((name) => Array.from({ length: name.length + 1 }, (_, length) => name.slice(0, length))),
)
const longestName = Math.max(...names.map((name) => name.length))
const longestNumber = 6

export function tokenFor(label: string, number: number): string {
  return withoutWayBack.has(label) ? `[${label}]` : `[${label}_${number}]`
}

/** `PERSON_1` of `[PERSON_1]`; undefined when it is no token of ours. */
export function tokenName(token: string): string | undefined {
  const read = readToken(token, 0, { lane: 'text', last: true, before: undefined })
  return typeof read === 'object' && read.end === token.length ? read.name : undefined
}

/** Whether a token may begin with this code unit. Saves reading most of a text twice. */
export function mayBegin(unit: number): boolean {
  return unit === 91 || unit === 92 || (unit >= 65 && unit <= 90)
}

/**
 * The token that begins at `at`. `last`: no text will follow. `before` is the code unit in front, which decides whether a
 * word begins here. In JSON a backslash is written twice, and a bare name that is a key is the name of a field.
 */
export function readToken(
  text: string,
  at: number,
  { lane, last, before }: { readonly lane: Lane; readonly last: boolean; readonly before: number | undefined },
): TokenReading {
  const reader = new Reader(text, at, last)
  const found = reader.read(lane, before)
  if (found === undefined || found === 'unfinished') return found
  return found.end - at > MAX_TOKEN_LENGTH ? undefined : found
}

/** What is read next may only be told when it is there; the end of the text is told as `ended`. */
class Reader {
  readonly #text: string
  readonly #limit: number
  readonly #last: boolean
  #at: number
  /** The text ended before this could be decided. */
  #open = false

  constructor(text: string, at: number, last: boolean) {
    this.#text = text
    this.#at = at
    this.#limit = at + MAX_TOKEN_LENGTH
    this.#last = last
  }

  read(lane: Lane, before: number | undefined): TokenReading {
    const backslashes = this.#run(92, 2)
    if (this.#open) return 'unfinished'
    const bracketed = this.#take(91)
    if (this.#open) return 'unfinished'
    if (backslashes > 0 && (!bracketed || backslashes !== (lane === 'json' ? 2 : 1))) return undefined
    if (!bracketed && before !== undefined && isWordUnit(before)) return undefined
    const found = this.#name(bracketed, backslashes, lane)
    return this.#open ? 'unfinished' : found
  }

  #name(bracketed: boolean, backslashes: number, lane: Lane): TokenFound | undefined {
    if (bracketed) this.#spaces()
    const begins = this.#at
    const label = this.#letters(bracketed)
    if (label === undefined || this.#open) return undefined
    const written = this.#text.slice(begins, this.#at)
    const separator = this.#separator(bracketed)
    if (this.#open) return undefined
    // "[doc 1]" is how sources are named; a space alone joins only what is written in capitals.
    if (separator === 'none' || (separator === 'space' && written !== label)) return undefined
    const from = this.#at
    const numberEnd = this.#digits()
    if (numberEnd === undefined || this.#open) return undefined
    const name = `${label}_${this.#text.slice(from, numberEnd)}`
    if (bracketed) {
      this.#spaces()
      if (this.#run(92, 2) !== backslashes || !this.#take(93)) return undefined
      return { end: this.#at, numberEnd, name, bracketed }
    }
    const next = this.#peek()
    if (this.#open) return undefined
    if (next !== undefined && (isWordUnit(next) || next === PLANTED_MARK.charCodeAt(0))) return undefined
    if (lane === 'json' && this.#isKey()) return undefined
    return { end: numberEnd, numberEnd, name, bracketed }
  }

  /** The end of a string and a colon: with backslashes in front of the quote it is JSON inside JSON. */
  #isKey(): boolean {
    this.#run(92, 3)
    if (!this.#take(34)) return false
    this.#spaces()
    return this.#take(58)
  }

  #letters(anyCase: boolean): string | undefined {
    let label = ''
    for (;;) {
      const unit = this.#peek()
      const upper = unit === undefined ? undefined : upperLetter(unit, anyCase)
      if (upper === undefined) break
      label += upper
      if (label.length > longestName || !beginnings.has(label)) return undefined
      this.#at++
    }
    if (this.#open) return undefined
    return known.has(label) ? label : undefined
  }

  #separator(bracketed: boolean): 'underscore' | 'space' | 'none' {
    const spaced = bracketed && this.#spaces()
    const escaped = this.#run(92, 2) > 0
    if (this.#take(95)) {
      if (bracketed) this.#spaces()
      return 'underscore'
    }
    return spaced && !escaped ? 'space' : 'none'
  }

  #digits(): number | undefined {
    const from = this.#at
    for (;;) {
      const unit = this.#peek()
      if (unit === undefined || unit < 48 || unit > 57) break
      this.#at++
      if (this.#at - from > longestNumber) return undefined
    }
    return this.#at === from ? undefined : this.#at
  }

  #spaces(): boolean {
    return this.#run(32, MAX_TOKEN_LENGTH) > 0
  }

  #run(unit: number, most: number): number {
    let count = 0
    while (count < most && this.#take(unit)) count++
    return count
  }

  #take(unit: number): boolean {
    if (this.#peek() !== unit) return false
    this.#at++
    return true
  }

  #peek(): number | undefined {
    if (this.#at >= this.#limit) return undefined
    if (this.#at < this.#text.length) return this.#text.charCodeAt(this.#at)
    if (!this.#last) this.#open = true
    return undefined
  }
}

function upperLetter(unit: number, anyCase: boolean): string | undefined {
  if (unit >= 65 && unit <= 90) return String.fromCharCode(unit)
  return anyCase && unit >= 97 && unit <= 122 ? String.fromCharCode(unit - 32) : undefined
}

const wordUnit = /[\p{L}\p{N}_]/u
function isWordUnit(unit: number): boolean {
  if (unit < 128)
    return (unit >= 48 && unit <= 57) || (unit >= 65 && unit <= 90) || (unit >= 97 && unit <= 122) || unit === 95
  return wordUnit.test(String.fromCharCode(unit))
}
