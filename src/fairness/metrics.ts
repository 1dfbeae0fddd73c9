/** Metrics of one group or of all. Undefined is null, never 0. */
import {
  auc,
  aucInterval,
  brier,
  calibrationError,
  clopperPearson,
  type Interval,
  type ScoreLevel,
  wilson,
} from '../statistics/index.ts'
import type { CellTable, ScoreCell } from './cells.ts'
import { type GroupResult, type Metrics, type RateMetric, rateMetrics } from './contract.ts'
import { mergedLevels } from './score-levels.ts'
import {
  FN,
  FP,
  labelledRows,
  rateOf,
  rowsIn,
  type ScoresOf,
  scoresByGroup,
  shareOf,
  sumTallies,
  type Tally,
  TN,
  TP,
  tallies,
  weightIn,
} from './tally.ts'

export type Intervals = GroupResult['intervals']

/** Scores of one group or of all, with the levels that AUC and its interval both need. Only when the plan has a score. */
type Scored = { readonly cells: readonly ScoresOf[]; readonly levels: readonly ScoreLevel[] }
export const scoredOf = (cells: readonly ScoresOf[]): Scored => ({ cells, levels: levelsOf(cells) })

export function metricsOf(tally: Tally, scores: Scored | undefined): Metrics {
  return {
    tp: tally.w[TP]!,
    fp: tally.w[FP]!,
    fn: tally.w[FN]!,
    tn: tally.w[TN]!,
    selectionRate: rateOf(tally, 'selectionRate') ?? null,
    baseRate: rateOf(tally, 'baseRate') ?? null,
    truePositiveRate: rateOf(tally, 'truePositiveRate') ?? null,
    falsePositiveRate: rateOf(tally, 'falsePositiveRate') ?? null,
    falseNegativeRate: rateOf(tally, 'falseNegativeRate') ?? null,
    trueNegativeRate: rateOf(tally, 'trueNegativeRate') ?? null,
    precision: rateOf(tally, 'precision') ?? null,
    negativePredictiveValue: rateOf(tally, 'negativePredictiveValue') ?? null,
    accuracy: rateOf(tally, 'accuracy') ?? null,
    ...(scores === undefined ? {} : scoreMetrics(scores)),
  }
}

const present = (cells: readonly (ScoreCell | undefined)[]): ScoreCell[] => cells.filter((cell) => cell !== undefined)
const total = (cells: readonly ScoreCell[], of: (cell: ScoreCell) => number) =>
  cells.reduce((sum, cell) => sum + of(cell), 0)

/** Brier, calibration and AUC over labelled rows, the mean over all scored ones. */
function scoreMetrics({ cells: scores, levels }: Scored): Pick<Metrics, 'brier' | 'ece10' | 'auc' | 'meanScore'> {
  const positives = present(scores.map(({ positive }) => positive))
  const labelled = [...positives, ...present(scores.map(({ negative }) => negative))]
  const every = [...labelled, ...present(scores.map(({ unlabelled }) => unlabelled))]
  const weight = total(every, ({ w }) => w)
  return {
    brier:
      brier({
        n: total(labelled, ({ w }) => w),
        squares: total(labelled, ({ squares }) => squares),
        ofPositives: total(positives, ({ sum }) => sum),
        positives: total(positives, ({ w }) => w),
      }) ?? null,
    ece10:
      calibrationError(
        Array.from({ length: 10 }, (_, i) => ({
          n: total(labelled, ({ bins }) => bins[i]!.w),
          positive: total(positives, ({ bins }) => bins[i]!.w),
          score: total(labelled, ({ bins }) => bins[i]!.sum),
        })),
      ) ?? null,
    auc: auc(levels) ?? null,
    meanScore: weight > 0 ? total(every, ({ sum }) => sum) / weight : null,
  }
}

/** Weight of positives and negatives per score, ascending. */
export function levelsOf(scores: readonly ScoresOf[]): ScoreLevel[] {
  const positives = mergedLevels(present(scores.map(({ positive }) => positive)).map(({ levels }) => levels))
  const negatives = mergedLevels(present(scores.map(({ negative }) => negative)).map(({ levels }) => levels))
  const out: ScoreLevel[] = []
  let i = 0
  let j = 0
  while (i < positives.scores.length || j < negatives.scores.length) {
    const one = positives.scores[i] ?? Number.POSITIVE_INFINITY
    const two = negatives.scores[j] ?? Number.POSITIVE_INFINITY
    out.push({
      positive: one <= two ? positives.weights[i++]! : 0,
      negative: two <= one ? negatives.weights[j++]! : 0,
    })
  }
  return out
}

export function intervalsOf(
  tally: Tally,
  scores: Scored | undefined,
  { alpha, weighted }: { readonly alpha: number; readonly weighted: boolean },
): Intervals {
  const found: Record<string, Interval | null> = {}
  for (const metric of rateMetrics) found[metric] = intervalOf(tally, metric, alpha)
  if (scores !== undefined) found.auc = weighted ? null : (aucInterval(scores.levels, alpha) ?? null)
  return found as Intervals
}

export function intervalOf(tally: Tally, metric: RateMetric, alpha: number): Interval | null {
  const share = shareOf(tally, metric)
  return share === undefined ? null : (wilson(share, alpha) ?? null)
}

export type GroupMetrics = {
  readonly overall: Metrics
  readonly overallIntervals: Intervals
  readonly groups: readonly GroupResult[]
}

/** One result per group of the table, in its order. */
export function groupMetrics(table: CellTable, alpha: number): GroupMetrics {
  const byGroup = tallies(table)
  const scored = table.scoreResolution !== null
  const scores = scoresByGroup(table)
  const whole = sumTallies(byGroup)
  const how = { alpha, weighted: table.weighted }
  const all = scored ? scoredOf(scores) : undefined
  return {
    overall: metricsOf(whole, all),
    overallIntervals: intervalsOf(whole, all, how),
    groups: table.groups.map((values, i) =>
      groupResult(table, values, byGroup[i]!, scored ? scoredOf([scores[i]!]) : undefined, how),
    ),
  }
}

export function groupResult(
  table: Pick<CellTable, 'sensitive' | 'weighted'>,
  values: readonly (string | null)[],
  tally: Tally,
  scores: Scored | undefined,
  how: { readonly alpha: number; readonly weighted: boolean },
): GroupResult {
  const selection = shareOf(tally, 'selectionRate')
  const truePositive = shareOf(tally, 'truePositiveRate')
  const { w, w2 } = weightIn(tally)
  return {
    group: groupOf(table.sensitive, values),
    n: rowsIn(tally),
    labelled: labelledRows(tally),
    ...(table.weighted ? { weight: w, effectiveN: w2 > 0 ? (w * w) / w2 : 0 } : {}),
    metrics: metricsOf(tally, scores),
    intervals: intervalsOf(tally, scores, how),
    selectionRateWilson95: (selection && wilson(selection)) ?? null,
    selectionRateClopperPearson95: (selection && clopperPearson(selection)) ?? null,
    truePositiveRateWilson95: (truePositive && wilson(truePositive)) ?? null,
  }
}

/** Column to value; also a column named `__proto__` is a column. */
export function groupOf(columns: readonly string[], values: readonly (string | null)[]): Record<string, string | null> {
  return Object.fromEntries(columns.map((column, i) => [column, values[i]!]))
}
