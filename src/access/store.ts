/** People, their roles and their qualifications. Each change appends its entry in the same transaction. */
import type { Row, Tx } from '../platform/database.ts'
import { ApiError, type Role } from '../platform/http.ts'
import { type Act, record, tenantOf } from './io/record.ts'
import { normaliseEmail } from './person.ts'
import type { Overseer, Qualification } from './qualification.ts'
import { type Assignment, covers, holdsNow } from './role.ts'

/** A member of staff with roles and qualifications, as far as the scope of the transaction shows them. */
export type StaffMember = Overseer & {
  readonly name: string
  readonly email: string | null
  /** The id in the organisation file, if the person came from one. */
  readonly fileId: string | null
  readonly hasPassword: boolean
  readonly hasSecondFactor: boolean
}

export type NewPerson = { readonly name: string; readonly email?: string | null; readonly fileId?: string | null }

/** Adds a person without password or role; returns the random id. Errors: `email_taken` (409). */
export async function addPerson(tx: Tx, person: NewPerson, act: Act): Promise<string> {
  const id = act.ids.next()
  const email = person.email === undefined || person.email === null ? null : normaliseEmail(person.email)
  const { rowCount } = await tx.query(
    `insert into person (tenant_id, person_id, name, email, file_id, created_at, updated_at)
     values ($1, $2, $3, $4, $5, $6, $6) on conflict do nothing`,
    [tenantOf(tx), id, person.name, email, person.fileId ?? null, act.now],
  )
  if (rowCount === 0) throw new ApiError(409, 'email_taken', { param: 'email' })
  await record(tx, act, { type: 'person.registered', refs: { person: id } })
  return id
}

/**
 * Changes name or address; says whether anything was different. A new address ends every session of the person, since
 * it is what one signs in with. Errors: `person_unknown` (404), `email_taken` (409).
 */
export async function changePerson(
  tx: Tx,
  id: string,
  to: { readonly name: string; readonly email: string | null },
  act: Act,
): Promise<boolean> {
  const email = to.email === null ? null : normaliseEmail(to.email)
  const current = await lockPerson(tx, id)
  if (current.name === to.name && current.email === email) return false
  try {
    await tx.query('update person set name = $3, email = $4, updated_at = $5 where tenant_id = $1 and person_id = $2', [
      tenantOf(tx),
      id,
      to.name,
      email,
      act.now,
    ])
  } catch (error) {
    if ((error as { code?: string }).code === '23505') throw new ApiError(409, 'email_taken', { param: 'email' })
    throw error
  }
  if (current.email !== email) await dropSessions(tx, id)
  await record(tx, act, { type: 'person.changed', refs: { person: id } })
  return true
}

/** Closes the account: sessions and open one-time links end at once. Errors: `person_unknown`, `last_administrator`. */
export async function disablePerson(tx: Tx, id: string, act: Act): Promise<boolean> {
  const administrators = await lockAdministrators(tx)
  const current = await lockPerson(tx, id)
  if (current.disabled_at !== null) return false
  if (isLastAdministrator(administrators, (row) => row.person_id === id, act.now))
    throw new ApiError(409, 'last_administrator')
  await tx.query('update person set disabled_at = $3, updated_at = $3 where tenant_id = $1 and person_id = $2', [
    tenantOf(tx),
    id,
    act.now,
  ])
  await dropSessions(tx, id)
  await tx.query('delete from one_time_link where tenant_id = $1 and person_id = $2 and used_at is null', [
    tenantOf(tx),
    id,
  ])
  await record(tx, act, { type: 'person.disabled', refs: { person: id } })
  return true
}

/** Opens a closed account again; the password of before no longer works, a one-time link is needed. */
export async function enablePerson(tx: Tx, id: string, act: Act): Promise<boolean> {
  const current = await lockPerson(tx, id)
  if (current.disabled_at === null) return false
  await tx.query(
    'update person set disabled_at = null, password = null, updated_at = $3 where tenant_id = $1 and person_id = $2',
    [tenantOf(tx), id, act.now],
  )
  await record(tx, act, { type: 'person.enabled', refs: { person: id } })
  return true
}

/** Ends all sessions of a person; returns how many there were. */
export async function dropSessions(tx: Tx, person: string): Promise<number> {
  const { rowCount } = await tx.query('delete from session where tenant_id = $1 and person_id = $2', [
    tenantOf(tx),
    person,
  ])
  return rowCount
}

