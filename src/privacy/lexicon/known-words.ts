import { dictionaryOf, hasHash, hashBasis, mixedHash } from './dictionary.ts'
import { hasDutchStem, hasDutchStemAfterPrefix, isCompound, isDutchForm } from './dutch-forms.ts'
import { everydayEndings, hasEnglishStem, isBritishForm, isEnglishForm } from './english-forms.ts'
import { bit, type Lexicon } from './lexicon.ts'
import { compoundParts, listVocabulary, longestWord, readWord, stretchHash, type Vocabulary } from './word-stretch.ts'

export { isSlip } from './slips.ts'

type Vocabularies = { readonly dutch: Vocabulary; readonly english: Vocabulary; readonly parts: Vocabulary }
const byLexicon = new WeakMap<Lexicon, Vocabularies>()

function vocabulariesOf(lexicon: Lexicon): Vocabularies {
  let vocabularies = byLexicon.get(lexicon)
  if (vocabularies === undefined) {
    const having = (bits: number): string[] =>
      [...lexicon.words].flatMap(([word, entry]) => ((entry.bits & bits) !== 0 ? [word] : []))
    const dutch = having(bit.dutch)
    vocabularies = {
      dutch: listVocabulary(dutch),
      english: listVocabulary(having(bit.english)),
      parts: compoundParts(dutch),
    }
    byLexicon.set(lexicon, vocabularies)
  }
  return vocabularies
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
  readWord(word)
  return (
    hasDutchStem(word, 0, word.length, dutch) ||
    hasEnglishStem(word, 0, english, everydayEndings) ||
    hasDutchStemAfterPrefix(word, 3, dutch)
  )
}

/**
 * Whether a lower-case word is in a spelling dictionary of the lexicon's languages: as it stands, as a form of a word that is,
 * or as a Dutch word made of several ("openingstijden"). Asks for less than `isOrdinary`: most names of every origin are in
 * neither, many family names in Dutch and English are trades and places, and so words of a dictionary.
 */
export function isInDictionary(word: string, lexicon: Lexicon): boolean {
  const { length } = word
  if (length > longestWord) return false
  const dutch = lexicon.languages.includes('nl')
  const english = lexicon.languages.includes('en')
  readWord(word)
  const whole = mixedHash(stretchHash(0, length, hashBasis))
  if (dutch && hasHash(dictionaryOf('nl').words, whole)) return true
  if (english && hasHash(dictionaryOf('en').words, whole)) return true
  if (length > 3 && ((dutch && isDutchForm(word)) || (english && isEnglishForm(word)))) return true
  if (dutch && (isEnglishVerbInDutch(word) || isCompound(word, vocabulariesOf(lexicon).parts))) return true
  return english && length > 3 && isBritishForm(word)
}

/** "roamen", "streamen". */
const isEnglishVerbInDutch = (word: string): boolean =>
  word.length > 5 &&
  word.endsWith('en') &&
  hasHash(dictionaryOf('en').words, mixedHash(stretchHash(0, word.length - 2, hashBasis)))
