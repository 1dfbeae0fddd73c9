/** When an audit is to be measured again. */

const DAY_MS = 86_400_000
/** An audit that is due within so many days is shown as due. */
export const SOON_DAYS = 14

export type Schedule = {
  readonly intervalDays: number | null
  readonly plannedAt: Date
  /** The start of the last reading that was completed. */
  readonly lastAt: Date | null
}

/** The moment from which it is due: at once when it was never measured; undefined for one that is measured once and was. */
export function dueAt({ intervalDays, plannedAt, lastAt }: Schedule): Date | undefined {
  if (lastAt === null) return plannedAt
  return intervalDays === null ? undefined : new Date(lastAt.getTime() + intervalDays * DAY_MS)
}

export type DueState = 'due' | 'soon' | 'later' | 'none'

export function dueState(schedule: Schedule, now: Date): DueState {
  const at = dueAt(schedule)
  if (at === undefined) return 'none'
  const left = at.getTime() - now.getTime()
  return left <= 0 ? 'due' : left <= SOON_DAYS * DAY_MS ? 'soon' : 'later'
}
