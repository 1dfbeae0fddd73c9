/** A hand-off: a customer asked for a person. Requested, then accepted by someone, then completed; or missed. */

import { type Role, readers } from '../platform/http.ts'
import type { WorkSource } from './cases/work.ts'
import { contentReaders } from './conversation.ts'

export type HandOffState = 'requested' | 'accepted' | 'completed' | 'missed'
export type HandOff = {
  readonly state: HandOffState
  readonly acceptedBy: string | null
  readonly answerBy: Date | null
}

export type HandOffMove = 'accept' | 'complete'
export type HandOffRefusal = 'hand_off_taken' | 'hand_off_over' | 'hand_off_not_taken'

/** The state after the move, or why it cannot be made. A missed one can still be taken: late is better than never. */
export function moveHandOff(
  handOff: HandOff,
  move: HandOffMove,
): { readonly state: HandOffState } | { readonly refused: HandOffRefusal } {
  switch (handOff.state) {
    case 'requested':
    case 'missed':
      return move === 'accept' ? { state: 'accepted' } : { refused: 'hand_off_not_taken' }
    case 'accepted':
      return move === 'complete' ? { state: 'completed' } : { refused: 'hand_off_taken' }
    case 'completed':
      return { refused: 'hand_off_over' }
    default:
      return unreachable(handOff.state)
  }
}

/** The moment that was promised to the customer has come, and nobody took it. */
export function isLate(handOff: Pick<HandOff, 'state' | 'answerBy'>, now: Date): boolean {
  return (
    (handOff.state === 'requested' || handOff.state === 'missed') &&
    handOff.answerBy !== null &&
    handOff.answerBy <= now
  )
}

/** Who sees which customers wait. */
export const handOffViewers: readonly Role[] = [...new Set([...readers, ...contentReaders])]

/** Whom it goes to when nobody came, or nearly so. */
export const handOffEscalateTo: Role = 'supervisor'

/** How long a missed request stays among those that wait, from the moment that was promised: someone should still call back. */
export const MISSED_DAYS = 14

/** Customers who wait, in the work list: due is the moment that was promised to them; who took one has it. */
export const handOffSource: WorkSource = {
  kinds: ['hand_off'],
  readers: handOffViewers,
  sql: ({ tenant, now, closed }) => {
    const old = `h.answer_by <= ${now} - interval '${MISSED_DAYS} days'`
    const promised = `case when h.state in ('requested', 'missed') then h.answer_by end`
    return `select 'hand_off' as kind, h.hand_off_id as id, null::text as reference, h.client_id, c.system_id, h.state,
       case when h.state = 'accepted' then 'finish' else 'take' end as next_act, h.accepted_by as owner, h.requested_at as opened_at,
       ${closed ? `coalesce(h.ended_at, h.answer_by + interval '${MISSED_DAYS} days')` : 'null::timestamptz'} as closed_at,
       case when ${promised} is not null then 'client.hand_off' end as rule,
       case when ${promised} is not null then case when h.state = 'missed' or h.answer_by <= ${now} then 'missed' else 'running' end end as clock_state,
       ${promised} as strict_at, ${promised} as latest_at, coalesce(${promised}, '9999-12-31T00:00:00Z') as due_at, h.reminded, h.escalated_at
     from hand_off h join conversation c on c.tenant_id = h.tenant_id and c.conversation_id = h.conversation_id
     where h.tenant_id = ${tenant} and ${
       closed
         ? `(h.state = 'completed' or (h.state = 'missed' and ${old}))`
         : `h.state <> 'completed' and not (h.state = 'missed' and ${old})`
     }`
  },
}

function unreachable(value: never): never {
  throw new Error(`not a state of a hand-off: ${String(value)}`)
}
