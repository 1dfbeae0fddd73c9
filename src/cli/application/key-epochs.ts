/** The life of the epochs, with its entries in the ledger: the vault stands below the ledger and is given them here. */
import { append } from '../../ledger/index.ts'
import type { Database } from '../../platform/database.ts'
import type { Ids } from '../../platform/ids.ts'
import {
  beginEpoch,
  destroyEpochs,
  type EpochDeps,
  type EpochTerms,
  type KeyRing,
  type RootKey,
  rotateKeys,
} from '../../vault/index.ts'

type Parts = { readonly database: Database; readonly ring: KeyRing; readonly ids: Ids }

/** Ends before the queue takes a job for dead (ten minutes). */
const LONGEST_MS = 8 * 60_000

/** With the entries that each step writes, one per organisation. */
export function epochDeps({ database, ring, ids }: Parts, actor: { kind: 'job' | 'operator'; id: string }): EpochDeps {
  return {
    database,
    ring,
    record: async (tx, { type, tenant, body }, now) => {
      await append(tx, {
        id: ids.next(),
        type,
        at: now.toISOString(),
        actor,
        tenant,
        client: null,
        subject: null,
        refs: {},
        body,
      })
    },
  }
}

/** The root key was replaced: an entry of each organisation, since it protects the keys of all. */
export async function recordRootRotation(
  { database, ids }: Omit<Parts, 'ring'>,
  body: { readonly root: RootKey['kind']; readonly files: number },
  operator: string,
  now: Date,
): Promise<void> {
  const actor = { kind: 'operator', id: operator } as const
  await database.inTx({ tenant: '*', clients: '*', actor }, async (tx) => {
    for (const { tenant_id } of (await tx.query<{ tenant_id: string }>('select tenant_id from tenant')).rows)
      await append(tx, {
        id: ids.next(),
        type: 'root-key.rotated',
        at: now.toISOString(),
        actor,
        tenant: tenant_id,
        client: null,
        subject: null,
        refs: {},
        body,
      })
  })
}

/** Begins an epoch when it is time (or with `force`), wraps keys anew, and destroys what has passed its term. */
export async function keepEpochs(
  parts: Parts,
  terms: EpochTerms,
  now: Date,
  {
    force = false,
    actor = { kind: 'job', id: 'key-epochs' },
  }: { force?: boolean; actor?: { kind: 'job' | 'operator'; id: string } } = {},
): Promise<{ begun: number | undefined; keys: number; destroyed: number[] }> {
  const deps = epochDeps(parts, actor)
  const started = performance.now()
  const begun = await beginEpoch(deps, terms, now, { force })
  const { keys } = await rotateKeys(deps, now, { until: () => performance.now() - started > LONGEST_MS })
  return { begun, keys, destroyed: await destroyEpochs(deps, terms, now) }
}
