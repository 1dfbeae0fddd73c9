/** Once a month: what the recogniser of that day misses, so that a change of it shows without anybody asking. */
import type { Act } from '../../access/index.ts'
import type { Scope } from '../../platform/database.ts'
import { measureAndRecord, type SampleDeps } from './routes.ts'

/** Measures every client that has samples; returns how many. Running it twice gives two measurements, which is harmless. */
export async function measureCoverage(deps: SampleDeps, act: () => Act): Promise<number> {
  const actor: Scope['actor'] = { kind: 'job', id: 'coverage' }
  const tenants = await deps.database.inTx(
    { tenant: '*', clients: '*', actor },
    async (tx) => (await tx.query<{ tenant_id: string }>('select tenant_id from tenant order by tenant_id')).rows,
    { readOnly: true },
  )
  let count = 0
  for (const { tenant_id: tenant } of tenants)
    count += (await measureAndRecord(deps, { tenant, clients: '*', actor }, act)).length
  return count
}
