/** SQL of the ledger: rows in and out, nothing decided. */
import type { Database, Row, Tx } from '../platform/database.ts'
import type { Statement } from '../platform/statement.ts'
import { LedgerError, type NewEvent } from './contract.ts'
import { type Columns, readPayload, type Sealed, sealEvent } from './entry.ts'
import { nodeSha256 } from './io/crypto.ts'
import {
  carryOut,
  type ProofPlan,
  planConsistency,
  planInclusion,
  planRoot,
  type TilePlace,
  type Tiles,
  tileKey,
} from './nodes.ts'
import { CLOCK_DAYS, PRUNED, type Pruning, type Run, readPruning, type TileFacts } from './pruning.ts'
import { equalBytes, formatTlogProof, type Hash, hashLeaf, parseTile, TILE_WIDTH } from './verify/index.ts'

export type Appended = {
  readonly id: string
  /** false: the same event was there already, from an earlier try. */
  readonly added: boolean
}

/**
 * Records an event in the caller's transaction: one insert, so either the change and its event are there, or neither.
 * A retry with the same id and contents is the same entry. Durable when the transaction has committed; numbered and
 * provable within about the integrator's interval after that.
 * Errors: `event_malformed`, `event_too_large`; `event_id_reused` when the id stands for other contents.
 */
export async function append(tx: Tx, event: NewEvent): Promise<Appended> {
  const sealed = sealEvent(event, nodeSha256)
  const { rowCount } = await tx.query(INSERT_PENDING, insertValues(sealed))
  if (rowCount === 1) return { id: event.id, added: true }
  const { rows } = await tx.query<{ leaf_hash: Buffer }>(
    `select leaf_hash from ledger_pending where tenant_id = $1 and id = $2
     union all select leaf_hash from ledger_entry where id = $2`,
    [event.tenant, event.id],
  )
  if (!rows.some((row) => equalBytes(row.leaf_hash, sealed.leafHash)))
    throw new LedgerError('event_id_reused', `${event.type} ${event.id}`)
  return { id: event.id, added: false }
}

/**
 * Records events as a part of the statement that makes their changes, in this order; a row comes back for each. Fewer rows
 * mean that an id is in use (`append` tells a retry from other contents): the caller must then not commit. `gate`: a part of
 * the statement with one row when they are to be recorded and none when not. Errors: as `append`, but for `event_id_reused`.
 */
export function appendPart(statement: Statement, events: readonly NewEvent[], gate?: string): string {
  const rows = events.map((event) => insertValues(sealEvent(event, nodeSha256)))
  const columns = PENDING_TYPES.map((type, i) =>
    statement.value(
      rows.map((row) => row[i]),
      `${type}[]`,
    ),
  )
  return `insert into ledger_pending (${COLUMNS})
    select ${COLUMNS.replaceAll(/\w+/g, 'e.$&')} from unnest(${columns.join(', ')}) with ordinality as e (${COLUMNS}, n)
    ${gate === undefined ? '' : `cross join ${gate}`}
    where not exists (select 1 from ledger_entry l where l.id = e.id) order by e.n on conflict do nothing returning id`
}

const COLUMNS =
  'tenant_id, client_id, id, type, subject_id, conversation_id, call_id, system_id, at, payload, leaf_hash'
const PENDING_TYPES = [
  'text',
  'text',
  'uuid',
  'text',
  'text',
  'text',
  'text',
  'text',
  'timestamptz',
  'bytea',
  'bytea',
] as const

const INSERT_PENDING = `insert into ledger_pending (${COLUMNS})
  select $1::text, $2::text, $3::uuid, $4::text, $5::text, $6::text, $7::text, $8::text, $9::timestamptz, $10::bytea, $11::bytea
  where not exists (select 1 from ledger_entry where id = $3)
  on conflict do nothing`

const insertValues = ({ columns: c, payload, leafHash }: Sealed): unknown[] => [
  c.tenant,
  c.client,
  c.id,
  c.type,
  c.subject,
  c.conversation,
  c.call,
  c.system,
  c.at,
  payload,
  leafHash,
]

export type StoredEntry = Columns & {
  /** null while the entry waits for its number. */
  readonly index: number | null
  /** Canonical JSON, byte for byte what was hashed. */
  readonly payload: Uint8Array
  readonly leafHash: Uint8Array
}

type EntryRow = {
  idx: number | null
  tenant_id: string
  client_id: string | null
  id: string
  type: string
  subject_id: string | null
  conversation_id: string | null
  call_id: string | null
  system_id: string | null
  at: Date
  payload: Buffer
  leaf_hash: Buffer
}

