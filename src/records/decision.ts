/** What holds for a decision about a person, whoever asks: how heavy it is, and whether it waits until a person has looked. */
import type { DecisionRules, decisionClasses } from './contract.ts'
import type { reviewSpans } from './decision-contract.ts'

export type DecisionClass = (typeof decisionClasses)[number]

const weights: Readonly<Record<DecisionClass, number>> = { inform: 0, assist: 1, decide: 2, solely_automated: 3 }

/** Is `one` lighter for the person than `other`? What weighs less has fewer duties, so a sender may not choose it. */
export function isLighter(one: DecisionClass, other: DecisionClass): boolean {
  return weights[one] < weights[other]
}

export const reviewReasons = ['unfavourable', 'margin', 'sample', 'asked_by_customer'] as const
export type ReviewReason = (typeof reviewReasons)[number]

/**
 * Why this decision waits for a person, or null when it does not. `draw` in [0, 1) is fixed by the decision's id, so that
 * nobody chooses who is looked at. A margin counts on both sides and includes its ends.
 */
export function reviewReason(
  policy: DecisionRules['review'],
  decision: { readonly favourable: boolean | null; readonly score: number | null; readonly threshold: number | null },
  draw: number,
): ReviewReason | null {
  if (policy === undefined) return null
  if (policy.unfavourable && decision.favourable === false) return 'unfavourable'
  const { score, threshold } = decision
  if (
    policy.margin !== undefined &&
    score !== null &&
    threshold !== null &&
    Math.abs(score - threshold) <= policy.margin
  )
    return 'margin'
  return draw < (policy.sampleShare ?? 0) ? 'sample' : null
}

/** A number in [0, 1) from the first bytes of a hash. */
export function drawFrom(hash: Uint8Array): number {
  let value = 0
  for (const byte of hash.subarray(0, 6)) value = value * 256 + byte
  return value / 2 ** 48
}

/** How long a person looked, coarse. `openedAt` null, or after `now`: nobody can say. */
export function spanOf(openedAt: Date | null, now: Date): (typeof reviewSpans)[number] {
  const minutes = openedAt === null ? Number.NaN : (now.getTime() - openedAt.getTime()) / 60_000
  if (!(minutes >= 0)) return 'unknown'
  if (minutes < 1) return 'under_1_minute'
  if (minutes < 5) return 'under_5_minutes'
  return minutes < 15 ? 'under_15_minutes' : 'longer'
}

/**
 * May the person ask to look again, given how their last question stands (null: none)? One at a time, and once: what somebody makes of
 * the answer is a complaint.
 */
export function mayContest(
  state: 'open' | 'answered' | 'withdrawn' | 'ended' | null,
): 'contest_open' | 'contest_answered' | 'contest_ended' | null {
  // Who let it rest may ask again.
  return state === null || state === 'withdrawn' ? null : `contest_${state}`
}

export type ReviewRefusal =
  | 'decision_not_waiting'
  | 'decision_outcome_unknown'
  | 'decision_outcome_same'
  | 'decision_outcome_needed'
  | 'decision_answer_needed'

/**
 * What a person's second look makes of a decision: its outcome and whether that is favourable, or why it cannot be. Changed is
 * changed to another outcome of the register. Who asked for it gets an answer in words of its own.
 */
export function reviewed(
  decision: {
    readonly review: string
    /** As it stands now: after an earlier look, what that made of it. */
    readonly outcome: string
    readonly favourable: boolean | null
    readonly asked: boolean
  },
  verdict: {
    readonly verdict: 'confirmed' | 'changed'
    readonly outcome?: string | undefined
    readonly forCustomer?: string | undefined
  },
  outcomes: DecisionRules['outcomes'],
): { readonly outcome: string; readonly favourable: boolean | null } | { readonly refused: ReviewRefusal } {
  if (decision.review !== 'waiting') return { refused: 'decision_not_waiting' }
  if (decision.asked && verdict.forCustomer === undefined) return { refused: 'decision_answer_needed' }
  if (verdict.verdict === 'confirmed') return { outcome: decision.outcome, favourable: decision.favourable }
  if (verdict.outcome === undefined) return { refused: 'decision_outcome_needed' }
  if (verdict.outcome === decision.outcome) return { refused: 'decision_outcome_same' }
  const found = outcomes.find(({ outcome }) => outcome === verdict.outcome)
  return found === undefined
    ? { refused: 'decision_outcome_unknown' }
    : { outcome: found.outcome, favourable: found.favourable ?? null }
}
