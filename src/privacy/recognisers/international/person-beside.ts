import { bit } from '../../lexicon/lexicon.ts'
import { nameEnd } from '../../scan/names.ts'
import type { Token } from '../../scan/tokens.ts'
import type { Turn } from '../../scan/turn.ts'
import type { Report } from '../recogniser.ts'

/**
 * The name that stands right before an address, a number or an e-mail address of its owner, as people list who they are:
 * "judith barrowclough k one oh oh", "Marloes Kamphuis, 06 …". Two words at least, none of them in a list.
 */
export function personBefore(turn: Turn, at: number, report: Report): void {
  if (turn.role !== 'customer' || turn.tokens[at]!.gap === 0) return
  const end = turn.tokens[at - 1]?.lower === ',' ? at - 1 : at
  const last = turn.tokens[end - 1]
  if (last === undefined || last.kind !== 'word') return
  let start = at
  while (start > Math.max(0, end - 6) && turn.tokens[start]!.gap !== 2 && !isOther(turn.tokens[start - 1]!)) start--
  for (let from = start; from <= end - 2; from++) {
    const first = turn.tokens[from]!
    if (first.kind !== 'word' || (first.bits & bit.particle) !== 0) continue
    if (nameEnd(turn, from, 'unknown') !== end) continue
    if (wordsIn(turn, from, end) >= 2) report(from, end, 'PERSON', 0.5, 'before:identity')
    return
  }
}

function wordsIn(turn: Turn, from: number, to: number): number {
  let words = 0
  for (let i = from; i < to; i++) if (turn.tokens[i]!.kind === 'word') words++
  return words
}

/** Figures and marks that are in no name end the stretch that may be one. */
const isOther = ({ kind, lower }: Token): boolean => kind === 'digits' || (kind === 'mark' && !"-'.,".includes(lower))
