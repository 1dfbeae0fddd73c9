import type { Kind, Label, Language } from '../personal-data.ts'
import { type NumberWord, numberWords, ordinals } from '../scan/number-words.ts'
import { inDictionary } from './dictionary.ts'
import { functionWords } from './function-words.ts'
import {
  firmWords,
  kin,
  nameBefore,
  nameFollows,
  nameMayFollow,
  particles,
  personVerbs,
  properWords,
  signOff,
  titles,
} from './name-cues.ts'
import { ordinaryEn } from './ordinary-en.ts'
import { ordinaryNl } from './ordinary-nl.ts'
import * as small from './small-words.ts'
import { specialPhrases } from './special-categories.ts'
import { kindPhrases } from './vocabulary.ts'

/** What a word may be; one bit each, so that a token carries all of it in one number. */
export const bit = {
  function: 1 << 0,
  ordinary: 1 << 1,
  number: 1 << 2,
  title: 1 << 3,
  kin: 1 << 4,
  particle: 1 << 5,
  month: 1 << 6,
  unit: 1 << 7,
  filler: 1 << 8,
  street: 1 << 9,
  reply: 1 << 10,
  place: 1 << 11,
  personVerb: 1 << 12,
  proper: 1 << 13,
  firm: 1 << 14,
  spelling: 1 << 15,
  ordinal: 1 << 16,
  saidAt: 1 << 17,
  saidDot: 1 << 18,
  saidMark: 1 << 19,
  buildingPart: 1 << 20,
  houseAddition: 1 << 21,
  /** Begins a phrase of the phrase tree. */
  phrase: 1 << 22,
  /** Set while tokenising: the word begins with a capital; all its letters are capitals. */
  capital: 1 << 23,
  allCapitals: 1 << 24,
  /** Of which language an ordinary word is: an ending is taken off a word of its own language only. */
  dutch: 1 << 25,
  english: 1 << 26,
  /** Set while tokenising: one letter by itself, after another one. */
  letter: 1 << 27,
} as const

export type Word = {
  readonly bits: number
  readonly number?: NumberWord
  readonly month?: number
  readonly ordinal?: number
}

/** What a phrase says. `strong` name cues take any word after them as a name. */
export type Meaning =
  | { readonly says: 'kind'; readonly kind: Kind }
  | { readonly says: 'name-follows'; readonly strong: boolean }
  | { readonly says: 'name-before' }
  | { readonly says: 'sign-off' }
  | { readonly says: 'correction' }
  | { readonly says: 'special'; readonly label: Label }

export type PhraseNode = { meanings: Meaning[]; readonly next: Map<string, PhraseNode> }
export type Lexicon = {
  readonly languages: readonly Language[]
  readonly words: ReadonlyMap<string, Word>
  readonly phrases: ReadonlyMap<string, PhraseNode>
}

const split = (list: string): string[] => list.trim().split(/\s+/)
const splitPhrases = (list: string): string[] =>
  list
    .split(';')
    .map((phrase) => phrase.trim())
    .filter((phrase) => phrase !== '')

const built = new Map<string, Lexicon>()
const byList = new WeakMap<readonly Language[], Lexicon>()

/** Words and phrases for these languages; built once per combination. Cues of all languages are always in it. */
export function lexiconFor(languages: readonly Language[]): Lexicon {
  const known = byList.get(languages)
  if (known !== undefined) return known
  const key = [...new Set(languages)].sort().join()
  let lexicon = built.get(key)
  if (lexicon === undefined) {
    lexicon = build(languages)
    built.set(key, lexicon)
  }
  byList.set(languages, lexicon)
  return lexicon
}

function build(languages: readonly Language[]): Lexicon {
  const words = new Map<string, { -readonly [K in keyof Word]: Word[K] }>()
  const add = (list: string, bits: number): void => {
    for (const word of split(list)) {
      const entry = words.get(word)
      if (entry) entry.bits |= bits
      else words.set(word, { bits })
    }
  }
  for (const language of languages.length === 0 ? (['nl', 'en'] as const) : languages) {
    const own = language === 'nl' ? bit.dutch : bit.english
    add(functionWords[language], bit.function | own)
    add(language === 'nl' ? ordinaryNl : ordinaryEn, bit.ordinary | own)
  }
  addClosedLists(add)
  for (const [word, number] of numberWords) {
    add(word, bit.number)
    words.get(word)!.number = number
  }
  for (const [word, ordinal] of ordinals) {
    add(word, bit.ordinal | bit.ordinary)
    words.get(word)!.ordinal = ordinal
  }
  for (const [month, names] of small.months) {
    add(names, bit.month)
    for (const name of split(names)) words.get(name)!.month = month
  }
  const phrases = buildPhrases()
  for (const first of phrases.keys()) add(first, bit.phrase)
  return { languages: languages.length === 0 ? ['nl', 'en'] : languages, words, phrases }
}

