import type { Turn } from '../../scan/turn.ts'
import { houseEnd } from '../nl/postcode.ts'
import type { Recogniser, Report } from '../recogniser.ts'

const ending = /.(?:strasse|str|platz|allee|gasse|ufer|damm|chaussee|steig)$/
const wholeEnding = /^(?:strasse|str|platz|allee|gasse|ring|weg|ufer|damm)$/

/** German streets: "Schillerstraße 12a", "Kurze Str. 5", "Platz der Republik 1" by its number alone stays to the other rules. */
export const germanAddress: Recogniser = {
  id: 'de/address',
  labels: ['ADDRESS'],
  triggers: { numbers: true },
  find(turn, report) {
    for (const run of turn.numbers) {
      if (run.quantity || run.digits.length > 4 || run.separators !== '' || turn.tokens[run.from]!.gap !== 1) continue
      const dotted = turn.tokens[run.from - 1]?.lower === '.'
      findStreet(turn, run.from - (dotted ? 2 : 1), run.to, report)
    }
  },
}

function findStreet(turn: Turn, at: number, number: number, report: Report): void {
  const token = turn.tokens[at]
  if (token === undefined || token.kind !== 'word') return
  const apart = wholeEnding.test(token.lower) && token.gap === 1 && turn.tokens[at - 1]?.kind === 'word'
  if (!apart && !ending.test(token.lower)) return
  report(apart ? at - 1 : at, houseEnd(turn, number), 'ADDRESS', 0.8, 'street-shape')
}
