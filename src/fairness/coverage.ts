/** Coverage of a data set: who is in it, who is not, what gives an attribute away, where labels and values are missing. */
import { entropy, goodnessOfFit, type Interval, log, wilson } from '../statistics/index.ts'
import type { CoveragePlan, CoverageReport } from './contract.ts'
import { type Combinations, patternColumns, sensitiveColumns } from './coverage-intake.ts'
import { maximalUncoveredPatterns, orderedCodes } from './patterns.ts'
import { referenceShares } from './plan.ts'
import { dependsOn, proxiesOf } from './proxies.ts'
import { slicesOf } from './slices.ts'

type CoverageFinding = CoverageReport['findings'][number]

/** A share counts as far off when it is a fifth below or a quarter above what was expected, and not by chance. */
const FAR = { below: 0.8, above: 1.25 }
/** A column gives the attribute away when the lower end of its AUC is above this. */
const PROXY_AUC = 0.6
const WEAKEST_DEPENDENCE = 0.1

/** Throws TooManyPatterns when the columns have too many combinations to look through. */
export function runCoverage(table: Combinations, plan: CoveragePlan, planSha256: string): CoverageReport {
  const columns = patternColumns(plan)
  const at = (name: string) => table.columns.indexOf(name)
  const patterns = maximalUncoveredPatterns(table, columns.map(at), plan.coverageThreshold)
  const proxies = plan.proxies === undefined ? undefined : proxiesOf(table, plan.proxies, plan.alpha)
  const slices = plan.slices === undefined ? undefined : slicesOf(table, plan.slices, plan.alpha)
  const report = {
    version: 1 as const,
    planSha256,
    n: table.rows,
    columns: [...columns],
    diversity: Object.fromEntries(columns.map((name) => [name, diversityOf(table, at(name))])),
    representation: representationOf(table, plan),
    coverageThreshold: plan.coverageThreshold,
    maximalUncoveredPatterns: patterns.map(({ codes, count }) => ({
      pattern: Object.fromEntries(
        codes.flatMap((code, i) => (code < 0 ? [] : [[columns[i]!, table.texts[at(columns[i]!)]![code]!]])),
      ),
      count,
    })),
    ...(proxies === undefined ? {} : { proxies }),
    ...(plan.label === undefined ? {} : { labelBalance: labelBalanceOf(table, plan) }),
    missingness: missingnessOf(table, plan),
    ...(slices === undefined ? {} : { slices }),
  }
  return { ...report, findings: findingsOf(table, plan, report) }
}

/** Rows per code of a column. */
function countsOf(table: Combinations, column: number): number[] {
  const counts = table.texts[column]!.map(() => 0)
  for (let i = 0; i < table.size; i++) counts[table.codes[i * table.columns.length + column]!]! += table.counts[i]!
  return counts
}

function diversityOf(table: Combinations, column: number): CoverageReport['diversity'][string] {
  const counts = countsOf(table, column)
  const codes = orderedCodes(table, column)
  const known = codes.map((code) => counts[code]!)
  const n = known.reduce((a, b) => a + b, 0)
  const shannon = entropy(known) ?? 0
  return {
    counts: Object.fromEntries(codes.map((code) => [table.texts[column]![code]!, counts[code]!])),
    shannon,
    pielou: known.length > 1 ? shannon / log(known.length) : null,
    simpson: n > 0 ? known.reduce((sum, count) => sum + (count / n) * (count / n), 0) : 0,
    missing: counts[0]!,
  }
}

function representationOf(table: Combinations, plan: CoveragePlan): CoverageReport['representation'] {
  return Object.fromEntries(
    Object.entries(plan.reference ?? {}).map(([name, given]) => {
      const column = table.columns.indexOf(name)
      const counts = countsOf(table, column)
      const n = counts.slice(1).reduce((a, b) => a + b, 0)
      const shares = Object.entries(referenceShares(given).shares)
      const known = shares.map(([value, reference]) => {
        const code = table.texts[column]!.indexOf(value)
        const k = code > 0 ? counts[code]! : 0
        const interval = wilson({ k, n }, plan.alpha)
        return { value, reference, k, share: n > 0 ? k / n : 0, interval }
      })
      const fit = goodnessOfFit(
        known.map(({ k }) => k),
        known.map(({ reference }) => reference),
      )
      return [
        name,
        {
          ...Object.fromEntries(
            known.map(({ value, reference, share, interval }) => [
              value,
              {
                share,
                reference,
                ratio: reference > 0 ? share / reference : null,
                shareWilson95: wilson({ k: share * n, n }) ?? null,
                ratioInterval: interval && reference > 0 ? scaled(interval, 1 / reference) : null,
              },
            ]),
          ),
          _chi2: fit?.statistic ?? null,
          _p: fit?.p ?? null,
          _psi: stabilityOf(known),
        },
      ]
    }),
  )
}

