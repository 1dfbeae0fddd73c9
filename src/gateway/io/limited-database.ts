/**
 * The database with room left for others: under a burst of calls the watch that ends streams, the console and the jobs must
 * still get a connection at once, and a call must wait here rather than run into the pool's time limit.
 */
import { type Database, StoreUnavailable } from '../../platform/database.ts'

/** Connections that calls leave to others. */
const LEFT = 4
/** A transaction that waits longer for its turn is not begun. */
const LONGEST_WAIT_MS = 15_000

/** `connections`: those of the pool behind `database`. First come, first served. */
export function leaveRoom(database: Database, connections: number, longestWaitMs = LONGEST_WAIT_MS): Database {
  let free = Math.max(1, connections - LEFT)
  const waiting: (() => void)[] = []
  const turn = () =>
    new Promise<void>((resolve, reject) => {
      if (free > 0) {
        free--
        resolve()
        return
      }
      const start = () => {
        clearTimeout(timer)
        resolve()
      }
      const timer = setTimeout(() => {
        waiting.splice(waiting.indexOf(start), 1)
        reject(new StoreUnavailable('too many transactions wait for a connection'))
      }, longestWaitMs)
      waiting.push(start)
    })
  const leave = () => {
    const next = waiting.shift()
    if (next) next()
    else free++
  }
  return {
    async inTx(scope, work, options) {
      await turn()
      try {
        return await database.inTx(scope, work, options)
      } finally {
        leave()
      }
    },
    asIntegrator: (work) => database.asIntegrator(work),
    close: () => database.close(),
  }
}
