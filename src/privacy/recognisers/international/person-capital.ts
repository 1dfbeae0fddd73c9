import { bit } from '../../lexicon/lexicon.ts'
import type { Cue } from '../../scan/cues.ts'
import { lastCueBefore } from '../../scan/evidence.ts'
import { nameEnd } from '../../scan/names.ts'
import { capitalsEnd, isDerived, isNamedThing, isPlaceOf, isWay, opensThing } from '../../scan/things.ts'
import type { Token } from '../../scan/tokens.ts'
import type { Turn } from '../../scan/turn.ts'
import { known, ordinary, strange } from '../../scan/turn.ts'
import type { Recogniser } from '../recogniser.ts'
import { isTold } from './person.ts'

const articles = new Set(
  'de het een the a an this that deze dit die dat onze our your uw jullie nieuwe new oude old geen elke ieder iedere welk welke any every each which'.split(
    ' ',
  ),
)
const listing = new Set([',', 'en', 'and', 'of', 'or', '&', '/'])

/**
 * Default-deny for names: a word with a capital inside a sentence that no list of ordinary words, places or firms explains,
 * in what a customer writes. After "in" or "naar" it is a place, after an article a thing.
 */
export const personCapital: Recogniser = {
  id: 'international/person-capital',
  labels: ['PERSON'],
  triggers: { bits: bit.capital },
  find(turn, report) {
    const isAgent = turn.role === 'agent'
    if (!(isAgent || turn.role === 'customer') || turn.channel === 'speech') return
    let placeEnd = -1
    let readable: boolean | undefined
    const aboutNames = turn.cues.some(isNameCue)
    const aboutPeople = (turn.bits & bit.kin) !== 0 || aboutNames
    for (let i = 0; i < turn.tokens.length; i++) {
      const token = turn.tokens[i]!
      if (token.kind !== 'word' || (token.bits & bit.capital) === 0 || token.text.length < 2) continue
      const first = isFirst(turn, i)
      if (first && opensNoName(turn, i)) continue
      let end = nameEnd(turn, i, 'unknown')
      if (end === i && !first && aboutPeople && isOddCapital(turn, i)) end = i + 1
      if (end === i) continue
      // Weighed when the first capital asks for it: most turns have none that may be a name.
      readable ??= turn.familiar && !isShouting(turn)
      if (!readable) return
      end = withoutField(turn, i, end)
      if (isCode(turn, i, end)) {
        i = end - 1
        continue
      }
      const ofNames = isBetweenNames(turn, i, aboutNames)
      if (!ofNames && isPlace(turn, i, placeEnd) && !isStrangePair(turn, i, end)) placeEnd = end
      else if (!ofNames && isThing(turn, i, end, first)) end = Math.max(end, capitalsEnd(turn, i))
      else if (isAgent && !isSomebody(turn, i, end)) end = Math.max(end, i + 1)
      else if (isCandidate(turn, i, end) && (first ? actsAtStart(turn, i, end) : true))
        report(withParticles(turn, i), end, 'PERSON', first ? 0.4 : 0.5, 'capital')
      i = end - 1
    }
  },
}

const isNameCue = ({ meaning }: Cue): boolean => meaning.says === 'kind' && meaning.kind === 'name'

/** Where people are spoken of, an everyday word with a capital inside a sentence is a name too: "Grace and Will", "Zwart". */
function isOddCapital(turn: Turn, i: number): boolean {
  const { bits, text, gap } = turn.tokens[i]!
  const before = turn.tokens[i - 1]!
  // "Mother's Day".
  if (before.lower === 's' && before.gap === 0) return false
  const listed = listing.has(before.lower) && ((turn.tokens[i - 2]?.bits ?? 0) & bit.capital) !== 0
  if ((bits & bit.function) !== 0 && !listed && (before.kind !== 'word' || !/^(u|je|you)$/.test(before.lower)))
    return false
  return (
    gap === 1 &&
    (before.kind === 'word' || before.lower === ',') &&
    (bits & (bit.allCapitals | bit.title | bit.month | bit.firm | bit.kin)) === 0 &&
    ((bits & bit.proper) === 0 || text.length <= 3) &&
    !/^(I|Ik|U|Uw|Ok|Ja|Nee|Yes|No)$/.test(text)
  )
}

