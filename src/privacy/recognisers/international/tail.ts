import { type Kind, type Label, labelOfKind } from '../../personal-data.ts'
import type { Turn } from '../../scan/turn.ts'
import { type Recogniser, reportPieces } from '../recogniser.ts'

const endings = new Set(
  'ending ends end eindigend eindigende eindigt eindigen laatste last final eindcijfers tail'.split(' '),
)
const links = new Set(
  'in on with op met the de cijfers digits numbers four 4 vier are zijn is : that dat die'.split(' '),
)
const whole: readonly Kind[] = ['card', 'iban', 'phone', 'natid', 'bsn', 'reference', 'document']

/** The last digits of a longer number: "the one ending 5556", "eindigend op 0131". They have the label of the whole. */
export const tail: Recogniser = {
  id: 'international/tail',
  labels: ['CARD', 'IBAN', 'PHONE', 'NATID', 'BSN', 'CUSTREF', 'DOC'],
  triggers: { numbers: true },
  find(turn, report) {
    for (const run of turn.numbers) {
      if (run.digits.length < 3 || run.digits.length > 6 || run.quantity || !afterEnding(turn, run.from)) continue
      reportPieces(report, run, labelOf(turn, run.from), 0.85, 'tail')
    }
  },
}

function afterEnding(turn: Turn, from: number): boolean {
  for (let i = from - 1; i >= Math.max(0, from - 5); i--) {
    const { lower } = turn.tokens[i]!
    if (turn.sentences[i] !== turn.sentences[from]) return false
    if (endings.has(lower)) return true
    if (!links.has(lower)) return false
  }
  return false
}

const bare: readonly (readonly [RegExp, Label])[] = [
  [/^(?:card|cards|kaart|pas|creditcard|bankpas|betaalpas)$/, 'CARD'],
  [/^(?:account|rekening|bankrekening|iban)$/, 'IBAN'],
  [/^(?:phone|mobile|telefoon|mobiel|toestel)$/, 'PHONE'],
]

/** The longer number that was named last before, or in the question. */
function labelOf(turn: Turn, from: number): Label {
  for (let i = from - 1; i >= Math.max(0, from - 10); i--) {
    const label = bare.find(([words]) => words.test(turn.tokens[i]!.lower))?.[1]
    if (label !== undefined) return label
  }
  let found: Kind | undefined
  for (const { from: at, meaning } of turn.cues) {
    if (at >= from) break
    if (meaning.says === 'kind' && whole.includes(meaning.kind)) found = meaning.kind
  }
  found ??= turn.asked.find((kind) => whole.includes(kind))
  return found === undefined ? 'CUSTREF' : labelOfKind[found as keyof typeof labelOfKind]
}
