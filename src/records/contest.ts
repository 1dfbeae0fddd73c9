/**
 * A contested decision (GDPR 22(3), AI Act 86): where it stands, who may look again, and what must come before the answer.
 * docs/states/contest.md draws the same.
 */

export const contestSteps = ['received', 'in_review', 'kept', 'changed', 'withdrawn'] as const
export type ContestStep = (typeof contestSteps)[number]

export const freezes = ['asked', 'confirmed', 'not_possible'] as const
export type Freeze = (typeof freezes)[number]

type Move = {
  readonly from: readonly ContestStep[]
  readonly to: ContestStep
  readonly by: 'customer' | 'reviewer'
  readonly event: string
}

/** Every way from one step to another. */
export const contestMoves = {
  read: { from: ['received', 'in_review'], to: 'in_review', by: 'reviewer', event: 'contest.read' },
  keep: { from: ['in_review'], to: 'kept', by: 'reviewer', event: 'decision.reviewed' },
  change: { from: ['in_review'], to: 'changed', by: 'reviewer', event: 'decision.reviewed' },
  withdraw: { from: ['received', 'in_review'], to: 'withdrawn', by: 'customer', event: 'contest.withdrawn' },
} as const satisfies Record<string, Move>
export type ContestMove = keyof typeof contestMoves

export type ContestStanding = {
  readonly state: 'open' | 'answered' | 'withdrawn'
  /** Who read the customer's own view, to look again. */
  readonly readBy: string | null
  readonly verdict: 'confirmed' | 'changed' | null
}

export function stepOf({ state, readBy, verdict }: ContestStanding): ContestStep {
  if (state === 'withdrawn') return 'withdrawn'
  if (state === 'answered') return verdict === 'changed' ? 'changed' : 'kept'
  return readBy === null ? 'received' : 'in_review'
}

/** The step after a move; undefined: not from here. */
export const movedTo = (step: ContestStep, move: ContestMove): ContestStep | undefined =>
  (contestMoves[move].from as readonly ContestStep[]).includes(step) ? contestMoves[move].to : undefined

export const contestRoles = ['reviewer', 'overseer', 'ethics_officer'] as const

export type Reviewer = {
  readonly id: string
  /** Roles that hold now for the client and the system of the decision. */
  readonly roles: readonly string[]
  /** Of trainings for reviewing on record: whether one holds now; null: none is on record. */
  readonly trained: boolean | null
}

export type Took = {
  /** Who looked at this decision before. */
  readonly reviewed: readonly string[]
  /** Who spoke with the customer in the conversation it fell in. */
  readonly spoke: readonly string[]
}

export const reviewerConflicts = [
  'reviewer_role_missing',
  'reviewer_unqualified',
  'reviewer_took_decision',
  'reviewer_in_conversation',
] as const
export type ReviewerConflict = (typeof reviewerConflicts)[number]

/**
 * Why this person may not look again; undefined: they may. It takes somebody who holds the right and was not involved (EDPB, Guidelines on
 * automated decision-making WP251rev.01, ch. IV: meaningful human involvement).
 */
export function reviewerConflict(
  { id, roles, trained }: Reviewer,
  { reviewed, spoke }: Took,
): ReviewerConflict | undefined {
  if (!roles.some((role) => (contestRoles as readonly string[]).includes(role))) return 'reviewer_role_missing'
  if (trained === false) return 'reviewer_unqualified'
  if (reviewed.includes(id)) return 'reviewer_took_decision'
  return spoke.includes(id) ? 'reviewer_in_conversation' : undefined
}

/** Reasons shorter than this say little, whatever they say. */
export const SHORT_REASONS = 40

/** What its owner does next; null: it waits for nobody here. */
export function contestNext(step: ContestStep, owner: string | null, unconfirmed: boolean): string | null {
  if (step === 'received') return owner === null ? 'assign' : 'read'
  if (step === 'in_review') return 'review'
  return unconfirmed && step === 'changed' ? 'confirm_change' : null
}
