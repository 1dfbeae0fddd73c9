/** Rows of contests, and what is kept with them. What customers wrote is sealed under their key. */
import { dayIn } from '../../deadlines/index.ts'
import type { Row, Tx } from '../../platform/database.ts'
import { ApiError } from '../../platform/http.ts'
import { type Key, openJson } from '../../vault/index.ts'
import { clockStanding } from '../cases/clock.ts'
import { type CaseRow, calendarOf, clocksOf, readCase } from '../cases/io/store.ts'
import { type ContestStep, type Freeze, stepOf } from '../contest.ts'
import type { DecisionRules } from '../contract.ts'
import { tenantOf } from './event.ts'

export const contestPlace = (tenant: string, contest: string): string[] => ['contest', 'sealed', tenant, contest]

/** What is sealed of a contest: the customer's words, and the organisation's own numbers of what its system did. */
export type ContestSealed = {
  readonly words: string | null
  readonly references?: Readonly<Partial<Record<Confirmed, string>>>
}
export type Confirmed = 'held' | 'released' | 'changed'

export type ContestRow = Row & {
  contest_id: string
  client_id: string
  decision_id: string
  subject_id: string
  system_id: string
  asked_at: Date
  state: 'open' | 'answered' | 'withdrawn' | 'ended'
  answered_at: Date | null
  review_id: string | null
  record: string
  sealed: Buffer | null
  effect: Freeze | null
  frozen_at: Date | null
  hold_until: Date | null
  explained_at: Date | null
  read_by: string | null
  read_at: Date | null
  applied_at: Date | null
  waited_for: string | null
  verdict: 'confirmed' | 'changed' | null
  freeze: DecisionRules['freeze'] | null
}

const selected = `select c.*, d.system_id, s.decisions -> 'freeze' as freeze,
    (select r.verdict from decision_review r where r.tenant_id = c.tenant_id and r.review_id = c.review_id) as verdict
  from contest c join decision d on d.tenant_id = c.tenant_id and d.decision_id = c.decision_id
  left join ai_system s on s.tenant_id = d.tenant_id and s.system_id = d.system_id`

/** The last contest of a decision; `lock`: held until the transaction ends. */
export async function lastContest(tx: Tx, decision: string, lock = false): Promise<ContestRow | undefined> {
  const { rows } = await tx.query<ContestRow>(
    `${selected} where c.tenant_id = $1 and c.decision_id = $2 order by c.asked_at desc, c.contest_id desc limit 1 ${lock ? 'for update of c' : ''}`,
    [tenantOf(tx), decision],
  )
  return rows[0]
}

export async function contestById(tx: Tx, id: string, lock = false): Promise<ContestRow | undefined> {
  const { rows } = await tx.query<ContestRow>(
    `${selected} where c.tenant_id = $1 and c.contest_id = $2 ${lock ? 'for update of c' : ''}`,
    [tenantOf(tx), id],
  )
  return rows[0]
}

/** Which contest of a decision is open, held until the transaction ends. Errors: `contest_unknown` (404), `contest_not_now` (409). */
export async function openContest(tx: Tx, decision: string): Promise<ContestRow> {
  const row = await lastContest(tx, decision, true)
  if (row === undefined) throw new ApiError(404, 'contest_unknown')
  if (row.state !== 'open') throw new ApiError(409, 'contest_not_now')
  return row
}

export const standingOf = (row: ContestRow): ContestStep =>
  stepOf({ state: row.state, readBy: row.read_by, verdict: row.verdict })

/** Undefined: without a key, or gone. */
export const sealedOf = (tx: Tx, row: ContestRow, key: Key | undefined): ContestSealed | undefined =>
  key === undefined || row.sealed === null
    ? undefined
    : (openJson(key, contestPlace(tenantOf(tx), row.contest_id), row.sealed) as ContestSealed)

/** A contest from before there were cases has none. */
export async function caseOf(tx: Tx, contest: string): Promise<CaseRow | undefined> {
  try {
    return await readCase(tx, contest)
  } catch (error) {
    if (error instanceof ApiError && error.code === 'case_unknown') return undefined
    throw error
  }
}

/** The strict day by which the customer was promised the outcome, and whether it has passed; null: no promise was made. */
export async function promised(
  tx: Tx,
  row: CaseRow,
  now: Date,
): Promise<{ readonly day: string; readonly passed: boolean } | null> {
  const calendar = await calendarOf(tx, row.client_id)
  const decide = (await clocksOf(tx, row.case_id)).find(({ clock }) => clock === 'decide')
  if (decide === undefined) return null
  const { strictAt } = clockStanding(decide, now, calendar)
  return { day: dayIn(strictAt, calendar.timeZone), passed: now > strictAt }
}
