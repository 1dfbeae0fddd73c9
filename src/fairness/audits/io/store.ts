/** SQL of audits, readings and findings; each change with its entry. Nothing is decided here but what a row must hold. */
import type { Act } from '../../../access/index.ts'
import type { Tx } from '../../../platform/database.ts'
import { ApiError } from '../../../platform/http.ts'
import { raiseAlarm, recordEvent, settleAlarm, tenantOf } from '../../../records/index.ts'
import type { AuditPlan, AuditReport, Group, ProblemList, Verdict } from '../../contract.ts'
import { auditEvents, MOST_AUDITS, MOST_RUNS, type Source } from '../contract.ts'
import {
  type FindingAct,
  type FindingState,
  foundIn,
  type Judgement,
  moveFinding,
  type Place,
  samePlace,
} from '../finding.ts'

export type NewAudit = {
  readonly client: string
  readonly name: string
  readonly source: Source
  readonly system: string | null
  readonly plan: AuditPlan
  /** Canonical bytes of the plan, and their hash. */
  readonly bytes: string
  readonly planSha256: string
  readonly intervalDays: number | null
  readonly windowDays: number | null
  readonly follows: string | null
  readonly by: string
}

export type StoredAudit = Omit<NewAudit, 'by'> & {
  readonly id: string
  readonly changedAfterResult: boolean
  readonly askedBy: string
  readonly plannedAt: Date
  readonly record: string
}

export type StoredRun = {
  readonly id: string
  readonly audit: string
  readonly client: string
  readonly state: 'running' | 'completed' | 'failed' | 'cancelled'
  readonly startedBy: string
  readonly startedAt: Date
  readonly endedAt: Date | null
  readonly read: number
  readonly of: number
  readonly problems: ProblemList | null
  readonly inputSha256: string | null
  readonly cellsSha256: string | null
  readonly report: AuditReport | null
  readonly record: string | null
}

export type StoredFinding = Place & {
  readonly id: string
  readonly client: string
  readonly audit: string
  readonly run: string
  readonly lastRun: string
  readonly state: FindingState['state']
  readonly judgement: Judgement | null
  readonly reasons: string | null
  readonly judgedAt: Date | null
  readonly change: string | null
  readonly changedAt: Date | null
  readonly closedAs: 'gone' | 'explained' | 'unclear' | null
  readonly closedReasons: string | null
  readonly closedAt: Date | null
}

// —— audits ———————————————————————————————————————————————————————————————————————————————————————————————————————————

/**
 * Fixes a plan: its hash is on record from here on, before any data are read for it. Errors: `client_unknown`, `system_unknown`,
 * `audit_unknown` (404).
 */
