import { bit } from '../../lexicon/lexicon.ts'
import { type NumberFound, strange, type Turn } from '../../scan/turn.ts'
import { houseEnd } from '../nl/postcode.ts'
import type { Report } from '../recogniser.ts'
import { isState } from '../us/states.ts'
import { placeEnd } from './city.ts'

const mostWordsOfCity = 4

/**
 * What goes on after a street and its number: a box ("bus 12"), a postcode of figures with the place ("2018 Antwerpen",
 * ", 48143 Münster"), place, state and ZIP code ("cleveland oh 44109", "Springfield, IL 62704").
 */
export function restOfAddress(turn: Turn, from: number, to: number, report: Report): void {
  const { tokens } = turn
  let i = to
  if (tokens[i]?.lower === 'bus' || tokens[i]?.lower === 'bte' || tokens[i]?.lower === 'box') {
    const box = turn.numberAt.get(i + 1)
    if (box !== undefined && box.digits.length <= 4 && tokens[i]!.gap === 1) {
      report(from, box.to, 'ADDRESS', 0.7, 'after:address')
      i = box.to
    }
  }
  if (tokens[i]?.lower === ',' || tokens[i]?.lower === '-' || tokens[i]?.lower === 'te') i++
  if (tokens[i] === undefined) return
  if (!postcodeAndPlace(turn, i, report)) stateAndZip(turn, i, report)
}

/** "D-48143 Münster", "B 2018 Antwerpen", "2018 Antwerpen": four or five figures and a place right after them. */
function postcodeAndPlace(turn: Turn, at: number, report: Report): boolean {
  const { tokens } = turn
  let from = at
  if (/^(?:d|b|be|de|a|at|ch|l)$/.test(tokens[from]!.lower)) from += tokens[from + 1]?.lower === '-' ? 2 : 1
  const run = turn.numberAt.get(from)
  if (run === undefined || run.spoken || run.separators !== '' || run.gluedAfter) return false
  const place = tokens[run.to]
  if (!/^\d{4,5}$/.test(run.digits) || place === undefined || place.kind !== 'word' || place.gap !== 1) return false
  if ((place.bits & (bit.unit | bit.month | bit.function)) !== 0 && (place.bits & bit.capital) === 0) return false
  if ((place.bits & bit.capital) === 0 && !strange(turn, place)) return false
  report(at, run.to, 'POSTCODE', 0.8, 'after:address')
  const end = placeEnd(turn, run.to)
  report(run.to, Math.max(end, run.to + 1), 'CITY', 0.6, 'after:address')
  return true
}

/** Up to four words of a place, then a state, then a ZIP code; without the code only a state in capitals or at the very end. */
function stateAndZip(turn: Turn, at: number, report: Report): void {
  const { tokens } = turn
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

const isHouseNumber = ({ digits, groups, separators, quantity, spoken, gluedBefore }: NumberFound): boolean =>
  !quantity &&
  !spoken &&
  !gluedBefore &&
  (separators === '' || (separators === '-' && groups[1]!.length <= 2)) &&
  digits.length <= 5 &&
  !/^20[0-3]\d$|^0/.test(digits)
