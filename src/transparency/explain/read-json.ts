/** Bytes → JSON, with the line and column of what is wrong. */
import { refuse } from './problem.ts'

/** Errors (`ExplainError`): `encoding_not_utf8` with the byte, `not_a_number` for NaN or Infinity, `not_json`. */
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
    // Python writes NaN and Infinity as they are; JSON has no such words.
    const word = bareWord(text)
    if (word !== undefined) return refuse('not_a_number', withPlace(place, lineOf(text, word)), {})
    const at = Number(/position (\d+)/.exec((error as Error).message)?.[1] ?? text.length)
    return refuse('not_json', place, lineOf(text, at))
  }
}

const withPlace = (place: string, { line, column }: { line: number; column: number }): string =>
  `${place === '' ? '' : `${place}, `}${line}:${column}`

/** Offset of NaN, Infinity or -Infinity outside a string. */
function bareWord(text: string): number | undefined {
  const found = /"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g
  for (const match of text.matchAll(found)) if (!match[0].startsWith('"')) return match.index
  return undefined
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
