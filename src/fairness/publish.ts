/**
 * A report for readers outside: groups of fewer than ten people are left out, and so many more that nobody can find them by taking
 * the others from the whole (secondary suppression). Figures over all groups together that would tell them apart (chi-squared,
 * inequality between groups, p-values that were corrected by theirs) go too: two reports that differ only in how their hidden groups
 * differ among themselves are published as the same. They did count in the tests, and the report says how many were left out.
 */
import type {
  AuditReport,
  Disparities,
  Group,
  GroupResult,
  MeasureResult,
  Metrics,
  PublishedReport,
  StratumComparison,
} from './contract.ts'
import { limits } from './contract.ts'
import { disparitiesOfRates } from './disparities.ts'

export function publish(report: AuditReport, below: number = limits.published): PublishedReport {
  const hidden = hiddenGroups(report.groups, below)
  const some = hidden.size > 0
  const isHidden = (group: Group | null | undefined) => group != null && hidden.has(key(group))
  const visible = report.groups.filter(({ group }) => !isHidden(group))
  const { disparitiesWithoutMissing, bootstrap, strata, measures, ...rest } = report
  const shown = <T extends { readonly group: Group; readonly reference?: Group | null }>(list: readonly T[]) =>
    list.filter(({ group, reference }) => !isHidden(group) && !isHidden(reference))
  return {
    ...rest,
    inequality: inequalityShown(report, some),
    ...(report.n < below ? { overall: nothing(report.overall), overallIntervals: {}, inequality: null } : {}),
    groups: visible,
    // The largest and smallest may be among those left out.
    disparities: some ? disparitiesOf(visible, report) : report.disparities,
    ...(!some && disparitiesWithoutMissing ? { disparitiesWithoutMissing } : {}),
    comparisons: shown(report.comparisons).map((one) =>
      some ? { ...one, fisherPHolm: null, fisherPBenjaminiHochberg: null } : one,
    ),
    omnibus: some ? { chi2: null, p: null, df: report.omnibus.df, cramersV: null } : report.omnibus,
    verdicts: shown(report.verdicts).map((one) =>
      some ? { ...one, pAdjusted: null, beyondMarginPAdjusted: null } : one,
    ),
    tests: report.tests
      .filter(({ group, reference }) => (some ? group !== undefined : true) && !isHidden(group) && !isHidden(reference))
      .map((one) => (some && one.pAdjusted !== undefined ? { ...one, pAdjusted: null } : one)),
    findings: findingsShown(report.findings, isHidden, some),
    // Ranges over all groups, and strata of a few people, say something about those left out.
    ...(!some && bootstrap ? { bootstrap } : {}),
    ...(strata
      ? { strata: { ...strata, comparisons: strataShown(shown(strata.comparisons), report, some, below) } }
      : {}),
    ...(measures ? { measures: measures.map((measure) => measureShown(measure, isHidden, below)) } : {}),
    suppressed: { groups: hidden.size, below },
  }
}

function inequalityShown({ inequality }: AuditReport, some: boolean): AuditReport['inequality'] {
  return some && inequality
    ? { ...inequality, betweenGroupTheil: null, betweenGroupGeneralizedEntropyAlpha2: null }
    : inequality
}

/** The same figures without a number. */
function nothing(metrics: Metrics): Metrics {
  const empty = Object.fromEntries(Object.keys(metrics).map((name) => [name, null]))
  return { ...metrics, ...empty, tp: 0, fp: 0, fn: 0, tn: 0 }
}

type IsHidden = (group: Group | null | undefined) => boolean

/** A ratio over all groups that is undefined says that nobody of a hidden group got a yes. */
function findingsShown(findings: AuditReport['findings'], isHidden: IsHidden, some: boolean): AuditReport['findings'] {
  return findings
    .filter(({ code, group }) => !isHidden(group) && !(some && code === 'undefined_ratio'))
    .map((finding) =>
      finding.groups === undefined
        ? finding
        : { ...finding, groups: finding.groups.filter((group) => !isHidden(group)) },
    )
    .filter(({ groups }) => groups === undefined || groups.length > 0)
}

/**
 * Without strata in which one of both has too few, and without so many more of that group that the few do not follow from its whole.
 * A group's strata are chosen once, for it stands in several comparisons; against all others together none is shown when groups are
 * hidden, for those are among them.
 */
function strataShown(
  comparisons: readonly StratumComparison[],
  { groups }: AuditReport,
  some: boolean,
  below: number,
): StratumComparison[] {
  const sizes = new Map<string, Map<string, number>>()
  const note = (group: Group | null, stratum: Group, n: number) => {
    const own = sizes.get(nameOf(group)) ?? new Map<string, number>()
    sizes.set(nameOf(group), own.set(key(stratum), n))
  }
  for (const { group, reference, strata } of comparisons)
    for (const { stratum, n, nReference } of strata) {
      note(group, stratum, n)
      note(reference, stratum, nReference)
    }
  const whole = new Map(groups.map(({ group, n, effectiveN }) => [key(group), effectiveN ?? n]))
  const few = new Map([...sizes].map(([name, own]) => [name, hiddenSizes(own, whole.get(name), below)]))
  return comparisons.map((one) => ({
    ...one,
    strata:
      some && one.reference === null
        ? []
        : one.strata.filter(
            ({ stratum }) =>
              !few.get(nameOf(one.group))!.has(key(stratum)) && !few.get(nameOf(one.reference))!.has(key(stratum)),
          ),
  }))
}

const nameOf = (group: Group | null) => (group === null ? '' : key(group))

/** Strata with too few of a group, then its smallest others until what is not shown is not too few; `whole`: all of the group. */
function hiddenSizes(own: ReadonlyMap<string, number>, whole: number | undefined, below: number): Set<string> {
  const inOrder = [...own].sort(([a, n], [b, m]) => n - m || (a < b ? -1 : 1))
  const hidden = new Set(inOrder.filter(([, n]) => n < below).map(([name]) => name))
  const shownOf = () => inOrder.reduce((sum, [name, n]) => (hidden.has(name) ? sum : sum + n), 0)
  const total = whole ?? inOrder.reduce((sum, [, n]) => sum + n, 0)
  for (const [name] of inOrder.slice(hidden.size)) {
    const left = total - shownOf()
    if (left <= 0 || (left >= below && hidden.size !== 1)) break
    hidden.add(name)
  }
  return hidden
}

function measureShown(measure: MeasureResult, isHidden: IsHidden, below: number): MeasureResult {
  const few = new Set(measure.groups.filter(({ n }) => n < below).map(({ group }) => key(group)))
  const keep = (group: Group) => !isHidden(group) && !few.has(key(group))
  const groups = measure.groups.filter(({ group }) => keep(group))
  const all = groups.length === measure.groups.length
  return {
    ...measure,
    groups,
    comparisons: measure.comparisons
      .filter(({ group, reference }) => keep(group) && keep(reference))
      .map((one) => (all ? one : { ...one, pAdjusted: null })),
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
