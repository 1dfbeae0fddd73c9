/**
 * The end of the term: entries that are older go from the database in whole tiles, each batch with its `ledger.pruned`
 * entries in one transaction. Their bundles go from each process's export when that entry stands in it (io/integrator.ts).
 */
import type { Actor, Database, Tx } from '../../platform/database.ts'
import type { Ids } from '../../platform/ids.ts'
import { LedgerError, type PrunedBody } from '../contract.ts'
import {
  clockProven,
  cutoffOf,
  explanationsOf,
  mergeRuns,
  PRUNED,
  type Pruning,
  planPruning,
  type Run,
  sizeOf,
  statementsFor,
  within,
} from '../pruning.ts'
import {
  append,
  type LedgerPass,
  lastPass,
  pruningBounds,
  type Removed,
  readPrunings,
  readTileFacts,
  removeEntries,
  savePass,
} from '../store.ts'

/** Tiles in one transaction; at 256 entries each it takes some tenths of a second. */
const TILES_PER_STEP = 32

export type PruneOptions = {
  readonly database: Database
  readonly termDays: number
  readonly act: () => { readonly now: Date; readonly ids: Ids }
  readonly actor: Actor
  /**
   * Numbers of entries `from` up to and including `to` that must stay: on hold, or of a matter that is open. Asked just
   * before they go; who needs them from then on comes too late.
   */
  readonly kept: (run: Run) => Promise<Iterable<number>>
  /** Says what would go, and changes nothing. */
  readonly dryRun?: boolean
  /** Tiles in one transaction. */
  readonly tilesPerStep?: number
  /** Asked between batches: the process is stopping. */
  readonly ended?: () => boolean
}

export type PruneResult = {
  readonly outcome: LedgerPass['outcome']
  /** Entries that went; at a dry run, that would go. */
  readonly pruned: number
  /** Entries past the term that stay, because something in their tile is on hold. */
  readonly kept: number
  /** Tiles with a missing or changed entry, which stay. */
  readonly damaged: readonly number[]
}

/**
 * One pass over the log. It may be cut off at any moment: each batch has happened with its entry or not at all, and the next
 * pass goes on. Errors: `prune_incomplete` when another process prunes at the same time, or the database refuses a row.
 */
export async function pruneLedger(options: PruneOptions): Promise<PruneResult> {
  const { database, act, dryRun = false, tilesPerStep = TILES_PER_STEP } = options
  const termDays = Math.ceil(options.termDays)
  const { now } = act()
  const { end, lastHead } = await database.inTx(
    { tenant: '*', clients: '*', actor: options.actor },
    (tx) => pruningBounds(tx, now),
    { readOnly: true },
  )
  const finish = async (result: PruneResult): Promise<PruneResult> => {
    if (!dryRun)
      await database.asIntegrator((tx) =>
        savePass(tx, { at: now, termDays, outcome: result.outcome, kept: result.kept }),
      )
    return result
  }
  if (!clockProven(lastHead, now)) return finish({ outcome: 'clock_unproven', pruned: 0, kept: 0, damaged: [] })
  const cutoff = cutoffOf(termDays, now)
  const damaged: number[] = []
  let pruned = 0
  let kept = 0
  let reached = false
  for (let from = 0; !reached; ) {
    if (options.ended?.()) return finish({ outcome: 'stopped', pruned, kept, damaged })
    const tiles = await database.asIntegrator((tx) => readTileFacts(tx, from, end, tilesPerStep))
    if (tiles.length === 0) break
    const last = (tiles.at(-1)!.tile + 1) * 256 - 1
    const stay = await options.kept({ from: tiles[0]!.tile * 256, to: last })
    const plan = planPruning(tiles, { cutoff, now, end, kept: new Set(stay) })
    if (plan.runs.length > 0 && !dryRun)
      await database.asIntegrator((tx) =>
        takeAway(tx, plan.runs, { termDays, now, ids: act().ids, actor: options.actor }),
      )
    pruned += sizeOf(plan.runs)
    kept += plan.kept
    damaged.push(...plan.damaged)
    reached = plan.reached
    from = last + 1
  }
  return finish({ outcome: 'done', pruned, kept, damaged })
}

/** Entries and their statement, together. */
async function takeAway(
  tx: Tx,
  runs: readonly Run[],
  { termDays, now, ids, actor }: { termDays: number; now: Date; ids: Ids; actor: Actor },
): Promise<void> {
  const known = await readPrunings(tx)
  const lost = known.filter(({ index }) => index !== null && within({ from: index, to: index }, runs))
  const removed = await removeEntries(tx, runs)
  if (countOf(removed) !== sizeOf(runs))
    throw new LedgerError('prune_incomplete', `${countOf(removed)} of ${sizeOf(runs)} entries`)
  const tenants = new Set([...removed, ...lost].map(({ tenant }) => tenant))
  for (const { from, to } of statementsFor({ known, removed: runs, lost })) {
    const here = removed.filter((one) => one.from >= from && one.from <= to)
    for (const tenant of tenants) {
      const own = countOf(here.filter((one) => one.tenant === tenant))
      const body: PrunedBody = { from, to, count: countOf(here), own, termDays }
      const rest = { at: now.toISOString(), actor, tenant, client: null, subject: null, refs: {} }
      await append(tx, { id: ids.next(), type: PRUNED, ...rest, body })
    }
  }
}

const countOf = (removed: readonly Removed[]): number => removed.reduce((sum, { n }) => sum + n, 0)

/** Entries that the log says are gone are taken away again: a backup of before had them. Returns how many. */
export const pruneAgain = (database: Database): Promise<number> =>
  database.asIntegrator(async (tx) => {
    const runs = mergeRuns(await readPrunings(tx))
    return runs.length === 0 ? 0 : countOf(await removeEntries(tx, runs))
  })

export type LedgerTerm = {
  readonly lastPass: LedgerPass | null
  /** The stretches that are gone, by the entries that the scope sees, in the order of the log. */
  readonly pruned: readonly Pruning[]
}

/** What the term did so far. */
export async function ledgerTerm(tx: Tx): Promise<LedgerTerm> {
  return { lastPass: await lastPass(tx), pruned: explanationsOf(await readPrunings(tx)) }
}
