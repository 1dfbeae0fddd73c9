/** Shapes of what crosses the wire about rights, retention, holds and breaches, and of their ledger events. */
import { z } from 'zod'
import { bilingual, id, instant, slug } from '../../records/contract.ts'
import { holdReasons, liftReasons } from './hold.ts'
import { otherKinds, retentionKinds } from './retention.ts'

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

/** `retention.applied`: one for each client of which something went; `refs.run` is the pass. */
export const retentionBody = z.object({
  counts: z.array(z.object({ kind: z.enum(retentionKinds), purpose: z.string().nullable(), n: z.int().min(1) })),
})

/** `hold.placed`, `hold.expired`, `hold.lifted`; `refs.hold`, and the conversation or case it is on. */
export const holdBody = z.object({
  reason: z.enum(holdReasons),
  endsAt: z.iso.datetime().optional(),
  lifted: z.enum(liftReasons).optional(),
})

// -- retention and holds over the wire --------------------------------------------------------------------------------

const count = z.object({
  kind: z.enum(retentionKinds),
  client: z.string(),
  purpose: z.string().nullable(),
  n: z.number().int(),
})

export const termView = z.object({
  client: slug,
  /** null: of every purpose. */
  purpose: z.string().nullable(),
  name: bilingual.nullable(),
  kind: z.enum([...retentionKinds, ...otherKinds]),
  days: z.number(),
  from: z.enum(['purpose', 'file', 'default', 'setting']),
  /** False: shown so that it is known, but nothing deletes by it. */
  applied: z.boolean(),
})

export const runView = z.object({
  id,
  startedAt: instant,
  endedAt: instant.nullable(),
  counts: z.array(count),
  /** The entries that prove it, one per client. */
  proofs: z.array(z.object({ event: z.string(), index: z.number().int().nullable() })),
})

export const holdView = z.object({
  id,
  client: slug,
  subject: z.string().nullable(),
  conversation: z.string().nullable(),
  case: z.string().nullable(),
  reason: z.enum(holdReasons),
  reference: z.string().nullable(),
  state: z.enum(['holds', 'expired', 'lifted']),
  placedBy: z.string(),
  placedAt: instant,
  endsAt: instant,
  liftedAt: instant.nullable(),
  liftedBy: z.string().nullable(),
  liftReason: z.string().nullable(),
})

export const retentionView = z.object({
  terms: z.array(termView),
  /** What goes at the next pass, and what of it stays. */
  next: z.object({ counts: z.array(count), kept: z.number().int() }),
  runs: z.array(runView),
})
export type RetentionView = z.output<typeof retentionView>

export const holdList = z.object({ holds: z.array(holdView) })
export type HoldList = z.output<typeof holdList>

/** A register number of elsewhere: no words, so nothing personal. */
export const reference = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:/-]{0,59}$/)

export const holdRequest = z.object({
  /** One of these. */
  subject: id.optional(),
  conversation: id.optional(),
  case: id.optional(),
  reason: z.enum(holdReasons),
  reference: reference.optional(),
  endsAt: instant,
})
export const liftRequest = z.object({ reason: z.enum(liftReasons) })
export const holdReply = holdView
export const idParams = z.object({ id })
