import { type Kind, labelOfKind } from '../../personal-data.ts'
import type { NumberFound, Turn } from '../../scan/turn.ts'
import { type Recogniser, reportPieces } from '../recogniser.ts'
import { isOfFirm } from './phone.ts'

/** Fewest and most digits of a number that was named or asked for by its kind. */
const sizes: Readonly<Partial<Record<Kind, readonly [number, number]>>> = {
  iban: [4, 34],
  natid: [4, 14],
  secret: [3, 12],
  reference: [3, 34],
  number: [4, 20],
  document: [5, 16],
  plate: [2, 8],
  username: [3, 20],
  house: [1, 5],
  postcode: [4, 9],
}

/** Numbers that are what they are called: customer, order and policy numbers, documents, codes. */
export const namedNumber: Recogniser = {
  id: 'international/named-number',
  labels: ['IBAN', 'NATID', 'SECRET', 'CUSTREF', 'DOC', 'PLATE', 'USERNAME', 'ADDRESS', 'POSTCODE'],
  triggers: { numbers: true },
  find(turn, report) {
    for (const run of turn.numbers) {
      const found = kindOf(turn, run)
      if (found === undefined || (found.kind === 'reference' && isOfFirm(turn, run))) continue
      const kind = found.kind as keyof typeof labelOfKind
      reportPieces(report, run, labelOfKind[kind], kind === 'number' ? 0.5 : 0.85, `${found.why}:${kind}`)
    }
  },
}

function kindOf(turn: Turn, run: NumberFound): { kind: Kind; why: 'cue' | 'asked' } | undefined {
  const { evidence, digits } = run
  const fits = (kind: Kind): boolean => {
    const size = sizes[kind]
    return size !== undefined && digits.length >= size[0] && digits.length <= size[1]
  }
  const cue = evidence.cues[0]
  if (cue === 'quantity' || run.separators.includes(',')) return undefined
  if (cue !== undefined && fits(cue) && !(evidence.alone && isWeak(run)) && !(run.quantity && digits.length < 6))
    return { kind: cue, why: 'cue' }
  const further = evidence.cues.slice(1).find((kind) => kind !== 'number' && fits(kind))
  if (further !== undefined && digits.length >= 5 && !run.quantity) return { kind: further, why: 'cue' }
  if (run.quantity || turn.role === 'system') return undefined
  const asked = evidence.asked.find(
    (kind) => fits(kind) || (kind !== 'house' && sizes[kind] !== undefined && digits.length >= 2 && run.spoken),
  )
  return asked === undefined ? undefined : { kind: asked, why: 'asked' }
}

/** After one common word ("order", "bestelling") a short number, a year, a date or a far one is something else. */
function isWeak({ digits, separators, evidence, quantity }: NumberFound): boolean {
  if (quantity || evidence.distance > 3 || digits.length < 4 || separators.includes('/')) return true
  return digits.length === 4 && /^(19|20)/.test(digits)
}
