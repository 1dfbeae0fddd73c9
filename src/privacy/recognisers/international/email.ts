import { bit } from '../../lexicon/lexicon.ts'
import type { Token } from '../../scan/tokens.ts'
import type { Turn } from '../../scan/turn.ts'
import { ordinary } from '../../scan/turn.ts'
import type { Recogniser, Report } from '../recogniser.ts'

const topLevel = new Set(
  'nl be de com net org eu uk co info biz io fr es it pl ca au us edu gov me tv invalid example test nu frl amsterdam email online'.split(
    ' ',
  ),
)

/** E-mail addresses: written, written apart ("dev (at) example (dot) com"), and said ("punt", "apenstaartje", "dot", "at"). */
export const email: Recogniser = {
  id: 'international/email',
  labels: ['EMAIL'],
  triggers: { marks: '@', bits: bit.saidAt },
  find(turn, report) {
    for (let i = 0; i < turn.tokens.length; i++) {
      const token = turn.tokens[i]!
      if (token.lower === '@') i = Math.max(i, written(turn, i, report))
      else if ((token.bits & bit.saidAt) !== 0) i = Math.max(i, said(turn, i, report))
    }
  },
}

const localMarks = "._%+-'&=~"

function written(turn: Turn, at: number, report: Report): number {
  const { tokens } = turn
  let from = at
  while (from > 0 && (from === at ? tokens[from]!.gap < 2 : tokens[from]!.gap === 0)) {
    const before = tokens[from - 1]!
    if (before.kind === 'mark' && !localMarks.includes(before.lower)) break
    from--
  }
  let to = at + 1
  while (to < tokens.length && (to === at + 1 ? tokens[to]!.gap < 2 : tokens[to]!.gap === 0)) {
    const token = tokens[to]!
    if (token.kind === 'mark' && !'.-_'.includes(token.lower)) break
    to++
  }
  while (to > at + 1 && tokens[to - 1]!.kind === 'mark') to--
  while (from < at && tokens[from]!.kind === 'mark') from++
  const tight = tokens[at]!.gap === 0 || tokens[at + 1]?.gap === 0
  const dotted = tokens.slice(at + 1, to).some(({ lower }) => lower === '.')
  if (from === at || to === at + 1) {
    // "@janvries" is a name on some service.
    if (to > at + 1 && tokens[at + 1]!.gap === 0 && turn.role === 'customer') report(at, to, 'USERNAME', 0.5, 'handle')
    return at
  }
  if (!tight && !dotted) return at
  report(from, to, 'EMAIL', dotted ? 0.95 : 0.6, 'email-shape')
  return to - 1
}

const isBracket = ({ lower }: Token): boolean => '()[]{}<>'.includes(lower)

/** A said address needs its "dot <ending>" on the right; what stands on the left is taken as far as it can belong. */
function said(turn: Turn, at: number, report: Report): number {
  const { tokens } = turn
  const to = saidDomain(turn, at + 1)
  if (to < 0) return at
  let from = at
  for (let steps = 0; from > 0 && steps < 16; steps++) {
    const next = leftOf(turn, from, from === at)
    if (next < 0) break
    from = next
  }
  while (from < at && tokens[from]!.kind === 'mark') from++
  if (from < at) report(from, to, 'EMAIL', 0.9, 'email-said')
  return to - 1
}

function saidDomain(turn: Turn, start: number): number {
  let end = -1
  let words = 0
  for (let i = start; i < turn.tokens.length && i < start + 16; i++) {
    const token = turn.tokens[i]!
    if (token.gap === 2) break
    // The end of a sentence: "at your branch today. It …".
    if (token.lower === '.' && token.gap === 0 && turn.tokens[i + 1]?.gap !== 0) break
    const dot = token.lower === '.' || (token.bits & bit.saidDot) !== 0
    const next = turn.tokens[i + 1]
    if (dot && words > 0 && next !== undefined) {
      const skipped = isBracket(next) ? turn.tokens[i + 2] : next
      if (skipped !== undefined && topLevel.has(skipped.lower)) {
        i = skipped === next ? i + 1 : i + 2
        end = i + 1
        words++
        continue
      }
    }
    if (end > 0 && !dot) break
    if (token.kind === 'mark' && !isBracket(token) && !'.-_'.includes(token.lower)) break
    if (token.kind !== 'mark' && !dot && (token.bits & (bit.saidMark | bit.filler)) === 0 && ++words > 5) break
  }
  return end
}

/** The token that the address goes on with to the left, or −1. */
function leftOf(turn: Turn, from: number, first: boolean): number {
  const { tokens } = turn
  if (tokens[from]!.gap === 2) return -1
  const before = tokens[from - 1]!
  const joins = (token: Token): boolean =>
    (token.bits & (bit.saidDot | bit.saidMark | bit.number)) !== 0 ||
    token.kind === 'digits' ||
    '._-'.includes(token.lower)
  if (isBracket(before)) return from - 1
  if (before.kind === 'mark') return '._-'.includes(before.lower) ? from - 1 : -1
  if (first || joins(tokens[from]!) || (isBracket(tokens[from]!) && from > 1))
    return before.bits & bit.function && !first && !joins(before) && before.text.length > 1 ? -1 : from - 1
  if (joins(before)) return from - 1
  const inSpelling = tokens[from]!.kind === 'word' && tokens[from]!.text.length === 1
  const single = before.text.length === 1 && before.kind === 'word' && (inSpelling || !'iuaoe'.includes(before.lower))
  return single || (!ordinary(turn, before) && before.kind === 'word' && (before.bits & bit.phrase) === 0)
    ? from - 1
    : -1
}
