/** SQL of the register and its standing: rows in and out, nothing decided. */
import { type Act, loadOverseers } from '../access/index.ts'
import type { Tx } from '../platform/database.ts'
import { ApiError } from '../platform/http.ts'
import type { Bilingual, Standing } from './contract.ts'
import { tenantOf } from './io/event.ts'
import { type GateDecision, type StopOrder, standingOf } from './standing.ts'

// -- standing -------------------------------------------------------------------------------------------------------

/**
 * Works out the standing of every version of these systems again and writes it. To be called in the transaction of
 * each change of gate, oversight or stop, after the change. The systems are locked first, so that of two decisions
 * taken at once the later sees the earlier: a stop order is never overwritten by a gate decision that did not know it.
 */
export async function rewriteStanding(tx: Tx, systems: readonly string[], now: Date): Promise<void> {
  const tenant = tenantOf(tx)
  const locked = await tx.query<{ system_id: string; client_id: string }>(
    'select system_id, client_id from ai_system where tenant_id = $1 and system_id = any($2) order by system_id for no key update',
    [tenant, systems],
  )
  if (locked.rows.length === 0) return
  const ids = locked.rows.map((row) => row.system_id)
  const versions = await tx.query<{ system_id: string; version_id: string }>(
    'select system_id, version_id from system_version where tenant_id = $1 and system_id = any($2)',
    [tenant, ids],
  )
  const gates = await loadGates(tx, ids)
  const stops = await loadStops(
    tx,
    locked.rows.map((row) => row.client_id),
  )
  for (const { system_id: system, client_id: client } of locked.rows) {
    const overseers = await loadOverseers(tx, system)
    for (const { version_id: version } of versions.rows.filter((row) => row.system_id === system)) {
      const ofVersion = gates.filter((gate) => gate.system === system && gate.version === version)
      const standing = standingOf(
        { system, version, gates: ofVersion, overseers, stops: stops.filter((stop) => stop.client === client) },
        now,
      )
      await writeStanding(tx, client, standing, now)
    }
  }
}

/**
 * For the folder below, which knows people but no standing: called when someone's roles or qualifications changed.
 * It looks at all clients, whatever the scope: an overseer of two clients who loses a qualification loses it at both.
 */
export async function oversightChanged(
  tx: Tx,
  change: { readonly person: string; readonly system: string | null },
  { now }: Pick<Act, 'now'>,
): Promise<void> {
  await atAllClients(tx, async () => {
    const { rows } = await tx.query<{ system_id: string }>(
      `select distinct system_id from role_assignment where tenant_id = $1 and person_id = $2 and role = 'overseer' and system_id is not null`,
      [tenantOf(tx), change.person],
    )
    const systems = new Set([...rows.map((row) => row.system_id), ...(change.system === null ? [] : [change.system])])
    await rewriteStanding(tx, [...systems], now)
  })
}

/** Widens the scope to every client of the organisation for this piece of work, and narrows it again. */
async function atAllClients<T>(tx: Tx, work: () => Promise<T>): Promise<T> {
  if (tx.scope.clients === '*') return work()
  const set = (clients: string) => tx.query(`select set_config('waarborg.clients', $1, true)`, [clients])
  await set('*')
  const value = await work()
  await set(tx.scope.clients.join(','))
  return value
}

/**
 * Writes the standing of systems for which someone's oversight has begun since it was last written: a role that starts
 * later than it was given. What ends needs no such round. Returns how many systems were written.
 */
export async function refreshStanding(tx: Tx, now: Date): Promise<number> {
  const { rows } = await tx.query<{ system_id: string }>(
    `select distinct s.system_id from standing s
     join role_assignment r on r.tenant_id = s.tenant_id and r.system_id = s.system_id and r.role = 'overseer'
     where s.tenant_id = $1 and s.oversight = 'missing' and r.from_at > s.updated_at and r.from_at <= $2`,
    [tenantOf(tx), now],
  )
  await rewriteStanding(
    tx,
    rows.map((row) => row.system_id),
    now,
  )
  return rows.length
}

