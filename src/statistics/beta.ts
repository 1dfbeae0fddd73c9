/** The regularised incomplete beta function and its inverse. */
import { exp } from './elementary.ts'
import { logBinomialDensity, logGamma } from './gamma.ts'

const TINY = 1e-300
const MOST_TERMS = 200_000

/** log B(a, b) for a, b > 0. */
export function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b)
}

/** Continued fraction of DLMF 8.17.22, by Lentz's method. */
function fraction(x: number, a: number, b: number): number {
  let c = 1
  let d = 1 - ((a + b) * x) / (a + 1)
  if (Math.abs(d) < TINY) d = TINY
  d = 1 / d
  let h = d
  for (let m = 1; m < MOST_TERMS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 + even * d
    if (Math.abs(d) < TINY) d = TINY
    c = 1 + even / c
    if (Math.abs(c) < TINY) c = TINY
    d = 1 / d
    h *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 + odd * d
    if (Math.abs(d) < TINY) d = TINY
    c = 1 + odd / c
    if (Math.abs(c) < TINY) c = TINY
    d = 1 / d
    const step = d * c
    h *= step
    if (Math.abs(step - 1) < 4e-16) break
  }
  return h
}

/** x^a (1−x)^b / B(a, b). */
function front(x: number, y: number, a: number, b: number): number {
  return exp(logBinomialDensity(a, a + b, x, y)) * ((a * b) / (a + b))
}

/**
 * I_x(a, b) and its complement, each to about 1e-13 of its own size; a, b > 0 and 0 ≤ x ≤ 1, else undefined.
 * `y` is 1 − x, given to keep its digits. DLMF 8.17.
 */
export function incompleteBeta(
  x: number,
  a: number,
  b: number,
  y = 1 - x,
): { readonly lower: number; readonly upper: number } | undefined {
  if (!(a > 0) || !(b > 0) || !(x >= 0) || !(y >= 0)) return undefined
  if (x === 0) return { lower: 0, upper: 1 }
  if (y === 0) return { lower: 1, upper: 0 }
  if (x <= (a + 1) / (a + b + 2)) {
    const lower = Math.min(1, (front(x, y, a, b) * fraction(x, a, b)) / a)
    return { lower, upper: 1 - lower }
  }
  const upper = Math.min(1, (front(y, x, b, a) * fraction(y, b, a)) / b)
  return { lower: 1 - upper, upper }
}

/** The x with I_x(a, b) = p, for 0 ≤ p ≤ 1: safeguarded Newton. Undefined outside. */
export function incompleteBetaInverse(p: number, a: number, b: number): number | undefined {
  if (!(a > 0) || !(b > 0) || !(p >= 0) || !(p <= 1)) return undefined
  if (p === 0 || p === 1) return p
  let low = 0
  let high = 1
  let x = a / (a + b)
  for (let i = 0; i < 400; i++) {
    const { lower, upper } = incompleteBeta(x, a, b)!
    const error = p < 0.5 ? lower - p : 1 - p - upper
    if (error < 0) low = x
    else high = x
    const slope = front(x, 1 - x, a, b) / (x * (1 - x))
    const newton = x - error / slope
    const next = newton > low && newton < high ? newton : (low + high) / 2
    if (Math.abs(next - x) <= 1e-16 * x || high - low <= 1e-16 * high) return next
    x = next
  }
  return x
}
