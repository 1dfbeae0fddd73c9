import { bit } from '../../lexicon/lexicon.ts'
import type { Token } from '../../scan/tokens.ts'
import { neverStrange, ordinary, strange, type Turn } from '../../scan/turn.ts'
import type { Recogniser } from '../recogniser.ts'
import { isHomeWord } from './city.ts'

const leads = new Set(
  'to for from with by aan voor van naar met door via in op bij u je jij you de mijn my his her haar zijn'.split(' '),
)

/**
 * Default-deny for names: a word in lower case that no list and no dictionary explains, in what a customer writes or says
 * among words that are known ("send it to rickelle kawamoto"). Names of places and firms go with it: which of them it is
 * cannot be told from the word.
 */
export const personUnknown: Recogniser = {
  id: 'international/person-unknown',
  labels: ['PERSON'],
  triggers: { turn: 'any' },
  find(turn, report) {
    if (turn.role !== 'customer' || namesThing(turn)) return
    for (let i = 0; i < turn.tokens.length; i++) {
      if (!isCandidate(turn, i, turn.tokens[i]!)) continue
      if (!turn.familiar) return
      const { from, to } = withNeighbours(turn, i)
      report(from, to, 'PERSON', 0.35, 'unknown-word')
      i = to - 1
    }
  },
}

/** A short answer to what it is about: "firefox op linux". */
const namesThing = ({ asked, tokens }: Turn): boolean => asked[0] === 'thing' && tokens.length <= 8

/** In lower case, by itself: not a part of an address of mail, a link or a code. */
function isCandidate(turn: Turn, i: number, token: Token): boolean {
  if (token.kind !== 'word' || (token.bits & (bit.capital | neverStrange)) !== 0 || token.text.length < 4) return false
  const after = turn.tokens[i + 1]
  if (token.gap === 0 && !'\'-("'.includes(turn.tokens[i - 1]?.lower ?? '(')) return false
  if (after !== undefined && after.gap === 0 && (after.kind !== 'mark' || '@/_:'.includes(after.lower))) return false
  if (after?.lower === '.' && after.gap === 0 && turn.tokens[i + 2]?.gap === 0) return false
  return strange(turn, token) && !isTopic(turn, i)
}

/** "in amsterdam is een storing": one word after "in" is a place; where somebody lives is found by its own rule. */
function isTopic(turn: Turn, at: number): boolean {
  const before = turn.tokens[at - 1]
  if (before === undefined || !/^(?:in|near|nabij|richting|rondom)$/.test(before.lower) || turn.tokens[at]!.gap !== 1)
    return false
  if (speaksOfHome(turn, at)) return false
  const after = turn.tokens[at + 1]
  return after === undefined || after.gap === 2 || after.kind !== 'word' || !strange(turn, after)
}

const reachOfHome = 16

/** Somebody lives there: a word of homes or a house number shortly before. */
function speaksOfHome(turn: Turn, at: number): boolean {
  for (let i = at - 1; i >= Math.max(0, at - reachOfHome); i--) {
    const { bits, kind } = turn.tokens[i]!
    if (kind === 'digits' || (bits & bit.number) !== 0 || isHomeWord(turn.tokens[i]!)) return true
  }
  return false
}

/** "page guynn" after "to", "latrice song" before the end, "mekia s. burgess": one known word beside an unknown one. */
function withNeighbours(turn: Turn, at: number): { from: number; to: number } {
  let from = at
  let to = at + 1
  while (to < turn.tokens.length && to < at + 6 && turn.tokens[to]!.gap < 2) {
    const token = turn.tokens[to]!
    if (
      token.kind === 'word' &&
      token.gap === 1 &&
      (strange(turn, token) || (token.text.length === 1 && !'iua'.includes(token.lower)))
    )
      to++
    else if (token.lower === '.' && token.gap === 0 && turn.tokens[to - 1]!.text.length === 1) to++
    else if (
      "-'".includes(token.lower) &&
      token.gap === 0 &&
      turn.tokens[to + 1]?.gap === 0 &&
      turn.tokens[to + 1]!.kind === 'word'
    )
      to += 2
    else {
      const led = afterParticles(turn, to)
      if (led === to) break
      to = led
    }
  }
  const before = turn.tokens[at - 1]
  if (before !== undefined && turn.tokens[at]!.gap === 1 && mayBeName(turn, before)) {
    const lead = turn.tokens[at - 2]
    if (lead === undefined || before.gap === 2 || leads.has(lead.lower) || !ordinary(turn, before)) from = at - 1
  }
  const after = turn.tokens[to]
  if (after !== undefined && from === at && after.gap === 1 && to === at + 1 && mayBeName(turn, after)) {
    const end = turn.tokens[to + 1]
    const led = leads.has(before?.lower ?? '')
    if (
      (led || !ordinary(turn, after)) &&
      (end === undefined || end.kind === 'mark' || (end.bits & bit.function) !== 0)
    )
      to++
  }
  return { from, to }
}

const sure = new Set(['der', 'den', 'ter', 'ten', 'el', 'al', 'ibn', 'bint', 'von', 'della', 'dos'])

/** Past "van dijk", "el sayed", "ter horst" after a given name; where it began when that does not follow. */
function afterParticles(turn: Turn, at: number): number {
  const { tokens } = turn
  let surely = false
  for (let i = at; i < at + 3 && i < tokens.length; i++) {
    const token = tokens[i]!
    if (token.kind !== 'word' || token.gap !== 1) return at
    if ((token.bits & bit.particle) === 0) {
      const fits = (token.bits & never) === 0 && (surely || !ordinary(turn, token))
      return i > at && fits ? i + 1 : at
    }
    surely ||= sure.has(token.lower)
  }
  return at
}

const never =
  bit.function |
  bit.reply |
  bit.number |
  bit.unit |
  bit.title |
  bit.kin |
  bit.filler |
  bit.phrase |
  bit.personVerb |
  bit.month
const mayBeName = (_: Turn, token: Token): boolean =>
  token.kind === 'word' && token.text.length > 1 && token.text.length < 10 && (token.bits & never) === 0
