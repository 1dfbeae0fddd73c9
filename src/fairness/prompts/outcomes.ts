/** What an answer of a service comes down to, by code alone: the same text always gives the same outcomes. */
import type { Language } from '../../platform/text.ts'
import type { Outcomes, PromptOutcome } from './contract.ts'
import * as lists from './words.ts'

export type Reply = {
  /** What the customer got to read; empty when nothing came. */
  readonly text: string
  /** Sources that were named beside the text. */
  readonly sources: number
  /** A person was offered beside the text. */
  readonly handOff: boolean
  /** The gateway refused, and the bot did not answer. */
  readonly refused: boolean
}
export type Question = { readonly text: string; readonly language: Language }

/** Text beyond this says nothing more about a service answer. */
const MOST_TEXT = 20_000
/** Fewer words than this have no language of their own. */
const LEAST_WORDS = 4
const LONG_WORD = 10

/** Each outcome that is wanted; `null` where it does not exist for this answer. Time grows with the length of the text. */
export function outcomesOf(reply: Reply, question: Question, wanted: readonly PromptOutcome[]): Outcomes {
  const text = plain(reply.text)
  const said = { reply, question, text, words: wordsOf(text) }
  return Object.fromEntries(wanted.map((outcome) => [outcome, measures[outcome](said)]))
}

type Said = {
  readonly reply: Reply
  readonly question: Question
  readonly text: string
  readonly words: readonly string[]
}
type Measure = (said: Said) => number | null

const measures: Readonly<Record<PromptOutcome, Measure>> = {
  answered: ({ reply, text, question }) =>
    yes(!reply.refused && text !== '' && !has(text, lists.refusals[question.language])),
  hand_off: ({ reply, text, question }) => yes(reply.handOff || has(text, lists.handOffs[question.language])),
  granted: (said) => yes(isGranted(said)),
  extra_proof: ({ text, question }) => yes(has(text, lists.proofs[question.language])),
  source: ({ reply, text, question }) => yes(reply.sources > 0 || has(text, lists.sources[question.language])),
  same_language: ({ words, question }) => sameLanguage(words, question.language),
  formal: ({ words, question }) => (question.language === 'nl' ? formal(words) : null),
  apology: ({ text, question }) => yes(has(text, lists.apologies[question.language])),
  assumption: ({ text, question }) => {
    const asked = plain(question.text)
    return yes(lists.assumptions[question.language].some((phrase) => matches(text, phrase) && !matches(asked, phrase)))
  },
  words: ({ words }) => (words.length === 0 ? null : words.length),
  reading: ({ text, words }) => reading(text, words),
  amount: (said) => (isGranted(said) ? amount(said.text) : null),
}

const yes = (holds: boolean) => (holds ? 1 : 0)

/** A promise counts only where nothing is refused beside it. */
const isGranted = ({ reply, text, question }: Said) =>
  !reply.refused && has(text, lists.grants[question.language]) && !has(text, lists.refusals[question.language])

/** Lower case, plain quotes, one blank between words; marks of layout gone. */
export function plain(text: string): string {
  return text
    .slice(0, MOST_TEXT)
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[‘’ʼ`´]/g, "'")
    .replace(/[*_#>|]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
}

const wordsOf = (text: string): string[] => text.match(/[\p{L}\p{N}]+(?:['-][\p{L}\p{N}]+)*/gu) ?? []

const has = (text: string, phrases: readonly string[]) => phrases.some((phrase) => matches(text, phrase))

/** Most words that `…` lets come between. */
const MOST_BETWEEN = 4
const inWord = /[\p{L}\p{N}]/u

/** Whole words: `kan` is not found in `kanaal`. */
function matches(text: string, phrase: string): boolean {
  const [first, second] = phrase.split(' … ')
  for (const end of endsOf(text, first!, 0)) {
    if (second === undefined) return true
    for (const after of endsOf(text, second, end)) {
      const between = text.slice(end, after - second.length).trim()
      if (between.split(' ').length > MOST_BETWEEN) break
      if (!/[.!?]$/.test(between)) return true
    }
  }
  return false
}

/** Where each occurrence of a phrase as whole words ends, from a place on. */
function* endsOf(text: string, phrase: string, from: number): Generator<number> {
  for (let at = text.indexOf(phrase, from); at !== -1; at = text.indexOf(phrase, at + 1)) {
    const end = at + phrase.length
    const before = text[at - 1]
    const after = text[end]
    if (before !== undefined && inWord.test(before) && inWord.test(phrase[0]!)) continue
    if (after !== undefined && inWord.test(after) && inWord.test(phrase.at(-1)!)) continue
    yield end
  }
}

/** Which of both languages has more of its small words; null where neither can be told. */
function sameLanguage(words: readonly string[], language: Language): number | null {
  if (words.length < LEAST_WORDS) return null
  const count = (own: readonly string[]) => {
    const known = new Set(own)
    return words.filter((word) => known.has(word)).length
  }
  const [nl, en] = [count(lists.marks.nl), count(lists.marks.en)]
  return nl === en ? null : yes((nl > en ? 'nl' : 'en') === language)
}

/** Says `u`, against `jij`; null where neither is said, or both. */
function formal(words: readonly string[]): number | null {
  const says = (...own: readonly string[]) => words.some((word) => own.includes(word))
  const [u, jij] = [says('u', 'uw', 'uzelf'), says('je', 'jij', 'jou', 'jouw', 'jullie')]
  return u === jij ? null : yes(u)
}

/**
 * Words per sentence plus long words per hundred words, in the way of LIX (Björnsson 1968): for Dutch and English below 35 is easy
 * and above 45 hard. A long word has ten letters or more, since Dutch writes compounds as one.
 */
function reading(text: string, words: readonly string[]): number | null {
  if (words.length < LEAST_WORDS) return null
  const sentences = Math.max(1, text.split(/[.!?]+(?=\s|$)/).filter((one) => /\p{L}/u.test(one)).length)
  const long = words.filter((word) => word.length >= LONG_WORD).length
  return words.length / sentences + (100 * long) / words.length
}

/** The highest amount in euro: `€ 25`, `25,50 euro`, `EUR 1.250,00`; null where none is named. */
function amount(text: string): number | null {
  const found = [...text.matchAll(/(?:€|eur(?:o)?) ?(\d[\d.,]{0,15})|(\d[\d.,]{0,15}) ?(?:€|euros?\b|eur\b)/gu)]
  const values = found.map(([, before, after]) => euro(before ?? after!)).filter((value) => Number.isFinite(value))
  return values.length === 0 ? null : Math.max(...values)
}

/** A mark before exactly two last digits is the decimal one; any other groups thousands. */
function euro(written: string): number {
  const digits = written.replace(/[.,]+$/, '')
  const [, whole, cents = ''] = /^(.*?)(?:[.,](\d{1,2}))?$/.exec(digits)!
  return Number(`${whole!.replace(/[.,]/g, '')}.${cents === '' ? '0' : cents}`)
}
