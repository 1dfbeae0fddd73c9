/**
 * When a term ends: Regulation 1182/71 art. 3 (https://eur-lex.europa.eu/legal-content/NL/TXT/?uri=CELEX:31971R1182) and the
 * Algemene termijnenwet (https://wetten.overheid.nl/BWBR0002448/2010-10-10).
 */
import {
  addDays,
  addMonths,
  type Day,
  isWorkingDay,
  toWorkingDay,
  withWorkingDays,
  workingDaysAfter,
} from './calendar.ts'
import { dayIn } from './moment.ts'

export const units = ['hour', 'day', 'week', 'month', 'business_day'] as const
export type Unit = (typeof units)[number]
export type Term = { readonly unit: Unit; readonly amount: number }

/**
 * What becomes of an end on a day off. `reg1182`: the next working day, and a term of two days or more holds at least two of them
 * (3(4) and (5)). `atw`: the same roll, and a term of three days or more holds at least two (art. 1 and 2), unless it is longer
 * than 90 days, 12 weeks or 3 months (art. 4). `none`: it stays.
 */
export type Roll = 'reg1182' | 'atw' | 'none'

export type DueDays = {
  /** Without the roll: what one works towards. */
  readonly strict: Day
  /** With the roll to a working day: what still is in time by law. */
  readonly latest: Day
}

/** Where an organisation is, and on which days it is shut beside days off. A shut office moves no term of law: only business days. */
export type Calendar = { readonly timeZone: string; readonly closed: ReadonlySet<Day> }
export const AMSTERDAM: Calendar = { timeZone: 'Europe/Amsterdam', closed: new Set() }

/** A term in hours: each hour that passes counts, also over a change of the clock, and its end never moves (3(4)). */
export function hoursAfter(event: Date, hours: number): Date {
  return new Date(event.getTime() + hours * 3_600_000)
}

/**
 * A term in days, weeks, months or business days, from the day of the event, which is not counted (3(1)). It ends with the last
 * hour of its last day (3(2)). `added`: days for which the law let it stand still.
 */
export function daysAfter(
  event: Day,
  term: Term & { readonly unit: Exclude<Unit, 'hour'> },
  { roll, closed, added = 0 }: { readonly roll: Roll; readonly closed: ReadonlySet<Day>; readonly added?: number },
): DueDays {
  if (term.unit === 'business_day') {
    const whole = workingDaysAfter(event, term.amount, closed)
    const end = added === 0 ? whole : firstOpen(addDays(whole, added), closed)
    return { strict: end, latest: end }
  }
  const strict = addDays(plainEnd(event, term), added)
  return { strict, latest: rolled(event, strict, term, roll) }
}

function firstOpen(day: Day, closed: ReadonlySet<Day>): Day {
  return isWorkingDay(day, closed) ? day : workingDaysAfter(day, 1, closed)
}

function plainEnd(event: Day, { unit, amount }: Term): Day {
  if (unit === 'month') return addMonths(event, amount)
  return addDays(event, unit === 'week' ? amount * 7 : amount)
}

/** Longest terms to which the Algemene termijnenwet applies (art. 4). */
const atwUpTo = { day: 90, week: 12, month: 3 } as const

function rolled(event: Day, strict: Day, { unit, amount }: Term, roll: Roll): Day {
  if (roll === 'none') return strict
  if (roll === 'atw' && amount > atwUpTo[unit as keyof typeof atwUpTo]) return strict
  const end = toWorkingDay(strict)
  const leastDays = roll === 'reg1182' ? 2 : 3
  return unit === 'day' && amount < leastDays ? end : withWorkingDays(event, end, 2)
}

/** Months after the day of an instant, with the roll of Regulation 1182/71. */
export function monthsAfter(event: Date, months: number, timeZone: string): DueDays {
  return daysAfter(dayIn(event, timeZone), { unit: 'month', amount: months }, { roll: 'reg1182', closed: new Set() })
}
