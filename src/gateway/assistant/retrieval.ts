/** Full-text ranking (BM25) over the passages of a knowledge base. No language model: it finds, it does not write. */
import MiniSearch, { type SearchResult } from 'minisearch'
import type { Article } from './article.ts'
import { type StemLanguage, stem, termsOf } from './stem.ts'

export type Found = { readonly article: Article; readonly passage: string; readonly score: number }

export interface Knowledge {
  /**
   * The passage that answers, or null when none is about it: a guess must not look like an answer. `before` is what was
   * asked just now, for a question that only makes sense after it.
   */
  find(question: string, language: StemLanguage, before?: string): Found | null
}

/** Ranks below this, times the natural logarithm of the number of passages, are chance; BM25 grows with that. */
const MIN_SCORE = 1.6
/** A word of an article's title says what it is about, if few titles have it. */
const MAX_TITLES = 3
/** Share of what the question's words weigh that the passage must have: with such a word of the title, or with two words. */
const MIN_COVERED = { title: 0.2, several: 0.4 } as const

/** A passage further down is there by a word that the question was not about. */
const MAX_RANK = 5
/** A longer text is no question; it is told so rather than answered by chance. */
const MAX_TERMS = 120

/** "En wat kost dat?" asks about what was said before; "thank you" does not. */
const isFollowUp = (question: string): boolean =>
  question.includes('?') || /^\s*(en|wat|hoe|waar|wanneer|and|what|how|where|when)\b/i.test(question)

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
      return index.find(question) ?? (isFollowUp(question) ? index.find(`${question} ${before}`) : null)
    },
  }
}

class Index {
  readonly #language: StemLanguage
  readonly #search: MiniSearch<Passage>
  readonly #passages: readonly Passage[]
  readonly #weight = new Map<string, number>()
  readonly #titles = new Map<string, number>()
  readonly #unknown: number
  readonly #minScore: number

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
        // A question comes in as stems already.
        tokenize: (stems) => stems.split(' '),
        boost: { title: 2 },
        prefix: (term) => term.length >= 5,
        fuzzy: (term) => (term.length >= 6 ? 0.17 : false),
        weights: { fuzzy: 0.35, prefix: 0.5 },
      },
    })
    this.#search.addAll(this.#passages)
    this.#weigh(articles)
    this.#minScore = MIN_SCORE * Math.log(1 + this.#passages.length)
    this.#unknown = Math.log(1 + articles.length) / 2
  }

  /** Inverse document frequency by article: a word that stands in every article says nothing. */
  #weigh(articles: readonly Article[]): void {
    const counts = new Map<string, number>()
    for (const { title, passages } of articles) {
      for (const term of new Set(termsOf([title, ...passages].join(' '), this.#language)))
        counts.set(term, (counts.get(term) ?? 0) + 1)
      for (const term of new Set(termsOf(title, this.#language)))
        this.#titles.set(term, (this.#titles.get(term) ?? 0) + 1)
    }
    for (const [term, n] of counts) this.#weight.set(term, Math.log(1 + articles.length / n) - Math.log(2) + 0.1)
  }

  find(question: string): Found | null {
    const terms = [...new Set(termsOf(question, this.#language).flatMap((term) => [term, ...this.#partsOf(term)]))]
    if (terms.length === 0 || terms.length > MAX_TERMS) return null
    const best = this.#search
      .search(terms.join(' '))
      .slice(0, MAX_RANK)
      .find((result) => result.score >= this.#minScore && this.#isAbout(result, terms))
    if (best === undefined) return null
    const { article, text } = this.#passages[best.id as number]!
    return { article, passage: text, score: best.score }
  }

  #isAbout({ match, queryTerms }: SearchResult, terms: readonly string[]): boolean {
    const covered = this.#sum(queryTerms) / this.#sum(terms)
    const inTitle = Object.entries(match).some(
      ([term, fields]) => fields.includes('title') && (this.#titles.get(term) ?? 0) <= MAX_TITLES,
    )
    return (inTitle && covered >= MIN_COVERED.title) || (queryTerms.length >= 2 && covered >= MIN_COVERED.several)
  }

  /** Dutch writes "gasstand" for the stand of the gas: parts that the knowledge base knows count as words too. */
  #partsOf(term: string): string[] {
    if (this.#language !== 'nl' || term.length < 7 || this.#weight.has(term)) return []
    for (let cut = term.length - 3; cut >= 3; cut--) {
      const [first, last] = [term.slice(0, cut), stem(term.slice(cut), 'nl')]
      const linked = first.endsWith('s') ? first.slice(0, -1) : first
      if (!this.#weight.has(last)) continue
      if (this.#weight.has(first)) return [first, last]
      if (this.#weight.has(linked)) return [linked, last]
    }
    return []
  }

  /** A word that is in no article may be what the question was about, or only how it was told: it weighs half a rare one. */
  #sum(terms: readonly string[]): number {
    return terms.reduce((sum, term) => sum + (this.#weight.get(term) ?? this.#unknown), 0)
  }
}
