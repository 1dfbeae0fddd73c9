/** What the recogniser finds and misses of labelled samples, as figures that do not say more than they can. */
import { type CoverageFigures, type CoverageRow, ENOUGH } from './contract.ts'
import { type Labelled, type Span, score, wilson } from './score.ts'

/**
 * Figures over samples; `found` gives what is hidden in one. A label, channel, language or origin without a labelled
 * stretch has no row. Rows with most stretches first.
 */
export function coverageOf(
  items: readonly Labelled[],
  found: (item: Labelled) => readonly Span[],
  unreadable: number,
): CoverageFigures {
  const { all, by, negatives, untouched, others, hidden } = score(items, found)
  const rows = (tallies: ReadonlyMap<string, { readonly gold: number; readonly leaks: number }>): CoverageRow[] =>
    [...tallies]
      .filter(([, { gold }]) => gold > 0)
      .map(([key, { gold, leaks }]) => rowOf(key, leaks, gold))
      .sort((a, b) => b.spans - a.spans || (a.key < b.key ? -1 : 1))
  const [low, high] = wilson(untouched, negatives)
  return {
    samples: items.length,
    unreadable,
    leak: rowOf('all', all.leaks, all.gold),
    labels: rows(by.label),
    channels: rows(by.channel),
    languages: rows(by.lang),
    origins: rows(by.origin),
    clean: { of: negatives, untouched, share: negatives === 0 ? null : untouched / negatives, low, high },
    over: { of: others, hidden, share: others === 0 ? null : hidden / others },
  }
}

/** Below `ENOUGH` stretches the share and its interval are shown, and no conclusion is drawn from them. */
export function rowOf(key: string, leaks: number, spans: number): CoverageRow {
  const [low, high] = wilson(leaks, spans)
  return { key, spans, leaks, share: spans === 0 ? null : leaks / spans, low, high, enough: spans >= ENOUGH }
}

/** The counts of several measurements together, as one row. */
export function together(figures: readonly CoverageFigures[]): CoverageRow {
  const sum = (of: (one: CoverageFigures) => number) => figures.reduce((total, one) => total + of(one), 0)
  return rowOf(
    'all',
    sum(({ leak }) => leak.leaks),
    sum(({ leak }) => leak.spans),
  )
}
