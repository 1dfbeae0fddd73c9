/**
 * Facts: figures about what was recorded, under a name that gates, forms, signals, controls and evidence packs can ask
 * for without knowing where they come from. Each capability offers its own; `main.ts` puts the list together.
 */
import type { Tx } from '../platform/database.ts'

export type FactScope = { readonly client?: string; readonly system?: string }
/** From its first moment up to, not including, its last. */
export type Period = { readonly from: Date; readonly until: Date }

export type Fact = {
  /** null: nothing can be said, for lack of cases. */
  readonly value: number | null
  /** How many cases the value is about. */
  readonly n: number
  readonly asOf: Date
  /** Ids of records behind it, newest first, at most `FACT_ENTRIES`. */
  readonly entries: readonly string[]
}
export const FACT_ENTRIES = 100

/**
 * One figure. The same question in the same transaction gives the same answer; it reads and never writes. A share is
 * in [0, 1]; with no cases its value is null, never 0.
 */
export interface FactSource {
  /** `<folder>.<figure>`. */
  readonly id: string
  /** `score`: a mean of answers from 1 to 5. */
  readonly unit: 'count' | 'share' | 'ms' | 'score'
  query(tx: Tx, scope: FactScope, period: Period, now: Date): Promise<Fact>
}
