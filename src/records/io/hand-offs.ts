/** Customers who wait for a person: listed, taken, closed, and marked when nobody came in time. */
import type { Act } from '../../access/index.ts'
import type { Row, Tx } from '../../platform/database.ts'
import { ApiError } from '../../platform/http.ts'
import { termNews } from '../cases/work.ts'
import { type HandOffMove, type HandOffState, handOffEscalateTo, MISSED_DAYS, moveHandOff } from '../hand-off.ts'
import { recordEvent, tenantOf } from './event.ts'

export type HandOffLine = {
  readonly id: string
  readonly conversation: string
  readonly client: string
  readonly system: string | null
  readonly channel: string
  readonly language: string
  readonly state: HandOffState
  readonly reason: string
  readonly requestedAt: Date
  readonly acceptedAt: Date | null
  readonly answerBy: Date | null
}

type HandOffRow = Row & {
  hand_off_id: string
  conversation_id: string
  client_id: string
  system_id: string | null
  channel: string
  language: string
  state: HandOffState
  reason: string
  requested_at: Date
  accepted_at: Date | null
  answer_by: Date | null
}

/** Those that wait first, the longest waiting first; then at most `past` that are over, newest first. */
export async function listHandOffs(tx: Tx, now: Date, past = 50): Promise<HandOffLine[]> {
  const columns =
    'h.hand_off_id, h.conversation_id, h.client_id, c.system_id, c.channel, c.language, h.state, h.reason, h.requested_at, h.accepted_at, h.answer_by'
  const from =
    'from hand_off h join conversation c on c.tenant_id = h.tenant_id and c.conversation_id = h.conversation_id where h.tenant_id = $1'
  const waits = `(h.state in ('requested', 'accepted') or (h.state = 'missed' and h.answer_by > $2))`
  const { rows } = await tx.query<HandOffRow>(
    `(select ${columns} ${from} and ${waits} order by h.requested_at, h.hand_off_id limit 500)
     union all (select ${columns} ${from} and not ${waits} order by h.requested_at desc, h.hand_off_id desc limit $3)`,
    [tenantOf(tx), new Date(now.getTime() - MISSED_DAYS * 86_400_000), past],
  )
  return rows.map(lineFrom)
}

/** Moves one hand-off with its entry. Errors: `hand_off_unknown` (404), `hand_off_taken`, `hand_off_over`, `hand_off_not_taken` (409). */
export async function takeHandOff(tx: Tx, id: string, move: HandOffMove, by: string, act: Act): Promise<HandOffLine> {
  const { rows } = await tx.query<HandOffRow & { accepted_by: string | null; subject_id: string }>(
    `select h.*, c.system_id, c.channel, c.language, c.subject_id from hand_off h
     join conversation c on c.tenant_id = h.tenant_id and c.conversation_id = h.conversation_id
     where h.tenant_id = $1 and h.hand_off_id = $2 for update of h`,
    [tenantOf(tx), id],
  )
  const row = rows[0]
  if (row === undefined) throw new ApiError(404, 'hand_off_unknown')
  const moved = moveHandOff({ state: row.state, acceptedBy: row.accepted_by, answerBy: row.answer_by }, move)
  if ('refused' in moved) throw new ApiError(409, moved.refused)
  if (move === 'accept')
    await tx.query(
      'update hand_off set state = $3, accepted_at = $4, accepted_by = $5 where tenant_id = $1 and hand_off_id = $2',
      [tenantOf(tx), id, moved.state, act.now, by],
    )
  else
    await tx.query('update hand_off set state = $3, ended_at = $4 where tenant_id = $1 and hand_off_id = $2', [
      tenantOf(tx),
      id,
      moved.state,
      act.now,
    ])
  await recordEvent(tx, act, {
    type: move === 'accept' ? 'handoff.accepted' : 'handoff.completed',
    client: row.client_id,
    subject: row.subject_id,
    refs: { handoff: id, conversation: row.conversation_id },
    body: { reason: row.reason },
  })
  return lineFrom({ ...row, state: moved.state, accepted_at: move === 'accept' ? act.now : row.accepted_at })
}

export type KeptHandOffs = { readonly missed: number; readonly reminded: number; readonly escalated: number }

/**
 * Customers who wait: a reminder at 50, 80 and 95 % of the time that was promised, somebody above hears of it at 95 % or when nobody came,
 * and a promise that has passed is missed. Each gets its entry once.
 */
export async function keepHandOffs(tx: Tx, act: Act): Promise<KeptHandOffs> {
  const { rows } = await tx.query<{
    hand_off_id: string
    conversation_id: string
    client_id: string
    reason: string
    requested_at: Date
    answer_by: Date
    reminded: number
    escalated_at: Date | null
    subject_id: string
  }>(
    `select h.hand_off_id, h.conversation_id, h.client_id, h.reason, h.requested_at, h.answer_by, h.reminded, h.escalated_at, c.subject_id
     from hand_off h join conversation c on c.tenant_id = h.tenant_id and c.conversation_id = h.conversation_id
     where h.tenant_id = $1 and h.state = 'requested' and h.answer_by is not null order by h.requested_at, h.hand_off_id for update of h`,
    [tenantOf(tx)],
  )
  const kept = { missed: 0, reminded: 0, escalated: 0 }
  for (const row of rows) {
    const { remind, escalate } = termNews(
      { from: row.requested_at, to: row.answer_by },
      { reminded: row.reminded, missed: false, escalated: row.escalated_at !== null },
      act.now,
    )
    const missed = row.answer_by <= act.now
    if (remind === undefined && !missed && !escalate) continue
    const entry = (type: string, body: Record<string, string | number>) =>
      recordEvent(tx, act, {
        type,
        client: row.client_id,
        subject: row.subject_id,
        refs: { handoff: row.hand_off_id, conversation: row.conversation_id },
        body: { reason: row.reason, ...body },
      })
    if (remind !== undefined) await entry('handoff.reminded', { share: remind })
    if (missed) await entry('handoff.missed', {})
    if (escalate) await entry('handoff.escalated', { role: handOffEscalateTo })
    await tx.query(
      `update hand_off set state = $3, reminded = greatest(reminded, $4), escalated_at = coalesce(escalated_at, $5) where tenant_id = $1 and hand_off_id = $2`,
      [tenantOf(tx), row.hand_off_id, missed ? 'missed' : 'requested', remind ?? 0, escalate ? act.now : null],
    )
    kept.missed += Number(missed)
    kept.reminded += Number(remind !== undefined)
    kept.escalated += Number(escalate)
  }
  return kept
}

function lineFrom(row: HandOffRow): HandOffLine {
  return {
    id: row.hand_off_id,
    conversation: row.conversation_id,
    client: row.client_id,
    system: row.system_id,
    channel: row.channel,
    language: row.language,
    state: row.state,
    reason: row.reason,
    requestedAt: row.requested_at,
    acceptedAt: row.accepted_at,
    answerBy: row.answer_by,
  }
}
