/** What an identity provider says of a person, and which roles its groups give here (OpenID Connect Core 1.0). */
import type { Role } from '../platform/http.ts'

/** A group of the identity provider gives a role: at one client, or (null) in the whole organisation. */
export type GroupRole = {
  readonly id: string
  readonly group: string
  readonly role: Role
  readonly client: string | null
}

export type Identity = {
  readonly subject: string
  readonly name: string
  /** Only one that the provider says it verified. */
  readonly email: string | null
  readonly groups: readonly string[]
  /** Whether the provider says it asked for more than one factor (`amr` holds `mfa`, RFC 8176). */
  readonly secondFactor: boolean
}

/** Groups beyond this many are not read: a list that long is a mistake in the provider's settings. */
const MAX_GROUPS = 500

/** Undefined without a subject: then it is nobody. A claim of another form counts as absent. */
export function identityFrom(claims: Readonly<Record<string, unknown>>, groupClaim: string): Identity | undefined {
  const subject = textIn(claims.sub)
  if (subject === undefined) return undefined
  const given = claims[groupClaim]
  const groups = (Array.isArray(given) ? given : [given]).filter((group): group is string => typeof group === 'string')
  const email = claims.email_verified === true ? textIn(claims.email) : undefined
  return {
    subject,
    name: (textIn(claims.name) ?? textIn(claims.preferred_username) ?? subject).slice(0, 200),
    email: email !== undefined && email.length <= 200 && /^[^\s@]+@[^\s@]+$/.test(email) ? email : null,
    groups: groups.slice(0, MAX_GROUPS),
    secondFactor: Array.isArray(claims.amr) && claims.amr.includes('mfa'),
  }
}

const textIn = (value: unknown) => (typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined)

export type GivenRole = Pick<GroupRole, 'role' | 'client'>

/** The roles that these groups give, each once. Names of groups are compared exactly: capitals count. */
export function rolesOfGroups(groups: readonly string[], mappings: readonly GroupRole[]): GivenRole[] {
  const given = new Map<string, GivenRole>()
  for (const { group, role, client } of mappings)
    if (groups.includes(group)) given.set(`${role} ${client ?? ''}`, { role, client })
  return [...given.values()]
}
