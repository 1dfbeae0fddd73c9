/** The exported log, for verification: by itself, or held against the database it came from. */
import { join } from 'node:path'
import { readPayload } from '../entry.ts'
import type { Problem } from '../problem.ts'
import { Gaps } from '../pruning.ts'
import type { CheckedRow } from '../row-check.ts'
import {
  emptyRoot,
  equalBytes,
  type Hash,
  hashLeaf,
  levelsOf,
  openCheckpoint,
  parseBundle,
  parseTile,
  TILE_WIDTH,
  type Trust,
  tilePath,
  tileWidth,
  VerifyError,
} from '../verify/index.ts'
import { nodeEd25519, nodeSha256 } from './crypto.ts'
import { CHECKPOINT_FILE, exportedCheckpoint } from './export.ts'
import { readIfThere } from './files.ts'
import type { Chunk, Source } from './verify-ledger.ts'

export type ExportSource = Source & {
  /** Whether there is a checkpoint. */
  readonly present: boolean
  /** Entries of which the bundle is not there, as far as was read: pruned, or lost. */
  readonly withoutBundle: Gaps
  /** Entries whose bundle is there while what it is held against has none of them any more. */
  readonly onlyInBundle: Gaps
  /** What is wrong with the checkpoint. */
  readonly found: readonly Problem[]
  /** Holds the files of entries `first` up to `end` against what the database has there. */
  compare(first: number, end: number, chunk: Chunk): Promise<Problem[]>
  /** The same for the tiles above level 0. */
  compareLevels(tile: (level: number, index: number) => Promise<readonly Hash[] | undefined>): Promise<Problem[]>
}

export async function exportSource(folder: string, trust: Trust): Promise<ExportSource> {
  const { size, root, note, found } = await readHead(folder, trust)
  const withoutBundle = new Gaps()
  const onlyInBundle = new Gaps()
  const tileFile = async (level: number, index: number, problems: Problem[]): Promise<Hash[] | undefined> => {
    const width = tileWidth(level, index, size)
    const path = tilePath({ level, index, width })
    const hashes = await readFileAs(folder, path, problems, parseTile)
    return hashes !== undefined && hashes.length < width
      ? void problems.push(changed(path, null, null))
      : hashes?.slice(0, width)
  }
  const bundleFile = async (index: number, problems: Problem[]): Promise<Uint8Array[] | undefined> => {
    const width = tileWidth(0, index, size)
    const path = tilePath({ level: 'entries', index, width })
    const entries = await readFileAs(folder, path, problems, parseBundle, () =>
      withoutBundle.add(index * TILE_WIDTH, index * TILE_WIDTH + width - 1),
    )
    return entries !== undefined && entries.length < width
      ? void problems.push(changed(path, null, null))
      : entries?.slice(0, width)
  }
  return {
    size,
    root,
    found,
    withoutBundle,
    onlyInBundle,
    present: note !== undefined || found.length > 0,
    waiting: new Map(),
    async read(first, end) {
      const problems: Problem[] = []
      const rows = new Map<number, CheckedRow>()
      const tiles = new Map<number, readonly Hash[]>()
      for (let index = Math.floor(first / TILE_WIDTH); index * TILE_WIDTH < end; index++) {
        const hashes = await tileFile(0, index, problems)
        if (hashes !== undefined) tiles.set(index, hashes)
        for (const [i, payload] of (await bundleFile(index, problems))?.entries() ?? [])
          rows.set(index * TILE_WIDTH + i, { index: index * TILE_WIDTH + i, payload })
      }
      return { rows, tiles, problems }
    },
    tile: (level, index) => tileFile(level, index, []),
    checkpoints: async (after) =>
      note !== undefined && size > after ? [{ size, root: null, note, place: CHECKPOINT_FILE }] : [],
    problems: async () => [],
    laterPrunings: async () => [],
    // The export keeps one head, and no head says when it was signed.
    headBefore: async () => null,
    async compare(first, end, chunk) {
      const problems: Problem[] = []
      for (let index = Math.floor(first / TILE_WIDTH); index * TILE_WIDTH < end; index++) {
        const hashes = await tileFile(0, index, problems)
        const entries = await bundleFile(index, problems)
        const width = tileWidth(0, index, size)
        const path = (level: 0 | 'entries') => tilePath({ level, index, width })
        let gone = true
        for (let i = 0; i < width; i++) {
          const place = index * TILE_WIDTH + i
          if (place < first) continue
          const row = chunk.rows.get(place)
          gone &&= row === undefined
          const stored = chunk.tiles.get(index)?.[i]
          if (hashes?.[i] !== undefined && !isEither(hashes[i]!, stored, row))
            problems.push(changed(path(0), place, eventOf(row)))
          if (entries?.[i] !== undefined && !fits(entries[i]!, stored, row))
            problems.push(changed(path('entries'), place, eventOf(row)))
        }
        if (gone && entries !== undefined) onlyInBundle.add(index * TILE_WIDTH, index * TILE_WIDTH + width - 1)
      }
      return problems
    },
    async compareLevels(tile) {
      const problems: Problem[] = []
      for (let level = 1; level < levelsOf(size); level++) {
        for (let index = 0; tileWidth(level, index, size) > 0; index++) {
          const own = await tileFile(level, index, problems)
          const stored = await tile(level, index)
          if (
            own !== undefined &&
            stored !== undefined &&
            !own.every((hash, i) => stored[i] !== undefined && equalBytes(hash, stored[i]))
          )
            problems.push(changed(tilePath({ level, index, width: tileWidth(level, index, size) }), null, null))
        }
      }
      return problems
    },
  }
}

