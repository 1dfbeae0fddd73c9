/** Words that a form uses in a sense of its own, with what they mean: read from a glossary, found in a text, shown as help. */

import { type Fields, isFields } from './read-fields.ts'
import { plainText } from './render-text.ts'
import { readYaml } from './yaml-text.ts'

export type Term = {
  readonly term: string
  /** Without markup. */
  readonly definition: string
  readonly explanation?: string
  /** Where the definition is from, as the glossary says it. */
  readonly sources: readonly string[]
}
/** Terms by each way in which they are written, in small letters. */
export type Glossary = {
  readonly terms: readonly Term[]
  readonly byWords: ReadonlyMap<string, Term>
  readonly most: number
}

export type GlossaryRead =
  | { readonly ok: true; readonly glossary: Glossary }
  | { readonly ok: false; readonly line: number; readonly column: number }

const MAX_TERMS = 5_000

/**
 * Reads a glossary of the government (begrippenkader): its schema calls the list `glossary` with `name`, its files call it
 * `definitions` with `term`; both are read. An entry without a term or a definition is left out. Throws nothing.
 */
export function readGlossary(text: string): GlossaryRead {
  const yaml = readYaml(text)
  if (!yaml.ok) return { ok: false, ...yaml.place }
  const list = isFields(yaml.value) ? (yaml.value.definitions ?? yaml.value.glossary) : undefined
  if (!Array.isArray(list)) return { ok: false, ...yaml.locate([]) }
  const read = list.slice(0, MAX_TERMS).flatMap((entry) => (isFields(entry) ? termOf(entry) : []))
  const byWords = new Map<string, Term>()
  const byId = new Map<string, Term>()
  for (const { term, id, spellings } of read) {
    if (id !== undefined && !byId.has(id)) byId.set(id, term)
    for (const words of [term.term, ...spellings]) if (!byWords.has(keyOf(words))) byWords.set(keyOf(words), term)
  }
  for (const [words, preferred] of otherWords(yaml.value as Fields)) {
    const term = byId.get(preferred)
    if (term !== undefined && !byWords.has(keyOf(words))) byWords.set(keyOf(words), term)
  }
  byWords.delete('')
  const most = Math.max(0, ...[...byWords.keys()].map((words) => words.split(' ').length))
  return { ok: true, glossary: { terms: read.map(({ term }) => term), byWords, most } }
}

export type FoundTerm = { readonly term: Term; readonly start: number; readonly end: number }

/** Terms in a text, left to right; of two that begin at one place the longer one. Whole words only, capitals or not. */
export function findTerms({ byWords, most }: Glossary, text: string): readonly FoundTerm[] {
  const words = [...text.matchAll(/[\p{L}\p{N}](?:[\p{L}\p{N}'’-]*[\p{L}\p{N}])?/gu)]
  const found: FoundTerm[] = []
  for (let n = 0; n < words.length; ) {
    let taken = 1
    for (let length = Math.min(most, words.length - n); length > 0; length--) {
      const start = words[n]!.index
      const last = words[n + length - 1]!
      const end = last.index + last[0].length
      const term = byWords.get(keyOf(text.slice(start, end)))
      if (term === undefined) continue
      found.push({ term, start, end })
      taken = length
      break
    }
    n += taken
  }
  return found
}

const keyOf = (words: string): string => words.toLowerCase().replace(/\s+/g, ' ').trim()

type ReadTerm = { readonly term: Term; readonly id: string | undefined; readonly spellings: readonly string[] }

function termOf(entry: Fields): ReadTerm[] {
  const term = textOf(entry.term) ?? textOf(entry.name)
  const definition = textOf(entry.definition)
  if (term === undefined || definition === undefined) return []
  const about: Fields = isFields(entry.metadata) ? entry.metadata : {}
  const explanation = textOf(about.toelichting)
  return [
    {
      id: textOf(entry.id),
      spellings: [...textsOf(about.meervoudsvormen), ...textsOf(about.alternatieve_spellingen)],
      term: {
        term: term.trim(),
        definition: plain(definition),
        ...(explanation === undefined ? {} : { explanation: plain(explanation) }),
        sources: textsOf(about.kennisbronnen),
      },
    },
  ]
}

/** Other words for a term stand in a list of their own, with the id of the term that is preferred. */
function otherWords(glossary: Fields): [string, string][] {
  const list = Array.isArray(glossary.alternative_terms) ? glossary.alternative_terms : []
  return list.flatMap((one): [string, string][] => {
    const [words, preferred] = isFields(one) ? [textOf(one.term), textOf(one.voorkeur_id)] : []
    return words === undefined || preferred === undefined ? [] : [[words, preferred]]
  })
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
const textsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []

/** Definitions write other terms between square brackets. */
const plain = (text: string): string => plainText(text.replace(/\[([^[\]]*)\](?!\()/g, '$1'))
