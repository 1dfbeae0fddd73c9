import type { Kind } from '../../personal-data.ts'
import { supports } from '../../scan/evidence.ts'
import type { NumberFound, Turn } from '../../scan/turn.ts'
import { isLuhn } from '../checksum.ts'
import { type Recogniser, type Report, reportPieces } from '../recogniser.ts'

const card: ReadonlySet<Kind> = new Set(['card'])
const cvc: ReadonlySet<Kind> = new Set(['cvc'])
const cardWords = new Set('card cards kaart pas creditcard visa mastercard amex maestro bankpas'.split(' '))

/** Payment card numbers, their last digits, and the code that comes with them. */
export const paymentCard: Recogniser = {
  id: 'international/card',
  labels: ['CARD', 'CVC'],
  triggers: { numbers: true },
  find(turn, report) {
    let lastCard = -1
    for (const run of turn.numbers) {
      if (run.separators.includes('/')) continue
      if (isCvc(turn, run, lastCard))
        reportPieces(report, run, 'CVC', 0.95, supports(run.evidence, cvc) === 'asked' ? 'asked:cvc' : 'cue:cvc')
      else if (reportCard(turn, run, report)) lastCard = run.to
    }
  },
}

function reportCard(turn: Turn, run: NumberFound, report: Report): boolean {
  const { length } = run.digits
  const why = supports(run.evidence, card)
  const valid = length >= 13 && isLuhn(run.digits)
  if (valid || (why !== undefined && length >= 12)) {
    reportPieces(report, run, 'CARD', 0.95, valid ? 'checksum:card' : `${why}:card`)
    return true
  }
  if (run.quantity) return false
  // Fifteen or sixteen digits that begin as cards do are a mistyped card sooner than anything else.
  const looks = (length === 15 || length === 16) && /^[3-6]/.test(run.digits) && !run.gluedBefore
  const partly = why === 'asked' ? length >= 3 : why === 'cue' && length === 4 && run.evidence.distance <= 5
  if (looks || partly || isTail(turn, run)) {
    reportPieces(report, run, 'CARD', looks ? 0.6 : 0.8, why === undefined ? 'card-shape' : `${why}:card`)
    return true
  }
  return false
}

/** "my 7447 card", "de pas met 7447". */
function isTail(turn: Turn, run: NumberFound): boolean {
  if (run.digits.length !== 4) return false
  const after = turn.tokens[run.to]
  if (after !== undefined && after.gap < 2 && cardWords.has(after.lower)) return true
  const link = turn.tokens[run.from - 1]?.lower ?? ''
  return cardWords.has(link) || (/^(?:met|with)$/.test(link) && cardWords.has(turn.tokens[run.from - 2]?.lower ?? ''))
}

/** Three or four digits that were named or asked, or three that follow a card number within ten tokens. */
function isCvc(turn: Turn, run: NumberFound, lastCard: number): boolean {
  const { length } = run.digits
  if (length < 3 || length > 4) return false
  if (supports(run.evidence, cvc) !== undefined) return true
  return length === 3 && lastCard >= 0 && run.from - lastCard <= 10 && !run.quantity && turn.role !== 'system'
}
