/** What holds for a decision about a person, whoever asks: how heavy it is, and whether it waits until a person has looked. */
import type { DecisionRules, decisionClasses } from './contract.ts'

export type DecisionClass = (typeof decisionClasses)[number]

const weights: Readonly<Record<DecisionClass, number>> = { inform: 0, assist: 1, decide: 2, solely_automated: 3 }

/** Is `one` lighter for the person than `other`? What weighs less has fewer duties, so a sender may not choose it. */
export function isLighter(one: DecisionClass, other: DecisionClass): boolean {
  return weights[one] < weights[other]
}

export const reviewReasons = ['unfavourable', 'margin', 'sample'] as const
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
