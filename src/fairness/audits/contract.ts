/** What crosses the wire about planned audits, their readings and their findings. */
import { z } from 'zod'
import { id, instant, proofRef, slug } from '../../records/contract.ts'
import { signalIds } from '../catalogue.ts'
import {
  auditPlan,
  group,
  measureKinds,
  problemList,
  publishedReport,
  type VerdictValue,
  verdicts,
} from '../contract.ts'
import { changeVerdicts } from './compare.ts'
import { judgements } from './finding.ts'

export { judgements }

/** Who plans, measures and judges. */
export const auditMakers = ['ethics_officer', 'auditor'] as const
/** Who reads what came of it. */
export const auditReaders = [...auditMakers, 'overseer', 'dpo'] as const

export const auditEvents = {
  planned: 'audit.planned',
  started: 'audit.started',
  completed: 'audit.completed',
  failed: 'audit.failed',
  cancelled: 'audit.cancelled',
  exported: 'audit.exported',
  judged: 'finding.judged',
  changed: 'finding.changed',
  closed: 'finding.closed',
} as const

/** Bytes of a file that is brought over the wire; larger ones are for `waarborg audit`. */
export const MOST_FILE_BYTES = 1_073_741_824
/** Bytes of a file that a form of the console takes. */
export const MOST_FORM_BYTES = 67_108_864
export const MOST_INTERVAL_DAYS = 1_096
export const MOST_WINDOW_DAYS = 3_660
export const MOST_AUDITS = 500
export const MOST_RUNS = 200

export const sources = ['file', 'decisions', 'conversations'] as const
export type Source = (typeof sources)[number]
/** What Waarborg recorded itself. */
export type RecordedSource = Exclude<Source, 'file'>

/** Columns of recorded decisions that a plan may name (migrations/0021-audits.sql, `audited_decision`). */
export const decisionColumns = [
  'kind',
  'class',
  'channel',
  'language',
  'version',
  'outcome',
  'score',
  'threshold',
  'review',
  'who',
  'favourable',
  'month',
  'observed',
] as const

/** Columns of conversations with customers (migrations/0031-audited-conversations.sql, `audited_conversation`). */
export const conversationColumns = [
  'channel',
  'language',
  'month',
  'turns',
  'answered',
  'refused',
  'told',
  'handed_off',
  'wait_minutes',
  'wait_ended',
  'came_back',
] as const

const words = z.string().trim().min(3).max(2_000)

export const auditParams = z.object({ id })
const columnName = z.string().trim().min(1).max(200)
/** A signal of the catalogue beside the decision, with the columns it stands in (fairness/catalogue.ts). */
export const signalRequest = z.strictObject({
  signal: z.enum(signalIds),
  column: columnName,
  when: columnName.optional(),
  backAgain: columnName.optional(),
  units: columnName.optional(),
  cluster: columnName.optional(),
  yes: z.union([z.string().max(200), z.number()]).optional(),
})
export const signalColumns = ['column', 'when', 'backAgain', 'units', 'cluster'] as const
export const signalList = z.object({
  signals: z.array(
    z.object({
      signal: z.enum(signalIds),
      kind: z.enum(measureKinds),
      name: z.string(),
      /** Why it is measured like this. */
      why: z.string(),
      better: z.enum(['more', 'less']).nullable(),
      stratify: z.boolean(),
      aboutStaff: z.boolean(),
      columns: z.array(z.object({ column: z.enum(signalColumns), needed: z.boolean() })),
    }),
  ),
})
export type SignalList = z.output<typeof signalList>

export const auditRequest = z.strictObject({
  client: slug,
  name: z.string().trim().min(3).max(120),
  source: z.enum(sources),
  /** Of which system the decisions or conversations are; with a file: which system made them, when that is known. */
  system: slug.optional(),
  question: words,
  /** On which ground attributes of people may be compared. */
  legalGround: words,
  /** The plan of the kernel (`waarborg audit --plan`); its question, ground and asker are filled in here. */
  plan: z.record(z.string(), z.unknown()),
  /** Signals that are compared beside the decision: they become measures of the plan. */
  signals: z.array(signalRequest).max(10).optional(),
  intervalDays: z.int().min(1).max(MOST_INTERVAL_DAYS).optional(),
  windowDays: z.int().min(1).max(MOST_WINDOW_DAYS).optional(),
  /** The audit that this one follows. */
  follows: id.optional(),
})
export type AuditRequest = z.output<typeof auditRequest>

