/** Runs one audit in a thread of its own: progress on the way, a result or problems at the end, and it can be broken off. */
import { Worker } from 'node:worker_threads'
import type { AuditReport, ProblemList } from '../../contract.ts'

/** `plan`: canonical bytes. `cells`: counts that were made already. */
export type Task =
  | { readonly kind: 'file'; readonly plan: string; readonly path: string; readonly limitBytes: number }
  | { readonly kind: 'cells'; readonly plan: string; readonly cells: string }

export type ThreadMessage =
  | { readonly kind: 'progress'; readonly read: number; readonly of: number }
  | { readonly kind: 'problems'; readonly problems: ProblemList }
  | { readonly kind: 'done'; readonly report: AuditReport; readonly cells: string }

export type ThreadResult = Exclude<ThreadMessage, { kind: 'progress' }>

/** Memory of one audit; beyond it the audit fails and the process goes on. */
const MOST_MEGABYTES = 1_024

export class Interrupted extends Error {
  override readonly name = 'Interrupted'
}

/** Throws `Interrupted` when the signal breaks it off, and what the thread threw otherwise. */
export function inThread(
  task: Task,
  { signal, onProgress }: { readonly signal: AbortSignal; readonly onProgress: (read: number, of: number) => void },
): Promise<ThreadResult> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(new Interrupted('before it began'))
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: task,
      resourceLimits: { maxOldGenerationSizeMb: MOST_MEGABYTES },
    })
    const abort = () => {
      reject(new Interrupted('broken off'))
      void worker.terminate()
    }
    signal.addEventListener('abort', abort, { once: true })
    worker.on('message', (message: ThreadMessage) => {
      if (message.kind === 'progress') onProgress(message.read, message.of)
      else resolve(message)
    })
    worker.on('error', reject)
    worker.on('exit', (code) => {
      signal.removeEventListener('abort', abort)
      reject(new Error(`the thread of an audit ended with ${code} and no result`))
    })
  })
}
