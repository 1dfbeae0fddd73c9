/** Customers who ask for a person: one open request per conversation, with the moment by which an answer was promised. */
import type { Act } from '../../access/index.ts'
import { append } from '../../ledger/index.ts'
import type { Tx } from '../../platform/database.ts'
import { ApiError } from '../../platform/http.ts'
import type { ClientProfile } from '../../records/contract.ts'
import { findConversation, recordTurns, tenantOf } from '../../records/index.ts'
import type { KeyRing } from '../../vault/index.ts'
import { answerBy } from '../handoff.ts'

export type HandOffRow = {
  readonly id: string
  readonly state: 'requested' | 'accepted'
  readonly reason: string
  readonly requestedAt: Date
  readonly answerBy: Date | null
}

type Place = { readonly tenant: string; readonly client: string; readonly conversation: string }

/** The request of this conversation that waits for a person or has one, or undefined. */
export async function openHandOff(tx: Tx, { tenant, conversation }: Place): Promise<HandOffRow | undefined> {
  const { rows } = await tx.query<{
    id: string
    state: 'requested' | 'accepted'
    reason: string
    requested_at: Date
    answer_by: Date | null
  }>(
    `select hand_off_id as id, state, reason, requested_at, answer_by from hand_off
     where tenant_id = $1 and conversation_id = $2 and state in ('requested', 'accepted') order by requested_at limit 1`,
    [tenant, conversation],
  )
  const row = rows[0]
  return (
    row && {
      id: row.id,
      state: row.state,
      reason: row.reason,
      requestedAt: row.requested_at,
      answerBy: row.answer_by,
    }
  )
}

/** Writes a request unless one is open; false when one was. Two that ask at the same moment take turns. */
export async function askForPerson(
  tx: Tx,
  place: Place,
  { id, reason, answerBy: promised }: { readonly id: string; readonly reason: string; readonly answerBy: Date },
  now: Date,
): Promise<boolean> {
  const { tenant, client, conversation } = place
  await tx.query('select 1 from conversation where tenant_id = $1 and conversation_id = $2 for update', [
    tenant,
    conversation,
  ])
  if (await openHandOff(tx, place)) return false
  await tx.query(
    `insert into hand_off (tenant_id, client_id, hand_off_id, conversation_id, state, reason, requested_at, answer_by) values ($1, $2, $3, $4, 'requested', $5, $6, $7)`,
    [tenant, client, id, conversation, reason, now, promised],
  )
  return true
}

export type HandOffWanted = {
  readonly client: string
  /** Waarborg's id of the conversation, or the caller's own. */
  readonly conversation: string
  readonly reason: string
  /** The customer's own words to who answers; sealed as a turn of the conversation, and nowhere else. */
  readonly note?: string | null
}

export type HandOffAsked = HandOffRow & {
  readonly conversation: string
  /** Its ledger entry, which has the request's own id. */
  readonly event: string
  readonly profile: ClientProfile
}

/**
 * Asks for a person. A request that is open already is returned again, and a note is kept all the same.
 * Errors: `conversation_unknown` (404).
 */
export async function requestHandOff(tx: Tx, ring: KeyRing, wanted: HandOffWanted, act: Act): Promise<HandOffAsked> {
  const tenant = tenantOf(tx)
  const found = await findConversation(tx, ring, wanted.client, wanted.conversation, { lock: true })
  const profile = found && (await profileOf(tx, tenant, found.client))
  if (!found || !profile) throw new ApiError(404, 'conversation_unknown', { param: 'conversation' })
  const { conversation, subject, client } = found
  if (wanted.note) await recordTurns(tx, ring, found, [{ role: 'customer', said: wanted.note, at: act.now }], act)
  const place = { tenant, client, conversation }
  const id = act.ids.next()
  const promised = answerBy(profile.handoff, act.now)
  if (await askForPerson(tx, place, { id, reason: wanted.reason, answerBy: promised }, act.now))
    await append(tx, {
      id,
      type: 'handoff.requested',
      at: act.now.toISOString(),
      actor: tx.scope.actor,
      tenant,
      client,
      subject,
      refs: { handoff: id, conversation, ...(found.system === null ? {} : { system: found.system }) },
      body: { reason: wanted.reason },
    })
  const open = await openHandOff(tx, place)
  return { ...open!, conversation, event: open!.id, profile }
}

async function profileOf(tx: Tx, tenant: string, client: string): Promise<ClientProfile | undefined> {
  const { rows } = await tx.query<{ profile: ClientProfile }>(
    'select profile from client where tenant_id = $1 and client_id = $2',
    [tenant, client],
  )
  return rows[0]?.profile
}
