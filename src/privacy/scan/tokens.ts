import { bit, type Lexicon, type Word } from '../lexicon/lexicon.ts'
import { largeNumberWord, type NumberWord } from './number-words.ts'

/** One word, one group of digits or one mark. */
export type Token = {
  readonly kind: 'word' | 'digits' | 'mark'
  /** Offsets in the scan copy. */
  readonly start: number
  readonly end: number
  /** As written; for digits the digits. */
  readonly text: string
  /** Lower case without diacritics; for marks the mark, with straight quotes and plain hyphens. */
  readonly lower: string
  /** Bits of the lexicon, plus `capital` and `allCapitals`. */
  readonly bits: number
  /** What stands before: 0 nothing, 1 white space, 2 a line end. The first token has 2. */
  readonly gap: 0 | 1 | 2
  readonly number: NumberWord | undefined
  readonly word: Word | undefined
  /** What `ordinary`, `known` and `strange` of turn.ts found; remembered, since many recognisers ask. */
  ordinary: boolean | undefined
  known: boolean | undefined
  strange: boolean | undefined
}

const enum_ = { space: 1, newline: 2, letter: 3, digit: 4, mark: 5 } as const
type Class = (typeof enum_)[keyof typeof enum_]
const { space, newline, letter, digit, mark } = enum_

const letterPattern = /[\p{L}\p{M}]/u
const spacePattern = /\s/
// Class of each code unit outside surrogates, filled in as units are met: a pure function, remembered.
const classes = new Uint8Array(0x10000)

function classOf(text: string, at: number): Class {
  const unit = text.charCodeAt(at)
  const known = classes[unit]!
  if (known !== 0) return known as Class
  if (unit >= 0xd800 && unit <= 0xdfff) return surrogateClass(text, at, unit)
  const character = text[at]!
  const found =
    unit === 10 || unit === 13 || unit === 0x2028 || unit === 0x2029
      ? newline
      : spacePattern.test(character)
        ? space
        : character >= '0' && character <= '9'
          ? digit
          : letterPattern.test(character)
            ? letter
            : mark
  classes[unit] = found
  return found
}

/** Both halves of a pair have the class of the pair; a lone half is a mark. */
function surrogateClass(text: string, at: number, unit: number): Class {
  const start = unit >= 0xdc00 ? at - 1 : at
  const codePoint = start < 0 ? undefined : text.codePointAt(start)
  return codePoint !== undefined && codePoint > 0xffff && letterPattern.test(String.fromCodePoint(codePoint))
    ? letter
    : mark
}

const plainMarks: Readonly<Record<string, string>> = {
  '\u2018': "'",
  '\u2019': "'",
  '\u201b': "'",
  '`': "'",
  '\u00b4': "'",
  '\u02bc': "'",
  '\u201c': '"',
  '\u201d': '"',
  '\u201e': '"',
  '\u2010': '-',
  '\u2011': '-',
  '\u2012': '-',
  '\u2013': '-',
  '\u2014': '-',
  '\u2212': '-',
}

/** Cuts a scan copy into tokens, in one pass. */
export function tokenise(text: string, lexicon: Lexicon): Token[] {
  const tokens: Token[] = []
  const length = text.length
  let at = 0
  let gap: 0 | 1 | 2 = 2
  let afterLetter = false
  while (at < length) {
    const kind = classOf(text, at)
    if (kind === space || kind === newline) {
      if (kind === newline) gap = 2
      else if (gap === 0) gap = 1
      at++
      continue
    }
    let end = at + 1
    if (kind !== mark) while (end < length && classOf(text, end) === kind) end++
    if (kind === letter) {
      const token = wordToken(text, at, end, gap, lexicon)
      const alone = end - at === 1
      if (alone && afterLetter) token.bits |= bit.letter
      afterLetter = alone
      tokens.push(token)
    } else {
      if (kind === digit) afterLetter = false
      tokens.push(otherToken(text, at, end, gap, kind === digit))
    }
    at = end
    gap = 0
  }
  return tokens
}

function otherToken(text: string, start: number, end: number, gap: 0 | 1 | 2, isDigits: boolean): Token {
  const written = text.slice(start, end)
  const lower = isDigits ? written : (plainMarks[written] ?? written)
  return {
    kind: isDigits ? 'digits' : 'mark',
    start,
    end,
    text: written,
    lower,
    bits: 0,
    gap,
    number: undefined,
    word: undefined,
    ordinary: undefined,
    known: undefined,
    strange: undefined,
  }
}

type NewWord = Token & { bits: number }

function wordToken(text: string, start: number, end: number, gap: 0 | 1 | 2, lexicon: Lexicon): NewWord {
  const written = text.slice(start, end)
  const lower = isSmallAscii(written) ? written : foldWord(written)
  const word = lexicon.words.get(lower)
  let bits = word?.bits ?? 0
  const first = written[0]!
  if (lower !== written && first !== first.toLowerCase()) {
    bits |= bit.capital
    if (written.length > 1 && written === written.toUpperCase()) bits |= bit.allCapitals
  }
  let number = word?.number
  if (number === undefined && lower.length > 6 && (lower.includes('honderd') || lower.includes('duizend')))
    number = largeNumberWord(lower)
  if (number !== undefined) bits |= bit.number
  return {
    kind: 'word',
    start,
    end,
    text: written,
    lower,
    bits,
    gap,
    number,
    word,
    ordinary: undefined,
    known: undefined,
    strange: undefined,
  }
}

/** Lower case without diacritics, look-alike letters of other scripts in a Latin word read as Latin. */
export function foldWord(written: string): string {
  const lower = written.toLowerCase()
  if (isAscii(lower)) return lower
  const bare = lower
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[łøđıßæœ]/g, (c) => latinExtra[c]!)
  return /[a-z]/.test(bare) && /[\u0370-\u03ff\u0400-\u04ff]/.test(bare)
    ? bare.replace(/[\u0370-\u04ff]/g, (c) => lookAlikes[c] ?? c)
    : bare
}

function isSmallAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit < 97 || unit > 122) return false
  }
  return true
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false
  return true
}

const latinExtra: Readonly<Record<string, string>> = { ł: 'l', ø: 'o', đ: 'd', ı: 'i', ß: 'ss', æ: 'ae', œ: 'oe' }
const lookAlikes: Readonly<Record<string, string>> = {
  а: 'a',
  е: 'e',
  о: 'o',
  р: 'p',
  с: 'c',
  у: 'y',
  х: 'x',
  і: 'i',
  ј: 'j',
  ѕ: 's',
  к: 'k',
  м: 'm',
  т: 't',
  н: 'h',
  в: 'b',
  α: 'a',
  ο: 'o',
  ρ: 'p',
  ν: 'v',
  ι: 'i',
  κ: 'k',
  τ: 't',
  υ: 'u',
  χ: 'x',
  ε: 'e',
  η: 'n',
  γ: 'y',
}
