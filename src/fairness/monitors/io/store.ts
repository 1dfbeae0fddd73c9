/** SQL of monitors, their state and their alarms; each change with its entry. */
import { createHash } from 'node:crypto'
import type { Act } from '../../../access/index.ts'
import type { Row, Tx } from '../../../platform/database.ts'
import { ApiError } from '../../../platform/http.ts'
import type { Bilingual } from '../../../records/contract.ts'
import { lockSystem, raiseAlarm, recordEvent, settleAlarm, tenantOf } from '../../../records/index.ts'
import { type MonitorState, monitorState } from '../../contract.ts'
import { startMonitor } from '../../monitor.ts'
import {
  type AlarmJudgement,
  type AlarmPolicy,
  type GroupLook,
  MOST_MONITORS,
  type MonitorAttribute,
  type MonitorMetric,
  monitorEvents,
  series,
} from '../contract.ts'
import { type Evidence, gathered } from '../overview.ts'
import { type Alarm, groupLooks, type Held, readOn, type WatchedDecision } from '../reading.ts'

export type NewMonitor = {
  readonly name: string
  readonly system: string
  readonly metric: MonitorMetric
  readonly attribute: MonitorAttribute
  readonly reference: string | null
  readonly method: MonitorState['method']
  readonly alpha: number
  readonly tolerance: number
  readonly block: MonitorState['block']
  readonly settleDays: number
  readonly policy: AlarmPolicy
  readonly reasons: string
  readonly fromAt: Date
  readonly by: string
}

export type StoredMonitor = Omit<NewMonitor, 'by'> & {
  readonly id: string
  readonly client: string
  readonly systemName: Bilingual
  readonly startedBy: string
  readonly startedAt: Date
  readonly record: string
  readonly endedAt: Date | null
  readonly endReasons: string | null
}

export type StoredProgress = Held & { readonly monitor: string; readonly late: number; readonly at: string | null }

export type StoredAlarm = Alarm & {
  readonly id: string
  readonly monitor: string
  readonly alarmedAt: Date
  readonly stop: string | null
  readonly judgement: AlarmJudgement | null
  readonly reasons: string | null
  readonly judgedAt: Date | null
}

// -- starting and ending ----------------------------------------------------------------------------------------------

/**
 * Starts a monitor: what is watched, how, and what an alarm leads to is on record before a decision is read for it.
 * Errors: `system_unknown` (404), `monitor_nothing_decided` (409: the system takes no decisions that are recorded), `monitor_too_many` (409).
 */
export async function insertMonitor(tx: Tx, one: NewMonitor, act: Act): Promise<{ id: string; event: string }> {
  const tenant = tenantOf(tx)
  const { client } = await lockSystem(tx, one.system)
  const { rows } = await tx.query<{ decides: boolean; running: number }>(
    `select s.decisions is not null as decides, (select count(*)::int from monitor m where m.tenant_id = $1 and m.ended_at is null) as running
     from ai_system s where s.tenant_id = $1 and s.system_id = $2`,
    [tenant, one.system],
  )
  if (!rows[0]!.decides) throw new ApiError(409, 'monitor_nothing_decided', { param: 'system' })
  if (rows[0]!.running >= MOST_MONITORS)
    throw new ApiError(409, 'monitor_too_many', { values: { maximum: MOST_MONITORS } })
  const id = act.ids.next()
  const event = await recordEvent(tx, act, {
    type: monitorEvents.started,
    client,
    refs: { monitor: id, system: one.system, person: one.by },
    body: {
      metric: one.metric,
      attribute: one.attribute,
      reference: one.reference,
      method: one.method,
      alpha: one.alpha,
      tolerance: one.tolerance,
      block: one.block === null ? null : { group: one.block.group, reference: one.block.reference },
      settleDays: one.settleDays,
      policy: one.policy,
      from: one.fromAt.toISOString(),
    },
  })
  await tx.query(
    `insert into monitor (tenant_id, client_id, monitor_id, name, system_id, metric, attribute, reference, method, alpha, tolerance, block_group, block_reference,
       settle_days, policy, reasons, started_by, started_at, from_at, record)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)`,
    [
      tenant,
      client,
      id,
      one.name,
      one.system,
      one.metric,
      one.attribute,
      one.reference,
      one.method,
      one.alpha,
      one.tolerance,
      one.block?.group ?? null,
      one.block?.reference ?? null,
      one.settleDays,
      one.policy,
      one.reasons,
      one.by,
      act.now,
      one.fromAt,
      event,
    ],
  )
  const state = startMonitor({
    method: one.method,
    alpha: one.alpha,
    tolerance: one.tolerance,
    ...(one.block === null ? {} : { block: one.block }),
    ...(one.reference === null ? {} : { reference: one.reference }),
  })
  await tx.query(
    `insert into monitor_state (tenant_id, client_id, monitor_id, state, at, decision_id, series, read_at) values ($1, $2, $3, $4, $5, '', $6, $7)`,
    [
      tenant,
      client,
      id,
      JSON.stringify(state),
      one.fromAt.toISOString(),
      JSON.stringify({ every: 1, points: [] }),
      act.now,
    ],
  )
  return { id, event }
}

