/** Work that is nobody's request: grants that a later question ended are written down as ended. */
import type { Database, Tx } from '../platform/database.ts'
import type { Ids } from '../platform/ids.ts'
import { appendConsent, loadConsentEvents, outdatedSql } from './store.ts'

/** More than these wait for the next run. */
const BATCH = 500

type Waiting = { tenant_id: string; client_id: string; event_id: string; subject_id: string }

/**
 * Records `consent.superseded` for every grant that stands and was said to words that were replaced since. Such a grant
 * stopped counting the moment the new words came onto file (`foldConsent`); this only puts it on record. May run twice
 * and in two processes: each looks again under a lock on the subject. Returns how many were recorded.
 */
export async function supersedeConsents(
  database: Database,
  act: () => { readonly now: Date; readonly ids: Ids },
): Promise<number> {
  const actor = { kind: 'job', id: 'consents-superseded' } as const
  const waiting = await database.inTx(
    { tenant: '*', clients: '*', actor },
    async (tx) =>
      (
        await tx.query<Waiting>(
          `select e.tenant_id, e.client_id, e.event_id, e.subject_id from consent_event e
           join data_subject s on s.tenant_id = e.tenant_id and s.subject_id = e.subject_id and s.erased_at is null
           where ${outdatedSql} and ${isLast} order by e.seq limit ${BATCH}`,
        )
      ).rows,
    { readOnly: true },
  )
  let recorded = 0
  for (const one of waiting)
    recorded += await database.inTx({ tenant: one.tenant_id, clients: [one.client_id], actor }, (tx) =>
      supersede(tx, one, act()),
    )
  return recorded
}

/** Nothing but questions was recorded after it, about the same purpose, system and conversation. */
const isLast = `not exists (
  select 1 from consent_event l where l.tenant_id = e.tenant_id and l.subject_id = e.subject_id and l.purpose_id = e.purpose_id
    and l.system_id is not distinct from e.system_id and l.conversation_id is not distinct from e.conversation_id
    and l.seq > e.seq and l.state in ('given', 'refused', 'withdrawn', 'expired', 'superseded'))`

async function supersede(
  tx: Tx,
  { client_id: client, event_id: event, subject_id: subject }: Waiting,
  { now, ids }: { readonly now: Date; readonly ids: Ids },
): Promise<number> {
  await tx.query('select 1 from data_subject where tenant_id = $1 and subject_id = $2 for no key update', [
    tx.scope.tenant,
    subject,
  ])
  const events = await loadConsentEvents(tx, { client, subject })
  const grant = events.find(({ id }) => id === event)
  const last = events.findLast(
    (one) =>
      one.purpose === grant?.purpose &&
      one.system === grant.system &&
      one.conversation === grant.conversation &&
      one.state !== 'asked' &&
      one.state !== 'objected' &&
      one.state !== 'objection_lifted',
  )
  if (grant === undefined || last?.id !== event || grant.outdated !== true) return 0
  const { outdated: _, expiresAt: __, evidence: ___, ...rest } = grant
  await appendConsent(
    tx,
    { ...rest, id: ids.next(), client, state: 'superseded', at: now.toISOString(), evidence: { grant: event } },
    { now },
  )
  return 1
}
