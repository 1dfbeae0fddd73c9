/** People with their roles and qualifications. */
import type { Tx } from '../../platform/database.ts'
import { ApiError, type Caller, type Role, type Route, route } from '../../platform/http.ts'
import {
  newPersonReply,
  newPersonRequest,
  newQualificationRequest,
  newRoleRequest,
  oneTimeLinkView,
  type PersonView,
  peopleView,
  personParams,
  personView,
  qualificationParams,
  roleParams,
} from '../contract.ts'
import { isQualificationValid } from '../qualification.ts'
import { holdsNow, mayManage, type Reach, separationHints, withinReach } from '../role.ts'
import {
  addPerson,
  assignRole,
  clientOfSystem,
  disablePerson,
  enablePerson,
  endQualification,
  endRole,
  loadAssignments,
  loadPerson,
  loadStaff,
  recordQualification,
  type StaffMember,
} from '../store.ts'
import type { Act } from './record.ts'
import { type AccessDeps, asDate, reachAs, wide } from './route-deps.ts'
import { createOneTimeLink } from './sessions.ts'

const administrators = ['administrator'] as const
const peopleReaders: readonly Role[] = ['administrator', 'ethics_officer', 'dpo', 'auditor']
const qualifiers: readonly Role[] = ['administrator', 'ethics_officer']