const entryOf = (row: EntryRow): StoredEntry => ({
  index: row.idx,
  tenant: row.tenant_id,
  client: row.client_id,
  id: row.id,
  type: row.type,
  subject: row.subject_id,
  conversation: row.conversation_id,
  call: row.call_id,
  system: row.system_id,
  at: row.at.toISOString(),
  payload: row.payload,
  leafHash: row.leaf_hash,
})

export type LedgerState = {
  readonly size: number
  readonly root: Hash
  /** The newest signed head; null before the first. */
  readonly checkpoint: { readonly size: number; readonly note: string; readonly signedAt: Date } | null
  /** Entries that wait, as far as the scope sees them, and how long the oldest has waited. */
  readonly pending: number
  readonly pendingAgeMs: number
}

export async function ledgerState(tx: Tx): Promise<LedgerState> {
  const { rows } = await tx.query<{
    size: number
    root: Buffer
    signed_size: number | null
    note: string
    signed_at: Date
    pending: number
    age: number
  }>(
    `select h.size, h.root, c.size as signed_size, c.note, c.signed_at, p.pending, p.age
     from ledger_head h
     left join lateral (select size, note, signed_at from ledger_checkpoint order by size desc limit 1) c on true
     cross join lateral (select count(*) as pending,
       coalesce(extract(epoch from clock_timestamp() - min(queued_at)) * 1000, 0)::float8 as age from ledger_pending) p
     where h.log = 1`,
  )
  const row = rows[0]!
  return {
    size: row.size,
    root: row.root,
    checkpoint: row.signed_size === null ? null : { size: row.signed_size, note: row.note, signedAt: row.signed_at },
    pending: row.pending,
    pendingAgeMs: Math.max(0, row.age),
  }
}

/** Entries `from` up to `from + limit`, in order, as far as the scope sees them. */
export async function readEntries(tx: Tx, from: number, limit: number): Promise<StoredEntry[]> {
  const { rows } = await tx.query<EntryRow & Row>(
    `select idx, ${COLUMNS} from ledger_entry where idx >= $1 and idx < $2 order by idx`,
    [from, from + limit],
  )
  return rows.map(entryOf)
}

export type EntryFilter = {
  readonly type?: string
  readonly subject?: string
  readonly conversation?: string
  readonly call?: string
  readonly system?: string
  readonly client?: string
}

/**
 * Entries that match all of the filter, newest first, at most `limit` (default 100), older than index `before`.
 * Entries that wait for their number come first when `before` is absent.
 */
export async function findEntries(
  tx: Tx,
  filter: EntryFilter,
  { before, limit = 100 }: { readonly before?: number; readonly limit?: number } = {},
): Promise<StoredEntry[]> {
  const conditions: string[] = []
  const values: unknown[] = []
  const add = (column: string, value: unknown, operator = '=') => {
    if (value === undefined) return
    values.push(value)
    conditions.push(`${column} ${operator} $${values.length}`)
  }
  // Row-level security would do, but only an equality lets the index be used.
  if (tx.scope.tenant !== '*') add('tenant_id', tx.scope.tenant)
  add('type', filter.type)
  add('subject_id', filter.subject)
  add('conversation_id', filter.conversation)
  add('call_id', filter.call)
  add('system_id', filter.system)
  add('client_id', filter.client)
  const shared = conditions.length === 0 ? 'true' : conditions.join(' and ')
  const waiting =
    before === undefined
      ? await tx.query<EntryRow & Row>(
          `select null::bigint as idx, ${COLUMNS} from ledger_pending where ${shared} order by seq desc limit ${Number(limit)}`,
          [...values],
        )
      : { rows: [] }
  add('idx', before, '<')
  const { rows } = await tx.query<EntryRow & Row>(
    `select idx, ${COLUMNS} from ledger_entry where ${conditions.length === 0 ? 'true' : conditions.join(' and ')} order by idx desc limit ${Number(limit)}`,
    values,
  )
  // An entry may get its number between the two statements; it is then shown once, with it.
  const numbered = new Set(rows.map((row) => row.id))
  return [...waiting.rows.filter((row) => !numbered.has(row.id)), ...rows].slice(0, limit).map(entryOf)
}

