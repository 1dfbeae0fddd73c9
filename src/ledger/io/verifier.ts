/** Verification on request, in the background: one at a time in a process, its outcome an entry of the ledger itself. */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { Clock } from '../../platform/clock.ts'
import type { Database, Scope } from '../../platform/database.ts'
import type { Ids } from '../../platform/ids.ts'
import type { Log } from '../../platform/log.ts'
import type { Problem } from '../problem.ts'
import { append } from '../store.ts'
import type { Trust } from '../verify/index.ts'
import { verifyLedger } from './verify-ledger.ts'

export type VerifierState = {
  /** When this process last finished a verification; null: never. */
  readonly at: Date | null
  readonly ok: boolean | null
  readonly entries: number
  readonly problems: readonly Problem[]
  readonly running: boolean
}

export interface Verifier {
  /** Begins a verification on behalf of `scope`, unless one is running. Returns at once. */
  start(scope: Scope): void
  state(): VerifierState
  /** Resolves when no verification is running. */
  finished(): Promise<void>
}

/** Problems kept for the screen; the command line shows all. */
const KEPT = 200

const outside = AsyncLocalStorage.snapshot()

export function createVerifier(parts: {
  readonly database: Database
  readonly trust: Trust
  readonly exportFolder: string
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
}): Verifier {
  const { database, trust, exportFolder, clock, ids, log } = parts
  let state: VerifierState = { at: null, ok: null, entries: 0, problems: [], running: false }
  let run: Promise<void> = Promise.resolve()

  async function verify(scope: Scope): Promise<void> {
    const found = await verifyLedger({
      database,
      exportFolder,
      trust,
      allowOpen: true,
      // The process serves calls meanwhile.
      chunkTiles: 1,
      progress: (entries) => {
        state = { ...state, entries }
      },
    })
    const at = clock.now()
    const { ok, entries, problems, unlisted } = found
    state = { at, ok, entries, problems: problems.slice(0, KEPT), running: true }
    await database.inTx(scope, (tx) =>
      append(tx, {
        id: ids.next(),
        type: 'ledger.verified',
        at: at.toISOString(),
        actor: scope.actor,
        tenant: scope.tenant,
        client: null,
        subject: null,
        refs: {},
        body: { ok, entries, problems: problems.length + unlisted },
      }),
    )
  }

  return {
    start(scope) {
      if (state.running) return
      state = { ...state, running: true }
      run = outside(() => verify(scope))
        .catch((error: unknown) => {
          // It could not be looked at: that is not the same as wrong, and certainly not as right.
          state = { ...state, at: clock.now(), ok: null }
          log.error('ledger.verify.failed', { error })
        })
        .finally(() => {
          state = { ...state, running: false }
        })
    },
    state: () => state,
    finished: () => run,
  }
}
