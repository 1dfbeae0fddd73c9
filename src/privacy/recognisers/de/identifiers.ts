import { bit } from '../../lexicon/lexicon.ts'
import type { Kind } from '../../personal-data.ts'
import { evidenceFor, supports } from '../../scan/evidence.ts'
import type { Turn } from '../../scan/turn.ts'
import { isSteuerId } from '../checksum.ts'
import { type Recogniser, type Report, reportPieces } from '../recogniser.ts'

const natid: ReadonlySet<Kind> = new Set(['natid', 'bsn'])
const plates: ReadonlySet<Kind> = new Set(['plate'])

/** Germany: the tax number of a person (Steuer-ID, eleven figures) and registration plates. */
export const german: Recogniser = {
  id: 'de/identifiers',
  labels: ['NATID', 'PLATE'],
  triggers: { numbers: true },
  find(turn, report) {
    for (const run of turn.numbers) {
      if (run.digits.length === 11 && !run.quantity && !run.gluedBefore && !run.separators.startsWith('+')) {
        const shape = run.groups.map(({ length }) => length).join('-') === '2-3-3-3'
        const why = supports(run.evidence, natid)
        if (isSteuerId(run.digits) && !run.digits.startsWith('0'))
          reportPieces(report, run, 'NATID', 0.75, 'checksum:natid')
        else if (shape || why !== undefined)
          reportPieces(report, run, 'NATID', 0.8, why === undefined ? 'natid-shape' : `${why}:natid`)
      }
      findPlate(turn, run.from, report)
    }
  },
}

/** "B-BP 8394", "DO DC 79", "HH-AB1234": one to three letters of a district, one or two more, up to four figures. */
function findPlate(turn: Turn, number: number, report: Report): void {
  const digits = turn.tokens[number]!
  const letters = turn.tokens[number - 1]
  if (digits.kind !== 'digits' || digits.text.length > 4 || digits.gap === 2 || !isGroup(letters, 2)) return
  const hyphen = turn.tokens[number - 2]?.lower === '-'
  const from = hyphen ? number - 3 : number - 2
  const district = turn.tokens[from]
  if (!isGroup(district, 3) || letters!.gap === 2) return
  const electric = turn.tokens[number + 1]
  const to = electric !== undefined && electric.gap === 0 && /^[eh]$/.test(electric.lower) ? number + 2 : number + 1
  const why = supports(evidenceFor(turn, from, to), plates)
  const capitals = district!.text === district!.text.toUpperCase() && letters!.text === letters!.text.toUpperCase()
  if (why === undefined && !(hyphen && capitals)) return
  report(from, to, 'PLATE', why === undefined ? 0.6 : 0.9, why === undefined ? 'plate-shape' : `${why}:plate`)
}

function isGroup(token: Turn['tokens'][number] | undefined, most: number): boolean {
  return (
    token !== undefined &&
    token.kind === 'word' &&
    token.text.length <= most &&
    (token.bits & (bit.function | bit.capital)) !== bit.function
  )
}
