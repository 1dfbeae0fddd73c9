/**
 * Maximal uncovered patterns (Asudeh, Jin & Jagadish 2019, algorithm Pattern-Breaker): combinations of values that occur fewer than
 * τ times while every more general one occurs at least τ times. Found from the most general down, so each is met once.
 */
import type { Combinations } from './coverage-intake.ts'

/** Patterns that are looked at; beyond them there are too many columns for this question. */
const MOST_LOOKED_AT = 200_000

export class TooManyPatterns extends Error {
  override readonly name = 'TooManyPatterns'
}

/** Codes per column; −1 is "any". Missing values are in no pattern but in the counts of those that leave the column open. */
export type Pattern = { readonly codes: readonly number[]; readonly count: number }

type Node = { readonly codes: readonly number[]; readonly rows: Int32Array; readonly count: number }

/** Most general first, then in the order of the columns and of their texts. */
export function maximalUncoveredPatterns(
  table: Combinations,
  columns: readonly number[],
  threshold: number,
): Pattern[] {
  const width = table.columns.length
  const values = columns.map((c) => orderedCodes(table, c))
  const total = table.counts.reduce((a, b) => a + b, 0)
  const root: Node = {
    codes: columns.map(() => -1),
    rows: Int32Array.from({ length: table.size }, (_, i) => i),
    count: total,
  }
  if (total < threshold) return [{ codes: root.codes, count: total }]
  const found: Pattern[] = []
  let level = [root]
  let looked = 0
  while (level.length > 0) {
    const covered = new Set(level.map(({ codes }) => codes.join()))
    const next: Node[] = []
    for (const node of level) {
      const from = node.codes.findLastIndex((code) => code >= 0) + 1
      for (let at = from; at < columns.length; at++)
        for (const code of values[at]!) {
          if (++looked > MOST_LOOKED_AT) throw new TooManyPatterns()
          const codes = node.codes.with(at, code)
          if (!parentsCovered(codes, covered)) continue
          const rows = node.rows.filter((row) => table.codes[row * width + columns[at]!] === code)
          const count = rows.reduce((sum, row) => sum + table.counts[row]!, 0)
          if (count < threshold) found.push({ codes, count })
          else next.push({ codes, rows, count })
        }
    }
    level = next
  }
  const rank = (codes: readonly number[]) => codes.map((code, i) => values[i]!.indexOf(code))
  const general = (codes: readonly number[]) => codes.filter((code) => code >= 0).length
  return found.sort((a, b) => general(a.codes) - general(b.codes) || compareRanks(rank(a.codes), rank(b.codes)))
}

function compareRanks(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((rank, i) => rank !== b[i])
  return at < 0 ? 0 : a[at]! - b[at]!
}

function parentsCovered(codes: readonly number[], covered: ReadonlySet<string>): boolean {
  return codes.every((code, i) => code < 0 || covered.has(codes.with(i, -1).join()))
}

/** Codes of the values that occur in a column, in the order of their texts; missing left out. */
export function orderedCodes(table: Combinations, column: number): number[] {
  const texts = table.texts[column]!
  const seen = new Set<number>()
  for (let i = 0; i < table.size; i++) seen.add(table.codes[i * table.columns.length + column]!)
  seen.delete(0)
  return [...seen].sort((a, b) => (texts[a]! < texts[b]! ? -1 : 1))
}
