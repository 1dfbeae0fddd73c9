/**
 * A bot that answers from sources quotes them. A quote counts when its words stand in that version of the source, as they
 * are: whole words, in order, nothing left out. Spacing and the shape of quotation marks may differ, letters may not.
 */
import { hexOf, sha256, utf8 } from '../../ledger/rules.ts'

export type Citation =
  | {
      readonly citation: 'occurs'
      /** UTF-16 offsets in the source text. */
      readonly start: number
      readonly end: number
    }
  | { readonly citation: 'refused'; readonly reason: 'source_differs' | 'quote_empty' | 'quote_absent' }

/** `version` is the SHA-256 (hex) of the UTF-8 text of the source that the answer was made from. */
export function checkCitation(quote: string, source: string, version: string): Citation {
  if (hexOf(sha256(utf8(source))) !== version) return { citation: 'refused', reason: 'source_differs' }
  const wanted = normalise(quote)
  const words = wanted.text.trim()
  if (words === '') return { citation: 'refused', reason: 'quote_empty' }
  const within = normalise(source)
  for (let at = within.text.indexOf(words); at >= 0; at = within.text.indexOf(words, at + 1)) {
    const end = at + words.length
    if (!cutsWord(within.text, at) && !cutsWord(within.text, end))
      return { citation: 'occurs', start: within.offsets[at]!, end: within.offsets[end - 1]! + 1 }
  }
  return { citation: 'refused', reason: 'quote_absent' }
}

/** Letters or digits on both sides of the place. */
function cutsWord(text: string, at: number): boolean {
  return at > 0 && at < text.length && /[\p{L}\p{N}]{2}/u.test(text.slice(at - 1, at + 1))
}

/** Text with one space for any spacing and plain quotation marks, and for each character where it came from. */
function normalise(text: string): { text: string; offsets: readonly number[] } {
  const offsets: number[] = []
  let out = ''
  for (let i = 0; i < text.length; i++) {
    const letter = text[i]!
    const plain = /\s/.test(letter)
      ? ' '
      : /[\u2018\u2019\u201a]/.test(letter)
        ? "'"
        : /[\u201c\u201d\u201e]/.test(letter)
          ? '"'
          : letter
    if (plain === ' ' && out.endsWith(' ')) continue
    out += plain
    offsets.push(i)
  }
  return { text: out, offsets }
}