/** The entry of an event, with or without a number yet; undefined when the scope sees none. */
export async function entryByEventId(tx: Tx, id: string): Promise<StoredEntry | undefined> {
  const tenant = tx.scope.tenant === '*' ? '' : 'tenant_id = $2 and '
  const values = tx.scope.tenant === '*' ? [id] : [id, tx.scope.tenant]
  const { rows } = await tx.query<EntryRow & Row>(
    `select idx, ${COLUMNS} from ledger_entry where id = $1
     union all select null, ${COLUMNS} from ledger_pending where ${tenant}id = $1
     order by idx nulls last limit 1`,
    values,
  )
  return rows[0] === undefined ? undefined : entryOf(rows[0])
}

/** Entries looked at in one go by a reader that wants few types; bounds the time of its transaction. */
const READER_WINDOW = 20_000

/**
 * News for a reader: gives the next numbered entries (of the types, when named) to `handle` and moves the reader's
 * cursor in the same transaction, so what `handle` writes through `tx` happens once. What it does outside of `tx` may
 * happen again after a failure: at least once. Returns how many entries were given; 0 means nothing new.
 */
export async function consumeEntries(
  database: Database,
  {
    reader,
    types,
    limit,
    now,
  }: { readonly reader: string; readonly types?: readonly string[]; readonly limit: number; readonly now: Date },
  handle: (tx: Tx, entries: readonly StoredEntry[]) => Promise<void>,
): Promise<number> {
  const scope = { tenant: '*', clients: '*', actor: { kind: 'job', id: reader } } as const
  return database.inTx(scope, async (tx) => {
    await tx.query(
      'insert into ledger_cursor (reader, next_idx, moved_at) values ($1, 0, $2) on conflict (reader) do nothing',
      [reader, now],
    )
    const cursor = await tx.query<{ next_idx: number }>(
      'select next_idx from ledger_cursor where reader = $1 for update',
      [reader],
    )
    const head = await tx.query<{ size: number }>('select size from ledger_head where log = 1')
    const size = head.rows[0]!.size
    let next = cursor.rows[0]!.next_idx
    let entries: StoredEntry[] = []
    while (entries.length === 0 && next < size) {
      const end = Math.min(size, next + READER_WINDOW)
      const { rows } = await tx.query<EntryRow & Row>(
        `select idx, ${COLUMNS} from ledger_entry where idx >= $1 and idx < $2 and ($3::text[] is null or type = any ($3)) order by idx limit $4`,
        [next, end, types ?? null, limit],
      )
      entries = rows.map(entryOf)
      next = entries.length === limit ? entries.at(-1)!.index! + 1 : end
    }
    if (entries.length > 0) await handle(tx, entries)
    await tx.query('update ledger_cursor set next_idx = $2, moved_at = $3 where reader = $1', [reader, next, now])
    return entries.length
  })
}

async function readTiles(tx: Tx, places: readonly TilePlace[]): Promise<Tiles> {
  if (places.length === 0) return new Map()
  const { rows } = await tx.query<{ level: number; idx: number; hashes: Buffer }>(
    `select t.level, t.idx, t.hashes from ledger_tile t
     join unnest($1::smallint[], $2::bigint[]) as wanted (level, idx) on t.level = wanted.level and t.idx = wanted.idx`,
    [places.map((place) => place.level), places.map((place) => place.index)],
  )
  return new Map(rows.map((row) => [tileKey({ level: row.level, index: row.idx }), parseTile(row.hashes)]))
}

const hashesOf = async (tx: Tx, plan: ProofPlan): Promise<Hash[]> =>
  carryOut(plan, await readTiles(tx, plan.tiles), nodeSha256)

/** Hashes of the inclusion proof of entry `index` in the tree of `size` entries. */
export const inclusionProof = (
  tx: Tx,
  { index, size }: { readonly index: number; readonly size: number },
): Promise<Hash[]> => hashesOf(tx, planInclusion(index, size))

