/** Nodes and weights of Gauss–Legendre quadrature on [0, 1]. */
export type Quadrature = { readonly nodes: Float64Array; readonly weights: Float64Array }

/** Grows to as many entries as there are different sizes; the entries never change. */
const made = new Map<number, Quadrature>()

/**
 * `size` nodes, exact for polynomials of degree ≤ 2·size − 1. Roots of the Legendre polynomial by Newton's method from
 * cos(π (i + ¾)/(n + ½)) (Abramowitz & Stegun 22.16.6, 25.4.29), moved from [−1, 1] to [0, 1].
 */
export function quadrature(size: number): Quadrature {
  const known = made.get(size)
  if (known) return known
  const nodes = new Float64Array(size)
  const weights = new Float64Array(size)
  for (let i = 0; i < size; i++) {
    let x = Math.cos((Math.PI * (i + 0.75)) / (size + 0.5))
    let slope = 1
    for (let round = 0; round < 100; round++) {
      const { value, derivative } = legendre(size, x)
      slope = derivative
      const step = value / derivative
      x -= step
      if (Math.abs(step) < 1e-16) break
    }
    slope = legendre(size, x).derivative
    nodes[i] = (1 - x) / 2
    weights[i] = 1 / ((1 - x * x) * slope * slope)
  }
  const result = { nodes, weights }
  made.set(size, result)
  return result
}

/** The Legendre polynomial of degree n and its derivative at x, by the three-term recurrence. */
function legendre(n: number, x: number): { value: number; derivative: number } {
  let before = 1
  let value = x
  for (let k = 2; k <= n; k++) {
    const next = ((2 * k - 1) * x * value - (k - 1) * before) / k
    before = value
    value = next
  }
  return { value, derivative: (n * (x * value - before)) / (x * x - 1) }
}
