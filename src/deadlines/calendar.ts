/**
 * Days without a time, as `2026-12-25`, and which of them are days off in the Netherlands. Written out by rule: lists in
 * packages call Good Friday and 5 May school holidays, and for terms of law they are days off.
 */

/** A calendar day, `YYYY-MM-DD`; text order is time order. */
export type Day = string

const DAY_MS = 86_400_000

const utc = (day: Day): Date => new Date(`${day}T00:00:00Z`)
const dayOf = (date: Date): Day => date.toISOString().slice(0, 10)

export function addDays(day: Day, days: number): Day {
  return dayOf(new Date(utc(day).getTime() + days * DAY_MS))
}

/** The same date `months` later, or the last day of that month when it has no such date. */
export function addMonths(day: Day, months: number): Day {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number]
  const last = new Date(Date.UTC(year, month - 1 + months + 1, 0))
  return dayOf(new Date(Date.UTC(last.getUTCFullYear(), last.getUTCMonth(), Math.min(date, last.getUTCDate()))))
}

/** The day on which an instant falls in a time zone. */
export function dayIn(instant: Date, timeZone: string): Day {
  return new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(
    instant,
  )
}

/** Easter Sunday of a year after 1582 (anonymous Gregorian computus; Meeus, Astronomical Algorithms, chapter 8). */
export function easter(year: number): Day {
  const a = year % 19
  const b = Math.floor(year / 100)
  const c = year % 100
  const h = (19 * a + b - Math.floor(b / 4) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7
  const m = Math.floor((a + 11 * h + 22 * l) / 451)
  const n = h + l - 7 * m + 114
  return dayOf(new Date(Date.UTC(year, Math.floor(n / 31) - 1, (n % 31) + 1)))
}

/**
 * Days off in the sense of the Algemene termijnenwet, art. 3 (https://wetten.overheid.nl/BWBR0002448/2010-10-10#Artikel3):
 * New Year, Good Friday, Easter Monday, Ascension, Whit Monday, King's Day (a day earlier when it falls on a Sunday), 5 May and
 * both days of Christmas. The Sundays among them are days off anyway.
 */
export function dutchHolidays(year: number): ReadonlySet<Day> {
  const sunday = easter(year)
  const kings = `${year}-04-27`
  return new Set([
    `${year}-01-01`,
    addDays(sunday, -2),
    addDays(sunday, 1),
    utc(kings).getUTCDay() === 0 ? `${year}-04-26` : kings,
    `${year}-05-05`,
    addDays(sunday, 39),
    addDays(sunday, 50),
    `${year}-12-25`,
    `${year}-12-26`,
  ])
}

export function isWorkingDay(day: Day): boolean {
  const weekday = utc(day).getUTCDay()
  return weekday !== 0 && weekday !== 6 && !dutchHolidays(Number(day.slice(0, 4))).has(day)
}

/** The day itself, or the first working day after it. */
export function toWorkingDay(day: Day): Day {
  let at = day
  while (!isWorkingDay(at)) at = addDays(at, 1)
  return at
}
