/** SQL of paired-prompt audits and their canaries; each change with its entry. */
import { createHash } from 'node:crypto'
import type { Act } from '../../../access/index.ts'
import { canonicalize } from '../../../ledger/verify/index.ts'
import type { Row, Tx } from '../../../platform/database.ts'
import { ApiError } from '../../../platform/http.ts'
import type { Bilingual } from '../../../records/contract.ts'
import {
  lockSystem,
  raiseAlarm,
  recordEvent,
  settleAlarm,
  tenantOf,
  writeGateCondition,
} from '../../../records/index.ts'
import type { AlarmJudgement } from '../../monitors/contract.ts'
import { type CanaryState, freshCanary, readCanary } from '../canary.ts'
import { compareAnswers } from '../compare.ts'
import {
  type Answer,
  type Ask,
  type Outcomes,
  type PromptPlan,
  type PromptResult,
  type PromptState,
  promptEvents,
  promptPlan,
  promptResult,
} from '../contract.ts'
import { gateGap } from '../gate.ts'
import { asksFor, schedule, withinBudget } from '../plan.ts'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
/** The same bytes for the same plan or result (RFC 8785). */
const bytesOf = (value: unknown) => canonicalize(JSON.parse(JSON.stringify(value)))

export type StoredPrompts = {
  readonly id: string
  readonly client: string
  readonly system: string
  readonly systemName: Bilingual
  readonly version: string
  readonly canary: string | null
  readonly plan: PromptPlan
  readonly planBytes: string
  readonly planSha256: string
  readonly state: PromptState
  readonly done: number
  readonly of: number
  readonly askedBy: string
  readonly plannedAt: Date
  readonly endedAt: Date | null
  readonly problem: string | null
  readonly result: PromptResult | null
  readonly resultSha256: string | null
  readonly judgement: AlarmJudgement | null
  readonly judgementReasons: string | null
  readonly judgedAt: Date | null
  readonly record: string
}

// -- a plan -----------------------------------------------------------------------------------------------------------

/** What is asked: the version in use, with the language that it answers in. Errors: `system_unknown` (404). */
export async function systemToAsk(
  tx: Tx,
  system: string,
): Promise<{ client: string; version: string; model: string; language: 'nl' | 'en'; channel: string }> {
  const { rows } = await tx.query<{
    client: string
    version: string
    model: string
    language: string
    channel: string
  }>(
    `select s.client_id as client, v.version_id as version, v.model, s.language, s.channel
     from ai_system s join system_version v on v.tenant_id = s.tenant_id and v.system_id = s.system_id and v.is_current
     where s.tenant_id = $1 and s.system_id = $2`,
    [tenantOf(tx), system],
  )
  const [row] = rows
  if (row === undefined) throw new ApiError(404, 'system_unknown', { param: 'system', values: { system } })
  return { ...row, language: row.language === 'en' ? 'en' : 'nl' }
}

export type PlannedPrompts = {
  readonly id: string
  readonly event: string
  readonly planSha256: string
  readonly calls: number
}

/** Fixes a plan before the first call. Errors: `system_unknown` (404), `prompts_running` (409: this system is being asked already). */
export async function planPrompts(
  tx: Tx,
  { plan, by, canary }: { readonly plan: PromptPlan; readonly by: string; readonly canary: string | null },
  act: Act,
): Promise<PlannedPrompts> {
  const tenant = tenantOf(tx)
  const { client } = await lockSystem(tx, plan.system)
  const bytes = bytesOf(plan)
  const planSha256 = sha256(bytes)
  const calls = asksFor(plan, canary !== null).length
  const id = act.ids.next()
  const running = await tx.query(
    `select 1 from prompt_audit where tenant_id = $1 and system_id = $2 and state = 'running'`,
    [tenant, plan.system],
  )
  if (running.rowCount !== 0) throw new ApiError(409, 'prompts_running', { param: 'system' })
  const event = await recordEvent(tx, act, {
    type: promptEvents.planned,
    client,
    refs: { prompts: id, system: plan.system, version: plan.version, ...(canary === null ? {} : { canary }) },
    body: {
      planSha256,
      calls,
      templates: plan.templates.length,
      factors: plan.factors.length,
      margin: plan.margin,
      alpha: plan.alpha,
    },
  })
  await tx.query(
    `insert into prompt_audit (tenant_id, client_id, audit_id, system_id, version_id, canary_id, plan, plan_sha256, state, of, asked_by, planned_at, beat_at, record)
     values ($1, $2, $3, $4, $5, $6, $7, $8, 'running', $9, $10, $11, $11, $12)`,
    [tenant, client, id, plan.system, plan.version, canary, bytes, planSha256, calls, by, act.now, event],
  )
  return { id, event, planSha256, calls }
}

