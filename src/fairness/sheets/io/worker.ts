/** The thread in which a data set is read and counted: the process keeps answering calls meanwhile. Started by `thread.ts` only. */
import { parentPort, workerData } from 'node:worker_threads'
import { coverageOfFile } from '../../io/coverage-file.ts'
import { readCoveragePlan } from '../../rules.ts'
import type { SheetTask } from './thread.ts'

const { plan: bytes, path, limitBytes } = workerData as SheetTask
const read = readCoveragePlan(JSON.parse(bytes))
parentPort!.postMessage(
  read.ok
    ? await coverageOfFile(path, read.plan, { limitBytes, engine: 'auto' })
    : { ok: false, problems: read.problems },
)
