/** Signals beside the decision, by group and against the reference: shares, durations, amounts, means, errors per unit. */
import {
  type DurationCount,
  exp,
  fisher,
  holm,
  type Interval,
  log,
  logRank,
  type Moments,
  meanInterval,
  momentsOf,
  newcombe,
  shareBeyond,
  studentCritical,
  studentTail,
  survivalQuantile,
  welch,
  wilson,
} from '../statistics/index.ts'
import type { CellTable } from './cells.ts'
import type { Contrast } from './comparisons.ts'
import type { AuditPlan, Measure, MeasureComparison, MeasureGroup, MeasureResult } from './contract.ts'
import { groupOf } from './metrics.ts'
import type { SignalGroup } from './signals.ts'

type Numbers = Omit<MeasureGroup, 'group'>
type Compared = Omit<MeasureComparison, 'group' | 'reference' | 'pAdjusted'>

/** One way to look at a signal: what is said of a group, and of a group against another. */
type Kind = {
  readonly group: (one: SignalGroup) => Numbers
  readonly compare: (one: SignalGroup, other: SignalGroup) => Compared
}

export function measuresOf(table: CellTable, list: readonly Contrast[], plan: AuditPlan): MeasureResult[] {
  return plan.measures.map((measure, i) => {
    const signal = table.signals[i]!
    const kind = kindOf(measure, plan.alpha)
    const at = (values: readonly (string | null)[]) =>
      signal.groups[table.groups.findIndex((group) => group.every((value, k) => value === values[k]))]!
    // Against a named group only: "all others" has no signal of its own.
    const compared = list.flatMap(({ values, reference }) =>
      reference === null
        ? []
        : [
            {
              group: groupOf(plan.sensitive, values),
              reference: groupOf(plan.sensitive, reference),
              ...kind.compare(at(values), at(reference)),
            },
          ],
    )
    const adjusted = holm(compared.map(({ p }) => p ?? undefined))
    return {
      name: measure.name,
      kind: measure.kind,
      exact: signal.exact,
      groups: signal.groups.map((one) => ({
        group: groupOf(plan.sensitive, table.groups[one.group]!),
        ...kind.group(one),
      })),
      comparisons: compared.map((one, k) => ({ ...one, pAdjusted: adjusted[k] ?? null })),
    }
  })
}

function kindOf(measure: Measure, alpha: number): Kind {
  switch (measure.kind) {
    case 'rate':
      return rates(measure.backAgain !== undefined, alpha)
    case 'duration':
      return durations(measure.quantiles ?? [0.5, 0.9], measure.longerThan, alpha)
    case 'amount':
      return amounts(alpha)
    case 'mean':
      return means(alpha)
    case 'errors':
      return errors(alpha)
  }
}

const rowsWith = ({ entries }: SignalGroup) => entries.reduce((sum, [, , count]) => sum + count, 0)
const counted = ({ entries }: SignalGroup, value: (v: number) => boolean) =>
  entries.reduce((sum, [v, , count]) => (value(v) ? sum + count : sum), 0)

/** Entries are 0 (no), 1 (yes) and 2 (yes, and back again). */
function rates(withBackAgain: boolean, alpha: number): Kind {
  const share = (one: SignalGroup) => ({ k: counted(one, (v) => v > 0), n: rowsWith(one) })
  return {
    group(one) {
      const { k, n } = share(one)
      const back = { k: counted(one, (v) => v === 2), n: k }
      return {
        n,
        missing: one.missing,
        value: n > 0 ? k / n : null,
        interval: wilson({ k, n }, alpha) ?? null,
        ...(withBackAgain
          ? {
              backAgain: {
                n: back.n,
                share: back.n > 0 ? back.k / back.n : null,
                interval: wilson(back, alpha) ?? null,
              },
            }
          : {}),
      }
    },
    compare(one, other) {
      const a = share(one)
      const b = share(other)
      if (a.n === 0 || b.n === 0) return nothing
      return {
        difference: a.k / a.n - b.k / b.n,
        interval: newcombe(a, b, alpha) ?? null,
        p: fisher({ a: a.k, b: a.n - a.k, c: b.k, d: b.n - b.k }) ?? null,
      }
    },
  }
}

const nothing: Compared = { difference: null, interval: null, p: null }

function durationCounts({ entries }: SignalGroup): DurationCount[] {
  const counts: { time: number; ended: number; censored: number }[] = []
  for (const [time, ended, count] of entries) {
    let last = counts.at(-1)
    if (last?.time !== time) {
      last = { time, ended: 0, censored: 0 }
      counts.push(last)
    }
    if (ended === 1) last.ended += count
    else last.censored += count
  }
  return counts
}

const finite = (interval: Interval | undefined): Interval | null => (interval?.every(Number.isFinite) ? interval : null)