/** Ends a monitor. Errors: `monitor_unknown` (404), `monitor_ended` (409), `monitor_alarm_open` (409, unless its alarms are signals). */
export async function endMonitor(
  tx: Tx,
  { id, reasons, by }: { readonly id: string; readonly reasons: string; readonly by: string },
  act: Act,
): Promise<string> {
  const monitor = await lockMonitor(tx, id)
  if (monitor.ended) throw new ApiError(409, 'monitor_ended')
  const open = (await loadAlarms(tx, [id])).filter(({ judgement }) => judgement === null)
  if (open.length > 0 && monitor.policy !== 'signal') throw new ApiError(409, 'monitor_alarm_open')
  for (const alarm of open) await settleAlarm(tx, alarm.id, act.now)
  await tx.query(
    'update monitor set ended_at = $3, ended_by = $4, end_reasons = $5 where tenant_id = $1 and monitor_id = $2',
    [tenantOf(tx), id, act.now, by, reasons],
  )
  return recordEvent(tx, act, {
    type: monitorEvents.ended,
    client: monitor.client,
    refs: { monitor: id, system: monitor.system, person: by },
  })
}

/** What a person makes of an alarm, once. Errors: `monitor_unknown`, `alarm_unknown` (404), `alarm_judged` (409). */
export async function judgeAlarm(
  tx: Tx,
  one: {
    readonly monitor: string
    readonly alarm: string
    readonly judgement: AlarmJudgement
    readonly reasons: string
    readonly by: string
  },
  act: Act,
): Promise<string> {
  const monitor = await lockMonitor(tx, one.monitor)
  const alarm = (await loadAlarms(tx, [one.monitor])).find(({ id }) => id === one.alarm)
  if (alarm === undefined) throw new ApiError(404, 'alarm_unknown')
  if (alarm.judgement !== null) throw new ApiError(409, 'alarm_judged')
  await tx.query(
    `update monitor_alarm set judgement = $3, reasons = $4, judged_by = $5, judged_at = $6 where tenant_id = $1 and alarm_id = $2`,
    [tenantOf(tx), one.alarm, one.judgement, one.reasons, one.by, act.now],
  )
  await settleAlarm(tx, one.alarm, act.now)
  return recordEvent(tx, act, {
    type: monitorEvents.judged,
    client: monitor.client,
    refs: { monitor: one.monitor, alarm: one.alarm, system: monitor.system, person: one.by },
    body: { judgement: one.judgement },
  })
}

async function lockMonitor(
  tx: Tx,
  id: string,
): Promise<{ client: string; system: string; policy: AlarmPolicy; ended: boolean }> {
  const { rows } = await tx.query<{ client: string; system: string; policy: AlarmPolicy; ended: boolean }>(
    `select m.client_id as client, m.system_id as system, m.policy, m.ended_at is not null as ended
     from monitor m join monitor_state s on s.tenant_id = m.tenant_id and s.monitor_id = m.monitor_id
     where m.tenant_id = $1 and m.monitor_id = $2 for update of s`,
    [tenantOf(tx), id],
  )
  if (rows[0] === undefined) throw new ApiError(404, 'monitor_unknown')
  return rows[0]
}

// -- reading decisions ------------------------------------------------------------------------------------------------

