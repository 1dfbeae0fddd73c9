import { type KeyPlace, kindByKey } from '../lexicon/json-keys.ts'
import type { Kind, Part } from '../personal-data.ts'
import { type JsonFrame, type JsonLeaf, looksLikeJson, readJson } from './json.ts'
import { isPlain, type ScanCopy, scanCopy, toOriginal } from './scan-copy.ts'

/** One text to read: a turn, or a string, number or key of JSON. */
export type Unit = {
  /** Folded for reading. */
  readonly text: string
  readonly source: 'turn' | 'string' | 'number' | 'key'
  /** What the key says; `quantity`: explained and not personal. */
  readonly kind: Kind | undefined
  /** Offsets of `text` → offsets of the part's text. */
  readonly place: (start: number, end: number) => { start: number; end: number }
}

const deepest = 4

/** Cuts a part into what is read on its own. A part that is JSON gives its leaves; anything else is one text. */
export function unitsOf(part: Part): Unit[] {
  if (part.kind === 'name') return [unit(part.text, 'string', 'name', whole)]
  const units: Unit[] = []
  return looksLikeJson(part.text) && addJson(part.text, whole, 0, units)
    ? units
    : [unit(part.text, 'turn', undefined, whole)]
}

type Place = Unit['place']
const whole: Place = (start, end) => ({ start, end })

function unit(text: string, source: Unit['source'], kind: Kind | undefined, outer: Place): Unit {
  if (isPlain(text)) return { text, source, kind, place: outer }
  const copy: ScanCopy = scanCopy(text)
  const place: Place = (start, end) => {
    const original = toOriginal(copy, start, end)
    return outer(original.start, original.end)
  }
  return { text: copy.text, source, kind, place }
}

/** JSON inside a string of JSON is followed to the fourth level; deeper it is read as text. */
function addJson(text: string, outer: Place, depth: number, units: Unit[]): boolean {
  const leaves = depth < deepest ? readJson(text) : undefined
  if (leaves === undefined) return false
  const places = new Map<JsonFrame, KeyPlace>()
  for (const leaf of leaves) {
    if (leaf.text === '') continue
    const inner = placeOf(leaf, outer)
    const kind = leaf.kind === 'key' || leaf.key === undefined ? undefined : kindByKey(leaf.key, around(leaf, places))
    const nested = leaf.kind === 'string' && looksLikeJson(leaf.text) && addJson(leaf.text, inner, depth + 1, units)
    if (!nested) units.push(unit(leaf.text, leaf.kind, kind, inner))
  }
  return true
}

const none: KeyPlace = { parent: undefined, siblings: new Set() }

/** The key above the object that holds a leaf, and the keys beside it. */
function around({ frame }: JsonLeaf, places: Map<JsonFrame, KeyPlace>): KeyPlace {
  if (frame === undefined) return none
  const known = places.get(frame)
  if (known !== undefined) return known
  const holder = frame.isArray ? frame.parent : frame
  const place = { parent: holder?.key ?? holder?.parent?.key, siblings: holder?.keys ?? none.siblings }
  places.set(frame, place)
  return place
}

function placeOf(leaf: JsonLeaf, outer: Place): Place {
  const { offsets, start: begin } = leaf
  return offsets === undefined
    ? (start, end) => outer(begin + start, begin + end)
    : (start, end) => outer(offsets[start]!, offsets[end]!)
}
