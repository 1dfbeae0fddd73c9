/** Shapes of audit plans, audit reports, monitors and coverage reports. A number that is `null` is undefined, never 0. */
import { z } from 'zod'

/** Limits on what an audit may hold; beyond them the answer is an error, never a slow machine. */
export const limits = {
  /** Different values of one attribute. */
  valuesPerAttribute: 1_000,
  /** Cells: group × stratum × label × prediction. */
  cells: 100_000,
  /** Bytes of data after unpacking. */
  bytes: 8 * 2 ** 30,
  /** Bytes of one value that is read. */
  valueBytes: 4_096,
  /** Columns of one file. */
  columns: 10_000,
  /** Problems that are told; all are counted. */
  problemsShown: 20,
  replicates: 200_000,
  /** Groups below this are left out of what is published; tests still count them. */
  published: 10,
} as const

const column = z.string().min(1).max(200)
/** A value of a column; `null` is a missing value, a group of its own. */
const groupValue = z.string().nullable()
const share = z.number().min(0).max(1)
const rate = share.nullable()
const real = z.number().nullable()
const pair = z.tuple([z.number(), z.number()]).readonly().nullable()
const count = z.int().min(0)

// —— The plan ————————————————————————————————————————————————————————————————————————————————————————————————————————

export const rateMetrics = [
  'selectionRate',
  'baseRate',
  'truePositiveRate',
  'falsePositiveRate',
  'falseNegativeRate',
  'trueNegativeRate',
  'precision',
  'negativePredictiveValue',
  'accuracy',
] as const
export type RateMetric = (typeof rateMetrics)[number]
export const countMetrics = ['tp', 'fp', 'fn', 'tn'] as const
export const scoreMetrics = ['brier', 'ece10', 'auc', 'meanScore'] as const
export type ScoreMetric = (typeof scoreMetrics)[number]

/** `amount_band: {from: 'amount', cuts: [1500, 3000]}` makes the column amount_band: ≤ 1500, (1500, 3000], > 3000. */
export const band = z.strictObject({ from: column, cuts: z.array(z.number()).min(1).max(100) })
export type Band = z.output<typeof band>

/** How the file is written. What is not said is found out (separator) or taken as UTF-8 with a decimal point. */
export const fileForm = z.strictObject({
  encoding: z.enum(['utf-8', 'windows-1252', 'iso-8859-1']).optional(),
  separator: z.enum([',', ';', '\t']).optional(),
  decimal: z.enum(['.', ',']).optional(),
})
export type FileForm = z.output<typeof fileForm>

/** A group as one value, as values in the order of `sensitive`, or by column name. */
export const groupName = z.union([groupValue, z.array(groupValue), z.record(z.string(), groupValue)])
export type GroupName = z.output<typeof groupName>

/** Counts of one column that count as yes; a number also fits a text that means the same number. */
const yes = z.union([z.string(), z.number(), z.boolean()])
export type Yes = z.output<typeof yes>

/**
 * A signal of the contact centre beside the decision itself, compared by group.
 * `rate`: share of yes. `duration`: time until an event, of which the end may be unseen (an abandoned call): Kaplan–Meier.
 * `amount`: how much was granted, given that something was. `mean`: a number. `errors`: errors per unit over clusters (words per speaker).
 */
export const measure = z.discriminatedUnion('kind', [
  z.strictObject({
    name: column,
    kind: z.literal('rate'),
    column,
    positive: yes,
    /** Of those counted, who came back: a case that seems closed but is not. */
    backAgain: z.strictObject({ column, positive: yes }).optional(),
  }),
  z.strictObject({
    name: column,
    kind: z.literal('duration'),
    column,
    /** Whether the end was seen; without it every end counts as seen. */
    ended: z.strictObject({ column, positive: yes }).optional(),
    quantiles: z.array(z.number().gt(0).lt(1)).min(1).max(9).optional(),
    /** Also the share that lasts longer than this. */
    longerThan: z.number().min(0).optional(),
  }),
  z.strictObject({
    name: column,
    kind: z.literal('amount'),
    column,
    given: z.strictObject({ column, positive: yes }).optional(),
  }),
  z.strictObject({ name: column, kind: z.literal('mean'), column }),
  z.strictObject({ name: column, kind: z.literal('errors'), column, units: column, cluster: column }),
])
export type Measure = z.output<typeof measure>
export const measureKinds = ['rate', 'duration', 'amount', 'mean', 'errors'] as const

