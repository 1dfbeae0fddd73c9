/**
 * The integrator gives waiting entries their numbers and grows the tree. Any process may run one; the head row lets one
 * work at a time, and its compare-and-swap makes sure that no two histories commit. It signs only what is committed: a
 * checkpoint signed in a transaction that is rolled back would be a fork.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { Clock } from '../../platform/clock.ts'
import type { Database, Tx } from '../../platform/database.ts'
import type { Log } from '../../platform/log.ts'
import { LedgerError } from '../contract.ts'
import type { TilePlace } from '../nodes.ts'
import type { Run } from '../pruning.ts'
import {
  consistencyProof,
  type Head,
  integratorView,
  lockHead,
  moveHead,
  movePending,
  openTiles,
  type Signed,
  saveCheckpoint,
  saveTiles,
  settleConflicts,
} from '../store.ts'
import { equalBytes, formatTile, GrowingTree, type Hash, VerifyError, verifyConsistency } from '../verify/index.ts'
import { nodeSha256 } from './crypto.ts'
import { exportedSize, exportUpTo } from './export.ts'
import { pruneExport } from './export-pruning.ts'
import type { Signer } from './signer.ts'

/** A larger batch would hold the head row for about a second. */
export const BATCH = 5_000
/** The export flushes files; more often than this it would take disk time from the writers. */
const EXPORT_EVERY_MS = 1_000

export type IntegratorOptions = {
  readonly database: Database
  readonly signer: Signer
  /** Folder of the export outside the database; null: none. */
  readonly exportFolder: string | null
  readonly intervalMs: number
  readonly clock: Clock
  readonly log: Log
}

export type IntegratorStatus = {
  /** Entries with a number, as last seen. */
  readonly size: number
  /** How long the oldest entry has waited; grows also while the database cannot be asked. 0 when none waits. */
  readonly pendingAgeMs: number
  readonly lastCheckpointAt: Date | null
  /** Entries in the export. */
  readonly exported: number
  /** Code of what stops the integrator or the export now; null when nothing does. */
  readonly trouble: string | null
}

export interface Integrator {
  /** Asks for a round now, without waiting for the interval. */
  nudge(): void
  /** Resolves when everything that was committed before the call is numbered, signed and exported. */
  settled(): Promise<void>
  /** Does a last round if it can, and ends. */
  stop(): Promise<void>
  status(): IntegratorStatus
}

/** Runs work outside whatever transaction the caller has open: the integrator has its own. */
const outside = AsyncLocalStorage.snapshot()

/** How a round ended: nothing waits, a full batch was moved, or another integrator holds the head. */
type Outcome = 'quiet' | 'more' | 'elsewhere'

