/**
 * The labels and explanations of a form as paragraphs and lists. Forms bring a little HTML (line breaks, lists, links, bold); it is
 * taken apart here and never passed on, so that a page holds nothing that a form could slip in. Any text gives blocks; tags that we do
 * not know disappear, their words stay; of scripts and styles nothing stays.
 */
import type { Language } from '../../platform/text.ts'
import { sayText, type Task } from './definition.ts'
import type { ShownInstance } from './visible.ts'

export type Inline =
  | { readonly is: 'text' | 'strong'; readonly text: string }
  /** http or https only. */
  | { readonly is: 'link'; readonly text: string; readonly href: string }
  /** Another form, by the name that references use. */
  | { readonly is: 'form'; readonly text: string; readonly form: string }
  /** A word that the form explains in its glossary. */
  | { readonly is: 'term'; readonly text: string }
export type Block =
  | { readonly is: 'paragraph'; readonly inline: readonly Inline[] }
  | { readonly is: 'list'; readonly ordered: boolean; readonly items: readonly (readonly Inline[])[] }

/** Longer texts are cut: nobody reads on, and the page stays small. */
const MAX_LENGTH = 100_000

export function renderText(text: string): readonly Block[] {
  const writer: Writer = { lines: [{ item: null, inline: [] }], lists: [], strong: 0, link: undefined }
  let silent: string | undefined
  for (const { tag, text: inner } of tokensOf(text.slice(0, MAX_LENGTH))) {
    if (silent !== undefined) silent = tag === `/${silent}` ? undefined : silent
    else if (tag === undefined) writeText(writer, inner)
    else if (tag === 'script' || tag === 'style') silent = tag
    else writeTag(writer, tag, inner)
  }
  return blocksOf(writer.lines)
}

/** The words alone, on one line: for a title, a list of what is open, a file. */
export function plainText(text: string): string {
  const words = (inline: readonly Inline[]): string => inline.map((one) => one.text).join('')
  return renderText(text)
    .flatMap((block) => (block.is === 'paragraph' ? [words(block.inline)] : block.items.map(words)))
    .join(' ')
    .replace(/\s+/g, ' ')
    .trim()
}

/**
 * What a repetition is called: its label with the answers filled in, or what one of them is called with its number
 * (`persoonsgegeven 2`) while nothing is filled in. Words that people wrote are in it: it is text, never HTML.
 */
export function instanceName(task: Task, { number, named }: ShownInstance, language: Language): string {
  const known = task.instanceLabel !== undefined && ![...named.values()].includes('')
  if (known) {
    const template = sayText(task.instanceLabel.template, language).text
    return template.replace(/\{([^{}]+)\}/g, (_, id: string) => named.get(id) ?? '')
  }
  return `${plainText(sayText(task.itemName ?? task.label, language).text)} ${number}`.trim()
}

type Token = { readonly tag?: string; readonly text: string }

/** Tags and what stands between them. A `<` that begins no tag is a `<`. */
function* tokensOf(text: string): Generator<Token> {
  let at = 0
  for (const match of text.matchAll(/<!--[\s\S]*?-->|<(\/?[A-Za-z][A-Za-z0-9]*)([^<>]*)>/g)) {
    if (match.index > at) yield { text: text.slice(at, match.index) }
    if (match[1] !== undefined) yield { tag: match[1].toLowerCase(), text: match[2] ?? '' }
    at = match.index + match[0].length
  }
  if (at < text.length) yield { text: text.slice(at) }
}

type Item = 'ordered' | 'bullets' | null
type Line = { item: Item; readonly inline: Inline[] }
type Writer = {
  /** The last is written now. */
  readonly lines: Line[]
  /** Lists that are open, the innermost last. */
  readonly lists: Item[]
  strong: number
  link: { readonly href?: string; readonly form?: string } | undefined
}

const startLine = (writer: Writer, item: Item): void => {
  writer.lines.push({ item, inline: [] })
}

function writeTag(writer: Writer, tag: string, attributes: string): void {
  switch (tag) {
    case 'strong':
    case 'b':
      writer.strong++
      return
    case '/strong':
    case '/b':
      writer.strong = Math.max(0, writer.strong - 1)
      return
    case 'a':
      writer.link = linkOf(attributes)
      return
    case '/a':
      writer.link = undefined
      return
    case 'ul':
    case 'ol':
      writer.lists.push(tag === 'ol' ? 'ordered' : 'bullets')
      startLine(writer, null)
      return
    case '/ul':
    case '/ol':
      writer.lists.pop()
      startLine(writer, null)
      return
    case 'li':
      startLine(writer, writer.lists.at(-1) ?? 'bullets')
      return
    case '/li':
    case 'br':
    case 'p':
    case '/p':
    case 'div':
    case '/div':
      startLine(writer, null)
      return
  }
}

/** A line break ends a paragraph: forms write one paragraph on a line. Within a list it is a space, as in HTML. */
function writeText(writer: Writer, text: string): void {
  for (const [n, part] of (writer.lists.length > 0 ? [text] : text.split('\n')).entries()) {
    if (n > 0) startLine(writer, null)
    const line = writer.lines.at(-1)!
    const begins = line.inline.length === 0
    const bullet = begins && line.item === null ? /^\s*[•-]\s+/.exec(part) : null
    if (bullet !== null) line.item = 'bullets'
    const words = part.slice(bullet?.[0].length ?? 0).replace(/\s+/g, ' ')
    for (const one of inlineOf(writer, begins ? words.trimStart() : words)) line.inline.push(one)
  }
}

/** `[word](#word)` points at a glossary. */
function* inlineOf({ strong, link }: Writer, text: string): Generator<Inline> {
  for (const [n, part] of text.split(/\[([^[\]]{1,200})\]\(#[^()]{0,200}\)/).entries()) {
    if (part === '') continue
    const words = decoded(part)
    if (link?.href !== undefined) yield { is: 'link', text: words, href: link.href }
    else if (link?.form !== undefined) yield { is: 'form', text: words, form: link.form }
    else yield { is: n % 2 === 1 ? 'term' : strong > 0 ? 'strong' : 'text', text: words }
  }
}

function linkOf(attributes: string): Writer['link'] {
  const form = /\bdata-form-link\s*=\s*"([A-Z_]{1,40})"/.exec(attributes)?.[1]
  if (form !== undefined) return { form: form.replaceAll('_', '') }
  const written = /\bhref\s*=\s*(?:"([^"]*)"|'([^']*)')/.exec(attributes)
  const address = decoded(written?.[1] ?? written?.[2] ?? '').trim()
  if (!/^https?:\/\//i.test(address) || !URL.canParse(address)) return undefined
  return { href: new URL(address).href }
}

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
}

function decoded(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#[xX]([0-9A-Fa-f]{1,6})|([a-z]{2,6}));/g, (all, decimal, hex, name) => {
    if (name !== undefined) return Object.hasOwn(entities, name) ? entities[name]! : all
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal)
    return code > 0x1f && code <= 0x10ffff ? String.fromCodePoint(code) : all
  })
}

/** Lines with words, items of one kind after each other as one list. */
function blocksOf(lines: readonly Line[]): Block[] {
  const blocks: Block[] = []
  let items: (readonly Inline[])[] | undefined
  let listed: Item = null
  for (const { item, inline } of lines) {
    if (inline.every(({ text }) => text.trim() === '')) continue
    if (item === null) blocks.push({ is: 'paragraph', inline })
    else if (item === listed && items !== undefined) items.push(inline)
    else {
      items = [inline]
      blocks.push({ is: 'list', ordered: item === 'ordered', items })
    }
    listed = item
  }
  return blocks
}