export const corrections = ['holm', 'benjamini_hochberg'] as const

/**
 * What is asked, fixed before anyone sees a result: its canonical bytes are hashed. Names that are not here are refused.
 * Kept beside the question: who asked, on which ground; they do not change a number.
 */
export const auditPlan = z.strictObject({
  question: z.string().max(2_000).optional(),
  askedBy: z.string().max(200).optional(),
  legalGround: z.string().max(2_000).optional(),
  note: z.string().max(2_000).optional(),
  /** What really happened: the outcome that the prediction is held against. */
  label: column.optional(),
  /** The decision that is audited. Without it, `score` and `threshold` make it. */
  prediction: column.optional(),
  score: column.optional(),
  weight: column.optional(),
  /**
   * For counts that somebody else made, such as a statistics office: how many rows a line stands for, and who counted them when.
   * Whole numbers; a line of 0 is nobody.
   */
  counts: z.strictObject({ column, source: z.string().trim().min(3).max(300), date: z.iso.date() }).optional(),
  sensitive: z.array(column).min(1).max(6),
  /** The value of label and prediction that counts as yes. */
  positive: yes.default(1),
  threshold: z.number().optional(),
  strata: z.union([column, z.array(column).min(1).max(4)]).optional(),
  bands: z.record(column, band).optional(),
  /** The smallest difference that matters, as a share: 0.05 is 5 points. */
  margin: z.number().min(0).lt(1).default(0.05),
  alpha: z.number().gt(0).max(0.5).default(0.05),
  /** `holm` for claims, `benjamini_hochberg` for screening; the family is all comparisons of all judged metrics. */
  correction: z.enum(corrections).default('holm'),
  /** Metrics that get a verdict. */
  judged: z.array(z.enum(rateMetrics)).min(1).max(rateMetrics.length).default(['selectionRate']),
  /** With what each group is compared: the largest group, all others together, or a named group. */
  reference: z.union([z.enum(['largest', 'rest']), z.strictObject({ group: groupName })]).default('largest'),
  declaredGroups: z.array(groupName).max(limits.valuesPerAttribute).optional(),
  /** Texts that mean "missing" in every column, beside an empty field. */
  missing: z.array(z.string().max(100)).max(20).default([]),
  bootstrap: z
    .strictObject({
      replicates: z.int().min(100).max(limits.replicates).default(2_000),
      seed: z.int().min(0).default(1),
    })
    .optional(),
  measures: z.array(measure).max(20).default([]),
  file: fileForm.default({}),
})
export type AuditPlan = z.output<typeof auditPlan>
export type AuditPlanInput = z.input<typeof auditPlan>

// —— What is wrong with plan or data —————————————————————————————————————————————————————————————————————————————————

export const inputProblemCodes = [
  'empty_table',
  'column_unknown',
  'column_duplicate',
  'label_not_binary',
  'not_a_number',
  'negative_weight',
  'count_not_whole',
  'weight_all_zero',
  'score_out_of_range',
  'encoding_not_utf8',
  'row_ragged',
  'quote_unclosed',
  'value_too_long',
  'cardinality_too_high',
  'file_too_large',
  'file_changed',
  'file_unreadable',
  'parquet_unavailable',
  'parquet_damaged',
  'duckdb_unavailable',
  'query_failed',
] as const
export const planProblemCodes = [
  'plan_unreadable',
  'plan_invalid',
  'plan_unknown_name',
  'plan_contradiction',
  'plan_changed_after_result',
] as const
export const problemCodes = [...inputProblemCodes, ...planProblemCodes] as const
export type ProblemCode = (typeof problemCodes)[number]

/** One thing that is wrong, and where. `line` is of the file (1 = the header), `column` a name, `offset` a byte. */
export const problem = z.strictObject({
  code: z.enum(problemCodes),
  column: z.string().optional(),
  line: count.optional(),
  offset: count.optional(),
  value: z.string().optional(),
  nearest: z.string().optional(),
  expected: z.string().optional(),
})
export type Problem = z.output<typeof problem>

/** What `--json` prints with exit 2 or 3: at most 20 problems are shown, `total` counts them all. */
export const problemList = z.strictObject({ problems: z.array(problem), total: count })
export type ProblemList = z.output<typeof problemList>

// —— The report ——————————————————————————————————————————————————————————————————————————————————————————————————————

/** Column to value; null is a missing value. */
export const group = z.record(z.string(), groupValue)
export type Group = z.output<typeof group>

