import { inDictionary } from '../lexicon/dictionary.ts'
import { isInDictionary, isOrdinary, isSlip } from '../lexicon/known-words.ts'
import { bit, type Lexicon, more, type PhraseNode, type Word } from '../lexicon/lexicon.ts'
import { medicalEnding } from '../lexicon/special-categories.ts'
import { streetEnding } from '../lexicon/street-endings.ts'
import { referenceEndings } from '../lexicon/vocabulary.ts'
import { largeNumberWord, type NumberWord } from './number-words.ts'

/** A word as it is written, with what the lexicon says of it: what all its tokens have in common. */
export type WordForm = {
  readonly hash: number
  readonly text: string
  /** Lower case without diacritics. */
  readonly lower: string
  /** Bits of the lexicon, plus `capital` and `allCapitals`. */
  readonly bits: number
  /** Bits of `more`. */
  readonly more: number
  /** The end that makes it a Dutch street, if it has one. */
  readonly street: string | undefined
  readonly number: NumberWord | undefined
  readonly word: Word | undefined
  /** Names a reference by its ending ("klantnummer"). */
  readonly reference: boolean
  /** The phrases that begin with it. */
  readonly phrases: PhraseNode | undefined
  /** Found when first asked for: `isOrdinary`, `isInDictionary` and `isSlip`. */
  ordinary: boolean | undefined
  inDictionary: boolean | undefined
  slip: boolean | undefined
}

const slots = 1 << 16
const mostKept = slots / 4
/** A form stands in one of so many slots from that of its hash on, or is not kept. */
const reach = 8

const slotOf = (hash: number): number => (hash ^ (hash >>> 15)) & (slots - 1)

/**
 * The forms of words in a list, of forms of those and of words that stand in a dictionary, remembered from text to text. Any
 * other word is forgotten with its text: unknown ones, compounds, slips of the hand and numbers in words. A name is kept only
 * where it is such a word too ("Koster"), and nothing is kept of where it stood. What is kept changes no answer, only its cost.
 */
class WordForms {
  readonly #lexicon: Lexicon
  readonly #kept: (WordForm | undefined)[] = new Array<WordForm | undefined>(slots).fill(undefined)
  #count = 0

  constructor(lexicon: Lexicon) {
    this.#lexicon = lexicon
  }

