/** Bytes → JSON, with the line and column of what is wrong. */
import { refuse } from './problem.ts'

/**
 * Python and C++ write NaN and Infinity as they are (XGBoost does, at nodes that have no threshold); JSON has no such words.
 * They are read as text, `"NaN"` and `"Infinity"`, so that the reader of the field decides, and names its place. Errors
 * (`ExplainError`): `encoding_not_utf8` with the byte, `not_json` with line and column.
 */
export function readJsonFile(bytes: Uint8Array, place = ''): unknown {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return refuse('encoding_not_utf8', place, { byte: firstBadByte(bytes) })
  }
  try {
    return JSON.parse(text)
  } catch (error) {
    const quoted = quoteBareWords(text)
    if (quoted === text) return notJson(text, error, place)
    try {
      return JSON.parse(quoted)
    } catch {
      return notJson(text, error, place)
    }
  }
}

function notJson(text: string, error: unknown, place: string): never {
  const at = Number(/position (\d+)/.exec((error as Error).message)?.[1] ?? text.length)
  return refuse('not_json', place, lineOf(text, at))
}

/** NaN and infinities outside a string become strings. */
function quoteBareWords(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|nan|Infinity|inf)\b/g, (found) => {
    if (found.startsWith('"')) return found
    return /nan/i.test(found) ? '"NaN"' : found.startsWith('-') ? '"-Infinity"' : '"Infinity"'
  })
}

/** Line and column from 1. */
function lineOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset)
  const line = before.split('\n').length
  return { line, column: offset - before.lastIndexOf('\n') }
}

/** The first byte that does not continue valid UTF-8. */
function firstBadByte(bytes: Uint8Array): number {
  let good = 0
  let bad = bytes.length
  const decodes = (end: number): boolean => {
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, end), { stream: true })
      return true
    } catch {
      return false
    }
  }
  while (bad - good > 1) {
    const middle = (good + bad) >> 1
    if (decodes(middle)) good = middle
    else bad = middle
  }
  return good
}
