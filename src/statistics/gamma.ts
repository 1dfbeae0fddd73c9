/** Log-gamma, the Poisson and binomial densities after Loader (2000), and the regularised incomplete gamma function. */
import { exp, log, log1p } from './elementary.ts'

const HALF_LOG_TWO_PI = 0.9189385332046728
const TINY = 1e-300
const EPSILON = 1e-16
const MOST_TERMS = 200_000

/**
 * Stirling's remainder δ(x) = log Γ(x+1) − (x + ½) log x + x − log √(2π), for x > 0 (Loader 2000, eq. 5). Its series serves from
 * 16 up; below that δ(x) − δ(x+1) = (x + ½) log(1 + 1/x) − 1, which is s²/3 + s⁴/5 + … with s = 1/(2x + 1): nothing cancels.
 */
export function stirlingRemainder(x: number): number {
  let sum = 0
  let y = x
  while (y < 16) {
    sum += remainderStep(y)
    y++
  }
  const z = 1 / (y * y)
  return sum + (1 / 12 - z * (1 / 360 - z * (1 / 1260 - z * (1 / 1680 - z * (1 / 1188 - (z * 691) / 360360))))) / y
}

function remainderStep(x: number): number {
  if (x < 0.5) return (x + 0.5) * log1p(1 / x) - 1
  const s = 1 / (2 * x + 1)
  const z = s * s
  let term = z
  let sum = 0
  for (let i = 3; term > sum * 1e-18; i += 2) {
    sum += term / i
    term *= z
  }
  return sum
}

/** log Γ(x) for x > 0, to about 1e-15 of max(1, |log Γ|); NaN elsewhere. */
export function logGamma(x: number): number {
  if (!(x > 0)) return Number.NaN
  return (x - 0.5) * log(x) - x + HALF_LOG_TWO_PI + stirlingRemainder(x)
}

/** log n! for n ≥ 0. */
export function logFactorial(n: number): number {
  return logGamma(n + 1)
}

/** log of n over k, for 0 ≤ k ≤ n. */
export function logChoose(n: number, k: number): number {
  return logFactorial(n) - logFactorial(k) - logFactorial(n - k)
}

/** Deviance part x·log(x/m) + m − x, without cancellation near x = m (Loader 2000, sec. 3). */
function deviance(x: number, m: number): number {
  if (Math.abs(x - m) >= 0.1 * (x + m)) return x === 0 ? m : x * log(x / m) + m - x
  const v = (x - m) / (x + m)
  let sum = (x - m) * v
  let term = 2 * x * v
  for (let j = 1; j < 1000; j++) {
    term *= v * v
    const next = sum + term / (2 * j + 1)
    if (next === sum) break
    sum = next
  }
  return sum
}

/** log of the Poisson density e^−m m^x / Γ(x+1), for real x ≥ 0 and m > 0 (Loader 2000, eq. 3). */
export function logPoissonDensity(x: number, m: number): number {
  if (x === 0) return -m
  return -stirlingRemainder(x) - deviance(x, m) - HALF_LOG_TWO_PI - 0.5 * log(x)
}

/** log of Γ(n+1)/(Γ(x+1)Γ(n−x+1)) p^x (1−p)^(n−x), for real 0 ≤ x ≤ n; q = 1 − p is given to keep its digits (Loader 2000, eq. 4). */
export function logBinomialDensity(x: number, n: number, p: number, q = 1 - p): number {
  if (p === 0) return x === 0 ? 0 : Number.NEGATIVE_INFINITY
  if (q === 0) return x === n ? 0 : Number.NEGATIVE_INFINITY
  if (x === 0) return n === 0 ? 0 : p < 0.1 ? n * log1p(-p) : n * log(q)
  if (x === n) return q < 0.1 ? n * log1p(-q) : n * log(p)
  const y = n - x
  const log2Pi = 2 * HALF_LOG_TWO_PI
  return (
    stirlingRemainder(n) -
    stirlingRemainder(x) -
    stirlingRemainder(y) -
    deviance(x, n * p) -
    deviance(y, n * q) -
    0.5 * (log2Pi + log(x) + log1p(-x / n))
  )
}

/**
 * Regularised incomplete gamma functions P(a, x) and Q(a, x) = 1 − P, each to about 1e-14 of its own size; a > 0, x ≥ 0.
 * Series for x < a + 1, Legendre's continued fraction (Lentz) otherwise: DLMF 8.11.4 and 8.9.2.
 */
export function incompleteGamma(a: number, x: number): { readonly lower: number; readonly upper: number } | undefined {
  if (!(a > 0) || !(x >= 0)) return undefined
  if (x === 0) return { lower: 0, upper: 1 }
  if (x === Number.POSITIVE_INFINITY) return { lower: 1, upper: 0 }
  const density = exp(logPoissonDensity(a, x))
  if (x < a + 1) {
    let term = 1
    let sum = 1
    for (let n = 1; n < MOST_TERMS; n++) {
      term *= x / (a + n)
      sum += term
      if (term < sum * EPSILON) break
    }
    const lower = Math.min(1, density * sum)
    return { lower, upper: 1 - lower }
  }
  let b = x + 1 - a
  let c = 1 / TINY
  let d = 1 / b
  let h = d
  for (let i = 1; i < MOST_TERMS; i++) {
    const an = -i * (i - a)
    b += 2
    d = an * d + b
    if (Math.abs(d) < TINY) d = TINY
    c = b + an / c
    if (Math.abs(c) < TINY) c = TINY
    d = 1 / d
    const step = d * c
    h *= step
    if (Math.abs(step - 1) < EPSILON * 4) break
  }
  const upper = Math.min(1, density * a * h)
  return { lower: 1 - upper, upper }
}

/** P(χ²_df ≥ x), also far in the tail; undefined for df ≤ 0 or x < 0. */
export function chiSquaredTail(x: number, df: number): number | undefined {
  return incompleteGamma(df / 2, x / 2)?.upper
}

/** The x with P(a, x) = p, for 0 < p < 1: safeguarded Newton from a bracket. Undefined outside. */
export function incompleteGammaInverse(a: number, p: number): number | undefined {
  if (!(a > 0) || !(p > 0) || !(p < 1)) return undefined
  let low = 0
  let high = Math.max(1, a)
  while (incompleteGamma(a, high)!.lower < p) high *= 2
  let x = (low + high) / 2
  for (let i = 0; i < 200; i++) {
    const { lower } = incompleteGamma(a, x)!
    if (lower < p) low = x
    else high = x
    const slope = exp(logPoissonDensity(a, x)) * (a / x)
    const newton = x - (lower - p) / slope
    const next = newton > low && newton < high ? newton : (low + high) / 2
    if (Math.abs(next - x) <= 1e-15 * x || high - low <= 1e-16 * high) return next
    x = next
  }
  return x
}
