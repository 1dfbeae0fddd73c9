/** Cells as bytes: what is hashed, kept and read again, so that every number of a report can be recomputed without the rows. */
import { z } from 'zod'
import type { CellTable } from './cells.ts'
import { measureKinds } from './contract.ts'

const tuple = z.array(z.string().nullable())
const index = z.int().min(0)
const label = z.union([z.literal(0), z.literal(1), z.null()])
const number = z.number()

/** The cells of an audit as they are kept. Numbers stand in the order of the names in `cells.ts`. */
export const keptCells = z.strictObject({
  version: z.literal(1),
  sensitive: z.array(z.string()),
  strata: z.array(z.string()),
  labelled: z.boolean(),
  weighted: z.boolean(),
  rows: index,
  groups: z.array(tuple),
  strataValues: z.array(tuple),
  cells: z.array(z.tuple([index, index, label, z.union([z.literal(0), z.literal(1)]), number, number, number])),
  scores: z.array(
    z.tuple([
      index,
      label,
      number,
      number,
      number,
      number,
      z.array(z.tuple([number, number])),
      z.array(number),
      z.array(number),
    ]),
  ),
  scoreResolution: z.strictObject({ exact: z.boolean(), width: number }).nullable(),
  signals: z.array(
    z.strictObject({
      name: z.string(),
      kind: z.enum(measureKinds),
      exact: z.boolean(),
      groups: z.array(
        z.tuple([
          index,
          index,
          index,
          z.array(z.tuple([number, z.union([z.literal(0), z.literal(1)]), number])),
          z.array(z.tuple([number, number])),
        ]),
      ),
    }),
  ),
})
export type KeptCells = z.output<typeof keptCells>

/**
 * Canonical: the table is sorted, names stand in a fixed order. Same rows, same bytes, however they were read. In pieces, for the
 * levels of scores can be long. On a grid a level is told by its place.
 */
export function* cellsPieces(table: CellTable): Generator<string> {
  const { scoreResolution } = table
  const head: Omit<KeptCells, 'scores' | 'signals'> = {
    version: 1,
    sensitive: [...table.sensitive],
    strata: [...table.strata],
    labelled: table.labelled,
    weighted: table.weighted,
    rows: table.rows,
    groups: table.groups.map((values) => [...values]),
    strataValues: table.strataValues.map((values) => [...values]),
    cells: table.cells.map((one) => [one.group, one.stratum, one.label, one.prediction, one.n, one.w, one.w2]),
    scoreResolution,
  }
  yield JSON.stringify(head).slice(0, -1)
  yield ',"scores":['
  for (const [i, one] of table.scores.entries()) {
    const { scores, weights } = one.levels
    const grid = scoreResolution?.exact === false ? 1 / scoreResolution.width : 0
    const levels = grid > 0 ? Array.from(scores, (score) => Math.floor(score * grid)) : [...scores]
    const bins = one.bins.map(({ w, sum }) => [w, sum])
    yield `${i > 0 ? ',' : ''}${JSON.stringify([one.group, one.label, one.n, one.w, one.sum, one.squares, bins, levels, [...weights]])}`
  }
  const signals: KeptCells['signals'] = table.signals.map(({ name, kind, exact, groups }) => ({
    name,
    kind,
    exact,
    groups: groups.map((one) => [
      one.group,
      one.missing,
      one.apart,
      one.entries.map(([value, ended, count]) => [value, ended, count]),
      one.clusters.map(([errors, units]) => [errors, units]),
    ]),
  }))
  yield `],"signals":${JSON.stringify(signals)}}`
}

export function cellsBytes(table: CellTable): string {
  return [...cellsPieces(table)].join('')
}

/** The table that these bytes hold. Throws a ZodError or SyntaxError on anything else. */
export function readCells(bytes: string): CellTable {
  const kept = keptCells.parse(JSON.parse(bytes))
  const { scoreResolution } = kept
  const scoreOf = (level: number) => (scoreResolution?.exact === false ? (level + 0.5) * scoreResolution.width : level)
  return {
    ...kept,
    cells: kept.cells.map(([group, stratum, of, prediction, n, w, w2]) => ({
      group,
      stratum,
      label: of,
      prediction,
      n,
      w,
      w2,
    })),
    scores: kept.scores.map(([group, of, n, w, sum, squares, bins, scores, weights]) => ({
      group,
      label: of,
      n,
      w,
      sum,
      squares,
      bins: bins.map(([weight, total]) => ({ w: weight, sum: total })),
      levels: { scores: Float64Array.from(scores, scoreOf), weights: Float64Array.from(weights) },
    })),
    signals: kept.signals.map(({ groups, ...signal }) => ({
      ...signal,
      groups: groups.map(([group, missing, apart, entries, clusters]) => ({
        group,
        missing,
        apart,
        entries,
        clusters,
      })),
    })),
  }
}
