import { bit } from '../../lexicon/lexicon.ts'
import type { Kind } from '../../personal-data.ts'
import type { Turn } from '../../scan/turn.ts'
import { ordinary } from '../../scan/turn.ts'
import type { Recogniser, Report } from '../recogniser.ts'

/** Number, name and kind of street as in the United Kingdom and the United States: "Flat 3, 14 Thistle Row", "27 Pear Tree Close". */
export const streetAddress: Recogniser = {
  id: 'gb/address',
  labels: ['ADDRESS'],
  triggers: { bits: bit.street | bit.buildingPart, asked: ['address', 'house'] satisfies Kind[] },
  find(turn, report) {
    for (let i = 0; i < turn.tokens.length; i++) {
      const { bits } = turn.tokens[i]!
      if ((bits & bit.street) !== 0) findStreet(turn, i, report)
      else if ((bits & bit.buildingPart) !== 0) findUnit(turn, i, report)
    }
    answer(turn, report)
  },
}

/** Back from "Row" over one to three words to the number; forward over a flat. */
function findStreet(turn: Turn, at: number, report: Report): void {
  // "one-way", "half-close": a part of a compound.
  if (turn.tokens[at]!.gap === 0) return
  for (let i = at - 1; i >= Math.max(0, at - 6); i--) {
    const token = turn.tokens[i]!
    if (turn.tokens[i + 1]!.gap === 2) return
    const start = numberEndingAt(turn, i)
    if (start >= 0) {
      if (at - i < 2 || !namesStreet(turn, i + 1, at)) return
      report(unitBefore(turn, start), unitAfter(turn, at + 1), 'ADDRESS', 0.8, 'street-shape')
      return
    }
    // "St Mary's Close": the end of a possessive is no initial.
    if (token.kind !== 'word' && !"-'.".includes(token.lower)) return
    if (token.lower === 's' && turn.tokens[i - 1]?.lower === "'") continue
    if ((token.bits & bit.function) !== 0 && (token.bits & bit.capital) === 0 && token.lower !== 'the') return
  }
}

/** Words between number and kind of street: capitals, or in lower case no measure ("14 days way"). */
function namesStreet(turn: Turn, from: number, to: number): boolean {
  let capitals = 0
  for (let i = from; i < to; i++) {
    const token = turn.tokens[i]!
    if ((token.bits & (bit.unit | bit.month)) !== 0) return false
    if ((token.bits & bit.capital) !== 0) capitals++
  }
  return capitals > 0 || !turn.cased || turn.channel === 'speech'
    ? capitals > 0 ||
        !ordinary(turn, turn.tokens[from]!) ||
        /^(st|street|road|rd|avenue|ave|lane|close|drive|crescent|terrace)$/.test(turn.tokens[to]!.lower)
    : false
}

/** First token of a short number that ends at `i`, with a letter glued to it; −1 when there is none. */
function numberEndingAt(turn: Turn, i: number): number {
  const token = turn.tokens[i]!
  const end = token.kind === 'word' && token.gap === 0 && token.text.length === 1 ? i - 1 : i
  for (let start = end; start > end - 10 && start >= 0; start--) {
    const run = turn.numberAt.get(start)
    if (run !== undefined)
      return run.to === end + 1 && run.digits.length <= 5 && !run.separators.includes('/') ? start : -1
  }
  return -1
}

/** "Flat 3, " before the number. */
function unitBefore(turn: Turn, from: number): number {
  for (let i = from - 1; i >= Math.max(0, from - 4); i--) {
    if ((turn.tokens[i]!.bits & bit.buildingPart) !== 0) return i
    if (turn.tokens[i + 1]!.gap === 2) break
  }
  return from
}

/** " Apt 4C", " flat three" after the street. */
function unitAfter(turn: Turn, at: number): number {
  const skip = turn.tokens[at]?.lower === ',' || turn.tokens[at]?.lower === '.' ? at + 1 : at
  const part = turn.tokens[skip]
  if (part === undefined || part.gap === 2 || (part.bits & bit.buildingPart) === 0) return at
  return unitEnd(turn, skip) ?? at
}

function unitEnd(turn: Turn, at: number): number | undefined {
  const next = turn.tokens[at + 1]
  if (next === undefined || next.gap === 2) return undefined
  const run = turn.numberAt.get(at + 1)
  if (run !== undefined && run.digits.length <= 5 && !run.quantity) {
    const letter = turn.tokens[run.to]
    return letter !== undefined && letter.gap === 0 && letter.text.length <= 2 ? run.to + 1 : run.to
  }
  return next.kind === 'word' && next.text.length === 1 && (next.bits & bit.capital) !== 0 ? at + 2 : undefined
}

/** "Apt 4C", "Suite 595" on its own. */
function findUnit(turn: Turn, at: number, report: Report): void {
  const token = turn.tokens[at]!
  const sure = /^(flat|apartment|apt|suite|ste|unit|appartement)$/.test(token.lower)
  const end = sure ? unitEnd(turn, at) : undefined
  if (end !== undefined && turn.role !== 'system') report(at, end, 'ADDRESS', 0.6, 'unit-shape')
}

/** A short answer to the question for an address: all of it from the first number or capital on. */
function answer(turn: Turn, report: Report): void {
  const asked = turn.asked.includes('address') || turn.asked.includes('house')
  if (!asked || turn.role === 'system' || turn.tokens.length > 14) return
  let from = 0
  while (from < turn.tokens.length && isLead(turn, from)) from++
  let to = answerEnd(turn, from)
  while (to > from && (turn.tokens[to - 1]!.kind === 'mark' || (turn.tokens[to - 1]!.bits & bit.reply) !== 0)) to--
  if (from >= to) return
  const words = turn.tokens.slice(from, to)
  const telling = words.some(({ kind, bits }) => kind === 'digits' || (bits & (bit.capital | bit.number)) !== 0)
  const unknown = words.some((token) => token.kind === 'word' && !ordinary(turn, token))
  if ((telling || unknown) && !words.some(({ lower }) => lower === '?'))
    report(from, to, 'ADDRESS', 0.5, 'asked:address')
}

/** The answer ends with its sentence, or where something else is named ("…, de postcode is"). */
function answerEnd(turn: Turn, from: number): number {
  const named = turn.cues.find(
    ({ from: at, meaning }) => at > from && meaning.says === 'kind' && meaning.kind !== 'address',
  )
  let to = named?.from ?? turn.tokens.length
  for (let i = from + 1; i < to; i++) {
    // A short line of its own is a line of an address.
    if (turn.sentences[i] !== turn.sentences[from] && turn.tokens[i]!.gap !== 2) to = i
  }
  return to
}

function isLead(turn: Turn, i: number): boolean {
  const { kind, bits, lower } = turn.tokens[i]!
  if (kind === 'mark') return true
  return (
    kind === 'word' &&
    ((bits & (bit.reply | bit.filler)) !== 0 ||
      /^(het|is|it|s|wordt|worden|becomes|will|be|naar|to|de|dat|that|my|mijn|i|ik|woon|live|op|aan|at|in|address|adres)$/.test(
        lower,
      ))
  )
}
