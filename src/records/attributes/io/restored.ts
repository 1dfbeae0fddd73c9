/** After a backup was put back: what ended or was taken back since then goes again, as the ledger has it. */
import type { Act } from '../../../access/index.ts'
import type { Tx } from '../../../platform/database.ts'
import { tenantOf } from '../../io/event.ts'
import { attributeEvents } from '../contract.ts'
import { endAttribute } from './store.ts'

/** Entries that have their number and those that wait for one. */
const entries = `(select tenant_id, client_id, type, subject_id, at, payload from ledger_entry
  union all select tenant_id, client_id, type, subject_id, at, payload from ledger_pending where not conflict) e`
const attributeOf = `convert_from(e.payload, 'UTF8')::jsonb -> 'refs' ->> 'attribute'`

/** Of one organisation. Gives how many attributes ended again, and how many values of people went again. */
export async function endAttributesAgain(
  tx: Tx,
  by: string,
  act: Act,
): Promise<{ readonly attributes: number; readonly values: number }> {
  const tenant = tenantOf(tx)
  const ended = await tx.query<{ client: string; attribute: string }>(
    `select distinct k.client_id as client, k.attribute_id as attribute from attribute_key k
     join ${entries} on e.tenant_id = k.tenant_id and e.client_id = k.client_id and e.type = $2 and ${attributeOf} = k.attribute_id
     where k.tenant_id = $1 order by 1, 2`,
    [tenant, attributeEvents.ended],
  )
  let values = 0
  for (const place of ended.rows) values += (await endAttribute(tx, place, { reasons: 'restore', by }, act)).erased
  const withdrawn = await tx.query(
    `delete from attribute_value v using ${entries}
     where v.tenant_id = $1 and e.tenant_id = v.tenant_id and e.client_id = v.client_id and e.subject_id = v.subject_id
       and e.type = $2 and ${attributeOf} = v.attribute_id and e.at >= v.given_at`,
    [tenant, attributeEvents.withdrawn],
  )
  return { attributes: ended.rows.length, values: values + (withdrawn.rowCount ?? 0) }
}
