/** Which days a list of feedback is about. */
import type { FeedbackQuery } from './contract.ts'
import { daysBefore, dutchDay, mondayOf, weeksBetween } from './figures.ts'

/** Weeks that are shown when nobody says otherwise, and at most. */
export const USUAL_WEEKS = 12
export const MOST_WEEKS = 105

export type DaysDecision =
  | { readonly days: { readonly from: string; readonly until: string } }
  | { readonly refused: 'period_order' | 'period_long'; readonly param: 'from' | 'until' }

/** What was left open: up to today, from a Monday that gives whole weeks. */
export function daysOf({ from, until }: Pick<FeedbackQuery, 'from' | 'until'>, now: Date): DaysDecision {
  const last = until ?? dutchDay(now)
  const first = from ?? mondayOf(daysBefore(last, 7 * (USUAL_WEEKS - 1)))
  if (first > last) return { refused: 'period_order', param: from === undefined ? 'until' : 'from' }
  // Looked at before the weeks are listed: a year of long ago would list very many.
  if (daysBefore(last, 7 * MOST_WEEKS) > first || weeksBetween(first, last).length > MOST_WEEKS)
    return { refused: 'period_long', param: 'from' }
  return { days: { from: first, until: last } }
}