/** Decisions of one step; the rest waits for the next. */
export const STEP_DECISIONS = 2_000
/** A decision may come in so much later than it was taken and still be in time. */
const LATE_MS = 10 * 60_000
/** And what came of it, so much later than it was seen. */
const LATE_OUTCOME_MS = 86_400_000

/** The whole column of a group, by name: nothing else gets into a query. */
const attributeColumn: Readonly<Record<MonitorAttribute, string>> = { language: 'd.language', channel: 'd.channel' }
const outcomeColumn: Readonly<Record<MonitorMetric, string>> = {
  favourable: 'case when d.favourable then 1 when not d.favourable then 0 end',
  // The last that was seen within the term counts; what is seen later never does, so that waiting longer changes nothing.
  observed: `(select case when o.positive then 1 when not o.positive then 0 end from outcome o
     where o.tenant_id = d.tenant_id and o.decision_id = d.decision_id and o.observed_at <= d.decided_at + make_interval(days => $7::int)
     order by o.observed_at desc, o.recorded_at desc, o.outcome_id desc limit 1)`,
  score: 'case when d.score between 0 and 1 then d.score end',
}

/** Stops a system, when that is the policy; from the folder that holds stop orders. Gives its id, or null when it had stopped already. */
export type StopSystem = (
  tx: Tx,
  stop: { readonly system: string; readonly note: string; readonly at: Date },
  act: Act,
) => Promise<string | null>

type StepRow = Row & {
  monitor_id: string
  client_id: string
  name: string
  system_id: string
  metric: MonitorMetric
  attribute: MonitorAttribute
  settle_days: number
  policy: AlarmPolicy
  state: string
  at: string
  decision_id: string
  decisions: string
  outcomes: string
  late: string
  series: string
  read_at: Date
}

/**
 * One step of one monitor in one transaction: the decisions whose turn has come, the state after them, and alarms with what the policy
 * says. A process that dies leaves the step undone and nothing of it behind; of two that step at once one does nothing. Gives how many
 * decisions were read; fewer than `STEP_DECISIONS`: it is up to date.
 */
export async function stepMonitor(
  tx: Tx,
  id: string,
  { stop, act }: { readonly stop: StopSystem; readonly act: Act },
): Promise<{ decisions: number; alarms: number }> {
  const tenant = tenantOf(tx)
  const { rows } = await tx.query<StepRow>(
    `select m.monitor_id, m.client_id, m.name, m.system_id, m.metric, m.attribute, m.settle_days, m.policy,
       s.state, s.at, s.decision_id, s.decisions, s.outcomes, s.late, s.series, s.read_at
     from monitor m join monitor_state s on s.tenant_id = m.tenant_id and s.monitor_id = m.monitor_id
     where m.tenant_id = $1 and m.monitor_id = $2 and m.ended_at is null for update of s skip locked`,
    [tenant, id],
  )
  const row = rows[0]
  if (row === undefined) return { decisions: 0, alarms: 0 }
  const decisions = await decisionsAfter(tx, row, act.now)
  const late = await lateSince(tx, row, act.now)
  if (decisions.length === 0 && late === 0) return { decisions: 0, alarms: 0 }
  const before: Held = {
    state: monitorState.parse(JSON.parse(row.state)),
    series: series.parse(JSON.parse(row.series)),
    decisions: Number(row.decisions),
    outcomes: Number(row.outcomes),
  }
  const { held, alarms } = readOn(before, decisions)
  const last = decisions.at(-1) ?? { at: row.at, id: row.decision_id }
  const state = JSON.stringify(held.state)
  const record = await recordEvent(tx, act, {
    type: monitorEvents.read,
    client: row.client_id,
    refs: { monitor: id, system: row.system_id },
    body: {
      decisions: held.decisions,
      outcomes: held.outcomes,
      late: Number(row.late) + late,
      until: last.at,
      stateSha256: createHash('sha256').update(state).digest('hex'),
    },
  })
  await tx.query(
    `update monitor_state set state = $3, at = $4, decision_id = $5, decisions = $6, outcomes = $7, late = $8, series = $9, read_at = $10, record = $11
     where tenant_id = $1 and monitor_id = $2`,
    [
      tenant,
      id,
      state,
      last.at,
      last.id,
      held.decisions,
      held.outcomes,
      Number(row.late) + late,
      JSON.stringify(held.series),
      act.now,
      record,
    ],
  )
  for (const alarm of alarms) await sound(tx, { id, row, alarm }, { stop, act })
  return { decisions: decisions.length, alarms: alarms.length }
}

