/** YAML within limits, with the place of each value: a file of somebody else must not cost more than it says. */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Node,
  Parser,
  parseDocument,
} from 'yaml'
import type { Path } from './form-problem.ts'

const MAX_YAML_BYTES = 2 * 1_024 * 1_024
/** Open tokens at one place. The deepest form of the government has 14. */
const MAX_NESTING = 100
const MAX_ALIASES = 50

export type Place = { readonly line: number; readonly column: number }

export type YamlRead =
  | { readonly ok: true; readonly value: unknown; readonly locate: (path: Path) => Place }
  | {
      readonly ok: false
      readonly limit: 'bytes' | 'nesting' | 'aliases'
      readonly most: number
      readonly place: Place
    }
  /** `reason` is the code of the parser. */
  | { readonly ok: false; readonly reason: string; readonly place: Place }

const start: Place = { line: 1, column: 1 }

/** One YAML 1.2 document with the core schema: no tags, no merge keys, no key twice. Throws nothing. */
export function readYaml(text: string): YamlRead {
  if (text.length > MAX_YAML_BYTES || new TextEncoder().encode(text).length > MAX_YAML_BYTES)
    return { ok: false, limit: 'bytes', most: MAX_YAML_BYTES, place: start }
  const lines = new LineCounter()
  const placeOf = (offset: number): Place => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(1, line), column: Math.max(1, col) }
  }
  try {
    const tooDeep = nestedTooDeep(text)
    if (tooDeep !== undefined) {
      for (const { index } of text.slice(0, tooDeep).matchAll(/^/gm)) lines.addNewLine(index)
      return { ok: false, limit: 'nesting', most: MAX_NESTING, place: placeOf(tooDeep) }
    }
    const document = parseDocument(text, {
      version: '1.2',
      schema: 'core',
      resolveKnownTags: false,
      merge: false,
      strict: true,
      uniqueKeys: true,
      lineCounter: lines,
      prettyErrors: false,
    })
    const [wrong] = [...document.errors, ...document.warnings]
    if (wrong !== undefined) return { ok: false, reason: wrong.code, place: placeOf(wrong.pos[0]) }
    // Few aliases: a small file must not unfold into a huge one.
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES })
    return { ok: true, value, locate: (path) => placeOf(offsetOf(document, path)) }
  } catch (error) {
    const unfolds = error instanceof ReferenceError && error.message.startsWith('Excessive alias')
    if (unfolds) return { ok: false, limit: 'aliases', most: MAX_ALIASES, place: start }
    return { ok: false, reason: 'STRUCTURE', place: start }
  }
}

/** Where the text nests deeper than any form does: before anything recursive reads it. */
function nestedTooDeep(text: string): number | undefined {
  const parser = new Parser()
  for (const lexeme of new Lexer().lex(text)) {
    for (const _ of parser.next(lexeme));
    if (parser.stack.length > MAX_NESTING) return parser.offset
  }
  return undefined
}

/** Offset of what a path points at: the name of a field, or an item of a list; of the nearest that is there. */
function offsetOf(document: Document, path: Path): number {
  let node = document.contents as Node | null
  let offset = node?.range?.[0] ?? 0
  for (const part of path) {
    if (isAlias(node)) node = node.resolve(document) ?? null
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(part))
      if (pair === undefined) return offset
      offset = (pair.key as Node).range?.[0] ?? offset
      node = pair.value as Node | null
    } else if (isSeq(node) && typeof part === 'number') {
      node = (node.items[part] as Node | undefined) ?? null
      offset = node?.range?.[0] ?? offset
    } else return offset
  }
  return offset
}
