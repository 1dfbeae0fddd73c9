/**
 * A data sheet for readers: counts of fewer than ten people are left out, and so many more that they do not follow from the others;
 * what is made of all counts (evenness) goes with them.
 */
import { type CoveragePlan, type CoverageReport, limits } from '../contract.ts'
import { referenceShares } from '../plan.ts'
import type { PublishedSheet } from './contract.ts'

export function publishSheet(
  report: CoverageReport,
  plan: CoveragePlan,
  below: number = limits.published,
): PublishedSheet {
  const few = (n: number) => n > 0 && n < below
  return {
    version: 1,
    planSha256: report.planSha256,
    n: report.n,
    below,
    coverageThreshold: report.coverageThreshold,
    values: Object.entries(report.diversity).map(([column, { counts, missing, pielou }]) => {
      const all = Object.entries(counts)
      const hidden = hiddenOf([...all, [MISSING, missing] as const], below)
      return {
        column,
        shown: all
          .filter(([value]) => !hidden.has(value))
          .map(([value, count]) => ({ value, count }))
          .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1)),
        hidden: all.filter(([value]) => hidden.has(value)).length,
        missing: hidden.has(MISSING) ? null : missing,
        evenness: hidden.size > 0 ? null : pielou,
      }
    }),
    representation: Object.entries(report.representation).map(([column, values]) =>
      representationOf(column, values, { report, plan, below }),
    ),
    patterns: report.maximalUncoveredPatterns
      .map(({ pattern, count }) => ({ pattern, nobody: count === 0 }))
      .sort((a, b) => Object.keys(a.pattern).length - Object.keys(b.pattern).length),
    labelBalance: (report.labelBalance ?? [])
      .filter(({ n, labelled }) => n >= below && labelled >= below)
      .map(({ group, n, share, interval }) => ({ group, n, share, interval })),
    missingness: report.missingness
      .filter(({ n, missing }) => n >= below && !few(missing) && !few(n - missing))
      .map(({ column, group, n, share, interval }) => ({ column, group, n, share, interval })),
    proxies:
      report.proxies === undefined
        ? null
        : {
            attribute: report.proxies.attribute,
            features: Object.entries(report.proxies.features).map(([column, one]) => ({ column, ...one })),
            together: report.proxies.together,
          },
    slices: report.slices ?? [],
    findings: report.findings.map(({ count, share, ...finding }) => ({
      ...finding,
      ...(count === undefined ? {} : { count: few(count) ? null : count }),
      ...(share === undefined ? {} : { share: share !== null && few(Math.round(share * report.n)) ? null : share }),
    })),
  }
}

/** No value of a column is this: values of files hold no NUL. */
const MISSING = '\u0000'

/** Names with too few, and the smallest others until those that are hidden are two at least and not too few together. */
function hiddenOf(counts: readonly (readonly [string, number])[], below: number): Set<string> {
  const inOrder = counts.filter(([, n]) => n > 0).sort(([a, n], [b, m]) => n - m || (a < b ? -1 : 1))
  const hidden = inOrder.filter(([, n]) => n < below)
  if (hidden.length === 0) return new Set()
  for (const one of inOrder.slice(hidden.length)) {
    if (hidden.length > 1 && hidden.reduce((sum, [, n]) => sum + n, 0) >= below) break
    hidden.push(one)
  }
  return new Set(hidden.map(([name]) => name))
}

function representationOf(
  column: string,
  values: CoverageReport['representation'][string],
  { report, plan, below }: { readonly report: CoverageReport; readonly plan: CoveragePlan; readonly below: number },
): PublishedSheet['representation'][number] {
  const given = plan.reference![column]!
  const { sourced } = referenceShares(given)
  const rows = Object.entries(values).flatMap(([value, one]) =>
    one === null || typeof one === 'number' ? [] : [{ value, ...one }],
  )
  const hidden = hiddenOf(
    rows.map(({ value, share }) => [value, Math.round(share * report.n)] as const),
    below,
  )
  return {
    column,
    source: sourced ? (given as { source: string }).source : null,
    date: sourced ? (given as { date: string }).date : null,
    rows: rows.map(({ value, share, reference, ratio, shareWilson95 }) =>
      hidden.has(value)
        ? { value, share: null, reference, ratio: null, interval: null }
        : { value, share, reference, ratio, interval: shareWilson95 },
    ),
  }
}
