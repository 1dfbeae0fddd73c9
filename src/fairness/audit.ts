/** The audit: cells and plan in, report out. Same cells, plan and hashes, same bytes. */
import { chiSquared, cramersV } from '../statistics/index.ts'
import { bootstrapOf } from './bootstrap.ts'
import type { CellTable, Tuple } from './cells.ts'
import { type Contrast, comparisonsOf, contrasts } from './comparisons.ts'
import type { AuditPlan, AuditReport, Comparison, TestResult, Verdict } from './contract.ts'
import { disparitiesOf } from './disparities.ts'
import { findingsOf } from './findings.ts'
import { inequalityOf } from './group-inequality.ts'
import { measuresOf } from './measures.ts'
import { groupMetrics, groupResult, scoredOf } from './metrics.ts'
import { compareTuples } from './order.ts'
import { groupTuple } from './plan.ts'
import { strataOfTable } from './strata.ts'
import { emptyTally, shareOf, type Tally, tallies } from './tally.ts'
import { verdictsOf } from './verdicts.ts'

/** What the report says about where it comes from; made outside, for hashing is not its business. */
export type Origin = { readonly planSha256: string; readonly cellsSha256: string; readonly inputSha256: string | null }

export function runAudit(table: CellTable, plan: AuditPlan, origin: Origin): AuditReport {
  const byGroup = tallies(table)
  const list = contrasts(table.groups, byGroup, plan)
  const { overall, overallIntervals, groups } = groupMetrics(table, plan.alpha)
  const absent = declaredButAbsent(table, plan)
  const all = [
    ...table.groups.map((values, i) => ({ values, tally: byGroup[i]!, result: groups[i]! })),
    ...absent.map((values) => {
      const tally = emptyTally()
      const how = { alpha: plan.alpha, weighted: table.weighted }
      return {
        values,
        tally,
        result: groupResult(table, values, tally, table.scoreResolution === null ? undefined : scoredOf([{}]), how),
      }
    }),
  ].sort((a, b) => compareTuples(a.values, b.values))
  const comparisons = comparisonsOf(list, plan, table.weighted)
  const omnibus = omnibusOf(byGroup)
  const verdicts = verdictsOf(list, plan, table.weighted)
  const strata = table.strata.length > 0 ? strataOfTable(table, list, plan) : undefined
  const measures = plan.measures.length > 0 ? measuresOf(table, list, plan) : undefined
  const bootstrap = bootstrapOf(table, byGroup, plan)
  const disparities = disparitiesOf(byGroup)
  const complete = byGroup.filter((_, i) => !table.groups[i]!.includes(null))
  const results = all.map(({ result }) => result)
  return {
    version: 1,
    ...origin,
    n: table.rows,
    overall,
    overallIntervals,
    groups: results,
    disparities,
    ...(complete.length < byGroup.length ? { disparitiesWithoutMissing: disparitiesOf(complete) } : {}),
    comparisons,
    omnibus,
    inequality: table.labelled ? inequalityOf(byGroup) : null,
    tests: testsOf({ omnibus, comparisons, verdicts, strata, weighted: table.weighted }),
    verdicts,
    findings: findingsOf({
      table,
      plan,
      groups: all,
      contrasts: list,
      report: {
        disparities,
        groups: results,
        verdicts,
        ...(strata === undefined ? {} : { strata }),
        ...(measures === undefined ? {} : { measures }),
      },
    }),
    ...(bootstrap === undefined ? {} : { bootstrap }),
    ...(strata === undefined ? {} : { strata }),
    ...(measures === undefined ? {} : { measures }),
    ...(table.scoreResolution === null ? {} : { scoreResolution: table.scoreResolution }),
  }
}

function declaredButAbsent(table: CellTable, plan: AuditPlan): Tuple[] {
  const declared = (plan.declaredGroups ?? []).map((name) => groupTuple(name, plan.sensitive)!)
  return declared.filter(
    (values, i) =>
      !table.groups.some((group) => compareTuples(group, values) === 0) &&
      declared.findIndex((other) => compareTuples(other, values) === 0) === i,
  )
}

/** One question before all comparisons: does selection depend on the group at all? */
function omnibusOf(byGroup: readonly Tally[]): AuditReport['omnibus'] {
  const rows = byGroup.flatMap((tally) => {
    const share = shareOf(tally, 'selectionRate')
    return share === undefined ? [] : [[share.n - share.k, share.k]]
  })
  const test = chiSquared(rows)
  return { chi2: test?.statistic ?? null, p: test?.p ?? null, df: test?.df ?? 0, cramersV: cramersV(rows) ?? null }
}

type Tested = {
  readonly omnibus: AuditReport['omnibus']
  readonly comparisons: readonly Comparison[]
  readonly verdicts: readonly Verdict[]
  readonly strata: AuditReport['strata']
  readonly weighted: boolean
}

/** Every test that was done, so that nobody has to wonder which were left out. */
function testsOf({ omnibus, verdicts, strata, weighted }: Tested): TestResult[] {
  return [
    { test: 'chi_squared', metric: 'selectionRate', statistic: omnibus.chi2, df: omnibus.df, p: omnibus.p },
    ...verdicts.map(
      (one): TestResult => ({
        test: weighted ? 'newcombe_effective_n' : 'fisher',
        metric: one.metric,
        group: one.group,
        reference: one.reference,
        p: one.p,
        pAdjusted: one.pAdjusted,
      }),
    ),
    ...(strata?.comparisons ?? []).map(
      (one): TestResult => ({
        test: 'mantel_haenszel',
        metric: 'selectionRate',
        group: one.group,
        reference: one.reference,
        df: 1,
        p: one.p,
      }),
    ),
  ]
}

export type { Contrast }
