import { bit } from '../../lexicon/lexicon.ts'
import type { Label } from '../../personal-data.ts'
import type { Token } from '../../scan/tokens.ts'
import { type NumberFound, strange, type Turn } from '../../scan/turn.ts'
import { houseEnd } from '../nl/postcode.ts'
import type { Report } from '../recogniser.ts'
import { isState } from '../us/states.ts'
import { placeEnd } from './city.ts'

/** A part of an address after its street: tokens `[from, to)`. */
type Part = {
  readonly from: number
  readonly to: number
  readonly what: 'unit' | 'postcode' | 'region' | 'place' | 'country'
}

const mostParts = 5

/**
 * What goes on after a street and its number, in any order in which countries write it: a box or a flat ("bus 12", "Apt. 9"),
 * a postcode of figures ("2018", "48143", "02139-4307", "964 97"), a place, a region in capitals, a country, on the same line
 * or on the next. Empty when nothing of it says that an address goes on. Bounded.
 */
export function partsAfterStreet(turn: Turn, at: number): readonly Part[] {
  const parts: Part[] = []
  let end = at
  for (let i = afterSeparator(turn, at); i >= 0 && parts.length < mostParts; i = afterSeparator(turn, end)) {
    const part = partAt(turn, i, i > end, parts.at(-1)?.what)
    if (part === undefined) break
    parts.push(part)
    end = part.to
  }
  while (parts.length > 0 && isLoose(turn, parts)) parts.pop()
  return parts
}

/** A place at the end counts after a mark or before one. */
function isLoose({ tokens }: Turn, parts: readonly Part[]): boolean {
  const last = parts.at(-1)!
  if (last.what !== 'place') return false
  const [before, after] = [tokens[last.from - 1], tokens[last.to]]
  const ends = after === undefined || after.gap === 2 || (after.kind === 'mark' && ',.;)'.includes(after.lower))
  return !(ends || before?.kind === 'mark' || tokens[last.from]!.gap === 2 || parts.at(-2)?.what === 'postcode')
}

/** Past a comma, a hyphen apart, a line end, or "in", "te", "in the city of"; −1 at the end of the text. */
function afterSeparator({ tokens }: Turn, at: number): number {
  let i = at
  if (tokens[i]?.kind === 'mark' && ',-'.includes(tokens[i]!.lower)) i++
  if (/^(?:in|te)$/.test(tokens[i]?.lower ?? '') && tokens[i]!.gap === 1) {
    i++
    if (tokens[i]?.lower === 'the' && tokens[i + 1]?.lower === 'city') i += tokens[i + 2]?.lower === 'of' ? 3 : 2
  }
  return i < tokens.length ? i : -1
}

function partAt(turn: Turn, i: number, separated: boolean, before: Part['what'] | undefined): Part | undefined {
  const token = turn.tokens[i]!
  const made = (to: number, what: Part['what']): Part | undefined => (to > i ? { from: i, to, what } : undefined)
  const unit = made(unitEnd(turn, i), 'unit')
  if (unit !== undefined) return unit
  const coded = made(postcodeEnd(turn, i), 'postcode')
  if (coded !== undefined) return coded
  if (token.kind !== 'word') return undefined
  if ((token.bits & bit.capital) === 0 || token.text.length === 1) return undefined
  if ((token.bits & bit.allCapitals) !== 0 && token.text.length <= 3) return made(regionEnd(turn, i), 'region')
  if ((token.bits & notPlace) !== 0) return undefined
  if ((token.bits & bit.proper) !== 0) return before === undefined ? undefined : made(countryEnd(turn, i), 'country')
  return separated || before !== undefined || i === 0 || turn.tokens[i]!.gap < 2
    ? made(capitalsEnd(turn, i), 'place')
    : undefined
}

const notPlace = bit.month | bit.title | bit.reply | bit.unit
const isCapital = ({ kind, bits }: Token): boolean => kind === 'word' && (bits & bit.capital) !== 0

/** "bus 12", "Apt. 4C", "Suite 480", "Flat 3", "#14", "Box 7". */
function unitEnd({ tokens, numberAt }: Turn, at: number): number {
  const token = tokens[at]!
  if (token.lower === '#')
    return tokens[at + 1]?.kind === 'digits' && tokens[at + 1]!.gap < 2 ? withLetter(tokens, at + 2) : at
  if (!/^(?:bus|bte|box)$/.test(token.lower) && (token.bits & bit.buildingPart) === 0) return at
  const number = tokens[at + 1]?.lower === '.' ? at + 2 : at + 1
  const run = numberAt.get(number)
  if (run !== undefined && run.digits.length <= 5 && tokens[number]!.gap < 2) {
    const first = tokens[number]!
    const end = first.kind === 'digits' ? number + 1 : run.to
    return withLetter(tokens, end)
  }
  const letter = tokens[number]
  return letter?.kind === 'word' && letter.text.length === 1 && isCapital(letter) && letter.gap === 1 ? number + 1 : at
}

/** "125C". */
function withLetter(tokens: readonly Token[], at: number): number {
  const letter = tokens[at]
  return letter?.kind === 'word' && letter.gap === 0 && letter.text.length <= 2 ? at + 1 : at
}

