/** Recorded decisions to a data sheet: PostgreSQL counts the combinations, in the transaction and within the scope of who asks. */
import type { Tx } from '../../../platform/database.ts'
import { decisionColumns } from '../../audits/contract.ts'
import { inRecorded } from '../../audits/io/decisions.ts'
import { StopReading } from '../../columns.ts'
import type { CoveragePlan } from '../../contract.ts'
import { runCoverage } from '../../coverage.ts'
import { createCoverageIntake } from '../../coverage-intake.ts'
import { sha256 } from '../../io/audit-file.ts'
import type { FileCoverage } from '../../io/coverage-file.ts'
import { TooManyPatterns } from '../../patterns.ts'
import { planBytes } from '../../plan.ts'
import { cellsQuery, type SqlColumn } from '../../sql.ts'
import { columnsFound, createRowTaker } from '../../sql-rows.ts'

const columns: readonly SqlColumn[] = decisionColumns.map((name) => ({ name, kind: 'text' }))

export async function coverageOfDecisions(
  tx: Tx,
  plan: CoveragePlan,
  { now, ...place }: { readonly client: string; readonly system: string; readonly now: Date },
): Promise<FileCoverage> {
  const intake = createCoverageIntake(plan)
  if (!columnsFound(intake, columns)) return { ok: false, problems: intake.problems.list() }
  await inRecorded(tx, { ...place, source: 'decisions', from: null, now })
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
    const found = intake.finish()
    if (!found.ok) return found
    return { ok: true, report: runCoverage(found.table, plan, sha256([planBytes(plan)])), inputSha256: null }
  } catch (error) {
    if (error instanceof TooManyPatterns) intake.problems.add({ code: 'cardinality_too_high', expected: 'columns' })
    else if (!(error instanceof StopReading)) throw error
    return { ok: false, problems: intake.problems.list() }
  }
}
