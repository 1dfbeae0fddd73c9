/**
 * Which entries go when their term has ended, and whether what is gone is explained. Whole tiles only (C2SP tlog-tiles,
 * pruning: https://c2sp.org/tlog-tiles#pruning); what was taken away stands in `ledger.pruned` entries of the log itself.
 */
import { type Envelope, prunedBody } from './contract.ts'
import { TILE_WIDTH } from './verify/index.ts'

export const PRUNED = 'ledger.pruned'
const DAY_MS = 86_400_000

/** Entries `from` up to and including `to`. */
export type Run = { readonly from: number; readonly to: number }

// -- what goes --------------------------------------------------------------------------------------------------------

/** What is known of the entries of one tile that are there. */
export type TileFacts = {
  readonly tile: number
  readonly entries: number
  /** The latest time among them. */
  readonly newest: Date
  /** When the last head that does not cover the whole tile was signed; null: there is none. */
  readonly headBefore: Date | null
  /** Each entry fits its hash in the tile. */
  readonly whole: boolean
}

export type PruningPlan = {
  /** What may go, in order; neighbours are one run. */
  readonly runs: readonly Run[]
  /** Entries past the term that stay, because something in their tile must. */
  readonly kept: number
  /** Tiles with a missing or changed entry: they are evidence and stay. */
  readonly damaged: readonly number[]
  /** From here on entries are not past their term: no need to look further. */
  readonly reached: boolean
}

/**
 * What may go of these tiles, which stand in order. A tile goes when it is full, lies before `end`, every entry in it is
 * older than `cutoff`, no head before its end was signed since, and nothing in it is kept. The first tile that is too
 * young ends the search, whatever stands behind it: entries that a clock set back made look old stay until all before
 * them are old. Only a tile with a time after `now`, which is a wrong time, is passed over.
 */
export function planPruning(
  tiles: readonly TileFacts[],
  {
    cutoff,
    now,
    end,
    kept,
  }: {
    readonly cutoff: Date
    readonly now: Date
    /** Entries from this number on stay. */
    readonly end: number
    /** Numbers of entries that must stay. */
    readonly kept: ReadonlySet<number>
  },
): PruningPlan {
  const keptTiles = new Set([...kept].map((index) => Math.floor(index / TILE_WIDTH)))
  const runs: Run[] = []
  const damaged: number[] = []
  let keptEntries = 0
  for (const facts of tiles) {
    const from = facts.tile * TILE_WIDTH
    if (from + TILE_WIDTH > end) return { runs: mergeRuns(runs), kept: keptEntries, damaged, reached: true }
    if (facts.newest > now) continue
    if (facts.newest >= cutoff || (facts.headBefore !== null && facts.headBefore >= cutoff))
      return { runs: mergeRuns(runs), kept: keptEntries, damaged, reached: true }
    if (facts.entries !== TILE_WIDTH || !facts.whole) damaged.push(facts.tile)
    else if (keptTiles.has(facts.tile)) keptEntries += TILE_WIDTH
    else runs.push({ from, to: from + TILE_WIDTH - 1 })
  }
  return { runs: mergeRuns(runs), kept: keptEntries, damaged, reached: false }
}

export const cutoffOf = (termDays: number, now: Date): Date => new Date(now.getTime() - termDays * DAY_MS)

/** A head of this long ago shows that the clock went on by itself, and did not jump. */
export const CLOCK_DAYS = { atLeast: 1, atMost: 31 } as const

/**
 * Whether the clock can be believed: the log was signed a day to a month ago. What is deleted because a clock jumped
 * years ahead does not come back; waiting a day costs nothing. `lastHead`: the newest head that is at least a day old.
 */
export function clockProven(lastHead: Date | null, now: Date): boolean {
  if (lastHead === null) return false
  const days = (now.getTime() - lastHead.getTime()) / DAY_MS
  return days >= CLOCK_DAYS.atLeast && days <= CLOCK_DAYS.atMost
}

// -- what the log says about it -----------------------------------------------------------------------------------------

