/**
 * Days without a time, as `2026-12-25`, and which of them are days off in the Netherlands. Written out by rule: lists in
 * packages call Good Friday and 5 May school holidays, and for terms of law they are days off.
 */

/** A calendar day, `YYYY-MM-DD`, of the years 1970 to 9999; text order is time order. */
export type Day = string

const DAY_MS = 86_400_000

const utc = (day: Day): number => Date.parse(`${day}T00:00:00Z`)
const dayOf = (ms: number): Day => new Date(ms).toISOString().slice(0, 10)

export function addDays(day: Day, days: number): Day {
  return dayOf(utc(day) + days * DAY_MS)
}

/** Days from one to the other; negative when the other is earlier. */
export function daysBetween(from: Day, to: Day): number {
  return (utc(to) - utc(from)) / DAY_MS
}

/** The same date `months` later, or the last day of that month when it has no such date. */
export function addMonths(day: Day, months: number): Day {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number]
  const last = new Date(Date.UTC(year, month - 1 + months + 1, 0))
  return dayOf(Date.UTC(last.getUTCFullYear(), last.getUTCMonth(), Math.min(date, last.getUTCDate())))
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
  return dayOf(Date.UTC(year, Math.floor(n / 31) - 1, (n % 31) + 1))
}

const holidaysByYear = new Map<number, ReadonlySet<Day>>()

/**
 * Days off in the sense of the Algemene termijnenwet, art. 3 (https://wetten.overheid.nl/BWBR0002448/2010-10-10#Artikel3):
 * New Year, Good Friday, Easter Monday, Ascension, Whit Monday, King's Day (a day earlier when it falls on a Sunday), 5 May and
 * both days of Christmas. The Sundays among them are days off anyway.
 */
export function dutchHolidays(year: number): ReadonlySet<Day> {
  let known = holidaysByYear.get(year)
  if (known === undefined) {
    known = computeHolidays(year)
    holidaysByYear.set(year, known)
  }
  return known
}

function computeHolidays(year: number): ReadonlySet<Day> {
  const sunday = easter(year)
  const kings = `${year}-04-27`
  return new Set([
    `${year}-01-01`,
    addDays(sunday, -2),
    addDays(sunday, 1),
    isSunday(kings) ? `${year}-04-26` : kings,
    `${year}-05-05`,
    addDays(sunday, 39),
    addDays(sunday, 50),
    `${year}-12-25`,
    `${year}-12-26`,
  ])
}

const isSunday = (day: Day): boolean => new Date(utc(day)).getUTCDay() === 0

const holidayTimes = new Map<number, ReadonlySet<number>>()

function isHoliday(ms: number): boolean {
  const year = new Date(ms).getUTCFullYear()
  let times = holidayTimes.get(year)
  if (times === undefined) {
    times = new Set([...dutchHolidays(year)].map(utc))
    holidayTimes.set(year, times)
  }
  return times.has(ms)
}

function isWorkingTime(ms: number, closed: ReadonlySet<Day>): boolean {
  const weekday = new Date(ms).getUTCDay()
  return weekday !== 0 && weekday !== 6 && !isHoliday(ms) && !(closed.size > 0 && closed.has(dayOf(ms)))
}

const none: ReadonlySet<Day> = new Set()

/** No Saturday, Sunday or holiday, and none of `closed`: days on which an organisation is shut beside those. */
export function isWorkingDay(day: Day, closed: ReadonlySet<Day> = none): boolean {
  return isWorkingTime(utc(day), closed)
}

/** The day itself, or the first working day after it. */
export function toWorkingDay(day: Day): Day {
  return isWorkingDay(day) ? day : workingDaysAfter(day, 1, none)
}

/** The `count`th working day after a day, which itself is not counted. `closed` must leave working days over. */
export function workingDaysAfter(day: Day, count: number, closed: ReadonlySet<Day>): Day {
  let at = utc(day)
  for (let left = count; left > 0; ) {
    at += DAY_MS
    if (isWorkingTime(at, closed)) left--
  }
  return dayOf(at)
}

/** `end`, or later so that at least `count` working days lie after `start` and up to it. */
export function withWorkingDays(start: Day, end: Day, count: number): Day {
  const earliest = workingDaysAfter(start, count, none)
  return earliest > end ? earliest : end
}
