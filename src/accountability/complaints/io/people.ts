/** Members of staff that a complaint can be about: a name to choose, and nothing else of them. */
import { loadStaff } from '../../../access/index.ts'
import { holdsNow } from '../../../access/rules.ts'
import type { Tx } from '../../../platform/database.ts'
import { ApiError } from '../../../platform/http.ts'
import { rulesOf } from './store.ts'

export type StaffName = { readonly id: string; readonly name: string }

/** Who works for this client now, whatever their role, by name. Errors: `client_unknown` (404; also one outside the scope). */
export async function staffFor(tx: Tx, client: string, now: Date): Promise<StaffName[]> {
  await rulesOf(tx, client)
  return (await loadStaff(tx)).flatMap(({ id, name, disabledAt, assignments }) =>
    disabledAt === null && assignments.some((one) => worksFor(one, client) && holdsNow(one, now)) ? [{ id, name }] : [],
  )
}

/** A role for the whole organisation is one for each client. */
const worksFor = (held: { readonly client: string | null }, client: string): boolean =>
  held.client === null || held.client === client

/** Errors: `person_unknown` (404) for anybody who does not work for this client, and for nobody at all alike. */
export async function requireStaffFor(tx: Tx, client: string, persons: readonly string[], now: Date): Promise<void> {
  if (persons.length === 0) return
  const known = new Set((await staffFor(tx, client, now)).map(({ id }) => id))
  const unknown = persons.findIndex((one) => !known.has(one))
  if (unknown !== -1) throw new ApiError(404, 'person_unknown', { param: `persons[${unknown}]` })
}
