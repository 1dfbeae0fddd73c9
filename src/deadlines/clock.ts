/**
 * A clock of law: started by an event, extended by acts, standing still on a ground that the law gives, met or missed. Everything
 * is counted anew from what happened, so no due date is ever a field that somebody can change.
 */
import { type Day, daysBetween } from './calendar.ts'
import { dayIn } from './moment.ts'
import type { ExtensionRule, PauseGround, TermRule } from './rule.ts'
import { type Calendar, daysAfter, hoursAfter, type Roll, type Term } from './term.ts'

/** What started it: a day, or for terms in hours a moment. */
export type Start = { readonly kind: 'day'; readonly day: Day } | { readonly kind: 'instant'; readonly at: Date }

export type Due =
  | { readonly kind: 'day'; readonly strict: Day; readonly latest: Day }
  | { readonly kind: 'instant'; readonly strict: Date; readonly latest: Date }

/** `letter`: sent on that day, with its reasons. `consent`: the person agreed to wait until a day. */
export type Extension =
  | { readonly by: 'letter'; readonly on: Day }
  | { readonly by: 'consent'; readonly on: Day; readonly until: Day }

/** From the first day on which it stands still to the day on which it runs again; null: still standing. */
export type Pause = { readonly ground: PauseGround; readonly from: Day; readonly to: Day | null }

export type Clock = {
  readonly rule: TermRule
  readonly start: Start
  readonly extensions: readonly Extension[]
  readonly pauses: readonly Pause[]
  readonly metAt: Date | null
}

export const clockStates = ['running', 'paused', 'extended', 'met', 'missed'] as const
export type ClockState = (typeof clockStates)[number]

export type ClockView = {
  readonly state: ClockState
  readonly due: Due
  /** After the strict date: still in time by law, late for ourselves. Of a clock that was met: that it was met after it. */
  readonly strictPassed: boolean
  /** Met, but after the last date. */
  readonly metLate: boolean
  /** How much of the way to the strict date has passed, from 0; above 1 once it lies behind. */
  readonly share: number
}

/** A term in hours needs the time of its start. */
export class TimeNeeded extends Error {
  override readonly name = 'TimeNeeded'
}

export const startClock = (rule: TermRule, start: Start): Clock => ({
  rule,
  start,
  extensions: [],
  pauses: [],
  metAt: null,
})

/** When a term ends that nothing happened to. Throws `TimeNeeded` for hours from a day. */
export function dueOf(rule: TermRule, start: Start, calendar: Calendar): Due {
  return endOf(rule.term, rule.roll, start, calendar, 0)
}

function endOf(term: Term, roll: Roll, start: Start, { timeZone, closed }: Calendar, added: number): Due {
  const { unit, amount } = term
  if (unit === 'hour') {
    if (start.kind === 'day') throw new TimeNeeded()
    const end = hoursAfter(start.at, amount)
    return { kind: 'instant', strict: end, latest: end }
  }
  return { kind: 'day', ...daysAfter(dayOf(start, timeZone), { unit, amount }, { roll, closed, added }) }
}

const dayOf = (start: Start, timeZone: string): Day => (start.kind === 'day' ? start.day : dayIn(start.at, timeZone))

/** When it is due with all that happened to it up to a moment; while it stands still the end moves along. */
export function dueNow(clock: Clock, now: Date, calendar: Calendar): Due {
  const { rule, start, extensions } = clock
  const letter = extensions.some(({ by }) => by === 'letter') ? letterRule(rule) : undefined
  const added = stoodStill(clock, dayIn(now, calendar.timeZone))
  const { term, roll } = letter === undefined ? rule : { term: letter.to, roll: letter.roll }
  const due = endOf(term, roll, start, calendar, added)
  const agreed = extensions
    .flatMap((one) => (one.by === 'consent' ? [one.until] : []))
    .sort()
    .at(-1)
  return due.kind === 'day' && agreed !== undefined && agreed > due.strict
    ? { kind: 'day', strict: agreed, latest: agreed > due.latest ? agreed : due.latest }
    : due
}

const letterRule = ({ extensions }: TermRule) =>
  extensions.find((one): one is Extract<ExtensionRule, { by: 'letter' }> => one.by === 'letter')

function stoodStill({ pauses }: Clock, today: Day): number {
  return pauses.reduce((sum, { from, to }) => sum + Math.max(0, daysBetween(from, to ?? today)), 0)
}

/** What a clock shows at a moment. A term ends with the last hour of its last day, where the organisation is. */
export function clockAt(clock: Clock, now: Date, calendar: Calendar): ClockView {
  const at = clock.metAt ?? now
  const due = dueNow(clock, at, calendar)
  const strictPassed = isPast(due, 'strict', at, calendar)
  const late = isPast(due, 'latest', at, calendar)
  return {
    state: stateOf(clock, late),
    due,
    strictPassed,
    metLate: clock.metAt !== null && late,
    share: shareOf(clock.start, due, at, calendar),
  }
}

