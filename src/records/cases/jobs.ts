/** Time passes: reminders, terms that end, and whom to tell. Runs every minute, in any process, and may run twice. */
import type { Act } from '../../access/index.ts'
import type { Calendar } from '../../deadlines/index.ts'
import type { Database, Tx } from '../../platform/database.ts'
import { recordEvent, tenantOf } from '../io/event.ts'
import { escalateTo } from './case.ts'
import { caseStanding, type StoredClock } from './clock.ts'
import { type CaseRow, calendarOf, clockFrom, clocksOf, rewriteStanding } from './io/store.ts'

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
    const last = await database.inTx({ tenant, clients: '*', actor: job }, async (tx) => {
      const { rows } = await tx.query<{ case_id: string; client_id: string; clocks: ClockJson[] }>(
        `select c.case_id, c.client_id, (select json_agg(json_build_object('clock', k.clock, 'rule', k.rule, 'started_at', k.started_at, 'started_on', k.started_on,
             'extensions', k.extensions, 'pauses', k.pauses, 'met_at', k.met_at, 'dropped_at', k.dropped_at)) from case_clock k where k.tenant_id = c.tenant_id and k.case_id = c.case_id) as clocks
         from case_record c where c.tenant_id = $1 and c.closed_at is null and c.case_id > $2 order by c.case_id limit 2000`,
        [tenant, after],
      )
      const calendars = new Map<string, Calendar>()
      const changes: {
        id: string
        rule: string | null
        state: string | null
        strict: Date | null
        latest: Date | null
        look: Date | null
      }[] = []
      for (const row of rows) {
        const calendar = calendars.get(row.client_id) ?? (await calendarOf(tx, row.client_id))
        calendars.set(row.client_id, calendar)
        const { soonest, lookAt } = caseStanding((row.clocks ?? []).map(clockFromJson), act().now, calendar)
        changes.push({
          id: row.case_id,
          rule: soonest?.rule ?? null,
          state: soonest?.state ?? null,
          strict: soonest?.strictAt ?? null,
          latest: soonest?.latestAt ?? null,
          look: lookAt,
        })
      }
      await tx.query(
        `update case_record c set rule = n.rule, clock_state = n.state, strict_at = n.strict, latest_at = n.latest, due_at = coalesce(n.strict, '9999-12-31T00:00:00Z'), look_at = n.look
         from jsonb_to_recordset($2::jsonb) as n(id text, rule text, state text, strict timestamptz, latest timestamptz, look timestamptz)
         where c.tenant_id = $1 and c.case_id = n.id and (c.rule, c.clock_state, c.strict_at, c.latest_at, c.look_at) is distinct from (n.rule, n.state, n.strict, n.latest, n.look)`,
        [tenant, JSON.stringify(changes)],
      )
      count += rows.length
      return rows.at(-1)?.case_id
    })
    if (last === undefined) return count
    after = last
  }
}

type ClockJson = {
  clock: StoredClock['clock']
  rule: StoredClock['rule']
  started_at: string
  started_on: string
  extensions: StoredClock['extensions']
  pauses: StoredClock['pauses']
  met_at: string | null
  dropped_at: string | null
}

const clockFromJson = (row: ClockJson): StoredClock =>
  clockFrom({
    ...row,
    started_at: new Date(row.started_at),
    met_at: row.met_at === null ? null : new Date(row.met_at),
    dropped_at: row.dropped_at === null ? null : new Date(row.dropped_at),
  })
