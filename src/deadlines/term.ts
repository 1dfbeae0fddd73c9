/**
 * Terms of law in months and hours, after Regulation 1182/71 art. 3
 * (https://eur-lex.europa.eu/legal-content/NL/TXT/?uri=CELEX:31971R1182).
 */
import { addMonths, type Day, dayIn, toWorkingDay } from './calendar.ts'

export type DueDays = {
  /** Without the roll: what one works towards. */
  readonly strict: Day
  /** With the roll to a working day: what still is in time by law. */
  readonly latest: Day
}

/**
 * A term in months from an instant: the day of the event is not counted (3(1)); it ends with the day of the same date, or
 * the last of the month (3(2)(c)); an end on a Saturday, Sunday or holiday moves to the next working day (3(4)).
 */
export function monthsAfter(event: Date, months: number, timeZone: string): DueDays {
  const strict = addMonths(dayIn(event, timeZone), months)
  return { strict, latest: toWorkingDay(strict) }
}

/**
 * A term in hours: each hour that passes counts, also over a change of the clock, and its end never moves: 3(4) leaves
 * terms in hours out.
 */
export function hoursAfter(event: Date, hours: number): Date {
  return new Date(event.getTime() + hours * 3_600_000)
}
