/** Coverage of a file: read, count, look. */
import type { CoveragePlan, CoverageReport, ProblemList } from '../contract.ts'
import { runCoverage } from '../coverage.ts'
import { createCoverageIntake } from '../coverage-intake.ts'
import { TooManyPatterns } from '../patterns.ts'
import { planBytes } from '../plan.ts'
import { sha256 } from './audit-file.ts'
import { type ReadOptions, readTable } from './table.ts'

export type FileCoverage =
  | { readonly ok: true; readonly report: CoverageReport; readonly inputSha256: string | null }
  | { readonly ok: false; readonly problems: ProblemList }

/** Reads the file once, within bounds. Nothing is written. Throws only when aborted. */
export async function coverageOfFile(
  path: string,
  plan: CoveragePlan,
  options: ReadOptions = {},
): Promise<FileCoverage> {
  const intake = createCoverageIntake(plan)
  const input = await readTable(path, intake, plan.file, options)
  const found = intake.finish()
  if (!found.ok || input === undefined) return { ok: false, problems: intake.problems.list() }
  try {
    return { ok: true, report: runCoverage(found.table, plan, sha256([planBytes(plan)])), inputSha256: input.sha256 }
  } catch (error) {
    if (!(error instanceof TooManyPatterns)) throw error
    intake.problems.add({ code: 'cardinality_too_high', expected: 'columns' })
    return { ok: false, problems: intake.problems.list() }
  }
}
