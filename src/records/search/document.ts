/**
 * The number of a conversation in the index: the later it began, the higher, so that the index gives the newest first. It
 * holds the moment in milliseconds and eleven bits that tell conversations of one moment apart: 53 bits, exact in a number.
 * Where so many began at one moment that those are taken, it moves on, by no more than `SPREAD_MS`. Pure.
 */

const PER_MS = 2 ** 11
/** How many attempts a number gets, each over sixteen times more numbers. */
export const ATTEMPTS = 5

export const chancesAt = (attempt: number): number => PER_MS * 16 ** attempt
export const SPREAD_MS = chancesAt(ATTEMPTS - 1) / PER_MS

/**
 * From 1830 to 2109; what lies outside is sorted at the edge, which leaves room for the spread. `migrations/0014` and
 * `io/tokens.ts` say the same in SQL.
 */
const FURTHEST_MS = 2 ** 42 - 2 * SPREAD_MS
const clamp = (ms: number) => Math.max(-FURTHEST_MS, Math.min(FURTHEST_MS, ms))

export const BEFORE_ALL = -Number.MAX_SAFE_INTEGER
export const AFTER_ALL = Number.MAX_SAFE_INTEGER

/** The lowest number of a conversation that began at this moment. */
export const documentFrom = (at: Date): number => clamp(at.getTime()) * PER_MS
/** No conversation that began before this moment has this number or a higher one. */
export const documentUntil = (at: Date): number => (clamp(at.getTime()) + SPREAD_MS) * PER_MS
/** The moment in a number. */
export const momentOf = (document: number): Date => new Date(Math.floor(document / PER_MS))
