/** Days as people choose them, in Amsterdam, and time that is left. */
import { formatDate, formatMoment, formatTime, type Language } from '../../src/platform/text.ts'

const zone = 'Europe/Amsterdam'
const HOUR = 3_600_000
const DAY = 24 * HOUR

const parts = new Intl.DateTimeFormat('en-GB', {
  timeZone: zone,
  hourCycle: 'h23',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
})

/** Milliseconds that the clock in Amsterdam is ahead of UTC at this moment. */
function aheadAt(at: number): number {
  const found = Object.fromEntries(parts.formatToParts(at).map(({ type, value }) => [type, Number(value)]))
  const { year, month, day, hour, minute, second } = found as Record<string, number>
  return Date.UTC(year!, month! - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000
}

/** The moment at which a day (`2026-11-24`) begins in Amsterdam, as ISO; undefined when it is no day. */
export function dayStart(day: string, daysLater = 0): string | undefined {
  const [, year, month, date] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day) ?? []
  if (year === undefined) return undefined
  const local = Date.UTC(Number(year), Number(month) - 1, Number(date))
  if (new Date(local).toISOString().slice(0, 10) !== day) return undefined
  const shifted = local + daysLater * DAY
  // Midnight may fall in another offset than noon: ask again at the moment found.
  const guess = shifted - aheadAt(shifted)
  return new Date(shifted - aheadAt(guess)).toISOString()
}

/** The day in Amsterdam, `2026-11-24`, as a date field wants it. */
export function dayOf(at: Date): string {
  return new Date(at.getTime() + aheadAt(at.getTime())).toISOString().slice(0, 10)
}

export type Left = { readonly over: boolean; readonly unit: 'hours' | 'days'; readonly count: number }

/** How long until `at`: in hours under two days, else in days, rounded down; `over` when it has passed. */
export function leftUntil(at: Date, now: Date): Left {
  const ms = at.getTime() - now.getTime()
  const length = Math.abs(ms)
  return length < 2 * DAY
    ? { over: ms < 0, unit: 'hours', count: Math.floor(length / HOUR) }
    : { over: ms < 0, unit: 'days', count: Math.floor(length / DAY) }
}

export type Dates = {
  date(at: string | Date): string
  time(at: string | Date): string
  moment(at: string | Date): string
  /** Date and time, for sentences and the title of a short date. */
  full(at: string | Date): string
}

/** Formats for one language; a string is an ISO instant. */
export function datesIn(language: Language): Dates {
  const asDate = (at: string | Date) => (typeof at === 'string' ? new Date(at) : at)
  return {
    date: (at) => formatDate(asDate(at), language),
    time: (at) => formatTime(asDate(at), language),
    moment: (at) => formatMoment(asDate(at), language),
    full: (at) => `${formatDate(asDate(at), language)}, ${formatTime(asDate(at), language)}`,
  }
}

/** What a form calls a local moment (`2026-11-25T14:30`), in Amsterdam, as ISO; '' when it is none. */
export function instantOf(local: string): string {
  const shifted = /^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(local) ? Date.parse(`${local}:00Z`) : Number.NaN
  if (Number.isNaN(shifted)) return ''
  // As above: right also beside a change of the clock.
  const guess = shifted - aheadAt(shifted)
  return new Date(shifted - aheadAt(guess)).toISOString()
}