function addClosedLists(add: (list: string, bits: number) => void): void {
  add(titles, bit.title)
  add(kin, bit.kin)
  add(particles, bit.particle)
  add(personVerbs, bit.personVerb)
  add(properWords, bit.proper)
  add(firmWords, bit.firm)
  add(small.fillers, bit.filler)
  add(small.replies, bit.reply)
  add(small.units, bit.unit)
  add(small.placePrepositions, bit.place)
  add(small.streetWords, bit.street)
  add(small.unitWords, bit.buildingPart)
  add(small.houseAdditions, bit.houseAddition)
  add(small.spellingWords, bit.spelling)
  add(small.saidAt, bit.saidAt)
  add(small.saidDot, bit.saidDot)
  add(small.saidMark, bit.saidMark)
}

function buildPhrases(): Map<string, PhraseNode> {
  const root = new Map<string, PhraseNode>()
  const add = (phrase: string, meaning: Meaning): void => {
    let level = root
    let node: PhraseNode | undefined
    for (const word of split(phrase)) {
      node = level.get(word)
      if (node === undefined) {
        node = { meanings: [], next: new Map() }
        level.set(word, node)
      }
      level = node.next
    }
    node!.meanings.push(meaning)
  }
  for (const [kind, list] of kindPhrases) {
    for (const phrase of splitPhrases(list)) add(phrase, { says: 'kind', kind })
  }
  for (const phrase of splitPhrases(nameFollows)) add(phrase, { says: 'name-follows', strong: true })
  for (const phrase of splitPhrases(nameMayFollow)) add(phrase, { says: 'name-follows', strong: false })
  for (const phrase of splitPhrases(nameBefore)) add(phrase, { says: 'name-before' })
  for (const phrase of splitPhrases(signOff)) add(phrase, { says: 'sign-off' })
  for (const phrase of splitPhrases(small.corrections)) add(phrase, { says: 'correction' })
  for (const [label, list] of specialPhrases) {
    for (const phrase of splitPhrases(list)) add(phrase, { says: 'special', label })
  }
  return root
}

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

/**
 * Whether a lower-case word is ordinary, endings and Dutch prefixes taken off ("terugbetaald", "cancelled"). Words of more
 * than 24 letters are not. Used where the lists are asked, never as proof that something is a name.
 */
export function isOrdinary(word: string, lexicon: Lexicon): boolean {
  const has = (stem: string, bits: number): boolean => ((lexicon.words.get(stem)?.bits ?? 0) & bits) !== 0
  if (has(word, bit.function | bit.ordinary | bit.unit | bit.reply)) return true
  if (word.length < 4 || word.length > 24) return false
  const dutch = (stem: string): boolean => has(stem, bit.dutch)
  if (hasDutchStem(word, dutch) || hasEnglishStem(word, (stem) => has(stem, bit.english))) return true
  for (const prefix of nlPrefixes) {
    if (!word.startsWith(prefix) || word.length - prefix.length < 3) continue
    const rest = word.slice(prefix.length)
    if (dutch(rest) || hasDutchStem(rest, dutch)) return true
  }
  return false
}

/**
 * Whether a lower-case word is in a spelling dictionary of the lexicon's languages: as it stands, as a form of a word that is,
 * or as a Dutch word made of two ("openingstijden"). Asks for less than `isOrdinary`: most names of every origin are in
 * neither, many family names in Dutch and English are trades and places, and so words of a dictionary.
 */
export function isInDictionary(word: string, lexicon: Lexicon): boolean {
  const { languages } = lexicon
  if (word.length > 40) return false
  for (const language of languages) {
    if (inDictionary(word, language)) return true
    const known = (stem: string): boolean => stem.length >= shortestStem && inDictionary(stem, language)
    if (word.length > 3 && (language === 'nl' ? isDutchForm(word, known) : isEnglishForm(word, known))) return true
  }
  if (!languages.includes('nl')) return false
  // "roamen", "streamen": an English verb in Dutch.
  if (word.length > 5 && word.endsWith('en') && inDictionary(word.slice(0, -2), 'en')) return true
  return isCompound(word, lexicon)
}

