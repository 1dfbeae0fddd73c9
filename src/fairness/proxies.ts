/** Which columns give an attribute away, alone and together. */
import {
  auc,
  aucInterval,
  chiSquared,
  cramersV,
  cramersVCorrected,
  exp,
  goodmanKruskalLambda,
  type Interval,
  log,
  mutualInformation,
  type ScoreLevel,
  uncertaintyCoefficient,
} from '../statistics/index.ts'
import type { CoverageReport } from './contract.ts'
import { type Combinations, FOLDS } from './coverage-intake.ts'
import { orderedCodes } from './patterns.ts'

type Proxies = NonNullable<CoverageReport['proxies']>
type Predicted = { readonly auc: number | null; readonly aucInterval: Interval | null }

/** Rows that count as if they followed the naive estimate, when a whole combination is looked up. */
const PRIOR_ROWS = 10

export function proxiesOf(
  table: Combinations,
  { attribute, features }: { readonly attribute: string; readonly features: readonly string[] },
  alpha: number,
): Proxies {
  const target = table.columns.indexOf(attribute)
  const at = features.map((name) => table.columns.indexOf(name))
  return {
    attribute,
    features: Object.fromEntries(
      features.map((name, i) => {
        const counts = crossTable(table, at[i]!, target)
        return [
          name,
          {
            cramersV: cramersV(counts) ?? null,
            cramersVBergsmaCorrected: cramersVCorrected(counts) ?? null,
            mutualInformationNats: mutualInformation(counts) ?? 0,
            uncertaintyCoefficientOfAttribute: uncertaintyCoefficient(counts) ?? null,
            goodmanKruskalLambda: goodmanKruskalLambda(counts) ?? null,
            ...predict(table, [at[i]!], target, alpha),
          },
        ]
      }),
    ),
    together: predict(table, at, target, alpha),
  }
}

/** Rows where both are known: a row per value of the feature, a column per value of the attribute. */
export function crossTable(table: Combinations, feature: number, attribute: number): number[][] {
  const width = table.columns.length
  const counts = table.texts[feature]!.map(() => table.texts[attribute]!.map(() => 0))
  for (let i = 0; i < table.size; i++) {
    const row = table.codes[i * width + feature]!
    const column = table.codes[i * width + attribute]!
    if (row > 0 && column > 0) counts[row]![column]! += table.counts[i]!
  }
  return counts
}

/**
 * How well the features tell one value of the attribute from the others, on rows that were not learnt from: ten folds, an estimate
 * per combination of features that leans on the naive product of single ones. For more than two values: the one told best.
 */
function predict(table: Combinations, features: readonly number[], target: number, alpha: number): Predicted {
  const codes = orderedCodes(table, target)
  const values = codes.length === 2 ? codes.slice(0, 1) : codes
  // Each value that is tried gets its share of alpha: the best of many looks good by chance.
  let best: Predicted = { auc: null, aucInterval: null }
  for (const value of values) {
    const levels = crossFitted(table, features, target, value)
    const area = auc(levels)
    if (area === undefined || (best.auc !== null && area <= best.auc)) continue
    best = { auc: area, aucInterval: aucInterval(levels, alpha / values.length) ?? null }
  }
  return best
}

function crossFitted(table: Combinations, features: readonly number[], target: number, value: number): ScoreLevel[] {
  const width = table.columns.length
  const rows: { readonly i: number; readonly key: string; readonly yes: boolean; readonly fold: number }[] = []
  for (let i = 0; i < table.size; i++) {
    const code = table.codes[i * width + target]!
    if (code === 0) continue
    const key = features.map((f) => table.codes[i * width + f]!).join()
    rows.push({ i, key, yes: code === value, fold: table.folds[i]! })
  }
  const scores: { score: number; yes: boolean; count: number }[] = []
  for (let fold = 0; fold < FOLDS; fold++) {
    const model = learn(
      table,
      features,
      rows.filter((row) => row.fold !== fold),
    )
    for (const row of rows)
      if (row.fold === fold) scores.push({ score: model(row.i, row.key), yes: row.yes, count: table.counts[row.i]! })
  }
  const byScore = new Map<number, { positive: number; negative: number }>()
  for (const { score, yes, count } of scores) {
    const level = byScore.get(score) ?? { positive: 0, negative: 0 }
    byScore.set(score, level)
    if (yes) level.positive += count
    else level.negative += count
  }
  return [...byScore].sort(([a], [b]) => a - b).map(([, level]) => level)
}

type Learnt = { yes: number; all: number }

function learn(
  table: Combinations,
  features: readonly number[],
  rows: readonly { readonly i: number; readonly key: string; readonly yes: boolean }[],
): (i: number, key: string) => number {
  const width = table.columns.length
  const whole: Learnt = { yes: 0, all: 0 }
  const single = features.map(() => new Map<number, Learnt>())
  const joint = new Map<string, Learnt>()
  const add = <K>(map: Map<K, Learnt>, key: K, yes: boolean, count: number) => {
    const known = map.get(key) ?? { yes: 0, all: 0 }
    known.all += count
    if (yes) known.yes += count
    map.set(key, known)
  }
  for (const { i, key, yes } of rows) {
    const count = table.counts[i]!
    whole.all += count
    if (yes) whole.yes += count
    for (const [k, f] of features.entries()) add(single[k]!, table.codes[i * width + f]!, yes, count)
    add(joint, key, yes, count)
  }
  const base = (whole.yes + 1) / (whole.all + 2)
  const rate = (known: Learnt | undefined) => ((known?.yes ?? 0) + base) / ((known?.all ?? 0) + 1)
  const logit = (p: number) => log(p / (1 - p))
  return (i, key) => {
    const naive = features.reduce(
      (sum, f, k) => sum + logit(rate(single[k]!.get(table.codes[i * width + f]!))) - logit(base),
      logit(base),
    )
    const known = joint.get(key)
    const expected = 1 / (1 + exp(-naive))
    return ((known?.yes ?? 0) + PRIOR_ROWS * expected) / ((known?.all ?? 0) + PRIOR_ROWS)
  }
}

/** Does a share differ by group, with some strength? χ² with a floor on Cramér's V. */
export function dependsOn(counts: readonly (readonly number[])[], alpha: number, least: number): boolean {
  const test = chiSquared(counts)
  return test !== undefined && test.p <= alpha && (cramersV(counts) ?? 0) >= least
}
