/** Reads one data set in a thread of its own. */
import { Worker } from 'node:worker_threads'
import type { FileCoverage } from '../../io/coverage-file.ts'

/** `plan`: canonical bytes. */
export type SheetTask = { readonly plan: string; readonly path: string; readonly limitBytes: number }

const MOST_MEGABYTES = 1_024
/** A data set that takes longer than this is for `waarborg coverage`. */
const MOST_MS = 120_000

/** Throws when the thread ended without an answer: out of memory or out of time. */
export function readInThread(task: SheetTask): Promise<FileCoverage> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: task,
      resourceLimits: { maxOldGenerationSizeMb: MOST_MEGABYTES },
    })
    const late = setTimeout(() => void worker.terminate(), MOST_MS)
    worker.on('message', resolve)
    worker.on('error', reject)
    worker.on('exit', (code) => {
      clearTimeout(late)
      reject(new Error(`the thread of a data sheet ended with ${code} and no result`))
    })
  })
}
