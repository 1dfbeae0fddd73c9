/** What a replay counts, pure: forwarded, refused by code, and where the outcome was not the expected one. */

export type Tally = {
  readonly forwarded: number
  readonly refused: Readonly<Record<string, number>>
  /** Calls that were neither forwarded nor refused by a rule: 5xx, broken connections. */
  readonly failed: Readonly<Record<string, number>>
  readonly unexpected: readonly {
    readonly conversation: string
    readonly turn: number
    readonly wanted: string
    readonly got: string
  }[]
}

export const emptyTally: Tally = { forwarded: 0, refused: {}, failed: {}, unexpected: [] }

export type Outcome = {
  readonly conversation: string
  readonly turn: number
  readonly wanted?: string
  readonly got: 'forwarded' | { readonly code: string; readonly status: number }
}

export function count(tally: Tally, { conversation, turn, wanted, got }: Outcome): Tally {
  const code = got === 'forwarded' ? 'forwarded' : got.code
  const unexpected =
    wanted !== undefined && wanted !== code
      ? [...tally.unexpected, { conversation, turn, wanted, got: code }]
      : tally.unexpected
  if (got === 'forwarded') return { ...tally, forwarded: tally.forwarded + 1, unexpected }
  const kind = got.status >= 500 || got.status === 429 || got.status === 0 ? 'failed' : 'refused'
  return { ...tally, [kind]: { ...tally[kind], [got.code]: (tally[kind][got.code] ?? 0) + 1 }, unexpected }
}

export function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, n) => sum + n, 0)
}
