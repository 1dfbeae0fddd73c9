/**
 * Chance with a seed: the same bytes on every machine, for it is whole numbers of 32 bits and the arithmetic of elementary.ts.
 * Each (seed, stream) is a row of its own, so that replicate b does not depend on how many were drawn before it.
 */
import { exp, log, log1p } from './elementary.ts'
import { logFactorial } from './gamma.ts'

export type Generator = {
  /** A whole number in [0, 2³²). */
  uint32(): number
  /** In [0, 1), a multiple of 2⁻⁵³. */
  uniform(): number
}

const WORD = 4294967296

/** Finaliser of MurmurHash3: every bit of the input moves every bit of the output. */
function mix(word: number): number {
  let h = word | 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) | 0
}

/** xoshiro128** (Blackman & Vigna 2021) from four words, not all 0. */
export function xoshiro(words: readonly [number, number, number, number]): Generator {
  let [a, b, c, d] = words
  const uint32 = () => {
    const five = Math.imul(b, 5)
    const result = Math.imul((five << 7) | (five >>> 25), 9)
    const t = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= t
    d = (d << 11) | (d >>> 21)
    return result >>> 0
  }
  return {
    uint32,
    uniform: () => ((uint32() >>> 5) * 67108864 + (uint32() >>> 6)) / 9007199254740992,
  }
}

/** The generator of a seed and a stream, both whole numbers in [0, 2⁵³). */
export function generator(seed: number, stream = 0): Generator {
  let x = 0
  for (const word of [seed % WORD, Math.floor(seed / WORD), stream % WORD, Math.floor(stream / WORD)])
    x = mix((x + 0x9e3779b9) ^ word)
  const word = () => {
    x = (x + 0x9e3779b9) | 0
    return mix(x)
  }
  return xoshiro([word(), word(), word(), word() | 1])
}

/** A whole number in [0, n), each as likely; n ≤ 2³². By rejection of the uneven rest. */
export function below(random: Generator, n: number): number {
  const limit = WORD - (WORD % n)
  let value = random.uint32()
  while (value >= limit) value = random.uint32()
  return value % n
}

/** Shuffles in place (Fisher–Yates). */
export function shuffle<T>(random: Generator, items: T[]): T[] {
  for (let i = items.length - 1; i > 0; i--) {
    const j = below(random, i + 1)
    const held = items[i]!
    items[i] = items[j]!
    items[j] = held
  }
  return items
}

/** Binomial(n, p): inversion where n·min(p, 1−p) < 10, else transformed rejection (Hörmann 1993, BTRS). */
export function binomial(random: Generator, n: number, p: number): number {
  if (n === 0 || p <= 0) return 0
  if (p >= 1) return n
  if (p > 0.5) return n - binomial(random, n, 1 - p)
  return n * p < 10 ? binomialByInversion(random, n, p) : binomialByRejection(random, n, p)
}

function binomialByInversion(random: Generator, n: number, p: number): number {
  const odds = p / (1 - p)
  const start = exp(n * log1p(-p))
  for (;;) {
    let u = random.uniform()
    let mass = start
    for (let k = 0; k <= n; k++) {
      if (u < mass) return k
      u -= mass
      mass *= (odds * (n - k)) / (k + 1)
      // Rounding left a u that no k takes: draw again.
      if (mass === 0) break
    }
  }
}

function binomialByRejection(random: Generator, n: number, p: number): number {
  const q = 1 - p
  const deviation = Math.sqrt(n * p * q)
  const b = 1.15 + 2.53 * deviation
  const a = -0.0873 + 0.0248 * b + 0.01 * p
  const c = n * p + 0.5
  const squeeze = 0.92 - 4.2 / b
  let mode = -1
  let peak = 0
  let logOdds = 0
  let scale = 0
  for (;;) {
    let v = random.uniform()
    const u = random.uniform() - 0.5
    const us = 0.5 - Math.abs(u)
    const k = Math.floor(((2 * a) / us + b) * u + c)
    if (us >= 0.07 && v <= squeeze) return k
    if (!(k >= 0) || k > n) continue
    if (mode < 0) {
      mode = Math.floor((n + 1) * p)
      peak = logFactorial(mode) + logFactorial(n - mode)
      logOdds = log(p / q)
      scale = (2.83 + 5.1 / b) * deviation
    }
    v = (v * scale) / (a / (us * us) + b)
    if (log(v) <= peak - logFactorial(k) - logFactorial(n - k) + (k - mode) * logOdds) return k
  }
}

/** Poisson(m): inversion below 10, else transformed rejection (Hörmann 1993, PTRS). */
export function poisson(random: Generator, m: number): number {
  if (!(m > 0)) return 0
  if (m < 10) {
    for (;;) {
      let u = random.uniform()
      let mass = exp(-m)
      for (let k = 0; mass > 0; k++) {
        if (u < mass) return k
        u -= mass
        mass *= m / (k + 1)
      }
    }
  }
  const b = 0.931 + 2.53 * Math.sqrt(m)
  const a = -0.059 + 0.02483 * b
  const inverse = 1.1239 + 1.1328 / (b - 3.4)
  const squeeze = 0.9277 - 3.6224 / (b - 2)
  const logM = log(m)
  for (;;) {
    const u = random.uniform() - 0.5
    const v = random.uniform()
    const us = 0.5 - Math.abs(u)
    const k = Math.floor(((2 * a) / us + b) * u + m + 0.43)
    if (us >= 0.07 && v <= squeeze) return k
    if (!(k >= 0) || (us < 0.013 && v > us)) continue
    if (log((v * inverse) / (a / (us * us) + b)) <= k * logM - m - logFactorial(k)) return k
  }
}

/**
 * Resampling of counts: n draws with replacement from rows of which `counts[i]` are in cell i, written into `into`. The same law
 * as resampling the rows themselves. Takes the conditional shares that `conditionalShares` makes of the counts.
 */
export function multinomial(random: Generator, n: number, conditional: Float64Array, into: Float64Array): void {
  let left = n
  for (let i = 0; i < conditional.length; i++) {
    const drawn = left === 0 ? 0 : binomial(random, left, conditional[i]!)
    into[i] = drawn
    left -= drawn
  }
}

/** For each cell its share of all that stand from it on: what `multinomial` draws with. */
export function conditionalShares(counts: ArrayLike<number>): Float64Array {
  const shares = new Float64Array(counts.length)
  let rest = 0
  for (let i = counts.length - 1; i >= 0; i--) {
    rest += counts[i]!
    shares[i] = rest > 0 ? counts[i]! / rest : 0
  }
  return shares
}
