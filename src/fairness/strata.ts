/** Like compared with like: the same contrasts within strata, pooled by Mantel–Haenszel, and whether the direction turns (Simpson). */
import { mantelHaenszelTest, newcombe, oddsRatio, riskDifference, type Share } from '../statistics/index.ts'
import type { CellTable } from './cells.ts'
import type { Contrast } from './comparisons.ts'
import type { AuditPlan, AuditReport } from './contract.ts'
import { groupOf } from './metrics.ts'
import { shareOf, sumTallies, type Tally, tallies } from './tally.ts'

type StrataResult = NonNullable<AuditReport['strata']>

export function strataOfTable(table: CellTable, list: readonly Contrast[], plan: AuditPlan): StrataResult {
  const byStratum = table.strataValues.map((values, i) => ({ values, byGroup: tallies(table, i) }))
  const indexOf = (values: readonly (string | null)[]) =>
    table.groups.findIndex((group) => group.every((value, i) => value === values[i]))
  return {
    columns: [...table.strata],
    comparisons: list.map((contrast) => {
      const at = indexOf(contrast.values)
      const other = contrast.reference === null ? undefined : indexOf(contrast.reference)
      const rest = (byGroup: readonly Tally[]) => sumTallies(byGroup.filter((_, i) => i !== at))
      const strata = byStratum.map(({ values, byGroup }) => ({
        stratum: groupOf(table.strata, values),
        first: shareOf(byGroup[at]!, 'selectionRate'),
        second: shareOf(other === undefined ? rest(byGroup) : byGroup[other]!, 'selectionRate'),
      }))
      return pooled(contrast, strata, plan)
    }),
  }
}

type StratumShares = {
  readonly stratum: Record<string, string | null>
  readonly first: Share | undefined
  readonly second: Share | undefined
}

function pooled(
  contrast: Contrast,
  strata: readonly StratumShares[],
  plan: AuditPlan,
): StrataResult['comparisons'][number] {
  const both = strata.flatMap(({ stratum, first, second }) =>
    first === undefined || second === undefined ? [] : [{ stratum, first, second }],
  )
  const first = shareOf(contrast.tally, 'selectionRate')
  const second = shareOf(contrast.referenceTally, 'selectionRate')
  const crude = first && second ? first.k / first.n - second.k / second.n : undefined
  const risk = riskDifference(both, plan.alpha)
  const odds = oddsRatio(both, plan.alpha)
  const differences = both.map((one) => one.first.k / one.first.n - one.second.k / one.second.n)
  return {
    group: groupOf(plan.sensitive, contrast.values),
    reference: contrast.reference === null ? null : groupOf(plan.sensitive, contrast.reference),
    strata: both.map((one, i) => ({
      stratum: one.stratum,
      n: one.first.n,
      nReference: one.second.n,
      rate: one.first.k / one.first.n,
      referenceRate: one.second.k / one.second.n,
      difference: differences[i]!,
      interval: newcombe(one.first, one.second, plan.alpha) ?? null,
    })),
    pooledDifference: crude ?? null,
    riskDifference: risk?.value ?? null,
    riskDifferenceInterval: risk?.interval ?? null,
    oddsRatio: odds?.value ?? null,
    oddsRatioInterval: odds?.interval ?? null,
    p: mantelHaenszelTest(both)?.p ?? null,
    reverses: reverses(crude, differences, risk?.interval),
  }
}

/** All strata that differ do so the other way than the whole, or the adjusted difference does so beyond chance. */
function reverses(
  crude: number | undefined,
  differences: readonly number[],
  within: readonly [number, number] | undefined,
): boolean {
  if (crude === undefined || crude === 0 || differences.length < 2) return false
  const against = -Math.sign(crude)
  const signs = differences.filter((d) => d !== 0).map((d) => Math.sign(d))
  if (signs.length > 0 && signs.every((sign) => sign === against)) return true
  return within !== undefined && (against > 0 ? within[0] > 0 : within[1] < 0)
}
