/**
 * A report for readers outside: groups of fewer than ten people are left out, and so many more that nobody can find them by taking
 * the others from the whole. They did count in the tests, and the report says how many were left out.
 */
import type { AuditReport, Disparities, Group, GroupResult, PublishedReport } from './contract.ts'
import { limits } from './contract.ts'
import { disparitiesOfRates } from './disparities.ts'

export function publish(report: AuditReport, below: number = limits.published): PublishedReport {
  const hidden = hiddenGroups(report.groups, below)
  const isHidden = (group: Group | null | undefined) => group != null && hidden.has(key(group))
  const visible = report.groups.filter(({ group }) => !isHidden(group))
  const { disparitiesWithoutMissing, bootstrap, strata, measures, ...rest } = report
  const shown = <T extends { readonly group: Group; readonly reference?: Group | null }>(list: readonly T[]) =>
    list.filter(({ group, reference }) => !isHidden(group) && !isHidden(reference))
  return {
    ...rest,
    groups: visible,
    // The largest and smallest may be among those left out.
    disparities: hidden.size === 0 ? report.disparities : disparitiesOf(visible, report),
    ...(hidden.size === 0 && disparitiesWithoutMissing ? { disparitiesWithoutMissing } : {}),
    comparisons: shown(report.comparisons),
    verdicts: shown(report.verdicts),
    tests: report.tests.filter(({ group, reference }) => !isHidden(group) && !isHidden(reference)),
    findings: report.findings
      .filter(({ group }) => !isHidden(group))
      .map((finding) =>
        finding.groups === undefined
          ? finding
          : { ...finding, groups: finding.groups.filter((group) => !isHidden(group)) },
      )
      .filter(({ groups }) => groups === undefined || groups.length > 0),
    // Ranges over all groups, and strata of a few people, say something about those left out.
    ...(hidden.size === 0 && bootstrap ? { bootstrap } : {}),
    ...(strata
      ? {
          strata: {
            ...strata,
            comparisons: shown(strata.comparisons).map((one) => ({
              ...one,
              strata: one.strata.filter(({ n, nReference }) => n >= below && nReference >= below),
            })),
          },
        }
      : {}),
    ...(measures
      ? {
          measures: measures.map((measure) => {
            const few = new Set(measure.groups.filter(({ n }) => n < below).map(({ group }) => key(group)))
            const keep = (group: Group) => !isHidden(group) && !few.has(key(group))
            return {
              ...measure,
              groups: measure.groups.filter(({ group }) => keep(group)),
              comparisons: measure.comparisons.filter(({ group, reference }) => keep(group) && keep(reference)),
            }
          }),
        }
      : {}),
    suppressed: { groups: hidden.size, below },
  }
}

const key = (group: Group) => JSON.stringify(Object.entries(group))

/** Groups with too few rows; then the smallest others, until together they are not too few: so at least two. */
function hiddenGroups(groups: readonly GroupResult[], below: number): Set<string> {
  const present = groups.filter(({ n }) => n > 0).sort((a, b) => a.n - b.n || (key(a.group) < key(b.group) ? -1 : 1))
  const hidden = present.filter(({ n }) => n < below)
  if (hidden.length === 0) return new Set()
  for (const one of present.slice(hidden.length)) {
    if (hidden.reduce((sum, { n }) => sum + n, 0) >= below) break
    hidden.push(one)
  }
  return new Set(hidden.map(({ group }) => key(group)))
}

/** Largest and smallest of the groups that are shown, against the whole. */
function disparitiesOf(groups: readonly GroupResult[], { overall }: AuditReport): Disparities {
  const present = groups.filter(({ n }) => n > 0)
  const rates = (metric: 'selectionRate' | 'truePositiveRate' | 'falsePositiveRate') => ({
    groups: present.map(({ metrics }) => metrics[metric]),
    overall: overall[metric],
  })
  return disparitiesOfRates({
    selection: rates('selectionRate'),
    truePositive: rates('truePositiveRate'),
    falsePositive: rates('falsePositiveRate'),
  })
}
