/**
 * A contested decision (GDPR 22(3), AI Act 86): where it stands, what happens to its effect, who may look again, and what must come
 * before the answer. docs/states/contest.md draws the same.
 */

export const contestSteps = ['received', 'in_review', 'kept', 'changed', 'withdrawn', 'ended'] as const
export type ContestStep = (typeof contestSteps)[number]

type Move = {
  readonly from: readonly ContestStep[]
  readonly to: ContestStep
  readonly by: 'customer' | 'reviewer' | 'erasure'
  readonly event: string
}

/** Every way from one step to another. With the answer goes its letter, so what is kept or changed has been told. */
export const contestMoves = {
  read: { from: ['received', 'in_review'], to: 'in_review', by: 'reviewer', event: 'contest.read' },
  keep: { from: ['in_review'], to: 'kept', by: 'reviewer', event: 'decision.reviewed' },
  change: { from: ['in_review'], to: 'changed', by: 'reviewer', event: 'decision.reviewed' },
  withdraw: { from: ['received', 'in_review'], to: 'withdrawn', by: 'customer', event: 'contest.withdrawn' },
  end: { from: ['received', 'in_review'], to: 'ended', by: 'erasure', event: 'erasure.completed' },
} as const satisfies Record<string, Move>
export type ContestMove = keyof typeof contestMoves

export type ContestStanding = {
  readonly state: 'open' | 'answered' | 'withdrawn' | 'ended'
  /** Who read the customer's own view, to look again. */
  readonly readBy: string | null
  readonly verdict: 'confirmed' | 'changed' | null
}

export function stepOf({ state, readBy, verdict }: ContestStanding): ContestStep {
  switch (state) {
    case 'withdrawn':
    case 'ended':
      return state
    case 'answered':
      return verdict === 'changed' ? 'changed' : 'kept'
    case 'open':
      return readBy === null ? 'received' : 'in_review'
  }
}

/** The step after a move; undefined: not from here. */
export const movedTo = (step: ContestStep, move: ContestMove): ContestStep | undefined =>
  (contestMoves[move].from as readonly ContestStep[]).includes(step) ? contestMoves[move].to : undefined

// -- what happens to its effect ---------------------------------------------------------------------------------------------

/**
 * `asked`: the organisation's system was asked to hold the effect; `confirmed`: it said that it does; `not_confirmed`: it said nothing in
 * time; `released`: it said that the decision is carried out after all; `not_possible`: the register says so, or nobody hears of it.
 */
export const freezes = ['asked', 'confirmed', 'not_confirmed', 'released', 'not_possible'] as const
export type Freeze = (typeof freezes)[number]

type EffectMove = {
  readonly from: readonly Freeze[]
  readonly to: Freeze
  readonly by: 'system' | 'time'
  readonly event: string
}

export const effectMoves = {
  hold: { from: ['asked', 'not_confirmed', 'released'], to: 'confirmed', by: 'system', event: 'contest.confirmed' },
  lapse: { from: ['asked'], to: 'not_confirmed', by: 'time', event: 'contest.unconfirmed' },
  release: { from: ['asked', 'confirmed', 'not_confirmed'], to: 'released', by: 'system', event: 'contest.confirmed' },
} as const satisfies Record<string, EffectMove>
export type EffectMoveName = keyof typeof effectMoves

/** The effect after a move; undefined: nothing changes. */
export const effectAfter = (effect: Freeze | null, move: EffectMoveName): Freeze | undefined =>
  effect !== null && (effectMoves[move].from as readonly Freeze[]).includes(effect) ? effectMoves[move].to : undefined

/** So long an answer to the question to hold an effect is waited for; then a person asks. Ours: no law says. */
export const HOLD_ANSWER_MS = 24 * 3_600_000

// -- who looks again --------------------------------------------------------------------------------------------------------

export const contestRoles = ['reviewer', 'overseer', 'ethics_officer'] as const

