/** Moments as people and machines write them, and the day on which a moment falls in a time zone. */
import type { Day } from './calendar.ts'

const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-CA', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    })
    formats.set(timeZone, format)
  }
  return format
}

const QUARTER_MS = 900_000
/** Quarters whose offset is remembered, for each time zone. */
const MOST_REMEMBERED = 10_000
const offsets = new Map<string, Map<number, number>>()

/** Milliseconds by which a time zone is ahead of UTC at a moment. Offsets change on a quarter of an hour, so each is asked for once. */
function aheadAt(at: number, timeZone: string): number {
  let known = offsets.get(timeZone)
  if (known === undefined || known.size >= MOST_REMEMBERED) {
    known = new Map()
    offsets.set(timeZone, known)
  }
  const quarter = Math.floor(at / QUARTER_MS)
  let ahead = known.get(quarter)
  if (ahead === undefined) {
    ahead = askOffset(quarter * QUARTER_MS, timeZone)
    known.set(quarter, ahead)
  }
  return ahead
}

function askOffset(at: number, timeZone: string): number {
  const part = Object.fromEntries(
    formatOf(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  )
  return Date.UTC(part.year!, part.month! - 1, part.day, part.hour, part.minute, part.second) - at
}

/** What a clock on the wall shows, as milliseconds of a day in UTC with the same figures. */
const wallClock = (at: number, timeZone: string): number => at + aheadAt(at, timeZone)

/** A cache of the last answer: whoever looks at many terms asks for the day of one moment over and over. */
const lastDay = { at: Number.NaN, timeZone: '', day: '' }

/** The day on which an instant falls in a time zone. */
export function dayIn(instant: Date, timeZone: string): Day {
  const at = instant.getTime()
  if (lastDay.at !== at || lastDay.timeZone !== timeZone)
    Object.assign(lastDay, { at, timeZone, day: new Date(wallClock(at, timeZone)).toISOString().slice(0, 10) })
  return lastDay.day
}

/** `2026-12-27T16:20:00+01:00`: a moment with the figures and the offset of a time zone; whole seconds. */
export function localTime(instant: Date, timeZone: string): string {
  const at = Math.floor(instant.getTime() / 1_000) * 1_000
  const ahead = aheadAt(at, timeZone) / 60_000
  const figure = (n: number) => String(Math.floor(n)).padStart(2, '0')
  const size = Math.abs(ahead)
  const offset = `${ahead < 0 ? '-' : '+'}${figure(size / 60)}:${figure(size % 60)}`
  return `${new Date(at + ahead * 60_000).toISOString().slice(0, 19)}${offset}`
}

/** Noon of the day: a moment that lies on it in each time zone of Europe. */
export const noonOf = (day: Day): Date => new Date(`${day}T12:00:00Z`)

export type MomentProblem = 'unreadable' | 'no_such_date' | 'no_such_time' | 'twice'
export type ReadMoment =
  | { readonly ok: true; readonly kind: 'day'; readonly day: Day }
  | { readonly ok: true; readonly kind: 'instant'; readonly at: Date }
  | { readonly ok: false; readonly problem: MomentProblem }

const shape = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(\.\d{1,9})?)?\s?(Z|[+-]\d\d:?\d\d)?)?$/

/**
 * Reads `2026-03-29`, `2026-03-29T02:30` or `2026-03-29T02:30:00+02:00`. A time without an offset is that of the time zone; an
 * hour that the clock skips is no time, and one that comes twice needs its offset.
 */
export function readMoment(text: string, timeZone: string): ReadMoment {
  const match = shape.exec(text.trim())
  if (match === null) return wrong('unreadable')
  const [year, month, date, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((one) => (one === undefined ? undefined : Number(one))) as [number, number, number, ...number[]]
  const midnight = new Date(Date.UTC(year, month - 1, date))
  const day = `${match[1]}-${match[2]}-${match[3]}`
  if (year < 1970 || midnight.toISOString().slice(0, 10) !== day) return wrong('no_such_date')
  if (match[4] === undefined) return { ok: true, kind: 'day', day }
  if (hour > 23 || minute > 59 || second > 59) return wrong('no_such_time')
  const milliseconds = match[7] === undefined ? 0 : Math.floor(Number(match[7]) * 1_000)
  const wall = midnight.getTime() + ((hour * 60 + minute) * 60 + second) * 1_000 + milliseconds
  return match[8] === undefined ? atWall(wall, timeZone) : withOffset(wall, match[8])
}

const wrong = (problem: MomentProblem): ReadMoment => ({ ok: false, problem })

function withOffset(wall: number, offset: string): ReadMoment {
  if (offset === 'Z') return { ok: true, kind: 'instant', at: new Date(wall) }
  const hours = Number(offset.slice(1, 3))
  const minutes = Number(offset.slice(-2))
  if (hours > 14 || minutes > 59) return wrong('no_such_time')
  const ahead = (hours * 60 + minutes) * 60_000 * (offset.startsWith('-') ? -1 : 1)
  return { ok: true, kind: 'instant', at: new Date(wall - ahead) }
}

const DAY_MS = 86_400_000

/** The moments at which the clock on the wall shows this: one, none or two. */
function atWall(wall: number, timeZone: string): ReadMoment {
  const possible = new Set([aheadAt(wall - DAY_MS, timeZone), aheadAt(wall + DAY_MS, timeZone)])
  const [at, again] = [...possible].map((ahead) => wall - ahead).filter((one) => wallClock(one, timeZone) === wall)
  if (at === undefined) return wrong('no_such_time')
  return again === undefined ? { ok: true, kind: 'instant', at: new Date(at) } : wrong('twice')
}
