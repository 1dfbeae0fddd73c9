import { bit } from '../../lexicon/lexicon.ts'
import { streetEndingsAbroad, streetsAfter, streetsBefore } from '../../lexicon/small-words.ts'
import type { Token } from '../../scan/tokens.ts'
import { ordinary, type Turn } from '../../scan/turn.ts'
import type { Recogniser, Report } from '../recogniser.ts'
import { partsAfterStreet, reportParts, tellAddress } from './address-rest.ts'

const before = new Set(streetsBefore.split(' '))
/** Words of other things too: they need a capital, or the number in front. */
const doubtful = new Set('via place route avenue plaza corso strada ter tere'.split(' '))
const after = new Set(streetsAfter.split(' '))
const endings = streetEndingsAbroad.split(' ')
const boxes = /^(?:postbus|postfach|apartado|box)$/
const mostWords = 5

/**
 * Streets of countries without a folder of their own, by what a street is called there, with a number beside it ("12 rue des
 * Lilas", "Storgatan 5", "ul. Polna 7/3"); boxes of the post; and any name with a number where a flat, a postcode or a region
 * goes on from it ("107 Queensway, M1 2LF").
 */
export const street: Recogniser = {
  id: 'international/street',
  labels: ['ADDRESS', 'POSTCODE', 'CITY'],
  triggers: { numbers: true, afterAddress: true },
  find(turn, report) {
    if (turn.role === 'system') return
    const { tokens } = turn
    if (turn.afterAddress) findLine(turn, report)
    for (let i = 0, done = 0; i < tokens.length; i++) {
      if (!isBesideName(tokens, i) || !mayBeHouse(tokens, i)) continue
      const found = boxAt(turn, i) ?? streetAt(turn, i)
      // "12 rue des Lilas, 75011": the name belongs to the first number.
      if (found === undefined || found.from < done) continue
      done = found.to
      report(found.from, found.to, 'ADDRESS', found.sure ? 0.75 : 0.6, found.sure ? 'street-shape' : 'place-shape')
      i = Math.max(i, found.to - 1)
    }
  },
}

/** A line of an address of which the lines are messages of their own: "Suite 480", "Kuopio 85650, Finland". */
function findLine(turn: Turn, report: Report): void {
  const parts = partsAfterStreet(turn, 0)
  const to = parts.at(-1)?.to ?? 0
  const after = turn.tokens[to]
  if (to > 0 && (after === undefined || turn.sentences[to] !== turn.sentences[to - 1] || tellAddress(parts)))
    reportParts(parts, report)
}

/** A word that may be of a street right before the figures, or right after them. */
function isBesideName(tokens: readonly Token[], i: number): boolean {
  if (tokens[i]!.kind !== 'digits' || tokens[i]!.text.length > 5) return false
  const back = tokens[i - 1]
  if (back !== undefined && (back.lower === ',' || mayEndName(back))) return true
  const ahead = tokens[i + 1]
  return ahead !== undefined && (ahead.gap === 0 ? tokens[i + 2] !== undefined : mayBeginName(ahead))
}

const mayBeginName = ({ lower, text, bits }: Token): boolean =>
  (isCapital({ bits }) && text.length > ((bits & bit.allCapitals) !== 0 ? 3 : 1)) || before.has(lower) || lower === 'c'

const mayEndName = ({ kind, text, lower, bits }: Token): boolean =>
  kind === 'word' &&
  text.length > 1 &&
  ((bits & (bit.capital | bit.allCapitals)) === bit.capital || text.length > 3 || after.has(lower) || boxes.test(lower))

/** Figures by themselves, of no date, code or flat. */
function mayBeHouse(tokens: readonly Token[], i: number): boolean {
  const token = tokens[i]!
  if (token.gap === 0) return false
  if (((tokens[i - 1]?.bits ?? 0) & bit.buildingPart) !== 0 && !boxes.test(tokens[i - 1]!.lower)) return false
  const [mark, next, again] = [tokens[i + 1], tokens[i + 2], tokens[i + 3]]
  return !(mark?.kind === 'mark' && mark.gap === 0 && next?.kind === 'digits' && again?.lower === mark.lower)
}

type Found = { readonly from: number; readonly to: number; readonly sure: boolean }

/** "P.O. Box 1234", "Postbus 88". */
function boxAt({ tokens }: Turn, number: number): Found | undefined {
  const word = tokens[number - 1]
  if (word === undefined || tokens[number]!.gap !== 1 || !boxes.test(word.lower)) return undefined
  if (word.lower !== 'box') return { from: number - 1, to: number + 1, sure: true }
  let from = number - 2
  while (from > number - 6 && from >= 0 && /^(?:p|o|po|\.)$/.test(tokens[from]!.lower)) from--
  return from < number - 2 ? { from: from + 1, to: number + 1, sure: true } : undefined
}

function isCalledStreet(turn: Turn, from: number, to: number, numberInFront: boolean): boolean {
  const { tokens } = turn
  const [first, last] = [tokens[from]!, tokens[to - 1]!]
  if (to - from > 1 && isOwnWord(turn, from)) return true
  if (to - from > 1 && before.has(first.lower) && (numberInFront || !doubtful.has(first.lower) || isCapital(first)))
    return true
  if (to - from > 1 && after.has(last.lower) && !numberInFront) return true
  return (
    !numberInFront &&
    to - from <= 3 &&
    endings.some((end) => last.lower.length > end.length + 2 && last.lower.endsWith(end))
  )
}

