import { hashedWords, inDictionary } from './dictionary.ts'
import { hasDutchStem, hasDutchStemAfterPrefix, isCompound, isDutchForm } from './dutch-forms.ts'
import { everydayEndings, hasEnglishStem, isEnglishForm } from './english-forms.ts'
import { bit, type Lexicon } from './lexicon.ts'
import { ListedWords, longestWord, PartsOfCompounds, readWord, type Vocabulary } from './word-stretch.ts'

export { isSlip } from './slips.ts'

type Vocabularies = { readonly dutch: Vocabulary; readonly english: Vocabulary; readonly parts: Vocabulary }
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
  const { languages } = lexicon
  if (word.length > longestWord) return false
  for (const language of languages) {
    if (inDictionary(word, language)) return true
    if (word.length <= 3) continue
    if (language === 'en' && isEnglishForm(word)) return true
    readWord(word)
    if (language === 'nl' && isDutchForm(word)) return true
  }
  if (!languages.includes('nl')) return false
  // "roamen", "streamen": an English verb in Dutch.
  if (word.length > 5 && word.endsWith('en') && inDictionary(word.slice(0, -2), 'en')) return true
  readWord(word)
  return isCompound(word, vocabulariesOf(lexicon).parts)
}
