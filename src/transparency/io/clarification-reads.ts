/** What the customer and staff read of a question beside its thread: what it is about, and until when one may ask on. */
import type { Tx } from '../../platform/database.ts'
import { ApiError } from '../../platform/http.ts'
import {
  type CaseLink,
  type CaseRow,
  calendarOf,
  caseOfLink,
  clocksOf,
  keptOf,
  readCase,
  readingKey,
} from '../../records/index.ts'
import { clockStanding } from '../../records/rules.ts'
import type { KeyRing } from '../../vault/index.ts'
import { askOnUntil, type ClarificationState, mayAskOn } from '../clarification.ts'
import type { PortalQuestion, StaffQuestion } from '../contract.ts'
import { answeredAt, type QuestionKept } from './clarifications.ts'

/** A question of this link. Errors: `portal_not_found` (404; also somebody else's). */
export const requireOwnQuestion = (tx: Tx, link: CaseLink, id: string): Promise<CaseRow> =>
  caseOfLink(tx, link, id, { kind: 'clarification' })

/** What a question of this link is about, and until when one may ask on. */
export async function portalQuestion(
  tx: Tx,
  ring: KeyRing,
  link: CaseLink,
  id: string,
  now: Date,
): Promise<PortalQuestion> {
  const row = await requireOwnQuestion(tx, link, id)
  const answered = await answeredAt(tx, id)
  const open = row.closed_at === null
  return {
    id,
    reference: row.reference,
    state: row.state as ClarificationState,
    ...(await aboutOf(tx, ring, row)),
    askOnUntil: open && answered !== null ? askOnUntil(answered).toISOString() : null,
    mayAskOn: open && mayAskOn(answered, now),
  }
}

/** Of somebody who was erased it is no longer known what they asked about. */
async function aboutOf(tx: Tx, ring: KeyRing, row: CaseRow) {
  const kept = await keptOf<QuestionKept>(tx, await readingKey(tx, ring, row.subject_id), row.case_id)
  return {
    about: kept?.about ?? null,
    turn: kept?.turn ?? null,
    decision: kept?.decision ?? null,
    notice: kept?.notice === undefined ? null : { kind: kept.notice, version: kept.version ?? 1 },
  }
}

/** What staff need to answer. Errors: `case_unknown` (404). */
export async function staffQuestion(tx: Tx, ring: KeyRing, id: string, now: Date): Promise<StaffQuestion> {
  const row = await readCase(tx, id)
  if (row.kind !== 'clarification') throw new ApiError(404, 'case_unknown')
  const about = await aboutOf(tx, ring, row)
  const calendar = await calendarOf(tx, row.client_id)
  const clock = (await clocksOf(tx, id)).find((one) => one.clock === 'answer')
  const runs = row.state === 'asked' && clock !== undefined && now <= clockStanding(clock, now, calendar).latestAt
  return {
    id,
    state: row.state as ClarificationState,
    conversation: row.conversation_id,
    ...about,
    mayCite: about.about === 'turn' || about.about === 'decision',
    mayExtend: runs && !clock.extensions.some(({ by }) => by === 'letter'),
  }
}

/** What a citation rests on. Errors: `case_unknown` (404), `cite_nothing` (422: a whole conversation or a notice is not explained). */
export async function citedOf(
  tx: Tx,
  ring: KeyRing,
  id: string,
): Promise<{
  readonly row: CaseRow
  readonly about: 'turn' | 'decision'
  readonly turn: number
  readonly decision: string
}> {
  const row = await readCase(tx, id)
  const { about, turn, decision } = await aboutOf(tx, ring, row)
  if (about === 'turn' && turn !== null && row.conversation_id !== null) return { row, about, turn, decision: '' }
  if (about === 'decision' && decision !== null) return { row, about, turn: 0, decision }
  throw new ApiError(422, 'cite_nothing', { param: 'cite' })
}
