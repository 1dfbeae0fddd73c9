/** Results of conditions of a gate, and the policies of the register. */
import type { Tx } from '../../platform/database.ts'
import type { Values } from '../../platform/text.ts'
import type { GateConditionId, GatePolicies } from '../gate-condition-contract.ts'
import { type GateCondition, type GateConditionResult, gateConditionsOf } from '../gate-conditions.ts'
import { tenantOf } from './event.ts'

export type VersionPlace = { readonly client: string; readonly system: string; readonly version: string }

/** Writes how things stand now, in the transaction of the record that shows it; an older result never replaces a later one. */
export async function writeGateCondition(tx: Tx, place: VersionPlace, result: GateConditionResult): Promise<void> {
  await tx.query(
    `insert into gate_condition (tenant_id, client_id, system_id, version_id, condition_id, state, as_of, record, sentence_values) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     on conflict (tenant_id, system_id, version_id, condition_id) do update set state = excluded.state, as_of = excluded.as_of, record = excluded.record, sentence_values = excluded.sentence_values
     where gate_condition.as_of <= excluded.as_of`,
    [
      tenantOf(tx),
      place.client,
      place.system,
      place.version,
      result.condition,
      result.state,
      result.asOf,
      result.record,
      JSON.stringify(result.values),
    ],
  )
}

/** The conditions of one version; of a system that is not in scope: none. */
export async function loadGateConditions(
  tx: Tx,
  { system, version }: { readonly system: string; readonly version: string | null },
): Promise<GateCondition[]> {
  const policies = await tx.query<{ gate_policies: GatePolicies }>(
    'select gate_policies from ai_system where tenant_id = $1 and system_id = $2',
    [tenantOf(tx), system],
  )
  if (policies.rows[0] === undefined) return []
  const results = await loadGateResults(tx, system)
  return gateConditionsOf(
    policies.rows[0].gate_policies,
    results.filter((one) => one.version === version),
  )
}

/** Results of every version of a system, or of all systems in scope. */
export async function loadGateResults(
  tx: Tx,
  system?: string,
): Promise<(GateConditionResult & { readonly system: string; readonly version: string })[]> {
  const { rows } = await tx.query<{
    system_id: string
    version_id: string
    condition_id: GateConditionId
    state: GateConditionResult['state']
    as_of: Date
    record: string
    sentence_values: Values
  }>(
    'select system_id, version_id, condition_id, state, as_of, record, sentence_values from gate_condition where tenant_id = $1 and ($2::text is null or system_id = $2) order by system_id, version_id, condition_id',
    [tenantOf(tx), system ?? null],
  )
  return rows.map((row) => ({
    system: row.system_id,
    version: row.version_id,
    condition: row.condition_id,
    state: row.state,
    asOf: row.as_of,
    record: row.record,
    values: row.sentence_values,
  }))
}
