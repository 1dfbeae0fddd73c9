/** At the start: does the database still hold the history that was exported? Reads a few tiles, not the log. */
import { join } from 'node:path'
import type { Database } from '../../platform/database.ts'
import { LedgerError } from '../contract.ts'
import { tileKey } from '../nodes.ts'
import { type LedgerState, ledgerState, readEntries, readTiles, rootAt } from '../store.ts'
import {
  equalBytes,
  hashLeaf,
  type OpenedCheckpoint,
  openCheckpoint,
  parseTile,
  TILE_WIDTH,
  type Trust,
  tilePath,
  tileWidth,
  VerifyError,
} from '../verify/index.ts'
import { nodeEd25519, nodeSha256 } from './crypto.ts'
import { exportedCheckpoint } from './export.ts'
import { readIfThere } from './files.ts'

export type ExportCheck = {
  readonly size: number
  readonly exported: number
  /** There is a log and no export: the integrator writes it again. Someone took the folder away, or it is a new one. */
  readonly missing: boolean
}

/**
 * Refuses to go on with a database that is shorter than (`ledger_behind_export`) or another than (`ledger_forked`) the
 * last exported checkpoint, or that does not fit its own signed head (`ledger_damaged`). Errors also:
 * `export_unreadable` when the export's checkpoint is damaged or signed by an unknown key, `export_differs`.
 */
export async function checkExport({
  database,
  exportFolder,
  trust,
}: {
  readonly database: Database
  readonly exportFolder: string
  readonly trust: Trust
}): Promise<ExportCheck> {
  const note = await exportedCheckpoint(exportFolder)
  const exported = note === undefined ? undefined : await openOr('export_unreadable', 'checkpoint', note, trust)
  const scope = { tenant: '*', clients: '*', actor: { kind: 'job', id: 'ledger-check' } } as const
  return database.inTx(
    scope,
    async (tx) => {
      const state = await ledgerState(tx)
      await checkHead(state, trust, (size) => rootAt(tx, size))
      const last =
        state.size === 0
          ? undefined
          : (await readEntries(tx, state.size - 1, 2)).map((entry) => ({
              index: entry.index!,
              leaf: hashLeaf(entry.payload, nodeSha256),
            }))
      const size = exported === undefined ? 0 : Number(exported.size)
      if (size > state.size)
        throw new LedgerError('ledger_behind_export', `${state.size} entries, ${size} were exported`)
      if (exported !== undefined && size > 0) {
        if (!equalBytes(await damagedUnless(() => rootAt(tx, size), `tiles of ${size}`), exported.root))
          throw new LedgerError('ledger_forked', `at ${size} entries`)
      }
      const edge = Math.max(0, Math.ceil(size / TILE_WIDTH) - 1)
      const end = Math.max(0, Math.ceil(state.size / TILE_WIDTH) - 1)
      const tiles = await readTiles(tx, [
        { level: 0, index: edge },
        { level: 0, index: end },
      ])
      if (last !== undefined) {
        const hash = tiles.get(tileKey({ level: 0, index: end }))?.[(state.size - 1) % TILE_WIDTH]
        if (last.length !== 1 || hash === undefined || !equalBytes(last[0]!.leaf, hash))
          throw new LedgerError('ledger_damaged', `entry ${state.size - 1}`)
      }
      if (size > 0) await checkTileFile(exportFolder, edge, size, tiles.get(tileKey({ level: 0, index: edge })) ?? [])
      return { size: state.size, exported: size, missing: exported === undefined && state.checkpoint !== null }
    },
    { readOnly: true },
  )
}

/** The stored head is the root of the stored tiles, and the newest checkpoint is ours and fits them. */
async function checkHead(state: LedgerState, trust: Trust, root: (size: number) => Promise<Uint8Array>): Promise<void> {
  if (state.size > 0 && !equalBytes(await damagedUnless(() => root(state.size), `tiles of ${state.size}`), state.root))
    throw new LedgerError('ledger_damaged', `head ${state.size}`)
  if (state.checkpoint === null) return
  const { size, note } = state.checkpoint
  const opened = await openOr('ledger_damaged', `checkpoint ${size}`, note, trust)
  if (size > state.size || Number(opened.size) !== size) throw new LedgerError('ledger_damaged', `checkpoint ${size}`)
  if (!equalBytes(await damagedUnless(() => root(size), `tiles of ${size}`), opened.root))
    throw new LedgerError('ledger_forked', `at ${size} entries`)
}

async function openOr(
  code: 'export_unreadable' | 'ledger_damaged',
  place: string,
  note: string,
  trust: Trust,
): Promise<OpenedCheckpoint> {
  try {
    return await openCheckpoint(note, trust, nodeEd25519)
  } catch (error) {
    if (!(error instanceof VerifyError)) throw error
    throw new LedgerError(code, `${place}: ${error.code}`, { cause: error })
  }
}

async function damagedUnless<T>(work: () => Promise<T>, place: string): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof VerifyError)) throw error
    throw new LedgerError('ledger_damaged', place, { cause: error })
  }
}

async function checkTileFile(
  folder: string,
  index: number,
  size: number,
  stored: readonly Uint8Array[],
): Promise<void> {
  const path = tilePath({ level: 0, index, width: tileWidth(0, index, size) })
  const bytes = await readIfThere(join(folder, path))
  if (bytes === undefined) throw new LedgerError('export_differs', `${path} is gone`)
  const hashes = await damagedTile(path, bytes)
  if (!hashes.every((hash, i) => stored[i] !== undefined && equalBytes(hash, stored[i])))
    throw new LedgerError('export_differs', path)
}

async function damagedTile(path: string, bytes: Uint8Array): Promise<Uint8Array[]> {
  try {
    return parseTile(bytes)
  } catch (error) {
    throw new LedgerError('export_differs', path, { cause: error })
  }
}