const scaled = ([a, b]: Interval, by: number): Interval => [a * by, b * by]

/** Population stability index Σ (share − reference)·ln(share/reference); undefined where one is 0. */
function stabilityOf(known: readonly { readonly share: number; readonly reference: number }[]): number | null {
  if (known.some(({ share, reference }) => !(share > 0) || !(reference > 0))) return null
  return known.reduce((sum, { share, reference }) => sum + (share - reference) * log(share / reference), 0)
}

function labelBalanceOf(table: Combinations, plan: CoveragePlan): NonNullable<CoverageReport['labelBalance']> {
  return sensitiveColumns(plan).flatMap((name) => {
    const column = table.columns.indexOf(name)
    const width = table.columns.length
    const tallies = table.texts[column]!.map(() => ({ n: 0, labelled: 0, yes: 0 }))
    for (let i = 0; i < table.size; i++) {
      const tally = tallies[table.codes[i * width + column]!]!
      tally.n += table.counts[i]!
      if (table.labels[i]! < 2) tally.labelled += table.counts[i]!
      if (table.labels[i] === 1) tally.yes += table.counts[i]!
    }
    return inOrder(table, column, tallies).map(([value, { n, labelled, yes }]) => ({
      group: { [name]: value },
      n,
      labelled,
      share: labelled > 0 ? yes / labelled : null,
      interval: wilson({ k: yes, n: labelled }, plan.alpha) ?? null,
    }))
  })
}

/** Values of a column with rows, in the order of their texts, missing last. */
function inOrder<T extends { readonly n: number }>(
  table: Combinations,
  column: number,
  tallies: readonly T[],
): (readonly [string | null, T])[] {
  return [...orderedCodes(table, column), 0]
    .filter((code) => tallies[code]!.n > 0)
    .map((code) => [table.texts[column]![code]!, tallies[code]!])
}

/** How often each column, and the label, is missing in each group. Columns that miss nothing are left out. */
function missingnessOf(table: Combinations, plan: CoveragePlan): CoverageReport['missingness'] {
  const width = table.columns.length
  const isMissing: (readonly [string, (i: number) => boolean])[] = [
    ...table.columns.map((name, c) => [name, (i: number) => table.codes[i * width + c] === 0] as const),
    ...(plan.label === undefined ? [] : [[plan.label, (i: number) => table.labels[i] === 2] as const]),
  ]
  return isMissing.flatMap(([missed, missing]) =>
    sensitiveColumns(plan)
      .filter((name) => name !== missed)
      .flatMap((name) => {
        const column = table.columns.indexOf(name)
        const tallies = table.texts[column]!.map(() => ({ n: 0, missing: 0 }))
        for (let i = 0; i < table.size; i++) {
          const tally = tallies[table.codes[i * width + column]!]!
          tally.n += table.counts[i]!
          if (missing(i)) tally.missing += table.counts[i]!
        }
        if (tallies.every((tally) => tally.missing === 0)) return []
        return inOrder(table, column, tallies).map(([value, tally]) => ({
          column: missed,
          group: { [name]: value },
          n: tally.n,
          missing: tally.missing,
          share: tally.missing / tally.n,
          interval: wilson({ k: tally.missing, n: tally.n }, plan.alpha) ?? null,
        }))
      }),
  )
}

