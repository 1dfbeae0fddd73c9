import { type HashedWords, hasHash, hashedWords, hashesTable, hashStep, mixedHash } from './dictionary.ts'
import { bit, type Lexicon } from './lexicon.ts'
import { longestWord, readWord, stretchHash } from './word-stretch.ts'

const listedWord = bit.function | bit.ordinary | bit.reply
type Everyday = {
  /** The listed words. */
  readonly words: HashedWords
  /** Those and their common forms, of five letters and more. */
  readonly forms: HashedWords
  /** The hashes of `forms`, and of each of them without one of its letters. */
  readonly near: HashedWords
}
const byLexicon = new WeakMap<Lexicon, Everyday>()

function everydayOf(lexicon: Lexicon): Everyday {
  let everyday = byLexicon.get(lexicon)
  if (everyday === undefined) {
    const listed = [...lexicon.words].filter(([, { bits }]) => (bits & listedWord) !== 0)
    const forms = new Set(listed.flatMap(([word, { bits }]) => [word, ...formsOf(word, bits)]))
    const long = [...forms].filter((word) => word.length >= 5 && word.length <= longestWord)
    everyday = {
      words: hashedWords(listed.map(([word]) => word)),
      forms: hashedWords(long),
      near: hashesTable(long.flatMap(nearHashes)),
    }
    byLexicon.set(lexicon, everyday)
  }
  return everyday
}

/** What is said most of a word: plural, past, participle. Not all of these are words; those harm nothing. */
function formsOf(word: string, bits: number): string[] {
  const forms: string[] = []
  const stem = word.slice(0, -1)
  const add = (base: string, endings: string): void => {
    for (const ending of endings.split(' ')) forms.push(base + ending)
  }
  if (word.length < 4) return forms
  if ((bits & bit.english) !== 0) {
    if (word.endsWith('e')) add(stem, 'es ed ing ely')
    else if (word.endsWith('y')) add(stem, 'ies ied ily ying')
    else add(word, 's ed ing ly')
    if (/[^aeiou][aeiou][lnptrm]$/.test(word)) add(word + word.at(-1), 'ed ing')
  }
  if ((bits & bit.dutch) === 0) return forms
  if (!word.endsWith('en')) add(word, 's en e t de')
  else add(word.slice(0, -2), 't d te de')
  return forms
}

/**
 * Two words one slip apart are the same without one of the letters of each, so that a word of which no such form is in the
 * table need not be compared.
 */
function nearHashes(word: string): number[] {
  readWord(word)
  return Array.from({ length: word.length + 1 }, (_, i) => hashWithout(word.length, i - 1))
}

/** Of the word at hand without one of its letters; −1: of all of it. */
function hashWithout(length: number, at: number): number {
  return mixedHash(at < 0 ? stretchHash(0, length, 0) : stretchHash(at + 1, length, stretchHash(0, at, 0)))
}

/**
 * Whether a word that nothing knows is an everyday word or a form of one with a slip of the hand ("recieve", "withdrawls"), or
 * two written as one ("okthanks"). Too many names lie one letter from a word: words of less than six letters are not judged,
 * and a form is not taken for one with another letter, nor when it is short.
 */
export function isSlip(word: string, lexicon: Lexicon): boolean {
  const { length } = word
  if (length < 6 || length > 20) return false
  const { words, forms, near } = everydayOf(lexicon)
  readWord(word)
  return (
    isTwoWords(word, lexicon, words) ||
    (mayBeSlip(length, near) &&
      (isOneLetterOff(word, words, true) || (length > 6 && isOneLetterOff(word, forms, false))))
  )
}

function isTwoWords(word: string, { words }: Lexicon, everyday: HashedWords): boolean {
  for (let i = 2; i <= word.length - 2; i++) {
    if (!hasHash(everyday, mixedHash(stretchHash(0, i, 0)))) continue
    const left = words.get(word.slice(0, i))?.bits ?? 0
    const right = words.get(word.slice(i))?.bits ?? 0
    if ((left & listedWord) !== 0 && (right & listedWord) !== 0 && shareLanguage(left, right)) return true
  }
  return false
}

const languages = bit.dutch | bit.english
const shareLanguage = (a: number, b: number): boolean =>
  (a & languages) === 0 || (b & languages) === 0 || (a & b & languages) !== 0

function mayBeSlip(length: number, near: HashedWords): boolean {
  for (let at = -1; at < length; at++) if (hasHash(near, hashWithout(length, at))) return true
  return false
}

const [firstLetter, lastLetter] = [97, 122]

/** A letter too many, too few, two that changed places, or (`another`) another one. */
function isOneLetterOff(word: string, known: HashedWords, another: boolean): boolean {
  const { length } = word
  const has = (hash: number): boolean => hasHash(known, mixedHash(hash))
  const code = (at: number): number => word.charCodeAt(at)
  for (let i = 0; i <= length; i++) {
    const before = stretchHash(0, i, 0)
    if (i < length && has(stretchHash(i + 1, length, before))) return true
    if (i < length - 1 && has(stretchHash(i + 2, length, hashStep(hashStep(before, code(i + 1)), code(i))))) return true
    for (let letter = firstLetter; letter <= lastLetter; letter++) {
      const changed = hashStep(before, letter)
      if (has(stretchHash(i, length, changed))) return true
      if (another && i < length && has(stretchHash(i + 1, length, changed))) return true
    }
  }
  return false
}
