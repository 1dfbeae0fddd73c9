/**
 * Walks the whole log and says what is wrong with it: bytes, order, tree, tiles, every signed head, completeness, and
 * the export beside it. Entries may be missing where a `ledger.pruned` entry says so, and nowhere else. Streams; what it
 * keeps is the edge of the tree, the open calls, a number per conversation and the stretches that are missing.
 * It may run beside a working log: it looks at the entries that had a number when it began.
 */
import type { Database } from '../../platform/database.ts'
import { Completeness, type OpenCall } from '../completeness.ts'
import { type Envelope, LedgerError } from '../contract.ts'
import type { Problem } from '../problem.ts'
import {
  cutoffOf,
  explanationsOf,
  Gaps,
  mergeRuns,
  PRUNED,
  type Pruning,
  readPruning,
  runsWithout,
  sizeOf,
} from '../pruning.ts'
import { type CheckedRow, checkRow } from '../row-check.ts'
import {
  equalBytes,
  type FullTile,
  GrowingTree,
  type Hash,
  levelsOf,
  openCheckpoint,
  openWidth,
  TILE_WIDTH,
  type Trust,
  tilePath,
  VerifyError,
} from '../verify/index.ts'
import { nodeEd25519, nodeSha256 } from './crypto.ts'
import { databaseSource } from './database-source.ts'
import { CHECKPOINT_FILE } from './export.ts'
import { type ExportSource, exportSource } from './export-source.ts'

export type VerifyOptions = {
  /** The database, the export, or both: then each is held against the other. */
  readonly database?: Database
  readonly exportFolder?: string
  readonly trust: Trust
  /** First entry to read; what lies before is taken from the tiles. Default 0. */
  readonly from?: number
  /** Calls under way are listed and are no problem: for a log that is in use. */
  readonly allowOpen?: boolean
  /** Tiles (256 entries) read and checked without a pause; default 16. One is some milliseconds of a processor. */
  readonly chunkTiles?: number
  readonly progress?: (entries: number, size: number) => void
}

export type Verification = {
  readonly ok: boolean
  /** Entries read. */
  readonly entries: number
  /** Stretches that are gone after their term, each with the entry that says so. */
  readonly pruned: readonly PrunedStretch[]
  /** Size of the log. */
  readonly size: number
  /** Signed heads whose signature and root were checked. */
  readonly checkpoints: number
  /** Calls without an end, when those are allowed. */
  readonly open: readonly OpenCall[]
  readonly problems: readonly Problem[]
  /** Problems beyond the ones listed: a damaged disk must not fill the memory. */
  readonly unlisted: number
}

export type PrunedStretch = Pruning & {
  /** Entries of it that are still there: a crash in between, or a backup put back; the next pass takes them away. */
  readonly left: number
}

/** Where entries and hashes are read from. */
export interface Source {
  readonly size: number
  readonly root: Hash
  /** Entries `first` up to `end` with the hashes of their tiles; missing ones are left out. */
  read(first: number, end: number): Promise<Chunk>
  /** A tile above level 0, as far as it is there. */
  tile(level: number, index: number): Promise<readonly Hash[] | undefined>
  /** Signed heads larger than `after`, smallest first, at most `limit`. */
  checkpoints(after: number, limit: number): Promise<readonly StoredCheckpoint[]>
  /** Entries that waited for a number when reading began, by event id: the end of a call may be among them. */
  readonly waiting: ReadonlyMap<string, Envelope>
  /** What else is wrong with it, found without reading entries. */
  problems(): Promise<readonly Problem[]>
  /** What was said to be pruned since reading began. */
  laterPrunings(): Promise<readonly Pruning[]>
  /** When the last head of fewer than `size` entries was signed, as far as that is known. */
  headBefore(size: number): Promise<Date | null>
}

export type Chunk = {
  readonly rows: ReadonlyMap<number, CheckedRow>
  readonly tiles: ReadonlyMap<number, readonly Hash[]>
  readonly problems: readonly Problem[]
}

export type StoredCheckpoint = {
  readonly size: number
  readonly root: Hash | null
  readonly note: string
  readonly place: string
}

