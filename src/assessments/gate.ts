/**
 * A gate: someone decides, with reasons and until a date, that a version of an AI system may be used. What must hold for
 * such a decision stands here; what it does to the system's standing in records/standing.ts.
 */
import { GATE_YEARS, yearsLater } from '../records/rules.ts'

export type GateProposal = {
  readonly decision: 'approve' | 'conditional' | 'reject'
  /** Person id of who decides. */
  readonly by: string
  /** Person id of who owns the system; null when nobody does. */
  readonly owner: string | null
  readonly at: Date
  readonly validUntil: Date
  /** Conditions that the register requires and that do not hold (records/gate-conditions.ts). */
  readonly unmet: readonly string[]
  /** Reasons were given to release it in spite of those. */
  readonly despite: boolean
}

export type GateRefusal = 'gate_by_owner' | 'gate_ahead' | 'gate_ends_before' | 'gate_too_long' | 'gate_condition_unmet'

/**
 * Why this decision cannot be taken, or undefined. Who answers for a system does not release it (separation of duties,
 * ISO/IEC 27001:2022 A.5.3); rejecting one's own system is allowed. A release lasts two years at most, so that nothing
 * is used for ever on the strength of one look.
 */
export function gateRefusal(proposal: GateProposal, now: Date): GateRefusal | undefined {
  if (proposal.decision !== 'reject' && proposal.owner !== null && proposal.by === proposal.owner)
    return 'gate_by_owner'
  if (proposal.at > now) return 'gate_ahead'
  if (proposal.validUntil <= proposal.at) return 'gate_ends_before'
  if (proposal.validUntil > yearsLater(proposal.at, GATE_YEARS)) return 'gate_too_long'
  if (proposal.decision !== 'reject' && proposal.unmet.length > 0 && !proposal.despite) return 'gate_condition_unmet'
  return undefined
}

/**
 * When a decision that is taken now was taken. The last decision counts, so it comes after every one on record, also when
 * the clock was set back since. `latest`: of this version, undefined when there is none.
 */
export function decidedAt(now: Date, latest: Date | undefined): Date {
  return latest === undefined || latest < now ? now : new Date(latest.getTime() + 1)
}
