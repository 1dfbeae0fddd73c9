/**
 * Weight per score and slot, for what depends on the order of scores. Exact while there are at most 200,000 different (slot,
 * score). Beyond that scores fall on a grid: 1/65,536 wide, which keeps scores of four decimals apart, and wider by fours when
 * there are many slots, so that memory stays below 50 MiB. Which it becomes depends on the data, not on the order of the rows.
 */
import { createValueCounts, type ValueCounts } from './value-counts.ts'

export type ScoreLevels = {
  add(slot: number, score: number, weight: number): void
  resolution(): { readonly exact: boolean; readonly width: number }
  /** Per slot: ascending scores (the middle of their places on the grid) and their weights. */
  finish(): Map<number, Levels>
}

export type Levels = { readonly scores: Float64Array; readonly weights: Float64Array }
export const noLevels: Levels = { scores: new Float64Array(0), weights: new Float64Array(0) }

type Limits = { readonly exact: number; readonly places: number }
const usual: Limits = { exact: 200_000, places: 6_291_456 }
/** Counts of rows take half the room of sums of weights. */
type Weights = Float64Array<ArrayBuffer> | Uint32Array<ArrayBuffer>
const FINEST = 65_536
const COARSEST = 64

export function createScoreLevels(weighted: boolean, limits: Limits = usual): ScoreLevels {
  const create = (size: number): Weights => (weighted ? new Float64Array(size) : new Uint32Array(size))
  let exact: ValueCounts | undefined = createValueCounts()
  let grid = FINEST
  const slots = new Map<number, Weights>()

  function coarsen(): void {
    grid /= 4
    for (const [slot, fine] of slots) {
      const coarse = create(grid)
      for (let i = 0; i < fine.length; i++) coarse[i >> 2] = coarse[i >> 2]! + fine[i]!
      slots.set(slot, coarse)
    }
  }

  function put(slot: number, score: number, weight: number): void {
    let weights = slots.get(slot)
    if (weights === undefined) {
      while ((slots.size + 1) * grid > limits.places && grid > COARSEST) coarsen()
      weights = create(grid)
      slots.set(slot, weights)
    }
    const place = Math.min(grid - 1, Math.floor(score * grid))
    // Counts are exact; sums of weights beyond 200,000 levels may differ in their last digit with the order of the rows.
    weights[place] = weights[place]! + weight
  }

  return {
    add(slot, score, weight) {
      if (exact === undefined) {
        put(slot, score, weight)
        return
      }
      exact.add(slot, score, weight)
      if (exact.size > limits.exact) {
        exact.each(put)
        exact = undefined
      }
    },
    resolution: () => (exact === undefined ? { exact: false, width: 1 / grid } : { exact: true, width: 0 }),
    finish() {
      const bySlot = new Map<number, Levels>()
      if (exact !== undefined) {
        for (const [slot, { values, counts }] of exact.bySlot()) bySlot.set(slot, { scores: values, weights: counts })
        return bySlot
      }
      for (const [slot, weights] of slots) bySlot.set(slot, filled(weights, grid))
      return bySlot
    },
  }
}

function filled(weights: Weights, grid: number): Levels {
  let size = 0
  for (const weight of weights) if (weight > 0) size++
  const levels = { scores: new Float64Array(size), weights: new Float64Array(size) }
  let at = 0
  for (let place = 0; place < grid; place++)
    if (weights[place]! > 0) {
      levels.scores[at] = (place + 0.5) / grid
      levels.weights[at] = weights[place]!
      at++
    }
  return levels
}

/** The levels of several cells as one, ascending. */
export function mergedLevels(all: readonly Levels[]): Levels {
  if (all.length === 1) return all[0]!
  const counts = createValueCounts()
  for (const { scores, weights } of all) for (let i = 0; i < scores.length; i++) counts.add(0, scores[i]!, weights[i]!)
  const merged = counts.bySlot().get(0)
  return merged === undefined ? noLevels : { scores: merged.values, weights: merged.counts }
}