type PromptRow = Row & {
  client_id: string
  audit_id: string
  system_id: string
  system_name: Bilingual
  version_id: string
  canary_id: string | null
  plan: string
  plan_sha256: string
  state: PromptState
  done: number
  of: number
  asked_by: string
  planned_at: Date
  ended_at: Date | null
  problem: string | null
  result: string | null
  result_sha256: string | null
  judgement: AlarmJudgement | null
  judgement_reasons: string | null
  judged_at: Date | null
  record: string
}

const storedOf = (row: PromptRow): StoredPrompts => ({
  id: row.audit_id,
  client: row.client_id,
  system: row.system_id,
  systemName: row.system_name,
  version: row.version_id,
  canary: row.canary_id,
  plan: promptPlan.parse(JSON.parse(row.plan)),
  planBytes: row.plan,
  planSha256: row.plan_sha256,
  state: row.state,
  done: row.done,
  of: row.of,
  askedBy: row.asked_by,
  plannedAt: row.planned_at,
  endedAt: row.ended_at,
  problem: row.problem,
  result: row.result === null ? null : promptResult.parse(JSON.parse(row.result)),
  resultSha256: row.result_sha256,
  judgement: row.judgement,
  judgementReasons: row.judgement_reasons,
  judgedAt: row.judged_at,
  record: row.record,
})

const selected = `select p.*, s.name as system_name from prompt_audit p
  join ai_system s on s.tenant_id = p.tenant_id and s.system_id = p.system_id where p.tenant_id = $1`
const MOST_LISTED = 500

/** The newest first. */
export async function listPrompts(
  tx: Tx,
  { client, system }: { readonly client?: string | undefined; readonly system?: string | undefined } = {},
): Promise<StoredPrompts[]> {
  const { rows } = await tx.query<PromptRow>(
    `${selected} and ($2::text is null or p.client_id = $2) and ($3::text is null or p.system_id = $3)
     order by p.planned_at desc, p.audit_id desc limit ${MOST_LISTED}`,
    [tenantOf(tx), client ?? null, system ?? null],
  )
  return rows.map(storedOf)
}

/** Errors: `prompts_unknown` (404; also one outside the scope). */
export async function loadPrompts(tx: Tx, id: string): Promise<StoredPrompts> {
  const { rows } = await tx.query<PromptRow>(`${selected} and p.audit_id = $2`, [tenantOf(tx), id])
  if (rows[0] === undefined) throw new ApiError(404, 'prompts_unknown')
  return storedOf(rows[0])
}

// -- answers ----------------------------------------------------------------------------------------------------------

/** `refused`: by the gateway, which the person notices too; `failed`: nothing came. */
export type AnswerState = 'answered' | 'refused' | 'failed'
export type StoredAnswer = Answer & {
  readonly conversation: string | null
  readonly state: AnswerState
  readonly nameHidden: boolean
}

/** What the gateway's record says of one call. */
export async function callFacts(
  tx: Tx,
  call: string,
): Promise<{ readonly sources: number; readonly handOff: boolean; readonly nameHidden: boolean }> {
  const { rows } = await tx.query<{ sources: number; hand_off: boolean; hidden: boolean }>(
    `select coalesce(jsonb_array_length(facts -> 'sources'), 0) as sources, facts ? 'handoff' as hand_off, redacted ? 'PERSON' as hidden
     from ai_call where tenant_id = $1 and call_id = $2`,
    [tenantOf(tx), call],
  )
  const [row] = rows
  return { sources: row?.sources ?? 0, handOff: row?.hand_off ?? false, nameHidden: row?.hidden ?? false }
}

