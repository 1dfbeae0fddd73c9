import { hashBasis, hashStep } from '../lexicon/dictionary.ts'
import { bit, type Lexicon } from '../lexicon/lexicon.ts'
import { type WordForm, wordForms } from './word-forms.ts'

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
  /** What it has in common with the same word elsewhere; undefined for digits and marks. */
  readonly form: WordForm | undefined
  /** What `strange` of turn.ts found; remembered, since many recognisers ask. */
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

/** Tokens of a text and what occurs among them. */
export type Tokens = {
  readonly tokens: readonly Token[]
  /** All bits of all tokens, and all bits of `more`. */
  readonly bits: number
  readonly more: number
  readonly hasDigits: boolean
  /** Two words or figures stand without white space between them. */
  readonly joined: boolean
  /** How many words are one letter. */
  readonly letters: number
  /** The marks of ASCII, and those with something glued to both sides, as in `markBitsOf`. */
  readonly markBits: number
  readonly innerMarkBits: number
}

/** The bit of each of the 32 marks of ASCII; 0 for anything else. */
const bitOfMark = new Int32Array(128)
for (let unit = 33, marks = 0; unit < 127; unit++)
  if (!/[A-Za-z0-9]/.test(String.fromCharCode(unit))) bitOfMark[unit] = 1 << marks++

/** One bit for each mark of ASCII in a text. */
export function markBitsOf(marks: string): number {
  let bits = 0
  for (let i = 0; i < marks.length; i++) bits |= bitOfMark[marks.charCodeAt(i)] ?? 0
  return bits
}

/** Cuts a scan copy into tokens, in one pass. */
export function tokenise(text: string, lexicon: Lexicon): Tokens {
  const forms = wordForms(lexicon)
  const tokens: Token[] = []
  let allBits = 0
  let allMore = 0
  let hasDigits = false
  let joined = false
  let letters = 0
  // A word or figures before, as long as no white space parts them from what comes.
  let begun = false
  let markBits = 0
  let innerMarkBits = 0
  // The mark before that something is glued to, as long as nothing parts it from what comes.
  let glued = 0
  const length = text.length
  let at = 0
  let gap: Token['gap'] = 2
  let afterLetter = false
  while (at < length) {
    const kind = classOf(text, at)
    if (kind === space || kind === newline) {
      if (kind === newline) gap = 2
      else if (gap === 0) gap = 1
      glued = 0
      begun = false
      at++
      continue
    }
    let end = at + 1
    innerMarkBits |= glued
    glued = 0
    if (kind === letter) {
      let hash = hashStep(hashBasis, text.charCodeAt(at))
      for (; end < length; end++) {
        const unit = text.charCodeAt(end)
        if ((classes[unit] || classOf(text, end)) !== letter) break
        hash = hashStep(hash, unit)
      }
      const alone = end - at === 1
      const form = forms.of(text, at, end, hash)
      const bits = alone && afterLetter ? form.bits | bit.letter : form.bits
      afterLetter = alone
      if (alone) letters++
      joined ||= begun
      begun = true
      allBits |= bits
      allMore |= form.more
      tokens.push(token('word', at, end, form.text, form.lower, bits, gap, form))
    } else if (kind === digit) {
      while (end < length && classOf(text, end) === digit) end++
      const digits = text.slice(at, end)
      afterLetter = false
      hasDigits = true
      joined ||= begun
      begun = true
      tokens.push(token('digits', at, end, digits, digits, 0, gap, undefined))
    } else {
      const written = text[at]!
      const plain = written < '`' ? written : (plainMarks[written] ?? written)
      const own = bitOfMark[plain.charCodeAt(0)] ?? 0
      markBits |= own
      if (gap === 0) glued = own
      tokens.push(token('mark', at, end, written, plain, 0, gap, undefined))
    }
    at = end
    gap = 0
  }
  return { tokens, bits: allBits, more: allMore, hasDigits, joined, letters, markBits, innerMarkBits }
}

function token(
  kind: Token['kind'],
  start: number,
  end: number,
  text: string,
  lower: string,
  bits: number,
  gap: Token['gap'],
  form: WordForm | undefined,
): Token {
  return { kind, start, end, text, lower, bits, gap, form, strange: undefined }
}
