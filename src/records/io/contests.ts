/** A customer asks a person to look again at a decision: rows in and out. Their words are sealed under their key. */
import type { Act } from '../../access/index.ts'
import type { Tx } from '../../platform/database.ts'
import { ApiError } from '../../platform/http.ts'
import { type Key, type KeyRing, openJson, sealJson, subjectKey } from '../../vault/index.ts'
import { mayContest } from '../decision.ts'
import type { Contest } from '../decision-contract.ts'
import { recordEvent, tenantOf } from './event.ts'

const contestPlace = (tenant: string, contest: string): string[] => ['contest', 'sealed', tenant, contest]

type Row = {
  contest_id: string
  asked_at: Date
  state: 'open' | 'answered'
  answered_at: Date | null
  review_id: string | null
  record: string
  sealed: Buffer | null
}

/** The last time somebody asked; `key` undefined: without their words. */
export async function contestOf(tx: Tx, decision: string, key: Key | undefined): Promise<Contest | null> {
  const { rows } = await tx.query<Row>(
    `select contest_id, asked_at, state, answered_at, review_id, record, sealed from contest
     where tenant_id = $1 and decision_id = $2 order by asked_at desc, contest_id desc limit 1`,
    [tenantOf(tx), decision],
  )
  const [row] = rows
  if (row === undefined) return null
  const opened =
    key === undefined || row.sealed === null
      ? null
      : (openJson(key, contestPlace(tenantOf(tx), row.contest_id), row.sealed) as { words: string | null })
  return {
    id: row.contest_id,
    state: row.state,
    askedAt: row.asked_at.toISOString(),
    answeredAt: row.answered_at?.toISOString() ?? null,
    review: row.review_id,
    words: opened?.words ?? null,
    record: row.record,
  }
}

/**
 * Puts a decision before a person, because its own person asks so, with its entry. Errors: `decision_unknown` (404; also one of another
 * subject), `contest_open`, `contest_answered` (409).
 */
export async function contestDecision(
  tx: Tx,
  ring: KeyRing,
  { decision, subject, words }: { readonly decision: string; readonly subject: string; readonly words: string | null },
  act: Act,
): Promise<Contest> {
  const tenant = tenantOf(tx)
  const { rows } = await tx.query<{ client_id: string; system_id: string }>(
    `select client_id, system_id from decision where tenant_id = $1 and decision_id = $2 and subject_id = $3 and subject_role = 'customer' for update`,
    [tenant, decision, subject],
  )
  const [row] = rows
  if (row === undefined) throw new ApiError(404, 'decision_unknown')
  const before = await contestOf(tx, decision, undefined)
  const refused = mayContest(before?.state ?? null)
  if (refused !== null) throw new ApiError(409, refused)
  const key = await subjectKey(tx, ring, { tenant, client: row.client_id, subject }, act.now)
  const id = act.ids.next()
  const record = await recordEvent(tx, act, {
    type: 'decision.contested',
    client: row.client_id,
    subject,
    refs: { decision, contest: id, system: row.system_id },
    body: { reason: 'asked_by_customer' },
  })
  await tx.query(
    `insert into contest (tenant_id, client_id, contest_id, decision_id, subject_id, asked_at, state, record, sealed) values ($1, $2, $3, $4, $5, $6, 'open', $7, $8)`,
    [
      tenant,
      row.client_id,
      id,
      decision,
      subject,
      act.now,
      record,
      words === null ? null : sealJson(key, contestPlace(tenant, id), { words }),
    ],
  )
  await tx.query(
    `update decision set review = 'waiting', review_reason = 'asked_by_customer' where tenant_id = $1 and decision_id = $2`,
    [tenant, decision],
  )
  return {
    id,
    state: 'open',
    askedAt: act.now.toISOString(),
    answeredAt: null,
    review: null,
    words,
    record,
  }
}

/** The second look that answers an open one; nothing where none is open. */
export async function answerContest(tx: Tx, decision: string, review: string, now: Date): Promise<void> {
  await tx.query(
    `update contest set state = 'answered', answered_at = $4, review_id = $3 where tenant_id = $1 and decision_id = $2 and state = 'open'`,
    [tenantOf(tx), decision, review, now],
  )
}