const PROBLEMS_LISTED = 1_000
const CHECKPOINTS_PER_PAGE = 1_000

/** Errors: `from_beyond_log`. Whatever is wrong with the log itself is a problem in the result, not an error. */
export async function verifyLedger(options: VerifyOptions): Promise<Verification> {
  const { database, exportFolder, trust, from = 0, allowOpen = false, chunkTiles = 16 } = options
  // Chunks end where tiles do.
  const chunkEnd = (first: number): number => (Math.floor(first / TILE_WIDTH) + chunkTiles) * TILE_WIDTH
  const problems: Problem[] = []
  let unlisted = 0
  const report = (...found: readonly Problem[]) => {
    for (const problem of found) {
      if (problems.length < PROBLEMS_LISTED) problems.push(problem)
      else unlisted++
    }
  }
  const exported = exportFolder === undefined ? undefined : await exportSource(exportFolder, trust)
  const source = database === undefined ? exported : await databaseSource(database)
  if (source === undefined) throw new Error('verifyLedger needs a database or an export folder')
  if (from > source.size) throw new LedgerError('from_beyond_log', `${from} of ${source.size}`)
  const beside = database === undefined ? undefined : exported
  report(...(exported?.found ?? []))
  if (
    exported !== undefined &&
    !exported.present &&
    (database === undefined || (await source.checkpoints(0, 1)).length > 0)
  )
    report({ code: 'export_missing', index: null, event: null, detail: CHECKPOINT_FILE })
  if (beside !== undefined && beside.size > source.size)
    report({ code: 'ledger_behind_export', index: null, event: null, detail: `${source.size} of ${beside.size}` })

  const walk = new Walk({ source, trust, from, report, exportHead: beside })
  await walk.begin()
  let pending = source.read(from, Math.min(chunkEnd(from), source.size))
  for (let first = from; first < source.size; first = chunkEnd(first)) {
    const end = Math.min(chunkEnd(first), source.size)
    const chunk = await pending
    if (end < source.size) pending = source.read(end, Math.min(chunkEnd(end), source.size))
    report(...chunk.problems)
    await walk.chunk(first, end, chunk)
    if (beside !== undefined) report(...(await beside.compare(first, Math.min(end, beside.size), chunk)))
    options.progress?.(end, source.size)
  }
  await walk.end()
  if (beside !== undefined) {
    report(...(await beside.compareLevels((level, index) => source.tile(level, index))))
  }
  await walk.holes(exported)
  report(...(await source.problems()))
  const { open, problems: gaps } = walk.finish()
  report(...gaps)
  if (!allowOpen)
    report(...open.map(({ index, event, call }): Problem => ({ code: 'call_open', index, event, detail: call })))
  return {
    ok: problems.length === 0,
    entries: walk.entries,
    pruned: walk.pruned,
    size: source.size,
    checkpoints: walk.checked,
    open: allowOpen ? open : [],
    problems,
    unlisted,
  }
}

type Head = { readonly size: number; readonly root: Hash }

class Walk {
  readonly #completeness: Completeness
  readonly #waiting: Map<string, Envelope>
  readonly #source: Source
  readonly #trust: Trust
  readonly #report: (...problems: readonly Problem[]) => void
  readonly #from: number
  readonly #exportHead: Head | undefined
  #tree: GrowingTree
  /** false once a leaf could not be known at all: roots of larger trees can then not be checked. */
  #whole = true
  #rootReported = false
  #heads: StoredCheckpoint[] = []
  #lastHead = -1
  readonly #missing = new Gaps()
  readonly #prunings: Pruning[] = []
  #afterHole = false
  checked = 0
  /** Entries that were there. */
  entries = 0
  pruned: readonly PrunedStretch[] = []

  constructor(options: {
    readonly source: Source
    readonly trust: Trust
    readonly from: number
    readonly report: (...problems: readonly Problem[]) => void
    readonly exportHead: Head | undefined
  }) {
    this.#source = options.source
    this.#trust = options.trust
    this.#from = options.from
    this.#report = options.report
    this.#exportHead = options.exportHead
    this.#tree = new GrowingTree(nodeSha256)
    this.#waiting = new Map(options.source.waiting)
    this.#completeness = new Completeness({ fromStart: options.from === 0 })
  }

