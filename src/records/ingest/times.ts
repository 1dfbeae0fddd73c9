/**
 * Times as files give them. A time is exact when it has a zone; without one only distances can be told, and nothing is
 * filled in. Times that cannot be meant (before 1990, after tomorrow) are set aside.
 */

export type TimeRead =
  | { readonly kind: 'exact'; readonly ms: number }
  /** Milliseconds since 1970 as if the clock on the wall were UTC: good for distances only. */
  | { readonly kind: 'wall'; readonly ms: number }
  | { readonly kind: 'implausible' }
  | { readonly kind: 'unreadable' }

export type TimeUnit = 'iso' | 'unix-seconds' | 'unix-milliseconds' | 'offset-seconds' | 'offset-milliseconds'
export const timeUnits: readonly TimeUnit[] = [
  'iso',
  'unix-seconds',
  'unix-milliseconds',
  'offset-seconds',
  'offset-milliseconds',
]

const earliest = Date.UTC(1990, 0, 1)
const dayMs = 86_400_000
const rfc3339 =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:[.,](\d{1,12}))?\s?(?:([Zz])|([+-])(\d{2}):?(\d{2}))?$/

/** Reads a date and time (RFC 3339, a blank for the T and a zone without colon allowed). */
export function readTime(text: string, now: Date): TimeRead {
  const found = rfc3339.exec(text)
  if (found === null) return { kind: 'unreadable' }
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const days = new Date(Date.UTC(year, month, 0)).getUTCDate()
  // second 60 is a leap second (RFC 3339, 5.6)
  if (month < 1 || month > 12 || day < 1 || day > days || hour > 23 || minute > 59 || second > 60)
    return { kind: 'unreadable' }
  const ms = Date.UTC(year, month - 1, day, hour, minute, second) + Math.floor(Number(`0.${found[7] ?? '0'}`) * 1000)
  if (found[8] !== undefined) return plausible('exact', ms, now)
  if (found[9] === undefined) return plausible('wall', ms, now)
  const [hours, minutes] = [Number(found[10]), Number(found[11])]
  if (hours > 23 || minutes > 59) return { kind: 'unreadable' }
  return plausible('exact', ms - (found[9] === '-' ? -1 : 1) * (hours * 60 + minutes) * 60_000, now)
}

/** Reads a time in the unit a mapping names; offsets come back as wall times from 0, bounded to a hundred days. */
export function readTimeIn(unit: TimeUnit, value: string | number, now: Date, zone?: string): TimeRead {
  if (unit === 'iso') {
    const read = typeof value === 'string' ? readTime(value.trim(), now) : { kind: 'unreadable' as const }
    return read.kind === 'wall' && zone !== undefined && typeof value === 'string'
      ? readTime(`${value.trim()}${zone}`, now)
      : read
  }
  const count = typeof value === 'number' ? value : /^\s*-?\d+(?:\.\d+)?\s*$/.test(value) ? Number(value) : Number.NaN
  if (!Number.isFinite(count)) return { kind: 'unreadable' }
  const ms = Math.round(count * (unit.endsWith('milliseconds') ? 1 : 1000))
  if (unit.startsWith('unix')) return plausible('exact', ms, now)
  return ms >= 0 && ms <= 100 * dayMs ? { kind: 'wall', ms } : { kind: 'implausible' }
}

/** ISO 8601 in UTC. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString()
}

function plausible(kind: 'exact' | 'wall', ms: number, now: Date): TimeRead {
  return ms >= earliest && ms <= now.getTime() + dayMs ? { kind, ms } : { kind: 'implausible' }
}
