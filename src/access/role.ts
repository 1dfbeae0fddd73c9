/**
 * Who may do what, and where. A role is assigned for the whole organisation, for one client, or for one AI system, from
 * a moment and possibly until one. Rights are worked out from the assignments at each request: taking a role away
 * works at once, also for someone who is signed in.
 */
import { roles as allRoles, type Role } from '../platform/http.ts'

export type Assignment = {
  readonly id: string
  readonly person: string
  readonly role: Role
  /** null: every client of the organisation. */
  readonly client: string | null
  /** null: every system of the client. */
  readonly system: string | null
  readonly from: Date
  readonly until: Date | null
  /** Someone took it away, at `until`. */
  readonly ended?: boolean
}

/** From its first moment up to, not including, its last. What was taken away stays away, also when the clock is set back. */
export function holdsNow(assignment: Pick<Assignment, 'from' | 'until' | 'ended'>, now: Date): boolean {
  if (assignment.ended) return false
  return assignment.from <= now && (assignment.until === null || now < assignment.until)
}

/** Where a right is used: at one client, and at one of its systems when the right is about a system. */
export type Place = { readonly client: string; readonly system?: string }

/**
 * Does one of these assignments give the role here and now? An assignment for a system covers that system only; one
 * for a client covers its systems; one for the organisation covers all. Without `system` in the place, an assignment
 * for a single system does not count.
 */
export function holdsRole(assignments: readonly Assignment[], role: Role, place: Place, now: Date): boolean {
  return assignments.some(
    (assignment) =>
      assignment.role === role &&
      holdsNow(assignment, now) &&
      (assignment.client === null || assignment.client === place.client) &&
      (assignment.system === null || assignment.system === place.system),
  )
}

/** What a signed-in person may see and do in one request. */
export type Rights = {
  /** Roles that hold at **every** client in `clients`. */
  readonly roles: readonly Role[]
  readonly clients: '*' | readonly string[]
  /** The client that was chosen or that the rights came down to; null when several are in view. */
  readonly client: string | null
  /** What may be chosen: `*` for all clients of the organisation. */
  readonly choices: '*' | readonly string[]
}

/**
 * The rights of one person: never a role at a client where it was not assigned. With a client chosen, the roles that
 * hold there. Without: all clients with the roles for the whole organisation; someone with roles for single clients
 * only sees those clients together as far as the same roles hold at each, else the first of them by name.
 * A choice that is not allowed (any more) is as no choice. No role at all: no clients.
 */
export function rightsOf(assignments: readonly Assignment[], chosen: string | null, now: Date): Rights {
  const current = assignments.filter((assignment) => holdsNow(assignment, now))
  const wide = current.filter((assignment) => assignment.client === null)
  const own = [...new Set(current.flatMap((assignment) => assignment.client ?? []))].sort()
  const choices = wide.length > 0 ? '*' : own
  const rolesAt = (client: string) => inOrder(current.filter((a) => a.client === null || a.client === client))
  if (chosen !== null && (choices === '*' || choices.includes(chosen)))
    return { roles: rolesAt(chosen), clients: [chosen], client: chosen, choices }
  if (wide.length > 0) return { roles: inOrder(wide), clients: '*', client: null, choices }
  const [first] = own
  if (first === undefined) return { roles: [], clients: [], client: null, choices: [] }
  const shared = own.map(rolesAt).reduce((common, roles) => common.filter((role) => roles.includes(role)))
  if (shared.length > 0) return { roles: shared, clients: own, client: own.length === 1 ? first : null, choices }
  return { roles: rolesAt(first), clients: [first], client: first, choices }
}

/** Roles without repetition, in the order of the role matrix. */
function inOrder(assignments: readonly Assignment[]): Role[] {
  return allRoles.filter((role) => assignments.some((assignment) => assignment.role === role))
}

/**
 * Did this person get more rights after `since`? A session from before must not carry them: who stole it would get them
 * too. A role that was held already in the same place or a wider one is not more.
 */
export function rightsGrewSince(assignments: readonly Assignment[], since: Date, now: Date): boolean {
  const current = assignments.filter((assignment) => holdsNow(assignment, now))
  const before = current.filter(({ from }) => from <= since)
  return current.some((later) => later.from > since && !before.some((earlier) => covers(earlier, later)))
}

/** Does `one` give the role wherever `other` does? */
export function covers(one: Assignment, other: Pick<Assignment, 'role' | 'client' | 'system'>): boolean {
  return (
    one.role === other.role &&
    (one.client === null || one.client === other.client) &&
    (one.system === null || one.system === other.system)
  )
}

/** Where someone holds a role that is not bound to one system: everywhere, or at these clients. */
export type Reach = '*' | readonly string[]

export function reachOf(assignments: readonly Assignment[], role: Role, now: Date): Reach {
  const current = assignments.filter((a) => a.role === role && a.system === null && holdsNow(a, now))
  if (current.some((assignment) => assignment.client === null)) return '*'
  return [...new Set(current.flatMap((assignment) => assignment.client ?? []))].sort()
}

/** May someone whose administration reaches this far give or end a role for `client` (null: the whole organisation)? */
export function withinReach(reach: Reach, client: string | null): boolean {
  return reach === '*' || (client !== null && reach.includes(client))
}

/**
 * May someone with this reach act on the account of a person (disable it, hand out a link to it)? Only when every
 * role of that person lies within the reach: otherwise a local administrator could take over a wider account.
 */
export function mayManage(reach: Reach, ofPerson: readonly Assignment[], now: Date): boolean {
  if (reach === '*') return true
  const lasting = ofPerson.filter((assignment) => assignment.until === null || now < assignment.until)
  return lasting.length > 0 && lasting.every((assignment) => withinReach(reach, assignment.client))
}

/** A pair of roles that should not meet in one person, as a hint to whoever assigns them. */
export type SeparationHint = { readonly code: string; readonly roles: readonly [Role, Role] }

/**
 * Who answers for a system should not also judge it, and who handles a complaint should not review its outcome
 * (ISO/IEC 27001:2022 A.5.3; for the data protection officer: GDPR art. 38(6),
 * https://eur-lex.europa.eu/legal-content/NL/TXT/?uri=CELEX:32016R0679#art_38).
 */
const separated: readonly (readonly [Role, Role])[] = [
  ['owner', 'overseer'],
  ['owner', 'auditor'],
  ['owner', 'ethics_officer'],
  ['owner', 'dpo'],
  ['ai_engineer', 'auditor'],
  ['ai_engineer', 'overseer'],
  ['ai_engineer', 'dpo'],
  ['management', 'dpo'],
  ['management', 'auditor'],
  ['administrator', 'auditor'],
  ['ethics_officer', 'auditor'],
  ['complaint_handler', 'reviewer'],
]

/** Pairs that meet at the same place and time; empty when duties are separated. In the order of the table. */
export function separationHints(assignments: readonly Assignment[], now: Date): SeparationHint[] {
  const current = assignments.filter((assignment) => holdsNow(assignment, now))
  return separated.flatMap(([one, other]) => {
    const meet = current.some((a) => a.role === one && current.some((b) => b.role === other && overlap(a, b)))
    return meet ? [{ code: `${one}_and_${other}`, roles: [one, other] as const }] : []
  })
}

function overlap(a: Assignment, b: Assignment): boolean {
  const client = a.client === null || b.client === null || a.client === b.client
  const system = a.system === null || b.system === null || a.system === b.system
  return client && system
}
