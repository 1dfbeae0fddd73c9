/** Counts requests per caller in this process. */
import type { Clock } from '../clock.ts'
import { type Bucket, decideRate, isFull } from '../rate.ts'

export interface Limiter {
  /** Counts one request of `who`; when there were too many, how many ms until the next may be made, else undefined. */
  wait(who: string): number | undefined
}

/** More than are ever there at once; the oldest makes room. */
const MOST = 50_000
const SWEEP_MS = 60_000

export function openLimiter(perMinute: number, clock: Clock): Limiter {
  const buckets = new Map<string, Bucket>()
  let sweptAt = 0
  const sweep = (nowMs: number) => {
    if (nowMs - sweptAt < SWEEP_MS) return
    sweptAt = nowMs
    for (const [who, bucket] of buckets) if (isFull(bucket, perMinute, nowMs)) buckets.delete(who)
  }
  return {
    wait(who) {
      const nowMs = clock.now().getTime()
      sweep(nowMs)
      const decision = decideRate(buckets.get(who), perMinute, nowMs)
      // Set anew, so that the first of the map is the one that was not seen for longest.
      buckets.delete(who)
      buckets.set(who, decision.bucket)
      if (buckets.size > MOST) buckets.delete(buckets.keys().next().value!)
      return decision.may ? undefined : decision.againMs
    },
  }
}
