/** Questions for clarification: asked by the customer of a link, answered by staff, in the thread of a case. */
import type { z } from 'zod'
import type { Act } from '../../access/index.ts'
import type { Database, Tx } from '../../platform/database.ts'
import { ApiError } from '../../platform/http.ts'
import type { Language } from '../../platform/text.ts'
import {
  addMessage,
  type CaseRow,
  caseByReference,
  casePlaceOf,
  changeCase,
  lockCase,
  openCase,
  recordEvent,
  tenantOf,
  writingKey,
} from '../../records/index.ts'
import { readReference } from '../../records/rules.ts'
import type { KeyRing } from '../../vault/index.ts'
import {
  CLOSE_DAYS,
  type ClarificationMove,
  type ClarificationState,
  clarificationMoves,
  clarificationNext,
  clarified,
} from '../clarification.ts'
import type { questionRequest } from '../contract.ts'
import { type LinkTo, loadLinkDecisions } from './portal-decisions.ts'

export type Asked = { readonly id: string; readonly reference: string; readonly record: string }

/** Errors: `portal_not_found` (404: about a decision that this link does not lead to). */
export async function askQuestion(
  tx: Tx,
  ring: KeyRing,
  link: LinkTo,
  given: z.output<typeof questionRequest>,
  language: Language,
  act: Act,
): Promise<Asked> {
  const decision = given.about === 'decision' ? (given.decision ?? link.decision) : null
  if (decision !== null && !(await loadLinkDecisions(tx, link)).some(({ id }) => id === decision))
    throw new ApiError(404, 'portal_not_found')
  const system = await systemOf(tx, link, decision)
  const id = act.ids.next()
  const place = { id, client: link.client, subject: link.subject }
  const key = await writingKey(tx, ring, place, act.now)
  const record = await recordEvent(tx, act, {
    type: 'clarification.asked',
    client: link.client,
    subject: link.subject,
    refs: {
      clarification: id,
      ...(link.conversation === null ? {} : { conversation: link.conversation }),
      ...(decision === null ? {} : { decision }),
    },
    body: { about: given.about, ...(given.turn === undefined ? {} : { turn: given.turn }) },
  })
  const { reference } = await openCase(
    tx,
    {
      ...place,
      kind: 'clarification',
      conversation: link.conversation,
      decision,
      system,
      version: null,
      via: 'portal',
      language,
      state: 'asked',
      nextAct: clarificationNext('asked'),
      openedAt: act.now,
      clocks: [{ clock: 'answer', rule: 'house.clarify.5wd' }],
      record,
    },
    act,
  )
  await addMessage(tx, key, place, { author: 'customer', person: null, via: 'portal', text: given.text, record }, act)
  return { id, reference, record }
}

async function systemOf(tx: Tx, link: LinkTo, decision: string | null): Promise<string | null> {
  const { rows } = await tx.query<{ system: string | null }>(
    decision === null
      ? 'select system_id as system from conversation where tenant_id = $1 and conversation_id = $2'
      : 'select system_id as system from decision where tenant_id = $1 and decision_id = $2',
    [tenantOf(tx), decision ?? link.conversation],
  )
  return rows[0]?.system ?? null
}

export type MoveGiven = {
  readonly by: { readonly kind: 'customer' } | { readonly kind: 'staff'; readonly id: string }
  readonly text?: string
  /** Of handing over: the case in which it goes on. */
  readonly target?: string
}

/** Errors: `case_unknown` (404), `clarification_not_now` (409), `target_needed`, `target_other_person` (422). */
export async function moveQuestion(
  tx: Tx,
  ring: KeyRing,
  id: string,
  move: ClarificationMove,
  given: MoveGiven,
  act: Act,
): Promise<{ id: string; state: ClarificationState; record: string }> {
  const row = await lockCase(tx, id)
  if (row.kind !== 'clarification') throw new ApiError(404, 'case_unknown')
  const state = clarified(row.state as ClarificationState, move)
  if (state === undefined) throw new ApiError(409, 'clarification_not_now')
  const target = move === 'hand_over' ? await targetOf(tx, row, given.target) : undefined
  const record = await recordEvent(tx, act, {
    type: clarificationMoves[move].event,
    client: row.client_id,
    subject: row.subject_id,
    refs: { clarification: id, ...(target === undefined ? {} : { case: target }) },
    body: { by: given.by.kind },
  })
  if (given.text !== undefined) {
    const key = await writingKey(tx, ring, casePlaceOf(row), act.now)
    const person = given.by.kind === 'staff' ? given.by.id : null
    const via = given.by.kind === 'staff' ? 'staff' : 'portal'
    await addMessage(tx, key, casePlaceOf(row), { author: given.by.kind, person, via, text: given.text, record }, act)
  }
  await changeCase(
    tx,
    row,
    {
      state,
      nextAct: clarificationNext(state),
      ...(given.by.kind === 'staff' && row.owner === null ? { owner: given.by.id } : {}),
      ...(state === 'closed' || state === 'handed_over' ? { closed: true } : {}),
      clocks:
        move === 'answer'
          ? [{ act: 'meet', clock: 'answer' }]
          : move === 'ask_again'
            ? [{ act: 'begin', clock: 'answer', rule: 'house.clarify.5wd' }]
            : [],
    },
    act.now,
  )
  return { id, state, record }
}

async function targetOf(tx: Tx, row: CaseRow, given: string | undefined): Promise<string> {
  const reference = readReference(given ?? '')
  const other = reference === undefined ? undefined : await caseByReference(tx, reference)
  if (other === undefined || other.kind === 'clarification')
    throw new ApiError(422, 'target_needed', { param: 'target' })
  if (other.subject_id !== row.subject_id) throw new ApiError(422, 'target_other_person', { param: 'target' })
  return other.case_id
}

/** A question of this link. Errors: `portal_not_found` (404; also somebody else's). */
export async function requireOwnQuestion(tx: Tx, link: LinkTo, id: string): Promise<void> {
  const { rowCount } = await tx.query(
    `select 1 from case_record where tenant_id = $1 and client_id = $2 and subject_id = $3 and kind = 'clarification' and case_id = $4 and (conversation_id = $5 or decision_id = $6)`,
    [tenantOf(tx), link.client, link.subject, id, link.conversation, link.decision],
  )
  if (rowCount === 0) throw new ApiError(404, 'portal_not_found')
}

const job = { kind: 'job', id: 'clarifications-closed' } as const

/** Closes what was answered and not asked on about; returns how many. */
export async function closeAnswered(database: Database, ring: KeyRing, act: () => Act): Promise<number> {
  const before = new Date(act().now.getTime() - CLOSE_DAYS * 86_400_000)
  const due = await database.inTx({ tenant: '*', clients: '*', actor: job }, async (tx) => {
    const { rows } = await tx.query<{ tenant_id: string; case_id: string }>(
      `select r.tenant_id, r.case_id from case_record r join case_clock k on k.tenant_id = r.tenant_id and k.case_id = r.case_id
       where r.kind = 'clarification' and r.state = 'answered' and r.closed_at is null and k.clock = 'answer' and k.met_at < $1 limit 500`,
      [before],
    )
    return rows
  })
  for (const { tenant_id, case_id } of due)
    await database.inTx({ tenant: tenant_id, clients: '*', actor: job }, (tx) =>
      moveQuestion(tx, ring, case_id, 'close', { by: { kind: 'customer' } }, act()),
    )
  return due.length
}