export type Reviewer = {
  readonly id: string
  /** Roles that hold now for the client and the system of the decision. */
  readonly roles: readonly string[]
  /** Has one of the roles for another client or system. */
  readonly elsewhere: boolean
  /** Of trainings for reviewing on record: whether one holds now; null: none is on record. */
  readonly trained: boolean | null
}

export type Took = {
  /** The member of staff who took part before the decision went out; null: the sender named nobody. */
  readonly decided: string | null
  /** Who looked at this decision before. */
  readonly reviewed: readonly string[]
  /** Who spoke with the customer in the conversation it fell in. */
  readonly spoke: readonly string[]
}

export const reviewerConflicts = [
  'reviewer_role_missing',
  'reviewer_other_client',
  'reviewer_unqualified',
  'reviewer_took_decision',
  'reviewer_in_conversation',
] as const
export type ReviewerConflict = (typeof reviewerConflicts)[number]

/**
 * Why this person may not look again; undefined: they may. It takes somebody who holds the right and was not involved (EDPB, Guidelines on
 * automated decision-making WP251rev.01, ch. IV: meaningful human involvement). `trainedOnly`: only with a training that holds, as the
 * organisation's register says; otherwise only one that ended stands in the way.
 */
export function reviewerConflict(
  { id, roles, elsewhere, trained }: Reviewer,
  { decided, reviewed, spoke }: Took,
  { trainedOnly }: { readonly trainedOnly: boolean },
): ReviewerConflict | undefined {
  if (!roles.some((role) => (contestRoles as readonly string[]).includes(role)))
    return elsewhere ? 'reviewer_other_client' : 'reviewer_role_missing'
  if (trained === false || (trainedOnly && trained === null)) return 'reviewer_unqualified'
  if (decided === id || reviewed.includes(id)) return 'reviewer_took_decision'
  return spoke.includes(id) ? 'reviewer_in_conversation' : undefined
}

// -- the answer -------------------------------------------------------------------------------------------------------------

export const answerGaps = ['decision_points_needed', 'decision_next_needed', 'decision_next_past'] as const
export type AnswerGap = (typeof answerGaps)[number]

/** What the answer to a customer still lacks, and in which field; undefined: nothing. `today` and `nextBy` as `2026-12-01`. */
export function answerGap(
  { wrote, today }: { readonly wrote: boolean; readonly today: string },
  {
    points,
    nextSteps,
    nextBy,
  }: {
    readonly points?: string | undefined
    readonly nextSteps?: string | undefined
    readonly nextBy?: string | undefined
  },
): { readonly code: AnswerGap; readonly param: string } | undefined {
  if (wrote && points === undefined) return { code: 'decision_points_needed', param: 'points' }
  if (nextSteps === undefined) return { code: 'decision_next_needed', param: 'nextSteps' }
  if (nextBy === undefined) return { code: 'decision_next_needed', param: 'nextBy' }
  return nextBy < today ? { code: 'decision_next_past', param: 'nextBy' } : undefined
}

/** Reasons shorter than this say little, whatever they say. */
export const SHORT_REASONS = 40

/** Reasons as they are compared with earlier ones: capitals, signs and spaces make no other text of them. */
export const comparableReasons = (reasons: string): string =>
  reasons
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()

export type NextFacts = {
  readonly step: ContestStep
  readonly owner: string | null
  readonly effect: Freeze | null
  /** A changed outcome that no system confirmed yet. */
  readonly unconfirmed: boolean
}

/** What its owner does next; null: it waits for nobody here. A hold that nobody confirmed comes first: it cannot wait for the review. */
export function contestNext({ step, owner, effect, unconfirmed }: NextFacts): string | null {
  switch (step) {
    case 'received':
    case 'in_review':
      if (owner === null) return 'assign'
      if (effect === 'not_confirmed') return 'confirm_hold'
      return step === 'received' ? 'read' : 'review'
    case 'changed':
      return unconfirmed ? 'confirm_change' : null
    case 'kept':
    case 'withdrawn':
    case 'ended':
      return null
  }
}