  /** The form of the word `[start, end)` of a text; `hash`: its code units stepped through `hashStep`. */
  of(text: string, start: number, end: number, hash: number): WordForm {
    const from = slotOf(hash)
    for (let i = 0; i < reach; i++) {
      const form = this.#kept[(from + i) & (slots - 1)]
      if (form === undefined) break
      if (form.hash === hash && isAt(form.text, text, start, end)) return form
    }
    const form = formOf(text.slice(start, end), hash, this.#lexicon)
    if (form.word !== undefined) this.keep(form)
    return form
  }

  keep(form: WordForm): void {
    if (this.#count >= mostKept) return
    const from = slotOf(form.hash)
    for (let i = 0; i < reach; i++) {
      const at = (from + i) & (slots - 1)
      const there = this.#kept[at]
      if (there === undefined) {
        this.#kept[at] = { ...form, text: ownCopy(form.text), lower: ownCopy(form.lower) }
        this.#count++
        return
      }
      if (there.hash === form.hash && there.text === form.text) return
    }
  }
}

/** A part of a string may hold on to all of it, and so to the message that a word was cut from. */
const ownCopy = (word: string): string =>
  String.fromCharCode(...Array.from({ length: word.length }, (_, i) => word.charCodeAt(i)))

function isAt(word: string, text: string, start: number, end: number): boolean {
  if (word.length !== end - start) return false
  for (let i = 0; i < word.length; i++) if (word.charCodeAt(i) !== text.charCodeAt(start + i)) return false
  return true
}

const byLexicon = new WeakMap<Lexicon, WordForms>()

export function wordForms(lexicon: Lexicon): WordForms {
  let forms = byLexicon.get(lexicon)
  if (forms === undefined) {
    forms = new WordForms(lexicon)
    byLexicon.set(lexicon, forms)
  }
  return forms
}

function formOf(text: string, hash: number, lexicon: Lexicon): WordForm {
  const lower = isSmallAscii(text) ? text : foldWord(text)
  const word = lexicon.words.get(lower)
  let bits = word?.bits ?? 0
  const first = text[0]!
  if (lower !== text && first !== first.toLowerCase()) {
    bits |= bit.capital
    if (text.length > 1 && text === text.toUpperCase()) bits |= bit.allCapitals
  }
  // "Sundays", "Mastercards".
  if ((word === undefined || word.bits === 0) && lower.length > 5 && lower.endsWith('s'))
    bits |= (lexicon.words.get(lower.slice(0, -1))?.bits ?? 0) & bit.proper
  if (lower.length > 7 && medicalEnding.test(lower)) bits |= bit.medical
  let number = word?.number
  if (number === undefined && lower.length > 6 && (lower.includes('honderd') || lower.includes('duizend')))
    number = largeNumberWord(lower)
  if (number !== undefined) bits |= bit.number
  const street = streetEnding(lower)
  const reference = endsLikeReference(lower)
  const phrases = (bits & (bit.phrase | bit.special)) === 0 ? undefined : lexicon.phrases.get(lower)
  const begins = reference || phrases !== undefined
  return {
    hash,
    text,
    lower,
    bits,
    more: (word?.more ?? 0) | (street === undefined ? 0 : more.street) | (begins ? more.begins : 0),
    street,
    number,
    word,
    reference,
    phrases,
    ordinary: undefined,
    inDictionary: undefined,
    slip: undefined,
  }
}

/** `isOrdinary` of a word form, asked once. */
export function isOrdinaryForm(form: WordForm, lexicon: Lexicon): boolean {
  if (form.ordinary === undefined) {
    form.ordinary = isOrdinary(form.lower, lexicon)
    if (form.ordinary) keepExplained(form, lexicon)
  }
  return form.ordinary
}

/** `isInDictionary` of a word form, asked once. */
export function isFormInDictionary(form: WordForm, lexicon: Lexicon): boolean {
  if (form.inDictionary === undefined) {
    form.inDictionary = isInDictionary(form.lower, lexicon)
    if (form.inDictionary && lexicon.languages.some((language) => inDictionary(form.lower, language)))
      keepExplained(form, lexicon)
  }
  return form.inDictionary
}

/** `isSlip` of a word form, asked once. */
export function isSlipForm(form: WordForm, lexicon: Lexicon): boolean {
  form.slip ??= isSlip(form.lower, lexicon)
  return form.slip
}

function keepExplained(form: WordForm, lexicon: Lexicon): void {
  if (form.word === undefined && form.number === undefined) wordForms(lexicon).keep(form)
}

/** "klantnummer", "dossiernr": a word that names a reference by its ending. */
function endsLikeReference(word: string): boolean {
  if (word.length < 6) return false
  for (const ending of referenceEndings) if (word.length > ending.length + 2 && word.endsWith(ending)) return true
  return false
}

/** Lower case without diacritics, look-alike letters of other scripts in a Latin word read as Latin. */
export function foldWord(written: string): string {
  const lower = written.toLowerCase()
  if (isAscii(lower)) return lower
  const bare = lower
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[łøđıßæœ]/g, (c) => latinExtra[c]!)
  return /[a-z]/.test(bare) && /[\u0370-\u03ff\u0400-\u04ff]/.test(bare)
    ? bare.replace(/[\u0370-\u04ff]/g, (c) => lookAlikes[c] ?? c)
    : bare
}

function isSmallAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit < 97 || unit > 122) return false
  }
  return true
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false
  return true
}

const latinExtra: Readonly<Record<string, string>> = { ł: 'l', ø: 'o', đ: 'd', ı: 'i', ß: 'ss', æ: 'ae', œ: 'oe' }
const lookAlikes: Readonly<Record<string, string>> = {
  а: 'a',
  е: 'e',
  о: 'o',
  р: 'p',
  с: 'c',
  у: 'y',
  х: 'x',
  і: 'i',
  ј: 'j',
  ѕ: 's',
  к: 'k',
  м: 'm',
  т: 't',
  н: 'h',
  в: 'b',
  α: 'a',
  ο: 'o',
  ρ: 'p',
  ν: 'v',
  ι: 'i',
  κ: 'k',
  τ: 't',
  υ: 'u',
  χ: 'x',
  ε: 'e',
  η: 'n',
  γ: 'y',
}
