/**
 * What a person could change for the other outcome: within their ranges, in whole steps, in the allowed direction, at
 * the lowest total cost. All such rows of the lowest cost are found, and a row is only ever returned when the model itself,
 * asked again, gives the favourable outcome for it (Wachter, Mittelstadt & Russell 2018; Ustun, Spangher & Liu 2019 for
 * actionable changes).
 */
import { type Action, isFavourable, type Limit, type Row } from './model.ts'

export type Counterfactual = {
  readonly alreadyFavourable: boolean
  /** 0 when the outcome is favourable as it is; null when no change helps, or none was found in time. */
  readonly minimalCost: number | null
  /** Every row of the lowest cost: fewest changes first, then fewest steps. At most 1,000. */
  readonly optima: readonly (readonly number[])[]
  /** False when there are more rows of the lowest cost than are listed. */
  readonly complete: boolean
  /** Features that a person cannot change. */
  readonly mustNotChange: readonly number[]
  /** Why there is none. */
  readonly reason: 'no_actionable_change' | 'search_limit' | null
}

export type Question = {
  readonly row: Row
  readonly actions: readonly Action[]
  readonly limit: Limit
}

/** Most rows that are asked about, and most that are kept. */
export const MAX_ASKED = 100_000
export const MAX_OPTIMA = 1_000
export const COST_TOLERANCE = 1e-9

/** One choice for one feature: a value, what it costs, and how many steps away it is. */
export type Level = { readonly value: number; readonly cost: number; readonly steps: number }

/** Everything a person can do with one feature, cheapest first; the first is to leave it as it is. */
export function levelsOf(value: number, { lower, upper, step, direction, costPerStep }: Action): Level[] {
  const levels: Level[] = [{ value, cost: 0, steps: 0 }]
  if (direction === 'fixed' || costPerStep === null) return levels
  const decimals = Math.min(12, Math.max(decimalsOf(value), decimalsOf(step)))
  const both = direction === 'any' ? [1, -1] : direction === 'increase' ? [1] : [-1]
  const far = Math.max(upper - value, value - lower)
  // A row outside its range may come in, but only where it lands inside.
  const most = Math.min(MAX_ASKED, Math.floor(far / step + 1e-9))
  for (let steps = 1; steps <= most; steps++)
    for (const sign of both) {
      const to = Number((value + sign * steps * step).toFixed(decimals))
      if (to >= lower - 1e-12 && to <= upper + 1e-12) levels.push({ value: to, cost: steps * costPerStep, steps })
    }
  return levels
}

function decimalsOf(value: number): number {
  for (let decimals = 0; decimals < 12; decimals++) if (Number(value.toFixed(decimals)) === value) return decimals
  return 12
}

export type SearchOptions = {
  /** Rows that may be asked about. */
  readonly asked?: number
  /**
   * Names the cell of a value: within a cell the model cannot tell values of that feature apart, so that only the
   * cheapest of them are worth asking (a tree knows its thresholds and nothing between them).
   */
  readonly cell?: (feature: number, value: number) => string
  /**
   * Could any row of this box be favourable? Bounds per feature, both included; equal where it is settled. May say yes
   * too often, never no too often.
   */
  readonly possible?: (box: Box) => boolean
}
export type Box = { readonly lowest: Float64Array; readonly highest: Float64Array }

/**
 * The search as questions and answers: it yields rows of one cost at a time and is sent what the model says of each. It
 * starts from the row itself. Works for any model, also one on the network; the number of rows is at most `asked`.
 *
 * Rows come in order of cost, each exactly once: a row that is made of another by one step more on its last changed
 * feature, or by a first step on a later one, costs at least as much.
 */
export function* search(
  { row, actions, limit }: Question,
  { asked = MAX_ASKED, cell, possible = () => true }: SearchOptions = {},
): Generator<readonly (readonly number[])[], Counterfactual, readonly number[]> {
  const mustNotChange = actions.flatMap(({ direction }, i) => (direction === 'fixed' ? [i] : []))
  const own = Array.from(row)
  const first = yield [own]
  if (isFavourable(first[0]!, limit))
    return { alreadyFavourable: true, minimalCost: 0, optima: [own], complete: true, mustNotChange, reason: null }
  const levels = actions.map((action, i) => cheapestOfCells(levelsOf(own[i]!, action), i, cell))
  const hulls = levels.map(hullsOf)
  const heap = new Heap()
  for (const each of successors([], -1)) heap.push(each)
  let count = 1
  while (heap.size > 0) {
    const cost = heap.least()
    const batch: Node[] = []
    while (heap.size > 0 && heap.least() <= cost + COST_TOLERANCE) {
      const node = heap.pop()
      batch.push(node)
      for (const next of successors(node.choice, node.last)) heap.push(next)
      if (count + batch.length > asked) return nothing(mustNotChange, 'search_limit')
    }
    const rows = batch.map(({ choice }) => rowOf(choice))
    count += rows.length
    const outputs = yield rows
    const flipped = batch.flatMap((node, i) =>
      isFavourable(outputs[i]!, limit) ? [{ row: rows[i]!, changed: node.choice.length, steps: node.steps }] : [],
    )
    if (flipped.length > 0) return found(flipped, cost, mustNotChange)
  }
  return nothing(mustNotChange, 'no_actionable_change')

  function successors(choice: Node['choice'], last: number): Node[] {
    const next: Node['choice'][] = []
    const open = choice.at(-1)
    if (open !== undefined && open.level + 1 < levels[open.feature]!.length)
      next.push([...choice.slice(0, -1), { feature: open.feature, level: open.level + 1 }])
    for (let feature = last + 1; feature < levels.length; feature++)
      if (levels[feature]!.length > 1) next.push([...choice, { feature, level: 1 }])
    return next.filter((each) => possible(boxOf(each))).map(nodeOf)
  }
  /** All rows that come of a choice: its last feature may go further, later ones anywhere, earlier ones are settled. */
  function boxOf(choice: Node['choice']): Box {
    const lowest = Float64Array.from(own)
    const highest = Float64Array.from(own)
    for (const { feature, level } of choice) lowest[feature] = highest[feature] = levels[feature]![level]!.value
    const { feature: last, level } = choice.at(-1)!
    for (let feature = last; feature < levels.length; feature++) {
      const hull = hulls[feature]![feature === last ? level : 0]!
      lowest[feature] = hull.lowest
      highest[feature] = hull.highest
    }
    return { lowest, highest }
  }
  function nodeOf(choice: Node['choice']): Node {
    let cost = 0
    let steps = 0
    for (const { feature, level } of choice) {
      cost += levels[feature]![level]!.cost
      steps += levels[feature]![level]!.steps
    }
    return { choice, cost, steps, last: choice.at(-1)!.feature }
  }
  function rowOf(choice: Node['choice']): number[] {
    const changed = [...own]
    for (const { feature, level } of choice) changed[feature] = levels[feature]![level]!.value
    return changed
  }
}

