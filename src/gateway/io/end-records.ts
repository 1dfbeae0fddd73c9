/** Ends of calls on their way to the record. What cannot be written now is written when the database is back. */
import type { Clock } from '../../platform/clock.ts'
import { type Database, StoreUnavailable } from '../../platform/database.ts'
import type { Log } from '../../platform/log.ts'
import type { KeyRing } from '../../vault/index.ts'
import type { Admitted } from './admission.ts'
import { AlreadyEnded, type CallEnd, endCall } from './store.ts'

const FIRST_WAIT_MS = 250
const LONGEST_WAIT_MS = 5_000

export class EndRecords {
  readonly #database: Database
  readonly #ring: KeyRing
  readonly #clock: Clock
  readonly #log: Log
  readonly #waiting = new Set<Promise<void>>()
  #closed = false

  constructor({ database, ring, clock, log }: { database: Database; ring: KeyRing; clock: Clock; log: Log }) {
    this.#database = database
    this.#ring = ring
    this.#clock = clock
    this.#log = log
  }

  /** Ends that are not on record yet. */
  get waiting(): number {
    return this.#waiting.size
  }

  /** Records an end; durable on return. Errors: `StoreUnavailable`, `AlreadyEnded`. */
  async recordNow(admitted: Admitted, end: CallEnd): Promise<void> {
    const { identity, key, eventIds, turnCount } = admitted
    const scope = {
      tenant: identity.tenant,
      clients: [identity.client],
      actor: { kind: 'system' as const, id: identity.system },
    }
    const now = this.#clock.now()
    await this.#database.inTx(scope, (tx) => endCall(tx, this.#ring, identity, end, { key, turnCount }, eventIds, now))
  }

  /** Records an end now, or goes on trying in the background. Never throws. */
  async record(admitted: Admitted, end: CallEnd): Promise<void> {
    try {
      await this.recordNow(admitted, end)
    } catch (error) {
      if (error instanceof AlreadyEnded) return
      if (!(error instanceof StoreUnavailable))
        this.#log.error('gateway.end_not_recorded', { call: admitted.identity.call, error })
      const later = this.#later(admitted, end).finally(() => this.#waiting.delete(later))
      this.#waiting.add(later)
    }
  }

  async #later(admitted: Admitted, end: CallEnd): Promise<void> {
    for (let wait = FIRST_WAIT_MS; !this.#closed; wait = Math.min(LONGEST_WAIT_MS, wait * 2)) {
      await new Promise((resolve) => setTimeout(resolve, wait).unref())
      try {
        await this.recordNow(admitted, end)
        return
      } catch (error) {
        if (error instanceof AlreadyEnded) return
      }
    }
  }

  /** Waits for what is under way; what remains is found open, and closed, when a process starts. */
  async close(ms: number): Promise<void> {
    await Promise.race([Promise.all(this.#waiting), new Promise((resolve) => setTimeout(resolve, ms).unref())])
    this.#closed = true
  }
}
