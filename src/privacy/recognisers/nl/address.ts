import { bit, more } from '../../lexicon/lexicon.ts'
import { looseStreetEndings } from '../../lexicon/small-words.ts'
import type { Kind } from '../../personal-data.ts'
import { evidenceFor, supports } from '../../scan/evidence.ts'
import type { Turn } from '../../scan/turn.ts'
import { ordinary, strange } from '../../scan/turn.ts'
import type { Recogniser, Report } from '../recogniser.ts'
import { houseEnd } from './postcode.ts'

const loose = new Set(looseStreetEndings.split(' '))
const kinds: ReadonlySet<Kind> = new Set(['address'])
const houseKinds: ReadonlySet<Kind> = new Set(['house'])
const adjectives = new Set(
  'korte lange oude nieuwe grote kleine eerste tweede derde vierde hoge lage groene brede smalle burgemeester burg professor prof dokter dr doctor pastoor dominee ds koningin koning prins prinses sint st generaal admiraal kapitein minister jonkheer meester mr ingenieur ir'.split(
    ' ',
  ),
)
/** Street and house number, a street without a number where it was named, and a house number that answers. */
export const address: Recogniser = {
  id: 'nl/address',
  labels: ['ADDRESS'],
  triggers: { numbers: true, cues: true },
  find(turn, report) {
    for (let i = 0; i < turn.tokens.length && (turn.more & more.street) !== 0; i++) {
      const ending = turn.tokens[i]!.form?.street
      if (ending !== undefined) i = Math.max(i, findStreet(turn, i, ending, report) - 1)
    }
    for (const run of turn.numbers) {
      const why = run.digits.length <= 5 && !run.quantity ? supports(run.evidence, houseKinds) : undefined
      if (why === undefined || (why === 'asked' && turn.role === 'system')) continue
      const letter = turn.tokens[run.to]
      const addition = letter !== undefined && letter.text.length === 1 && turn.tokens[run.to + 1] === undefined
      const end = addition && letter.kind === 'word' ? run.to + 1 : houseEnd(turn, run.to)
      report(run.from, end, 'ADDRESS', 0.8, `${why}:house`)
    }
    findAfterCapitals(turn, report)
  },
}

function findStreet(turn: Turn, at: number, ending: string, report: Report): number {
  const token = turn.tokens[at]!
  const capital = (token.bits & bit.capital) !== 0
  const number = houseNumber(turn, at)
  const why = supports(evidenceFor(turn, at, at + 1), kinds)
  const long = number >= 0 && token.lower.length >= ending.length + 4 && !ordinary(turn, token)
  const doubtful = !long && (loose.has(ending) || ending === token.lower || ordinary(turn, token))
  const named = why === 'cue' && !ordinary(turn, token) && ending !== token.lower && isNamedHere(turn, at)
  if (number < 0 && !named) return at
  const described = adjectives.has(turn.tokens[at - 1]?.lower ?? '')
  if (doubtful && number >= 0 && !capital && !described && why === undefined && !afterPlacePreposition(turn, at))
    return at
  const from = streetStart(turn, at)
  const to = number < 0 ? at + 1 : number
  report(from, to, 'ADDRESS', number < 0 ? 0.6 : 0.85, number < 0 ? 'cue:address' : 'street-shape')
  return to
}

/** The cue stands right before: "mijn straat is de Hofdijk". */
function isNamedHere(turn: Turn, at: number): boolean {
  return evidenceFor(turn, at, at + 1).distance <= 3
}

function afterPlacePreposition(turn: Turn, at: number): boolean {
  for (let i = at - 1; i >= Math.max(0, at - 3); i--) {
    if (/^(op|aan|naar|in|van|adres)$/.test(turn.tokens[i]!.lower)) return true
  }
  return false
}

/** End of "55", "1944 nr 3", "nummer 17", "16 rood" after a street's last word; −1 when there is none. */
function houseNumber(turn: Turn, at: number): number {
  let i = at + 1
  const run = turn.numberAt.get(i)
  if (run !== undefined && turn.tokens[i]!.gap === 1) {
    const again = houseNumber2(turn, run.to)
    if (again > 0) return again
    const withPostcode = run.spoken && run.digits.length <= 9 && turn.tokens[run.to]?.text.length === 1
    if (withPostcode && run.digits.length > 5) return run.to
    return run.digits.length <= 5 && !run.quantity && !run.separators.includes('/') ? houseEnd(turn, run.to) : -1
  }
  if (turn.tokens[i]?.lower === ',') i++
  return houseNumber2(turn, i)
}

function houseNumber2(turn: Turn, i: number): number {
  const word = turn.tokens[i]
  if (word === undefined || word.gap === 2 || !/^(nr|nummer|no|huisnummer|number)$/.test(word.lower)) return -1
  const at = turn.tokens[i + 1]?.lower === '.' ? i + 2 : i + 1
  const run = turn.numberAt.get(at)
  return run !== undefined && run.digits.length <= 5 ? houseEnd(turn, run.to) : -1
}

