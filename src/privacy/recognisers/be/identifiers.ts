import type { Kind } from '../../personal-data.ts'
import { supports } from '../../scan/evidence.ts'
import { hasMark, type NumberFound, occurs, type Turn } from '../../scan/turn.ts'
import { isRijksregister } from '../checksum.ts'
import { type Recogniser, type Report, reportPieces } from '../recogniser.ts'

const natid: ReadonlySet<Kind> = new Set(['natid', 'bsn'])

/** Belgium: the number of the national register (rijksregister) and registration plates. */
export const belgian: Recogniser = {
  id: 'be/identifiers',
  labels: ['NATID', 'PLATE'],
  triggers: { numbers: true },
  find(turn, report) {
    for (const run of turn.numbers) {
      if (isNationalNumber(run))
        reportPieces(report, run, 'NATID', reasonFor(run) === 'natid-shape' ? 0.8 : 0.9, reasonFor(run))
    }
    if (hasMark(turn, '-') && (turn.occurs & occurs.joined) !== 0) findPlates(turn, report)
  },
}

/** "85.07.30-033.28": its groups tell it, whatever the check says; eleven figures in a row need the check or their name. */
function isNationalNumber(run: NumberFound): boolean {
  if (run.digits.length !== 11) return false
  const shape = run.groups.map(({ length }) => length).join('-')
  if (shape === '2-2-2-3-2') return true
  return isRijksregister(run.digits) && !run.quantity && !run.gluedBefore && !run.separators.startsWith('+')
}

function reasonFor(run: NumberFound): string {
  if (isRijksregister(run.digits)) return 'checksum:natid'
  const why = supports(run.evidence, natid)
  return why === undefined ? 'natid-shape' : `${why}:natid`
}

/** "1-ABC-234" since 2010, "ABC-123" before; the first by its shape alone. */
function findPlates(turn: Turn, report: Report): void {
  for (const chunk of turn.chunks) {
    if (!chunk.hasDigit || !chunk.hasLetter || !chunk.hasMark || chunk.to - chunk.from !== 5) continue
    const text = turn.text.slice(turn.tokens[chunk.from]!.start, turn.tokens[chunk.to - 1]!.end)
    if (/^[1-9]-[A-Za-z]{3}-\d{3}$/.test(text)) report(chunk.from, chunk.to, 'PLATE', 0.85, 'plate-shape')
  }
}
