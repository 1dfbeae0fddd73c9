/** Who looks again at a contested decision: somebody who may, was not involved, and read the customer's own view first. */
import { type Act, loadPerson, loadStaff } from '../../access/index.ts'
import { holdsNow, qualified } from '../../access/rules.ts'
import type { Tx } from '../../platform/database.ts'
import { ApiError } from '../../platform/http.ts'
import { type Hinder, type NextFor, rolesAmong } from '../cases/io/acts.ts'
import { changeCase, lockCase } from '../cases/io/store.ts'
import { contestNext, contestRoles, movedTo, type ReviewerConflict, reviewerConflict } from '../contest.ts'
import type { ClientProfile } from '../contract.ts'
import { type ContestRow, caseOf, contestById, lastContest, openContest, standingOf } from './contest-rows.ts'
import { recordEvent, tenantOf } from './event.ts'

type Contested = Pick<ContestRow, 'decision_id' | 'client_id' | 'system_id'>

/** Why these may not look again at this decision, of those who may not. */
async function conflictsOf(
  tx: Tx,
  { decision_id, client_id, system_id }: Contested,
  people: readonly string[],
  now: Date,
): Promise<ReadonlyMap<string, ReviewerConflict>> {
  const { rows } = await tx.query<{
    decided: string | null
    reviewed: string[]
    spoke: string[]
    contests: ClientProfile['contests'] | null
  }>(
    `select d.human_person as decided, (select k.profile -> 'contests' from client k where k.tenant_id = d.tenant_id and k.client_id = d.client_id) as contests,
       array(select r.reviewer from decision_review r where r.tenant_id = d.tenant_id and r.decision_id = d.decision_id) as reviewed,
       array(select h.accepted_by from hand_off h where h.tenant_id = d.tenant_id and h.conversation_id = d.conversation_id and h.accepted_by is not null) as spoke
     from decision d where d.tenant_id = $1 and d.decision_id = $2`,
    [tenantOf(tx), decision_id],
  )
  const { contests, ...took } = rows[0]!
  const found = new Map<string, ReviewerConflict>()
  for (const one of await loadStaff(tx, people)) {
    const trainings = one.qualifications.filter(({ kind }) => kind === 'review')
    const conflict = reviewerConflict(
      {
        id: one.id,
        roles: rolesAmong(one, { client: client_id, system: system_id }, now),
        elsewhere: one.assignments.some(
          (held) => (contestRoles as readonly string[]).includes(held.role) && holdsNow(held, now),
        ),
        trained: trainings.length === 0 ? null : qualified(one.qualifications, 'review', now).valid !== undefined,
      },
      took,
      { trainedOnly: contests?.trainedOnly === true },
    )
    if (conflict !== undefined) found.set(one.id, conflict)
  }
  return found
}

/** Why this person may not look again at this decision; undefined: they may. Errors: `person_unknown` (404). */
export async function conflictOf(
  tx: Tx,
  row: Contested,
  person: string,
  now: Date,
): Promise<ReviewerConflict | undefined> {
  await loadPerson(tx, person)
  return (await conflictsOf(tx, row, [person], now)).get(person)
}

/** The same for the work list. */
export const contestHinder: Hinder = async (tx, id, people, now) => {
  const row = await contestById(tx, id)
  return row === undefined ? new Map() : conflictsOf(tx, row, people, now)
}

/** After the answer what comes next is no longer for who has it to say. */
export const contestNextFor: NextFor = async (tx, id, owner) => {
  const row = await contestById(tx, id)
  return row?.state === 'open'
    ? contestNext({ step: standingOf(row), owner, effect: row.effect, unconfirmed: false })
    : undefined
}

/** Why this person cannot look again at a contest that is open, as a code; null: they can, or nothing is open. */
export async function hinderOf(tx: Tx, decision: string, person: string, now: Date): Promise<string | null> {
  const row = await lastContest(tx, decision)
  if (row === undefined || row.state !== 'open') return null
  const conflict = await conflictOf(tx, row, person, now).catch((error: unknown) => {
    // Somebody at the machine is no member of staff.
    if (error instanceof ApiError && error.code === 'person_unknown') return 'reviewer_role_missing' as const
    throw error
  })
  if (conflict !== undefined) return conflict
  const owner = (await caseOf(tx, row.contest_id))?.owner ?? null
  return owner !== null && owner !== person ? 'contest_other_reviewer' : null
}

/**
 * The customer's own words, read before anything else is: who reads them takes the case. Errors: `contest_unknown` (404), `contest_not_now`
 * (409), `contest_other_reviewer` (409), the codes of `reviewerConflicts` (403).
 */
export async function readContest(
  tx: Tx,
  decision: string,
  person: string,
  act: Act,
): Promise<{ id: string; record: string }> {
  const row = await openContest(tx, decision)
  const conflict = await conflictOf(tx, row, person, act.now)
  if (conflict !== undefined) throw new ApiError(403, conflict)
  const caseRow = await caseOf(tx, row.contest_id)
  if (caseRow?.owner != null && caseRow.owner !== person) throw new ApiError(409, 'contest_other_reviewer')
  const step = movedTo(standingOf(row), 'read')
  if (step === undefined) throw new ApiError(409, 'contest_not_now')
  const record = await recordEvent(tx, act, {
    type: 'contest.read',
    client: row.client_id,
    subject: row.subject_id,
    refs: { contest: row.contest_id, decision },
  })
  await tx.query('update contest set read_by = $3, read_at = $4 where tenant_id = $1 and contest_id = $2', [
    tenantOf(tx),
    row.contest_id,
    person,
    act.now,
  ])
  if (caseRow !== undefined)
    await changeCase(
      tx,
      await lockCase(tx, row.contest_id),
      {
        state: step,
        owner: person,
        nextAct: contestNext({ step, owner: person, effect: row.effect, unconfirmed: false }),
      },
      act.now,
    )
  return { id: row.contest_id, record }
}

/** An open contest that this person may answer now; undefined: none is open. Errors: as `readContest`, and `view_not_read` (409). */
export async function requireReader(
  tx: Tx,
  decision: string,
  person: string,
  now: Date,
): Promise<ContestRow | undefined> {
  const row = await lastContest(tx, decision, true)
  if (row === undefined || row.state !== 'open') return undefined
  const conflict = await conflictOf(tx, row, person, now)
  if (conflict !== undefined) throw new ApiError(403, conflict)
  if (row.read_by !== person) throw new ApiError(409, 'view_not_read')
  // Given to somebody else since.
  const owner = (await caseOf(tx, row.contest_id))?.owner ?? null
  if (owner !== null && owner !== person) throw new ApiError(409, 'contest_other_reviewer')
  return row
}
