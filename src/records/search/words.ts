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

/** A word is letters and digits of any script; an apostrophe may stand inside. At most 64 characters count. */
const WORD = /[\p{L}\p{N}]+(?:['’][\p{L}]+)*/gu
const LONGEST = 64
/** Places above this are not told apart: a turn of more words is found by its words, not by phrases near its end. */
const LAST_PLACE = 65_535

export type Spoken = { readonly stem: string; readonly places: readonly number[] }
export type StemLanguage = 'nl' | 'en'

export const stemLanguage = (language: string): StemLanguage => (/^en\b/i.test(language) ? 'en' : 'nl')

export function stemOf(word: string, language: StemLanguage): string {
  if (/\p{N}/u.test(word)) return word
  return language === 'en' ? stemEnglish(word) : stemDutch(word)
}

function* wordsIn(text: string): Generator<string> {
  for (const [found] of text.normalize('NFC').toLowerCase().matchAll(WORD)) yield found.slice(0, LONGEST)
}

/** Stems of a turn, each with the places (from 0) at which it stands; in order of first place. */
export function spokenIn(text: string, language: StemLanguage): Spoken[] {
  const found = new Map<string, number[]>()
  let place = 0
  for (const word of wordsIn(text)) {
    if (!small.has(word)) {
      const stem = stemOf(word, language)
      const places = found.get(stem)
      if (places === undefined) found.set(stem, [Math.min(place, LAST_PLACE)])
      else if (place <= LAST_PLACE) places.push(place)
    }
    place++
  }
  return [...found].map(([stem, places]) => ({ stem, places }))
}

/** One word, in each language's form; `offset`: its place in the phrase. */
export type Term = { readonly forms: readonly string[]; readonly offset: number }
/** A phrase has more terms than one; all of them stand in one turn at their distance. */
export type Wanted = { readonly phrases: readonly (readonly Term[])[] }

export const MAX_TERMS = 12

/**
 * What is looked for: words, and "phrases" between double quotes. All must occur in a conversation. Undefined when
 * nothing is left to look for (only small words), or there are more than `MAX_TERMS`.
 */
export function wantedIn(text: string): Wanted | undefined {
  const phrases: Term[][] = []
  for (const [, quoted, bare] of text.matchAll(/["“”„]([^"“”„]*)["“”„]?|([^"“”„]+)/g)) {
    if (quoted !== undefined) {
      const terms = termsIn(quoted)
      if (terms.length > 0) phrases.push(terms)
    } else for (const term of termsIn(bare!)) phrases.push([{ ...term, offset: 0 }])
  }
  const count = phrases.reduce((sum, terms) => sum + terms.length, 0)
  return count === 0 || count > MAX_TERMS ? undefined : { phrases }
}

function termsIn(text: string): Term[] {
  return [...wordsIn(text)].flatMap((word, offset) =>
    small.has(word) ? [] : [{ forms: [...new Set([stemOf(word, 'nl'), stemOf(word, 'en')])], offset }],
  )
}

/** A piece of the text around the first word that fits, in `before`, `hit` and `after`; undefined when none does. */
export function snippetOf(
  text: string,
  { phrases }: Wanted,
  around = 60,
): { before: string; hit: string; after: string } | undefined {
  const forms = new Set(phrases.flatMap((terms) => terms.flatMap((term) => term.forms)))
  for (const match of text.matchAll(WORD)) {
    const word = match[0].normalize('NFC').toLowerCase().slice(0, LONGEST)
    if (small.has(word) || !(forms.has(stemOf(word, 'nl')) || forms.has(stemOf(word, 'en')))) continue
    const end = match.index + match[0].length
    const from = Math.max(0, match.index - around)
    const to = Math.min(text.length, end + around)
    return {
      before: `${from > 0 ? '…' : ''}${whole(text.slice(from, match.index))}`,
      hit: match[0],
      after: `${whole(text.slice(end, to))}${to < text.length ? '…' : ''}`,
    }
  }
  return undefined
}

/** Without half a surrogate pair at either end. */
const whole = (text: string) => text.replace(/^[\uDC00-\uDFFF]|[\uD800-\uDBFF]$/g, '')
