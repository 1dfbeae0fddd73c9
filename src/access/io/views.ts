/** Who read what customers said, and why: rows of ids and codes, with the words of a reason under the subject's key. */
import type { Tx } from '../../platform/database.ts'
import { type Key, open } from '../../vault/index.ts'
import { tenantOf } from './record.ts'

/** One look of a member of staff at what a customer said. `id` is that of its entry in the ledger. */
export type ContentView = {
  readonly id: string
  readonly at: Date
  readonly person: string
  readonly role: string
  readonly reason: string
  readonly conversation: string
  readonly client: string
}

const columns = 'view_id, at, person_id, role, reason, conversation_id, client_id'

type ViewRow = {
  view_id: string
  at: Date
  person_id: string
  role: string
  reason: string
  conversation_id: string
  client_id: string
}

const viewFrom = (row: ViewRow): ContentView => ({
  id: row.view_id,
  at: row.at,
  person: row.person_id,
  role: row.role,
  reason: row.reason,
  conversation: row.conversation_id,
  client: row.client_id,
})

/**
 * Every look at what this customer said, the latest first, also from before they made themselves known in a
 * conversation. For their copy (GDPR art. 15) give role, reason and time; who it was is personal data of the staff.
 */
export async function viewsOf(tx: Tx, subject: string): Promise<ContentView[]> {
  const { rows } = await tx.query<ViewRow>(
    `select ${columns} from content_view where tenant_id = $1 and (subject_id = $2
       or conversation_id in (select conversation_id from conversation where tenant_id = $1 and subject_id = $2))
     order by at desc, view_id desc`,
    [tenantOf(tx), subject],
  )
  return rows.map(viewFrom)
}

/** The words with which staff said why they looked; `key` is the customer's. */
export async function wordsOf(
  tx: Tx,
  key: Key,
  subject: string,
): Promise<{ readonly id: string; readonly at: Date; readonly reason: string; readonly words: string }[]> {
  const { rows } = await tx.query<{ reveal_id: string; at: Date; reason: string; sealed_words: Buffer }>(
    `select reveal_id, at, reason, sealed_words from reveal
     where tenant_id = $1 and subject_id = $2 and sealed_words is not null order by at, reveal_id`,
    [tenantOf(tx), subject],
  )
  return rows.map(({ reveal_id: id, at, reason, sealed_words: sealed }) => ({
    id,
    at,
    reason,
    words: open(key, wordsPlace(tenantOf(tx), id), sealed).toString('utf8'),
  }))
}

export const wordsPlace = (tenant: string, reveal: string) => ['reveal', 'sealed_words', tenant, reveal]
