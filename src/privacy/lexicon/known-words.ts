import {
  type HashedWords,
  hasHash,
  hashBasis,
  hashedWords,
  hashStep,
  inDictionary,
  isHashInDictionary,
  mixedHash,
} from './dictionary.ts'
import { bit, type Lexicon } from './lexicon.ts'

const nlEndings = [
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
  'st',
  'ste',
  'ing',
  'ingen',
  'heid',
  'lijk',
  'lijke',
  'end',
  'ende',
]
const enEndings = ['s', 'es', 'ed', 'd', 'ing', 'er', 'ers', 'ly', 'est', 'ings', 'ness', 'y']
const nlPrefixes = [
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
]

const englishForms = [
  's',
  'es',
  'ed',
  'd',
  'ing',
  'ings',
  'ly',
  'ness',
  'able',
  'ment',
  'ments',
  'ion',
  'ions',
  'al',
  'ality',
]
const englishPrefixes = ['un', 're', 'mis', 'pre', 'non', 'over', 'dis']

/** Endings by their last letter; a word has but a few to try. */
const byLast = (endings: readonly string[]): readonly (readonly string[])[] => {
  const groups: string[][] = Array.from({ length: 128 }, () => [])
  for (const ending of endings) groups[ending.charCodeAt(ending.length - 1)]!.push(ending)
  return groups
}
const dutchEndings = byLast(nlEndings)
const englishEndings = byLast(enEndings)
const englishFormEndings = byLast(englishForms)
const none: readonly string[] = []
const endingsOf = (word: string, groups: readonly (readonly string[])[]): readonly string[] =>
  groups[word.charCodeAt(word.length - 1)] ?? none

/** Words that a stem is looked up in: by its hash first, so that it need not be cut out. */
type Vocabulary = {
  /** The letters `[from, cut)` of a word with a tail behind them; `hash`: of the two together. */
  has(hash: number, word: string, from: number, cut: number, tail: string): boolean
}

class ListedWords implements Vocabulary {
  readonly #words: Lexicon['words']
  readonly #hashes: HashedWords
  readonly #bits: number

  constructor(words: Lexicon['words'], hashes: HashedWords, bits: number) {
    this.#words = words
    this.#hashes = hashes
    this.#bits = bits
  }

