import { bit } from '../../lexicon/lexicon.ts'
import type { Kind } from '../../personal-data.ts'
import { supports } from '../../scan/evidence.ts'
import { type NumberFound, ordinary, type Turn } from '../../scan/turn.ts'
import { type Recogniser, reportPieces } from '../recogniser.ts'

const kinds: ReadonlySet<Kind> = new Set(['phone'])
const named: ReadonlySet<Kind> = new Set(['number'])
const foreign: ReadonlySet<Kind> = new Set([
  'iban',
  'bsn',
  'natid',
  'card',
  'reference',
  'document',
  'secret',
  'plate',
  'cvc',
  'birth',
])

/** Telephone numbers: national and international notation, in any grouping, typed or said, whole or in pieces. */
export const phone: Recogniser = {
  id: 'international/phone',
  labels: ['PHONE'],
  triggers: { numbers: true },
  find(turn, report) {
    for (const run of turn.numbers) {
      if (run.separators.includes(',') || (run.separators.includes('/') && run.digits.length < 9)) continue
      const why = supports(run.evidence, kinds)
      const reason = whyPhone(turn, run, why)
      if (reason !== undefined) reportPieces(report, run, 'PHONE', reason === 'phone-shape' ? 0.8 : 0.9, reason)
    }
  },
}

function whyPhone(turn: Turn, run: NumberFound, why: 'cue' | 'asked' | undefined): string | undefined {
  const { digits } = run
  const named_ = run.evidence.cues[0]
  if (isOfFirm(turn, run)) return undefined
  if (
    why === 'cue' &&
    digits.length >= 3 &&
    digits.length <= 16 &&
    !run.quantity &&
    run.evidence.cues[0] !== 'quantity'
  )
    return 'cue:phone'
  if (why === 'asked' && digits.length >= 2 && digits.length <= 16 && !run.quantity) return 'asked:phone'
  if (run.gluedBefore || run.gluedAfter || (named_ !== undefined && foreign.has(named_))) return undefined
  if (hasShape(run)) return 'phone-shape'
  return supports(run.evidence, named) === 'asked' && digits.length >= 7 && digits.startsWith('0')
    ? 'asked:phone'
    : undefined
}

/** +31 6 …, 0031 …, (0118) 496 0307, 06-…, (415) 555-0142, 07700 900461. */
function hasShape({ digits, separators, groups, quantity }: NumberFound): boolean {
  const { length } = digits
  // "0470/49.51.90", "06/12345678": a stroke after the area, as in Belgium and Germany.
  const stroke =
    separators.startsWith('/') && digits.startsWith('0') && groups[0]!.length >= 2 && groups[0]!.length <= 5
  if (quantity || (separators.includes('/') && !(stroke && length >= 9 && separators.lastIndexOf('/') === 0)))
    return false
  if (separators.startsWith('+')) return length >= 8 && length <= 15
  if (digits.startsWith('00')) return length >= 11 && length <= 17
  if (digits.startsWith('0')) return length >= 9 && length <= 11
  const american = groups.length === 3 && groups[0]!.length === 3 && groups[1]!.length === 3 && groups[2]!.length === 4
  return (length === 10 && american) || (length === 11 && digits.startsWith('1') && groups.length === 4)
}

/** Numbers of organisations, not of people: 0800, 0900, 088, 14 020 (nl), 0800, 084…, 087… and 03… (gb), toll-free (us). */
const service =
  /^(0800|090[069]|088\d{7}$|140\d{2,3}$|0808|08[47]\d{8}$|03(?:0[03]|3[03]|4[345]|7[012])\d{7}$|1?8(00|33|44|55|66|77|88)\d{7}$)/

/** A number of an organisation that the writer does not give as the own one: not asked for, not "my number", not all there is. */
export function isOfFirm(turn: Turn, { digits, from, evidence }: NumberFound): boolean {
  if (!service.test(digits)) return false
  if (turn.role !== 'customer') return true
  if (supports(evidence, kinds) !== undefined || turn.asked.includes('number')) return false
  for (let i = Math.max(0, from - 6); i < from; i++) if (owners.test(turn.tokens[i]!.lower)) return false
  return turn.tokens.some((token) => token.kind === 'word' && (token.bits & small) === 0 && ordinary(turn, token))
}

const small = bit.function | bit.reply | bit.filler
const owners = /^(?:mijn|m'n|mij|me|ons|onze|zijn|haar|my|our|us|his|her|him)$/
