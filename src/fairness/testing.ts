/** For tests: an audit of a text, in pieces of any size, without a file. */
import { runAudit } from './audit.ts'
import type { CellTable } from './cells.ts'
import { StopReading } from './columns.ts'
import { type AuditPlanInput, type AuditReport, auditReport, type ProblemList } from './contract.ts'
import { createDelimitedReader } from './delimited.ts'
import { createIntake } from './intake.ts'
import { readAuditPlan } from './plan.ts'

export type TextAudit =
  | { readonly ok: true; readonly report: AuditReport; readonly table: CellTable }
  | { readonly ok: false; readonly problems: ProblemList }

export function planOf(input: AuditPlanInput) {
  const read = readAuditPlan(input)
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  return read.plan
}

/** Reads and audits; the report is held against its schema. `piece` is how many bytes come at once. */
export function auditText(text: string | Buffer, input: AuditPlanInput, piece = 1 << 16): TextAudit {
  const plan = planOf(input)
  const intake = createIntake(plan)
  const bytes = Buffer.from(text)
  const reader = createDelimitedReader(intake, plan.file)
  try {
    for (let at = 0; at < bytes.length; at += piece) reader.push(bytes.subarray(at, at + piece))
    reader.end()
  } catch (error) {
    if (!(error instanceof StopReading)) throw error
  }
  const found = intake.finish()
  if (!found.ok) return { ok: false, problems: intake.problems.list() }
  const report = runAudit(found.table, plan, { planSha256: '', cellsSha256: '', inputSha256: null })
  // Given as it is: a schema's record would lose a column or group that is called __proto__.
  auditReport.parse(report)
  return { ok: true, report, table: found.table }
}

/** Columns of values to a text; null is an empty field, texts are quoted. */
export function csvOf(columns: Readonly<Record<string, readonly (string | number | null)[]>>): string {
  const names = Object.keys(columns)
  const field = (value: string | number | null) =>
    value === null ? '' : typeof value === 'number' ? String(value) : `"${value.replaceAll('"', '""')}"`
  const rows = columns[names[0]!]!.map((_, i) => names.map((name) => field(columns[name]![i]!)).join(','))
  return [names.map(field).join(','), ...rows, ''].join('\n')
}

export function reportOf(audit: TextAudit): AuditReport {
  if (!audit.ok) throw new Error(JSON.stringify(audit.problems))
  return audit.report
}

export const codesOf = (audit: TextAudit): string[] =>
  audit.ok
    ? [...new Set(audit.report.findings.map(({ code }) => code))]
    : audit.problems.problems.map(({ code }) => code)