export function startIntegrator({
  database,
  signer,
  exportFolder,
  intervalMs,
  clock,
  log,
}: IntegratorOptions): Integrator {
  let tree: GrowingTree | undefined
  let head: Head = { size: 0, root: new Uint8Array(32) }
  let signed: Signed | undefined
  let signedAt: Date | null = null
  let oldestWaitingSince: number | undefined
  let lastSeen = performance.now()
  let trouble: { integrate: string | null; export: string | null } = { integrate: null, export: null }
  let exported: number | undefined
  let lastExport = Number.NEGATIVE_INFINITY
  let exporting: Promise<void> | undefined
  let newestPruning: number | undefined
  /** Number of the newest pruning whose bundles are gone from the export, and all that is gone by it. */
  let prunedUpTo = -1
  let prunedRuns: readonly Run[] = []
  let round: Promise<Outcome> | undefined
  let timer: NodeJS.Timeout | undefined
  let stopped = false

  /** One transaction: numbers, tiles and head together, or nothing. Returns how many entries got a number. */
  async function integrate(): Promise<number> {
    const moved = await database.asIntegrator(async (tx) => {
      // Kept only when the transaction has committed: after a failure, or another's turn, it is read from the tiles again.
      const kept = tree
      tree = undefined
      const from = await lockHead(tx)
      if (from === undefined) return undefined
      const grown =
        kept !== undefined && kept.size === from.size && equalBytes(kept.root(), from.root)
          ? kept
          : await readTree(tx, from)
      const leaves = await movePending(tx, from.size, BATCH)
      if (leaves.length === 0) return { count: 0, grown, to: from }
      const tiles = growTree(grown, leaves)
      const to = { size: grown.size, root: grown.root() }
      await saveTiles(tx, tiles)
      await moveHead(tx, from, to)
      return { count: leaves.length, grown, to }
    })
    if (moved === undefined) return 0
    tree = moved.grown
    head = moved.to
    return moved.count
  }

  async function signHead(): Promise<void> {
    if (head.size === 0 || (signed !== undefined && signed.size >= head.size)) return
    const before = signed
    const next = { ...head }
    // A log never signs a head that does not continue the one it signed before (tlog-checkpoint).
    if (before !== undefined) await database.asIntegrator((tx) => checkContinues(tx, before, next))
    const note = signer.sign(next)
    const at = clock.now()
    await database.asIntegrator((tx) => saveCheckpoint(tx, { ...next, note, signedAt: at }))
    signed = { ...next, note }
    signedAt = at
  }

  async function doRound(): Promise<Outcome> {
    const view = await database.asIntegrator(integratorView)
    if (view.head.size > head.size) head = view.head
    newestPruning = view.pruning
    if (view.signed !== undefined && view.signed.size > (signed?.size ?? 0)) signed = view.signed
    let count = 0
    if (view.waiting) {
      try {
        count = await integrate()
      } catch (error) {
        if ((error as { code?: string }).code !== '23505') throw error
        const settled = await database.asIntegrator(settleConflicts)
        if (settled.kept > 0) log.error('ledger.conflict', { count: settled.kept, code: 'event_id_reused' })
        count = BATCH
      }
    }
    await signHead()
    lastSeen = performance.now()
    const outcome = count === BATCH ? 'more' : view.waiting && count === 0 ? 'elsewhere' : 'quiet'
    oldestWaitingSince = outcome !== 'quiet' || view.conflicts ? lastSeen - (view.oldestPendingMs ?? 0) : undefined
    setTrouble('integrate', view.conflicts ? 'event_id_reused' : null)
    startExport(false)
    return outcome
  }

  function runRound(): Promise<Outcome> {
    round ??= outside(doRound)
      .catch((error: unknown) => {
        setTrouble('integrate', codeOf(error), error)
        throw error
      })
      .finally(() => {
        round = undefined
      })
    return round
  }

  /** Whether the export misses entries, or still has bundles that a signed entry says are gone. */
  function exportIsBehind(to: Signed): boolean {
    return (
      (exported ?? 0) < to.size ||
      (newestPruning !== undefined && newestPruning > prunedUpTo && newestPruning < to.size)
    )
  }

  function startExport(now: boolean): void {
    if (exportFolder === null || signed === undefined || exporting !== undefined) return
    if (exported !== undefined && !exportIsBehind(signed)) return
    if (!now && performance.now() - lastExport < EXPORT_EVERY_MS) return
    lastExport = performance.now()
    const goal = signed
    const pruning = newestPruning
    exporting = (async () => {
      exported ??= await exportedSize(exportFolder)
      if (exported < goal.size) await exportUpTo(database, exportFolder, exported, goal)
      exported = Math.max(exported, goal.size)
      // Only now: the entry that says why they are gone is in the export too.
      if (pruning !== undefined && pruning > prunedUpTo && pruning < goal.size) {
        prunedRuns = await pruneExport(database, exportFolder, goal.size, prunedRuns)
        prunedUpTo = pruning
      }
      setTrouble('export', null)
    })()
      .catch((error: unknown) => setTrouble('export', codeOf(error), error))
      .finally(() => {
        exporting = undefined
      })
  }

  function setTrouble(part: 'integrate' | 'export', code: string | null, error?: unknown): void {
    if (trouble[part] === code) return
    trouble = { ...trouble, [part]: code }
    if (code === null) log.info(`ledger.${part}.recovered`)
    else log.error(`ledger.${part}.failed`, error === undefined ? { code } : { code, error })
  }

  function schedule(delayMs: number): void {
    clearTimeout(timer)
    if (stopped) return
    timer = outside(() =>
      setTimeout(() => {
        runRound().then(
          (outcome) => schedule(outcome === 'more' ? 0 : intervalMs),
          () => schedule(Math.max(intervalMs, 250)),
        )
      }, delayMs),
    )
    timer.unref()
  }

  async function settled(): Promise<void> {
    // A round under way may have looked before the caller committed.
    await round?.catch(() => {})
    for (;;) {
      const outcome = await runRound()
      if (outcome === 'quiet') break
      if (outcome === 'elsewhere') await new Promise((resolve) => setTimeout(resolve, 5))
    }
    // What the last round numbered may say that bundles are to go; a round looks at that when it begins.
    await runRound()
    while (exportFolder !== null && signed !== undefined && exportIsBehind(signed)) {
      await exporting
      startExport(true)
      await exporting
      if (trouble.export !== null) throw new LedgerError('export_differs', trouble.export)
    }
  }

  schedule(0)
  return {
    nudge() {
      if (round === undefined) schedule(0)
    },
    settled: () => outside(settled),
    async stop() {
      stopped = true
      clearTimeout(timer)
      // A database that has gone must not keep the process from ending: what waits is there at the next start.
      await outside(settled).catch((error: unknown) => log.warn('ledger.integrate.unfinished', { code: codeOf(error) }))
      await exporting
    },
    status() {
      const failing = trouble.integrate !== null && trouble.integrate !== 'event_id_reused'
      const since = oldestWaitingSince ?? (failing ? lastSeen : undefined)
      return {
        size: head.size,
        pendingAgeMs: since === undefined ? 0 : Math.max(0, performance.now() - since),
        lastCheckpointAt: signedAt,
        exported: exported ?? 0,
        trouble: trouble.integrate ?? trouble.export,
      }
    },
  }
}

