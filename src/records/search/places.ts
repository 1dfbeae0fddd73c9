/**
 * Where a stem stands in a conversation, as bytes: three per place, the number of the turn within its part (0–255) and the
 * place in the turn (0–65,535, high byte first). A part is 256 turns, so that a row stays small in a long conversation. Pure.
 */
import type { Phrase, Wanted } from './words.ts'

const TURNS_PER_PART = 256
const BYTES = 3

export type TurnPlaces = { readonly seq: number; readonly places: readonly number[] }

export type Part = { readonly part: number; readonly bytes: Buffer; readonly hint: bigint }

/** The parts in which these turns lie. */
export function partsOf(turns: readonly TurnPlaces[]): Part[] {
  const byPart = Map.groupBy(turns, ({ seq }) => Math.floor(seq / TURNS_PER_PART))
  return [...byPart].map(([part, within]) => ({ part, bytes: bytesOf(within), hint: hintOf(within) }))
}

function bytesOf(turns: readonly TurnPlaces[]): Buffer {
  const bytes = Buffer.allocUnsafe(BYTES * turns.reduce((sum, { places }) => sum + places.length, 0))
  let at = 0
  for (const { seq, places } of turns)
    for (const place of places) {
      bytes.writeUInt8(seq % TURNS_PER_PART, at)
      bytes.writeUInt16BE(place, at + 1)
      at += BYTES
    }
  return bytes
}

// -- hints --------------------------------------------------------------------------------------------------------

const BITS = 64
/** Turns begin at different bits, so that the first words of all turns do not share one. */
const PER_TURN = 11

/**
 * Sixty-four bits of which each place sets one; the next place in the turn sets the next bit. Two words can stand at a distance
 * only if their bits do. As the database has it, with a sign; `migrations/0014` says the same in SQL.
 */
function hintOf(turns: readonly TurnPlaces[]): bigint {
  let [high, low] = [0, 0]
  for (const { seq, places } of turns)
    for (const place of places) {
      const bit = (seq * PER_TURN + place) % BITS
      if (bit < 32) low |= 1 << bit
      else high |= 1 << (bit - 32)
    }
  return BigInt.asIntN(64, (BigInt(high) << 32n) | BigInt(low >>> 0))
}

/** A hint as two numbers of 32 bits, the high one first. */
export type Hint = readonly [high: number, low: number]

/** Whether the words of the phrase, of which these are the hints, may stand at their distances; true says nothing yet. */
export function mayFollow(phrase: Phrase, hints: readonly Hint[]): boolean {
  let [high, low] = [-1, -1]
  for (const [i, { offset }] of phrase.entries()) {
    const distance = (offset - phrase[0]!.offset) % BITS
    const [a, b] = distance < 32 ? hints[i]! : [hints[i]![1], hints[i]![0]]
    const by = distance % 32
    // Turned back by its distance, so that each says where the first word would stand.
    high &= by === 0 ? a : (a >>> by) | (b << (32 - by))
    low &= by === 0 ? b : (b >>> by) | (a << (32 - by))
  }
  return (high | low) !== 0
}

// -- spots --------------------------------------------------------------------------------------------------------

/** A place in a conversation as one number, so that a distance within a turn is a difference. */
const SPAN = 2 ** 17
const seqOf = (spot: number) => Math.floor(spot / SPAN)

/** What is on record of a conversation: per stem (as its token) the spots at which it stands. */
export class Spots {
  readonly #byToken = new Map<string, number[]>()
  add(token: string, part: number, bytes: Buffer): void {
    let spots = this.#byToken.get(token)
    if (spots === undefined) {
      spots = []
      this.#byToken.set(token, spots)
    }
    for (let at = 0; at + BYTES <= bytes.length; at += BYTES)
      spots.push((part * TURNS_PER_PART + bytes.readUInt8(at)) * SPAN + bytes.readUInt16BE(at + 1))
  }
  /** The spots of the first word of each occurrence of the phrase. */
  of(phrase: Phrase, tokenOf: (form: string) => string): number[] {
    const each = phrase.map(({ forms }) => new Set(forms.flatMap((form) => this.#byToken.get(tokenOf(form)) ?? [])))
    return [...each[0]!].filter((spot) =>
      phrase.every(({ offset }, i) => i === 0 || each[i]!.has(spot + offset - phrase[0]!.offset)),
    )
  }
}

export type Hits = {
  /** How often what is looked for was said. */
  readonly count: number
  /** The turn with the most of what is looked for, the first of several. */
  readonly seq: number
}

/** Undefined when one of the phrases does not stand in the conversation. */
export function hitsIn(spots: Spots, { phrases }: Wanted, tokenOf: (form: string) => string): Hits | undefined {
  const found = phrases.map((phrase) => spots.of(phrase, tokenOf))
  if (found.some((of) => of.length === 0)) return undefined
  const kinds = new Map<number, number>()
  for (const of of found) for (const seq of new Set(of.map(seqOf))) kinds.set(seq, (kinds.get(seq) ?? 0) + 1)
  const [seq] = [...kinds].reduce((best, one) =>
    one[1] > best[1] || (one[1] === best[1] && one[0] < best[0]) ? one : best,
  )
  return { count: new Set(found.flat()).size, seq }
}
