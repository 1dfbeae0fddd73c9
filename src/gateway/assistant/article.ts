/** An article of the organisation's knowledge base: Markdown with what it is in front of it. */
import { createHash } from 'node:crypto'
import { parse } from 'yaml'

export type Article = {
  readonly id: string
  readonly title: string
  /** SHA-256 of the text it was read from: another text is another version. */
  readonly hash: string
  /** `nl`, `en` …: the first two letters of the tag. */
  readonly lang: string
  /** Paragraphs, each short enough to be an answer. */
  readonly passages: readonly string[]
}

/** Null for a text without front matter, without id or title, or without a paragraph. */
export function parseArticle(text: string): Article | null {
  const parts = /^\uFEFF?---\r?\n([\s\S]*?)\r?\n---\r?\n?([\s\S]*)$/.exec(text)
  if (!parts) return null
  const head = frontMatter(parts[1]!)
  if (head === null || typeof head.id !== 'string' || typeof head.title !== 'string') return null
  const passages = parts[2]!
    .split(/\r?\n\s*\r?\n/)
    .map((passage) => plain(passage))
    .filter((passage) => passage !== '')
  if (passages.length === 0) return null
  const lang = typeof head.lang === 'string' ? head.lang.slice(0, 2).toLowerCase() : 'nl'
  const hash = createHash('sha256').update(text).digest('hex')
  return { id: head.id, title: head.title, hash, lang, passages }
}

function frontMatter(text: string): Record<string, unknown> | null {
  try {
    const head: unknown = parse(text)
    return typeof head === 'object' && head !== null && !Array.isArray(head) ? (head as Record<string, unknown>) : null
  } catch {
    return null
  }
}

/** Headings, list marks, emphasis and links say nothing when a sentence is read out. */
const plain = (passage: string): string =>
  passage
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/^\s{0,3}(#{1,6}|[-*+]|\d+\.)\s+/gm, '')
    .replace(/[*_`]{1,3}/g, '')
    .replace(/\s+/g, ' ')
    .trim()

/** Sentences of a text, with their end marks; a full stop in an amount, a time or an address ends none. */
export function sentencesOf(text: string): string[] {
  return text
    .split(/(?<=[.?!])["')\]]?\s+(?=["'(]?[\p{Lu}\d[€£])|\n+/u)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== '')
}