/** The file's hash is that of the database's tile, or, when it is the database's tile that was changed, of its entry. */
function isEither(hash: Hash, stored: Hash | undefined, row: CheckedRow | undefined): boolean {
  if (stored !== undefined && equalBytes(hash, stored)) return true
  return row !== undefined && equalBytes(hash, hashLeaf(row.payload, nodeSha256))
}

/** The file's entry is the database's, or, when it is the database's entry that was changed, what its tile was made of. */
function fits(entry: Uint8Array, stored: Hash | undefined, row: CheckedRow | undefined): boolean {
  if (row !== undefined && equalBytes(entry, row.payload)) return true
  return stored !== undefined && equalBytes(hashLeaf(entry, nodeSha256), stored)
}

function eventOf(row: CheckedRow | undefined): string | null {
  if (row === undefined) return null
  if (row.columns !== undefined) return row.columns.id
  const read = readPayload(row.payload)
  return 'envelope' in read ? read.envelope.id : null
}

const changed = (path: string, index: number | null, event: string | null): Problem => ({
  code: 'export_changed',
  index,
  event,
  detail: path,
})

/** A file as hashes or entries. A partial tile that has since been replaced by its full one is read from that. */
async function readFileAs<T>(
  folder: string,
  path: string,
  problems: Problem[],
  parse: (bytes: Uint8Array) => T,
  missing: () => void = () => problems.push({ code: 'export_missing', index: null, event: null, detail: path }),
): Promise<T | undefined> {
  const bytes =
    (await readIfThere(join(folder, path))) ?? (await readIfThere(join(folder, path.replace(/\.p\/[0-9]+$/, ''))))
  if (bytes === undefined) {
    missing()
    return undefined
  }
  try {
    return parse(bytes)
  } catch (error) {
    if (!(error instanceof VerifyError)) throw error
    problems.push(changed(path, null, null))
    return undefined
  }
}

async function readHead(
  folder: string,
  trust: Trust,
): Promise<{ size: number; root: Hash; note?: string; found: Problem[] }> {
  const none = { size: 0, root: emptyRoot(nodeSha256) }
  const note = await exportedCheckpoint(folder)
  if (note === undefined) return { ...none, found: [] }
  try {
    const { size, root } = await openCheckpoint(note, trust, nodeEd25519)
    return { size: Number(size), root, note, found: [] }
  } catch (error) {
    if (!(error instanceof VerifyError)) throw error
    return {
      ...none,
      found: [{ code: 'export_changed', index: null, event: null, detail: `${CHECKPOINT_FILE}: ${error.code}` }],
    }
  }
}
