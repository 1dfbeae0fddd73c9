/**
 * Bundles of entries that are past their term go from the export. Hash tiles stay, so every head, receipt and proof of
 * before can still be checked. Safe to run again after any interruption, and beside another process that does the same.
 */
import { readdir, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Database } from '../../platform/database.ts'
import { mergeRuns, type Run, runsWithout, within } from '../pruning.ts'
import { readPrunings } from '../store.ts'
import { TILE_WIDTH } from '../verify/index.ts'
import { syncFolder } from './files.ts'

/**
 * Removes what entries before `size` say is gone, but for what `done` says went before. Only what the export itself
 * explains goes: whoever reads it finds the reason of each gap in it. Returns all that is gone now.
 */
export async function pruneExport(
  database: Database,
  folder: string,
  size: number,
  done: readonly Run[],
): Promise<readonly Run[]> {
  const runs = mergeRuns(await database.asIntegrator((tx) => readPrunings(tx, size)))
  const left = runsWithout(runs, done)
  if (left.length > 0) await removeBundles(join(folder, 'tile', 'entries'), left)
  return runs
}

/** A folder `x004` in a folder of number 3 holds the bundles 3004000 to 3004999, and folders below it. */
async function removeBundles(folder: string, runs: readonly Run[], number = 0): Promise<void> {
  let removed = false
  for (const { name } of await listIfThere(folder)) {
    const [, deeper, digits, partial] = /^(x?)([0-9]{3})(\.p)?$/.exec(name) ?? []
    if (digits === undefined) continue
    const inner = number * 1_000 + Number(digits)
    if (deeper === 'x') {
      if (!mayHold(inner, runs)) continue
      await removeBundles(join(folder, name), runs, inner)
      removed = (await rmdirIfEmpty(join(folder, name))) || removed
    } else if (within({ from: inner * TILE_WIDTH, to: (inner + 1) * TILE_WIDTH - 1 }, runs)) {
      await rm(join(folder, name), { force: true, recursive: partial !== undefined })
      removed = true
    }
  }
  if (removed) await syncFolder(folder)
}

/** Whether the folder of this number can hold a bundle of one of the runs, at whatever depth below it. */
function mayHold(number: number, runs: readonly Run[]): boolean {
  for (let width = 1_000; width <= 1e12; width *= 1_000) {
    const first = number * width * TILE_WIDTH
    const last = (number + 1) * width * TILE_WIDTH - 1
    if (runs.some(({ from, to }) => from <= last && to >= first)) return true
  }
  return false
}

async function listIfThere(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

async function rmdirIfEmpty(folder: string): Promise<boolean> {
  try {
    await rmdir(folder)
    return true
  } catch (error) {
    if (['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(String((error as NodeJS.ErrnoException).code))) return false
    throw error
  }
}
