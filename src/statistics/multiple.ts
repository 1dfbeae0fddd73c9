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
