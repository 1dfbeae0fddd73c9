/** What crosses the wire about data sheets: who is in a data set, and who is not. */
import { z } from 'zod'
import { id, instant, proofRef, slug } from '../../records/contract.ts'
import { MOST_INTERVAL_DAYS, reportDocument } from '../audits/contract.ts'
import { association, coverageFindingCodes, coveragePlan, problemList, slice } from '../contract.ts'

export const sheetEvents = {
  planned: 'sheet.planned',
  completed: 'sheet.completed',
  failed: 'sheet.failed',
} as const

export const MOST_SHEETS = 500

export const sheetParams = z.object({ id })
export const sheetRequest = z.strictObject({
  client: slug,
  name: z.string().trim().min(3).max(120),
  source: z.enum(['file', 'decisions']),
  /** Whose data these are: a version of a system. The sheet then counts for the gate of that version. */
  system: slug.optional(),
  version: id.optional(),
  /** The plan of the kernel (`waarborg coverage --plan`). */
  plan: z.record(z.string(), z.unknown()),
  intervalDays: z.int().min(1).max(MOST_INTERVAL_DAYS).optional(),
})
export const sheetPlanned = z.object({ sheet: id, planSha256: z.string(), proof: proofRef })

const count = z.int().min(0)
const share = z.number().min(0).max(1).nullable()
const pair = z.tuple([z.number(), z.number()]).readonly().nullable()
const group = z.record(z.string(), z.string().nullable())

/** The outcome for readers: a count that is `null` is of fewer than `below` people, or would give such a count away. */
export const publishedSheet = z.strictObject({
  version: z.literal(1),
  planSha256: z.string(),
  n: count,
  below: count,
  coverageThreshold: count,
  values: z.array(
    z.strictObject({
      column: z.string(),
      /** The largest first. */
      shown: z.array(z.strictObject({ value: z.string(), count })),
      /** How many values are not shown. */
      hidden: count,
      missing: count.nullable(),
      evenness: z.number().nullable(),
    }),
  ),
  representation: z.array(
    z.strictObject({
      column: z.string(),
      source: z.string().nullable(),
      date: z.string().nullable(),
      rows: z.array(
        z.strictObject({
          value: z.string(),
          share,
          reference: z.number(),
          ratio: z.number().nullable(),
          interval: pair,
        }),
      ),
    }),
  ),
  /** Most general first. */
  patterns: z.array(z.strictObject({ pattern: group, nobody: z.boolean() })),
  labelBalance: z.array(z.strictObject({ group, n: count, share, interval: pair })),
  missingness: z.array(z.strictObject({ column: z.string(), group, n: count, share, interval: pair })),
  proxies: z
    .strictObject({
      attribute: z.string(),
      features: z.array(association.extend({ column: z.string() })),
      together: z.strictObject({ auc: share, aucInterval: pair }),
    })
    .nullable(),
  slices: z.array(slice),
  findings: z.array(
    z.strictObject({
      code: z.enum(coverageFindingCodes),
      column: z.string().optional(),
      attribute: z.string().optional(),
      pattern: group.optional(),
      value: z.string().nullable().optional(),
      count: count.nullable().optional(),
      share: share.optional(),
      expected: share.optional(),
    }),
  ),
})
export type PublishedSheet = z.output<typeof publishedSheet>

export const sheetLine = z.object({
  id,
  client: z.string(),
  name: z.string(),
  source: z.enum(['file', 'decisions']),
  system: z.string().nullable(),
  version: z.string().nullable(),
  /** `reading`: the plan is on record and the data are still to be brought. */
  state: z.enum(['reading', 'completed', 'failed']),
  plannedAt: instant,
  endedAt: instant.nullable(),
  due: z.enum(['due', 'soon', 'later', 'none']),
  dueAt: instant.nullable(),
  n: count.nullable(),
  findings: count.nullable(),
})
export type SheetLine = z.output<typeof sheetLine>
export const sheetList = z.object({ sheets: z.array(sheetLine) })

export const sheetView = sheetLine.extend({
  plan: coveragePlan,
  planSha256: z.string(),
  inputSha256: z.string().nullable(),
  reportSha256: z.string().nullable(),
  problems: problemList.nullable(),
  problemSentences: z.array(z.string()),
  proof: proofRef,
  report: publishedSheet.nullable(),
  document: reportDocument.nullable(),
})
export type SheetView = z.output<typeof sheetView>
export const sheetRead = z.object({ id, state: sheetLine.shape.state, proof: proofRef })
