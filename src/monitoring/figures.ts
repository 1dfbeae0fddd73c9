/** What answers come to: shares and means with their intervals and numbers, and nothing where too few answered. */
import { meanInterval, momentsOf, wilson } from '../statistics/index.ts'
import { FEWEST_ANSWERS, type FeedbackFigures } from './contract.ts'

/** How many of 1, 2, 3, 4 and 5. */
export type Scores = readonly [number, number, number, number, number]

/** Counts of conversations that are alike in week, system, channel and language. */
export type FeedbackCell = {
  /** The Monday of the week in which the contact began. */
  readonly week: string
  readonly system: string | null
  readonly channel: string
  readonly language: string
  /** A link was made. */
  readonly asked: number
  /** A link was made and there is an answer. */
  readonly answered: number
  /** There is an answer, and no link was made. */
  readonly unasked: number
  readonly fair: Scores
  readonly clear: Scores
  readonly yes: number
  readonly no: number
  readonly notSure: number
}

type Sum = Omit<FeedbackCell, 'week' | 'system' | 'channel' | 'language'>
const nothing: Sum = {
  asked: 0,
  answered: 0,
  unasked: 0,
  fair: [0, 0, 0, 0, 0],
  clear: [0, 0, 0, 0, 0],
  yes: 0,
  no: 0,
  notSure: 0,
}

const plus = (a: Scores, b: Scores): Scores => [a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3], a[4] + b[4]]

const add = (sum: Sum, cell: Sum): Sum => ({
  asked: sum.asked + cell.asked,
  answered: sum.answered + cell.answered,
  unasked: sum.unasked + cell.unasked,
  fair: plus(sum.fair, cell.fair),
  clear: plus(sum.clear, cell.clear),
  yes: sum.yes + cell.yes,
  no: sum.no + cell.no,
  notSure: sum.notSure + cell.notSure,
})

/**
 * The figures of these cells. Who did not answer is counted in the response; a figure over fewer than `FEWEST_ANSWERS` is null: it
 * could say nothing, and might be about a person somebody knows.
 */
export function figuresOf(cells: readonly FeedbackCell[]): FeedbackFigures {
  const { asked, answered, unasked, fair, clear, yes, no, notSure } = cells.reduce(add, nothing)
  const n = yes + no + notSure
  return {
    asked,
    answered,
    unasked,
    // The number that was asked is what the share stands on, so the limit is on that.
    response: asked < FEWEST_ANSWERS ? null : shareOf(answered, asked),
    fair: meanOf(fair),
    clear: meanOf(clear),
    knewAi: {
      n,
      value: n < FEWEST_ANSWERS ? null : shareOf(yes, n),
      split: n < FEWEST_ANSWERS ? null : { yes, no, notSure },
    },
  }
}

function shareOf(k: number, n: number): { share: number; low: number; high: number } | null {
  const interval = wilson({ k, n })
  return interval === undefined ? null : { share: k / n, low: interval[0], high: interval[1] }
}

function meanOf(scores: Scores): FeedbackFigures['fair'] {
  const moments = momentsOf(scores.map((count, i) => ({ value: i + 1, count })).filter(({ count }) => count > 0))
  if (moments.n < FEWEST_ANSWERS) return { n: moments.n, value: null }
  const interval = meanInterval(moments)
  // When everybody says the same, Student's interval is a point, which would be said more surely than it is known.
  const known = interval !== undefined && moments.squares > 0
  return {
    n: moments.n,
    value: {
      mean: moments.mean,
      // A mean of 1 to 5 lies between these, whatever the approximation says.
      low: known ? Math.max(1, interval[0]) : null,
      high: known ? Math.min(5, interval[1]) : null,
    },
  }
}

/** One line for each name, the most asked first. */
export function figuresBy(
  cells: readonly FeedbackCell[],
  nameOf: (cell: FeedbackCell) => string,
): (FeedbackFigures & { name: string })[] {
  return [...Map.groupBy(cells, nameOf)]
    .map(([name, own]) => ({ name, ...figuresOf(own) }))
    .toSorted((a, b) => b.asked - a.asked || b.unasked - a.unasked || (a.name < b.name ? -1 : 1))
}

/** One line for each week from the first to the last, also of weeks in which nobody was asked; the oldest first. */
export function figuresByWeek(
  cells: readonly FeedbackCell[],
  { from, until }: { readonly from: string; readonly until: string },
): (FeedbackFigures & { week: string })[] {
  const byWeek = Map.groupBy(cells, ({ week }) => week)
  return weeksBetween(from, until).map((week) => ({ week, ...figuresOf(byWeek.get(week) ?? []) }))
}

const DAY_MS = 86_400_000
const atNoon = (day: string) => new Date(`${day}T12:00:00Z`)
const dayOf = (at: Date) => at.toISOString().slice(0, 10)

/** The Monday of the week of a day. */
export function mondayOf(day: string): string {
  const at = atNoon(day)
  return dayOf(new Date(at.getTime() - ((at.getUTCDay() + 6) % 7) * DAY_MS))
}

export function weeksBetween(from: string, until: string): string[] {
  const last = mondayOf(until)
  const weeks: string[] = []
  for (let week = mondayOf(from); week <= last; week = dayOf(new Date(atNoon(week).getTime() + 7 * DAY_MS)))
    weeks.push(week)
  return weeks
}

/** `days` days before a day. */
export const daysBefore = (day: string, days: number): string => dayOf(new Date(atNoon(day).getTime() - days * DAY_MS))

/** The day in the Netherlands. */
export const dutchDay = (at: Date): string =>
  new Intl.DateTimeFormat('en-CA', {
    timeZone: 'Europe/Amsterdam',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).format(at)
