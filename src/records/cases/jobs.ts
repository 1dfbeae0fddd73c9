/** Time passes: reminders, terms that end, and whom to tell. Runs every minute, in any process, and may run twice. */
import type { Act } from '../../access/index.ts'
import type { Calendar } from '../../deadlines/index.ts'
import type { Database, Tx } from '../../platform/database.ts'
import { recordEvent, tenantOf } from '../io/event.ts'
import { escalateTo } from './case.ts'
import { caseStanding, type StoredClock } from './clock.ts'
import { type CaseRow, calendarOf, clocksOf, rewriteStanding } from './io/store.ts'

const job = { kind: 'job', id: 'cases-kept' } as const
const BATCH = 500

export type Kept = {
  readonly looked: number
  readonly reminded: number
  readonly passed: number
  readonly escalated: number
}

/** Looks at every case of which a moment has come. Returns what was put on record. */
export async function keepCases(database: Database, act: () => Act): Promise<Kept> {
  const total = { looked: 0, reminded: 0, passed: 0, escalated: 0 }
  const tenants = await database.inTx({ tenant: '*', clients: '*', actor: job }, async (tx) => {
    const { rows } = await tx.query<{ tenant_id: string }>(
      'select distinct tenant_id from case_record where look_at <= $1',
      [act().now],
    )
    return rows.map((row) => row.tenant_id)
  })
  for (const tenant of tenants)
    for (let more = true; more; ) {
      const kept = await database.inTx({ tenant, clients: '*', actor: job }, (tx) => keepBatch(tx, act()))
      total.looked += kept.looked
      total.reminded += kept.reminded
      total.passed += kept.passed
      total.escalated += kept.escalated
      more = kept.looked === BATCH
    }
  return total
}

async function keepBatch(tx: Tx, act: Act): Promise<Kept> {
  const { rows } = await tx.query<CaseRow & { reminded: number; escalated_at: Date | null }>(
    `select * from case_record where tenant_id = $1 and look_at <= $2 and closed_at is null order by look_at limit ${BATCH} for update skip locked`,
    [tenantOf(tx), act.now],
  )
  const calendars = new Map<string, Calendar>()
  const kept = { looked: rows.length, reminded: 0, passed: 0, escalated: 0 }
  for (const row of rows) {
    const calendar = calendars.get(row.client_id) ?? (await calendarOf(tx, row.client_id))
    calendars.set(row.client_id, calendar)
    const did = await keepOne(tx, row, await clocksOf(tx, row.case_id), calendar, act)
    kept.reminded += did.reminded
    kept.passed += did.passed
    kept.escalated += did.escalated
  }
  return kept
}

type Looked = { readonly reminded: number; readonly passed: number; readonly escalated: number }

async function keepOne(
  tx: Tx,
  row: CaseRow & { reminded: number; escalated_at: Date | null },
  clocks: readonly StoredClock[],
  calendar: Calendar,
  act: Act,
): Promise<Looked> {
  const { soonest } = caseStanding(clocks, act.now, calendar)
  await rewriteStanding(tx, row, clocks, act.now, calendar)
  if (soonest === undefined) return { reminded: 0, passed: 0, escalated: 0 }
  const entry = (type: string, body: Record<string, string | number>) =>
    recordEvent(tx, act, {
      type,
      client: row.client_id,
      subject: row.subject_id,
      refs: { case: row.case_id },
      body: { kind: row.kind, rule: soonest.rule, ...body },
    })
  const passed = soonest.state === 'missed' && row.clock_state !== 'missed'
  const reminded = soonest.reminder > row.reminded
  // At 95 % of the way, or when it has passed, somebody above hears of it, once per term.
  const escalated = (soonest.reminder >= 0.95 || soonest.state === 'missed') && row.escalated_at === null
  if (reminded) await entry('case.reminded', { share: soonest.reminder })
  if (passed) await entry('case.missed', {})
  if (escalated) await entry('case.escalated', { role: escalateTo[row.kind] })
  if (reminded || escalated)
    await tx.query(
      `update case_record set reminded = greatest(reminded, $3), escalated_at = coalesce(escalated_at, $4) where tenant_id = $1 and case_id = $2`,
      [tenantOf(tx), row.case_id, soonest.reminder, escalated ? act.now : null],
    )
  return { reminded: Number(reminded), passed: Number(passed), escalated: Number(escalated) }
}

/** Counts every open term anew, whatever its next moment: after a change of rules, calendar or closing days. Returns how many cases. */
export async function recountCases(database: Database, tenant: string, act: () => Act): Promise<number> {
  let count = 0
  for (let after = ''; ; ) {
    const { cases, last } = await database.inTx({ tenant, clients: '*', actor: job }, (tx) =>
      recountBatch(tx, after, act().now),
    )
    count += cases
    if (last === undefined) return count
    after = last
  }
}

const RECOUNTED = 25_000

