/** Cases: opened, their terms moved, given to somebody, closed. What a kind of case does with it stands with that kind. */
import type { Act } from '../../../access/index.ts'
import {
  type Calendar,
  type ClockRefusal,
  type Day,
  dayIn,
  type Extension,
  extendClock,
  meetClock,
  type PauseGround,
  pauseClock,
  resumeClock,
  type TermRuleId,
} from '../../../deadlines/index.ts'
import type { Row, Tx } from '../../../platform/database.ts'
import { ApiError } from '../../../platform/http.ts'
import type { ClientProfile } from '../../contract.ts'
import { tenantOf } from '../../io/event.ts'
import { type CaseKind, referenceFrom } from '../case.ts'
import {
  type ClockName,
  caseStanding,
  clockOf,
  clockStanding,
  isOpen,
  keptFrom,
  newClock,
  type StoredClock,
  type StoredClockState,
} from '../clock.ts'
import { NO_TERM } from '../work.ts'

export type CaseRow = Row & {
  case_id: string
  client_id: string
  kind: CaseKind
  reference: string
  subject_id: string
  conversation_id: string | null
  decision_id: string | null
  system_id: string | null
  version_id: string | null
  via: string
  language: 'nl' | 'en'
  state: string
  next_act: string | null
  owner: string | null
  opened_at: Date
  closed_at: Date | null
  rule: TermRuleId | null
  clock_state: StoredClockState | null
  strict_at: Date | null
  latest_at: Date | null
  reminded: number
  escalated_at: Date | null
  revision: number
  record: string
}

/** Where a client is, and the days on which its office is shut. Errors: `client_unknown` (404). */
export async function calendarOf(tx: Tx, client: string): Promise<Calendar> {
  const { rows } = await tx.query<{ profile: ClientProfile }>(
    'select profile from client where tenant_id = $1 and client_id = $2',
    [tenantOf(tx), client],
  )
  if (rows[0] === undefined) throw new ApiError(404, 'client_unknown')
  const { handoff, closedDays } = rows[0].profile
  return { timeZone: handoff.timezone, closed: new Set(closedDays ?? []) }
}

export type NewCase = {
  readonly id: string
  readonly kind: CaseKind
  readonly client: string
  readonly subject: string
  readonly conversation: string | null
  readonly decision: string | null
  readonly system: string | null
  readonly version: string | null
  readonly via: 'portal' | 'staff' | 'email' | 'api'
  readonly language: 'nl' | 'en'
  readonly state: string
  readonly nextAct: string | null
  readonly owner?: string | null
  /** When it came in: its terms run from then. */
  readonly openedAt: Date
  readonly clocks: readonly { readonly clock: ClockName; readonly rule: TermRuleId }[]
  /** The ledger entry that says so. */
  readonly record: string
}

/** Opens a case with its terms; the entry is the kind's own. Returns the number that people say, and the terms. */
export async function openCase(
  tx: Tx,
  given: NewCase,
  { now, ids }: Act,
): Promise<{ readonly reference: string; readonly clocks: readonly StoredClock[] }> {
  const calendar = await calendarOf(tx, given.client)
  const clocks = given.clocks.map(({ clock, rule }) => newClock(clock, rule, given.openedAt, calendar))
  const year = Number(dayIn(given.openedAt, calendar.timeZone).slice(0, 4))
  // Six digits fill up: another id gives another number.
  for (let id = given.id, tries = 0; tries < 50; id = ids.next(), tries++) {
    const reference = referenceFrom(given.kind, year, id)
    const { rowCount } = await tx.query(
      `insert into case_record (tenant_id, client_id, case_id, kind, reference, subject_id, conversation_id, decision_id, system_id, version_id, via, language, state, next_act, owner, opened_at, due_at, record)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18) on conflict (tenant_id, reference) do nothing`,
      [
        tenantOf(tx),
        given.client,
        given.id,
        given.kind,
        reference,
        given.subject,
        given.conversation,
        given.decision,
        given.system,
        given.version,
        given.via,
        given.language,
        given.state,
        given.nextAct,
        given.owner ?? null,
        given.openedAt,
        NO_TERM,
        given.record,
      ],
    )
    if (rowCount === 0) continue
    for (const clock of clocks) await writeClock(tx, given, clock, now, calendar)
    await restand(tx, given.id, clocks, now, calendar)
    return { reference, clocks }
  }
  throw new Error('no free number for a case')
}