/** Hashes of the consistency proof from `from` (at least 1) to `to` entries. */
export const consistencyProof = (
  tx: Tx,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<Hash[]> => hashesOf(tx, planConsistency(from, to))

/** The root over the first `size` entries (at least 1), from the tiles. */
export const rootAt = async (tx: Tx, size: number): Promise<Hash> => (await hashesOf(tx, planRoot(size)))[0]!

export type Receipt = {
  /** `.tlog-proof` text. */
  readonly proof: string
  /** The entry it proves: canonical JSON. */
  readonly entry: Uint8Array
  readonly index: number
  /** Size of the tree that was signed. */
  readonly size: number
}

/**
 * The receipt of an event: its entry and the proof that it is in the signed log. undefined while the entry has no
 * number or no signed head covers it yet. `extra` (the salt of the commitment) travels with it, unauthenticated.
 * Errors: `entry_unknown` when the scope sees no such event; `ledger_damaged` when the stored leaf does not fit its entry.
 */
export async function receipt(tx: Tx, eventId: string, extra?: Uint8Array): Promise<Receipt | undefined> {
  const entry = await entryByEventId(tx, eventId)
  if (entry === undefined) throw new LedgerError('entry_unknown', eventId)
  const { rows } = await tx.query<{ size: number; note: string }>(
    'select size, note from ledger_checkpoint order by size desc limit 1',
  )
  const checkpoint = rows[0]
  if (entry.index === null || checkpoint === undefined || checkpoint.size <= entry.index) return undefined
  // No receipt is given out for a changed entry: it would only fail in the customer's hands.
  if (!equalBytes(hashLeaf(entry.payload, nodeSha256), entry.leafHash))
    throw new LedgerError('ledger_damaged', `entry ${entry.index}`)
  const hashes = await inclusionProof(tx, { index: entry.index, size: checkpoint.size })
  const proof = formatTlogProof({
    index: entry.index,
    hashes,
    checkpoint: checkpoint.note,
    ...(extra === undefined ? {} : { extra }),
  })
  return { proof, entry: entry.payload, index: entry.index, size: checkpoint.size }
}

// -- the integrator's side ------------------------------------------------------------------------------------------

export type Head = { readonly size: number; readonly root: Hash }

/** Takes the head row for this transaction, or undefined when another integrator holds it. */
export async function lockHead(tx: Tx): Promise<Head | undefined> {
  const { rows } = await tx.query<{ size: number; root: Buffer }>(
    'select size, root from ledger_head where log = 1 for update skip locked',
  )
  return rows[0]
}

/** Numbers at most `limit` waiting entries from `size` on, moves them inside the database, and gives their leaf hashes. */
export async function movePending(tx: Tx, size: number, limit: number): Promise<Hash[]> {
  const { rows } = await tx.query<{ leaves: Buffer | null }>(MOVE_PENDING, [size, limit])
  const leaves = rows[0]?.leaves
  return leaves ? Array.from({ length: leaves.length / 32 }, (_, i) => leaves.subarray(i * 32, i * 32 + 32)) : []
}

// The array makes the database look each number up: a join would read the whole table, with all that was moved before.
const MOVE_PENDING = `with taken as (
    delete from ledger_pending
    where seq = any (array(select seq from ledger_pending where not conflict order by seq limit $2))
    returning seq, ${COLUMNS}
  ), numbered as (
    select $1::bigint + row_number() over (order by seq) - 1 as idx, ${COLUMNS} from taken
  ), moved as (
    insert into ledger_entry (idx, ${COLUMNS}) select idx, ${COLUMNS} from numbered returning idx, leaf_hash
  )
  select string_agg(leaf_hash, ''::bytea order by idx) as leaves from moved`

/** Writes the tiles that filled up and the unfinished ones. */
export async function saveTiles(
  tx: Tx,
  tiles: readonly (TilePlace & { readonly hashes: Uint8Array })[],
): Promise<void> {
  if (tiles.length === 0) return
  await tx.query(
    `insert into ledger_tile (level, idx, hashes) select * from unnest($1::smallint[], $2::bigint[], $3::bytea[])
     on conflict (level, idx) do update set hashes = excluded.hashes`,
    [tiles.map((tile) => tile.level), tiles.map((tile) => tile.index), tiles.map((tile) => Buffer.from(tile.hashes))],
  )
}

/** Moves the head if it is still where this transaction found it. Errors: `head_moved`. */
export async function moveHead(tx: Tx, from: Head, to: Head): Promise<void> {
  const { rowCount } = await tx.query(
    'update ledger_head set size = $2, root = $3 where log = 1 and size = $1 and root = $4',
    [from.size, to.size, to.root, from.root],
  )
  if (rowCount !== 1) throw new LedgerError('head_moved', `from ${from.size}`)
}

/** The unfinished tile of each level of a tree of `size` entries, level 0 first. */
export async function openTiles(tx: Tx, size: number): Promise<Hash[][]> {
  const places: (TilePlace & { width: number })[] = []
  for (let level = 0, hashes = size; hashes > 0; level++, hashes = Math.floor(hashes / 256))
    places.push({ level, index: Math.floor(hashes / 256), width: hashes % 256 })
  const tiles = await readTiles(
    tx,
    places.filter((place) => place.width > 0),
  )
  return places.map((place) => (tiles.get(tileKey(place)) ?? []).slice(0, place.width))
}

/** Takes out waiting entries whose id is in the log already: the same contents go, other contents are kept apart. */
export async function settleConflicts(tx: Tx): Promise<{ readonly repeated: number; readonly kept: number }> {
  const repeated = await tx.query(
    'delete from ledger_pending p using ledger_entry e where e.tenant_id = p.tenant_id and e.id = p.id and e.leaf_hash = p.leaf_hash',
  )
  const kept = await tx.query(
    'update ledger_pending p set conflict = true from ledger_entry e where e.tenant_id = p.tenant_id and e.id = p.id and not p.conflict',
  )
  return { repeated: repeated.rowCount, kept: kept.rowCount }
}

export type Signed = Head & { readonly note: string }

/** What the integrator looks at in each round. */
export async function integratorView(tx: Tx): Promise<{
  head: Head
  signed: Signed | undefined
  oldestPendingMs: number | undefined
  waiting: boolean
  conflicts: boolean
  /** Number of the newest entry that says that entries were pruned; undefined when none does. */
  pruning: number | undefined
}> {
  const { rows } = await tx.query<{
    size: number
    root: Buffer
    signed_size: number | null
    signed_root: Buffer
    note: string
    age: number | null
    waiting: boolean
    conflicts: boolean
    pruning: number | null
  }>(
    `select h.size, h.root, c.size as signed_size, c.root as signed_root, c.note,
       (select (extract(epoch from clock_timestamp() - queued_at) * 1000)::float8 from ledger_pending order by seq limit 1) as age,
       exists (select 1 from (select seq from ledger_pending where not conflict order by seq limit 1) p) as waiting,
       exists (select 1 from ledger_pending where conflict) as conflicts,
       (select max(idx) from ledger_entry where type = '${PRUNED}') as pruning
     from ledger_head h
     left join lateral (select size, root, note from ledger_checkpoint order by size desc limit 1) c on true
     where h.log = 1`,
  )
  const row = rows[0]!
  return {
    head: { size: row.size, root: row.root },
    signed: row.signed_size === null ? undefined : { size: row.signed_size, root: row.signed_root, note: row.note },
    oldestPendingMs: row.age === null ? undefined : Math.max(0, row.age),
    waiting: row.waiting,
    conflicts: row.conflicts,
    pruning: row.pruning ?? undefined,
  }
}

/** Keeps a signed head. The same head signed by two processes is the same note, so the second is no news. */
export async function saveCheckpoint(
  tx: Tx,
  { size, root, note, signedAt }: Signed & { readonly signedAt: Date },
): Promise<void> {
  await tx.query(
    'insert into ledger_checkpoint (size, root, note, signed_at) values ($1, $2, $3, $4) on conflict (size) do nothing',
    [size, root, note, signedAt],
  )
}

/** Payloads of the entries `from` up to `to` that are there, by number, for the export; all tenants. */
export async function readPayloads(tx: Tx, from: number, to: number): Promise<ReadonlyMap<number, Buffer>> {
  const { rows } = await tx.query<{ idx: number; payload: Buffer }>(
    'select idx, payload from ledger_entry where idx >= $1 and idx < $2',
    [from, to],
  )
  return new Map(rows.map((row) => [row.idx, row.payload]))
}

// -- the end of the term --------------------------------------------------------------------------------------------

/** What the log says is gone, the numbered ones before `before` (default: all) and, without `before`, those that wait. */
export async function readPrunings(tx: Tx, before?: number): Promise<Pruning[]> {
  const numbered = await tx.query<{ idx: number; payload: Buffer }>(
    `select idx, payload from ledger_entry where type = '${PRUNED}' and idx < $1 order by idx`,
    [before ?? Number.MAX_SAFE_INTEGER],
  )
  const waiting =
    before === undefined
      ? await tx.query<{ payload: Buffer }>(
          `select payload from ledger_pending where type = '${PRUNED}' and not conflict`,
          [],
        )
      : { rows: [] }
  return [...numbered.rows, ...waiting.rows.map((row) => ({ idx: null, ...row }))].flatMap(({ idx, payload }) => {
    const read = readPayload(payload)
    return ('envelope' in read ? readPruning(idx, read.envelope) : undefined) ?? []
  })
}

export type PruningBounds = {
  /** Entries from this number on stay: no signed head covers them, a reader has still to read them, or they are the last. */
  readonly end: number
  /** The newest head that is at least `CLOCK_DAYS.atLeast` old was signed then. */
  readonly lastHead: Date | null
}

/** How far pruning may go, whatever the term. As a job over all organisations: readers' cursors are seen by nobody else. */
export async function pruningBounds(tx: Tx, now: Date): Promise<PruningBounds> {
  const { rows } = await tx.query<{ size: number; signed: number; read: number | null; last_head: Date | null }>(
    `select h.size, coalesce((select max(size) from ledger_checkpoint), 0) as signed,
       (select min(next_idx) from ledger_cursor) as read,
       (select max(signed_at) from ledger_checkpoint where signed_at <= $1) as last_head
     from ledger_head h where h.log = 1`,
    [new Date(now.getTime() - CLOCK_DAYS.atLeast * 86_400_000)],
  )
  const { size, signed, read, last_head: lastHead } = rows[0]!
  return { end: Math.max(0, Math.min(size - 1, signed, read ?? size)), lastHead }
}

/** The next tiles with entries from number `from` on, at most `limit` neighbours; empty when there are none before `end`. */
export async function readTileFacts(tx: Tx, from: number, end: number, limit: number): Promise<TileFacts[]> {
  const next = await tx.query<{ idx: number | null }>(
    'select min(idx) as idx from ledger_entry where idx >= $1 and idx < $2',
    [from, end],
  )
  const first = next.rows[0]!.idx
  if (first === null) return []
  const tile = Math.floor(first / TILE_WIDTH)
  const { rows } = await tx.query<{ tile: number; n: number; newest: Date; before: Date | null; whole: boolean }>(
    `select e.tile, e.n, e.newest, coalesce(e.leaves = t.hashes, false) as whole,
       (select c.signed_at from ledger_checkpoint c where c.size < (e.tile + 1) * ${TILE_WIDTH} order by c.size desc limit 1) as before
     from (select idx / ${TILE_WIDTH} as tile, count(*)::int as n, max(at) as newest,
             string_agg(sha256('\\x00'::bytea || payload), ''::bytea order by idx) as leaves
           from ledger_entry where idx >= $1 and idx < $2 group by 1) e
     left join ledger_tile t on t.level = 0 and t.idx = e.tile
     order by e.tile`,
    [tile * TILE_WIDTH, (tile + limit) * TILE_WIDTH],
  )
  return rows.map((row) => ({
    tile: row.tile,
    entries: row.n,
    newest: row.newest,
    headBefore: row.before,
    whole: row.whole,
  }))
}

/** How many entries of one organisation went, of the run that begins at `from`. */
export type Removed = { readonly from: number; readonly tenant: string; readonly n: number }

/** Takes entries away. Only the integrator's role may. */
export async function removeEntries(tx: Tx, runs: readonly Run[]): Promise<Removed[]> {
  const { rows } = await tx.query<{ first: number; tenant_id: string; n: number }>(
    `with gone as (
       delete from ledger_entry e using unnest($1::bigint[], $2::bigint[]) as r (first, last)
       where e.idx between r.first and r.last returning r.first, e.tenant_id
     ) select first, tenant_id, count(*)::int as n from gone group by first, tenant_id order by first, tenant_id`,
    [runs.map(({ from }) => from), runs.map(({ to }) => to)],
  )
  return rows.map((row) => ({ from: row.first, tenant: row.tenant_id, n: row.n }))
}

export type LedgerPass = {
  readonly at: Date
  readonly termDays: number
  readonly outcome: 'done' | 'stopped' | 'clock_unproven'
  /** Entries past the term that stay. */
  readonly kept: number
}

export async function savePass(tx: Tx, { at, termDays, outcome, kept }: LedgerPass): Promise<void> {
  await tx.query(
    `insert into ledger_pass (log, at, term_days, outcome, kept) values (1, $1, $2, $3, $4)
     on conflict (log) do update set at = excluded.at, term_days = excluded.term_days, outcome = excluded.outcome, kept = excluded.kept`,
    [at, termDays, outcome, kept],
  )
}

/** The last pass over the whole log; null before the first. */
export async function lastPass(tx: Tx): Promise<LedgerPass | null> {
  const { rows } = await tx.query<{ at: Date; term_days: number; outcome: LedgerPass['outcome']; kept: number }>(
    'select at, term_days, outcome, kept from ledger_pass where log = 1',
  )
  const row = rows[0]
  return row === undefined ? null : { at: row.at, termDays: row.term_days, outcome: row.outcome, kept: row.kept }
}

export { readTiles }
