/** What crosses the wire about monitors, and the shapes that are kept of them. */
import { z } from 'zod'
import { id, instant, proofRef, slug } from '../../records/contract.ts'
import { monitorMethods } from '../contract.ts'

/** Who starts and ends monitors, and judges alarms. */
export const monitorMakers = ['ethics_officer', 'auditor'] as const
export const monitorReaders = [...monitorMakers, 'overseer', 'dpo'] as const

export const monitorEvents = {
  started: 'monitor.started',
  read: 'monitor.read',
  alarmed: 'monitor.alarmed',
  judged: 'monitor.judged',
  ended: 'monitor.ended',
} as const

/** `favourable` and `observed` are yes or no; `score` is a number from 0 to 1. */
export const monitorMetrics = ['favourable', 'observed', 'score'] as const
export type MonitorMetric = (typeof monitorMetrics)[number]

/** What groups are made of: service facts that stand beside a decision. Nothing is guessed about a person. */
export const monitorAttributes = ['language', 'channel'] as const
export type MonitorAttribute = (typeof monitorAttributes)[number]

/** `signal`: shown until somebody has judged it. `finding`: the monitor cannot be ended before. `stop`: and the system stops. */
export const alarmPolicies = ['signal', 'finding', 'stop'] as const
export type AlarmPolicy = (typeof alarmPolicies)[number]

export const alarmJudgements = ['real', 'explained', 'cannot_tell'] as const
export type AlarmJudgement = (typeof alarmJudgements)[number]

/** Monitors of an organisation that read at once. */
export const MOST_MONITORS = 200
/** Points of a chart that are kept. */
export const MOST_POINTS = 240
/** Groups of which a chart keeps the difference. */
export const MOST_DRAWN = 8
/** How far back a monitor may begin, in days. */
export const MOST_BACK_DAYS = 3_660

const words = z.string().trim().min(10).max(2_000)
const natural = z.number()
const rate = z.number().nullable()

/** One group beside the reference: shares, and their difference with limits that hold at all times at once. */
export const groupLook = z.strictObject({
  group: z.string(),
  n: z.int(),
  rate,
  nReference: z.int(),
  rateReference: rate,
  /** Group minus reference. */
  difference: rate,
  lower: rate,
  upper: rate,
  log10E: natural,
})
export type GroupLook = z.output<typeof groupLook>

/** A point of the chart, after `outcomes` outcomes. */
export const seriesPoint = z.strictObject({
  outcomes: z.int(),
  t: z.string(),
  log10E: natural,
  epoch: z.int(),
  alarm: z.boolean(),
  /** Group, difference, lower, upper. */
  groups: z.array(z.tuple([z.string(), rate, rate, rate])).max(MOST_DRAWN),
})
export type SeriesPoint = z.output<typeof seriesPoint>

/** Points at every so many outcomes, and at each alarm. */
export const series = z.strictObject({ every: z.int().min(1), points: z.array(seriesPoint) })
export type Series = z.output<typeof series>

export const monitorParams = z.object({ id })
export const alarmParams = z.object({ id, alarm: id })
export const monitorQuery = z.object({ client: slug.optional() })

export const startRequest = z
  .strictObject({
    system: slug,
    name: z.string().trim().min(3).max(120),
    metric: z.enum(monitorMetrics),
    attribute: z.enum(monitorAttributes),
    reference: z.string().trim().min(1).max(100).optional(),
    method: z.enum(monitorMethods).optional(),
    alpha: z.number().min(0.0001).max(0.2).optional(),
    tolerance: z.number().min(0).max(0.5).optional(),
    /** A block is complete with so many outcomes of each at least; not given: by who comes. */
    block: z.strictObject({ group: z.int().min(1).max(10_000), reference: z.int().min(1).max(10_000) }).optional(),
    settleDays: z.int().min(0).max(366).optional(),
    policy: z.enum(alarmPolicies),
    reasons: words,
    /** Also decisions of the last so many days; not given: only those from now on. */
    backDays: z.int().min(1).max(MOST_BACK_DAYS).optional(),
  })
  .readonly()
export type StartRequest = z.output<typeof startRequest>

export const startedReply = z.object({ monitor: id, proof: proofRef })

export const monitorStates = ['waiting', 'watching', 'alarm', 'ended'] as const
export type MonitorStatus = (typeof monitorStates)[number]

export const alarmView = z.object({
  id,
  epoch: z.int(),
  decidedAt: instant,
  alarmedAt: instant,
  outcomes: z.int(),
  log10E: z.number(),
  /** The level of this epoch. */
  level: z.number(),
  looks: z.array(groupLook),
  groups: z.array(z.string()),
  stop: id.nullable(),
  judgement: z.enum(alarmJudgements).nullable(),
  reasons: z.string().nullable(),
  judgedAt: instant.nullable(),
  sentence: z.string(),
})
export type AlarmView = z.output<typeof alarmView>

export const monitorLine = z.object({
  id,
  client: slug,
  system: slug,
  systemName: z.object({ nl: z.string(), en: z.string() }),
  name: z.string(),
  metric: z.enum(monitorMetrics),
  attribute: z.enum(monitorAttributes),
  policy: z.enum(alarmPolicies),
  state: z.enum(monitorStates),
  startedAt: instant,
  endedAt: instant.nullable(),
  outcomes: z.int(),
  log10E: z.number(),
  /** log10 E at which the alarm goes off in this epoch. */
  threshold: z.number(),
  /** Groups that stand with all monitors together in view, in the reader's words. */
  claims: z.array(z.string()),
  sentence: z.string(),
})
export type MonitorLine = z.output<typeof monitorLine>

export const monitorList = z.object({
  monitors: z.array(monitorLine),
  /** Over how many groups of how many monitors the claims were held against each other. */
  together: z.object({ monitors: z.int(), groups: z.int(), claims: z.int() }),
})
export type MonitorList = z.output<typeof monitorList>

export const monitorView = monitorLine.extend({
  reference: z.string().nullable(),
  method: z.enum(monitorMethods),
  alpha: z.number(),
  tolerance: z.number(),
  block: z.object({ group: z.int(), reference: z.int() }).nullable(),
  settleDays: z.int(),
  reasons: z.string(),
  fromAt: instant,
  looksBack: z.boolean(),
  epoch: z.int(),
  decisions: z.int(),
  leftOut: z.int(),
  late: z.int(),
  readUntil: instant.nullable(),
  looks: z.array(groupLook),
  /** `threshold`: log10 E at which the alarm goes off in the epoch of the point. */
  series: z.array(seriesPoint.extend({ threshold: z.number() })),
  alarms: z.array(alarmView),
  endReasons: z.string().nullable(),
  record: z.string(),
})
export type MonitorView = z.output<typeof monitorView>

export const judgeAlarmRequest = z.strictObject({ judgement: z.enum(alarmJudgements), reasons: words })
export const judgedReply = z.object({ alarm: id, judgement: z.enum(alarmJudgements), proof: proofRef })
export const endRequest = z.strictObject({ reasons: words })
export const endedReply = z.object({ monitor: id, endedAt: instant, proof: proofRef })