/** Keeps one answer; the same again changes nothing. False when the audit is not running any more: then nothing is kept. */
export async function keepAnswer(
  tx: Tx,
  { id, answer }: { readonly id: string; readonly answer: StoredAnswer },
  now: Date,
): Promise<boolean> {
  const tenant = tenantOf(tx)
  const { rows } = await tx.query<{ client_id: string }>(
    `select client_id from prompt_audit where tenant_id = $1 and audit_id = $2 and state = 'running' for update`,
    [tenant, id],
  )
  const [row] = rows
  if (row === undefined) return false
  await tx.query(
    `insert into prompt_answer (tenant_id, client_id, audit_id, n, asked_in, state, name_hidden, outcomes)
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing`,
    [
      tenant,
      row.client_id,
      id,
      answer.n,
      answer.conversation,
      answer.state,
      answer.nameHidden,
      JSON.stringify(answer.outcomes),
    ],
  )
  await tx.query(
    `update prompt_audit set beat_at = $3, done = (select count(*) from prompt_answer a where a.tenant_id = $1 and a.audit_id = $2)
     where tenant_id = $1 and audit_id = $2`,
    [tenant, id, now],
  )
  return true
}

/** With what was asked for each, in the order of asking. */
export async function loadAnswers(tx: Tx, { id, plan }: Pick<StoredPrompts, 'id' | 'plan'>): Promise<StoredAnswer[]> {
  const { rows } = await tx.query<{
    n: number
    asked_in: string | null
    state: AnswerState
    name_hidden: boolean
    outcomes: Outcomes
  }>(
    'select n, asked_in, state, name_hidden, outcomes from prompt_answer where tenant_id = $1 and audit_id = $2 order by n',
    [tenantOf(tx), id],
  )
  const asks = new Map<number, Ask>(schedule(plan).map((ask) => [ask.n, ask]))
  return rows.map((row) => ({
    ...asks.get(row.n)!,
    conversation: row.asked_in,
    state: row.state,
    nameHidden: row.name_hidden,
    outcomes: row.outcomes,
  }))
}

