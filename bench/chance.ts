/** Chance with a seed, so that a long run can be repeated. */
export type Chance = {
  /** In [0, 1). */
  next(): number
  /** A whole number from `from` up to and including `to`. */
  whole(from: number, to: number): number
  /** True in this share of the cases. */
  happens(share: number): boolean
  /** One of them, which may not be empty. */
  pick<T>(of: readonly T[]): T
  /** One of the names, as often as its weight says. */
  weighed<K extends string>(weights: Readonly<Record<K, number>>): K
}

/** mulberry32: same seed, same row of numbers. */
export function seededChance(seed: number): Chance {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
  const whole = (from: number, to: number) => from + Math.floor(next() * (to - from + 1))
  return {
    next,
    whole,
    happens: (share) => next() < share,
    pick: (of) => of[whole(0, of.length - 1)]!,
    weighed<K extends string>(weights: Readonly<Record<K, number>>) {
      const entries = Object.entries(weights) as [K, number][]
      let left = next() * entries.reduce((sum, [, weight]) => sum + weight, 0)
      for (const [name, weight] of entries) {
        left -= weight
        if (left < 0) return name
      }
      return entries.at(-1)![0]
    },
  }
}
