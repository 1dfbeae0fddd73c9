/** What the console and the portal are told about the ledger. */
import { z } from 'zod'

const instant = z.iso.datetime({ offset: true })

export const ledgerLine = z.object({
  index: z.number().int().nullable(),
  event: z.string(),
  type: z.string(),
  at: instant,
  actorKind: z.string(),
  conversation: z.string().nullable(),
  call: z.string().nullable(),
  system: z.string().nullable(),
})

export const ledgerProblem = z.object({
  code: z.string(),
  index: z.number().int().nullable(),
  event: z.string().nullable(),
  detail: z.string(),
})

export const ledgerView = z.object({
  origin: z.string(),
  vkey: z.string(),
  size: z.number().int(),
  /** Base64. */
  root: z.string(),
  /** The signed note, as a file would hold it. */
  checkpoint: z.string().nullable(),
  checkpointAt: instant.nullable(),
  pending: z.number().int(),
  pendingAgeMs: z.number(),
  /** What is gone after its term: entries `from` to `to`, by the entry `event`. */
  pruned: z.array(
    z.object({
      from: z.number().int(),
      to: z.number().int(),
      at: instant,
      event: z.string(),
      index: z.number().int().nullable(),
    }),
  ),
  verified: z.object({
    at: instant.nullable(),
    ok: z.boolean().nullable(),
    entries: z.number().int(),
    problems: z.array(ledgerProblem),
    running: z.boolean(),
  }),
  recent: z.array(ledgerLine),
  next: z.string().nullable(),
})
export type LedgerView = z.output<typeof ledgerView>

export const ledgerQuery = z.object({
  type: z.string().max(60).optional(),
  find: z.string().max(80).optional(),
  before: z.string().max(40).optional(),
  limit: z.coerce.number().int().min(1).max(200).optional(),
})

export const ledgerEntryView = ledgerLine.extend({
  /** Canonical JSON, byte for byte what was hashed. */
  entry: z.string(),
  /** Base64. */
  leafHash: z.string(),
  /** `.tlog-proof` text, or null while the entry has no number yet. */
  proof: z.string().nullable(),
  vkey: z.string(),
  treeSize: z.number().int().nullable(),
})
export type LedgerEntryView = z.output<typeof ledgerEntryView>