export async function planAudit(
  tx: Tx,
  audit: NewAudit,
  act: Act,
): Promise<{ id: string; event: string; changedAfterResult: boolean }> {
  const tenant = tenantOf(tx)
  const client = await tx.query('select 1 from client where tenant_id = $1 and client_id = $2', [tenant, audit.client])
  if (client.rowCount === 0)
    throw new ApiError(404, 'client_unknown', { param: 'client', values: { client: audit.client } })
  if (audit.system !== null) {
    const system = await tx.query(
      'select 1 from ai_system where tenant_id = $1 and client_id = $2 and system_id = $3',
      [tenant, audit.client, audit.system],
    )
    if (system.rowCount === 0)
      throw new ApiError(404, 'system_unknown', { param: 'system', values: { system: audit.system } })
  }
  const before = audit.follows === null ? undefined : await loadAudit(tx, audit.follows)
  const changedAfterResult =
    before !== undefined &&
    before.planSha256 !== audit.planSha256 &&
    (await loadRuns(tx, [before.id])).some(({ state }) => state === 'completed')
  const id = act.ids.next()
  const event = await recordEvent(tx, act, {
    type: auditEvents.planned,
    client: audit.client,
    refs: {
      audit: id,
      ...(audit.system === null ? {} : { system: audit.system }),
      ...(audit.follows === null ? {} : { follows: audit.follows }),
    },
    body: {
      planSha256: audit.planSha256,
      source: audit.source,
      attributes: audit.plan.sensitive.length,
      margin: audit.plan.margin,
      alpha: audit.plan.alpha,
      intervalDays: audit.intervalDays,
      windowDays: audit.windowDays,
      ...(changedAfterResult ? { reason: 'plan_changed_after_result' } : {}),
    },
  })
  await tx.query(
    `insert into audit_plan (tenant_id, client_id, audit_id, name, source, system_id, plan, plan_sha256, interval_days, window_days, follows, changed_after_result, asked_by, planned_at, record)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
    [
      tenant,
      audit.client,
      id,
      audit.name,
      audit.source,
      audit.system,
      audit.bytes,
      audit.planSha256,
      audit.intervalDays,
      audit.windowDays,
      audit.follows,
      changedAfterResult,
      audit.by,
      act.now,
      event,
    ],
  )
  return { id, event, changedAfterResult }
}

type AuditRow = {
  client_id: string
  audit_id: string
  name: string
  source: Source
  system_id: string | null
  plan: string
  plan_sha256: string
  interval_days: number | null
  window_days: number | null
  follows: string | null
  changed_after_result: boolean
  asked_by: string
  planned_at: Date
  record: string
}

const auditColumns =
  'client_id, audit_id, name, source, system_id, plan, plan_sha256, interval_days, window_days, follows, changed_after_result, asked_by, planned_at, record'

const auditOf = (row: AuditRow): StoredAudit => ({
  client: row.client_id,
  id: row.audit_id,
  name: row.name,
  source: row.source,
  system: row.system_id,
  plan: JSON.parse(row.plan) as AuditPlan,
  bytes: row.plan,
  planSha256: row.plan_sha256,
  intervalDays: row.interval_days,
  windowDays: row.window_days,
  follows: row.follows,
  changedAfterResult: row.changed_after_result,
  askedBy: row.asked_by,
  plannedAt: row.planned_at,
  record: row.record,
})

/** Audits in scope, the newest first. */
export async function loadAudits(tx: Tx, client?: string): Promise<StoredAudit[]> {
  const { rows } = await tx.query<AuditRow>(
    `select ${auditColumns} from audit_plan where tenant_id = $1 and ($2::text is null or client_id = $2) order by planned_at desc, audit_id desc limit ${MOST_AUDITS}`,
    [tenantOf(tx), client ?? null],
  )
  return rows.map(auditOf)
}

/** Errors: `audit_unknown` (404; also one outside the scope). */
export async function loadAudit(tx: Tx, audit: string): Promise<StoredAudit> {
  const { rows } = await tx.query<AuditRow>(
    `select ${auditColumns} from audit_plan where tenant_id = $1 and audit_id = $2`,
    [tenantOf(tx), audit],
  )
  if (rows[0] === undefined) throw new ApiError(404, 'audit_unknown')
  return auditOf(rows[0])
}

export async function loadFollowers(tx: Tx, audit: string): Promise<string[]> {
  const { rows } = await tx.query<{ audit_id: string }>(
    'select audit_id from audit_plan where tenant_id = $1 and follows = $2 order by planned_at, audit_id',
    [tenantOf(tx), audit],
  )
  return rows.map(({ audit_id }) => audit_id)
}

// —— readings —————————————————————————————————————————————————————————————————————————————————————————————————————————

type RunRow = {
  client_id: string
  run_id: string
  audit_id: string
  state: StoredRun['state']
  started_by: string
  started_at: Date
  ended_at: Date | null
  read_bytes: string | number
  total_bytes: string | number
  problems: ProblemList | null
  input_sha256: string | null
  cells_sha256: string | null
  report: string | null
  record: string | null
}

const runColumns =
  'client_id, run_id, audit_id, state, started_by, started_at, ended_at, read_bytes, total_bytes, problems, input_sha256, cells_sha256, report, record'

const runOf = (row: RunRow): StoredRun => ({
  client: row.client_id,
  id: row.run_id,
  audit: row.audit_id,
  state: row.state,
  startedBy: row.started_by,
  startedAt: row.started_at,
  endedAt: row.ended_at,
  read: Number(row.read_bytes),
  of: Number(row.total_bytes),
  problems: row.problems,
  inputSha256: row.input_sha256,
  cellsSha256: row.cells_sha256,
  report: row.report === null ? null : (JSON.parse(row.report) as AuditReport),
  record: row.record,
})

/** Readings of these audits, the newest first. */
export async function loadRuns(tx: Tx, audits: readonly string[]): Promise<StoredRun[]> {
  const { rows } = await tx.query<RunRow>(
    `select ${runColumns} from audit_run where tenant_id = $1 and audit_id = any($2) order by started_at desc, run_id desc limit ${MOST_RUNS * Math.max(1, audits.length)}`,
    [tenantOf(tx), audits],
  )
  return rows.map(runOf)
}

/** Errors: `audit_run_unknown` (404). */
export async function loadRun(tx: Tx, run: string): Promise<StoredRun> {
  const { rows } = await tx.query<RunRow>(`select ${runColumns} from audit_run where tenant_id = $1 and run_id = $2`, [
    tenantOf(tx),
    run,
  ])
  if (rows[0] === undefined) throw new ApiError(404, 'audit_run_unknown')
  return runOf(rows[0])
}

/** The counts of a reading, in the bytes that were hashed; undefined when it was not completed. */
export async function loadCells(tx: Tx, run: string): Promise<string | undefined> {
  const { rows } = await tx.query<{ cells: string | null }>(
    'select cells from audit_run where tenant_id = $1 and run_id = $2',
    [tenantOf(tx), run],
  )
  return rows[0]?.cells ?? undefined
}

/** Begins a reading. Errors: `audit_running` (409) while another one of the same audit is under way. */
export async function startRun(
  tx: Tx,
  { audit, by, total }: { readonly audit: StoredAudit; readonly by: string; readonly total: number },
  act: Act,
): Promise<{ id: string; event: string }> {
  const tenant = tenantOf(tx)
  const id = act.ids.next()
  const { rowCount } = await tx.query(
    `insert into audit_run (tenant_id, client_id, run_id, audit_id, state, started_by, started_at, beat_at, total_bytes)
     values ($1, $2, $3, $4, 'running', $5, $6, $6, $7)
     on conflict (tenant_id, audit_id) where state = 'running' do nothing`,
    [tenant, audit.client, id, audit.id, by, act.now, total],
  )
  if (rowCount === 0) throw new ApiError(409, 'audit_running')
  const event = await recordEvent(tx, act, {
    type: auditEvents.started,
    client: audit.client,
    refs: { audit: audit.id, run: id, plan: audit.record },
    body: { planSha256: audit.planSha256 },
  })
  return { id, event }
}

/** The process that works on it is alive. False when the reading is not running any more. */
export async function beat(
  tx: Tx,
  { run, read, now }: { readonly run: string; readonly read: number; readonly now: Date },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update audit_run set beat_at = $3, read_bytes = $4 where tenant_id = $1 and run_id = $2 and state = 'running'`,
    [tenantOf(tx), run, now, read],
  )
  return rowCount === 1
}