function findingsOf(
  table: Combinations,
  plan: CoveragePlan,
  report: Omit<CoverageReport, 'findings'>,
): CoverageFinding[] {
  return [
    ...Object.entries(report.diversity)
      .filter(([, { counts }]) => Object.keys(counts).length < 2)
      .map(([column]): CoverageFinding => ({ code: 'one_value_only', column })),
    ...report.maximalUncoveredPatterns.map(
      ({ pattern, count }): CoverageFinding => ({ code: 'pattern_not_covered', pattern, count }),
    ),
    ...aboutReference(table, plan),
    ...aboutProxies(report),
    ...aboutMissing(table, plan),
    ...(report.slices ?? [])
      .filter(({ confirmed }) => confirmed)
      .map(
        ({ slice, n, errorRate, errorRateElsewhere }): CoverageFinding => ({
          code: 'slice_with_more_errors',
          pattern: slice,
          count: n,
          share: errorRate,
          expected: errorRateElsewhere,
        }),
      ),
  ]
}

function aboutReference(table: Combinations, plan: CoveragePlan): CoverageFinding[] {
  return Object.entries(plan.reference ?? {}).flatMap(([name, given]) => {
    const column = table.columns.indexOf(name)
    const counts = countsOf(table, column)
    const n = counts.slice(1).reduce((a, b) => a + b, 0)
    const { shares, sourced } = referenceShares(given)
    const listed = Object.entries(shares)
    const found: CoverageFinding[] = sourced ? [] : [{ code: 'reference_without_source', column: name }]
    for (const [value, expected] of listed) {
      const code = table.texts[column]!.indexOf(value)
      const k = code > 0 ? counts[code]! : 0
      const interval = wilson({ k, n }, plan.alpha / listed.length)
      if (interval === undefined || !(expected > 0)) continue
      const ratio = k / n / expected
      if ((ratio < FAR.below && interval[1] < expected) || (ratio > FAR.above && interval[0] > expected))
        found.push({ code: 'share_far_from_reference', column: name, value, share: k / n, expected })
    }
    for (const code of orderedCodes(table, column))
      if (!Object.hasOwn(shares, table.texts[column]![code]!))
        found.push({
          code: 'reference_group_unknown',
          column: name,
          value: table.texts[column]![code]!,
          count: counts[code]!,
        })
    return found
  })
}

function aboutProxies({ proxies }: Omit<CoverageReport, 'findings'>): CoverageFinding[] {
  if (proxies === undefined) return []
  const { attribute } = proxies
  const single = Object.entries(proxies.features).filter(([, { aucInterval }]) => (aucInterval?.[0] ?? 0) > PROXY_AUC)
  const found = single.map(
    ([column, { auc }]): CoverageFinding => ({ code: 'proxy_found', column, attribute, share: auc }),
  )
  if (found.length === 0 && (proxies.together.aucInterval?.[0] ?? 0) > PROXY_AUC)
    found.push({ code: 'proxy_found', attribute, share: proxies.together.auc })
  return found
}

/** Labels and values that are missing, or labels that differ, more in one group than in another. */
function aboutMissing(table: Combinations, plan: CoveragePlan): CoverageFinding[] {
  const width = table.columns.length
  const split = (column: number, of: (i: number) => boolean | undefined) => {
    const counts = table.texts[column]!.map(() => [0, 0])
    for (let i = 0; i < table.size; i++) {
      const side = of(i)
      if (side !== undefined) counts[table.codes[i * width + column]!]![side ? 1 : 0]! += table.counts[i]!
    }
    return counts
  }
  return sensitiveColumns(plan).flatMap((name) => {
    const column = table.columns.indexOf(name)
    const found: CoverageFinding[] = []
    if (plan.label !== undefined) {
      const labels = split(column, (i) => (table.labels[i] === 2 ? undefined : table.labels[i] === 1))
      if (dependsOn(labels, plan.alpha, WEAKEST_DEPENDENCE))
        found.push({ code: 'labels_differ_by_group', column: plan.label, attribute: name })
      if (
        dependsOn(
          split(column, (i) => table.labels[i] === 2),
          plan.alpha,
          WEAKEST_DEPENDENCE,
        )
      )
        found.push({ code: 'missing_by_group', column: plan.label, attribute: name })
    }
    for (const [c, other] of table.columns.entries())
      if (
        c !== column &&
        dependsOn(
          split(column, (i) => table.codes[i * width + c] === 0),
          plan.alpha,
          WEAKEST_DEPENDENCE,
        )
      )
        found.push({ code: 'missing_by_group', column: other, attribute: name })
    return found
  })
}
