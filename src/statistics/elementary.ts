/**
 * exp, log and kin from +, −, ×, ÷ and √ alone. Those five are fixed to the bit by IEEE 754; `Math.exp` and `Math.log` are
 * not fixed by ECMAScript (sec. 21.3.2), so a report made with them could differ between machines in its last digit.
 * All are within 2 units in the last place.
 */

const LN2_HIGH = 0.6931471803691238 // 33 bits, so that k·LN2_HIGH is exact for |k| < 2²⁰
const LN2_LOW = 1.9082149292705877e-10
const SQRT_HALF = Math.sqrt(0.5)
const bits = new DataView(new ArrayBuffer(8))

/** 2^k for −1022 ≤ k ≤ 1023, exact. */
function powerOfTwo(k: number): number {
  bits.setUint32(0, (k + 1023) << 20)
  bits.setUint32(4, 0)
  return bits.getFloat64(0)
}

/** Σ 2z^i/(2i+1) from i = 1: what log((1+s)/(1−s))/s has beyond 2, with z = s² ≤ 0.0295. */
function atanhTail(z: number): number {
  let sum = 0
  for (let i = 12; i >= 1; i--) sum = z * (sum + 2 / (2 * i + 1))
  return sum
}

/** log(1 + f) for 1 + f in [√½, √2): f − s(f − R), s = f/(2 + f). */
function logNearOne(f: number): number {
  const s = f / (2 + f)
  return f - s * (f - atanhTail(s * s))
}

/** Natural logarithm. −∞ at 0, NaN below it. */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN
  if (x === Number.POSITIVE_INFINITY) return x
  let k = 0
  let scaled = x
  if (x < 2.2250738585072014e-308) {
    scaled = x * 18014398509481984
    k = -54
  }
  bits.setFloat64(0, scaled)
  const high = bits.getUint32(0)
  k += (high >>> 20) - 1023
  bits.setUint32(0, (high & 0xfffff) | 0x3ff00000)
  let m = bits.getFloat64(0)
  if (m > 2 * SQRT_HALF) {
    m /= 2
    k++
  }
  const f = m - 1
  if (f === 0) return k * LN2_HIGH + k * LN2_LOW
  const s = f / (2 + f)
  return k * LN2_HIGH - (s * (f - atanhTail(s * s)) - k * LN2_LOW - f)
}

/** log(1 + x), accurate near 0. */
export function log1p(x: number): number {
  if (x > SQRT_HALF - 1 && x < 2 * SQRT_HALF - 1) return logNearOne(x)
  const u = 1 + x
  if (!(u > 0) || u === Number.POSITIVE_INFINITY) return log(u)
  return log(u) + (x - (u - 1)) / u
}

/** exp(r) − 1 for |r| ≤ 0.36. */
function expm1Small(r: number): number {
  let sum = 0
  for (let i = 15; i >= 3; i--) sum = (r / i) * (1 + sum)
  return r + ((r * r) / 2) * (1 + sum)
}

/** e^x: 0 below about −745.2, ∞ above about 709.8. */
export function exp(x: number): number {
  if (Number.isNaN(x)) return x
  if (x > 709.782712893384) return Number.POSITIVE_INFINITY
  if (x < -745.1332191019412) return 0
  const k = Math.round(x * Math.LOG2E)
  const value = 1 + expm1Small(x - k * LN2_HIGH - k * LN2_LOW)
  if (k > 1023) return value * 2 * powerOfTwo(k - 1)
  if (k < -1022) return value * powerOfTwo(k + 64) * 5.421010862427522e-20
  return value * powerOfTwo(k)
}

/** e^x − 1, accurate near 0. */
export function expm1(x: number): number {
  return x > -0.36 && x < 0.36 ? expm1Small(x) : exp(x) - 1
}

/** x·x: `**` is as little fixed by ECMAScript as `Math.pow`. */
export const square = (x: number): number => x * x

/** x^y for x > 0, to about |y·log x| units in the last place. */
export function power(x: number, y: number): number {
  return exp(y * log(x))
}

/** log Σ e^vᵢ; −∞ for none. */
export function logSumExp(values: readonly number[]): number {
  const most = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  if (most === Number.NEGATIVE_INFINITY || most === Number.POSITIVE_INFINITY) return most
  return most + log(values.reduce((sum, value) => sum + exp(value - most), 0))
}
