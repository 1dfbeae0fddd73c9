/** Scheduled work of the register. All of it is safe to run in any process and as often as one likes. */
import type { Act } from '../access/index.ts'
import type { Database, Scope } from '../platform/database.ts'
import { expireAttributes } from './attributes/io/store.ts'
import { recountCases } from './cases/jobs.ts'
import { type KeptHandOffs, keepHandOffs } from './io/hand-offs.ts'
import { refreshStanding } from './store.ts'

/** Every minute: customers who wait for a person (reminders, promises that passed), and oversight that begins later than it was given. */
export async function keepRegister(
  database: Database,
  act: () => Act,
): Promise<KeptHandOffs & { readonly refreshed: number }> {
  const actor: Scope['actor'] = { kind: 'job', id: 'register' }
  const total = { missed: 0, reminded: 0, escalated: 0, refreshed: 0 }
  for (const tenant of await tenantsOf(database, actor)) {
    const done = await database.inTx({ tenant, clients: '*', actor }, async (tx) => ({
      ...(await keepHandOffs(tx, act())),
      refreshed: await refreshStanding(tx, act().now),
    }))
    total.missed += done.missed
    total.reminded += done.reminded
    total.escalated += done.escalated
    total.refreshed += done.refreshed
  }
  return total
}

/** Every hour: values of attributes whose term has passed, and attributes whose date has come. Gives how many values went. */
export async function expireAttributesForAll(database: Database, act: () => Act): Promise<number> {
  const actor: Scope['actor'] = { kind: 'job', id: 'attributes' }
  let count = 0
  for (const tenant of await tenantsOf(database, actor))
    count += await database.inTx({ tenant, clients: '*', actor }, (tx) => expireAttributes(tx, act()))
  return count
}

/** Every night: terms of open cases, after other closing days of a client or other rules of a release. Gives how many cases were looked at. */
export async function recountCasesForAll(database: Database, act: () => Act): Promise<number> {
  let count = 0
  for (const tenant of await tenantsOf(database, { kind: 'job', id: 'cases-recounted' }))
    count += await recountCases(database, tenant, act)
  return count
}

async function tenantsOf(database: Database, actor: Scope['actor']): Promise<string[]> {
  return database.inTx(
    { tenant: '*', clients: '*', actor },
    async (tx) =>
      (await tx.query<{ tenant_id: string }>('select tenant_id from tenant order by tenant_id')).rows.map(
        (row) => row.tenant_id,
      ),
    { readOnly: true },
  )
}
