/** Gate decisions: recorded, never changed; a later one overrules an earlier. */
import type { Act } from '../access/index.ts'
import type { Tx } from '../platform/database.ts'
import { ApiError } from '../platform/http.ts'
import type { Bilingual } from '../records/contract.ts'
import {
  loadGateConditions,
  lockSystem,
  recordEvent,
  rewriteStanding,
  saveText,
  tenantOf,
  writtenIn,
} from '../records/index.ts'
import { unmetConditions } from '../records/rules.ts'
import { decidedAt, type GateProposal, type GateRefusal, gateRefusal } from './gate.ts'

export type GateToDecide = {
  readonly system: string
  readonly version: string
  readonly decision: GateProposal['decision']
  readonly by: string
  readonly reasons: string | Bilingual
  readonly conditions: string | Bilingual | null
  /** Why it is released although a required condition does not hold; null: nothing was said. */
  readonly despite: string | Bilingual | null
  /** null: now, after every decision that is on record. */
  readonly at: Date | null
  readonly validUntil: Date
}

/**
 * Records a decision about one version with its entry, and rewrites the standing of the system; returns its id.
 * Errors: `system_unknown`, `version_unknown` (404), `gate_by_owner` (403), `gate_ahead`, `gate_ends_before`,
 * `gate_too_long`, `gate_condition_unmet` (422).
 */
export async function decideGate(tx: Tx, gate: GateToDecide, act: Act): Promise<string> {
  const system = await lockSystem(tx, gate.system)
  const version = await tx.query(
    'select 1 from system_version where tenant_id = $1 and system_id = $2 and version_id = $3',
    [tenantOf(tx), gate.system, gate.version],
  )
  if (version.rowCount === 0)
    throw new ApiError(404, 'version_unknown', { values: { version: gate.version }, param: 'version' })
  const at = gate.at ?? decidedAt(act.now, await latestDecision(tx, gate))
  const unmet = unmetConditions(await loadGateConditions(tx, gate))
  const proposal = { ...gate, at, owner: system.owner, unmet, despite: gate.despite !== null }
  const refusal = gateRefusal(proposal, gate.at === null ? at : act.now)
  if (refusal !== undefined)
    throw new ApiError(refusal === 'gate_by_owner' ? 403 : 422, refusal, { param: fieldOf(refusal) })
  const id = act.ids.next()
  await tx.query(
    `insert into gate_decision (tenant_id, client_id, gate_id, system_id, version_id, decision, decided_by, reasons, conditions, decided_at, valid_until) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      tenantOf(tx),
      system.client,
      id,
      gate.system,
      gate.version,
      gate.decision,
      gate.by,
      writtenIn(gate.reasons, 'nl'),
      gate.conditions === null ? null : writtenIn(gate.conditions, 'nl'),
      at,
      gate.validUntil,
    ],
  )
  for (const field of ['reasons', 'conditions', 'despite'] as const) {
    const written = gate[field]
    // The table has a column for one language of the first two.
    if (written !== null && (field === 'despite' || typeof written !== 'string'))
      await saveText(tx, { client: system.client, record: id, field, written })
  }
  await rewriteStanding(tx, [gate.system], act.now)
  await recordEvent(tx, act, {
    type: 'gate.decided',
    client: system.client,
    refs: { gate: id, system: gate.system, version: gate.version, person: gate.by },
    body: {
      decision: gate.decision,
      decidedAt: at.toISOString(),
      validUntil: gate.validUntil.toISOString(),
      ...(unmet.length === 0 || gate.decision === 'reject' ? {} : { despite: unmet }),
    },
  })
  return id
}

const fieldOf = (refusal: GateRefusal): string =>
  refusal === 'gate_by_owner' ? 'decision' : refusal === 'gate_condition_unmet' ? 'despite' : 'validUntil'

async function latestDecision(tx: Tx, { system, version }: GateToDecide): Promise<Date | undefined> {
  const { rows } = await tx.query<{ decided_at: Date }>(
    'select decided_at from gate_decision where tenant_id = $1 and system_id = $2 and version_id = $3 order by decided_at desc limit 1',
    [tenantOf(tx), system, version],
  )
  return rows[0]?.decided_at
}
