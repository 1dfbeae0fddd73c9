/** Who had a part in what a complaint is about, and whether somebody may therefore handle it. */

import { loadStaff } from '../../../access/index.ts'
import type { Tx } from '../../../platform/database.ts'
import { type Hinder, lockCase, type NextFor, readCase, rolesAmong, tenantOf } from '../../../records/index.ts'
import { nextAct } from '../complaint.ts'
import { handlerConflict, type Involved } from '../conflict.ts'
import { linksOf, loadComplaint, type Stored } from './store.ts'

/** Reads it from what is on record: links that were not rejected count. */
export async function involvedIn(tx: Tx, { row, complaint }: Stored): Promise<Involved> {
  const links = (await linksOf(tx, row.case_id)).filter(({ state }) => state !== 'rejected')
  const of = (kind: 'conversation' | 'decision', own: string | null) => [
    ...new Set([...(own === null ? [] : [own]), ...links.flatMap((one) => (one.kind === kind ? [one.target] : []))]),
  ]
  const conversations = of('conversation', row.conversation_id)
  const decisions = of('decision', row.decision_id)
  const deciders = await tx.query<{ person: string }>(
    'select distinct reviewer as person from decision_review where tenant_id = $1 and decision_id = any($2)',
    [tenantOf(tx), decisions],
  )
  const speakers = await tx.query<{ person: string }>(
    'select distinct accepted_by as person from hand_off where tenant_id = $1 and conversation_id = any($2) and accepted_by is not null',
    [tenantOf(tx), conversations],
  )
  return {
    persons: complaint.persons,
    deciders: deciders.rows.map(({ person }) => person),
    speakers: speakers.rows.map(({ person }) => person),
    first: [complaint.handler, complaint.decidedBy].filter((one): one is string => one !== null),
  }
}

/** Why these may not handle this complaint, or its appeal. Who gives it has locked the case. */
export const hinder: Hinder = async (tx, id, people, now) => {
  const stored = await loadComplaint(tx, await readCase(tx, id))
  const { row, complaint } = stored
  const place = { client: row.client_id, system: row.system_id }
  const involved = await involvedIn(tx, stored)
  const round = complaint.appealedAt === null ? 'first' : 'appeal'
  const found = new Map<string, string>()
  for (const one of await loadStaff(tx, people)) {
    const seesClient = one.assignments.some(({ client }) => client === null || client === row.client_id)
    const conflict = handlerConflict({ id: one.id, roles: rolesAmong(one, place, now), seesClient }, involved, round)
    if (conflict !== undefined) found.set(one.id, conflict)
  }
  return found
}

/** Who has it is its handler, in an appeal the second one. */
export const nextFor: NextFor = async (tx, id, owner) => {
  const { complaint } = await loadComplaint(tx, await lockCase(tx, id))
  return nextAct({ ...complaint, ...(complaint.appealedAt === null ? { handler: owner } : { secondHandler: owner }) })
}