/** Of shorter stems too many names are a form: "james" of "jam". */
const shortestStem = 4

function isDutchForm(word: string, known: (stem: string) => boolean): boolean {
  if (hasDutchStem(word, known)) return true
  return nlPrefixes.some((prefix) => {
    const rest = word.slice(prefix.length)
    return rest.length > 4 && word.startsWith(prefix) && (known(rest) || hasDutchStem(rest, known))
  })
}

/** "parkeerapp", "luchtvochtigheid", "openingstijden": two Dutch words, an s between or not. */
function isCompound(word: string, lexicon: Lexicon): boolean {
  if (word.length < 8 || word.length > 32) return false
  const known = (part: string): boolean =>
    inDictionary(part, 'nl') || ((lexicon.words.get(part)?.bits ?? 0) & bit.dutch) !== 0
  for (let at = 3; at <= word.length - 3; at++) {
    if (at < 6 && word.length - at < 4) break
    const left = word.slice(0, at)
    const linked = at > 4 && left.endsWith('s') && known(left.slice(0, -1))
    if (!linked && !known(left)) continue
    const right = word.slice(at)
    if (known(right) || (right.length > 5 && /(?:en|s|je|jes)$/.test(right) && hasDutchStem(right, known))) return true
  }
  return false
}

/** A form of an English word: "reverted", "unclaimed", "replacements"; no "-er", which makes names of trades. */
function isEnglishForm(word: string, known: (stem: string) => boolean): boolean {
  if (hasEnglishEnding(word, known)) return true
  return englishPrefixes.some((prefix) => {
    const rest = word.slice(prefix.length)
    return rest.length > 3 && word.startsWith(prefix) && (known(rest) || hasEnglishEnding(rest, known))
  })
}

function hasEnglishEnding(word: string, known: (stem: string) => boolean): boolean {
  return englishForms.some((ending) => {
    if (word.length - ending.length < 3 || !word.endsWith(ending)) return false
    const stem = word.slice(0, -ending.length)
    const withY = stem.endsWith('i') && known(`${stem.slice(0, -1)}y`)
    return known(stem) || known(`${stem}e`) || known(undoubled(stem)) || withY
  })
}
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

function hasDutchStem(word: string, known: (stem: string) => boolean): boolean {
  for (const ending of nlEndings) {
    if (word.length - ending.length < 3 || !word.endsWith(ending)) continue
    const stem = word.slice(0, -ending.length)
    if (
      known(stem) ||
      known(`${stem}en`) ||
      known(`${stem}e`) ||
      known(undoubled(stem)) ||
      known(`${lengthened(stem)}en`) ||
      known(`${stem}${stem.at(-1)}en`)
    )
      return true
  }
  return known(`${word}en`) || known(`${lengthened(word)}en`)
}

function hasEnglishStem(word: string, known: (stem: string) => boolean): boolean {
  for (const ending of enEndings) {
    if (word.length - ending.length < 3 || !word.endsWith(ending)) continue
    const stem = word.slice(0, -ending.length)
    if (known(stem) || known(`${stem}e`) || known(undoubled(stem)) || known(stem.replace(/i$/, 'y'))) return true
  }
  return false
}

/** "stopp" → "stop". */
function undoubled(stem: string): string {
  return stem.length > 3 && stem.at(-1) === stem.at(-2) ? stem.slice(0, -1) : stem
}

/** Dutch open syllable: "betaal" → "betal" (betalen); the same word when there is no double vowel before the last letter. */
function lengthened(stem: string): string {
  const doubled = stem.length > 3 && stem.at(-2) === stem.at(-3) && 'aeou'.includes(stem.at(-2)!)
  return doubled ? stem.slice(0, -2) + stem.at(-1) : stem
}

const listedWord = bit.function | bit.ordinary | bit.reply

/**
 * Whether a word that nothing knows is an everyday word with a slip of the hand ("recieve", "withdrawl"), or two written as
 * one ("okthanks"). Words of less than six letters are not judged: too many names lie one letter from a word.
 */
export function isSlip(word: string, lexicon: Lexicon): boolean {
  if (word.length < 6 || word.length > 20) return false
  return isTwoWords(word, lexicon) || (mayBeSlip(word, nearWordsOf(lexicon)) && isOneLetterOff(word, lexicon))
}

function isTwoWords(word: string, { words }: Lexicon): boolean {
  for (let i = 2; i <= word.length - 2; i++) {
    const left = words.get(word.slice(0, i))?.bits ?? 0
    if ((left & listedWord) === 0) continue
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