type Node = {
  readonly choice: readonly { readonly feature: number; readonly level: number }[]
  readonly cost: number
  readonly steps: number
  readonly last: number
}

/** Lowest and highest value from each level on. */
function hullsOf(levels: readonly Level[]): { readonly lowest: number; readonly highest: number }[] {
  let lowest = Number.POSITIVE_INFINITY
  let highest = Number.NEGATIVE_INFINITY
  return levels
    .toReversed()
    .map(({ value }) => {
      // A missing value stays one: it has no bounds.
      if (Number.isNaN(value)) return { lowest: Number.NaN, highest: Number.NaN }
      lowest = Math.min(lowest, value)
      highest = Math.max(highest, value)
      return { lowest, highest }
    })
    .toReversed()
}

/** Of values that the model cannot tell apart only the cheapest; the value as it is stays first. */
function cheapestOfCells(levels: readonly Level[], feature: number, cell: SearchOptions['cell']): readonly Level[] {
  if (cell === undefined) return levels
  const cheapest = new Map<string, number>()
  return levels.filter(({ value, cost }) => {
    const key = cell(feature, value)
    const known = cheapest.get(key)
    if (known === undefined) cheapest.set(key, cost)
    return known === undefined || (cost > 0 && known === cost)
  })
}

export function nothing(mustNotChange: readonly number[], reason: Counterfactual['reason']): Counterfactual {
  return { alreadyFavourable: false, minimalCost: null, optima: [], complete: true, mustNotChange, reason }
}

export function found(
  flipped: readonly { readonly row: readonly number[]; readonly changed: number; readonly steps: number }[],
  cost: number,
  mustNotChange: readonly number[],
  complete = flipped.length <= MAX_OPTIMA,
): Counterfactual {
  const sorted = flipped.toSorted((a, b) => a.changed - b.changed || a.steps - b.steps || compareRows(a.row, b.row))
  return {
    alreadyFavourable: false,
    minimalCost: cost,
    optima: sorted.slice(0, MAX_OPTIMA).map(({ row }) => row),
    complete,
    mustNotChange,
    reason: null,
  }
}

function compareRows(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((each, i) => each !== b[i])
  return at < 0 ? 0 : a[at]! - b[at]!
}

/** Runs the search against a model in this process. */
export function counterfactual(
  question: Question,
  ask: (row: readonly number[]) => number,
  options: SearchOptions = {},
): Counterfactual {
  const steps = search(question, options)
  let next = steps.next()
  while (!next.done) next = steps.next(next.value.map(ask))
  return next.value
}

/** Binary heap by cost; equal costs in the order they came. */
class Heap {
  readonly #items: { readonly node: Node; readonly at: number }[] = []
  #added = 0

  get size(): number {
    return this.#items.length
  }
  least(): number {
    return this.#items[0]!.node.cost
  }
  push(node: Node): void {
    const items = this.#items
    items.push({ node, at: this.#added++ })
    let i = items.length - 1
    while (i > 0) {
      const parent = (i - 1) >> 1
      if (!this.#before(i, parent)) break
      this.#swap(i, parent)
      i = parent
    }
  }
  pop(): Node {
    const items = this.#items
    const top = items[0]!
    const last = items.pop()!
    if (items.length > 0) {
      items[0] = last
      for (let i = 0; ; ) {
        const left = 2 * i + 1
        let least = i
        if (left < items.length && this.#before(left, least)) least = left
        if (left + 1 < items.length && this.#before(left + 1, least)) least = left + 1
        if (least === i) break
        this.#swap(i, least)
        i = least
      }
    }
    return top.node
  }
  #before(a: number, b: number): boolean {
    const [one, other] = [this.#items[a]!, this.#items[b]!]
    return one.node.cost < other.node.cost || (one.node.cost === other.node.cost && one.at < other.at)
  }
  #swap(a: number, b: number): void {
    const kept = this.#items[a]!
    this.#items[a] = this.#items[b]!
    this.#items[b] = kept
  }
}
