/** What staff do with a case of any kind: give it to somebody, write a note, take the list along. Each with its entry. */
import type { z } from 'zod'
import { type Act, loadAssignments, loadPerson, loadStaff, type StaffMember } from '../../../access/index.ts'
import { holdsRole } from '../../../access/rules.ts'
import { dayIn } from '../../../deadlines/index.ts'
import { csvText } from '../../../platform/csv.ts'
import type { Tx } from '../../../platform/database.ts'
import { ApiError, roles as allRoles, type Role } from '../../../platform/http.ts'
import type { KeyRing } from '../../../vault/index.ts'
import { recordEvent } from '../../io/event.ts'
import { assignRefusal, caseWorkers, readsCaseAs } from '../case.ts'
import type { CaseHandlers, CaseLine, exportQuery, WorkLine } from '../contract.ts'
import type { WorkSource } from '../work.ts'
import { addNote, placeOf, writingKey } from './contents.ts'
import { type CaseReader, listCases } from './list.ts'
import { changeCase, lockCase, readCase } from './store.ts'

type Place = { readonly client: string; readonly system: string | null }

/** The roles of these that hold now for a client and, where it is about one, a system; none of somebody who is disabled. */
export const rolesAmong = (
  { disabledAt, assignments }: Pick<StaffMember, 'disabledAt' | 'assignments'>,
  { client, system }: Place,
  now: Date,
): Role[] =>
  disabledAt === null
    ? allRoles.filter((role) => holdsRole(assignments, role, { client, ...(system === null ? {} : { system }) }, now))
    : []

/** The same of one person. Errors: `person_unknown` (404). */
export async function rolesOf(tx: Tx, person: string, place: Place, now: Date): Promise<Role[]> {
  const { disabledAt } = await loadPerson(tx, person)
  return rolesAmong({ disabledAt, assignments: await loadAssignments(tx, person) }, place, now)
}

/** A check of the kind's own on who may have a case: of those who may not, a code of why. The case is read once for all of them. */
export type Hinder = (tx: Tx, id: string, people: readonly string[], now: Date) => Promise<ReadonlyMap<string, string>>

/** What comes next in a case of a kind once this person has it, or nobody; undefined: what came next before. */
export type NextFor = (tx: Tx, id: string, owner: string | null) => Promise<string | null | undefined>

/** What giving a case to somebody asks of its kind. */
export type AskedOfKinds = {
  readonly hinders: Readonly<Partial<Record<CaseLine['kind'], Hinder>>>
  readonly nexts?: Readonly<Partial<Record<CaseLine['kind'], NextFor>>>
}

/**
 * Gives a case to somebody, or to nobody. `kinds`: why a person may not have it, and what comes next. Errors: `case_unknown` (404),
 * `case_closed` (409), `assign_not_allowed` (403), `owner_role_missing` and the codes of `hinders` (409).
 */
export async function assignCase(
  tx: Tx,
  id: string,
  person: string | null,
  by: CaseReader,
  { hinders, nexts }: AskedOfKinds,
  act: Act,
): Promise<string> {
  const row = await lockCase(tx, id)
  const place = { client: row.client_id, system: row.system_id }
  const to = person ?? by.id
  const refused = assignRefusal({
    kind: row.kind,
    closed: row.closed_at !== null,
    by,
    to: { id: to, roles: person === null ? by.roles : await rolesOf(tx, to, place, act.now) },
  })
  if (refused !== undefined && !(person === null && refused === 'owner_role_missing'))
    throw new ApiError(refused === 'assign_not_allowed' ? 403 : 409, refused, { param: 'person' })
  const hindered = person === null ? undefined : (await hinders[row.kind]?.(tx, id, [person], act.now))?.get(person)
  if (hindered !== undefined) throw new ApiError(409, hindered, { param: 'person' })
  const nextAct = await nexts?.[row.kind]?.(tx, id, person)
  await changeCase(tx, row, { owner: person, ...(nextAct === undefined ? {} : { nextAct }) }, act.now)
  return recordEvent(tx, act, {
    type: 'case.assigned',
    client: row.client_id,
    subject: row.subject_id,
    refs: { case: id, ...(person === null ? {} : { person }) },
    body: { kind: row.kind },
  })
}