export function peopleRoutes(deps: AccessDeps): Route[] {
  const { database, ids, oversightChanged } = deps
  return [
    route({
      method: 'GET',
      path: '/api/people',
      summary: { nl: 'Medewerkers met hun rollen en kwalificaties.', en: 'Staff with their roles and qualifications.' },
      allow: peopleReaders,
      reply: peopleView,
      events: [],
      handle: ({ caller, now }) =>
        database.inTx(
          wide(caller),
          async (tx) => {
            const reach = await reachAs(tx, caller, peopleReaders, now)
            const administers = await reachAs(tx, caller, administrators, now)
            const staff = await loadStaff(tx)
            return { people: staff.flatMap((person) => viewWithin(person, { reach, administers, now }) ?? []) }
          },
          { readOnly: true },
        ),
    }),
    route({
      method: 'POST',
      path: '/api/people',
      summary: {
        nl: 'Voeg een medewerker toe. Het antwoord toont één keer een eenmalige link.',
        en: 'Add a member of staff. The reply shows a one-time link, once.',
      },
      allow: administrators,
      recent: true,
      body: newPersonRequest,
      reply: newPersonReply,
      status: 201,
      events: ['person.registered', 'role.assigned', 'oversight.assigned', 'link.issued'],
      handle: ({ caller, body, now }) =>
        database.inTx(wide(caller), async (tx) => {
          const reach = await reachAs(tx, caller, administrators, now)
          const wanted = body.roles ?? []
          // Someone who administers only some clients must give the account a place within them.
          if (reach !== '*' && wanted.length === 0) throw new ApiError(403, 'role_not_yours', { param: 'roles' })
          const person = await addPerson(tx, body, { now, ids })
          for (const [i, { role, client, system }] of wanted.entries())
            await giveRole(tx, { person, role, client, system }, { reach, param: `roles[${i}]` }, { now, ids })
          if (wanted.length > 0) await oversightChanged(tx, { person, system: null }, { now, ids })
          const link = await createOneTimeLink(tx, person, { now, ids })
          return {
            person: viewOf(await loadPerson(tx, person), now, true),
            link: { path: link.path, expiresAt: link.expiresAt.toISOString() },
          }
        }),
    }),
    accountRoute(
      'link',
      {
        nl: 'Maak een eenmalige link waarmee deze medewerker een wachtwoord kiest.',
        en: 'Make a one-time link with which this person chooses a password.',
      },
      ['link.issued'],
      oneTimeLinkView,
      async (tx, person, act) => {
        if (person.disabledAt !== null) throw new ApiError(409, 'person_disabled')
        const { path, expiresAt } = await createOneTimeLink(tx, person.id, act)
        return { path, expiresAt: expiresAt.toISOString() }
      },
    ),
    accountRoute(
      'disable',
      { nl: 'Sluit een account. Aanmeldingen eindigen meteen.', en: 'Close an account. Sign-ins end at once.' },
      ['person.disabled'],
      personView,
      async (tx, person, act) => {
        await disablePerson(tx, person.id, act)
        await oversightChanged(tx, { person: person.id, system: null }, act)
        return viewOf(await loadPerson(tx, person.id), act.now, true)
      },
    ),
    accountRoute(
      'enable',
      {
        nl: 'Open een gesloten account. Een nieuw wachtwoord is nodig.',
        en: 'Open a closed account. A new password is needed.',
      },
      ['person.enabled'],
      personView,
      async (tx, person, act) => {
        await enablePerson(tx, person.id, act)
        await oversightChanged(tx, { person: person.id, system: null }, act)
        return viewOf(await loadPerson(tx, person.id), act.now, true)
      },
    ),
    route({
      method: 'POST',
      path: '/api/people/:person/roles',
      summary: { nl: 'Geef een medewerker een rol.', en: 'Give a member of staff a role.' },
      allow: administrators,
      recent: true,
      params: personParams,
      body: newRoleRequest,
      reply: personView,
      status: 201,
      events: ['role.assigned', 'oversight.assigned'],
      handle: ({ caller, params, body, now }) =>
        database.inTx(wide(caller), async (tx) => {
          const act = { now, ids }
          const reach = await reachAs(tx, caller, administrators, now)
          const { from, until, ...assignment } = body
          await giveRole(
            tx,
            { ...assignment, person: params.person, from: asDate(from), until: asDate(until) },
            { reach, param: 'role' },
            act,
          )
          await oversightChanged(tx, { person: params.person, system: body.system ?? null }, act)
          return viewOf(await loadPerson(tx, params.person), now, true)
        }),
    }),
    route({
      method: 'DELETE',
      path: '/api/people/:person/roles/:assignment',
      summary: { nl: 'Beëindig een rol van een medewerker.', en: 'End a role of a member of staff.' },
      allow: administrators,
      params: roleParams,
      reply: personView,
      events: ['role.ended', 'oversight.ended'],
      handle: ({ caller, params, now }) =>
        database.inTx(wide(caller), async (tx) => {
          const act = { now, ids }
          const reach = await reachAs(tx, caller, administrators, now)
          const ended = await endRole(tx, params, act)
          if (!withinReach(reach, ended.client)) throw new ApiError(403, 'role_not_yours')
          await oversightChanged(tx, { person: params.person, system: ended.system }, act)
          return viewOf(await loadPerson(tx, params.person), now, true)
        }),
    }),
    route({
      method: 'POST',
      path: '/api/people/:person/qualifications',
      summary: {
        nl: 'Leg een kwalificatie van een medewerker vast, met begin en einde.',
        en: 'Record a qualification of a member of staff, with begin and end.',
      },
      allow: qualifiers,
      params: personParams,
      body: newQualificationRequest,
      reply: personView,
      status: 201,
      events: ['qualification.recorded'],
      handle: ({ caller, params, body, now }) =>
        database.inTx(wide(caller), async (tx) => {
          const act = { now, ids }
          await requireManagement(tx, caller, params.person, qualifiers, now)
          // A qualification says that someone else looked.
          if (caller.id === params.person) throw new ApiError(403, 'own_qualification')
          await recordQualification(
            tx,
            { ...body, person: params.person, validUntil: new Date(body.validUntil), evidence: body.evidence ?? null },
            act,
          )
          await oversightChanged(tx, { person: params.person, system: null }, act)
          return viewOf(await loadPerson(tx, params.person), now, true)
        }),
    }),
    route({
      method: 'DELETE',
      path: '/api/people/:person/qualifications/:qualification',
      summary: { nl: 'Beëindig een kwalificatie.', en: 'End a qualification.' },
      allow: qualifiers,
      params: qualificationParams,
      reply: personView,
      events: ['qualification.ended'],
      handle: ({ caller, params, now }) =>
        database.inTx(wide(caller), async (tx) => {
          const act = { now, ids }
          await requireManagement(tx, caller, params.person, qualifiers, now)
          await endQualification(tx, params, act)
          await oversightChanged(tx, { person: params.person, system: null }, act)
          return viewOf(await loadPerson(tx, params.person), now, true)
        }),
    }),
  ]

  function accountRoute<R extends typeof oneTimeLinkView | typeof personView>(
    verb: string,
    summary: { readonly nl: string; readonly en: string },
    events: readonly string[],
    reply: R,
    work: (tx: Tx, person: StaffMember, act: Act) => Promise<import('zod').z.input<R>>,
  ): Route {
    return route({
      method: 'POST',
      path: `/api/people/:person/${verb}`,
      summary,
      allow: administrators,
      // Who makes a link or opens an account lets someone in.
      recent: verb !== 'disable',
      params: personParams,
      reply,
      events,
      handle: ({ caller, params, now }) =>
        database.inTx(wide(caller), async (tx) =>
          work(tx, await requireManagement(tx, caller, params.person, administrators, now), { now, ids }),
        ),
    })
  }
}