/** Times as milliseconds: a hundred thousand of them are read faster than as dates. */
type RecountRow = {
  case_id: string
  client_id: string
  revision: number
  rule: string | null
  clock_state: string | null
  strict: number | null
  latest: number | null
  look: number | null
  /** Null, and all after it: a case without a term. */
  clock: StoredClock['clock'] | null
  clock_rule: StoredClock['rule']
  started: number
  started_on: string
  extensions: StoredClock['extensions']
  pauses: StoredClock['pauses']
  met: number | null
  dropped: number | null
}
const ms = (column: string) => `(extract(epoch from ${column}) * 1000)::float8`

async function recountBatch(tx: Tx, after: string, now: Date): Promise<{ cases: number; last: string | undefined }> {
  const { rows } = await tx.query<RecountRow>(
    `with batch as (select * from case_record where tenant_id = $1 and closed_at is null and case_id > $2 order by case_id limit ${RECOUNTED})
     select c.case_id, c.client_id, c.revision, c.rule, c.clock_state, ${ms('c.strict_at')} as strict, ${ms('c.latest_at')} as latest, ${ms('c.look_at')} as look,
       k.clock, k.rule as clock_rule, ${ms('k.started_at')} as started, k.started_on::text as started_on, k.extensions, k.pauses, ${ms('k.met_at')} as met, ${ms('k.dropped_at')} as dropped
     from batch c left join case_clock k on k.tenant_id = c.tenant_id and k.case_id = c.case_id order by c.case_id, k.started_at, k.clock`,
    [tenantOf(tx), after],
  )
  const calendars = new Map<string, Calendar>()
  const changes: Change[] = []
  let cases = 0
  for (let from = 0; from < rows.length; ) {
    const first = rows[from]!
    let to = from + 1
    while (rows[to]?.case_id === first.case_id) to++
    const calendar = calendars.get(first.client_id) ?? (await calendarOf(tx, first.client_id))
    calendars.set(first.client_id, calendar)
    const change = changeOf(first, rows.slice(from, to).flatMap(storedFrom), now, calendar)
    if (change !== undefined) changes.push(change)
    cases++
    from = to
  }
  if (changes.length > 0) await writeChanges(tx, changes)
  return { cases, last: rows.at(-1)?.case_id }
}

type Change = {
  readonly id: string
  readonly revision: number
  readonly rule: string | null
  readonly state: string | null
  readonly strict: Date | null
  readonly latest: Date | null
  readonly look: Date | null
}

const dateOf = (at: number | null): Date | null => (at === null ? null : new Date(at))

const storedFrom = ({ clock, ...row }: RecountRow): readonly StoredClock[] =>
  clock === null
    ? []
    : [
        {
          clock,
          rule: row.clock_rule,
          startedAt: new Date(row.started),
          startedOn: row.started_on,
          extensions: row.extensions,
          pauses: row.pauses,
          metAt: dateOf(row.met),
          droppedAt: dateOf(row.dropped),
        },
      ]

/** Undefined: it stands there as it is. */
function changeOf(row: RecountRow, clocks: readonly StoredClock[], now: Date, calendar: Calendar): Change | undefined {
  const { soonest, lookAt } = caseStanding(clocks, now, calendar)
  const same = (kept: number | null, counted: Date | null | undefined) => kept === (counted?.getTime() ?? null)
  if (
    row.rule === (soonest?.rule ?? null) &&
    row.clock_state === (soonest?.state ?? null) &&
    same(row.strict, soonest?.strictAt) &&
    same(row.latest, soonest?.latestAt) &&
    same(row.look, lookAt)
  )
    return undefined
  return {
    id: row.case_id,
    revision: row.revision,
    rule: soonest?.rule ?? null,
    state: soonest?.state ?? null,
    strict: soonest?.strictAt ?? null,
    latest: soonest?.latestAt ?? null,
    look: lookAt,
  }
}

/**
 * What somebody changed since it was read was counted then, and is left alone. Nearly all of the time goes to the indexes that the list is
 * read by, four of which are in the order of the end: rows in that order go into them side by side. What a term of `case_clock` says of its
 * own end is not written here: nothing reads it, a case counts its terms from the acts that moved them.
 */
async function writeChanges(tx: Tx, changes: readonly Change[]): Promise<void> {
  const rows = changes.toSorted((a, b) => (a.strict?.getTime() ?? Infinity) - (b.strict?.getTime() ?? Infinity))
  await tx.query(
    `update case_record c set rule = n.rule, clock_state = n.state, strict_at = n.strict, latest_at = n.latest, due_at = coalesce(n.strict, '9999-12-31T00:00:00Z'), look_at = n.look
     from unnest($2::text[], $3::int[], $4::text[], $5::text[], $6::timestamptz[], $7::timestamptz[], $8::timestamptz[]) as n(id, revision, rule, state, strict, latest, look)
     where c.tenant_id = $1 and c.case_id = n.id and c.revision = n.revision`,
    [
      tenantOf(tx),
      rows.map(({ id }) => id),
      rows.map(({ revision }) => revision),
      rows.map(({ rule }) => rule),
      rows.map(({ state }) => state),
      rows.map(({ strict }) => strict),
      rows.map(({ latest }) => latest),
      rows.map(({ look }) => look),
    ],
  )
}
