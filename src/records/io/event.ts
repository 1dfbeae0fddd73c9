import type { Act } from '../../access/index.ts'
import { append } from '../../ledger/index.ts'
import type { Tx } from '../../platform/database.ts'

/** An entry about a shared record: ids, codes and counts only. */
export type Entry = {
  readonly type: string
  readonly client?: string | null
  readonly subject?: string | null
  readonly refs: Readonly<Record<string, string>>
  readonly body?: { readonly [key: string]: BodyValue }
}
type BodyValue = null | boolean | number | string | readonly BodyValue[] | { readonly [key: string]: BodyValue }

/** Appends the entry of a change in the transaction of that change, by its actor. Returns the entry's id. */
export async function recordEvent(tx: Tx, { now, ids }: Act, entry: Entry): Promise<string> {
  const id = ids.next()
  await append(tx, {
    id,
    type: entry.type,
    at: now.toISOString(),
    actor: tx.scope.actor,
    tenant: tenantOf(tx),
    client: entry.client ?? null,
    subject: entry.subject ?? null,
    refs: entry.refs,
    body: entry.body ?? {},
  })
  return id
}

/** The one organisation that this transaction writes for. */
export function tenantOf(tx: Tx): string {
  if (tx.scope.tenant === '*') throw new Error('a transaction over all organisations may not write records of one')
  return tx.scope.tenant
}
