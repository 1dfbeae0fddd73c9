import { isOrdinary } from '../lexicon/known-words.ts'
import { bit } from '../lexicon/lexicon.ts'
import type { Token } from './tokens.ts'
import { known, type Turn } from './turn.ts'

/**
 * What says that a capital is that of a thing: a brand, a product, a place as a topic, a title. All of it is what stands
 * around the word or how it is made; there is no list of things, as there is none of names.
 */

const adjectiveEnd =
  /(?:able|ible|ally|ical|ial|ional|ous|ive|less|ful|lijk|lijke|isch|ische|baar|bare|matig|matige|loze|abel|abele|ief|ieve|neel|nele)$/
const nounEnd = /(?:ness|tion|tions|ment|ments|heid|heden|tie|ties|iteit|isme|ism|logie|ology|schap|dom)$/
const verbEnd = /(?:ed|ing|ings)$/

/**
 * "Flexible Octopus", "Dynamisch Variabel", "International Transfers": a word made of another one is no name. An ending of a
 * verb says so only before another capital: towns and families end in "-ing" too.
 */
export function isDerived(turn: Turn, at: number): boolean {
  const token = turn.tokens[at]!
  const { lower } = token
  if (lower.length < 5 || (token.bits & bit.function) !== 0) return false
  const derived =
    adjectiveEnd.test(lower) ||
    (lower.length > 5 && (nounEnd.test(lower) || (verbEnd.test(lower) && isBeforeCapital(turn, at))))
  return derived && known(turn, token)
}

function isBeforeCapital({ tokens }: Turn, at: number): boolean {
  const next = tokens[at + 1]
  return next !== undefined && next.gap === 1 && isCapital(next) && next.text.length > 1
}

/** "KitchenAid", "CarPlay", "JavaScript": a capital inside a word, and a word before or after it; "McBride" and "DeShawn" are people. */
function isJoinedOfWords({ lexicon }: Turn, { text, bits }: Token): boolean {
  if (text.length < 6 || (bits & bit.allCapitals) !== 0 || joinedInNames.test(text)) return false
  for (let i = 3; i < text.length - 1; i++) {
    if (!isUpper(text.charCodeAt(i)) || isUpper(text.charCodeAt(i - 1))) continue
    const [before, after] = [text.slice(0, i).toLowerCase(), text.slice(i).toLowerCase()]
    return isOrdinary(before, lexicon) || (before.length + after.length > 6 && isOrdinary(after, lexicon))
  }
  return brandEnd.test(text)
}

/** "Barclaycard", "Volksbank", "Facebook". */
const brandEnd = /^[A-Z][a-z]{2,}(?:card|bank|box|pay|shop|phone|mail|book|chat|app|flix|tube|soft|pass|pilot|bot)$/
const joinedInNames = /^(?:Mac|Van|Von|Del|Fitz|San|Ter|Ten)[A-Z]/

const isUpper = (unit: number): boolean => unit >= 65 && unit <= 90

/** End of the capitals that stand side by side from a token on. */
export function capitalsEnd({ tokens }: Turn, at: number): number {
  let end = at + 1
  while (end < tokens.length && end < at + 8 && isCapital(tokens[end]!) && tokens[end]!.gap === 1) end++
  return end
}

const isCapital = ({ kind, bits }: Token): boolean => kind === 'word' && (bits & bit.capital) !== 0

/** "New York", "Great North Run": names of people do not begin so. */
const leads =
  /^(?:new|great|royal|national|united|central|international|universal|north|south|east|west|noord|zuid|oost|koninklijke|nationale|grote|nieuw|the)$/

/** "New York", "Station Zwolle", "Flexible Octopus": what opens the capitals from a token on, at the start of a sentence too. */
export function opensThing(turn: Turn, at: number): boolean {
  if (!isBeforeCapital(turn, at)) return false
  const first = turn.tokens[at]!
  return (
    leads.test(first.lower) ||
    (first.bits & bit.named) !== 0 ||
    (first.text.length > 4 && adjectiveEnd.test(first.lower) && known(turn, first))
  )
}

