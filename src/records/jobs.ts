/** Scheduled work of the register. Both are safe to run in any process and as often as one likes. */
import type { Act } from '../access/index.ts'
import type { Database, Scope } from '../platform/database.ts'
import { markMissedHandOffs } from './io/hand-offs.ts'
import { refreshStanding } from './store.ts'

/** Every minute: requests for a person whose promised moment passed, and oversight that begins later than it was given. */
export async function keepRegister(
  database: Database,
  act: () => Act,
): Promise<{ readonly missed: number; readonly refreshed: number }> {
  const actor: Scope['actor'] = { kind: 'job', id: 'register' }
  const tenants = await database.inTx(
    { tenant: '*', clients: '*', actor },
    async (tx) => (await tx.query<{ tenant_id: string }>('select tenant_id from tenant order by tenant_id')).rows,
    { readOnly: true },
  )
  let missed = 0
  let refreshed = 0
  for (const { tenant_id: tenant } of tenants) {
    const done = await database.inTx({ tenant, clients: '*', actor }, async (tx) => ({
      missed: await markMissedHandOffs(tx, act()),
      refreshed: await refreshStanding(tx, act().now),
    }))
    missed += done.missed
    refreshed += done.refreshed
  }
  return { missed, refreshed }
}
