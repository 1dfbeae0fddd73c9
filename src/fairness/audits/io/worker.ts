/** The thread in which an audit is read and computed: the process keeps answering calls meanwhile. Started by `thread.ts` only. */
import { parentPort, workerData } from 'node:worker_threads'
import { auditFile, sha256 } from '../../io/audit-file.ts'
import { cellsBytes, planBytes, readAuditPlan, readCells, runAudit } from '../../rules.ts'
import type { Task, ThreadMessage } from './thread.ts'

const PROGRESS_MS = 500

const say = (message: ThreadMessage) => parentPort!.postMessage(message)

async function work(task: Task): Promise<void> {
  const read = readAuditPlan(JSON.parse(task.plan))
  if (!read.ok) return say({ kind: 'problems', problems: read.problems })
  const { plan } = read
  if (task.kind === 'cells') {
    const origin = { planSha256: sha256([planBytes(plan)]), cellsSha256: sha256([task.cells]), inputSha256: null }
    return say({ kind: 'done', report: runAudit(readCells(task.cells), plan, origin), cells: task.cells })
  }
  let told = 0
  const found = await auditFile(task.path, plan, {
    limitBytes: task.limitBytes,
    engine: 'auto',
    onProgress(bytes, of) {
      const now = performance.now()
      if (now - told < PROGRESS_MS && bytes < of) return
      told = now
      say({ kind: 'progress', read: bytes, of })
    },
  })
  if (!found.ok) return say({ kind: 'problems', problems: found.problems })
  say({ kind: 'done', report: found.report, cells: cellsBytes(found.table) })
}

await work(workerData as Task)
