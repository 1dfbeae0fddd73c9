/** The terms of a case: kept as what happened to them, and counted anew each time (deadlines). */
import {
  type Calendar,
  type Changed,
  type Clock,
  type ClockState,
  clockAt,
  type Day,
  type Due,
  dayIn,
  type Extension,
  findRule,
  type Pause,
  reminderOf,
  reminderShares,
  startClock,
  type TermRuleId,
} from '../../deadlines/index.ts'

/** What a term of a case is for. */
export const clockNames = ['acknowledge', 'decide', 'answer', 'appeal'] as const
export type ClockName = (typeof clockNames)[number]

export const storedClockStates = ['running', 'paused', 'extended', 'met', 'missed', 'dropped'] as const
export type StoredClockState = (typeof storedClockStates)[number]

/** A term as it is kept. */
export type StoredClock = {
  readonly clock: ClockName
  readonly rule: TermRuleId
  readonly startedAt: Date
  readonly startedOn: Day
  readonly extensions: readonly Extension[]
  readonly pauses: readonly Pause[]
  readonly metAt: Date | null
  /** The case ended before it: withdrawn, handed over. */
  readonly droppedAt: Date | null
}

/** A rule that the product no longer knows. */
export class RuleUnknown extends Error {
  override readonly name = 'RuleUnknown'
}

export function clockOf(stored: StoredClock): Clock {
  const rule = findRule(stored.rule)
  if (rule === undefined) throw new RuleUnknown(stored.rule)
  const start =
    rule.term.unit === 'hour'
      ? ({ kind: 'instant', at: stored.startedAt } as const)
      : ({ kind: 'day', day: stored.startedOn } as const)
  return {
    ...startClock(rule, start),
    extensions: stored.extensions,
    pauses: stored.pauses,
    metAt: stored.metAt,
  }
}

export function newClock(clock: ClockName, rule: TermRuleId, at: Date, { timeZone }: Calendar): StoredClock {
  return {
    clock,
    rule,
    startedAt: at,
    startedOn: dayIn(at, timeZone),
    extensions: [],
    pauses: [],
    metAt: null,
    droppedAt: null,
  }
}

/** What became of the clock, put back into what is kept. */
export const keptFrom = (stored: StoredClock, { extensions, pauses, metAt }: Clock): StoredClock => ({
  ...stored,
  extensions,
  pauses,
  metAt,
})

export const changedClock = (stored: StoredClock, changed: Changed): StoredClock | Extract<Changed, { ok: false }> =>
  changed.ok ? keptFrom(stored, changed.clock) : changed

export type ClockStanding = {
  readonly state: StoredClockState
  /** The last moment of the strict and of the last day; for hours the moment itself. */
  readonly strictAt: Date
  readonly latestAt: Date
  readonly strictPassed: boolean
  readonly metLate: boolean
  readonly share: number
  readonly due: Due
  /** The highest reminder that is due; 0: none. */
  readonly reminder: number
  /** When the next thing happens to it by time alone; null: nothing more. */
  readonly lookAt: Date | null
}

export function clockStanding(stored: StoredClock, now: Date, calendar: Calendar): ClockStanding {
  const clock = clockOf(stored)
  const at = stored.droppedAt ?? now
  const view = clockAt(clock, at, calendar)
  const state: StoredClockState = stored.droppedAt !== null && view.state !== 'met' ? 'dropped' : view.state
  const [strictAt, latestAt] = endsOf(view.due, calendar)
  return {
    state,
    strictAt,
    latestAt,
    strictPassed: view.strictPassed,
    metLate: view.metLate,
    share: view.share,
    due: view.due,
    reminder: state === 'dropped' ? 0 : (reminderOf(view) ?? 0),
    lookAt: isOpen(state) ? nextLook(clock, { strictAt, latestAt, state: view.state }, now, calendar) : null,
  }
}

export const isOpen = (state: StoredClockState): boolean => state !== 'met' && state !== 'dropped'

/** A term in days ends with the last moment of its last day. */
function endsOf(due: Due, { timeZone }: Calendar): [Date, Date] {
  if (due.kind === 'instant') return [due.strict, due.latest]
  return [endOfDay(due.strict, timeZone), endOfDay(due.latest, timeZone)]
}

const ends = new Map<string, Date>()
/** Days that are remembered; a work list has far fewer. */
const MOST_ENDS = 20_000

/** The last millisecond of a day in a time zone. */
export function endOfDay(day: Day, timeZone: string): Date {
  const name = `${day} ${timeZone}`
  const known = ends.get(name)
  if (known !== undefined) return known
  if (ends.size >= MOST_ENDS) ends.clear()
  const end = searchEnd(day, timeZone)
  ends.set(name, end)
  return end
}

/** Between the earliest and the latest midnight on earth: a day has 23, 24 or 25 hours, and in some places no midnight. */
function searchEnd(day: Day, timeZone: string): Date {
  let from = Date.parse(`${day}T00:00:00Z`) + 8 * 3_600_000
  let to = Date.parse(`${day}T00:00:00Z`) + 38 * 3_600_000
  while (to - from > 1) {
    const middle = Math.floor((from + to) / 2)
    if (dayIn(new Date(middle), timeZone) <= day) from = middle
    else to = middle
  }
  return new Date(from)
}

/** The next reminder, the strict or the last end; of one that stands still: tomorrow, since its end moves along. */
function nextLook(
  clock: Clock,
  { strictAt, latestAt, state }: { readonly strictAt: Date; readonly latestAt: Date; readonly state: ClockState },
  now: Date,
  calendar: Calendar,
): Date | null {
  const dayMs = 86_400_000
  if (state === 'paused') return new Date(now.getTime() + dayMs)
  // A term in days begins with the end of the day of its event, which is not counted.
  const from =
    clock.start.kind === 'day' ? endOfDay(clock.start.day, calendar.timeZone).getTime() : clock.start.at.getTime()
  const whole = strictAt.getTime() - from
  const looks = [
    ...reminderShares.map((share) => from + whole * share),
    // A term ends with its last moment, so it is over one millisecond later.
    strictAt.getTime() + 1,
    latestAt.getTime() + 1,
  ]
  const next = looks.filter((at) => at > now.getTime()).sort((a, b) => a - b)[0]
  return next === undefined ? null : new Date(next)
}

export type CaseStanding = {
  readonly rule: TermRuleId
  readonly state: StoredClockState
  readonly strictAt: Date
  readonly latestAt: Date
  readonly reminder: number
}

/** Of the open terms the one that ends first, and when the next look is due; undefined: no term is open. */
export function caseStanding(
  clocks: readonly StoredClock[],
  now: Date,
  calendar: Calendar,
): { readonly soonest: CaseStanding | undefined; readonly lookAt: Date | null } {
  const standings = clocks.map((one) => ({ rule: one.rule, ...clockStanding(one, now, calendar) }))
  const open = standings
    .filter(({ state }) => isOpen(state))
    .toSorted((a, b) => a.strictAt.getTime() - b.strictAt.getTime())
  const looks = open.flatMap(({ lookAt }) => (lookAt === null ? [] : [lookAt.getTime()]))
  return { soonest: open[0], lookAt: looks.length === 0 ? null : new Date(Math.min(...looks)) }
}