/** Quantiles by Kaplan–Meier; their differences with limits joined as Newcombe joins Wilson's (Zou & Donner 2008). */
function durations(at: readonly number[], longerThan: number | undefined, alpha: number): Kind {
  const quantiles = (one: SignalGroup) => at.map((q) => survivalQuantile(durationCounts(one), q, alpha))
  return {
    group(one) {
      const found = quantiles(one)
      return {
        n: rowsWith(one),
        missing: one.missing,
        censored: one.entries.reduce((sum, [, ended, count]) => (ended === 0 ? sum + count : sum), 0),
        value: found[0]?.value ?? null,
        interval: finite(found[0]?.interval),
        quantiles: found.map(({ value, interval }, i) => ({
          at: at[i]!,
          value: value ?? null,
          interval: finite(interval),
        })),
        ...(longerThan === undefined
          ? {}
          : { longerShare: shareBeyond(durationCounts(one), longerThan, alpha)?.share ?? null }),
      }
    },
    compare(one, other) {
      const a = quantiles(one)
      const b = quantiles(other)
      const differences = at.map((q, i) => ({ at: q, ...quantileDifference(a[i]!, b[i]!) }))
      return {
        difference: differences[0]?.difference ?? null,
        interval: differences[0]?.interval ?? null,
        p: logRank(durationCounts(one), durationCounts(other))?.p ?? null,
        quantileDifferences: differences,
      }
    },
  }
}

type Quantile = ReturnType<typeof survivalQuantile>

function quantileDifference(
  a: Quantile,
  b: Quantile,
): { readonly difference: number | null; readonly interval: Interval | null } {
  if (a.value === undefined || b.value === undefined) return { difference: null, interval: null }
  const difference = a.value - b.value
  const first = finite(a.interval)
  const second = finite(b.interval)
  if (first === null || second === null) return { difference, interval: null }
  const side = (x: number, y: number) => Math.sqrt(x * x + y * y)
  return {
    difference,
    interval: [
      difference - side(a.value - first[0], second[1] - b.value),
      difference + side(first[1] - a.value, b.value - second[0]),
    ],
  }
}

/** Of those to whom something was granted: the geometric mean, compared as a ratio. */
function amounts(alpha: number): Kind {
  const logs = ({ entries }: SignalGroup): Moments =>
    momentsOf(entries.map(([value, , count]) => ({ value: log(value), count })))
  const back = (interval: Interval | undefined): Interval | null =>
    interval === undefined ? null : [exp(interval[0]), exp(interval[1])]
  return {
    group(one) {
      const moments = logs(one)
      return {
        n: moments.n,
        missing: one.missing,
        apart: one.apart,
        value: moments.n > 0 ? exp(moments.mean) : null,
        interval: back(meanInterval(moments, alpha)),
      }
    },
    compare(one, other) {
      const a = logs(one)
      const b = logs(other)
      if (a.n === 0 || b.n === 0) return { ...nothing, ratio: null }
      const test = welch(a, b, alpha)
      return {
        difference: exp(a.mean) - exp(b.mean),
        ratio: exp(a.mean - b.mean),
        interval: back(test?.interval),
        p: test?.p ?? null,
      }
    },
  }
}

function means(alpha: number): Kind {
  const moments = ({ entries }: SignalGroup) => momentsOf(entries.map(([value, , count]) => ({ value, count })))
  return {
    group(one) {
      const m = moments(one)
      return { n: m.n, missing: one.missing, value: m.n > 0 ? m.mean : null, interval: meanInterval(m, alpha) ?? null }
    },
    compare(one, other) {
      const a = moments(one)
      const b = moments(other)
      if (a.n === 0 || b.n === 0) return nothing
      const test = welch(a, b, alpha)
      return { difference: a.mean - b.mean, interval: test?.interval ?? null, p: test?.p ?? null }
    },
  }
}

type Ratio = { readonly clusters: number; readonly value: number; readonly variance: number }

/** Errors per unit over clusters: ratio of sums, variance k/(k−1)·Σ(eᵢ − r·uᵢ)²/(Σu)² (Cochran 1977, sec. 6.3), so that a speaker counts once. */
function ratioOf({ clusters }: SignalGroup): Ratio | undefined {
  const units = clusters.reduce((sum, [, u]) => sum + u, 0)
  if (!(units > 0)) return undefined
  const value = clusters.reduce((sum, [e]) => sum + e, 0) / units
  const k = clusters.length
  const squares = clusters.reduce((sum, [e, u]) => sum + (e - value * u) * (e - value * u), 0)
  return { clusters: k, value, variance: k > 1 ? ((k / (k - 1)) * squares) / (units * units) : Number.NaN }
}

function errors(alpha: number): Kind {
  return {
    group(one) {
      const ratio = ratioOf(one)
      const base = { n: one.clusters.length, missing: one.missing, clusters: one.clusters.length }
      if (ratio === undefined) return { ...base, value: null, interval: null }
      const t = studentCritical(alpha, ratio.clusters - 1)
      const half = t === undefined ? Number.NaN : t * Math.sqrt(ratio.variance)
      return { ...base, value: ratio.value, interval: finite([Math.max(0, ratio.value - half), ratio.value + half]) }
    },
    compare(one, other) {
      const a = ratioOf(one)
      const b = ratioOf(other)
      if (a === undefined || b === undefined) return { ...nothing, ratio: null }
      const ratio = b.value > 0 ? a.value / b.value : null
      const relative = a.variance / (a.value * a.value) + b.variance / (b.value * b.value)
      const df = Math.min(a.clusters, b.clusters) - 1
      const t = studentCritical(alpha, df)
      if (ratio === null || ratio === 0 || t === undefined || !(relative > 0))
        return { difference: a.value - b.value, ratio, interval: null, p: null }
      const half = t * Math.sqrt(relative)
      return {
        difference: a.value - b.value,
        ratio,
        interval: [exp(log(ratio) - half), exp(log(ratio) + half)],
        p: studentTail(log(ratio) / Math.sqrt(relative), df) ?? null,
      }
    },
  }
}