  async begin(): Promise<void> {
    if (this.#from > 0) this.#tree = await this.#restore(this.#from)
    this.#lastHead = this.#from - 1
    await this.#nextHeads()
    await this.#checkHeads()
  }

  async chunk(first: number, end: number, { rows, tiles }: Chunk): Promise<void> {
    for (let index = first; index < end; index++) {
      const tileHash = tiles.get(Math.floor(index / TILE_WIDTH))?.[index % TILE_WIDTH]
      const row = rows.get(index)
      if (tileHash === undefined && (index % TILE_WIDTH === 0 || index === first))
        this.#problem(
          'tile_missing',
          null,
          tilePath({ level: 0, index: Math.floor(index / TILE_WIDTH), width: TILE_WIDTH }),
        )
      const leaf = row === undefined ? tileHash : this.#row(row, tileHash)
      if (row === undefined) this.#miss(index)
      if (leaf === undefined) this.#whole = false
      for (const full of this.#tree.append(leaf ?? new Uint8Array(32))) if (full.level > 0) await this.#tile(full)
      if (this.#heads[0]?.size === this.#tree.size) await this.#checkHeads()
      if (
        this.#whole &&
        this.#tree.size === this.#exportHead?.size &&
        !equalBytes(this.#tree.root(), this.#exportHead.root)
      )
        this.#problem('ledger_forked', null, `at ${this.#tree.size} entries`)
    }
  }

  async end(): Promise<void> {
    for (const [level, hashes] of this.#tree.openTiles().entries()) {
      if (level > 0 && hashes.length > 0 && this.#whole)
        await this.#tile({ level, index: Math.floor(this.#tree.size / TILE_WIDTH ** (level + 1)), hashes })
    }
    if (this.#whole && !equalBytes(this.#tree.root(), this.#source.root))
      this.#problem('head_changed', null, `head ${this.#source.size}`)
  }

  #miss(index: number): void {
    this.#missing.add(index)
    this.#afterHole = true
  }

  /** Reports what is missing without an entry that explains it, and what was pruned before its term had ended. */
  async holes(exported: ExportSource | undefined): Promise<void> {
    for (const envelope of this.#waiting.values()) this.#pruning(null, envelope)
    // A pass may have run while this read: what it took away is explained beyond what was read.
    const events = new Set(this.#prunings.map(({ event }) => event))
    const later = (await this.#source.laterPrunings()).filter(({ event }) => !events.has(event))
    const prunings = [...this.#prunings, ...later]
    for (const { from, to, termDays, at, index, event } of prunings) {
      const signed = await this.#source.headBefore(to + 1)
      if (signed !== null && signed >= cutoffOf(termDays, new Date(at)))
        this.#report({ code: 'pruned_early', index, event, detail: `${from}–${to}` })
    }
    const missing = this.#missing.runs
    for (const { from, to } of runsWithout(missing, prunings))
      for (let index = from; index <= to; index++) this.#problem('entry_missing', index, `entry ${index}`)
    for (const { from, to } of runsWithout(exported?.withoutBundle.runs ?? [], prunings))
      for (let first = from; first <= to; first += TILE_WIDTH) {
        const width = Math.min(TILE_WIDTH, exported!.size - first)
        this.#problem('export_missing', null, tilePath({ level: 'entries', index: first / TILE_WIDTH, width }))
      }
    this.pruned = explanationsOf(prunings).map((stretch) => {
      const read = { from: Math.max(stretch.from, this.#from), to: stretch.to }
      const there = read.from > read.to ? [] : runsWithout([read], missing)
      const inBundles = runsWithout([stretch], runsWithout([stretch], exported?.onlyInBundle.runs ?? []))
      return { ...stretch, left: sizeOf(mergeRuns([...there, ...inBundles])) }
    })
  }

  finish(): ReturnType<Completeness['finish']> {
    for (const envelope of this.#waiting.values()) this.#report(...this.#completeness.add(null, envelope))
    return this.#completeness.finish()
  }

  #row(row: CheckedRow, tileHash: Hash | undefined): Hash {
    const { problems, leaf, envelope } = checkRow(row, tileHash, nodeSha256)
    if (problems.length > 0) this.#report(...problems)
    this.entries++
    if (envelope !== undefined) {
      this.#waiting.delete(envelope.id)
      if (envelope.type === PRUNED) this.#pruning(row.index, envelope)
      if (this.#afterHole) this.#completeness.hole(row.index, envelope.at)
      this.#afterHole = false
      const found = this.#completeness.add(row.index, envelope)
      if (found.length > 0) this.#report(...found)
    }
    return leaf
  }

  #pruning(index: number | null, envelope: Envelope): void {
    if (envelope.type !== PRUNED) return
    const pruning = readPruning(index, envelope)
    if (pruning !== undefined) this.#prunings.push(pruning)
    else this.#report({ code: 'pruning_malformed', index, event: envelope.id, detail: PRUNED })
  }

  async #tile({ level, index, hashes }: FullTile): Promise<void> {
    if (!this.#whole) return
    const stored = await this.#source.tile(level, index)
    const path = tilePath({ level, index, width: hashes.length })
    if (stored === undefined) this.#problem('tile_missing', null, path)
    else if (!hashes.every((hash, i) => stored[i] !== undefined && equalBytes(hash, stored[i])))
      this.#problem('tile_changed', null, path)
  }

  async #nextHeads(): Promise<void> {
    this.#heads = [...(await this.#source.checkpoints(this.#lastHead, CHECKPOINTS_PER_PAGE))]
  }

  /** Checks the signed heads of the size the tree has now. */
  async #checkHeads(): Promise<void> {
    while (this.#heads[0]?.size === this.#tree.size) {
      const head = this.#heads.shift()!
      this.#lastHead = head.size
      this.checked++
      await this.#checkHead(head)
      if (this.#heads.length === 0) await this.#nextHeads()
    }
  }

  async #checkHead(head: StoredCheckpoint): Promise<void> {
    try {
      const opened = await openCheckpoint(head.note, this.#trust, nodeEd25519)
      if (Number(opened.size) !== head.size || (head.root !== null && !equalBytes(head.root, opened.root)))
        this.#problem('checkpoint_changed', null, head.place)
      else if (this.#whole && !this.#rootReported && !equalBytes(this.#tree.root(), opened.root)) {
        // From the first difference on every later root differs too; one problem says it.
        this.#rootReported = true
        this.#problem('root_differs', head.size === 0 ? null : head.size - 1, head.place)
      }
    } catch (error) {
      if (!(error instanceof VerifyError)) throw error
      this.#problem('checkpoint_changed', null, `${head.place}: ${error.code}`)
    }
  }

  /** The tree of what lies before, from its unfinished tiles. What is missing of them is named, and no root checked. */
  async #restore(size: number): Promise<GrowingTree> {
    const open: Hash[][] = []
    for (let level = 0; level < levelsOf(size); level++) {
      const width = openWidth(level, size)
      const index = Math.floor(size / TILE_WIDTH ** (level + 1))
      const tile = width === 0 ? [] : await this.#hashes(level, index, width)
      const hashes = tile?.slice(0, width) ?? []
      if (hashes.length < width) {
        this.#whole = false
        this.#problem('tile_missing', null, tilePath({ level, index, width }))
      }
      while (hashes.length < width) hashes.push(new Uint8Array(32))
      open.push(hashes)
    }
    return GrowingTree.restore(size, open, nodeSha256)
  }

  async #hashes(level: number, index: number, width: number): Promise<readonly Hash[] | undefined> {
    if (level > 0) return this.#source.tile(level, index)
    return (await this.#source.read(index * TILE_WIDTH, index * TILE_WIDTH + width)).tiles.get(index)
  }

  #problem(code: Problem['code'], index: number | null, detail: string): void {
    this.#report({ code, index, event: null, detail })
  }
}
