/** Recorded decisions and conversations to cells: PostgreSQL counts, in the transaction and within the scope of who asks. */
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
import { columnsOfConversations, columnsOfDecisions } from '../columns.ts'
import { conversationColumns, decisionColumns, type RecordedSource } from '../contract.ts'

const kinds: Readonly<Record<string, SqlColumn['kind']>> = {
  score: 'real',
  threshold: 'real',
  favourable: 'whole',
  observed: 'whole',
  turns: 'whole',
  answered: 'whole',
  refused: 'whole',
  told: 'whole',
  handed_off: 'whole',
  wait_minutes: 'real',
  wait_ended: 'whole',
  came_back: 'whole',
}
const typed = (names: readonly string[]): readonly SqlColumn[] =>
  names.map((name) => ({ name, kind: kinds[name] ?? 'text' }))
/** Of each source: the columns that stand beside every row, and the view that counts them. */
const recorded = {
  decisions: { columns: typed(decisionColumns), view: 'audited_decision' },
  conversations: { columns: typed(conversationColumns), view: 'audited_conversation' },
} as const

export type Wanted = {
  readonly source: RecordedSource
  readonly client: string
  readonly system: string
  readonly from: Date | null
  readonly now: Date
}

/** Columns of what is recorded of a system. Errors: `system_unknown`, also for one of another client. */
export async function columnsThere(
  tx: Tx,
  { source, client, system }: Pick<Wanted, 'source' | 'client' | 'system'>,
  now: Date,
): Promise<string[]> {
  const found = await loadDecisionRules(tx, system)
  if (found === undefined || found.client !== client)
    throw new ApiError(404, 'system_unknown', { param: 'system', values: { system } })
  const attributes = (await loadAttributes(tx, client)).filter((one) => !isOver(one, now))
  return source === 'decisions' ? columnsOfDecisions(found.rules, attributes) : columnsOfConversations(attributes)
}

/** From here on in this transaction the views show what is wanted. */
export async function inRecorded(tx: Tx, { client, system, from, now }: Wanted): Promise<void> {
  await tx.query(
    `select set_config('waarborg.audit_client', $1, true), set_config('waarborg.audit_system', $2, true), set_config('waarborg.audit_from', $3, true),
       set_config('waarborg.audit_now', $4, true)`,
    [client, system, from === null ? '' : from.toISOString(), now.toISOString()],
  )
}

/** Errors as of a file: a column that is not there, too many combinations. */
export async function countRecorded(
  tx: Tx,
  plan: AuditPlan,
  wanted: Wanted,
): Promise<{ readonly ok: true; readonly table: CellTable } | { readonly ok: false; readonly problems: ProblemList }> {
  const intake = createIntake(plan)
  const { columns, view } = recorded[wanted.source]
  if (!columnsFound(intake, columns)) return { ok: false, problems: intake.problems.list() }
  await inRecorded(tx, wanted)
  const { rows } = await tx.query<Record<string, string | number | null>>(
    cellsQuery(intake.needs, columns, view, 'postgresql'),
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
