/**
 * The lowest-cost changes for a weighted sum, exactly, where asking row by row would take too long: a knapsack. Each
 * step of a feature gains |weight|·step towards the limit and has its cost; the cheapest set of steps that closes the gap
 * is found by branch and bound, with the fractional knapsack (Dantzig 1957) as the bound. Every row is still put to the
 * model before it counts.
 */
import {
  COST_TOLERANCE,
  type Counterfactual,
  found,
  type Level,
  levelsOf,
  MAX_OPTIMA,
  nothing,
  type Question,
} from './counterfactual.ts'
import { isFavourable, type LinearModel, margin, predict } from './model.ts'

/** Most branches that are looked into. */
const MAX_BRANCHES = 5_000_000

type Item = {
  readonly feature: number
  readonly levels: readonly (Level & { readonly gain: number })[]
  readonly ratio: number
}

export function linearCounterfactual(model: LinearModel, { row, actions, limit }: Question): Counterfactual {
  const own = Array.from(row)
  const mustNotChange = actions.flatMap(({ direction }, i) => (direction === 'fixed' ? [i] : []))
  if (isFavourable(predict(model, own), limit))
    return { alreadyFavourable: true, minimalCost: 0, optima: [own], complete: true, mustNotChange, reason: null }
  const towards = limit.is === '>=' || limit.is === '>' ? 1 : -1
  const line = model.link === 'logistic' ? Math.log(limit.value / (1 - limit.value)) : limit.value
  const gap = towards * (line - margin(model, own))
  const items = actions
    .map((action, feature): Item => {
      const gainOf = (value: number) => towards * model.weights[feature]! * (value - own[feature]!)
      const levels = levelsOf(own[feature]!, action)
        .map((level) => ({ ...level, gain: gainOf(level.value) }))
        .filter(({ gain }) => gain > 0)
      return { feature, levels, ratio: levels.reduce((best, { gain, cost }) => Math.max(best, gain / cost), 0) }
    })
    .filter(({ levels }) => levels.length > 0)
    .sort((a, b) => b.ratio - a.ratio || a.feature - b.feature)
  const flips = (changed: readonly number[]) => isFavourable(predict(model, changed), limit)
  const branches = new Branches(own, items, gap, flips)
  const cost = branches.least()
  if (cost === undefined) return nothing(mustNotChange, branches.tired ? 'search_limit' : 'no_actionable_change')
  const optima = branches.ofCost(cost)
  return found(optima, cost, mustNotChange, !branches.tired && optima.length <= MAX_OPTIMA)
}

class Branches {
  readonly #own: readonly number[]
  readonly #items: readonly Item[]
  readonly #gap: number
  readonly #flips: (row: readonly number[]) => boolean
  /** Rounding of the sums; a row so near the limit is put to the model instead of being passed over. */
  readonly #slack: number
  /** Gain of everything from this item on. */
  readonly #all: readonly number[]
  #left = MAX_BRANCHES
  #best = Number.POSITIVE_INFINITY
  #found: { row: readonly number[]; changed: number; steps: number }[] | null = null

  constructor(own: readonly number[], items: readonly Item[], gap: number, flips: (row: readonly number[]) => boolean) {
    this.#own = own
    this.#items = items
    this.#gap = gap
    this.#flips = flips
    const gains = items.map(({ levels }) => levels.at(-1)!.gain)
    this.#all = [...gains, 0].map((_, i) => gains.slice(i).reduce((sum, gain) => sum + gain, 0))
    this.#slack = 1e-9 * (1 + Math.abs(gap) + (this.#all[0] ?? 0))
  }

  get tired(): boolean {
    return this.#left <= 0
  }

  /** The lowest cost that flips; undefined when none does, or when the search was cut off before it was sure. */
  least(): number | undefined {
    this.#descend(0, 0, this.#gap, [])
    return this.tired || !Number.isFinite(this.#best) ? undefined : this.#best
  }

  /** All rows of that cost, at most one more than are kept. */
  ofCost(cost: number): { row: readonly number[]; changed: number; steps: number }[] {
    this.#found = []
    this.#best = cost
    this.#left = MAX_BRANCHES
    this.#descend(0, 0, this.#gap, [])
    return this.#found
  }

  #descend(at: number, cost: number, gap: number, chosen: readonly { feature: number; level: Level }[]): void {
    if (this.#left-- <= 0 || (this.#found !== null && this.#found.length > MAX_OPTIMA)) return
    if (gap <= this.#slack && this.#settle(cost, chosen)) return
    if (at === this.#items.length || gap > this.#all[at]! + this.#slack) return
    const atLeast = cost + this.#bound(at, gap)
    if (this.#found === null ? atLeast >= this.#best - COST_TOLERANCE : atLeast > this.#best + COST_TOLERANCE) return
    const { feature, levels } = this.#items[at]!
    let most = levels.findIndex(({ gain }) => gain >= gap + this.#slack)
    if (most < 0) most = levels.length - 1
    for (let i = most; i >= 0; i--) {
      const level = levels[i]!
      this.#descend(at + 1, cost + level.cost, gap - level.gain, [...chosen, { feature, level }])
    }
    this.#descend(at + 1, cost, gap, chosen)
  }

  /** Puts the row to the model; true when it flips, so that no more steps are worth adding. */
  #settle(cost: number, chosen: readonly { feature: number; level: Level }[]): boolean {
    const row = [...this.#own]
    for (const { feature, level } of chosen) row[feature] = level.value
    if (!this.#flips(row)) return false
    if (this.#found === null) this.#best = Math.min(this.#best, cost)
    else if (cost <= this.#best + COST_TOLERANCE)
      this.#found.push({
        row,
        changed: chosen.length,
        steps: chosen.reduce((sum, { level }) => sum + level.steps, 0),
      })
    return true
  }

  /** What closing the gap costs at least, if steps could be cut. */
  #bound(at: number, gap: number): number {
    let rest = gap
    let cost = 0
    for (let i = at; i < this.#items.length && rest > 0; i++) {
      const { levels, ratio } = this.#items[i]!
      const taken = Math.min(rest, levels.at(-1)!.gain)
      cost += taken / ratio
      rest -= taken
    }
    return cost
  }
}
