import type { Database } from '../../platform/database.ts'
import { ApiError } from '../../platform/http.ts'

/**
 * The organisation that a command is about: the one that was asked for, else the only one. Errors: `tenant_unknown`,
 * `tenant_none`, `tenant_needed` (with the ids to choose from).
 */
export async function chooseTenant(database: Database, wanted: string | undefined, operator: string): Promise<string> {
  const scope = { tenant: '*', clients: '*', actor: { kind: 'operator', id: operator } } as const
  const tenants = await database.inTx(
    scope,
    async (tx) =>
      (await tx.query<{ tenant_id: string }>('select tenant_id from tenant order by tenant_id')).rows.map(
        (row) => row.tenant_id,
      ),
    { readOnly: true },
  )
  if (wanted !== undefined) {
    if (!tenants.includes(wanted)) throw new ApiError(404, 'tenant_unknown', { values: { tenant: wanted } })
    return wanted
  }
  const [only, ...others] = tenants
  if (only === undefined) throw new ApiError(404, 'tenant_none')
  if (others.length > 0) throw new ApiError(422, 'tenant_needed', { values: { tenants: tenants.join(', ') } })
  return only
}