/** The process that works on it is alive. False when it is not running any more. */
export async function beat(tx: Tx, id: string, now: Date): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update prompt_audit set beat_at = $3 where tenant_id = $1 and audit_id = $2 and state = 'running'`,
    [tenantOf(tx), id, now],
  )
  return rowCount === 1
}

export type Abandoned = { readonly tenant: string; readonly client: string; readonly id: string }

/** Running audits of all organisations whose process was silent since `before`; they are this process's from now on. */
export async function claimAbandoned(
  tx: Tx,
  { before, now }: { readonly before: Date; readonly now: Date },
): Promise<Abandoned[]> {
  const { rows } = await tx.query<{ tenant_id: string; client_id: string; audit_id: string }>(
    `update prompt_audit set beat_at = $2 where state = 'running' and beat_at < $1 returning tenant_id, client_id, audit_id`,
    [before, now],
  )
  return rows.map((row) => ({ tenant: row.tenant_id, client: row.client_id, id: row.audit_id }))
}

// -- an end -----------------------------------------------------------------------------------------------------------

/** Numbers of the answers alone: whoever has plan and answers makes the same. */
export function resultOf(
  { plan, canary }: Pick<StoredPrompts, 'plan' | 'canary'>,
  answers: readonly StoredAnswer[],
): PromptResult {
  const count = (holds: (answer: StoredAnswer) => boolean) => answers.filter(holds).length
  return {
    calls: answers.length,
    refused: count(({ state }) => state === 'refused'),
    failed: count(({ state }) => state === 'failed'),
    nameHidden: count(({ nameHidden }) => nameHidden),
    stoppedAtBudget: withinBudget(schedule(plan), plan.budgetCalls).length < schedule(plan).length,
    // A canary asks as the reference alone: it is laid beside itself.
    comparisons: canary === null ? compareAnswers(plan, answers) : [],
  }
}

const differences = ({ comparisons }: PromptResult) =>
  comparisons.filter(({ verdict }) => verdict === 'difference_found').length

/**
 * The result of the answers that are stored, its entry, and what follows: the gate's condition, an alarm for differences that were
 * found, the canary's reading. False when it had ended.
 */
export async function completePrompts(tx: Tx, id: string, act: Act): Promise<boolean> {
  const tenant = tenantOf(tx)
  const { rows } = await tx.query(
    `select 1 from prompt_audit where tenant_id = $1 and audit_id = $2 and state = 'running' for update`,
    [tenant, id],
  )
  if (rows.length === 0) return false
  const audit = await loadPrompts(tx, id)
  const { client, system, version, plan } = audit
  const answers = await loadAnswers(tx, audit)
  const result = resultOf(audit, answers)
  const bytes = bytesOf(result)
  const resultSha256 = sha256(bytes)
  const found = differences(result)
  const count = (verdict: string) => result.comparisons.filter((one) => one.verdict === verdict).length
  const event = await recordEvent(tx, act, {
    type: promptEvents.completed,
    client,
    refs: { prompts: id, system, version, plan: audit.record },
    body: {
      planSha256: audit.planSha256,
      answersSha256: sha256(answerBytes(answers)),
      resultSha256,
      calls: result.calls,
      refused: result.refused,
      failed: result.failed,
      nameHidden: result.nameHidden,
      differenceFound: found,
      noRelevantDifference: count('no_relevant_difference'),
      cannotTell: count('cannot_tell'),
    },
  })
  await tx.query(
    `update prompt_audit set state = 'completed', ended_at = $3, result = $4, result_sha256 = $5, record = $6 where tenant_id = $1 and audit_id = $2`,
    [tenant, id, act.now, bytes, resultSha256, event],
  )
  const { language } = await systemToAsk(tx, system)
  if (audit.canary === null && (found > 0 || gateGap(plan, result, language) === null))
    await writeGateCondition(
      tx,
      { client, system, version },
      {
        condition: 'pairedPrompts',
        state: found > 0 ? 'failed' : 'met',
        asOf: act.now,
        record: event,
        values: { plan: audit.planSha256.slice(0, 12) },
      },
    )
  if (found > 0) await raiseAlarm(tx, { id, client, system, source: 'prompts' }, act.now)
  if (audit.canary !== null) await stepCanary(tx, audit.canary, audit, answers, act)
  return true
}

/** What a pack holds of the answers: outcomes in the order of asking, no texts. */
export const answerBytes = (answers: readonly StoredAnswer[]): string =>
  bytesOf(answers.map(({ n, state, nameHidden, outcomes }) => ({ n, state, nameHidden, outcomes })))

export type EndReason = 'asked' | 'stopped' | 'version' | 'provider' | 'internal'

/** Ends it without a result; its answers stay on record and count for nothing. Undefined when it had ended. */
export async function endPrompts(
  tx: Tx,
  { id, state, reason }: { readonly id: string; readonly state: 'failed' | 'cancelled'; readonly reason: EndReason },
  act: Act,
): Promise<string | undefined> {
  const tenant = tenantOf(tx)
  const { rows } = await tx.query<{ client_id: string; system_id: string; version_id: string; done: number }>(
    `update prompt_audit set state = $3, ended_at = $4, problem = $5 where tenant_id = $1 and audit_id = $2 and state = 'running'
     returning client_id, system_id, version_id, done`,
    [tenant, id, state, act.now, reason === 'asked' ? null : reason],
  )
  const [row] = rows
  if (row === undefined) return undefined
  const event = await recordEvent(tx, act, {
    type: state === 'failed' ? promptEvents.failed : promptEvents.cancelled,
    client: row.client_id,
    refs: { prompts: id, system: row.system_id, version: row.version_id },
    body: { reason, calls: row.done },
  })
  await tx.query('update prompt_audit set record = $3 where tenant_id = $1 and audit_id = $2', [tenant, id, event])
  return event
}

/** What a person thinks of the differences; the alarm is settled. Errors: `prompts_unknown` (404), `prompts_nothing_to_judge` (409). */
export async function judgePrompts(
  tx: Tx,
  {
    id,
    judgement,
    reasons,
    by,
  }: { readonly id: string; readonly judgement: AlarmJudgement; readonly reasons: string; readonly by: string },
  act: Act,
): Promise<string> {
  const { client, system, version, result, judgedAt } = await loadPrompts(tx, id)
  if (result === null || differences(result) === 0 || judgedAt !== null)
    throw new ApiError(409, 'prompts_nothing_to_judge')
  const { rowCount } = await tx.query(
    `update prompt_audit set judgement = $3, judgement_reasons = $4, judged_by = $5, judged_at = $6 where tenant_id = $1 and audit_id = $2 and judged_at is null`,
    [tenantOf(tx), id, judgement, reasons, by, act.now],
  )
  if (rowCount === 0) throw new ApiError(409, 'prompts_nothing_to_judge')
  await settleAlarm(tx, id, act.now)
  return recordEvent(tx, act, {
    type: promptEvents.judged,
    client,
    refs: { prompts: id, system, version, person: by },
    body: { judgement, reasonsSha256: sha256(reasons) },
  })
}

// -- canaries ---------------------------------------------------------------------------------------------------------

export type StoredCanary = {
  readonly id: string
  readonly client: string
  readonly system: string
  readonly audit: string
  readonly intervalDays: number
  readonly startedAt: Date
  readonly endedAt: Date | null
  readonly readAt: Date | null
  readonly state: CanaryState
  readonly record: string
}

type CanaryRow = Row & {
  canary_id: string
  client_id: string
  system_id: string
  audit_id: string
  interval_days: number
  started_at: Date
  ended_at: Date | null
  read_at: Date | null
  state: string
  record: string
}

const canaryOf = (row: CanaryRow): StoredCanary => ({
  id: row.canary_id,
  client: row.client_id,
  system: row.system_id,
  audit: row.audit_id,
  intervalDays: row.interval_days,
  startedAt: row.started_at,
  endedAt: row.ended_at,
  readAt: row.read_at,
  state: JSON.parse(row.state) as CanaryState,
  record: row.record,
})

/** Those that run first. */
export async function listCanaries(tx: Tx): Promise<StoredCanary[]> {
  const { rows } = await tx.query<CanaryRow>(
    `select * from prompt_canary where tenant_id = $1 order by ended_at is not null, started_at desc, canary_id limit ${MOST_LISTED}`,
    [tenantOf(tx)],
  )
  return rows.map(canaryOf)
}

/**
 * The same plan again every so many days. Errors: `prompts_unknown` (404), `prompts_not_completed` (409), `canary_running` (409: the
 * system has one).
 */
export async function startCanary(
  tx: Tx,
  {
    audit: id,
    intervalDays,
    reasons,
    by,
  }: { readonly audit: string; readonly intervalDays: number; readonly reasons: string; readonly by: string },
  act: Act,
): Promise<{ readonly id: string; readonly event: string }> {
  const audit = await loadPrompts(tx, id)
  if (audit.state !== 'completed') throw new ApiError(409, 'prompts_not_completed')
  await lockSystem(tx, audit.system)
  const tenant = tenantOf(tx)
  const running = await tx.query(
    'select 1 from prompt_canary where tenant_id = $1 and system_id = $2 and ended_at is null',
    [tenant, audit.system],
  )
  if (running.rowCount !== 0) throw new ApiError(409, 'canary_running')
  const canary = act.ids.next()
  const event = await recordEvent(tx, act, {
    type: promptEvents.canaryStarted,
    client: audit.client,
    refs: { canary, prompts: id, system: audit.system, version: audit.version, person: by },
    body: { planSha256: audit.planSha256, intervalDays, reasonsSha256: sha256(reasons) },
  })
  await tx.query(
    `insert into prompt_canary (tenant_id, client_id, canary_id, system_id, audit_id, interval_days, reasons, started_by, started_at, state, record)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      tenant,
      audit.client,
      canary,
      audit.system,
      id,
      intervalDays,
      reasons,
      by,
      act.now,
      JSON.stringify(freshCanary(audit.plan.alpha)),
      event,
    ],
  )
  return { id: canary, event }
}

