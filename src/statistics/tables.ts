/** Tables of counts: tests of independence and fit, and how much one column says about another. */
import { log, square } from './elementary.ts'
import { chiSquaredTail } from './gamma.ts'

export type ChiSquared = { readonly statistic: number; readonly df: number; readonly p: number; readonly n: number }

/** Rows and columns without a count say nothing and are left out. */
function filled(table: readonly (readonly number[])[]): number[][] {
  const columns = table[0]?.map((_, j) => table.some((row) => row[j]! > 0)) ?? []
  return table.filter((row) => row.some((count) => count > 0)).map((row) => row.filter((_, j) => columns[j]))
}

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0)
const columnSums = (table: readonly (readonly number[])[]) =>
  table[0]!.map((_, j) => table.reduce((total, row) => total + row[j]!, 0))

/** Pearson's χ² of independence, without continuity correction. Undefined with fewer than two filled rows or columns. */
export function chiSquared(table: readonly (readonly number[])[]): ChiSquared | undefined {
  const counts = filled(table)
  if (counts.length < 2 || counts[0]!.length < 2) return undefined
  const rows = counts.map(sum)
  const columns = columnSums(counts)
  const n = sum(rows)
  let statistic = 0
  for (const [i, row] of counts.entries()) {
    for (const [j, count] of row.entries()) {
      const expected = (rows[i]! * columns[j]!) / n
      statistic += square(count - expected) / expected
    }
  }
  const df = (rows.length - 1) * (columns.length - 1)
  return { statistic, df, p: chiSquaredTail(statistic, df)!, n }
}

/** χ² of counts against shares that add up to 1. Undefined when a share is 0, nothing was counted, or there is one class. */
export function goodnessOfFit(counts: readonly number[], shares: readonly number[]): ChiSquared | undefined {
  const n = sum(counts)
  if (!(n > 0) || counts.length < 2 || shares.some((share) => !(share > 0))) return undefined
  const statistic = counts.reduce((total, count, i) => total + square(count - n * shares[i]!) / (n * shares[i]!), 0)
  return { statistic, df: counts.length - 1, p: chiSquaredTail(statistic, counts.length - 1)!, n }
}

/** Cramér's V = √(χ²/(n·min(r−1, c−1))), in [0, 1]; undefined where χ² is. */
export function cramersV(table: readonly (readonly number[])[]): number | undefined {
  const test = chiSquared(table)
  if (test === undefined) return undefined
  const counts = filled(table)
  return Math.sqrt(test.statistic / (test.n * (Math.min(counts.length, counts[0]!.length) - 1)))
}

/** Cramér's V without its upward bias (Bergsma 2013, eq. 5): 0 where independence would give as much. */
export function cramersVCorrected(table: readonly (readonly number[])[]): number | undefined {
  const test = chiSquared(table)
  if (test === undefined || test.n <= 1) return undefined
  const counts = filled(table)
  const r = counts.length
  const c = counts[0]!.length
  const phi2 = Math.max(0, test.statistic / test.n - ((r - 1) * (c - 1)) / (test.n - 1))
  const shrunk = (k: number) => k - square(k - 1) / (test.n - 1)
  const least = Math.min(shrunk(r), shrunk(c)) - 1
  return least > 0 ? Math.min(1, Math.sqrt(phi2 / least)) : undefined
}

/** Shannon's entropy in nats of counts; 0·ln 0 = 0. Undefined when nothing was counted. */
export function entropy(counts: readonly number[]): number | undefined {
  const n = sum(counts)
  if (!(n > 0)) return undefined
  return counts.reduce((total, count) => (count > 0 ? total - (count / n) * log(count / n) : total), 0)
}

/** Mutual information in nats of rows and columns, never below 0. */
export function mutualInformation(table: readonly (readonly number[])[]): number | undefined {
  const counts = filled(table)
  if (counts.length === 0) return undefined
  const rows = counts.map(sum)
  const columns = columnSums(counts)
  const n = sum(rows)
  let total = 0
  for (const [i, row] of counts.entries())
    for (const [j, count] of row.entries())
      if (count > 0) total += (count / n) * log((count * n) / (rows[i]! * columns[j]!))
  return Math.max(0, total)
}

/** Theil's uncertainty coefficient: the share of the columns' entropy that the rows explain, in [0, 1]. Undefined for one column. */
export function uncertaintyCoefficient(table: readonly (readonly number[])[]): number | undefined {
  const counts = filled(table)
  if (counts.length === 0) return undefined
  const h = entropy(columnSums(counts))!
  return h > 0 ? Math.min(1, mutualInformation(counts)! / h) : undefined
}

/** Goodman & Kruskal's λ: by how much knowing the row lowers the errors of guessing the column. Undefined for one column. */
export function goodmanKruskalLambda(table: readonly (readonly number[])[]): number | undefined {
  const counts = filled(table)
  if (counts.length === 0) return undefined
  const columns = columnSums(counts)
  const n = sum(columns)
  const most = Math.max(...columns)
  if (n === most) return undefined
  return (sum(counts.map((row) => Math.max(...row))) - most) / (n - most)
}

/**
 * Cochran's Q (1950): do k treatments of the same items have equal shares of yes? `items` are rows of 0 and 1 of length k.
 * Undefined when k < 2 or no item answers differently over the treatments.
 */
export function cochransQ(items: readonly (readonly number[])[]): Omit<ChiSquared, 'n'> | undefined {
  const k = items[0]?.length ?? 0
  if (k < 2) return undefined
  const columns = columnSums(items)
  const total = sum(columns)
  const within = k * total - items.reduce((acc, row) => acc + square(sum(row)), 0)
  if (within === 0) return undefined
  const statistic = ((k - 1) * (k * columns.reduce((acc, g) => acc + g * g, 0) - total * total)) / within
  return { statistic, df: k - 1, p: chiSquaredTail(statistic, k - 1)! }
}
