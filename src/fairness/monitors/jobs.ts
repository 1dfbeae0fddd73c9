/** Every minute: monitors read the decisions whose turn has come. Safe to run in any process and as often as one likes. */
import type { Act } from '../../access/index.ts'
import type { Database, Scope } from '../../platform/database.ts'
import { STEP_DECISIONS, type StopSystem, stepMonitor } from './io/store.ts'

const actor: Scope['actor'] = { kind: 'job', id: 'monitors' }
/** Steps of one monitor in one run; the rest waits for the next minute. */
const MOST_STEPS = 100

export type Kept = { readonly decisions: number; readonly alarms: number; readonly failed: readonly unknown[] }

/** Brings every running monitor up to date. One that fails does not hold up the others. */
export async function keepMonitors(
  database: Database,
  { stop, act }: { readonly stop: StopSystem; readonly act: () => Act },
): Promise<Kept> {
  const running = await database.inTx(
    { tenant: '*', clients: '*', actor },
    async (tx) =>
      (
        await tx.query<{ tenant: string; client: string; id: string }>(
          'select tenant_id as tenant, client_id as client, monitor_id as id from monitor where ended_at is null order by tenant_id, monitor_id',
        )
      ).rows,
    { readOnly: true },
  )
  let decisions = 0
  let alarms = 0
  const failed: unknown[] = []
  for (const { tenant, client, id } of running) {
    try {
      for (let step = 0; step < MOST_STEPS; step++) {
        const done = await database.inTx({ tenant, clients: [client], actor }, (tx) =>
          stepMonitor(tx, id, { stop, act: act() }),
        )
        decisions += done.decisions
        alarms += done.alarms
        if (done.decisions < STEP_DECISIONS) break
      }
    } catch (error) {
      failed.push(error)
    }
  }
  return { decisions, alarms, failed }
}
