/** Scheduled work: notices are made again, also where the register changed by something else than an organisation file. */
import type { Database, Scope } from '../platform/database.ts'
import type { KeyRing } from '../vault/index.ts'
import { renewNotices } from './notices/io/store.ts'
import type { Act } from './store.ts'

/** For every organisation. May run twice and in two processes. Returns how many versions were made. */
export async function keepNotices(
  { database, ring }: { readonly database: Database; readonly ring: KeyRing },
  act: () => Act,
): Promise<number> {
  const actor: Scope['actor'] = { kind: 'job', id: 'notices' }
  const tenants = await database.inTx(
    { tenant: '*', clients: '*', actor },
    async (tx) => (await tx.query<{ tenant_id: string }>('select tenant_id from tenant order by tenant_id')).rows,
    { readOnly: true },
  )
  let renewed = 0
  for (const { tenant_id: tenant } of tenants)
    renewed += await database.inTx({ tenant, clients: '*', actor }, (tx) => renewNotices(tx, ring, act()))
  return renewed
}