const rates = z.object(Object.fromEntries(rateMetrics.map((name) => [name, rate])) as Record<RateMetric, typeof rate>)
/** Counts are sums of weights when the plan has a weight. */
export const metrics = z.strictObject({
  tp: z.number(),
  fp: z.number(),
  fn: z.number(),
  tn: z.number(),
  ...rates.shape,
  brier: real.optional(),
  ece10: real.optional(),
  auc: rate.optional(),
  meanScore: real.optional(),
})
export type Metrics = z.output<typeof metrics>

/** Intervals at 1 − alpha by metric: Wilson for rates, Hanley–McNeil/DeLong for the AUC. */
export const intervals = z.partialRecord(z.enum([...rateMetrics, 'auc']), pair)

export const groupResult = z.strictObject({
  group,
  n: count,
  /** Rows with a label. */
  labelled: count,
  /** Σw and Kish's effective number (Σw)²/Σw², when the plan has a weight. */
  weight: z.number().optional(),
  effectiveN: z.number().optional(),
  metrics,
  intervals,
  selectionRateWilson95: pair,
  selectionRateClopperPearson95: pair,
  truePositiveRateWilson95: pair,
})
export type GroupResult = z.output<typeof groupResult>

/** Largest minus smallest, or smallest over largest: between groups, and of the groups to the whole. Description only. */
export const disparity = z.strictObject({ betweenGroups: real, toOverall: real })
export const disparityNames = [
  'demographicParityDifference',
  'demographicParityRatio',
  'equalizedOddsDifference',
  'equalizedOddsRatio',
  'equalOpportunityDifference',
  'equalOpportunityRatio',
] as const
export type DisparityName = (typeof disparityNames)[number]
export const disparities = z.record(z.enum(disparityNames), disparity)
export type Disparities = z.output<typeof disparities>

/** One group against the reference. Tests and the interval for the ratio leave out what is undefined. */
export const comparison = z.strictObject({
  group,
  reference: group.nullable(),
  selectionRateDifference: real,
  newcombe95: pair,
  disparateImpactRatio: real,
  ratioLogWald95: pair.optional(),
  /** At least five selected on both sides: below that the interval for the ratio says little. */
  ratioHasEnoughEvents: z.boolean(),
  fisherP: rate,
  chi2: real,
  chi2P: rate,
  fisherPHolm: rate,
  fisherPBenjaminiHochberg: rate,
  equalOpportunityDifference: real,
  averageOddsDifference: real,
  averageAbsOddsDifference: real,
  errorRateDifference: real,
  errorRateRatio: real,
  falseDiscoveryRateDifference: real,
  falseOmissionRateDifference: real,
})
export type Comparison = z.output<typeof comparison>

export const omnibus = z.strictObject({ chi2: real, p: rate, df: count, cramersV: real })

/** Of the benefit b = ŷ − y + 1 over labelled rows. */
export const inequality = z.strictObject({
  benefit: z.literal('b = yhat - y + 1'),
  theil: real,
  generalizedEntropyAlpha2: real,
  betweenGroupTheil: real,
  betweenGroupGeneralizedEntropyAlpha2: real,
})

export const testResult = z.strictObject({
  test: z.enum([
    'chi_squared',
    'fisher',
    'newcombe_effective_n',
    'mantel_haenszel',
    'log_rank',
    'welch',
    'permutation',
  ]),
  metric: z.string(),
  group: group.optional(),
  reference: group.nullable().optional(),
  statistic: real.optional(),
  df: z.number().optional(),
  p: rate,
  pAdjusted: rate.optional(),
})
export type TestResult = z.output<typeof testResult>

export const verdicts = ['difference_found', 'no_relevant_difference', 'cannot_tell'] as const
export type VerdictValue = (typeof verdicts)[number]
/** Why nothing can be said: too few rows, the interval on both sides of the margin, chance after correction, or undefined. */
export const cannotTellReasons = ['too_few', 'both_sides_of_margin', 'not_after_correction', 'undefined'] as const

export const verdict = z.strictObject({
  metric: z.string(),
  group,
  /** `null`: all other groups together. */
  reference: group.nullable(),
  verdict: z.enum(verdicts),
  reason: z.enum(cannotTellReasons).optional(),
  n: count,
  nReference: count,
  rate,
  referenceRate: rate,
  difference: real,
  /** Newcombe's interval for the difference at 1 − alpha, of this comparison by itself. */
  interval: pair,
  margin: z.number(),
  alpha: z.number(),
  p: rate,
  pAdjusted: rate,
  /** Smallest p at which the interval still lies wholly beyond the margin, corrected over the family. */
  beyondMarginP: rate,
  beyondMarginPAdjusted: rate,
  /** Smallest difference that these numbers would have shown in four of five tries. */
  smallestDetectable: real,
  /** Rows in this group, beside the reference as it is, at which equal rates would be told to be so in four of five tries. */
  neededN: count.nullable(),
})
export type Verdict = z.output<typeof verdict>

