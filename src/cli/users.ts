/** `waarborg users`: accounts of staff, by the operator of the machine. Prints one-time links; knows no passwords. */
import {
  addGroupRole,
  addPerson,
  assignRole,
  chooseTenant,
  createOneTimeLink,
  disablePerson,
  enablePerson,
  listGroupRoles,
  loadStaff,
  type OneTimeLink,
  removeGroupRole,
  type StaffMember,
} from '../access/index.ts'
import { accessText, commandRefusal, type GroupRole, holdsNow, normaliseEmail, table } from '../access/rules.ts'
import type { Tx } from '../platform/database.ts'
import { ApiError, type Role, roles } from '../platform/http.ts'
import { randomIds } from '../platform/ids.ts'
import type { Settings } from '../platform/settings.ts'
import { formatDate, formatTime } from '../platform/text.ts'
import { oversightChanged } from '../records/index.ts'
import type { Command, ExitCode, Io, Values } from './command.ts'

const parts = ['list', 'add', 'disable', 'enable', 'link', 'groups', 'map', 'unmap'] as const

export const command: Command = {
  name: 'users',
  summary: { nl: 'Toon en beheer accounts van medewerkers.', en: 'List and administer accounts of staff.' },
  usage:
    'list | add --name NAME --email EMAIL [--role ROLE[@CLIENT]]… | disable PERSON | enable PERSON | link PERSON | groups | map --group GROUP --role ROLE[@CLIENT]… | unmap MAPPING',
  options: {
    tenant: {
      type: 'string',
      help: { nl: 'organisatie, als er meer dan één is', en: 'organisation, if there is more than one' },
    },
    name: { type: 'string', help: { nl: 'naam van de medewerker', en: 'name of the person' } },
    email: { type: 'string', help: { nl: 'e-mailadres om mee aan te melden', en: 'email address to sign in with' } },
    group: {
      type: 'string',
      help: { nl: 'groep van de aanmelddienst', en: 'group of the identity provider' },
    },
    role: {
      type: 'string',
      multiple: true,
      help: { nl: 'rol, voor alles of voor één opdrachtgever', en: 'role, for everything or for one client' },
    },
  },
  async run(io, { values, positionals: [part, ...rest] }) {
    if (part === undefined || !(parts as readonly string[]).includes(part))
      return commandRefusal(io, part === undefined ? 'argument_missing' : 'part_unknown', {
        argument: parts.join(' | '),
        command: 'users',
        part: part ?? '',
        parts: parts.join(', '),
      })
    const problem = missing(part, values, rest)
    if (problem !== undefined) return commandRefusal(io, 'argument_missing', { argument: problem, command: 'users' })
    const store = await io.openStore(values)
    try {
      const wanted = rolesOf(values.role)
      const tenant = await chooseTenant(
        store.database,
        textOf(values.tenant) ?? store.settings.tenant ?? undefined,
        store.operator,
      )
      const act = { now: new Date(), ids: randomIds }
      const inTx = <T>(work: (tx: Tx) => Promise<T>) =>
        store.database.inTx({ tenant, clients: '*', actor: { kind: 'operator', id: store.operator } }, work)
      const who = rest[0] ?? ''
      switch (part) {
        case 'add': {
          const name = textOf(values.name) ?? ''
          const added = await inTx(async (tx) => {
            const person = await addPerson(tx, { name, email: textOf(values.email) ?? null }, act)
            for (const { role, client } of wanted) await assignRole(tx, { person, role, client, system: null }, act)
            return { person, link: await createOneTimeLink(tx, person, act) }
          })
          if (!values.json) io.stdout.write(`${accessText(io.language, 'cli.users.added', { name })}\n`)
          return showLink(io, values, store.settings, added)
        }
        case 'link': {
          const made = await inTx(async (tx) => {
            const { id, disabledAt } = await find(tx, who)
            if (disabledAt !== null) throw new ApiError(409, 'person_disabled')
            return { person: id, link: await createOneTimeLink(tx, id, act) }
          })
          return showLink(io, values, store.settings, made)
        }
        case 'disable':
        case 'enable': {
          const { id, name, changed } = await inTx(async (tx) => {
            const person = await find(tx, who)
            const changed = await (part === 'disable' ? disablePerson : enablePerson)(tx, person.id, act)
            // A system that leaned on this person alone must not go on.
            if (changed) await oversightChanged(tx, { person: person.id, system: null }, act)
            return { ...person, changed }
          })
          const key =
            part === 'disable'
              ? changed
                ? 'cli.users.closed'
                : 'cli.users.closedBefore'
              : changed
                ? 'cli.users.opened'
                : 'cli.users.openBefore'
          io.stdout.write(
            values.json
              ? `${JSON.stringify({ person: id, disabled: part === 'disable', changed })}\n`
              : `${accessText(io.language, key, { name })}\n`,
          )
          return 0
        }
        case 'groups':
          return showGroups(io, values, await inTx((tx) => listGroupRoles(tx)))
        case 'map': {
          const group = textOf(values.group) ?? ''
          await inTx(async (tx) => {
            for (const { role, client } of wanted) await addGroupRole(tx, { group, role, client }, act)
          })
          return showGroups(io, values, await inTx((tx) => listGroupRoles(tx)))
        }
        case 'unmap':
          await inTx((tx) => removeGroupRole(tx, who, act))
          return showGroups(io, values, await inTx((tx) => listGroupRoles(tx)))
        default:
          return showList(io, values, await inTx((tx) => loadStaff(tx)), act.now)
      }
    } catch (error) {
      if (error instanceof ApiError) return commandRefusal(io, error.code, error.values)
      throw error
    } finally {
      await store.close()
    }
  },
}

