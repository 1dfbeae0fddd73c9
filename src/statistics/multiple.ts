/** Many tests at once. An undefined p stays undefined and does not count in the family. */
import { log } from './elementary.ts'

type Maybe = number | undefined

function adjusted(ps: readonly Maybe[], adjust: (sorted: readonly number[]) => readonly number[]): Maybe[] {
  const order = ps
    .map((p, i) => ({ p, i }))
    .filter((one): one is { p: number; i: number } => one.p !== undefined)
    .sort((x, y) => x.p - y.p || x.i - y.i)
  const values = adjust(order.map(({ p }) => p))
  const out: Maybe[] = ps.map(() => undefined)
  for (const [rank, { i }] of order.entries()) out[i] = values[rank]
  return out
}

/** Holm (1979): p(i)·(m − i + 1), never falling, at most 1. Keeps the chance of any false claim at alpha. */
export function holm(ps: readonly Maybe[]): Maybe[] {
  return adjusted(ps, (sorted) => {
    let most = 0
    return sorted.map((p, i) => {
      most = Math.max(most, Math.min(1, p * (sorted.length - i)))
      return most
    })
  })
}

/** Benjamini & Hochberg (1995): p(i)·m/i, never rising from above. Keeps the expected share of false claims at alpha. */
export function benjaminiHochberg(ps: readonly Maybe[]): Maybe[] {
  return adjusted(ps, (sorted) => {
    const m = sorted.length
    let least = 1
    return sorted
      .map((_, j) => {
        const i = m - 1 - j
        least = Math.min(least, (sorted[i]! * m) / (i + 1))
        return least
      })
      .reverse()
  })
}

/**
 * e-BH (Wang & Ramdas 2022): the k largest e-values are rejected, k the largest with E(k) ≥ K/(k·alpha). Holds under any
 * dependence. Takes natural logarithms, gives the indices of the rejected.
 */
export function eBenjaminiHochberg(logEs: readonly number[], alpha: number): number[] {
  const order = logEs.map((logE, i) => ({ logE, i })).sort((x, y) => y.logE - x.logE || x.i - y.i)
  for (let k = order.length; k >= 1; k--)
    if (order[k - 1]!.logE >= log(order.length / (k * alpha)))
      return order
        .slice(0, k)
        .map(({ i }) => i)
        .sort((x, y) => x - y)
  return []
}

/**
 * Which of many discrete tests can be significant at all (Tarone, Biometrics 46, 1990): the smallest k for which at most k tests
 * have a smallest possible p of alpha/k or less, and those tests. `least`: the smallest p each test could have given; it may
 * depend on what the test is made on condition of (the discordant pairs), and not on how these fell. A correction over these
 * tests alone keeps its level for all.
 */
export function testable(least: readonly Maybe[], alpha: number): boolean[] {
  const known = least.filter((p): p is number => p !== undefined)
  for (let k = 1; k < known.length; k++) {
    const limit = alpha / k
    if (known.filter((p) => p <= limit).length <= k) return least.map((p) => p !== undefined && p <= limit)
  }
  return least.map((p) => p !== undefined && p <= alpha / Math.max(1, known.length))
}