function stateOf({ metAt, pauses, extensions }: Clock, late: boolean): ClockState {
  if (metAt !== null) return 'met'
  if (pauses.some(({ to }) => to === null)) return 'paused'
  if (late) return 'missed'
  return extensions.length > 0 ? 'extended' : 'running'
}

function isPast(due: Due, which: 'strict' | 'latest', at: Date, { timeZone }: Calendar): boolean {
  return due.kind === 'instant' ? at > due[which] : dayIn(at, timeZone) > due[which]
}

function shareOf(start: Start, due: Due, at: Date, { timeZone }: Calendar): number {
  if (due.kind === 'instant') {
    const from = start.kind === 'instant' ? start.at.getTime() : due.strict.getTime()
    return ratio(at.getTime() - from, due.strict.getTime() - from)
  }
  const from = dayOf(start, timeZone)
  return ratio(daysBetween(from, dayIn(at, timeZone)), daysBetween(from, due.strict))
}

const ratio = (passed: number, whole: number): number => (whole <= 0 ? 1 : Math.max(0, passed / whole))

export type ClockRefusal =
  | 'clock_met'
  | 'no_extension'
  | 'extended_already'
  | 'extension_late'
  | 'letter_first'
  | 'until_not_later'
  | 'no_pause'
  | 'paused_already'
  | 'not_paused'
  | 'before_start'

export type Changed = { readonly ok: true; readonly clock: Clock } | { readonly ok: false; readonly code: ClockRefusal }
const refuse = (code: ClockRefusal): Changed => ({ ok: false, code })

/**
 * More time, on a day. A letter goes out while the first term still runs (GDPR 12(3): "within one month of receipt"); its reasons are
 * kept with the case. Consent comes after the letter, where the law has one, and before the term has ended.
 */
export function extendClock(clock: Clock, extension: Extension, calendar: Calendar): Changed {
  if (clock.metAt !== null) return refuse('clock_met')
  const rule = clock.rule.extensions.find(({ by }) => by === extension.by)
  if (rule === undefined) return refuse('no_extension')
  const sent = clock.extensions.some(({ by }) => by === 'letter')
  if (extension.by === 'letter' && sent) return refuse('extended_already')
  if (extension.by === 'consent' && letterRule(clock.rule) !== undefined && !sent) return refuse('letter_first')
  const { due } = clockAt(clock, noon(extension.on), calendar)
  if (due.kind === 'instant') return refuse('no_extension')
  if (extension.on < dayOf(clock.start, calendar.timeZone)) return refuse('before_start')
  if (extension.on > due.latest) return refuse('extension_late')
  if (extension.by === 'consent' && extension.until <= due.strict) return refuse('until_not_later')
  return { ok: true, clock: { ...clock, extensions: [...clock.extensions, extension] } }
}

const noon = (day: Day): Date => new Date(`${day}T12:00:00Z`)

/** Stands still from a day on, for the one reason that its law gives. */
export function pauseClock(clock: Clock, ground: PauseGround, from: Day, calendar: Calendar): Changed {
  if (clock.metAt !== null) return refuse('clock_met')
  if (clock.rule.pause !== ground) return refuse('no_pause')
  if (clock.pauses.some(({ to }) => to === null)) return refuse('paused_already')
  const last = clock.pauses.at(-1)?.to ?? dayOf(clock.start, calendar.timeZone)
  if (from < last) return refuse('before_start')
  return { ok: true, clock: { ...clock, pauses: [...clock.pauses, { ground, from, to: null }] } }
}

/** Runs again from a day on. */
export function resumeClock(clock: Clock, to: Day): Changed {
  const open = clock.pauses.findIndex((pause) => pause.to === null)
  if (open === -1) return refuse('not_paused')
  if (to < clock.pauses[open]!.from) return refuse('before_start')
  return { ok: true, clock: { ...clock, pauses: clock.pauses.map((one, i) => (i === open ? { ...one, to } : one)) } }
}

/** Done at a moment; a clock that stood still runs to that day. */
export function meetClock(clock: Clock, at: Date, calendar: Calendar): Changed {
  if (clock.metAt !== null) return refuse('clock_met')
  const day = dayIn(at, calendar.timeZone)
  if (day < dayOf(clock.start, calendar.timeZone)) return refuse('before_start')
  const pauses = clock.pauses.map((pause) => (pause.to === null ? { ...pause, to: day } : pause))
  return { ok: true, clock: { ...clock, pauses, metAt: at } }
}

/** Shares of the way to the strict date at which the owner is reminded. */
export const reminderShares = [0.5, 0.8, 0.95] as const

/** The highest reminder that is due; null: none yet, or nothing left to remind of. */
export function reminderOf({ state, share }: ClockView): (typeof reminderShares)[number] | null {
  if (state === 'met' || state === 'paused') return null
  return reminderShares.findLast((one) => share >= one) ?? null
}
