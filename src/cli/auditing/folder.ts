/** The folder of an audit: the plan first, then what came of it; nothing half-written stays. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Problem } from '../../fairness/contract.ts'

export type AuditFolder = {
  /** Writes the plan before data are read, or says that another plan was there with its result. */
  begin(plan: string, planSha256: string): Problem | undefined
  /** Cells and report, each at once. */
  finish(cells: Iterable<string>, report: string): void
  /** Takes away what `begin` made. */
  abandon(): void
}

export function auditFolder(path: string, sha256: (pieces: Iterable<string>) => string): AuditFolder {
  const plan = join(path, 'plan.json')
  const report = join(path, 'report.json')
  let madeFolder: string | undefined
  let madePlan = false

  function atOnce(file: string, pieces: Iterable<string>): void {
    const temporary = `${file}.part`
    try {
      writeFileSync(temporary, '')
      for (const piece of pieces) writeFileSync(temporary, piece, { flag: 'a' })
      renameSync(temporary, file)
    } finally {
      rmSync(temporary, { force: true })
    }
  }

  return {
    begin(bytes, planSha256) {
      if (existsSync(plan)) {
        const first = sha256([readFileSync(plan, 'utf8')])
        if (first === planSha256) return undefined
        if (existsSync(report)) return { code: 'plan_changed_after_result', expected: first.slice(0, 12) }
      }
      madeFolder = mkdirSync(path, { recursive: true })
      atOnce(plan, [bytes])
      madePlan = true
      return undefined
    },
    finish(cells, bytes) {
      atOnce(join(path, 'cells.json'), cells)
      atOnce(report, [bytes])
    },
    abandon() {
      if (!madePlan) return
      rmSync(plan, { force: true })
      if (madeFolder !== undefined) rmSync(madeFolder, { recursive: true, force: true })
    },
  }
}
