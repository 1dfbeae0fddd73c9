/** What the consent check of a call costs in this process, with the answers of a million subjects in memory. */
import { anyone, type ConsentEvent, decideUse, type Person, type Purpose } from '../src/privacy/rules.ts'
import { type BenchContext, median, type Table } from './table.ts'

const now = new Date('2026-11-25T12:00:00.000Z')
const words = { nl: 'advies', en: 'advice' }
const purpose: Purpose = {
  id: 'advies',
  client: 'een',
  name: words,
  basis: 'consent',
  dataKinds: words,
  retentionDays: 30,
  objectable: false,
}
const wording = { version: '1', language: 'nl', channel: 'chat' }
const guarded: Person = {
  circumstance: 'minor',
  representatives: [{ id: 'g', kind: 'guardian', relation: 'parent', purposes: null, validUntil: null, ended: false }],
}

function answers(subject: number, count: number): ConsentEvent[] {
  return Array.from({ length: count }, (_, n) => ({
    id: `${subject}-${n}`,
    subject: String(subject),
    purpose: 'advies',
    system: null,
    state: n % 2 === 0 ? ('given' as const) : ('withdrawn' as const),
    at: '2026-11-01T00:00:00.000Z',
    wording,
    by: 'representative' as const,
  }))
}

export async function run({ quick, say }: BenchContext): Promise<Table> {
  const subjects = quick ? 50_000 : 1_000_000
  const state = new Map<number, ConsentEvent[]>()
  for (let n = 0; n < subjects; n++) state.set(n, answers(n, 1 + (n % 5)))
  say(`${subjects} subjects in memory`)
  const checks = quick ? 50_000 : 200_000
  const rows: (string | number)[][] = []
  const measure = (name: string, events: (n: number) => readonly ConsentEvent[], person: Person): number => {
    let allowed = 0
    const rounds = Array.from({ length: 5 }, () => {
      const began = performance.now()
      for (let n = 0; n < checks; n++)
        if (decideUse(purpose, 'bot', events(n), now, person).use === 'allowed') allowed++
      return ((performance.now() - began) * 1_000) / checks
    })
    const microseconds = median(rounds)
    rows.push([name, microseconds.toFixed(2), allowed > 0 ? 'some' : 'none'])
    return microseconds
  }
  // A stride that visits subjects far apart, so that no cache helps more than it would in a day.
  const any = (n: number) => state.get((n * 7_919) % subjects) ?? []
  const ordinary = measure('one of all subjects, 1 to 5 answers', any, anyone)
  const child = measure('the same, of a child with a guardian on record', any, guarded)
  const long = answers(1, 200)
  measure('a subject with 200 answers', () => long, anyone)
  return {
    title: 'The consent check',
    about:
      `Median of five rounds of ${checks} decisions (\`decideUse\`) over the answers of ${subjects} subjects held in memory. ` +
      'Measured is the rule alone: a call reads the answers of its own subject from the database, in the one statement that loads all its facts; that read is part of the gateway benchmark and is not in these figures. ' +
      'Cost grows with the answers of one subject about one purpose, not with the number of subjects.',
    columns: ['What', 'µs per decision', 'Allowed'],
    rows,
    goals: [
      {
        goal: `a decision in at most 50 µs at ${subjects} subjects`,
        found: `${Math.max(ordinary, child).toFixed(2)} µs`,
        met: Math.max(ordinary, child) <= 50,
      },
    ],
  }
}