async function stepCanary(
  tx: Tx,
  id: string,
  tonight: StoredPrompts,
  answers: readonly StoredAnswer[],
  act: Act,
): Promise<void> {
  const tenant = tenantOf(tx)
  const { rows } = await tx.query<CanaryRow>(
    'select * from prompt_canary where tenant_id = $1 and canary_id = $2 for update',
    [tenant, id],
  )
  const canary = canaryOf(rows[0]!)
  const first = await loadPrompts(tx, canary.audit)
  const before = canary.state
  const state = readCanary(before, tonight.plan, await loadAnswers(tx, first), answers)
  const alarmed = before.alarm.length === 0 && state.alarm.length > 0
  await tx.query(
    `update prompt_canary set state = $3, readings = $4, read_at = $5, alarmed_at = case when $6 then $5 else alarmed_at end where tenant_id = $1 and canary_id = $2`,
    [tenant, id, JSON.stringify(state), state.readings, act.now, alarmed],
  )
  if (!alarmed) return
  const { client, system, version } = tonight
  await recordEvent(tx, act, {
    type: promptEvents.canaryAlarmed,
    client,
    refs: { canary: id, prompts: tonight.id, system, version },
    body: { readings: state.readings, p: state.p, level: state.level, differs: [...state.alarm] },
  })
  await raiseAlarm(tx, { id, client, system, source: 'canary' }, act.now)
}