function missing(part: string, values: Values, rest: readonly string[]): string | undefined {
  if (part === 'add' && textOf(values.name) === undefined) return '--name'
  if (part === 'add' && !/^[^\s@]+@[^\s@]+$/.test(textOf(values.email) ?? '')) return '--email'
  if (part === 'map' && textOf(values.group) === undefined) return '--group'
  if (part === 'map' && values.role === undefined) return '--role'
  if (part === 'unmap' && rest[0] === undefined) return 'MAPPING'
  if (['disable', 'enable', 'link'].includes(part) && rest[0] === undefined) return 'PERSON'
  return undefined
}

/** By id, by the id in the organisation file, or by e-mail address. */
async function find(tx: Tx, who: string): Promise<StaffMember> {
  const staff = await loadStaff(tx)
  const email = normaliseEmail(who)
  const found =
    staff.find((person) => person.id === who || person.fileId === who) ?? staff.find((person) => person.email === email)
  if (!found) throw new ApiError(404, 'person_unknown')
  return found
}

function rolesOf(given: Values[string]): { role: Role; client: string | null }[] {
  const texts = Array.isArray(given) ? given : typeof given === 'string' ? [given] : []
  return texts.map((text) => {
    const [name = '', client = null] = text.split('@')
    const role = roles.find((known) => known === name)
    if (role === undefined) throw new ApiError(422, 'role_unknown', { values: { role: name, roles: roles.join(', ') } })
    return { role, client }
  })
}

function showLink(
  io: Io,
  values: Values,
  settings: Settings,
  { person, link }: { readonly person: string; readonly link: OneTimeLink },
): ExitCode {
  const address = `${settings.publicUrl?.replace(/\/+$/, '') ?? `http://${settings.host}:${settings.port}`}${link.path}`
  if (values.json) io.stdout.write(`${JSON.stringify({ person, link: address, expiresAt: link.expiresAt })}\n`)
  else {
    io.stderr.write(
      `${accessText(io.language, 'cli.users.link', { date: formatDate(link.expiresAt, io.language), time: formatTime(link.expiresAt, io.language) })}\n`,
    )
    io.stdout.write(`${address}\n`)
  }
  return 0
}

function showList(io: Io, values: Values, staff: readonly StaffMember[], now: Date): ExitCode {
  const current = (person: StaffMember) => person.assignments.filter((assignment) => holdsNow(assignment, now))
  if (values.json) {
    const users = staff.map((person) => ({
      id: person.id,
      name: person.name,
      email: person.email,
      disabled: person.disabledAt !== null,
      hasPassword: person.hasPassword,
      roles: current(person).map(({ role, client, system, until }) => ({ role, client, system, until })),
    }))
    io.stdout.write(`${JSON.stringify({ users })}\n`)
  } else if (staff.length === 0) io.stdout.write(`${accessText(io.language, 'cli.users.empty')}\n`)
  else {
    const rows = staff.map((person) => [
      person.id,
      person.name,
      person.email ?? '',
      [
        ...new Set(
          current(person).map(
            ({ role, client, system }) =>
              `${role}${system === null ? (client === null ? '' : `@${client}`) : `@${system}`}`,
          ),
        ),
      ].join(', '),
      accessText(
        io.language,
        person.disabledAt !== null
          ? 'cli.users.disabled'
          : person.hasPassword
            ? 'cli.users.open'
            : 'cli.users.noPassword',
      ),
    ])
    io.stdout.write(table([accessText(io.language, 'cli.users.head').split('\t'), ...rows]))
  }
  return 0
}

function showGroups(io: Io, values: Values, mappings: readonly GroupRole[]): ExitCode {
  if (values.json) io.stdout.write(`${JSON.stringify({ groupRoles: mappings })}\n`)
  else if (mappings.length === 0) io.stdout.write(`${accessText(io.language, 'cli.groups.empty')}\n`)
  else
    io.stdout.write(
      table([
        accessText(io.language, 'cli.groups.head').split('\t'),
        ...mappings.map(({ id, group, role, client }) => [id, group, `${role}${client === null ? '' : `@${client}`}`]),
      ]),
    )
  return 0
}

function textOf(value: Values[string]): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
