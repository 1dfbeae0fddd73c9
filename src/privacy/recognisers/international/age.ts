import { bit } from '../../lexicon/lexicon.ts'
import type { Kind } from '../../personal-data.ts'
import { supports } from '../../scan/evidence.ts'
import type { Token } from '../../scan/tokens.ts'
import { known, type NumberFound, ordinary, type Turn } from '../../scan/turn.ts'
import type { Recogniser, Report } from '../recogniser.ts'

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
      if (!isAge(run.digits) || run.gluedBefore || turn.role === 'system') continue
      const end = endOfAge(turn, run)
      if (end > 0) report(run.from, end, 'AGE', 0.7, 'cue:age')
      else if (supports(run.evidence, kinds) !== undefined) report(run.from, run.to, 'AGE', 0.8, 'cue:age')
    }
  },
}

/** The age that stands beside a name: "Tineke Bos, 46, …", "Tineke Bos (46)". */
export function ageAfter(turn: Turn, at: number, report: Report): void {
  const [mark, closing] = [turn.tokens[at]?.lower, turn.tokens[at + 2]]
  const run = turn.numberAt.get(at + 1)
  if (run === undefined || run.to !== at + 2 || run.spoken || !isAge(run.digits)) return
  const inBrackets = mark === '(' && closing?.lower === ')'
  const inCommas = mark === ',' && (closing === undefined || closing.lower === ',' || closing.gap === 2)
  if (inBrackets || inCommas) report(run.from, run.to, 'AGE', 0.6, 'after:name')
}

const isAge = (digits: string): boolean => digits.length <= 3 && Number(digits) >= 1 && Number(digits) <= 119

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
  if (old) return isAgeOfThing(turn, run) ? -1 : run.to + 2
  if (isYearOfLife(turn, run) || isAtAge(turn, run))
    return next !== undefined && next.gap === 0 && next.kind === 'word' ? run.to + 1 : run.to
  const ordinal = next !== undefined && next.gap === 0 && next.kind === 'word'
  if (ordinal) return next.lower === 'jarige' ? run.to + 1 : -1
  if (next !== undefined && next.gap < 2 && (next.lower === 'geworden' || next.lower === 'jarige')) return run.to + 1
  if (!isOfSelf(turn, run.from) && !isListOfKin(turn, run)) return -1
  if (hasYears) return isTerm(turn, run.to + 1) ? -1 : run.to + 1
  return next === undefined || next.gap === 2 || (next.bits & (bit.unit | bit.month)) === 0 ? run.to : -1
}

const people = new Set(
  'jongen meisje baby peuter kleuter puber tiener dame heer mens persoon patient leerling student bewoner klant cliente boy girl toddler teenager lady gentleman person patient student pupil resident customer male female guy'.split(
    ' ',
  ),
)
const beforeAge = new Set(
  'is was zijn waren are were van of al nu nog pas net geen niet bijna ruim ongeveer meer dan inmiddels already now only just not even yet about almost nearly over roughly some around'.split(
    ' ',
  ),
)

/** "een auto van 8 jaar oud", "my fridge is 12 years old", "an 8 year old car": what is as old stands around it, and is nobody. */
function isAgeOfThing(turn: Turn, { from, to }: NumberFound): boolean {
  const after = turn.tokens[to + 2]
  if (after !== undefined && after.gap === 1 && isNoun(turn, after)) return !isPerson(after)
  let i = from - 1
  while (i > from - 6 && i >= 0 && beforeAge.has(turn.tokens[i]!.lower)) i--
  const subject = turn.tokens[i]
  if (subject === undefined || i === from - 1 || turn.tokens[i + 1]!.gap === 2) return false
  if (/^(?:het|dit|dat|deze|it|this|that|which)$/.test(subject.lower)) return true
  return isNoun(turn, subject) && !isPerson(subject)
}

const isPerson = ({ bits, lower }: Token): boolean => (bits & bit.kin) !== 0 || people.has(lower)
const isNoun = (turn: Turn, token: Token): boolean =>
  token.kind === 'word' &&
  (token.bits & (bit.function | bit.capital | bit.reply | bit.number)) === 0 &&
  known(turn, token)