async function decisionsAfter(tx: Tx, row: StepRow, now: Date): Promise<WatchedDecision[]> {
  const until = new Date(
    now.getTime() - LATE_MS - (row.settle_days > 0 ? row.settle_days * 86_400_000 + LATE_OUTCOME_MS : 0),
  )
  const settle = row.metric === 'observed' ? [row.settle_days] : []
  const { rows } = await tx.query<{ id: string; at: string; group: string; outcome: number | null }>(
    `select d.decision_id as id, to_char(d.decided_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at,
       ${attributeColumn[row.attribute]} as "group", (${outcomeColumn[row.metric]})::double precision as outcome
     from decision d
     where d.tenant_id = $1 and d.client_id = $2 and d.system_id = $3 and d.decided_at >= $4::timestamptz
       and (d.decided_at, d.decision_id) > ($4::timestamptz, $5::text) and d.decided_at <= $6
     order by d.decided_at, d.decision_id limit ${STEP_DECISIONS}`,
    [tenantOf(tx), row.client_id, row.system_id, row.at, row.decision_id, until, ...settle],
  )
  return rows
}

/** How many came in since the last look although their turn had passed. They do not count: order is that of decisions. */
async function lateSince(tx: Tx, row: StepRow, now: Date): Promise<number> {
  if (row.decision_id === '') return 0
  const { rows } = await tx.query<{ n: number }>(
    `select count(*)::int as n from decision d join monitor m on m.tenant_id = d.tenant_id and m.monitor_id = $8
     where d.tenant_id = $1 and d.client_id = $2 and d.system_id = $3 and d.decided_at >= m.from_at
       and (d.decided_at, d.decision_id) <= ($4::timestamptz, $5::text) and d.recorded_at > $6 and d.recorded_at <= $7`,
    [tenantOf(tx), row.client_id, row.system_id, row.at, row.decision_id, row.read_at, now, row.monitor_id],
  )
  return rows[0]!.n
}