export const plannedReply = z.object({
  audit: id,
  planSha256: z.string(),
  /** The audit it follows had a result already, and its plan is another. */
  changedAfterResult: z.boolean(),
  proof: proofRef,
})

export const runStates = ['running', 'completed', 'failed', 'cancelled'] as const
export const tallyOfVerdicts = z.object(
  Object.fromEntries(verdicts.map((one) => [one, z.int()])) as Record<VerdictValue, z.ZodInt>,
)
export type TallyOfVerdicts = z.output<typeof tallyOfVerdicts>

export const runView = z.object({
  id,
  audit: id,
  state: z.enum(runStates),
  startedBy: z.string(),
  startedAt: instant,
  endedAt: instant.nullable(),
  /** Bytes read, and in all; 0 of 0 for recorded decisions. */
  read: z.number(),
  of: z.number(),
  problems: problemList.nullable(),
  /** The same as sentences. */
  problemSentences: z.array(z.string()),
  verdicts: tallyOfVerdicts.nullable(),
  n: z.int().nullable(),
  inputSha256: z.string().nullable(),
  cellsSha256: z.string().nullable(),
  proof: proofRef.nullable(),
})
export type RunView = z.output<typeof runView>
export const startedReply = z.object({ run: id, proof: proofRef })

export const findingView = z.object({
  id,
  audit: id,
  run: id,
  lastRun: id,
  metric: z.string(),
  group,
  reference: group.nullable(),
  /** The verdict in which it was last found, as a sentence. */
  sentence: z.string(),
  state: z.enum(['open', 'judged', 'changed', 'closed']),
  judgement: z.enum(judgements).nullable(),
  reasons: z.string().nullable(),
  judgedAt: instant.nullable(),
  change: z.string().nullable(),
  changedAt: instant.nullable(),
  closedAs: z.enum(['gone', 'explained', 'unclear']).nullable(),
  closedReasons: z.string().nullable(),
  closedAt: instant.nullable(),
})
export type FindingView = z.output<typeof findingView>

export const auditLine = z.object({
  id,
  client: z.string(),
  name: z.string(),
  question: z.string(),
  source: z.enum(sources),
  system: z.string().nullable(),
  plannedAt: instant,
  intervalDays: z.int().nullable(),
  due: z.enum(['due', 'soon', 'later', 'none']),
  dueAt: instant.nullable(),
  /** The last reading that was completed, and whether one is under way. */
  last: runView.nullable(),
  running: z.boolean(),
  openFindings: z.int(),
  /** What findings that are not closed wait for: a judgement, a change, a measurement after the change, to be closed. */
  findingsTo: z.object({ judge: z.int(), change: z.int(), measure: z.int(), close: z.int() }),
})
export type AuditLine = z.output<typeof auditLine>
export const auditList = z.object({ audits: z.array(auditLine) })
export const columnsQuery = z.object({
  client: slug,
  system: slug,
  source: z.enum(['decisions', 'conversations']).optional(),
})
export const columnsReply = z.object({ columns: z.array(z.string()) })
export const auditQuery = z.object({ client: slug.optional() })

export const auditView = auditLine.extend({
  plan: auditPlan,
  planSha256: z.string(),
  windowDays: z.int().nullable(),
  follows: id.nullable(),
  followedBy: z.array(id),
  changedAfterResult: z.boolean(),
  askedBy: z.string(),
  proof: proofRef,
  runs: z.array(runView),
  findings: z.array(findingView),
})
export type AuditView = z.output<typeof auditView>

// —— The report as a document —————————————————————————————————————————————————————————————————————————————————————————

const words1 = z.string()
export const tableBlock = z.object({
  kind: z.literal('table'),
  caption: words1,
  columns: z.array(z.object({ word: words1, number: z.boolean() })),
  rows: z.array(z.array(words1)),
})
export type TableBlock = z.output<typeof tableBlock>

const mark = z.enum(['bad', 'ok', 'unknown', 'plain'])
const place = z.number()
export const intervalPlot = z.object({
  plot: z.literal('intervals'),
  /** Ends of the axis, and what stands under it. */
  from: place,
  to: place,
  ticks: z.array(z.object({ at: place, word: words1 })),
  zero: z.boolean(),
  margin: z.number().nullable(),
  marginWord: words1,
  rows: z.array(
    z.object({
      word: words1,
      detail: words1,
      /** null: nothing can be drawn, `show` says why. */
      value: place.nullable(),
      low: place.nullable(),
      high: place.nullable(),
      mark,
      show: words1,
    }),
  ),
})
export type IntervalPlot = z.output<typeof intervalPlot>
export const calibrationPlot = z.object({
  plot: z.literal('calibration'),
  xWord: words1,
  yWord: words1,
  series: z.array(
    z.object({
      word: words1,
      points: z.array(z.object({ x: place, y: place, low: place, high: place, n: z.number() })),
    }),
  ),
})
export type CalibrationPlot = z.output<typeof calibrationPlot>

