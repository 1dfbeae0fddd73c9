/** What each feature contributed to one output, whichever method found it. */
import type { Method, Scale } from './contract.ts'

export type Attribution = {
  readonly method: Method
  readonly scale: Scale
  /** The output without knowing any feature: what the contributions start from. */
  readonly base: number
  /** One per feature, in the order of the features; base + Σ phi = output. */
  readonly phi: readonly number[]
  /** What the model itself answers; not a sum of the contributions. */
  readonly output: number
  /** Half the width of a 95 % interval per contribution; null when they are exact. */
  readonly halfWidth: readonly number[] | null
  readonly baseline: { readonly kind: 'background' | 'training' | 'none'; readonly rows: number | null }
}

/** How far base + Σ phi lies from the output. Above 1e-6 nothing is explained. */
export function additivityGap({ base, phi, output }: Pick<Attribution, 'base' | 'phi' | 'output'>): number {
  return Math.abs(phi.reduce((sum, each) => sum + each, base) - output)
}
export const ADDITIVITY_TOLERANCE = 1e-6