/** "ik ben 83", "im 17", "i'm eighty four", "she is 12": the subject stands just before. */
function isOfSelf(turn: Turn, from: number, list = true): boolean {
  const before = turn.tokens[from - 1]
  const two = turn.tokens[from - 2]
  if (before === undefined || turn.tokens[from]!.gap === 2) return false
  if (selves.has(before.lower)) return true
  if (/^(?:m|re)$/.test(before.lower) && two?.lower === "'") return true
  // "we zijn 61 en 63": the second goes by the first.
  if (isAfterSelf(turn, from)) return true
  if (/^(?:zijn|are)$/.test(before.lower) && /^(?:we|wij|zij|ze|they|jullie)$/.test(two?.lower ?? ''))
    return isAloneAt(turn, from)
  const other =
    list && /^(?:and|en)$/.test(before.lower) && two?.kind === 'digits' ? turn.numberAt.get(from - 2) : undefined
  if (other !== undefined && isAge(other.digits) && other.to === from - 1) return isOfSelf(turn, other.from, false)
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

const between = new Set(
  'al nu bijna pas net zelf ook volgende deze week maand jaar already now almost only just next this month year'.split(
    ' ',
  ),
)

/** "die is al zesenzestig", "hij heet Bo en is 35", "ik word volgende week zeventig": a grown-up's age, a few words after who it is. */
function isAfterSelf(turn: Turn, from: number): boolean {
  const run = turn.numberAt.get(from)
  if (run === undefined || Number(run.digits) < 16 || !isAlone(turn, run)) return false
  let i = from - 1
  while (i > from - 5 && i >= 0 && between.has(turn.tokens[i]!.lower)) i--
  const verb = turn.tokens[i]?.lower ?? ''
  if (i < 0 || turn.tokens[i + 1]!.gap === 2) return false
  if (/^(?:word|wordt|worden|ben)$/.test(verb)) return i < from - 1
  const who = turn.tokens[i - 1]
  if (verb !== 'is' || who === undefined) return false
  if (/^(?:die|hij|zij|ze|he|she)$/.test(who.lower) || (who.bits & bit.kin) !== 0) return i < from - 1
  return (
    (/^(?:en|and)$/.test(who.lower) && (turn.bits & bit.kin) !== 0) ||
    /^(?:heet|called|named)$/.test(turn.tokens[i - 3]?.lower ?? '')
  )
}

/** "op mijn 32ste", "op zijn zestigste", "a man of 54", "een vrouw van 54". */
function isYearOfLife(turn: Turn, run: NumberFound): boolean {
  const [before, two] = [turn.tokens[run.from - 1]?.lower ?? '', turn.tokens[run.from - 2]]
  const next = turn.tokens[run.to]
  if (/^(?:mijn|m'n|zijn|haar|hun)$/.test(before) && two?.lower === 'op')
    return next !== undefined && next.gap === 0 && /^(?:e|ste|de)$/.test(next.lower)
  if (!/^(?:van|of)$/.test(before) || two === undefined || !isAlone(turn, run)) return false
  // "onze dochter Freshta van 45".
  const three = turn.tokens[run.from - 3]
  return (two.bits & bit.kin) !== 0 || (three !== undefined && (three.bits & bit.kin) !== 0 && !ordinary(turn, two))
}

/** "at 76 I should not have to", "At 34, Kaveh is": who it is, after an age of a grown-up. */
function isAtAge(turn: Turn, run: NumberFound): boolean {
  const next = turn.tokens[run.to]
  const named = turn.tokens[run.to + 1]
  if (turn.tokens[run.from - 1]?.text === 'At' && next?.lower === ',' && named?.kind === 'word')
    return Number(run.digits) > 15 && (named.bits & bit.capital) !== 0
  return (
    turn.tokens[run.from - 1]?.lower === 'at' &&
    Number(run.digits) > 15 &&
    (next?.text === 'I' || /^(?:she|he|they|we)$/.test(next?.lower ?? ''))
  )
}

const isAloneAt = (turn: Turn, from: number): boolean => {
  const run = turn.numberAt.get(from)
  return run !== undefined && Number(run.digits) > 5 && isAlone(turn, run)
}

/** No measure, no hour, no thing after it. */
function isAlone(turn: Turn, { to, quantity }: NumberFound): boolean {
  const next = turn.tokens[to]
  if (next === undefined || next.gap === 2 || next.kind === 'mark') return !quantity
  return !quantity && (next.bits & bit.function) !== 0
}

/** "my kids, 12 and 9": kin, a comma, and numbers up to the end or another comma. */
function isListOfKin(turn: Turn, run: NumberFound): boolean {
  let i = run.from - 1
  for (let steps = 0; steps < 6 && i >= 0; steps++, i--) {
    const token = turn.tokens[i]!
    if ((token.bits & bit.kin) !== 0) return /^(?:,|\(|are|zijn)$/.test(turn.tokens[i + 1]!.lower) && isAlone(turn, run)
    const passes = token.kind === 'digits' || [',', 'and', 'en', '(', 'are', 'zijn'].includes(token.lower)
    if (!passes) return false
  }
  return false
}
