/**
 * The text that recognisers read, with the way back to the text that came in. Look-alike spellings of one thing (full-width
 * digits, Arabic-Indic digits, invisible characters between letters) become one spelling here, so that they do not hide
 * anything from a recogniser; findings always point into the original.
 */
export type ScanCopy = {
  readonly text: string
  /** Original offset where the n-th code unit of `text` begins; undefined: the copy is the original. */
  readonly begins: Int32Array | undefined
  /** Original offset just past what the n-th code unit stands for, dropped characters that follow included. */
  readonly ends: Int32Array | undefined
}

// Format characters, variation selectors and the enclosing keycap carry no letter and no digit of their own.
const invisible = /\p{Cf}|\p{Default_Ignorable_Code_Point}|\u20e3/u
const decimalDigit = /\p{Nd}/u
// Superscripts stay what they are: "m²" is a unit, not a number.
const superscript = /[\xb2\xb3\xb9\u2070-\u2079]/

/** Copy of `text` for scanning. Linear; lone surrogates are kept. */
export function scanCopy(text: string): ScanCopy {
  if (isPlain(text)) return { text, begins: undefined, ends: undefined }
  const pieces: string[] = []
  const begins: number[] = []
  const ends: number[] = []
  let at = 0
  for (const character of text) {
    const end = at + character.length
    if (invisible.test(character)) {
      if (ends.length > 0) ends[ends.length - 1] = end
    } else {
      const shown = fold(character)
      pieces.push(shown)
      for (let unit = 0; unit < shown.length; unit++) {
        // A two-unit character that stays two units keeps its halves apart, so that offsets round-trip.
        const same = shown.length === character.length
        begins.push(same ? at + unit : at)
        ends.push(same ? at + unit + 1 : end)
      }
    }
    at = end
  }
  return { text: pieces.join(''), begins: Int32Array.from(begins), ends: Int32Array.from(ends) }
}

/** ASCII, Latin letters and everyday punctuation need no copy. The soft hyphen (U+00AD) does: it is dropped. */
export function isPlain(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit < 0x80 || (unit < 0x250 && unit !== 0xad) || (unit >= 0x1e00 && unit < 0x1f00)) continue
    if ((unit >= 0x2010 && unit <= 0x201d) || unit === 0x2026 || unit === 0x20ac) continue
    return false
  }
  return true
}

function fold(character: string): string {
  if (character <= '\x7f' || superscript.test(character)) return character
  if (decimalDigit.test(character)) return String(digitValue(character.codePointAt(0)!))
  return character.normalize('NFKC')
}

/** Decimal digits of a script stand in a row of ten (Unicode 4.6), mathematical ones in rows of ten after each other. */
function digitValue(codePoint: number): number {
  if (codePoint >= 0x1d7ce && codePoint <= 0x1d7ff) return (codePoint - 0x1d7ce) % 10
  let zero = codePoint
  while (codePoint - zero < 9 && decimalDigit.test(String.fromCodePoint(zero - 1))) zero--
  return codePoint - zero
}

/** Span of the original that a span of the copy stands for; `start < end`. */
export function toOriginal(copy: ScanCopy, start: number, end: number): { start: number; end: number } {
  if (copy.begins === undefined || copy.ends === undefined) return { start, end }
  return { start: copy.begins[start]!, end: copy.ends[end - 1]! }
}