async function writeClock(
  tx: Tx,
  { client, id }: { readonly client: string; readonly id: string },
  clock: StoredClock,
  now: Date,
  calendar: Calendar,
): Promise<void> {
  const { state, strictAt, latestAt } = clockStanding(clock, now, calendar)
  await tx.query(
    `insert into case_clock (tenant_id, client_id, case_id, clock, rule, started_at, started_on, extensions, pauses, met_at, dropped_at, strict_at, latest_at, state)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
     on conflict (tenant_id, case_id, clock) do update set rule = excluded.rule, started_at = excluded.started_at, started_on = excluded.started_on, extensions = excluded.extensions,
       pauses = excluded.pauses, met_at = excluded.met_at, dropped_at = excluded.dropped_at, strict_at = excluded.strict_at, latest_at = excluded.latest_at, state = excluded.state`,
    [
      tenantOf(tx),
      client,
      id,
      clock.clock,
      clock.rule,
      clock.startedAt,
      clock.startedOn,
      JSON.stringify(clock.extensions),
      JSON.stringify(clock.pauses),
      clock.metAt,
      clock.droppedAt,
      strictAt,
      latestAt,
      state,
    ],
  )
}

/** Writes what the list shows of the terms. A new soonest term begins its reminders anew. */
async function restand(
  tx: Tx,
  id: string,
  clocks: readonly StoredClock[],
  now: Date,
  calendar: Calendar,
): Promise<void> {
  const { soonest, lookAt } = caseStanding(clocks, now, calendar)
  await tx.query(
    `update case_record set rule = $3, clock_state = $4, strict_at = $5, latest_at = $6, due_at = $7, look_at = case when closed_at is null then $8::timestamptz end,
       reminded = case when rule is distinct from $3 or strict_at is distinct from $5 then 0 else reminded end,
       escalated_at = case when rule is distinct from $3 or strict_at is distinct from $5 then null else escalated_at end
     where tenant_id = $1 and case_id = $2`,
    [
      tenantOf(tx),
      id,
      soonest?.rule ?? null,
      soonest?.state ?? null,
      soonest?.strictAt ?? null,
      soonest?.latestAt ?? null,
      soonest?.strictAt ?? NO_TERM,
      lookAt,
    ],
  )
}

type ClockRow = {
  clock: ClockName
  rule: TermRuleId
  started_at: Date
  started_on: string
  extensions: StoredClock['extensions']
  pauses: StoredClock['pauses']
  met_at: Date | null
  dropped_at: Date | null
}

const clockFrom = (row: ClockRow): StoredClock => ({
  clock: row.clock,
  rule: row.rule,
  startedAt: row.started_at,
  startedOn: row.started_on,
  extensions: row.extensions,
  pauses: row.pauses,
  metAt: row.met_at,
  droppedAt: row.dropped_at,
})

export async function clocksOf(tx: Tx, id: string): Promise<StoredClock[]> {
  const { rows } = await tx.query<ClockRow>(
    `select clock, rule, started_at, started_on::text as started_on, extensions, pauses, met_at, dropped_at from case_clock
     where tenant_id = $1 and case_id = $2 order by started_at, clock`,
    [tenantOf(tx), id],
  )
  return rows.map(clockFrom)
}

/** The case, held until the transaction ends. Errors: `case_unknown` (404; also one outside the scope). */
export async function lockCase(tx: Tx, id: string): Promise<CaseRow> {
  const { rows } = await tx.query<CaseRow>(
    'select * from case_record where tenant_id = $1 and case_id = $2 for update',
    [tenantOf(tx), id],
  )
  if (rows[0] === undefined) throw new ApiError(404, 'case_unknown')
  return rows[0]
}

/** The same by the number that people say; undefined: there is none in scope. */
export async function caseByReference(tx: Tx, reference: string): Promise<CaseRow | undefined> {
  const { rows } = await tx.query<CaseRow>('select * from case_record where tenant_id = $1 and reference = $2', [
    tenantOf(tx),
    reference,
  ])
  return rows[0]
}

export async function readCase(tx: Tx, id: string): Promise<CaseRow> {
  const { rows } = await tx.query<CaseRow>('select * from case_record where tenant_id = $1 and case_id = $2', [
    tenantOf(tx),
    id,
  ])
  if (rows[0] === undefined) throw new ApiError(404, 'case_unknown')
  return rows[0]
}

