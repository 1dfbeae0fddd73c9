import {
  addStart,
  dictionaryOf,
  type HashedWords,
  hasHash,
  hashBasis,
  hashedWords,
  hashFactor,
  hashStep,
  hasStart,
  mixedHash,
  noStarts,
  type Starts,
  startOf,
} from './dictionary.ts'

/** Words that stretches of a word are looked up in, by their hash, so that they need not be cut out. */
export class Vocabulary {
  readonly #tables: readonly HashedWords[]
  readonly #starts: Starts
  readonly #shortest: number

  constructor(tables: readonly HashedWords[], starts: Starts, shortest: number) {
    this.#tables = tables
    this.#starts = starts
    this.#shortest = shortest
  }

  /** Whether any word begins with the four letters of a word from one of them on. */
  mayStart(word: string, from: number): boolean {
    return hasStart(this.#starts, startOf(word, from))
  }

  /** A word of so many letters with this hash. */
  has(hash: number, length: number): boolean {
    if (length < this.#shortest) return false
    for (let i = 0; i < this.#tables.length; i++) if (hasHash(this.#tables[i]!, hash)) return true
    return false
  }
}

/** Of shorter stems too many names are a form: "james" of "jam". */
const shortestStem = 4
const fromDictionary = (language: 'nl' | 'en'): Vocabulary => {
  const { words, starts } = dictionaryOf(language)
  return new Vocabulary([words], starts, shortestStem)
}
const dictionaries: Partial<Record<'nl' | 'en', Vocabulary>> = {}

export function dictionary(language: 'nl' | 'en'): Vocabulary {
  dictionaries[language] ??= fromDictionary(language)
  return dictionaries[language]
}

/** The words of a list. */
export function listVocabulary(words: readonly string[]): Vocabulary {
  return new Vocabulary([hashedWords(words)], startsOf(words), 0)
}

/** Parts of Dutch compounds: of the dictionary, however short, or of a list. */
export function compoundParts(words: readonly string[]): Vocabulary {
  const known = dictionaryOf('nl')
  const starts = startsOf(words)
  for (let i = 0; i < starts.length; i++) starts[i]! |= known.starts[i]!
  return new Vocabulary([known.words, hashedWords(words)], starts, 0)
}

function startsOf(words: readonly string[]): Starts {
  const starts = noStarts()
  for (const word of words) addStart(starts, startOf(word, 0))
  return starts
}

export const longestWord = 40
/** Hash of each beginning of the word at hand, filled by `readWord` and used up before the next word. */
const beginnings = new Int32Array(longestWord + 1)
const powers = new Int32Array(longestWord + 1)
powers[0] = 1
for (let i = 1; i <= longestWord; i++) powers[i] = Math.imul(powers[i - 1]!, hashFactor)

const none: readonly string[] = []

/** Makes a word of at most 40 letters the word at hand of `knows`. */
export function readWord(word: string): void {
  let hash = 0
  for (let i = 0; i < word.length; i++) {
    hash = hashStep(hash, word.charCodeAt(i))
    beginnings[i + 1] = hash
  }
}

/** A hash stepped through the letters `[from, to)` of the word at hand. */
export const stretchHash = (from: number, to: number, hash: number): number =>
  (beginnings[to]! + Math.imul(hash - beginnings[from]!, powers[to - from]!)) | 0

/**
 * Whether the letters `[from, cut)` of the word at hand with a tail behind them are in a vocabulary. `mayStart`: what it says
 * of the word from `from` on; a stretch of four letters and more need not be looked up when no word begins so.
 */
export function knows(vocabulary: Vocabulary, from: number, cut: number, tail: string, mayStart: boolean): boolean {
  if (!mayStart && cut - from > 3) return false
  let hash = stretchHash(from, cut, hashBasis)
  for (let i = 0; i < tail.length; i++) hash = hashStep(hash, tail.charCodeAt(i))
  return vocabulary.has(mixedHash(hash), cut - from + tail.length)
}

/** Beginnings by their first letter; a word has but a few to try. */
export const byFirst = (beginnings: readonly string[]): readonly (readonly string[])[] => {
  const groups: string[][] = Array.from({ length: 128 }, () => [])
  for (const beginning of beginnings) groups[beginning.charCodeAt(0)]!.push(beginning)
  return groups
}

/** The beginnings that may be those of a word. */
export const prefixesOf = (word: string, groups: readonly (readonly string[])[]): readonly string[] =>
  groups[word.charCodeAt(0)] ?? none

/** Endings by their last letter; a word has but a few to try. */
export const byLast = (endings: readonly string[]): readonly (readonly string[])[] => {
  const groups: string[][] = Array.from({ length: 128 }, () => [])
  for (const ending of endings) groups[ending.charCodeAt(ending.length - 1)]!.push(ending)
  return groups
}
export const endingsAt = (word: string, end: number, groups: readonly (readonly string[])[]): readonly string[] =>
  groups[word.charCodeAt(end - 1)] ?? none

/** "stopp" of "stop". */
export const isDoubled = (word: string, from: number, end: number): boolean =>
  end - from > 3 && word.charCodeAt(end - 1) === word.charCodeAt(end - 2)