export const documentBlock = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('heading'), level: z.union([z.literal(2), z.literal(3)]), text: words1 }),
  z.object({ kind: z.literal('text'), text: words1 }),
  z.object({ kind: z.literal('verdict'), mark, word: words1, text: words1 }),
  z.object({ kind: z.literal('facts'), rows: z.array(z.tuple([words1, words1])) }),
  tableBlock,
  z.object({
    kind: z.literal('figure'),
    id: z.string().regex(/^[a-z][a-z0-9-]*$/),
    title: words1,
    caption: words1,
    describe: words1,
    plot: z.discriminatedUnion('plot', [intervalPlot, calibrationPlot]),
    table: tableBlock,
  }),
])
export type DocumentBlock = z.output<typeof documentBlock>
export const reportDocument = z.object({
  language: z.enum(['nl', 'en']),
  title: words1,
  lead: words1,
  blocks: z.array(documentBlock),
})
export type ReportDocument = z.output<typeof reportDocument>

const advice = z.object({
  thresholds: z.array(
    z.object({
      group,
      reference: group.nullable(),
      referenceRate: z.number(),
      now: z.number().nullable(),
      threshold: z.number(),
      share: z.number(),
    }),
  ),
  weights: z.array(z.object({ group, label: z.union([z.literal(0), z.literal(1)]), n: z.int(), weight: z.number() })),
  rows: z.array(
    z.object({
      metric: z.string(),
      group,
      reference: group.nullable(),
      n: z.int(),
      needed: z.int().nullable(),
    }),
  ),
})

export const reportReply = z.object({
  run: runView,
  audit: z.object({ id, name: z.string(), client: z.string() }),
  document: reportDocument.nullable(),
  report: publishedReport.nullable(),
  /** What could be done about differences; never applied (fairness/advice.ts). */
  advice: advice.nullable(),
})
export type ReportReply = z.output<typeof reportReply>

/** Which earlier reading to lay the last one beside; absent: the one before it, of this audit or of the audit it follows. */
export const compareQuery = z.object({ with: id.optional() })
export const compareReply = z.object({
  audit: z.object({ id, name: z.string(), client: z.string() }),
  before: runView,
  after: runView,
  /** Readings that the last one can be laid beside, the newest first. */
  earlier: z.array(z.object({ run: id, audit: id, name: z.string(), startedAt: instant })),
  comparable: z.boolean(),
  planDifferences: z.array(z.string()),
  comparisons: z.array(
    z.object({
      metric: z.string(),
      group,
      reference: group.nullable(),
      before: z.number().nullable(),
      after: z.number().nullable(),
      verdictBefore: z.enum(verdicts),
      verdictAfter: z.enum(verdicts),
      change: z.number().nullable(),
      interval: z.tuple([z.number(), z.number()]).readonly().nullable(),
      p: z.number().nullable(),
      verdict: z.enum(changeVerdicts),
    }),
  ),
  document: reportDocument,
})
export type CompareReply = z.output<typeof compareReply>

/** A file in a reply; the console hands it to the browser. */
export const fileReply = z.object({ name: z.string(), base64: z.string() })

export const judgeRequest = z.strictObject({ judgement: z.enum(judgements), reasons: words })
export const changeRequest = z.strictObject({ change: words })
export const closeRequest = z.strictObject({ reasons: words.optional() })
export const findingReply = z.object({ id, state: findingView.shape.state, proof: proofRef })

// —— How many are needed ——————————————————————————————————————————————————————————————————————————————————————————————

const digits = z
  .string()
  .regex(/^\d{1,9}$/)
  .transform(Number)
const shareText = z
  .string()
  .regex(/^(0(\.\d{1,6})?|1)$/)
  .transform(Number)
export const sizeQuery = z.object({
  /** Rows of the smallest group and of the group it is compared with. */
  n: digits,
  nReference: digits,
  /** Share of yes that is expected. */
  rate: shareText,
  margin: shareText,
  comparisons: digits.optional(),
})
export const sizeReply = z.object({
  smallestDetectable: z.number().nullable(),
  neededForEquality: z.int().nullable(),
  /** Level of one comparison, so that the family stays at 5 in a hundred. */
  alpha: z.number(),
})
export type SizeReply = z.output<typeof sizeReply>
