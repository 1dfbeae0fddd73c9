/** What a reader must know beside the numbers: a closed set of codes, in a fixed order. Findings are no errors. */
import { fisher, holm } from '../statistics/index.ts'
import { replicatesFor } from './bootstrap.ts'
import type { CellTable, Tuple } from './cells.ts'
import type { Contrast } from './comparisons.ts'
import { type AuditPlan, type AuditReport, type Finding, limits, type MeasureResult, rateMetrics } from './contract.ts'
import { groupOf } from './metrics.ts'
import { compareTuples } from './order.ts'
import { groupTuple } from './plan.ts'
import { FN, FP, labelledRows, rateOf, rowsIn, shareOf, sumTallies, type Tally, TN, TP } from './tally.ts'

export type Known = {
  readonly table: CellTable
  readonly plan: AuditPlan
  /** Groups of the table and those that were declared, with what was counted. */
  readonly groups: readonly { readonly values: Tuple; readonly tally: Tally }[]
  readonly contrasts: readonly Contrast[]
  readonly report: Pick<AuditReport, 'disparities' | 'strata' | 'measures' | 'groups' | 'verdicts'>
}

export function findingsOf(known: Known): Finding[] {
  return [
    ...aboutGroups(known),
    ...aboutNames(known),
    ...aboutLabels(known),
    ...aboutUndefined(known),
    ...aboutStrata(known),
    ...aboutRareEvents(known),
    ...aboutBootstrap(known),
    ...aboutMeasures(known),
  ]
}

function aboutGroups({ plan, groups }: Known): Finding[] {
  const found: Finding[] = []
  const present = groups.filter(({ tally }) => rowsIn(tally) > 0)
  if (present.length === 1) found.push({ code: 'one_group_only', group: groupOf(plan.sensitive, present[0]!.values) })
  for (const { values, tally } of groups) {
    const group = groupOf(plan.sensitive, values)
    const n = rowsIn(tally)
    if (n > 0 && n < limits.published) found.push({ code: 'group_too_small', group, n })
    if (n > 0 && values.includes(null)) found.push({ code: 'group_value_missing', group, n })
  }
  const declared = plan.declaredGroups?.map((name) => groupTuple(name, plan.sensitive)!)
  if (declared === undefined) return found
  const isIn = (list: readonly Tuple[], values: Tuple) => list.some((one) => compareTuples(one, values) === 0)
  const seen = present.map(({ values }) => values)
  for (const values of declared)
    if (!isIn(seen, values)) found.push({ code: 'group_never_seen', group: groupOf(plan.sensitive, values), n: 0 })
  for (const { values, tally } of present)
    if (!isIn(declared, values) && !values.includes(null))
      found.push({ code: 'group_not_declared', group: groupOf(plan.sensitive, values), n: rowsIn(tally) })
  return found
}

/** Values of one attribute that differ by blank, case or form of Unicode only. They stay apart. */
function aboutNames({ plan, groups }: Known): Finding[] {
  return plan.sensitive.flatMap((column, i) => {
    const values = new Set(groups.map((group) => group.values[i]!).filter((value) => value !== null))
    const alike = new Map<string, string[]>()
    for (const value of values) {
      const bare = value.normalize('NFKC').toLowerCase().normalize('NFKC').replace(/\s+/gu, ' ').trim()
      alike.set(bare, [...(alike.get(bare) ?? []), value])
    }
    return [...alike.values()]
      .filter((names) => names.length > 1)
      .map((names): Finding => ({ code: 'group_names_alike', groups: names.map((name) => groupOf([column], [name])) }))
  })
}

function aboutLabels({ plan, table, groups }: Known): Finding[] {
  const found: Finding[] = []
  const whole = sumTallies(groups.map(({ tally }) => tally))
  if (table.labelled) {
    for (const { values, tally } of groups) {
      const missing = rowsIn(tally) - labelledRows(tally)
      if (missing > 0)
        found.push({ code: 'labels_missing', group: groupOf(plan.sensitive, values), n: missing, total: rowsIn(tally) })
    }
    const positives = whole.n[TP]! + whole.n[FN]!
    const negatives = whole.n[TN]! + whole.n[FP]!
    if (positives + negatives > 0 && (positives === 0 || negatives === 0))
      found.push({ code: 'one_class_only', metric: 'label' })
  }
  const selected = rateOf(whole, 'selectionRate')
  if (selected === 0 || selected === 1) found.push({ code: 'one_class_only', metric: 'prediction' })
  if (table.scoreResolution?.exact === false) found.push({ code: 'scores_binned', metric: 'auc' })
  return found
}