/** A `ledger.pruned` entry: by it, entries `from` to `to` are gone. */
export type Pruning = Run & {
  /** null while it waits for its number. */
  readonly index: number | null
  readonly event: string
  readonly tenant: string
  readonly at: string
  readonly termDays: number
}

/**
 * What a `ledger.pruned` entry says; undefined when it cannot be: no whole tiles, entries after itself, a term below the
 * law's.
 */
export function readPruning(index: number | null, { id, tenant, at, body }: Envelope): Pruning | undefined {
  const read = prunedBody.safeParse(body)
  if (!read.success) return undefined
  const { from, to, termDays } = read.data
  if (index !== null && to >= index) return undefined
  return { from, to, index, event: id, tenant, at, termDays }
}

/**
 * What to state when `removed` goes: each stretch of the log that is gone without a break, as far as it grew now or its
 * explanation goes along (`lost`: what entries that are being removed said). So one entry, the newest, explains a stretch.
 */
export function statementsFor({
  known,
  removed,
  lost,
}: {
  readonly known: readonly Run[]
  readonly removed: readonly Run[]
  readonly lost: readonly Run[]
}): Run[] {
  const changed = [...removed, ...lost]
  return mergeRuns([...known, ...removed]).filter((run) => changed.some((one) => overlaps(run, one)))
}

/** Of several entries that explain a stretch the newest one that explains all of it; in the order of the log. */
export function explanationsOf(prunings: readonly Pruning[]): Pruning[] {
  const rank = ({ index }: Pruning) => index ?? Number.POSITIVE_INFINITY
  return mergeRuns(prunings).flatMap((stretch) => {
    const inside = prunings.filter((one) => overlaps(one, stretch))
    const whole = inside.filter(({ from, to }) => from <= stretch.from && to >= stretch.to)
    const newest = (list: readonly Pruning[]) => list.reduce((a, b) => (rank(b) > rank(a) ? b : a))
    return whole.length > 0 ? [newest(whole)] : inside.sort((a, b) => a.from - b.from)
  })
}

// -- runs -----------------------------------------------------------------------------------------------------------------

const overlaps = (a: Run, b: Run): boolean => a.from <= b.to && b.from <= a.to

export const sizeOf = (runs: readonly Run[]): number => runs.reduce((sum, { from, to }) => sum + to - from + 1, 0)

/** The same entries in as few runs as can be, in order. */
export function mergeRuns(runs: readonly Run[]): Run[] {
  const merged: { from: number; to: number }[] = []
  for (const { from, to } of [...runs].sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1)
    if (last !== undefined && from <= last.to + 1) last.to = Math.max(last.to, to)
    else merged.push({ from, to })
  }
  return merged
}

/** What of `runs` is in none of `taken`. */
export function runsWithout(runs: readonly Run[], taken: readonly Run[]): Run[] {
  const left: Run[] = []
  const cuts = mergeRuns(taken)
  let first = 0
  for (const { from, to } of mergeRuns(runs)) {
    while (first < cuts.length && cuts[first]!.to < from) first++
    let at = from
    for (let i = first; i < cuts.length && cuts[i]!.from <= to; i++) {
      if (cuts[i]!.from > at) left.push({ from: at, to: cuts[i]!.from - 1 })
      at = Math.max(at, cuts[i]!.to + 1)
    }
    if (at <= to) left.push({ from: at, to })
  }
  return left
}

/** Whether all of `run` lies in one of these runs, which are merged and in order. */
export function within(run: Run, runs: readonly Run[]): boolean {
  let low = 0
  let high = runs.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const { from, to } = runs[middle]!
    if (run.from < from) high = middle - 1
    else if (run.from > to) low = middle + 1
    else return run.to <= to
  }
  return false
}

/** Numbers in rising order, kept as runs. */
export class Gaps {
  readonly #runs: { from: number; to: number }[] = []

  add(from: number, to = from): void {
    const last = this.#runs.at(-1)
    if (last !== undefined && from <= last.to + 1) last.to = Math.max(last.to, to)
    else this.#runs.push({ from, to })
  }

  get runs(): readonly Run[] {
    return this.#runs
  }
}