async function writeStanding(tx: Tx, client: string, standing: Standing, now: Date): Promise<void> {
  await tx.query(
    `insert into standing (tenant_id, client_id, system_id, version_id, gate, gate_record, gate_valid_until, oversight, oversight_record, oversight_valid_until, stopped_at, stop_record, stop_reason, updated_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
     on conflict (tenant_id, system_id, version_id) do update set gate = excluded.gate, gate_record = excluded.gate_record, gate_valid_until = excluded.gate_valid_until,
       oversight = excluded.oversight, oversight_record = excluded.oversight_record, oversight_valid_until = excluded.oversight_valid_until,
       stopped_at = excluded.stopped_at, stop_record = excluded.stop_record, stop_reason = excluded.stop_reason, updated_at = excluded.updated_at`,
    [
      tenantOf(tx),
      client,
      standing.system,
      standing.version,
      standing.gate.state,
      standing.gate.record,
      standing.gate.validUntil,
      standing.oversight.state,
      standing.oversight.record,
      standing.oversight.validUntil,
      standing.stop?.at ?? null,
      standing.stop?.record ?? null,
      standing.stop?.reason ?? null,
      now,
    ],
  )
}

type StandingRow = {
  system_id: string
  version_id: string
  gate: Standing['gate']['state']
  gate_record: string | null
  gate_valid_until: Date | null
  oversight: Standing['oversight']['state']
  oversight_record: string | null
  oversight_valid_until: Date | null
  stopped_at: Date | null
  stop_record: string | null
  stop_reason: string | null
}

/** The standing as written; compare its ends with `standingAt`. */
export async function loadStanding(tx: Tx, systems?: readonly string[]): Promise<Standing[]> {
  const { rows } = await tx.query<StandingRow>(
    `select system_id, version_id, gate, gate_record, gate_valid_until, oversight, oversight_record, oversight_valid_until, stopped_at, stop_record, stop_reason
     from standing where tenant_id = $1 and ($2::text[] is null or system_id = any($2))`,
    [tenantOf(tx), systems ?? null],
  )
  return rows.map((row) => ({
    system: row.system_id,
    version: row.version_id,
    gate: { state: row.gate, record: row.gate_record, validUntil: row.gate_valid_until?.toISOString() ?? null },
    oversight: {
      state: row.oversight,
      record: row.oversight_record,
      validUntil: row.oversight_valid_until?.toISOString() ?? null,
    },
    stop:
      row.stopped_at === null
        ? null
        : { at: row.stopped_at.toISOString(), record: row.stop_record ?? '', reason: row.stop_reason ?? 'other' },
  }))
}

// -- decisions that standing is made of -------------------------------------------------------------------------------

export type StoredGate = GateDecision & {
  readonly system: string
  readonly version: string
  readonly by: string
  readonly reasons: Written
  readonly conditions: Written | null
  readonly despite: Written | null
}
export type StoredStop = StopOrder & {
  readonly client: string
  readonly by: string
  readonly note: string | null
  readonly resumedBy: string | null
  readonly resumeReason: string | null
}
type Written = string | Bilingual

/** Gate decisions about these systems (all in scope when none are named), oldest first. */
export async function loadGates(tx: Tx, systems?: readonly string[]): Promise<StoredGate[]> {
  const { rows } = await tx.query<{
    gate_id: string
    system_id: string
    version_id: string
    decision: GateDecision['decision']
    decided_by: string
    reasons: string
    conditions: string | null
    decided_at: Date
    valid_until: Date
    written_reasons: Written | null
    written_conditions: Written | null
    written_despite: Written | null
  }>(
    `select g.gate_id, g.system_id, g.version_id, g.decision, g.decided_by, g.reasons, g.conditions, g.decided_at, g.valid_until, r.written as written_reasons, c.written as written_conditions, d.written as written_despite
     from gate_decision g
     left join record_text r on r.tenant_id = g.tenant_id and r.record_id = g.gate_id and r.field = 'reasons'
     left join record_text c on c.tenant_id = g.tenant_id and c.record_id = g.gate_id and c.field = 'conditions'
     left join record_text d on d.tenant_id = g.tenant_id and d.record_id = g.gate_id and d.field = 'despite'
     where g.tenant_id = $1 and ($2::text[] is null or g.system_id = any($2)) order by g.decided_at, g.gate_id`,
    [tenantOf(tx), systems ?? null],
  )
  return rows.map((row) => ({
    id: row.gate_id,
    system: row.system_id,
    version: row.version_id,
    decision: row.decision,
    by: row.decided_by,
    reasons: row.written_reasons ?? row.reasons,
    conditions: row.written_conditions ?? row.conditions,
    despite: row.written_despite,
    at: row.decided_at,
    validUntil: row.valid_until,
  }))
}

