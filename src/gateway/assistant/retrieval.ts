/** Full-text ranking (BM25) over the passages of a knowledge base. No language model: it finds, it does not write. */
import MiniSearch from 'minisearch'
import type { Article } from './article.ts'
import { type StemLanguage, termsOf } from './stem.ts'

export type Found = { readonly article: Article; readonly passage: string; readonly score: number }

export interface Knowledge {
  /**
   * The passage that answers, or null when none is about it: a guess must not look like an answer. `before` is what was
   * asked just now, for a question that only makes sense after it.
   */
  find(question: string, language: StemLanguage, before?: string): Found | null
}

/** At least this share of what the question's words weigh must be in the article … */
const MIN_COVERED = 0.34
/** … and at least this rank, which one common word alone does not reach. */
const MIN_SCORE = 5

type Passage = { readonly id: number; readonly title: string; readonly text: string; readonly article: Article }

export function createKnowledge(articles: readonly Article[]): Knowledge {
  const indexes = new Map<StemLanguage, Index>()
  for (const language of ['nl', 'en'] as const) {
    const own = articles.filter(({ lang }) => lang === language)
    if (own.length > 0) indexes.set(language, new Index(own, language))
  }
  return {
    find(question, language, before = '') {
      const index = indexes.get(language) ?? [...indexes.values()][0]
      if (index === undefined) return null
      return index.find(question) ?? (before === '' ? null : index.find(`${question} ${before}`))
    },
  }
}

class Index {
  readonly #language: StemLanguage
  readonly #search: MiniSearch<Passage>
  readonly #passages: readonly Passage[]
  readonly #weight = new Map<string, number>()
  readonly #rarest: number

  constructor(articles: readonly Article[], language: StemLanguage) {
    this.#language = language
    this.#passages = articles
      .flatMap((article) => article.passages.map((text) => ({ title: article.title, text, article })))
      .map((passage, id) => ({ id, ...passage }))
    this.#search = new MiniSearch<Passage>({
      fields: ['title', 'text'],
      tokenize: (text) => termsOf(text, language),
      processTerm: (term) => term,
      searchOptions: {
        boost: { title: 2 },
        prefix: (term) => term.length >= 5,
        fuzzy: (term) => (term.length >= 6 ? 0.17 : false),
        weights: { fuzzy: 0.35, prefix: 0.5 },
      },
    })
    this.#search.addAll(this.#passages)
    this.#weigh(articles)
    this.#rarest = Math.log(1 + articles.length)
  }

  /** Inverse document frequency by article: a word that stands in every article says nothing. */
  #weigh(articles: readonly Article[]): void {
    const counts = new Map<string, number>()
    for (const { title, passages } of articles)
      for (const term of new Set(termsOf([title, ...passages].join(' '), this.#language)))
        counts.set(term, (counts.get(term) ?? 0) + 1)
    for (const [term, n] of counts) this.#weight.set(term, Math.log(1 + articles.length / n) - Math.log(2) + 0.1)
  }

  find(question: string): Found | null {
    const terms = [...new Set(termsOf(question, this.#language))].slice(0, 64)
    if (terms.length === 0) return null
    const [best] = this.#search.search(terms.join(' '))
    if (best === undefined || best.score < MIN_SCORE) return null
    const covered = this.#sum(best.queryTerms) / this.#sum(terms)
    if (covered < MIN_COVERED) return null
    const { article, text } = this.#passages[best.id as number]!
    return { article, passage: text, score: best.score }
  }

  /** A word that is in no article weighs as much as the rarest: it is what the question was about. */
  #sum(terms: readonly string[]): number {
    return terms.reduce((sum, term) => sum + (this.#weight.get(term) ?? this.#rarest), 0)
  }
}