export type Outcome = {
  readonly report: AuditReport
  /** Canonical bytes. */
  readonly cells: string
}

/** The result, its findings and its entry. False when the reading was cancelled meanwhile: then nothing is kept. */
export async function completeRun(
  tx: Tx,
  { id: run }: { readonly id: string },
  found: Outcome,
  act: Act,
): Promise<boolean> {
  const tenant = tenantOf(tx)
  const { rows } = await tx.query<{ audit_id: string; client_id: string; state: string }>(
    'select audit_id, client_id, state from audit_run where tenant_id = $1 and run_id = $2 for update',
    [tenant, run],
  )
  const row = rows[0]
  if (row === undefined || row.state !== 'running') return false
  const { report, cells } = found
  const { system } = await loadAudit(tx, row.audit_id)
  const place = { run, audit: row.audit_id, client: row.client_id, system }
  const findings = await recordFindings(tx, place, report.verdicts, act)
  const count = (value: Verdict['verdict']) => report.verdicts.filter(({ verdict }) => verdict === value).length
  const event = await recordEvent(tx, act, {
    type: auditEvents.completed,
    client: row.client_id,
    refs: { audit: row.audit_id, run },
    body: {
      planSha256: report.planSha256,
      inputSha256: report.inputSha256,
      cellsSha256: report.cellsSha256,
      n: report.n,
      differenceFound: count('difference_found'),
      noRelevantDifference: count('no_relevant_difference'),
      cannotTell: count('cannot_tell'),
      findings: findings.slice(0, 200),
    },
  })
  await tx.query(
    `update audit_run set state = 'completed', ended_at = $3, input_sha256 = $4, cells_sha256 = $5, cells = $6, report = $7, record = $8, read_bytes = total_bytes
      where tenant_id = $1 and run_id = $2`,
    [tenant, run, act.now, report.inputSha256, report.cellsSha256, cells, JSON.stringify(report), event],
  )
  return true
}

