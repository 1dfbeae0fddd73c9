import {
  type HashedWords,
  hasHash,
  hashBasis,
  hashFactor,
  hashStep,
  isHashInDictionary,
  mixedHash,
} from './dictionary.ts'
import type { Lexicon } from './lexicon.ts'

/** Words that a stretch of a word is looked up in: by its hash first, so that it need not be cut out. */
export type Vocabulary = {
  /** The letters `[from, cut)` of a word with a tail behind them; `hash`: of the two together. */
  has(hash: number, word: string, from: number, cut: number, tail: string): boolean
}

/** The words of a lexicon with one of these bits. */
export class ListedWords implements Vocabulary {
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
export const dutchDictionary: Vocabulary = {
  has: (hash, _, from, cut, tail) => cut - from + tail.length >= shortestStem && isHashInDictionary(hash, 'nl'),
}
export const englishDictionary: Vocabulary = {
  has: (hash, _, from, cut, tail) => cut - from + tail.length >= shortestStem && isHashInDictionary(hash, 'en'),
}

/** Parts of Dutch compounds: of the dictionary, however short, or of the lists. */
export class PartsOfCompounds implements Vocabulary {
  readonly #listed: ListedWords

  constructor(listed: ListedWords) {
    this.#listed = listed
  }

  has(hash: number, word: string, from: number, cut: number, tail: string): boolean {
    return isHashInDictionary(hash, 'nl') || this.#listed.has(hash, word, from, cut, tail)
  }
}

export const longestWord = 40
/** Hash of each beginning of the word at hand, filled by `readWord` and used up before the next word. */
const beginnings = new Int32Array(longestWord + 1)
const powers = new Int32Array(longestWord + 1)
powers[0] = 1
for (let i = 1; i <= longestWord; i++) powers[i] = Math.imul(powers[i - 1]!, hashFactor)

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

/** Whether the letters `[from, cut)` of the word at hand with a tail behind them are in a vocabulary. */
export function knows(vocabulary: Vocabulary, word: string, from: number, cut: number, tail: string): boolean {
  let hash = stretchHash(from, cut, hashBasis)
  for (let i = 0; i < tail.length; i++) hash = hashStep(hash, tail.charCodeAt(i))
  return vocabulary.has(mixedHash(hash), word, from, cut, tail)
}

/** Endings by their last letter; a word has but a few to try. */
export const byLast = (endings: readonly string[]): readonly (readonly string[])[] => {
  const groups: string[][] = Array.from({ length: 128 }, () => [])
  for (const ending of endings) groups[ending.charCodeAt(ending.length - 1)]!.push(ending)
  return groups
}
const none: readonly string[] = []
export const endingsAt = (word: string, end: number, groups: readonly (readonly string[])[]): readonly string[] =>
  groups[word.charCodeAt(end - 1)] ?? none

/** "stopp" of "stop". */
export const isDoubled = (word: string, from: number, end: number): boolean =>
  end - from > 3 && word.charCodeAt(end - 1) === word.charCodeAt(end - 2)