type WantedRole = {
  readonly person: string
  readonly role: Role
  readonly client?: string | null | undefined
  readonly system?: string | null | undefined
  readonly from?: Date | undefined
  readonly until?: Date | null | undefined
}

/** Gives a role within the reach of who gives it, unless it is held already without an end. */
async function giveRole(
  tx: Tx,
  wanted: WantedRole,
  { reach, param }: { readonly reach: Reach; readonly param: string },
  act: Act,
): Promise<void> {
  const system = wanted.system ?? null
  const client = system === null ? (wanted.client ?? null) : await clientOfSystem(tx, system)
  if (!withinReach(reach, client)) throw new ApiError(403, 'role_not_yours', { param })
  const held = (await loadAssignments(tx, wanted.person)).filter(
    (a) => a.role === wanted.role && a.client === client && a.system === system,
  )
  if (held.some((assignment) => assignment.until === null && holdsNow(assignment, act.now)))
    throw new ApiError(409, 'role_held', { param })
  await assignRole(
    tx,
    {
      person: wanted.person,
      role: wanted.role,
      client: wanted.client ?? client,
      system,
      ...(wanted.from === undefined ? {} : { from: wanted.from }),
      until: wanted.until ?? null,
    },
    act,
  )
}

/** The person, when every role of theirs lies within what the caller administers. */
export async function requireManagement(
  tx: Tx,
  caller: Caller,
  person: string,
  as: readonly Role[],
  now: Date,
): Promise<StaffMember> {
  const target = await loadPerson(tx, person)
  if (!mayManage(await reachAs(tx, caller, as, now), target.assignments, now)) throw new ApiError(403, 'role_not_yours')
  return target
}

/** A person as someone with this reach may see them; undefined when no role of theirs lies within it. */
function viewWithin(
  person: StaffMember,
  { reach, administers, now }: { readonly reach: Reach; readonly administers: Reach; readonly now: Date },
): PersonView | undefined {
  const assignments =
    reach === '*'
      ? person.assignments
      : person.assignments.filter(({ client }) => client === null || reach.includes(client))
  if (reach !== '*' && assignments.length === 0) return undefined
  return viewOf({ ...person, assignments }, now, administers === '*' || mayManage(administers, person.assignments, now))
}

/** `account`: with the address and whether there is a password, for who administers accounts. */
function viewOf(person: StaffMember, now: Date, account: boolean): PersonView {
  const lasting = person.assignments.filter(({ until }) => until === null || until > now)
  return {
    id: person.id,
    name: person.name,
    email: account ? person.email : null,
    disabled: person.disabledAt !== null,
    roles: lasting.map(({ id, role, client, system, from, until }) => ({
      id,
      role,
      client,
      system,
      from: from.toISOString(),
      until: until?.toISOString() ?? null,
    })),
    qualifications: person.qualifications.map((q) => ({
      id: q.id,
      kind: q.kind,
      attainedOn: q.attainedOn,
      validUntil: q.validUntil.toISOString(),
      valid: isQualificationValid(q, now),
    })),
    hints: separationHints(person.assignments, now).map(({ code }) => ({ code })),
    ...(account
      ? {
          canSignIn: person.hasPassword && person.email !== null && person.disabledAt === null,
          secondFactor: person.hasSecondFactor,
        }
      : {}),
  }
}