/** Tokens of a postcode of figures, or of a country and one ("D-48143", "B 2018"); `at` when there is none. */
function postcodeEnd(turn: Turn, at: number): number {
  const { tokens } = turn
  let i = at
  if (/^(?:d|b|be|de|a|at|ch|l|f|i|e|p|pl|fi|se|dk|no|fin)$/.test(tokens[i]!.lower) && isCapital(tokens[i]!))
    i += tokens[i + 1]?.lower === '-' ? 2 : 1
  const first = tokens[i]
  if (first === undefined) return at
  const british = britishEnd(tokens, i)
  if (british > i) return british
  if (first.kind === 'word' && (first.bits & bit.number) !== 0) {
    const run = turn.numberAt.get(i)
    return run !== undefined && run.digits.length === 5 && !run.quantity ? run.to : at
  }
  if (first.kind !== 'digits' || (i > at && first.gap === 2)) return at
  // "K-100014" is a number of somebody's own, not a place with its postcode.
  if (i === at && first.gap === 0 && tokens[at - 1]?.lower === '-' && tokens[at - 1]!.gap === 0) return at
  const end = figuresEnd(tokens, i)
  const after = tokens[end]
  if (end === i + 1 && first.text.length === 4 && isPair(after)) return end + 1
  if (end === i || (after !== undefined && !isBoundary(after))) return at
  return end
}

/** Two letters of a Dutch postcode. */
const isPair = (token: Token | undefined): boolean =>
  token?.kind === 'word' && token.gap < 2 && token.text.length === 2 && (token.bits & bit.allCapitals) !== 0

/** "LL13 0AG", "EC1A 4ZG". */
function britishEnd(tokens: readonly Token[], at: number): number {
  const [area, district] = [tokens[at]!, tokens[at + 1]]
  if (area.kind !== 'word' || area.text.length > 2 || district?.kind !== 'digits' || district.gap !== 0) return at
  const i = tokens[at + 2]?.kind === 'word' && tokens[at + 2]!.gap === 0 ? at + 3 : at + 2
  const [sector, letters] = [tokens[i], tokens[i + 1]]
  const fits = sector?.kind === 'digits' && sector.gap < 2 && sector.text.length === 1
  return fits && letters?.kind === 'word' && letters.gap === 0 && letters.text.length === 2 ? i + 2 : at
}

function figuresEnd(tokens: readonly Token[], i: number): number {
  const { length } = tokens[i]!.text
  const [mark, second] = [tokens[i + 1], tokens[i + 2]]
  const joined = mark?.lower === '-' && mark.gap === 0 && second?.kind === 'digits' && second.gap === 0
  if (joined) {
    const sizes = `${length}-${second.text.length}`
    return /^(?:5-4|4-3|2-3|3-4)$/.test(sizes) ? i + 3 : i
  }
  if (length === 3 && mark?.kind === 'digits' && mark.gap === 1 && mark.text.length === 2) return i + 2
  return length >= 4 && length <= 6 ? i + 1 : i
}

const isBoundary = ({ kind, gap, lower, bits }: Token): boolean =>
  kind === 'mark' ? !':%€/@'.includes(lower) : gap > 0 && kind === 'word' && (bits & (bit.unit | bit.month)) === 0

/** "TX 73301", "NSW 2000", ", ON": two or three capitals, with the postcode after them. */
function regionEnd(turn: Turn, at: number): number {
  const { tokens } = turn
  const end = at + 1 < tokens.length ? postcodeEnd(turn, at + 1) : at + 1
  if (end > at + 1) return end
  return isState(tokens[at]!) && tokens[at - 1]?.lower === ',' ? at + 1 : at
}

function countryEnd({ tokens }: Turn, at: number): number {
  const next = tokens[at + 1]
  return next !== undefined && next.gap === 1 && isCapital(next) && (next.bits & bit.proper) !== 0 ? at + 2 : at + 1
}

/** One to three words of a place: "Arroyo Seco", "Bergen op Zoom". */
function capitalsEnd({ tokens }: Turn, at: number): number {
  let end = at + 1
  for (let i = at + 1; i < at + 5 && i < tokens.length; i++) {
    const token = tokens[i]!
    if (token.kind === 'mark' ? token.lower !== '-' || token.gap !== 0 : token.gap === 2) break
    const small = token.kind === 'mark' || ((token.bits & bit.particle) !== 0 && !isCapital(token))
    if (small) continue
    if (!isCapital(token) || (token.bits & (notPlace | bit.proper)) !== 0) break
    if ((token.bits & bit.allCapitals) !== 0 && token.text.length <= 3) break
    end = i + 1
  }
  return end
}

const labelOf: Readonly<Record<Part['what'], Label>> = {
  unit: 'ADDRESS',
  postcode: 'POSTCODE',
  region: 'POSTCODE',
  place: 'CITY',
  country: 'CITY',
}

export function reportParts(parts: readonly Part[], report: Report): void {
  for (const { from, to, what } of parts) report(from, to, labelOf[what], 0.6, 'after:address')
}