/** Everyday words with a capital too, or the few there are in capitals only: these say nothing then. */
function isShouting(turn: Turn): boolean {
  let words = 0
  let loud = 0
  let shouted = 0
  for (let i = 0; i < turn.tokens.length && i < 80; i++) {
    const { kind, bits } = turn.tokens[i]!
    if (kind !== 'word' || i === 0 || turn.sentences[i] !== turn.sentences[i - 1]) continue
    // "Department: sales": what a field is called says nothing.
    if ((bits & (bit.function | bit.ordinary)) === 0 || turn.tokens[i + 1]?.lower === ':') continue
    words++
    if ((bits & bit.capital) !== 0) loud++
    if ((bits & bit.allCapitals) !== 0) shouted++
  }
  return words > 3 ? loud * 2 > words : words === 3 && shouted === 3
}

function isFirst(turn: Turn, i: number): boolean {
  for (let j = i - 1; j >= 0; j--) {
    if (turn.sentences[j] !== turn.sentences[i]) return true
    if (turn.tokens[j]!.kind !== 'mark') return false
    if (':"'.includes(turn.tokens[j]!.lower)) return true
  }
  return true
}

function isPlace(turn: Turn, i: number, placeEnd: number): boolean {
  const before = turn.tokens[i - 1]
  if (before === undefined || turn.tokens[i]!.gap === 2) return false
  if (
    (before.bits & bit.place) !== 0 ||
    (before.text === 'Op' && isFirst(turn, i - 1)) ||
    (before.lower === 'to' && !isTold(turn, i - 1))
  )
    return true
  return placeEnd === i - 1 && listing.has(before.lower)
}

const prepositions = /^(?:in|op|aan|bij|uit|onder|over|voor|tot)$/

/** "De Efteling geeft", "Do Arsenal play": a small word that opens a sentence is part of a name only before what a person does. */
function opensNoName(turn: Turn, i: number): boolean {
  const { bits, lower } = turn.tokens[i]!
  if ((bits & bit.function) === 0 || (bits & bit.particle) === 0) return false
  if (prepositions.test(lower) || ((turn.tokens[i + 1]?.bits ?? 0) & bit.proper) !== 0) return true
  const after = turn.tokens[capitalsEnd(turn, i)]
  return after !== undefined && after.gap === 1 && after.kind === 'word' && (after.bits & bit.personVerb) === 0
}

function isThing(turn: Turn, from: number, to: number, first: boolean): boolean {
  if (first && opensThing(turn, from)) return true
  return isWay(turn, from, to) || isPlaceOf(turn, from) || (!first && isNamedThing(turn, from, to))
}

/** "from Kwame Mensah": two words that no dictionary has are somebody as soon as they are somewhere. */
function isStrangePair(turn: Turn, from: number, to: number): boolean {
  const [first, second] = [turn.tokens[from]!, turn.tokens[from + 1]]
  return to - from >= 2 && strange(turn, first) && second!.kind === 'word' && strange(turn, second!)
}

/** "change my name from Jun Zhang to Budi Wijaya": no way between places. */
function isBetweenNames(turn: Turn, i: number, aboutNames: boolean): boolean {
  if (!aboutNames || !/^(?:from|to|van|naar|in)$/.test(turn.tokens[i - 1]?.lower ?? '')) return false
  for (let j = i - 1; j >= Math.max(0, i - 10); j--) {
    if (!/^(?:from|van)$/.test(turn.tokens[j]!.lower)) continue
    const cue = turn.cues[lastCueBefore(turn, j)]
    if (cue !== undefined && isNameCue(cue) && j - cue.to <= 1) return true
  }
  return false
}

/** "Employee: Hodan Jama Department: sales": the last word is what the next field is called. */
function withoutField({ tokens }: Turn, from: number, to: number): number {
  const after = tokens[to]
  return to > from + 1 && after?.lower === ':' && after.gap === 0 ? to - 1 : to
}

/** In what an agent writes, a capital is a product sooner: two words that no dictionary has, or an initial between two words. */
function isSomebody(turn: Turn, from: number, to: number): boolean {
  let [odd, words, initials] = [0, 0, 0]
  for (let i = from; i < to; i++) {
    const token = turn.tokens[i]!
    if (token.kind !== 'word') continue
    words++
    if (token.text.length === 1) initials++
    else if (strange(turn, token)) odd++
  }
  return words < 5 && (odd >= 2 || (odd > 0 && initials > 0 && words > 2))
}