/** Stop orders of these clients (all in scope when none are named), oldest first. */
export async function loadStops(tx: Tx, clients?: readonly string[]): Promise<StoredStop[]> {
  const { rows } = await tx.query<{
    stop_id: string
    client_id: string
    system_id: string | null
    reason: string
    stopped_by: string
    stopped_at: Date
    resumed_at: Date | null
    resumed_by: string | null
    resume_reason: string | null
    note: string | null
  }>(
    `select o.stop_id, o.client_id, o.system_id, o.reason, o.stopped_by, o.stopped_at, o.resumed_at, o.resumed_by, o.resume_reason, n.written as note
     from stop_order o left join record_text n on n.tenant_id = o.tenant_id and n.record_id = o.stop_id and n.field = 'note'
     where o.tenant_id = $1 and ($2::text[] is null or o.client_id = any($2)) order by o.stopped_at, o.stop_id`,
    [tenantOf(tx), clients ?? null],
  )
  return rows.map((row) => ({
    id: row.stop_id,
    client: row.client_id,
    system: row.system_id,
    reason: row.reason,
    by: row.stopped_by,
    at: row.stopped_at,
    note: row.note,
    resumedAt: row.resumed_at,
    resumedBy: row.resumed_by,
    resumeReason: row.resume_reason,
  }))
}

/** Keeps what a person wrote beside a record, in the languages it was written in. */
export async function saveText(
  tx: Tx,
  text: { readonly client: string; readonly record: string; readonly field: string; readonly written: Written },
): Promise<void> {
  await tx.query(
    'insert into record_text (tenant_id, client_id, record_id, field, written) values ($1, $2, $3, $4, $5)',
    [tenantOf(tx), text.client, text.record, text.field, JSON.stringify(text.written)],
  )
}

/** One language of what was written; Dutch first, as everywhere. */
export function writtenIn(written: Written, language: 'nl' | 'en'): string {
  return typeof written === 'string' ? written : written[language]
}

// -- systems ----------------------------------------------------------------------------------------------------------

export type SystemRow = {
  readonly id: string
  readonly client: string
  readonly name: Bilingual
  /** Person id. */
  readonly owner: string | null
  readonly currentVersion: string | null
}

/** The version that is in use; null: none. Errors: `system_unknown` (404; also one outside the scope). */
export async function currentVersion(tx: Tx, system: string): Promise<string | null> {
  const { rows } = await tx.query<{ version_id: string | null }>(
    `select v.version_id from ai_system s left join system_version v on v.tenant_id = s.tenant_id and v.system_id = s.system_id and v.is_current
     where s.tenant_id = $1 and s.system_id = $2`,
    [tenantOf(tx), system],
  )
  if (rows[0] === undefined) throw new ApiError(404, 'system_unknown', { values: { system }, param: 'system' })
  return rows[0].version_id
}

/** One system, locked for a decision about it. Errors: `system_unknown` (404; also one outside the scope). */
export async function lockSystem(tx: Tx, system: string): Promise<SystemRow> {
  const { rows } = await tx.query<{ system_id: string; client_id: string; name: Bilingual; owner_id: string | null }>(
    'select system_id, client_id, name, owner_id from ai_system where tenant_id = $1 and system_id = $2 for no key update',
    [tenantOf(tx), system],
  )
  const row = rows[0]
  if (row === undefined) throw new ApiError(404, 'system_unknown', { values: { system }, param: 'system' })
  const version = await tx.query<{ version_id: string }>(
    'select version_id from system_version where tenant_id = $1 and system_id = $2 and is_current',
    [tenantOf(tx), system],
  )
  return {
    id: row.system_id,
    client: row.client_id,
    name: row.name,
    owner: row.owner_id,
    currentVersion: version.rows[0]?.version_id ?? null,
  }
}

/** The systems of a client, by id. Errors: `client_unknown` (404). */
export async function systemsOf(tx: Tx, client: string): Promise<string[]> {
  const known = await tx.query('select 1 from client where tenant_id = $1 and client_id = $2', [tenantOf(tx), client])
  if (known.rowCount === 0) throw new ApiError(404, 'client_unknown', { values: { client }, param: 'client' })
  const { rows } = await tx.query<{ system_id: string }>(
    'select system_id from ai_system where tenant_id = $1 and client_id = $2 order by system_id',
    [tenantOf(tx), client],
  )
  return rows.map((row) => row.system_id)
}
