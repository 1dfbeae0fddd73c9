import type { Kind } from '../../personal-data.ts'
import { supports } from '../../scan/evidence.ts'
import { isBsn } from '../checksum.ts'
import { type Recogniser, reportPieces } from '../recogniser.ts'

const kinds: ReadonlySet<Kind> = new Set(['bsn'])

/** Citizen service number: 8 or 9 digits, in any grouping, typed or said; mistyped ones too once it was named. */
export const bsn: Recogniser = {
  id: 'nl/bsn',
  labels: ['BSN'],
  triggers: { numbers: true },
  find(turn, report) {
    for (const run of turn.numbers) {
      const why = supports(run.evidence, kinds)
      const valid = isBsn(run.digits)
      const { length } = run.digits
      // Said in pieces over turns, a number is shorter than it is.
      if (why === 'cue' && length >= 4 && length <= 11)
        reportPieces(report, run, 'BSN', 0.95, valid ? 'checksum:bsn' : 'cue:bsn')
      else if (why === 'asked' && length >= 2 && length <= 11)
        reportPieces(report, run, 'BSN', 0.95, valid ? 'checksum:bsn' : 'asked:bsn')
      else if (
        valid &&
        length === 9 &&
        !run.quantity &&
        !run.gluedBefore &&
        !run.gluedAfter &&
        !run.separators.includes('/')
      )
        reportPieces(report, run, 'BSN', 0.6, 'checksum:bsn')
    }
  },
}
