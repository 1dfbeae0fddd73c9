/** The register's answer for imported conversations: the same rule the gateway goes by, on the facts in the store. */
import type { Tx } from '../../platform/database.ts'
import { type ConsentEvent, decideUse, inConversation, type Purpose } from '../../privacy/rules.ts'
import type { Ground, GroundAsked } from '../../records/ingest/index.ts'

/** A purpose of the client; null when the register does not know it. */
export async function loadPurpose(tx: Tx, client: string, purpose: string): Promise<Purpose | null> {
  const { rows } = await tx.query<PurposeRow>(
    'select * from purpose where tenant_id = $1 and client_id = $2 and purpose_id = $3',
    [tx.scope.tenant, client, purpose],
  )
  return rows[0] === undefined ? null : purposeOf(rows[0])
}

/** Ids of the client's purposes, for the sentence that lists them. */
export async function purposeIds(tx: Tx, client: string): Promise<string[]> {
  const { rows } = await tx.query<{ purpose_id: string }>(
    'select purpose_id from purpose where tenant_id = $1 and client_id = $2 order by purpose_id',
    [tx.scope.tenant, client],
  )
  return rows.map((row) => row.purpose_id)
}

/**
 * Decides on the purpose as it is now and on this subject's consents and objections. A recording belongs to no system of
 * the register, so a grant for one system does not cover it.
 */
export async function decideGround(
  tx: Tx,
  { client, purpose, subject, conversation }: GroundAsked,
  now: Date,
): Promise<Ground> {
  const events = await loadConsents(tx, client, subject, purpose)
  const use = decideUse(await loadPurpose(tx, client, purpose), '', inConversation(events, conversation), now)
  if (use.use === 'allowed')
    return { ground: 'allowed', basis: use.basis, ...(use.consent === undefined ? {} : { record: use.consent }) }
  return { ground: 'refused', reason: use.code, ...(use.event === undefined ? {} : { record: use.event }) }
}

/** In the order of appending, which is the order that counts. */
async function loadConsents(tx: Tx, client: string, subject: string, purpose: string): Promise<ConsentEvent[]> {
  const { rows } = await tx.query<ConsentRow>(
    'select * from consent_event where tenant_id = $1 and client_id = $2 and subject_id = $3 and purpose_id = $4 order by seq',
    [tx.scope.tenant, client, subject, purpose],
  )
  return rows.map((row) => ({
    id: row.event_id,
    subject: row.subject_id,
    purpose: row.purpose_id,
    system: row.system_id,
    state: row.state,
    at: row.at.toISOString(),
    expiresAt: row.expires_at?.toISOString(),
    wording: row.wording,
    by: row.by_whom,
    conversation: row.conversation_id ?? undefined,
  }))
}

type ConsentRow = {
  event_id: string
  subject_id: string
  purpose_id: string
  system_id: string | null
  state: ConsentEvent['state']
  at: Date
  expires_at: Date | null
  wording: ConsentEvent['wording']
  by_whom: ConsentEvent['by']
  conversation_id: string | null
}

type PurposeRow = {
  purpose_id: string
  client_id: string
  name: Purpose['name']
  basis: Purpose['basis']
  data_kinds: Purpose['dataKinds']
  retention_days: number
  objectable: boolean
  prohibited: NonNullable<Purpose['prohibited']> | null
}

function purposeOf(row: PurposeRow): Purpose {
  return {
    id: row.purpose_id,
    client: row.client_id,
    name: row.name,
    basis: row.basis,
    dataKinds: row.data_kinds,
    retentionDays: row.retention_days,
    objectable: row.objectable,
    ...(row.prohibited === null ? {} : { prohibited: row.prohibited }),
  }
}
