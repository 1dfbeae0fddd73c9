/** Shapes of what crosses the wire about rights, retention, holds and breaches, and of their ledger events. */
import { z } from 'zod'

/** A calendar day: `2026-12-25`. */
export const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/)

// -- ledger events --------------------------------------------------------------------------------------------------

/** Rows touched per table; never whose, never what. */
export const storeCounts = z.record(z.string().max(40), z.int().min(0))

/** `erasure.completed`; `subject` of the entry is the random id to which nothing leads any more. */
export const erasureBody = z.object({
  stores: storeCounts,
  /** Up to this moment a backup may hold the sealed contents together with a key that opens them; null: not known. */
  backupsUntil: z.iso.datetime().nullable(),
  /** Why: at the request of the person, at the end of a term, again after a restore, or of a call that ended after it. */
  cause: z.enum(['request', 'retention', 'restore', 'late_write']),
})