export const findingCodes = [
  'one_group_only',
  'undefined_denominator',
  'undefined_ratio',
  'group_too_small',
  'group_never_seen',
  'group_not_declared',
  'group_value_missing',
  'labels_missing',
  'group_names_alike',
  'one_class_only',
  'direction_reverses_within_strata',
  'difference_not_within_strata',
  'rare_event',
  'bootstrap_small_cells',
  'bootstrap_shortened',
  'scores_binned',
  'contained_but_back_again',
] as const
export type FindingCode = (typeof findingCodes)[number]

export const finding = z.strictObject({
  code: z.enum(findingCodes),
  metric: z.string().optional(),
  group: group.optional(),
  groups: z.array(group).optional(),
  reference: group.nullable().optional(),
  n: count.optional(),
  total: count.optional(),
})
export type Finding = z.output<typeof finding>

const bootstrapRange = z.strictObject({ lower: real, upper: real })
const bootstrapMetric = z.strictObject({
  /** By value of the one attribute, or by the JSON of the values when there are more (or the value is missing). */
  byGroup: z.record(z.string(), bootstrapRange),
  difference: bootstrapRange,
  ratio: bootstrapRange,
})
export const bootstrap = z.strictObject({
  method: z.enum(['multinomial_cells', 'poisson_cells']),
  replicates: count,
  seed: count,
  alpha: z.number(),
  selectionRate: bootstrapMetric,
  truePositiveRate: bootstrapMetric.optional(),
  falsePositiveRate: bootstrapMetric.optional(),
  equalizedOddsDifference: bootstrapRange.optional(),
  equalizedOddsRatio: bootstrapRange.optional(),
  ece10: z.strictObject({ byGroup: z.record(z.string(), bootstrapRange), difference: bootstrapRange }).optional(),
})

export const stratumComparison = z.strictObject({
  group,
  reference: group.nullable(),
  /** Per stratum with both groups in it; numbers are effective ones when the plan has a weight. */
  strata: z.array(
    z.strictObject({
      stratum: group,
      n: z.number(),
      nReference: z.number(),
      rate,
      referenceRate: rate,
      difference: real,
      interval: pair,
    }),
  ),
  pooledDifference: real,
  /** Mantel–Haenszel: risk difference and odds ratio over the strata, with intervals at 1 − alpha. */
  riskDifference: real,
  riskDifferenceInterval: pair,
  oddsRatio: real,
  oddsRatioInterval: pair,
  p: rate,
  reverses: z.boolean(),
})
export type StratumComparison = z.output<typeof stratumComparison>
export const strataResult = z.strictObject({ columns: z.array(z.string()), comparisons: z.array(stratumComparison) })

const measureGroup = z.strictObject({
  group,
  /** Rows with a value, rows without one, and rows that the signal is not about (nothing was granted). */
  n: count,
  missing: count,
  apart: count.optional(),
  /** Durations whose end was not seen; clusters of errors. */
  censored: count.optional(),
  clusters: count.optional(),
  /** Share, mean, geometric mean of amounts, errors per unit; a duration has quantiles instead. */
  value: real,
  interval: pair,
  quantiles: z.array(z.strictObject({ at: z.number(), value: real, interval: pair })).optional(),
  longerShare: rate.optional(),
  backAgain: z.strictObject({ n: count, share: rate, interval: pair }).optional(),
})
export type MeasureGroup = z.output<typeof measureGroup>
export const measureComparison = z.strictObject({
  group,
  reference: group,
  difference: real,
  /** Amounts and errors are compared as ratios; the interval is then of the ratio. */
  ratio: real.optional(),
  interval: pair,
  p: rate,
  pAdjusted: rate,
  quantileDifferences: z.array(z.strictObject({ at: z.number(), difference: real, interval: pair })).optional(),
})
export type MeasureComparison = z.output<typeof measureComparison>
export const measureResult = z.strictObject({
  name: z.string(),
  kind: z.enum(measureKinds),
  /** False when there were so many different values that they lost their last digits. */
  exact: z.boolean(),
  groups: z.array(measureGroup),
  comparisons: z.array(measureComparison),
})
export type MeasureResult = z.output<typeof measureResult>