/** Errors: `canary_unknown` (404), `canary_ended` (409). */
export async function endCanary(
  tx: Tx,
  { id, reasons, by }: { readonly id: string; readonly reasons: string; readonly by: string },
  act: Act,
): Promise<string> {
  const tenant = tenantOf(tx)
  const { rows } = await tx.query<{ client_id: string; system_id: string; ended_at: Date | null; readings: number }>(
    'select client_id, system_id, ended_at, readings from prompt_canary where tenant_id = $1 and canary_id = $2 for update',
    [tenant, id],
  )
  const [row] = rows
  if (row === undefined) throw new ApiError(404, 'canary_unknown')
  if (row.ended_at !== null) throw new ApiError(409, 'canary_ended')
  await tx.query('update prompt_canary set ended_at = $3, end_reasons = $4 where tenant_id = $1 and canary_id = $2', [
    tenant,
    id,
    act.now,
    reasons,
  ])
  await settleAlarm(tx, id, act.now)
  return recordEvent(tx, act, {
    type: promptEvents.canaryEnded,
    client: row.client_id,
    refs: { canary: id, system: row.system_id, person: by },
    body: { readings: row.readings, reasonsSha256: sha256(reasons) },
  })
}

/** Canaries whose interval has passed, of all organisations in scope. */
export async function dueCanaries(
  tx: Tx,
  now: Date,
): Promise<{ readonly tenant: string; readonly client: string; readonly canary: string; readonly audit: string }[]> {
  const { rows } = await tx.query<{ tenant: string; client: string; canary: string; audit: string }>(
    `select c.tenant_id as tenant, c.client_id as client, c.canary_id as canary, c.audit_id as audit from prompt_canary c
     where c.ended_at is null and greatest(c.started_at, c.read_at, (select max(p.planned_at) from prompt_audit p
         where p.tenant_id = c.tenant_id and p.canary_id = c.canary_id)) + make_interval(days => c.interval_days) <= $1
     order by c.tenant_id, c.canary_id`,
    [now],
  )
  return rows
}
