import type { Kind, Label } from '../personal-data.ts'
import { markBitsOf } from '../scan/tokens.ts'
import { occurs, type Turn } from '../scan/turn.ts'

/** Tells of the tokens `[from, to)`. */
export type Report = (from: number, to: number, label: Label, confidence: number, reason: string) => void

/** What must occur in a turn for a recogniser to have a chance; any one of these is enough. */
export type Triggers = {
  readonly numbers?: true
  /** Bits of `bit` in the lexicon, and of `more`. */
  readonly bits?: number
  readonly more?: number
  /** Marks anywhere, and marks with something glued to both sides ("a.b", "a@b"). */
  readonly marks?: string
  readonly inner?: string
  readonly asked?: readonly Kind[]
  readonly cues?: true
  /** A turn that may go on from an address. */
  readonly afterAddress?: true
  /** A short turn, or any. */
  readonly turn?: 'short' | 'any'
}

export type Recogniser = {
  /** `<country>/<what>`; `international` where it belongs to none. */
  readonly id: string
  readonly labels: readonly Label[]
  readonly triggers: Triggers
  /** Linear in the length of the turn: looks a bounded number of tokens around each place. */
  find(turn: Turn, report: Report): void
}

/** Triggers of recognisers, made ready to be asked of many turns: five words of bits for each, side by side. */
export type Chances = { readonly masks: Int32Array; readonly asked: readonly (readonly Kind[])[] }
const masksOfEach = 5

export function chancesOf(recognisers: readonly Recogniser[]): Chances {
  const masks = recognisers.flatMap(({ triggers }) => masksOf(triggers))
  return { masks: Int32Array.from(masks), asked: recognisers.map(({ triggers }) => triggers.asked ?? []) }
}

function masksOf({ numbers, cues, afterAddress, turn, bits, more, marks, inner }: Triggers): number[] {
  const occurring =
    (numbers ? occurs.numbers : 0) |
    (cues ? occurs.cues : 0) |
    (afterAddress ? occurs.afterAddress : 0) |
    (turn === 'any' ? occurs.always : turn === 'short' ? occurs.short : 0)
  return [occurring, bits ?? 0, more ?? 0, markBitsOf(marks ?? ''), markBitsOf(inner ?? '')]
}

/** Whether the recogniser at a place in the list has a chance in a turn. */
export function hasChance(turn: Turn, { masks, asked }: Chances, place: number): boolean {
  const at = place * masksOfEach
  const found =
    (turn.occurs & masks[at]!) |
    (turn.bits & masks[at + 1]!) |
    (turn.more & masks[at + 2]!) |
    (turn.markBits & masks[at + 3]!) |
    (turn.innerMarkBits & masks[at + 4]!)
  return found !== 0 || (turn.asked.length > 0 && wasAsked(turn, asked[place]!))
}

const wasAsked = ({ asked }: Turn, kinds: readonly Kind[]): boolean => kinds.some((kind) => asked.includes(kind))

/** Reports each piece of a number apart: what was said between them is not part of it. */
export function reportPieces(
  report: Report,
  run: { readonly pieces: readonly { readonly from: number; readonly to: number }[] },
  label: Label,
  confidence: number,
  reason: string,
): void {
  for (const { from, to } of run.pieces) report(from, to, label, confidence, reason)
}
