/** Recorded decisions to cells: PostgreSQL counts, in the transaction and within the scope of who asks. */
import type { Tx } from '../../../platform/database.ts'
import { ApiError } from '../../../platform/http.ts'
import { loadAttributes, loadDecisionRules } from '../../../records/index.ts'
import { isOver } from '../../../records/rules.ts'
import type { CellTable } from '../../cells.ts'
import { StopReading } from '../../columns.ts'
import type { AuditPlan, ProblemList } from '../../contract.ts'
import { createIntake } from '../../intake.ts'
import { cellsQuery, type SqlColumn } from '../../sql.ts'
import { columnsFound, createRowTaker } from '../../sql-rows.ts'
import { columnsOfDecisions } from '../columns.ts'
import { decisionColumns } from '../contract.ts'

const kinds: Readonly<Record<string, SqlColumn['kind']>> = {
  score: 'real',
  threshold: 'real',
  favourable: 'whole',
  observed: 'whole',
}
const columns: readonly SqlColumn[] = decisionColumns.map((name) => ({ name, kind: kinds[name] ?? 'text' }))

export type Wanted = { readonly client: string; readonly system: string; readonly from: Date | null }

/** Columns of the recorded decisions of a system. Errors: `system_unknown`, also for one of another client. */
export async function columnsThere(
  tx: Tx,
  { client, system }: Pick<Wanted, 'client' | 'system'>,
  now: Date,
): Promise<string[]> {
  const found = await loadDecisionRules(tx, system)
  if (found === undefined || found.client !== client)
    throw new ApiError(404, 'system_unknown', { param: 'system', values: { system } })
  const attributes = (await loadAttributes(tx, client)).filter((one) => !isOver(one, now))
  return columnsOfDecisions(found.rules, attributes)
}

/** From here on in this transaction the views show the decisions that are wanted. */
export async function inDecisions(tx: Tx, { client, system, from }: Wanted): Promise<void> {
  await tx.query(
    `select set_config('waarborg.audit_client', $1, true), set_config('waarborg.audit_system', $2, true), set_config('waarborg.audit_from', $3, true)`,
    [client, system, from === null ? '' : from.toISOString()],
  )
}

export async function countDecisions(
  tx: Tx,
  plan: AuditPlan,
  wanted: Wanted,
): Promise<{ readonly ok: true; readonly table: CellTable } | { readonly ok: false; readonly problems: ProblemList }> {
  const intake = createIntake(plan)
  if (!columnsFound(intake, columns)) return { ok: false, problems: intake.problems.list() }
  await inDecisions(tx, wanted)
  const { rows } = await tx.query<Record<string, string | number | null>>(
    cellsQuery(intake.needs, columns, 'audited_decision', 'postgresql'),
  )
  const take = createRowTaker(intake)
  try {
    for (const row of rows)
      take(
        intake.needs.map((_, i) => row[`c${i}`] as string | null),
        Number(row.times),
      )
  } catch (error) {
    if (!(error instanceof StopReading)) throw error
  }
  return intake.finish()
}
