/**
 * The one work list: everything with a clock of its own. Cases are most of it; customers who wait for a person and data breaches stand
 * between them, each in its own table and with its own pages.
 */
import { reminderShares } from '../../deadlines/index.ts'
import type { Role } from '../../platform/http.ts'
import { type CaseKind, caseKinds, caseReaders } from './case.ts'

export const workKinds = [...caseKinds, 'hand_off', 'breach'] as const
export type WorkKind = (typeof workKinds)[number]

export const isCaseKind = (kind: WorkKind): kind is CaseKind => (caseKinds as readonly WorkKind[]).includes(kind)

/** What a source asks of the database: the placeholders of the organisation and of the moment, and whether what is over is meant. */
export type WorkPart = { readonly tenant: string; readonly now: string; readonly closed: boolean }

/**
 * Where lines of the list come from. `sql` is one select over rows in scope, open or over, with the columns `workColumns`; it has to be
 * plain enough (no grouping, no limit) that conditions and the order of the list reach its indexes.
 */
export type WorkSource = {
  readonly kinds: readonly WorkKind[]
  /** Who sees its lines. */
  readonly readers: readonly Role[]
  readonly sql: (part: WorkPart) => string
}

export const workColumns =
  'kind, id, reference, client_id, system_id, state, next_act, owner, opened_at, closed_at, rule, clock_state, strict_at, latest_at, due_at, reminded, escalated_at'

/** Sorts behind every term: an open line on which nothing ends. */
export const NO_TERM = new Date('9999-12-31T00:00:00Z')

export const caseSource: WorkSource = {
  kinds: caseKinds,
  readers: caseReaders,
  sql: ({ tenant, closed }) =>
    `select kind, case_id as id, reference, client_id, system_id, state, next_act, owner, opened_at, closed_at, rule, clock_state, strict_at, latest_at, due_at, reminded, escalated_at
     from case_record where tenant_id = ${tenant} and closed_at is ${closed ? 'not null' : 'null'}`,
}

/** The highest reminder that is due of a term from `from` to `to`; 0: none yet. The same shares as of every clock. */
export function reminderBetween(from: Date, to: Date, now: Date): number {
  const length = to.getTime() - from.getTime()
  const share = length <= 0 ? 1 : (now.getTime() - from.getTime()) / length
  return reminderShares.findLast((one) => share >= one) ?? 0
}

export type TermNews = { readonly remind: number | undefined; readonly miss: boolean; readonly escalate: boolean }

/**
 * What is to be said now of one term that was not met: a higher reminder than before, that it passed, and, from 95 % of the way or when
 * it has passed, that somebody above hears of it. Each once.
 */
export function termNews(
  term: { readonly from: Date; readonly to: Date },
  told: { readonly reminded: number; readonly missed: boolean; readonly escalated: boolean },
  now: Date,
): TermNews {
  const share = reminderBetween(term.from, term.to, now)
  const passed = now > term.to
  return {
    remind: share > told.reminded ? share : undefined,
    miss: passed && !told.missed,
    escalate: (passed || share >= 0.95) && !told.escalated,
  }
}
