import { bit } from '../../lexicon/lexicon.ts'
import { nameEnd } from '../../scan/names.ts'
import type { Turn } from '../../scan/turn.ts'
import type { Report } from '../recogniser.ts'

/**
 * The name that stands right before an address, a number or an e-mail address of its owner, as people list who they are:
 * "judith barrowclough k one oh oh", "Marloes Kamphuis, 06 …". Two words at least, none of them in a list.
 */
export function personBefore(turn: Turn, at: number, report: Report): void {
  if (turn.role !== 'customer') return
  const end = turn.tokens[at - 1]?.lower === ',' ? at - 1 : at
  for (let from = Math.max(0, end - 6); from <= end - 2; from++) {
    if (hasLineEnd(turn, from, at)) continue
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

function hasLineEnd(turn: Turn, from: number, to: number): boolean {
  for (let i = from + 1; i < to; i++) if (turn.tokens[i]!.gap === 2) return true
  return false
}
