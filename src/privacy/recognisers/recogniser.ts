import type { Kind, Label } from '../personal-data.ts'
import { markBitsOf, type Turn } from '../scan/turn.ts'

/** Tells of the tokens `[from, to)`. */
export type Report = (from: number, to: number, label: Label, confidence: number, reason: string) => void

/** What must occur in a turn for a recogniser to have a chance; any one of these is enough. */
export type Triggers = {
  readonly numbers?: true
  /** Bits of `bit` in the lexicon. */
  readonly bits?: number
  readonly marks?: string
  readonly asked?: readonly Kind[]
  readonly cues?: true
  /** A turn that may go on from an address. */
  readonly afterAddress?: true
  /** A turn of at most so many tokens. */
  readonly shortTurn?: number
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
export type Chance = Omit<Triggers, 'bits' | 'marks' | 'asked'> & {
  readonly bits: number
  readonly markBits: number
  readonly asked: readonly Kind[]
}

export function chanceOf({ bits, marks, asked, ...rest }: Triggers): Chance {
  return { ...rest, bits: bits ?? 0, markBits: markBitsOf(marks ?? ''), asked: asked ?? [] }
}

export function hasChance(
  turn: Turn,
  { numbers, bits, markBits, asked, cues, afterAddress, shortTurn }: Chance,
): boolean {
  if (numbers && turn.numbers.length > 0) return true
  if ((turn.bits & bits) !== 0 || (turn.markBits & markBits) !== 0) return true
  if (cues && turn.cues.length > 0) return true
  if (afterAddress && turn.afterAddress) return true
  if (shortTurn !== undefined && turn.tokens.length <= shortTurn) return true
  return turn.asked.length > 0 && asked.some((kind) => turn.asked.includes(kind))
}

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
