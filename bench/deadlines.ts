/**
 * `npm run bench -- deadlines`: what it costs to look at every open clock again. One clock in twenty stands still and one in ten was
 * extended; the baseline is comparing as many dates that were written down, which is what a due date in a column would cost.
 */
import { performance } from 'node:perf_hooks'
import {
  AMSTERDAM,
  addDays,
  type Clock,
  clockAt,
  dueOf,
  type Start,
  startClock,
  termRules,
} from '../src/deadlines/index.ts'
import { type BenchContext, median, type Table } from './table.ts'

const now = new Date('2026-11-26T12:00:00Z')
const today = '2026-11-26'

function openClocks(count: number): Clock[] {
  return Array.from({ length: count }, (_, n) => {
    const rule = termRules[n % termRules.length]!
    const day = addDays('2026-09-01', n % 86)
    const start: Start =
      rule.term.unit === 'hour' ? { kind: 'instant', at: new Date(`${day}T09:30:00Z`) } : { kind: 'day', day }
    const clock = startClock(rule, start)
    if (n % 20 === 0) return { ...clock, pauses: [{ ground: 'identity_in_doubt', from: day, to: addDays(day, 5) }] }
    return n % 10 === 1 && rule.extensions.length > 0 ? { ...clock, extensions: [{ by: 'letter', on: day }] } : clock
  })
}

const timed = (work: () => number): number => {
  const from = performance.now()
  if (work() < 0) throw new Error('unreachable')
  return performance.now() - from
}

export async function run({ quick, say }: BenchContext): Promise<Table> {
  const sizes = quick ? [1_000, 10_000] : [1_000, 10_000, 100_000]
  let last = Number.POSITIVE_INFINITY
  const rows = sizes.map((size) => {
    const clocks = openClocks(size)
    const written = clocks.map(({ rule, start }) => {
      const due = dueOf(rule, start, AMSTERDAM)
      return due.kind === 'day' ? due.latest : due.latest.toISOString()
    })
    const look = () =>
      clocks.reduce((late, clock) => late + (clockAt(clock, now, AMSTERDAM).state === 'missed' ? 1 : 0), 0)
    const compare = () => written.reduce((late, due) => late + (due < today ? 1 : 0), 0)
    look()
    compare()
    const rounds = Array.from({ length: 5 }, () => ({ look: timed(look), compare: timed(compare) }))
    const ms = median(rounds.map((one) => one.look))
    last = ms
    say(`${size}: ${ms.toFixed(1)} ms`)
    return [
      String(size),
      `${ms.toFixed(1)} ms`,
      `${((ms * 1_000) / size).toFixed(2)} µs`,
      `${median(rounds.map((one) => one.compare)).toFixed(2)} ms`,
    ]
  })
  return {
    title: 'Open clocks looked at again',
    about:
      'Every due date is counted anew from what happened to its clock: start, letters, days on which it stood still. The baseline compares as ' +
      'many dates that were written down. Cost grows linearly: one clock costs the same whatever their number.',
    columns: ['clocks', 'all of them', 'one', 'dates that were written down, compared'],
    rows,
    goals: [{ goal: '100,000 clocks in under 2 s', found: rows.at(-1)![1]!, met: last < 2_000 }],
  }
}