/** Ends a reading without a result; nothing of the data is kept. False when it had ended. */
export async function endRun(
  tx: Tx,
  {
    run,
    state,
    problems,
    reason,
  }: {
    readonly run: string
    readonly state: 'failed' | 'cancelled'
    readonly problems: ProblemList | null
    readonly reason: 'input' | 'interrupted' | 'internal' | 'asked'
  },
  act: Act,
): Promise<string | undefined> {
  const tenant = tenantOf(tx)
  const { rows } = await tx.query<{ audit_id: string; client_id: string }>(
    `update audit_run set state = $3, ended_at = $4, problems = $5 where tenant_id = $1 and run_id = $2 and state = 'running'
     returning audit_id, client_id`,
    [tenant, run, state, act.now, problems === null ? null : JSON.stringify(problems)],
  )
  const row = rows[0]
  if (row === undefined) return undefined
  const event = await recordEvent(tx, act, {
    type: state === 'failed' ? auditEvents.failed : auditEvents.cancelled,
    client: row.client_id,
    refs: { audit: row.audit_id, run },
    body: { reason, problems: problems?.total ?? 0 },
  })
  await tx.query('update audit_run set record = $3 where tenant_id = $1 and run_id = $2', [tenant, run, event])
  return event
}

/** Of all organisations in scope. */
export async function runningRuns(tx: Tx): Promise<string[]> {
  const { rows } = await tx.query<{ run_id: string }>(`select run_id from audit_run where state = 'running'`)
  return rows.map(({ run_id }) => run_id)
}

export type Abandoned = { readonly tenant: string; readonly client: string; readonly run: string }

/** Running readings of all organisations whose process was silent since `before`; they are this process's from now on. */
export async function claimAbandoned(
  tx: Tx,
  { before, now }: { readonly before: Date; readonly now: Date },
): Promise<Abandoned[]> {
  const { rows } = await tx.query<{ tenant_id: string; client_id: string; run_id: string }>(
    `update audit_run set beat_at = $2 where state = 'running' and beat_at < $1 returning tenant_id, client_id, run_id`,
    [before, now],
  )
  return rows.map((row) => ({ tenant: row.tenant_id, client: row.client_id, run: row.run_id }))
}

// —— findings —————————————————————————————————————————————————————————————————————————————————————————————————————————

type FindingRow = {
  finding_id: string
  client_id: string
  audit_id: string
  run_id: string
  last_run_id: string
  metric: string
  groups: Group
  reference: Group | null
  state: StoredFinding['state']
  judgement: Judgement | null
  reasons: string | null
  judged_at: Date | null
  change: string | null
  changed_at: Date | null
  closed_as: StoredFinding['closedAs']
  closed_reasons: string | null
  closed_at: Date | null
}

const findingOf = (row: FindingRow): StoredFinding => ({
  id: row.finding_id,
  client: row.client_id,
  audit: row.audit_id,
  run: row.run_id,
  lastRun: row.last_run_id,
  metric: row.metric,
  group: row.groups,
  reference: row.reference,
  state: row.state,
  judgement: row.judgement,
  reasons: row.reasons,
  judgedAt: row.judged_at,
  change: row.change,
  changedAt: row.changed_at,
  closedAs: row.closed_as,
  closedReasons: row.closed_reasons,
  closedAt: row.closed_at,
})

/** Findings of these audits, those that wait first. */
export async function loadFindings(tx: Tx, audits: readonly string[]): Promise<StoredFinding[]> {
  const { rows } = await tx.query<FindingRow>(
    `select * from finding where tenant_id = $1 and audit_id = any($2)
      order by array_position(array['open', 'judged', 'changed', 'closed'], state), finding_id`,
    [tenantOf(tx), audits],
  )
  return rows.map(findingOf)
}

/** Errors: `finding_unknown` (404). Locked until the end of the transaction. */
export async function lockFinding(tx: Tx, finding: string): Promise<StoredFinding> {
  const { rows } = await tx.query<FindingRow>(
    'select * from finding where tenant_id = $1 and finding_id = $2 for update',
    [tenantOf(tx), finding],
  )
  if (rows[0] === undefined) throw new ApiError(404, 'finding_unknown')
  return findingOf(rows[0])
}