const owners = /^(?:mijn|m'n|zijn|haar|hun|my|his|her|their)$/
const subjects = /^(?:i|we|they|he|she|ik|wij|ze|zij|hij)$/
const joiners = /^(?:of|or|en|and|&|\/|,)$/

/** What stands around the capitals `[from, to)` inside a sentence says that they are the name of a thing. */
export function isNamedThing(turn: Turn, from: number, to: number): boolean {
  const { tokens } = turn
  const first = tokens[from]!
  const before = tokens[from - 1]
  const after = tokens[to]
  if (isDerived(turn, from) || opensThing(turn, from) || isJoinedOfWords(turn, first)) return true
  if (isAbbreviationInFront(turn, from, to) || isHyphenated(turn, from) || hasModel(turn, from, to)) return true
  if (isThing(before) && first.gap === 1) return true
  if (isThing(after) && after!.gap === 1 && (after!.bits & bit.capital) === 0) return true
  if ((after?.gap === 0 && after.lower === '+') || isBeforeModel(turn, to)) return true
  if (before === undefined || first.gap !== 1) return false
  // "I Withdrew", "Game of Thrones".
  const ofTitle = before.lower === 'of' && (first.lower.endsWith('s') || isCapital(tokens[from - 2] ?? before))
  const told = subjects.test(before.lower) || ofTitle
  if (to === from + 1 && told && known(turn, first)) return true
  // "Europese Commissie", "British Gas".
  if ((before.bits & bit.proper) !== 0 && (before.bits & bit.capital) !== 0 && known(turn, first)) return true
  if (isShown.test(before.lower) && known(turn, first)) return true
  if (thingVerbs.test(before.lower) || isPaidWith(turn, from) || isListedWithThing(turn, from, to)) return true
  return isOwnedThing(turn, before, after)
}

/** "OV-chipkaart", "Wifi-signaal": a hyphen, and a word in lower case. */
export function isHyphenated(turn: Turn, at: number): boolean {
  const [mark, tail] = [turn.tokens[at + 1], turn.tokens[at + 2]]
  if (mark?.lower !== '-' || mark.gap !== 0 || tail?.kind !== 'word' || tail.gap !== 0) return false
  return (tail.bits & bit.capital) === 0 && tail.text.length > 4 && known(turn, tail)
}

/** "Tesla Model Y", "Xbox Series X". */
function hasModel({ tokens }: Turn, from: number, to: number): boolean {
  for (let i = from + 1; i < to; i++)
    if (/^(?:model|serie|series|type|edition|editie)$/.test(tokens[i]!.lower)) return true
  return false
}

/** "Lenovo Thinkpad X1", "Roborock S8"; not "Kettering M1 6PD". */
function isBeforeModel({ tokens }: Turn, at: number): boolean {
  const [letters, digits, after, last] = [tokens[at], tokens[at + 1], tokens[at + 2], tokens[at + 3]]
  if (letters?.kind !== 'word' || letters.gap !== 1 || letters.text.length > 2 || digits?.kind !== 'digits')
    return false
  if (digits.gap !== 0 || digits.text.length > 4) return false
  return !(after?.kind === 'digits' && after.gap === 1 && last?.kind === 'word' && last.gap === 0)
}

/** What is done to things only. */
const thingVerbs =
  /^(?:watch|watching|stream|streaming|download|install|uninstall|update|upgrade|buy|bought|repair|charge|reset|restart|connect|pair|wear|use|using|gebruik|gebruiken|installeer|installeren|downloaden|bekijk|bekijken|koop|kocht|repareren|koppelen)$/

/** "verschijnt Ongeldige invoer", "shows Invalid input": a text of a screen. */
const isShown =
  /^(?:verschijnt|toont|meldt|zie|tekst|knop|menu|tabblad|vakje|shows|displays|see|text|button|tab|box|option)$/

/** "betalen met Riverty", "pay with Clearpay". */
export function isPaidWith({ tokens }: Turn, from: number): boolean {
  if (!/^(?:met|via|with|through|by)$/.test(tokens[from - 1]!.lower)) return false
  for (let i = from - 2; i >= Math.max(0, from - 5); i--)
    if (/^(?:pay|paid|paying|betalen|betaal|betaald|afrekenen)$/.test(tokens[i]!.lower)) return true
  return false
}

/** "HBO Max", "BBC One", "AI Act": three capitals and more in front; two may be somebody's initials. */
function isAbbreviationInFront({ tokens }: Turn, from: number, to: number): boolean {
  const [first, second] = [tokens[from]!, tokens[from + 1]]
  return (
    to > from + 1 &&
    second!.kind === 'word' &&
    (first.text.length > 2 || (second!.bits & bit.ordinary) !== 0) &&
    first.text.length < 6 &&
    (first.bits & bit.allCapitals) !== 0 &&
    (second!.bits & bit.allCapitals) === 0
  )
}

const isThing = (token: Token | undefined): boolean =>
  token !== undefined && token.kind === 'word' && token.gap < 2 && (token.bits & bit.named) !== 0

/** "bol of Zalando", "Zalando of bol": side by side with a firm or a product that everybody knows. */
function isListedWithThing({ tokens }: Turn, from: number, to: number): boolean {
  const [before, two] = [tokens[from - 1]!, tokens[from - 2]]
  if (joiners.test(before.lower) && two !== undefined && isFirmOrProduct(two)) return true
  const [after, next] = [tokens[to], tokens[to + 1]]
  return after !== undefined && next !== undefined && joiners.test(after.lower) && isFirmOrProduct(next)
}

const isFirmOrProduct = ({ bits, text }: Token): boolean =>
  (bits & (bit.proper | bit.firm)) !== 0 && (bits & (bit.month | bit.kin | bit.function)) === 0 && text.length > 2

/** "mijn Vitamix blender", "my Xbox 360": a noun or a figure goes on from it. */
function isOwnedThing(turn: Turn, before: Token, after: Token | undefined): boolean {
  if (!owners.test(before.lower) || after === undefined || after.gap !== 1) return false
  if (after.kind === 'digits') return true
  // "my Emma sleeps", "mijn Emma slaapt": a verb.
  const mayBeVerb = /[st]$/.test(after.lower) && (after.bits & bit.ordinary) === 0
  return after.kind === 'word' && (after.bits & notNoun) === 0 && !mayBeVerb && known(turn, after)
}

const notNoun = bit.function | bit.personVerb | bit.capital | bit.number | bit.reply | bit.kin

/** "van Groningen naar", "from Leeds to": a way between two places. */
export function isWay({ tokens }: Turn, from: number, to: number): boolean {
  const [before, after, next] = [tokens[from - 1]?.lower, tokens[to]?.lower, tokens[to + 1]]
  const way = (before === 'van' && after === 'naar') || (before === 'from' && after === 'to')
  return way && next !== undefined && isCapital(next)
}

const placesOf =
  /^(?:gemeente|metro|haven|luchthaven|vliegveld|universiteit|inwoners|airport|port|university|mayor|burgemeester)$/

/** "de metro van Rotterdam", "the university of Leeds": a place by what it has, where nobody lives. */
export function isPlaceOf({ tokens }: Turn, from: number): boolean {
  const [before, two] = [tokens[from - 1]?.lower ?? '', tokens[from - 2]?.lower ?? '']
  return /^(?:van|of|in)$/.test(before) && placesOf.test(two)
}
