/**
 * Shapley values of any model, from what it answers when only some features are known (Shapley 1953; Lundberg & Lee
 * 2017). Unknown features take their values from the rows of the background, and the answers are averaged. Up to 12
 * features all coalitions are asked; above that a sample of orders, with an interval per value.
 *
 * A plan says what must be asked and what follows from the answers, and asks nothing itself: a model in this process
 * and a scorer on the network are asked for the same coalitions.
 */
import { generator, shuffle, studentCritical } from '../../statistics/index.ts'
import type { Attribution } from './attribution.ts'
import type { Row } from './model.ts'

/** A byte per feature: 1 = known. */
export type Coalition = Uint8Array
export const EXACT_FEATURES = 12
/** A table of a game may be larger: nobody needs to be asked. */
export const TABLE_PLAYERS = 20

type Found = Pick<Attribution, 'base' | 'phi' | 'halfWidth'> & { readonly whole: number }
export type ShapleyPlan = {
  readonly coalitions: readonly Coalition[]
  /** `values[k]` is the mean answer for `coalitions[k]`. `whole` is the answer with every feature known. */
  finish(values: Float64Array): Found
}

/** All 2ⁿ coalitions, n ≤ 12; the values are exact. Coalition k knows the features whose bits are set in k. */
export function exactPlan(features: number): ShapleyPlan {
  const coalitions = Array.from({ length: 2 ** features }, (_, mask) =>
    Uint8Array.from({ length: features }, (_, i) => (mask >> i) & 1),
  )
  return {
    coalitions,
    finish: (values) => ({ ...gameValues(features, values), halfWidth: null, whole: values[values.length - 1]! }),
  }
}

/** Shapley values of a game given as a table: `values[S]` by the bits of S, 2ⁿ of them. */
export function gameValues(players: number, values: Float64Array): { base: number; phi: number[] } {
  const weight = coalitionWeights(players)
  const phi = new Float64Array(players)
  for (let mask = 0; mask < values.length; mask++) {
    const size = bits(mask)
    for (let i = 0; i < players; i++)
      if ((mask & (1 << i)) === 0) phi[i]! += weight[size]! * (values[mask | (1 << i)]! - values[mask]!)
  }
  return { base: values[0]!, phi: Array.from(phi) }
}

/** By size s: s! (n−s−1)! / n!. */
function coalitionWeights(players: number): Float64Array {
  const weight = new Float64Array(players)
  if (players > 0) weight[0] = 1 / players
  for (let s = 1; s < players; s++) weight[s] = (weight[s - 1]! * s) / (players - s)
  return weight
}

function bits(mask: number): number {
  let count = 0
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++
  return count
}

/**
 * `pairs` orders of the features, each with its reverse (antithetic: what an order gives a feature early, the reverse
 * gives it late, so their mean varies less). The values add up whatever the sample; the half width is that of Student's
 * interval over the pairs. The same seed gives the same plan. Errors: none; `pairs` ≥ 2.
 */
export function sampledPlan(features: number, { pairs, seed }: { pairs: number; seed: number }): ShapleyPlan {
  const random = generator(seed)
  const numbers = new Map<string, number>()
  const coalitions: Coalition[] = []
  const numberOf = (coalition: Coalition): number => {
    const key = coalition.join('')
    const known = numbers.get(key)
    if (known !== undefined) return known
    coalitions.push(coalition.slice())
    numbers.set(key, coalitions.length - 1)
    return coalitions.length - 1
  }
  const nothing = numberOf(new Uint8Array(features))
  const whole = numberOf(new Uint8Array(features).fill(1))
  /** Each order with the coalition before each step and after the last. */
  const orders: { order: readonly number[]; steps: Int32Array }[] = []
  const follow = (order: readonly number[]) => {
    const coalition = new Uint8Array(features)
    const steps = new Int32Array(features + 1)
    steps[0] = nothing
    for (let k = 0; k < features; k++) {
      coalition[order[k]!] = 1
      steps[k + 1] = numberOf(coalition)
    }
    orders.push({ order, steps })
  }
  for (let pair = 0; pair < pairs; pair++) {
    const order = shuffle(
      random,
      Array.from({ length: features }, (_, i) => i),
    )
    follow(order)
    follow(order.toReversed())
  }
  return { coalitions, finish: (values) => sampledValues(features, orders, values, nothing, whole) }
}

function sampledValues(
  features: number,
  orders: readonly { readonly order: readonly number[]; readonly steps: Int32Array }[],
  values: Float64Array,
  nothing: number,
  whole: number,
): Found {
  const mean = new Float64Array(features)
  const spread = new Float64Array(features)
  const both = new Float64Array(features)
  const pairs = orders.length / 2
  for (let pair = 0; pair < pairs; pair++) {
    both.fill(0)
    for (const { order, steps } of [orders[2 * pair]!, orders[2 * pair + 1]!])
      for (let k = 0; k < features; k++) both[order[k]!]! += (values[steps[k + 1]!]! - values[steps[k]!]!) / 2
    // Mean and sum of squares as they grow (Welford 1962): no large numbers are taken from each other.
    for (let i = 0; i < features; i++) {
      const away = both[i]! - mean[i]!
      mean[i]! += away / (pair + 1)
      spread[i]! += away * (both[i]! - mean[i]!)
    }
  }
  const t = studentCritical(0.05, pairs - 1)!
  return {
    base: values[nothing]!,
    whole: values[whole]!,
    phi: Array.from(mean),
    halfWidth: Array.from(spread, (sum) => t * Math.sqrt(sum / (pairs - 1) / pairs)),
  }
}

/** The rows to ask for a coalition: the row's own values where known, elsewhere those of each background row. */
export function rowsOf(coalition: Coalition, row: Row, background: readonly Row[]): Float64Array[] {
  return background.map((other) => Float64Array.from(coalition, (known, i) => (known === 1 ? row[i]! : other[i]!)))
}

/** Asks a model in this process for every coalition of the plan. `ask` may not keep the row. */
export function answers(
  plan: ShapleyPlan,
  row: Row,
  background: readonly Row[],
  ask: (row: Float64Array) => number,
): Float64Array {
  // One row for all questions: a model in this process keeps none of them.
  const asked = new Float64Array(row.length)
  const values = new Float64Array(plan.coalitions.length)
  for (const [k, coalition] of plan.coalitions.entries()) {
    let sum = 0
    for (const other of background) {
      for (let i = 0; i < asked.length; i++) asked[i] = coalition[i] === 1 ? row[i]! : other[i]!
      sum += ask(asked)
    }
    values[k] = sum / background.length
  }
  return values
}