export type ClockAct =
  | { readonly act: 'meet'; readonly clock: ClockName }
  | { readonly act: 'extend'; readonly clock: ClockName; readonly extension: Extension }
  | { readonly act: 'pause'; readonly clock: ClockName; readonly ground: PauseGround; readonly from: Day }
  | { readonly act: 'resume'; readonly clock: ClockName; readonly to: Day }
  | { readonly act: 'begin'; readonly clock: ClockName; readonly rule: TermRuleId }
  /** What still runs ends unmet: withdrawn, handed over. */
  | { readonly act: 'drop' }

export type CaseChange = {
  readonly state?: string
  readonly nextAct?: string | null
  readonly owner?: string | null
  readonly closed?: boolean
  /** A conversation or decision that it turned out to be about. */
  readonly conversation?: string
  readonly decision?: string
  readonly system?: string
  readonly version?: string
  readonly clocks?: readonly ClockAct[]
}

/** Moves a case and its terms on. `row` was locked in this transaction. Errors: those of the clock, under their own code (409). */
export async function changeCase(tx: Tx, row: CaseRow, change: CaseChange, now: Date): Promise<StoredClock[]> {
  const id = row.case_id
  const calendar = await calendarOf(tx, row.client_id)
  let clocks = await clocksOf(tx, id)
  for (const one of change.clocks ?? []) clocks = movedClocks(clocks, one, now, calendar)
  if (change.closed) clocks = movedClocks(clocks, { act: 'drop' }, now, calendar)
  const set = (value: unknown, otherwise: unknown) => (value === undefined ? otherwise : value)
  await tx.query(
    `update case_record set state = $3, next_act = $4, owner = $5, closed_at = $6, conversation_id = $7, decision_id = $8, system_id = $9, version_id = $10, revision = revision + 1
     where tenant_id = $1 and case_id = $2`,
    [
      tenantOf(tx),
      id,
      set(change.state, row.state),
      set(change.nextAct, row.next_act),
      set(change.owner, row.owner),
      change.closed === undefined ? row.closed_at : change.closed ? now : null,
      set(change.conversation, row.conversation_id),
      set(change.decision, row.decision_id),
      set(change.system, row.system_id),
      set(change.version, row.version_id),
    ],
  )
  for (const clock of clocks) await writeClock(tx, { client: row.client_id, id }, clock, now, calendar)
  await restand(tx, id, clocks, now, calendar)
  return clocks
}

function movedClocks(clocks: readonly StoredClock[], act: ClockAct, now: Date, calendar: Calendar): StoredClock[] {
  if (act.act === 'begin')
    return [...clocks.filter(({ clock }) => clock !== act.clock), newClock(act.clock, act.rule, now, calendar)]
  if (act.act === 'drop')
    return clocks.map((one) =>
      isOpen(clockStanding(one, now, calendar).state) && one.droppedAt === null ? { ...one, droppedAt: now } : one,
    )
  return clocks.map((one) => {
    if (one.clock !== act.clock || one.droppedAt !== null) return one
    // Met twice is met once: an acknowledgement and an answer may be the same letter.
    if (act.act === 'meet' && one.metAt !== null) return one
    const changed = afterAct(one, act, now, calendar)
    if (!changed.ok) throw clockRefused(changed.code)
    return keptFrom(one, changed.clock)
  })
}

function afterAct(
  stored: StoredClock,
  act: Exclude<ClockAct, { act: 'begin' | 'drop' }>,
  now: Date,
  calendar: Calendar,
) {
  const clock = clockOf(stored)
  switch (act.act) {
    case 'meet':
      return meetClock(clock, now, calendar)
    case 'extend':
      return extendClock(clock, act.extension, calendar)
    case 'pause':
      return pauseClock(clock, act.ground, act.from, calendar)
    case 'resume':
      return resumeClock(clock, act.to)
  }
}

/** The terms of a case as they stand now, written to the list and to each of them. */
export async function rewriteStanding(
  tx: Tx,
  { case_id, client_id }: Pick<CaseRow, 'case_id' | 'client_id'>,
  clocks: readonly StoredClock[],
  now: Date,
  calendar: Calendar,
): Promise<void> {
  for (const clock of clocks)
    if (clock.metAt === null && clock.droppedAt === null)
      await writeClock(tx, { client: client_id, id: case_id }, clock, now, calendar)
  await restand(tx, case_id, clocks, now, calendar)
}

export const clockRefused = (code: ClockRefusal): ApiError => new ApiError(409, `clock_${code}`)
