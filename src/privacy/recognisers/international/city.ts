import { bit, more } from '../../lexicon/lexicon.ts'
import type { Token } from '../../scan/tokens.ts'
import type { Turn } from '../../scan/turn.ts'
import { ordinary } from '../../scan/turn.ts'
import type { Recogniser, Report } from '../recogniser.ts'

export const isHomeWord = ({ form }: Token): boolean => form !== undefined && (form.more & more.home) !== 0
const isInto = ({ form }: Token): boolean => form !== undefined && (form.more & more.into) !== 0

/** Where someone lives or was: after "woon in", after an answer "uit …", after a postcode or an address. Never as a topic. */
export const city: Recogniser = {
  id: 'international/city',
  labels: ['CITY'],
  triggers: { more: more.home, asked: ['city'] },
  find(turn, report) {
    if (turn.role === 'system') return
    const { tokens } = turn
    for (let i = 0; i + 1 < tokens.length && (turn.more & more.home) !== 0; i++) {
      if (!isInto(tokens[i]!) || !isHome(turn, i)) continue
      const end = placeEnd(turn, i + 1)
      const country = end === i + 2 && (turn.tokens[i + 1]!.bits & bit.proper) !== 0
      if (end > i + 1 && !country) report(i + 1, end, 'CITY', 0.6, 'cue:city')
    }
    if (turn.asked.includes('city') && turn.tokens.length <= 8) answer(turn, report)
  },
}

function isHome(turn: Turn, at: number): boolean {
  for (let i = at - 1; i >= Math.max(0, at - 8); i--) {
    const { lower } = turn.tokens[i]!
    if (turn.tokens[at]!.lower === 'van' && !/^(?:verhuis|verhuisd|verhuizen|moved)$/.test(lower)) continue
    if (/^(?:kom|komt|come|comes)$/.test(lower) && !/^(?:uit|from)$/.test(turn.tokens[at]!.lower)) continue
    if (at - i <= 4 ? isHomeWord(turn.tokens[i]!) : lower === 'geboren' || lower === 'born') return true
    if (turn.sentences[i] !== turn.sentences[at]) return false
  }
  return false
}

const beside = new Set(['te', 'in', 'at', 'near', 'bij'])

/** The place that follows an address or a postcode in `[…, at)`: "te Bussum", ", Aberdeen", "5467 KN Veghel". */
export function cityAfter(turn: Turn, at: number, label: 'ADDRESS' | 'POSTCODE', report: Report): void {
  let i = at
  let led = false
  const polite = turn.tokens[i]
  if (polite !== undefined && polite.gap === 1 && (polite.bits & bit.reply) !== 0 && turn.tokens[i + 1]?.lower === ',')
    i++
  if (turn.tokens[i]?.lower === ',') {
    i++
    led = turn.cased
  }
  if (beside.has(turn.tokens[i]?.lower ?? '')) {
    i++
    led = true
  }
  const first = turn.tokens[i]
  if (first === undefined || first.kind !== 'word' || (first.gap === 2 && label === 'ADDRESS')) return
  if (!led && (label === 'ADDRESS' || first.gap === 2) && ordinary(turn, first)) return
  if (!led && !turn.cased && label === 'ADDRESS' && (turn.channel !== 'speech' || ordinary(turn, first))) return
  if ((first.bits & (bit.month | bit.title | bit.reply)) !== 0) return
  // "K-100014" is a number of somebody's own.
  const [mark, digits] = [turn.tokens[i + 1], turn.tokens[i + 2]]
  if (first.text.length <= 3 && mark?.lower === '-' && mark.gap === 0 && digits?.kind === 'digits' && digits.gap === 0)
    return
  const end = placeEnd(turn, i)
  if (end > i) report(i, end, 'CITY', 0.6, 'after:address')
}

/** End of a place name that begins at a token: capitals with little words between, or one or two unknown words. */
export function placeEnd(turn: Turn, at: number): number {
  let end = at
  for (let i = at; i < at + 5 && i < turn.tokens.length; i++) {
    const token = turn.tokens[i]!
    if (token.gap === 2 && i > at) break
    if (token.kind === 'mark') {
      if (token.lower === '-' && token.gap === 0 && end === i) continue
      if (token.lower === "'" && i === at) continue
      break
    }
    if (token.kind === 'digits' || (token.text.length < 3 && !turn.cased && token.lower !== 'de')) break
    const capital = (token.bits & bit.capital) !== 0
    const little = /^(de|den|der|la|le|aan|aan|bij|op|upon|on|'s|s|het|st|san|los)$/.test(token.lower)
    if (turn.cased ? capital && (token.bits & bit.month) === 0 : !ordinary(turn, token) || (little && end > at))
      end = i + 1
    else if (!little || !goesOn(turn, i)) break
    if (!turn.cased && end - at >= 3) break
  }
  return end
}

function goesOn(turn: Turn, at: number): boolean {
  const next = turn.tokens[at + 1]
  if (next === undefined || next.gap !== 1 || next.kind !== 'word') return false
  return turn.cased
    ? (next.bits & bit.capital) !== 0
    : !ordinary(turn, next) || next.lower === 'bilt' || next.lower === 'haag'
}

function answer(turn: Turn, report: Report): void {
  for (let i = 0; i < turn.tokens.length; i++) {
    if (turn.tokens[i]!.kind !== 'word' || (ordinary(turn, turn.tokens[i]!) && turn.tokens[i]!.lower !== 'den'))
      continue
    const end = placeEnd(turn, i)
    if (end > i) report(i, end, 'CITY', 0.6, 'asked:city')
    i = Math.max(i, end - 1)
  }
}