/** The tree of a committed head, from its unfinished tiles; only rows of that head are read. */
async function readTree(tx: Tx, from: Head): Promise<GrowingTree> {
  let tree: GrowingTree
  try {
    tree = GrowingTree.restore(from.size, await openTiles(tx, from.size), nodeSha256)
  } catch (error) {
    if (!(error instanceof VerifyError)) throw error
    throw new LedgerError('ledger_damaged', `tiles of head ${from.size}`, { cause: error })
  }
  if (!equalBytes(tree.root(), from.root)) throw new LedgerError('ledger_damaged', `root of head ${from.size}`)
  return tree
}

/** Adds the leaves and gives the tiles to write: those that filled up and the unfinished ones. */
function growTree(tree: GrowingTree, leaves: readonly Hash[]): (TilePlace & { hashes: Uint8Array })[] {
  const tiles: (TilePlace & { hashes: Uint8Array })[] = []
  for (const leaf of leaves)
    for (const full of tree.append(leaf))
      tiles.push({ level: full.level, index: full.index, hashes: formatTile(full.hashes) })
  for (const [level, hashes] of tree.openTiles().entries()) {
    if (hashes.length > 0)
      tiles.push({ level, index: Math.floor(tree.size / 256 ** (level + 1)), hashes: formatTile(hashes) })
  }
  return tiles
}

async function checkContinues(tx: Tx, before: Head, next: Head): Promise<void> {
  try {
    const proof = await consistencyProof(tx, { from: before.size, to: next.size })
    verifyConsistency({ size1: before.size, root1: before.root, size2: next.size, root2: next.root, proof }, nodeSha256)
  } catch (error) {
    if (!(error instanceof VerifyError)) throw error
    throw new LedgerError('ledger_forked', `head ${next.size} does not continue checkpoint ${before.size}`, {
      cause: error,
    })
  }
}

const codeOf = (error: unknown): string => String((error as { code?: unknown }).code ?? 'internal_error')