/** "C. Molenkamp", "R. J. Hollingsworth". */
function withInitials(turn: Turn, at: number): number {
  let from = at
  while (from >= 2 && at - from < 8) {
    const dot = turn.tokens[from - 1]!
    const initial = turn.tokens[from - 2]!
    if (dot.lower !== '.' || dot.gap !== 0 || initial.text.length !== 1 || (initial.bits & bit.capital) === 0) break
    from -= 2
  }
  return from
}

/** "Kunt u van Zanten bellen": after a pronoun the little words belong to the name; after a noun "van" is a preposition. */
const joins = /^(?:van|de|der|den|ter|ten|von|el|al|di|da|la|le)$/

function withParticles(turn: Turn, at: number): number {
  let from = withInitials(turn, at)
  if (from < at) return from
  while (from > 0 && at - from < 3 && turn.tokens[from]!.gap === 1 && joins.test(turn.tokens[from - 1]!.lower)) from--
  if (from === at) return at
  const before = turn.tokens[from - 1]
  const pronoun = before === undefined || /^(u|je|jij|ik|we|wij|you|i|,|en|and)$/.test(before.lower)
  return pronoun ? from : at
}

/** "ABN", "SMS", "TV's": capitals only. */
function isCode({ tokens }: Turn, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (!/^[A-Z]{2,6}s?$/.test(tokens[i]!.text)) return false
  return true
}

/** Not an abbreviation, not part of a code or link, not after an article, not beside a word of firms. */
function isCandidate(turn: Turn, from: number, to: number): boolean {
  const token = turn.tokens[from]!
  const before = turn.tokens[from - 1]
  const after = turn.tokens[to]
  const words = turn.tokens.slice(from, to)
  if (isTitleOfThing(turn, words)) return false
  if (before !== undefined && token.gap === 0 && !'("\''.includes(before.lower)) return false
  if (after !== undefined && after.gap === 0 && (after.kind === 'digits' || '@/_:'.includes(after.lower))) return false
  const isFamily = after !== undefined && /^(?:family|familie)$/.test(after.lower)
  if (before !== undefined && articles.has(before.lower) && !isFamily) return false
  return !isFirmWord(turn.tokens[to - 1]!) && !(after !== undefined && isFirmWord(after))
}

/** "Filmon's phone", "Filmon and I", "Filmon en ik". */
function isOwner({ tokens }: Turn, at: number): boolean {
  const [one, two] = [tokens[at], tokens[at + 1]]
  if (one?.lower === "'" && one.gap === 0) return two?.lower === 's' && two.gap === 0
  return /^(?:and|en)$/.test(one?.lower ?? '') && (two?.text === 'I' || two?.lower === 'ik')
}

/** "Straight No Chase", "Happiness Was Free": capitals over small words too, and every word is known. */
function isTitleOfThing(turn: Turn, words: readonly Token[]): boolean {
  const small = words.some(
    ({ bits, text }) => (bits & bit.function) !== 0 && ((bits & bit.particle) === 0 || text === 'Het'),
  )
  return small && words.length > 1 && words.every((token) => token.kind === 'mark' || known(turn, token))
}

const isFirmWord = ({ bits }: Token): boolean => (bits & bit.firm) !== 0 && (bits & bit.capital) !== 0

/** At the start of a sentence a capital says nothing; a person who acts does, two unknown capitals, a word that no dictionary has. */
function actsAtStart(turn: Turn, from: number, to: number): boolean {
  const after = turn.tokens[to]
  const verb = after !== undefined && after.gap === 1 && (after.bits & bit.personVerb) !== 0
  const words = turn.tokens.slice(from, to).filter(({ kind }) => kind === 'word').length
  const first = turn.tokens[from]!
  if (isOwner(turn, to) && !ordinary(turn, first)) return true
  return (
    words >= 2 ||
    (verb && !ordinary(turn, first) && !isLongWord(turn, from)) ||
    (strange(turn, first) && (first.text.length > 3 || /(?:ed|s|t)$/.test(after?.lower ?? '')))
  )
}

/** "Energieplafondcompensatie is", "Klimaatneutraliteit staat": a word of several, or made of another one, that a dictionary has. */
function isLongWord(turn: Turn, at: number): boolean {
  const token = turn.tokens[at]!
  return token.text.length > 13 ? known(turn, token) : isDerived(turn, at)
}
