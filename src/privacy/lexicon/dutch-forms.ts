import {
  byFirst,
  byLast,
  dictionary,
  endingsAt,
  isDoubled,
  knows,
  prefixesOf,
  type Vocabulary,
} from './word-stretch.ts'

const endings = byLast([
  'en',
  'n',
  'e',
  't',
  'd',
  'de',
  'te',
  'den',
  'ten',
  's',
  'je',
  'jes',
  'tje',
  'tjes',
  'er',
  'ers',
  'ere',
  'st',
  'ste',
  'ing',
  'ingen',
  'heid',
  'heden',
  'lijk',
  'lijke',
  'end',
  'ende',
  'baar',
  'bare',
  'loos',
  'loze',
  'atie',
  'aties',
])
/** Before a verb or what is made of one. */
const prefixes = byFirst([
  'ge',
  'be',
  'ver',
  'her',
  'ont',
  'op',
  'aan',
  'af',
  'uit',
  'in',
  'over',
  'door',
  'terug',
  'mee',
  'na',
  'om',
  'onder',
  'voor',
  'weg',
  'bij',
  'on',
])
/** Before any word; asked of the dictionary only. */
const learnedPrefixes = byFirst(
  'anti auto bio co de eco hyper inter mega micro mini multi non pre pseudo re semi sub super tele'.split(' '),
)

/** A form of a word: endings taken off, "betaal" of "betalen", "brede" of "breed". The word at hand is that of `readWord`. */
export function hasDutchStem(word: string, from: number, end: number, vocabulary: Vocabulary): boolean {
  const starts = vocabulary.mayStart(word, from)
  for (const ending of endingsAt(word, end, endings)) {
    const cut = end - ending.length
    if (cut - from >= 3 && word.endsWith(ending, end) && isStem(word, from, cut, ending, vocabulary, starts))
      return true
  }
  return (
    knows(vocabulary, from, end, 'en', starts) ||
    (isLong(word, from, end) && knows(vocabulary, from, end - 2, `${word[end - 1]}en`, starts)) ||
    isVoiceless(word, from, end, vocabulary, starts)
  )
}

function isStem(
  word: string,
  from: number,
  cut: number,
  ending: string,
  vocabulary: Vocabulary,
  starts: boolean,
): boolean {
  // Of a stretch that is cut short by two letters four are left.
  if (!starts && cut - from > 5) return false
  const last = word[cut - 1]!
  return (
    knows(vocabulary, from, cut, '', starts) ||
    knows(vocabulary, from, cut, 'en', starts) ||
    (ending.length > 1 && knows(vocabulary, from, cut, 'e', starts)) ||
    (isDoubled(word, from, cut) && knows(vocabulary, from, cut - 1, '', starts)) ||
    (isLong(word, from, cut) && knows(vocabulary, from, cut - 2, `${last}en`, starts)) ||
    knows(vocabulary, from, cut, `${last}en`, starts) ||
    isVoiceless(word, from, cut, vocabulary, starts) ||
    (ending.startsWith('e') && isOpenSyllable(word, from, cut, vocabulary, starts))
  )
}

/** "kies" of "kiezen", "schrijf" of "schrijven", "geef" of "geven". */
function isVoiceless(word: string, from: number, cut: number, vocabulary: Vocabulary, starts: boolean): boolean {
  const last = word[cut - 1]
  if (last !== 's' && last !== 'f') return false
  const verb = last === 's' ? 'zen' : 'ven'
  return (
    knows(vocabulary, from, cut - 1, verb, starts) ||
    (isLong(word, from, cut) && knows(vocabulary, from, cut - 2, verb, starts))
  )
}

/** "brede" of "breed", "organen" of "orgaan", "actieve" of "actief", "grijze" of "grijs", "loze" of "loos". */
function isOpenSyllable(word: string, from: number, cut: number, vocabulary: Vocabulary, starts: boolean): boolean {
  const written = word[cut - 1]!
  if (isVowel(written)) return false
  const last = written === 'v' ? 'f' : written === 'z' ? 's' : written
  if (last !== written && knows(vocabulary, from, cut - 1, last, starts)) return true
  const vowel = word[cut - 2]!
  return (
    cut - from > 3 &&
    'aeou'.includes(vowel) &&
    isBeforeLongVowel(word[cut - 3]!, vowel) &&
    knows(vocabulary, from, cut - 1, vowel + last, starts)
  )
}

/** "ciale" and "tuele" have two syllables there, "soepe" has one. */
const isBeforeLongVowel = (before: string, vowel: string): boolean =>
  !isVowel(before) || (before === 'i' && vowel !== 'e') || (before === 'u' && vowel === 'e')