  has(hash: number, word: string, from: number, cut: number, tail: string): boolean {
    if (!hasHash(this.#hashes, hash)) return false
    return ((this.#words.get(word.slice(from, cut) + tail)?.bits ?? 0) & this.#bits) !== 0
  }
}

/** Of shorter stems too many names are a form: "james" of "jam". */
const shortestStem = 4
const dutchDictionary: Vocabulary = {
  has: (hash, _, from, cut, tail) => cut - from + tail.length >= shortestStem && isHashInDictionary(hash, 'nl'),
}
const englishDictionary: Vocabulary = {
  has: (hash, _, from, cut, tail) => cut - from + tail.length >= shortestStem && isHashInDictionary(hash, 'en'),
}

class PartsOfCompounds implements Vocabulary {
  readonly #listed: ListedWords

  constructor(listed: ListedWords) {
    this.#listed = listed
  }

  has(hash: number, word: string, from: number, cut: number, tail: string): boolean {
    return isHashInDictionary(hash, 'nl') || this.#listed.has(hash, word, from, cut, tail)
  }
}

type Vocabularies = {
  readonly dutch: Vocabulary
  readonly english: Vocabulary
  readonly parts: Vocabulary
  readonly everyday: Vocabulary
}
const byLexicon = new WeakMap<Lexicon, Vocabularies>()

function vocabulariesOf(lexicon: Lexicon): Vocabularies {
  let vocabularies = byLexicon.get(lexicon)
  if (vocabularies === undefined) {
    const { words } = lexicon
    const hashes = hashedWords(words.keys())
    const dutch = new ListedWords(words, hashes, bit.dutch)
    vocabularies = {
      dutch,
      english: new ListedWords(words, hashes, bit.english),
      parts: new PartsOfCompounds(dutch),
      everyday: new ListedWords(words, hashes, listedWord),
    }
    byLexicon.set(lexicon, vocabularies)
  }
  return vocabularies
}

const longest = 40
/** Hash of each beginning of the word at hand, filled by `begin` and used up before the next word. */
const beginnings = new Int32Array(longest + 1)

/** Reads a word of at most 40 letters from one of its letters on. */
function begin(word: string, from: number): void {
  let hash = hashBasis
  beginnings[from] = hash
  for (let i = from; i < word.length; i++) {
    hash = hashStep(hash, word.charCodeAt(i))
    beginnings[i + 1] = hash
  }
}

function knows(vocabulary: Vocabulary, word: string, from: number, cut: number, tail: string): boolean {
  let hash = beginnings[cut]!
  for (let i = 0; i < tail.length; i++) hash = hashStep(hash, tail.charCodeAt(i))
  return vocabulary.has(mixedHash(hash), word, from, cut, tail)
}

/**
 * Whether a lower-case word is ordinary, endings and Dutch prefixes taken off ("terugbetaald", "cancelled"). Words of more
 * than 24 letters are not. Used where the lists are asked, never as proof that something is a name.
 */
export function isOrdinary(word: string, lexicon: Lexicon): boolean {
  const bits = lexicon.words.get(word)?.bits ?? 0
  if ((bits & (bit.function | bit.ordinary | bit.unit | bit.reply)) !== 0) return true
  if (word.length < 4 || word.length > 24) return false
  const { dutch, english } = vocabulariesOf(lexicon)
  begin(word, 0)
  if (hasDutchStem(word, 0, dutch) || hasEnglishStem(word, 0, english, englishEndings)) return true
  return hasDutchStemAfterPrefix(word, 3, dutch)
}

/**
 * Whether a lower-case word is in a spelling dictionary of the lexicon's languages: as it stands, as a form of a word that is,
 * or as a Dutch word made of two ("openingstijden"). Asks for less than `isOrdinary`: most names of every origin are in
 * neither, many family names in Dutch and English are trades and places, and so words of a dictionary.
 */
export function isInDictionary(word: string, lexicon: Lexicon): boolean {
  const { languages } = lexicon
  if (word.length > longest) return false
  for (const language of languages) {
    if (inDictionary(word, language)) return true
    if (word.length > 3 && (language === 'nl' ? isDutchForm(word) : isEnglishForm(word))) return true
  }
  if (!languages.includes('nl')) return false
  // "roamen", "streamen": an English verb in Dutch.
  if (word.length > 5 && word.endsWith('en') && inDictionary(word.slice(0, -2), 'en')) return true
  return isCompound(word, vocabulariesOf(lexicon).parts)
}

function isDutchForm(word: string): boolean {
  begin(word, 0)
  return hasDutchStem(word, 0, dutchDictionary) || hasDutchStemAfterPrefix(word, 5, dutchDictionary)
}

function hasDutchStemAfterPrefix(word: string, shortest: number, vocabulary: Vocabulary): boolean {
  for (const prefix of nlPrefixes) {
    const from = prefix.length
    if (word.length - from < shortest || !word.startsWith(prefix)) continue
    begin(word, from)
    if (knows(vocabulary, word, from, word.length, '') || hasDutchStem(word, from, vocabulary)) return true
  }
  return false
}

/** "parkeerapp", "luchtvochtigheid", "openingstijden": two Dutch words, an s between or not. */
function isCompound(word: string, parts: Vocabulary): boolean {
  if (word.length < 8 || word.length > 32) return false
  begin(word, 0)
  for (let at = 3; at <= word.length - 3; at++) {
    if (at < 6 && word.length - at < 4) break
    const linked = at > 4 && word[at - 1] === 's' && knows(parts, word, 0, at - 1, '')
    if (!linked && !knows(parts, word, 0, at, '')) continue
    begin(word, at)
    if (knows(parts, word, at, word.length, '')) return true
    const long = word.length - at > 5
    if (long && /(?:en|s|je|jes)$/.test(word) && hasDutchStem(word, at, parts)) return true
    begin(word, 0)
  }
  return false
}

/** A form of an English word: "reverted", "unclaimed", "replacements"; no "-er", which makes names of trades. */
function isEnglishForm(word: string): boolean {
  begin(word, 0)
  if (hasEnglishStem(word, 0, englishDictionary, englishFormEndings)) return true
  for (const prefix of englishPrefixes) {
    const from = prefix.length
    if (word.length - from < 4 || !word.startsWith(prefix)) continue
    begin(word, from)
    if (
      knows(englishDictionary, word, from, word.length, '') ||
      hasEnglishStem(word, from, englishDictionary, englishFormEndings)
    )
      return true
  }
  return false
}

/** The letters from `from` on, of which `begin` has read the beginnings, as a form of a Dutch word. */
function hasDutchStem(word: string, from: number, vocabulary: Vocabulary): boolean {
  for (const ending of endingsOf(word, dutchEndings)) {
    const cut = word.length - ending.length
    if (cut - from < 3 || !word.endsWith(ending)) continue
    if (
      knows(vocabulary, word, from, cut, '') ||
      knows(vocabulary, word, from, cut, 'en') ||
      knows(vocabulary, word, from, cut, 'e') ||
      (isDoubled(word, from, cut) && knows(vocabulary, word, from, cut - 1, '')) ||
      (isLong(word, from, cut) && knows(vocabulary, word, from, cut - 2, `${word[cut - 1]}en`)) ||
      knows(vocabulary, word, from, cut, `${word[cut - 1]}en`)
    )
      return true
  }
  const end = word.length
  return (
    knows(vocabulary, word, from, end, 'en') ||
    (isLong(word, from, end) && knows(vocabulary, word, from, end - 2, `${word[end - 1]}en`))
  )
}

function hasEnglishStem(
  word: string,
  from: number,
  vocabulary: Vocabulary,
  endings: readonly (readonly string[])[],
): boolean {
  for (const ending of endingsOf(word, endings)) {
    const cut = word.length - ending.length
    if (cut - from < 3 || !word.endsWith(ending)) continue
    if (
      knows(vocabulary, word, from, cut, '') ||
      knows(vocabulary, word, from, cut, 'e') ||
      (isDoubled(word, from, cut) && knows(vocabulary, word, from, cut - 1, '')) ||
      (word[cut - 1] === 'i' && knows(vocabulary, word, from, cut - 1, 'y'))
    )
      return true
  }
  return false
}

/** "stopp" of "stop". */
const isDoubled = (word: string, from: number, end: number): boolean =>
  end - from > 3 && word.charCodeAt(end - 1) === word.charCodeAt(end - 2)

/** Dutch open syllable: "betaal" of "betalen"; a double vowel before the last letter. */
const isLong = (word: string, from: number, end: number): boolean =>
  end - from > 3 && word.charCodeAt(end - 2) === word.charCodeAt(end - 3) && 'aeou'.includes(word[end - 2]!)

const listedWord = bit.function | bit.ordinary | bit.reply

/**
 * Whether a word that nothing knows is an everyday word with a slip of the hand ("recieve", "withdrawl"), or two written as
 * one ("okthanks"). Words of less than six letters are not judged: too many names lie one letter from a word.
 */
export function isSlip(word: string, lexicon: Lexicon): boolean {
  if (word.length < 6 || word.length > 20) return false
  return isTwoWords(word, lexicon) || (mayBeSlip(word, nearWordsOf(lexicon)) && isOneLetterOff(word, lexicon))
}

function isTwoWords(word: string, lexicon: Lexicon): boolean {
  const { everyday } = vocabulariesOf(lexicon)
  const { words } = lexicon
  begin(word, 0)
  for (let i = 2; i <= word.length - 2; i++) {
    if (!knows(everyday, word, 0, i, '')) continue
    const left = words.get(word.slice(0, i))!.bits
    const right = words.get(word.slice(i))?.bits ?? 0
    if ((right & listedWord) !== 0 && shareLanguage(left, right)) return true
  }
  return false
}

const languages = bit.dutch | bit.english
const shareLanguage = (a: number, b: number): boolean =>
  (a & languages) === 0 || (b & languages) === 0 || (a & b & languages) !== 0

/** A letter too many, too few, another one, or two that changed places. */
function isOneLetterOff(word: string, { words }: Lexicon): boolean {
  const has = (other: string): boolean => ((words.get(other)?.bits ?? 0) & listedWord) !== 0
  for (let i = 0; i <= word.length; i++) {
    const before = word.slice(0, i)
    const after = word.slice(i + 1)
    if (has(before + after)) return true
    if (i < word.length - 1 && has(before + word[i + 1] + word[i] + word.slice(i + 2))) return true
    for (const letter of alphabet) if (has(before + letter + after) || has(before + letter + word.slice(i))) return true
  }
  return false
}
const alphabet = 'abcdefghijklmnopqrstuvwxyz'

/**
 * Hashes of the everyday words and of each of them without one of its letters. Two words one slip apart share such a form, so
 * that a word of which no form is in the table need not be compared.
 */
const nearWords = new WeakMap<Lexicon, Uint8Array>()
const nearBits = 23

function nearWordsOf(lexicon: Lexicon): Uint8Array {
  let table = nearWords.get(lexicon)
  if (table === undefined) {
    table = new Uint8Array(1 << (nearBits - 3))
    for (const [word, { bits }] of lexicon.words) {
      if ((bits & listedWord) === 0 || word.length < 5 || word.length > 21) continue
      for (let without = -1; without < word.length; without++) {
        const hash = hashWithout(word, without)
        table[hash >>> 3]! |= 1 << (hash & 7)
      }
    }
    nearWords.set(lexicon, table)
  }
  return table
}

function mayBeSlip(word: string, table: Uint8Array): boolean {
  for (let without = -1; without < word.length; without++) {
    const hash = hashWithout(word, without)
    if ((table[hash >>> 3]! & (1 << (hash & 7))) !== 0) return true
  }
  return false
}

/** FNV-1a of a word without one of its letters (−1: of all of it), folded to the size of the table. */
function hashWithout(word: string, without: number): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < word.length; i++) if (i !== without) hash = Math.imul(hash ^ word.charCodeAt(i), 0x01000193)
  return (hash ^ (hash >>> nearBits)) & ((1 << nearBits) - 1)
}
