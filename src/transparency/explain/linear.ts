/**
 * Contributions to a weighted sum: w_i (x_i − mean_i) against the mean of the background. These are the interventional
 * Shapley values of the sum, exactly (Štrumbelj & Kononenko 2014, section 3.1). A logistic model is explained on its log-odds;
 * on the probability there is no such formula: see `kernel.ts`.
 */
import type { Attribution } from './attribution.ts'
import type { LinearModel, Row } from './model.ts'

/** `background`: at least one row, as long as the weights. Ignores the link: base and output are sums. */
export function linearContributions(
  model: LinearModel,
  row: Row,
  background: readonly Row[],
): Pick<Attribution, 'base' | 'phi' | 'output'> {
  const means = meanRow(background, model.weights.length)
  let base = model.intercept
  let output = model.intercept
  const phi = model.weights.map((weight, i) => {
    base += weight * means[i]!
    output += weight * row[i]!
    return weight * (row[i]! - means[i]!)
  })
  return { base, phi, output }
}

/** Mean per feature. */
export function meanRow(rows: readonly Row[], features: number): Float64Array {
  const sums = new Float64Array(features)
  for (const row of rows) for (let i = 0; i < features; i++) sums[i]! += row[i]!
  return sums.map((sum) => sum / rows.length)
}
