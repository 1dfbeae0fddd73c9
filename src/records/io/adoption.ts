/** A customer makes themselves known in a conversation that began without a name: from then on it is theirs. */
import type { Act } from '../../access/index.ts'
import type { Tx } from '../../platform/database.ts'
import { existingKey, type KeyRing, open, seal, subjectKey } from '../../vault/index.ts'
import { recordEvent, tenantOf } from './event.ts'

export type Adoption = {
  readonly client: string
  readonly conversation: string
  /** The anonymous subject it had, and the known one it gets. */
  readonly from: string
  readonly to: string
}

/**
 * Gives the conversation to the known subject, with everything that hangs on it: contents are sealed anew under that
 * subject's key, so that erasure finds them. False when another call did it first, or while a call is under way whose
 * answer will be sealed under the old key. The anonymous subject stays as the one that earlier entries name; its key is
 * destroyed with its last contents.
 */
export async function adoptConversation(
  tx: Tx,
  ring: KeyRing,
  { client, conversation, from, to }: Adoption,
  act: Act,
): Promise<boolean> {
  const tenant = tenantOf(tx)
  const { rowCount } = await tx.query(
    `update conversation set subject_id = $4, updated_at = $5 where tenant_id = $1 and conversation_id = $2 and subject_id = $3
       and not exists (select 1 from ai_call a where a.tenant_id = $1 and a.conversation_id = $2 and a.state = 'admitted')`,
    [tenant, conversation, from, to, act.now],
  )
  if (rowCount !== 1) return false
  await reseal(tx, ring, { client, conversation, from, to }, act.now)
  for (const table of ['ai_call', 'portal_link'] as const)
    await tx.query(
      `update ${table} set subject_id = $4 where tenant_id = $1 and conversation_id = $2 and subject_id = $3`,
      [tenant, conversation, from, to],
    )
  await moveRequests(tx, ring, { client, conversation, from, to }, act.now)
  await tx.query(
    'delete from subject_key k where k.tenant_id = $1 and k.subject_id = $2 and not exists (select 1 from conversation c where c.tenant_id = $1 and c.subject_id = $2)',
    [tenant, from],
  )
  await recordEvent(tx, act, { type: 'subject.identified', client, subject: to, refs: { conversation }, body: {} })
  return true
}

async function reseal(tx: Tx, ring: KeyRing, { client, conversation, from, to }: Adoption, now: Date): Promise<void> {
  const tenant = tenantOf(tx)
  const sealed = await tx.query<{ kind: 'turn' | 'party' | 'pseudonym_table'; n: number; sealed: Buffer }>(
    `select 'turn' as kind, seq as n, sealed from turn where tenant_id = $1 and conversation_id = $2 and length(sealed) > 0
     union all select 'party', n, sealed from party where tenant_id = $1 and conversation_id = $2 and sealed is not null
     union all select 'pseudonym_table', 0, sealed from pseudonym_table where tenant_id = $1 and conversation_id = $2`,
    [tenant, conversation],
  )
  const imported = await tx.query<{ sealed: string }>(
    `select import ->> 'sealed' as sealed from conversation where tenant_id = $1 and conversation_id = $2 and import ? 'sealed'`,
    [tenant, conversation],
  )
  if (sealed.rows.length === 0 && imported.rows.length === 0) return
  const before = await existingKey(tx, ring, { tenant, subject: from })
  const after = await subjectKey(tx, ring, { tenant, client, subject: to }, now)
  for (const { sealed: text } of imported.rows) {
    const place = ['conversation', 'import', tenant, conversation]
    const anew = seal(after, place, open(before, place, Buffer.from(text, 'base64'))).toString('base64')
    await tx.query(
      `update conversation set import = jsonb_set(import, '{sealed}', to_jsonb($3::text)) where tenant_id = $1 and conversation_id = $2`,
      [tenant, conversation, anew],
    )
  }
  for (const { kind, n, sealed: bytes } of sealed.rows) {
    const place =
      kind === 'pseudonym_table'
        ? [kind, 'sealed', tenant, conversation]
        : [kind, 'sealed', tenant, conversation, String(n)]
    const anew = seal(after, place, open(before, place, bytes))
    const where = kind === 'turn' ? 'and seq = $4' : kind === 'party' ? 'and n = $4' : 'and $4::int = 0'
    await tx.query(`update ${kind} set sealed = $3 where tenant_id = $1 and conversation_id = $2 ${where}`, [
      tenant,
      conversation,
      anew,
      n,
    ])
  }
}

const sealedById = {
  data_request: 'request_id',
  correction: 'correction_id',
  prepared_copy: 'copy_id',
  idempotency: 'call_id',
  decision: 'decision_id',
  decision_review: 'review_id',
  contest: 'contest_id',
  feedback: 'feedback_id',
  wrong_answer: 'wrong_answer_id',
  wrong_answer_recipient: 'recipient_id',
} as const

/** What they asked before they made themselves known, answers kept for them, what was decided about them, and what stands on hold of them, is theirs too. */
async function moveRequests(tx: Tx, ring: KeyRing, { client, from, to }: Adoption, now: Date): Promise<void> {
  const tenant = tenantOf(tx)
  for (const [table, id] of Object.entries(sealedById)) {
    const { rows } = await tx.query<{ id: string; sealed: Buffer }>(
      `select ${id} as id, sealed from ${table} where tenant_id = $1 and subject_id = $2 and sealed is not null`,
      [tenant, from],
    )
    for (const row of rows) {
      const place = [table, 'sealed', tenant, row.id]
      const before = await existingKey(tx, ring, { tenant, subject: from })
      const after = await subjectKey(tx, ring, { tenant, client, subject: to }, now)
      await tx.query(`update ${table} set sealed = $3 where tenant_id = $1 and ${id} = $2`, [
        tenant,
        row.id,
        seal(after, place, open(before, place, row.sealed)),
      ])
    }
    await tx.query(`update ${table} set subject_id = $3 where tenant_id = $1 and subject_id = $2`, [tenant, from, to])
  }
  await tx.query('update outcome set subject_id = $3 where tenant_id = $1 and subject_id = $2', [tenant, from, to])
  await tx.query('update legal_hold set subject_id = $3 where tenant_id = $1 and subject_id = $2', [tenant, from, to])
  await tx.query(
    `insert into breach_subject (tenant_id, client_id, breach_id, subject_id)
     select tenant_id, client_id, breach_id, $3 from breach_subject where tenant_id = $1 and subject_id = $2 on conflict do nothing`,
    [tenant, from, to],
  )
  await tx.query(
    `update data_subject s set restricted_at = a.restricted_at, restricted_by = a.restricted_by from data_subject a
     where s.tenant_id = $1 and s.subject_id = $3 and a.tenant_id = $1 and a.subject_id = $2 and s.restricted_at is null and a.restricted_at is not null`,
    [tenant, from, to],
  )
}
