/** An audit of a file: read to cells, hash, run. */
import { createHash } from 'node:crypto'
import { runAudit } from '../audit.ts'
import type { CellTable } from '../cells.ts'
import { cellsPieces } from '../cells-bytes.ts'
import type { AuditPlan, AuditReport, ProblemList } from '../contract.ts'
import { createIntake } from '../intake.ts'
import { planBytes } from '../plan.ts'
import { type Connection, readPostgres } from './postgres.ts'
import { type Read, type ReadOptions, readTable } from './table.ts'

export function sha256(pieces: Iterable<string>): string {
  const hash = createHash('sha256')
  for (const piece of pieces) hash.update(piece)
  return hash.digest('hex')
}

export type TableAudit =
  | { readonly ok: true; readonly report: AuditReport; readonly table: CellTable }
  | { readonly ok: false; readonly problems: ProblemList }

export type FileAudit =
  | {
      readonly ok: true
      readonly report: AuditReport
      /** What the report was made from; its bytes (`cellsPieces`) have the hash that the report holds. */
      readonly table: CellTable
      readonly input: Read
    }
  | { readonly ok: false; readonly problems: ProblemList }

/** Counts in the database and audits what comes back. The report holds no hash of an input, for there is no file. */
export async function auditTable(connection: Connection, table: string, plan: AuditPlan): Promise<TableAudit> {
  const intake = createIntake(plan)
  await readPostgres(connection, table, intake)
  const found = intake.finish()
  if (!found.ok) return { ok: false, problems: intake.problems.list() }
  return { ok: true, report: report(found.table, plan, null), table: found.table }
}

function report(table: CellTable, plan: AuditPlan, inputSha256: string | null): AuditReport {
  const origin = { planSha256: sha256([planBytes(plan)]), cellsSha256: sha256(cellsPieces(table)), inputSha256 }
  return runAudit(table, plan, origin)
}

/** Reads the file once, within bounds, and audits it. Nothing is written. Throws only when aborted. */
export async function auditFile(path: string, plan: AuditPlan, options: ReadOptions = {}): Promise<FileAudit> {
  const intake = createIntake(plan)
  const input = await readTable(path, intake, plan.file, options)
  const found = intake.finish()
  if (!found.ok || input === undefined) return { ok: false, problems: intake.problems.list() }
  return { ok: true, report: report(found.table, plan, input.sha256), table: found.table, input }
}
