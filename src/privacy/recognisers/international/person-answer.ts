import { bit } from '../../lexicon/lexicon.ts'
import { nameEnd } from '../../scan/names.ts'
import type { Turn } from '../../scan/turn.ts'
import { ordinary } from '../../scan/turn.ts'
import type { Recogniser, Report } from '../recogniser.ts'

const leads = new Set(
  'ja yes yeah yep dat dit het is was it that this s ll be will met my mijn naam name prima zeker sure oke ok okay hi hoi hallo hello natuurlijk ik i m am ben heet tuurlijk nee no sorry eh uh um the de en and voor achter last first voornaam achternaam surname full volledige of course under onder op haar zijn her his dochter zoon'.split(
    ' ',
  ),
)

/** Answers to "what is your name?": what is left of a short answer when small talk is taken off. */
export const personAnswer: Recogniser = {
  id: 'international/person-answer',
  labels: ['PERSON'],
  triggers: { asked: ['name'] },
  find(turn, report) {
    if (!turn.asked.includes('name') || turn.role === 'system' || turn.role === 'ai') return
    let at = 0
    while (
      at < turn.tokens.length &&
      (turn.tokens[at]!.kind === 'mark' ||
        leads.has(turn.tokens[at]!.lower) ||
        (turn.tokens[at]!.bits & bit.reply) !== 0) &&
      !isNameLike(turn, at)
    )
      at++
    if (at >= turn.tokens.length || (turn.role === 'agent' && isAllOrdinary(turn, at))) return
    if (isWhole(turn, at)) {
      let end = turn.tokens.length
      while (turn.tokens[end - 1]!.kind === 'mark') end--
      report(at, end, 'PERSON', 0.8, 'asked:name')
      return
    }
    const short = wordsLeft(turn, at) <= 3
    const end = nameEnd(turn, at, short ? 'any' : 'unknown')
    const first = turn.tokens[at]!
    if (end > at && (short || (first.bits & bit.capital) !== 0 || !ordinary(turn, first)))
      report(at, end, 'PERSON', 0.8, 'asked:name')
    more(turn, Math.max(at + 1, end), report)
  },
}

/** "Team Service", "Customer care": who signs is no person. */
function isAllOrdinary(turn: Turn, at: number): boolean {
  for (let i = at; i < turn.tokens.length; i++)
    if (turn.tokens[i]!.kind === 'word' && !ordinary(turn, turn.tokens[i]!)) return false
  return true
}

/** A small word with a capital and company ("Do Van Minh") is part of the name, not of the lead-in. */
function isNameLike(turn: Turn, at: number): boolean {
  const token = turn.tokens[at]!
  const next = turn.tokens[at + 1]
  return at > 0 && (token.bits & bit.capital) !== 0 && next !== undefined && (next.bits & bit.capital) !== 0
}

/** Two to four words, one of them in no list, and none of small talk: all of it is the name ("ma lili", "rutger zwart"). */
function isWhole(turn: Turn, at: number): boolean {
  const words = wordsLeft(turn, at)
  if (words < 2 || words > 4) return false
  let unknown = false
  for (let i = at; i < turn.tokens.length; i++) {
    const { kind, bits, lower } = turn.tokens[i]!
    if (kind === 'digits' || (kind === 'mark' && !"-'.".includes(lower))) return false
    if (kind === 'mark') continue
    if ((bits & (bit.reply | bit.title | bit.number | bit.filler)) !== 0 || lower === 'ik') return false
    if ((bits & bit.function) !== 0 && (bits & bit.particle) === 0 && i > at) return false
    unknown ||= !ordinary(turn, turn.tokens[i]!)
  }
  return unknown
}

function wordsLeft(turn: Turn, at: number): number {
  let words = 0
  for (let i = at; i < turn.tokens.length; i++) if (turn.tokens[i]!.kind === 'word') words++
  return words
}

/** Unknown words further on in a short answer: "O'Shaughnessy, not Shaughnessey", "wiersum met de w …". */
function more(turn: Turn, from: number, report: Report): void {
  if (turn.tokens.length > 30) return
  for (let i = from; i < turn.tokens.length; i++) {
    if (turn.tokens[i]!.kind !== 'word') continue
    const end = nameEnd(turn, i, 'unknown')
    if (end > i && !isPlaceOrCode(turn, i) && isClear(turn, i, end)) report(i, end, 'PERSON', 0.4, 'asked:name')
    i = Math.max(i, end - 1)
  }
}

/** "from Denver", "IAH", "HXDUBJ", "ID's": no name, whatever was asked. */
function isPlaceOrCode(turn: Turn, at: number): boolean {
  const { text, gap } = turn.tokens[at]!
  const before = turn.tokens[at - 1]
  if (before !== undefined && gap < 2 && ((before.bits & bit.place) !== 0 || before.lower === 'to')) return true
  const beside = turn.tokens[at + 1]
  if (/^[A-Z]{2,}s?$/.test(text)) return beside === undefined || (beside.bits & bit.allCapitals) === 0
  return gap === 0 || beside?.kind === 'digits'
}

/** In a longer answer one word in lower case is any word; with a capital, or two in a row, it is a name sooner. */
function isClear(turn: Turn, from: number, to: number): boolean {
  return to - from > 1 || (turn.tokens[from]!.bits & bit.capital) !== 0 || turn.tokens.length <= 10
}
