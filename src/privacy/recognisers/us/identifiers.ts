import type { Recogniser } from '../recogniser.ts'
import { reportPieces } from '../recogniser.ts'
import { isStateInCapitals } from './states.ts'

/** United States: social security number (3-2-4) and ZIP code after the state. */
export const american: Recogniser = {
  id: 'us/identifiers',
  labels: ['NATID', 'POSTCODE'],
  triggers: { numbers: true },
  find(turn, report) {
    for (const run of turn.numbers) {
      const before = turn.tokens[run.from - 1]
      const afterState = before !== undefined && isStateInCapitals(before) && turn.tokens[run.from]!.gap === 1
      if (run.separators !== '--' && !afterState) continue
      const sizes = run.groups.map(({ length }) => length).join('-')
      if (run.separators === '--' && sizes === '3-2-4') reportPieces(report, run, 'NATID', 0.85, 'natid-shape')
      if (afterState && (sizes === '5' || (sizes === '5-4' && run.separators === '-')))
        reportPieces(report, run, 'POSTCODE', 0.85, 'postcode-shape')
    }
  },
}
