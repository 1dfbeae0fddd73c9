/** Inequality of a benefit over people: Theil's index and the generalised entropy. */
import { log, square } from './elementary.ts'

/** `count` people have this benefit, which is ≥ 0. */
export type Benefit = { readonly value: number; readonly count: number }

const countOf = (benefits: readonly Benefit[]) => benefits.reduce((sum, { count }) => sum + count, 0)
const meanOf = (benefits: readonly Benefit[]) =>
  benefits.reduce((sum, { value, count }) => sum + value * count, 0) / countOf(benefits)

/** mean((b/μ)·ln(b/μ)), with 0·ln 0 = 0. Undefined when nobody is there or the mean is 0. */
export function theil(benefits: readonly Benefit[]): number | undefined {
  const n = countOf(benefits)
  const mean = meanOf(benefits)
  if (!(n > 0) || !(mean > 0)) return undefined
  const total = benefits.reduce((sum, { value, count }) => {
    const relative = value / mean
    return relative > 0 ? sum + count * relative * log(relative) : sum
  }, 0)
  return Math.max(0, total / n)
}

/** Generalised entropy with α = 2: mean((b/μ)² − 1)/2. Undefined as above. */
export function generalizedEntropy2(benefits: readonly Benefit[]): number | undefined {
  const n = countOf(benefits)
  const mean = meanOf(benefits)
  if (!(n > 0) || !(mean > 0)) return undefined
  const total = benefits.reduce((sum, { value, count }) => sum + count * (square(value / mean) - 1), 0)
  return Math.max(0, total / (2 * n))
}

/** What is left of the inequality when everyone has the mean of their group: the part between groups. */
export function betweenGroups(groups: readonly (readonly Benefit[])[]): Benefit[] {
  return groups
    .filter((benefits) => countOf(benefits) > 0)
    .map((benefits) => ({ value: meanOf(benefits), count: countOf(benefits) }))
}
