/** A data subject is erased: from every table, with the key, in one transaction. */

import type { z } from 'zod'
import type { Act } from '../../../access/index.ts'
import type { Tx } from '../../../platform/database.ts'
import { ApiError } from '../../../platform/http.ts'
import { endContests, recordEvent, tenantOf } from '../../../records/index.ts'
import type { SubjectPlace, SubjectStore } from '../../../records/rules.ts'
import { allSubjectStores } from '../../io/subject-stores.ts'
import type { erasureBody } from '../contract.ts'

export type Erasure = {
  readonly cause: z.output<typeof erasureBody>['cause']
  /** Until when a backup may still hold what opens the contents; null when nobody can say. */
  readonly backupsUntil: Date | null
  readonly refs?: Readonly<Record<string, string>>
}

export type Erased = {
  /** The entry; null when there was nothing left to erase. */
  readonly event: string | null
  readonly counts: Readonly<Record<string, number>>
}

/**
 * Erases one subject in the transaction given: it happened whole or not at all, and a second time finds nothing. The
 * row of the subject is locked first, so that a call that wants a key for them waits and is then refused one.
 * Errors: `subject_unknown` (404), `subject_on_hold` (409) naming nobody.
 */
export async function eraseSubject(
  tx: Tx,
  subject: string,
  { cause, backupsUntil, refs = {} }: Erasure,
  act: Act,
  stores: readonly SubjectStore[] = allSubjectStores,
): Promise<Erased> {
  const { rows } = await tx.query<{ client_id: string }>(
    'select client_id from data_subject where tenant_id = $1 and subject_id = $2 for update',
    [tenantOf(tx), subject],
  )
  const client = rows[0]?.client_id
  if (client === undefined) throw new ApiError(404, 'subject_unknown', { param: 'subject' })
  // After a restore it was decided before; then a hold that was lifted since may stand in the backup.
  if ((cause === 'request' || cause === 'retention') && (await holdsOf(tx, subject)).length > 0)
    throw new ApiError(409, 'subject_on_hold', { param: 'subject' })
  // Of what is in the register yet: what ends with the erasure, others hear of.
  await endContests(tx, subject, act)
  const counts = await eraseStores(tx, { client, subject }, stores)
  if (Object.keys(counts).length === 0) return { event: null, counts }
  const event = await recordEvent(tx, act, {
    type: 'erasure.completed',
    client,
    subject,
    refs,
    body: { stores: counts, backupsUntil: backupsUntil?.toISOString() ?? null, cause },
  })
  return { event, counts }
}

async function eraseStores(
  tx: Tx,
  place: SubjectPlace,
  stores: readonly SubjectStore[],
): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const store of stores) {
    const touched = await store.erase(tx, place)
    if (touched > 0) counts[store.id] = touched
  }
  return counts
}

/** Holds that stand on a subject: on them, on one of their conversations, or on a case that is about them. */
export async function holdsOf(tx: Tx, subject: string): Promise<string[]> {
  const { rows } = await tx.query<{ hold_id: string }>(
    `select h.hold_id from legal_hold h where h.tenant_id = $1 and h.lifted_at is null and (
       h.subject_id = $2
       or h.conversation_id in (select conversation_id from conversation where tenant_id = $1 and subject_id = $2)
       or h.case_id in (select request_id from data_request where tenant_id = $1 and subject_id = $2)
       or h.case_id in (select breach_id from breach_subject where tenant_id = $1 and subject_id = $2))`,
    [tenantOf(tx), subject],
  )
  return rows.map((row) => row.hold_id)
}

/**
 * A call that was under way when its customer was erased may write its reply after it, sealed under a key that is gone.
 * Takes such rows away; returns of how many subjects.
 */
export async function sweepErased(tx: Tx, since: Date, backupsUntil: Date | null, act: Act): Promise<number> {
  const { rows } = await tx.query<{ subject_id: string }>(
    `select s.subject_id from data_subject s where s.tenant_id = $1 and s.erased_at >= $2 and exists (
       select 1 from conversation c where c.tenant_id = s.tenant_id and c.subject_id = s.subject_id and (c.messages_hmac is not null
         or exists (select 1 from turn t where t.tenant_id = c.tenant_id and t.conversation_id = c.conversation_id and t.sealed <> '')
         or exists (select 1 from pseudonym_table p where p.tenant_id = c.tenant_id and p.conversation_id = c.conversation_id)))`,
    [tenantOf(tx), since],
  )
  for (const { subject_id: subject } of rows)
    await eraseSubject(tx, subject, { cause: 'late_write', backupsUntil }, act)
  return rows.length
}