export const scoreResolution = z.strictObject({ exact: z.boolean(), width: z.number() })

/** What an audit says: every number can be made again from the cells whose hash it holds. */
export const auditReport = z.strictObject({
  version: z.literal(1),
  planSha256: z.string(),
  cellsSha256: z.string(),
  /** Of the bytes that were read; null when the cells came from a database. */
  inputSha256: z.string().nullable(),
  n: count,
  overall: metrics,
  overallIntervals: intervals,
  groups: z.array(groupResult),
  disparities,
  /** The same over the groups without a missing value, when there are groups with one. */
  disparitiesWithoutMissing: disparities.optional(),
  comparisons: z.array(comparison),
  omnibus,
  inequality: inequality.nullable(),
  tests: z.array(testResult),
  verdicts: z.array(verdict),
  findings: z.array(finding),
  bootstrap: bootstrap.optional(),
  strata: strataResult.optional(),
  measures: z.array(measureResult).optional(),
  scoreResolution: scoreResolution.optional(),
})
export type AuditReport = z.output<typeof auditReport>

/** A report for outside: groups of fewer than `below` people are not in it. */
export const publishedReport = auditReport.extend({ suppressed: z.strictObject({ groups: count, below: count }) })
export type PublishedReport = z.output<typeof publishedReport>

// —— The monitor —————————————————————————————————————————————————————————————————————————————————————————————————————

export const monitorMethods = ['blocks', 'pairs'] as const

/** One line of `waarborg monitor`: a decision in order of decision time. */
export const observation = z.strictObject({
  t: z.union([z.number(), z.string().max(100)]),
  group: z.string().max(limits.valueBytes),
  /** 0 or 1 for blocks; anything in [0, 1] for pairs. */
  outcome: z.number().min(0).max(1),
})
export type Observation = z.output<typeof observation>

const betState = z.strictObject({ logE: z.number(), bet: z.number(), squares: z.number() })

/** What one group against the reference has come to; logarithms are natural. Outcomes are numbers and sums. */
export const monitorStream = z.strictObject({
  group: z.string(),
  logE: z.number(),
  /** Blocks that were looked at in this epoch. */
  looks: count,
  n: count,
  yes: z.number(),
  nReference: count,
  yesReference: z.number(),
  /** What waits until the block is complete. */
  open: z.strictObject({ n: count, yes: z.number(), nReference: count, yesReference: z.number() }),
  /** Pairs: the bet, and the two one-sided ones when there is a tolerance. */
  bets: z.strictObject({ up: betState, down: betState.nullable() }).nullable(),
})
export type MonitorStream = z.output<typeof monitorStream>

const time = z.union([z.number(), z.string().max(100)])

/** All that a monitor remembers: restart from it and nothing is lost. */
export const monitorState = z.strictObject({
  version: z.literal(1),
  method: z.enum(monitorMethods),
  alpha: z.number().gt(0).lt(1),
  /** Differences up to this do not count (pairs only). */
  tolerance: z.number().min(0).lt(1),
  /** A block is complete with this many outcomes of the group and of the reference at least; null: that is decided here. */
  block: z.strictObject({ group: z.int().min(1).max(10_000), reference: z.int().min(1).max(10_000) }).nullable(),
  /** Outcomes came with the same t: those are the blocks. */
  batched: z.boolean(),
  /** The first group that is seen, when it was not said. */
  reference: z.string().nullable(),
  epoch: z.int().min(1),
  /** Time of the last outcome. */
  t: time.nullable(),
  outcomes: count,
  /** The reference's outcomes since another group was last seen: what a group that is seen for the first time begins with. */
  waiting: z.strictObject({ n: count, yes: z.number() }),
  streams: z.array(monitorStream).max(limits.valuesPerAttribute),
})
export type MonitorState = z.output<typeof monitorState>

/** What is printed per line. `e` by group; `log10E` is of the mean over groups; `groups` are those that e-BH names at an alarm. */
export const monitorLook = z.strictObject({
  t: time,
  e: z.record(z.string(), z.number()),
  log10E: z.number(),
  alarm: z.boolean(),
  groups: z.array(z.string()).optional(),
  epoch: z.int(),
})
export type MonitorLook = z.output<typeof monitorLook>

// —— Coverage of a data set ——————————————————————————————————————————————————————————————————————————————————————————

