/** The log as the database has it, for verification. */
import type { Database, Tx } from '../../platform/database.ts'
import type { Envelope } from '../contract.ts'
import { type Columns, readPayload } from '../entry.ts'
import type { Problem } from '../problem.ts'
import type { CheckedRow } from '../row-check.ts'
import { readPrunings, readTiles } from '../store.ts'
import { equalBytes, type Hash, hashLeaf, TILE_WIDTH } from '../verify/index.ts'
import { nodeSha256 } from './crypto.ts'
import type { Chunk, Source } from './verify-ledger.ts'

const scope = { tenant: '*', clients: '*', actor: { kind: 'job', id: 'ledger-verify' } } as const
/** Waiting entries that are looked at; there are few unless the integrator stands still. */
const PENDING_CHECKED = 50_000

type EntryRow = {
  idx: number
  tenant_id: string
  client_id: string | null
  id: string
  type: string
  subject_id: string | null
  conversation_id: string | null
  call_id: string | null
  system_id: string | null
  at: string
  payload: Buffer | string
  leaf_hash: Buffer
}

const readRows = (
  payload: string,
): string => `select idx, tenant_id, client_id, id, type, subject_id, conversation_id, call_id, system_id,
    to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') as at, ${payload} as payload, leaf_hash
  from ledger_entry where idx >= $1 and idx < $2`

export async function databaseSource(database: Database): Promise<Source> {
  const read = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => database.inTx(scope, work, { readOnly: true })
  // First what waits, then the head: what gets its number in between is seen twice, never not at all.
  const waiting = await read(readWaiting)
  const head = (
    await read((tx) => tx.query<{ size: number; root: Buffer }>('select size, root from ledger_head where log = 1'))
  ).rows[0]!
  return {
    size: head.size,
    root: head.root,
    waiting,
    // As text it is half the work for driver and network; bytes that are no text (22021) come one chunk as bytes.
    read: (first, end) =>
      read((tx) => readChunk(tx, first, end, true)).catch((error: { code?: string }) => {
        if (error.code !== '22021') throw error
        return read((tx) => readChunk(tx, first, end, false))
      }),
    tile: (level, index) => read(async (tx) => [...(await readTiles(tx, [{ level, index }])).values()][0]),
    checkpoints: (after, limit) =>
      read(async (tx) => {
        const { rows } = await tx.query<{ size: number; root: Buffer; note: string }>(
          'select size, root, note from ledger_checkpoint where size > $1 and size <= $2 order by size limit $3',
          [after, head.size, limit],
        )
        return rows.map((row) => ({ ...row, place: `checkpoint ${row.size}` }))
      }),
    problems: () => read(findStrays),
    laterPrunings: () =>
      read(async (tx) => (await readPrunings(tx)).filter(({ index }) => index === null || index >= head.size)),
    headBefore: (size) =>
      read(async (tx) => {
        const { rows } = await tx.query<{ signed_at: Date }>(
          'select signed_at from ledger_checkpoint where size < $1 order by size desc limit 1',
          [size],
        )
        return rows[0]?.signed_at ?? null
      }),
  }
}

async function readWaiting(tx: Tx): Promise<Map<string, Envelope>> {
  const { rows } = await tx.query<{ payload: Buffer }>(
    'select payload from ledger_pending where not conflict order by seq limit $1',
    [PENDING_CHECKED],
  )
  const waiting = new Map<string, Envelope>()
  for (const { payload } of rows) {
    const read = readPayload(payload)
    if ('envelope' in read) waiting.set(read.envelope.id, read.envelope)
  }
  return waiting
}

async function readChunk(tx: Tx, first: number, end: number, asText: boolean): Promise<Chunk> {
  const { rows } = await tx.query<EntryRow>(readRows(asText ? "convert_from(payload, 'UTF8')" : 'payload'), [
    first,
    end,
  ])
  const places = []
  for (let index = Math.floor(first / TILE_WIDTH); index * TILE_WIDTH < end; index++) places.push({ level: 0, index })
  const tiles = new Map<number, readonly Hash[]>()
  for (const [key, hashes] of await readTiles(tx, places)) tiles.set(Number(key.slice(2)), hashes)
  return { rows: new Map(rows.map((row) => [row.idx, checkedRow(row)])), tiles, problems: [] }
}

function checkedRow(row: EntryRow): CheckedRow {
  const rest = { index: row.idx, leafHash: row.leaf_hash, columns: columnsOf(row) }
  return typeof row.payload === 'string'
    ? { ...rest, payload: Buffer.from(row.payload), text: row.payload }
    : { ...rest, payload: row.payload }
}

const columnsOf = (row: EntryRow): Columns => ({
  tenant: row.tenant_id,
  client: row.client_id,
  id: row.id,
  type: row.type,
  subject: row.subject_id,
  conversation: row.conversation_id,
  call: row.call_id,
  system: row.system_id,
  // The column holds microseconds, an entry milliseconds: what lies below them must be zero.
  at: row.at.endsWith('000') ? `${row.at.slice(0, -3)}Z` : row.at,
})

/** Rows that no head covers, and waiting entries that are wrong. Each statement sees one moment, also while others write. */
async function findStrays(tx: Tx): Promise<Problem[]> {
  const problems: Problem[] = []
  const entries = await tx.query<{ idx: number; id: string }>(
    'select e.idx, e.id from ledger_entry e, ledger_head h where e.idx >= h.size order by e.idx limit 100',
  )
  for (const { idx, id } of entries.rows)
    problems.push({ code: 'entry_beyond_head', index: idx, event: id, detail: `entry ${idx}` })
  const tiles = await tx.query<{ level: number; idx: number }>(
    'select t.level, t.idx from ledger_tile t, ledger_head h where t.idx * power(256::numeric, t.level + 1) >= h.size order by t.level, t.idx limit 100',
  )
  for (const { level, idx } of tiles.rows)
    problems.push({ code: 'tile_beyond_head', index: null, event: null, detail: `tile ${level}/${idx}` })
  const heads = await tx.query<{ size: number }>(
    'select c.size from ledger_checkpoint c, ledger_head h where c.size > h.size order by c.size limit 100',
  )
  for (const { size } of heads.rows)
    problems.push({ code: 'checkpoint_beyond_head', index: null, event: null, detail: `checkpoint ${size}` })
  const waiting = await tx.query<{ id: string; conflict: boolean; payload: Buffer; leaf_hash: Buffer }>(
    'select id, conflict, payload, leaf_hash from ledger_pending order by seq limit $1',
    [PENDING_CHECKED],
  )
  for (const row of waiting.rows) {
    if (row.conflict) problems.push({ code: 'pending_conflict', index: null, event: row.id, detail: 'ledger_pending' })
    if (!equalBytes(hashLeaf(row.payload, nodeSha256), row.leaf_hash))
      problems.push({ code: 'pending_changed', index: null, event: row.id, detail: 'ledger_pending' })
  }
  return problems
}