/** Names of streets begin before their last word: "Burgemeester van Karnebeekstraat", "korte houtstraat". */
function streetStart(turn: Turn, at: number): number {
  let from = at
  for (let i = at - 1; i >= Math.max(0, at - 6); i--) {
    const token = turn.tokens[i]!
    if (turn.tokens[i + 1]!.gap === 2) break
    if (token.lower === '.' && token.gap === 0 && adjectives.has(turn.tokens[i - 1]?.lower ?? '')) continue
    if (
      token.kind === 'mark' &&
      token.gap === 0 &&
      turn.tokens[i + 1]!.gap < 2 &&
      "-.'".includes(token.lower) &&
      token.lower !== '.'
    )
      continue
    if (token.kind !== 'word') break
    const capital = (token.bits & bit.capital) !== 0 && turn.sentences[i] === turn.sentences[at] && !isFirst(turn, i)
    if (capital || adjectives.has(token.lower) || (i === at - 1 && strange(turn, token))) from = i
    else if ((token.bits & bit.particle) === 0) break
  }
  return from
}

const isFirst = (turn: Turn, i: number): boolean =>
  (i === 0 || turn.sentences[i] !== turn.sentences[i - 1]) &&
  (turn.tokens[i]!.bits & (bit.function | bit.ordinary)) !== 0

/** "Achter de Hoven 6 II": capitals and little words, a number, after "op", "aan", "bij", "naar", or on a line of their own. */
function findAfterCapitals(turn: Turn, report: Report): void {
  if (!turn.cased) return
  for (const run of turn.numbers) {
    if (
      run.quantity ||
      run.digits.length > 4 ||
      run.gluedBefore ||
      turn.tokens[run.from]!.gap !== 1 ||
      /[/,]/.test(run.separators)
    )
      continue
    let from = run.from
    let capitals = 0
    for (let i = run.from - 1; i >= Math.max(0, run.from - 5); i--) {
      const token = turn.tokens[i]!
      const capital =
        token.kind === 'word' && (token.bits & bit.capital) !== 0 && (token.bits & (bit.month | bit.proper)) === 0
      if (capital) {
        capitals++
        from = i
      } else if (token.kind !== 'word' || (token.bits & bit.particle) === 0) break
      if (token.gap === 2) break
    }
    if (capitals === 0 || !hasAddressContext(turn, from, run.from, houseEnd(turn, run.to))) continue
    report(from, houseEnd(turn, run.to), 'ADDRESS', 0.5, 'place-shape')
  }
}

const homes = new Set(
  'woon woont wonen woonde woonden verhuis verhuizen verhuisd huis flat kamer live lives moved moving'.split(' '),
)

/** "woont alleen op de Roggemaat 27": a home, and "op", "aan" or "in" right before, an article between. */
function isHome(turn: Turn, from: number): boolean {
  const article = /^(?:de|het|the)$/.test(turn.tokens[from - 1]?.lower ?? '')
  const at = article ? from - 2 : from - 1
  if (!/^(?:op|aan|in|naar|at|on|to)$/.test(turn.tokens[at]?.lower ?? '')) return false
  for (let i = at - 1; i >= Math.max(0, at - 6); i--) {
    if (turn.sentences[i] !== turn.sentences[from]) return false
    if (homes.has(turn.tokens[i]!.lower)) return true
  }
  return false
}

const deliveries =
  /^(?:pakket|pakketje|zending|bestelling|brief|post|kaart|monteur|koerier|bezorgd|bezorgen|bezorging|gestuurd|sturen|verstuurd|omgeleid|afgeleverd|afleveren|geleverd|parcel|package|delivery|delivered|deliver|sent|send|ship|shipped|ship|redirected|courier|engineer|letter)$/

/** "het pakket is omgeleid naar Aalscholver 20": where something or somebody is sent. */
function isDelivery(turn: Turn, from: number): boolean {
  if (!/^(?:naar|to|op|aan|bij|at)$/.test(turn.tokens[from - 1]?.lower ?? '')) return false
  for (let i = from - 2; i >= Math.max(0, from - 8); i--) {
    if (turn.sentences[i] !== turn.sentences[from]) return false
    if (deliveries.test(turn.tokens[i]!.lower)) return true
  }
  return false
}

function hasAddressContext(turn: Turn, from: number, number: number, end: number): boolean {
  const before = turn.tokens[from - 1]
  const ownLine = turn.tokens[from]!.gap === 2 && (turn.tokens[end] === undefined || turn.tokens[end]!.gap === 2)
  if (ownLine) return turn.role === 'customer' && number - from <= 4 && !ordinary(turn, turn.tokens[from]!)
  if (supports(evidenceFor(turn, from, number), kinds) !== undefined) return true
  if ((isHome(turn, from) || isDelivery(turn, from)) && !ordinary(turn, turn.tokens[from]!)) return true
  return before !== undefined &&
    turn.tokens[from]!.gap === 1 &&
    /^(bij|aan|op|te)$/.test(before.lower) &&
    number - from >= 2 &&
    turn.tokens[number - 1]!.bits !== 0
    ? (turn.tokens[number - 1]!.bits & bit.capital) !== 0
    : false
}
