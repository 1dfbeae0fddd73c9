/** From what was said to stems with their places, and from what is looked for to terms; pure. */

import { stemEnglish } from './stem-en.ts'
import { stemDutch } from './stem-nl.ts'

/** Words that say nothing by themselves. They are not in the index; in a phrase any word fits in their place. */
const small: ReadonlySet<string> = new Set(
  (
    'de het een en of maar want dus als dan dat die dit deze er hier daar waar wat wie hoe ik je jij u hij zij ze wij we jullie ' +
    'mij me mijn jouw uw zijn haar ons onze hun hen is was ben bent waren wordt worden werd heeft heb hebt hebben had kan kunnen ' +
    'kunt kon zal zullen zou wil moet mag niet geen wel ook nog al te in op aan van voor met bij naar uit om over door tot ' +
    'the a an and or but if then that this these those there here what who how i you he she it we they me my your his her our ' +
    'their its am are be been being were has have had do does did can could will would shall should may must not no ' +
    'to of at by for with from on as so'
  ).split(' '),
)

/** Letters and digits of any script with their marks; an apostrophe may stand inside, and what is not seen (soft hyphen). */
const PARTS = /[\p{L}\p{N}\p{M}\u00ad\u200b-\u200d]+(?:['’][\p{L}\p{M}]+)*/gu
/** What is written as one word: such parts with hyphens between, digits with what groups them (`cv-ketel`, `1.250,50`, `14:30`). */
const WRITTEN =
  /[\p{L}\p{N}\p{M}\u00ad\u200b-\u200d]+(?:['’][\p{L}\p{M}]+)*(?:(?:[-\u2010\u2011]|(?<=\p{N})[.,:/](?=\p{N}))[\p{L}\p{N}\p{M}\u00ad\u200b-\u200d]+(?:['’][\p{L}\p{M}]+)*)*/gu
const LONGEST = 64
/** Places above this are not told apart: a turn of more words is found by its words, not by phrases near its end. */
const LAST_PLACE = 65_535

export type Spoken = { readonly stem: string; readonly places: readonly number[] }
export type StemLanguage = 'nl' | 'en'

export const stemLanguage = (language: string): StemLanguage => (/^en\b/i.test(language) ? 'en' : 'nl')

/** The stem of a word as `fold` leaves it. A word with a digit is its own stem. */
export function stemOf(word: string, language: StemLanguage): string {
  if (/\p{N}/u.test(word)) return word
  const bare = word.replace(/'s$/, '')
  return language === 'en' ? stemEnglish(bare) : stemDutch(bare)
}

/** Lower case, without accents, at most 64 characters: `Café’s` and `cafe's` are the same word. */
function fold(word: string): string {
  return word
    .replace(/[\u00ad\u200b-\u200d]/g, '')
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC')
    .toLowerCase()
    .replace(/’/g, "'")
    .slice(0, LONGEST)
}

/** A word as it is written: its parts in order, and where it stands in the text. */
type Written = { readonly parts: readonly string[]; readonly from: number; readonly to: number }

function* writtenIn(text: string): Generator<Written> {
  for (const match of text.matchAll(WRITTEN)) {
    const parts = (match[0].match(PARTS) ?? []).map(fold).filter((part) => part !== '')
    if (parts.length > 0) yield { parts, from: match.index, to: match.index + match[0].length }
  }
}

/** A word of parts written as one; undefined for one part, or when nothing would be told apart by it. */
function joined(parts: readonly string[]): string | undefined {
  if (parts.length === 1) return undefined
  const whole = parts.join('')
  return whole.length > LONGEST ? undefined : whole
}

/** The words at a place: a part, and at the place of the first part the whole (`cv-ketel`: cv and cvketel, ketel). */
function* placed({ parts }: Written): Generator<{ readonly word: string; readonly step: number }> {
  const whole = joined(parts)
  if (whole !== undefined) yield { word: whole, step: 0 }
  for (const [step, word] of parts.entries()) yield { word, step }
}

/** Stems of a turn, each with the places (from 0) at which it stands; in order of first place. */
export function spokenIn(text: string, language: StemLanguage): Spoken[] {
  const found = new Map<string, number[]>()
  let first = 0
  for (const written of writtenIn(text)) {
    for (const { word, step } of placed(written)) {
      if (small.has(word)) continue
      const stem = stemOf(word, language)
      const place = first + step
      const places = found.get(stem)
      if (places === undefined) found.set(stem, [Math.min(place, LAST_PLACE)])
      else if (place <= LAST_PLACE && places.at(-1) !== place) places.push(place)
    }
    first += written.parts.length
  }
  return [...found].map(([stem, places]) => ({ stem, places }))
}

/** One word, in each language's form; `offset`: its place in the phrase. */
export type Term = { readonly forms: readonly string[]; readonly offset: number }
/** A phrase has more terms than one; all of them stand in one turn at their distance. */
export type Phrase = readonly Term[]
export type Wanted = { readonly phrases: readonly Phrase[] }

export const MAX_TERMS = 12

/**
 * What is looked for: words, and "phrases" between double quotes. What is written together (`jan@voorbeeld.nl`) is a phrase
 * too. All must occur in a conversation. Undefined when nothing is left to look for (only small words), or there are more
 * than `MAX_TERMS`.
 */
export function wantedIn(text: string): Wanted | undefined {
  const phrases: Phrase[] = []
  for (const [, quoted, bare] of text.matchAll(/["“”„«»]([^"“”„«»]*)["“”„«»]?|([^"“”„«»\s]+)/g)) {
    const phrase = phraseIn((quoted ?? bare)!)
    if (phrase.length > 0) phrases.push(phrase)
  }
  const count = phrases.reduce((sum, terms) => sum + terms.length, 0)
  return count === 0 || count > MAX_TERMS ? undefined : { phrases }
}

