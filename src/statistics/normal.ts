/** The standard normal distribution. */
import { exp, log } from './elementary.ts'
import { incompleteGamma } from './gamma.ts'

const SQRT_TWO_PI = 2.5066282746310002

/** Φ(z), to about 1e-15 of its own size also far in the lower tail. */
export function normalCdf(z: number): number {
  if (Number.isNaN(z)) return z
  const { lower, upper } = incompleteGamma(0.5, (z * z) / 2)!
  if (z < 0) return upper / 2
  return 0.5 + lower / 2
}

/** 1 − Φ(z), accurate in the upper tail. */
export function normalTail(z: number): number {
  return normalCdf(-z)
}

/** Φ⁻¹(p) for 0 < p < 1; undefined outside. Start of Abramowitz & Stegun 26.2.23, then Halley's steps. */
export function normalQuantile(p: number): number | undefined {
  if (!(p > 0) || !(p < 1)) return undefined
  if (p > 0.5) return -lowerQuantile(1 - p, p)
  return lowerQuantile(p, undefined)
}

/** For p ≤ ½; `complement` is 1 − p when that is the number that was given, so that its rounding does not count. */
function lowerQuantile(p: number, complement: number | undefined): number {
  if (p === 0.5) return 0
  const t = Math.sqrt(-2 * log(p))
  let z = -(t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))))
  for (let i = 0; i < 6; i++) {
    const error = complement === undefined ? normalCdf(z) - p : complement - normalCdf(-z)
    const u = (error * SQRT_TWO_PI) / exp((-z * z) / 2)
    const step = u / (1 + (z * u) / 2)
    z -= step
    if (Math.abs(step) <= 1e-16 * Math.abs(z)) break
  }
  return z
}

/** Φ⁻¹(1 − alpha/2): 1.959963984540054 for alpha = 0.05. Undefined unless 0 < alpha < 1. */
export function criticalValue(alpha: number): number | undefined {
  const z = normalQuantile(alpha / 2)
  return z === undefined || alpha >= 1 ? undefined : -z
}
