/**
 * Text for the fonts that every reader of PDF has (WinAnsiEncoding, ISO 32000-1 annex D). A letter with a mark that they do not have
 * loses it; a character of another script is written by its number, so that two names never look the same by being left out.
 */

/** Beside Latin-1: what Windows-1252 has in 0x80–0x9f. */
const extra = new Set('€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ')
const instead: Readonly<Record<string, string>> = {
  '−': '–',
  '≥': '>=',
  '≤': '<=',
  '→': '>',
  '↑': '^',
  '‑': '-',
  ł: 'l',
  Ł: 'L',
  đ: 'd',
  Đ: 'D',
  ı: 'i',
  ħ: 'h',
  Ħ: 'H',
  '\u202f': ' ',
  '\u2009': ' ',
  '\t': ' ',
  '\n': ' ',
  '\r': ' ',
}

export function printable(text: string): string {
  let out = ''
  for (const one of text.normalize('NFC')) out += known(one)
  return out
}

function known(one: string): string {
  if (isKnown(one)) return one
  if (Object.hasOwn(instead, one)) return instead[one]!
  const bare = one.normalize('NFD').replace(/\p{M}/gu, '')
  if (bare !== '' && [...bare].every(isKnown)) return bare
  return `[U+${one.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}]`
}

function isKnown(one: string): boolean {
  const code = one.codePointAt(0)!
  return (code >= 0x20 && code <= 0x7e) || (code >= 0xa0 && code <= 0xff) || extra.has(one)
}
