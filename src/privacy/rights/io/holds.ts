/** Legal holds: placed, listed, lifted, each with its entry. */
import type { z } from 'zod'
import type { Act } from '../../../access/index.ts'
import type { Row, Tx } from '../../../platform/database.ts'
import { ApiError } from '../../../platform/http.ts'
import { recordEvent, tenantOf } from '../../../records/index.ts'
import type { holdRequest, holdView, liftRequest } from '../contract.ts'
import { holdRefusal, holdState } from '../hold.ts'

type View = z.output<typeof holdView>

type HoldRow = Row & {
  hold_id: string
  client_id: string
  subject_id: string | null
  conversation_id: string | null
  case_id: string | null
  reason: View['reason']
  reference: string | null
  placed_by: string
  placed_at: Date
  ends_at: Date
  lifted_at: Date | null
  lifted_by: string | null
  lift_reason: string | null
}

function viewOf(row: HoldRow, now: Date): View {
  return {
    id: row.hold_id,
    client: row.client_id,
    subject: row.subject_id,
    conversation: row.conversation_id,
    case: row.case_id,
    reason: row.reason,
    reference: row.reference,
    state: holdState({ endsAt: row.ends_at, liftedAt: row.lifted_at }, now),
    placedBy: row.placed_by,
    placedAt: row.placed_at.toISOString(),
    endsAt: row.ends_at.toISOString(),
    liftedAt: row.lifted_at?.toISOString() ?? null,
    liftedBy: row.lifted_by,
    liftReason: row.lift_reason,
  }
}

/** Those that keep something first, the soonest end first; then the last fifty that were lifted. */
export async function listHolds(tx: Tx, now: Date): Promise<View[]> {
  const { rows } = await tx.query<HoldRow>(
    `(select * from legal_hold where tenant_id = $1 and lifted_at is null order by ends_at, hold_id limit 500)
     union all (select * from legal_hold where tenant_id = $1 and lifted_at is not null order by lifted_at desc, hold_id limit 50)`,
    [tenantOf(tx)],
  )
  return rows.map((row) => viewOf(row, now))
}

/**
 * Errors: `hold_on_one` (422: name one of subject, conversation and case), `hold_end_past`, `hold_end_too_far` (422),
 * `subject_unknown`, `conversation_unknown`, `case_unknown` (404).
 */
export async function placeHold(tx: Tx, wanted: z.output<typeof holdRequest>, by: string, act: Act): Promise<View> {
  if ([wanted.subject, wanted.conversation, wanted.case].filter((one) => one !== undefined).length !== 1)
    throw new ApiError(422, 'hold_on_one', { param: 'subject' })
  const endsAt = new Date(wanted.endsAt)
  const refused = holdRefusal(endsAt, act.now)
  if (refused !== undefined) throw new ApiError(422, refused, { param: 'endsAt' })
  const { client, subject } = await placeOf(tx, wanted)
  const id = act.ids.next()
  const { rows } = await tx.query<HoldRow>(
    `insert into legal_hold (tenant_id, client_id, hold_id, subject_id, conversation_id, case_id, reason, reference, placed_by, placed_at, ends_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning *`,
    [
      tenantOf(tx),
      client,
      id,
      wanted.subject ?? null,
      wanted.conversation ?? null,
      wanted.case ?? null,
      wanted.reason,
      wanted.reference ?? null,
      by,
      act.now,
      endsAt,
    ],
  )
  await recordEvent(tx, act, {
    type: 'hold.placed',
    client,
    subject,
    refs: { hold: id, ...placeRefs(wanted) },
    body: { reason: wanted.reason, endsAt: endsAt.toISOString() },
  })
  return viewOf(rows[0]!, act.now)
}

function placeRefs(on: {
  readonly conversation?: string | undefined
  readonly case?: string | undefined
}): Record<string, string> {
  return {
    ...(on.conversation === undefined ? {} : { conversation: on.conversation }),
    ...(on.case === undefined ? {} : { case: on.case }),
  }
}

async function placeOf(
  tx: Tx,
  on: Pick<z.output<typeof holdRequest>, 'subject' | 'conversation' | 'case'>,
): Promise<{ client: string; subject: string | null }> {
  const found = async (sql: string, value: string, code: string, param: string) => {
    const { rows } = await tx.query<{ client_id: string; subject_id: string | null }>(sql, [tenantOf(tx), value])
    if (rows[0] === undefined) throw new ApiError(404, code, { param })
    return { client: rows[0].client_id, subject: rows[0].subject_id }
  }
  if (on.subject !== undefined) {
    const sql =
      'select client_id, subject_id from data_subject where tenant_id = $1 and subject_id = $2 and erased_at is null'
    return found(sql, on.subject, 'subject_unknown', 'subject')
  }
  if (on.conversation !== undefined) {
    const sql = 'select client_id, subject_id from conversation where tenant_id = $1 and conversation_id = $2'
    return found(sql, on.conversation, 'conversation_unknown', 'conversation')
  }
  // A breach over several clients is held per client of those it touched; the first names the hold's place.
  const sql = `select client_id, subject_id from data_request where tenant_id = $1 and request_id = $2
    union all (select client_id, null from breach_subject where tenant_id = $1 and breach_id = $2 limit 1)`
  return found(sql, on.case ?? '', 'case_unknown', 'case')
}

/** Errors: `hold_unknown` (404), `hold_lifted` (409: somebody was first). */
export async function liftHold(
  tx: Tx,
  id: string,
  { reason }: z.output<typeof liftRequest>,
  by: string,
  act: Act,
): Promise<View> {
  const { rows } = await tx.query<HoldRow>(
    'select * from legal_hold where tenant_id = $1 and hold_id = $2 for update',
    [tenantOf(tx), id],
  )
  const row = rows[0]
  if (row === undefined) throw new ApiError(404, 'hold_unknown')
  if (row.lifted_at !== null) throw new ApiError(409, 'hold_lifted')
  await tx.query(
    'update legal_hold set lifted_at = $3, lifted_by = $4, lift_reason = $5 where tenant_id = $1 and hold_id = $2',
    [tenantOf(tx), id, act.now, by, reason],
  )
  await recordEvent(tx, act, {
    type: 'hold.lifted',
    client: row.client_id,
    subject: row.subject_id,
    refs: {
      hold: id,
      ...placeRefs({ conversation: row.conversation_id ?? undefined, case: row.case_id ?? undefined }),
    },
    body: { reason: row.reason, lifted: reason },
  })
  return viewOf({ ...row, lifted_at: act.now, lifted_by: by, lift_reason: reason }, act.now)
}