async function sound(
  tx: Tx,
  { id, row, alarm }: { readonly id: string; readonly row: StepRow; readonly alarm: Alarm },
  { stop, act }: { readonly stop: StopSystem; readonly act: Act },
): Promise<void> {
  const alarmId = act.ids.next()
  const stopped =
    row.policy === 'stop' ? await stop(tx, { system: row.system_id, note: row.name, at: act.now }, act) : null
  const record = await recordEvent(tx, act, {
    type: monitorEvents.alarmed,
    client: row.client_id,
    refs: { monitor: id, alarm: alarmId, system: row.system_id, ...(stopped === null ? {} : { stop: stopped }) },
    body: {
      epoch: alarm.epoch,
      outcomes: alarm.outcomes,
      log10E: alarm.log10E,
      level: alarm.level,
      groups: alarm.groups,
      policy: row.policy,
      decidedAt: alarm.decidedAt,
    },
  })
  await tx.query(
    `insert into monitor_alarm (tenant_id, client_id, alarm_id, monitor_id, epoch, decided_at, alarmed_at, outcomes, log10_e, level, looks, groups, stop_id, record)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
    [
      tenantOf(tx),
      row.client_id,
      alarmId,
      id,
      alarm.epoch,
      alarm.decidedAt,
      act.now,
      alarm.outcomes,
      alarm.log10E,
      alarm.level,
      JSON.stringify(alarm.looks),
      JSON.stringify(alarm.groups),
      stopped,
      record,
    ],
  )
  await raiseAlarm(tx, { id: alarmId, client: row.client_id, system: row.system_id, source: 'monitor' }, act.now)
}

// -- what is shown ----------------------------------------------------------------------------------------------------

/** Monitors in scope, those that run first, latest first; or the one that is named. */
export async function loadMonitors(
  tx: Tx,
  { client, id }: { readonly client?: string | undefined; readonly id?: string } = {},
): Promise<StoredMonitor[]> {
  const { rows } = await tx.query<MonitorRow>(
    `select m.*, s.name as system_name from monitor m join ai_system s on s.tenant_id = m.tenant_id and s.system_id = m.system_id
     where m.tenant_id = $1 and ($2::text is null or m.client_id = $2) and ($3::text is null or m.monitor_id = $3)
     order by m.ended_at is not null, m.started_at desc, m.monitor_id desc limit 500`,
    [tenantOf(tx), client ?? null, id ?? null],
  )
  return rows.map((row) => ({
    id: row.monitor_id,
    client: row.client_id,
    name: row.name,
    system: row.system_id,
    systemName: row.system_name,
    metric: row.metric,
    attribute: row.attribute,
    reference: row.reference,
    method: row.method,
    alpha: row.alpha,
    tolerance: row.tolerance,
    block:
      row.block_group === null || row.block_reference === null
        ? null
        : { group: row.block_group, reference: row.block_reference },
    settleDays: row.settle_days,
    policy: row.policy,
    reasons: row.reasons,
    fromAt: row.from_at,
    startedBy: row.started_by,
    startedAt: row.started_at,
    record: row.record,
    endedAt: row.ended_at,
    endReasons: row.end_reasons,
  }))
}

type MonitorRow = Row & {
  monitor_id: string
  client_id: string
  name: string
  system_id: string
  system_name: Bilingual
  metric: MonitorMetric
  attribute: MonitorAttribute
  reference: string | null
  method: MonitorState['method']
  alpha: number
  tolerance: number
  block_group: number | null
  block_reference: number | null
  settle_days: number
  policy: AlarmPolicy
  reasons: string
  started_by: string
  started_at: Date
  from_at: Date
  record: string
  ended_at: Date | null
  end_reasons: string | null
}

export async function loadProgress(tx: Tx, monitors: readonly string[]): Promise<Map<string, StoredProgress>> {
  const { rows } = await tx.query<{
    monitor_id: string
    state: string
    series: string
    at: string
    decision_id: string
    decisions: string
    outcomes: string
    late: string
  }>(
    'select monitor_id, state, series, at, decision_id, decisions, outcomes, late from monitor_state where tenant_id = $1 and monitor_id = any($2)',
    [tenantOf(tx), monitors],
  )
  return new Map(
    rows.map((row) => [
      row.monitor_id,
      {
        monitor: row.monitor_id,
        state: monitorState.parse(JSON.parse(row.state)),
        series: series.parse(JSON.parse(row.series)),
        decisions: Number(row.decisions),
        outcomes: Number(row.outcomes),
        late: Number(row.late),
        at: row.decision_id === '' ? null : new Date(row.at).toISOString(),
      },
    ]),
  )
}

/** Alarms of these monitors, latest first. */
export async function loadAlarms(tx: Tx, monitors: readonly string[]): Promise<StoredAlarm[]> {
  const { rows } = await tx.query<{
    alarm_id: string
    monitor_id: string
    epoch: number
    decided_at: Date
    alarmed_at: Date
    outcomes: string
    log10_e: number
    level: number
    looks: GroupLook[]
    groups: string[]
    stop_id: string | null
    judgement: AlarmJudgement | null
    reasons: string | null
    judged_at: Date | null
  }>(
    `select alarm_id, monitor_id, epoch, decided_at, alarmed_at, outcomes, log10_e, level, looks, groups, stop_id, judgement, reasons, judged_at
     from monitor_alarm where tenant_id = $1 and monitor_id = any($2) order by epoch desc, alarm_id desc`,
    [tenantOf(tx), monitors],
  )
  return rows.map((row) => ({
    id: row.alarm_id,
    monitor: row.monitor_id,
    epoch: row.epoch,
    decidedAt: row.decided_at.toISOString(),
    alarmedAt: row.alarmed_at,
    outcomes: Number(row.outcomes),
    log10E: row.log10_e,
    level: row.level,
    looks: row.looks,
    groups: row.groups,
    stop: row.stop_id,
    judgement: row.judgement,
    reasons: row.reasons,
    judgedAt: row.judged_at,
  }))
}

/** What counts against other monitors: the evidence of the alarms that nobody has judged, and what came after them. */
export function looksOf(progress: StoredProgress | undefined, alarms: readonly StoredAlarm[]): readonly Evidence[] {
  return gathered([
    ...alarms.filter(({ judgement }) => judgement === null).map(({ looks }) => looks),
    progress === undefined ? [] : groupLooks(progress.state),
  ])
}
