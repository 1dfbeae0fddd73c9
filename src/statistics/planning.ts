/** How many are needed, and what could have been seen. Normal approximations; shares in [0, 1]. */
import { square } from './elementary.ts'
import { criticalValue, normalQuantile } from './normal.ts'

type Sizes = { readonly n: number; readonly nReference: number; readonly referenceRate: number }
type Wanted = { readonly alpha: number; readonly power: number; readonly margin?: number }

/**
 * The smallest true difference from the reference rate that would, with this power, be found to be beyond the margin:
 * d − margin = z_{α/2}·√(p̄(1−p̄)(1/n + 1/m)) + z_β·√(p₁(1−p₁)/n + p₂(1−p₂)/m). Undefined when no difference would.
 */
export function smallestDetectable(
  { n, nReference, referenceRate }: Sizes,
  { alpha, power, margin = 0 }: Wanted,
): number | undefined {
  const z = criticalValue(alpha)
  const zPower = normalQuantile(power)
  if (!(n > 0) || !(nReference > 0) || z === undefined || zPower === undefined) return undefined
  const enough = (d: number, sign: 1 | -1) => {
    const rate = referenceRate + sign * d
    const pooled = (rate * n + referenceRate * nReference) / (n + nReference)
    const spread = (referenceRate * (1 - referenceRate)) / nReference
    const atNull = Math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / nReference))
    const atTruth = Math.sqrt((rate * (1 - rate)) / n + spread)
    return d - margin >= z * atNull + zPower * atTruth
  }
  const found = ([1, -1] as const).flatMap((sign) => {
    let high = sign === 1 ? 1 - referenceRate : referenceRate
    if (!(high > 0) || !enough(high, sign)) return []
    let low = 0
    for (let i = 0; i < 60; i++) {
      const middle = (low + high) / 2
      if (enough(middle, sign)) high = middle
      else low = middle
    }
    return [high]
  })
  return found.length === 0 ? undefined : Math.min(...found)
}

/**
 * Rows needed beside a reference of `nReference` rows for an interval that, with this power, lies within ±margin if there is no
 * difference at all. Undefined when the reference itself is too small, or the margin 0.
 */
export function neededForEquality(
  { nReference, referenceRate }: Omit<Sizes, 'n'>,
  { alpha, power, margin = 0 }: Wanted,
): number | undefined {
  const z = criticalValue(alpha)
  const zPower = normalQuantile((1 + power) / 2)
  if (z === undefined || zPower === undefined || !(nReference > 0) || !(margin > 0)) return undefined
  const spread = Math.max(referenceRate * (1 - referenceRate), 1 / (nReference + 4))
  const left = square(margin / (z + zPower)) - spread / nReference
  return left > 0 ? Math.ceil(spread / left) : undefined
}

/**
 * Discordant pairs and pairs in all that McNemar's test needs: `discordant` is the share of pairs that differ, `split` the share of
 * those that go one way (0.7 for 7 : 3). (z_{α/2}/2 + z_β√(p(1−p)))²/(p − ½)². Undefined at split ½ or without discordance.
 */
export function mcnemarSampleSize(
  { discordant, split }: { readonly discordant: number; readonly split: number },
  { alpha, power }: Wanted,
): { readonly discordantPairs: number; readonly pairs: number } | undefined {
  const z = criticalValue(alpha)
  const zPower = normalQuantile(power)
  if (z === undefined || zPower === undefined || split === 0.5 || !(discordant > 0) || !(discordant <= 1))
    return undefined
  const exact = square(z / 2 + zPower * Math.sqrt(split * (1 - split))) / square(split - 0.5)
  return { discordantPairs: Math.ceil(exact), pairs: Math.ceil(exact / discordant) }
}
