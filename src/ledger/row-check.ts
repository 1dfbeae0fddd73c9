/** One stored entry against its own copies: what was hashed, the leaf hash beside it, the tile, and the columns. */
import type { Envelope } from './contract.ts'
import { type Columns, columnsOf, readPayload } from './entry.ts'
import type { Problem } from './problem.ts'
import { equalBytes, type Hash, hashLeaf, type Sha256 } from './verify/index.ts'

export type CheckedRow = {
  readonly index: number
  readonly payload: Uint8Array
  /** The payload as text, when the reader has it already. */
  readonly text?: string
  /** Absent in an export, which has no columns. */
  readonly leafHash?: Uint8Array
  readonly columns?: Columns
}

export type RowResult = {
  readonly problems: readonly Problem[]
  /** The leaf that two of the three sources agree on, so that one changed byte names one entry and not all later roots. */
  readonly leaf: Hash
  readonly envelope: Envelope | undefined
}

/** `tileHash`: the leaf hash in the stored tile; undefined when that is missing. */
export function checkRow(row: CheckedRow, tileHash: Hash | undefined, sha256: Sha256): RowResult {
  const computed = hashLeaf(row.payload, sha256)
  const read = readPayload(row.payload, row.text)
  const envelope = 'envelope' in read ? read.envelope : undefined
  const problems: Problem[] = []
  const copy = row.leafHash ?? tileHash
  const fitsCopy = copy === undefined || equalBytes(computed, copy)
  const fitsTile = tileHash === undefined || equalBytes(computed, tileHash)
  const changed = !fitsCopy && !fitsTile
  // The id in a changed payload is only as good as the payload; an export has no other.
  const event = (changed ? row.columns?.id : envelope?.id) ?? envelope?.id ?? row.columns?.id ?? null
  const add = (code: Problem['code'], detail: string) => problems.push({ code, index: row.index, event, detail })
  if (changed) {
    add('entry_changed', 'payload')
    return { problems, leaf: tileHash ?? copy ?? computed, envelope: undefined }
  }
  if (!fitsCopy) add('leaf_hash_changed', 'leaf_hash')
  if (!fitsTile) add('tile_changed', `tile/0/${Math.floor(row.index / 256)}`)
  if ('wrong' in read) add('entry_malformed', read.wrong)
  else if (row.columns !== undefined)
    for (const column of changedColumns(row.columns, columnsOf(read.envelope))) add('column_changed', column)
  // Without a tile the leaf hash column alone contradicts the payload, and either may be the changed one.
  return { problems, leaf: !fitsCopy && tileHash === undefined ? copy! : computed, envelope }
}

const names: readonly (keyof Columns)[] = [
  'tenant',
  'client',
  'id',
  'type',
  'subject',
  'conversation',
  'call',
  'system',
  'at',
]

const changedColumns = (stored: Columns, own: Columns): string[] => names.filter((name) => stored[name] !== own[name])