function phraseIn(text: string): Phrase {
  const terms: Term[] = []
  let first = 0
  for (const { parts } of writtenIn(text)) {
    const whole = joined(parts)
    const words = whole === undefined ? [...parts.entries()] : ([[0, whole]] as const)
    for (const [step, word] of words) if (!small.has(word)) terms.push({ forms: formsOf(word), offset: first + step })
    first += parts.length
  }
  return terms
}

const formsOf = (word: string): string[] => [...new Set([stemOf(word, 'nl'), stemOf(word, 'en')])]

export type Snippet = { readonly before: string; readonly hit: string; readonly after: string }

/**
 * A piece of the text around what fits, in `before`, `hit` and `after`: the first phrase, else the first word; undefined
 * when nothing does. `around`: characters on each side.
 */
export function snippetOf(text: string, { phrases }: Wanted, around = 60): Snippet | undefined {
  const stood = standing(text)
  const found =
    phrases
      .filter((phrase) => phrase.length > 1)
      .map((phrase) => stretchOf(stood, phrase))
      .find((stretch) => stretch !== undefined) ??
    firstOf(phrases.flat().map((term) => stretchOf(stood, [{ ...term, offset: 0 }])))
  if (found === undefined) return undefined
  const from = Math.max(0, found.from - around)
  const to = Math.min(text.length, found.to + around)
  return {
    before: `${from > 0 ? '…' : ''}${whole(text.slice(from, found.from))}`,
    hit: text.slice(found.from, found.to),
    after: `${whole(text.slice(found.to, to))}${to < text.length ? '…' : ''}`,
  }
}

type Stretch = { readonly from: number; readonly to: number }
/** What stands at each place: the word as it is written, and its stems in either language. */
type Stood = ReadonlyMap<number, Stretch & { readonly stems: Set<string> }>

function standing(text: string): Stood {
  const stood = new Map<number, Stretch & { readonly stems: Set<string> }>()
  const known = new Map<string, readonly string[]>()
  let first = 0
  for (const written of writtenIn(text)) {
    for (const { word, step } of placed(written)) {
      const there = stood.get(first + step) ?? { from: written.from, to: written.to, stems: new Set<string>() }
      const forms = known.get(word) ?? (small.has(word) ? [] : formsOf(word))
      known.set(word, forms)
      for (const form of forms) there.stems.add(form)
      stood.set(first + step, there)
    }
    first += written.parts.length
  }
  return stood
}

/** Where the phrase stands for the first time, from its first word to its last. */
function stretchOf(stood: Stood, phrase: Phrase): Stretch | undefined {
  for (const [place, { from }] of stood) {
    const fits = phrase.every((term) => {
      const there = stood.get(place + term.offset - phrase[0]!.offset)
      return term.forms.some((form) => there?.stems.has(form))
    })
    if (fits) return { from, to: stood.get(place + phrase.at(-1)!.offset - phrase[0]!.offset)!.to }
  }
  return undefined
}

const firstOf = (stretches: readonly (Stretch | undefined)[]): Stretch | undefined =>
  stretches.reduce((best, one) => (one && (best === undefined || one.from < best.from) ? one : best), undefined)

/** Without half a surrogate pair at either end. */
const whole = (text: string) => text.replace(/^[\uDC00-\uDFFF]|[\uD800-\uDBFF]$/g, '')
