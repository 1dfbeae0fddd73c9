import type { Kind, Label, Language } from '../personal-data.ts'
import { type NumberWord, numberWords, ordinals } from '../scan/number-words.ts'
import { functionWords, pronominalAdverbs } from './function-words.ts'
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
import { namedThings } from './named-things.ts'
import { ordinaryEn } from './ordinary-en.ts'
import { ordinaryNl } from './ordinary-nl.ts'
import * as small from './small-words.ts'
import { expanded, specialPhrases, wordClasses } from './special-categories.ts'
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
  /** A thing that has a name of its own, which stands beside it: "app", "station", "tarief". */
  named: 1 << 28,
  /** Set while tokenising: an illness by the end of the word. */
  medical: 1 << 29,
  /** Begins a phrase of special categories; a name may be the same word ("Parkinson", "Christian"). */
  special: 1 << 30,
} as const

/** What more a word may be, for recognisers that need not look at a turn without it. */
export const more = {
  /** Somebody lives somewhere: "woon", "moved". */
  home: 1 << 0,
  /** Before a place: "in", "to". */
  into: 1 << 1,
  /** "afkomst", "descent". */
  descent: 1 << 2,
  /** Set while tokenising: ends like a Dutch street. */
  street: 1 << 3,
  /** Set while tokenising: begins a phrase, or names a reference by its ending. */
  begins: 1 << 4,
  /** A phrase may go on with it. */
  follows: 1 << 5,
} as const

export type Word = {
  readonly bits: number
  /** Bits of `more`. */
  readonly more: number
  readonly number?: NumberWord
  readonly month?: number
  readonly ordinal?: number
  /** The class of words that it stands for in phrases (`#party`). */
  readonly stands?: string
}

/** What a phrase says. `strong` name cues take any word after them as a name. */
export type Meaning =
  | { readonly says: 'kind'; readonly kind: Kind }
  | { readonly says: 'name-follows'; readonly strong: boolean }
  | { readonly says: 'name-before' }
  | { readonly says: 'sign-off' }
  | { readonly says: 'correction' }
  | { readonly says: 'special'; readonly label: Label; readonly sure: boolean }

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
      else words.set(word, { bits, more: 0 })
    }
  }
  for (const language of languages.length === 0 ? (['nl', 'en'] as const) : languages) {
    const own = language === 'nl' ? bit.dutch : bit.english
    add(functionWords[language], bit.function | own)
    if (language === 'nl') add(pronominalAdverbs, bit.function | own)
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
  const addMore = (list: string, bits: number): void => {
    add(list, 0)
    for (const word of split(list)) words.get(word)!.more |= bits
  }
  for (const [stands, members] of Object.entries(wordClasses)) {
    addMore(members, more.follows)
    for (const member of split(members)) words.get(member)!.stands = stands
  }
  addMore(small.homes, more.home)
  addMore(small.into, more.into)
  addMore(small.descents, more.descent)
  const phrases = allPhrases()
  for (const first of phrases.root.keys()) add(first, phrases.onlySpecial.has(first) ? bit.special : bit.phrase)
  for (const word of phrases.following) addMore(word, more.follows)
  return { languages: languages.length === 0 ? ['nl', 'en'] : languages, words, phrases: phrases.root }
}

function addClosedLists(add: (list: string, bits: number) => void): void {
  add(titles, bit.title)
  add(kin, bit.kin)
  add(particles, bit.particle)
  add(personVerbs, bit.personVerb)
  add(properWords, bit.proper)
  add(firmWords, bit.firm)
  add(namedThings, bit.named)
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

/** All phrases of a list; a class in front stands there as each of its words, since a phrase is found by its first word. */
function alternatives(list: string): ReadonlySet<string> {
  const phrases = splitPhrases(list).flatMap(expanded)
  return new Set(
    phrases.flatMap((phrase) => {
      const [first = '', ...rest] = phrase.split(' ')
      const members = wordClasses[first]
      return members === undefined ? [phrase] : split(members).map((word) => [word, ...rest].join(' '))
    }),
  )
}

type Phrases = {
  readonly root: ReadonlyMap<string, PhraseNode>
  readonly onlySpecial: ReadonlySet<string>
  readonly following: ReadonlySet<string>
}
const phrasesBuilt: { all: Phrases | undefined } = { all: undefined }

/** The phrases of all languages, the words that begin those of special categories only and those after the first; built once. */
function allPhrases(): Phrases {
  if (phrasesBuilt.all === undefined) {
    const root = buildPhrases()
    const onlySpecial = new Set([...root].flatMap(([word, node]) => (isOnlySpecial(node) ? [word] : [])))
    const following = new Set([...root.values()].flatMap(({ next }) => wordsFrom(next)))
    phrasesBuilt.all = { root, onlySpecial, following }
  }
  return phrasesBuilt.all
}

/** All that begins with a word is of special categories. */
const isOnlySpecial = ({ meanings, next }: PhraseNode): boolean =>
  meanings.every(({ says }) => says === 'special') && [...next.values()].every(isOnlySpecial)

const wordsFrom = (level: ReadonlyMap<string, PhraseNode>): string[] =>
  [...level].flatMap(([word, { next }]) => [word, ...wordsFrom(next)])

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
  for (const { label, sure, beside } of specialPhrases) {
    for (const phrase of alternatives(sure)) add(phrase, { says: 'special', label, sure: true })
    for (const phrase of alternatives(beside)) add(phrase, { says: 'special', label, sure: false })
  }
  return root
}