function aboutUndefined({ plan, table, groups, report }: Known): Finding[] {
  const found: Finding[] = []
  const present = groups.filter(({ tally }) => rowsIn(tally) > 0)
  for (const metric of rateMetrics) {
    if (metric !== 'selectionRate' && !table.labelled) continue
    const undefinedIn = present.filter(({ tally }) => rateOf(tally, metric) === undefined)
    if (undefinedIn.length > 0)
      found.push({
        code: 'undefined_denominator',
        metric,
        groups: undefinedIn.map(({ values }) => groupOf(plan.sensitive, values)),
      })
  }
  if (table.labelled && table.scoreResolution !== null) {
    const without = report.groups.filter(({ n, metrics }) => n > 0 && metrics.auc === null)
    if (without.length > 0)
      found.push({ code: 'undefined_denominator', metric: 'auc', groups: without.map(({ group }) => group) })
  }
  // The difference is there, so the rates are: the ratio is 0/0.
  for (const [ratio, difference] of [
    ['demographicParityRatio', 'demographicParityDifference'],
    ['equalizedOddsRatio', 'equalizedOddsDifference'],
    ['equalOpportunityRatio', 'equalOpportunityDifference'],
  ] as const)
    if (report.disparities[ratio].betweenGroups === null && report.disparities[difference].betweenGroups !== null)
      found.push({ code: 'undefined_ratio', metric: ratio })
  return found
}

function aboutStrata({ report }: Known): Finding[] {
  return (report.strata?.comparisons ?? []).flatMap((one): Finding[] => {
    const { group, reference } = one
    const about = { metric: 'selectionRate', group, reference }
    if (one.reverses) return [{ code: 'direction_reverses_within_strata', ...about }]
    const [low, high] = one.riskDifferenceInterval ?? [1, 1]
    const found = report.verdicts.some(
      ({ verdict, metric, group: of }) =>
        verdict === 'difference_found' && metric === 'selectionRate' && JSON.stringify(of) === JSON.stringify(group),
    )
    return found && low <= 0 && high >= 0 ? [{ code: 'difference_not_within_strata', ...about }] : []
  })
}

/** Fewer than five expected of the rarer outcome, at a pooled rate below 5 % or above 95 %: intervals are at their weakest there. */
function aboutRareEvents({ plan, contrasts }: Known): Finding[] {
  return plan.judged.flatMap((metric) =>
    contrasts.flatMap(({ values, reference, tally, referenceTally }): Finding[] => {
      const first = shareOf(tally, metric)
      const second = shareOf(referenceTally, metric)
      if (first === undefined || second === undefined) return []
      const pooled = (first.k + second.k) / (first.n + second.n)
      const rarer = Math.min(pooled, 1 - pooled)
      if (rarer >= 0.05 || rarer * first.n >= 5) return []
      return [
        {
          code: 'rare_event',
          metric,
          group: groupOf(plan.sensitive, values),
          reference: reference === null ? null : groupOf(plan.sensitive, reference),
          n: first.n % 1 === 0 ? first.n : Math.floor(first.n),
        },
      ]
    }),
  )
}

function aboutBootstrap({ plan, groups }: Known): Finding[] {
  if (plan.bootstrap === undefined) return []
  const present = groups.filter(({ tally }) => rowsIn(tally) > 0)
  const small = present.filter(({ tally }) => tally.n.some((n) => n > 0 && n < limits.published))
  const found: Finding[] = []
  if (small.length > 0)
    found.push({ code: 'bootstrap_small_cells', groups: small.map(({ values }) => groupOf(plan.sensitive, values)) })
  const fits = replicatesFor(present.length, plan.bootstrap.replicates)
  if (fits < plan.bootstrap.replicates)
    found.push({ code: 'bootstrap_shortened', n: fits, total: plan.bootstrap.replicates })
  return found
}

/** A group whose cases are not found to be closed less often, but come back more often: closed too soon. */
function aboutMeasures({ plan, report }: Known): Finding[] {
  return (report.measures ?? []).flatMap((measure): Finding[] => {
    const compared = measure.comparisons.map((one) => ({ one, p: backAgainP(measure, one) }))
    const adjusted = holm(compared.map(({ p }) => p))
    return compared.flatMap(({ one }, i) =>
      notLess(one, plan.alpha) && adjusted[i] !== undefined && adjusted[i]! <= plan.alpha
        ? [
            {
              code: 'contained_but_back_again' as const,
              metric: measure.name,
              group: one.group,
              reference: one.reference,
            },
          ]
        : [],
    )
  })
}

const notLess = ({ difference, pAdjusted }: MeasureResult['comparisons'][number], alpha: number) =>
  difference !== null && (difference >= 0 || (pAdjusted ?? 1) > alpha)

function backAgainP(
  measure: MeasureResult,
  { group, reference }: { readonly group: object; readonly reference: object },
): number | undefined {
  const of = (wanted: object) =>
    measure.groups.find((one) => JSON.stringify(one.group) === JSON.stringify(wanted))?.backAgain
  const first = of(group)
  const second = of(reference)
  if (first?.share == null || second?.share == null || first.share <= second.share) return undefined
  const k = Math.round(first.share * first.n)
  const m = Math.round(second.share * second.n)
  return fisher({ a: k, b: first.n - k, c: m, d: second.n - m })
}
