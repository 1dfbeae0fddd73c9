/**
 * Slices with more errors than elsewhere: searched on one half of the rows, tested on the other. A slice that was found and tested on
 * the same rows proves nothing. Effect size as in SliceFinder (Chung et al. 2019): difference of mean loss over the mean spread.
 */
import { benjaminiHochberg, fisher } from '../statistics/index.ts'
import type { CoverageReport } from './contract.ts'
import { type Combinations, FOLDS } from './coverage-intake.ts'
import { orderedCodes } from './patterns.ts'

type Slice = NonNullable<CoverageReport['slices']>[number]
type Condition = { readonly column: number; readonly code: number }
type Loss = { readonly n: number; readonly errors: number }

const LEAST_ROWS = 30
const LEAST_EFFECT = 0.4
/** Candidates that go on to the other half. */
const MOST_TESTED = 20
const MOST_LOOKED_AT = 100_000

export function slicesOf(
  table: Combinations,
  plan: { readonly columns: readonly string[]; readonly depth: number },
  alpha: number,
): Slice[] {
  const columns = plan.columns.map((name) => table.columns.indexOf(name))
  const labelled = Int32Array.from({ length: table.size }, (_, i) => i).filter(
    (i) => table.labels[i]! < 2 && table.predictions[i]! < 2,
  )
  const searched = labelled.filter((i) => table.folds[i]! < FOLDS / 2)
  const held = labelled.filter((i) => table.folds[i]! >= FOLDS / 2)
  const candidates = search(table, columns, searched, plan.depth).slice(0, MOST_TESTED)
  const whole = lossOf(table, held)
  const tested = candidates.map((conditions) => {
    const inside = lossOf(table, matching(table, held, conditions))
    const outside = { n: whole.n - inside.n, errors: whole.errors - inside.errors }
    const p =
      inside.n > 0 && outside.n > 0
        ? fisher({ a: inside.errors, b: inside.n - inside.errors, c: outside.errors, d: outside.n - outside.errors })
        : undefined
    return { conditions, inside, outside, p }
  })
  const adjusted = benjaminiHochberg(tested.map(({ p }) => p))
  return tested.map(({ conditions, inside, outside, p }, i) => ({
    slice: Object.fromEntries(
      conditions.map(({ column, code }) => [table.columns[column]!, table.texts[column]![code]!]),
    ),
    n: inside.n,
    errorRate: rate(inside) ?? null,
    errorRateElsewhere: rate(outside) ?? null,
    effectSize: effectOf(inside, outside) ?? null,
    p: p ?? null,
    pAdjusted: adjusted[i] ?? null,
    confirmed: adjusted[i] !== undefined && adjusted[i]! <= alpha && (effectOf(inside, outside) ?? 0) > 0,
  }))
}

const rate = ({ n, errors }: Loss) => (n > 0 ? errors / n : undefined)

function effectOf(inside: Loss, outside: Loss): number | undefined {
  const a = rate(inside)
  const b = rate(outside)
  if (a === undefined || b === undefined) return undefined
  const spread = Math.sqrt((a * (1 - a) + b * (1 - b)) / 2)
  return spread > 0 ? (a - b) / spread : undefined
}

function lossOf(table: Combinations, rows: Int32Array): Loss {
  let n = 0
  let errors = 0
  for (const i of rows) {
    n += table.counts[i]!
    if (table.labels[i] !== table.predictions[i]) errors += table.counts[i]!
  }
  return { n, errors }
}

function matching(table: Combinations, rows: Int32Array, conditions: readonly Condition[]): Int32Array {
  const width = table.columns.length
  return rows.filter((i) => conditions.every(({ column, code }) => table.codes[i * width + column] === code))
}

/** Slices of at most `depth` conditions with enough rows and effect, largest effect first; what is in a found one is left alone. */
function search(table: Combinations, columns: readonly number[], rows: Int32Array, depth: number): Condition[][] {
  const whole = lossOf(table, rows)
  const values = columns.map((column) => orderedCodes(table, column))
  const found: { readonly conditions: Condition[]; readonly effect: number }[] = []
  let level: { readonly conditions: Condition[]; readonly rows: Int32Array; readonly last: number }[] = [
    { conditions: [], rows, last: -1 },
  ]
  let looked = 0
  for (let d = 0; d < depth; d++) {
    const next: typeof level = []
    for (const one of level)
      for (let c = one.last + 1; c < columns.length; c++)
        for (const code of values[c]!) {
          if (++looked > MOST_LOOKED_AT) break
          const conditions = [...one.conditions, { column: columns[c]!, code }]
          if (
            found.some((wider) =>
              wider.conditions.every((has) =>
                conditions.some((own) => own.column === has.column && own.code === has.code),
              ),
            )
          )
            continue
          const inside = matching(table, one.rows, conditions.slice(-1))
          const loss = lossOf(table, inside)
          if (loss.n < LEAST_ROWS) continue
          const effect = effectOf(loss, { n: whole.n - loss.n, errors: whole.errors - loss.errors })
          if (effect !== undefined && effect >= LEAST_EFFECT) found.push({ conditions, effect })
          else next.push({ conditions, rows: inside, last: c })
        }
    level = next
  }
  return found.sort((a, b) => b.effect - a.effect).map(({ conditions }) => conditions)
}
