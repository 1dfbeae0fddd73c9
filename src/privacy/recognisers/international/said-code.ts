import { bit } from '../../lexicon/lexicon.ts'
import { type Kind, type Label, labelOfKind } from '../../personal-data.ts'
import { evidenceFor } from '../../scan/evidence.ts'
import type { Turn } from '../../scan/turn.ts'
import type { Recogniser } from '../recogniser.ts'

const coded: ReadonlySet<Kind> = new Set(['reference', 'document', 'natid', 'username', 'secret', 'plate', 'iban'])
const fewestDigits = 4
const mostElements = 40

/**
 * Codes that are said: letters one by one, then figures ("k een nul nul nul een zeven", "n l zesentwintig test nul nul …"),
 * and postcodes, figures then two letters ("vijfenzeventig nul vier q n"). The number alone is found elsewhere; this adds
 * the letters that belong to it.
 */
export const saidCode: Recogniser = {
  id: 'international/said-code',
  labels: ['CUSTREF', 'DOC', 'NATID', 'USERNAME', 'SECRET', 'PLATE', 'IBAN', 'POSTCODE'],
  triggers: { numbers: true },
  find(turn, report) {
    if (turn.channel !== 'speech' || turn.role === 'system') return
    let done = 0
    for (const run of turn.numbers) {
      if (run.from < done) continue
      const from = lettersBefore(turn, run.from, done)
      const { to, compact } = readOn(turn, from)
      done = to
      const digits = compact.replace(/\D/g, '').length
      if (/^\d{4,9}[a-z]{2}$/.test(compact)) report(run.from, to, 'POSTCODE', 0.8, 'postcode-said')
      else if (isCode(turn, from, run.from, compact, digits))
        report(from, to, labelOf(turn, from, to, compact), 0.7, 'code-said')
    }
  },
}

function isCode(turn: Turn, from: number, number: number, compact: string, digits: number): boolean {
  const letters = compact.length - digits
  if (from < number && !isLoneWord(turn, from, number) && (digits >= fewestDigits || (digits >= 2 && letters >= 3)))
    return true
  // "two oh two six i n c oh oh two": letters in the middle.
  return digits >= fewestDigits && letters >= 2 && /\d[a-z]{2,5}\d/.test(compact)
}

/** First of up to eight single letters right before a number; a pair or triple said as one counts too ("kc twee nul"). */
function lettersBefore(turn: Turn, at: number, done: number): number {
  let from = at
  while (from > done && at - from < 8 && turn.tokens[from]!.gap === 1 && isLetter(turn, from - 1)) from--
  return from
}

function isLetter(turn: Turn, i: number): boolean {
  const { kind, text, bits, gap } = turn.tokens[i]!
  return kind === 'word' && text.length === 1 && gap > 0 && (bits & bit.number) === 0
}

/** "u", "i", "a", "o", "n" and "t" alone are words. */
function isLoneWord(turn: Turn, from: number, to: number): boolean {
  return to - from === 1 && /^[uiaont]$/.test(turn.tokens[from]!.lower)
}

/** Letters and numbers in a row; one bank code of four letters may stand after a country and its check digits. */
function readOn(turn: Turn, from: number): { to: number; compact: string } {
  let to = from
  let compact = ''
  for (let i = from; i < turn.tokens.length && i < from + mostElements; i++) {
    const token = turn.tokens[i]!
    if (i > from && token.gap === 2) break
    const run = turn.numberAt.get(i)
    if (run !== undefined) {
      compact += run.digits
      i = run.to - 1
    } else if (isLetter(turn, i)) compact += token.lower
    else if (token.text.length === 4 && /^[a-z]{2}\d{2}$/.test(compact)) compact += token.lower
    else break
    to = i + 1
  }
  return { to, compact }
}

function labelOf(turn: Turn, from: number, to: number, compact: string): Label {
  if (/^[a-z]{2}\d{2}[a-z]{4}\d{6,}$/.test(compact)) return 'IBAN'
  const { cues, asked } = evidenceFor(turn, from, to)
  const kind = cues.find((one) => coded.has(one)) ?? asked.find((one) => coded.has(one))
  return kind === undefined ? 'CUSTREF' : labelOfKind[kind as keyof typeof labelOfKind]
}
