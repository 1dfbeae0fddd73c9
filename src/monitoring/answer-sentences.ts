/**
 * By what the same answer is known elsewhere: its sentences, without what differs from customer to customer. Only keyed hashes of them
 * are kept (io/look.ts), so that nothing readable is indexed.
 */

/** A sentence of fewer words ("Graag gedaan.") is said in any answer. */
const FEWEST_WORDS = 4
/** Sentences of one answer that are looked at; a longer answer is known by its first ones. */
const MOST_SENTENCES = 60

/**
 * The sentences of an answer in the form in which they are compared, each once, in order. A pseudonym is its class, case, spaces and marks
 * do not count. Left out: what is short, and what only names the article (`title`). An answer of which nothing is left is one
 * sentence as a whole; one without a word has none.
 */
export function comparedSentences(answer: string, title: string | null): string[] {
  const named = title === null ? '' : normalised(title)
  const all = answer.split(/(?<=[.?!…])["'”’)\]]?\s+|\n+/u).map(normalised)
  const telling = all.filter((sentence) => wordsIn(without(sentence, named)) >= FEWEST_WORDS)
  const whole = normalised(answer)
  return [...new Set(telling.length > 0 ? telling : whole === '' ? [] : [whole])].slice(0, MOST_SENTENCES)
}

function normalised(text: string): string {
  return (
    text
      .normalize('NFKC')
      .replace(/\[([A-Z]+)(?:_\d+)?\]/g, ' $1 ')
      .toLowerCase()
      // A point or comma within an amount or a time belongs to it: 0,09 is not 0 09.
      .replace(/(?<=\d)[.,:](?=\d)/g, '_')
      .replace(/[€%]/g, ' $& ')
      .replace(/[^\p{L}\p{N}\p{M}_€%]+/gu, ' ')
      .trim()
  )
}

const wordsIn = (text: string): number => text.split(' ').filter((word) => word !== '').length

const without = (sentence: string, named: string): string =>
  named === '' ? sentence : sentence.replaceAll(named, ' ').trim()

export type Match = { readonly match: 'same' | 'shared'; readonly shared: number }

/** How the sentences of another answer fit those of the wrong one: all of them, some, or undefined: none. */
export function matchOf(wrong: readonly string[], other: readonly string[]): Match | undefined {
  const theirs = new Set(other)
  const shared = wrong.filter((sentence) => theirs.has(sentence)).length
  if (shared === 0) return undefined
  return { match: shared === wrong.length ? 'same' : 'shared', shared }
}
