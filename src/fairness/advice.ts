/**
 * What could be done about a difference that was found, as numbers to weigh and never applied: a threshold by group, weights for
 * learning again, and how many more rows would settle what cannot be told. Whether any of it is allowed is for people: another
 * threshold by a protected ground is unequal treatment itself, which the law forbids unless there is a ground for it (AWGB art. 1 and 2,
 * https://wetten.overheid.nl/BWBR0006502).
 */
import type { CellTable } from './cells.ts'
import type { AuditPlan, Group, PublishedReport } from './contract.ts'
import { limits } from './contract.ts'
import { groupOf } from './metrics.ts'

/** At this threshold as large a share of the group would get a yes as of the reference. */
export type ThresholdAdvice = {
  readonly group: Group
  readonly reference: Group | null
  readonly referenceRate: number
  /** null: the decision is a column of the file, and the score has no threshold in the plan. */
  readonly now: number | null
  readonly threshold: number
  /** Share of the group at or above it. */
  readonly share: number
}

/** w = P(g)·P(y)/P(g, y): rows that weigh so have a label that does not depend on the group (Kamiran and Calders 2012, §4.2). */
export type WeightAdvice = { readonly group: Group; readonly label: 0 | 1; readonly n: number; readonly weight: number }

export type RowsAdvice = {
  readonly metric: string
  readonly group: Group
  readonly reference: Group | null
  readonly n: number
  /** Rows of the group at which equal rates would be told to be so; null: the reference itself has too few. */
  readonly needed: number | null
}

export type Advice = {
  readonly thresholds: readonly ThresholdAdvice[]
  readonly weights: readonly WeightAdvice[]
  readonly rows: readonly RowsAdvice[]
}

/** `report`: what is published, so that nothing is advised about groups that are hidden. Empty where no difference was found. */
export function adviceOf(report: PublishedReport, table: CellTable, plan: AuditPlan): Advice {
  const found = report.verdicts.filter(({ verdict }) => verdict === 'difference_found')
  return {
    thresholds: found
      .filter(({ metric }) => metric === 'selectionRate')
      .flatMap(({ group, reference, referenceRate }) => {
        const moved = referenceRate === null ? undefined : thresholdFor(table, group, referenceRate)
        return moved === undefined
          ? []
          : [{ group, reference, referenceRate: referenceRate!, now: plan.threshold ?? null, ...moved }]
      }),
    weights: found.length === 0 ? [] : weightsOf(table, report),
    rows: report.verdicts
      .filter(({ verdict, reason }) => verdict === 'cannot_tell' && reason !== 'undefined')
      .map(({ metric, group, reference, n, neededN }) => ({ metric, group, reference, n, needed: neededN })),
  }
}

const same = (table: CellTable, values: readonly (string | null)[], group: Group) =>
  values.every((value, i) => Object.is(group[table.sensitive[i]!], value))

/** The score at which the share at or above it comes nearest to what is wanted; undefined without scores of this group. */
function thresholdFor(
  table: CellTable,
  group: Group,
  wanted: number,
): { readonly threshold: number; readonly share: number } | undefined {
  const at = table.groups.findIndex((values) => same(table, values, group))
  const weights = new Map<number, number>()
  for (const { group: own, levels } of table.scores)
    if (own === at)
      for (const [i, score] of levels.scores.entries())
        weights.set(score, (weights.get(score) ?? 0) + levels.weights[i]!)
  const whole = [...weights.values()].reduce((a, b) => a + b, 0)
  if (!(whole > 0)) return undefined
  let above = 0
  let best: { threshold: number; share: number } | undefined
  for (const [threshold, weight] of [...weights].sort(([a], [b]) => b - a)) {
    above += weight
    const share = above / whole
    if (best === undefined || Math.abs(share - wanted) < Math.abs(best.share - wanted)) best = { threshold, share }
  }
  return best
}

/** Of groups that are shown, and of labels of which they have enough. */
function weightsOf(table: CellTable, report: PublishedReport): WeightAdvice[] {
  if (!table.labelled || table.weighted) return []
  const counts = table.groups.map(() => [0, 0] as [number, number])
  for (const { group, label, n } of table.cells) if (label !== null) counts[group]![label] += n
  const ofLabel = ([0, 1] as const).map((label) => counts.reduce((sum, own) => sum + own[label], 0))
  const whole = ofLabel[0]! + ofLabel[1]!
  return table.groups.flatMap((values, at) => {
    const group = groupOf(table.sensitive, values)
    if (!report.groups.some((one) => same(table, values, one.group))) return []
    const own = counts[at]![0] + counts[at]![1]
    return ([0, 1] as const).flatMap((label): WeightAdvice[] => {
      const n = counts[at]![label]
      return n < limits.published ? [] : [{ group, label, n, weight: (own * ofLabel[label]!) / (whole * n) }]
    })
  })
}

/** One line per group and label, for a program that learns again; texts are quoted, and what a sheet would compute is kept a text. */
export function weightsCsv(weights: readonly WeightAdvice[], plan: Pick<AuditPlan, 'sensitive' | 'label'>): string {
  const field = (value: string | null) => {
    if (value === null) return ''
    const kept = /^[=+\-@\t\r]/.test(value) && !/^[+-]?[\d.,]+$/.test(value) ? `'${value}` : value
    return `"${kept.replaceAll('"', '""')}"`
  }
  return [
    [...plan.sensitive.map(field), field(plan.label ?? 'label'), '"n"', '"weight"'].join(','),
    ...weights.map(({ group, label, n, weight }) =>
      [...plan.sensitive.map((name) => field(group[name] ?? null)), label, n, weight].join(','),
    ),
    '',
  ].join('\r\n')
}