/** A street by what it is called, or a name and a number when a flat stands before it or an address goes on after it. */
function streetAt(turn: Turn, number: number): Found | undefined {
  const to = numberEnd(turn.tokens, number)
  const ahead = nameAhead(turn, number)
  if (ahead !== undefined && isCalledStreet(turn, ahead.from, ahead.to, true))
    return { from: number, to: ahead.to, sure: true }
  const back = nameBack(turn, number)
  if (back !== undefined && isCalledStreet(turn, back.from, back.to, false)) return { from: back.from, to, sure: true }
  if (ahead !== undefined) {
    const flat = flatBefore(turn, number)
    if (flat < number || goesOn(turn, ahead.to)) return { from: flat, to: ahead.to, sure: false }
  }
  return back !== undefined && goesOn(turn, to) ? { from: back.from, to, sure: false } : undefined
}

/** First token of "Flat 4, " before a number; the number when that does not stand there. */
function flatBefore({ tokens }: Turn, number: number): number {
  const part = tokens[number - 1]?.lower === ',' ? number - 3 : number - 2
  const named = /^(?:flat|apartment|apt|suite|unit|room)$/.test(tokens[part]?.lower ?? '')
  return named && tokens[part + 1]?.kind === 'digits' && tokens[number]!.gap === 1 ? part : number
}

const goesOn = (turn: Turn, at: number): boolean => tellAddress(partsAfterStreet(turn, at))

/** "7/3", "12-14", "12b", "3bis" after the first figures. */
function numberEnd(tokens: readonly Token[], number: number): number {
  const [mark, next] = [tokens[number + 1], tokens[number + 2]]
  const joined = mark !== undefined && mark.gap === 0 && '/-'.includes(mark.lower) && next?.gap === 0
  if (joined && next!.kind === 'digits' && next!.text.length <= 3) return number + 3
  return mark?.kind === 'word' && mark.gap === 0 && mark.text.length <= 3 ? number + 2 : number + 1
}

/** The name that follows a number: "12 rue des Lilas", "107 Queensway", "4 Calle de la Luna". */
function nameAhead(turn: Turn, number: number): { from: number; to: number } | undefined {
  const { tokens } = turn
  let from = number + 1
  if (tokens[from]?.kind === 'word' && tokens[from]!.gap === 0 && tokens[from]!.text.length === 1) from++
  if (tokens[from]?.lower === ',' && before.has(tokens[from + 1]?.lower ?? '')) from++
  const first = tokens[from]
  if (first === undefined || first.kind !== 'word' || first.gap !== 1 || !opens(turn, from)) return undefined
  let to = from + 1
  for (let i = from + 1; i < from + mostWords + 1 && i < tokens.length; i++) {
    const token = tokens[i]!
    if (token.kind === 'mark' ? !isInside(turn, i) : token.gap !== 1 && tokens[i - 1]!.kind !== 'mark') break
    if (token.kind === 'mark' || isLittle(token)) continue
    if (token.kind !== 'word' || !isCapital(token) || (token.bits & notStreet) !== 0) break
    to = i + 1
  }
  return { from, to }
}

/** The name that leads to a number: "Storgatan 5", "ul. Polna 7", "Calle Mayor, 12", "C/ Libertad 59". */
function nameBack(turn: Turn, number: number): { from: number; to: number } | undefined {
  const { tokens } = turn
  if (tokens[number]!.gap !== 1) return undefined
  const to = tokens[number - 1]?.lower === ',' ? number - 1 : number
  let from = to
  for (let i = to - 1; i >= Math.max(0, to - mostWords - 1); i--) {
    const token = tokens[i]!
    if (i + 1 < to && tokens[i + 1]!.gap === 2) break
    if (token.kind === 'mark' ? !isInside(turn, i) : token.kind !== 'word') break
    if (token.kind === 'mark' || isLittle(token)) continue
    if (
      before.has(token.lower) ||
      after.has(token.lower) ||
      isOwnWord(turn, i) ||
      (isCapital(token) && (token.bits & notStreet) === 0)
    )
      from = i
    else break
  }
  return from < to && opens(turn, from) ? { from, to } : undefined
}

const notStreet = bit.month | bit.unit | bit.title | bit.reply | bit.named | bit.kin | bit.buildingPart
const isCapital = ({ bits }: Pick<Token, 'bits'>): boolean => (bits & bit.capital) !== 0
/** "Am Markt 10", no hour; "C/ Libertad 5". */
const isOwnWord = ({ tokens }: Turn, i: number): boolean =>
  tokens[i]!.text === 'Am' || (tokens[i]!.lower === 'c' && tokens[i + 1]?.lower === '/' && tokens[i + 1]!.gap === 0)
const isLittle = (token: Token): boolean =>
  token.kind === 'word' &&
  !isCapital(token) &&
  /^(?:de|la|las|los|le|les|du|des|d|l|der|den|dem|von|van|del|della|do|da|dos|das|op|aan|het|y|e)$/.test(token.lower)

/** A dot, an apostrophe, a hyphen or a stroke inside a name. */
const isInside = ({ tokens, sentences }: Turn, i: number): boolean =>
  tokens[i]!.gap === 0 &&
  ".'-/".includes(tokens[i]!.lower) &&
  tokens[i + 1]?.kind === 'word' &&
  sentences[i] === sentences[i + 1]

/** A capital that is no everyday word at the start of a sentence, or what a street is called. */
function opens(turn: Turn, at: number): boolean {
  const token = turn.tokens[at]!
  if (before.has(token.lower) || isOwnWord(turn, at)) return true
  if ((token.bits & bit.allCapitals) !== 0 && token.text.length < 4) return false
  if (!isCapital(token) || (token.bits & (notStreet | bit.proper | bit.function)) !== 0) return false
  const first = at === 0 || turn.sentences[at] !== turn.sentences[at - 1]
  return !first || !ordinary(turn, token)
}
