/** Alarms about a system, whoever raises them: they stand on Today until a person has settled them. */
import type { Tx } from '../../platform/database.ts'
import { tenantOf } from './event.ts'

/** Raises an alarm, in the transaction of what caused it; its entry is that of the cause. */
export async function raiseAlarm(
  tx: Tx,
  alarm: { readonly id: string; readonly client: string; readonly system: string; readonly source: string },
  now: Date,
): Promise<void> {
  await tx.query(
    'insert into system_alarm (tenant_id, client_id, alarm_id, system_id, source, raised_at) values ($1, $2, $3, $4, $5, $6)',
    [tenantOf(tx), alarm.client, alarm.id, alarm.system, alarm.source, now],
  )
}

/** Settles it; once is enough, again changes nothing. */
export async function settleAlarm(tx: Tx, id: string, now: Date): Promise<void> {
  await tx.query(
    'update system_alarm set settled_at = $3 where tenant_id = $1 and alarm_id = $2 and settled_at is null',
    [tenantOf(tx), id, now],
  )
}

/** Since when the oldest alarm of each system stands. */
export async function openAlarms(tx: Tx): Promise<ReadonlyMap<string, Date>> {
  const { rows } = await tx.query<{ system_id: string; since: Date }>(
    'select system_id, min(raised_at) as since from system_alarm where tenant_id = $1 and settled_at is null group by system_id',
    [tenantOf(tx)],
  )
  return new Map(rows.map(({ system_id, since }) => [system_id, since]))
}
