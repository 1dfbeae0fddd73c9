/**
 * The log outside the database, as C2SP tlog-tiles: bundles, tiles, and last the signed checkpoint. It is the backup,
 * the public read path, and what a restarted database is compared with. Only hashes and entries; the entries hold no
 * contents and no names, but they are every organisation's: the folder is mode 0700.
 *
 * The checkpoint is replaced only after everything it covers has been flushed, so the folder is whole at any moment.
 */
import { chmod, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Database } from '../../platform/database.ts'
import { LedgerError } from '../contract.ts'
import { type TilePlace, tileKey } from '../nodes.ts'
import { mergeRuns, within } from '../pruning.ts'
import { readPayloads, readPrunings, readTiles, type Signed } from '../store.ts'
import {
  equalBytes,
  formatBundle,
  formatTile,
  type Hash,
  hashLeaf,
  levelsOf,
  parseCheckpoint,
  parseNote,
  TILE_WIDTH,
  tilePath,
  tileWidth,
} from '../verify/index.ts'
import { nodeSha256 } from './crypto.ts'
import { readIfThere, replaceFile, syncFolder, syncFolders, writeOnce } from './files.ts'

export const CHECKPOINT_FILE = 'checkpoint'

/** Tiles that are read from the database and written at a time; bounds memory and the length of a transaction. */
const TILES_PER_STEP = 16

/** The signed checkpoint in the folder, or undefined when there is none. */
export async function exportedCheckpoint(folder: string): Promise<string | undefined> {
  return (await readIfThere(join(folder, CHECKPOINT_FILE)))?.toString('utf8')
}

/** Entries that the folder covers, by its checkpoint, whose signature is not checked here; 0 when there is none. */
export async function exportedSize(folder: string): Promise<number> {
  const note = await exportedCheckpoint(folder)
  return note === undefined ? 0 : Number(parseCheckpoint(parseNote(note).text).size)
}

/**
 * Brings the folder from `from` entries to a signed head. Safe to run again after any interruption, and beside another
 * process that does the same. Errors: `ledger_damaged` when an entry does not fit its leaf hash, `export_differs` when
 * the folder has another tile than the database: in both cases the checkpoint stays where it was.
 */
export async function exportUpTo(database: Database, folder: string, from: number, signed: Signed): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await chmod(folder, 0o700)
  const written: string[] = []
  const replaced: string[] = []
  const write = async (level: number | 'entries', index: number, width: number, bytes: Uint8Array) => {
    const path = tilePath({ level, index, width })
    if ((await writeOnce(join(folder, path), bytes)) === 'differs') throw new LedgerError('export_differs', path)
    written.push(join(folder, path))
    if (width === TILE_WIDTH) replaced.push(join(folder, `${path}.p`))
  }
  const tiles = Math.ceil(signed.size / TILE_WIDTH)
  for (let first = Math.floor(from / TILE_WIDTH); first < tiles; first += TILES_PER_STEP) {
    await exportEntries(database, first, Math.min(first + TILES_PER_STEP, tiles), signed.size, write)
  }
  for (let level = 1; level < levelsOf(signed.size); level++)
    await exportLevel(database, level, from, signed.size, write)
  await syncFolders(folder, written)
  if ((await exportedSize(folder)) >= signed.size) return
  await replaceFile(join(folder, CHECKPOINT_FILE), Buffer.from(signed.note))
  await syncFolder(folder)
  // A partial tile may go once its full tile is there (tlog-tiles).
  for (const partials of replaced) await rm(partials, { recursive: true, force: true })
}

type Write = (level: number | 'entries', index: number, width: number, bytes: Uint8Array) => Promise<void>

async function exportEntries(
  database: Database,
  first: number,
  end: number,
  size: number,
  write: Write,
): Promise<void> {
  const last = Math.min(end * TILE_WIDTH, size)
  const places = Array.from({ length: end - first }, (_, i) => ({ level: 0, index: first + i }))
  const { payloads, tiles, pruned } = await database.asIntegrator(async (tx) => {
    const payloads = await readPayloads(tx, first * TILE_WIDTH, last)
    // Entries are missing after their term only, so what the log says about that is seldom asked.
    const pruned = payloads.size === last - first * TILE_WIDTH ? [] : mergeRuns(await readPrunings(tx))
    return { payloads, pruned, tiles: await readTiles(tx, places) }
  })
  await Promise.all(
    places.map(async ({ index }) => {
      const width = tileWidth(0, index, size)
      const from = index * TILE_WIDTH
      const entries = Array.from({ length: width }, (_, i) => payloads.get(from + i))
      const hashes = tiles.get(tileKey({ level: 0, index }))?.slice(0, width) ?? []
      if (within({ from, to: from + TILE_WIDTH - 1 }, pruned) && entries.every((entry) => entry === undefined)) {
        if (hashes.length !== width) throw new LedgerError('ledger_damaged', `tile 0/${index}`)
      } else await write('entries', index, width, formatBundle(checkedEntries(entries, hashes, from)))
      await write(0, index, width, formatTile(hashes))
    }),
  )
}

/** What leaves for the outside must be what was hashed: a changed entry stops the export, it does not become history. */
function checkedEntries(
  entries: readonly (Uint8Array | undefined)[],
  hashes: readonly Hash[],
  first: number,
): Uint8Array[] {
  return entries.map((entry, i) => {
    if (entry === undefined || hashes[i] === undefined || !equalBytes(hashLeaf(entry, nodeSha256), hashes[i]!))
      throw new LedgerError('ledger_damaged', `entry ${first + i}`)
    return entry
  })
}

async function exportLevel(database: Database, level: number, from: number, size: number, write: Write): Promise<void> {
  const perTile = TILE_WIDTH ** (level + 1)
  const hashes = Math.floor(size / TILE_WIDTH ** level)
  const places: TilePlace[] = []
  for (let index = Math.floor(from / perTile); index * TILE_WIDTH < hashes; index++) places.push({ level, index })
  const tiles = await database.asIntegrator((tx) => readTiles(tx, places))
  for (const place of places) {
    const width = tileWidth(level, place.index, size)
    const found = tiles.get(tileKey(place))?.slice(0, width) ?? []
    if (found.length !== width) throw new LedgerError('ledger_damaged', `tile ${tileKey(place)}`)
    await write(level, place.index, width, formatTile(found))
  }
}