/** Some of the parts are of addresses only: a postcode, a flat or a region. */
export const tellAddress = (parts: readonly Part[]): boolean =>
  parts.some(({ what }) => what === 'postcode' || what === 'unit' || what === 'region') ||
  (parts.length > 1 && parts.some(({ what }) => what === 'country'))

/** Reports what goes on after the street `[from, to)`; where that ends. */
export function restOfAddress(turn: Turn, from: number, to: number, report: Report): number {
  const parts = partsAfterStreet(turn, to)
  reportParts(parts, report)
  if (parts[0]?.what === 'unit') report(from, parts[0].to, 'ADDRESS', 0.7, 'after:address')
  const end = parts.at(-1)?.to ?? to
  stateAndZip(turn, afterMark(turn, end), report)
  return end
}

const afterMark = ({ tokens }: Turn, at: number): number =>
  tokens[at]?.lower === ',' || tokens[at]?.lower === '-' || tokens[at]?.lower === 'te' ? at + 1 : at

const mostWordsOfCity = 4

/** Up to four words of a place in lower case, then a state, then a ZIP code: "cleveland oh 44109". */
function stateAndZip(turn: Turn, at: number, report: Report): void {
  const { tokens } = turn
  const first = tokens[at]
  if (first?.kind === 'digits') {
    unknownPlace(turn, at, report)
    return
  }
  for (let i = at; i <= at + mostWordsOfCity && i < tokens.length; i++) {
    const token = tokens[i]!
    if (token.gap === 2 && i > at) return
    if (isState(token)) {
      const zip = turn.numberAt.get(i + 1)
      const hasZip = zip !== undefined && /^\d{4,5}$/.test(zip.groups[0]!) && tokens[i + 1]!.gap === 1
      if (!hasZip && !(tokens[i + 1] === undefined || (token.bits & bit.allCapitals) !== 0)) continue
      const end = i > at && tokens[i - 1]!.lower === ',' ? i - 1 : i
      if (end > at) report(at, end, 'CITY', 0.6, 'after:address')
      report(i, hasZip ? zip.to : i + 1, 'POSTCODE', 0.7, 'after:address')
      return
    }
    if (token.kind === 'digits' || (token.kind === 'mark' && token.lower !== ',' && token.lower !== '.')) return
    if ((token.bits & (bit.function | bit.personVerb)) !== 0 && (token.bits & (bit.capital | bit.particle)) === 0)
      return
  }
}

/** "2018 antwerpen": a postcode of figures and a place in lower case that nothing explains. */
function unknownPlace(turn: Turn, at: number, report: Report): void {
  const run = turn.numberAt.get(at)
  if (run === undefined || run.spoken || !/^\d{4,5}$/.test(run.digits) || run.separators !== '' || run.gluedAfter)
    return
  const place = turn.tokens[run.to]
  if (place === undefined || place.kind !== 'word' || place.gap !== 1 || !strange(turn, place)) return
  report(at, run.to, 'POSTCODE', 0.8, 'after:address')
  report(run.to, Math.max(placeEnd(turn, run.to), run.to + 1), 'CITY', 0.6, 'after:address')
}

/**
 * "Het Wed 82b", "154 Queensway": a word that no list explains, beside a short number, is a street sooner than a person; with
 * the number it tells where somebody lives.
 */
export function homeOf(turn: Turn, from: number, to: number, report: Report): void {
  const { tokens } = turn
  const after = turn.numberAt.get(to)
  if (after !== undefined && tokens[to]!.gap === 1 && isHouseNumber(after)) {
    report(from, houseEnd(turn, after.to), 'ADDRESS', 0.45, 'place-shape')
    return
  }
  const digits = tokens[from - 1]
  const before = digits?.kind === 'digits' && tokens[from]!.gap === 1 ? turn.numberAt.get(from - 1) : undefined
  if (before !== undefined && before.to === from && isHouseNumber(before))
    report(from - 1, to, 'ADDRESS', 0.45, 'place-shape')
}

/** "N. J. Bouazza, Het Wed 208 in Den Bosch": a name, a comma, capitals and a number. */
export function homeAfter(turn: Turn, at: number, report: Report): void {
  const { tokens } = turn
  if (tokens[at]?.lower !== ',' || tokens[at + 1]?.gap !== 1 || !isCapital(tokens[at + 1]!)) return
  let number = at + 2
  while (number < at + 6 && tokens[number] !== undefined && isCapital(tokens[number]!)) number++
  const run = turn.numberAt.get(number)
  if (run === undefined || tokens[number]!.gap !== 1 || !isHouseNumber(run)) return
  const to = houseEnd(turn, run.to)
  report(at + 1, to, 'ADDRESS', 0.5, 'after:name')
  reportParts(partsAfterStreet(turn, to), report)
}

const isHouseNumber = ({ digits, groups, separators, quantity, spoken, gluedBefore }: NumberFound): boolean =>
  !quantity &&
  !spoken &&
  !gluedBefore &&
  (separators === '' || (separators === '-' && groups[1]!.length <= 2)) &&
  digits.length <= 5 &&
  !/^20[0-3]\d$|^0/.test(digits)
