import type { Turn } from '../../scan/turn.ts'
import { isIban } from '../checksum.ts'
import type { Recogniser } from '../recogniser.ts'

/** Length by country (SWIFT IBAN registry); of the other countries in it any length from 15 that passes the check. */
const lengths: Readonly<Record<string, number>> = {
  NL: 18,
  BE: 16,
  DE: 22,
  FR: 27,
  GB: 22,
  LU: 20,
  ES: 24,
  IT: 27,
  PT: 25,
  PL: 28,
  AT: 20,
  CH: 21,
  IE: 22,
  DK: 18,
  SE: 24,
  NO: 15,
  FI: 18,
  TR: 26,
  GR: 27,
  CZ: 24,
  SK: 24,
  HU: 28,
  RO: 24,
  BG: 22,
  HR: 21,
  SI: 19,
  LT: 20,
  LV: 21,
  EE: 20,
  CY: 28,
  MT: 31,
  MA: 28,
}
const others = new Set(
  'AD AE AL AZ BA BH BI BR BY CR DJ DO EG FK FO GE GI GL GT IL IQ IS JO KW KZ LB LC LI LY MC MD ME MK MN MR MU NI OM PK PS QA RS RU SA SC SD SM SO ST SV TL TN UA VA VG XK YE'.split(
    ' ',
  ),
)
const longest = 34
/** Groups of letters in one: the country, a bank, an end. More of them are a sentence. */
const mostWords = 4

/** International bank account numbers, in any grouping and case; with a mistyped digit too. */
export const iban: Recogniser = {
  id: 'international/iban',
  labels: ['IBAN'],
  triggers: { numbers: true },
  find(turn, report) {
    for (const { from } of turn.numbers) {
      // The two check digits stand glued to the country, or apart from it ("NL 67 INGB").
      const country = turn.tokens[from - 1]
      if (country === undefined || country.kind !== 'word' || country.text.length !== 2 || turn.tokens[from]!.gap === 2)
        continue
      const end = readIban(turn, from - 1)
      if (end < 0) continue
      const compact = compactOf(turn, from - 1, end)
      const valid = isIban(compact)
      // Half of it at least is figures: "be 18 years of age or" has the length of a Belgian one.
      if (valid || compact.replace(/\D/g, '').length * 2 >= compact.length)
        report(from - 1, end, 'IBAN', 0.95, valid ? 'checksum:iban' : 'iban-shape')
    }
  },
}

function readIban(turn: Turn, from: number): number {
  const country = turn.tokens[from]!.text.toUpperCase()
  const wanted = lengths[country]
  if (wanted === undefined && !others.has(country)) return -1
  let length = 0
  let best = -1
  let compact = ''
  let words = 0
  for (let i = from; i < turn.tokens.length && i < from + 24; i++) {
    const token = turn.tokens[i]!
    if (i > from && token.gap === 2) break
    if (token.kind === 'mark') {
      if (!'-.'.includes(token.lower)) break
      continue
    }
    if (
      token.kind === 'word' &&
      (token.text.length > 6 || (wanted === undefined && token.gap > 0 && token.text.length > 4))
    )
      break
    if (token.kind === 'word' && ++words > mostWords) break
    length += token.text.length
    if (length > longest) break
    compact += token.text
    if (wanted === length) return i + 1
    if (wanted !== undefined && length > wanted) break
    if (wanted === undefined && length >= 15 && isIban(compact.toUpperCase())) best = i + 1
    // One digit short or long is a slip of the hand when the groups end here.
    if (wanted !== undefined && Math.abs(length - wanted) <= 2 && endsGroup(turn, i + 1)) best = i + 1
  }
  return best
}

function endsGroup(turn: Turn, at: number): boolean {
  const next = turn.tokens[at]
  return next === undefined || next.gap === 2 || next.kind === 'mark' || (next.kind === 'word' && next.gap > 0)
}

function compactOf(turn: Turn, from: number, to: number): string {
  let compact = ''
  for (let i = from; i < to; i++) if (turn.tokens[i]!.kind !== 'mark') compact += turn.tokens[i]!.text
  return compact.toUpperCase()
}
