import { bit } from '../../lexicon/lexicon.ts'
import type { Kind } from '../../personal-data.ts'
import type { Cue } from '../../scan/cues.ts'
import { evidenceFor, supports } from '../../scan/evidence.ts'
import { occurs, type Turn } from '../../scan/turn.ts'
import type { Recogniser, Report } from '../recogniser.ts'

const kinds: ReadonlySet<Kind> = new Set(['plate'])

/** Sidecodes of Dutch registration plates, L a letter and 9 a digit (RDW, series 1 to 14). */
const series = new Set(
  'LL-99-99 99-99-LL 99-LL-99 LL-99-LL LL-LL-99 99-LL-LL 99-LLL-9 9-LLL-99 LL-999-L L-999-LL LLL-99-L L-99-LLL 9-LL-999 999-LL-9'.split(
    ' ',
  ),
)
const compactSeries = new Set([...series].map((code) => code.replaceAll('-', '')))

/** Registration plates: with hyphens always; written together or apart when the talk is of plates. */
export const plate: Recogniser = {
  id: 'nl/plate',
  labels: ['PLATE'],
  triggers: { numbers: true },
  find(turn, report) {
    const named = turn.asked.includes('plate') || turn.cues.some(isPlateCue)
    if (!named && (turn.occurs & occurs.joined) === 0) return
    let plateSentence = -1
    for (const chunk of turn.chunks) {
      if (!chunk.hasDigit || chunk.to - chunk.from > 8) continue
      const text = turn.text.slice(turn.tokens[chunk.from]!.start, turn.tokens[chunk.to - 1]!.end)
      if (chunk.hasLetter && series.has(shapeOf(text))) {
        report(chunk.from, chunk.to, 'PLATE', 0.9, 'plate-shape')
        plateSentence = turn.sentences[chunk.from]!
      } else if (isCompactInCapitals(turn, chunk.from, text)) report(chunk.from, chunk.to, 'PLATE', 0.45, 'plate-shape')
      else if (named || plateSentence >= 0) findLoose(turn, chunk.from, chunk.to, plateSentence, report)
    }
  },
}

const isPlateCue = ({ meaning }: Cue): boolean => meaning.says === 'kind' && meaning.kind === 'plate'

/** "TNVG74" where the talk is of a car: six letters and figures in a shape of plates. */
function isCompactInCapitals(turn: Turn, from: number, text: string): boolean {
  if (turn.role !== 'customer' || text.length !== 6 || text !== text.toUpperCase() || !compactSeries.has(shapeOf(text)))
    return false
  for (let i = Math.max(0, from - 3); i < from; i++) if (vehicles.test(turn.tokens[i]!.lower)) return true
  return false
}
const vehicles = /^(?:auto|wagen|bus|busje|motor|scooter|aanhanger|caravan|car|van|vehicle|motorbike|truck)$/

function findLoose(turn: Turn, from: number, to: number, plateSentence: number, report: Report): void {
  const why = supports(evidenceFor(turn, from, to), kinds)
  if (why === undefined && plateSentence !== turn.sentences[from]) return
  // Groups apart: at most three chunks, letters and digits in turn.
  let start = from
  const before = turn.tokens[from - 1]
  if (
    before !== undefined &&
    before.kind === 'word' &&
    before.text.length <= 3 &&
    turn.tokens[from]!.gap === 1 &&
    (before.bits & bit.function) === 0
  )
    start = from - 1
  for (let end = Math.min(turn.tokens.length, start + 5); end >= to; end--) {
    if (hasLineEnd(turn, start, end)) continue
    const compact = turn.text.slice(turn.tokens[start]!.start, turn.tokens[end - 1]!.end).replace(/[\s-]/g, '')
    if (compactSeries.has(shapeOf(compact))) {
      report(start, end, 'PLATE', 0.85, `${why ?? 'near'}:plate`)
      return
    }
  }
}

function hasLineEnd(turn: Turn, from: number, to: number): boolean {
  for (let i = from + 1; i < to; i++) if (turn.tokens[i]!.gap === 2) return true
  return false
}

function shapeOf(text: string): string {
  return text.length > 10 ? '' : text.replace(/[A-Za-z]/g, 'L').replace(/\d/g, '9')
}
