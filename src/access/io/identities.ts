/** People who come from an identity provider: found or added by its subject, with the roles of their groups of that moment. */
import type { Tx } from '../../platform/database.ts'
import { ApiError } from '../../platform/http.ts'
import { type Key, keyedHash } from '../../vault/index.ts'
import { type GivenRole, type GroupRole, type Identity, rolesOfGroups } from '../oidc.ts'
import { normaliseEmail } from '../person.ts'
import { holdsNow } from '../role.ts'
import { addPerson, assignRole, changePerson, loadAssignments, loadPerson } from '../store.ts'
import { type Act, record, tenantOf } from './record.ts'

export async function listGroupRoles(tx: Tx): Promise<GroupRole[]> {
  const { rows } = await tx.query<{
    mapping_id: string
    group_name: string
    role: GroupRole['role']
    client_id: string | null
  }>(
    'select mapping_id, group_name, role, client_id from group_role where tenant_id = $1 order by group_name, role, mapping_id',
    [tenantOf(tx)],
  )
  return rows.map((row) => ({ id: row.mapping_id, group: row.group_name, role: row.role, client: row.client_id }))
}

/** Says that a group gives a role; counts from the next sign-in of its people. Errors: `mapping_held` (409). */
export async function addGroupRole(tx: Tx, wanted: Omit<GroupRole, 'id'>, act: Act): Promise<string> {
  const held = (await listGroupRoles(tx)).some(
    (one) => one.group === wanted.group && one.role === wanted.role && one.client === wanted.client,
  )
  if (held) throw new ApiError(409, 'mapping_held')
  const id = act.ids.next()
  await tx.query(
    'insert into group_role (tenant_id, client_id, mapping_id, group_name, role, created_at) values ($1, $2, $3, $4, $5, $6)',
    [tenantOf(tx), wanted.client, id, wanted.group, wanted.role, act.now],
  )
  await record(tx, act, {
    type: 'mapping.added',
    client: wanted.client,
    refs: { mapping: id },
    body: { role: wanted.role },
  })
  return id
}

/** Errors: `mapping_unknown` (404). */
export async function removeGroupRole(tx: Tx, id: string, act: Act): Promise<void> {
  const { rows } = await tx.query<{ role: string; client_id: string | null }>(
    'delete from group_role where tenant_id = $1 and mapping_id = $2 returning role, client_id',
    [tenantOf(tx), id],
  )
  if (!rows[0]) throw new ApiError(404, 'mapping_unknown', { param: 'mapping' })
  const { role, client_id: client } = rows[0]
  await record(tx, act, { type: 'mapping.removed', client, refs: { mapping: id }, body: { role } })
}

/**
 * The person behind an identity, added at the first sign-in, with exactly the roles that their groups give now: until
 * `until` and no longer. An address that a colleague signs in with is not taken over, since that would be their account.
 * Errors: `person_disabled` (403), `oidc_no_role` (403: no group gives a role and nobody gave one).
 */
export async function enterIdentity(
  tx: Tx,
  key: Key,
  { issuer, identity, until }: { readonly issuer: string; readonly identity: Identity; readonly until: Date },
  act: Act,
): Promise<{ readonly person: string; readonly allowed: boolean }> {
  const tenant = tenantOf(tx)
  // Of two first sign-ins at once the later finds the person of the earlier.
  await tx.query('select 1 from tenant where tenant_id = $1 for no key update', [tenant])
  const hash = keyedHash(key, 'identity', tenant, issuer, identity.subject)
  const { rows } = await tx.query<{ person_id: string }>(
    'update identity set last_used_at = $3 where tenant_id = $1 and subject_hmac = $2 returning person_id',
    [tenant, hash, act.now],
  )
  const person = rows[0]?.person_id ?? (await addIdentity(tx, hash, identity, act))
  const current = await loadPerson(tx, person)
  if (current.disabledAt !== null) throw new ApiError(403, 'person_disabled')
  if (rows[0] !== undefined) {
    const email = (await freeEmail(tx, identity.email, person)) ?? current.email
    await changePerson(tx, person, { name: identity.name, email }, act)
  }
  await followGroups(tx, person, rolesOfGroups(identity.groups, await listGroupRoles(tx)), until, act)
  const allowed = (await loadAssignments(tx, person)).some((assignment) => holdsNow(assignment, act.now))
  return { person, allowed }
}

/** Whose identity this is, without changing anything; undefined for one that never signed in. */
export async function personOfIdentity(
  tx: Tx,
  key: Key,
  { issuer, subject }: { readonly issuer: string; readonly subject: string },
): Promise<string | undefined> {
  const { rows } = await tx.query<{ person_id: string }>(
    'select person_id from identity where tenant_id = $1 and subject_hmac = $2',
    [tenantOf(tx), keyedHash(key, 'identity', tenantOf(tx), issuer, subject)],
  )
  return rows[0]?.person_id
}

async function addIdentity(tx: Tx, hash: Buffer, identity: Identity, act: Act): Promise<string> {
  const email = await freeEmail(tx, identity.email, null)
  const person = await addPerson(tx, { name: identity.name, email }, act)
  await tx.query(
    'insert into identity (tenant_id, subject_hmac, person_id, created_at, last_used_at) values ($1, $2, $3, $4, $4)',
    [tenantOf(tx), hash, person, act.now],
  )
  await record(tx, act, { type: 'identity.linked', refs: { person } })
  return person
}

async function freeEmail(tx: Tx, email: string | null, person: string | null): Promise<string | null> {
  if (email === null) return null
  const { rowCount } = await tx.query(
    'select 1 from person where tenant_id = $1 and lower(email) = $2 and ($3::text is null or person_id <> $3)',
    [tenantOf(tx), normaliseEmail(email), person],
  )
  return rowCount === 0 ? email : null
}

/** Ends what groups gave and give no more, lengthens what they still give, and gives what is new. */
async function followGroups(
  tx: Tx,
  person: string,
  wanted: readonly GivenRole[],
  until: Date,
  act: Act,
): Promise<void> {
  const tenant = tenantOf(tx)
  const { rows } = await tx.query<{ assignment_id: string; role: GivenRole['role']; client_id: string | null }>(
    `select assignment_id, role, client_id from role_assignment where tenant_id = $1 and person_id = $2 and source = 'group'
       and not ended and (until_at is null or until_at > $3) for update`,
    [tenant, person, act.now],
  )
  const same = (row: (typeof rows)[number], { role, client }: GivenRole) =>
    row.role === role && row.client_id === client
  for (const row of rows) {
    const stays = wanted.some((one) => same(row, one))
    await tx.query('update role_assignment set until_at = $3, ended = $4 where tenant_id = $1 and assignment_id = $2', [
      tenant,
      row.assignment_id,
      stays ? until : act.now,
      !stays,
    ])
    await record(tx, act, {
      type: stays ? 'role.renewed' : 'role.ended',
      client: row.client_id,
      refs: { person, assignment: row.assignment_id },
      body: { role: row.role, ...(stays ? { until: until.toISOString() } : {}) },
    })
  }
  for (const { role, client } of wanted.filter((one) => !rows.some((row) => same(row, one))))
    await assignRole(tx, { person, role, client, system: null, until, source: 'group' }, act)
}
