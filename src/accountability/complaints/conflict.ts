/** Who may handle a complaint: nobody who has a part in it (Awb 9:7), and an appeal somebody else than the first time. */
export const handlerRoles = ['complaint_handler', 'ethics_officer'] as const

export type Candidate = {
  readonly id: string
  /** Roles that hold now for the client of the complaint. */
  readonly roles: readonly string[]
  /** May see this client at all. */
  readonly seesClient: boolean
}

export type Involved = {
  /** Members of staff complained about. */
  readonly persons: readonly string[]
  /** Who took or looked again at the decision. */
  readonly deciders: readonly string[]
  /** Who spoke with the customer in the conversation. */
  readonly speakers: readonly string[]
  /** Who handled or decided it the first time. */
  readonly first: readonly string[]
}

export const conflicts = [
  'handler_other_client',
  'handler_role_missing',
  'handler_complained_about',
  'handler_took_decision',
  'handler_in_conversation',
  'handler_first_time',
] as const
export type Conflict = (typeof conflicts)[number]

/** Why this person may not handle it; undefined: they may. `round`: the complaint, or the appeal after it. */
export function handlerConflict(
  { id, roles, seesClient }: Candidate,
  { persons, deciders, speakers, first }: Involved,
  round: 'first' | 'appeal',
): Conflict | undefined {
  if (!seesClient) return 'handler_other_client'
  if (!roles.some((role) => (handlerRoles as readonly string[]).includes(role))) return 'handler_role_missing'
  if (persons.includes(id)) return 'handler_complained_about'
  if (deciders.includes(id)) return 'handler_took_decision'
  if (speakers.includes(id)) return 'handler_in_conversation'
  return round === 'appeal' && first.includes(id) ? 'handler_first_time' : undefined
}
