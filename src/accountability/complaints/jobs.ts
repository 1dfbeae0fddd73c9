/** Complaints that came together: put on record, so that somebody judges them. */
import type { Act } from '../../access/index.ts'
import type { Database } from '../../platform/database.ts'
import { recordClusters } from './io/report.ts'

const job = { kind: 'job', id: 'complaints-clustered' } as const

/** Over all organisations; returns how many groups are new. */
export async function keepClusters(database: Database, act: () => Act): Promise<number> {
  const tenants = await database.inTx({ tenant: '*', clients: '*', actor: job }, async (tx) => {
    const { rows } = await tx.query<{ tenant_id: string }>('select tenant_id from tenant order by tenant_id')
    return rows.map((row) => row.tenant_id)
  })
  let found = 0
  for (const tenant of tenants)
    found += await database.inTx({ tenant, clients: '*', actor: job }, (tx) => recordClusters(tx, act()))
  return found
}
