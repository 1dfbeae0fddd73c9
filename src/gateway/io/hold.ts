/** A conversation on hold: the customer waits, nothing is recorded and no AI is called, until it goes on. */
import type { Act } from '../../access/index.ts'
import type { Tx } from '../../platform/database.ts'
import { ApiError } from '../../platform/http.ts'
import { findConversation, recordEvent, tenantOf } from '../../records/index.ts'
import type { KeyRing } from '../../vault/index.ts'

/**
 * Puts a conversation on hold, or lets it go on; what it is already, it stays, with the moment of then. `heldAt` is null
 * when it goes on. Errors: `conversation_unknown` (404), `conversation_ended` (409).
 */
export async function holdConversation(
  tx: Tx,
  ring: KeyRing,
  { client, conversation, hold }: { readonly client: string; readonly conversation: string; readonly hold: boolean },
  act: Act,
): Promise<{ readonly conversation: string; readonly heldAt: Date | null }> {
  const found = await findConversation(tx, ring, client, conversation, { lock: true })
  if (found === undefined) throw new ApiError(404, 'conversation_unknown', { param: 'id' })
  const { rows } = await tx.query<{ held_at: Date | null; ended_at: Date | null }>(
    'select held_at, ended_at from conversation where tenant_id = $1 and conversation_id = $2',
    [tenantOf(tx), found.conversation],
  )
  const { held_at: before, ended_at: ended } = rows[0]!
  if (hold && ended !== null) throw new ApiError(409, 'conversation_ended', { param: 'id' })
  if ((before !== null) === hold) return { conversation: found.conversation, heldAt: before }
  const heldAt = hold ? act.now : null
  await tx.query(
    'update conversation set held_at = $3, updated_at = $4 where tenant_id = $1 and conversation_id = $2',
    [tenantOf(tx), found.conversation, heldAt, act.now],
  )
  await recordEvent(tx, act, {
    type: hold ? 'conversation.held' : 'conversation.resumed',
    client,
    subject: found.subject,
    refs: { conversation: found.conversation },
  })
  return { conversation: found.conversation, heldAt }
}