/** A finding for each difference, or the mark on one that is not closed that it was seen again. Gives the ids. */
async function recordFindings(
  tx: Tx,
  {
    run,
    audit,
    client,
    system,
  }: { readonly run: string; readonly audit: string; readonly client: string; readonly system: string | null },
  verdicts: readonly Verdict[],
  act: Act,
): Promise<string[]> {
  const standing = (await loadFindings(tx, [audit])).filter(({ state }) => state !== 'closed')
  const ids: string[] = []
  for (const found of foundIn(verdicts)) {
    const before = standing.find((one) => samePlace(one, found))
    if (before !== undefined) {
      await tx.query('update finding set last_run_id = $3 where tenant_id = $1 and finding_id = $2', [
        tenantOf(tx),
        before.id,
        run,
      ])
      ids.push(before.id)
      continue
    }
    const id = act.ids.next()
    await tx.query(
      `insert into finding (tenant_id, client_id, finding_id, audit_id, run_id, last_run_id, metric, groups, reference, state)
       values ($1, $2, $3, $4, $5, $5, $6, $7, $8, 'open')`,
      [
        tenantOf(tx),
        client,
        id,
        audit,
        run,
        found.metric,
        JSON.stringify(found.group),
        found.reference === null ? null : JSON.stringify(found.reference),
      ],
    )
    if (system !== null) await raiseAlarm(tx, { id, client, system, source: 'audit' }, act.now)
    ids.push(id)
  }
  return ids
}

export type FindingWords =
  | { readonly act: 'judge'; readonly judgement: Judgement; readonly words: string }
  | { readonly act: 'change'; readonly words: string }
  | { readonly act: 'close'; readonly words: string | null }

/** Moves a finding by its rule. Errors: `finding_unknown` (404), those of `moveFinding` (409). */
export async function actOnFinding(
  tx: Tx,
  finding: string,
  given: FindingWords,
  by: string,
  act: Act,
): Promise<{ state: FindingState['state']; event: string }> {
  const stored = await lockFinding(tx, finding)
  const asked: FindingAct = given.act === 'close' ? { act: 'close', later: await laterVerdicts(tx, stored) } : given
  const moved = moveFinding(stateOf(stored), asked, act.now)
  if (!moved.ok) throw new ApiError(409, moved.code)
  const { next } = moved
  const event = await recordEvent(tx, act, {
    type:
      given.act === 'judge' ? auditEvents.judged : given.act === 'change' ? auditEvents.changed : auditEvents.closed,
    client: stored.client,
    refs: { finding, audit: stored.audit, ...(moved.run === undefined ? {} : { run: moved.run }) },
    body: given.act === 'judge' ? { judgement: given.judgement } : next.state === 'closed' ? { as: next.as } : {},
  })
  const where = [tenantOf(tx), finding]
  if (given.act === 'judge')
    await tx.query(
      `update finding set state = 'judged', judgement = $3, reasons = $4, judged_by = $5, judged_at = $6 where tenant_id = $1 and finding_id = $2`,
      [...where, given.judgement, given.words, by, act.now],
    )
  else if (given.act === 'change')
    await tx.query(
      `update finding set state = 'changed', change = $3, changed_by = $4, changed_at = $5 where tenant_id = $1 and finding_id = $2`,
      [...where, given.words, by, act.now],
    )
  else
    await tx.query(
      `update finding set state = 'closed', closed_as = $3, closed_reasons = $4, closed_by = $5, closed_at = $6, closed_run_id = $7 where tenant_id = $1 and finding_id = $2`,
      [...where, next.state === 'closed' ? next.as : null, given.words, by, act.now, moved.run ?? null],
    )
  // What is real stands on Today until it was measured to be gone.
  if (next.state === 'closed' || (next.state === 'judged' && next.judgement !== 'real'))
    await settleAlarm(tx, finding, act.now)
  return { state: next.state, event }
}

function stateOf({ state, judgement, judgedAt, changedAt, closedAs }: StoredFinding): FindingState {
  switch (state) {
    case 'open':
      return { state }
    case 'judged':
      return { state, judgement: judgement!, judgedAt: judgedAt! }
    case 'changed':
      return { state, changedAt: changedAt! }
    case 'closed':
      return { state, as: closedAs! }
  }
}

/** What readings that began after the change say of the same groups: of this audit, and of those that follow it. */
async function laterVerdicts(tx: Tx, finding: StoredFinding): Promise<{ run: string; verdict: Verdict['verdict'] }[]> {
  if (finding.changedAt === null) return []
  const followers = await loadFollowers(tx, finding.audit)
  const runs = await loadRuns(tx, [finding.audit, ...followers])
  return runs
    .filter(({ state, startedAt }) => state === 'completed' && startedAt > finding.changedAt!)
    .flatMap(({ id, report }) => {
      const verdict = report?.verdicts.find((one) => samePlace(one, finding))?.verdict
      return verdict === undefined ? [] : [{ run: id, verdict }]
    })
}
