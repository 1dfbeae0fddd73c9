/** Times in an organisation file: an instant (ISO 8601 with offset, or a date), or relative to the moment of applying. */

const RELATIVE = /^([+-])(\d{1,5})([mhd])$/
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/
const DATE = /^\d{4}-\d\d-\d\d$/

const unitMs = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** A time of the file. `raw` holds what was written when it was relative, else null. */
export type Moment = { readonly at: Date; readonly raw: string | null }

/**
 * Reads `-90d`, `+4h`, `+30m` (relative to `now`), `2027-01-31` (midnight UTC) or `2027-01-31T09:00:00+01:00`.
 * Undefined for anything else, also for a date that does not exist (30 February) and an instant without offset, which
 * would mean another moment on another machine.
 */
export function readMoment(text: string, now: Date): Moment | undefined {
  const relative = RELATIVE.exec(text)
  if (relative !== null) {
    const [, sign, count, unit] = relative
    const ms = Number(count) * unitMs[unit as keyof typeof unitMs]
    return { at: new Date(now.getTime() + (sign === '-' ? -ms : ms)), raw: text }
  }
  if (!INSTANT.test(text) && !DATE.test(text)) return undefined
  const at = new Date(text)
  // Date rolls 30 February over to March; such a date was meant otherwise, so it is refused.
  if (Number.isNaN(at.getTime()) || !existsInCalendar(text.slice(0, 10))) return undefined
  return { at, raw: null }
}

function existsInCalendar(day: string): boolean {
  const at = new Date(`${day}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().slice(0, 10) === day
}

/** The same day and time `years` later; 29 February becomes 28 February. */
export function yearsLater(at: Date, years: number): Date {
  const later = new Date(at)
  later.setUTCFullYear(at.getUTCFullYear() + years)
  if (later.getUTCMonth() !== at.getUTCMonth()) later.setUTCDate(0)
  return later
}
