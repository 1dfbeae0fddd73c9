/** Quantiles of what was drawn, and permutation of signs. */
import type { Generator } from './random.ts'

/** Linear quantile (type 7 of Hyndman & Fan 1996) of values in ascending order; undefined for none. */
export function quantileOfSorted(sorted: ArrayLike<number>, q: number): number | undefined {
  if (sorted.length === 0) return undefined
  const place = q * (sorted.length - 1)
  const low = Math.floor(place)
  const high = Math.min(sorted.length - 1, low + 1)
  const part = place - low
  return sorted[low]! + (part === 0 ? 0 : part * (sorted[high]! - sorted[low]!))
}

/** Percentile interval of replicates; those that are NaN were undefined and are left out. Sorts a copy. */
export function percentileInterval(
  replicates: Float64Array,
  alpha: number,
): { readonly lower: number; readonly upper: number; readonly used: number } | undefined {
  const kept = replicates.filter((value) => !Number.isNaN(value)).sort()
  const lower = quantileOfSorted(kept, alpha / 2)
  return lower === undefined ? undefined : { lower, upper: quantileOfSorted(kept, 1 - alpha / 2)!, used: kept.length }
}

/** Below this many clusters every sign is tried. */
const ENUMERATED = 16

/**
 * Two-sided sign-flip permutation test that differences are symmetric around 0, with whole clusters flipped: `clusters` holds
 * the sum of differences per cluster. Exact for up to 16 clusters, else (1 + hits)/(1 + draws). Undefined for none.
 */
export function signFlip(
  clusters: readonly number[],
  { random, draws }: { readonly random: Generator; readonly draws: number },
): number | undefined {
  const k = clusters.length
  if (k === 0) return undefined
  const size = clusters.reduce((sum, d) => sum + Math.abs(d), 0)
  const seen = Math.abs(clusters.reduce((sum, d) => sum + d, 0)) - 1e-12 * size
  let hits = 0
  if (k <= ENUMERATED) {
    for (let signs = 0; signs < 1 << k; signs++) {
      let total = 0
      for (let i = 0; i < k; i++) total += (signs >> i) & 1 ? clusters[i]! : -clusters[i]!
      if (Math.abs(total) >= seen) hits++
    }
    return hits / (1 << k)
  }
  for (let draw = 0; draw < draws; draw++) {
    let total = 0
    let word = 0
    for (let i = 0; i < k; i++) {
      if (i % 32 === 0) word = random.uint32()
      total += (word >>> (i % 32)) & 1 ? clusters[i]! : -clusters[i]!
    }
    if (Math.abs(total) >= seen) hits++
  }
  return (1 + hits) / (1 + draws)
}

/**
 * The same test for differences that are whole numbers, exact for any number of clusters: the number of sign patterns with each
 * sum follows by adding one cluster after another (Pagano and Tritchler, JASA 78, 1983). With differences of one it is McNemar's
 * exact test. Work grows with clusters times their summed size. Undefined for none.
 */
export function signFlipExact(clusters: readonly number[]): number | undefined {
  if (clusters.length === 0) return undefined
  const sizes = clusters.map(Math.abs).filter((size) => size > 0)
  const most = sizes.reduce((sum, size) => sum + size, 0)
  const seen = Math.abs(clusters.reduce((sum, d) => sum + d, 0))
  // Place s + most holds the chance of the sum s.
  let chances = new Float64Array(2 * most + 1)
  chances[most] = 1
  for (const size of sizes) {
    const next = new Float64Array(chances.length)
    for (let at = 0; at < chances.length; at++) {
      const half = chances[at]! / 2
      if (half === 0) continue
      next[at - size]! += half
      next[at + size]! += half
    }
    chances = next
  }
  let tail = 0
  for (let at = 0; at <= most - seen; at++) tail += chances[at]!
  return Math.min(1, seen === 0 ? 1 : 2 * tail)
}