/** The same, with an entry that says why; for what is not itself an entry that says so. */
export async function endAllSessions(
  tx: Tx,
  person: string,
  reason: 'role_given' | 'factor_reset' | 'by_administrator',
  act: Act,
): Promise<void> {
  const ended = await dropSessions(tx, person)
  if (ended > 0) await record(tx, act, { type: 'session.ended', refs: { person }, body: { reason, sessions: ended } })
}

// -- roles ----------------------------------------------------------------------------------------------------------

export type NewAssignment = {
  readonly person: string
  readonly role: Role
  readonly client: string | null
  readonly system: string | null
  readonly from?: Date
  readonly until?: Date | null
  /** Whether a group of the identity provider gave it; default: a person or a file did. */
  readonly source?: 'given' | 'group'
}

/**
 * Gives a person a role; returns the assignment's id. A role for a system gets the system's client. Who oversees a
 * system is `oversight.assigned`, every other role `role.assigned`. If the person may more than before, their sessions
 * end: they sign in again. Errors: `person_unknown`, `client_unknown`,
 * `system_unknown` (404), `until_past` (422).
 */
export async function assignRole(tx: Tx, assignment: NewAssignment, act: Act): Promise<string> {
  const tenant = tenantOf(tx)
  const id = act.ids.next()
  const { person, role, system } = assignment
  const from = assignment.from ?? act.now
  const until = assignment.until ?? null
  if (until !== null && until <= from) throw new ApiError(422, 'until_past', { param: 'until' })
  await lockPerson(tx, person)
  const client = system === null ? assignment.client : await clientOfSystem(tx, system)
  if (assignment.client !== null && client !== assignment.client)
    throw new ApiError(404, 'system_unknown', { param: 'system' })
  if (client !== null) await requireClient(tx, client)
  const held = (await loadAssignments(tx, person)).filter((one) => holdsNow(one, act.now))
  await tx.query(
    `insert into role_assignment (tenant_id, client_id, assignment_id, person_id, role, system_id, from_at, until_at, assigned_by, source)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [tenant, client, id, person, role, system, from, until, tx.scope.actor.id, assignment.source ?? 'given'],
  )
  // What begins later ends older sessions by itself, at that moment (`rightsGrewSince`).
  if (from <= act.now && !held.some((one) => covers(one, { role, client, system })))
    await endAllSessions(tx, person, 'role_given', act)
  const oversight = role === 'overseer' && system !== null
  await record(tx, act, {
    type: oversight ? 'oversight.assigned' : 'role.assigned',
    client,
    refs: { person, [oversight ? 'oversight' : 'assignment']: id, ...(system === null ? {} : { system }) },
    body: { role, from: from.toISOString(), until: until?.toISOString() ?? null },
  })
  return id
}

/**
 * Ends a role now (one that has not begun never begins) and returns it as it was. Nothing is deleted: who held a role
 * when is part of what must be shown later. Errors: `assignment_unknown` (404; also one that has ended),
 * `last_administrator` (409).
 */
export async function endRole(
  tx: Tx,
  { person, assignment }: { readonly person: string; readonly assignment: string },
  act: Act,
): Promise<Assignment> {
  const tenant = tenantOf(tx)
  const administrators = await lockAdministrators(tx)
  if (isLastAdministrator(administrators, (row) => row.assignment_id === assignment, act.now))
    throw new ApiError(409, 'last_administrator')
  const { rows } = await tx.query<AssignmentRow>(
    `select * from role_assignment where tenant_id = $1 and person_id = $2 and assignment_id = $3 and not ended and (until_at is null or until_at > $4) for update`,
    [tenant, person, assignment, act.now],
  )
  if (!rows[0]) throw new ApiError(404, 'assignment_unknown')
  const ended = assignmentFrom(rows[0])
  const until = ended.from > act.now ? ended.from : act.now
  await tx.query('update role_assignment set until_at = $3, ended = true where tenant_id = $1 and assignment_id = $2', [
    tenant,
    assignment,
    until,
  ])
  const oversight = ended.role === 'overseer' && ended.system !== null
  await record(tx, act, {
    type: oversight ? 'oversight.ended' : 'role.ended',
    client: ended.client,
    refs: {
      person,
      [oversight ? 'oversight' : 'assignment']: assignment,
      ...(ended.system === null ? {} : { system: ended.system }),
    },
    body: { role: ended.role },
  })
  return ended
}

// -- qualifications -------------------------------------------------------------------------------------------------

export type NewQualification = {
  readonly person: string
  readonly kind: string
  /** `2026-11-23`. */
  readonly attainedOn: string
  readonly validUntil: Date
  /** Where the proof lies: a certificate's number, a file's name. */
  readonly evidence?: string | null
}

/** Records what a person has attained; returns its id. Errors: `person_unknown` (404), `until_past` (422). */
export async function recordQualification(tx: Tx, given: NewQualification, act: Act): Promise<string> {
  const id = act.ids.next()
  if (given.validUntil <= new Date(`${given.attainedOn}T00:00:00Z`))
    throw new ApiError(422, 'until_past', { param: 'validUntil' })
  await lockPerson(tx, given.person)
  await tx.query(
    `insert into qualification (tenant_id, qualification_id, person_id, kind, attained_on, valid_until, evidence) values ($1, $2, $3, $4, $5, $6, $7)`,
    [tenantOf(tx), id, given.person, given.kind, given.attainedOn, given.validUntil, given.evidence ?? null],
  )
  await record(tx, act, {
    type: 'qualification.recorded',
    refs: { person: given.person, qualification: id },
    body: { kind: given.kind, attainedOn: given.attainedOn, validUntil: given.validUntil.toISOString() },
  })
  return id
}

/** Ends a qualification now and returns its kind. Errors: `qualification_unknown` (404; also one that has ended). */
export async function endQualification(
  tx: Tx,
  { person, qualification }: { readonly person: string; readonly qualification: string },
  act: Act,
): Promise<string> {
  const { rows } = await tx.query<{ kind: string }>(
    `update qualification set valid_until = $4, ended = true where tenant_id = $1 and person_id = $2 and qualification_id = $3 and not ended and valid_until > $4 returning kind`,
    [tenantOf(tx), person, qualification, act.now],
  )
  if (!rows[0]) throw new ApiError(404, 'qualification_unknown')
  await record(tx, act, { type: 'qualification.ended', refs: { person, qualification }, body: { kind: rows[0].kind } })
  return rows[0].kind
}

// -- reading --------------------------------------------------------------------------------------------------------

/** People of the organisation by name, with the roles and qualifications that this scope shows; only `ids` if given. */
export async function loadStaff(tx: Tx, ids?: readonly string[]): Promise<StaffMember[]> {
  const tenant = tenantOf(tx)
  const which = ids === undefined ? '' : 'and person_id = any($2)'
  const parameters = ids === undefined ? [tenant] : [tenant, ids]
  const people = await tx.query<PersonRow & { has_password: boolean; has_second_factor: boolean }>(
    `select person_id, name, email, file_id, disabled_at, password is not null as has_password,
       exists (select 1 from second_factor f where f.tenant_id = person.tenant_id and f.person_id = person.person_id and enrolled_at is not null)
       or exists (select 1 from passkey k where k.tenant_id = person.tenant_id and k.person_id = person.person_id) as has_second_factor
     from person where tenant_id = $1 ${which} order by name, person_id`,
    parameters,
  )
  const assignments = await tx.query<AssignmentRow>(
    `select * from role_assignment where tenant_id = $1 ${which} order by from_at, assignment_id`,
    parameters,
  )
  const qualifications = await tx.query<QualificationRow>(
    `select * from qualification where tenant_id = $1 ${which} order by attained_on, qualification_id`,
    parameters,
  )
  const rolesOf = Map.groupBy(assignments.rows, (row) => row.person_id)
  const attainedBy = Map.groupBy(qualifications.rows, (row) => row.person_id)
  return people.rows.map((row) => ({
    id: row.person_id,
    name: row.name,
    email: row.email,
    fileId: row.file_id,
    disabledAt: row.disabled_at,
    hasPassword: row.has_password,
    hasSecondFactor: row.has_second_factor,
    assignments: (rolesOf.get(row.person_id) ?? []).map(assignmentFrom),
    qualifications: (attainedBy.get(row.person_id) ?? []).map(qualificationFrom),
  }))
}

/** One person. Errors: `person_unknown` (404). */
export async function loadPerson(tx: Tx, id: string): Promise<StaffMember> {
  const [person] = await loadStaff(tx, [id])
  if (!person) throw new ApiError(404, 'person_unknown')
  return person
}

/** The roles of one person as this scope shows them, also those that ended or have not begun. */
export async function loadAssignments(tx: Tx, person: string): Promise<Assignment[]> {
  const { rows } = await tx.query<AssignmentRow>(
    'select * from role_assignment where tenant_id = $1 and person_id = $2 order by from_at, assignment_id',
    [tenantOf(tx), person],
  )
  return rows.map(assignmentFrom)
}

/** Everyone who was ever named to oversee this system, for the standing of its versions. */
export async function loadOverseers(tx: Tx, system: string): Promise<StaffMember[]> {
  const { rows } = await tx.query<{ person_id: string }>(
    `select distinct person_id from role_assignment where tenant_id = $1 and system_id = $2 and role = 'overseer'`,
    [tenantOf(tx), system],
  )
  return rows.length === 0
    ? []
    : loadStaff(
        tx,
        rows.map((row) => row.person_id),
      )
}

export async function personByFile(tx: Tx, fileId: string): Promise<string | undefined> {
  const { rows } = await tx.query<{ person_id: string }>(
    'select person_id from person where tenant_id = $1 and file_id = $2',
    [tenantOf(tx), fileId],
  )
  return rows[0]?.person_id
}

/** The client of a system. Errors: `system_unknown` (404; also one outside the scope). */
export async function clientOfSystem(
  tx: Tx,
  system: string,
  options: { readonly lock?: boolean } = {},
): Promise<string> {
  const { rows } = await tx.query<{ client_id: string }>(
    `select client_id from ai_system where tenant_id = $1 and system_id = $2 ${options.lock ? 'for no key update' : ''}`,
    [tenantOf(tx), system],
  )
  if (!rows[0]) throw new ApiError(404, 'system_unknown', { param: 'system' })
  return rows[0].client_id
}

export type Named = { readonly id: string; readonly name: string }

export async function loadTenant(tx: Tx): Promise<Named> {
  const { rows } = await tx.query<Named & Row>('select tenant_id as id, name from tenant where tenant_id = $1', [
    tenantOf(tx),
  ])
  return rows[0] ?? { id: tenantOf(tx), name: tenantOf(tx) }
}

/** Clients in the scope of the transaction, by name. */
export async function loadClients(tx: Tx): Promise<Named[]> {
  const { rows } = await tx.query<Named & Row>(
    'select client_id as id, name from client where tenant_id = $1 order by name, client_id',
    [tenantOf(tx)],
  )
  return rows
}

async function requireClient(tx: Tx, client: string): Promise<void> {
  const { rowCount } = await tx.query('select 1 from client where tenant_id = $1 and client_id = $2', [
    tenantOf(tx),
    client,
  ])
  if (rowCount === 0) throw new ApiError(404, 'client_unknown', { param: 'client' })
}

async function lockPerson(tx: Tx, id: string): Promise<PersonRow> {
  const { rows } = await tx.query<PersonRow>(
    'select person_id, name, email, file_id, disabled_at from person where tenant_id = $1 and person_id = $2 for no key update',
    [tenantOf(tx), id],
  )
  if (!rows[0]) throw new ApiError(404, 'person_unknown', { param: 'person' })
  return rows[0]
}

type AdministratorRow = AssignmentRow & { disabled_at: Date | null }

/**
 * Administrators of the whole organisation, locked: two of them who end each other at once must see each other, so the
 * later one waits and then counts again.
 */
async function lockAdministrators(tx: Tx): Promise<AdministratorRow[]> {
  const { rows } = await tx.query<AdministratorRow>(
    `select role_assignment.*, person.disabled_at from role_assignment join person using (tenant_id, person_id)
     where tenant_id = $1 and role = 'administrator' and client_id is null and system_id is null order by assignment_id for update`,
    [tenantOf(tx)],
  )
  return rows
}

/** Would nobody who can act be left when these go? Not when there was nobody before. */
function isLastAdministrator(
  rows: readonly AdministratorRow[],
  goes: (row: AdministratorRow) => boolean,
  now: Date,
): boolean {
  const able = rows.filter((row) => row.disabled_at === null && holdsNow(assignmentFrom(row), now))
  return able.length > 0 && able.every(goes)
}

type PersonRow = {
  person_id: string
  name: string
  email: string | null
  file_id: string | null
  disabled_at: Date | null
}
type AssignmentRow = {
  assignment_id: string
  person_id: string
  role: Role
  client_id: string | null
  system_id: string | null
  from_at: Date
  until_at: Date | null
  ended: boolean
}
type QualificationRow = {
  qualification_id: string
  person_id: string
  kind: string
  attained_on: string
  valid_until: Date
  ended: boolean
}

function assignmentFrom(row: AssignmentRow): Assignment {
  return {
    id: row.assignment_id,
    person: row.person_id,
    role: row.role,
    client: row.client_id,
    system: row.system_id,
    from: row.from_at,
    until: row.until_at,
    ended: row.ended,
  }
}

function qualificationFrom(row: QualificationRow): Qualification {
  const { qualification_id: id, kind, attained_on: attainedOn, valid_until: validUntil, ended } = row
  return { id, kind, attainedOn, validUntil, ended }
}
