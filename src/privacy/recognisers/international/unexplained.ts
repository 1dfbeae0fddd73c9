import { bit } from '../../lexicon/lexicon.ts'
import { readBareTurn } from '../../scan/bare-turn.ts'
import { type NumberFound, occurs, type Turn } from '../../scan/turn.ts'
import { type Recogniser, reportPieces } from '../recogniser.ts'
import { isOfFirm } from './phone.ts'

/**
 * Default-deny. A recogniser that waits for a reason leaks most where the reason is missing; so a long number that nothing
 * explains is hidden, and so is a turn of a customer that is only a number.
 */
export const unexplained: Recogniser = {
  id: 'international/unexplained',
  labels: ['CUSTREF'],
  triggers: { numbers: true },
  find(turn, report) {
    const shortest = turn.role === 'customer' ? 6 : turn.role === 'system' ? 9 : 7
    const only = turn.role === 'customer' && isOnlyNumbers(turn)
    const reading = asksForAmount(turn) && turn.tokens.length <= 4
    const told = only && turn.asked.length === 0
    for (const run of turn.numbers) {
      if (run.quantity || run.evidence.cues[0] === 'quantity' || isDateLike(run) || isBesideMonth(turn, run)) continue
      if (isOfFirm(turn, run)) continue
      const { length } = run.digits
      if (reading && length <= 7) continue
      if (isRecentDate(run) && (told || isAfterDateWord(turn, run))) continue
      if (told && isYearOrRound(run)) continue
      if (length >= 4 && isNumbered(turn, run)) reportPieces(report, run, 'CUSTREF', 0.5, 'number-sign')
      else if (length >= shortest && !isTechnical(turn, run)) reportPieces(report, run, 'CUSTREF', 0.5, 'long-number')
      else if (only && length >= 3) reportPieces(report, run, 'CUSTREF', 0.4, 'number-turn')
    }
    if (turn.role === 'customer' || turn.role === 'agent') findCodes(turn, report)
  },
}

/** Dates are the business of the birth date's recogniser. */
function isDateLike({ separators, digits, groups }: NumberFound): boolean {
  const stroke = separators.includes('/') && (groups.length > 2 ? digits.length <= 8 : digits.length <= 6)
  return stroke || (/^[-.]{2}$/.test(separators) && digits.length <= 8 && digits.length >= 6)
}

/** "#04628". */
const isNumbered = ({ tokens }: Turn, { from }: NumberFound): boolean =>
  tokens[from - 1]?.lower === '#' && tokens[from]!.gap === 0 && tokens[from - 1]!.gap > 0

/** "April 14 2018", "14 june": of a date in words. */
function isBesideMonth({ tokens }: Turn, { from, to, digits }: NumberFound): boolean {
  if (digits.length > 6) return false
  return ((tokens[from - 1]?.bits ?? 0) & bit.month) !== 0 || ((tokens[to]?.bits ?? 0) & bit.month) !== 0
}

const dateWords = /^(?:date|dated|on|datum|op|dd|d|since|sinds|vanaf|from)$/

/** "date on 12052018", "op 20180512". */
function isAfterDateWord({ tokens }: Turn, { from }: NumberFound): boolean {
  for (let i = from - 1; i >= Math.max(0, from - 2); i--) if (dateWords.test(tokens[i]!.lower)) return true
  return false
}

/** Glued to a word with a mark or letters: a code, judged as a whole. */
function isTechnical(turn: Turn, run: NumberFound): boolean {
  return (run.gluedBefore || run.gluedAfter) && turn.role !== 'customer'
}

/** An amount or a reading was asked for, and nothing of a person. */
const asksForAmount = ({ asked }: Turn): boolean =>
  asked.includes('quantity') && asked.every((kind) => kind === 'quantity' || kind === 'other')

/** "12052018", "20180512": a day of the last or the next years; a random number of eight figures is one in ten thousand times. */
function isRecentDate({ digits, groups }: NumberFound): boolean {
  if (digits.length !== 8 || groups.length !== 1) return false
  const asDate = (year: string, a: string, b: string): boolean =>
    /^20[1-3]\d$/.test(year) && Math.min(+a, +b) >= 1 && Math.min(+a, +b) <= 12 && Math.max(+a, +b) <= 31
  return (
    asDate(digits.slice(4), digits.slice(0, 2), digits.slice(2, 4)) ||
    asDate(digits.slice(0, 4), digits.slice(4, 6), digits.slice(6))
  )
}

/** "2017", "3000": a year of a thing, an amount. */
const isYearOrRound = ({ digits }: NumberFound): boolean => /^20[0-3]\d$|^[1-9]\d{0,3}00$/.test(digits)

/** A short turn of numbers and small words, or of who someone is, when nobody asked for an amount or a moment. */
function isOnlyNumbers(turn: Turn): boolean {
  if (
    turn.tokens.length > 16 ||
    turn.asked.includes('quantity') ||
    (turn.asked.length > 0 && turn.asked.every((kind) => kind === 'other'))
  )
    return false
  return (
    turn.tokens.every(
      ({ kind, bits }) => kind !== 'word' || (bits & (bit.number | bit.filler | bit.reply | bit.function)) !== 0,
    ) || readBareTurn(turn) !== undefined
  )
}

/** Codes of letters and digits with five digits or more, and six-character booking codes ("LK9WTD"). */
function findCodes(turn: Turn, report: Parameters<Recogniser['find']>[1]): void {
  if ((turn.occurs & occurs.joined) === 0) return
  for (const chunk of turn.chunks) {
    if (!chunk.hasDigit || !chunk.hasLetter || chunk.to - chunk.from > 24) continue
    const text = turn.text.slice(turn.tokens[chunk.from]!.start, turn.tokens[chunk.to - 1]!.end)
    if (/[@:]|\d[.,]\d/.test(text) || hasMonthOrUnit(turn, chunk)) continue
    const digits = text.replace(/\D/g, '').length
    const booking = /^[A-Z0-9]{6}$/.test(text) && /\d/.test(text) && !/^([A-Z]+\d+|\d+[A-Z]+)$/.test(text)
    if (digits >= 6 || (digits >= 5 && /[-/]/.test(text)) || booking)
      report(chunk.from, chunk.to, 'CUSTREF', 0.4, 'long-code')
  }
}

/** "31-dec-2026", "500GB". */
function hasMonthOrUnit(turn: Turn, chunk: { from: number; to: number }): boolean {
  for (let i = chunk.from; i < chunk.to; i++) if ((turn.tokens[i]!.bits & bit.month) !== 0) return true
  return chunk.to - chunk.from === 2 && (turn.tokens[chunk.to - 1]!.bits & bit.unit) !== 0
}
