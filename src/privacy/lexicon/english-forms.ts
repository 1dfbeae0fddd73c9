import { dictionaryOf, hasHash, hashBasis, inDictionary, mixedHash } from './dictionary.ts'
import {
  byFirst,
  byLast,
  dictionary,
  endingsAt,
  isDoubled,
  knows,
  prefixesOf,
  readWord,
  stretchHash,
  type Vocabulary,
} from './word-stretch.ts'

/** Of everyday words; no "-y", which makes names ("Casey", "Cody"). */
export const everydayEndings = byLast(['s', 'es', 'ed', 'd', 'ing', 'er', 'ers', 'ly', 'est', 'ings', 'ness'])

/** Of words of the dictionary; no "-er", which makes names of trades, and no "-ish". */
const formEndings = byLast([
  's',
  'es',
  'ed',
  'd',
  'ing',
  'ings',
  'ly',
  'ness',
  'able',
  'ably',
  'ability',
  'ment',
  'ments',
  'ion',
  'ions',
  'al',
  'ality',
  'ance',
  'ances',
  'ant',
  'ants',
  'ence',
  'ive',
  'ity',
  'ism',
  'ist',
  'ists',
  'ize',
  'ized',
  'izing',
  'ization',
  'less',
  'ful',
])
const prefixes = byFirst('un re mis pre non over dis'.split(' '))
/** Before a word of six letters or more: "deactivate", "cosign" is not "colins". */
const longPrefixes = byFirst('de inter sub super co micro multi counter anti semi auto cyber tele'.split(' '))

export function hasEnglishStem(
  word: string,
  from: number,
  vocabulary: Vocabulary,
  endings: readonly (readonly string[])[],
): boolean {
  const starts = vocabulary.mayStart(word, from)
  for (const ending of endingsAt(word, word.length, endings)) {
    const cut = word.length - ending.length
    // Of a stretch that is cut short by one letter four are left.
    if (!starts && cut - from > 4) continue
    if (cut - from < (ending.length > 3 ? 5 : 3) || !word.endsWith(ending)) continue
    // "boxes", "matches", "heroes"; "james" is no plural of "jam".
    if (ending === 'es' && !'sxzhoi'.includes(word[cut - 1]!)) continue
    if (
      knows(vocabulary, from, cut, '', starts) ||
      knows(vocabulary, from, cut, 'e', starts) ||
      (isDoubled(word, from, cut) && knows(vocabulary, from, cut - 1, '', starts)) ||
      (word[cut - 1] === 'i' && knows(vocabulary, from, cut - 1, 'y', starts))
    )
      return true
  }
  return false
}

/** A form of the word at hand in the English dictionary ("reverted", "unclaimed", "replacements"), or two of its words in one. */
export const isEnglishForm = (word: string): boolean => isForm(word) || isClosedCompound(word)

/** The same of a word as the British spell it: "metres", "organised". Another word is at hand afterwards. */
export function isBritishForm(word: string): boolean {
  if (!british.test(word)) return false
  for (const [written, american] of spellings) {
    const at = word.lastIndexOf(written)
    if (at < 2) continue
    const other = word.slice(0, at) + american + word.slice(at + written.length)
    if (inDictionary(other, 'en')) return true
    readWord(other)
    if (isForm(other)) return true
  }
  return false
}

const isForm = (word: string): boolean =>
  hasEnglishStem(word, 0, dictionary('en'), formEndings) ||
  isAfterPrefix(word, prefixes, 4) ||
  isAfterPrefix(word, longPrefixes, 6)

function isAfterPrefix(word: string, before: readonly (readonly string[])[], shortest: number): boolean {
  const words = dictionary('en')
  for (const prefix of prefixesOf(word, before)) {
    const from = prefix.length
    if (word.length - from < shortest || !word.startsWith(prefix)) continue
    const whole = knows(words, from, word.length, '', words.mayStart(word, from))
    if (whole || hasEnglishStem(word, from, words, formEndings)) return true
  }
  return false
}

/** The dictionary spells as Americans do: "colour", "organise", "metre", "catalogue", "labelled", "licence", "anaesthetic". */
const spellings = [
  ['our', 'or'],
  ['is', 'iz'],
  ['ys', 'yz'],
  ['tre', 'ter'],
  ['ogue', 'og'],
  ['ll', 'l'],
  ['ence', 'ense'],
  ['ae', 'e'],
  ['oe', 'e'],
] as const
const british = /our|[iy]s[aei]|tre|ogue|ll[ei]|ence|[ao]e(?=..)/

/** What ends a word of two that is no family name: "smartwatch", "videogame", "fatbike", "upperbound". */
const lastParts = byLast(
  'app apps band bike bikes board boards bound box boxes card cards case cases drive file files game games gram mail pack packs page pages phone phones plan plans player port proof ready room scooter screen screens set share shot shots sign site sites speaker stick time times tone top tube ware watch watches wise'.split(
    ' ',
  ),
)

/** A stretch of the word at hand, however short. */
const isInEnglish = (from: number, to: number): boolean =>
  hasHash(dictionaryOf('en').words, mixedHash(stretchHash(from, to, hashBasis)))

function isClosedCompound(word: string): boolean {
  if (word.length < 7 || word.length > 20) return false
  return endingsAt(word, word.length, lastParts).some((last) => {
    const cut = word.length - last.length
    return cut > 2 && word.endsWith(last) && isInEnglish(0, cut)
  })
}