const referenceShares = z.record(z.string(), share)
export const coveragePlan = z.strictObject({
  question: z.string().max(2_000).optional(),
  askedBy: z.string().max(200).optional(),
  note: z.string().max(2_000).optional(),
  /** Columns of which patterns and diversity are asked; the sensitive ones when not given. */
  columns: z.array(column).min(1).max(10).optional(),
  sensitive: z.array(column).max(10).optional(),
  label: column.optional(),
  prediction: column.optional(),
  positive: yes.default(1),
  bands: z.record(column, band).optional(),
  /** Patterns with fewer rows are not covered. */
  coverageThreshold: z.int().min(1).default(10),
  /** Shares of a population, by column; a table says where it comes from and of which day it is. */
  reference: z
    .record(
      column,
      z.union([z.strictObject({ source: z.string(), date: z.string(), shares: referenceShares }), referenceShares]),
    )
    .optional(),
  /** Which other columns give the attribute away. */
  proxies: z.strictObject({ attribute: column, features: z.array(column).min(1).max(50) }).optional(),
  /** Slices in which errors are more frequent: needs label and prediction. */
  slices: z
    .strictObject({ columns: z.array(column).min(1).max(20), depth: z.int().min(1).max(3).default(3) })
    .optional(),
  alpha: z.number().gt(0).max(0.5).default(0.05),
  seed: z.int().min(0).default(1),
  missing: z.array(z.string().max(100)).max(20).default([]),
  file: fileForm.default({}),
})
export type CoveragePlan = z.output<typeof coveragePlan>

export const diversity = z.strictObject({
  counts: z.record(z.string(), count),
  /** Entropy in nats; Pielou's evenness H/ln k; Simpson's Σp². */
  shannon: z.number(),
  pielou: real,
  simpson: z.number(),
  missing: count,
})
export const pattern = z.strictObject({ pattern: z.record(z.string(), groupValue), count })
export const association = z.strictObject({
  cramersV: real,
  cramersVBergsmaCorrected: real,
  mutualInformationNats: z.number(),
  uncertaintyCoefficientOfAttribute: real,
  goodmanKruskalLambda: real,
  /** How well this column alone gives the attribute away, cross-fitted; by value for more than two values, the largest. */
  auc: rate,
  aucInterval: pair,
})
export const slice = z.strictObject({
  slice: z.record(z.string(), groupValue),
  n: count,
  errorRate: rate,
  errorRateElsewhere: rate,
  effectSize: real,
  p: rate,
  pAdjusted: rate,
  confirmed: z.boolean(),
})
export const coverageFindingCodes = [
  'pattern_not_covered',
  'share_far_from_reference',
  'reference_without_source',
  'reference_group_unknown',
  'proxy_found',
  'missing_by_group',
  'labels_differ_by_group',
  'slice_with_more_errors',
  'one_value_only',
] as const
export const coverageFinding = z.strictObject({
  code: z.enum(coverageFindingCodes),
  column: z.string().optional(),
  attribute: z.string().optional(),
  pattern: z.record(z.string(), groupValue).optional(),
  value: groupValue.optional(),
  count: count.optional(),
  share: rate.optional(),
  expected: rate.optional(),
})
const summary = z.number().nullable()
const represented = z.strictObject({
  share,
  reference: share,
  ratio: real,
  shareWilson95: pair,
  ratioInterval: pair,
})
export const coverageReport = z.strictObject({
  version: z.literal(1),
  planSha256: z.string(),
  n: count,
  columns: z.array(z.string()),
  diversity: z.record(z.string(), diversity),
  /** Per column: each value of the reference table, with `_chi2`, `_p` and `_psi` over all of them. */
  representation: z.record(z.string(), z.record(z.string(), z.union([represented, summary]))),
  coverageThreshold: count,
  maximalUncoveredPatterns: z.array(pattern),
  proxies: z
    .strictObject({
      attribute: z.string(),
      features: z.record(z.string(), association),
      /** All features together, cross-fitted. */
      together: z.strictObject({ auc: rate, aucInterval: pair }),
    })
    .optional(),
  labelBalance: z.array(z.strictObject({ group, n: count, labelled: count, share: rate, interval: pair })).optional(),
  missingness: z.array(
    z.strictObject({ column: z.string(), group, n: count, missing: count, share: rate, interval: pair }),
  ),
  slices: z.array(slice).optional(),
  findings: z.array(coverageFinding),
})
export type CoverageReport = z.output<typeof coverageReport>
