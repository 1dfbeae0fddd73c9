import { append } from '../../ledger/index.ts'
import type { Tx } from '../../platform/database.ts'
import type { Ids } from '../../platform/ids.ts'

/** When it happens and where its ids come from: what every change takes beside the transaction. */
export type Act = { readonly now: Date; readonly ids: Ids }

/** An entry of this folder: never a name, an address or a secret in it. */
export type Entry = {
  readonly type: string
  readonly client?: string | null
  readonly subject?: string
  readonly refs: Readonly<Record<string, string>>
  readonly body?: Readonly<Record<string, string | number | boolean | null>>
}

/** Appends the entry of a change in its own transaction, by the actor of that transaction. Returns the event's id. */
export async function record(tx: Tx, { now, ids }: Act, entry: Entry): Promise<string> {
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
