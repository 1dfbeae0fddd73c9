/** Rules of conversations: which turns are new, who may read contents, where a page of a list goes on. */
import { roles as allRoles, type Role } from '../platform/http.ts'
import type { TurnRole } from './contract.ts'

// -- adding turns ---------------------------------------------------------------------------------------------------

export type GivenTurn = { readonly role: TurnRole; readonly said: string; readonly at: Date | null }
export type KnownTurn = { readonly seq: number; readonly role: string; readonly said: string }

export type TurnsDecision<T extends GivenTurn> =
  /** `known` turns were there already; `added` follow, from number `first`. */
  | { readonly add: readonly T[]; readonly first: number; readonly known: number }
  | { readonly refused: 'idempotency_conflict' | 'turn_gap'; readonly seq: number }

/**
 * Which of the given turns, numbered from `from`, must be written after the `count` turns on record. A turn that is
 * there already must be the same, so that sending again is harmless and sending something else is noticed; numbers
 * have no gap, so that nothing can be left out unseen.
 */
export function decideTurns<T extends GivenTurn>(
  given: readonly T[],
  from: number,
  count: number,
  known: readonly KnownTurn[],
): TurnsDecision<T> {
  if (from > count + 1) return { refused: 'turn_gap', seq: count + 1 }
  const bySeq = new Map(known.map((turn) => [turn.seq, turn]))
  const overlap = given.slice(0, Math.max(0, count + 1 - from))
  for (const [n, turn] of overlap.entries()) {
    const stored = bySeq.get(from + n)
    if (stored === undefined || stored.role !== turn.role || stored.said !== turn.said)
      return { refused: 'idempotency_conflict', seq: from + n }
  }
  return { add: given.slice(overlap.length), first: count + 1, known: overlap.length }
}

// -- who may read what was said ---------------------------------------------------------------------------------------

/** Roles whose work needs what was said; each look is an entry that the customer can ask for. */
export const contentReaders: readonly Role[] = [
  'ethics_officer',
  'dpo',
  'auditor',
  'overseer',
  'supervisor',
  'agent',
  'complaint_handler',
  'reviewer',
]

/**
 * In which role this person reads what was said, or undefined: then only that something was said is shown. What has
 * no ground (`held`) or could not be read (`sealed`) is nobody's to read.
 */
export function readsContentAs(roles: readonly string[], state: string): Role | undefined {
  if (state === 'held' || state === 'sealed') return undefined
  return allRoles.find((role) => contentReaders.includes(role) && roles.includes(role))
}

// -- paging -----------------------------------------------------------------------------------------------------------

/** The last line of a page: where the next one begins. Times with microseconds, as the database has them. */
export type PageEnd = { readonly startedAt: string; readonly id: string }

export function pageToken({ startedAt, id }: PageEnd): string {
  return Buffer.from(JSON.stringify([startedAt, id])).toString('base64url')
}

/** Undefined for anything that is not a token of ours. */
export function readPageToken(token: string): PageEnd | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'))
    if (!Array.isArray(value) || value.length !== 2) return undefined
    const [startedAt, id] = value as unknown[]
    if (typeof startedAt !== 'string' || typeof id !== 'string') return undefined
    return /^\d{4,6}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/.test(startedAt) && /^[\w.-]{1,64}$/.test(id)
      ? { startedAt, id }
      : undefined
  } catch {
    return undefined
  }
}
