/** Sentences for screens: plain, with elements inside, and words for codes. */
import type { Child } from 'hono/jsx'
import { createTexts, formatNumber, type Language, type Texts, type Values } from '../../src/platform/text.ts'

export type Words<K extends string> = {
  /** The sentence, filled; throws when a value is missing. */
  say(key: K, values?: Values): string
  /** The same with elements as values, for a number that is a link. */
  rich(key: K, values: Readonly<Record<string, Child>>): Child[]
  /** `prefix.one` or `prefix.other`, filled with `count`. */
  count(prefix: Counted<K>, count: number, values?: Values): string
  /** The word for a code that stands under `prefix.`; the code itself when there is none, never an empty place. */
  term(prefix: string, code: string): string
  /** Whether there is a word for it. */
  knows(key: string): boolean
}

/** Prefixes that have both a `.one` and an `.other`. */
export type Counted<K extends string> = K extends `${infer P}.other` ? P : never

export function createWords<T extends Texts>(
  nl: T,
  en: Readonly<Record<keyof T & string, string>>,
): (language: Language) => Words<keyof T & string> {
  type K = keyof T & string
  const texts = createTexts(nl, en)
  const make = (language: Language): Words<K> => {
    const sentences: Texts = language === 'nl' ? nl : en
    return {
      say: (key, values) => texts(language, key, values),
      rich: (key, values) => withElements(sentences[key]!, values),
      count: (prefix, count, values) =>
        texts(language, `${prefix}.${count === 1 ? 'one' : 'other'}` as K, {
          ...values,
          count: formatNumber(count, language),
        }),
      term: (prefix, code) => sentences[`${prefix}.${code}`] ?? code,
      knows: (key) => Object.hasOwn(sentences, key),
    }
  }
  const both = { nl: make('nl'), en: make('en') }
  return (language) => both[language]
}

function withElements(sentence: string, values: Readonly<Record<string, Child>>): Child[] {
  return sentence.split(/\{(\w+)\}/).map((piece, i) => {
    if (i % 2 === 0) return piece
    if (!Object.hasOwn(values, piece)) throw new Error(`no value for {${piece}} in: ${sentence}`)
    return values[piece]
  })
}
