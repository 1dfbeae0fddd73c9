/** SQL of data sheets; each change with its entry. */
import type { Act } from '../../../access/index.ts'
import type { Tx } from '../../../platform/database.ts'
import { ApiError } from '../../../platform/http.ts'
import { recordEvent, tenantOf, writeGateCondition } from '../../../records/index.ts'
import type { CoveragePlan, ProblemList } from '../../contract.ts'
import { MOST_SHEETS, type PublishedSheet, sheetEvents } from '../contract.ts'

export type NewSheet = {
  readonly client: string
  readonly name: string
  readonly source: 'file' | 'decisions'
  readonly system: string | null
  readonly version: string | null
  readonly plan: CoveragePlan
  /** Canonical bytes of the plan, and their hash. */
  readonly bytes: string
  readonly planSha256: string
  readonly intervalDays: number | null
  readonly by: string
}

export type StoredSheet = Omit<NewSheet, 'by'> & {
  readonly id: string
  readonly state: 'reading' | 'completed' | 'failed'
  readonly plannedAt: Date
  readonly endedAt: Date | null
  readonly problems: ProblemList | null
  readonly inputSha256: string | null
  readonly report: PublishedSheet | null
  readonly reportSha256: string | null
  readonly record: string
}

/** Fixes a plan before a row is read. Errors: `client_unknown`, `version_unknown` (404; also outside the scope). */
export async function planSheet(tx: Tx, sheet: NewSheet, act: Act): Promise<{ id: string; event: string }> {
  const tenant = tenantOf(tx)
  const client = await tx.query('select 1 from client where tenant_id = $1 and client_id = $2', [tenant, sheet.client])
  if (client.rowCount === 0)
    throw new ApiError(404, 'client_unknown', { param: 'client', values: { client: sheet.client } })
  if (sheet.system !== null) {
    const found = await tx.query(
      `select 1 from system_version v join ai_system s on s.tenant_id = v.tenant_id and s.system_id = v.system_id
        where v.tenant_id = $1 and s.client_id = $2 and v.system_id = $3 and v.version_id = $4`,
      [tenant, sheet.client, sheet.system, sheet.version],
    )
    if (found.rowCount === 0)
      throw new ApiError(404, 'version_unknown', { param: 'version', values: { version: sheet.version ?? '' } })
  }
  const id = act.ids.next()
  const event = await recordEvent(tx, act, {
    type: sheetEvents.planned,
    client: sheet.client,
    refs: { sheet: id, ...(sheet.system === null ? {} : { system: sheet.system, version: sheet.version! }) },
    body: { planSha256: sheet.planSha256, source: sheet.source, intervalDays: sheet.intervalDays },
  })
  await tx.query(
    `insert into data_sheet (tenant_id, client_id, sheet_id, name, source, system_id, version_id, plan, plan_sha256, interval_days, state, asked_by, planned_at, record)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'reading', $11, $12, $13)`,
    [
      tenant,
      sheet.client,
      id,
      sheet.name,
      sheet.source,
      sheet.system,
      sheet.version,
      sheet.bytes,
      sheet.planSha256,
      sheet.intervalDays,
      sheet.by,
      act.now,
      event,
    ],
  )
  return { id, event }
}

export type SheetEnd =
  | {
      readonly ok: true
      readonly report: PublishedSheet
      readonly reportSha256: string
      readonly inputSha256: string | null
    }
  | { readonly ok: false; readonly problems: ProblemList }

/** The outcome with its entry, and what it says of the version for its gate. Errors: `sheet_ended` (409) when it was read already. */
export async function endSheet(tx: Tx, sheet: StoredSheet, end: SheetEnd, act: Act): Promise<string> {
  const event = await recordEvent(tx, act, {
    type: end.ok ? sheetEvents.completed : sheetEvents.failed,
    client: sheet.client,
    refs: { sheet: sheet.id, plan: sheet.record },
    body: end.ok
      ? {
          planSha256: sheet.planSha256,
          inputSha256: end.inputSha256,
          reportSha256: end.reportSha256,
          n: end.report.n,
          findings: end.report.findings.length,
        }
      : { problems: end.problems.total },
  })
  const { rowCount } = await tx.query(
    `update data_sheet set state = $3, ended_at = $4, problems = $5, input_sha256 = $6, report = $7, report_sha256 = $8, record = $9
      where tenant_id = $1 and sheet_id = $2 and state = 'reading'`,
    [
      tenantOf(tx),
      sheet.id,
      end.ok ? 'completed' : 'failed',
      act.now,
      end.ok ? null : JSON.stringify(end.problems),
      end.ok ? end.inputSha256 : null,
      end.ok ? JSON.stringify(end.report) : null,
      end.ok ? end.reportSha256 : null,
      event,
    ],
  )
  if (rowCount === 0) throw new ApiError(409, 'sheet_ended')
  if (end.ok && sheet.system !== null)
    await writeGateCondition(
      tx,
      { client: sheet.client, system: sheet.system, version: sheet.version! },
      { condition: 'dataSheet', state: 'met', asOf: act.now, record: sheet.id, values: { rows: end.report.n } },
    )
  return event
}

type SheetRow = {
  client_id: string
  sheet_id: string
  name: string
  source: StoredSheet['source']
  system_id: string | null
  version_id: string | null
  plan: string
  plan_sha256: string
  interval_days: number | null
  state: StoredSheet['state']
  planned_at: Date
  ended_at: Date | null
  problems: ProblemList | null
  input_sha256: string | null
  report: string | null
  report_sha256: string | null
  record: string
}

const sheetOf = (row: SheetRow): StoredSheet => ({
  client: row.client_id,
  id: row.sheet_id,
  name: row.name,
  source: row.source,
  system: row.system_id,
  version: row.version_id,
  plan: JSON.parse(row.plan) as CoveragePlan,
  bytes: row.plan,
  planSha256: row.plan_sha256,
  intervalDays: row.interval_days,
  state: row.state,
  plannedAt: row.planned_at,
  endedAt: row.ended_at,
  problems: row.problems,
  inputSha256: row.input_sha256,
  report: row.report === null ? null : (JSON.parse(row.report) as PublishedSheet),
  reportSha256: row.report_sha256,
  record: row.record,
})

/** Sheets in scope, the newest first. */
export async function loadSheets(tx: Tx): Promise<StoredSheet[]> {
  const { rows } = await tx.query<SheetRow>(
    `select * from data_sheet where tenant_id = $1 order by planned_at desc, sheet_id desc limit ${MOST_SHEETS}`,
    [tenantOf(tx)],
  )
  return rows.map(sheetOf)
}

/** Errors: `sheet_unknown` (404; also one outside the scope). */
export async function loadSheet(tx: Tx, sheet: string): Promise<StoredSheet> {
  const { rows } = await tx.query<SheetRow>('select * from data_sheet where tenant_id = $1 and sheet_id = $2', [
    tenantOf(tx),
    sheet,
  ])
  if (rows[0] === undefined) throw new ApiError(404, 'sheet_unknown')
  return sheetOf(rows[0])
}