/** To whom a case can be given now, by name: their role fits, and nothing of its kind stands in the way. Errors: `case_unknown` (404). */
export async function handlersOf(
  tx: Tx,
  id: string,
  { hinders }: Pick<AskedOfKinds, 'hinders'>,
  now: Date,
): Promise<CaseHandlers['people']> {
  const row = await readCase(tx, id)
  const place = { client: row.client_id, system: row.system_id }
  const able = (await loadStaff(tx)).flatMap((one) => {
    const held = rolesAmong(one, place, now)
    const roles = caseWorkers[row.kind].filter((role) => held.includes(role))
    return roles.length === 0 ? [] : [{ id: one.id, name: one.name, roles }]
  })
  const ids = able.map(({ id: person }) => person)
  const hindered = await hinders[row.kind]?.(tx, id, ids, now)
  return able.filter(({ id: person }) => !hindered?.has(person))
}

/** Errors: `case_unknown` (404), `not_allowed` (403). */
export async function noteCase(
  tx: Tx,
  ring: KeyRing,
  id: string,
  text: string,
  by: CaseReader,
  act: Act,
): Promise<{ id: string; record: string }> {
  const row = await lockCase(tx, id)
  if (readsCaseAs(row.kind, by.roles) === undefined) throw new ApiError(403, 'not_allowed')
  const place = placeOf(row)
  const key = await writingKey(tx, ring, place, act.now)
  const record = await recordEvent(tx, act, {
    type: 'case.noted',
    client: row.client_id,
    subject: row.subject_id,
    refs: { case: id },
    body: { kind: row.kind },
  })
  return { id: await addNote(tx, key, place, { person: by.id, text, record }, act), record }
}

const columns = [
  'id',
  'reference',
  'kind',
  'client',
  'system',
  'state',
  'nextAct',
  'owner',
  'openedAt',
  'closedAt',
  'rule',
  'strictAt',
  'latestAt',
] as const
/** A file of the list holds at most so many. */
export const EXPORTED = 100_000

/** The list as a file, without anything that was written; that it was taken is an entry. */
export async function exportCases(
  tx: Tx,
  { format, ...query }: z.output<typeof exportQuery>,
  reader: CaseReader,
  act: Act,
  sources: readonly WorkSource[],
): Promise<{ name: string; mediaType: string; text: string }> {
  const cases: WorkLine[] = []
  for (let after: string | undefined; cases.length < EXPORTED; ) {
    const page = await listCases(
      tx,
      { ...query, limit: 200, ...(after === undefined ? {} : { after }) },
      reader,
      act.now,
      sources,
    )
    cases.push(...page.cases)
    if (page.next === null) break
    after = page.next
  }
  await recordEvent(tx, act, { type: 'case.exported', refs: {}, body: { format, cases: cases.length } })
  const rows = cases.map((one) => ({
    id: one.id,
    reference: one.reference,
    kind: one.kind,
    client: one.client,
    system: one.system,
    state: one.state,
    nextAct: one.nextAct,
    owner: one.owner?.name ?? null,
    openedAt: one.openedAt,
    closedAt: one.closedAt,
    rule: one.due?.rule ?? null,
    strictAt: one.due?.strictAt ?? null,
    latestAt: one.due?.latestAt ?? null,
  }))
  const name = `cases-${dayIn(act.now, 'Europe/Amsterdam')}.${format}`
  if (format === 'json') return { name, mediaType: 'application/json', text: `${JSON.stringify(rows, null, 2)}\n` }
  const text = csvText(
    columns,
    rows.map((row) => columns.map((column) => row[column])),
  )
  return { name, mediaType: 'text/csv; charset=utf-8', text }
}
