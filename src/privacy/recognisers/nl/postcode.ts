import { bit } from '../../lexicon/lexicon.ts'
import type { Kind } from '../../personal-data.ts'
import { supports } from '../../scan/evidence.ts'
import type { NumberFound, Turn } from '../../scan/turn.ts'
import type { Recogniser, Report } from '../recogniser.ts'

const kinds: ReadonlySet<Kind> = new Set(['postcode'])

/** Dutch postcode (1000–9999 and two letters), typed or said, with the house number that comes after it. */
export const postcode: Recogniser = {
  id: 'nl/postcode',
  labels: ['POSTCODE', 'ADDRESS'],
  triggers: { numbers: true },
  find(turn, report) {
    for (const run of turn.numbers) {
      if (run.gluedBefore || run.separators !== '' || run.digits.startsWith('0')) continue
      const end = run.digits.length === 4 ? lettersAfter(turn, run) : -1
      if (end < 0) continue
      const why = supports(run.evidence, kinds)
      if (why === undefined && isYear(turn, run)) continue
      report(
        run.from,
        end,
        'POSTCODE',
        why === undefined ? 0.8 : 0.9,
        why === undefined ? 'postcode-shape' : `${why}:postcode`,
      )
      houseAfter(turn, end, report)
    }
  },
}

/** "March 14, 1962 as", "maart 1962 en": a month stands before it. */
function isYear({ tokens }: Turn, { from }: NumberFound): boolean {
  for (let i = from - 1; i >= Math.max(0, from - 3); i--) if ((tokens[i]!.bits & bit.month) !== 0) return true
  return false
}

function lettersAfter(turn: Turn, run: NumberFound): number {
  const next = turn.tokens[run.to]
  if (next === undefined || next.gap === 2 || next.kind !== 'word') return -1
  const certain = supports(run.evidence, kinds) !== undefined
  if (next.text.length === 2 && next.gap < 2) {
    const ends = turn.tokens[run.to + 1]?.gap !== 0 || turn.tokens[run.to + 1]?.kind === 'mark'
    const upper = next.text === next.text.toUpperCase()
    const glued = next.gap === 0 && (next.bits & bit.unit) === 0
    const unknown = (next.bits & (bit.unit | bit.function | bit.month | bit.phrase | bit.number)) === 0
    return ends && (upper || glued || unknown || (certain && (next.bits & bit.unit) === 0)) ? run.to + 1 : -1
  }
  const second = turn.tokens[run.to + 1]
  return certain && isSpelled(next) && second !== undefined && second.gap === 1 && isSpelled(second) ? run.to + 2 : -1
}

const isSpelled = (token: { text: string; bits: number; kind: string }): boolean =>
  token.kind === 'word' && (token.text.length === 1 || (token.bits & bit.spelling) !== 0)

/** "9934NC 88", "d h nummer drieëntwintig", "1234 AB, huisnummer 5 bis". */
export function houseAfter(turn: Turn, from: number, report: Report): void {
  for (let i = from; i < from + 5 && i < turn.tokens.length; i++) {
    const token = turn.tokens[i]!
    if (token.gap === 2 && i > from) return
    const run = turn.numberAt.get(i)
    if (run !== undefined) {
      if (run.digits.length <= 5 && !run.quantity)
        report(run.from, houseEnd(turn, run.to), 'ADDRESS', 0.8, 'after:postcode')
      return
    }
    const passes =
      token.kind === 'mark'
        ? ',-:.'.includes(token.lower)
        : /^(nummer|nr|huisnummer|huisnr|en|number|no)$/.test(token.lower)
    if (!passes) return
  }
}

/** Past the addition of a house number: "119-B", "16 rood", "6 II", "9-hs". */
export function houseEnd(turn: Turn, at: number): number {
  const { tokens } = turn
  const first = tokens[at]
  if (first === undefined || first.gap === 2) return at
  const addition = (token: typeof first | undefined): boolean =>
    token !== undefined && token.kind === 'word' && ((token.bits & bit.houseAddition) !== 0 || token.text.length === 1)
  if (first.kind === 'word' && first.gap === 0) return addition(first) ? at + 1 : at
  if (first.kind === 'mark' && '-/'.includes(first.lower)) {
    const next = tokens[at + 1]
    return next !== undefined && next.gap === 0 && next.kind !== 'mark' && next.text.length <= 5 ? at + 2 : at
  }
  const small =
    first.kind === 'word' &&
    (first.bits & bit.houseAddition) !== 0 &&
    !(first.text.length === 1 && 'ia'.includes(first.lower) && first.text === first.lower)
  return small && (tokens[at + 1]?.gap !== 0 || tokens[at + 1]?.kind === 'mark') ? at + 1 : at
}