const isVowel = (letter: string): boolean => 'aeiouy'.includes(letter)

/** Dutch open syllable: "betaal" or "betalen"; a double vowel before the last letter. */
const isLong = (word: string, from: number, end: number): boolean =>
  end - from > 3 && word.charCodeAt(end - 2) === word.charCodeAt(end - 3) && 'aeou'.includes(word[end - 2]!)

export function hasDutchStemAfterPrefix(word: string, shortest: number, vocabulary: Vocabulary): boolean {
  return isAfterPrefix(word, prefixes, shortest, vocabulary)
}

function isAfterPrefix(
  word: string,
  before: readonly (readonly string[])[],
  shortest: number,
  vocabulary: Vocabulary,
): boolean {
  for (const prefix of prefixesOf(word, before)) {
    const from = prefix.length
    if (word.length - from < shortest || !word.startsWith(prefix)) continue
    const whole = knows(vocabulary, from, word.length, '', vocabulary.mayStart(word, from))
    if (whole || hasDutchStem(word, from, word.length, vocabulary)) return true
  }
  return false
}

/** A form of a word of the dictionary. */
export function isDutchForm(word: string): boolean {
  const words = dictionary('nl')
  return (
    hasDutchStem(word, 0, word.length, words) ||
    isAfterPrefix(word, prefixes, 5, words) ||
    isAfterPrefix(word, learnedPrefixes, 6, words)
  )
}

const [shortestCompound, longestCompound, shortestLinked, mostParts] = [8, 32, 10, 4]

/**
 * "parkeerapp", "openingstijden", "hondenverzekering", "energieplafondcompensatie": two to four Dutch words, "s", "en" or "e"
 * between or not. Family names are made so too, of what a place is called: those ends count only without anything between.
 */
export function isCompound(word: string, parts: Vocabulary): boolean {
  return word.length <= longestCompound && isCompoundFrom(word, 0, parts, mostParts)
}

function isCompoundFrom(word: string, from: number, parts: Vocabulary, most: number): boolean {
  const end = word.length
  if (end - from < shortestCompound) return false
  const starts = parts.mayStart(word, from)
  for (let at = from + 3; at <= end - 3; at++) {
    if (at - from < 6 && end - at < 4) break
    // Of a part that is cut short by three letters four are left.
    if (!starts && at - from > 6) break
    const first = firstPart(word, from, at, parts, starts)
    if (first === 'none') continue
    if (first === 'plain' && isLastPart(word, at, parts)) return true
    if (isPlaceInName(word, at)) continue
    if (first === 'linked' && end - at > 3 && isLastPart(word, at, parts)) return true
    if (most > 2 && isCompoundFrom(word, at, parts, most - 1)) return true
  }
  return false
}

function firstPart(
  word: string,
  from: number,
  at: number,
  parts: Vocabulary,
  starts: boolean,
): 'plain' | 'linked' | 'none' {
  if (knows(parts, from, at, '', starts)) return 'plain'
  const last = word[at - 1]
  if (at - from > 4 && last === 's' && knows(parts, from, at - 1, '', starts)) return 'plain'
  if (word.length < shortestLinked || at - from < 5) return 'none'
  const plural = last === 'n' && word[at - 2] === 'e' && isStem(word, from, at - 2, 'en', parts, starts)
  return plural || (last === 'e' && isStem(word, from, at - 1, 'e', parts, starts)) ? 'linked' : 'none'
}

const isLastPart = (word: string, at: number, parts: Vocabulary): boolean =>
  knows(parts, at, word.length, '', parts.mayStart(word, at)) || isLastForm(word, at, parts)

/** The last part in the plural or made small; a longer one in any form. */
function isLastForm(word: string, at: number, parts: Vocabulary): boolean {
  const long = word.length - at
  return long > 5 && (long > 7 || /(?:en|s|je|jes)$/.test(word)) && hasDutchStem(word, at, word.length, parts)
}

/** What a place is called at the end of a family name ("Nieuwenhuizen", "Oosterbroek", "Groenewoud"). */
const places = byLast(
  `beek berg bergen boer boom bos bosch brink broek brug brugge burg daal dijk donk dorp eind eiland gaard haar hart hof horst
   hout hoven huis huizen kamp kamper kerk koop laan laar land linde maker man mans meer meijer meulen molen molenaar oord poel
   rode schoten smit stein steen straat stra tuin veen veer veld velde velden vliet voort vorst waard water weg werf wijk woud zand zijl`.split(
    /\s+/,
  ),
)

function isPlaceInName(word: string, at: number): boolean {
  return endingsAt(word, word.length, places).some((place) => word.length - at >= place.length && word.endsWith(place))
}
