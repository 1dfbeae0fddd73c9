/** The places of a text where something can be replaced without breaking its form: all of a plain text, the strings, keys and numbers of JSON, to the depth at which JSON is still read inside strings. */
import { type JsonLeaf, readJson } from './scan/json.ts'

export type Leaf = {
  readonly kind: 'string' | 'number' | 'key'
  /** What it says: escapes resolved, at every depth. */
  readonly text: string
  /** Where the n-th code unit of `text` begins in the whole text; the length of `text` gives its end. */
  readonly place: (unit: number) => number
  /** How many strings it stands in. */
  readonly depth: number
}

/** JSON in a string in JSON is followed this far. */
const deepest = 4

/** Leaves in order of their place. A text that is no JSON is one leaf. */
export function leavesOf(text: string): readonly Leaf[] {
  return jsonLeaves(text, (unit) => unit, 0) ?? [{ kind: 'string', text, place: (unit) => unit, depth: 0 }]
}

function jsonLeaves(text: string, outer: (unit: number) => number, depth: number): Leaf[] | undefined {
  const read = readJson(text)
  if (read === undefined) return undefined
  const leaves: Leaf[] = []
  for (const { kind, text: said, start, offsets } of read) {
    const place = placeIn(outer, start, offsets)
    const inner = kind === 'string' && depth < deepest ? jsonLeaves(said, place, depth + 1) : undefined
    if (inner === undefined) leaves.push({ kind, text: said, place, depth })
    else for (const leaf of inner) leaves.push(leaf)
  }
  return leaves
}

function placeIn(outer: (unit: number) => number, start: number, offsets: JsonLeaf['offsets']) {
  return offsets === undefined
    ? (unit: number) => outer(start + unit)
    : (unit: number) => outer(offsets[unit] ?? start + unit)
}

/**
 * The units of a leaf that a stretch `[start, end)` of the whole text touches, widened to whole escapes and whole
 * surrogate pairs; undefined when it touches none.
 */
export function unitsOf(leaf: Leaf, start: number, end: number): { from: number; to: number } | undefined {
  const { text, place } = leaf
  if (end <= place(0) || start >= place(text.length) || text === '') return undefined
  let from = lowest(text.length, (unit) => place(unit + 1) > start)
  let to = lowest(text.length, (unit) => place(unit) >= end)
  if (from > 0 && isLow(text, from) && isHigh(text, from - 1)) from--
  if (to < text.length && isLow(text, to) && isHigh(text, to - 1)) to++
  return from < to ? { from, to } : undefined
}

/** The lowest number up to `most` for which this holds, which then holds for all above. */
function lowest(most: number, holds: (unit: number) => boolean): number {
  let low = 0
  let high = most
  while (low < high) {
    const middle = (low + high) >> 1
    if (holds(middle)) high = middle
    else low = middle + 1
  }
  return low
}

const isHigh = (text: string, at: number): boolean => (text.charCodeAt(at) & 0xfc00) === 0xd800
const isLow = (text: string, at: number): boolean => (text.charCodeAt(at) & 0xfc00) === 0xdc00
