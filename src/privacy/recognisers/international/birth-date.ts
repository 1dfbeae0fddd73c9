import { bit } from '../../lexicon/lexicon.ts'
import type { Kind } from '../../personal-data.ts'
import { type DateFound, findDates } from '../../scan/dates.ts'
import { evidenceFor, supports } from '../../scan/evidence.ts'
import type { Turn } from '../../scan/turn.ts'
import { type Recogniser, reportPieces } from '../recogniser.ts'

const kinds: ReadonlySet<Kind> = new Set(['birth'])
const since = new Set(
  'sinds since vanaf from gekocht bought dated published versie version uit per ingaande gedateerd factuur'.split(' '),
)
const beings = new Set(
  'ben bent is zijn am are was man vrouw zoon dochter moeder vader husband wife son daughter mother father ik i he she hij zij'.split(
    ' ',
  ),
)
const lastYearOfDoubt = 2010

/** Dates of birth: named, asked for, said of a person, or too long ago to be an appointment. Other dates stay. */
export const birthDate: Recogniser = {
  id: 'international/birth-date',
  labels: ['DOB'],
  triggers: { numbers: true, bits: bit.month },
  find(turn, report) {
    const taken = new Set<number>()
    for (const date of findDates(turn)) {
      for (let i = date.from; i < date.to; i++) taken.add(i)
      const reason = whyBirth(turn, date)
      if (reason !== undefined) report(date.from, date.to, 'DOB', reason === 'old-date' ? 0.4 : 0.9, reason)
    }
    // "five one fifty one", "0415 1989": figures without marks, when a birth date was asked for or named.
    for (const run of turn.numbers) {
      const why = supports(run.evidence, kinds)
      if (why === undefined || taken.has(run.from) || run.quantity || run.digits.length < 2 || run.digits.length > 8)
        continue
      if (why === 'cue' ? run.evidence.cues[0] === 'birth' : turn.role !== 'system')
        reportPieces(report, run, 'DOB', 0.8, `${why}:birth`)
    }
  },
}

function whyBirth(turn: Turn, date: DateFound): string | undefined {
  const evidence = evidenceFor(turn, date.from, date.to)
  if (evidence.cues.includes('birth')) return 'cue:birth'
  const after = turn.tokens.slice(date.to, date.to + 4)
  if (after.some(({ lower, gap }) => gap < 2 && /^(geboren|geworden|born|jarig|verjaardag|birthday)$/.test(lower)))
    return 'cue:birth'
  if (evidence.asked.includes('birth')) return 'asked:birth'
  if (date.year === undefined || turn.role === 'system') return undefined
  const before = turn.tokens[date.from - 1]?.lower ?? ''
  const two = turn.tokens[date.from - 2]?.lower ?? ''
  if (before === 'van' && beings.has(two) && date.year <= lastYearOfDoubt + 10) return 'person:birth'
  return turn.role === 'customer' &&
    date.day !== undefined &&
    date.year <= lastYearOfDoubt &&
    !since.has(before) &&
    !since.has(two)
    ? 'old-date'
    : undefined
}
