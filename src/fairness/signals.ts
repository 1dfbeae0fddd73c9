/** Signals beside the decision, as counts per group: values and whether their end was seen, or errors and units per cluster. */
import { limits, type Measure } from './contract.ts'
import { createExactSums } from './exact-sum.ts'
import { createTuples } from './tuples.ts'
import { createValueCounts, type ValueCounts } from './value-counts.ts'

export type SignalShape = { readonly name: string; readonly kind: Measure['kind'] }

/** What was counted in one group. `entries` ascend by value; `ended` is 0 where the end was not seen. */
export type SignalGroup = {
  readonly group: number
  /** Rows without a value. */
  readonly missing: number
  /** Rows that the signal is not about: nothing was granted. */
  readonly apart: number
  readonly entries: readonly (readonly [value: number, ended: 0 | 1, count: number])[]
  readonly clusters: readonly (readonly [errors: number, units: number])[]
}
export type SignalCells = SignalShape & {
  readonly groups: readonly SignalGroup[]
  /** False when there were too many different values, and they lost their last digits. */
  readonly exact: boolean
}

export type SignalIntake = {
  readonly shapes: readonly SignalShape[]
  value(signal: number, group: number, value: number, ended: number, times: number): void
  missing(signal: number, group: number, times: number): void
  apart(signal: number, group: number, times: number): void
  cluster(signal: number, group: number, cluster: number, errors: number, units: number, times: number): void
  finish(rank: Int32Array): SignalCells[]
}

/** Different (group, value) of one signal before values lose digits. */
const MOST_VALUES = 200_000
const word = new Float64Array(1)
const halves = new Uint32Array(word.buffer)
const littleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1

/** The value with `kept` bits of its fraction (at most 20), towards 0. Fewer bits later give the same as fewer at once. */
function shortened(value: number, kept: number): number {
  word[0] = value
  const [high, low] = littleEndian ? [1, 0] : [0, 1]
  halves[low] = 0
  halves[high] = halves[high]! & (-1 << (20 - kept))
  return word[0]!
}

export function createSignals(shapes: readonly SignalShape[]): SignalIntake {
  const signals = shapes.map(createSignal)
  return {
    shapes,
    value: (signal, group, value, ended, times) => signals[signal]!.value(group, value, ended, times),
    missing: (signal, group, times) => signals[signal]!.missing(group, times),
    apart: (signal, group, times) => signals[signal]!.apart(group, times),
    cluster: (signal, group, cluster, errors, units, times) =>
      signals[signal]!.cluster(group, cluster, errors, units, times),
    finish: (rank) => signals.map((signal) => signal.finish(rank)),
  }
}

function createSignal(shape: SignalShape) {
  let counts: ValueCounts = createValueCounts()
  let kept = 52
  const missing = createExactSums()
  const apart = createExactSums()
  const clusters = createTuples()
  const errors = createExactSums()
  const units = createExactSums()

  return {
    value(group: number, value: number, ended: number, times: number): void {
      counts.add(group * 2 + ended, kept === 52 ? value : shortened(value, kept), times)
      while (counts.size > MOST_VALUES && kept > 4) {
        kept = kept === 52 ? 12 : kept - 2
        const shorter = createValueCounts()
        counts.each((slot, one, count) => shorter.add(slot, shortened(one, kept), count))
        counts = shorter
      }
    },
    missing: (group: number, times: number) => missing.add(group, times, 1),
    apart: (group: number, times: number) => apart.add(group, times, 1),
    cluster(group: number, cluster: number, made: number, of: number, times: number): void {
      const place = clusters.step(group, cluster)
      if (place > limits.cells) throw new RangeError('clusters')
      errors.add(place, made, times)
      units.add(place, of, times)
    },
    finish(rank: Int32Array): SignalCells {
      const groups = Array.from(rank, (sorted, group) => ({
        group: sorted,
        missing: missing.at(group),
        apart: apart.at(group),
        entries: [] as (readonly [number, 0 | 1, number])[],
        clusters: [] as (readonly [number, number])[],
      }))
      for (const [slot, of] of counts.bySlot())
        for (const [i, value] of of.values.entries())
          groups[slot >> 1]!.entries.push([value, (slot & 1) as 0 | 1, of.counts[i]!])
      for (let place = 0; place < clusters.size; place++)
        groups[clusters.from(place)]!.clusters.push([errors.at(place), units.at(place)])
      for (const group of groups) {
        group.entries.sort((a, b) => a[0] - b[0] || a[1] - b[1])
        group.clusters.sort((a, b) => a[1] - b[1] || a[0] - b[0])
      }
      return { ...shape, groups: groups.sort((a, b) => a.group - b.group), exact: kept === 52 }
    },
  }
}
