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

/** Triggers, made ready to be asked of many turns. */
export type Chance = {
  readonly occurs: number
  readonly bits: number
  readonly more: number
  readonly markBits: number
  readonly innerMarkBits: number
  readonly asked: readonly Kind[]
}

export function chanceOf(triggers: Triggers): Chance {
  const { numbers, cues, afterAddress, turn } = triggers
  return {
    occurs:
      (numbers ? occurs.numbers : 0) |
      (cues ? occurs.cues : 0) |
      (afterAddress ? occurs.afterAddress : 0) |
      (turn === 'any' ? occurs.always : turn === 'short' ? occurs.short : 0),
    bits: triggers.bits ?? 0,
    more: triggers.more ?? 0,
    markBits: markBitsOf(triggers.marks ?? ''),
    innerMarkBits: markBitsOf(triggers.inner ?? ''),
    asked: triggers.asked ?? [],
  }
}

export function hasChance(turn: Turn, chance: Chance): boolean {
  const found =
    (turn.occurs & chance.occurs) |
    (turn.bits & chance.bits) |
    (turn.more & chance.more) |
    (turn.markBits & chance.markBits) |
    (turn.innerMarkBits & chance.innerMarkBits)
  return found !== 0 || (turn.asked.length > 0 && wasAsked(turn, chance))
}

const wasAsked = ({ asked }: Turn, chance: Chance): boolean => chance.asked.some((kind) => asked.includes(kind))

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
