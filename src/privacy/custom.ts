/** The organisation's own numbers, found by their shape. Linear: at each token at most as many steps as shapes are long. */
import { fits, shapeEnd } from '../records/rules.ts'
import type { CustomRecogniser } from './personal-data.ts'
import type { Found } from './scan/memory.ts'
import type { Turn } from './scan/turn.ts'
import { foldWord } from './scan/word-forms.ts'

const confidence = 0.9
/** A cue stands at most so many words before the number, or so many behind it. */
const before = 12
const behind = 4

export function findCustom(turn: Turn, recognisers: readonly CustomRecogniser[]): Found[] {
  const found: Found[] = []
  for (const { id, label, shape, cues } of recognisers) {
    const report = (from: number, to: number): void => {
      if (isNear(turn, from, to, cues)) found.push({ from, to, label, confidence, reason: `custom:${id}` })
    }
    findWritten(turn, shape, report)
    if (turn.channel === 'speech') findSaid(turn, shape, report)
  }
  return found
}

type Report = (from: number, to: number) => void

function findWritten(turn: Turn, shape: string, report: Report): void {
  const { tokens, text } = turn
  for (let i = 0; i < tokens.length; i++) {
    if (!fits(shape[0]!, text[tokens[i]!.start]!)) continue
    const end = shapeEnd(shape, text, tokens[i]!.start)
    if (end === undefined) continue
    let to = i + 1
    while (to < tokens.length && tokens[to]!.start < end) to++
    report(i, to)
    i = to - 1
  }
}

/** What a speech recogniser writes: letters one by one or a whole word, digits in words, marks not at all. */
type Said = { readonly unit: string; readonly from: number; readonly to: number; readonly alone: boolean }

function findSaid(turn: Turn, shape: string, report: Report): void {
  const places = [...shape].filter((place) => /[\p{L}\p{N}]/u.test(place))
  if (places.length === 0) return
  const said = saidUnits(turn)
  for (let i = 0; i + places.length <= said.length; i++) {
    const begins = i === 0 || said[i - 1]!.to <= said[i]!.from
    const last = said[i + places.length - 1]!
    const next = said[i + places.length]
    if (!begins || (next !== undefined && next.from < last.to)) continue
    // A letter of any kind is one that was spelled: "op een twee" is no "AA-99".
    if (places.every((place, n) => fits(place, said[i + n]!.unit) && (place !== 'A' || said[i + n]!.alone))) {
      report(said[i]!.from, last.to)
      i += places.length - 1
    }
  }
}

function saidUnits({ tokens, numberAt }: Turn): Said[] {
  const units: Said[] = []
  for (let i = 0; i < tokens.length; ) {
    const number = numberAt.get(i)
    const token = tokens[i]!
    const to = number?.to ?? i + 1
    const written = number?.digits ?? (token.kind === 'mark' ? '' : token.lower)
    for (const unit of written) units.push({ unit, from: i, to, alone: written.length === 1 })
    i = Math.max(to, i + 1)
  }
  return units
}

function isNear({ tokens }: Turn, from: number, to: number, cues: readonly string[] | undefined): boolean {
  if (cues === undefined || cues.length === 0) return true
  const words = new Set(cues.map(foldWord))
  for (let i = Math.max(0, from - before); i < Math.min(tokens.length, to + behind); i++)
    if ((i < from || i >= to) && words.has(tokens[i]!.lower)) return true
  return false
}
