import { bit } from '../../lexicon/lexicon.ts'
import type { Kind } from '../../personal-data.ts'
import { supports } from '../../scan/evidence.ts'
import type { NumberFound, Turn } from '../../scan/turn.ts'
import type { Recogniser } from '../recogniser.ts'

const kinds: ReadonlySet<Kind> = new Set(['age'])
const years = new Set('jaar years year yr yrs jarige yo'.split(' '))
const selves = new Set('ben bent am im aged geworden turned turning wordt hij zij ze he she'.split(' '))

/** Ages of people: "ik ben 83 jaar", "im 17", "my kids, 12 and 9", "5 geworden". A term of years is no age. */
export const age: Recogniser = {
  id: 'international/age',
  labels: ['AGE'],
  triggers: { numbers: true },
  find(turn, report) {
    for (const run of turn.numbers) {
      const value = Number(run.digits)
      if (run.digits.length > 3 || value < 1 || value > 119 || run.gluedBefore || turn.role === 'system') continue
      const end = endOfAge(turn, run)
      if (end > 0) report(run.from, end, 'AGE', 0.7, 'cue:age')
      else if (supports(run.evidence, kinds) !== undefined) report(run.from, run.to, 'AGE', 0.8, 'cue:age')
    }
  },
}

/** Where the phrase that says an age ends, or −1. */
function endOfAge(turn: Turn, run: NumberFound): number {
  const { tokens } = turn
  const next = tokens[run.to]
  const next2 = tokens[run.to + 1]
  const hasYears = next !== undefined && next.gap < 2 && years.has(next.lower)
  const hasMonths = next !== undefined && next.gap < 2 && /^(?:maanden|months?|weken|weeks?)$/.test(next.lower)
  const old =
    (hasYears || hasMonths) &&
    next2 !== undefined &&
    (next2.lower === 'oud' || next2.lower === 'old' || next2.lower === 'jong')
  if (old) return run.to + 2
  const ordinal = next !== undefined && next.gap === 0 && next.kind === 'word'
  if (ordinal) return next.lower === 'jarige' ? run.to + 1 : -1
  if (next !== undefined && next.gap < 2 && (next.lower === 'geworden' || next.lower === 'jarige')) return run.to + 1
  if (!isOfSelf(turn, run.from) && !isListOfKin(turn, run)) return -1
  if (hasYears) return isTerm(turn, run.to + 1) ? -1 : run.to + 1
  return next === undefined || next.gap === 2 || (next.bits & (bit.unit | bit.month)) === 0 ? run.to : -1
}

/** "ik ben 83", "im 17", "i'm eighty four", "she is 12": the subject stands just before. */
function isOfSelf(turn: Turn, from: number): boolean {
  const before = turn.tokens[from - 1]
  const two = turn.tokens[from - 2]
  if (before === undefined || turn.tokens[from]!.gap === 2) return false
  if (selves.has(before.lower)) return true
  if (before.lower === 'm' && two?.lower === "'") return true
  return (
    before.lower === 'is' &&
    two !== undefined &&
    ((two.bits & bit.kin) !== 0 || /^(he|she|hij|zij|ze|die)$/.test(two.lower))
  )
}

/** "ik ben 12 jaar klant": how long, not how old. */
function isTerm(turn: Turn, at: number): boolean {
  return /^(klant|lid|abonnee|werkzaam|getrouwd|in|customer|member|with|married)$/.test(turn.tokens[at]?.lower ?? '')
}

/** "my kids, 12 and 9": kin, a comma, and numbers up to the end or another comma. */
function isListOfKin(turn: Turn, run: NumberFound): boolean {
  let i = run.from - 1
  for (let steps = 0; steps < 6 && i >= 0; steps++, i--) {
    const token = turn.tokens[i]!
    if ((token.bits & bit.kin) !== 0) return turn.tokens[i + 1]!.lower === ','
    const passes = token.kind === 'digits' || [',', 'and', 'en', '('].includes(token.lower)
    if (!passes) return false
  }
  return false
}
